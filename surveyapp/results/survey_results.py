"""What changed between two opened waves, read from the frozen comparison, arranged for pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.matching import Pairing, match_items
from questionnaires.survey_types import Choice, Item, Questionnaire, Score, Section
from questionnaires.texts import Text
from surveyapp.results import statistics, store, wave_results
from surveyapp.results.change import Change
from surveyapp.results.wave_results import TOWN
from surveyapp.survey import opened_store, questionnaire_store, wave_store
from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import WaveFacts

RULES_VERSION = 7
"""Raised whenever the methods would give other numbers; older results stay as they were, and so do the counts behind them.

2: waves more than one version apart are compared along the decisions recorded in the versions in between.
3: a change of a mean score has to be larger than rounding could make it, and its range is wider by that.
4: changes stand beside their declared margins, and ranges beside how many people can have answered both times.
5: where one of several answers that mean yes (or no) is hidden, their number is hidden, not told without it.
6: the change of a rounded mean score has the width of its rounding where everybody answered both times, too.
7: the range of a mean score ends where its scale does.
"""
_WHOLE = frozenset({"correct", "favourable"})
_NOT_YET_HELD = frozenset({State.DRAFT, State.TRIAL_OPENED})


@dataclass(frozen=True, slots=True)
class Response:
    """How many of one stratum answered, then and now; None where hidden or not known, and why."""

    stratum: str
    then: int | None
    then_population: int | None
    now: int | None
    now_population: int | None
    why_not_then: str | None = None
    why_not_now: str | None = None


@dataclass(frozen=True, slots=True)
class Twice:
    """What one anonymous question says of the people in both waves; None where the number of those who said so is hidden."""

    said_yes: int | None
    said_no: int | None
    answered: int
    least: int
    most: int
    by_chance: int


@dataclass(frozen=True, slots=True)
class ItemResults:
    """One item with its lines: ``whole`` judge the item at once (by stratum), ``choices`` one answer each.

    ``tendency`` is the chance that a later answer is more favourable; ``cut`` says why nothing is compared.
    """

    item: Item
    whole: tuple[Change, ...]
    choices: tuple[Change, ...]
    tendency: tuple[Change, ...]
    cut: str | None

    @property
    def lines(self) -> tuple[Change, ...]:
        """Every line, in the order of the page's table."""
        return (*self.whole, *self.choices, *self.tendency)

    @property
    def drawn(self) -> tuple[Change, ...]:
        """The lines that a figure draws: the item as a whole in every stratum, else each answer in the town."""
        return self.whole or tuple(line for line in self.choices if line.stratum == TOWN)


@dataclass(frozen=True, slots=True)
class SurveyResults:
    """A frozen comparison of two waves with what its pages need to name things."""

    before: WaveFacts
    after: WaveFacts
    frozen: store.Frozen
    changes: tuple[Change, ...]
    response: tuple[Response, ...]
    pairings: tuple[Pairing, ...]

    @property
    def questionnaire(self) -> Questionnaire:
        """The later wave's questionnaire, whose words pages use."""
        return self.after.questionnaire

    @property
    def headline(self) -> tuple[Change, ...]:
        """The town's scores, then the town's lines of the declared headline questions."""
        scores = tuple(line for line in self.scores if line.stratum == TOWN)
        return (*scores, *(line for line in self.changes if line.family == "headline" and line.measure in _WHOLE))

    @property
    def twice(self) -> Twice | None:
        """How many people can have answered both times; None where nobody was asked, or it is not told."""
        found = self.frozen.document.get("twice")
        return Twice(**found) if found else None

    @property
    def scores(self) -> tuple[Change, ...]:
        """The lines about scores, the town first."""
        return tuple(line for line in self.changes if line.measure == "score")

    @property
    def sections(self) -> tuple[tuple[Section, tuple[ItemResults, ...]], ...]:
        """The later questionnaire's sections with their items that have results."""
        found = []
        for section in self.questionnaire.sections:
            items = tuple(results for item in section.items if (results := self.of_item(item)).lines)
            if items:
                found.append((section, items))
        return tuple(found)

    @property
    def not_compared(self) -> tuple[ItemResults, ...]:
        """Items whose trend is cut in the whole town, with the reason; those that only the earlier wave asked come last."""
        every = [results for _, items in self.sections for results in items]
        now = {item.id for item in self.questionnaire.items}
        every += [self.of_item(item) for item in self.before.questionnaire.asked if item.id not in now]
        return tuple(results for results in every if results.cut)

    @property
    def bridged(self) -> tuple[Pairing, ...]:
        """Items in other words that are compared all the same, by decisions recorded on the way from one wave to the other."""
        compared = {line.item for line in self.changes if line.cut is None}
        return tuple(pair for pair in self.pairings if pair.before and pair.decisions and pair.item.id in compared)

    def read_before(self, item: Item) -> Text | None:
        """Return how a later item, or the one that it replaces, read in the earlier wave, if it read differently."""
        earlier = {old.id: old for old in self.before.questionnaire.items}
        followed = next((pair.before for pair in self.pairings if pair.after and pair.after.id == item.id), None)
        old = followed or earlier.get(item.replaces or item.id)
        return old.label if old and old.label != item.label else None

    def of_item(self, item: Item) -> ItemResults:
        """Return one item with its lines."""
        mine = [line for line in self.changes if line.item == item.id and line.measure != "score"]
        town = [line for line in mine if line.stratum == TOWN]
        return ItemResults(
            item=item,
            whole=tuple(line for line in mine if line.measure in _WHOLE),
            choices=tuple(line for line in mine if line.measure == "share"),
            tendency=tuple(line for line in mine if line.measure == "superiority" and (line.now is not None or line.hidden)),
            cut=next((line.cut for line in town if line.cut), None),
        )

    def item(self, item_id: str) -> Item | None:
        """Return an item by its id: of the later questionnaire, else of the earlier one."""
        every = (*self.questionnaire.items, *self.before.questionnaire.items)
        return next((item for item in every if item.id == item_id), None)

    def score(self, score_id: str) -> Score | None:
        """Return a score by its id: of the later questionnaire, else of the earlier one."""
        every = (*self.questionnaire.scores, *self.before.questionnaire.scores)
        return next((score for score in every if score.id == score_id), None)

    def subject(self, line: Change) -> Text | None:
        """Return what a line is about: the question, or the name of a score."""
        about = self.score(line.item) if line.measure == "score" else self.item(line.item)
        return about.label if about else None

    def choice(self, line: Change) -> Choice | None:
        """Return the choice that a line is about, None if it is about no single choice."""
        item = self.item(line.item)
        if item is None or line.choice is None:
            return None
        return next((choice for choice in item.choices if choice.id == line.choice), None)

    def stratum(self, stratum: str) -> Text | None:
        """Return the name of the town or of a reporting group."""
        trees = (self.questionnaire.strata, self.before.questionnaire.strata)
        return next((node.label for tree in trees for node in tree.walk() if node.id == stratum), None)


def opened(municipality_id: int) -> list[WaveFacts]:
    """Return the waves that may be compared, by opening date."""
    return opened_store.opened_waves(municipality_id)


def chosen(waves: Sequence[WaveFacts], before: int | None, after: int | None) -> tuple[WaveFacts, WaveFacts] | None:
    """Return the pair of waves asked for by number, the older first.

    A number that names no opened wave, or the same wave twice, is answered with the default: the newest wave and the one before
    it that asked the same questionnaire; None if there is none. Supplements have to be asked for.
    """
    known = {wave.id: at for at, wave in enumerate(waves)}
    if before in known and after in known and before != after:
        first, second = sorted((known[before], known[after]))
        return waves[first], waves[second]
    newest = latest(waves)
    earlier = [wave for wave in waves if wave.supplements is None and newest and wave is not newest]
    same = [wave for wave in earlier if newest and wave.questionnaire.id == newest.questionnaire.id]
    return (same[-1], newest) if newest and same else None


def latest(waves: Sequence[WaveFacts]) -> WaveFacts | None:
    """Return the newest of *waves* (by opening date) that is no supplement, else the newest; None if there is none."""
    mains = [wave for wave in waves if wave.supplements is None]
    return (mains or waves)[-1] if waves else None


def compared(municipality_id: int, before: WaveFacts, after: WaveFacts, by: str) -> SurveyResults:
    """Return the comparison of two opened waves; it is made and frozen when somebody (*by*) first asks for it.

    Raises:
        AlteredResultError: what was frozen was changed afterwards.
        RefusedResultError: nothing can be shown safely.
    """
    key = key_of(before, after)
    frozen = store.find(municipality_id, key, RULES_VERSION)
    if frozen is None:
        first, second = (wave_results.frozen(wave, by).document["tables"] for wave in (before, after))
        versions, beside = _versions(municipality_id, after), _neighbours(before, after)
        document = statistics.comparison(before, after, (first, second), versions, neighbours=beside)
        frozen = store.freeze(municipality_id, key, RULES_VERSION, document, by)
    return read(municipality_id, before, after, frozen)


def key_of(before: WaveFacts, after: WaveFacts) -> str:
    """Return under what the comparison of two waves is frozen."""
    return f"{before.id}+{after.id}"


def _neighbours(before: WaveFacts, after: WaveFacts) -> bool:
    """Say whether the time before *after* was *before*: no wave of the questionnaire, opened or not, was held in between."""
    held = [
        wave
        for wave in wave_store.waves(after.municipality_id)
        if wave.questionnaire.id == after.questionnaire.id
        and wave.supplements is None
        and wave.opens < after.opens
        and wave.state not in _NOT_YET_HELD
    ]
    newest = max(held, key=lambda wave: (wave.opens, wave.id), default=None)
    return newest is not None and newest.id == before.id


def read(municipality_id: int, before: WaveFacts, after: WaveFacts, frozen: store.Frozen) -> SurveyResults:
    """Return what a frozen comparison says, with what its pages need to name things."""
    changes = tuple(Change.read(row) for row in frozen.document["rows"])
    pairings = match_items(before.questionnaire, after.questionnaire, _versions(municipality_id, after))
    return SurveyResults(before, after, frozen, changes, tuple(_responses(frozen.document)), pairings)


def _versions(municipality_id: int, wave: WaveFacts) -> list[Questionnaire]:
    return [one.questionnaire for one in questionnaire_store.versions(municipality_id, wave.questionnaire.id)]


def _responses(document: store.Document) -> Iterator[Response]:
    then, now = document["before"]["response"], document["after"]["response"]
    strata: Sequence[str] = list(dict.fromkeys((*now, *then)))
    nobody = {"respondents": None, "population": None}
    for stratum in strata:
        first, second = then.get(stratum, nobody), now.get(stratum, nobody)
        why = ("base" if stratum in wave else "not_told" for wave in (then, now))
        yield Response(stratum, first["respondents"], first["population"], second["respondents"], second["population"], *why)

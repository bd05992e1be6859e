"""What one opened wave says by itself, read from its frozen levels, arranged for pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from analysis.thresholds import Thresholds
from questionnaires.survey_types import Choice, Item, Questionnaire, Score, Section
from questionnaires.texts import Text
from surveyapp.results import statistics, store
from surveyapp.results.level import Level
from surveyapp.survey.wave_store import WaveFacts

RULES_VERSION: Final = 10
"""Raised whenever the methods would give other numbers; older results stay as they were, and so do the counts behind them.

2: ranges of mean scores are wider by what rounding may hide.
3: they end where the scale does.
4: people by points of a score, where a wave was first protected by these rules; what was protected before stays without.
5: how well the questions of a score go together.
6: where people by points are left out for another reason than protection, that reason.
7: one way to cut points into bins is tried, and it has to be safe whatever is true within what is published.
8: so it has to be for groups, too. What was protected before stays as it is, with bins or without; nothing is to be done.
9: what is hidden of a question with two categories follows fixed patterns, where a wave is first protected by these rules.
10: silence is reckoned with in every question with two categories; no mean score beside a hidden question of it. As with 9:
what was protected before stays.
"""
TOWN: Final = "*"
_WHOLE: Final = frozenset({"correct", "favourable"})
_OF_SCORES: Final = frozenset({"score", "reliability", "points"})


@dataclass(frozen=True, slots=True)
class Answered:
    """How many of one stratum answered, of how many; None where hidden or not known."""

    stratum: str
    respondents: int | None
    population: int | None


@dataclass(frozen=True, slots=True)
class ItemLevels:
    """One item: ``whole`` judge it at once (by stratum), ``choices`` one answer each, ``parts`` its distribution."""

    item: Item
    whole: tuple[Level, ...]
    choices: tuple[Level, ...]
    parts: tuple[Level, ...]

    @property
    def lines(self) -> tuple[Level, ...]:
        """Every line, in the order of the page's table."""
        return (*self.whole, *self.choices, *self.parts)

    @property
    def drawn(self) -> tuple[Level, ...]:
        """The lines that a figure draws: the item as a whole in every stratum, else each answer in the town."""
        return self.whole or tuple(line for line in self.choices if line.stratum == TOWN)

    @property
    def spread(self) -> tuple[Level, ...]:
        """The town's distribution, where it tells more than the share of favourable answers does."""
        parts = tuple(part for part in self.parts if part.stratum == TOWN and part.count is not None)
        return parts if len(parts) > len(("favourable", "others")) else ()


@dataclass(frozen=True, slots=True)
class WaveResults:
    """The frozen levels of one wave with what its page needs to name things."""

    wave: WaveFacts
    frozen: store.Frozen
    levels: tuple[Level, ...]
    response: tuple[Answered, ...]

    @property
    def questionnaire(self) -> Questionnaire:
        """The wave's questionnaire, whose words the page uses."""
        return self.wave.questionnaire

    @property
    def least(self) -> Thresholds:
        """From how many answers on the wave shows something, and everything."""
        return thresholds_of(self.frozen.document)

    @property
    def scores(self) -> tuple[Level, ...]:
        """The lines about scores, the town first."""
        return tuple(line for line in self.levels if line.measure == "score")

    @property
    def headline(self) -> tuple[Level, ...]:
        """The town's scores, then the town's lines of the declared headline questions."""
        scores = tuple(line for line in self.scores if line.stratum == TOWN)
        return (*scores, *(line for line in self.levels if line.headline))

    @property
    def sections(self) -> tuple[tuple[Section, tuple[ItemLevels, ...]], ...]:
        """The questionnaire's sections with their items that have results."""
        found = [
            (section, tuple(part for item in section.items if (part := self.of_item(item)).lines))
            for section in self.questionnaire.sections
        ]
        return tuple((section, items) for section, items in found if items)

    def of_item(self, item: Item) -> ItemLevels:
        """Return one item with its lines."""
        mine = [line for line in self.levels if line.item == item.id and line.measure not in _OF_SCORES]
        return ItemLevels(
            item=item,
            whole=tuple(line for line in mine if line.measure in _WHOLE),
            choices=tuple(line for line in mine if line.measure == "share"),
            parts=tuple(line for line in mine if line.measure == "distribution"),
        )

    def score(self, line: Level) -> Score | None:
        """Return the score that a line is about, None if it is about an item."""
        known = self.questionnaire.scores if line.measure in _OF_SCORES else ()
        return next((score for score in known if score.id == line.item), None)

    def points(self, score_id: str) -> tuple[Level, ...]:
        """Return the lines of people by points of a score, from the fewest on; one that says why if none may be shown."""
        return tuple(line for line in self.levels if line.measure == "points" and line.item == score_id)

    def subject(self, line: Level) -> Text:
        """Return what a line is about: the question, or the name of a score."""
        score = self.score(line)
        return score.label if score else self.questionnaire.item(line.item).label

    def choices(self, line: Level) -> tuple[Choice, ...]:
        """Return the choices that a line is about; of a joined part of a distribution also those outside the base in it."""
        if line.measure in _OF_SCORES:
            return ()
        item = self.questionnaire.item(line.item)
        chosen = tuple(item.choice(choice) for choice in line.choices)
        return (*chosen, *(choice for choice in item.choices if choice.outside_base)) if line.lumped else chosen

    def silent(self, line: Level) -> bool:
        """Say whether people who gave no answer are in a part of a distribution, too."""
        return line.lumped and self.questionnaire.item(line.item).requirement != "required"

    def stratum(self, stratum: str) -> Text | None:
        """Return the name of the town or of a reporting group."""
        return next((node.label for node in self.questionnaire.strata.walk() if node.id == stratum), None)


def shown(wave: WaveFacts, by: str) -> WaveResults:
    """Return what one opened wave says; it is made and frozen when somebody (*by*) first asks for it.

    Raises:
        AlteredResultError: what was frozen was changed afterwards.
        RefusedResultError: nothing can be shown safely.
    """
    return read(wave, frozen(wave, by))


def thresholds_of(document: store.Document) -> Thresholds:
    """Return the thresholds by which a frozen wave was protected, once and for good."""
    return Thresholds(**document["tables"].get("least", {}))


def read(wave: WaveFacts, result: store.Frozen) -> WaveResults:
    """Return what the frozen levels of a wave say, with what its page needs to name things."""
    response: Sequence[Answered] = [
        Answered(stratum, part["respondents"], part["population"]) for stratum, part in result.document["response"].items()
    ]
    return WaveResults(wave, result, tuple(Level.read(row) for row in result.document["rows"]), tuple(response))


def frozen(wave: WaveFacts, by: str) -> store.Frozen:
    """Return the frozen result of one wave, whose protected ``tables`` every later comparison reads. Raises as `shown`.

    Newer rules give other levels from the same tables: a wave that was protected twice could be told apart by subtraction.
    """
    key = str(wave.id)
    found = store.find(wave.municipality_id, key, RULES_VERSION)
    if found is not None:
        return found
    earlier = store.first(wave.municipality_id, key)
    kept = earlier.document["tables"] if earlier else None
    return store.freeze(wave.municipality_id, key, RULES_VERSION, statistics.one_wave(wave, kept), by)

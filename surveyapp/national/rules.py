"""Decisions of the national view: which surveys may stand beside each other, and when there are enough of them. No I/O."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from analysis.between import Between, Shown, between
from analysis.matching import match_items, match_scores
from questionnaires.survey_types import Questionnaire
from surveyapp.results.level import Level
from surveyapp.results.wave_results import TOWN, WaveResults

FEWEST_MUNICIPALITIES: Final = 5
"""Fewer municipalities with a shown figure are not compared: two or three would be held up against each other."""
_WHOLE: Final = frozenset({"correct", "favourable"})
_ROUNDED: Final = 0.01
"""To what released shares are rounded; the ends of a score's range are rounded outwards, so that nothing is missing there."""
_Key = tuple[str, tuple[str, ...], str]
Place = tuple[str, int]
"""A questionnaire, and which survey with it: 1 is the first of a municipality, the baseline."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One survey of one municipality as it released it; ``known`` are the questionnaire's versions there."""

    municipality: str
    release: int
    results: WaveResults
    known: tuple[Questionnaire, ...]

    @property
    def asked(self) -> Questionnaire:
        """What was asked."""
        return self.results.questionnaire


@dataclass(frozen=True, slots=True)
class Beside:
    """The number of one municipality; None if its question was another one, or it is of other people (``other_base``)."""

    entry: Entry
    level: Level | None
    other_base: bool = False

    @property
    def shown(self) -> bool:
        """Whether there is a number that may be shown."""
        return self.level is not None and self.level.level is not None


@dataclass(frozen=True, slots=True)
class Line:
    """One question, answer or score: as the one questionnaire asks it that gives the words, and every municipality's number."""

    asked: Level
    beside: tuple[Beside, ...]

    @property
    def figures(self) -> tuple[Level, ...]:
        """The numbers that are shown; none at all of fewer municipalities than five."""
        found = tuple(each.level for each in self.beside if each.level is not None and each.shown)
        return found if len(found) >= FEWEST_MUNICIPALITIES else ()

    @property
    def between(self) -> Between | None:
        """What the shown numbers have between them, made from nothing else; None where too few are shown."""
        shown = [Shown(each.level, each.low, each.high) for each in self.figures if each.level is not None]
        return between(shown, 0.0 if self.asked.measure == "score" else _ROUNDED) if shown else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The surveys at one place: ``entries`` asked the same as ``words``, whose words pages use; ``others`` did not."""

    place: Place
    words: WaveResults
    entries: tuple[Entry, ...]
    others: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def enough(self) -> bool:
        """Whether enough municipalities are here at all."""
        return len(self.entries) >= FEWEST_MUNICIPALITIES

    @property
    def headline(self) -> tuple[Line, ...]:
        """The scores, then the headline questions."""
        return tuple(line for line in self.lines if line.asked.measure == "score" or line.asked.headline)

    def of_item(self, item: str) -> tuple[Line, ...]:
        """Return the lines of a question, all its answers."""
        return tuple(line for line in self.lines if line.asked.item == item and line.asked.measure != "score")


@dataclass(frozen=True, slots=True)
class _Same:
    """What the questions and scores that give the words are called in another questionnaire, as far as they are the same."""

    items: Mapping[str, str]
    scores: Mapping[str, str]


def placed(results: Iterable[WaveResults]) -> dict[Place, WaveResults]:
    """Return the surveys of a municipality by their place; not those for latecomers, nor those that anybody could answer."""
    by_questionnaire: dict[str, list[WaveResults]] = {}
    for each in results:
        if each.wave.supplements is None and each.wave.mode != "open":
            by_questionnaire.setdefault(each.questionnaire.id, []).append(each)
    return {
        (name, number): each
        for name, found in by_questionnaire.items()
        for number, each in enumerate(sorted(found, key=lambda one: (one.wave.opens, one.wave.id)), start=1)
    }


def compared(place: Place, entries: Sequence[Entry]) -> Comparison:
    """Return the surveys of one place beside each other, in the order in which they are given.

    Words are of the questionnaire that most of them asked, of several the newest. Whoever asked the same, word for word, is
    beside it; whoever asked another version is so with the questions that are declared the same in a later version whose
    municipality knows the earlier one word for word.
    """
    often = Counter(entries.index(_first_like(entry, entries)) for entry in entries)
    words = max(entries, key=lambda each: (often[entries.index(_first_like(each, entries))], each.asked.version))
    same = [(entry, _same(words, entry)) for entry in entries]
    beside = [(entry, names) for entry, names in same if names is not None]
    others = tuple(entry.municipality for entry, names in same if names is None)
    towns = [(entry, names, _by_key(entry)) for entry, names in beside]
    lines = tuple(
        _line(asked, [(entry, _found(asked, levels, names)) for entry, names, levels in towns])
        for asked in _asked(words.results)
    )
    return Comparison(place, words.results, tuple(entry for entry, _names in beside), others, lines)


def _first_like(entry: Entry, entries: Sequence[Entry]) -> Entry:
    return next(each for each in entries if each.asked == entry.asked)


def _asked(results: WaveResults) -> list[Level]:
    """Return what is compared of a survey: its scores, then each question as a whole, or each answer where it has no whole."""
    town = [line for line in results.levels if line.stratum == TOWN]
    whole = {line.item for line in town if line.measure in _WHOLE}
    scores = [line for line in town if line.measure == "score"]
    return [*scores, *(line for line in town if line.measure in _WHOLE or (line.measure == "share" and line.item not in whole))]


def _same(words: Entry, entry: Entry) -> _Same | None:
    """Return how *entry* names what *words* asked; None if they asked different questionnaires under one name."""
    if entry.asked == words.asked:
        return _Same({item.id: item.id for item in words.asked.items}, {score.id: score.id for score in words.asked.scores})
    older, newer = sorted((words, entry), key=lambda each: each.asked.version)
    if older.asked.version == newer.asked.version or older.asked not in newer.known:
        return None
    asked = older.asked, newer.asked, newer.known
    items = [(pair.before.id, pair.after.id) for pair in match_items(*asked) if pair.before and pair.after and not pair.cut]
    scores = [(pair.before.id, pair.after.id) for pair in match_scores(*asked) if pair.before and pair.after and not pair.cut]
    forth = older is words
    return _Same(*({(one if forth else two): (two if forth else one) for one, two in pairs} for pairs in (items, scores)))


def _line(asked: Level, found: Sequence[tuple[Entry, Level | None]]) -> Line:
    """Return one line over those whose share is of the same people.

    Whether the few who found it hard to say are among them hangs on how few they are in a town, not on what was asked; so most
    towns decide, by what they show.
    """
    bases = Counter(level.base for _entry, level in found if level is not None and level.level is not None)
    base = max((asked.base, *bases), key=lambda each: bases[each])
    return Line(replace(asked, base=base), tuple(_beside(entry, level, base) for entry, level in found))


def _beside(entry: Entry, level: Level | None, base: str) -> Beside:
    other = level is not None and level.level is not None and level.base != base
    return Beside(entry, None if other else level, other_base=other)


def _by_key(entry: Entry) -> Mapping[_Key, Level]:
    """Return the lines about everybody by what they are about, of several the first."""
    town = (line for line in reversed(entry.results.levels) if line.stratum == TOWN)
    return {(line.item, line.choices, line.measure): line for line in town}


def _found(asked: Level, levels: Mapping[_Key, Level], names: _Same) -> Level | None:
    """Return the line of *levels* that is about the answer to the same question; None if there is none."""
    name = (names.scores if asked.measure == "score" else names.items).get(asked.item)
    return levels.get((name, asked.choices, asked.measure)) if name else None

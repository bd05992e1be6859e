"""What people answered, as counts per stratum: everything that is computed later starts from these numbers.

Pure Python on purpose: the survey door counts a wave at its opening and must not pay for numpy, pandas or scipy.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from questionnaires.conditions import Answers, holds
from questionnaires.survey_types import Item, Questionnaire, Stratum

Tally = list[tuple[str, str, str, int]]
"""Rows (stratum, item, option, people); ids that start with ``*`` are not of the questionnaire but of this module."""

SMALLEST_STRATUM: Final = 5
"""A group with fewer answers is merged, or does not enter a stratified estimate: the town is then taken as one."""
_WHOLE: Final = "*wave"
_RESPONDENTS: Final = "*respondents"
_SEEN: Final = "*seen"
_ANSWERED: Final = "*answered"
_SCORE: Final = "*score:"
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """People who saw one item, who answered it, and who chose each option (a multiple item: each of several)."""

    seen: int
    answered: int
    options: Mapping[str, int]

    def __add__(self, other: "ItemCounts") -> "ItemCounts":
        """Return the counts of both together."""
        return ItemCounts(self.seen + other.seen, self.answered + other.answered, _sum(self.options, other.options))


@dataclass(frozen=True, slots=True)
class StratumCounts:
    """The counts of one stratum: respondents, each item, and for each score the people at each number of right answers."""

    respondents: int
    items: Mapping[str, ItemCounts]
    score: Mapping[str, Mapping[int, int]]

    def __add__(self, other: "StratumCounts") -> "StratumCounts":
        """Return the counts of both together; both must be of the same questionnaire."""
        if self.items.keys() != other.items.keys() or self.score.keys() != other.score.keys():
            raise ValueError("counts of different questionnaires cannot be added")
        items = {key: counts + other.items[key] for key, counts in self.items.items()}
        score = {key: _sum(histogram, other.score[key]) for key, histogram in self.score.items()}
        return StratumCounts(self.respondents + other.respondents, items, score)


@dataclass(frozen=True, slots=True)
class WaveCounts:
    """The counts of one wave by stratum (a leaf or an inner node of the merge tree), and the population, if known."""

    strata: Mapping[str, StratumCounts]
    population: Mapping[str, int] | None = None

    def __add__(self, other: "WaveCounts") -> "WaveCounts":
        """Return the counts of both parts of one wave; the population is of the whole wave and must be the same."""
        if self.population != other.population:
            raise ValueError("parts of one wave have one population")
        strata = dict(self.strata)
        for name, counts in other.strata.items():
            strata[name] = strata[name] + counts if name in strata else counts
        return WaveCounts(strata, self.population)

    @property
    def respondents(self) -> int:
        """The number of people who answered."""
        return sum(counts.respondents for counts in self.strata.values())

    def to_tally(self) -> Tally:
        """Return every count as rows, zeros too, sorted; `from_tally` gives the same counts back."""
        return sorted(row for name, counts in self.strata.items() for row in _stratum_rows(name, counts))


@dataclass(slots=True)
class Running:
    """The counts of one stratum while rows are still coming."""

    respondents: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    options: Counter[tuple[str, str]] = field(default_factory=Counter)
    score: Counter[tuple[str, int]] = field(default_factory=Counter)

    def add(self, questionnaire: Questionnaire, asked: Sequence[Item], answers: Answers) -> None:
        """Count one respondent (*asked* are the questionnaire's items); answers to items that were not seen do not count."""
        self.respondents += 1
        seen = {item.id: item for item in asked if holds(item.show_if, answers)}
        for item in seen.values():
            chosen = _checked(item, answers.get(item.id, ()))
            self.seen[item.id] += 1
            self.answered[item.id] += bool(chosen)
            self.options.update((item.id, choice) for choice in chosen)
        for score in questionnaire.scores:
            if all(item in seen and answers.get(item) for item in score.items):
                right = sum(tuple(answers[item]) == (seen[item].correct,) for item in score.items)
                self.score[score.id, right] += 1

    def frozen(self, questionnaire: Questionnaire) -> StratumCounts:
        """Return the counts, with a zero for everything that nobody chose."""
        items = {
            item.id: ItemCounts(
                self.seen[item.id],
                self.answered[item.id],
                {choice.id: self.options[item.id, choice.id] for choice in item.choices},
            )
            for item in questionnaire.asked
        }
        score = {
            score.id: {points: self.score[score.id, points] for points in range(len(score.items) + 1)}
            for score in questionnaire.scores
        }
        return StratumCounts(self.respondents, items, score)


def count_answers(
    questionnaire: Questionnaire,
    rows: Iterable[tuple[str, Answers]],
    population: Mapping[str, int] | None = None,
) -> WaveCounts:
    """Return the counts of *rows*, one (stratum, answers) per respondent, in one pass.

    A score counts only those who answered every item of it; "don't know" is an answer worth 0.
    Where nobody is asked for a role, the strata are pools with ids of any kind. Raises ValueError for a stratum outside the
    merge tree, an unknown choice, or two choices where one is allowed.
    """
    known = {node.id for node in questionnaire.strata.walk()}
    running: dict[str, Running] = {}
    asked = questionnaire.asked
    for stratum, answers in rows:
        if questionnaire.stratum_item and stratum not in known:
            raise ValueError(f"the stratum {stratum!r} is not in the merge tree of {questionnaire.id}/{questionnaire.version}")
        running.setdefault(stratum, Running()).add(questionnaire, asked, answers)
    return WaveCounts({name: part.frozen(questionnaire) for name, part in sorted(running.items())}, population)


def from_tally(tally: Iterable[tuple[str, str, str, int]], population: Mapping[str, int] | None = None) -> WaveCounts:
    """Return the counts that `WaveCounts.to_tally` wrote, in any order of rows."""
    strata: dict[str, dict[str, dict[str, int]]] = {}
    for stratum, item, option, people in tally:
        strata.setdefault(stratum, {}).setdefault(item, {})[option] = people
    return WaveCounts({name: _from_rows(items) for name, items in sorted(strata.items())}, population)


def empty_counts(questionnaire: Questionnaire) -> StratumCounts:
    """Return the counts of a stratum in which nobody answered."""
    return Running().frozen(questionnaire)


def counts_under(counts: WaveCounts, questionnaire: Questionnaire, node: Stratum) -> StratumCounts:
    """Return the counts of everybody in or below *node* of the merge tree."""
    total = empty_counts(questionnaire)
    for part in node.walk():
        if part.id in counts.strata:
            total = total + counts.strata[part.id]
    return total


def population_under(counts: WaveCounts, node: Stratum) -> int | None:
    """Return how many people *node* has; None if not known.

    The number stated for the node itself, else the sum over its parts. A leaf for which no number is stated and in which
    nobody answered counts as empty, so that a file need not list professions that the town does not have.
    """
    if not counts.population:
        return None
    if node.id in counts.population:
        return counts.population[node.id]
    below = {part.id for part in node.walk()}
    answered = any(counts.strata[name].respondents for name in below & counts.strata.keys())
    if answered and not below & counts.population.keys():
        return None
    return _sum_known([population_under(counts, part) for part in node.parts])


def regroup(counts: WaveCounts, questionnaire: Questionnaire, nodes: Sequence[str]) -> WaveCounts:
    """Return the counts merged upwards so that the strata are *nodes* of the merge tree, which must cover everybody once.

    Raises ValueError if somebody is in none of the nodes, or in two.
    """
    chosen = [node for node in questionnaire.strata.walk() if node.id in nodes]
    merged = {node.id: counts_under(counts, questionnaire, node) for node in chosen}
    if sum(part.respondents for part in merged.values()) != counts.respondents:
        raise ValueError(f"the nodes {', '.join(nodes)} do not cover every respondent exactly once")
    people = {node.id: population_under(counts, node) for node in chosen}
    known = {name: number for name, number in people.items() if number is not None}
    return WaveCounts(merged, known or None)


def merge_small(counts: WaveCounts, questionnaire: Questionnaire, minimum: int = SMALLEST_STRATUM) -> WaveCounts:
    """Return the counts with every stratum of fewer than *minimum* respondents or people merged along the declared tree.

    A small stratum takes all its siblings with it into their parent, from the deepest parents upwards.
    """
    return regroup(counts, questionnaire, _large_enough(counts, questionnaire, questionnaire.strata, minimum))


def common_strata(before: Questionnaire, after: Questionnaire) -> tuple[str, ...]:
    """Return the reporting groups that both questionnaires make of the same professions; by these, waves can be compared."""
    earlier = {group.id: frozenset(group.leaves()) for group in before.reporting_groups}
    return tuple(group.id for group in after.reporting_groups if earlier.get(group.id) == frozenset(group.leaves()))


def _large_enough(counts: WaveCounts, questionnaire: Questionnaire, node: Stratum, minimum: int) -> list[str]:
    """Return the nodes at or below *node* that stay apart: the parts, or the node itself if one of its parts is too small."""
    if not node.parts or node.id in counts.strata:
        return [node.id]
    below = [name for part in node.parts for name in _large_enough(counts, questionnaire, part, minimum)]
    nodes = {part.id: part for part in node.walk()}
    for name in below:
        people = population_under(counts, nodes[name])
        respondents = counts_under(counts, questionnaire, nodes[name]).respondents
        empty = respondents == 0 and not people
        if not empty and (respondents < minimum or (people is not None and people < minimum)):
            return [node.id]
    return below


def _checked(item: Item, chosen: Sequence[str]) -> Sequence[str]:
    if not chosen:
        return chosen
    if item.counted_as != "multiple" and len(chosen) > 1:
        raise ValueError(f"the item {item.id} takes one choice, not {len(chosen)}")
    known = {choice.id for choice in item.choices}
    if not known.issuperset(chosen) or len(set(chosen)) != len(chosen):
        raise ValueError(f"the item {item.id} has no such choices: {', '.join(chosen)}")
    return chosen


def _sum(one: Mapping[_Key, int], other: Mapping[_Key, int]) -> dict[_Key, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}


def _sum_known(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _stratum_rows(name: str, counts: StratumCounts) -> Tally:
    rows = [(name, _WHOLE, _RESPONDENTS, counts.respondents)]
    for item, numbers in counts.items.items():
        rows += [(name, item, _SEEN, numbers.seen), (name, item, _ANSWERED, numbers.answered)]
        rows += [(name, item, option, people) for option, people in numbers.options.items()]
    for score, histogram in counts.score.items():
        rows += [(name, _SCORE + score, str(points), people) for points, people in histogram.items()]
    return rows


def _from_rows(items: Mapping[str, Mapping[str, int]]) -> StratumCounts:
    counted = {
        item: ItemCounts(
            options[_SEEN], options[_ANSWERED], {key: n for key, n in options.items() if key not in (_SEEN, _ANSWERED)}
        )
        for item, options in items.items()
        if item != _WHOLE and not item.startswith(_SCORE)
    }
    score = {
        item.removeprefix(_SCORE): {int(points): n for points, n in options.items()}
        for item, options in items.items()
        if item.startswith(_SCORE)
    }
    return StratumCounts(items[_WHOLE][_RESPONDENTS], counted, score)

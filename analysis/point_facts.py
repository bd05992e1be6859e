"""What anybody knows of the points of a score: right answers, mean, deviation, and that each person has an answer once.

With the points of n people and the right answers to each item there is a table of answers if, and only if, no set of k items
has more right answers than people can give with k items: Gale (1957), Pacific J. Math. 7, 1073-1082; Ryser (1957), Canad. J.
Math. 9, 371-377.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from analysis.linked_items import REST
from analysis.suppression import Cell, Key, Link, LinkedTable, joined
from analysis.tables import CORRECT, TOWN, PointBin, RawWave, ScoreFigures
from questionnaires.survey_types import Score

_HALF_STEP: Final = 0.05
"""Deviations are published to a tenth."""
_SLACK: Final = 1e-6
_MOST_UNKNOWN: Final = 5
"""With more unknown counts of right answers in one part of the town there are too many sets of items to look at."""


@dataclass(frozen=True, slots=True)
class Points:
    """A score, its published figures, and the released tables of its items with the cells that are hidden in them."""

    score: Score
    figures: Mapping[str, ScoreFigures]
    tables: Mapping[str, LinkedTable]
    hidden: frozenset[Key]

    def histogram(self, wave: RawWave, part: str = TOWN) -> tuple[int, ...]:
        """Return how many people of *part* truly have 0, 1, 2 and more points."""
        figures = wave.scores[self.score.id]
        if part == REST:
            groups = [self.histogram(wave, name) for name in self.groups]
            whole = self.histogram(wave)
            return tuple(all_ - sum(of[value] for of in groups) for value, all_ in enumerate(whole))
        return tuple(one.count for one in figures[part].bins or ())

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of which any item tells anything."""
        rows = dict.fromkeys(key[1] for table in self.tables.values() for key in table.cells)
        return tuple(row for row in rows if row not in (TOWN, REST))

    def of_groups(self, model: LinkedTable) -> list[Key]:
        """Return the counts of points in parts of the town; no small one may be told more exactly by bins of the town."""
        return [key for key in model.cells if key[0] == self.score.id and key[1] != TOWN and key[2].startswith("=")]

    @property
    def hidden_answers(self) -> list[Key]:
        """The hidden answers that must not be told, whether they are small or hidden for the sake of others: nobody knows."""
        cells = [(key, cell) for table in self.tables.values() for key, cell in table.cells.items()]
        return [key for key, cell in cells if cell.guarded and key in self.hidden]


def model_of(wave: RawWave, points: Points) -> LinkedTable | None:
    """Return what is known of the points before there are bins; None where too much is unknown to try every way.

    So it is also where somebody has no score: whose right answers are counted is then not known.
    """
    names = (*points.groups, REST) if points.groups else (TOWN,)
    parts = [part for name in names if (part := _part(wave, points, name)).people]
    respondents = wave.response[TOWN].respondents
    if respondents != sum(points.histogram(wave)) or any(len(part.unknown) > _MOST_UNKNOWN for part in parts):
        return None
    made = [_of_part(points, part) for part in parts]
    if points.groups:
        made.append(_of_town(wave, points, parts))
    return joined(made)


def bins_link(score: str, bins: Sequence[PointBin]) -> list[Link]:
    """Return what *bins* tell: so many people of the town have one of these numbers of points."""
    return [_total([_at(score, TOWN, value) for value in range(one.low, one.high + 1)], one.count) for one in bins]


def guarded_sets(score: str, bins: Sequence[PointBin], model: LinkedTable) -> LinkedTable:
    """Return every run of numbers of points, and all but a run, in which few people may be: that holds no whole bin."""
    counts = [model.cells[_at(score, TOWN, value)].value for value in range(bins[-1].high + 1)]
    whole = [set(range(one.low, one.high + 1)) for one in bins]
    cells: dict[Key, Cell] = {}
    links: list[Link] = []
    values = range(len(counts))
    for low, end in combinations(range(len(counts) + 1), 2):
        run = [value for value in values if low <= value < end]
        for named, chosen in (("", run), ("not ", [value for value in values if value not in run])):
            if len(chosen) < len("ab") or any(one.issubset(chosen) for one in whole):
                continue
            key = (score, TOWN, f"{named}{low}-{end - 1}")
            cells[key] = Cell(sum(counts[value] for value in chosen), 0, sum(counts), shown=False)
            links.append(Link((*((_at(score, TOWN, value), 1) for value in chosen), (key, -1)), 0, 0))
    return LinkedTable(cells, tuple(links))


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the town: how many of its people have how many points, and the counts of right answers to each item."""

    name: str
    counts: tuple[int, ...]
    known: tuple[int, ...]
    unknown: tuple[Key, ...]
    new: Mapping[Key, Cell]

    @property
    def people(self) -> int:
        return sum(self.counts)


def _at(score: str, part: str, value: int) -> Key:
    return (score, part, f"={value}")


def _total(keys: Sequence[Key], people: float) -> Link:
    return Link(tuple((key, 1) for key in keys), people, people)


def _part(wave: RawWave, points: Points, name: str) -> _Part:
    known: list[int] = []
    unknown: list[Key] = []
    new: dict[Key, Cell] = {}
    for item in points.score.items:
        right = _right(wave, points, item, name)
        key = (item, name, CORRECT)
        if key not in points.tables[item].cells:
            key = (points.score.id, name, f"right {item}")
            new[key] = Cell(right, 0, sum(points.histogram(wave, name)), guarded=False, shown=False)
        if key in points.hidden or key in new:
            unknown.append(key)
        else:
            known.append(right)
    return _Part(name, points.histogram(wave, name), tuple(sorted(known, reverse=True)), tuple(unknown), new)


def _right(wave: RawWave, points: Points, item: str, part: str) -> int:
    strata = wave.items[item].strata
    if part == REST:
        return _right(wave, points, item, TOWN) - sum(_right(wave, points, item, name) for name in points.groups)
    return strata[part].figure(CORRECT).count or 0


def _of_part(points: Points, part: _Part) -> LinkedTable:
    """Return what is known of the points of one part of the town by itself."""
    score, people = points.score.id, part.people
    at = [_at(score, part.name, value) for value in range(len(part.counts))]
    cells = {key: _points_cell(part.name, count, people) for key, count in zip(at, part.counts, strict=True)}
    answers = (*((key, -1) for key in part.unknown),)
    points_of_all = Link((*_weighted(at, range(len(at))), *answers), sum(part.known), sum(part.known))
    links = [_total(at, people), points_of_all, *_can_be_answered(at, part)]
    total = [sum(part.known)] if not part.unknown else None
    spread = _spread(points, part.name, at, total, part.counts)
    return joined([LinkedTable({**cells, **part.new}, tuple(links)), spread])


def _can_be_answered(at: Sequence[Key], part: _Part) -> Iterator[Link]:
    """Yield, for every number k of items, that people have answered no k items more often than they could."""
    for size in range(1, len(at) - 1):
        people = _weighted(at, [min(size, value) for value in range(len(at))])
        for hidden in range(max(0, size - len(part.known)), min(size, len(part.unknown)) + 1):
            right = sum(part.known[: size - hidden])
            for chosen in combinations(part.unknown, hidden):
                yield Link((*people, *((key, -1) for key in chosen)), right, math.inf)


def _of_town(wave: RawWave, points: Points, parts: Sequence[_Part]) -> LinkedTable:
    """Return what ties the parts of the town to the town: their people and right answers add up to its own."""
    score, counts = points.score.id, points.histogram(wave)
    at = [_at(score, TOWN, value) for value in range(len(counts))]
    cells = {key: _points_cell(TOWN, count, sum(counts)) for key, count in zip(at, counts, strict=True)}
    links = [Link((*((_at(score, part.name, value), 1) for part in parts), (key, -1)), 0, 0) for value, key in enumerate(at)]
    new = {key for part in parts for key in part.new}
    for item in points.score.items:
        named = [(score, part.name, f"right {item}") for part in parts]
        keys = [key if key in new else (item, key[1], CORRECT) for key in named]
        links.append(Link((*((key, 1) for key in keys), ((item, TOWN, CORRECT), -1)), 0, 0))
    hidden = any((item, TOWN, CORRECT) in points.hidden for item in points.score.items)
    total = None if hidden else [sum(_right(wave, points, item, TOWN) for item in points.score.items)]
    return joined([LinkedTable(cells, tuple(links)), _spread(points, TOWN, at, total, counts)])


def _points_cell(part: str, count: int, people: int) -> Cell:
    return Cell(count, 0, people, guarded=part == TOWN, shown=False)


def _spread(points: Points, part: str, at: Sequence[Key], totals: Sequence[int] | None, counts: Sequence[int]) -> LinkedTable:
    """Return what the deviation of one part tells: for each sum of points that its mean allows, the least and most squares.

    *totals* is that sum alone where the counts of right answers tell it; nothing where the part's score is not shown.
    """
    sample = points.figures[part].moments if part in points.figures else None
    if sample is None or sample.variance is None:
        return LinkedTable({}, ())
    n, step = sample.n, points.figures[part].rounding or 0.0
    low, high = math.ceil(n * (sample.mean - step / 2) - _SLACK), math.floor(n * (sample.mean + step / 2) + _SLACK)
    true = sum(value * count for value, count in enumerate(counts))
    chosen = {total: (points.score.id, part, f"sum {total}") for total in totals or range(low, high + 1)}
    cells: dict[Key, Cell] = {key: Cell(int(total == true), 0, 1, guarded=False, shown=False) for total, key in chosen.items()}
    deviation = math.sqrt(sample.variance)
    least, most = ((n - 1) * end**2 for end in (max(0.0, deviation - _HALF_STEP - _SLACK), deviation + _HALF_STEP + _SLACK))
    squares = _weighted(at, [value**2 for value in range(len(at))])
    links = (
        _total(list(cells), 1),
        Link((*_weighted(at, range(len(at))), *((key, -total) for total, key in chosen.items())), 0, 0),
        Link((*squares, *((key, -least - total**2 / n) for total, key in chosen.items())), -_SLACK, math.inf),
        Link((*squares, *((key, -most - total**2 / n) for total, key in chosen.items())), -math.inf, _SLACK),
    )
    return LinkedTable(cells, links)


def _weighted(keys: Sequence[Key], weights: Sequence[int]) -> tuple[tuple[Key, int], ...]:
    return tuple((key, weight) for key, weight in zip(keys, weights, strict=True) if weight)

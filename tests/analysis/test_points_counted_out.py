"""Every histogram of a small town is put through the rule that shows or refuses bins: neither tells a small count."""

import math
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from types import SimpleNamespace
from typing import Any, Final

import pytest

from analysis.estimates import Moments
from analysis.point_cuts import cut
from analysis.point_facts import Points
from analysis.protected_points import safe_bins
from analysis.suppression import SMALL, Cell, Key, Link, LinkedTable
from analysis.tables import CORRECT, TOWN, PointBin, ScoreFigures

EVERY: Final = bool(os.environ.get("COUNT_EVERY_TOWN"))
"""Whether larger towns are counted out, too, and the rule is tried on every histogram, which takes long."""
Histogram = tuple[int, ...]
Right = tuple[int, ...]
Published = tuple[float, tuple[int, ...]]
"""What else is published depends on the rest of the town: the deviation, and the people in each bin if bins are shown."""


def histograms(people: int, most: int, points: int) -> Iterator[Histogram]:
    """Every way in which *people* can have 0 to *most* points, *points* together."""
    if most == 0:
        yield from [(people,)] if points == 0 else []
        return
    for count in range(min(people, points // most) + 1):
        for rest in histograms(people - count, most - 1, points - count * most):
            yield (*rest, count)


def possible(histogram: Histogram, right: Right) -> bool:
    """Whether people with these points can have answered each question rightly so often (Gale 1957, Ryser 1957)."""
    return all(
        sum(sorted(right, reverse=True)[:size]) <= sum(min(size, value) * count for value, count in enumerate(histogram))
        for size in range(1, len(right) + 1)
    )


@dataclass(frozen=True)
class _Right:
    """How many people have a question right."""

    count: int

    def figure(self, _kind: str) -> "_Right":
        return self


@dataclass(frozen=True)
class Town:
    """The points and the right answers of each group, or of the whole town; means are rounded to ``step``.

    The right answers to the last question may be ``hidden``, of the town or of groups.
    """

    groups: Mapping[str, Histogram]
    right: Mapping[str, Right]
    hidden: tuple[str, ...] = ()
    step: float = 0.1

    @property
    def whole(self) -> Histogram:
        return tuple(map(sum, zip(*self.groups.values(), strict=True)))

    @property
    def moments(self) -> Moments:
        n = sum(self.whole)
        mean = sum(value * count for value, count in enumerate(self.whole)) / n
        return Moments(n, mean, sum(count * (value - mean) ** 2 for value, count in enumerate(self.whole)) / (n - 1))

    @property
    def published(self) -> Published:
        """The deviation, and how many people the bins of the only way to cut have."""
        sample = self._rounded
        deviation = round(math.sqrt(sample.variance or 0.0), 1)
        chosen = cut(len(self.whole) - 1, sample.n, sample.mean, deviation) if deviation else None
        return deviation, tuple(sum(self.whole[low : high + 1]) for low, high in chosen or ())

    def bins(self) -> tuple[PointBin, ...]:
        """Return the bins that are shown of it."""
        size, n = len(self.whole) - 1, sum(self.whole)
        items = tuple(f"q{number}" for number in range(size))
        right = {**self.right, TOWN: tuple(map(sum, zip(*self.right.values(), strict=True)))}
        people = {**{name: sum(own) for name, own in self.groups.items()}, TOWN: n}
        tables = {
            item: LinkedTable(
                {(item, name, CORRECT): Cell(own[at], 0, self._most(item, name, people[name])) for name, own in right.items()},
                (Link((*(((item, name, CORRECT), 1) for name in self.groups), ((item, TOWN, CORRECT), -1)), 0, 0),)
                if len(self.groups) > 1
                else (),
            )
            for at, item in enumerate(items)
        }
        wave: Any = SimpleNamespace(
            scores={"score": {name: _true(own) for name, own in {**self.groups, TOWN: self.whole}.items()}},
            response={TOWN: SimpleNamespace(respondents=n)},
            items={
                item: SimpleNamespace(strata={name: _Right(own[at]) for name, own in right.items()})
                for at, item in enumerate(items)
            },
        )
        score: Any = SimpleNamespace(id="score", items=items)
        unseen = frozenset[Key]((items[-1], name, CORRECT) for name in self.hidden)
        return safe_bins(wave, Points(score, {TOWN: ScoreFigures(self._rounded, rounding=self.step)}, tables, unseen))

    def _most(self, item: str, name: str, people: int) -> int:
        """Beside a hidden count of the town stands that it is 0 to 2."""
        return SMALL if name == TOWN in self.hidden and item == f"q{len(self.whole) - 2}" else people

    def counts(self) -> dict[Key, int]:
        """Return every count that nobody must tell from its like: runs of points, those of groups, hidden right answers."""
        found: dict[Key, int] = {
            ("runs", str(low), str(end)): sum(self.whole[low:end])
            for low, end in combinations(range(len(self.whole) + 1), 2)
            if end - low < len(self.whole)
        }
        for name, own in self.groups.items() if len(self.groups) > 1 else ():
            found |= {("points", name, str(value)): count for value, count in enumerate(own)}
        return found | {("right", name, "last"): self.right[name][-1] for name in self.hidden if name in self.right}

    @property
    def _rounded(self) -> Moments:
        true = self.moments
        told = round(math.sqrt(true.variance or 0.0), 1)
        return Moments(true.n, round(round(true.mean / self.step) * self.step, 1), told**2)


def _true(own: Histogram) -> ScoreFigures:
    return ScoreFigures(None, bins=tuple(PointBin(at, at, count) for at, count in enumerate(own)))


def towns(
    people: Mapping[str, int], rights: Sequence[Mapping[str, Right]], hidden: tuple[str, ...], step: float
) -> dict[Published, list[Town]]:
    """Return every town that agrees with one of *rights*, by what else is published of it."""
    found = defaultdict(list)
    for right in rights:
        ways = [[each for each in histograms(people[n], len(own), sum(own)) if possible(each, own)] for n, own in right.items()]
        for own in product(*ways):
            town = Town(dict(zip(right, own, strict=True)), right, hidden, step)
            found[town.published].append(town)
    return found


def small_values(some: Sequence[Town]) -> dict[Key, set[int]]:
    """Return which small values each count has in *some* towns."""
    found = defaultdict(set)
    for town in some:
        for key, count in town.counts().items():
            if count <= SMALL:
                found[key].add(count)
    return found


def most_unlike(alike: list[Town]) -> list[Town]:
    """Return the towns on which a rule that looks at small counts would most likely decide in two ways."""
    if EVERY or len(alike) < len("abc"):
        return alike
    by_small = sorted(alike, key=lambda town: sum(count <= SMALL for count in town.counts().values()))
    by_right = sorted(alike, key=lambda town: [own[-1] for own in town.right.values()]) if alike[0].hidden else []
    return [by_small[0], by_small[-1], *by_right[:1], *by_right[-1:]]


def without_groups(*right: int) -> list[Mapping[str, Right]]:
    return [{TOWN: right}]


_TOWNS: Final = [
    ("three questions", {TOWN: 45}, without_groups(33, 28, 30), (), 0.1),
    ("four questions", {TOWN: 36}, without_groups(20, 22, 24, 15), (), 0.1),
    ("four easy questions", {TOWN: 45}, without_groups(37, 37, 37, 37), (), 0.1),
    ("few had one right", {TOWN: 32}, [{TOWN: (22, 20, 18, few)} for few in range(3)], (TOWN,), 0.5),
    ("groups", {"a": 10, "b": 26}, [{"a": (7, 6, 7), "b": (17, 16, 16)}], (), 0.1),
    (
        "one hidden in both groups",
        {"a": 10, "b": 30},
        [{"a": (7, 6, few), "b": (20, 19, 20 - few)} for few in range(11)],
        ("a", "b"),
        0.1,
    ),
]
_LARGER: Final = [
    ("larger groups", {"a": 12, "b": 33}, [{"a": (9, 7, 8), "b": (24, 21, 22)}], (), 0.1),
    ("unlike groups", {"a": 12, "b": 33}, [{"a": (3, 4, 5), "b": (28, 26, 25)}], (), 0.1),
    ("even groups", {"a": 20, "b": 22}, [{"a": (12, 13, 15), "b": (14, 14, 15)}], (), 0.1),
    ("three groups", {"a": 10, "b": 10, "c": 20}, [{"a": (7, 6, 8), "b": (5, 7, 6), "c": (13, 12, 14)}], (), 0.1),
    ("four questions, groups", {"a": 10, "b": 24}, [{"a": (7, 6, 7, 5), "b": (14, 16, 15, 15)}], (), 0.1),
]


@pytest.mark.patient
@pytest.mark.parametrize(
    ("people", "rights", "hidden", "step"),
    [pytest.param(*each[1:], id=each[0]) for each in (*_TOWNS, *(_LARGER if EVERY else ()))],
)
def test_whoever_knows_the_rule_learns_nothing_from_what_was_shown_or_refused(
    people: Mapping[str, int], rights: Sequence[Mapping[str, Right]], hidden: tuple[str, ...], step: float
) -> None:
    """Towns of which the same is published, bins too, all show them or none does; what is left by a refusal is what there was.

    A town whose bins are shown is then any that agrees with them, which the rule itself has looked at; that it did is asked
    again here.
    """
    found = towns(people, rights, hidden, step)
    shown = {}
    for published, alike in found.items():
        decided = {bool(town.bins()) for town in most_unlike(alike)}
        assert len(decided) == 1, (published, alike[:3])
        shown[published] = decided.pop()
    assert sum(map(len, found.values())) > 100
    assert any(shown.values())
    for deviation in {each for each, _ in found}:
        near = {published: alike for published, alike in found.items() if published[0] == deviation}
        before = small_values([town for alike in near.values() for town in alike])
        refused = small_values([town for published, alike in near.items() if not shown[published] for town in alike])
        assert {key: before[key] for key in refused} == refused, deviation
        for published, alike in near.items():
            after = small_values(alike) if shown[published] else {}
            assert {key: before[key] for key in after} == after, published

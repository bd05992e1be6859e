"""What an attacker knows for certain: whole numbers with limits, and weighted sums of them that lie between two numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

Name = tuple[str, ...]
"""What is counted; of a survey: item, stratum and column (a choice, "right", "favourable", "others", "silent" or "all")."""
Span = tuple[float, float]
Sum = tuple[Mapping[Name, float], float, float]
"""Weights, and the least and the greatest value that the sum can have."""
_SLACK: Final = 1e-6
_MOST: Final = 100_000
"""Nobody has to look further: more people live in no such town."""


class ContradictionError(AssertionError):
    """What is published cannot all be true: numbers of different truths stand beside each other."""


@dataclass
class Facts:
    """Unknown whole numbers, the limits of each, and sums that lie between two numbers."""

    limits: dict[Name, Span] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    _size: tuple[int, int] = (0, 0)
    _parts: "Mapping[Name, _Part]" = field(default_factory=dict)

    def unknown(self, name: Name, low: float = 0, high: float = np.inf) -> Name:
        """Note that there is such a number, and what is known of it."""
        old = self.limits.get(name, (0, np.inf))
        self.limits[name] = (max(low, old[0]), min(high, old[1]))
        return name

    def weighted(self, terms: Mapping[Name, float], low: float, high: float) -> None:
        """Note that a weighted sum lies between two numbers."""
        for name in terms:
            self.unknown(name)
        self.sums.append((dict(terms), low, high))

    def total(self, parts: Iterable[Name], low: float, high: float | None = None, minus: Name | None = None) -> None:
        """Note the sum of some numbers (less *minus*): *low*, or from *low* to *high*."""
        terms = dict.fromkeys(parts, 1.0)
        if minus:
            terms[minus] = -1.0
        self.weighted(terms, low, low if high is None else high)

    def range_of(self, name: Name, at_least: Mapping[Name, float] | None = None) -> tuple[int, int]:
        """Return the least and the greatest value that one number can have, for somebody who knows more *at_least*.

        Raises ContradictionError if it can have none.
        """
        part = self._part(name)
        more = at_least or {}
        limits = Bounds([max(low, more.get(key, 0)) for key, low in zip(part.order, part.least, strict=True)], part.most)
        ends = [part.end(name, sign, limits) for sign in (1, -1)]
        return ends[0], ends[1]

    def can_be(self, name: Name, value: int) -> bool:
        """Say whether one number can be *value*: faster than its range, where that is wide."""
        part = self._part(name)
        least, most = list(part.least), list(part.most)
        place = part.order[name]
        if not least[place] <= value <= most[place]:
            return False
        least[place] = most[place] = value
        return part.holds(Bounds(least, most))

    def _part(self, name: Name) -> "_Part":
        """Return the numbers that sums tie to one, directly or by others; looked for once as long as nothing is added."""
        if self._size != (len(self.limits), len(self.sums)):
            self._size, self._parts = (len(self.limits), len(self.sums)), _parts(self.limits, self.sums)
        return self._parts[name]


@dataclass(frozen=True)
class _Part:
    """Numbers that hang together, with what is known of them."""

    order: Mapping[Name, int]
    least: Sequence[float]
    most: Sequence[float]
    sides: Sequence[LinearConstraint]

    def holds(self, limits: Bounds) -> bool:
        """Say whether there are such numbers within *limits*."""
        size = len(self.order)
        found = milp(np.zeros(size), integrality=np.ones(size, dtype=int), bounds=limits, constraints=self.sides)
        return found.x is not None

    def end(self, name: Name, sign: int, limits: Bounds) -> int:
        """Return the least value of a number, or with a negative *sign* the greatest."""
        goal = np.zeros(len(self.order))
        goal[self.order[name]] = sign
        found = milp(goal, integrality=np.ones(len(self.order), dtype=int), bounds=limits, constraints=self.sides)
        if found.x is None:
            raise ContradictionError(f"what is published contradicts itself at {name}: {found.message}")
        end: int = round(found.x[self.order[name]])
        return end


def _parts(limits: Mapping[Name, Span], sums: Sequence[Sum]) -> dict[Name, _Part]:
    parent = {name: name for name in limits}

    def top(name: Name) -> Name:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for terms, _, _ in sums:
        first = top(next(iter(terms)))
        for name in terms:
            parent[top(name)] = first
    names: dict[Name, list[Name]] = {}
    for name in sorted(limits):
        names.setdefault(top(name), []).append(name)
    tied: dict[Name, list[Sum]] = {}
    for each in sums:
        tied.setdefault(top(next(iter(each[0]))), []).append(each)
    made = {head: _made(own, tied.get(head, []), limits) for head, own in names.items()}
    return {name: made[top(name)] for name in limits}


def _made(names: Sequence[Name], sums: Sequence[Sum], limits: Mapping[Name, Span]) -> _Part:
    order = {name: place for place, name in enumerate(names)}
    matrix = sparse.lil_array((len(sums), len(order)))
    for line, (terms, _, _) in enumerate(sums):
        for name, weight in terms.items():
            matrix[line, order[name]] = weight
    low, high = np.array([low - _SLACK for _, low, _ in sums]), np.array([high + _SLACK for *_, high in sums])
    sides = [LinearConstraint(matrix.tocsr(), low, high)] if sums else []
    return _Part(order, [limits[name][0] for name in names], [min(limits[name][1], _MOST) for name in names], sides)

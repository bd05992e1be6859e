"""Which cells of a question with two categories are hidden: one of a few fixed patterns, so that the choice tells nothing.

Whoever has this program knows which pattern is taken for which answers. So the pattern is taken that is the first to show
no small count, and of which each hidden count, if it can be small at all, could be 0, 1 and 2 among the answers that are
published just so: those that agree with what is shown, and of which every earlier pattern would show a small count. The second
depends on what is published alone. Source: a rule of our own, after simulatable auditing (Kenthapadi, Mishra and Nissim 2005,
Proc. PODS, 118-127): what is refused must be decided by what the reader knows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.suppression import SMALL, DisclosureRefusedError, Key, LinkedTable, system

_FOUND: Final = 0
_DECIDED: Final = (_FOUND, 2)
"""What scipy's milp says where it found an answer, and where there is none."""


@dataclass(frozen=True, slots=True)
class Question:
    """The columns of a linked table with two categories: ``head`` is shown first, ``others`` follows from the rest.

    ``outside`` holds everybody outside the base (None: nobody can be), ``apart`` its parts, ``beside`` all that are not in
    ``head``. ``town`` is the row of the whole town; groups with fewer than ``base`` in the base are not shown.
    """

    head: str
    others: str
    town: str
    outside: str | None = None
    apart: tuple[str, ...] = ()
    beside: str | None = None
    base: int = 0


_Fact = tuple[Key, int, bool]
"""A count is at most (true) or at least (false) so much."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What a pattern shows, itself or by subtraction, and the facts of which none may be true for it.

    Those ``besides`` are reckoned from what it shows. One that shows the ``whole`` table hides nothing.
    """

    shown: frozenset[Key]
    unless: tuple[_Fact, ...]
    besides: tuple[_Fact, ...]
    whole: bool


def hidden_cells(table: LinkedTable, question: Question) -> frozenset[Key] | None:
    """Return what is hidden of the *table* of a *question*; None if nothing may be shown, not even how small a count is."""
    failed: list[_Pattern] = []
    for pattern in _patterns(table, question):
        if not any(_true(fact, table) for fact in (*pattern.unless, *pattern.besides)) and _tells_nothing(
            table, pattern, failed
        ):
            return frozenset(table.cells) - pattern.shown
        failed.append(pattern)
    whole = (question.head, question.beside or question.others)
    few = any(key[1] == question.town and key[2] in whole and cell.value <= SMALL for key, cell in table.cells.items())
    return frozenset(table.cells) if few else None


def _true(fact: _Fact, table: LinkedTable) -> bool:
    key, limit, at_most = fact
    return table.cells[key].value <= limit if at_most else table.cells[key].value >= limit


def _patterns(table: LinkedTable, question: Question) -> Iterator[_Pattern]:
    """Yield the patterns from the most to the least."""
    groups = [row for row in dict.fromkeys(key[1] for key in table.cells) if row != question.town]
    head = (question.head, question.beside or question.others)
    base = (question.head, question.others, question.outside)
    columns = (head,) if question.outside is None else ((*base, *question.apart), base, head)
    for of_groups in (*columns, ()) if groups else ((),):
        for of_town in columns:
            if len(of_town) < len(of_groups) or (of_groups == head and of_town != head):
                continue
            rows = {**dict.fromkeys(groups, of_groups), question.town: of_town}
            shown = frozenset(
                key for key, cell in table.cells.items() if key[2] in rows[key[1]] and (cell.shown or key[2] == question.beside)
            )
            facts: list[_Fact] = [(key, SMALL, True) for key in shown]
            most = _most_outside(table, question, groups if of_groups else ())
            facts += [(key, limit + 1, False) for key, limit in most.items() if key[1] != question.town]
            whole = all(key in shown or key[2] == question.beside for key in table.cells)
            yield _Pattern(shown, tuple(facts), tuple(_besides(table, question, shown, most)), whole)


def _most_outside(table: LinkedTable, question: Question, groups: Sequence[str]) -> dict[Key, int]:
    """Return how many can be outside the base in the town, and in those groups so that they may be shown."""
    of_town = {key: cell.high for key, cell in table.cells.items() if key[1:] == (question.town, question.outside)}
    found = dict(of_town)
    for key, cell in table.cells.items():
        if key[2] == question.outside and key[1] in groups:
            seen = sum(table.cells[*key[:2], each].value for each in (question.head, question.beside or ""))
            found[key] = min(cell.high, seen - question.base, *of_town.values())
    return found


def _besides(table: LinkedTable, question: Question, shown: frozenset[Key], most: Mapping[Key, int]) -> Iterator[_Fact]:
    """Yield where nobody, or only one, could not be left for ``others``: then more must be.

    People beside ``head`` who are shown, and no more outside the base than there can be, would tell two from none.
    """
    for key, limit in most.items():
        beside = (*key[:2], question.beside or "")
        if beside in shown and key not in shown and 0 < (left := table.cells[beside].value) - limit <= SMALL:
            yield key, left - SMALL, False


def _tells_nothing(table: LinkedTable, pattern: _Pattern, failed: Sequence[_Pattern]) -> bool:
    """Say whether each hidden count that can be small at all could be 0, 1 and 2 among the answers that are published so.

    Those are at least the answers that show something small in each pattern before: some were passed over because they tell.
    """
    free = [key for key in table.cells if key not in pattern.shown]
    if not free:
        return True
    place = {key: at for at, key in enumerate(free)}
    matrix, low, high = system(table, free)
    sets, whole = [], 0
    for before in failed:
        if not any(_true(fact, table) for fact in before.unless if fact[0] in pattern.shown):
            sets.append(tuple((place[key], limit, at_most) for key, limit, at_most in before.unless if key in place))
            whole += before.whole
    limits = {key: [table.cells[key].low, table.cells[key].high] for key in free}
    for key, limit, at_most in (*pattern.unless, *pattern.besides):
        if key in limits and at_most:
            limits[key][0] = max(limits[key][0], limit + 1)
        elif key in limits:
            limits[key][1] = min(limits[key][1], limit - 1)
    rows = tuple(tuple(row) for row in matrix.tolist())
    ends = tuple((one, other) for one, other in limits.values())
    return _open(ends, rows, tuple(low.tolist()), tuple(high.tolist()), tuple(sets), whole)


@lru_cache(maxsize=4096)
def _open(
    limits: tuple[tuple[int, int], ...],
    rows: tuple[tuple[float, ...], ...],
    low: tuple[float, ...],
    high: tuple[float, ...],
    sets: tuple[tuple[tuple[int, int, bool], ...], ...],
    whole: int,
) -> bool:
    """Say whether each count that can be small can be 0, 1 and 2 where of each of *sets* one fact is true.

    That a count can be small is asked with the first *whole* of them: patterns that hide nothing are never passed over.
    """
    anyhow, passed = _Answers(limits, rows, low, high, sets[:whole]), _Answers(limits, rows, low, high, sets)
    small = range(SMALL + 1)
    return all(
        all(passed.can_be(place, value) for value in small) or not any(anyhow.can_be(place, value) for value in small)
        for place in range(len(limits))
    )


class _Answers:
    """All answers that meet the *rows* (each from *low* to *high*) within *limits*, and of each of *sets* one fact."""

    def __init__(
        self,
        limits: Sequence[tuple[int, int]],
        rows: Sequence[Sequence[float]],
        low: Sequence[float],
        high: Sequence[float],
        sets: Sequence[Sequence[tuple[int, int, bool]]],
    ) -> None:
        size, extra = len(limits), sum(map(len, sets))
        matrix = np.zeros((len(rows) + extra + len(sets), size + extra))
        matrix[: len(rows), :size] = rows
        least, most = [*low], [*high]
        at, column = len(rows), size
        for one in sets:
            first = column
            for place, limit, at_most in one:
                start, end = limits[place]
                matrix[at, place], matrix[at, column] = 1, (end if at_most else start) - limit
                least.append(-np.inf if at_most else start)
                most.append(end if at_most else np.inf)
                at, column = at + 1, column + 1
            matrix[at, first:column] = 1
            least.append(1)
            most.append(np.inf)
            at += 1
        self._facts = LinearConstraint(matrix, least, most) if least else ()
        self._low = np.array([*(one[0] for one in limits), *[0] * extra], dtype=int)
        self._high = np.array([*(one[1] for one in limits), *[1] * extra], dtype=int)

    def can_be(self, place: int, value: int) -> bool:
        """Say whether that count can be *value*; DisclosureRefusedError if the solver cannot say."""
        if not self._low[place] <= value <= self._high[place]:
            return False
        low, high = self._low.copy(), self._high.copy()
        low[place] = high[place] = value
        whole = np.ones_like(low)
        found = milp(np.zeros_like(low), integrality=whole, bounds=Bounds(low, high), constraints=self._facts)
        if found.status not in _DECIDED:  # "cannot be" would let a pattern pass that tells something
            raise DisclosureRefusedError([(("hidden", "count", str(place)), f"the solver gave up: {found.message}")])
        return bool(found.status == _FOUND)

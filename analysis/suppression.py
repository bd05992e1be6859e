"""Which cells of linked tables must be hidden so that nobody can work out a count of 0, 1 or 2, and the attacker who tries.

Complementary suppression is the integer program of Fischetti and Salazar (2000), Math. Program. 87, 517-546: the cheapest
set of hidden cells for which, for every small count, there is a table that agrees with everything shown and has 0 there, and
another that has 2. The attacker computes the least and the greatest value that each hidden cell can have.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

Key = tuple[str, ...]
"""What a cell counts: table, stratum, column; how many parts it has does not matter here."""

_Matrix = Any  # scipy's stubs do not agree among themselves on the type of a sparse matrix

SMALL: Final = 2
"""Counts up to this number look alike."""


class DisclosureRefusedError(RuntimeError):
    """The attacker would have got through: nothing is released. ``cells`` names the cells and why."""

    def __init__(self, cells: Sequence[tuple[Key, str]]) -> None:
        self.cells = tuple(cells)
        super().__init__("; ".join(f"{'/'.join(key)}: {why}" for key, why in cells))


@dataclass(frozen=True, slots=True)
class Cell:
    """A count, what anybody knows of it beforehand (``low`` to ``high``), and what hiding it costs.

    ``guarded`` is false for a cell that only links others: it is never shown and may be as small as it is. ``shown`` is false
    for a cell that is not to be shown in any case, but must not be worked out from others either.
    """

    value: int
    low: int
    high: int
    cost: float = 0.0
    guarded: bool = True
    shown: bool = True

    @property
    def small(self) -> bool:
        """Whether the count must not be told from its like."""
        return self.guarded and self.value <= SMALL


@dataclass(frozen=True, slots=True)
class Link:
    """A published fact: the weighted sum of some cells lies from ``low`` to ``high``."""

    terms: tuple[tuple[Key, float], ...]
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LinkedTable:
    """Cells and the facts that tie them; the true values meet every link."""

    cells: Mapping[Key, Cell]
    links: tuple[Link, ...]


def joined(tables: Iterable[LinkedTable], links: Iterable[Link] = ()) -> LinkedTable:
    """Return the tables as one, tied by further *links*."""
    parts = tuple(tables)
    cells = {key: cell for table in parts for key, cell in table.cells.items()}
    return LinkedTable(cells, (*(link for table in parts for link in table.links), *links))


def suppress(table: LinkedTable) -> frozenset[Key]:
    """Return the cheapest set of cells to hide so that every small count can be 0, 1 or 2, with those not to be shown.

    Raises DisclosureRefusedError if not even hiding everything protects them.
    """
    small = [key for key, cell in table.cells.items() if cell.small]
    return _cheapest(table, small) if small else frozenset(key for key, cell in table.cells.items() if not cell.shown)


def attack(
    table: LinkedTable, hidden: frozenset[Key], targets: Sequence[Key], insider: Key | None = None
) -> dict[Key, tuple[int, int]]:
    """Return the least and the greatest value that each of *targets* can have, given every cell that is not *hidden*.

    An *insider* is a person counted in that cell: they know that it is not empty.
    """
    free = [key for key in table.cells if key in hidden]
    place = {key: position for position, key in enumerate(free)}
    matrix, low, high = system(table, free)
    least = np.array([max(table.cells[key].low, int(key == insider)) for key in free], dtype=float)
    most = np.array([table.cells[key].high for key in free], dtype=float)
    copies = 2 * len(targets)
    goal = np.zeros(copies * len(free), dtype=int)
    for copy, key in enumerate(key for key in targets for _ in range(2)):
        goal[copy * len(free) + place[key]] = -1 if copy % 2 else 1
    result = milp(
        goal,
        integrality=np.ones_like(goal),
        bounds=Bounds(np.tile(least, copies), np.tile(most, copies)),
        constraints=_constraints((_copied(matrix, copies), np.tile(low, copies), np.tile(high, copies))),
    )
    if result.x is None:
        raise DisclosureRefusedError([(key, "the published facts contradict the counts") for key in targets])
    found = np.rint(result.x).astype(int).reshape(copies, len(free))
    return {key: (int(found[2 * n, place[key]]), int(found[2 * n + 1, place[key]])) for n, key in enumerate(targets)}


def weaknesses(table: LinkedTable, hidden: frozenset[Key]) -> list[tuple[Key, str]]:
    """Return every small count that an attacker could tell from its like, with what they would know; empty if none.

    From outside, each must be able to be 0 and 2 (and what lies between); for somebody who knows their own answer, each must
    still have two possible values.
    """
    small = [key for key, cell in table.cells.items() if cell.small]
    found = [(key, "a count of 0-2 is shown") for key in small if key not in hidden]
    targets = [key for key in small if key in hidden]
    if not targets:
        return found
    bounds = attack(table, hidden, targets)
    found += [(key, f"must be {low}-{high}") for key, (low, high) in bounds.items() if low > 0 or high < SMALL]
    for insider in _insiders(table, hidden):
        inside = attack(table, hidden, targets, insider)
        told = [(key, f"is {low} for one of {'/'.join(insider)}") for key, (low, high) in inside.items() if low == high]
        found += told
    return found


def refuse_weak(table: LinkedTable, hidden: frozenset[Key]) -> None:
    """Raise `DisclosureRefusedError`, naming every cell, if the attacker can tell a small count although *hidden* is hidden."""
    found = weaknesses(table, hidden)
    if found:
        raise DisclosureRefusedError(found)


def _insiders(table: LinkedTable, hidden: frozenset[Key]) -> list[Key]:
    """Return the hidden cells with few enough people that knowing of one tells anything: those with a small count."""
    return [key for key, cell in table.cells.items() if key in hidden and cell.small and cell.value]


def system(table: LinkedTable, free: Sequence[Key]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the links over the *free* cells (a row of weights each, least and greatest sum), the others put in as they are."""
    place = {key: position for position, key in enumerate(free)}
    links = [link for link in table.links if any(key in place for key, _ in link.terms)]
    matrix = np.zeros((len(links), len(free)))
    known = np.zeros(len(links))
    for row, link in enumerate(links):
        for key, weight in link.terms:
            if key in place:
                matrix[row, place[key]] = weight
            else:
                known[row] += weight * table.cells[key].value
    low, high = (np.array([getattr(link, end) for link in links], dtype=float) for end in ("low", "high"))
    return matrix, low - known, high - known


def _copied(matrix: np.ndarray, copies: int) -> _Matrix:
    """Return *matrix* once for each of several tables that know nothing of each other."""
    return sparse.csc_array(sparse.kron(sparse.eye_array(copies), matrix))


def _constraints(*parts: tuple[_Matrix, np.ndarray, np.ndarray]) -> list[LinearConstraint]:
    return [LinearConstraint(matrix, low, high) for matrix, low, high in parts if len(low)]


def _cheapest(table: LinkedTable, small: Sequence[Key]) -> frozenset[Key]:
    """Solve the integer program: hidden or not per cell, and for each small count two whole tables that could be true.

    Only the choice of cells is declared integer: the tables are flows in a network (a hierarchy by a partition), whose
    extreme values are whole numbers anyway; the attacker checks with integers.
    """
    keys = list(table.cells)
    cells = [table.cells[key] for key in keys]
    size, copies = len(keys), 2 * len(small)
    value, least, most = (np.array([getattr(cell, name) for cell in cells], dtype=float) for name in ("value", "low", "high"))
    low, high = np.tile(least, copies), np.tile(most, copies)
    for copy, key in enumerate(key for key in small for _ in range(2)):
        wanted = copy * size + keys.index(key)
        low[wanted] = high[wanted] = SMALL if copy % 2 else 0
    matrix, link_low, link_high = system(table, keys)
    shown, endless = np.tile(value, copies), np.full(copies * size, np.inf)
    no_switch = np.zeros((len(link_low) * copies, size))
    result = milp(
        np.concatenate([[cell.cost for cell in cells], np.zeros(copies * size)]),
        integrality=np.repeat([1, 0], [size, copies * size]),
        bounds=Bounds(
            np.concatenate([[cell.small or not cell.shown for cell in cells], low]), np.concatenate([np.ones(size), high])
        ),
        constraints=_constraints(
            (_switched(value - most, copies), -endless, shown),
            (_switched(value - least, copies), shown, endless),
            (_beside(no_switch, _copied(matrix, copies)), np.tile(link_low, copies), np.tile(link_high, copies)),
        ),
    )
    if result.x is None:
        raise DisclosureRefusedError([(key, "cannot be protected") for key in small])
    return frozenset(key for key, on in zip(keys, result.x[:size], strict=True) if on > 1 / 2)


def _beside(switches: np.ndarray, tables: _Matrix) -> _Matrix:
    return sparse.csc_array(sparse.hstack([sparse.csc_array(switches), tables]))


def _switched(slack: np.ndarray, copies: int) -> _Matrix:
    """Return the left side of "a cell may differ from its value by *slack* if it is hidden", for every copy of the table."""
    size = len(slack)
    return _beside(np.tile(np.diag(slack), (copies, 1)), sparse.csc_array(sparse.eye_array(copies * size)))

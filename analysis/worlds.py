"""Whether a hidden count could be this or that, given everything published: tables that could be true, found one by one."""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.suppression import SMALL, Key, LinkedTable, system


class Worlds:
    """The tables that agree with whatever is not *hidden*; each that was found is kept: it answers other questions, too."""

    def __init__(self, table: LinkedTable, hidden: frozenset[Key]) -> None:
        free = [key for key in table.cells if key in hidden]
        self._place = {key: position for position, key in enumerate(free)}
        matrix, low, high = system(table, free)
        self._facts = [LinearConstraint(sparse.csr_array(matrix), low, high)] if len(low) else []
        self._low = np.array([table.cells[key].low for key in free], dtype=float)
        self._high = np.array([table.cells[key].high for key in free], dtype=float)
        self._found = np.array([[table.cells[key].value for key in free]])
        self._small = [key for key in free if table.cells[key].small]
        self._met = [key for key in self._small if table.cells[key].value]

    def can_be(self, key: Key, value: int, insider: Key | None = None) -> bool:
        """Say whether a hidden count can be *value*, for somebody who knows that the count *insider* is not 0."""
        place = self._place[key]
        known = self._found if insider is None else self._found[self._found[:, self._place[insider]] > 0]
        if (known[:, place] == value).any():
            return True
        low, high = self._low.copy(), self._high.copy()
        if insider is not None:
            low[self._place[insider]] = max(1, low[self._place[insider]])
        if not low[place] <= value <= high[place]:
            return False
        low[place] = high[place] = value
        result = milp(np.zeros_like(low), integrality=np.ones_like(low), bounds=Bounds(low, high), constraints=self._facts)
        if result.x is None:
            return False
        self._found = np.vstack([self._found, np.rint(result.x).astype(int)])
        return True

    def told(self, targets: Sequence[Key]) -> Iterator[Key]:
        """Yield each small count of *targets* that an attacker can tell from its like.

        From outside each must be able to be 0, 1 and 2; for somebody who stands in a small count two of these must be left.
        """
        for key in targets:
            if not all(self.can_be(key, value) for value in range(SMALL + 1)):
                yield key
        for insider in self._met:
            for key in targets:
                if not any(self.can_be(key, value, insider) for value in range(SMALL + 2) if value != self._true(key)):
                    yield key

    def _true(self, key: Key) -> int:
        return int(self._found[0, self._place[key]])

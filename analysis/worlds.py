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

    def told(self, targets: Sequence[Key], before: "Worlds", insiders: Sequence[Key] | None = None) -> Iterator[Key]:
        """Yield each count of *targets* that, if it is small, an attacker can tell from its like better than *before*.

        From outside each that can be small must be able to be 0, 1 and 2, or all that it could be before; for somebody who
        stands in a small count (of *insiders*, or any target) two of the values around must be left. No true value is looked
        at: what tells nothing here tells nothing of any table that agrees, so that whoever knows the rule learns nothing from
        its having been kept.
        """
        small = {key: left for key in targets if (left := self._left(key))}
        for key, left in small.items():
            if len(left) <= SMALL and left != before._left(key):  # noqa: SLF001 - of this class
                yield key
        for insider in targets if insiders is None else insiders:
            if insider not in small or not {1, SMALL} & small[insider]:
                continue
            for key in small:
                left = {value for value in range(SMALL + 2) if self.can_be(key, value, insider)}
                if len(left) == 1 and min(left) <= SMALL and not before.only(key, min(left), insider):
                    yield key

    def only(self, key: Key, value: int, insider: Key) -> bool:
        """Say whether a hidden count can be no small one but *value*, for somebody who knows that *insider* is not 0."""
        return not any(self.can_be(key, other, insider) for other in range(SMALL + 2) if other != value)

    def _left(self, key: Key) -> set[int]:
        return {value for value in range(SMALL + 1) if self.can_be(key, value)}

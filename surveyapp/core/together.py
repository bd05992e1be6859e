"""Storing together: what the requests of a worker want to write at the same moment goes into one transaction.

The disk is waited for once for all of them, and nobody waits who comes alone: whoever finds nobody at work writes at once, for
everybody who stands in line by then. Each gets an answer only after the commit that holds what it brought.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar, cast

from sqlalchemy.exc import InterfaceError, OperationalError

MOST: Final = 64
"""How many go into one transaction: enough for every thread of a worker, few enough to be redone one by one."""
Brought = TypeVar("Brought")
Told = TypeVar("Told")


@dataclass(slots=True, eq=False)
class _Turn(Generic[Brought, Told]):
    brought: Brought
    told: Told | None = None
    error: BaseException | None = None
    done: bool = False


class Together(Generic[Brought, Told]):
    """A line in front of *store*, which writes all it is given in one transaction and returns a result for each in order.

    Where *store* fails over one of several, each is stored in a transaction of its own, so that only the one fails that is to
    blame. A database that is locked, full or gone fails them all at once: nobody waits for the same thing twice.
    """

    def __init__(self, store: Callable[[Sequence[Brought]], Sequence[Told]]) -> None:
        self._store = store
        self._line: deque[_Turn[Brought, Told]] = deque()
        self._writing = threading.Lock()

    def add(self, brought: Brought) -> Told:
        """Return what came of *brought* once it is stored; raises what storing it raised."""
        mine = _Turn[Brought, Told](brought)
        self._line.append(mine)
        with self._writing:
            while not mine.done:
                self._write()
        if mine.error is not None:
            raise mine.error
        return cast("Told", mine.told)

    def _write(self) -> None:
        turns = [self._line.popleft() for _ in range(min(MOST, len(self._line)))]
        self._try(turns)
        error = turns[0].error
        if len(turns) > 1 and error is not None and not isinstance(error, (OperationalError, InterfaceError)):
            for turn in turns:
                self._try([turn])
        for turn in turns:
            turn.done = True

    def _try(self, turns: Sequence[_Turn[Brought, Told]]) -> None:
        try:
            told = self._store([turn.brought for turn in turns])
        except BaseException as error:  # noqa: BLE001 - whoever brought it raises it
            for turn in turns:
                turn.error = error
        else:
            for turn, one in zip(turns, told, strict=True):
                turn.told, turn.error = one, None

"""Unsealing the boxes of a wave by as many processes as there are cores; the key goes to them through a pipe.

A copy of a server's worker would hold all its memory, and everybody on the machine reads command lines. So each process begins
empty, and gets the key, the number of the wave and the key of the marks from this one; nothing of the settings or the database.
"""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import Final

from surveyapp.core import apart_child
from surveyapp.survey import frames, unsealing_child
from surveyapp.survey.unsealing_child import YIELDING, Box, Keys, Plain

__all__ = ["YIELDING", "Box", "BrokenOffError", "Keys", "Plain", "processes_for", "unsealed"]

_WORTH: Final = 4096
"""Boxes for which one process more is worth its start."""
_AHEAD: Final = 2
"""Batches that each process is given at once: while it works on one, the next waits in its pipe."""


class BrokenOffError(RuntimeError):
    """A process that unsealed boxes ended before its time, for want of memory most likely; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("A process that unseals boxes ended before its time; nothing was changed. Repeat it.")


def processes_for(boxes: int) -> int:
    """Return how many processes unseal so many boxes: one for each core that this one may use, fewer for few boxes."""
    return max(1, min(len(os.sched_getaffinity(0)), boxes // _WORTH))


def unsealed(batches: Iterable[Sequence[Box]], keys: Keys, processes: int) -> Generator[Plain]:
    """Yield what each of *batches* holds, in any order; where one process is enough, this one does it.

    Raises:
        BrokenOffError: one of the processes ended before its time.
    """
    if processes == 1:
        yield from (unsealing_child.unseal(keys, batch) for batch in batches)
        return
    waiting: deque[Future[Plain]] = deque()
    with ThreadPoolExecutor(_AHEAD * processes) as threads, _started(keys, processes) as turns:
        for batch in batches:
            waiting.append(threads.submit(_in_turn, turns, batch))
            if len(waiting) > 2 * _AHEAD * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _in_turn(turns: "SimpleQueue[_Process]", batch: Sequence[Box]) -> Plain:
    process = turns.get()
    try:
        return process.unseal(batch)
    finally:
        turns.put(process)


@contextmanager
def _started(keys: Keys, number: int) -> Iterator["SimpleQueue[_Process]"]:
    """Give the processes, each as often as it may be asked at once; whatever happens inside, they are gone afterwards."""
    running: list[_Process] = []
    turns: SimpleQueue[_Process] = SimpleQueue()
    try:
        running += (_Process(keys) for _ in range(number))
        for process in running * _AHEAD:
            turns.put(process)
        yield turns
    finally:
        for process in running:
            process.end()


class _Process:
    """A process that unseals. Of two threads that ask it at once, either may get what the other asked for."""

    def __init__(self, keys: Keys) -> None:
        words = f"{unsealing_child.__name__}:{unsealing_child.main.__name__}"
        command = [sys.executable, "-I", str(Path(apart_child.__file__).resolve()), words]
        surroundings = {"PATH": os.defpath, "LANG": "C.UTF-8"}
        self._process = subprocess.Popen(  # noqa: S603 - our own script and fixed words
            command, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._asking, self._listening = Lock(), Lock()
        self._ask(keys.parts())

    def unseal(self, batch: Sequence[Box]) -> Plain:
        """Return what a batch holds that this process was asked for."""
        self._ask(unsealing_child.as_strings(batch))
        with self._listening:
            try:
                found = frames.receive(self._process.stdout)  # type: ignore[arg-type]  # it is a pipe
            except (EOFError, OSError, ValueError):
                raise BrokenOffError from None
        if found is None:
            raise BrokenOffError
        return unsealing_child.as_plain(found)

    def _ask(self, strings: Sequence[bytes]) -> None:
        with self._asking:
            try:
                frames.send(self._process.stdin, strings)  # type: ignore[arg-type]  # it is a pipe
            except (OSError, ValueError):
                raise BrokenOffError from None

    def end(self) -> None:
        """Have the process gone; it holds nothing that anybody waits for."""
        self._process.kill()
        self._process.wait()
        with suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]
        # Whoever is in the middle of reading sees the end by itself.
        with self._listening:
            self._process.stdout.close()  # type: ignore[union-attr]

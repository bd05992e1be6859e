"""How long does opening a wave take beside unsealing its boxes alone, and how long do others wait meanwhile?"""

import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Final

from benchmarks import boxes
from benchmarks.boxes import ITEMS, WHO, Ground, Kind
from benchmarks.measuring import Case
from surveyapp.survey import opened_store, opening, opening_store, sealing
from surveyapp.survey.unsealing import YIELDING, Box

LARGEST: Final = "BENCHMARK_LARGEST"
"""The name under which the environment says how many boxes the largest wave has."""
_SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
_LARGEST: Final = 100_000
_GOAL_FROM: Final = 100_000
"""Smaller waves take as long as it takes to start, and less than a second."""
_KINDS: Final[tuple[Kind, ...]] = ("SQLite", "PostgreSQL")
_SMALL: Final = 1_000
_ELSEWHERE: Final = 100_000
_READING_S: Final = 0.05


@contextmanager
def cases(folder: Path) -> Iterator[Sequence[Case]]:
    """Yield waves of growing size on both databases; of the largest also its counts, and how long others waited."""
    largest = int(os.environ.get(LARGEST) or _LARGEST)
    sizes = [size for size in _SIZES if size < largest] + [largest]
    with ExitStack() as grounds:
        made: list[Case] = []
        for kind in _KINDS:
            for size in sizes:
                ground = grounds.enter_context(boxes.closed_wave(kind, folder / f"{kind}{size}", size))
                made += _of(ground, size, last=size == largest)
            made.append(_beside(grounds.enter_context(boxes.closed_wave(kind, folder / f"{kind}beside", _SMALL, _ELSEWHERE))))
        yield made


def _of(ground: Ground, size: int, *, last: bool) -> list[Case]:
    what = f"{size:,} boxes × {ITEMS} items on {ground.kind}"
    goal, runs = 2.0 if size >= _GOAL_FROM else None, 3 if size < _GOAL_FROM else 1
    unsealing = "unsealing alone, by one process a core"
    found = [Case(f"opening {what}", unsealing, partial(_open, ground), partial(_unseal, ground), at_most=goal, runs=runs)]
    if last:
        neighbour = _Neighbour(ground)
        found += [
            Case(f"the longest wait of an answer to another town while {what} are opened", "the median wait of those answers",
                 neighbour.longest, neighbour.median, runs=1),
            Case(f"counts after opening {what}", "0.05 s", partial(_counted, ground), lambda: _READING_S, at_most=1),
        ]  # fmt: skip
    return found


def _beside(ground: Ground) -> Case:
    """Say how long others wait while a small wave is opened and the database files are rewritten with all that is theirs."""
    neighbour = _Neighbour(ground)
    what = f"the longest wait of an answer to a wave of {_ELSEWHERE:,} boxes while one of {_SMALL:,} is opened on {ground.kind}"
    return Case(what, "the median wait of those answers", neighbour.longest, neighbour.median, runs=3)


def _open(ground: Ground) -> float:
    with ground.sealed() as wave:
        begun = time.perf_counter()
        opening.open_wave(wave, ground.key, WHO)
        return time.perf_counter() - begun


def _counted(ground: Ground) -> float:
    """Read the counts of the wave, which was opened last."""
    with ground.as_it_is() as wave:
        begun = time.perf_counter()
        opened_store.counts(wave)
        return time.perf_counter() - begun


def _unseal(ground: Ground) -> float:
    """Unseal the boxes of the wave, which are in memory, in processes that have nothing else to do."""
    cores = len(os.sched_getaffinity(0))
    with ground.sealed() as wave:
        every = [box for page in opening_store.boxes(wave.id) for box in page]
        shares = [every[first::cores] for first in range(cores)]
        processes = [get_context("fork").Process(target=_share, args=(ground, wave.id, share)) for share in shares]
        begun = time.perf_counter()
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        return time.perf_counter() - begun


def _share(ground: Ground, wave_id: int, share: Sequence[Box]) -> None:
    os.nice(YIELDING)  # as those of an opening
    for box_key, ciphertext, _ in share:
        sealing.unseal(ground.key, wave_id, box_key, ciphertext)


class _Neighbour:
    """Another town whose people answer one after the other while the wave is opened."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._waits: list[float] = []

    def longest(self) -> float:
        """Open the wave and return the longest wait in seconds."""
        self._ground.put_back()
        around = {**os.environ, "SURVEYAPP_DATA_DIR": str(self._ground.folder), "SURVEYAPP_DATABASE_URL": self._ground.url}
        command = [sys.executable, "-m", "benchmarks.answering", self._ground.link]
        with Popen(command, env=around, stdin=PIPE, stdout=PIPE, text=True) as town:  # noqa: S603 - our own module
            said, ended = town.stdout, town.stdin
            if said is None or ended is None or not said.readline():
                raise RuntimeError("The other town does not answer.")
            with self._ground.as_it_is() as wave:
                opening.open_wave(wave, self._ground.key, WHO)
            ended.close()
            self._waits = [float(line) for line in said]
        return max(self._waits)

    def median(self) -> float:
        """Return the median of the same waits."""
        return statistics.median(self._waits)

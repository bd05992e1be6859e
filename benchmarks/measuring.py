"""Measuring one thing beside its baseline: turn by turn, medians of several runs, and how much memory the first run takes."""

import gc
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import psutil

_MEGABYTE: Final = 1e6
_LOOKING_EVERY: Final = 0.004
"""Seconds between two looks at the memory."""
RUNS: Final = 5


@dataclass(frozen=True, slots=True)
class Case:
    """What is measured and what it is held against, each as something to call.

    ``run`` and ``baseline`` are timed from outside; one that measures itself returns its seconds as a float. ``at_most`` is
    how many times as long as the baseline it may take; ``at_least`` which share of the baseline's speed it must reach. Where
    ``unit`` is another than seconds, both return how much of it they took, and ``at_most`` is how much more that may be.
    """

    name: str
    baseline_name: str
    run: Callable[[], object]
    baseline: Callable[[], object]
    at_most: float | None = None
    at_least: float | None = None
    runs: int = RUNS
    unit: str = "s"


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians in seconds, memory in MB; the ratio is ``times`` as long, or a ``share`` of the speed, as its goal is said.

    Of what has another ``unit``, the medians are in that, and the ratio is how much ``more`` than the baseline it is.
    ``memory`` is the most that the first run held above what was held before it, with whatever it loads.
    """

    name: str
    baseline_name: str
    seconds: float
    baseline_seconds: float
    ratio: float
    direction: str
    goal: float | None
    memory: float
    runs: int
    unit: str = "s"

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        return self.ratio >= self.goal if self.direction == "share" else self.ratio <= self.goal


def measure(case: Case) -> Measured:
    """Run a case and its baseline in turns, after a first time for each that is not counted but for its memory."""
    memory = _most_memory(case.run)
    case.baseline()
    times: list[tuple[float, float]] = [(_seconds(case.run), _seconds(case.baseline)) for _ in range(case.runs)]
    seconds, base = (statistics.median(each) for each in zip(*times, strict=True))
    share = case.at_least is not None
    more = case.unit != "s"
    return Measured(
        name=case.name,
        baseline_name=case.baseline_name,
        seconds=seconds,
        baseline_seconds=base,
        ratio=seconds - base if more else base / seconds if share else seconds / base,
        direction="more" if more else "share" if share else "times",
        goal=case.at_least if share else case.at_most,
        memory=memory,
        runs=case.runs,
        unit=case.unit,
    )


def _seconds(function: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    told = function()
    return time.perf_counter() - start if not isinstance(told, float) else told


def _most_memory(function: Callable[[], object]) -> float:
    """Return the most megabytes that this process and those that it started held meanwhile, above what was held before."""
    gc.collect()
    before, most, done = _held(), [0.0], threading.Event()

    def look() -> None:
        while not done.wait(_LOOKING_EVERY):
            most[0] = max(most[0], _held())

    looking = threading.Thread(target=look)
    looking.start()
    try:
        function()
    finally:
        most[0] = max(most[0], _held())
        done.set()
        looking.join()
    return max(0.0, most[0] - before) / _MEGABYTE


def _held() -> float:
    held = 0.0
    me = psutil.Process()
    for process in (me, *me.children(recursive=True)):
        try:
            held += process.memory_info().rss
        except psutil.NoSuchProcess:  # it ended under the look
            continue
    return held

"""How much memory does a worker hold that has served respondents, beside one with an empty Flask app in the same server?"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Final

import psutil

from benchmarks import load, serving
from benchmarks.measuring import Case
from benchmarks.serving import Town

_ROUNDS: Final = 4
_ANSWERS: Final = 200
_TYPED: Final = 40
_CLIENTS: Final = 16
_MEGABYTE: Final = 1e6
_EMPTY: Final = "a worker with an empty Flask app, after as many requests"


@contextmanager
def cases(folder: Path) -> Iterator[Sequence[Case]]:
    """Yield the memory of a worker after pages and answers, of the server, after pages of the desk and after typed codes."""
    with serving.town_in(folder, (_ANSWERS + 1) * _ROUNDS * 3, _TYPED) as town:
        empty = load.free_port()
        command = [sys.executable, "-m", "benchmarks.empty_server", str(empty), "2"]
        with load.served(command, os.environ, empty) as other:

            def asked(process: int) -> int:
                load.send_all(empty, [load.get("/health")] * _ANSWERS, _CLIENTS)
                return process

            def answered() -> int:
                page = load.post("/s/", {"code": town.links[0]})
                load.send_all(town.port, [page] * _ANSWERS, _CLIENTS)
                load.send_all(town.port, town.answers(town.links, _ANSWERS), _CLIENTS)
                return town.process

            yield (
                Case("a worker after 400 pages and answers of respondents", _EMPTY,
                     lambda: _worker(answered()), lambda: _worker(asked(other)), at_most=45, runs=3, unit="MB"),
                Case("the server with two workers, all its processes", "the same with an empty Flask app",
                     lambda: _server(town.process), lambda: _server(other), runs=1, unit="MB"),
                Case("a worker that has shown pages of staff as well", _EMPTY,
                     lambda: _worker(_desk(town)), lambda: _worker(asked(other)), runs=1, unit="MB"),
                Case("the same worker within a minute after typed codes", _EMPTY,
                     lambda: _worker(_typed(town)), lambda: _worker(asked(other)), runs=1, unit="MB"),
            )  # fmt: skip


def _desk(town: Town) -> int:
    # Few at once: while the pages of staff are made, only some may wait for them.
    load.send_all(town.port, [load.get("/staff/sign-in")] * _ANSWERS, _CLIENTS // 4)
    return town.process


def _typed(town: Town) -> int:
    load.send_all(town.port, town.answers(town.typed, len(town.typed)), _CLIENTS)
    return town.process


def _worker(server: int) -> float:
    """Return the megabytes of a worker: its own pages, and its share of those that the server's processes share (PSS)."""
    return mean(_held(worker) for worker in psutil.Process(server).children())


def _server(process: int) -> float:
    whole = psutil.Process(process)
    return sum(_held(each) for each in (whole, *whole.children(recursive=True)))


def _held(process: psutil.Process) -> float:
    held: float = process.memory_full_info().pss
    return held / _MEGABYTE

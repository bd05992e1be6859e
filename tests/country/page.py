"""The page about a run of the country: a table and the log, without places of the machine."""

import os
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import pairwise
from statistics import quantiles
from typing import Final

from tests.country.people import Diary, Person

_HEAD: Final = """# A country for a day

Written by `make country` (tests/country), which needs root, nginx and PostgreSQL 15. Everything in it is invented.

Seven hosts, each with a network of its own (Linux network namespaces on one switch): three app servers with data folders of
their own, which share the database and copies of the secrets; a first PostgreSQL and a standby that has to have every
commit on its disk before it is acknowledged (`synchronous_standby_names`); nginx as the balancer; and the people. Each
municipality has asked its people with links to the shipped questionnaire specialists/2. They come in three languages, most
of them in the morning; each asks for the page and sends the sheet, again and again until thanked. In the morning one app
server is killed (kill -9); at the height of the day the first database loses its power: all its processes
are killed and its cable is pulled, so that nobody hears that it is gone. Two seconds later the standby is promoted, and the
killed server comes back. At the end every wave is opened with its key and counted item by item.

**One machine with {cores} cores carried all of it**: servers, databases, balancer, people, and others who used the machine
(load {load} at the end).
So the numbers of 1, 2 and 3 servers show that the cores are the limit, and that what others did on the machine moves
them more than the number of servers does; they do not say how much three real machines take.

{day}. {cores} cores, Linux, Python {python}, PostgreSQL 15, surveyapp {own}.
"""


@dataclass(frozen=True)
class Told:
    """What a run has shown; *begun* is the second of the log at which the day began.

    *opening* is how long the opening of all waves took, and how long the cores worked for it in the app; *costs* what the cores
    worked for one person (seconds, by kind of host), and the bytes of PostgreSQL's log.
    """

    municipalities: int
    people: Sequence[Person]
    rates: Sequence[tuple[int, float, float]]
    diary: Diary
    begun: float
    log: Sequence[str]
    opening: tuple[float, float]
    wrong: Sequence[str]
    costs: Mapping[str, float]
    workers: int


def text(told: Told) -> str:
    """Return the whole page."""
    head = _HEAD.format(
        cores=os.cpu_count(),
        load=f"{os.getloadavg()[0]:.1f}",
        day=datetime.now(UTC).date().isoformat(),
        python=platform.python_version(),
        own=version("surveyapp"),
    )
    return f"{head}\n{table(told)}\n## The log\n\n" + "".join(f"    {line}\n" for line in told.log)


def table(told: Told) -> str:
    """Return what was measured as a table."""
    rows = [
        ("municipalities, people invited", f"{told.municipalities}, {len(told.people):,}"),
        ("languages", ", ".join(f"{name} {n:,}" for name, n in sorted(Counter(one.language for one in told.people).items()))),
        *(
            (f"people a second with {number} server{'s'[: number - 1]} ({told.workers} worker each)", _rate(rate, median))
            for number, rate, median in told.rates
        ),
        ("cores at work for one person, page and sheet: in the app", f"{1000 * told.costs['app']:.1f} ms"),
        (
            "the same in the first PostgreSQL, and in the standby",
            f"{1000 * told.costs['first']:.1f} ms, {1000 * told.costs['standby']:.1f} ms",
        ),
        ("written to the log of PostgreSQL for one person, and sent to the standby", f"{told.costs['log'] / 1000:.1f} kB"),
        *_day(told),
        (
            "opening and cleaning all waves",
            f"{told.opening[0]:.0f} s, {_each(told, 0)} a box; {_each(told, 1)} of it in the app",
        ),
    ]
    return "| What | Measured |\n| --- | --- |\n" + "".join(f"| {what} | {found} |\n" for what, found in rows)


def _day(told: Told) -> list[tuple[str, str]]:
    diary = told.diary
    thanked = sum(person.acknowledged for person in told.people)
    return [
        ("most people in any ten seconds of the day", f"{_most(diary.done, 10) / 10:.0f} a second"),
        ("a sheet took (median, 99th percentile)", f"{_milliseconds(diary.seconds, 50)}, {_milliseconds(diary.seconds, 99)}"),
        ("told “not saved, your answers are still here”, everything on the page", _spell(diary.kept, told.begun)),
        ("told that the questionnaire cannot be opened just now, the code still typed", _spell(diary.entering, told.begun)),
        ("any other answer than thanks or these", _others(diary)),
        ("longest time in which nobody was thanked", f"{_gap(diary.done):.1f} s"),
        ("thanked in the end", f"{thanked:,} of {len(told.people):,}"),
        ("waves whose counts are not exactly those that were acknowledged", str(len(told.wrong))),
    ]


def _rate(rate: float, median: float) -> str:
    return f"{rate:.0f} (a page and a sheet each; a sheet takes {1000 * median:.0f} ms)"


def _each(told: Told, part: int) -> str:
    return f"{1000 * told.opening[part] / len(told.people):.1f} ms"


def _milliseconds(seconds: Sequence[float], part: int) -> str:
    return f"{1000 * quantiles(seconds, n=100)[part - 1]:.0f} ms"


def _spell(moments: Sequence[float], begun: float) -> str:
    if not moments:
        return "nobody"
    first, last = min(moments), max(moments)
    return f"{len(moments)} times, from {begun + first:.1f} s to {begun + last:.1f} s: {last - first:.1f} s"


def _others(diary: Diary) -> str:
    return "; ".join(f"{n} × {what}" for what, n in Counter(what for _, what in diary.dropped).most_common()) or "nobody"


def _gap(moments: Sequence[float]) -> float:
    ordered = sorted(moments)
    return max((later - earlier for earlier, later in pairwise(ordered)), default=0.0)


def _most(moments: Sequence[float], seconds: int) -> int:
    return max(Counter(int(moment // seconds) for moment in moments).values(), default=0)

"""Run the country for a day: python -m tests.country --people 100 [--out docs/country.md]; as root, for network namespaces."""

import argparse
import asyncio
import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Final

from flask import Flask

from surveyapp.app import create_app
from surveyapp.settings import load
from tests.country import census, hosts, page
from tests.country.databases import Database
from tests.country.people import Diary, Person, answer_all, invited
from tests.country.servers import Servers

_APPS: Final = ("app1", "app2", "app3")
_KILLED, _LOST = 0.22, 0.32
"""The parts of the day that have passed when a server is killed, and when the first database is lost."""
_NOTICED_S: Final = 2.0
"""How long whoever watches over the databases needs until the standby is promoted."""


@dataclass
class Log:
    """What happened, in words, with the second of the day."""

    begun: float = field(default_factory=time.monotonic)
    lines: list[str] = field(default_factory=list)

    def tell(self, words: str) -> None:
        """Write a line."""
        self.lines.append(f"{time.monotonic() - self.begun:7.1f} s  {words}")
        print(self.lines[-1], flush=True)  # noqa: T201 - a script that is watched


@dataclass
class Run:
    """One run: what it stands on, and what was asked for."""

    asked: argparse.Namespace
    servers: Servers
    first: Database
    standby: Database
    log: Log = field(default_factory=Log)
    rates: list[tuple[int, float, float]] = field(default_factory=list)
    costs: dict[str, float] = field(default_factory=dict)
    done: list[Person] = field(default_factory=list)

    def speed(self, people: list[Person], country: census.Country) -> None:
        """Measure how many answers a second 1, 2 and 3 servers take; the people who answer are gone from *people*."""
        chance = random.Random(2)  # noqa: S311 - invented people, no secret
        self.log.tell("warming up")
        self.warm_up(people, country)
        before = self.spent()
        for number in (1, 2, 3):
            self.servers.balance(_APPS[:number])
            now = [people.pop(chance.randrange(len(people))) for _ in range(self.asked.measured)]
            diary = self.send(now, country, 0)
            self.done += now
            self.rates.append((number, len(now) / diary.done[-1], _percentile(diary.seconds, 50)))
            self.log.tell(
                f"{number} server{'s'[: number - 1]}: {self.rates[-1][1]:.0f} people a second, each a page and a sheet"
            )

        after = self.spent()
        self.costs = {name: (after[name] - before[name]) / (3 * self.asked.measured) for name in after}

    def warm_up(self, people: list[Person], country: census.Country) -> None:
        """Have a few people answer so that every worker has done everything once."""
        self.servers.balance(_APPS)
        now = [people.pop() for _ in range(10 * len(_APPS) * self.asked.workers)]
        self.send(now, country, 0)
        self.done += now

    def spent(self) -> dict[str, float]:
        """Seconds of the cores so far by kind of host, and bytes of PostgreSQL's log."""
        apps = sum(map(hosts.processor_seconds, self.servers.processes.values()))
        written = self.first.run("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")
        return {
            "app": apps,
            "first": hosts.processor_seconds(self.first.process),
            "standby": hosts.processor_seconds(self.standby.process),
            "log": float(str(written)),
        }

    def send(self, people: Sequence[Person], country: census.Country, day_s: float) -> Diary:
        """Have people answer."""
        host = hosts.address("balancer")
        return asyncio.run(answer_all(host, people, country.questionnaire, self.asked.lines, day_s))

    def harm(self) -> None:
        """Kill a server in the morning, then the first database; promote the standby, and start the server again."""
        day = self.asked.day
        time.sleep(_KILLED * day)
        self.log.tell("app2 is killed with all its workers (kill -9)")
        self.servers.kill("app2")
        time.sleep((_LOST - _KILLED) * day)
        self.log.tell("the first PostgreSQL loses its power (every process killed, its cable pulled)")
        self.first.lose_power()
        time.sleep(_NOTICED_S)
        self.standby.promote()
        self.log.tell("the standby is promoted")
        self.servers.start("app2")
        self.log.tell("app2 is there again")


def main() -> None:
    """Set the country up, let the day pass, count."""
    asked = _asked()
    folder = Path(tempfile.mkdtemp(prefix="country-", dir=asked.folder))
    folder.chmod(0o755)  # PostgreSQL's own account has to enter
    try:
        with hosts.made():
            _country(asked, folder)
    finally:
        shutil.rmtree(folder)


def _country(asked: argparse.Namespace, folder: Path) -> None:
    places = ",".join(hosts.address(name) for name in ("first", "standby"))
    database = f"postgresql+psycopg://surveyapp@/surveyapp?host={places}&port=5432,5432&target_session_attrs=read-write"
    servers = Servers(folder, database, asked.workers)
    first, standby = (Database(name, folder / name / "data") for name in ("first", "standby"))
    run = Run(asked, servers, first, standby)
    try:
        _day(run)
    finally:
        servers.stop()
        run.first.stop()
        run.standby.stop()


def _asked() -> argparse.Namespace:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--municipalities", type=int, default=42)
    reader.add_argument("--people", type=int, default=100, help="invited people in each (the whole country: 2500)")
    reader.add_argument("--day", type=float, default=0.0, help="seconds of the day; 0: twice what three servers need for it")
    reader.add_argument("--measured", type=int, default=400, help="people who answer while 1, 2 and 3 servers are measured")
    reader.add_argument("--lines", type=int, default=48, help="people at once")
    reader.add_argument("--workers", type=int, default=1, help="worker processes of each server")
    reader.add_argument("--folder", type=Path, default=None, help="where all of it lies for as long as it lasts")
    reader.add_argument("--out", type=Path, default=None, help="write the page about this run there")
    return reader.parse_args()


def _day(run: Run) -> None:
    log = run.log
    run.first.make()
    run.standby.follow(run.first)
    run.servers.prepare()
    app = _app(run)
    country = census.found(app, run.asked.municipalities, run.asked.people)
    people = invited(country.links, seed=1)
    log.tell(f"{len(country.places)} municipalities have invited {len(people)} people; the standby follows")
    for name in _APPS:
        run.servers.start(name)
    run.speed(people, country)
    run.asked.day = run.asked.day or 2 * len(people) / run.rates[-1][1]
    log.tell(f"the day begins: {len(people)} people within {run.asked.day:.0f} s, most of them in the morning")
    harming = threading.Thread(target=run.harm)
    begun = time.monotonic() - log.begun
    harming.start()
    diary = run.send(people, country, run.asked.day)
    harming.join()
    run.done += people
    log.tell(f"the day is over: {sum(person.acknowledged for person in run.done)} of {len(run.done)} were thanked")
    _judge(run, app, country, diary, begun)
    app.extensions["engine"].dispose()


def _judge(run: Run, app: Flask, country: census.Country, diary: Diary, begun: float) -> None:
    since = time.monotonic()
    worked = sum(os.times()[:4])  # its processes too
    wrong = census.opened(app, country, run.done)
    opening = time.monotonic() - since, sum(os.times()[:4]) - worked
    run.log.tell(f"every wave is opened: {len(wrong)} of {len(country.places)} differ from what was acknowledged")
    for one in wrong:
        run.log.tell(one)
    told = page.Told(
        len(country.places), run.done, run.rates, diary, begun, run.log.lines, opening, wrong, run.costs, run.asked.workers
    )
    text = page.text(told)
    if run.asked.out:
        run.asked.out.write_text(text, encoding="utf-8")
    print(page.table(told))  # noqa: T201 - a script that is watched
    if wrong or diary.dropped:
        raise SystemExit("Something was lost, counted twice, or not said as it should be; see above.")


def _app(run: Run) -> Flask:
    made = {name: value for name, value in run.servers.environment("app1").items() if name.startswith("SURVEYAPP_")}
    return create_app(load(made))


def _percentile(seconds: Sequence[float], part: int) -> float:
    return quantiles(seconds, n=100)[part - 1]


if __name__ == "__main__":
    os.umask(0o022)
    main()

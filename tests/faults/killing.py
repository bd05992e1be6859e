"""Processes killed at random moments while people work: what was acknowledged is kept once, and nothing is invented."""

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import func, select

from surveyapp.core import audit, municipalities
from surveyapp.core.database import reading
from surveyapp.core.models import AuditEntry
from surveyapp.events.models import HeadCount
from surveyapp.survey import opening, wave_store
from surveyapp.survey.models import FreeText, Invitation, Response, SealedBox
from tests.faults.load import People, Told
from tests.faults.own_disk import OwnDisk
from tests.faults.postgres import Postgres
from tests.faults.scene import WAVE, WHO, Installation, Served, kill
from tests.waiting import until

CODES_PER_ROUND: Final = 150
_LONGEST_WAIT_S: Final = 1.0
_FEWEST: Final = 3
_PATIENCE_S: Final = 180  # a server that starts anew takes half a minute on a busy machine
_HEADS: Final = select(HeadCount.title, HeadCount.unique_persons)


@dataclass
class Harm:
    """Rounds of harm to one installation, each of them repeatable from *seed*."""

    installation: Installation
    served: Served
    people: People
    seed: int
    database: Postgres | None = None
    disk: OwnDisk | None = None
    """Where everything lies, if its power is to be cut instead of processes killed."""
    done: list[str] = field(default_factory=list)

    def round(self, number: int) -> None:
        """Let people work, kill something, see that work goes on by itself, and look at what is stored."""
        chance = random.Random(f"{self.seed}/{number}")  # noqa: S311 - no secret
        kinds = self._kinds()
        name = list(kinds)[number % len(kinds)]
        self.people.codes = [code.link for code in self.installation.codes[:CODES_PER_ROUND]]
        del self.installation.codes[:CODES_PER_ROUND]
        self.people.start()
        try:
            self._until_stored("before anything was killed")
            time.sleep(chance.uniform(0, _LONGEST_WAIT_S))
            kinds[name](chance)
            self.done.append(name)
            self._until_stored(f"after: {name}")
        finally:
            self.people.stop()
        self.check()

    def _until_stored(self, when: str) -> None:
        """Wait until more answers and more head counts are acknowledged, by a server that is started again if it is down."""
        told = self.people.answers, self.people.events
        before = [len(each.acknowledged) for each in told]

        def more() -> bool:
            self.served.restart_if_down()
            # Workers that outlived their server would serve on; a server that cannot be started has none of its own.
            stored = all(len(each.acknowledged) >= old + _FEWEST for each, old in zip(told, before, strict=True))
            return stored and bool(self.served.workers())

        said = f"nothing is stored {when}; {told[0].statuses} {told[1].statuses}"
        until(more, said, _PATIENCE_S)

    def _kinds(self) -> Mapping[str, Callable[[random.Random], None]]:
        if self.disk is not None:
            return {"the power": lambda _: self._cut_power()}
        kinds: dict[str, Callable[[random.Random], None]] = {
            "one worker": lambda chance: kill([chance.choice(sorted(self.served.workers()))]),
            "all workers": lambda _: kill(self.served.workers()),
            "the first process": lambda _: self._kill_master(),
            "the whole server": lambda _: self._kill_master(self.served.workers()),
        }
        if self.database is not None:
            kinds |= {"one process of the database": self._kill_backend, "the whole database": self._kill_database}
        return kinds

    def _kill_master(self, others: set[int] = frozenset()) -> None:  # type: ignore[assignment]  # an empty one is as good
        master = self.served.master
        assert master is not None
        kill([master.pid, *others])
        master.wait()

    def _kill_backend(self, chance: random.Random) -> None:
        assert self.database is not None
        kill([chance.choice(sorted(self.database.backends()) or [self.database.master])])
        self.database.start()

    def _kill_database(self, _: random.Random) -> None:
        assert self.database is not None
        self.database.kill()
        self.database.start()

    def _cut_power(self) -> None:
        assert self.disk is not None
        assert self.served.master is not None
        using = [self.served.master.pid, *self.served.workers(), *(self.database.processes() if self.database else [])]
        self.disk.cut()
        kill(using)
        self.served.master.wait()
        self.disk.power_on()
        if self.database is not None:
            self.database.bury()
            self.database.start()

    def check(self) -> None:
        """Look at the database: every acknowledged box and head count is there once, with all that belongs to it."""
        app = self.installation.app()
        with app.app_context(), reading() as session:
            boxes = session.scalar(select(func.count()).select_from(SealedBox)) or 0
            used = session.scalar(select(func.sum(Invitation.boxes))) or 0
            counted = Counter((row.title, row.unique_persons) for row in session.execute(_HEADS))
            logged = session.scalar(select(func.count()).where(AuditEntry.what == "event.logged"))
            assert audit.examine().broken is None
        app.extensions["engine"].dispose()
        answers = self.people.answers
        assert boxes == used, f"{boxes} boxes under {used} used codes"
        assert len(answers.acknowledged) <= boxes <= len(answers.sent), (len(answers.acknowledged), boxes, len(answers.sent))
        assert logged == counted.total(), "an event without its entry in the audit trail, or the other way round"
        assert all(title == f"Mācības {persons}" for title, persons in counted)
        _compare(Counter(title for title, _ in counted.elements()), self.people.events)

    def open(self) -> int:
        """Close and open the wave: every acknowledged answer comes out once, none that nobody sent; returns how many."""
        app = self.installation.app()
        with app.app_context():
            place = municipalities.find("cesis").id
            wave_store.close(wave_store.find(place, WAVE), WHO)
            number = opening.open_wave(wave_store.find(place, WAVE), self.installation.keys[0], WHO)
            with reading() as session:
                words = Counter(session.scalars(select(FreeText.text)))
                assert session.scalar(select(func.count()).select_from(Response)) == number == words.total()
        app.extensions["engine"].dispose()
        _compare(words, self.people.answers)
        return number


def _compare(stored: Counter[str], told: Told) -> None:
    assert set(stored) <= told.sent, f"invented: {set(stored) - told.sent}"
    assert told.acknowledged <= set(stored), f"lost: {told.acknowledged - set(stored)}"
    assert set(stored.values()) <= {1}, f"kept more than once: {[name for name, times in stored.items() if times > 1]}"

"""An installation that takes answers and head counts, and the real server on it, to be done harm to."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final, Self

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask

from surveyapp.app import create_app
from surveyapp.core import municipalities, schema
from surveyapp.core.clock import today
from surveyapp.settings import load
from surveyapp.staff import store as staff_store
from surveyapp.survey import codes, questionnaire_store, wave_store
from surveyapp.survey.wave_store import NewCode, NewWave
from tests.browser.conftest import environment, free_port
from tests.surveyapp.events.plans import load_plan
from tests.surveyapp.survey.small import REFERENCE, YAML
from tests.waiting import until

WAVE: Final = "small"
WHO: Final = "steward@example.org"
ORGANISER: Final = "organiser@example.org"


@dataclass
class Installation:
    """A data folder and its database, a wave whose codes are all in our hands, and the key that opens it."""

    folder: Path
    database: str = ""
    codes: list[NewCode] = field(default_factory=list)
    keys: list[X25519PrivateKey] = field(default_factory=list)

    def app(self) -> Flask:
        """The app on this installation, to look at it from outside."""
        return create_app(load({"SURVEYAPP_DATA_DIR": str(self.folder), "SURVEYAPP_DATABASE_URL": self.database}))

    def sign_in_link(self) -> str:
        """The token of a fresh link for the organiser."""
        app = self.app()
        with app.app_context():
            token = staff_store.make_link(ORGANISER)
        app.extensions["engine"].dispose()
        return token


def install(folder: Path, database: str = "", number: int = 100) -> Installation:
    """Set an installation up with *number* codes, a plan and an organiser; *database* is its address, SQLite by default."""
    made = Installation(folder, database)
    app = made.app()
    days = timedelta(1), timedelta(14)
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(codes, "MEMORY_KIB", 8)  # only links are used here, and those are not stretched
        schema.upgrade()
        place = municipalities.create("cesis", "Cēsu novads")
        questionnaire_store.publish(place, YAML, "small.yaml", WHO)
        people = {"schools": 500, "clinics": 500}
        new = NewWave(WAVE, REFERENCE, today() - days[0], today() + days[1], people, free_text=True)
        wave = wave_store.create(place, new, WHO, hand_over=made.keys.append)
        wave_store.trial(wave, made.keys[0], WHO)
        wave_store.invite(wave_store.find(place, WAVE), number, WHO, hand_over=made.codes.extend)
        load_plan(app)
        staff_store.add_account(place, ORGANISER, "organiser", "social_service", by="test")
    app.extensions["engine"].dispose()
    return made


@dataclass
class Served:
    """The built-in server on an installation, as a supervisor such as systemd would keep it."""

    installation: Installation
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    before: list[str] = field(default_factory=list)
    master: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        until(self._is_up, "the server did not come up")

    def _is_up(self) -> bool:
        if self.master is None or self.master.poll() is not None:
            self._spawn()
        with suppress(OSError, HTTPException), closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as asked:
            asked.request("GET", "/health")
            return asked.getresponse().status == 200
        return False

    def _spawn(self) -> None:
        made = self.installation
        around = {**environment(made.folder, self.port), "SURVEYAPP_DATABASE_URL": made.database, **self.settings}
        command = [*self.before, sys.executable, "-m", "surveyapp.cli", "serve"]
        self.master = subprocess.Popen(
            command, env=around, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def restart_if_down(self) -> None:
        """Do what a supervisor does: start the server again as soon as its first process is gone."""
        if self.master is None or self.master.poll() is not None:
            self._spawn()

    def workers(self) -> set[int]:
        """The processes that answer requests."""
        return children(self.master.pid) if self.master else set()

    def stop(self) -> None:
        """Stop it, and whatever is left of it."""
        if self.master is None:
            return
        self.master.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.master.wait(timeout=60)
        with suppress(ProcessLookupError):
            os.killpg(self.master.pid, signal.SIGKILL)
        self.master.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def children(parent: int) -> set[int]:
    """The processes that *parent* started and that are alive."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # one that ended meanwhile
            state, started_by = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(started_by) == parent and state != "Z":
                found.add(int(folder.name))
    return found


def kill(processes: Iterable[int]) -> None:
    """Kill processes as the system does where memory runs out: at once, without a word."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)

"""The doctor: what is well is said to be well, and each thing that is broken is named with a way to mend it."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from surveyapp.app import create_app
from surveyapp.cli import commands
from surveyapp.core import audit
from surveyapp.settings import Settings, load
from surveyapp.survey import key_end_store, opening, scrubbing, store, wave_store
from tests.conftest import fixed_clock
from tests.databases import PROGRAMS
from tests.mail_server import mail_server
from tests.surveyapp.core.machines import Machine
from tests.surveyapp.survey.rounds import WHO
from tests.surveyapp.survey.small import running, sheet

PROXIED = {"SURVEYAPP_BASE_URL": "https://anketa.example.lv", "SURVEYAPP_PROXIES": "1"}


def looked(machine: Machine, days: int = 0, **settings: str) -> dict[str, list[tuple[str, str, str]]]:
    """What the doctor says about a machine: check to its findings (state, said, mend)."""
    made: list[Flask] = []

    def make(given: Settings | None = None) -> Flask:
        made.append(create_app(given or load(), now=lambda: fixed_clock() + timedelta(days=days)))
        return made[-1]

    done = CliRunner(env={**machine.environment, **PROXIED, **settings}).invoke(
        commands, ["doctor", "--format", "json"], obj=make
    )
    for app in made:
        app.extensions["engine"].dispose()
    found: dict[str, list[tuple[str, str, str]]] = {}
    for one in json.loads(done.stdout):
        assert (one["state"] == "ok") != bool(one["mend"]), one
        found.setdefault(one["check"], []).append((one["state"], one["said"], one["mend"]))
    assert done.exit_code == any(state == "problem" for every in found.values() for state, _, _ in every)
    return found


def problems(machine: Machine, days: int = 0, **settings: str) -> dict[str, str]:
    """The problems alone: check to all that is said of them."""
    found = looked(machine, days, **settings)
    told = {name: " ".join(said for state, said, _ in every if state == "problem") for name, every in found.items()}
    return {name: said for name, said in told.items() if said}


def well(app: Flask, url: str, folder: Path) -> Machine:
    """A machine that is well: set up, with a backup, and a kept copy of its secrets."""
    made, word = Machine(folder, url), folder / "word"
    word.touch(mode=0o600)
    word.write_text("izdomāta parole\n", encoding="utf-8")
    with app.app_context():
        audit.record(WHO, "invented", "all", municipality_id=None, before={}, after={})
    made.run("init")
    made.run("backup", str(folder / "b"), "--passphrase-file", str(word))
    made.run("backup", "secrets", str(folder / "s"), "--passphrase-file", str(word))
    for path in folder.glob("surveyapp.sqlite3*"):
        path.chmod(0o600)
    folder.chmod(0o700)
    return made


@pytest.fixture
def town(sqlite_app: Flask, sqlite_url: str, tmp_path: Path) -> Machine:
    """A machine on SQLite that is well."""
    return well(sqlite_app, sqlite_url, tmp_path)


def test_an_installation_that_is_well_has_no_problem(
    app: Flask, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(PROGRAMS), prepend=":")
    machine = well(app, database_url, tmp_path)
    told = problems(machine)
    if not database_url.startswith("sqlite"):  # the server of the tests does not wait for its disk
        assert told.pop("database") == "An answer could be lost in a power cut: fsync = off, full_page_writes = off."
        (loud,) = (mend for state, said, mend in looked(machine)["database"] if "may keep what the app leaves out" in said)
        assert "ALTER SYSTEM SET log_min_error_statement = panic" in loud
    assert told == {}
    checks = {"settings", "version", "database", "permissions", "account", "disk", "clock", "secrets", "key custody"}
    assert checks | {"backups", "address", "mail", "audit trail", "deletion"} <= set(looked(machine))


def leave_key(machine: Machine) -> None:
    (machine.data / "wave.pem").write_text("-----BEGIN PRIVATE KEY-----\n", encoding="ascii")
    (machine.data / "wave.pem").chmod(0o600)


@pytest.mark.parametrize(
    ("break_", "check", "said"),
    [
        (lambda machine: (machine.data / "secrets" / "pepper").chmod(0o644), "permissions", "may open"),
        (lambda machine: (machine.data / "secrets" / "pepper").write_bytes(b"short"), "secrets", "is damaged"),
        (lambda machine: (machine.data / "last-secrets.json").write_text("{}"), "secrets", "is older than boxes-marked"),
        (lambda machine: (machine.data / "last-secrets.json").unlink(), "secrets", "No copy of the secrets"),
        (lambda machine: (machine.data / "last-backup.json").unlink(), "backups", "No backup was ever made"),
        (leave_key, "key custody", "A private key lies in the data folder"),
    ],
)
def test_what_is_broken_in_the_data_folder_is_named(
    town: Machine, break_: Callable[[Machine], object], check: str, said: str
) -> None:
    break_(town)
    found = problems(town)
    assert list(found) == [check]
    assert said in found[check]


def test_what_is_wrong_with_settings_and_time_is_named(town: Machine) -> None:
    assert "SURVEYAPP_BASE_ULR is not a setting" in problems(town, SURVEYAPP_BASE_ULR="x")["settings"]
    assert "not encrypted on its way" in problems(town, SURVEYAPP_BASE_URL="http://anketa.example.lv")["address"]
    assert "all people look like one" in problems(town, SURVEYAPP_PROXIES="0")["address"]
    assert problems(town, days=3) == {"backups": "The last backup is 3 days old."}
    assert "The clock is behind" in problems(town, days=-1)["clock"]
    assert "is no data folder" in problems(Machine(town.data / "nothing"))["permissions"]
    assert not (town.data / "nothing").exists(), "looking changes nothing"
    (town.data / ".restoring").mkdir()
    assert "was interrupted" in problems(town)["version"]


def test_a_mail_server_that_is_down_is_named_and_one_that_is_up_gets_no_letter(town: Machine) -> None:
    with mail_server() as server:
        where = server.environment()
        assert problems(town, 0, **where) == {}
        assert server.received == []
    assert "cannot be reached" in problems(town, 0, **where)["mail"]


def test_a_key_whose_end_nobody_attested_is_named_until_somebody_does(town: Machine, sqlite_app: Flask) -> None:
    this = running(sqlite_app)

    def custody(days: int = 0) -> list[str]:
        return [said for state, said, _ in looked(town, days)["key custody"] if state == "warning"]

    assert custody() == []
    assert "small ended more than two weeks ago" in custody(30)[0]
    with sqlite_app.app_context():
        for number, code in enumerate(this.codes):
            store.submit(code.link, store.new_receipt(), sheet(number))
        wave_store.close(this.facts(), WHO)
        opening.open_wave(this.facts(), this.private, WHO)
        scrubbing.scrub_opened(WHO)
        assert "Nobody attested that the key of small is destroyed" in custody()[0]
        key_end_store.attest_destroyed(this.facts(), WHO)
    assert custody() == []

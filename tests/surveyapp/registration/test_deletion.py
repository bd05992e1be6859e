"""What was promised is deleted on its day: no trace in the database's files, a receipt that stays, the counts alone."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select, text
from werkzeug.test import Client

from surveyapp import cli
from surveyapp.app import create_app
from surveyapp.core import audit, clock, municipalities, purging, unfinished
from surveyapp.core.database import engine, reading
from surveyapp.registration import letter_store, people_store, purge_store, store
from surveyapp.registration.models import ConferenceMessage, OwedLetter, Registration
from surveyapp.registration.rules import Conference, standing
from surveyapp.rooms import Rooms, create_door
from surveyapp.settings import Settings, load
from tests.conftest import Hands, MakeApp, app_on
from tests.mail_server import MailServer, free_port
from tests.surveyapp.events.plans import somebody
from tests.surveyapp.registration.conferences import TERMS, organiser, published, register

SECRETS = ("Izdomāta Persona", "person1@example.org", "Izdomāta skola", "ratiņkrēsls", "slepena vēstule", "Izdomāta Anna")


DUE = datetime(2027, 1, 14, 8, tzinfo=UTC)


def filled(app: Flask) -> Conference:
    """A conference with people, an owed letter and a message, as a crash of the mail server leaves them."""
    who = organiser(app)
    MailServer(free_port()).serve(app)
    with app.app_context():
        made = published(who, capacity=3)
        for number in (1, 2, 3, 4):
            register(made, number, needs="ratiņkrēsls")
        letter_store.write_to_all(who, made.id, "Svarīgi", "slepena vēstule", "form")
        return store.find(who, made.id)


def found_in(folder: Path) -> set[str]:
    """The secrets that stand in any file of the database."""
    files = [path.read_bytes() for path in folder.glob("surveyapp.sqlite3*")]
    return {secret for secret in SECRETS if any(secret.encode() in content for content in files)}


def run_purge(app: Flask, *words: str) -> Result:
    """Run ``surveyapp purge``."""
    return CliRunner().invoke(cli.commands, ["purge", *words], obj=lambda: app)


@pytest.fixture
def hands() -> Hands:
    """A clock that stands at the day of the tests."""
    return Hands()


@pytest.fixture
def file_app(sqlite_url: str, tmp_path: Path, hands: Hands) -> Iterator[Flask]:
    """An app on a SQLite file with the clock *hands*."""
    app = app_on(sqlite_url, tmp_path, hands)
    yield app
    app.extensions["engine"].dispose()


def test_on_the_promised_day_no_trace_is_left_in_the_database_files(file_app: Flask, hands: Hands, tmp_path: Path) -> None:
    filled(file_app)
    assert found_in(tmp_path) == set(SECRETS)
    hands.moment = datetime(2027, 1, 13, 20, tzinfo=UTC)
    assert run_purge(file_app).output == "Nothing is due.\n"
    assert found_in(tmp_path) == set(SECRETS)
    hands.moment = DUE
    done = run_purge(file_app)
    assert done.exit_code == 0, done.exception
    assert "4 people deleted, promised for 2027-01-14." in done.output
    assert found_in(tmp_path) == set()
    with closing(sqlite3.connect(tmp_path / "surveyapp.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_backup_from_before_the_promised_day_brings_nobody_back_when_it_is_restored_after_it(
    file_app: Flask, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(file_app)
    file, place = tmp_path / "b", tmp_path / "new"
    made = [file_app]

    def make(settings: Settings) -> Flask:
        made.append(create_app(settings, now=hands))
        return made[-1]

    assert CliRunner().invoke(cli.commands, ["backup", str(file)], obj=lambda: file_app).exit_code == 0
    assert SECRETS[0].encode() in file.read_bytes()
    hands.moment = DUE
    monkeypatch.setenv("SURVEYAPP_DATA_DIR", str(place))
    done = CliRunner().invoke(cli.commands, ["restore", str(file), "--without-secrets"], obj=make)
    assert done.exit_code == 0, done.exception
    assert found_in(place) == set()
    assert [path.name for path in place.iterdir() if path.name.startswith(".")] == []
    for app in made:
        app.extensions["engine"].dispose()


def test_somebody_who_cancels_is_gone_from_the_files_at_once(file_app: Flask, tmp_path: Path) -> None:
    who = organiser(file_app)
    with file_app.app_context():
        made = published(who)
        token = register(made, 1, name="Pazudusī Persona", email="gone@example.org").registered.token
        register(made, 2)
        assert people_store.cancel(token)
    content = b"".join(path.read_bytes() for path in tmp_path.glob("surveyapp.sqlite3*"))
    assert "Pazudusī".encode() not in content
    assert b"gone@example.org" not in content
    assert b"person2@example.org" in content


def test_the_receipt_says_how_many_and_keeps_the_counts_of_fields(make_app: MakeApp, hands: Hands) -> None:
    app = make_app(now=hands)
    made = filled(app)
    hands.moment = DUE
    with app.app_context():
        (receipt,) = purging.run()
        assert (receipt.about, receipt.people, receipt.clean) == (made.slug, 4, True)
        assert receipt.counts == {"Sociālā joma": 1, "Veselība": 1, "Tiesībsargājošā joma": 1}  # the fourth only waited
        with reading() as session:
            for table in (Registration, OwedLetter, ConferenceMessage):
                assert session.scalar(select(func.count()).select_from(table)) == 0
        after = store.by_slug(made.slug)
        assert after is not None
        assert after.terms == replace(TERMS, capacity=3, contact="")
        assert (after.sure, standing(after, hands.moment.date())) == (0, "over")
        assert purge_store.receipt_of(made.slug, made.municipality_id) == receipt
        with pytest.raises(store.NotNowError):  # whoever was still writing to everybody
            letter_store.write_to_all(somebody("coordinator"), made.id, "Svarīgi", "slepena vēstule", "late form")
        with reading() as session:
            assert session.scalar(select(func.count()).select_from(ConferenceMessage)) == 0
        assert audit.recorded("data.deleted", made.slug, municipalities.find("cesis").id)
        assert purging.run() == []
        assert len(purging.every()) == 1


def test_postgresql_writes_the_tables_anew(postgresql_url: str, tmp_path: Path, hands: Hands) -> None:
    app = app_on(postgresql_url, tmp_path, hands)
    filled(app)
    hands.moment = DUE
    with app.app_context():
        purging.run()
        with engine().connect() as connection:
            pages = connection.execute(text("SELECT pg_relation_size('registration'), pg_relation_size('conference_message')"))
            assert tuple(pages.one()) == (0, 0)
            kept = connection.execute(
                text("SELECT count(*) FROM pg_stats WHERE tablename = 'registration' AND attname = 'email'")
            )
            assert kept.scalar_one() == 0
    app.extensions["engine"].dispose()


def test_a_log_that_another_program_reads_is_emptied_by_the_next_run(
    file_app: Flask, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(file_app)
    hands.moment = DUE
    monkeypatch.setattr(purging, "_PAUSE_S", 0)
    monkeypatch.setattr(purging, "_TRIES", 1)
    with closing(sqlite3.connect(tmp_path / "surveyapp.sqlite3", timeout=0, isolation_level=None)) as reader:
        reader.execute("PRAGMA busy_timeout=0")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM registration").fetchone()
        refused = run_purge(file_app)
        assert refused.exit_code == 1
        assert "Repeat the command" in str(refused.exception)
        reader.execute("COMMIT")
    with file_app.app_context():
        assert [receipt.clean for receipt in purging.every()] == [False]
        unfinished.finish_all()  # as every start does
        assert [receipt.clean for receipt in purging.every()] == [True]
    assert found_in(tmp_path) == set()


@pytest.mark.parametrize("address", ["/r/kopa-bernu-drosibai-izdomata-2026", "/", "/health", "/registration/"])
def test_a_page_that_is_asked_for_keeps_the_promise_where_nobody_runs_the_command(
    file_app: Flask, hands: Hands, tmp_path: Path, address: str
) -> None:
    filled(file_app)
    client = file_app.test_client()
    client.get(address)
    assert found_in(tmp_path) == set(SECRETS)
    hands.moment = DUE
    client.get(address)
    assert found_in(tmp_path) == set()


def test_a_monitor_has_what_is_due_deleted_where_nobody_opens_a_page_of_staff(
    file_app: Flask, hands: Hands, tmp_path: Path
) -> None:
    filled(file_app)
    rooms = Rooms(file_app.extensions["settings"], hands)
    client = Client(rooms)
    client.get("/s/")
    assert found_in(tmp_path) == set(SECRETS)
    hands.moment = DUE
    assert client.get("/health").status_code == 200
    assert found_in(tmp_path) == set()
    with file_app.app_context():
        assert [(receipt.what, receipt.clean) for receipt in purging.every()] == [("conference", True)]
    rooms.door.extensions["engine"].dispose()


def test_the_room_of_respondents_never_calls_a_receipt_clean(database_url: str, tmp_path: Path) -> None:
    door = create_door(load({"SURVEYAPP_DATA_DIR": str(tmp_path), "SURVEYAPP_DATABASE_URL": database_url}))
    with door.app_context():
        place = municipalities.create("cesis", "Cēsu novads")
        purging.write_receipt(place, "conference", "about", 4, {}, clock.today())
        assert door.test_client().get("/health").status_code == 200
        assert [receipt.clean for receipt in purging.every()] == [False]
    door.extensions["engine"].dispose()


def test_the_command_prints_json(file_app: Flask, hands: Hands) -> None:
    made = filled(file_app)
    hands.moment = DUE
    (told,) = json.loads(run_purge(file_app, "--format", "json").output)
    assert (told["what"], told["about"], told["people"]) == ("conference", made.slug, 4)
    assert json.loads(run_purge(file_app, "--format", "json").output) == []

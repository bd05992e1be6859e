"""What the app demands of its database before anything is acknowledged."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from surveyapp.core import troubles
from surveyapp.core.database import reading
from surveyapp.core.troubles import Trouble
from tests.conftest import app_on


@pytest.mark.postgres
@pytest.mark.parametrize(("server", "ours"), [("off", "on"), ("on", "on"), ("remote_apply", "remote_apply")])
def test_postgresql_acknowledges_nothing_that_is_not_on_its_disk_whatever_its_own_setting(
    postgresql_url: str, tmp_path: Path, server: str, ours: str
) -> None:
    name = make_url(postgresql_url).database
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = {server}".encode())
    app = app_on(postgresql_url, tmp_path)
    with app.app_context(), reading() as session:
        assert session.scalar(text("SHOW synchronous_commit")) == ours
    app.extensions["engine"].dispose()


@pytest.mark.parametrize("begin", [0, 100])
def test_a_damaged_database_is_told_as_trouble_with_the_disk(tmp_path: Path, begin: int) -> None:
    file = tmp_path / "damaged.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE one (n INTEGER)")
    whole = file.read_bytes()
    file.write_bytes(whole[:begin] + b"\x55" * (1000 - begin) + whole[1000:])
    with closing(sqlite3.connect(file)) as connection, pytest.raises(sqlite3.DatabaseError) as refused:
        connection.execute("SELECT n FROM one")
    assert troubles.of(refused.value) is Trouble.DISK

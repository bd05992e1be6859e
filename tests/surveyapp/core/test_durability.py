"""What the app demands of its database before anything is acknowledged."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from surveyapp.core.database import reading
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

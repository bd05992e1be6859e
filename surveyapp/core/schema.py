"""Bringing the database's tables up to date with the migrations; what runs them (Alembic) is loaded only then, not to serve."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, func, select

import migrations
from surveyapp.core.backups import backup_contents
from surveyapp.core.command import RefusedError
from surveyapp.core.database import engine

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

_ONE_AT_A_TIME: Final = 0x5375_7276_6579
"""The number of a lock of the whole database: any that no other program there uses."""


def config() -> "Config":
    """Return the migrations' configuration; the engine is the current app's."""
    found: Config = import_module("alembic.config").Config()
    found.set_main_option("script_location", str(Path(migrations.__file__).parent))
    found.set_main_option("path_separator", "os")
    return found


def upgrade(revision: str = "head") -> None:
    """Run every migration up to *revision*, all or nothing."""
    with _connected() as settings:
        _command().upgrade(settings, revision)


def newest() -> str:
    """Return the newest migration that this version knows."""
    return _scripts().get_current_head() or ""


def current() -> str:
    """Return the newest migration that the database has seen; empty if it has no tables."""
    with engine().connect() as connection:
        return backup_contents.revision(connection)


def check_known(revision: str) -> None:
    """Refuse a database that a later version has written.

    Raises:
        RefusedError: this version does not know the migration *revision*.
    """
    known = {one.revision for one in _scripts().walk_revisions()}
    if revision not in known:
        raise RefusedError(f"The database is of a later version ({revision}) than this program. Install that version.")


def downgrade(revision: str) -> None:
    """Go back to *revision*, all or nothing."""
    with _connected() as settings:
        _command().downgrade(settings, revision)


def _command() -> Any:  # noqa: ANN401 - a module's functions
    return import_module("alembic.command")


def _scripts() -> "ScriptDirectory":
    found: ScriptDirectory = import_module("alembic.script").ScriptDirectory.from_config(config())
    return found


@contextmanager
def _connected() -> Iterator["Config"]:
    settings = config()
    with engine().execution_options(writing=True).connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # A table that is rebuilt must not delete the rows that point at it. The switch works outside a transaction only.
            _switch_foreign_keys(connection, on=False)
        try:
            with connection.begin():
                if not sqlite:
                    # Of several servers that start a new version at once, one changes the tables; the others find them changed.
                    connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
                settings.attributes["connection"] = connection
                yield settings
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise RuntimeError("The migration would leave rows that point at nothing; it was taken back.")
        finally:
            if sqlite:
                _switch_foreign_keys(connection, on=True)


def _switch_foreign_keys(connection: Connection, *, on: bool) -> None:
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")

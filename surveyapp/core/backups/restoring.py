"""Restoring a backup into an empty place, all or nothing, and trying one in a temporary place."""

import errno
import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy import URL, Connection, MetaData, NullPool, create_engine, inspect, make_url, text
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from surveyapp.core import audit, schema, secret_marks, unfinished
from surveyapp.core.backups import backup_contents, backup_files, kept_secrets, unpacking
from surveyapp.core.backups.backup_contents import DATABASE, Contents
from surveyapp.core.backups.sealed_stream import Unlock
from surveyapp.core.command import COMMAND_LINE, RefusedError
from surveyapp.core.database import engine, is_sqlite, truncate_write_ahead_log
from surveyapp.core.private_files import keep_names
from surveyapp.settings import RESTORING, Settings

MakeApp = Callable[[Settings], Flask]
_NOTE: Final = "database-note"
_FUNCTIONS: Final = text(
    "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = to_regnamespace('public') "
    "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)
"""Functions of the database itself, none of an extension's."""
_FILLING, _CHECKED = "filling", "checked"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was found in a backup: its own list (None for the older form), the rows counted, and how many files."""

    contents: Contents | None
    kind: str
    revision: str
    rows: Mapping[str, int]
    files: int


def restore(file: Path, unlock: Unlock, kept: Mapping[str, bytes] | None, settings: Settings, make_app: MakeApp) -> Restored:
    """Restore the backup *file* into the empty data folder, and into the empty database where that is PostgreSQL.

    *kept* are the installation's secrets; None says that it has to go on without. Older backups are brought up to date, what
    an interruption had left is finished, and what is due for deletion is deleted at once. Everything happens in a folder
    inside the data folder and is moved into place at the end; while that folder is there, the app does not start, and the same
    command begins anew.

    Raises:
        RefusedError: the place is not empty, or the backup cannot be restored; the place is as it was.
    """
    staging = settings.data_dir / RESTORING
    resumed = _prepare(settings)
    try:
        contents = unpacking.unpack(file, unlock, staging)
        _check_secrets(contents, kept)
        kept_secrets.put(kept or {}, staging)
        _check_kind(unpacking.kind(staging), settings)
        done = _bring_to_life(staging, contents, settings, make_app, resumed)
    except BaseException:
        if not resumed:  # else the database is filled already, and only the note says with what
            shutil.rmtree(staging)
        raise
    _move(staging, settings)
    return done


def check(file: Path, unlock: Unlock, settings: Settings, make_app: MakeApp) -> Restored:
    """Restore the backup in a temporary place, compare it with its list of contents, bring it up to date, and remove it again.

    A backup made on PostgreSQL goes into a database of its own on the server of the settings.

    Raises:
        RefusedError: it could not be restored; the message says why.
    """
    with tempfile.TemporaryDirectory(prefix="surveyapp-check-") as name:
        folder = Path(name)
        contents = unpacking.unpack(file, unlock, folder)
        if unpacking.kind(folder) == "sqlite":
            return _bring_to_life(folder, contents, replace(settings, data_dir=folder, database_url=""), make_app)
        with _scratch_database(settings) as url:
            return _bring_to_life(folder, contents, replace(settings, data_dir=folder, database_url=url), make_app)


def _prepare(settings: Settings) -> str:
    """Make the staging folder in an empty place; returns what an interrupted restore had noted about PostgreSQL, or nothing."""
    folder, staging = settings.data_dir, settings.data_dir / RESTORING
    url = make_url(settings.database)
    file = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
    note = ""
    if staging.exists():
        note = _left_by_interruption(folder, staging, file)
    elif folder.exists() and any(folder.iterdir()):
        raise RefusedError(f"{folder} is not empty; a backup is restored into an empty folder only. Name another one.")
    if file and file.exists():
        raise RefusedError(f"{file} exists already; a backup is restored beside no other database.")
    if file is None and not note:
        _check_no_tables(url)
    staging.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return note


def _left_by_interruption(folder: Path, staging: Path, file: Path | None) -> str:
    if file and file.exists():  # the database is moved last
        shutil.rmtree(staging)
        raise RefusedError(
            "The last try was interrupted when all was in its place: the backup is restored, nothing is left to do."
        )
    for left in (*staging.iterdir(), folder / "evidence", folder / "secrets"):
        if left.is_dir():
            shutil.rmtree(left)
        elif left.name != _NOTE:
            left.unlink(missing_ok=True)
    note = staging / _NOTE
    return note.read_text(encoding="ascii") if note.exists() else ""


def _check_no_tables(url: URL) -> None:
    with _server(url) as connection:
        if inspect(connection).get_table_names() or connection.execute(_FUNCTIONS).first():
            raise RefusedError(f"The database {url.database} is not empty; a backup is restored into an empty one only.")


def _check_kind(kind: str, settings: Settings) -> None:
    wanted = make_url(settings.database).get_backend_name()
    if kind != wanted:
        raise RefusedError(
            f"The backup was made on {kind}, and SURVEYAPP_DATABASE_URL names {wanted}. "
            f"Name an empty {kind} database there{', or leave it out' if kind == 'sqlite' else ''}."
        )


def _check_secrets(contents: Contents | None, kept: Mapping[str, bytes] | None) -> None:
    if kept is None or contents is None:
        return
    if other := kept_secrets.missing(contents.secrets, kept):
        raise RefusedError(
            f"These secrets do not belong to this backup ({', '.join(other)}). Name those of the same installation."
        )


def _bring_to_life(
    folder: Path, contents: Contents | None, settings: Settings, make_app: MakeApp, resumed: str = ""
) -> Restored:
    """Open the database that was unpacked into *folder*, compare it, bring it up to date and finish what was left."""
    kind = unpacking.kind(folder)
    identity = hashlib.sha256(contents.as_bytes()).hexdigest() if contents else "older form"
    if resumed and not resumed.endswith(identity):
        raise RefusedError("Another backup was being restored here; restore that one, or empty folder and database first.")
    url = f"sqlite:///{(folder / DATABASE).absolute()}" if kind == "sqlite" else settings.database
    app = make_app(replace(settings, data_dir=folder, database_url=url))
    try:
        with app.app_context():
            if kind != "sqlite":
                _fill_postgresql(folder, identity, resumed)
            return _checked(folder, contents, identity, compare=not resumed.startswith(_CHECKED))
    except BaseException as error:
        if kind != "sqlite" and not resumed:
            _empty_postgresql(app)  # it was empty when this began
        if isinstance(error, DatabaseError):
            raise RefusedError("The database in the backup cannot be read or brought up to date; use another copy.") from error
        raise
    finally:
        app.extensions["engine"].dispose()


def _fill_postgresql(folder: Path, identity: str, resumed: str) -> None:
    # One transaction: after an interruption the database is empty or holds the whole backup, and the note says which one.
    with engine().connect() as connection:
        filled = bool(inspect(connection).get_table_names())
    if resumed and filled:
        return
    (folder / _NOTE).write_text(f"{_FILLING} {identity}", encoding="ascii")
    wanted = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(folder / DATABASE)]
    backup_files.run_client("pg_restore", wanted)


def _empty_postgresql(app: Flask) -> None:
    with app.app_context(), engine().begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        tables.drop_all(connection)
        for (function,) in connection.execute(_FUNCTIONS).all():
            connection.execute(text(f"DROP FUNCTION {function}"))


def _checked(folder: Path, contents: Contents | None, identity: str, *, compare: bool) -> Restored:
    with engine().connect() as connection:
        found, revision = backup_contents.rows(connection), backup_contents.revision(connection)
        _check_whole(connection)
    if compare and contents and (found != dict(contents.rows) or revision != contents.revision):
        wrong = sorted(name for name in found.keys() | contents.rows.keys() if found.get(name) != contents.rows.get(name))
        raise RefusedError(f"The backup does not hold what it says: rows of {', '.join(wrong) or 'another version'} differ.")
    if not is_sqlite():
        (folder / _NOTE).write_text(f"{_CHECKED} {identity}", encoding="ascii")
    _bring_up_to_date(revision)
    files = sum(1 for place in backup_files.folders() for _ in place.iterdir())
    return Restored(contents, engine().dialect.name, revision, found, files)


def _check_whole(connection: Connection) -> None:
    if not is_sqlite():
        return
    whole = connection.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
    if not whole or connection.execute(text("PRAGMA foreign_key_check")).first():
        raise RefusedError("The database in the backup is damaged (PRAGMA integrity_check). Use another copy.")


def _bring_up_to_date(revision: str) -> None:
    if not revision:
        raise RefusedError("The database in the backup has no tables of this program.")
    schema.check_known(revision)
    schema.upgrade()
    unfinished.finish_all()  # which also deletes what is due
    secret_marks.record_anew()  # those that were given with the backup, or new ones
    audit.record(COMMAND_LINE, "backup.restored", "all", municipality_id=None, before={}, after={"revision": revision})
    if is_sqlite() and not truncate_write_ahead_log():
        raise RefusedError("The restored database is being read by another program. Repeat the command.")


@contextmanager
def _server(url: URL) -> Iterator[Connection]:
    made = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        with made.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise RefusedError(f"PostgreSQL refused: {getattr(error, 'orig', error)}") from error


@contextmanager
def _scratch_database(settings: Settings) -> Iterator[str]:
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        raise RefusedError("The backup was made on PostgreSQL: name a server to try it on in SURVEYAPP_DATABASE_URL.")
    name = f"surveyapp_check_{secrets.token_hex(6)}"
    with _server(url) as connection:
        try:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
        except SQLAlchemyError as error:
            raise RefusedError(
                f"No database to try the backup in could be made ({getattr(error, 'orig', error)}). Use a role with CREATEDB, "
                "best on another machine."
            ) from error
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with _server(url) as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _move(staging: Path, settings: Settings) -> None:
    """Put everything into its place, the database last; an interruption leaves the staging folder, and all begins anew."""
    url = make_url(settings.database)
    for entry in sorted(staging.iterdir()):
        if entry.is_dir() and entry.name != DATABASE:
            entry.rename(settings.data_dir / entry.name)
    if url.get_backend_name() == "sqlite" and url.database:
        _place(staging / DATABASE, Path(url.database))
    shutil.rmtree(staging)
    keep_names(settings.data_dir)


def _place(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        draft = target.with_name(f"{target.name}.part")
        shutil.copyfile(source, draft)
        draft.chmod(0o600)
        draft.replace(target)

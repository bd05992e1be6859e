"""The database: engine settings for SQLite and PostgreSQL, and the two ways to talk to it, reading and writing."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from typing import Any, Final

from flask import Flask, current_app
from sqlalchemy import ColumnElement, Connection, Dialect, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.pool import ConnectionPoolEntry

_NAMES: Final = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
MOST_ID: Final = 2**31 - 1
"""The greatest number that a row can have in either database; asked for a greater one, one of them fails."""
_BUSY_MS: Final = 15_000
_WAIT_S: Final = 10
"""For a connection that another request has; then the page says that it is not saved."""
_USED: Final = "used"
_SURE_S: Final = 1.0
"""So long after its last use a connection is taken to live: to ask before each use is a fifth of the messages of an answer."""
_NOTICING: Final = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 5_000,
}
"""How soon it is noticed that a database server is gone which cannot say so, as one whose power failed (libpq's names)."""
_PATIENCE_MS: Final = 500
_open: ContextVar[tuple[Session, bool] | None] = ContextVar("open_session", default=None)


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = MetaData(naming_convention=_NAMES)


def make_engine(url: str, connections: int = 15) -> Engine:
    """Make the engine for *url* with so many *connections* at most, which stay open; parameters never appear in its errors.

    PostgreSQL: a connection that was idle is asked whether it lives before it is used, so that after a standby took over all
    go to it. SQLite: WAL with synchronous=FULL (an acknowledged row survives a power cut), secure_delete, foreign keys; writing
    transactions begin IMMEDIATE so that two writers queue instead of overwriting each other. PostgreSQL: no commit is
    acknowledged before it is on the disk, whatever the server's own setting.
    """
    pool = {"pool_size": connections, "max_overflow": 0, "pool_timeout": _WAIT_S}
    if make_url(url).get_backend_name() != "sqlite":
        own = {name: value for name, value in _NOTICING.items() if name not in make_url(url).query}
        made = create_engine(url, hide_parameters=True, connect_args=own, **pool)
        event.listen(made, "connect", _prepare_postgresql)
        event.listen(made, "checkin", _note_use)
        event.listen(made, "checkout", partial(_ask_if_alive, made.dialect))
        return made
    waiting = {"timeout": _BUSY_MS / 1000, "check_same_thread": False}
    engine = create_engine(url, hide_parameters=True, connect_args=waiting, **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    connection.isolation_level = None  # the "begin" event below decides how a transaction starts
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", f"busy_timeout={_BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    if cursor.execute("PRAGMA secure_delete").fetchone() != (1,):
        raise RuntimeError("This SQLite cannot overwrite deleted rows (secure_delete); install one that can.")
    cursor.close()


def _prepare_postgresql(connection: Any, _record: object) -> None:  # noqa: ANN401 - the same
    # A server may be set to acknowledge what is not on its disk yet; what we acknowledge is. Anything safer stays as it is.
    with connection.cursor() as cursor:
        name = "synchronous_commit"
        cursor.execute("SELECT set_config(%s, 'on', false) WHERE current_setting(%s) = 'off'", (name, name))
    connection.commit()


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_USED] = time.monotonic()


def _ask_if_alive(dialect: Dialect, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Ask a connection that was idle for a while whether it lives; of one that was just used that is known."""
    if time.monotonic() - record.info.get(_USED, time.monotonic()) < _SURE_S:
        return
    try:
        dialect.do_ping(connection)
    except Exception as error:
        if dialect.is_disconnect(error, connection, None):  # type: ignore[arg-type]  # any error of the driver
            raise InvalidatePoolError from error  # all others are as old; each comes anew
        raise


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("outside_transaction"):
        return  # VACUUM and checkpoints refuse to run inside one
    writing = options.get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def init_app(app: Flask, url: str, connections: int) -> None:
    """Give *app* its engine with so many *connections*; a new SQLite file is readable to its owner alone.

    One that is there is not opened: a process that closes a file loses every lock that it holds on it (POSIX), those of its
    other connections too, and another process would then delete the write-ahead log with answers in it.
    """
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite" and parts.database:
        with suppress(FileExistsError):
            os.close(os.open(parts.database, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    app.extensions["engine"] = make_engine(url, connections)


def engine() -> Engine:
    """Return the engine of the current app."""
    found: Engine = current_app.extensions["engine"]
    return found


def in_transaction() -> bool:
    """Whether ``writing()`` or ``reading()`` would join a transaction that is open already."""
    return _open.get() is not None


@contextmanager
def writing() -> Iterator[Session]:
    """Open a transaction that may write and commit it at the end; joins a writing one that is already open.

    Raises:
        RuntimeError: inside ``reading()``; a read-only part cannot turn into a writing one.
    """
    now = _open.get()
    if now is not None:
        if not now[1]:
            raise RuntimeError("writing() inside reading(): open the writing transaction first.")
        yield now[0]
        return
    with _session(writing=True) as session:
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """Open a transaction that only reads, a consistent view of the data; joins whichever is already open."""
    now = _open.get()
    if now is not None:
        yield now[0]
        return
    with _session(writing=False) as session:
        yield session


@contextmanager
def glance() -> Iterator[Connection]:
    """Open a connection for a look or two, each at what is committed when it is asked; joins a transaction that is open.

    It spares PostgreSQL a message before and one after. Who acts on what was seen looks again in the transaction that writes.
    """
    now = _open.get()
    if now is not None:
        yield now[0].connection()
        return
    apart = {"outside_transaction": True} if is_sqlite() else {"isolation_level": "AUTOCOMMIT"}
    with engine().connect() as plain:
        yield plain.execution_options(**apart)


@contextmanager
def _session(*, writing: bool) -> Iterator[Session]:
    bind = engine().execution_options(writing=writing)
    with Session(bind, expire_on_commit=False) as session:
        token = _open.set((session, writing))
        try:
            yield session
            if writing:
                session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            _open.reset(token)


def is_sqlite() -> bool:
    """Whether the current app stands on SQLite."""
    return engine().dialect.name == "sqlite"


def by_text(column: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """Return what rows are put in order by for a text: its characters' numbers on both databases, as Python sorts it.

    PostgreSQL would put them in order as the language does in which its database was made, each installation in its own.
    """
    return column if is_sqlite() else column.collate("C")  # type: ignore[return-value]  # an attribute stands for its column


def truncate_write_ahead_log(wait_ms: int = _BUSY_MS) -> bool:
    """Empty SQLite's write-ahead log (PRAGMA wal_checkpoint(TRUNCATE)); True once nothing is left in it.

    Others who read or write meanwhile are waited for *wait_ms* milliseconds.
    """
    with engine().connect().execution_options(outside_transaction=True) as connection:
        connection.execute(text(f"PRAGMA busy_timeout={int(wait_ms)}"))
        try:
            return tuple(connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()) == (0, 0, 0)
        finally:
            connection.execute(text(f"PRAGMA busy_timeout={_BUSY_MS}"))


def forget_deleted() -> None:
    """Have what was deleted before its day gone from SQLite's log too; call it after the transaction that deletes.

    Where another program is reading meanwhile, and on PostgreSQL, the next purge sees to it.
    """
    if is_sqlite():
        truncate_write_ahead_log(_PATIENCE_MS)

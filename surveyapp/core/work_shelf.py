"""Where long work keeps how far it is and what came of it: files beside SQLite, a table where several servers share a database.

Beside SQLite it must be files: a wave is opened in one transaction, during which nobody else can write there. PostgreSQL lets
others write meanwhile, and the next look may be answered by another server.
"""

import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from surveyapp.core.database import engine, is_sqlite
from surveyapp.core.models import LongWork
from surveyapp.settings import current_settings

_FOLDER: Final = "work"
_STATE, _OUTCOME = ".json", ".outcome"
_SILENT_S: Final = 60
KEPT_S: Final = 3600
"""Seconds after which what came of something is deleted, whether or not somebody fetched it."""


class Shelf(Protocol):
    """Keeps texts about some work under its token, for as long as ``KEPT_S`` after the last word about it."""

    def keep(self, token: str, state: str) -> None:
        """Keep how far it is, in the place of what was told before."""

    def keep_outcome(self, token: str, outcome: str, state: str) -> None:
        """Keep what came of it, and then how it ended."""

    def state(self, token: str) -> str | None:
        """Return how far it is; None if nothing is kept under *token*."""

    def outcome(self, token: str) -> str | None:
        """Return what came of it; None if there is nothing (any more)."""

    def take(self, token: str) -> bool:
        """Delete what came of it; False if it was deleted before: of several who ask at once, one is told True."""

    def beat(self, token: str) -> None:
        """Say that whoever does the work is still there."""

    def alive(self, token: str, pid: int) -> bool:
        """Say whether the process *pid* that began the work is still there, on whichever machine that is."""

    def remove(self, token: str) -> None:
        """Delete all about some work."""

    def forget_old(self) -> None:
        """Delete what was kept long enough."""


def shelf() -> Shelf:
    """Return the shelf of the current app."""
    return _Folder(current_settings().data_dir / _FOLDER) if is_sqlite() else _Table()


class _Folder:
    """Files of the data folder, readable to the app's account alone; all processes are on this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, token: str, state: str) -> None:
        self._write(token, _STATE, state)

    def keep_outcome(self, token: str, outcome: str, state: str) -> None:
        self._write(token, _OUTCOME, outcome)
        self._write(token, _STATE, state)

    def state(self, token: str) -> str | None:
        return self._read(token, _STATE)

    def outcome(self, token: str) -> str | None:
        return self._read(token, _OUTCOME)

    def take(self, token: str) -> bool:
        try:
            self._place(token, _OUTCOME).unlink()
        except FileNotFoundError:
            return False
        return True

    def beat(self, token: str) -> None:
        """Processes of one machine are seen without it."""

    def alive(self, token: str, pid: int) -> bool:  # noqa: ARG002 - the process tells it here
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass  # somebody else's, so it is there
        return True

    def remove(self, token: str) -> None:
        for ending in (_STATE, _OUTCOME):
            self._place(token, ending).unlink(missing_ok=True)

    def forget_old(self) -> None:
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > KEPT_S:
                    path.unlink()

    def _place(self, token: str, ending: str) -> Path:
        return self._folder / f"{token}{ending}"

    def _read(self, token: str, ending: str) -> str | None:
        try:
            return self._place(token, ending).read_text(encoding="utf-8")
        except OSError:
            return None

    def _write(self, token: str, ending: str, content: str) -> None:
        """Write a file that its owner alone reads; whoever reads meanwhile gets the old one or the new one."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        place = self._place(token, ending)
        beside = place.with_suffix(f"{ending}.new")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as target:
            target.write(content)
        beside.replace(place)


class _Table:
    """Rows under the hash of the token, written beside the transaction that the work is in; PostgreSQL's clock counts."""

    def keep(self, token: str, state: str) -> None:
        with suppress(SQLAlchemyError), _beside() as connection:  # how far it is told must not keep it from being done
            _put(connection, token, state=state)

    def keep_outcome(self, token: str, outcome: str, state: str) -> None:
        with _beside() as connection:
            _put(connection, token, state=state, outcome=outcome)

    def state(self, token: str) -> str | None:
        with _beside() as connection:
            return connection.scalar(select(LongWork.state).where(LongWork.token_hash == _hashed(token)))

    def outcome(self, token: str) -> str | None:
        with _beside() as connection:
            return connection.scalar(select(LongWork.outcome).where(LongWork.token_hash == _hashed(token)))

    def take(self, token: str) -> bool:
        kept = LongWork.token_hash == _hashed(token), LongWork.outcome.is_not(None)
        with _beside() as connection:
            taken = connection.execute(update(LongWork).where(*kept).values(outcome=None).returning(LongWork.token_hash))
            return taken.first() is not None

    def beat(self, token: str) -> None:
        with suppress(SQLAlchemyError), _beside() as connection:
            connection.execute(update(LongWork).where(LongWork.token_hash == _hashed(token)).values(told_at=func.now()))

    def alive(self, token: str, pid: int) -> bool:  # noqa: ARG002 - its machine may be another one
        heard = LongWork.told_at > func.now() - text(f"interval '{_SILENT_S} seconds'")
        with _beside() as connection:
            return bool(connection.scalar(select(heard).where(LongWork.token_hash == _hashed(token))))

    def remove(self, token: str) -> None:
        with suppress(SQLAlchemyError), _beside() as connection:  # else its hour does it
            connection.execute(delete(LongWork).where(LongWork.token_hash == _hashed(token)))

    def forget_old(self) -> None:
        with _beside() as connection:
            connection.execute(delete(LongWork).where(LongWork.told_at < func.now() - text(f"interval '{KEPT_S} seconds'")))


def _put(connection: Connection, token: str, **told: str) -> None:
    row = LongWork.token_hash == _hashed(token)
    found = connection.execute(update(LongWork).where(row).values(**told, told_at=func.now()).returning(LongWork.token_hash))
    if found.first() is None:
        connection.execute(insert(LongWork).values(token_hash=_hashed(token), **told, told_at=func.now()))


def _beside() -> Connection:
    return engine().connect().execution_options(isolation_level="AUTOCOMMIT")


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

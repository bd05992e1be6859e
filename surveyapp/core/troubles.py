"""What stands in the way when something cannot be stored: told from errors of the disk and of either database."""

import errno
import sqlite3
import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from sqlalchemy.exc import TimeoutError as NoConnectionFree


class Trouble(StrEnum):
    """A cause outside the app, which passes by itself or by whoever runs the machine."""

    FULL = "full"  # no room is left on the disk
    READ_ONLY = "read_only"  # the disk, the folder or the database may not be written to
    DISK = "disk"  # the disk reports an error
    BUSY = "busy"  # others were writing for longer than one waits
    SILENT = "silent"  # the database cannot be reached
    LOADING = "loading"  # the pages of staff are being loaded
    NOT_READY = "not_ready"  # they could not be


MEND: Final = {
    Trouble.FULL: "There is no room left on the disk. Make room, then repeat the command.",
    Trouble.READ_ONLY: "This may not be written to. It must belong to the account that runs the app, on a disk for writing.",
    Trouble.DISK: "The disk reports an error. Look into the system's journal, and have a backup ready.",
    Trouble.BUSY: "Others were writing for too long. Repeat the command.",
    Trouble.SILENT: "The database does not answer. Start it, or correct SURVEYAPP_DATABASE_URL.",
    Trouble.LOADING: "The pages of staff are being loaded. Repeat the command.",
    Trouble.NOT_READY: "The pages of staff are not loaded. Repeat the command.",
}
"""What whoever runs the machine is told, with what to do."""
_OF_ERRNO: Final = {
    errno.ENOSPC: Trouble.FULL,
    errno.EDQUOT: Trouble.FULL,
    errno.EFBIG: Trouble.FULL,
    errno.EROFS: Trouble.READ_ONLY,
    errno.EACCES: Trouble.READ_ONLY,
    errno.EPERM: Trouble.READ_ONLY,
    errno.EIO: Trouble.DISK,
}
_OF_SQLITE: Final = {
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_PERM: Trouble.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: Trouble.READ_ONLY,
    sqlite3.SQLITE_IOERR: Trouble.DISK,
    sqlite3.SQLITE_CORRUPT: Trouble.DISK,
    sqlite3.SQLITE_NOTADB: Trouble.DISK,
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
}
# Classes and codes of SQLSTATE (PostgreSQL, appendix A).
_OF_POSTGRESQL: Final = {
    "53100": Trouble.FULL,
    "53": Trouble.BUSY,
    "25006": Trouble.READ_ONLY,
    "58030": Trouble.DISK,
    "55P03": Trouble.BUSY,
    "40": Trouble.BUSY,
    "08": Trouble.SILENT,
    "57": Trouble.SILENT,
}
_LAST_BYTE: Final = 0xFF


class LoadingError(Exception):
    """The pages of staff are being loaded, and enough requests wait for that already."""


class NotReadyError(Exception):
    """The pages of staff could not be loaded; the next request tries again."""


_OF_KIND: Final[dict[type[BaseException], Trouble]] = {
    NoConnectionFree: Trouble.BUSY,
    LoadingError: Trouble.LOADING,
    NotReadyError: Trouble.NOT_READY,
}


def of(error: BaseException) -> Trouble | None:
    """Return the trouble behind *error*; None if it is a fault of the app itself."""
    return next((found for cause in _causes(error) if (found := _one(cause))), None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__


def _one(error: BaseException) -> Trouble | None:
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        return None if code is None else _OF_SQLITE.get(code & _LAST_BYTE)  # the rest tells which call it was
    postgresql = sys.modules.get("psycopg")  # without it nothing can be an error of PostgreSQL
    if postgresql is not None and isinstance(error, postgresql.Error):
        state: str | None = error.sqlstate
        if state is None:  # it was never answered
            return Trouble.SILENT if isinstance(error, postgresql.OperationalError) else None
        return _OF_POSTGRESQL.get(state) or _OF_POSTGRESQL.get(state[:2])
    if type(error) in _OF_KIND:
        return _OF_KIND[type(error)]
    return _OF_ERRNO.get(error.errno or 0) if isinstance(error, OSError) else None

"""What a backup says it holds: its version, the rows of every table, the hash of every file, and which secrets belong to it."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from surveyapp.core import clock
from surveyapp.core.command import RefusedError
from surveyapp.core.database import engine

NAME: Final = "contents.json"
DATABASE: Final = "database"
_FORM: Final = 1
_SECRET_BYTES: Final = 32
STAYS: Final = frozenset({"session"})
"""Secrets that go nowhere: a restored machine makes its own, and everybody signs in anew."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What stood in the database and beside it at the moment of the backup.

    ``rows`` is table to number of rows, ``files`` the name of each file in the backup to its SHA-256, ``secrets`` the name of
    each secret to its fingerprint, from which the secret cannot be told.
    """

    made_on: str
    made_by: str
    database: str
    revision: str
    rows: Mapping[str, int]
    files: Mapping[str, str]
    secrets: Mapping[str, str]

    def as_bytes(self) -> bytes:
        """Return the contents as they stand in the backup."""
        return json.dumps({"form": _FORM, **asdict(self)}, ensure_ascii=False, indent=1, sort_keys=True).encode()


def read(raw: bytes) -> Contents:
    """Return the contents that stand in a backup.

    Raises:
        RefusedError: they are of a later form, or none.
    """
    try:
        found = json.loads(raw)
        form = found.pop("form")
        if form == _FORM:
            return Contents(**found)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RefusedError("The backup's list of contents cannot be read; the file is damaged. Use another copy.") from None
    raise RefusedError(f"The backup is of form {form}; this version knows {_FORM}. Install the version that made it.")


def of(connection: Connection, files: Mapping[str, str], data_dir: Path) -> Contents:
    """Return what a backup of the database seen by *connection* holds; its counts are of the same moment as the copy."""
    return Contents(
        made_on=clock.today().isoformat(),
        made_by=version("surveyapp"),
        database=engine().dialect.name,
        revision=revision(connection),
        rows=rows(connection),
        files=dict(files),
        secrets=fingerprints(data_dir),
    )


def revision(connection: Connection) -> str:
    """Return the newest migration that the database has seen; empty if it has no tables."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def rows(connection: Connection) -> dict[str, int]:
    """Return the number of rows of every table."""
    quote = connection.dialect.identifier_preparer.quote
    return {
        name: connection.execute(text(f"SELECT count(*) FROM {quote(name)}")).scalar_one()  # noqa: S608 - the name comes from the database and is quoted
        for name in sorted(inspect(connection).get_table_names())
    }


def fingerprints(data_dir: Path) -> dict[str, str]:
    """Return the fingerprint of every secret that a restored machine needs, and of every note beside them."""
    folder = data_dir / "secrets"
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return {path.name: fingerprint(path.read_bytes()) for path in found if path.is_file() and belongs(path)}


def belongs(path: Path) -> bool:
    """Say whether a file under ``secrets/`` goes with backups: a whole secret or a note, and not one that stays."""
    return path.name not in STAYS and is_secret(path)


def is_secret(path: Path) -> bool:
    """Say whether a file under ``secrets/`` is a whole secret or a note."""
    return path.stat().st_size in {0, _SECRET_BYTES}


def fingerprint(secret: bytes) -> str:
    """Return by what a secret of 32 random bytes is recognised; nobody can go back from it."""
    return hmac.digest(secret, b"surveyapp backup", hashlib.sha256).hex()[:32] if secret else "note"

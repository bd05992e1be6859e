"""The folder of evidence files: random names, readable to the app's own account alone, outside everything that is served."""

import secrets
import time
from collections.abc import Collection
from pathlib import Path
from typing import Final

from surveyapp.core.private_files import keep_names, private_file
from surveyapp.settings import current_settings

_LENGTH: Final = 32
_YOUNG_S: Final = 3600
"""A file without its row may be one that is just being added."""


def place() -> Path:
    """Return the folder; it is made with mode 0700 if it is not there."""
    settings = current_settings()
    folder = settings.data_dir / "evidence"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def write(content: bytes) -> str:
    """Write a file with mode 0600 and return its random name; it is on the disk before its row can name it.

    Where it cannot be written whole (a full disk), nothing of it is left.
    """
    name = secrets.token_hex(_LENGTH // 2)
    try:
        with private_file(place() / name) as file:
            file.write(content)
        keep_names(place())
    except OSError:
        delete(name)
        raise
    return name


def read(name: str) -> bytes | None:
    """Return the bytes of a file, None if it is gone."""
    try:
        return (place() / name).read_bytes()
    except FileNotFoundError:
        return None


def delete(name: str) -> None:
    """Delete a file, if it is there."""
    (place() / name).unlink(missing_ok=True)


def sweep(in_force: Collection[str], removed: Collection[str]) -> int:
    """Delete what an interruption has left: files that were *removed*, and those that no row names; returns how many."""
    deleted = 0
    for path in place().iterdir():
        left = path.name in removed or time.time() - path.stat().st_mtime > _YOUNG_S
        if path.name not in in_force and left:
            path.unlink(missing_ok=True)
            deleted += 1
    return deleted

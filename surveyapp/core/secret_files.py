"""Secrets of one installation, and notes of what was done once: kept outside the database with mode 0600."""

import os
import secrets
from pathlib import Path
from typing import Final

from surveyapp.core.private_files import keep_names, named_file, private_file

_LENGTH: Final = 32


def secret(data_dir: Path, name: str) -> bytes:
    """Return the 32-byte secret called *name* under ``data_dir/secrets``; it is made if it does not exist.

    Raises:
        RuntimeError: the file is there but is not such a secret.
    """
    folder = data_dir / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        _make(path)
    found = path.read_bytes()
    if len(found) != _LENGTH:
        raise RuntimeError(f"{path} does not hold a secret of {_LENGTH} bytes; restore it from a backup.")
    return found


def write_secret(path: Path, content: bytes) -> None:
    """Write *content* to a new file with mode 0600, safe on the disk before it returns.

    Raises:
        RefusedError: the file exists already, or cannot be written; nothing is left behind.
    """
    with named_file(path) as file:
        file.write(content)


def noted(data_dir: Path, name: str) -> bool:
    """Say whether something was noted as done under *name*, where nobody who reaches only the database can undo it."""
    return (data_dir / "secrets" / name).exists()


def note(data_dir: Path, name: str) -> None:
    """Note something as done: an empty file *name* under ``data_dir/secrets``."""
    folder = data_dir / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / name).touch(mode=0o600)


def _make(path: Path) -> None:
    # A whole file appears or none: two first starts at once both end up reading the same secret.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with private_file(draft) as file:
        file.write(secrets.token_bytes(_LENGTH))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    keep_names(path.parent)

"""The file with an installation's secrets: always sealed, kept apart from backups, and put back when one is restored."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from surveyapp.core.backups import backup_contents, sealed_stream
from surveyapp.core.backups.backup_contents import belongs, fingerprint
from surveyapp.core.backups.sealed_stream import Lock, SealedError, Unlock
from surveyapp.core.command import RefusedError
from surveyapp.core.private_files import write_note
from surveyapp.core.secret_files import write_secret

_FORM: Final = 1
SECRET_BYTES: Final = 32
_KEPT: Final = "last-secrets.json"


def write(file: Path, data_dir: Path, lock: Lock) -> list[str]:
    """Write the secrets that a restored machine needs, sealed, to *file* (mode 0600); returns their names.

    Raises:
        RefusedError: there are none yet, or the file exists already or cannot be written.
    """
    kept = _in_folder(data_dir / "secrets")
    if not kept:
        raise RefusedError("There are no secrets here yet; run 'surveyapp init' first.")
    told = {name: base64.b64encode(content).decode("ascii") for name, content in kept.items()}
    write_secret(file, sealed_stream.seal(json.dumps({"form": _FORM, "secrets": told}).encode("ascii"), lock))
    write_note(data_dir / _KEPT, {name: fingerprint(content) for name, content in kept.items()})
    return sorted(kept)


def not_kept(data_dir: Path) -> list[str] | None:
    """Return the names of secrets that came after the last file of them was written; None if none ever was."""
    try:
        noted = json.loads((data_dir / _KEPT).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return [name for name, print_ in backup_contents.fingerprints(data_dir).items() if noted.get(name) != print_]


def read(path: Path, unlock: Unlock) -> dict[str, bytes]:
    """Return secrets by name from the sealed file, or from a kept copy of the folder ``secrets/``.

    Raises:
        RefusedError: it cannot be read, opened, or is something else.
    """
    if path.is_dir():
        return _in_folder(path)
    try:
        found = json.loads(sealed_stream.unseal(path.read_bytes(), unlock))
        return {name: base64.b64decode(text, validate=True) for name, text in found["secrets"].items() if "/" not in name}
    except OSError as error:
        raise RefusedError(f"{path} cannot be read: {error.strerror}.") from error
    except SealedError as error:
        raise RefusedError(f"{path}: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RefusedError(f"{path} holds no secrets; name the file of 'surveyapp backup secrets'.") from None


def missing(wanted: Mapping[str, str], found: Mapping[str, bytes]) -> list[str]:
    """Return the names of secrets that a backup's list of contents wants and that are not there, or are others."""
    return sorted(name for name, print_ in wanted.items() if name not in found or fingerprint(found[name]) != print_)


def put(found: Mapping[str, bytes], data_dir: Path) -> None:
    """Write the secrets under *data_dir*."""
    folder = data_dir / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, content in found.items():
        if name not in backup_contents.STAYS:
            write_secret(folder / name, content)


def _in_folder(folder: Path) -> dict[str, bytes]:
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    return {path.name: path.read_bytes() for path in paths if path.is_file() and belongs(path)}

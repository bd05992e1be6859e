"""Taking a backup apart into a folder, every byte checked; also the older form of two files, a database and a tar."""

import hashlib
import io
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

from surveyapp.core.backups import backup_contents, sealed_stream
from surveyapp.core.backups.backup_contents import DATABASE, Contents
from surveyapp.core.backups.sealed_stream import Opening, SealedError, Unlock
from surveyapp.core.command import RefusedError
from surveyapp.core.private_files import private_file

_CHUNK: Final = 1 << 20
_LONGEST_CONTENTS: Final = 64 << 20
_NAME: Final = re.compile(r"[a-z_]{1,40}/[A-Za-z0-9._-]{1,100}")
_SQLITE: Final = b"SQLite format 3\0"
_POSTGRESQL: Final = b"PGDMP"
KINDS: Final = {_SQLITE: "sqlite", _POSTGRESQL: "postgresql"}


def unpack(file: Path, unlock: Unlock, folder: Path) -> Contents | None:
    """Write what the backup *file* holds into *folder*; returns its list of contents, None for the older form, which has none.

    Raises:
        RefusedError: it is no backup, sealed for somebody else, damaged, or not whole.
    """
    try:
        with file.open("rb") as raw:
            if _kind(raw.read(len(_SQLITE))):
                raw.seek(0)
                _older(raw, file, folder)
                return None
            raw.seek(0)
            return _packed(raw, unlock, folder)
    except SealedError as error:
        raise RefusedError(f"{file}: {error}") from error
    except (tarfile.TarError, EOFError) as error:
        raise RefusedError(f"{file} is no backup, or damaged or cut off. Use another copy.") from error
    except OSError as error:
        raise RefusedError(f"{error.filename or file} cannot be read or written: {error.strerror}.") from error


def kind(folder: Path) -> str:
    """Return on which database the backup in *folder* was made.

    Raises:
        RefusedError: on none that is known.
    """
    with (folder / DATABASE).open("rb") as file:
        found = _kind(file.read(len(_SQLITE)))
    if not found:
        raise RefusedError("The backup holds no database that is known; the file is damaged. Use another copy.")
    return found


def _kind(first: bytes) -> str:
    return next((name for start, name in KINDS.items() if first.startswith(start)), "")


def _packed(raw: BinaryIO, unlock: Unlock, folder: Path) -> Contents:
    sealed = sealed_stream.is_sealed(raw)
    stream = cast("BinaryIO", io.BufferedReader(Opening(raw, unlock), sealed_stream.PIECE)) if sealed else raw
    hashes: dict[str, str] = {}
    contents: Contents | None = None
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member, content in _members(archive):
            if member.name == backup_contents.NAME:
                contents = backup_contents.read(content.read(_LONGEST_CONTENTS))
            else:
                hashes[member.name] = _save(content, _target(folder, member.name))
    while stream.read(_CHUNK):  # to the last piece, without which a sealed file is not whole
        pass
    if contents is None:
        raise RefusedError("The backup has no list of contents: it is not whole. Use another copy.")
    if hashes != dict(contents.files) or DATABASE not in hashes:
        raise RefusedError("The backup does not hold what its list of contents says: it is damaged. Use another copy.")
    return contents


def _members(archive: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    for member in archive:
        content = archive.extractfile(member) if member.isreg() else None
        if content is None:
            raise RefusedError("The backup holds something else than files; it was not made by this program.")
        yield member, content


def _older(raw: BinaryIO, file: Path, folder: Path) -> None:
    _save(raw, folder / DATABASE)
    for beside in sorted(file.parent.glob(f"{file.name}.*.tar")):
        with beside.open("rb") as packed, tarfile.open(fileobj=packed, mode="r|") as archive:
            for member, content in _members(archive):
                _save(content, _target(folder, member.name))


def _target(folder: Path, name: str) -> Path:
    if name == DATABASE:
        return folder / name
    # A name from a file must never lead out of the folder.
    if not _NAME.fullmatch(name) or ".." in name or name.startswith("secrets/"):
        raise RefusedError("The backup holds a file with a name that this program gives to none.")
    path = folder / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    return path


def _save(content: IO[bytes], path: Path) -> str:
    """Write a file with mode 0600 and return its SHA-256."""
    digest = hashlib.sha256()
    with private_file(path) as file:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()

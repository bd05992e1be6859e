"""Backups: one file with a consistent copy of the database, the files beside it and a list of contents; perhaps sealed."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Final, cast

from flask import Flask, current_app
from sqlalchemy import URL, NullPool, create_engine, text

from surveyapp.core import clock, purging
from surveyapp.core.backups import backup_contents
from surveyapp.core.backups.backup_contents import DATABASE, Contents
from surveyapp.core.backups.sealed_stream import Lock, Sealing
from surveyapp.core.command import RefusedError
from surveyapp.core.database import engine, is_sqlite
from surveyapp.core.private_files import named_file, write_note
from surveyapp.settings import current_settings

_KEY: Final = "backup_folders"
_LAST: Final = "last-backup.json"
_LAST_CHECK: Final = "last-backup-check.json"
_TEMPORARY: Final = ".backup-"
_CHUNK: Final = 1 << 20
_OLD_S: Final = 86_400
_AUTOMATIC_STAYS: Final = timedelta(days=14)

Place = Callable[[], Path]


def add(app: Flask, folder: Place) -> None:
    """Have the files of a folder that a feature keeps beside the database put into backups."""
    app.extensions.setdefault(_KEY, []).append(folder)


def folders() -> list[Path]:
    """Return the folders with files that belong to backups."""
    found: list[Place] = current_app.extensions.get(_KEY, [])
    return [folder() for folder in found]


def write(file: Path, lock: Lock | None = None) -> Contents:
    """Write a backup to *file* (mode 0600), sealed if there is a *lock*; returns what it holds.

    It is a tar file: ``database`` (VACUUM INTO on SQLite, pg_dump on PostgreSQL), the files that features keep, and
    ``contents.json`` as the last one, so that a file that was cut off shows it. The files are read after the database, so that
    every file that it names is there, unless somebody removed it meanwhile.

    Raises:
        RefusedError: the file exists already, or the copy could not be made; nothing is left behind.
    """
    settings = current_settings()
    with named_file(file) as raw, _copied(settings.data_dir) as (database, contents):
        _fill(raw, lock, database, contents)
    # The day and no moment: what is made every night need not be told more closely by the data folder.
    write_note(settings.data_dir / _LAST, {"on": clock.today().isoformat(), "file": file.name, "sealed": bool(lock)})
    return contents


def before_upgrade(lock: Lock) -> Path:
    """Write a backup into the data folder before the database is brought up to date; the one before is deleted.

    Raises:
        RefusedError: as ``write``.
    """
    folder = _automatic()
    folder.mkdir(mode=0o700, exist_ok=True)
    older = list(folder.iterdir())
    file = folder / f"{clock.now():%Y%m%d-%H%M%S}-before-upgrade.backup"
    write(file, lock)
    for path in older:
        path.unlink(missing_ok=True)
    return file


def forget_automatic(older_than: timedelta = timedelta(0)) -> int:
    """Delete backups that were made before upgrades: they hold what an opening or a promise has deleted since."""
    folder = _automatic()
    found = list(folder.iterdir()) if folder.is_dir() else []
    old = [
        path for path in found if not older_than or clock.now().timestamp() - path.stat().st_mtime > older_than.total_seconds()
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def init_app(app: Flask) -> None:
    """Have backups that were made before upgrades deleted when they are two weeks old."""
    purging.add(app, lambda: forget_automatic(_AUTOMATIC_STAYS), (), ())


def _automatic() -> Path:
    return current_settings().data_dir / "backups"


def last(data_dir: Path) -> tuple[date, bool] | None:
    """Return the day of the last backup that was made here and whether it was sealed; None if there was none."""
    found = _noted(data_dir / _LAST)
    return (found[0], bool(found[1])) if found else None


def last_check(data_dir: Path) -> date | None:
    """Return the day on which it was last proved from here that a backup opens; None if it never was."""
    found = _noted(data_dir / _LAST_CHECK)
    return found[0] if found else None


def note_check(data_dir: Path) -> None:
    """Note that it was proved today that a backup opens."""
    if data_dir.is_dir():
        write_note(data_dir / _LAST_CHECK, {"on": clock.system_clock().date().isoformat()})


def _noted(path: Path) -> tuple[date, bool] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return date.fromisoformat(found["on"]), bool(found.get("sealed"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


@contextmanager
def _copied(data_dir: Path) -> Iterator[tuple[Path, Contents]]:
    """Give a copy of the database in the data folder, where it may lie unsealed, and what it holds; it is gone afterwards."""
    for left in data_dir.glob(f"{_TEMPORARY}*"):  # by a copy that was killed
        if clock.now().timestamp() - left.stat().st_mtime > _OLD_S:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_TEMPORARY, dir=data_dir) as folder:
        database = Path(folder) / DATABASE
        # The file is made empty with its mode first, so that it is at no moment readable to others.
        os.close(os.open(database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield database, (_copy_sqlite if is_sqlite() else _dump_postgresql)(database, data_dir)


def _copy_sqlite(file: Path, data_dir: Path) -> Contents:
    with engine().connect().execution_options(outside_transaction=True) as connection:
        connection.execute(text("VACUUM INTO :file"), {"file": str(file)})
    copy = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    with copy.connect() as connection:
        return backup_contents.of(connection, {}, data_dir)


def _dump_postgresql(file: Path, data_dir: Path) -> Contents:
    # Copy and counts share one snapshot, whatever others write meanwhile.
    with engine().connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        run_client("pg_dump", [f"--snapshot={snapshot}", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}"])
        return backup_contents.of(connection, {}, data_dir)


def run_client(program: str, arguments: Sequence[str], url: URL | None = None) -> None:
    """Run one of PostgreSQL's programs on the database at *url* (the app's by default); its password is on no command line.

    Raises:
        RefusedError: it is not installed, or refused.
    """
    url = url or engine().url
    # Whoever is on the machine reads command lines, but not the environment of others' programs.
    password = url.password or url.query.get("password")
    environment = {**os.environ, "PGPASSWORD": str(password)} if password else None
    shown = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    address = shown.difference_update_query(["password"]).render_as_string()
    command = [program, *arguments, "--dbname", address]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)  # noqa: S603 - fixed words and our own URL
    except FileNotFoundError as error:
        raise RefusedError(f"{program} was not found; install PostgreSQL's client programs.") from error
    if done.returncode:
        raise RefusedError(f"{program} refused: {done.stderr.strip()}")


def _fill(raw: IO[bytes], lock: Lock | None, database: Path, contents: Contents) -> None:
    sealing = Sealing(cast("io.BufferedWriter", raw), lock) if lock else None
    files: dict[str, str] = {}
    with tarfile.open(fileobj=cast("IO[bytes]", sealing or raw), mode="w|") as archive:
        _put(archive, database, DATABASE, files)
        for folder in folders():
            for path in sorted(folder.iterdir()):
                _put(archive, path, f"{folder.name}/{path.name}", files)
        told = Contents(**{**{name: getattr(contents, name) for name in Contents.__slots__}, "files": files}).as_bytes()
        member = _member(backup_contents.NAME, len(told))
        archive.addfile(member, io.BytesIO(told))
    if sealing:
        sealing.finish()


def _put(archive: tarfile.TarFile, path: Path, name: str, files: dict[str, str]) -> None:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return  # one that is removed at this moment is none of the backup
    with file:
        files[name] = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        archive.addfile(_member(name, os.fstat(file.fileno()).st_size), file)


def _member(name: str, size: int) -> tarfile.TarInfo:
    # No owner and no moment: the archive tells nothing that its files do not tell.
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member

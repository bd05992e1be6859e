"""Backups: a consistent copy of the database, never a copy of its file, and the files that features keep beside it."""

import os
import subprocess
import tarfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from flask import Flask, current_app
from sqlalchemy import URL, text

from surveyapp.core.command import RefusedError
from surveyapp.core.database import engine, is_sqlite

_KEY: Final = "backup_folders"


def add(app: Flask, folder: Callable[[], Path]) -> None:
    """Have the files of a folder that a feature keeps beside the database put into backups."""
    app.extensions.setdefault(_KEY, []).append(folder)


def write(file: Path) -> list[Path]:
    """Write a backup to *file* (mode 0600): VACUUM INTO on SQLite, pg_dump on PostgreSQL; returns what was written.

    Folders with files go beside it into *file*.NAME.tar: after the database, so that every file that it names is in there,
    unless somebody removed it meanwhile.

    Raises:
        RefusedError: a file exists already, or the copy could not be made; nothing is left behind.
    """
    folders = [folder() for folder in current_app.extensions.get(_KEY, [])]
    targets = {file.with_name(f"{file.name}.{each.name}.tar"): each for each in folders if any(each.iterdir())}
    for target in (file, *targets):
        if target.exists():
            raise RefusedError(f"{target} exists already; name a new file.")
    made: list[Path] = []
    try:
        for target, folder in ((file, None), *targets.items()):
            made.append(target)
            _write_database(target) if folder is None else _pack(folder, target)
    except BaseException:
        for target in made:
            target.unlink(missing_ok=True)
        raise
    return made


def _pack(folder: Path, target: Path) -> None:
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            for path in sorted(folder.iterdir()):
                # One that is removed at this moment is none of the backup.
                with suppress(FileNotFoundError):
                    archive.add(path, f"{folder.name}/{path.name}", filter=_plain)
        file.flush()
        os.fsync(file.fileno())


def _plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uname = info.gname = ""
    return info


def _write_database(file: Path) -> None:
    # The file is made empty with its mode first, so that it is at no moment readable to others.
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    _copy_sqlite(file) if is_sqlite() else _dump_postgresql(file)


def _copy_sqlite(file: Path) -> None:
    with engine().connect().execution_options(outside_transaction=True) as connection:
        connection.execute(text("VACUUM INTO :file"), {"file": str(file)})


def _dump_postgresql(file: Path) -> None:
    url = engine().url
    # Whoever is on the machine reads command lines, but not the environment of others' programs.
    password = url.password or url.query.get("password")
    environment = {**os.environ, "PGPASSWORD": str(password)} if password else None
    shown = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    address = shown.difference_update_query(["password"]).render_as_string()
    command = ["pg_dump", "--format=custom", f"--file={file}", "--dbname", address]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)  # noqa: S603 - fixed words and our own URL
    except FileNotFoundError as error:
        raise RefusedError("pg_dump was not found; install PostgreSQL's client programs.") from error
    if done.returncode:
        raise RefusedError(f"pg_dump refused: {done.stderr.strip()}")

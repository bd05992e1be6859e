"""Backups: a consistent copy of the database, never a copy of its file."""

import os
import subprocess
from pathlib import Path

from sqlalchemy import URL, text

from surveyapp.core.command import RefusedError
from surveyapp.core.database import engine, is_sqlite


def write(file: Path) -> None:
    """Write a backup to *file* (mode 0600): VACUUM INTO on SQLite, pg_dump on PostgreSQL.

    Raises:
        RefusedError: the file exists already, or the copy could not be made; nothing is left behind.
    """
    if file.exists():
        raise RefusedError(f"{file} exists already; name a new file.")
    # The file is made empty with its mode first, so that it is at no moment readable to others.
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        _copy_sqlite(file) if is_sqlite() else _dump_postgresql(file)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


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

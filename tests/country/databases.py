"""A PostgreSQL server and its standby: what the first acknowledges is on the disks of both; the standby can be promoted."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from tests.country import hosts

_PROGRAMS: Final = Path("/usr/lib/postgresql/15/bin")
_ACCOUNT: Final = "postgres"
_SETTINGS: Final = """
listen_addresses = '*'
max_connections = 120
shared_buffers = 256MB
synchronous_commit = on
wal_recycle = off
max_wal_size = 256MB
wal_keep_size = 0
log_statement = none
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
"""
_PATIENCE_S: Final = 60


@dataclass
class Database:
    """One server on its host, run by PostgreSQL's own account, which cannot be root."""

    name: str
    folder: Path
    process: hosts.Process | None = None

    def make(self) -> None:
        """Make an empty one, with the role and the database of the app."""
        _own(self.folder.parent)
        _as_postgres("initdb", "-D", self.folder, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        with (self.folder / "postgresql.conf").open("a") as file:
            file.write(_SETTINGS)
        with (self.folder / "pg_hba.conf").open("a") as file:
            file.write("host all,replication all samenet trust\n")
        self.start()
        self.run("CREATE ROLE surveyapp LOGIN")
        self.run("CREATE DATABASE surveyapp OWNER surveyapp TEMPLATE template0 ENCODING 'UTF8'")

    def follow(self, first: "Database") -> None:
        """Make a standby of *first*, which from then on acknowledges nothing that is not on the disk of both."""
        _own(self.folder.parent)
        source = f"host={hosts.address(first.name)} user={_ACCOUNT} application_name={self.name}"
        _as_postgres("pg_basebackup", "-D", self.folder, "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        self.start()
        first.run(f"ALTER SYSTEM SET synchronous_standby_names = '{self.name}'")
        first.run("SELECT pg_reload_conf()")
        _until(lambda: first.run("SELECT sync_state FROM pg_stat_replication") == "sync", "the standby does not follow")

    def start(self) -> None:
        """Start it and wait until it answers."""
        words = [_PROGRAMS / "postgres", "-D", self.folder, "-c", f"unix_socket_directories={self.folder.parent}"]
        command = ["runuser", "-u", _ACCOUNT, "--", *map(str, words)]
        self.process = hosts.start(self.name, command, log=self.folder.parent / f"{self.name}.log")
        _until(lambda: self.run("SELECT 1") == 1, f"{self.name} does not come up")

    def run(self, statement: str) -> object:
        """Run a statement and return the first value that it gives."""
        with suppress(psycopg.OperationalError), psycopg.connect(self._place(), autocommit=True) as connection:
            found = connection.execute(statement.encode())
            row = found.fetchone() if found.description else None
            return row[0] if row else None
        return None

    def lose_power(self) -> None:
        """Kill every process at once and pull the cable."""
        hosts.unplug(self.name)
        if self.process:
            hosts.kill(self.process)

    def promote(self) -> None:
        """Have the standby take over."""
        self.run("SELECT pg_promote()")

    def stop(self) -> None:
        """Stop it without waiting for those who are connected."""
        if self.process and self.process.poll() is None:
            with suppress(ProcessLookupError, FileNotFoundError):
                os.kill(int((self.folder / "postmaster.pid").read_text().split()[0]), signal.SIGINT)
            self.process.wait()

    def _place(self) -> str:
        return f"host={self.folder.parent} user={_ACCOUNT} dbname=postgres connect_timeout=5"


def _as_postgres(program: str, *words: object) -> None:
    command = ["runuser", "-u", _ACCOUNT, "--", str(_PROGRAMS / program), *map(str, words)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _own(folder: Path) -> None:
    folder.mkdir(parents=True)
    subprocess.run(["chown", _ACCOUNT, str(folder)], check=True)


def _until(done: Callable[[], object], complaint: str) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not done():
        if time.monotonic() > end:
            raise RuntimeError(complaint)
        time.sleep(0.2)

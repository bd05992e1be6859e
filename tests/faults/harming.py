"""Errors of the disk put into a running server, one system call after the other, by strace; taken away again they are gone."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.scene import Served


@contextmanager
def failing(served: Served, calls: str, error: str) -> Iterator[None]:
    """Have *calls* on the files of the database fail with *error* in every worker, as a full or broken disk makes them."""
    database = served.installation.folder / "surveyapp.sqlite3"
    files = [part for suffix in ("", "-wal") for part in ("-P", f"{database}{suffix}")]
    workers = [part for worker in served.workers() for part in ("-p", str(worker))]
    command = [
        "strace",
        "-f",
        "-o",
        "/dev/null",
        *workers,
        *files,
        "-e",
        f"trace={calls}",
        "-e",
        f"inject={calls}:error={error}",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as harm:
        try:
            assert harm.stderr is not None
            for _ in served.workers():
                assert "attached" in harm.stderr.readline()
            yield
        finally:
            harm.terminate()
            harm.wait(timeout=60)

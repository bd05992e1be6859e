"""The server and its workers, which are forked: what the process before them has loaded, they share."""

import ctypes
import resource
import socket
import sys
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server import Server

from surveyapp.core import logs
from surveyapp.core.command import RefusedError
from surveyapp.settings import load

_CONNECTIONS: Final = 8192
"""Open connections of a worker: one that only waits costs a few kilobytes and no thread (surveyapp.core.front)."""
_HEADER_MS: Final = 15_000
_HEADER_BYTES: Final = 64 * 1024
_TURN_S: Final = 0.0005
"""How long a thread may keep the others of a worker waiting: with Python's 5 ms, whoever comes back from the database waits for
every other in turn, and all whose answers go into the same transaction with it."""
_ARENA_MAX: Final = -8
"""The name of the limit in glibc's malloc.h."""
_STOPPED_S: Final = 15
"""Within which a worker that is told to stop has answered what it began; one that hangs on its way out is killed then."""


def run(host: str, port: int) -> None:
    """Serve the app until it is told to stop.

    Raises:
        RefusedError: the port is taken.
    """
    _check_free(host, port)
    _check_data(load().data_dir)
    _allow_connections()
    server = Server(
        "surveyapp.wsgi:front",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=load().workers,
        backpressure=_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MS, max_buffer_size=_HEADER_BYTES),
        workers_kill_timeout=_STOPPED_S,
        respawn_failed_workers=True,  # else one that is killed, as where memory runs out, takes the server with it
        log_access=False,  # a line per request would hold a moment and an address
        log_level="error",  # type: ignore[arg-type]  # granian takes the word as well as its enumeration
    )
    sys.setswitchinterval(_TURN_S)
    _share_heaps()
    logs.told("started", version=version("surveyapp"))
    server.serve()
    logs.told("stopped")


def _share_heaps() -> None:
    """Have the threads of a worker take memory from two heaps instead of sixteen, each of which keeps what it once held.

    Python lets one thread work at a time, so that more of them hold memory and spare no waiting (mallopt(3), M_ARENA_MAX).
    """
    limit = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc alone has it
    if limit is not None:
        limit(_ARENA_MAX, 2)


def _check_data(folder: Path) -> None:
    # Workers that cannot write would fail, one after the other, without anybody being told why.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryFile(dir=folder):
        pass


def _allow_connections() -> None:
    # Each connection is an open file, and many systems start a program with room for 1024.
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most == resource.RLIM_INFINITY or most > allowed:
        wanted = 2 * _CONNECTIONS if most == resource.RLIM_INFINITY else min(most, 2 * _CONNECTIONS)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(allowed, wanted), most))


def _check_free(host: str, port: int) -> None:
    # The server's workers share their port, so a second server would join the first in silence.
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise RefusedError(
                f"{host}:{port} cannot be used ({error.strerror}). Choose another port, such as PORT=8080."
            ) from error

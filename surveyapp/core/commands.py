"""Commands that belong to no feature: init, serve, audit verify and purge."""

import ctypes
import gc
import resource
import socket
import sys
from contextlib import closing
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

import click
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server import Server

from surveyapp.core import audit as audit_trail
from surveyapp.core import logs, municipalities, purging, schema, secret_marks, unfinished
from surveyapp.core.backups import commands as backup_commands
from surveyapp.core.command import Group, RefusedError, format_option, in_app, print_json
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


@click.command()
@click.option("--municipality", default=None, help="Short name of the municipality to add, such as cesis.")
@click.option("--name", default=None, help="Its full name, such as 'Cēsu novads'.")
@click.option("--without-backup", is_flag=True, help="Bring an older database up to date without a backup of it before.")
@click.option("--new-secrets", is_flag=True, help="Go on with the secrets here: those of this database are lost for good.")
@in_app
def init(municipality: str | None, name: str | None, *, without_backup: bool, new_secrets: bool) -> None:
    """Make the database and the secrets, or bring an older database up to date; add a municipality if one is named.

    Before an older database is changed, a backup of it is written to backups/ in the data folder; the one before is deleted.
    Servers that share a database must have the same secrets: one that has others is refused before anything else is done.
    """
    if not without_backup:
        backup_commands.before_upgrade()
    schema.upgrade()
    if new_secrets:
        secret_marks.begin_anew()
    secret_marks.check()
    unfinished.finish_all()
    if secret_marks.record():
        click.echo("The secret of sessions is another than before: everybody signs in anew. Copy it to every other server.")
    if municipality:
        if municipalities.any_demo():
            raise RefusedError("Demonstration data are loaded here. A real municipality needs a data folder of its own.")
        municipalities.create(municipality, name or municipality)
    click.echo("The database is ready.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", envvar="PORT", default=8000, show_default=True, help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Serve the app until it is told to stop (SIGTERM, Ctrl+C): then requests that began are answered and no new ones taken."""
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
    # Workers are forked: what is loaded before, they share; and what no collector looks into stays shared.
    import_module("surveyapp.rooms")
    gc.freeze()
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


@click.group(cls=Group)
def audit() -> None:
    """The audit trail."""


@audit.command()
@click.option(
    "--noted", default=None, help="A checksum that this command or the auditor's page told earlier; it must be there."
)
@format_option
@in_app
def verify(noted: str | None, output: str) -> None:
    """Check that no entry of the audit trail was changed or removed, and name the first that was."""
    state = audit_trail.examine(noted)
    if state.broken is not None:
        found = state.broken
        raise RefusedError(
            f"Entry {found.id} does not fit the one before it: the audit trail was changed there or just before. "
            f"It says now: {found.at:%Y-%m-%d %H:%M} UTC, {found.who}, {found.what}, {found.about}."
        )
    if not state.holds:
        raise RefusedError(
            f"The entries fit together, but none has the checksum {noted}: newer ones were removed, or all were written anew."
        )
    if output == "json":
        print_json({"sound": True, "entries": state.entries, "newest": state.newest})
        return
    click.echo(f"The audit trail is sound: {state.entries} entries. Checksum of the newest: {state.newest}")


@click.command()
@format_option
@in_app
def purge(output: str) -> None:
    """Delete personal data whose promised day has come, and print a receipt for each deletion; run it every night."""
    receipts = purging.run()
    if any(not receipt.clean for receipt in purging.every()):
        raise RefusedError(
            "What was due is deleted, but another program keeps reading the database, so that its log could not be emptied. "
            "Repeat the command."
        )
    if output == "json":
        print_json([_as_json(receipt) for receipt in receipts])
        return
    for receipt in receipts:
        click.echo(f"{receipt.about}: {_deleted(receipt)} deleted, promised for {receipt.promised_for}.")
    if not receipts:
        click.echo("Nothing is due.")


def _deleted(receipt: purging.Receipt) -> str:
    if receipt.people or not receipt.counts:
        return f"{receipt.people} people"
    return ", ".join(f"{number} {name}" for name, number in receipt.counts.items())


def _as_json(receipt: purging.Receipt) -> dict[str, object]:
    return {
        "what": receipt.what,
        "about": receipt.about,
        "people": receipt.people,
        "counts": dict(receipt.counts),
        "promised_for": receipt.promised_for.isoformat(),
        "at": receipt.at.isoformat(),
    }

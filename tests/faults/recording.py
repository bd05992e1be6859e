"""What a serving process asks of the disk, and when it answers people: read from strace's record of its system calls."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final, Literal, NamedTuple, Self

from tests.browser.conftest import environment, free_port
from tests.faults.scene import Installation, children
from tests.waiting import until

Kind = Literal["write", "truncate", "syncing", "synced", "create", "unlink", "told"]
_CALLS: Final = "openat,unlink,unlinkat,rename,pwrite64,write,writev,sendto,sendmsg,ftruncate,fsync,fdatasync"
_STRACE: Final = ("strace", "-f", "-y", "-xx", "-s", "2000000", "-e", f"trace={_CALLS}", "-e", "signal=none", "-o")
# A shell under strace starts whatever is written to it, so that all programs of an installation share one record.
_SHELL: Final = ("sh", "-c", 'while read -r line; do eval "$line" & done; wait')
_LINE: Final = re.compile(r"(\d+) +(?:<\.\.\. (\w+) resumed>)?(.*)", re.DOTALL)
_CALL: Final = re.compile(r"(\w+)\((.*)", re.DOTALL)
_FILE: Final = re.compile(r"\d+<((?:\\x[0-9a-f]{2})+)>")
_QUOTED: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_NUMBER: Final = re.compile(r"\d+")


class Operation(NamedTuple):
    """One thing that a program asked of the disk, or (``told``) that it sent to somebody."""

    kind: Kind
    file: str = ""
    offset: int = 0
    content: bytes = b""


@dataclass
class Recorded:
    """The server on an installation, and other commands beside it, every system call of theirs on record."""

    installation: Installation
    record: Path
    port: int = field(default_factory=free_port)
    shell: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        made = self.installation
        around = {**environment(made.folder, self.port), "SURVEYAPP_DATABASE_URL": made.database}
        command = [*_STRACE, str(self.record), *_SHELL]
        quiet = subprocess.DEVNULL
        self.shell = subprocess.Popen(command, env=around, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet)
        self.run("serve")
        until(self._is_up, "the server did not come up under strace")
        return self

    def run(self, command: str) -> None:
        """Start one of the app's commands beside whatever runs."""
        assert self.shell is not None
        assert self.shell.stdin is not None
        self.shell.stdin.write(f"exec {sys.executable} -m surveyapp.cli {command}\n".encode())
        self.shell.stdin.flush()

    def run_to_the_end(self, command: str) -> None:
        """Run one of the app's commands and wait until it is done."""
        before = self._programs()
        self.run(command)
        until(lambda: bool(self._programs() - before), f"{command} does not start")
        until(lambda: not self._programs() - before, f"{command} does not end")

    def _programs(self) -> set[int]:
        assert self.shell is not None
        return {program for shell in children(self.shell.pid) for program in children(shell)}

    def _is_up(self) -> bool:
        with suppress(OSError, HTTPException), closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        return False

    def __exit__(self, *_: object) -> None:
        assert self.shell is not None
        assert self.shell.stdin is not None
        for program in self._programs():
            with suppress(ProcessLookupError):
                os.kill(program, signal.SIGTERM)
        self.shell.stdin.close()
        self.shell.wait(timeout=60)


def operations(record: Path, folder: Path) -> Iterator[Operation]:
    """Yield what was asked of the files in *folder*, and what was sent, in order.

    A write may reach the disk from the moment in which it is asked for, a sync holds only once it has returned, and what is
    sent may have been seen as soon as the call begins: whatever lies between is taken at its worst.
    """
    begun: dict[str, tuple[str, str]] = {}
    for line in record.read_text(encoding="ascii").splitlines():
        found = _LINE.fullmatch(line)
        assert found, line[:200]
        process, resumed, rest = found.groups()
        if resumed:
            name, arguments = begun.pop(process)
            yield from _ended(name, arguments, rest, folder)
            continue
        call = _CALL.match(rest)
        if call is None:
            continue  # a process that ended
        name, arguments = call.groups()
        yield from _asked(name, arguments, folder)
        if arguments.endswith("<unfinished ...>"):
            begun[process] = name, arguments
        else:
            yield from _ended(name, arguments, arguments, folder)


def _asked(name: str, arguments: str, folder: Path) -> Iterator[Operation]:
    """Yield what holds from the moment of asking."""
    file = _file(arguments, folder)
    if name in {"write", "writev", "sendto", "sendmsg"} and not file:
        yield Operation("told", content=b"".join(map(_bytes, _QUOTED.findall(arguments))))
    elif file and name == "pwrite64":
        content = _QUOTED.search(arguments)
        assert content
        length, offset = map(int, _NUMBER.findall(arguments[content.end() :])[:2])
        data = _bytes(content[1])
        assert len(data) == length, f"the record holds {len(data)} of {length} bytes"
        yield Operation("write", file, offset, data)
    elif file and name == "ftruncate":
        yield Operation("truncate", file, int(arguments.rpartition(">, ")[2].partition(")")[0].split(" ")[0]))
    elif file and name in {"fsync", "fdatasync"}:
        yield Operation("syncing", file)
    else:
        assert not file or name != "write", "SQLite was expected to write by place only"


def _ended(name: str, arguments: str, result: str, folder: Path) -> Iterator[Operation]:
    """Yield what holds once the call has returned without an error."""
    if " = -1" in result[-80:]:
        return
    if name in {"fsync", "fdatasync"}:
        file = _file(arguments, folder)
        if file:
            yield Operation("synced", file)
    elif name in {"openat", "unlink", "unlinkat"}:
        path = Path(_bytes((_QUOTED.search(arguments) or [""] * 2)[1]).decode())
        if path.parent == folder and (name != "openat" or "O_CREAT" in arguments):
            yield Operation("create" if name == "openat" else "unlink", path.name)
    elif name == "rename":
        assert str(folder) not in arguments


def _file(arguments: str, folder: Path) -> str:
    """Return the name of the file in *folder* that a call is about, ``.`` for the folder itself, nothing for others."""
    found = _FILE.match(arguments)
    path = Path(_bytes(found[1]).decode(errors="replace")) if found else Path()
    return path.name if path.parent == folder else "." if path == folder else ""


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))

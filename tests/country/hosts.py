"""Hosts of their own on one machine: network namespaces on one switch, each with an address; needs root and iproute2."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_PREFIX: Final = "ctry-"
_NETWORK: Final = "10.77.0"
_SWITCH: Final = "switch"
_NEW_NETWORK: Final = 0x40000000
NAMES: Final = ("people", "balancer", "app1", "app2", "app3", "first", "standby")
Process = subprocess.Popen[bytes]


def address(name: str) -> str:
    """The address of a host."""
    return f"{_NETWORK}.{NAMES.index(name) + 1}"


@contextmanager
def made() -> Iterator[None]:
    """Have the hosts there, joined by a switch, and this process (threads and children too) on the one of the people."""
    _delete()  # what an interrupted run left
    try:
        _ip("netns", "add", _PREFIX + _SWITCH)
        _on(_SWITCH, "link", "add", "bridge", "type", "bridge")
        _on(_SWITCH, "link", "set", "bridge", "up")
        for name in NAMES:
            _join(name)
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        _enter(os.open(f"/run/netns/{_PREFIX}people", os.O_RDONLY))
        try:
            yield
        finally:
            _enter(home)
    finally:
        _delete()


def _join(name: str) -> None:
    _ip("netns", "add", _PREFIX + name)
    _on(_SWITCH, "link", "add", name, "type", "veth", "peer", "name", "net", "netns", _PREFIX + name)
    _on(_SWITCH, "link", "set", name, "master", "bridge", "up")
    _on(name, "address", "add", f"{address(name)}/24", "dev", "net")
    for link in ("net", "lo"):
        _on(name, "link", "set", link, "up")


def unplug(name: str) -> None:
    """Pull a host's cable: whoever talks to it hears nothing more, not even that it is gone."""
    _on(_SWITCH, "link", "set", name, "down")


def start(name: str, command: Sequence[str], environment: Mapping[str, str] | None = None, log: Path | None = None) -> Process:
    """Start a program on a host, in a group of its own."""
    told = log.open("ab") if log else subprocess.DEVNULL
    return subprocess.Popen(
        ["ip", "netns", "exec", _PREFIX + name, *command],
        env=dict(environment or os.environ),
        stdout=told,
        stderr=told,
        start_new_session=True,
    )


def kill(process: Process, number: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal to a program and all that it started, and wait until it is gone."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
    process.wait()


def processor_seconds(process: Process | None) -> float:
    """How long the cores have worked for a program and all that it started, those that have ended included."""
    waiting, ticks = [process.pid] if process else [], 0
    while waiting:
        pid = waiting.pop()
        with suppress(FileNotFoundError, ProcessLookupError):
            told = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
            ticks += sum(map(int, told[11:15]))
            waiting += [int(one) for file in Path(f"/proc/{pid}/task").glob("*/children") for one in file.read_text().split()]
    return ticks / os.sysconf("SC_CLK_TCK")


def _enter(namespace: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.setns(namespace, _NEW_NETWORK):
        raise OSError(ctypes.get_errno(), "the network of a host cannot be entered; run this as root")
    os.close(namespace)


def _delete() -> None:
    for name in (*NAMES, _SWITCH):
        subprocess.run(["ip", "netns", "delete", _PREFIX + name], check=False, stderr=subprocess.DEVNULL)


def _on(name: str, *words: str) -> None:
    _ip("-n", _PREFIX + name, *words)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)

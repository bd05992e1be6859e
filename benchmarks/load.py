"""Sending requests to a server on this machine from many connections at once, with as little work of our own as possible."""

import queue
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final

_FOUND: Final = b" 200 "
_END: Final = b"\r\n\r\n"
_BLOCK: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class Times:
    """How long all requests took together, and each of them, in seconds."""

    together: float
    each: Sequence[float]


@contextmanager
def served(command: Sequence[str], environment: Mapping[str, str], port: int) -> Iterator[int]:
    """Run a server, from its first answer on; yields the number of its process."""
    with subprocess.Popen(command, env=dict(environment)) as process:  # noqa: S603 - our own command
        try:
            _wait_until_up(port, process)
            yield process.pid
        finally:
            process.terminate()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def get(path: str) -> bytes:
    """Return a request for a page, as a browser that takes compressed ones sends it."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode()


def post(path: str, fields: Mapping[str, str]) -> bytes:
    """Return a request that sends a form."""
    body = urllib.parse.urlencode(fields).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"
    return f"{head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def send_all(port: int, requests: Sequence[bytes], clients: int, every: float | None = None) -> Times:
    """Send *requests* from so many *clients*, each on one connection that stays open; one *every* so many seconds if given.

    Raises RuntimeError if anything but 200 is answered.
    """
    waiting: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
    start = time.perf_counter()
    for number, request in enumerate(requests):
        waiting.put((start + number * every if every else 0.0, request))
    each: list[float] = []
    wrong: list[str] = []
    threads = [threading.Thread(target=_client, args=(port, waiting, each, wrong)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(f"{len(wrong)} of {len(requests)} requests failed, the first: {wrong[0]}")
    return Times(time.perf_counter() - start, each)


def _client(port: int, waiting: "queue.SimpleQueue[tuple[float, bytes]]", each: list[float], wrong: list[str]) -> None:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=60)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            try:
                due, request = waiting.get_nowait()
            except queue.Empty:
                return
            time.sleep(max(0.0, due - time.perf_counter()))
            begun = max(due, 0.0) or time.perf_counter()
            connection.sendall(request)
            answer = _answer(connection)
            each.append(time.perf_counter() - begun)
            if _FOUND not in answer[:20]:
                wrong.append(answer[:300].decode(errors="replace"))


def _answer(connection: socket.socket) -> bytes:
    """Return one answer, read by its length."""
    found = b""
    while _END not in found:
        found += _more(connection)
    head, _, body = found.partition(_END)
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    missing = length - len(body)
    while missing > 0:
        piece = _more(connection)
        missing -= len(piece)
    return found


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(_BLOCK)
    if not piece:
        raise RuntimeError("the server closed the connection")
    return piece


def _wait_until_up(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the server stopped")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not come up within a minute")

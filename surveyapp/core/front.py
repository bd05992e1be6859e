"""Between the server and the app: a request takes a thread only once all of it has arrived, and not for ever.

The server's own way to run a WSGI application gives each request a thread that then waits for its body, so that some hundreds
of clients who send half a form keep everybody else out. Here bodies are read in the event loop, where waiting costs no thread,
within limits of size, time and memory; what goes beyond them is refused by the app itself, on a page in the reader's language.
"""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

THREADS: Final = 48
"""Requests at work at once in a worker; others wait in line. None of them waits for a client."""
MOST_BYTES: Final = 16 * 2**20
"""The largest body that is read at all; each page sets a smaller limit of its own."""
SMALL: Final = 256 * 1024
"""A body of this size, as every form of a respondent has, is always taken; larger ones share ROOM."""
ROOM: Final = 96 * 2**20
"""What the larger bodies that a worker is reading may hold together."""
SECONDS: Final = 30
"""Within which a body must have arrived, and longer for a larger one: a slow line of 20 kB a second is enough."""
SLOWEST: Final = 20_000
REFUSED: Final = "surveyapp.refused"
"""The key of the environment that holds the status with which the app refuses what did not arrive."""
FAILED: Final = "surveyapp.failed"
"""The key that holds the error for which the app cannot answer a request at all just now."""

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Headers(Protocol):
    """The headers of a request as the server gives them (RSGI), in lower case."""

    def items(self) -> list[tuple[str, str]]:
        """Return every header, one that came twice twice."""


class Scope(Protocol):
    """What the server tells of a request (RSGI); the path is decoded."""

    proto: str
    http_version: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None
    server: str

    @property
    def headers(self) -> Headers:
        """The headers of the request."""


class Exchange(Protocol):
    """The other end of a request (RSGI): its body in pieces, and the way back."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Return the pieces of the body as they arrive."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Send the answer."""


@dataclass(slots=True)
class Body:
    """What arrived of a body: its bytes, its length as told or as it is, and the status that refuses it (0: none)."""

    content: bytes = b""
    length: int = 0
    refused: int = 0


@dataclass(slots=True)
class Front:
    """The app as the server calls it (RSGI), its requests read whole before a thread is taken."""

    app: Application
    seconds: float = SECONDS
    room: int = ROOM
    _taken: int = 0
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, "request"))

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        """Answer one request."""
        if scope.proto != "http":
            return
        body = await self._arrived(scope, exchange)
        environ = environment(scope, body)
        answer = await asyncio.get_running_loop().run_in_executor(self._pool, run, self.app, environ)
        exchange.response_bytes(*answer)

    async def _arrived(self, scope: Scope, exchange: Exchange) -> Body:
        told = _told_length(scope)
        if told > MOST_BYTES:
            return Body(length=told)  # the app refuses it by its length, unread
        try:
            async with asyncio.timeout(self.seconds + max(told, 0) / SLOWEST):
                return await self._read(told, exchange)
        except TimeoutError:
            return Body(refused=408)

    async def _read(self, told: int, exchange: Exchange) -> Body:
        pieces: list[bytes] = []
        size = held = 0
        try:
            async for piece in exchange:
                size += len(piece)
                if size > MOST_BYTES:
                    return Body(length=size)
                if size > SMALL:
                    self._taken, held = self._taken + size - held, size
                    if self._taken > self.room:
                        return Body(refused=503)
                pieces.append(bytes(piece))
        finally:
            self._taken -= held
        if told >= 0 and size != told:
            return Body(refused=400)  # half a form is none
        return Body(b"".join(pieces), size)


def environment(scope: Scope, body: Body) -> dict[str, Any]:
    """Return a request as WSGI describes it (PEP 3333); of the machine's own environment nothing is told."""
    host, _, port = scope.server.rpartition(":")
    found: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "CONTENT_LENGTH": str(body.length),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body.content),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope.authority:
        found["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        _add_header(found, name, value)
    if body.refused:
        found[REFUSED] = body.refused
    return found


def _add_header(found: dict[str, Any], name: str, value: str) -> None:
    # A name with "_" would be taken for the one with "-" that a proxy sets; the length and the encoding are ours by now.
    if "_" in name or name in {"content-length", "transfer-encoding"}:
        return
    key = "CONTENT_TYPE" if name == "content-type" else f"HTTP_{name.upper().replace('-', '_')}"
    text = value.encode().decode("latin-1")
    found[key] = f"{found[key]}{'; ' if name == 'cookie' else ','}{text}" if key in found else text


def _told_length(scope: Scope) -> int:
    told = [value for name, value in scope.headers.items() if name == "content-length"]
    return int(told[0]) if told and told[0].isdecimal() else -1


def run(app: Application, environ: dict[str, Any]) -> tuple[int, list[tuple[str, str]], bytes]:
    """Return what *app* answers: status, headers and body."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: Sequence[tuple[str, str]], _exc_info: object = None) -> None:
        started.append((status, list(headers)))

    answer = app(environ, start)
    with closing(answer) if hasattr(answer, "close") else nullcontext(answer):  # type: ignore[type-var]  # it has close
        content = b"".join(answer)
    status, headers = started[-1]
    # The server would fill an empty place with its own name.
    return int(status.partition(" ")[0]), [*((name.lower(), value) for name, value in headers), ("server", "")], content

"""What stands between the server and the app: bodies that are late, too large, too many or half, and headers that pretend."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from flask import Flask, request

from surveyapp.core.access import Permission, requires
from surveyapp.core.front import MOST_BYTES, SMALL, Front, Headers

Pairs = Sequence[tuple[str, str]]
FORM: Pairs = (("host", "localhost"), ("content-type", "application/x-www-form-urlencoded"))


@dataclass
class Sent:
    """A request as the server hands it on, the length that it tells beside the pieces that come."""

    pieces: Sequence[bytes] = ()
    told: int | None = None
    pairs: Pairs = FORM
    path: str = "/s/"
    waits: float = 0
    proto: str = "http"
    http_version: str = "1.1"
    client: str = "[::1]:4000"
    scheme: str = "http"
    method: str = "POST"
    query_string: str = "lang=en"
    authority: str | None = None
    server: str = "localhost:8000"
    read: int = 0
    status: int = 0
    told_back: dict[str, str] = field(default_factory=dict)
    page: str = ""

    @property
    def headers(self) -> Headers:
        """The request itself, which knows its headers."""
        return self

    def items(self) -> list[tuple[str, str]]:
        """Every header."""
        return [*self.pairs, *([] if self.told is None else [("content-length", str(self.told))])]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.read += len(piece)
            yield piece
        await asyncio.sleep(self.waits)

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Keep the answer."""
        self.status, self.told_back, self.page = status, dict(headers), body.decode()


def serve(front: Front, *sent: Sent) -> None:
    """Let *front* answer everything at once."""

    async def answer() -> None:
        await asyncio.gather(*(front.__rsgi__(each, each) for each in sent))

    # A thread of its own: the browser of other tests keeps a loop running in this one.
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, answer()).result()


def test_a_form_that_takes_too_long_is_refused_in_words_with_every_header(one_app: Flask) -> None:
    late = Sent([b"code=AB"], told=5000, waits=60)
    serve(Front(one_app, seconds=0.05), late)
    assert late.status == 408
    assert "It took too long to arrive" in late.page
    assert "frame-ancestors 'none'" in late.told_back["content-security-policy"]


def test_a_form_of_which_half_came_is_refused(one_app: Flask) -> None:
    half = Sent([b"code=AB"], told=5000)
    serve(Front(one_app), half)
    assert half.status == 400


@pytest.mark.parametrize("told", [10 * MOST_BYTES, None])
def test_what_no_page_takes_is_not_read_to_its_end(one_app: Flask, told: int | None) -> None:
    flood = Sent([b"x" * 2**20] * 100, told=told)
    serve(Front(one_app), flood)
    assert flood.status == 413
    assert flood.read <= (0 if told else MOST_BYTES + 2**20)


def test_many_large_bodies_at_once_leave_room_for_every_small_one(one_app: Flask) -> None:
    large = [Sent([b"x" * 2 * SMALL] * 4, waits=0.2) for _ in range(6)]
    small = Sent([b"code=AB"], told=7)
    front = Front(one_app, room=10 * SMALL)
    serve(front, *large, small)
    assert {each.status for each in large} == {413, 503}  # the first are read and then found too large for this page
    assert all("Too much is being sent at once" in each.page for each in large if each.status == 503)
    assert small.status == 422
    again = Sent([b"x" * 2 * SMALL] * 4)
    serve(front, again)
    assert again.status == 413, "room that was taken is given back"


def test_a_worker_reads_no_more_than_96_megabytes_at_once(one_app: Flask) -> None:
    large = [Sent([b"x" * 2**20] * 15, waits=0.2) for _ in range(8)]
    serve(Front(one_app), *large)
    assert [each.status for each in large].count(413) == 6
    assert [each.status for each in large].count(503) == 2


def test_a_header_cannot_pretend_to_be_the_one_that_a_proxy_sets(one_app: Flask) -> None:
    @requires(Permission.PUBLIC)
    def seen() -> str:
        return repr((request.headers.get("X-Forwarded-For"), request.remote_addr, request.cookies["lang"], request.args["q"]))

    one_app.add_url_rule("/seen/ā", "seen", seen)
    pairs = [("host", "localhost"), ("x_forwarded_for", "192.0.2.1"), ("cookie", "a=1"), ("cookie", "lang=lv")]
    asked = Sent(pairs=pairs, path="/seen/ā", method="GET", query_string="q=%C4%93")
    serve(Front(one_app), asked)
    assert asked.page == repr((None, "::1", "lv", "ē"))

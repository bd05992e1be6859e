"""People who use a server that is being done harm to: what they sent, and what they were told about it."""

import http.client
import random
import re
import socket
import threading
import time
import urllib.parse
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from html import unescape
from typing import Final, NamedTuple

from surveyapp.survey.codes import new_receipt
from tests.faults.scene import Served
from tests.surveyapp.survey.small import sheet

FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
LOG: Final = "/events/log?row=1.1.a"
_TIMEOUT_S: Final = 30
_PAUSE_S: Final = 0.05
_GIVES_UP: Final = 0.1
_HANGS_UP: Final = 0.2
_TRIES_AGAIN_S: Final = 0.3


class Reply(NamedTuple):
    """What came back for a request; status 0 if nothing did."""

    status: int
    text: str = ""
    headers: http.client.HTTPMessage = http.client.HTTPMessage()


def ask(port: int, path: str, data: object = None, cookies: str = "") -> Reply:
    """Ask a server for *path*, or send *data* (pairs or a mapping) to it as a form."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
    try:
        body = None if data is None else urllib.parse.urlencode(data, doseq=True)  # type: ignore[arg-type]  # mappings too
        headers = {**(FORM if body else {}), "Cookie": cookies} if cookies else dict(FORM if body else {})
        connection.request("GET" if body is None else "POST", path, body, headers)
        answer = connection.getresponse()
        return Reply(answer.status, answer.read().decode(), answer.headers)
    except (OSError, http.client.HTTPException):
        return Reply(0)
    finally:
        connection.close()


def send_file(port: int, path: str, content: bytes, form: dict[str, str], cookies: str, name: str = "a.pdf") -> Reply:
    """Send a file called *name* and the fields of its *form*, as browsers do."""
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in form.items()]
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    told = {"Content-Type": "multipart/form-data; boundary=x", "Cookie": cookies}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)) as connection:
        connection.request("POST", path, "".join((*parts, head)).encode() + content + b"\r\n--x--\r\n", told)
        answer = connection.getresponse()
        return Reply(answer.status, answer.read().decode(), answer.headers)


def ask_and_hang_up(port: int, path: str, data: object, cookies: str) -> None:
    """Send a form and be gone before anything comes back, as a phone that loses its connection."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT_S) as line:
        body = urllib.parse.urlencode(data, doseq=True).encode()  # type: ignore[arg-type]  # as above
        told = {"Host": "127.0.0.1", "Content-Length": str(len(body)), "Connection": "close", "Cookie": cookies, **FORM}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value)
        line.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
        time.sleep(_PAUSE_S)


def thanked(reply: Reply) -> bool:
    """Whether a respondent was told that the answers are stored."""
    return reply.status == 200 and 'data-page="thanks"' in reply.text


@dataclass
class Told:
    """What was sent and what was acknowledged, by the word in an answer or the title of an event."""

    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)


@dataclass
class People:
    """Respondents and an organiser at work on a server, until they are told to stop."""

    served: Served
    seed: int
    codes: list[str] = field(default_factory=list)
    answers: Told = field(default_factory=Told)
    events: Told = field(default_factory=Told)
    cookies: str = ""
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _numbers: int = 100  # head counts of one size: ten times as many as usual would be asked about

    def start(self, respondents: int = 3, organisers: int = 2) -> None:
        """Begin to send."""
        self._stop.clear()
        works = [self._answer] * respondents + [self._log] * organisers
        self._threads = [
            threading.Thread(target=work, args=(random.Random(f"{self.seed}/{place}"),))  # noqa: S311 - no secret
            for place, work in enumerate(works)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is being sent and send no more."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def sign_in(self, token: str) -> None:
        """Sign the organiser in with a link."""
        page = ask(self.served.port, f"/staff/link/{token}")
        self._keep(page)
        form = {"csrf_token": field_of(page.text, "csrf_token")}
        done = ask(self.served.port, f"/staff/link/{token}", form, self.cookies)
        assert done.status == 302, done.status
        self._keep(done)
        self._keep(ask(self.served.port, LOG, cookies=self.cookies))

    def _keep(self, reply: Reply) -> None:
        """Keep the cookies that a reply sets."""
        told = [self.cookies, *(each.partition(";")[0] for each in reply.headers.get_all("Set-Cookie") or [])]
        kept = dict(each.split("=", 1) for each in "; ".join(filter(None, told)).split("; "))
        self.cookies = "; ".join(f"{name}={value}" for name, value in kept.items())

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers

    def _answer(self, chance: random.Random) -> None:
        while not self._stop.is_set() and self.codes:
            code, number = self.codes.pop(), self._next()
            word, form = answers(code, number)
            self.answers.sent.add(word)
            self._send("/s/answer", form, word, self.answers, chance)
            time.sleep(chance.uniform(0, 2 * _PAUSE_S))

    def _log(self, chance: random.Random) -> None:
        while not self._stop.is_set():
            page = ask(self.served.port, LOG, cookies=self.cookies)
            if page.status != 200:
                time.sleep(_PAUSE_S)
                continue
            number = self._next()
            title = f"Mācības {number}"
            self.events.sent.add(title)
            self._send(LOG, event(page.text, title, number), title, self.events, chance)

    def _send(self, path: str, form: object, name: str, told: Told, chance: random.Random) -> None:
        """Send the same form until it is acknowledged, as people do; some give up before.

        One in five loses the connection after the form has left, and sends it once more.
        """
        cookies = self.cookies if told is self.events else ""
        while not self._stop.is_set():
            if chance.random() < _HANGS_UP:
                ask_and_hang_up(self.served.port, path, form, cookies)
            reply = ask(self.served.port, path, form, cookies)
            told.statuses[reply.status] += 1
            if thanked(reply) or reply.status == 302:
                told.acknowledged.add(name)
                return
            if chance.random() < _GIVES_UP:
                return
            time.sleep(_TRIES_AGAIN_S)


def answers(code: str, number: int) -> tuple[str, list[tuple[str, str]]]:
    """A word that nobody else writes, and the form of a respondent who writes it."""
    word = f"vārds{number}"
    given = sheet(number)
    years = {"from_0": "2", "from_5": "7", "from_15": "20"}[given["years"][0]]
    typed = [("code", code), ("receipt", new_receipt()), ("q-years", years), ("q-short_word", word)]
    chosen = [(f"q-{item}", one) for item, values in given.items() if item != "years" for one in values]
    return word, [*typed, *chosen, ("reminded", "long_word")]


def event(page: str, title: str, number: int) -> dict[str, str]:
    """The form of an event on *page*, filled in: *number* people came, a month ago."""
    kept = {name: field_of(page, name) for name in ("csrf_token", "mark")}
    return {**kept, "held_on": "2026-01-15", "title": title, "unique_persons": str(number), "attendances": str(number)}


def field_of(page: str, name: str) -> str:
    """The value of a field in a page."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert tag, f"no field {name}"
    value = re.search(r'value="([^"]*)"', tag[0])
    return unescape(value[1]) if value else ""

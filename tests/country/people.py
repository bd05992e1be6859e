"""Everybody who is invited, in three languages: when they come, what they send until it is acknowledged, what they are told."""

import asyncio
import random
import re
import time
import urllib.parse
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Final

from babel.support import Translations

import surveyapp
from questionnaires.survey_types import Questionnaire
from surveyapp.survey.door.fields import PREFIX
from tests.surveyapp.survey.rounds import Given, some_answers

LANGUAGES: Final = ("lv", "ru", "en")
_SILENT: Final = (
    "We cannot store anything just now. Everything you chose is still here, in this page. Do not close it; wait a minute and "
    "try again."
)
_NOT_SAVED: Final = ("Not saved yet. Your answers are still here.", _SILENT)
"""How the page begins: where the server knows the questionnaire, and where it was started while the database was silent."""
_TEXTS: Final = {
    name: Translations.load(Path(surveyapp.__file__).parent / "survey" / "translations", [name]) for name in LANGUAGES
}
_HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_AGAIN_S: Final = 1.0
_TIMEOUT_S: Final = 60
_PEAK: Final = 0.6
"""The share of people who come in the morning; the others come all day."""


@dataclass(slots=True)
class Person:
    """One invited person; ``due`` is the part of the day that has passed when they come."""

    number: int
    municipality: int
    code: str
    language: str
    due: float
    acknowledged: bool = False


@dataclass
class Diary:
    """What people were told: when, and whether what they had chosen was still there."""

    begun: float = field(default_factory=time.monotonic)
    seconds: list[float] = field(default_factory=list)
    kept: list[float] = field(default_factory=list)
    """Moments at which somebody was told that it is not saved, with everything still on the page."""
    dropped: list[tuple[float, str]] = field(default_factory=list)
    """Moments at which somebody got anything else that is no success, and what."""
    entering: list[float] = field(default_factory=list)
    """Moments at which the questionnaire did not open, and the code stayed typed."""
    done: list[float] = field(default_factory=list)

    def now(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.begun


def invited(codes: Sequence[Sequence[str]], seed: int) -> list[Person]:
    """The people who hold *codes*, by municipality, in the order in which they come: most of them in the morning."""
    chance = random.Random(seed)  # noqa: S311 - invented people, no secret
    numbered = enumerate((place, code) for place, held in enumerate(codes) for code in held)
    people = [Person(number, place, code, chance.choice(LANGUAGES), _due(chance)) for number, (place, code) in numbered]
    return sorted(people, key=lambda person: person.due)


def _due(chance: random.Random) -> float:
    morning = chance.gauss(0.3, 0.07)
    return morning if chance.random() < _PEAK and 0 < morning < 1 else chance.random()


def sheet(questionnaire: Questionnaire, person: Person) -> Given:
    """What a person answers; the same whenever it is asked."""
    return some_answers(questionnaire, person.number)


async def answer_all(host: str, people: Sequence[Person], questionnaire: Questionnaire, lines: int, day_s: float) -> Diary:
    """Have everybody answer within *day_s* seconds (0: as fast as it goes), so many at once; each until it is acknowledged."""
    diary, waiting = Diary(), deque(people)

    async def line() -> None:
        connection = Line(host)
        while waiting:
            person = waiting.popleft()
            await asyncio.sleep(max(0.0, person.due * day_s - diary.now()))
            await _answer(connection, person, questionnaire, diary)
        connection.close()

    await asyncio.gather(*(line() for _ in range(lines)))
    return diary


async def _answer(connection: "Line", person: Person, questionnaire: Questionnaire, diary: Diary) -> None:
    hidden = await _enter(connection, person, diary)
    given = [(PREFIX + item, one) for item, chosen in sheet(questionnaire, person).items() for one in chosen]
    form = [*hidden, *given, ("send", "1")]
    while not person.acknowledged:
        begun = time.monotonic()
        status, page = await connection.post(f"/s/answer?lang={person.language}", form)
        diary.seconds.append(time.monotonic() - begun)
        person.acknowledged = status == 200 and 'data-page="thanks"' in page
        if person.acknowledged:
            diary.done.append(diary.now())
        elif status == 503 and _still_there(page, form, person.language):
            diary.kept.append(diary.now())
        else:
            diary.dropped.append((diary.now(), f"{status} {_title(page)}"))
        if not person.acknowledged:
            await asyncio.sleep(_AGAIN_S)


async def _enter(connection: "Line", person: Person, diary: Diary) -> list[tuple[str, str]]:
    """Type the code until the questionnaire opens; returns what its form carries unseen: code, receipt, wave."""
    while True:
        status, page = await connection.post(f"/s/?lang={person.language}", [("code", person.code)])
        if status == 200 and 'name="receipt"' in page:
            return [(name, unescape(value)) for name, value in _HIDDEN.findall(page)]
        if status == 503 and person.code in page:
            diary.entering.append(diary.now())
        else:
            diary.dropped.append((diary.now(), f"{status} {_title(page)}"))
        await asyncio.sleep(_AGAIN_S)


def _still_there(page: str, form: Sequence[tuple[str, str]], language: str) -> bool:
    """Whether a page says in the person's language that nothing was saved, and holds all that was sent, ready to be sent."""
    sent = Counter(value for name, value in form if name.startswith(PREFIX))
    tags = re.findall(r"<(?:input|option)[^>]*>", page)
    ready = [tag for tag in tags if " checked" in tag or " selected" in tag or 'type="hidden"' in tag]
    values = Counter(unescape(found[1]) for tag in ready if (found := re.search(r'value="([^"]*)"', tag)))
    told = any(_TEXTS[language].gettext(words) in page for words in _NOT_SAVED)
    return told and not sent - values and {value for name, value in form if name in {"code", "receipt"}} <= set(values)


def _title(page: str) -> str:
    found = re.search(r"<title>([^<]*)</title>", page)
    return found[1] if found else page[:60]


class Line:
    """One connection to the balancer, which stays open and is opened again when it breaks."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, form: Sequence[tuple[str, str]]) -> tuple[int, str]:
        """Send a form; returns status and page, 0 if nothing came back."""
        body = urllib.parse.urlencode(form).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                if self._open is None:
                    self._open = await asyncio.open_connection(self._host, 80)
                reader, writer = self._open
                writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                status, page, last = await _read(reader)
                if last:  # the balancer ends each connection after a thousand requests
                    self.close()
                return status, page
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            self.close()
            return 0, f"<title>{type(error).__name__}</title>"

    def close(self) -> None:
        """Close it."""
        if self._open:
            self._open[1].close()
            self._open = None


async def _read(reader: asyncio.StreamReader) -> tuple[int, str, bool]:
    """Return status, page, and whether the other end closes the connection now."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"(?i)content-length: (\d+)", head)
    if length is None:
        raise ValueError("an answer without a length")
    last = re.search(r"(?i)\r\nconnection: close\r\n", head) is not None
    return int(head[9:12]), (await reader.readexactly(int(length[1]))).decode(), last

"""How many pages and answers of respondents does a server with two workers take, beside a bare Flask app in the same server?"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from benchmarks import load, materials
from benchmarks.measuring import RUNS, Case
from questionnaires.grammar import read_questionnaire
from questionnaires.library import find_questionnaire
from questionnaires.survey_types import Questionnaire
from surveyapp.core import municipalities
from surveyapp.core.clock import today
from surveyapp.survey import codes, questionnaire_store, store, wave_store
from surveyapp.survey.door.fields import PREFIX
from surveyapp.survey.wave_store import NewCode, NewWave

_REFERENCE: Final = "specialists/2"
_WHO: Final = "benchmark"
_PAGES: Final = 200
_ANSWERS: Final = 200
_TYPED: Final = 160
"""Enough that the last ones, which leave a core idle, do not count for much."""
_CLIENTS: Final = 16
_WORKERS: Final = 2
_STRETCHING: Final = _WORKERS  # one in each at a time
_TIMES: Final = RUNS + 1  # each is run once more than it counts
_BARE: Final = "a bare Flask app in the same server"


@dataclass(slots=True)
class Town:
    """A running server, its bare neighbour, and what respondents of the town send."""

    port: int
    bare: int
    questionnaire: Questionnaire
    process: int = 0
    links: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)

    def answers(self, waiting: list[str], number: int) -> list[bytes]:
        """Return filled-in forms, each with a code that nobody has used."""
        return [load.post("/s/answer", self.filled(waiting.pop())) for _ in range(number)]

    def filled(self, code: str) -> dict[str, str]:
        """Return everything that the form of the holder of *code* sends."""
        chosen = {PREFIX + item.id: item.choices[0].id for item in self.questionnaire.asked}
        return {"code": code, "receipt": store.new_receipt(), **chosen, "send": "1"}


@contextmanager
def cases(folder: Path) -> Iterator[Sequence[Case]]:
    """Yield pages, answers by link and by typed code, and the slowest answers of a server that is half busy."""
    with ExitStack() as running:
        town = running.enter_context(town_in(folder, (_ANSWERS + 2) * _TIMES + 2 * _ANSWERS * 4, _TYPED * _TIMES))
        buttons = sum(len(item.choices) for item in town.questionnaire.asked)
        filled = load.post("/answer", town.filled(town.links[0]))
        page = load.post("/s/", {"code": town.links[0]})
        calm = _Calm(town)
        yield (
            Case(f"{_PAGES} questionnaire pages of {buttons} choices", f"{_BARE}, a page of as many radio buttons",
                 sent(town.port, lambda: [page] * _PAGES), sent(town.bare, lambda: [load.get("/")] * _PAGES), at_least=0.4),
            Case(f"{_ANSWERS} answers by link", f"{_BARE}, one durable insert each",
                 sent(town.port, lambda: town.answers(town.links, _ANSWERS)), sent(town.bare, lambda: [filled] * _ANSWERS),
                 at_least=0.4),
            Case(f"{_TYPED} answers by typed code", f"Argon2id alone, {_STRETCHING} at once as in the server",
                 sent(town.port, lambda: town.answers(town.typed, _TYPED)), _stretched, at_least=0.8),
            Case("the slowest of 100 answers while the server is half busy", "the median of the same answers",
                 calm.slowest, calm.median, at_most=5, runs=3),
        )  # fmt: skip


class _Calm:
    """Answers that come at half the rate that the server could take."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._last: Sequence[float] = ()

    def slowest(self) -> float:
        """Return the 99th percentile of the seconds that an answer took."""
        most = load.send_all(self._town.port, self._town.answers(self._town.links, _ANSWERS // 2), _CLIENTS)
        rest = self._town.answers(self._town.links, _ANSWERS)
        self._last = load.send_all(self._town.port, rest, _CLIENTS, every=2 * most.together / len(most.each)).each
        return quantiles(self._last, n=100)[98]

    def median(self) -> float:
        """Return the median of the same answers."""
        return median(self._last)


@contextmanager
def town_in(folder: Path, links: int, typed: int, database: str = "") -> Iterator[Town]:
    """Run a town with so many codes of each form on *database* (SQLite in *folder* if none is named), and a bare app beside."""
    file = find_questionnaire(_REFERENCE)
    with materials.app_in(folder, database):
        place = municipalities.create("measured", "Measured")
        questionnaire_store.publish(place, file.read_text(encoding="utf-8"), str(file), _WHO)
        town = Town(load.free_port(), load.free_port(), read_questionnaire(file))
        made = _codes(place, links + typed)
    town.typed = [new.typed for new in made[:typed]]
    town.links = [new.link for new in made[typed:]]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SURVEYAPP_")}
    ours = {"SURVEYAPP_DATA_DIR": str(folder), "SURVEYAPP_WORKERS": str(_WORKERS), "PORT": str(town.port)}
    ours |= {"SURVEYAPP_BASE_URL": f"http://127.0.0.1:{town.port}"} | ({"SURVEYAPP_DATABASE_URL": database} if database else {})
    buttons = sum(len(item.choices) for item in town.questionnaire.asked)
    stored = database.replace("+psycopg", "") or str(folder / "bare.sqlite")
    bare = [sys.executable, "-m", "benchmarks.bare_server", str(town.bare), str(_WORKERS), stored, str(buttons)]
    with (
        load.served([sys.executable, "-m", "surveyapp.cli", "serve"], {**inherited, **ours}, town.port) as town.process,
        load.served(bare, inherited, town.bare),
    ):
        yield town


def _codes(place: int, number: int) -> list[NewCode]:
    keys: list[X25519PrivateKey] = []
    days = today() - timedelta(1), today() + timedelta(14)
    people = {"teacher": 2 * number, "care": 2 * number, "response": 2 * number}
    wave = wave_store.create(place, NewWave("measured", _REFERENCE, *days, people), _WHO, hand_over=keys.append)
    wave_store.trial(wave, keys[0], _WHO)
    made: list[NewCode] = []
    wave_store.invite(wave_store.find(place, "measured"), number, _WHO, hand_over=made.extend)
    return made


def sent(port: int, requests: Callable[[], Sequence[bytes]], clients: int = _CLIENTS) -> Callable[[], float]:
    """Return what sends *requests* and tells the seconds that all of them took together."""
    return lambda: load.send_all(port, requests(), clients).together


def _stretched() -> None:
    def one(number: int) -> bytes:
        return hash_secret_raw(b"%012d" % number, bytes(16), codes.PASSES, codes.MEMORY_KIB, 1, 32, Type.ID)

    with ThreadPoolExecutor(_STRETCHING) as cores:
        list(cores.map(one, range(_TYPED)))

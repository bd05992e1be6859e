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
_TYPED: Final = 40
_CLIENTS: Final = 16
_TIMES: Final = RUNS + 1  # each is run once more than it counts
_BARE: Final = "a bare Flask app in the same server"


@dataclass(slots=True)
class _Town:
    """A running server, its bare neighbour, and what respondents of the town send."""

    port: int
    bare: int
    questionnaire: Questionnaire
    links: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)

    def answers(self, waiting: list[str], number: int) -> list[bytes]:
        """Return filled-in forms, each with a code that nobody has used."""
        filled = {PREFIX + item.id: item.choices[0].id for item in self.questionnaire.asked}
        taken = [waiting.pop() for _ in range(number)]
        return [load.post("/s/answer", {"code": code, "receipt": store.new_receipt(), **filled, "send": "1"}) for code in taken]


@contextmanager
def cases(folder: Path) -> Iterator[Sequence[Case]]:
    """Yield pages, answers by link and by typed code, and the slowest answers of a server that is half busy."""
    with ExitStack() as running:
        town = running.enter_context(_town(folder))
        buttons = sum(len(item.choices) for item in town.questionnaire.asked)
        filled = load.post("/answer", {PREFIX + item.id: item.choices[0].id for item in town.questionnaire.asked})
        page = load.post("/s/", {"code": town.links[0]})
        calm = _Calm(town)
        yield (
            Case(f"{_PAGES} questionnaire pages of {buttons} choices", f"{_BARE}, a page of as many radio buttons",
                 _sent(town.port, lambda: [page] * _PAGES), _sent(town.bare, lambda: [load.get("/")] * _PAGES), at_least=0.4),
            Case(f"{_ANSWERS} answers by link", f"{_BARE}, one durable insert each",
                 _sent(town.port, lambda: town.answers(town.links, _ANSWERS)), _sent(town.bare, lambda: [filled] * _ANSWERS),
                 at_least=0.4),
            Case(f"{_TYPED} answers by typed code", "Argon2id alone, on the same two cores",
                 _sent(town.port, lambda: town.answers(town.typed, _TYPED)), _stretched, at_least=0.8),
            Case("the slowest of 100 answers while the server is half busy", "the median of the same answers",
                 calm.slowest, calm.median, at_most=5, runs=3),
        )  # fmt: skip


class _Calm:
    """Answers that come at half the rate that the server could take."""

    def __init__(self, town: _Town) -> None:
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
def _town(folder: Path) -> Iterator[_Town]:
    file = find_questionnaire(_REFERENCE)
    with materials.app_in(folder):
        place = municipalities.create("measured", "Measured")
        questionnaire_store.publish(place, file.read_text(encoding="utf-8"), str(file), _WHO)
        town = _Town(load.free_port(), load.free_port(), read_questionnaire(file))
        made = _codes(place, (_ANSWERS + 2) * _TIMES + 2 * _ANSWERS * 4 + _TYPED * _TIMES)
    town.typed = [new.typed for new in made[: _TYPED * _TIMES]]
    town.links = [new.link for new in made[_TYPED * _TIMES :]]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SURVEYAPP_")}
    ours = {"SURVEYAPP_DATA_DIR": str(folder), "SURVEYAPP_WORKERS": "2", "PORT": str(town.port)}
    ours["SURVEYAPP_BASE_URL"] = f"http://127.0.0.1:{town.port}"
    buttons = sum(len(item.choices) for item in town.questionnaire.asked)
    bare = [sys.executable, "-m", "benchmarks.bare_server", str(town.bare), "2", str(folder / "bare.sqlite"), str(buttons)]
    with (
        load.served([sys.executable, "-m", "surveyapp.cli", "serve"], {**inherited, **ours}, town.port),
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


def _sent(port: int, requests: Callable[[], Sequence[bytes]]) -> Callable[[], float]:
    return lambda: load.send_all(port, requests(), _CLIENTS).together


def _stretched() -> None:
    def one(number: int) -> bytes:
        return hash_secret_raw(b"%012d" % number, bytes(16), codes.PASSES, codes.MEMORY_KIB, 1, 32, Type.ID)

    with ThreadPoolExecutor(2) as both:
        list(both.map(one, range(_TYPED)))

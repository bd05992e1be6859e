"""What is asked of an installation that grows: by respondents, by events, by waves that take answers, by municipalities."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks import boxes, many_events, materials
from benchmarks.boxes import WHO
from benchmarks.released_page import sign_in
from questionnaires.library import find_plan
from surveyapp.core import bulk, municipalities
from surveyapp.core.clock import today
from surveyapp.core.database import writing
from surveyapp.ledger import handing_store
from surveyapp.ledger import store as ledger
from surveyapp.national import gathering
from surveyapp.plans import store as plan_store
from surveyapp.releases import making
from surveyapp.results import plan_results, statistics
from surveyapp.staff import session_store
from surveyapp.staff import store as staff
from surveyapp.staff.commands import sign_in_address
from surveyapp.staff.roles import SECOND_FACTOR
from surveyapp.survey import opened_store, opening, questionnaire_store, store, wave_store
from surveyapp.survey.models import Tally, Wave
from surveyapp.survey.wave_store import NewWave, WaveFacts

Seconds = Mapping[str, float]
_TIMES: Final = 5
_ANSWERS: Final = 25
_PLAN: Final = "cesis-2025-2027"


@dataclass(frozen=True, slots=True)
class Series:
    """One way of growing: ``measure(folder, size)`` tells seconds of each thing; ``flat`` are those that must not grow."""

    name: str
    grows: str
    sizes: Sequence[int]
    measure: Callable[[Path, int], Seconds]
    flat: frozenset[str]


def _seconds(function: Callable[[], object], times: int = _TIMES) -> float:
    """Return the median of *times* runs after one that is not counted."""
    function()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        function()
        taken.append(time.perf_counter() - begun)
    return median(taken)


@contextmanager
def _reader(app: Flask, place: int, role: str) -> Iterator[FlaskClient]:
    email = f"{role}@example.org"
    staff.add_account(place, email, role, None, by=WHO)
    client = app.test_client()
    Context().run(sign_in, client, sign_in_address(email))  # as a request of its own, outside the context of what measures
    if role in SECOND_FACTOR:
        with client.session_transaction() as cookie:
            cookie["token"] = session_store.prove(cookie["token"])
    yield client


def _page(client: FlaskClient, path: str) -> Callable[[], None]:
    def get() -> None:
        if Context().run(client.get, path).status_code != 200:  # noqa: PLR2004 - found
            raise RuntimeError(f"{path} is not given.")

    return get


def _answer(link: str) -> Callable[[], None]:
    """Return what looks a code up and stores an answer with it, as the page and the sheet do."""
    door = store.look_up(link)
    if not isinstance(door, store.Door):
        raise RuntimeError(f"The address opens nothing: {door}")  # noqa: TRY004 - not a matter of types
    answers = {item.id: (item.choices[0].id,) for item in door.questionnaire.asked}

    def send() -> None:
        store.look_up(link)
        if not isinstance(store.submit(link, store.new_receipt(), answers), store.Submitted):
            raise RuntimeError("The answers were not taken.")  # noqa: TRY004 - the same

    return send


def respondents(folder: Path, size: int) -> Seconds:
    """A wave of *size* people, opened, computed, released and read; meanwhile somebody else answers elsewhere."""
    found: dict[str, float] = {}
    with boxes.closed_wave("SQLite", folder / str(size), size) as ground:
        with ground.sealed() as wave:
            found["an answer in another town beside so many boxes"] = _seconds(_answer(ground.link), _ANSWERS)
            begun = time.perf_counter()
            opening.open_wave(wave, ground.key, WHO)
            found["opening, each box"] = (time.perf_counter() - begun) / size
        with ground.as_it_is() as wave:
            (opened,) = opened_store.opened_waves(wave.municipality_id)
            found["reading the counts"] = _seconds(lambda: opened_store.counts(opened))
            found["protecting and computing the results"] = _seconds(lambda: statistics.one_wave(opened), 1)
            _load_plan(wave.municipality_id)
            found["a release"] = _seconds(lambda: making.make(wave.municipality_id, "group", WHO))
            if ground.app is None:
                raise RuntimeError("There is no app.")
            with _reader(ground.app, wave.municipality_id, "group") as client:
                found["a results page"] = _seconds(_page(client, "/results/survey"))
                found["a page of a release"] = _seconds(_page(client, "/results/releases/1/surveys"))
    return found


def _load_plan(place: int) -> None:
    text = find_plan(_PLAN).read_text(encoding="utf-8")
    plan_store.load(text.replace("municipality: cesis", "municipality: measured"), "plan.yaml", place, WHO)


def events(folder: Path, size: int) -> Seconds:
    """A plan of 52 rows with *size* events."""
    (folder / str(size)).mkdir()
    with materials.app_in(folder / str(size)) as app:
        place = municipalities.create("cesis", "Measured")
        many_events.log(place, size)
        day = date(2027, 1, 15)
        return {
            "judging the plan's rows": _seconds(lambda: plan_results.judged(place, day, bundled=True), 2),
            "one pass over the events in SQL": _seconds(lambda: many_events.one_pass(place), 2),
            "the coordinator's page of all events": _shown(app, place, "coordinator", "/events/all"),
            "the group's page of one row": _shown(app, place, "group", "/results/plan/1.1.a"),
        }


def _shown(app: Flask, place: int, role: str, path: str) -> float:
    with _reader(app, place, role) as client:
        return _seconds(_page(client, path), 2)


def waves(folder: Path, size: int) -> Seconds:
    """So many towns that ask at the same time."""
    (folder / str(size)).mkdir()
    with materials.app_in(folder / str(size)) as app:
        links = [_asking(f"town{number}") for number in range(size)]
        client = app.test_client()
        shown = _seconds(lambda: _opened(client, links[size // 2]), _ANSWERS)
        return {
            "looking up a code and storing an answer": _seconds(_answer(links[-1]), _ANSWERS),
            "the questionnaire's page": shown,
        }


def _opened(client: FlaskClient, link: str) -> None:
    if b"<fieldset" not in Context().run(partial(client.post, "/s/", data={"code": link})).data:
        raise RuntimeError("The questionnaire is not shown.")


def _asking(name: str) -> str:
    place = municipalities.create(name, name.title())
    questionnaire_store.publish(place, materials.questionnaire_text(10, 5), "measured.yaml", WHO)
    days = today() - timedelta(1), today() + timedelta(14)
    keys: list[X25519PrivateKey] = []
    links: list[str] = []
    new = NewWave(name, "measured/1", *days, {f"group{group}": 1000 for group in range(5)}, "open")
    wave = wave_store.create(place, new, WHO, hand_over=keys.append)
    wave_store.trial(wave, keys[0], WHO)
    wave_store.invite(wave_store.find(place, name), 1, WHO, hand_over=lambda made: links.extend(each.link for each in made))
    return links[0]


def municipalities_compared(folder: Path, size: int) -> Seconds:
    """So many municipalities that handed the release of one survey to the national view."""
    with boxes.closed_wave("SQLite", folder / str(size), 100) as ground:
        with ground.sealed() as wave:
            opening.open_wave(wave, ground.key, WHO)
        with ground.as_it_is() as wave:
            _load_plan(wave.municipality_id)
            release = making.make(wave.municipality_id, "public", WHO)
            handing_store.hand_over(wave.municipality_id, 1, WHO)
            for number in range(1, size):
                place = municipalities.create(f"other{number}", f"Other {number}")
                questionnaire_store.publish(place, materials.questionnaire_text(boxes.ITEMS, 5), "measured.yaml", WHO)
                _asked_the_same(wave, place)
                ledger.add(place, release.asked, WHO, lambda _number, _known_at: release.document)
                handing_store.hand_over(place, 1, WHO)
            compared = gathering.one("measured", 1)
            if ground.app is None or compared is None or len(compared.entries) != size:
                raise RuntimeError("There is no app, or not every municipality is compared.")
            return {
                "the national comparison": _shown(ground.app, wave.municipality_id, "national", "/national/measured/1"),
                "one municipality's page of its release": _shown(
                    ground.app, wave.municipality_id, "group", "/results/releases/1/surveys"
                ),
            }


def _asked_the_same(wave: WaveFacts, place: int) -> None:
    """Have a municipality have opened a survey like *wave*, with the same answers: its release is read with what it asked."""
    (version,) = questionnaire_store.versions(place)
    with writing() as session:
        row = session.get_one(Wave, wave.id)
        kept = {each.key: getattr(row, each.key) for each in row.__table__.columns if each.key != "id"}
        copy = Wave(**{**kept, "municipality_id": place, "questionnaire_id": version.id})
        session.add(copy)
        session.flush()
        names = ("stratum", "item", "option", "n")
        tally = select(*(getattr(Tally, name) for name in names)).where(Tally.wave_id == wave.id)
        rows = [(copy.id, *each) for each in session.execute(tally)]
        bulk.insert(session, Tally, ("wave_id", *names), rows)


EVERY: Final = (
    Series(
        "respondents",
        "people who answered in one wave",
        (1_000, 10_000, 100_000, 1_000_000),
        respondents,
        frozenset({"an answer in another town beside so many boxes", "opening, each box", "reading the counts", "a release",
                   "protecting and computing the results", "a results page", "a page of a release"}),
    ),
    Series(
        "events",
        "events of one plan",
        (1_000, 10_000, 100_000, 1_000_000),
        events,
        frozenset(),
    ),
    Series(
        "waves",
        "waves of as many towns that take answers at the same time",
        (1, 10, 100, 1_000),
        waves,
        frozenset({"looking up a code and storing an answer", "the questionnaire's page"}),
    ),
    Series(
        "municipalities",
        "municipalities in one comparison",
        (5, 10, 100, 1_000),
        municipalities_compared,
        frozenset({"one municipality's page of its release"}),
    ),
)  # fmt: skip
"""The ways of growing."""

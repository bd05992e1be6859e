"""What is stored at the door: each person once, whatever comes twice or at once; what is taken back, and what stays."""

import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError

from surveyapp.core import purging
from surveyapp.core.access import Actor
from surveyapp.core.database import reading, writing
from surveyapp.core.models import AuditEntry
from surveyapp.registration import people_store, tokens
from surveyapp.registration import store as conference_store
from surveyapp.registration.door import day_store, store
from surveyapp.registration.door.models import Attendance, CertificateCode, ConferenceDoor
from surveyapp.registration.door.rules import Entrance
from surveyapp.registration.rules import Conference, State
from tests.conftest import Hands, MakeApp, app_on
from tests.surveyapp.events.plans import somebody as account
from tests.surveyapp.registration.conferences import DELETE_ON, HELD_ON, organiser, published, register

MORNING = datetime(2026, 12, 15, 7, tzinfo=UTC)


@dataclass(frozen=True)
class Scene:
    """A conference on its day, its organiser and its door."""

    app: Flask
    hands: Hands
    anna: Actor
    door: Entrance

    @property
    def conference_id(self) -> int:
        """The number of the conference."""
        return self.door.conference.id

    @property
    def conference(self) -> Conference:
        """The conference as it stands now."""
        return conference_store.find(self.anna, self.door.conference.id)

    def people(self) -> dict[str, int | None]:
        """Whom the door expects, with the number of their coming."""
        return {guest.name: guest.attendance for guest in store.guests(self.conference)}


def set_up(app: Flask, hands: Hands, people: int = 5) -> Scene:
    """A conference with *people*, on the morning of its day."""
    return next_one(app, hands, organiser(app), people)


def next_one(app: Flask, hands: Hands, anna: Actor, people: int = 5) -> Scene:
    """One more conference, on the morning of its day."""
    with app.app_context():
        hands.moment = datetime(2026, 11, 21, 10, tzinfo=UTC)
        made = published(anna)
        for number in range(1, people + 1):
            register(made, number)
        hands.moment = MORNING
        return Scene(app, hands, anna, store.for_organiser(anna, made.id))


@pytest.fixture
def scene(make_app: MakeApp) -> Scene:
    """A conference on its day, with five people."""
    hands = Hands()
    return set_up(make_app(now=hands), hands)


def insert(row: Attendance) -> None:
    """Write a row past all rules."""
    with writing() as session:
        session.add(row)


def ids(scene: Scene) -> list[int]:
    """The numbers of the registrations."""
    return [guest.registration for guest in store.guests(scene.conference) if guest.registration]


def test_somebody_is_counted_once_whatever_is_sent_again(scene: Scene) -> None:
    with scene.app.app_context():
        one, two = ids(scene)[:2]
        assert store.check_in(scene.door, one, "a") == "in"
        assert store.check_in(scene.door, one, "a") == "in"
        assert store.check_in(scene.door, one, "b") == "already"
        assert store.check_in(scene.door, two, "c") == "in"
        assert store.check_in(scene.door, 9999, "d") == "gone"
        assert store.walk_in(scene.door, None, 2, "e") == "in"
        assert store.walk_in(scene.door, None, 2, "e") == "in"
        assert store.walk_in(scene.door, "Garāmgājējs Izdomātais", 0, "f") == "in"
        assert sum(store.counts(scene.conference).values()) == 4


def test_what_is_taken_back_leaves_a_trace_and_a_late_message_does_not_bring_it_back(scene: Scene) -> None:
    with scene.app.app_context():
        one = ids(scene)[0]
        store.check_in(scene.door, one, "a")
        came = store.guests(scene.conference)[0].attendance
        assert came is not None
        assert store.undo(scene.door, came) == "undone"
        assert store.undo(scene.door, came) == "not_in"
        assert store.check_in(scene.door, one, "a") == "undone"  # the same message, sent again after its answer was lost
        assert store.counts(scene.conference) == Counter()
        (trace,) = store.undone(scene.conference)
        assert (trace.name, trace.by, trace.undone_by) == ("Izdomāta Persona 1", scene.anna.email, scene.anna.email)
        assert store.check_in(scene.door, one, "b") == "in"
        assert len(store.undone(scene.conference)) == 1


def test_several_doors_at_once_count_a_person_once(scene: Scene) -> None:
    with scene.app.app_context():
        one = ids(scene)[0]

    def ask(number: int) -> str:
        with scene.app.app_context():
            store.walk_in(scene.door, None, 1, "the same walk-in")
            return store.check_in(scene.door, one, f"door {number}")

    with ThreadPoolExecutor(8) as pool:
        told = sorted(pool.map(ask, range(16)))
    assert told == ["already"] * 15 + ["in"]
    with scene.app.app_context():
        assert store.counts(scene.conference) == Counter({1: 2})  # person 1 works in field 1, and one walk-in


def test_the_database_itself_refuses_a_person_twice(scene: Scene) -> None:
    with scene.app.app_context():
        one = ids(scene)[0]
        store.check_in(scene.door, one, "a")
        with reading() as session:
            row = session.scalars(select(Attendance)).one()
        twin = Attendance(conference_id=row.conference_id, registration_id=one, key=b"k", code_hash=b"c", mark_hash=b"m")
        twin.at, twin.by = row.at, row.by
        with pytest.raises(IntegrityError):
            insert(twin)


_STEPS = st.lists(
    st.tuples(st.sampled_from(["in", "undo", "walk", "cancel"]), st.integers(0, 4), st.integers(0, 6)), max_size=20
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_whatever_happens_at_the_doors_those_who_came_are_counted_once(scene: Scene, steps: list[tuple[str, int, int]]) -> None:
    scene = next_one(scene.app, scene.hands, scene.anna)
    with scene.app.app_context():
        everybody = ids(scene)
        tickets = {guest.id: guest.token for guest in people_store.listed(scene.anna, scene.conference.id)}
        here, walked, forgotten, used = set[int](), set[int](), 0, set[tuple[int, int]]()
        for what, who, mark in steps:
            one = everybody[who]
            if what == "in":
                told = store.check_in(scene.door, one, f"{who}/{mark}")
                here |= {one} if told == "in" and (who, mark) not in used and one in tickets else set()
                used |= {(who, mark)} if told == "in" else set()
            elif what == "undo" and (came := {g.registration: g.attendance for g in store.guests(scene.conference)}.get(one)):
                store.undo(scene.door, came)
                here.discard(one)
            elif what == "walk":
                store.walk_in(scene.door, None, who % 4, f"walk {mark}")
                walked.add(mark)
            elif what == "cancel" and one in tickets:
                people_store.cancel(tickets.pop(one))
                forgotten += one in here
                here.discard(one)
        assert sum(store.counts(scene.conference).values()) == len(here) + len(walked) + forgotten


def test_the_door_is_open_on_its_day_and_afterwards_for_the_organiser_alone(scene: Scene) -> None:
    with scene.app.app_context():
        link = day_store.make_link(scene.anna, scene.conference.id)
        helper = day_store.by_link(link)
        assert helper is not None
        assert (helper.organiser, helper.by) == (False, day_store.BY_LINK)
        one, two, three = ids(scene)[:3]
        assert store.check_in(helper, one, "a") == "in"
        scene.hands.moment = datetime(2026, 12, 16, 7, tzinfo=UTC)
        assert day_store.by_link(link) is None
        assert store.check_in(helper, two, "b") == "closed"
        assert store.check_in(scene.door, three, "c") == "in"
        scene.hands.moment = datetime(2026, 12, 14, 7, tzinfo=UTC)
        assert day_store.by_link(link) is None
        assert store.check_in(scene.door, two, "d") == "closed"


def test_a_link_opens_nothing_once_it_is_revoked_or_made_anew_and_the_database_keeps_its_hash(scene: Scene) -> None:
    with scene.app.app_context():
        first = day_store.make_link(scene.anna, scene.conference.id)
        second = day_store.make_link(scene.anna, scene.conference.id)
        assert day_store.by_link(first) is None
        assert day_store.by_link(second) is not None
        with reading() as session:
            row = session.scalars(select(ConferenceDoor)).one()
            stored = repr([getattr(row, column.key) for column in inspect(ConferenceDoor).columns])
            trail = [entry.what for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
        assert second not in stored
        assert row.link_hash == tokens.hashed(second)
        day_store.revoke_link(scene.anna, scene.conference.id)
        assert day_store.by_link(second) is None
        assert trail[-2:] == ["door.link_made", "door.link_made"]


def test_only_who_manages_the_conference_opens_its_door(scene: Scene) -> None:
    with scene.app.app_context():
        stranger, number = account("organiser", "education_board"), scene.conference.id
        for step in (store.for_organiser, day_store.make_link, day_store.revoke_link):
            with pytest.raises(conference_store.UnknownConferenceError):
                step(stranger, number)
        with pytest.raises(conference_store.UnknownConferenceError):
            day_store.set_hours(stranger, number, 6, "6.5")


def test_the_door_of_another_conference_lets_nobody_in(scene: Scene) -> None:
    with scene.app.app_context():
        other = published(scene.anna, held_on=HELD_ON, deadline=HELD_ON)
        assert store.check_in(store.for_organiser(scene.anna, other.id), ids(scene)[0], "a") == "gone"
        conference_store.go_to(scene.anna, other.id, State.CANCELLED, since=frozenset({State.PUBLISHED}))
        assert store.walk_in(store.for_organiser(scene.anna, other.id), None, 0, "b") == "closed"


def test_names_are_found_without_diacritics_and_those_who_wait_are_marked(make_app: MakeApp) -> None:
    hands = Hands()
    app = make_app(now=hands)
    anna = organiser(app)
    with app.app_context():
        made = published(anna, capacity=1)
        register(made, 1, name="Šķirmante Žagariņa (izdomāta)")
        register(made, 2, name="Āris Bērziņš (izdomāts)")
        hands.moment = MORNING
        assert [(guest.name, guest.waits) for guest in store.guests(made, "zagarina skirm")] == [
            ("Šķirmante Žagariņa (izdomāta)", False)
        ]
        assert [guest.waits for guest in store.guests(made)] == [True, False]
        assert store.check_in(store.for_organiser(anna, made.id), store.guests(made)[0].registration or 0, "a") == "in"


def test_a_code_attests_hours_and_a_conference_while_the_person_counts_as_present(scene: Scene) -> None:
    with scene.app.app_context():
        one = ids(scene)[0]
        assert store.came_with(one) is None
        store.check_in(scene.door, one, "a")
        came = store.came_with(one)
        assert came is not None
        code = tokens.code(came.key)
        attested = day_store.attested(code)
        assert attested is not None
        assert (attested[0].id, attested[1]) == (scene.conference.id, 6.5)
        day_store.set_hours(scene.anna, scene.conference.id, 6, "6.5")
        assert (day_store.attested(code) or ("", 0))[1] == 6
        store.undo(scene.door, store.guests(scene.conference)[0].attendance or 0)
        assert day_store.attested(code) is None
        assert day_store.attested(tokens.code(b"another")) is None


def test_on_the_promised_day_people_go_and_counts_and_hashes_of_codes_stay(scene: Scene) -> None:
    with scene.app.app_context():
        for number, one in enumerate(ids(scene)[:3]):
            store.check_in(scene.door, one, f"mark {number}")
        store.walk_in(scene.door, "Garāmgājējs Izdomātais", None, "walk")
        store.walk_in(scene.door, None, 3, "walk 2")
        before, came = store.counts(scene.conference), store.came(scene.conference)
        store.undo(scene.door, store.guests(scene.conference)[0].attendance or 0)
        before[1] -= 1
        link = day_store.make_link(scene.anna, scene.conference.id)
        scene.hands.moment = datetime.combine(DELETE_ON, MORNING.timetz())
        (receipt,) = purging.run()
        assert receipt.clean
        assert store.counts(scene.conference) == +before
        assert store.came(scene.conference) == []
        attested = [day_store.attested(tokens.code(one.key)) for one in came]
        assert [found is not None for found in attested] == [one.name != "Izdomāta Persona 1" for one in came]
        assert day_store.by_link(link) is None
        assert store.check_in(scene.door, 1, "late") == "closed"
        with reading() as session:
            assert session.scalar(select(func.count()).select_from(Attendance)) == 0
            assert {column.key for column in inspect(CertificateCode).columns} == {"code_hash", "conference_id"}


def test_no_trace_of_who_came_is_left_in_the_database_files(sqlite_url: str, tmp_path: Path) -> None:
    hands = Hands()
    app = app_on(sqlite_url, tmp_path, hands)
    scene = set_up(app, hands)

    def holds(secret: str) -> bool:
        return any(secret.encode() in path.read_bytes() for path in tmp_path.glob("surveyapp.sqlite3*"))

    with app.app_context():
        store.check_in(scene.door, ids(scene)[0], "mark")
        store.walk_in(scene.door, "Garāmgājējs Izdomātais", 0, "walk")
        keys = [one.key for one in store.came(scene.conference)]
        assert all(map(holds, ("Garāmgājējs", "Izdomāta Persona 1")))
        scene.hands.moment = datetime.combine(DELETE_ON, MORNING.timetz())
        purging.run()
        assert not any(map(holds, ("Garāmgājējs", "Izdomāta Persona 1")))
        content = b"".join(path.read_bytes() for path in tmp_path.glob("surveyapp.sqlite3*"))
        assert not any(key in content for key in keys)
        assert all(tokens.hashed(tokens.code(key)) in content for key in keys)
    with closing(sqlite3.connect(tmp_path / "surveyapp.sqlite3")) as connection:
        kept = connection.execute("SELECT field, people FROM attendance_count").fetchall()
    assert sorted(kept) == [(0, 1), (1, 1)]
    app.extensions["engine"].dispose()

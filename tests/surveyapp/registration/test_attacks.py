"""What strangers, scanners of letters, old pages and many at once do to a registration: nobody is lost, swapped or deleted."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar

from surveyapp.core import municipalities
from surveyapp.core.access import Actor
from surveyapp.registration import letter_store, mailing, people_store, store
from surveyapp.registration.door import day_store
from surveyapp.registration.door import store as door_store
from surveyapp.registration.rules import State
from tests.conftest import Hands, MakeApp
from tests.mail_server import Received, mail_server
from tests.surveyapp.registration.conferences import TERMS, organiser, published, register
from tests.surveyapp.registration.door.test_store import Scene, next_one, set_up
from tests.surveyapp.signing_in import csrf_token, sign_in

LONG = "9" * 5000
"""More digits than Python reads as a number."""


@pytest.fixture
def scene(make_app: MakeApp) -> Scene:
    """A conference on its day, with five people."""
    hands = Hands()
    return set_up(make_app(now=hands), hands)


def own(scene: Scene, place: int = 0) -> tuple[str, str]:
    """Somebody's own page, and the code of their ticket."""
    one = people_store.listed(scene.anna, scene.conference_id)[place]
    return f"/r/{scene.conference.slug}/own/{one.token}", f"/r/in/{one.check_in_token}"


def test_a_program_that_only_looks_at_links_cancels_and_checks_in_nobody(scene: Scene) -> None:
    helper = scene.app.test_client()
    with scene.app.app_context():
        door = f"/r/door/{day_store.make_link(scene.anna, scene.conference_id)}"
        page, ticket = own(scene)
    helper.get(door)  # from here on the browser stands at the door
    for address in (f"{page}/cancel", ticket, door, page):
        assert helper.head(address).status_code == 200
        assert helper.options(address).status_code == 200
    with scene.app.app_context():
        assert len(people_store.listed(scene.anna, scene.conference_id)) == 5
        assert not door_store.counts(scene.conference)


def test_a_number_of_thousands_of_digits_is_answered_like_any_other_that_is_wrong(scene: Scene) -> None:
    helper, desk = scene.app.test_client(), scene.app.test_client()
    sign_in(desk, scene.app, "organiser")
    with scene.app.app_context():
        door = f"/r/door/{day_store.make_link(scene.anna, scene.conference_id)}"
    for button in ("check_in", "undo"):
        told = helper.post(door, data={button: LONG}, headers={"Accept": "application/json"}).get_json()["told"]
        assert told in {"gone", "not_in"}
    sheet = f"/registration/{scene.conference_id}/door/ticked"
    token = csrf_token(desk.get(sheet))
    assert desk.post(sheet, data={"csrf_token": token, "mark": "a", "came": LONG}).status_code == 302
    refused = desk.post(sheet, data={"csrf_token": token, "mark": "b", "walk_in_0": LONG})
    assert refused.status_code == 422
    assert "nav cilvēku skaits" in refused.get_data(as_text=True)
    with scene.app.app_context():
        assert not door_store.counts(scene.conference)


def test_who_changes_while_somebody_cancels_meets_no_fault(scene: Scene) -> None:
    with scene.app.app_context():
        pages = [own(scene, place)[0] for place in range(5)]
    typed = {"name": "Izdomāta Cita", "institution": "Skola", "field": "1"}
    for page in pages:
        start = Barrier(6)

        def send(address: str, start: Barrier = start) -> int:
            client = scene.app.test_client()
            start.wait()
            return client.post(address, data=typed).status_code

        with ThreadPoolExecutor(6) as pool:
            assert set(pool.map(send, [*[page] * 5, f"{page}/cancel"])) <= {200, 302, 404}
    with scene.app.app_context():
        assert people_store.listed(scene.anna, scene.conference_id) == []
        assert scene.conference.cancelled == 5


def test_two_towns_that_make_the_same_page_at_once_get_two_addresses(app: Flask) -> None:
    anna = organiser(app)
    with app.app_context():
        municipalities.create("valka", "Valkas novads")
        other = replace(anna, municipality_id=municipalities.find("valka").id)

    def make(who: Actor) -> str:
        with app.app_context():
            return store.find(who, store.make(who, "small", TERMS)).slug

    with ThreadPoolExecutor(8) as pool:
        slugs = list(pool.map(make, [anna, other] * 6))
    assert len(set(slugs)) == 12


def test_a_page_that_is_older_than_a_cancellation_means_nobody_else(scene: Scene) -> None:
    with scene.app.app_context():
        gone = people_store.listed(scene.anna, scene.conference_id)[-1]
        scene.hands.moment = datetime(2026, 11, 22, 10, tzinfo=UTC)
        people_store.cancel(gone.token)
        new = register(scene.conference, 77).registered
        scene.hands.moment = datetime(2026, 12, 15, 7, tzinfo=UTC)
        assert door_store.check_in(scene.door, gone.id, "from the old page") == "gone"
        assert door_store.came_with(new.id) is None


def test_a_letter_on_its_way_to_who_cancels_takes_no_letter_from_the_next(app: Flask) -> None:
    anna = organiser(app)
    with mail_server() as server, app.app_context():
        server.serve(app)
        made = published(anna)
        first = register(made, 1).registered
        taken = letter_store.take(timedelta(minutes=1))  # as a worker that is sending now
        assert taken is not None
        people_store.cancel(first.token)
        register(made, 2)
        letter_store.sent(taken)
        mailing.run()
        assert [one.to for one in server.received] == ["person2@example.org"]


def test_a_ticket_of_another_conference_is_told_to_be_one_and_lets_nobody_in(scene: Scene) -> None:
    helper, stranger = scene.app.test_client(), scene.app.test_client()
    with scene.app.app_context():
        ticket = own(scene)[1]
    there = next_one(scene.app, scene.hands, scene.anna, people=0)
    with scene.app.app_context():
        helper.get(f"/r/door/{day_store.make_link(scene.anna, there.conference_id)}")
    told = helper.get(ticket)
    assert (told.status_code, "citas konferences" in told.get_data(as_text=True)) == (404, True)
    assert "Persona" not in told.get_data(as_text=True)
    assert stranger.get(ticket).status_code == stranger.get("/r/in/nothing").status_code == 200
    helper.post(ticket, data={"mark": "m"})
    with scene.app.app_context():
        assert not door_store.counts(scene.conference)
        assert not door_store.counts(there.conference)


def entry(letter: Received) -> Any:  # noqa: ANN401 - the library's own kinds of values
    """What the calendar's part of a letter says."""
    [part] = letter.message.iter_attachments()
    assert part.get_param("method") == "PUBLISH"
    content = part.get_content()
    [event] = Calendar.from_ical(content).walk("VEVENT")
    return event


def test_a_conference_that_is_called_off_is_called_off_in_calendars_too(app: Flask) -> None:
    anna = organiser(app)
    with mail_server() as server, app.app_context():
        server.serve(app)
        made = published(anna, capacity=1)
        register(made, 1)
        register(made, 2)  # waits, and has no entry to take back
        mailing.run()
        store.go_to(anna, made.id, State.CANCELLED, since=frozenset({State.PUBLISHED}))
        mailing.run()
        told = {(one.to, str(one.message["Subject"]).partition(":")[0]): one for one in server.received}
        before, after = entry(told["person1@example.org", "Jums ir vieta"]), entry(told["person1@example.org", "Atcelta"])
        assert (before["UID"], before["STATUS"]) == (after["UID"], "CONFIRMED")
        assert after["STATUS"] == "CANCELLED"
        assert after["SEQUENCE"] > before["SEQUENCE"]
        assert not list(told["person2@example.org", "Atcelta"].message.iter_attachments())

"""The head count of the event from the door: shown first, logged once, corrected with a reason, never doubled."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from surveyapp.core import purging
from surveyapp.events import store as event_store
from surveyapp.events.rules import LoggedEvent
from surveyapp.registration import store as conference_store
from surveyapp.registration.door import head_count, store
from surveyapp.registration.rules import Words
from tests.conftest import Hands, MakeApp
from tests.surveyapp.registration.conferences import DELETE_ON, FIELDS
from tests.surveyapp.registration.door.test_store import MORNING, Scene, ids, set_up
from tests.surveyapp.signing_in import csrf_token, sign_in


@pytest.fixture
def scene(make_app: MakeApp) -> Scene:
    """A conference on its day: three of five came and one walk-in."""
    hands = Hands()
    made = set_up(make_app(now=hands), hands)
    with made.app.app_context():
        for one in ids(made)[:3]:
            store.check_in(made.door, one, f"mark {one}")
        store.walk_in(made.door, None, 2, "walk")
    return made


def desk(scene: Scene) -> FlaskClient:
    """A browser of a signed-in organiser."""
    client = scene.app.test_client()
    sign_in(client, scene.app, "organiser", email=f"organiser{scene.hands.moment.day}@example.org")
    return client


def logged(scene: Scene) -> list[LoggedEvent]:
    """The events of the institution."""
    with scene.app.app_context():
        return event_store.own_page(scene.anna).events


def press(client: FlaskClient, scene: Scene, **data: str) -> int:
    """Press the button of the page; returns the status."""
    page = f"/registration/{scene.conference_id}/head-count"
    return client.post(page, data={"csrf_token": csrf_token(client.get(page)), **data}).status_code


def test_the_button_logs_what_the_page_showed(scene: Scene) -> None:
    client = desk(scene)
    shown = client.get(f"/registration/{scene.conference_id}/head-count").get_data(as_text=True)
    assert "<td>4</td>" in shown
    assert "Izglītība 0, Sociālā joma 1, Veselība 2, Tiesībsargājošā joma 1" in shown
    assert logged(scene) == []
    assert press(client, scene) == 302
    (event,) = logged(scene)
    facts = event.newest.facts
    assert (facts.unique_persons, facts.attendances, facts.hours) == (4, 4, 6.5)
    assert (facts.title, facts.place, facts.audience) == ("Kopā bērnu drošībai (izdomāta)", "Koncertzāle", "specialists")
    assert (event.indicator, event.institution) == ("1.1.a", "social_service")
    assert "Izglītība 0, Sociālā joma 1, Veselība 2" in (facts.evidence or "")


def test_pressed_again_it_corrects_with_a_reason_and_keeps_what_was_added_by_hand(scene: Scene) -> None:
    client = desk(scene)
    press(client, scene)
    (event,) = logged(scene)
    with scene.app.app_context():
        by_hand = replace(event.newest.facts, title="Konference (izdomāta)", evidence=f"Foto\n{event.newest.facts.evidence}")
        event_store.correct(scene.anna, event.id, 1, by_hand, "Precizēts nosaukums")
        store.check_in(scene.door, ids(scene)[4], "late")
    assert press(client, scene) == 422  # no reason
    assert press(client, scene, reason="Ierakstīti no papīra") == 302
    (event,) = logged(scene)
    assert [one.facts.unique_persons for one in event.history] == [4, 4, 5]
    assert event.newest.facts.title == "Konference (izdomāta)"
    assert event.newest.reason == "Ierakstīti no papīra"
    assert (event.newest.facts.evidence or "").startswith("Foto\n")
    assert (event.newest.facts.evidence or "").count("Veselība") == 1
    page = client.get(f"/registration/{scene.conference_id}/head-count").get_data(as_text=True)
    assert "Pasākums ir reģistrēts ar šiem skaitļiem." in page
    sent = {"csrf_token": csrf_token(client.get("/registration/new")), "reason": "Vēlreiz"}
    assert client.post(f"/registration/{scene.conference_id}/head-count", data=sent).status_code == 409
    assert len(logged(scene)[0].history) == 3


def test_two_who_press_at_once_log_one_event(scene: Scene) -> None:
    def log(_: int) -> bool:
        with scene.app.app_context():
            proposed = head_count.proposal(scene.anna, scene.conference)
            assert proposed
            try:
                head_count.write(scene.anna, scene.conference_id, proposed, "Vienlaikus")
            except event_store.CorrectedMeanwhileError:
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        assert any(pool.map(log, range(6)))
    (event,) = logged(scene)
    assert len(event.history) == 1


def test_an_event_that_was_withdrawn_comes_back_with_a_reason(scene: Scene) -> None:
    client = desk(scene)
    press(client, scene)
    with scene.app.app_context():
        event_store.withdraw(scene.anna, logged(scene)[0].id, 1, "Par agru")
    assert press(client, scene, reason="Tagad pareizi") == 302
    assert not logged(scene)[0].newest.withdrawn


def test_after_the_deletion_the_counts_that_stay_can_still_be_logged(scene: Scene) -> None:
    scene.hands.moment = datetime.combine(DELETE_ON, MORNING.timetz())
    with scene.app.app_context():
        purging.run()
    assert press(desk(scene), scene) == 302
    (event,) = logged(scene)
    assert event.newest.facts.unique_persons == 4
    assert "Veselība 2" in (event.newest.facts.evidence or "")


def test_a_conference_without_a_row_says_so_and_a_sensitive_row_gets_no_breakdown(scene: Scene) -> None:
    client, page = desk(scene), f"/registration/{scene.conference_id}/head-count"
    with scene.app.app_context():
        now = scene.conference
        conference_store.change(scene.anna, now.id, now.revision, replace(now.terms, indicator=None))
    assert "nepieder nevienai plāna rindai" in client.get(page).get_data(as_text=True)
    with scene.app.app_context():
        words = {"lv": Words("Grupa (izdomāta)", "Zāle", "", "", FIELDS)}
        conference_store.change(scene.anna, now.id, now.revision + 1, replace(now.terms, indicator="1.2.a", words=words))
    assert press(client, scene) == 302
    assert logged(scene)[0].newest.facts.evidence is None


def test_nobody_is_logged_where_nobody_came(make_app: MakeApp) -> None:
    hands = Hands()
    scene = set_up(make_app(now=hands), hands)
    client = desk(scene)
    page = f"/registration/{scene.conference_id}/head-count"
    assert "Vēl neviens nav atzīmēts." in client.get(page).get_data(as_text=True)
    token = csrf_token(client.get("/registration/new"))
    assert client.post(page, data={"csrf_token": token}).status_code == 409
    assert logged(scene) == []

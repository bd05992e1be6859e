"""The pages of the door: for organisers, for helpers with the link, for whoever scans a code, and for paper."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from surveyapp.registration import people_store
from surveyapp.registration import store as conference_store
from surveyapp.registration.door import day_store, store
from tests.conftest import Hands, MakeApp
from tests.surveyapp.registration.door.test_store import Scene, ids, set_up
from tests.surveyapp.signing_in import csrf_token, sign_in

JSON = {"Accept": "application/json"}
EVENING_AFTER = datetime(2026, 12, 16, 15, tzinfo=UTC)


@pytest.fixture
def scene(make_app: MakeApp) -> Scene:
    """A conference on its day, with five people."""
    hands = Hands()
    return set_up(make_app(now=hands), hands)


@pytest.fixture
def desk(scene: Scene) -> FlaskClient:
    """A browser of a signed-in organiser."""
    client = scene.app.test_client()
    sign_in(client, scene.app, "organiser")
    return client


@pytest.fixture
def helper(scene: Scene) -> tuple[FlaskClient, str]:
    """A browser without an account, and the door's link."""
    with scene.app.app_context():
        return scene.app.test_client(), f"/r/door/{day_store.make_link(scene.anna, scene.conference.id)}"


def signed_in(scene: Scene) -> FlaskClient:
    """A browser of an organiser who signed in now."""
    client = scene.app.test_client()
    sign_in(client, scene.app, "organiser", email=f"organiser{scene.hands.moment.day}@example.org")
    return client


def first(scene: Scene) -> tuple[int, str, str]:
    """The first person's registration, the code of their ticket, and the address of their own page."""
    with scene.app.app_context():
        one = people_store.listed(scene.anna, scene.conference.id)[0]
        return one.id, f"/r/in/{one.check_in_token}", f"/r/{scene.conference.slug}/own/{one.token}"


def total(scene: Scene) -> int:
    """How many came."""
    with scene.app.app_context():
        return sum(store.counts(scene.conference).values())


def test_an_organiser_checks_in_and_takes_back_without_scripts(scene: Scene, desk: FlaskClient) -> None:
    door, one = f"/registration/{scene.conference_id}/door", first(scene)[0]
    answer = desk.post(door, data={"check_in": str(one), "mark": "m", "q": "persona 1"}, follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert "Ierašanās atzīmēta." in page
    assert 'value="persona 1"' in page
    assert total(scene) == 1
    came = re.search(r'name="undo" value="(\d+)"', page)
    assert came
    page = desk.post(door, data={"undo": came[1]}, follow_redirects=True).get_data(as_text=True)
    assert "Atzīme atsaukta" in page
    assert "Atsauktās atzīmes" in page
    assert total(scene) == 0


def test_a_helper_sees_what_the_door_needs_and_nothing_else(scene: Scene, helper: tuple[FlaskClient, str]) -> None:
    client, link = helper
    page = client.get(f"{link}?lang=en").get_data(as_text=True)
    assert "Izdomāta Persona 1" in page
    assert "Social" in page
    for kept_back in ("@example.org", "Izdomāta skola", "/registration/", "List for ticking", "csrf"):
        assert kept_back not in page
    assert client.post(link, data={"check_in": str(first(scene)[0]), "mark": "m"}).status_code == 302
    assert total(scene) == 1
    assert client.get(f"/registration/{scene.conference_id}/door").status_code == 302  # to signing in
    scene.hands.moment = EVENING_AFTER
    assert client.get(link).status_code == 410
    assert client.post(link, data={"check_in": "2", "mark": "n"}).status_code == 410
    assert client.get("/r/door/nothing").status_code == 410


def test_a_script_is_told_by_numbers_alone_and_the_same_mark_counts_once(scene: Scene, helper: tuple[FlaskClient, str]) -> None:
    client, link = helper
    one = first(scene)[0]
    for _ in range(2):
        told = client.post(link, data={"check_in": str(one), "mark": "m"}, headers=JSON).get_json()
        assert (told["told"], told["total"], list(told["here"])) == ("in", 1, [str(one)])
    assert "Persona" not in client.get(link, headers=JSON).get_data(as_text=True)
    for _ in range(2):
        told = client.post(link, data={"walk_in": "yes", "field": "1", "name": "", "mark": "w"}, headers=JSON).get_json()
        assert (told["told"], told["total"]) == ("in", 2)


def test_a_walk_in_needs_a_field_of_work_and_no_name(scene: Scene, helper: tuple[FlaskClient, str]) -> None:
    client, link = helper
    refused = client.post(link, data={"walk_in": "yes", "name": "Garāmgājējs Izdomātais"})
    assert refused.status_code == 422
    assert "Izvēlieties darba jomu." in refused.get_data(as_text=True)
    assert 'value="Garāmgājējs Izdomātais"' in refused.get_data(as_text=True)
    assert client.post(link, data={"walk_in": "yes", "field": "9"}, headers=JSON).status_code == 422
    assert client.post(link, data={"walk_in": "yes", "field": "1"}).status_code == 302
    assert "bez vārda" in client.get(link).get_data(as_text=True)
    assert total(scene) == 1


def test_a_name_is_found_without_diacritics(scene: Scene, desk: FlaskClient) -> None:
    door = f"/registration/{scene.conference_id}/door"
    page = desk.get(f"{door}?q=izdomata+PERSONA+3").get_data(as_text=True)
    assert re.findall(r"Izdomāta Persona \d", page) == ["Izdomāta Persona 3"]
    assert "Neviens" in desk.get(f"{door}?q=nobody").get_data(as_text=True)


def test_a_code_checks_in_after_one_tap_and_tells_strangers_nothing(
    scene: Scene, desk: FlaskClient, helper: tuple[FlaskClient, str]
) -> None:
    _one, ticket, own = first(scene)
    stranger = scene.app.test_client()
    told = [stranger.get(address).get_data(as_text=True) for address in (ticket, "/r/in/nothing")]
    assert told[0].replace(ticket, "") == told[1].replace("/r/in/nothing", "")
    assert "Persona" not in told[0]
    stranger.post(ticket, data={"mark": "m"})
    assert total(scene) == 0
    client, link = helper
    assert "Persona" not in client.get(ticket).get_data(as_text=True)
    client.get(link)  # now this browser stands at the door
    assert "Izdomāta Persona 1" in client.get(ticket).get_data(as_text=True)
    assert total(scene) == 0
    assert "Ierašanās atzīmēta." in client.post(ticket, data={"mark": "m"}).get_data(as_text=True)
    assert "jau bija atzīmēta" in desk.get(ticket).get_data(as_text=True)
    assert total(scene) == 1
    assert desk.get("/r/in/nothing").status_code == 404
    assert "Jūsu ierašanās ir atzīmēta." in stranger.get(own).get_data(as_text=True)


def test_another_institution_does_not_open_a_ticket(scene: Scene) -> None:
    client = scene.app.test_client()
    sign_in(client, scene.app, "organiser", institution="education_board")
    assert client.get(f"/registration/{scene.conference_id}/door").status_code == 404
    assert "Persona" not in client.get(first(scene)[1]).get_data(as_text=True)


def test_the_own_page_shows_the_code_only_to_who_has_a_seat(scene: Scene) -> None:
    own = first(scene)[2]
    assert 'alt="Jūsu kods ieejai' in scene.app.test_client().get(own).get_data(as_text=True)


def test_the_link_is_shown_once_and_can_be_revoked(scene: Scene, desk: FlaskClient) -> None:
    page = f"/registration/{scene.conference_id}/door/link"
    made = desk.post(page, data={"csrf_token": csrf_token(desk.get(page))}).get_data(as_text=True)
    found = re.search(r'href="http://[^/"]+(/r/door/[0-9a-f]{40})"', made)
    assert found
    assert scene.app.test_client().get(found[1]).status_code == 200
    assert found[1] not in desk.get(page).get_data(as_text=True)
    desk.post(page, data={"csrf_token": csrf_token(desk.get(page)), "revoke": "yes"})
    assert scene.app.test_client().get(found[1]).status_code == 410


def test_a_ticked_list_is_typed_in_once_however_often_it_is_sent(scene: Scene, desk: FlaskClient) -> None:
    address = f"/registration/{scene.conference_id}/door/ticked"
    printed = desk.get(f"/registration/{scene.conference_id}/door/print").get_data(as_text=True)
    assert (printed.count('class="box"'), "šajā sarakstā nav" in printed) == (5, False)
    scene.hands.moment = EVENING_AFTER
    desk = signed_in(scene)
    with scene.app.app_context():
        came = [str(one) for one in ids(scene)[:3]]
    sent = {"csrf_token": csrf_token(desk.get(address)), "mark": "m", "came": came, "walk_in_0": "2", "walk_in_2": "x"}
    refused = desk.post(address, data=sent)
    assert refused.status_code == 422
    assert refused.get_data(as_text=True).count("checked") == 3
    assert total(scene) == 0
    for _ in range(2):
        assert desk.post(address, data=sent | {"walk_in_2": "1"}).status_code == 302
        assert total(scene) == 6
    printed = desk.get(f"/registration/{scene.conference_id}/door/print").get_data(as_text=True)
    assert (printed.count('class="box"'), "šajā sarakstā nav" in printed) == (2, True)


def test_before_the_day_nobody_is_checked_in(scene: Scene) -> None:
    scene.hands.moment = datetime(2026, 12, 14, 15, tzinfo=UTC)
    desk = scene.app.test_client()
    sign_in(desk, scene.app, "organiser", email="before@example.org")
    door = f"/registration/{scene.conference_id}/door"
    assert "Šodien ierašanos neatzīmē" in desk.get(door).get_data(as_text=True)
    told = desk.post(door, data={"check_in": str(first(scene)[0]), "mark": "m"}, headers=JSON).get_json()
    assert told["told"] == "closed"
    assert total(scene) == 0


def test_where_no_field_is_asked_walk_ins_are_counted_all_the_same(scene: Scene, desk: FlaskClient) -> None:
    with scene.app.app_context():
        now = scene.conference
        conference_store.change(scene.anna, now.id, now.revision, replace(now.terms, ask_field=False))
    door = f"/registration/{scene.conference_id}/door"
    assert desk.post(door, data={"walk_in": "yes", "name": ""}).status_code == 302
    page = desk.get(f"{door}/ticked")
    assert desk.post(f"{door}/ticked", data={"csrf_token": csrf_token(page), "walk_in_any": "2"}).status_code == 302
    assert total(scene) == 3

"""What a phone at the door keeps for codes scanned without a connection, and what it is told when it sends them."""

from pathlib import Path

import pytest

from surveyapp.registration import people_store
from surveyapp.registration.door import day_store
from tests.conftest import Hands, app_on
from tests.surveyapp.registration.conferences import HELD_ON, published
from tests.surveyapp.registration.door.test_pages import JSON, first, total
from tests.surveyapp.registration.door.test_store import Scene, set_up
from tests.surveyapp.signing_in import sign_in


@pytest.fixture
def scene(one_url: str, tmp_path: Path) -> Scene:
    """A conference on its day, with five people."""
    hands = Hands()
    return set_up(app_on(one_url, tmp_path, hands), hands)


def test_a_code_that_waited_counts_once_and_its_helper_is_told_who_it_was(scene: Scene) -> None:
    _one, ticket, _own = first(scene)
    with scene.app.app_context():
        link = f"/r/door/{day_store.make_link(scene.anna, scene.conference.id)}"
    doors = [scene.app.test_client(), scene.app.test_client()]
    for door, mark, told in ((doors[0], "a", "in"), (doors[0], "a", "in"), (doors[1], "b", "already"), (doors[0], "a", "in")):
        door.get(link)
        answer = door.post(ticket, data={"mark": mark}, headers=JSON)
        assert (answer.status_code, answer.get_json()["told"]) == (200, told)
        assert answer.get_json()["message"].startswith("Izdomāta Persona 1: ")
        assert total(scene) == 1
    foreign = doors[0].post(ticket, data={"mark": "c"}, headers=JSON | {"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403


def test_a_code_that_counts_no_more_is_told_to_doors_and_strangers_learn_nothing(scene: Scene) -> None:
    _one, ticket, own = first(scene)
    stranger, door = scene.app.test_client(), scene.app.test_client()
    told = [stranger.post(address, data={"mark": "m"}, headers=JSON) for address in (ticket, "/r/in/nothing")]
    assert [(one.status_code, one.get_data()) for one in told] == [(403, told[0].get_data())] * 2  # it waits on
    with scene.app.app_context():
        other = published(scene.anna, deadline=HELD_ON)
        link = f"/r/door/{day_store.make_link(scene.anna, other.id)}"
    door.get(link)
    answer = door.post(ticket, data={"mark": "m"}, headers=JSON)
    assert (answer.status_code, answer.get_json()["told"]) == (422, "other")
    assert "Persona" not in answer.get_data(as_text=True)
    desk = scene.app.test_client()
    sign_in(desk, scene.app, "organiser")
    with scene.app.app_context():
        people_store.cancel(own.rpartition("/")[2])
    answer = desk.post(ticket, data={"mark": "m"}, headers=JSON)
    assert (answer.status_code, answer.get_json()["told"]) == (422, "gone")
    assert total(scene) == 0


def test_the_worker_answers_for_codes_alone_and_what_is_kept_is_nobodys(scene: Scene) -> None:
    client = scene.app.test_client()
    sign_in(client, scene.app, "organiser")
    worker = client.get("/r/door-worker.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Cache-Control"] == "no-cache"
    assert "Service-Worker-Allowed" not in worker.headers  # it stands above what it answers for, and asks for no more
    assert client.get("/r/door-worker.js", headers={"If-None-Match": worker.headers["ETag"]}).status_code == 304
    for language, title in (("lv", "Nav savienojuma"), ("en", "No connection"), ("ru", "Нет связи")):
        kept = client.get(f"/r/in/?lang={language}")
        assert f"<h1>{title}</h1>" in kept.get_data(as_text=True)
        assert kept.data == scene.app.test_client().get(f"/r/in/?lang={language}").data
    policies = {path: client.get(path).headers["Content-Security-Policy"] for path in ("/r/in/", first(scene)[1], "/")}
    assert ["worker-src 'self'" in policy for policy in policies.values()] == [True, True, False]


def test_signing_out_has_the_browser_forget_what_waits(scene: Scene) -> None:
    client = scene.app.test_client()
    sign_in(client, scene.app, "organiser")
    assert client.post("/staff/sign-out").headers["Clear-Site-Data"] == '"storage"'

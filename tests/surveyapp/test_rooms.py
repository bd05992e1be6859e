"""Respondents' pages and all others are two apps in one process, of which the second is made when it is asked for."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import url_for
from werkzeug.test import Client

from surveyapp.core import access, municipalities, schema
from surveyapp.rooms import Rooms
from surveyapp.settings import load
from surveyapp.survey import crowds, wrong_codes
from surveyapp.survey.codes import new_typed

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rooms]:
    made = Rooms(load({"SURVEYAPP_DATA_DIR": str(tmp_path_factory.mktemp("rooms"))}))
    with made.door.app_context():
        schema.upgrade()
        municipalities.create("cesis", "Cēsu novads")
    yield made
    made.door.extensions["engine"].dispose()


def test_the_pages_of_respondents_are_answered_without_loading_the_features_of_staff(tmp_path: Path) -> None:
    program = (
        "import sys; from surveyapp.wsgi import app; from werkzeug.test import Client; "
        "told = [Client(app).get(path).status_code for path in ('/s/', '/s/change', '/s/game/', '/s/nothing', '/s')]; "
        "rest = ('surveyapp.staff', 'surveyapp.results', 'surveyapp.events'); "
        "staff = [name for name in sys.modules if name.startswith(rest)]; "
        "print(told, staff, {'alembic', 'psycopg'} & set(sys.modules)); "
        "print(Client(app).get('/staff/sign-in').status_code, 'surveyapp.results' in sys.modules)"
    )
    environment = {"SURVEYAPP_DATA_DIR": str(tmp_path), "PATH": ""}
    ready = [sys.executable, "-m", "surveyapp.cli", "init"]
    subprocess.run(ready, env=environment, check=True, capture_output=True, cwd=ROOT)
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines() == ["[200, 200, 302, 404, 308] [] set()", "200 True"]


def test_either_room_has_the_same_pages_for_respondents_and_asks_the_same_permission(rooms: Rooms) -> None:
    whole = rooms.whole()
    ours = {(rule.rule, rule.endpoint, frozenset(rule.methods or ())) for rule in whole.url_map.iter_rules()}
    at_the_door = {
        (rule.rule, rule.endpoint, frozenset(rule.methods or ()))
        for rule in rooms.door.url_map.iter_rules()
        if not rule.build_only
    }
    assert at_the_door <= ours
    for address, endpoint, _methods in ours:
        if rooms.room(address) is rooms.door:
            assert endpoint in rooms.door.view_functions, address
            assert access.declared(rooms.door, endpoint) == access.declared(whole, endpoint) == access.Permission.PUBLIC
    assert any(rooms.room(rule.rule) is whole for rule in whole.url_map.iter_rules() if rule.endpoint.startswith("clerk."))


def test_addresses_that_respondents_pages_lead_to_are_the_same_in_either_room(rooms: Rooms) -> None:
    for rule in rooms.door.url_map.iter_rules():
        if not rule.arguments:
            with rooms.door.test_request_context():
                here = url_for(rule.endpoint)
            with rooms.whole().test_request_context():
                assert url_for(rule.endpoint) == here


def test_the_pages_of_either_room_come_through_one_address_with_the_same_headers(rooms: Rooms) -> None:
    client = Client(rooms)
    door, staff = client.get("/s/nothing"), client.get("/nothing")
    assert (door.status_code, door.text) == (staff.status_code, staff.text)
    assert {name for name, _ in door.headers} == {name for name, _ in staff.headers}
    assert rooms.whole().extensions["engine"] is rooms.door.extensions["engine"]
    assert rooms.whole() is rooms.whole()


def test_wrong_codes_of_a_source_count_together_in_both_rooms(rooms: Rooms) -> None:
    client = Client(rooms)
    assert client.post("/s/clerk", data={"code": new_typed()}).status_code == 422
    for _ in range(wrong_codes.MOST_PER_SOURCE):
        client.post("/s/", data={"code": new_typed()})
    assert client.post("/s/", data={"code": new_typed()}).status_code == 429
    assert client.post("/s/clerk", data={"code": new_typed()}).status_code == 429


def test_answers_of_a_source_count_together_in_both_rooms(rooms: Rooms) -> None:
    with rooms.door.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        for _ in range(crowds.MOST_A_DAY):
            crowds.count_one("group")
    with rooms.whole().test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        assert crowds.too_many("group")

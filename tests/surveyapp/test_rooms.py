"""Respondents' pages and all others are two apps in one process, of which the second is made when it is asked for."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from io import BytesIO
from itertools import islice
from pathlib import Path

import pytest
from flask import url_for
from werkzeug.test import Client, TestResponse

import surveyapp
from surveyapp.app import create_app
from surveyapp.core import access, municipalities, schema
from surveyapp.core.front import THREADS
from surveyapp.rooms import Rooms
from surveyapp.settings import RESTORING, load
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


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Rooms]:
    """Rooms of a server that has just started: nobody has asked for the second one."""
    made = Rooms(load({"SURVEYAPP_DATA_DIR": str(tmp_path)}))
    with made.door.app_context():
        schema.upgrade()
    yield made
    made.door.extensions["engine"].dispose()


def test_the_pages_of_respondents_are_answered_without_loading_the_features_of_staff(tmp_path: Path) -> None:
    program = (
        "import sys; from surveyapp.wsgi import app; from werkzeug.test import Client; "
        "told = [Client(app).get(path).status_code for path in ('/s/', '/s/change', '/s/game/', '/s/nothing', '/s')]; "
        "ours = [name.split('.')[1] for name in sys.modules if name.startswith('surveyapp.') and name.count('.') > 1]; "
        "rest = {'alembic', 'psycopg', 'yaml', 'surveyapp.core.backups', 'surveyapp.core.mail', 'surveyapp.core.work'}; "
        "print(told, sorted(set(ours)), rest & set(sys.modules)); "
        "print(Client(app).get('/staff/sign-in').status_code, 'surveyapp.results' in sys.modules)"
    )
    environment = {"SURVEYAPP_DATA_DIR": str(tmp_path), "PATH": ""}
    ready = [sys.executable, "-m", "surveyapp.cli", "init"]
    subprocess.run(ready, env=environment, check=True, capture_output=True, cwd=ROOT)
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines() == ["[200, 200, 302, 404, 308] ['core', 'survey'] set()", "200 True"]


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


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
@pytest.mark.parametrize("path", ["/s/", "/s/change", "/s/received", "/s/nothing"])
def test_either_room_speaks_every_language_alike(rooms: Rooms, path: str, language: str) -> None:
    here, there = (Client(app).get(f"{path}?lang={language}") for app in (rooms.door, rooms.whole()))
    assert here.text == there.text


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


def test_where_the_second_room_cannot_be_made_a_page_says_so_in_the_readers_language_and_the_next_request_tries_again(
    fresh: Rooms, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    client = Client(fresh)
    (tmp_path / RESTORING).touch()
    asked, sent = client.get("/?lang=ru"), client.post("/events/log?lang=en", data={"title": "<Day>", "password": "secret"})
    assert (asked.status_code, sent.status_code, client.get("/s/").status_code) == (503, 503, 200)
    assert "Эта часть приложения сейчас не готова." in asked.text
    assert 'name="title" value="&lt;Day&gt;"' in sent.text
    assert "secret" not in sent.text
    assert int(asked.headers["Retry-After"]) > 0
    assert {name for name, _ in client.get("/s/").headers} <= {name for name, _ in asked.headers}
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line["route"], line["kind"]) for line in told] == [("fault", "rooms", "SettingError")] * 2
    (tmp_path / RESTORING).unlink()
    assert client.get("/").status_code == 200


def test_a_trouble_of_the_machine_that_keeps_the_second_room_from_being_made_is_named(fresh: Rooms, tmp_path: Path) -> None:
    secret = tmp_path / "secrets" / "session"
    key = secret.read_bytes()
    secret.unlink()
    secret.symlink_to("/proc/self/mem")  # which answers like a broken disk
    client = Client(fresh)
    refused = client.get("/?lang=en")
    assert refused.status_code == 503
    assert "The disk reports an error." in refused.text
    secret.unlink()
    secret.write_bytes(key)
    secret.chmod(0o600)
    assert client.get("/").status_code == 200


def problem(answer: TestResponse) -> str:
    """What an error says that programs read."""
    assert answer.content_type == "application/problem+json"
    told = json.loads(answer.text)
    assert (told["status"], answer.headers["Access-Control-Allow-Origin"]) == (answer.status_code, "*")
    return str(told["detail"])


@pytest.mark.parametrize("address", ["/api/v1/releases", "/open-data/cesis/1/files/datapackage-en.json"])
def test_programs_are_told_in_their_way_when_to_ask_again_while_there_is_no_second_room(
    fresh: Rooms, tmp_path: Path, address: str
) -> None:
    client = Client(fresh)
    (tmp_path / RESTORING).touch()
    refused = client.get(address)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    assert "Retry-After" in problem(refused)
    (tmp_path / RESTORING).unlink()
    assert client.get("/api/").status_code == 200
    there = client.get("/open-data/cesis/1/files/datapackage-en.json")
    assert (there.status_code, "not public" in problem(there)) == (404, True)


def test_programs_and_people_ask_again_after_seconds_while_the_second_room_is_being_made(fresh: Rooms) -> None:
    def get(path: str) -> TestResponse:
        return Client(fresh).get(path)

    with ThreadPoolExecutor(9) as threads, fresh._making:  # as long as it takes to make the room
        done, waiting = wait([threads.submit(get, "/api/") for _ in range(9)], return_when="FIRST_COMPLETED")
        (program,) = (each.result() for each in done)
        person = get("/?lang=en")
        assert (len(waiting), program.status_code, person.status_code) == (8, 503, 503)
        problem(program)
        assert program.headers["Retry-After"] == person.headers["Retry-After"] == "3"
        assert "which takes some seconds" in person.text
        assert "Wait a minute" not in person.text


def test_files_and_foreign_hosts_are_refused_in_words_while_there_is_no_second_room(fresh: Rooms, tmp_path: Path) -> None:
    client = Client(fresh)
    (tmp_path / RESTORING).touch()
    large = client.post("/events/upload?lang=en", data={"file": (BytesIO(b"x" * 400_000), "events.xlsx"), "title": "Day"})
    assert large.status_code == 503
    assert "Files, passwords and codes are not kept" in large.text
    assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_however_many_ask_while_the_second_room_is_made_a_respondent_finds_a_thread(fresh: Rooms) -> None:
    def get(path: str) -> TestResponse:
        return Client(fresh).get(path)

    with ThreadPoolExecutor(THREADS) as threads:
        with fresh._making:  # as long as it takes to make the room
            visitors = [threads.submit(get, "/") for _ in range(2 * THREADS)]
            assert threads.submit(get, "/s/").result(timeout=30).status_code == 200
            # Eight may wait for the room; all others are told at once, each when its thread comes to it.
            turned_away = set(islice(as_completed(visitors, timeout=30), 2 * THREADS - 8))
        assert {each.result().status_code for each in turned_away} == {503}
        patient = [each.result().status_code for each in visitors if each not in turned_away]
    assert patient == [200] * 8


def test_the_app_is_made_where_flask_looks_for_it() -> None:
    assert surveyapp.create_app is create_app
    with pytest.raises(AttributeError, match="no_such_thing"):
        _ = surveyapp.no_such_thing

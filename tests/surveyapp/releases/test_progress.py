"""Whatever takes longer than a moment shows how far it is, on a page and on the command line, and leads to what came of it."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from analysis import disclosure
from analysis.suppression import DisclosureRefusedError
from surveyapp.cli import commands
from surveyapp.core import costly, purging
from surveyapp.core.work import Desk
from tests.conftest import app_on
from tests.surveyapp.events.plans import PLAN, load_plan
from tests.surveyapp.events.test_upload import agree, choose
from tests.surveyapp.results.opened_waves import two_waves
from tests.surveyapp.signing_in import csrf_token, sign_in

MAKE = "/results/releases/make?lang=en"


@pytest.fixture(scope="module")
def furnish() -> Callable[[Flask], object]:
    """A plan and two opened surveys that nobody has looked at."""

    def fill(app: Flask) -> None:
        load_plan(app, PLAN)
        two_waves(app)

    return fill


@pytest.fixture
def sqlite_app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An app that never waits: each long work is shown on its page."""
    made = app_on(sqlite_url, tmp_path)
    made.config["TESTING"] = False
    made.extensions["work"] = Desk(patience=0)
    yield made
    made.extensions["engine"].dispose()


@pytest.fixture
def group(sqlite_app: Flask) -> FlaskClient:
    """Somebody of the cooperation group."""
    client = sqlite_app.test_client()
    sign_in(client, sqlite_app, "group")
    return client


def make(group: FlaskClient, **fields: str) -> str:
    """Press the button; return the address to which it leads."""
    page = group.get(MAKE)
    seen = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', page.get_data(as_text=True)))
    typed = {"csrf_token": csrf_token(page), "mark": seen.get("mark", ""), "level": "group", "as_of": "2026-11-21", **fields}
    sent = group.post(MAKE, data=typed)
    assert sent.status_code == 303, sent.get_data(as_text=True)
    return str(sent.headers["Location"])


def ended(reader: FlaskClient, address: str) -> list[str]:
    """Look at the page of some work until it is done; return what it showed."""
    shown: list[str] = []
    for _look in range(600):
        page = reader.get(f"{address}?look=1&lang=en").get_data(as_text=True)
        shown.append(page)
        if "data-outcome" in page:
            return shown
        time.sleep(0.1)
    raise AssertionError(shown[-1])


def test_a_release_shows_its_steps_to_whoever_makes_it_and_then_itself(sqlite_app: Flask, group: FlaskClient) -> None:
    address = make(group)
    first = group.get(f"{address}?lang=en").get_data(as_text=True)
    assert 'http-equiv="refresh" content="2"' in first, "without JavaScript the page asks again by itself"
    told = [part for page in ended(group, address) for part in re.findall(r"Step (\d) of 4", page)]
    assert told == sorted(told)
    stranger = sqlite_app.test_client()
    sign_in(stranger, sqlite_app, "coordinator")
    assert [stranger.get(each).status_code for each in (address, f"{address}/outcome")] == [404, 404]
    page = group.get(address, follow_redirects=True)
    assert page.request.path == "/results/releases/1"
    assert "is made. It never changes" in group.get(f"{address}/outcome?lang=en", follow_redirects=True).get_data(as_text=True)
    kept = list((sqlite_app.extensions["settings"].data_dir / "work").iterdir())
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert not any(b"/results/releases/1" in path.read_bytes() for path in kept), "what came of it lies there sealed"


def test_the_first_look_at_opened_surveys_shows_its_steps_and_leads_to_the_page_that_was_asked_for(group: FlaskClient) -> None:
    asked = group.get("/results/survey?wave=2&lang=en")
    assert asked.status_code == 303
    told = [part for page in ended(group, asked.headers["Location"]) for part in re.findall(r"Step (\d) of 2", page)]
    assert told == sorted(told)
    shown = group.get(asked.headers["Location"], follow_redirects=True)
    assert shown.request.full_path == "/results/survey?wave=2&lang=en"
    assert "Clear rise: from 30" in shown.get_data(as_text=True)
    assert group.get("/results/survey?lang=en").status_code == 200, "from then on it is there at once"


def test_a_survey_that_cannot_be_protected_is_tried_once_and_its_page_says_so(
    group: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        # No real wave gets here as long as the rules hold: this is the last gate, so the test closes it by hand.
        raise DisclosureRefusedError([(("deadline", "*", "now"), "exactly 2")])

    monkeypatch.setattr(disclosure, "protect_wave", refuse)
    asked = group.get("/results/survey?lang=en")
    ended(group, asked.headers["Location"])
    assert group.get(asked.headers["Location"], follow_redirects=True).status_code == 409
    assert group.get("/results/survey?lang=en").status_code == 409


def test_what_came_of_it_is_given_out_for_an_hour_and_deleted_whether_or_not_anybody_looks(
    sqlite_app: Flask, group: FlaskClient
) -> None:
    folder = sqlite_app.extensions["settings"].data_dir / "work"

    def made_long_ago() -> str:
        address = make(group)
        ended(group, address)
        for path in folder.iterdir():
            os.utime(path, (0, time.time() - 3700))
        return address

    assert group.get(f"{made_long_ago()}/outcome").status_code == 404
    assert list(folder.iterdir()) == []
    made_long_ago()
    with sqlite_app.app_context():
        purging.run()
    assert list(folder.iterdir()) == []


def test_what_is_refused_stays_typed_and_a_file_is_handed_out(group: FlaskClient) -> None:
    address = make(group, as_of="2020-01-01")
    ended(group, address)
    refused = group.get(f"{address}/outcome")
    assert refused.status_code == 422
    assert 'value="2020-01-01"' in refused.get_data(as_text=True)
    assert 'action="/results/releases/make"' in refused.get_data(as_text=True)
    asked = group.get("/results/report/2026.docx?lang=en")
    assert asked.status_code == 303
    assert "Get the file" in ended(group, asked.headers["Location"])[-1]
    given = group.get(f"{asked.headers['Location']}/outcome")
    assert given.data.startswith(b"PK")
    assert "report-2026-en.docx" in given.headers["Content-Disposition"]


def test_work_whose_worker_was_killed_says_so(sqlite_app: Flask, group: FlaskClient) -> None:
    address = make(group)
    ended(group, address)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    place = sqlite_app.extensions["settings"].data_dir / "work" / f"{address.rpartition('/')[2]}.json"
    place.write_text(json.dumps({**json.loads(place.read_text()), "finished": False, "pid": gone.pid}))
    told = group.get(f"{address}?lang=en").get_data(as_text=True)
    assert "The server was stopped while this was being done" in told
    assert "http-equiv" not in told


def test_commands_tell_their_steps_where_it_is_asked_for_and_never_in_their_data(sqlite_app: Flask, tmp_path: Path) -> None:
    def run(*arguments: str) -> tuple[str, str]:
        done = CliRunner().invoke(commands, list(arguments), obj=lambda: sqlite_app)
        assert done.exit_code == 0, done.output
        return done.stdout, done.stderr

    said, steps = run("--progress", "release", "create")
    assert said.startswith("Release 1 (group) is made")
    assert [line.partition(" the ")[0] for line in steps.splitlines()][-2:] == ["Judging", "Putting"]
    assert "Protecting the numbers" in steps
    data, steps = run("--progress", "release", "list", "--format", "json")
    assert json.loads(data)[0]["number"] == 1
    report = ("report", "2026", "--release", "1", "--format", "html", "--out", str(tmp_path / "r.html"))
    assert "Writing the file …\n" in run("--progress", *report)[1]
    assert run(*report)[1] == ""
    assert run("--progress", "audit", "verify")[1] == "Going through the audit trail …\n"
    assert "Deleting what is due …\n" in run("--progress", "purge")[1]


def test_a_file_of_a_release_and_its_publishing_show_that_they_are_being_done(sqlite_app: Flask, group: FlaskClient) -> None:
    address = make(group, level="public")
    ended(group, address)
    asked = group.get("/results/releases/1.xlsx?lang=en")
    assert asked.status_code == 303
    assert "Get the file" in ended(group, asked.headers["Location"])[-1]
    assert group.get(f"{asked.headers['Location']}/outcome").data.startswith(b"PK")
    coordinator = sqlite_app.test_client()
    sign_in(coordinator, sqlite_app, "coordinator")
    place = "/results/releases/1/public?lang=en"
    typed = {"csrf_token": csrf_token(coordinator.get(place)), "act": "publish", "read": "y"}
    sent = coordinator.post(place, data=typed)
    assert sent.status_code == 303
    first = coordinator.get(f"{sent.headers['Location']}?lang=en").get_data(as_text=True)
    assert "Publishing the release" in first
    ended(coordinator, sent.headers["Location"])
    done = coordinator.get(f"{sent.headers['Location']}/outcome?lang=en", follow_redirects=True)
    assert "Release 1 is published; everybody may read it." in done.get_data(as_text=True)
    assert coordinator.post(place, data=typed).status_code == 409, "a second time"
    assert group.get("/open-data/cesis/1/").status_code == 200


def test_files_of_releases_are_written_a_few_at_once_also_after_their_requests_were_answered(
    sqlite_app: Flask, group: FlaskClient
) -> None:
    ended(group, make(group))
    sqlite_app.extensions["work"].patience = 1.0
    assert group.get("/results/releases/1.csv").status_code == 200
    with sqlite_app.app_context(), ExitStack() as others:
        for _other in range(costly.AT_ONCE - 1):
            others.enter_context(costly.turn())
        asked = group.get("/results/releases/1.csv")
        assert asked.status_code == 303, "the last turn was the request's, and the file waits for one of its own"
    ended(group, asked.headers["Location"])


def test_a_sheet_of_events_shows_that_it_is_being_read_and_then_logged(sqlite_app: Flask) -> None:
    organiser = sqlite_app.test_client()
    sign_in(organiser, sqlite_app, "organiser", "social_service")
    sheet = "indicator,held_on,title,unique_persons\n1.1.a,2026-03-01,Mācības,28\n"
    shown = choose(organiser, sheet.encode(), "events.csv")
    assert shown.status_code == 303
    first = organiser.get(f"{shown.headers['Location']}?lang=en").get_data(as_text=True)
    assert "Reading the file" in first
    ended(organiser, shown.headers["Location"])
    page = organiser.get(f"{shown.headers['Location']}/outcome?lang=en")
    sent = agree(organiser, page)
    assert sent.status_code == 303
    ended(organiser, sent.headers["Location"])
    done = organiser.get(f"{sent.headers['Location']}/outcome?lang=en", follow_redirects=True)
    assert "1 event is added." in done.get_data(as_text=True)
    refused = choose(organiser, b"indicator,held_on\n9.9.z,x\n", "events.csv")
    ended(organiser, refused.headers["Location"])
    page = organiser.get(f"{refused.headers['Location']}/outcome?lang=en")
    assert page.status_code == 422
    assert 'action="/events/upload"' in page.get_data(as_text=True), "the next try does not go to the page of the old work"

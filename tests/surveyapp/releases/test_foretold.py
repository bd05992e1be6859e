"""Before something is stated or logged that a release has told otherwise, the page says which figure; the release stays."""

import io
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from surveyapp.core import municipalities
from surveyapp.events import store
from surveyapp.releases import making
from tests.surveyapp.events.pages import again, browser, field, fill, held, records
from tests.surveyapp.events.pages import text as words
from tests.surveyapp.events.plans import SUPPORT, TRAINING, load_plan, somebody
from tests.surveyapp.events.plans import held as facts
from tests.surveyapp.releases.test_releases import run
from tests.surveyapp.results.reading import text
from tests.surveyapp.results.test_plan_statements import DECIDED, PLAN, TALKS, person, send

FIGURE = "Release 1: 1.1.a Training of specialists; 40 specialists; 2025–2027"
TOLD = "This would change released figures"


@pytest.fixture(scope="module")
def furnish() -> Callable[[Flask], object]:
    """A plan with trainings, talks, a support group and something measured."""

    def fill_in(app: Flask) -> None:
        load_plan(app, PLAN)
        with app.app_context():
            coordinator = somebody("coordinator")
            store.log(coordinator, TRAINING, facts("2026-03-01", 25))
            store.log(coordinator, SUPPORT, facts("2026-04-01", 12))
            store.log(coordinator, TALKS, facts("2026-05-01", 120))
        assert measured(app, "2025-01-01", "1000").startswith("0 ")
        assert measured(app, "2026-10-31", "1080").startswith("0 ")

    return fill_in


@pytest.fixture
def one_app(one_app: Flask) -> Flask:
    """An app with a release of everything until yesterday."""
    with one_app.app_context():
        making.make(municipalities.find("cesis").id, "group", "test", None, date(2026, 11, 20))
    return one_app


def measured(app: Flask, day: str, value: str, *more: str) -> str:
    """Enter a measured value; what the command says."""
    return run(app, "measure", "add", "1.1.e", "--value", value, "--on", day, "--source", "Pārskats", *more)


def test_a_late_event_says_which_released_figure_it_moves_and_one_held_since_does_not(one_app: Flask) -> None:
    path = "/events/log?row=1.1.a"
    late = {"held_on": "2026-06-01", "title": "Otrā", "unique_persons": "10"}
    told = fill(browser(one_app, "coordinator"), path, institution="social_service", **late)
    assert told.status_code == 409
    assert f"{FIGURE}: 25 → 25–35" in words(told)
    organiser = browser(one_app, "organiser", "social_service")
    told = fill(organiser, path, **late)
    assert told.status_code == 409
    assert FIGURE in words(told)
    assert "→" not in words(told)  # a total with what others stated is for those who may read releases
    assert field(told, "title") == "Otrā"
    assert again(organiser, path, told, sure=field(told, "sure")).status_code == 302
    assert len(records(one_app)) == 4
    assert fill(organiser, path, held_on="2026-11-21", title="Trešā", unique_persons="10").status_code == 302


def test_an_event_about_people_at_risk_foretells_nothing(one_app: Flask) -> None:
    organiser = browser(one_app, "organiser", "social_service")
    done = fill(organiser, "/events/log?row=1.2.a", held_on="2026-06-01", title="Otrā", unique_persons="9")
    assert done.status_code == 302


def test_a_sheet_with_new_events_says_it_too(one_app: Flask) -> None:
    sheet = "indicator,institution,held_on,title,unique_persons\n1.1.a,social_service,2026-06-01,Otrā,10\n"

    def told_to(role: str, institution: str | None = None) -> str:
        client = browser(one_app, role, institution)
        sent = {**held(client.get("/events/upload")), "file": (io.BytesIO(sheet.encode()), "events.csv")}
        return words(client.post("/events/upload", data=sent))

    assert f"{FIGURE}: 25 → 25–35" in told_to("coordinator")
    organiser = told_to("organiser", "social_service")
    assert FIGURE in organiser
    assert f"{FIGURE}:" not in organiser


def test_a_corrected_measurement_and_one_taken_back_say_it_and_the_release_carries_a_note(one_app: Flask) -> None:
    group = person(one_app, "group")
    typed: dict[str, Any] = {"value": "1100", "on": "2026-10-31", "source": "Pārskats", "reason": "Kļūda"}
    told = send(group, "measurement", "1.1.e@2026-10-31", **typed)
    assert told.status_code == 409
    assert TOLD in words(told)
    assert "Release 1: 1.1.e Reports; 150 reports more; 2025–2027: 1,080 → 1,100" in words(told)
    assert send(group, "measurement", "1.1.e@2026-10-31", **typed, sure="0" * 32).status_code == 409, "agreed to something else"
    back = group.get("/results/plan/withdraw/measurement?about=1.1.e@2026-10-31&lang=en")
    assert "Release 1: 1.1.e Reports; 150 reports more; 2025–2027: 1,080 → 1,000" in words(back)
    assert send(group, "measurement", "1.1.e@2026-10-31", **typed, sure=field(told, "sure")).status_code == 302
    assert "reached at least: 1,080 → 1,100" in text(group, "/results/releases/1?lang=en")
    assert run(one_app, "release", "verify", "1").startswith("0 ")


def test_the_command_says_it_too(one_app: Flask) -> None:
    said = measured(one_app, "2026-10-31", "1110", "--reason", "Kļūda")
    assert "1.1.e@2026-10-31 is 1110 (Pārskats)." in said
    moved = "Release 1: 1.1.e Reports; 150 reports more; 2025–2027: 1,080 → 1,110"
    assert f"would come out otherwise now; the release stays as it is. {moved}" in said


def test_commands_say_it_before_anything_is_written(one_app: Flask, tmp_path: Path) -> None:
    said = measured(one_app, "2026-10-31", "1110", "--dry-run")
    assert "1.1.e@2026-10-31 would be 1110 (Pārskats)." in said
    assert "would come out otherwise then; the release stays as it is. Release 1: 1.1.e Reports" in said
    assert "1080" in run(one_app, "measure", "list")
    file = tmp_path / "events.csv"
    file.write_text("indicator,institution,held_on,title,unique_persons\n1.1.a,social_service,2026-06-01,Otrā,10\n")
    assert f"{FIGURE}: 25 → 25–35" in run(one_app, "events", "import", str(file), "--dry-run")
    in_json = run(one_app, "events", "import", str(file), "--dry-run", "--format", "json")
    assert json.loads(in_json.partition(" ")[2])["released"] == [f"{FIGURE}: 25 → 25–35"]
    assert len(records(one_app)) == 3
    assert f"otherwise now; the release stays as it is. {FIGURE}: 25 → 25–35" in run(one_app, "events", "import", str(file))
    assert "Release 1" not in run(one_app, "events", "import", str(file))


def test_a_degree_set_by_hand_and_a_reading_say_which_released_degree_they_move(one_app: Flask) -> None:
    group = person(one_app, "group")
    told = send(group, "override", "1.1.a", degree="done", because="Pietiek", **DECIDED)
    assert told.status_code == 409
    assert "Release 1: 1.1.a Training of specialists: Not due → Done" in words(told)
    agreed: dict[str, Any] = {"degree": "done", "because": "Pietiek", **DECIDED}
    assert send(group, "override", "1.1.a", **agreed, sure=field(told, "sure")).status_code == 302
    noted = text(group, "/results/releases/1?lang=en").partition("Note: found out since")[2].partition("As a file")[0]
    assert "1.1.a" in noted
    assert "Not due → Done" in noted
    read = send(group, "reading", "1.2.c/talks", reading="yearly", **DECIDED)
    assert "1.2.c" in words(read).partition(TOLD)[2]


def test_money_says_it_where_the_release_tells_money_of_that_row_and_year(one_app: Flask) -> None:
    group = person(one_app, "group")
    told = send(group, "money", "1.1.e@2026", planned="600", granted="400", source="Budžets")
    assert told.status_code == 409
    assert "Release 1: 1.1.e Reports; money of 2026: planned 500 EUR → planned 600 EUR, granted 400 EUR" in words(told)
    assert "Note: found out since" not in text(group, "/results/releases/1?lang=en")
    agreed: dict[str, Any] = {"planned": "600", "granted": "400", "source": "Budžets"}
    assert send(group, "money", "1.1.e@2026", **agreed, sure=field(told, "sure")).status_code == 302
    noted = text(group, "/results/releases/1?lang=en").partition("Note: found out since")[2].partition("As a file")[0]
    assert "1.1.e Money (2026) – planned: 500 EUR → 600 EUR; granted: not stated → 400 EUR" in noted
    assert noted.count("something was stated about the row") == 1
    for spent in ("10", "20"):
        told = send(group, "money", "1.1.e@2026", **agreed, spent=spent, reason="Precizēts")
        agreed["sure"] = field(told, "sure")
        assert send(group, "money", "1.1.e@2026", **agreed, spent=spent, reason="Precizēts").status_code == 302
    noted = text(group, "/results/releases/1?lang=en").partition("Note: found out since")[2].partition("As a file")[0]
    assert noted.count("what was stated about the row was replaced") == 1, "what reads the same is said once"
    assert send(group, "money", "1.1.e@2025", planned="600", source="Budžets").status_code == 302
    assert send(group, "conclusion", "goal-1@2026", text="Mācību pietiek.").status_code == 302


def test_years_of_money_are_read_as_years_in_a_release(one_app: Flask) -> None:
    read = words(person(one_app, "group").get("/results/releases/1/tables/money?lang=lv"))
    assert "2026" in read.partition("atteikts")[2]
    assert re.search(r"\b2\s026\b", read) is None


def test_a_release_made_between_showing_and_agreeing_is_told_before_anything_is_saved(one_app: Flask) -> None:
    organiser = browser(one_app, "organiser", "social_service")
    withdrawing = organiser.get("/events/1/withdraw")
    sheet = "indicator,held_on,title,unique_persons\n1.1.a,2026-11-21,Šodien,10\n"
    page = organiser.get("/events/upload")
    shown = organiser.post("/events/upload", data={**held(page), "file": (io.BytesIO(sheet.encode()), "events.csv")})
    assert "Release" not in words(shown), "it was held after the day of the release"
    with one_app.app_context():
        making.make(municipalities.find("cesis").id, "group", "test")
    agreed = again(organiser, "/events/upload/agree", shown)
    withdrawn = again(organiser, "/events/1/withdraw", withdrawing, reason="Divreiz")
    for answer in (agreed, withdrawn):
        assert answer.status_code == 409
        assert "Nothing is saved yet; this is what would follow now." in words(answer)
        assert "2: 1.1.a Training of specialists; 40 specialists" in words(answer)
    assert [each.unique_persons for each in records(one_app) if each.indicator == "1.1.a"] == [25]
    assert again(organiser, "/events/upload/agree", agreed).status_code == 302
    moved = again(organiser, "/events/1/withdraw", withdrawn, reason="Divreiz")
    assert moved.status_code == 409, "the sheet has changed what follows once more"
    assert again(organiser, "/events/1/withdraw", moved, reason="Divreiz").status_code == 302
    assert [each.unique_persons for each in records(one_app) if each.indicator == "1.1.a"] == [10]

"""One head count from an organiser's form to the degree of a plan row, and to the same degree from files."""

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from questionnaires.library import find_plan
from surveyapp.core import municipalities
from surveyapp.plans import store as plan_store
from tests.surveyapp.signing_in import sign_in

ROW, TARGET = "7.1.a", "7.1.a/persons"


def fields(page: str) -> dict[str, str]:
    """What the form of a page holds already."""
    form = page[page.index("<main") :]
    found = dict(re.findall(r'<input[^>]*name="([\w-]+)"[^>]*value="([^"]*)"', form))
    return {name: value for name, value in found.items() if name not in {"different_people", "q"}}


def log(client: FlaskClient, **given: str) -> None:
    """Log an event the way the page asks for it."""
    page = client.get(f"/events/log?row={ROW}").get_data(as_text=True)
    done = client.post(f"/events/log?row={ROW}", data={**fields(page), **given})
    assert done.status_code == 302, done.get_data(as_text=True)


def degree(client: FlaskClient, year: str) -> dict[str, str]:
    """The line about the followed target in one year, from the table that the group downloads."""
    table = client.get("/results/targets.csv").get_data(as_text=True).lstrip("\ufeff")
    return next(
        line
        for line in csv.DictReader(io.StringIO(table))
        if line["target"] == TARGET and line["window_start"].startswith(year)
    )


def test_a_head_count_walks_from_the_form_to_a_judged_target(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        plan_store.load_file(find_plan("cesis-2025-2027"), municipalities.find("cesis").id, "test")
    organiser, group = app.test_client(), app.test_client()
    sign_in(organiser, app, "organiser", "social_service")
    sign_in(group, app, "group")
    assert degree(group, "2025")["degree"] == "no_data"

    log(organiser, held_on="2025-03-12", title="Pirmā grupa", unique_persons="20", audience="parents")
    assert degree(group, "2025")["degree"] == "partial"
    log(organiser, held_on="2025-10-08", title="Otrā grupa", unique_persons="12", audience="parents", different_people="y")
    reached = degree(group, "2025")
    assert (reached["achieved"], reached["degree"], reached["timing"]) == ("32", "done", "on_time")
    assert degree(group, "2026")["degree"] == "not_due"

    page = group.get(f"/results/plan/{ROW}").get_data(as_text=True)
    events = re.findall(r'href="(/events/\d+)', page)
    assert events, "a number leads down to the events it was counted from"
    assert "grupa" in group.get(events[0]).get_data(as_text=True)

    columns = "indicator,held_on,title,audience,unique_persons,attendances,hours,institution,evidence,different_people"
    held = ["2025-03-12,Pirmā grupa,parents,20,,,social_service,,", "2025-10-08,Otrā grupa,parents,12,,,social_service,,yes"]
    lines = [columns, *(f"{ROW},{line}" for line in held)]
    (tmp_path / "events.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = ["progress", "--plan", str(find_plan("cesis-2025-2027")), "--events", str(tmp_path / "events.csv")]
    command = [sys.executable, "-m", "analysis", *command, "--as-of", "2026-11-21", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = [one for one in json.loads(done.stdout)["targets"] if one["target"] == TARGET]
    assert [one["degree"] for one in found if one["window_start"].startswith("2025")] == ["done"]


def test_a_correction_changes_the_degree_and_keeps_the_old_count_in_sight(app: Flask) -> None:
    with app.app_context():
        plan_store.load_file(find_plan("cesis-2025-2027"), municipalities.find("cesis").id, "test")
    organiser, group = app.test_client(), app.test_client()
    sign_in(organiser, app, "organiser", "social_service")
    sign_in(group, app, "group")
    log(organiser, held_on="2025-03-12", title="Grupa", unique_persons="32", audience="parents")
    assert degree(group, "2025")["degree"] == "done"

    event = re.findall(r'href="(/events/\d+)/correct', organiser.get("/events/").get_data(as_text=True))[0]
    form = organiser.get(f"{event}/correct").get_data(as_text=True)
    changed = {"unique_persons": "31", "reason": "Viens dalībnieks ierakstīts divreiz.", "audience": "parents"}
    told = organiser.post(f"{event}/correct?lang=en", data={**fields(form), **changed})
    assert told.status_code == 409
    foretold = re.sub(r"\s+", " ", told.get_data(as_text=True))
    assert re.search(r"<li>7\.1\.a [^<]*; 2025: Done, in time → Partly done", foretold), foretold
    assert degree(group, "2025")["degree"] == "done", "nothing is saved before the organiser has seen it"
    sure = re.findall(r'name="sure" value="(\w+)"', foretold)[0]
    agreed = {**fields(told.get_data(as_text=True)), **changed, "sure": sure}
    for _ in range(2):
        assert organiser.post(f"{event}/correct", data=agreed).status_code == 302

    assert degree(group, "2025")["degree"] == "partial"
    page = group.get(event).get_data(as_text=True)
    assert "32" in page
    assert "31" in page
    assert "ierakstīts divreiz" in page


def test_naming_the_same_group_of_people_raises_what_is_certain_from_the_page_to_the_degree(app: Flask) -> None:
    with app.app_context():
        plan_store.load_file(find_plan("cesis-2025-2027"), municipalities.find("cesis").id, "test")
    organiser, group = app.test_client(), app.test_client()
    sign_in(organiser, app, "organiser", "social_service")
    sign_in(group, app, "group")
    log(organiser, held_on="2025-03-12", title="Pirmā grupa", unique_persons="20")
    log(organiser, held_on="2025-04-09", title="Otrā grupa", unique_persons="10", different_people="y")
    log(organiser, held_on="2025-05-14", title="Nodarbība maijā", unique_persons="12")
    unknown = degree(group, "2025")
    assert (unknown["achieved"], unknown["degree"]) == ("30", "partial"), "the twelve may all have come before"

    event = re.findall(r'href="(/events/\d+)/correct', organiser.get("/events/").get_data(as_text=True))[0]
    form = organiser.get(f"{event}/correct").get_data(as_text=True)
    second = re.search(r'<option value="(\d+)">[^<]*Otrā grupa', form)
    assert second
    changed = {**fields(form), "same_group_as": second[1], "reason": "Tā pati grupa"}
    told = organiser.post(f"{event}/correct", data=changed).get_data(as_text=True)
    sure = re.findall(r'name="sure" value="(\w+)"', told)[0]
    assert organiser.post(f"{event}/correct", data={**changed, "sure": sure}).status_code == 302
    named = degree(group, "2025")
    assert (named["achieved"], named["degree"]) == ("32", "done"), "the second group has twelve people, and they are new"


def test_a_stated_zero_is_not_done_and_an_event_without_a_number_is_no_data(app: Flask) -> None:
    with app.app_context():
        plan_store.load_file(find_plan("cesis-2025-2027"), municipalities.find("cesis").id, "test")
    organiser, group = app.test_client(), app.test_client()
    sign_in(organiser, app, "organiser", "social_service")
    sign_in(group, app, "group")
    log(organiser, held_on="2025-03-12", title="Nezināms skaits")
    assert degree(group, "2025")["degree"] == "no_data"
    assert "skaits nav zināms" in organiser.get("/events/?lang=lv").get_data(as_text=True)
    log(organiser, held_on="2025-04-09", title="Neviens neatnāca", unique_persons="0")
    assert degree(group, "2025")["degree"] == "no_data", "an unknown number beside a zero is no zero"
    event = re.findall(r'href="(/events/\d+)/correct', organiser.get("/events/").get_data(as_text=True))[1]
    form = fields(organiser.get(f"{event}/withdraw").get_data(as_text=True))
    assert organiser.post(f"{event}/withdraw", data={**form, "reason": "Nebija"}).status_code == 302
    assert degree(group, "2025")["degree"] == "not_done"
    assert "Neviens neatnāca" in group.get("/results/plan/7.1.a?lang=lv").get_data(as_text=True)

"""Plans on their pages: loaded after everybody saw what changes, kept version by version, saved as file and workbook."""

import io
import re
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from analysis.statements import Override, ReadingChosen
from questionnaires.library import find_plan
from questionnaires.plan_grammar import parse_plan, read_plan
from questionnaires.plan_sheets import read_sheets
from questionnaires.plan_sheets_writer import to_sheets
from surveyapp.core import audit, municipalities, workbooks
from surveyapp.events import store as event_store
from surveyapp.plans import statement_store
from surveyapp.plans import store as plan_store
from surveyapp.plans.statement_store import Author
from tests.surveyapp.events.plans import NEXT_VERSION, PLAN, SUPPORT, TRAINING, held, load_plan, somebody
from tests.surveyapp.signing_in import csrf_token, sign_in

LOWER = PLAN.replace("version: 1", "version: 2").replace("value: 40", "value: 30").replace("40 specialists", "30 specialists")


def text(response: TestResponse) -> str:
    """The page's text, characters and spaces as people see them."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))).split())


@pytest.fixture
def coordinator(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of the coordinator, in English."""
    sign_in(client, app, "coordinator")
    client.get("/plans/?lang=en")
    return client


def choose(client: FlaskClient, content: bytes | str, name: str = "plan.yaml") -> TestResponse:
    """Choose a file on the page of loading."""
    content = content.encode() if isinstance(content, str) else content
    token = csrf_token(client.get("/plans/upload"))
    return client.post("/plans/upload", data={"csrf_token": token, "file": (io.BytesIO(content), name)})


def hidden(page: TestResponse, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.get_data(as_text=True))
    assert found, f"no field {name}"
    return unescape(found[1])


def agree(client: FlaskClient, page: TestResponse, **other: str) -> TestResponse:
    """Press the button of the page that says what would change."""
    fields = {name: hidden(page, name) for name in ("csrf_token", "parcel", "seen")}
    return client.post("/plans/load", data=fields | other)


def versions(app: Flask) -> list[tuple[str, int]]:
    """What is loaded."""
    with app.app_context():
        return [(each.key, each.version) for each in plan_store.every(municipalities.find("cesis").id)]


def workbook(plan: str, **cells: tuple[int, int, str]) -> bytes:
    """A plan as a workbook, with some cells changed: sheet to row, column (from 0) and text."""
    sheets = to_sheets(parse_plan(plan, "p.yaml"))
    for sheet, (row, column, said) in cells.items():
        sheets[sheet][row][column] = said
    return workbooks.write(sheets)


def test_a_new_plan_is_shown_first_and_loaded_when_the_coordinator_agrees(app: Flask, coordinator: FlaskClient) -> None:
    page = choose(coordinator, workbook(PLAN), "plan.xlsx")
    assert page.status_code == 200
    assert "This plan is not loaded yet. It has 4 rows." in text(page)
    assert versions(app) == []
    done = agree(coordinator, page)
    assert done.status_code == 302
    assert versions(app) == [("small", 1)]
    assert "“Plan”, version 1, is loaded." in text(coordinator.get("/plans/"))
    with app.app_context():
        assert plan_store.current(municipalities.find("cesis").id) == parse_plan(PLAN, "p.yaml")
        assert audit.recorded("plan.loaded", "small/1", municipalities.find("cesis").id)


def test_every_problem_of_a_workbook_is_told_by_cell_and_nothing_is_loaded(app: Flask, coordinator: FlaskClient) -> None:
    page = choose(coordinator, workbook(PLAN, targets=(1, 5, "many"), goals=(1, 0, "")), "plan.xlsx")
    assert page.status_code == 422
    assert "row 2, targets!F2 (kind): many is not known here" in text(page)
    assert "the column number of the sheet goals is missing or empty here" in text(page)
    coordinator.get("/plans/?lang=lv")
    again = text(choose(coordinator, workbook(PLAN, targets=(1, 5, "many")), "plan.xlsx"))
    assert "2. rinda, targets!F2 (kind)" in again
    assert versions(app) == []


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"PK\x03\x04damaged", "plan.xlsx", "this is no .xlsx workbook, or a damaged one"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "plan.xls", "this is an old .xls file"),
        (b"\xff\xfe\x00", "plan.yaml", "the text is not in UTF-8"),
        (b"a: &x [1]\nb: *x\n", "plan.yaml", "the alias *x is not allowed"),
        (b"", "plan.yaml", "the file is empty"),
        (b"%PDF-1.7", "plan.pdf", "This is neither a workbook (XLSX) nor a YAML file."),
        (PLAN.replace("municipality: cesis", "municipality: madona").encode(), "plan.yaml", "The plan is of “madona”"),
        (PLAN.replace("ends: 2027", "ends: 9999").encode(), "plan.yaml", "9999-12-31 lies before 1900-01-01 or after"),
        (PLAN.replace("ends: 2027", "ends: 2099").encode(), "plan.yaml", "longer than 30 years"),
        (PLAN.replace("id: small", f"id: {'a' * 65}").encode(), "plan.yaml", "joined by - or _, at most 64"),
        (PLAN.replace("Programma", "x" * 5001).encode(), "plan.yaml", "more than 5,000 letters"),
    ],
)
def test_files_that_are_no_plan_of_this_town_are_refused_kindly(
    app: Flask, coordinator: FlaskClient, content: bytes, name: str, said: str
) -> None:
    page = choose(coordinator, content, name)
    assert page.status_code == 422
    assert said in text(page)
    assert versions(app) == []


def test_what_a_new_version_changes_is_shown_with_the_degrees_that_would_change(app: Flask, coordinator: FlaskClient) -> None:
    load_plan(app)
    with app.app_context():
        event_store.log(somebody("organiser", "social_service"), TRAINING, held(people=35))
    page = choose(coordinator, LOWER)
    said = text(page)
    assert "Compared with version 1" in said
    assert "Target “30 specialists”: Value before: 40 → after: 30" in said
    assert "1.1.a Training of specialists before: Not due → after: Done" in said
    assert "1.1.a Training of specialists: 1 event or statement" in said
    agree(coordinator, page)
    assert versions(app) == [("small", 1), ("small", 2)]
    shown = text(coordinator.get("/plans/small/2"))
    assert "What differs from version 1" in shown
    assert "before: 40 → after: 30" in shown
    assert "1. Knowledge 4 rows 1.1 Training 1.1.a Training of specialists 30 specialists" in shown


def test_degrees_of_people_at_risk_are_not_told_beforehand(app: Flask, coordinator: FlaskClient) -> None:
    """Tried with one number after the other, they would tell the hidden count."""
    load_plan(app)
    with app.app_context():
        event_store.log(somebody("organiser", "social_service"), SUPPORT, held(people=3))
    sensitive = parse_plan(PLAN, "p.yaml").indicator("1.2.a")
    assert sensitive.sensitive
    row = PLAN[PLAN.index("  - id: 1.2.a") :]
    for least in ("2", "3", "4", "9"):
        tried = row.replace("value: 10", f"value: {least}")
        for changed in (tried, tried.replace("sensitive: true", "sensitive: false")):
            assert changed != row
            page = text(choose(coordinator, PLAN.replace(row, changed).replace("version: 1", "version: 2")))
            assert "every row keeps its degree" in page
            assert "Rows about people who may come to harm or were harmed are left out here" in page


def test_a_text_that_changed_in_another_language_is_shown_in_that_language(app: Flask, coordinator: FlaskClient) -> None:
    load_plan(app)
    page = choose(coordinator, PLAN.replace("Обучение специалистов", "Учёба").replace("version: 1", "version: 2"))
    assert "Row: Title before: ru: Обучение специалистов → after: ru: Учёба" in text(page)


def test_marked_quarters_are_told_year_by_year(app: Flask, coordinator: FlaskClient) -> None:
    load_plan(app, PLAN.replace("source_line: 1", "source_line: 1\n    quarters: {2025: [1, 3], 2026: [1]}", 1))
    marked = "source_line: 1\n    quarters: {2025: [1, 3]}\n    unsure_quarters: {2026: [2]}\n    reading_note: Nobīde"
    page = choose(coordinator, PLAN.replace("source_line: 1", marked, 1).replace("version: 1", "version: 2"))
    assert "Row: Marked quarters before: 2025: 1, 3; 2026: 1 → after: 2025: 1, 3; 2026: 2 (?)" in text(page)


def test_a_version_without_a_row_in_use_is_refused_with_the_row(app: Flask, coordinator: FlaskClient) -> None:
    load_plan(app)
    with app.app_context():
        event_store.log(somebody("organiser", "social_service"), TRAINING, held())
    page = choose(coordinator, NEXT_VERSION.replace("id: 1.1.a", "id: 1.1.z"))
    assert "rows are gone that something hangs on" in text(page)
    assert "1.1.a Training of specialists: 1 event or statement" in text(page)
    assert 'name="parcel"' not in page.get_data(as_text=True)
    assert versions(app) == [("small", 1)]


READINGS = """        readings:
          - {id: all_years, label: {lv: "Kopā", en: "In all", ru: "Всего"}}
          - {id: yearly, label: {lv: "Gadā", en: "A year", ru: "В год"}, period: year}
"""


def test_decisions_about_what_is_gone_are_named_and_not_dropped(app: Flask, coordinator: FlaskClient) -> None:
    target = 'audience: specialists, label: {lv: "40 speciālisti", en: "40 specialists", ru: "40 специалистов"}}\n'
    readings = (
        READINGS.replace("        readings:\n", "         readings: [").replace("          - ", "").replace("}}\n", "}},\n", 1)
    )
    ambiguous = PLAN.replace(target, target.replace("}}\n", "},\n") + readings.rstrip() + "]}\n")
    load_plan(app, ambiguous)
    with app.app_context():
        town = municipalities.find("cesis").id
        plan = plan_store.current(town)
        assert plan is not None
        author = Author(town, None, "command line")
        body, day, minutes = "cooperation_group", date(2026, 11, 1), "Nr. 7"
        chosen = ReadingChosen(body=body, day=day, minutes=minutes, target="1.1.a/people", reading="yearly")
        by_hand = Override(body=body, day=day, minutes=minutes, about="1.1.b", degree="done", because="seen")
        for statement in (chosen, by_hand):
            statement_store.state(author, plan, statement)
    page = choose(coordinator, LOWER)
    assert "How a target is read : 1.1.a/people" in text(page)
    assert "Nr. 7" in text(page)
    assert "Degree set by hand" not in text(page)
    agree(coordinator, page)
    with app.app_context():
        assert len(statement_store.chains(town, "small")) == 2


def test_what_became_something_else_meanwhile_is_shown_again(app: Flask, coordinator: FlaskClient) -> None:
    load_plan(app)
    page = choose(coordinator, LOWER)
    with app.app_context():
        event_store.log(somebody("organiser", "social_service"), TRAINING, held(people=35))
    again = agree(coordinator, page)
    assert again.status_code == 409
    assert "Something was loaded, logged or decided since you saw this" in text(again)
    assert versions(app) == [("small", 1)]
    agree(coordinator, again)
    assert versions(app) == [("small", 1), ("small", 2)]


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (PLAN, "This version is loaded already, just as it is."),
        (PLAN.replace("value: 40", "value: 41"), "this version is loaded already with another content"),
        (NEXT_VERSION.replace("version: 2", "version: 3"), "Load version 3"),
    ],
)
def test_a_number_that_is_taken_loads_nothing(app: Flask, coordinator: FlaskClient, plan: str, said: str) -> None:
    load_plan(app)
    assert said in text(choose(coordinator, plan))


def test_an_older_version_is_not_loaded_behind_the_newest(app: Flask, coordinator: FlaskClient) -> None:
    load_plan(app, NEXT_VERSION)
    assert "version 2 is loaded already" in text(choose(coordinator, PLAN))


def test_a_parcel_of_somebody_else_or_none_loads_nothing(app: Flask, coordinator: FlaskClient) -> None:
    page = choose(coordinator, PLAN)
    for parcel in ("", "x", hidden(page, "parcel")[:-4] + "AAAA"):
        assert agree(coordinator, page, parcel=parcel).headers["Location"].endswith("/plans/upload")
    assert versions(app) == []


def test_any_version_is_saved_as_it_was_loaded_and_as_a_workbook(app: Flask, coordinator: FlaskClient) -> None:
    load_plan(app)
    load_plan(app, NEXT_VERSION)
    assert coordinator.get("/plans/small/1/plan.yaml").get_data(as_text=True) == PLAN
    saved = coordinator.get("/plans/small/1/plan.xlsx")
    assert read_sheets(workbooks.read(saved.data, "p.xlsx"), "p.xlsx") == parse_plan(PLAN, "p.yaml")
    coordinator.get("/plans/?lang=ru")
    russian = workbooks.read(coordinator.get("/plans/small/1/plan.xlsx").data, "p.xlsx")
    assert "Цели строк" in russian
    assert read_sheets(russian, "p.xlsx") == parse_plan(PLAN, "p.yaml")
    assert "small-1.xlsx" in saved.headers["Content-Disposition"]
    assert coordinator.get("/plans/small/3").status_code == 404
    for beyond in ("3", str(2**31), str(2**63), "9" * 5000):
        assert coordinator.get(f"/plans/small/{beyond}/plan.yaml").status_code == 404


def test_the_coordinator_chooses_which_plan_events_are_logged_against(app: Flask, coordinator: FlaskClient) -> None:
    load_plan(app)
    load_plan(app, PLAN.replace("id: small", "id: other"))
    page = coordinator.get("/plans/")
    assert "In force: events are logged against this plan." in text(page)
    coordinator.post("/plans/other/in-force", data={"csrf_token": csrf_token(page)})
    with app.app_context():
        now = plan_store.current(municipalities.find("cesis").id)
        assert now is not None
        assert now.id == "other"
    assert coordinator.post("/plans/nowhere/in-force", data={"csrf_token": csrf_token(page)}).status_code == 404


@pytest.mark.parametrize("role", ["group", "auditor"])
def test_others_read_the_plans_and_load_none(app: Flask, client: FlaskClient, role: str) -> None:
    load_plan(app)
    sign_in(client, app, role)
    page = client.get("/plans/?lang=en")
    assert "loaded on" in text(page)
    assert "Load a plan" not in text(page)
    one = client.get("/plans/small/1")
    assert one.status_code == 200
    assert ".." not in text(one)
    assert client.get("/plans/upload").status_code == 403
    assert client.post("/plans/load").status_code in {400, 403}


@pytest.mark.parametrize("language", ["lv", "en", "ru"])
def test_the_empty_workbook_can_be_filled_in_with_a_whole_plan(coordinator: FlaskClient, language: str) -> None:
    coordinator.get(f"/plans/?lang={language}")
    empty = coordinator.get("/plans/template.xlsx")
    sheets = workbooks.read(empty.data, "plan.xlsx")
    name = {"lv": "Plāns", "ru": "План"}.get(language, "plan")
    assert len(sheets) == 16
    assert "cesis" in sheets[name][1][1]
    page = choose(coordinator, empty.data, "plan.xlsx")
    assert page.status_code == 422
    assert {"lv": "Mērķi", "ru": "Цели"}.get(language, "goals") in text(page)
    filled = {title: list(rows) for title, rows in sheets.items()}
    plan = read_plan(find_plan("cesis-2025-2027"))
    heads = {title: rows[0] for title, rows in filled.items()}
    for title, rows in zip(list(sheets)[:-1], to_sheets(plan).values(), strict=True):
        filled[title] = [heads[title], *enumerate(rows[1:], start=2)]
    assert read_sheets(filled, "plan.xlsx") == plan

"""A row with several targets: an event says which one it counts for where they count the same, on the page and in a sheet."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.core import clock
from surveyapp.core.access import Actor
from surveyapp.events.judging import judge_plan
from surveyapp.events.rules import Row
from surveyapp.plans import store as plan_store
from tests.surveyapp.events.pages import browser, fill, text
from tests.surveyapp.events.plans import PLAN, load_plan, somebody
from tests.surveyapp.events.sheets import HEADER, opened, reading, workbook

SEVERAL = """\
  - id: 1.2.b
    action: "1.2"
    name: {lv: "Izglītošana", en: "Education", ru: "Обучение"}
    source_line: 5
    responsible: [social_service]
    targets:
      - {id: conferences, kind: count_bare, comparator: bare, value: 2, unit: conferences, counted: events, period: plan,
         label: {lv: "Divas konferences", en: "Two conferences", ru: "Две конференции"}}
      - {id: seminars, kind: count_bare, comparator: bare, value: 5, unit: events, counted: events, period: plan,
         label: {lv: "Pieci semināri", en: "Five seminars", ru: "Пять семинаров"}}
      - {id: guides, kind: count_bare, comparator: bare, value: 1, unit: items, counted: events, period: plan,
         label: {lv: "Viens palīglīdzeklis", en: "One guide", ru: "Одно пособие"}}
      - {id: people, kind: count_min, comparator: ge, value: 40, unit: persons, counted: unique_persons, period: plan,
         label: {lv: "40 speciālisti", en: "40 specialists", ru: "40 специалистов"}}
"""
EDUCATION = Row("small", "1.2.b", "social_service")


@pytest.fixture
def organiser(app: Flask) -> FlaskClient:
    """An organiser of the social service, in English."""
    load_plan(app, PLAN + SEVERAL)
    return browser(app, "organiser", "social_service")


def reached(app: Flask, person: Actor) -> dict[str, float | None]:
    """What each target of the row has reached, by its name."""
    with app.app_context():
        plan = plan_store.current(person.municipality_id)
        assert plan is not None
        found = judge_plan(person.municipality_id, plan, clock.today()).found.progress.targets
        return {each.target.rpartition("/")[2]: each.achieved for each in found if each.indicator == EDUCATION.indicator}


def test_an_event_that_names_a_target_counts_for_it_alone_and_one_that_names_none_for_each_that_it_fits(
    app: Flask, organiser: FlaskClient
) -> None:
    page = text(organiser.get("/events/log?row=1.2.b"))
    assert "Counts for the target" in page
    for said in ("every target that it fits", "Two conferences", "Five seminars", "One guide"):
        assert f">{said}</option>" in page, said
    assert ">40 specialists</option>" not in page, "people at an event are no other event"
    for number, part in enumerate(("seminars", "seminars", "guides", ""), 1):
        day = f"2026-0{number}-10"
        assert fill(organiser, "/events/log?row=1.2.b", step=part, held_on=day, unique_persons="12").status_code == 302
    with app.app_context():
        person = somebody("coordinator")
    assert reached(app, person) == {"conferences": 1, "seminars": 3, "guides": 1, "people": 12}
    assert "<dt>Counts for the target</dt><dd>Five seminars</dd>" in text(organiser.get("/events/1"))


def test_a_sheet_names_the_target_by_its_label(app: Flask, organiser: FlaskClient) -> None:
    row = ("1.2.b", date(2026, 10, 1), "Seminārs", 12, 12, "Pieci semināri")
    (event,) = reading(app, workbook(row, header=(*HEADER, "step"))).events
    assert event.facts.step == "seminars"
    cells = opened(organiser.get("/events/template.xlsx").data)
    assert "Five seminars" in {cell.value for sheet in cells for line in sheet.iter_rows() for cell in line}

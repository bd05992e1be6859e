"""The command that enters measured values: one step, corrected for a reason, listed without small numbers of people at risk."""

import json

from flask import Flask

from surveyapp.core.command import RefusedError
from surveyapp.plans import store as plan_store
from tests.surveyapp.events.plans import load_plan
from tests.surveyapp.plans.measured import MEASURED_PLAN
from tests.surveyapp.plans.test_store import run

SHARED = """\
  - id: 1.1.f
    action: "1.1"
    source_line: 9
    kind: policy_indicator
    measured_as: reports
    targets:
      - {id: girls, kind: delta_up, comparator: delta_up, value: 5, unit: items, counted: not_stated, period: plan,
         audience: parents, label: {lv: "Māmiņas", en: "Mothers", ru: "Мамы"}}
      - {id: boys, kind: delta_up, comparator: delta_up, value: 9, unit: items, counted: not_stated, period: plan,
         audience: specialists, label: {lv: "Citi", en: "Others", ru: "Другие"}}
"""
MEASURED = 'measured:\n  reports: {lv: "Ziņojumi", en: "Reports", ru: "Сообщения"}\n'


def add(app: Flask, row: str, value: str, *more: str, on: str = "2026-10-31") -> str:
    """Enter a value and return what the command said."""
    done = run(app, "measure", "add", row, "--value", value, "--on", on, "--source", "Pārskats", *more)
    return f"refused: {done.exception}" if isinstance(done.exception, RefusedError) else done.output


def test_a_value_is_entered_corrected_for_a_reason_and_listed(app: Flask) -> None:
    load_plan(app, MEASURED_PLAN)
    assert "1.1.e@2026-10-31 is 1080 (Pārskats)." in add(app, "1.1.e", "1080")
    assert "nothing is changed" in add(app, "1.1.e", "1080")
    assert "say with --reason" in add(app, "1.1.e", "1090")
    assert "is 1090" in add(app, "1.1.e", "1090", "--reason", "Kļūda")
    assert "  1090  Pārskats" in run(app, "measure", "list").output
    listed = json.loads(run(app, "measure", "list", "--format", "json").output)
    assert [(each["indicator"], each["on"], each["value"], each["corrections"]) for each in listed] == [
        ("1.1.e", "2026-10-31", 1090, 1)
    ]
    shown = json.loads(run(app, "plan", "show", "small", "--format", "json").output)
    assert next(each["achieved"] for each in shown["targets"] if each["indicator"] == "1.1.e") == 1090


def test_a_number_is_read_as_people_write_it(app: Flask) -> None:
    load_plan(app, MEASURED_PLAN)
    assert "is 62.4 " in add(app, "1.1.e", "62,4")
    assert "is 1445 " in add(app, "1.1.e", "1\u00a0445", on="2026-09-30")
    assert (
        "'sixty' is not a number; write it like 62.4 or 62,4."
        in run(app, "measure", "add", "1.1.e", "--value", "sixty", "--on", "2026-10-30", "--source", "Pārskats").output
    )


def test_small_numbers_of_people_at_risk_are_not_listed(app: Flask) -> None:
    load_plan(app, MEASURED_PLAN)
    add(app, "1.2.b", "3")
    assert "<5" in run(app, "measure", "list").output


def test_what_cannot_be_measured_is_refused_with_the_way_out(app: Flask) -> None:
    load_plan(app, MEASURED_PLAN)
    assert "log an event" in add(app, "1.1.a", "5")
    assert "has no row and no measured thing '9.9.z'. 'surveyapp plan show small' lists its rows" in add(app, "9.9.z", "5")
    other = MEASURED_PLAN.replace("id: small", "id: other", 1).replace("1.1.e", "1.1.q")
    load_plan(app, other)
    assert "other has: add --plan other." in add(app, "1.1.q", "5")
    assert "has not come yet" in add(app, "1.1.e", "5", on="2027-10-31")
    assert run(app, "measure", "list").output.startswith("No value is measured yet")


def test_what_several_rows_measure_together_is_entered_once_part_by_part(app: Flask) -> None:
    twin = SHARED.replace("1.1.f", "1.1.g").replace("source_line: 9", "source_line: 10")
    load_plan(app, MEASURED_PLAN.replace("goals:\n", f"{MEASURED}goals:\n", 1) + SHARED + twin)
    assert "short name of the target" in add(app, "1.1.f", "5")
    assert "reports/girls@2026-10-31 is 5" in add(app, "1.1.f/girls", "5")
    assert "reports/boys@2026-10-31 is 7" in add(app, "reports/boys", "7")
    shown = json.loads(run(app, "plan", "show", "small", "--format", "json").output)
    achieved = {each["target"]: each["achieved"] for each in shown["targets"] if each["indicator"] in {"1.1.f", "1.1.g"}}
    assert achieved == {"1.1.f/girls": 5, "1.1.f/boys": 7, "1.1.g/girls": 5, "1.1.g/boys": 7}
    with app.app_context():
        assert plan_store.every(1)[0].in_force

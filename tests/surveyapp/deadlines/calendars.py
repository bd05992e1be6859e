"""A small plan with something of everything that can be due, and what was logged about it."""

from typing import Final

from flask import Flask

from surveyapp.events import store
from surveyapp.events.rules import Row
from tests.surveyapp.events.plans import PLAN, SUPPORT, TRAINING, held, load_plan, somebody

MEETINGS: Final = """\
  - id: 1.2.b
    action: "1.2"
    name: {lv: "Sanāksmes", en: "Meetings", ru: "Совещания"}
    source_line: 5
    responsible: [education_board]
    co_responsible: [social_service]
    quarters: {2026: [2, 4]}
    targets:
      - {id: meetings, kind: frequency, comparator: ge, value: 3, unit: meetings, counted: events, period: year,
         label: {lv: "Trīs sanāksmes gadā", en: "Three meetings a year", ru: "Три совещания в год"}}
  - id: 1.2.c
    action: "1.2"
    name: {lv: "Lekcija", en: "Lecture", ru: "Лекция"}
    source_line: 6
    responsible: [education_board]
    targets:
      - {id: done, kind: frequency, comparator: ge, value: 1, unit: events, counted: events,
         period: {kind: named_year, year: 2026}, label: {lv: "Viena lekcija", en: "One lecture", ru: "Одна лекция"}}
"""
TALKS: Final = Row("small", "1.2.b", "education_board")
LECTURE: Final = Row("small", "1.2.c", "education_board")


def furnish(app: Flask) -> None:
    """Load the plan and log: 34 of 40 trained, one of three meetings, the lecture, a support group of three."""
    load_plan(app, PLAN + MEETINGS)
    with app.app_context():
        writer = somebody("coordinator", email="writer@example.org")
        store.log(writer, TRAINING, held("2026-03-01", 34))
        store.log(writer, TALKS, held("2026-05-01", 12, title="Sanāksme"))
        store.log(writer, LECTURE, held("2026-06-01", 60, title="Lekcija"))
        store.log(writer, SUPPORT, held("2026-04-01", 3, title="Atbalsts"))

"""The steps of a row on its page: named, each with its evidence, and other work in the place of what was promised."""

import re
from datetime import date

import pytest
from flask import Flask

from surveyapp.events import store as event_store
from surveyapp.events.rules import Facts, Row
from tests.surveyapp.events.plans import TRAINING, held, load_plan, somebody
from tests.surveyapp.results.reading import text
from tests.surveyapp.results.test_plan_statements import PLAN, person, send


@pytest.fixture
def loaded(one_app: Flask) -> Flask:
    """An app with the small plan and one event."""
    load_plan(one_app, PLAN)
    with one_app.app_context():
        event_store.log(somebody("coordinator", email="first@example.org"), TRAINING, held("2026-03-01", 50))
    return one_app


def test_other_work_in_place_of_a_step_counts_and_says_so(loaded: Flask) -> None:
    group = person(loaded, "group")
    sent = send(group, "substitution", "1.1.c/done@asked", on="2026-02-01", instead="Fokusgrupa.", source="Protokols")
    assert sent.status_code == 302
    row = text(group, "/results/plan/1.1.c?lang=en")
    assert "Other work took its place: Fokusgrupa." in row
    assert "Substituted by something else" in row
    assert "1 of 2" in row


def test_the_steps_of_a_row_are_named_each_with_its_events_and_whether_evidence_is_there(loaded: Flask) -> None:
    auditor = person(loaded, "auditor")
    assert "Izjautāti: vēl nav reģistrēts Saskaitīti: vēl nav reģistrēts" in text(auditor, "/results/plan/1.1.c?lang=lv")
    with loaded.app_context():
        organiser = somebody("coordinator", email="second@example.org")
        step = Row("small", "1.1.c", "social_service")
        event_store.log(organiser, step, Facts(date(2026, 3, 1), "Anketas", step="asked", evidence="Protokols Nr. 1"))
        event_store.log(organiser, step, Facts(date(2026, 4, 1), "Tabulas", step="counted"))
    told = text(auditor, "/results/plan/1.1.c?lang=lv")
    assert "Izjautāti: 01.03.2026. Anketas – ar pierādījumu" in told
    assert "Saskaitīti: 01.04.2026. Tabulas – bez pierādījuma, tāpēc netiek ieskaitīts" in told
    sent = send(
        person(loaded, "group"), "substitution", "1.1.c/done@counted", on="2026-05-01", instead="Fokusgrupa.", source="P"
    )
    assert sent.status_code == 302
    assert "– tā vietā paveikts cits darbs: Fokusgrupa." in text(auditor, "/results/plan/1.1.c?lang=lv")


def test_an_event_that_took_the_place_of_what_was_promised_says_so(loaded: Flask) -> None:
    group = person(loaded, "group")
    page = group.get("/results/plan/1.1.a").get_data(as_text=True)
    [about] = set(re.findall(r"substitution\?about=(1\.1\.a/people@\d+)", page.replace("%40", "@")))
    sent = send(group, "substitution", about, on="2026-03-01", instead="Vebinārs semināra vietā.", source="Protokols")
    assert sent.status_code == 302
    row = text(group, "/results/plan/1.1.a?lang=en")
    assert "Other work took its place: Vebinārs semināra vietā." in row
    assert "Substituted by something else" in row

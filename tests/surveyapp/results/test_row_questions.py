"""The questions of a row on its own page: what each answer would change, where it is recorded, and how it was decided."""

import re

from flask import Flask

from questionnaires.library import find_plan
from surveyapp.core import municipalities
from surveyapp.plans import store as plan_store
from tests.surveyapp.results.reading import text
from tests.surveyapp.results.test_plan_statements import DECIDED, person, send

ROW = "/results/plan/5.2.d?lang=lv"


def test_a_question_leads_to_its_decision_and_says_how_it_was_decided(one_app: Flask) -> None:
    with one_app.app_context():
        plan_store.load_file(find_plan("cesis-2025-2027"), municipalities.find("cesis").id, "test")
    group = person(one_app, "group")
    page = group.get(ROW).get_data(as_text=True)
    assert re.findall(r'href="/results/decisions#(about-[^"]*)"', page) == ["about-5.2.d-quarters", "about-5.2.d-events"]
    queue = group.get("/results/decisions").get_data(as_text=True)
    assert all(f'id="about-5.2.d-{name}"' in queue for name in ("quarters", "events"))
    assert "(ja lasa kā „Reizi mēnesī”)" in text(group, ROW)
    assert "Ko dod katrs lasījums" in text(group, ROW)
    assert "Ierakstīt lēmumu" not in text(person(one_app, "auditor"), ROW)

    assert send(group, "reading", "5.2.d/events", reading="monthly", **DECIDED).status_code == 302
    assert send(group, "answer", "5.2.d/quarters", option="own", words="2025: 2", **DECIDED).status_code == 302
    told = text(group, ROW)
    assert "Cik pasākumu gadā ir domāts? 5.2.d, avota 26. rinda: „reizi mēnesī gadā” Lasīts kā: Reizi mēnesī Lēma:" in told
    assert "Lasīts kā: 2025: 2 Lēma:" in told
    assert "pietrūkst: 12 pasākumi (laikposms beidzās 31.12.2025.)" in told
    assert "ja lasa kā" not in told
    assert "Ko dod katrs lasījums" not in told

"""What the group concludes and proposes: written beside the numbers, kept with every change, told in the year's report."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from tests.conftest import MakeApp
from tests.surveyapp.events.plans import PLAN, load_plan
from tests.surveyapp.results.opened_waves import two_waves
from tests.surveyapp.results.reading import text
from tests.surveyapp.results.test_plan_statements import person, send
from tests.surveyapp.signing_in import csrf_token

LATER = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
PROPOSED: dict[str, Any] = {"text": "Apmācīt arī trenerus.", "who": "social_service", "until": "2027-06-30", "state": "open"}


@pytest.fixture
def loaded(one_app: Flask) -> Flask:
    """An app with the small plan."""
    load_plan(one_app, PLAN)
    return one_app


def test_a_conclusion_stands_beside_its_numbers_and_in_the_report_with_its_day(loaded: Flask) -> None:
    group = person(loaded, "group")
    page = text(group, "/results/conclusions?lang=en&year=2026")
    for told in (page, text(group, "/results/report?lang=en&year=2026")):
        assert re.search(r"Goal 1: Knowledge \d+ rows\. \w[\w ]+: \d+", told), "numbers say what they count"
    assert '<p class="lead">Plan</p>' in group.get("/results/conclusions?lang=en").text, "a page of one plan says which"
    assert "Nothing is written yet." in page
    assert send(group, "conclusion", "goal-1@2026", text="Mācību par maz.").status_code == 302
    for address in ("/results/conclusions?lang=en&year=2026", "/results/report?lang=en&year=2026"):
        assert "Mācību par maz." in text(group, address)
        assert "Mācību par maz." not in text(group, address.replace("2026", "2025"))
    assert "Conclusions of the cooperation group, 21 Nov 2026 Mācību par maz." in text(group, "/results/report?lang=en")


def test_where_a_conclusion_is_written_the_numbers_of_its_section_stand_beside_it(loaded: Flask) -> None:
    group = person(loaded, "group")

    def form(section: str, language: str = "en") -> str:
        return text(group, f"/results/plan/state/conclusion?about={section}@2026&lang={language}")

    assert "No survey of specialists was opened by then." in form("survey")
    two_waves(loaded)
    assert "These numbers are computed when somebody opens the results for the first time." in form("survey")
    assert "Šos skaitļus aprēķina" in form("response", "lv")
    text(group, "/results/survey")
    assert re.search(r"How soon must one report\? 30 % 75 % \+45 percentage points Clear rise", form("survey")), form("survey")
    assert re.search(r"All helpers \d+ of \d+ \(\d+ %\) \d+ of \d+", form("response"))
    assert re.search(r"Goal 1: Knowledge\. \d+ rows", form("summary"))
    assert re.search(r"\d+ rows\. \w[\w ]+: \d+", form("goal-1"))
    assert "waits for a decision" in form("decisions") or "wait for a decision" in form("decisions")
    assert "Skaidrs kāpums" in form("survey", "lv") or "Skaidrs pieaugums" in form("survey", "lv")
    assert "How soon must one report? 30 %" in text(group, "/results/conclusions?lang=en&year=2026")
    assert "What the numbers say" not in text(group, "/results/plan/state/proposal?about=1@2026&lang=en")


def test_a_changed_conclusion_needs_a_reason_and_the_earlier_one_stays(loaded: Flask) -> None:
    group = person(loaded, "group")
    send(group, "conclusion", "summary@2026", text="Pirmais.")
    assert send(group, "conclusion", "summary@2026", text="Otrais.").status_code == 422
    assert send(group, "conclusion", "summary@2026", text="Otrais.", reason="Papildināts").status_code == 302
    history = text(group, "/results/plan/stated/conclusion?about=summary@2026&lang=en")
    assert "In force" in history
    assert history.index("Otrais.") < history.index("Superseded") < history.index("Pirmais.")


def test_an_open_proposal_follows_into_the_next_years_report_until_it_is_settled(make_app: MakeApp) -> None:
    app = make_app()
    load_plan(app, PLAN)
    group = person(app, "group")
    assert send(group, "proposal", "1@2026", **PROPOSED).status_code == 302
    told = re.escape("2026/1. Apmācīt arī trenerus. Social service 30 Jun 2027 Still open Cooperation group ")
    assert re.search(told + r"\d+ \w+ 2026", text(group, "/results/report?lang=en&year=2026"))
    assert "2@2026" in group.get("/results/conclusions?year=2026").get_data(as_text=True).replace("%40", "@")
    later = person(make_app(now=lambda: LATER), "group", "berta")
    assert "2026/1. Apmācīt arī trenerus." in text(later, "/results/report?lang=en&year=2027")
    settled = {**PROPOSED, "state": "done", "reason": "Apmācīti"}
    assert send(later, "proposal", "1@2026", **settled).status_code == 302
    assert "30 Jun 2027 Done" in text(later, "/results/report?lang=en&year=2027"), "settled in that year"
    much_later = person(make_app(now=lambda: LATER.replace(year=2028)), "group", "centa")
    assert "Apmācīt arī trenerus." in text(much_later, "/results/conclusions?lang=en&year=2026")


def test_a_proposal_that_was_settled_is_told_once_more_and_then_no_longer(make_app: MakeApp) -> None:
    app = make_app()
    load_plan(app, PLAN)
    group = person(app, "group")
    send(group, "proposal", "1@2025", **PROPOSED)
    send(group, "proposal", "1@2025", **{**PROPOSED, "state": "dropped", "reason": "Nav naudas"})
    assert "2025/1. Apmācīt arī trenerus." in text(group, "/results/report?lang=en&year=2026"), "it was open when 2026 began"
    later = person(make_app(now=lambda: LATER), "group", "berta")
    assert "Apmācīt arī trenerus." not in text(later, "/results/report?lang=en&year=2027")


def test_words_mended_after_it_was_settled_do_not_bring_a_proposal_back(make_app: MakeApp) -> None:
    app = make_app()
    load_plan(app, PLAN)
    group = person(app, "group")
    send(group, "proposal", "1@2025", **PROPOSED)
    send(group, "proposal", "1@2025", **{**PROPOSED, "state": "done", "reason": "Apmācīti"})
    later = person(make_app(now=lambda: LATER), "group", "berta")
    mended = {**PROPOSED, "text": "Apmācīt arī visus trenerus.", "state": "done", "reason": "Pārrakstīšanās"}
    assert send(later, "proposal", "1@2025", **mended).status_code == 302
    assert "visus trenerus." in text(later, "/results/report?lang=en&year=2026"), "it was open when 2026 began"
    assert "visus trenerus." not in text(later, "/results/report?lang=en&year=2027"), "it was settled the year before"
    send(later, "proposal", "1@2025", **{**PROPOSED, "reason": "Jauni treneri"})
    assert "2025/1. Apmācīt arī trenerus." in text(later, "/results/report?lang=en&year=2027"), "it is open again"


def test_what_is_written_after_midnight_bears_the_day_in_latvia(make_app: MakeApp) -> None:
    app = make_app(now=lambda: datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    load_plan(app, PLAN)
    group = person(app, "group")
    send(group, "conclusion", "summary@2026", text="Naktī.")
    assert "Conclusions of the cooperation group, 21 Nov 2026" in text(group, "/results/report?lang=en")


def test_conclusions_are_drawn_about_what_the_report_holds_only(loaded: Flask) -> None:
    group = person(loaded, "group")
    for kind, about in (
        ("conclusion", "goal-9@2026"),
        ("conclusion", "summary@2031"),
        ("conclusion", "summary"),
        ("proposal", "x@2026"),
        ("proposal", "1@2024"),
    ):
        assert group.get(f"/results/plan/state/{kind}", query_string={"about": about}).status_code == 404, about
    assert send(group, "proposal", "1@2026", **{**PROPOSED, "until": "31.02.2027"}).status_code == 422
    assert send(group, "proposal", "1@2026", **{**PROPOSED, "state": "later"}).status_code == 422
    auditor = person(loaded, "auditor")
    assert auditor.get("/results/plan/state/conclusion?about=summary@2026").status_code == 403


@pytest.mark.parametrize(
    ("kind", "about", "first", "second"),
    [
        ("conclusion", "summary@2026", {"text": "Pirmais teksts."}, {"text": "Otrais teksts."}),
        ("proposal", "1@2026", {**PROPOSED, "text": "Pirmais teksts."}, {**PROPOSED, "text": "Otrais teksts."}),
    ],
)
def test_of_two_who_write_the_same_thing_the_second_sees_the_first_ones_words_and_keeps_their_own(
    loaded: Flask, kind: str, about: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    one, other = person(loaded, "group"), person(loaded, "coordinator")
    address = f"/results/plan/state/{kind}?about={about}&lang=en"
    token = csrf_token(other.get(address))
    assert send(one, kind, about, **first).status_code == 302
    met = other.post(address, data={"csrf_token": token, "seen": "0", **second})
    page = met.get_data(as_text=True)
    assert met.status_code == 409
    assert "group.anna@example.org saved this" in page
    assert "Pirmais teksts." in page
    assert "Otrais teksts.</textarea>" in page


def test_of_two_who_add_a_proposal_at_once_each_has_one_of_their_own(loaded: Flask) -> None:
    one, other = person(loaded, "group"), person(loaded, "coordinator")
    typed = {"csrf_token": csrf_token(other.get("/results/plan/state/proposal?about=1@2026")), "seen": "0", **PROPOSED}
    assert send(one, "proposal", "1@2026", **{**PROPOSED, "text": "Apmācīt vecākus."}).status_code == 302
    met = other.post("/results/plan/state/proposal?about=1@2026&lang=en", data=typed).get_data(as_text=True)
    assert "Yours is now proposal 2 of 2026" in met
    assert 'name="reason"' not in met, "nothing is replaced"
    action = re.search(r'<form method="post" action="([^"]+)" class="narrow', met)
    assert action
    assert other.post(action[1], data=typed).status_code == 302
    report = text(one, "/results/report?lang=en&year=2026")
    assert "2026/1. Apmācīt vecākus." in report
    assert "2026/2. Apmācīt arī trenerus." in report

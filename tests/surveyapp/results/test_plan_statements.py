"""What the group decides and measures about the plan, on its pages: asked, saved, corrected, shown with who, when and why."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.events import store as event_store
from surveyapp.events.rules import Row
from tests.conftest import MakeApp
from tests.surveyapp.events.plans import TRAINING, held, load_plan, somebody
from tests.surveyapp.plans.measured import MEASURED_PLAN
from tests.surveyapp.results.reading import text
from tests.surveyapp.results.test_plan_pages import CEILING
from tests.surveyapp.signing_in import csrf_token, sign_in

PLAN = MEASURED_PLAN + CEILING.replace("1.2.b", "1.2.c").replace("source_line: 5", "source_line: 9")
TALKS = Row("small", "1.2.c", "education_board")
DECIDED: dict[str, Any] = {"body": "cooperation_group", "day": "2026-11-02", "minutes": "Nr. 3, 2. punkts"}


def person(app: Flask, role: str, name: str = "anna") -> FlaskClient:
    """Somebody who is signed in."""
    client = app.test_client()
    sign_in(client, app, role, email=f"{role}.{name}@example.org")
    return client


def send(client: FlaskClient, kind: str, about: str, seen: int = 0, page: str = "state", **typed: str) -> TestResponse:
    """Fill the form in and send it."""
    address = f"/results/plan/{page}/{kind}"
    opened = client.get(address, query_string={"about": about, "lang": "en"})
    assert opened.status_code == 200, opened.get_data(as_text=True)
    found = re.search(r'name="seen"[^>]*value="(\d+)"', opened.get_data(as_text=True))
    number = seen or (int(found[1]) if found else 0)
    data = {"csrf_token": csrf_token(opened), "seen": str(number), **typed}
    return client.post(address, query_string={"about": about, "lang": "en"}, data=data)


@pytest.fixture
def loaded(one_app: Flask) -> Flask:
    """An app with the small plan and two events."""
    load_plan(one_app, PLAN)
    with one_app.app_context():
        coordinator = somebody("coordinator", email="first@example.org")
        event_store.log(coordinator, TALKS, held("2026-05-01", 120, title="Saruna"))
        event_store.log(coordinator, TRAINING, held("2026-03-01", 50))
    return one_app


def test_an_unclear_target_is_a_question_with_its_line_and_what_each_reading_would_change(loaded: Flask) -> None:
    page = text(person(loaded, "group"), "/results/decisions?lang=en")
    before, after = page.split("The verdict is the same under each reading now", 1)
    assert "Talks Consultations. line 9" in before
    assert "Every month No data Overdue Every year Partly done" in before
    assert "For whom?" in after
    assert "Record the decision" in before


def test_a_decision_is_shown_with_who_when_and_minutes_and_can_be_decided_anew_for_a_reason(loaded: Flask) -> None:
    group, auditor = person(loaded, "group"), person(loaded, "auditor")
    assert send(group, "reading", "1.2.c/talks", reading="yearly", **DECIDED).status_code == 302
    row = text(auditor, "/results/plan/1.2.c?lang=en")
    assert "Interpreted as “Every year” (Cooperation group, 2 Nov 2026, Nr. 3, 2. punkts)." in row
    assert "Can be read in different ways" not in row
    decided = text(auditor, "/results/decisions?lang=en").split("Decided by", 1)
    assert "Cooperation group on 2 Nov 2026; minutes: Nr. 3, 2. punkts. group.anna@example.org" in decided[1]
    without = send(group, "reading", "1.2.c/talks", reading="monthly", **DECIDED)
    assert without.status_code == 422
    assert send(group, "reading", "1.2.c/talks", reading="monthly", reason="Precizēts", **DECIDED).status_code == 302
    history = text(auditor, "/results/plan/stated/reading?about=1.2.c/talks&lang=en")
    assert "Precizēts" in history
    assert history.index("Every month") < history.index("Every year")


def test_an_answer_in_own_words_stands_with_the_row(loaded: Flask) -> None:
    group = person(loaded, "group")
    both = send(group, "answer", "1.2.c/who", option="1", words="Visiem", **DECIDED)
    assert both.status_code == 422
    assert "Visiem" in both.get_data(as_text=True)
    assert send(group, "answer", "1.2.c/who", option="own", words="Visiem", **DECIDED).status_code == 302
    assert "Interpreted as: Visiem" in text(group, "/results/plan/1.2.c?lang=en")
    assert "For whom? Consultations. 1.2.c, 5. rinda Interpreted as: Visiem" in text(group, "/results/decisions?lang=en")


def test_an_answer_that_marks_quarters_moves_what_is_due_and_says_before_what_each_answer_would_do(one_app: Flask) -> None:
    asked = """\
    source_line: 3
    unsure_quarters: {2027: [2]}
    reading_note: "Nobīdīts."
    questions:
      - id: quarters
        about: "1.1.c, 3. rinda"
        text: {lv: "Kuros ceturkšņos?", en: "In which quarters?", ru: "В каких кварталах?"}
        options:
          - {lv: "2027. gada 2. ceturksnis", en: "2027 Q2", ru: "2 кв. 2027 г."}
          - {lv: "2025. gada 3. ceturksnis", en: "2025 Q3", ru: "3 кв. 2025 г."}
"""
    load_plan(one_app, PLAN.replace("    source_line: 3\n", asked, 1))
    group = person(one_app, "group")
    assert "Quarters, unsurely read 2027: 2" in text(group, "/results/plan/1.1.c?lang=en")
    assert "Survey 2 steps more by 31 December 2027" in text(group, "/deadlines/?lang=en")
    waiting = text(group, "/results/decisions?lang=en").split("Other open questions", 1)[1]
    assert re.search(r"2027 Q2 Not due Window open 2025 Q3 No data Overdue", waiting)
    assert send(group, "answer", "1.1.c/quarters", option="2", **DECIDED).status_code == 302
    row = text(group, "/results/plan/1.1.c?lang=en")
    assert "Quarters, as decided 2025: 3" in row
    assert "unsurely read" not in row
    assert "Survey 2 steps missing (the window ended on 30 Sept 2025)" in text(group, "/deadlines/?lang=en")
    assert re.search(
        r"2025 Q3 \( ?decided ?\) No data Overdue", text(group, "/results/decisions?lang=en").split("Decided", 1)[1]
    )


def test_links_read_aloud_name_their_question_and_no_inner_name(loaded: Flask) -> None:
    page = text(person(loaded, "group"), "/results/decisions?lang=en")
    assert "Record the answer 1.2.c For whom?" in page
    assert "1.2.c/" not in page


def test_a_question_about_the_plan_as_a_whole_is_answered_as_well(one_app: Flask) -> None:
    asked = """\
questions:
  - id: until_when
    about: "visa tabula"
    text: {lv: "Līdz kuram laikam?", en: "Until when?", ru: "До какого времени?"}
    options:
      - {lv: "Līdz gada beigām", en: "Until the end of the year", ru: "До конца года"}
      - {lv: "Līdz jūnijam", en: "Until June", ru: "До июня"}
"""
    load_plan(one_app, PLAN.replace("goals:\n", f"{asked}goals:\n", 1))
    group = person(one_app, "group")
    assert "Until when? The plan as a whole. visa tabula" in text(group, "/results/decisions?lang=en")
    assert send(group, "answer", "plan/until_when", option="2", **DECIDED).status_code == 302
    assert "Interpreted as: Until June" in text(group, "/results/decisions?lang=en")
    load_plan(one_app, PLAN.replace("version: 1", "version: 2", 1))


def test_the_auditor_reads_and_the_organiser_does_not_even_that(loaded: Flask) -> None:
    auditor, organiser = person(loaded, "auditor"), person(loaded, "organiser")
    assert "Record the decision" not in text(auditor, "/results/decisions?lang=en")
    assert auditor.get("/results/plan/state/reading?about=1.2.c/talks").status_code == 403
    assert organiser.get("/results/decisions").status_code == 403


@pytest.mark.parametrize(
    "about",
    [
        "reading?about=1.2.c/nothing",
        "wish?about=1.2.c/talks",
        "money?about=1.1.a@2031",
        "override?about=1.1.a/people@2025-01-02",
        "measurement?about=1.1.a",
        "measurement?about=1.1.e@soon",
        "members?about=",
        "substitution?about=1.1.c/done@never",
    ],
)
def test_what_the_plan_does_not_have_has_no_page(loaded: Flask, about: str) -> None:
    assert person(loaded, "group").get(f"/results/plan/state/{about}").status_code == 404


def test_measured_values_and_a_baseline_are_entered_drawn_year_on_year_and_judged(loaded: Flask) -> None:
    group = person(loaded, "group")
    assert send(group, "baseline", "1.1.e/more", value="1 000", on="2024-12-31", source="Pārskats").status_code == 302
    wrong = send(group, "measurement", "1.1.e", value="daudz", on="2027-01-01", source="")
    assert wrong.status_code == 422
    assert "daudz" in wrong.get_data(as_text=True)
    for day, value in (("2025-12-31", "1080"), ("2026-10-31", "1160,5")):
        assert send(group, "measurement", "1.1.e", value=value, on=day, source="Pārskats").status_code == 302
    row = text(group, "/results/plan/1.1.e?lang=en")
    assert "Done" in row
    assert "1,160.5 of 1,150" in row
    page = group.get("/results/plan/1.1.e?lang=en").get_data(as_text=True)
    assert "31 Dec 2024: 1,000. 31 Dec 2025: 1,080. 31 Oct 2026: 1,160.5." in page
    assert send(group, "measurement", "1.1.e@2026-10-31", value="1100", source="Pārskats", reason="Kļūda").status_code == 302
    assert "history (2)" in text(group, "/results/plan/1.1.e?lang=en")
    again = send(group, "measurement", "1.1.e", value="7", on="2026-10-31", source="Cits")
    assert again.status_code == 409
    assert "Somebody stated something about this while you were writing" in again.get_data(as_text=True)
    assert 'value="7"' in again.get_data(as_text=True)


def test_a_correction_that_meets_another_shows_both_and_keeps_what_was_typed(loaded: Flask) -> None:
    one, other = person(loaded, "group"), person(loaded, "coordinator")
    send(one, "money", "1.1.a@2026", planned="500", source="Budžets")
    assert send(other, "money", "1.1.a@2026", planned="600", source="Budžets", reason="Grozīts").status_code == 302
    met = send(one, "money", "1.1.a@2026", seen=1, planned="700", source="Budžets", reason="Pārrēķins")
    page = met.get_data(as_text=True)
    assert met.status_code == 409
    assert "coordinator.anna@example.org saved this" in page
    assert 'value="700"' in page
    assert 'name="seen" type="hidden" value="2"' in page or 'value="2"' in page


def test_two_who_state_the_first_thing_at_once_meet_as_well(loaded: Flask) -> None:
    one, other = person(loaded, "group"), person(loaded, "coordinator")
    address = "/results/plan/state/money?about=1.1.a@2026&lang=en"
    page = other.get(address)
    send(one, "money", "1.1.a@2026", planned="500", source="Budžets")
    typed = {"csrf_token": csrf_token(page), "seen": "0", "planned": "600", "source": "Budžets"}
    met = other.post(address, data=typed).get_data(as_text=True)
    assert "group.anna@example.org saved this" in met
    assert re.search(r'<textarea[^>]*name="reason"[^>]* required', met), "what replaces a statement needs a reason"
    assert other.post(address, data={**typed, "seen": "1"}).status_code == 422
    assert other.post(address, data={**typed, "seen": "1", "reason": "Grozīts"}).status_code == 302


def test_small_numbers_of_people_at_risk_are_seen_by_who_stated_them_alone(loaded: Flask) -> None:
    one, other = person(loaded, "group"), person(loaded, "coordinator")
    assert send(one, "measurement", "1.2.b", value="3", on="2026-10-31", source="Uzskaite").status_code == 302
    assert "31 Oct 2026 3 Uzskaite" in text(one, "/results/plan/1.2.b?lang=en")
    shown = text(other, "/results/plan/1.2.b?lang=en")
    assert "31 Oct 2026 fewer than 5 Uzskaite" in shown
    assert "fewer than 5" in text(other, "/results/plan/stated/measurement?about=1.2.b@2026-10-31&lang=en")
    refused = other.get("/results/plan/state/measurement?about=1.2.b@2026-10-31")
    assert refused.status_code == 409
    send(one, "money", "1.1.a@2026", planned="500", source="Budžets")
    trail = text(person(loaded, "auditor"), "/staff/audit?lang=en")
    assert re.search(r"Measured value, 1\.2\.b [^:]+ statement: Value: fewer than 5 ", trail), (
        trail
    )  # in words, and no small number
    assert re.search(r"Money, 1\.1\.a .+ 2026 statement: Source: Budžets; Planned, EUR: 500", trail)
    assert "{" not in trail


def test_a_baseline_of_few_people_at_risk_is_not_kept(loaded: Flask) -> None:
    sent = send(person(loaded, "group"), "baseline", "1.2.b/fewer", value="4", on="2024-12-31", source="Uzskaite")
    assert sent.status_code == 422
    assert "would give them away" in sent.get_data(as_text=True)


def test_money_is_summed_by_year_and_goal_and_refused_money_is_told(loaded: Flask) -> None:
    group = person(loaded, "group")
    assert send(group, "money", "1.1.a@2026", planned="500", granted="400", spent="300", source="Budžets").status_code == 302
    assert send(group, "money", "1.1.b@2026", refused="y", planned="90", source="Domes lēmums").status_code == 302
    nothing = send(group, "money", "1.1.c@2026", source="Budžets")
    assert nothing.status_code == 422
    page = text(group, "/results/money?lang=en")
    assert '<p class="lead">Plan</p>' in group.get("/results/money?lang=en").text, "a page of one plan says which"
    # The plan itself plans 500 for each of two other rows.
    assert "2026 1,590 400 300 1" in page
    assert "Goal 1: Knowledge 1,590 400 300 1" in page
    assert "2025 – – – 0" in page
    lines = group.get("/results/money.csv").get_data(as_text=True).splitlines()
    assert any(line.startswith("1.1.b,1,2026,90,") for line in lines), "whole euros without a point"
    assert "Money was refused" in text(group, "/results/plan/1.1.b?lang=en")


def test_a_list_of_institutions_is_entered_with_days_and_keeps_who_was_in_it(loaded: Flask) -> None:
    group = person(loaded, "group")
    wrong = send(group, "members", "kindergartens", members="Saulīte\nMēnestiņš; vakar", source="Reģistrs", reason="x")
    assert wrong.status_code == 422
    assert "Line 2: “vakar” is not a day" in wrong.get_data(as_text=True)
    members = "saulīte; ; 31.08.2026\nMēnestiņš\nZvaigznīte; 2026-09-01"
    assert send(group, "members", "kindergartens", members=members, source="Reģistrs 2026").status_code == 302
    page = text(group, "/results/lists?lang=en")
    assert "Institutions: 3, of which in the list today: 2" in page
    assert "Source: Reģistrs 2026" in page
    opened = group.get("/results/plan/state/members?about=kindergartens").get_data(as_text=True)
    assert "Zvaigznīte; 2026-09-01" in opened


def test_two_people_judge_what_has_no_number_each_in_their_own_name(loaded: Flask) -> None:
    one, other = person(loaded, "group"), person(loaded, "coordinator")
    about = "1.1.d/better@2025-01-01"
    assert send(one, "judgement", about, body="social_service", step="5", note="Redzēts").status_code == 302
    twice = send(one, "judgement", about, body="education_board", step="5", note="Redzēts")
    assert twice.status_code == 422
    assert "Two people must judge" in twice.get_data(as_text=True)
    assert "a second person must judge as well" in text(one, "/results/plan/1.1.d?lang=en")
    assert send(other, "judgement", about, body="education_board", step="5", note="Arī").status_code == 302
    row = text(one, "/results/plan/1.1.d?lang=en")
    assert "Judged by two people (Education board, Social service): 5, 5 of 5" in row
    assert "Done" in row


def test_a_degree_set_by_hand_shows_the_rules_degree_beside_it_and_can_be_taken_back(loaded: Flask) -> None:
    group = person(loaded, "group")
    done = send(group, "override", "1.1.b", degree="done", because="Visi piedalījās.", **DECIDED)
    assert done.status_code == 302
    assert "The degree now: Done" in text(group, "/results/plan/state/override?about=1.1.b&lang=en")
    row = text(group, "/results/plan/1.1.b?lang=en")
    assert (
        "The degree “Done” was set by hand (Cooperation group, 2 Nov 2026, Nr. 3, 2. punkts); by the rules it is “Not due”"
        in row
    )
    assert send(group, "override", "1.1.b", page="withdraw", reason="Pārskatīts").status_code == 302
    assert "was set by hand" not in text(group, "/results/plan/1.1.b?lang=en")
    assert "Taken back" in text(group, "/results/plan/stated/override?about=1.1.b&lang=en")


def test_a_reason_that_is_asked_for_has_a_place(loaded: Flask) -> None:
    group = person(loaded, "group")
    assert "Give the reason" in text(group, "/results/plan/1.1.a?lang=en")
    sent = send(group, "explanation", "1.1.a/people@2025-01-01", text="Pieteicās divas iestādes vairāk.")
    assert sent.status_code == 302
    assert "The reason given: Pieteicās divas iestādes vairāk." in text(group, "/results/plan/1.1.a?lang=en")


def test_a_list_that_was_entered_is_offered_where_events_are_logged(loaded: Flask) -> None:
    group, organiser = person(loaded, "group"), person(loaded, "organiser")
    typed: dict[str, Any] = {"members": "Zvaigznīte\nMēnestiņš", "source": "Reģistrs 2026"}
    assert send(group, "members", "kindergartens", **typed).status_code == 302
    form = organiser.get("/events/log?row=1.1.b").get_data(as_text=True)
    assert "Zvaigznīte" in form
    assert "Saulīte" not in form


def test_the_plan_can_be_seen_as_it_was_known_on_a_day(make_app: MakeApp) -> None:
    def later() -> datetime:
        return datetime(2026, 12, 20, 10, 0, tzinfo=UTC)

    early = make_app()
    load_plan(early, PLAN)
    send(person(early, "group"), "reading", "1.2.c/talks", reading="yearly", **DECIDED)
    now = make_app(now=later)
    reader = person(now, "coordinator", "berta")
    send(reader, "reading", "1.2.c/talks", reading="monthly", reason="Precizēts", **DECIDED)
    assert "Interpreted as “Every month”" in text(reader, "/results/plan/1.2.c?lang=en")
    then = text(reader, "/results/plan/1.2.c?lang=en&known=2026-11-30")
    assert "Interpreted as “Every year”" in then
    assert "As it was known at the end of 30 Nov 2026" in then
    assert "Interpreted as" not in text(reader, "/results/plan/1.2.c?lang=en&known=2026-11-01")
    whole = reader.get("/results/plan?lang=en&known=2026-11-30").get_data(as_text=True)
    assert "/results/plan/1.2.c?known=2026-11-30" in whole
    assert re.search(r'href="/results/plan\?(?=[^"]*overdue=)[^"]*known=2026-11-30', whole)  # a choice of rows keeps the day
    assert reader.get("/results/plan?known=never").status_code == 400
    assert "Decided (0)" in text(reader, "/results/decisions?lang=en&known=2026-11-01")
    assert re.search(r"Every year \( ?decided ?\)", text(reader, "/results/decisions?lang=en&known=2026-11-30"))
    for page in ("", "money", "lists", "decisions"):
        assert "As it was known at the end of" in text(reader, f"/results/{page}?lang=en&known=2026-11-30")


def test_contradictions_stand_with_both_places_and_what_would_settle_them(one_app: Flask) -> None:
    twice = PLAN + MEASURED_PLAN.partition("indicators:\n")[2].partition("  - id: 1.1.b")[0].replace("1.1.a", "1.1.z").replace(
        "value: 40", "value: 60"
    )
    load_plan(one_app, twice.replace('period: year,\n         label: {lv: "10', 'period: plan,\n         label: {lv: "10'))
    page = text(person(one_app, "auditor"), "/results/contradictions?lang=en")
    assert "Two numbers for one promise (1)" in page
    assert "The same promise has two numbers: 40 and 60 (persons)." in page
    assert "1.1.a Training of specialists: 40 specialists Plan, line 1" in page
    assert "What would settle it: Decide which number holds, and correct the other place." in page


def test_a_contradiction_that_was_decided_is_one_no_more(one_app: Flask) -> None:
    load_plan(one_app, PLAN.replace("kind: delta_up,", 'kind: delta_up, written: {sign: "-"},', 1))
    group = person(one_app, "group")
    assert "Sign against verb (1)" in text(group, "/results/contradictions?lang=en")
    assert "In the opposite direction" in text(group, "/results/decisions?lang=en")
    assert send(group, "reading", "1.1.e/more", reading="more_as_here", **DECIDED).status_code == 302
    assert "Sign against verb" not in text(group, "/results/contradictions?lang=en")
    assert "Interpreted as “150 reports more”" in text(group, "/results/plan/1.1.e?lang=en")


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_every_form_opens_in_every_language(loaded: Flask, language: str) -> None:
    group = person(loaded, "group")
    for place in (
        "reading?about=1.2.c/talks",
        "answer?about=1.2.c/who",
        "measurement?about=1.1.e",
        "baseline?about=1.1.e/more",
        "members?about=kindergartens",
        "money?about=1.1.e@2026",
        "override?about=1.1.a",
        "judgement?about=1.1.d/better@2025-01-01",
        "substitution?about=1.1.c/done@counted",
        "explanation?about=1.1.a/people@2025-01-01",
    ):
        page = text(group, f"/results/plan/state/{place}&lang={language}")
        assert "%(" not in page
    assert 'value="500"' in group.get("/results/plan/state/money?about=1.1.e@2026").get_data(as_text=True)

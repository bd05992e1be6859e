"""What the group sees of the plan: every row with its degree, what is due and missing, and the events behind each number."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from questionnaires.library import find_plan
from surveyapp.core import municipalities
from surveyapp.events import store
from surveyapp.events.rules import Facts, Row
from surveyapp.plans import store as plan_store
from tests.surveyapp.events.plans import PLAN, SUPPORT, TRAINING, held, load_plan, somebody
from tests.surveyapp.results.reading import table, text
from tests.surveyapp.signing_in import sign_in

CEILING = """\
  - id: 1.2.b
    action: "1.2"
    name: {lv: "Konsultācijas", en: "Consultations", ru: "Консультации"}
    source_line: 5
    responsible: [education_board]
    quarters: {2026: [4]}
    unsure_quarters: {2027: [1]}
    reading_note: "Atzīmes nobīdītas."
    questions:
      - id: who
        about: "1.2.b, 5. rinda"
        text: {lv: "Kam?", en: "For whom?", ru: "Для кого?"}
        options:
          - {lv: "Vecākiem", en: "For parents", ru: "Для родителей"}
          - {lv: "Bērniem", en: "For children", ru: "Для детей"}
    money: {by_year: {2026: 500}, sources: ["ESF"]}
    targets:
      - {id: people, kind: count_max, comparator: le, value: 100, unit: persons, counted: unique_persons, period: year,
         label: {lv: "Līdz 100 cilvēkiem", en: "Up to 100 people", ru: "До 100 человек"}}
      - id: talks
        kind: frequency
        comparator: ge
        value: 12
        unit: events
        counted: events
        period: year
        label: {lv: "Sarunas", en: "Talks", ru: "Беседы"}
        readings:
          - {id: monthly, label: {lv: "Katru mēnesi", en: "Every month", ru: "Каждый месяц"}, period: year, value: 12}
          - {id: yearly, label: {lv: "Katru gadu", en: "Every year", ru: "Каждый год"}, period: year, value: 1}
"""
LOST = '  - {number: "3", lost: true, note: {lv: "Lapas zudušas.", en: "The pages are lost.", ru: "Страницы утрачены."}}\n'
TALKS = Row("small", "1.2.b", "education_board")


@pytest.fixture
def loaded(app: Flask) -> Flask:
    """An app with a small plan: training with two groups, a support group of three, consultations for sixty."""
    text = PLAN.replace("actions:\n", f"{LOST}actions:\n", 1) + CEILING
    load_plan(app, text)
    with app.app_context():
        coordinator = somebody("coordinator")
        store.log(coordinator, TRAINING, held("2026-03-01", 25, title="Pirmā"))
        store.log(coordinator, TRAINING, held("2026-04-01", 10, title="Otrā"))
        store.log(coordinator, SUPPORT, held("2025-04-01", 3, title="Atbalsts"))
        store.log(coordinator, TALKS, held("2026-05-01", 60, title="Saruna"))
    return app


@pytest.fixture
def group(loaded: Flask) -> FlaskClient:
    """Somebody of the cooperation group."""
    client = loaded.test_client()
    sign_in(client, loaded, "group")
    return client


def test_every_row_stands_under_its_goal_with_degree_evidence_and_what_is_missing(group: FlaskClient) -> None:
    page = text(group, "/results/plan?lang=lv")
    for words in (
        "1. mērķis: Zināšanas",
        "1.1.a Speciālistu apmācība Nav iestājies termiņš 2 pasākumi vēl 15 cilvēki līdz 2027. gada 31. decembrim",
        "1.1.c Aptauja Nav iestājies termiņš nekas nav ziņots vēl 2 soļi līdz 2027. gada 31. decembrim",
        "3. mērķis Lapas zudušas.",
    ):
        assert words in page, page
    assert "ещё 15 человек до 31 декабря 2027 г." in text(group, "/results/plan?lang=ru")
    assert "15 more" not in page
    assert "15 persons more by 31 December 2027" in text(group, "/results/plan?lang=en")


def test_rows_can_be_chosen_by_degree_quarter_delay_and_institution(group: FlaskClient) -> None:
    def rows(question: str) -> set[str]:
        page = group.get(f"/results/plan?{question}").get_data(as_text=True)
        return set(re.findall(r'href="/results/plan/([\d.a-z]+)"', page))

    everything = {"1.1.a", "1.1.b", "1.1.c", "1.2.a", "1.2.b"}
    assert rows("") == everything
    assert rows("institution=education_board") == {"1.1.b", "1.2.b"}
    assert rows("degree=partial") == {"1.2.a"}
    assert rows("overdue=") == {"1.2.a", "1.2.b"}  # nothing was reported for 2025
    assert rows("due=") == {"1.2.a", "1.2.b"}
    assert rows("degree=nonsense&institution=nowhere") == everything


def test_a_number_leads_down_to_the_events_it_was_counted_from(group: FlaskClient) -> None:
    page = group.get("/results/plan/1.1.a?lang=en").get_data(as_text=True)
    words = text(group, "/results/plan/1.1.a?lang=en")
    # The same people may have come twice.
    assert "25–35 of 40 (persons) · 62 %" in words
    assert "Between 25 and 35 different ones (the same may have come again): the lower number counts." in words
    events = re.findall(r'<a href="(/events/\d+)">', page)
    assert len(events) == 2
    assert {"Pirmā", "Otrā"} <= {word for event in events for word in ("Pirmā", "Otrā") if word in text(group, event)}
    assert 'href="/events/all?row=1.1.a"' in page
    assert group.get("/events/all?row=1.1.a").status_code == 200


def test_the_page_of_a_row_shows_its_events_the_newest_first_and_says_where_they_are_a_part(
    loaded: Flask, group: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [date(2026, 5, 1) + timedelta(number) for number in range(100)]
    with loaded.app_context():
        organiser = somebody("organiser", "social_service")
        for day in days:
            store.log(organiser, TRAINING, held(day.isoformat(), 1, title=f"Diena {day}"))
    page = text(group, "/results/plan/1.1.a?lang=en")
    assert list(dict.fromkeys(re.findall(r"Diena (\S+)", page))) == [day.isoformat() for day in reversed(days)]
    assert "a part of them on this page" not in page
    monkeypatch.setattr(store, "MOST_LISTED", 40)
    page = text(group, "/results/plan/1.1.a?lang=en")
    assert list(dict.fromkeys(re.findall(r"Diena (\S+)", page))) == [day.isoformat() for day in days[:-41:-1]]
    assert page.index("a part of them on this page, newest first") < page.index("Diena")


def test_nothing_reported_and_a_stated_zero_look_different(loaded: Flask, group: FlaskClient) -> None:
    assert "nothing reported" in text(group, "/results/plan/1.1.b?lang=en")
    with loaded.app_context():
        store.log(
            somebody("coordinator", email="a@example.org"), Row("small", "1.1.a", "social_service"), held("2026-06-01", 0)
        )
    row = text(group, "/results/plan/1.1.a?lang=en")
    assert "nothing reported" not in row
    assert "25–35 of 40" in row


def test_a_ceiling_is_drawn_as_a_lid_and_told_as_used_never_as_a_percentage(group: FlaskClient) -> None:
    page = group.get("/results/plan/1.2.b?lang=en").get_data(as_text=True)
    words = text(group, "/results/plan/1.2.b?lang=en")
    assert "60 of up to 100 used (persons)" in words
    assert "60 %" not in words
    assert re.search(r'<path d="M[\d.]+ 32 V6 H320"', page), "a lid from above"
    assert '<desc id="bar-' in page


def test_an_open_question_stands_with_its_options_and_what_each_reading_gives(group: FlaskClient) -> None:
    page = text(group, "/results/plan/1.2.b?lang=en")
    assert "For whom?" in page
    assert "For parents For children" in page
    readings = page[page.index("Verdicts under each reading") :]
    assert re.search(r"Every month 2026 1 of 12 \(events\) Not due", readings)
    assert re.search(r"Every year 2026 1 of 1 \(events\) Done", readings)
    assert "2026: 500 EUR" in page
    assert "Quarters, surely read 2026: 4 Quarters, unsurely read 2027: 1" in page
    assert "Atzīmes nobīdītas." in page
    assert "line 5" in page


def test_a_small_number_of_people_at_risk_stands_nowhere_but_the_degree_does(group: FlaskClient) -> None:
    row = text(group, "/results/plan/1.2.a?lang=en")
    assert "hidden: fewer than 5 people" in row
    assert "Partly done" in row
    page = row[row.index("Targets") : row.index("From the plan")]
    assert "of 10" not in page
    assert not re.search(r"\b[37] (of|persons|more)\b", page)
    assert "<svg" not in group.get("/results/plan/1.2.a").get_data(as_text=True)
    assert "the number is hidden" in text(group, "/results/plan?lang=en")
    line = next(
        each
        for each in table(group, "/results/targets.csv")
        if each["target"] == "1.2.a/people" and "2025" in each["window_end"]
    )
    assert [line[name] for name in ("achieved", "achieved_low", "achieved_high", "ratio", "certainty")] == [""] * 5
    assert line["degree"] == "partial"


def test_the_files_hold_what_the_pages_show(group: FlaskClient) -> None:
    rows = table(group, "/results/plan.csv?lang=en")
    page = text(group, "/results/plan?lang=en")
    assert [row["indicator"] for row in rows] == ["1.1.a", "1.1.b", "1.1.c", "1.2.a", "1.2.b"]
    for row in rows:
        assert row["to_date_label"] in page
        assert all(missing in page for missing in row["missing"].split("; ") if missing)
    people = next(each for each in table(group, "/results/targets.csv?lang=en") if each["target"] == "1.1.a/people")
    assert (people["achieved_low"], people["achieved_high"], people["required"], people["ratio"]) == ("25", "35", "40", "0.625")
    assert people["achieved_in_words"] in text(group, "/results/plan/1.1.a?lang=en")


def test_the_summary_counts_degrees_with_their_denominator_and_averages_nothing(group: FlaskClient) -> None:
    page = text(group, "/results/?lang=en")
    assert "5 rows by their degree to date" in page
    assert "Partly done 1 of 5" in page
    assert "Overdue: 2 1.2.a Support group 1.2.b Consultations" in page
    assert "Waiting for a decision: 1 1.2.b Consultations" in page
    assert "So far none is opened." in page


def test_without_a_plan_the_pages_say_what_will_come(one_app: Flask) -> None:
    client = one_app.test_client()
    sign_in(client, one_app, "group")
    assert "No plan is loaded yet." in text(client, "/results/?lang=en")
    assert "No plan is loaded yet." in text(client, "/results/plan?lang=en")
    assert client.get("/results/plan.csv").status_code == 404
    assert client.get("/results/plan/1.1.a").status_code == 404


@pytest.mark.parametrize("language", ["lv", "en", "ru"])
def test_all_fifty_two_rows_of_the_real_plan_have_a_page_in_every_language(one_app: Flask, language: str) -> None:
    with one_app.app_context():
        plan = plan_store.load_file(find_plan("cesis-2025-2027"), municipalities.find("cesis").id, "test")
        store.log(somebody("coordinator"), Row(plan.id, "5.5.a", "social_service"), Facts(plan.starts, "Kurss", evidence="x"))
    client = one_app.test_client()
    sign_in(client, one_app, "group")
    overview = client.get(f"/results/plan?lang={language}").get_data(as_text=True)
    assert len(plan.indicators) == 52
    assert overview.count('<details class="fold">') == 6  # of eight goals, the source has lost two
    for indicator in plan.indicators:
        assert f"/results/plan/{indicator.id}" in overview
        page = text(client, f"/results/plan/{indicator.id}?lang={language}")
        assert indicator.name.get(language) in page
        assert "%(" not in page


def test_a_folded_goal_says_how_many_rows_it_holds_and_how_they_stand(one_app: Flask) -> None:
    with one_app.app_context():
        plan_store.load_file(find_plan("cesis-2025-2027"), municipalities.find("cesis").id, "test")
    client = one_app.test_client()
    sign_in(client, one_app, "group")
    assert "2. mērķis: Vietējās sabiedrības izglītošana 2 rindas. Nav datu: 1, Netiek vērtēts: 1. Kavējas: 1." in text(
        client, "/results/plan?lang=lv"
    )
    assert '<details class="fold">' not in client.get("/results/plan?goal=2").get_data(as_text=True)

"""Every released number leads to what it was counted from: as deep as its reader may go, and not deeper."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.core import municipalities
from surveyapp.events import store
from surveyapp.ledger import store as ledger
from surveyapp.ledger.documents import Cell, rows_of
from surveyapp.releases import making, naming, tables
from tests.surveyapp.events.plans import PLAN, SUPPORT, TRAINING, held, load_plan, somebody
from tests.surveyapp.results.opened_waves import SECOND, answers, opened_wave, two_waves
from tests.surveyapp.results.reading import text
from tests.surveyapp.results.test_plan_statements import send
from tests.surveyapp.signing_in import sign_in

GROUP, PUBLIC = 1, 2
DEEPER = ("/events/", "/results/", "/questionnaires/")


@pytest.fixture(scope="module")
def furnish() -> Callable[[Flask], object]:
    """The small plan with two events, two opened surveys, money, a conclusion."""

    def fill(app: Flask) -> None:
        load_plan(app, PLAN)
        two_waves(app)
        with app.app_context():
            coordinator = somebody("coordinator")
            store.log(coordinator, TRAINING, held("2026-03-01", 25, title="Pirmā"))
            store.log(coordinator, SUPPORT, held("2026-04-01", 3, title="Atbalsts"))
        client = app.test_client()
        sign_in(client, app, "group", "social_service")
        send(client, "conclusion", "goal-1@2026", text="Mācību pietiek.")
        send(client, "money", "1.1.a@2026", planned="500", granted="400", spent="350", source="Budžets")

    return fill


@pytest.fixture(autouse=True)
def released(one_app: Flask) -> None:
    """A release of each level."""
    with one_app.app_context():
        place = municipalities.find("cesis").id
        assert making.make(place, "group", "test").number == GROUP
        assert making.make(place, "public", "test").number == PUBLIC


@pytest.fixture
def group(one_app: Flask) -> FlaskClient:
    """Somebody of the cooperation group."""
    client = one_app.test_client()
    sign_in(client, one_app, "group")
    return client


@pytest.fixture
def reader(one_app: Flask) -> FlaskClient:
    """Somebody without an account, when the release is published."""
    coordinator = one_app.test_client()
    sign_in(coordinator, one_app, "coordinator")
    page = coordinator.get(f"/results/releases/{PUBLIC}/public?lang=en").get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    sent = coordinator.post(f"/results/releases/{PUBLIC}/public", data={"csrf_token": found[1], "act": "publish", "read": "y"})
    assert sent.status_code == 302
    return one_app.test_client()


def lines(app: Flask, number: int) -> Iterator[tuple[str, int]]:
    """Every line of every table of a release."""
    with app.app_context():
        found = ledger.find(municipalities.find("cesis").id, number)
    assert found
    for table in found.document["tables"]:
        for at in range(1, len(table["rows"]) + 1):
            yield table["name"], at


def links(client: FlaskClient, address: str) -> list[str]:
    """Where the middle of a page leads to."""
    page = client.get(address)
    assert page.status_code == 200, address
    found = re.search(r"<main.*</main>", page.get_data(as_text=True), re.DOTALL)
    assert found
    return [unescape(each) for each in re.findall(r'href="([^"#]+)"', found[0])]


def test_every_line_of_a_release_for_the_group_leads_on_to_what_it_was_counted_from(one_app: Flask, group: FlaskClient) -> None:
    kinds, seen = set(), set()
    for table, at in lines(one_app, GROUP):
        kinds.add(table)
        page = group.get(f"/results/releases/{GROUP}/tables/{table}/{at}?lang=en").get_data(as_text=True)
        counted = page.partition("<h2>What it was counted from</h2>")[2].partition("<h2>By which rules, and when</h2>")
        assert "<li>" in counted[0], (table, at)
        assert "Check sum (SHA-256)" in counted[2]
        seen |= {unescape(each) for each in re.findall(r'href="([^"#]+)"', counted[0])}
    assert kinds == tables.KINDS.keys() - {"decisions", "proposals"}
    dead = [each for each in seen if group.get(each).status_code != 200]
    assert dead == []
    assert {"/events/1", "/questionnaires/helpers/1/codebook"} <= seen
    assert group.get(f"/results/releases/{GROUP}/tables/money/0").status_code == 404
    assert group.get(f"/results/releases/{GROUP}/tables/money/99").status_code == 404
    assert group.get(f"/results/releases/{GROUP}/tables/nothing/1").status_code == 404


def test_every_line_of_open_data_says_what_of_whom_and_when_and_leads_nowhere_behind_the_door(
    one_app: Flask, reader: FlaskClient
) -> None:
    base = f"/open-data/cesis/{PUBLIC}/"
    steps = set()
    for table, at in lines(one_app, PUBLIC):
        steps |= set(links(reader, f"{base}{table}/{at}/?lang=en"))
        told = text(reader, f"{base}{table}/{at}/?lang=en")
        assert "Judged as of" in told
        assert "judging of the plan, version" in told
        if table.startswith("survey_"):
            assert re.search(r"Survey (pirmā|otrā)|opens (1|15) Nov 2026", told)
        if table in {"survey_levels", "survey_changes"}:
            assert "people behind" in told or "hidden" in told or "cut" in told, (table, at)
    assert [each for each in steps if each.startswith(DEEPER)] == []
    assert [each for each in steps if reader.get(each).status_code != 200] == []
    assert "The right answer is" not in text(reader, f"{base}survey_levels/1/?lang=en"), "people will be asked it again"
    assert one_app.test_client().get(f"/results/releases/{PUBLIC}/tables/money/1").status_code in {302, 401}


def test_pages_of_a_release_lead_from_each_of_their_numbers(group: FlaskClient) -> None:
    base = f"/results/releases/{GROUP}"
    for page, wanted in (("/surveys", "survey_changes"), ("/surveys", "survey_waves"), ("/surveys/pirmā", "survey_levels")):
        found = group.get(base + page).get_data(as_text=True)
        beside = re.sub(r"<figure.*?</figure>", "", found, flags=re.DOTALL)  # whose numbers stand in the tables, too
        numbers = re.findall(r"<tr><th scope=\"row\">.*?</tr>", beside, re.DOTALL)
        assert [each for each in numbers if f"{base}/tables/" not in each] == []
        assert f"{base}/tables/{wanted}/" in found
    row = group.get(f"{base}/rows/1.1.a").get_data(as_text=True)
    assert row.count(f"{base}/tables/plan_targets/") == row.count('<section class="question">')
    assert f"{base}/tables/plan_rows/1" in row
    assert f"{base}/tables/money/" in row


def test_each_table_of_a_release_has_pages_of_its_own_that_lead_from_each_of_their_lines(
    one_app: Flask, group: FlaskClient
) -> None:
    base = f"/results/releases/{GROUP}"
    whole = group.get(f"{base}?lang=lv")
    assert "<table" not in whole.text, "all tables on one page were 1.8 MB"
    assert [each for each in links(group, base) if re.search(r"/tables/\w+/", each)] == []
    wanted = Counter(table for table, _line in lines(one_app, GROUP))
    for table, count in wanted.items():
        assert re.search(rf'<a href="{base}/tables/{table}">[^<]+</a> \({count}\)', whole.text), table
        parts = [f"{base}/tables/{table}?page={at}&lang=lv" for at in range(1, -(-count // 50) + 1)]
        told = [each for part in parts for each in links(group, part) if re.search(rf"/tables/{table}/\d+$", each)]
        assert told == [f"{base}/tables/{table}/{line}" for line in range(1, count + 1)]
        assert group.get(f"{base}/tables/{table}?page={len(parts) + 1}").status_code == 404
    assert max(wanted.values()) > 50, "no table here has a second part"
    assert "1.\xa0daļa no 2" in group.get(f"{base}/tables/survey_levels?lang=lv").text
    assert f"{base}/tables/survey_levels?page=2" in group.get(f"{base}/tables/survey_levels/51").text.replace("&amp;", "&")
    assert group.get(f"{base}/tables/nothing").status_code == 404
    on = re.findall(r'href="([^"]+)" rel="next"', group.get(f"{base}/tables/survey_levels?lang=lv").text)
    assert on == [f"{base}/tables/survey_levels?page=2"]
    assert 'rel="next"' not in group.get(on[0]).text, "the last part leads on to none"


def test_what_a_number_was_counted_from_is_told_in_the_language_of_the_page(group: FlaskClient) -> None:
    base = f"/results/releases/{GROUP}/tables"
    told = text(group, f"{base}/survey_levels/1?lang=lv")
    assert "Atsevišķas atbildes nerāda nevienam." in told
    assert "Отдельные ответы не показывают никому." in text(group, f"{base}/survey_levels/1?lang=ru")
    assert not re.search(r"ko mēra \S+ Ko mēra\.", told), "a meaning that only says its heading again"


def test_tables_of_open_data_lead_from_each_of_their_lines(reader: FlaskClient) -> None:
    base = f"/open-data/cesis/{PUBLIC}/"
    for table in ("plan_rows", "plan_targets", "survey_waves", "survey_levels", "survey_changes"):
        found = reader.get(f"{base}{table}/?lang=en").get_data(as_text=True).partition("<tbody>")[2].partition("</tbody>")[0]
        assert found.count("<tr") == len(re.findall(rf'href="{base}{table}/\d+/"', found)) > 0


def test_from_a_target_two_steps_lead_to_the_event_with_its_evidence(one_app: Flask, group: FlaskClient) -> None:
    with one_app.app_context():
        found = ledger.find(municipalities.find("cesis").id, GROUP)
    assert found
    at = next(at for at, row in enumerate(rows_of(found.document, "plan_targets"), 1) if row["counted_from"] == "1")
    target = links(group, f"/results/releases/{GROUP}/tables/plan_targets/{at}")
    event = next(each for each in target if "/tables/head_counts/" in each)
    assert "/events/1" in links(group, event)
    assert "There is no evidence of the event." in text(group, f"{event}?lang=en")


def test_from_a_score_and_its_alpha_a_step_leads_to_each_of_its_questions(one_app: Flask, group: FlaskClient) -> None:
    with one_app.app_context():
        found = ledger.find(municipalities.find("cesis").id, GROUP)
    assert found
    rows = rows_of(found.document, "survey_levels")
    for measure in ("score", "reliability"):
        at = next(at for at, row in enumerate(rows, 1) if row["measure"] == measure)
        told = text(group, f"/results/releases/{GROUP}/tables/survey_levels/{at}?lang=en")
        assert "Question: How soon must one report?" in told
        assert "Question: Whom must one tell?" in told
    right = next(at for at, row in enumerate(rows, 1) if row["measure"] == "correct")
    assert "The right answer is: “At once”" in text(group, f"/results/releases/{GROUP}/tables/survey_levels/{right}?lang=en")


def test_every_change_of_a_share_is_told_in_percentage_points(one_app: Flask) -> None:
    names = naming.Names(None, {})
    row: dict[str, Cell] = {
        "measure": "share",
        **dict.fromkeys(("widest_low", "narrowest_high", "change"), -0.0132),
        "margin": 0.15,
    }
    with one_app.test_request_context("/?lang=en"):
        told = {column: names.value("survey_changes", column, cell, row) for column, cell in row.items() if column != "measure"}
    assert set(told.values()) == {"−1 percentage point", "15 percentage points"}


def test_whoever_may_not_read_releases_follows_no_number(one_app: Flask) -> None:
    organiser = one_app.test_client()
    sign_in(organiser, one_app, "organiser")
    assert organiser.get(f"/results/releases/{GROUP}/tables/plan_targets/1").status_code == 403


def test_a_change_says_why_the_survey_by_itself_has_another_number(one_app: Flask, group: FlaskClient) -> None:
    """Half have no opinion the third time: by itself that survey counts those with one, beside another one all asked."""
    sheets = [
        {**each, "duty": ("hard_to_say" if at < 20 else str(1 + at // 2 % 2),)} for at, each in enumerate(answers(30, abroad=2))
    ]
    opened_wave(one_app, "trešā", SECOND, iter(sheets), date(2026, 11, 20))
    with one_app.app_context():
        release = making.make(municipalities.find("cesis").id, "group", "test")
    said = []
    for at, row in enumerate(rows_of(release.document, "survey_changes"), 1):
        if (row["wave_after"], row["stratum"]) == ("trešā", "*") and row["item"] in {"duty", "deadline"}:
            page = text(group, f"/results/releases/{release.number}/tables/survey_changes/{at}?lang=en")
            said.append((row["item"], row["measure"], row["after"], "It is another number there" in page))
    assert ("duty", "favourable", 0.25, True) in said
    assert ("deadline", "correct", 0.75, False) in said

"""Several loaded plans: a reader picks one, and a long one with policy indicators stays readable on a phone."""

import html
import re

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from analysis.head_counts import EventRecord
from analysis.progress import judge
from questionnaires.library import find_plan
from questionnaires.plan_grammar import read_plan
from surveyapp.cli import commands
from surveyapp.core import municipalities
from surveyapp.events import store
from surveyapp.events.pages import row_choices
from surveyapp.plans import store as plan_store
from surveyapp.results.plan_rules import measured_lines, rows_of
from tests.analysis.plans import day
from tests.surveyapp.events.plans import PLAN, TRAINING, held, load_plan, somebody
from tests.surveyapp.results.reading import table, text
from tests.surveyapp.signing_in import sign_in

NATIONAL = "/results/plan?lang=lv&plan=latvia-2022-2025"


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    """Somebody of the cooperation group, where the town's plan and the national one are loaded."""
    load_plan(app)
    with app.app_context():
        plan_store.load_file(find_plan("latvia-2022-2025"), municipalities.find("cesis").id, "test")
        store.log(somebody("coordinator"), TRAINING, held("2026-03-01", 25))
    client = app.test_client()
    sign_in(client, app, "group")
    return client


def test_the_town_s_own_plan_opens_and_others_can_be_picked(reader: FlaskClient) -> None:
    page = reader.get("/results/plan?lang=lv").get_data(as_text=True)
    assert re.findall(r'<option value="([\w-]+)"( selected)?>', page)[:2] == [("small", " selected"), ("latvia-2022-2025", "")]
    assert "1. mērķis: Zināšanas" in text(reader, "/results/plan?lang=lv")
    assert "Bērnu, jaunatnes un ģimenes attīstības plāns, 2022–2025 Vērtēts" in text(reader, NATIONAL)


def test_a_single_plan_needs_no_picking(app: Flask) -> None:
    load_plan(app)
    client = app.test_client()
    sign_in(client, app, "group")
    assert 'name="plan"' not in client.get("/results/plan").get_data(as_text=True)


@pytest.mark.parametrize("name", ["nowhere", "small/1", "small'--"])
def test_a_plan_that_is_not_loaded_is_not_found(reader: FlaskClient, name: str) -> None:
    assert reader.get(f"/results/plan?plan={name}").status_code == 404
    assert reader.get(f"/results/plan.csv?plan={name}").status_code == 404


def test_links_stay_with_the_plan_that_was_picked(reader: FlaskClient) -> None:
    page = reader.get(f"{NATIONAL}&goal=2").get_data(as_text=True).partition("<main")[2]
    links = re.findall(r'href="(/results/plan[^"#]*)', page)
    assert links
    assert [link for link in links if "plan=latvia-2022-2025" not in link] == []
    assert "← Uz visām rindām" in text(reader, "/results/plan/2.1.5?lang=lv&plan=latvia-2022-2025")
    assert {row["indicator"] for row in table(reader, "/results/plan.csv?plan=latvia-2022-2025")} >= {"2.1.5", "0.p.1"}


def test_a_long_plan_opens_with_its_directions_and_how_their_rows_stand(reader: FlaskClient) -> None:
    page = text(reader, NATIONAL)
    assert "Viss plāns 36 rindas: Netiek vērtēts 36" in page
    assert "2. Rīcības virziens: Vardarbības izskaušana 28 rindas: Nav datu 23 Netiek vērtēts 5" in page
    assert "6. Rīcības virziens: Bērni ar invaliditāti un bērni bez noteiktas paternitātes Avots aprauts" in page
    assert "2.1.5" not in page
    assert "Vai izmaiņa procentos ir procentpunkti?" in page


def test_one_direction_shows_its_tasks_measures_and_indicators(reader: FlaskClient) -> None:
    page = text(reader, f"{NATIONAL}&goal=2")
    for words in (
        "2.1 Izglītošana par vardarbības atpazīšanu",
        "2.1.5 Bērni mācās pazīt vardarbību",
        "Reģistrētie apdraudētie bērni 2.p.5",
    ):
        assert words in page
    assert "1.1.3" not in page
    assert "un vēl 12" in page, "of fifteen missing numbers of 2.1.1 three are shown"


def test_all_rows_of_a_long_plan_are_shown_where_they_are_asked_for(reader: FlaskClient) -> None:
    page = reader.get(f"{NATIONAL}&all=").get_data(as_text=True)
    shown = set(re.findall(r'href="/results/plan/([\d.p]+)\?', page))
    assert len(shown) == 166


def test_a_body_finds_what_it_answers_for_and_where_it_shares_the_work(reader: FlaskClient) -> None:
    page = reader.get(f"{NATIONAL}&institution=spkc").get_data(as_text=True)
    assert re.findall(r'class="row-name"><a href="/results/plan/([\d.]+)\?', page) == ["2.1.6", "2.5.2", "2.5.3"]
    assert page.count("līdzatbildīgā iestāde") == 2


def test_a_choice_that_no_row_fits_says_so(reader: FlaskClient) -> None:
    assert "Šai izvēlei neatbilst neviena rinda." in text(reader, f"{NATIONAL}&degree=done")


def test_policy_indicators_are_a_table_of_what_is_measured_with_the_lines_that_name_it(reader: FlaskClient) -> None:
    page = text(reader, f"{NATIONAL}&indicators=")
    assert "Politikas rādītāji (37)" in page
    assert "38 mērāmi skaitļi" in page, "boys and girls are two numbers of one indicator"
    line = "Reģistrētie apdraudētie bērni 0.p.14 , 2.p.5 , 3.p.4 Samazinās par 93"
    enter = "Ievadīt Reģistrētie apdraudētie bērni, Samazinās par 93"
    assert f"{line} {enter} – nekas nav ziņots {enter} Netiek vērtēts" in page
    for form in re.findall(r'href="(/results/plan/state/[^"]*)"', reader.get(f"{NATIONAL}&indicators=").get_data(as_text=True)):
        assert reader.get(html.unescape(form)).status_code == 200, form
    sign_in(reader, reader.application, "auditor")
    assert f"{line} – – nekas nav ziņots Netiek vērtēts" in text(reader, f"{NATIONAL}&indicators=")


def test_plans_are_held_against_each_other_and_it_says_when_nothing_was_found(reader: FlaskClient) -> None:
    page = text(reader, "/results/contradictions?lang=lv")
    assert page.count("Salīdzināti arī plāni savā starpā: pretrunu starp tiem nav.") == 1


def test_the_page_of_an_indicator_leads_to_its_other_lines(reader: FlaskClient) -> None:
    page = text(reader, "/results/plan/2.p.5?lang=lv&plan=latvia-2022-2025")
    assert "Mēra vienreiz un vērtē katrā rindā, kurā tas minēts. Pārējās rindas: 0.p.14 , 3.p.4" in page
    assert "Pasākumi, no kuriem saskaitīts" not in page
    assert "Atbildīgie" not in page


def test_the_page_of_a_measure_names_the_bodies_that_share_the_work(reader: FlaskClient) -> None:
    page = text(reader, "/results/plan/1.1.4?lang=lv&plan=latvia-2022-2025")
    assert (
        "Atbildīgie Pārresoru koordinācijas centrs Līdzatbildīgie Izglītības un zinātnes ministrija, Labklājības ministrija"
        in page
    )
    assert "Ceturkšņi" not in page


def test_events_of_one_plan_count_in_no_other_that_numbers_its_rows_alike(app: Flask) -> None:
    load_plan(app)
    load_plan(app, PLAN.replace("id: small", "id: other"))
    with app.app_context():
        store.log(somebody("coordinator"), TRAINING, held("2026-03-01", 25))
    client = app.test_client()
    sign_in(client, app, "group")
    achieved = {
        key: {row["achieved"] for row in table(client, f"/results/targets.csv?plan={key}") if row["indicator"] == "1.1.a"}
        for key in ("small", "other")
    }
    assert "25" in achieved["small"]
    assert "25" not in achieved["other"]


def test_a_measured_number_shows_its_newest_value_and_what_is_required() -> None:
    plan = read_plan(find_plan("latvia-2022-2025"))
    record = EventRecord("7", "endangered", day("2025-06-30"), "Reģistrs", value=1900)
    rows = rows_of(plan, judge(plan, [record], day("2026-03-01")), {"7": record})
    [line] = [each for each in measured_lines(plan, rows) if each.name.en == "Children registered as endangered"]
    assert [row.indicator.id for row in line.rows] == ["0.p.14", "2.p.5", "3.p.4"]
    assert (line.shown.result.achieved_low, line.shown.result.degree, line.shown.hidden) == (1900, "not_assessed", False)


def test_no_event_can_be_logged_on_a_policy_indicator_since_it_is_measured_not_held(app: Flask) -> None:
    plan = read_plan(find_plan("latvia-2022-2025"))
    with app.test_request_context("/"):
        offered = {row.id for action in row_choices(plan, plan.indicators, "") for row in action.rows}
    assert len(offered) == 93
    assert not [row for row in offered if ".p." in row]


def test_a_value_that_is_entered_once_shows_in_the_table_and_on_the_page_of_every_line(app: Flask, reader: FlaskClient) -> None:
    command = ["measure", "add", "endangered", "--value", "1900", "--on", "2025-06-30", "--source", "Reģistrs"]
    done = CliRunner().invoke(commands, [*command, "--plan", "latvia-2022-2025"], obj=lambda: app)
    assert done.exit_code == 0, done.output
    assert "Samazinās par 93 – 1 900" in text(reader, f"{NATIONAL}&indicators=").replace("\u00a0", " ")
    for line in ("0.p.14", "2.p.5", "3.p.4"):
        page = text(reader, f"/results/plan/{line}?lang=lv&plan=latvia-2022-2025").replace("\u00a0", " ")
        assert "Jaunākais skaitlis ir 1 900 (cilvēki)." in page, line


def test_whoever_decides_stays_with_the_plan_that_was_picked(app: Flask, reader: FlaskClient) -> None:
    del reader
    client = app.test_client()
    sign_in(client, app, "coordinator")
    for address in ("/results/plan/2.p.5", "/results/plan/3.1.3", "/results/decisions"):
        page = client.get(f"{address}?plan=latvia-2022-2025").get_data(as_text=True).partition("<main")[2]
        links = re.findall(r'(?:href|action)="(/results/[^"#]*)', html.unescape(page))
        assert links, address
        assert [link for link in links if "plan=latvia-2022-2025" not in link] == [], address
        asked = [link for link in links if "/stated" in link or "/state" in link]
        assert all(client.get(link).status_code == 200 for link in asked[:3]), asked

"""The plan in figures: what was due in each quarter and what was reported, goals, years and money, and what stays hidden."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.events import store
from tests.conftest import app_on
from tests.databases import fresh
from tests.surveyapp.events.plans import PLAN, SUPPORT, TRAINING, held, load_plan, somebody
from tests.surveyapp.results.reading import check_files, figure_files, figures, table, text, words
from tests.surveyapp.results.test_plan_pages import CEILING, LOST, TALKS
from tests.surveyapp.signing_in import sign_in

PAGES = ("/results/overview", "/results/goals/1", "/results/years", "/results/money", "/results/plan/1.2.b")


def fill(app: Flask, supported: int) -> FlaskClient:
    """Load a small plan with events, of which one is about *supported* people at risk; somebody of the group."""
    load_plan(app, PLAN.replace("actions:\n", f"{LOST}actions:\n", 1) + CEILING)
    with app.app_context():
        coordinator = somebody("coordinator")
        store.log(coordinator, TRAINING, held("2026-03-01", 25, title="Pirmā"))
        store.log(coordinator, SUPPORT, held("2025-04-01", supported, title="Atbalsts"))
        store.log(coordinator, TALKS, held("2026-10-01", 60, title="Saruna"))
    client = app.test_client()
    sign_in(client, app, "group")
    return client


@pytest.fixture
def group(one_app: Flask) -> FlaskClient:
    """Somebody of the cooperation group."""
    return fill(one_app, 3)


def test_the_quarter_grid_tells_what_was_due_and_what_was_reported(group: FlaskClient) -> None:
    lines = table(group, "/results/figures/plan/quarters.csv?lang=en")
    row = next(line for line in lines if line["Row"] == "1.2.b")
    assert row["2026/4"] == "due, reported"
    assert row["2027/1"] == "due, not over yet (mark read unsurely)"
    assert row["2026/2"] == ""
    training = next(line for line in lines if line["Row"] == "1.1.a")
    assert training["2026/1"] == "reported without being due"
    assert "due, nothing reported in it" in {cell for line in lines for cell in line.values()}
    finding = words(figures(group, "/results/overview")[1].xpath(".//h2")[0])
    over = sum(cell.startswith(("due, reported", "due, nothing")) for line in lines for cell in line.values())
    reported = sum(cell.startswith("due, reported") for line in lines for cell in line.values())
    assert finding == f"Quarters that were due: in {reported} of {over} something was reported"


@pytest.mark.parametrize("page", PAGES)
def test_figures_of_the_plan_say_the_same_on_the_page_and_in_their_files(group: FlaskClient, page: str) -> None:
    for figure in figures(group, page):
        check_files(group, figure)


def test_goals_lead_to_their_rows_and_a_lost_goal_says_so(group: FlaskClient) -> None:
    page = group.get("/results/goals/1?lang=en").get_data(as_text=True)
    assert 'href="/results/plan/1.2.a"' in page
    assert "The pages are lost." in text(group, "/results/goals/3?lang=en")
    assert group.get("/results/goals/9").status_code == 404
    overview = group.get("/results/overview?lang=en").get_data(as_text=True)
    assert 'href="/results/goals/1"' in overview
    assert 'href="/results/years"' in overview


def test_years_stand_beside_each_other_with_what_each_reached(group: FlaskClient) -> None:
    lines = table(group, "/results/figures/years/targets.csv?lang=en")
    people = next(line for line in lines if line["Target"] == "Up to 100 people")
    assert people["2026"].startswith("Not due: 60 of up to 100 used")
    assert people["2027"] == "Not due"
    assert set(people) == {"Row", "Target", "2025", "2026", "2027"}


def test_figures_keep_the_plan_and_the_day_of_their_page(group: FlaskClient) -> None:
    page = group.get("/results/overview?lang=en&known=2026-01-01").get_data(as_text=True)
    links = [link for link in re.findall(r'href="(/results/figures/[^"]+)"', page) if "quarters" in link]
    assert links
    assert all("known=2026-01-01" in link for link in links)
    before = table(group, "/results/figures/plan/quarters.csv?lang=en&known=2020-01-01")
    assert "reported" not in {word for line in before for cell in line.values() for word in cell.split(", ")}
    assert group.get("/results/figures/plan/quarters.csv?plan=nothing").status_code == 404
    assert group.get("/results/figures/row/targets.csv?row=9.9.z").status_code == 404
    assert group.get("/results/figures/goal/degrees.csv").status_code == 404


def test_hidden_numbers_of_people_at_risk_leave_no_trace_in_any_file(tmp_path: Path) -> None:
    """Two towns that differ by one person at risk have the same files, byte by byte."""

    def every(supported: int) -> Iterator[tuple[str, bytes]]:
        folder = tmp_path / str(supported)
        folder.mkdir()
        app = app_on(fresh(folder), folder)
        yield from figure_files(fill(app, supported), *PAGES, "/results/plan/1.2.a").items()
        app.extensions["engine"].dispose()

    first, second = dict(every(3)), dict(every(4))
    assert len(first) > 20
    assert first == second


def test_figures_of_the_plan_are_not_for_organisers(one_app: Flask) -> None:
    client = one_app.test_client()
    sign_in(client, one_app, "organiser")
    for address in (
        "/results/overview",
        "/results/years",
        "/results/figures/plan/quarters.svg",
        "/results/figures/money/money.csv",
    ):
        assert client.get(address).status_code == 403

"""Figures and their files: the same finding, numbers and protection on the page and in every file of it."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from babel import Locale
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from surveyapp.core import municipalities, typesetting
from surveyapp.core.database import writing
from surveyapp.results import wave_results
from surveyapp.results.drawn import alone
from surveyapp.results.models import FrozenResult
from surveyapp.survey import opened_store
from tests.conftest import app_on
from tests.databases import fresh
from tests.surveyapp.results.opened_waves import FIRST, answers, opened_wave, two_waves
from tests.surveyapp.results.reading import SVG, check_files, figure_files, figures, files, words
from tests.surveyapp.signing_in import sign_in

PAGES = ("/results/survey", "/results/survey/1", "/results/survey/questions/duty", "/results/survey/groups")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app with two opened waves, for tests that only read."""
    folder = tmp_path_factory.mktemp("figures")
    app = app_on(fresh(folder), folder)
    two_waves(app)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture(scope="module")
def group(shown: Flask) -> FlaskClient:
    """Somebody of the cooperation group."""
    client = shown.test_client()
    sign_in(client, shown, "group")
    return client


@pytest.mark.parametrize("page", PAGES)
def test_a_figure_says_its_finding_on_the_page_in_its_table_and_in_each_file(group: FlaskClient, page: str) -> None:
    for figure in figures(group, page):
        check_files(group, figure)


def test_how_far_groups_lie_apart_is_said_in_percentage_points(group: FlaskClient) -> None:
    page = group.get("/results/survey/groups?lang=lv").get_data(as_text=True)
    found = re.search(r"Nav pārbaudīts, var būt nejaušība: vislielākā starpība starp grupām \((\d+) (procentpunkt\w+)\)", page)
    assert found, page
    forms = {"zero": "procentpunktu", "one": "procentpunkts", "other": "procentpunkti"}
    assert found[2] == forms[Locale.parse("lv").plural_form(int(found[1]))]


def test_a_png_is_the_svg_file_drawn_dot_for_dot_so_it_tells_what_the_svg_tells(group: FlaskClient) -> None:
    for page in PAGES:
        addresses = files(figures(group, page)[0])
        drawn = typesetting.as_png(group.get(addresses["SVG"]).get_data(as_text=True), 150)
        assert group.get(addresses["PNG"]).get_data() == drawn


def test_an_svg_file_needs_nothing_but_itself_and_speaks_the_language_of_its_page(group: FlaskClient) -> None:
    for lang in ("lv", "en", "ru"):
        figure = figures(group, "/results/survey/groups", lang)[0]
        written = group.get(files(figure)["SVG"]).get_data(as_text=True)
        drawn = ET.fromstring(written)  # noqa: S314 - made by the app
        assert drawn.get("lang") == lang
        assert "class=" not in written
        assert "style" not in written
        assert "http" not in written.replace("http://www.w3.org/2000/svg", "")
        for each in drawn.iter():
            painted = each.get("fill") or each.get("stroke")
            assert painted or each.tag.removeprefix(SVG) in {"svg", "title", "desc"}, each.tag
            assert "currentColor" not in each.attrib.values()
    response = group.get(files(figures(group, "/results/survey/groups")[0])["SVG"])
    assert response.headers["Content-Disposition"] == "attachment; filename=groups-groups.svg"
    assert response.headers["Cache-Control"] == "no-store"


def test_what_a_page_hides_leaves_no_trace_in_any_file_of_its_figures(tmp_path: Path) -> None:
    """Two towns that differ by one person in a hidden cell have the same files, byte by byte."""
    found = []
    for abroad in (1, 2):
        folder = tmp_path / str(abroad)
        folder.mkdir()
        app = app_on(fresh(folder), folder)
        opened_wave(app, "pirmā", FIRST, answers(12, abroad=abroad), date(2026, 11, 1))
        client = app.test_client()
        sign_in(client, app, "group")
        found.append(figure_files(client, "/results/survey/1", "/results/survey/questions/training", "/results/survey/groups"))
        app.extensions["engine"].dispose()
    assert len(found[0]) > 20
    assert found[0] == found[1]


def test_a_finding_counts_no_questions_where_none_can_be_shown(one_app: Flask) -> None:
    opened_wave(one_app, "maza", FIRST, answers(1, abroad=0), date(2026, 11, 1))
    client = one_app.test_client()
    sign_in(client, one_app, "group")
    drawn = [words(each) for each in figures(client, "/results/survey/1") if each.get("id") == "figure-knowledge"]
    assert drawn
    assert all("No share of right answers can be shown" in each for each in drawn)


def test_a_hidden_line_has_a_word_in_place_of_its_marks(group: FlaskClient) -> None:
    figure = next(each for each in figures(group, "/results/survey/1") if each.get("id") == "figure-item-training")
    picture = figure.xpath(".//*[local-name()='svg' and @class='picture']")[0]
    assert not picture.xpath(".//*[@class='bar' or @class='now']")
    assert "hidden" in words(picture)
    assert "0–2 people" in words(figure)


def test_a_question_page_leads_to_its_neighbours_and_shows_every_survey_that_asked_the_same(group: FlaskClient) -> None:
    page = group.get("/results/survey/questions/duty?lang=en").get_data(as_text=True)
    assert "pirmā" in page
    assert "otrā" in page
    assert 'href="/results/survey/questions/whom"' in page
    # Reworded without a decision: the question of the earlier survey is another one.
    reworded = group.get("/results/survey/questions/cut?lang=en").get_data(as_text=True)
    assert "I can listen" in reworded
    assert "pirmā" not in reworded
    assert group.get("/results/survey/questions/nothing").status_code == 404


def test_a_question_page_says_where_two_surveys_count_among_different_people(one_app: Flask) -> None:
    """Where few have no opinion all who saw the question are counted, elsewhere those with one: that is no change."""
    for name, unsure, day in (("pirmā", 20, 1), ("otrā", 1, 15)):
        sheets = [
            {**each, "duty": ("hard_to_say" if at < unsure else str(1 + at // 2 % 2),)}
            for at, each in enumerate(answers(12, abroad=0))
        ]
        opened_wave(one_app, name, FIRST, iter(sheets), date(2026, 11, day))
    client = one_app.test_client()
    sign_in(client, one_app, "group")
    figure = next(each for each in figures(client, "/results/survey/questions/duty") if each.get("id") == "figure-levels")
    said = "Not counted among the same people: pirmā – all who gave an opinion; otrā – all who saw the question."
    about, addresses = words(figure.xpath(".//figcaption")[0]), files(figure)
    assert f"{said} The difference between these numbers is therefore no change" in about
    drawn = ET.fromstring(client.get(addresses["SVG"]).get_data(as_text=True))  # noqa: S314 - made by the app
    assert said in " ".join(" ".join(drawn.itertext()).split())
    table = client.get(addresses["CSV"]).get_data(as_text=True)
    alternative = words(figure.xpath(".//*[local-name()='svg' and @class='picture']/*[local-name()='desc']")[0])
    for told in (table, alternative):
        assert re.search(r"of 20, all who gave an opinion\)", told), told
        assert re.search(r"of 40, all who saw the question\)", told), told
    page = client.get("/results/survey/questions/duty?lang=en").get_data(as_text=True)
    assert said in page[page.index("In words") :]
    # Counted alike, nothing has to be said.
    assert "Not counted among" not in client.get("/results/survey/questions/deadline?lang=en").get_data(as_text=True)


def test_no_figure_is_found_under_a_name_that_its_page_does_not_show(group: FlaskClient) -> None:
    for address in (
        "wave/item-duty.svg",
        "wave/item-duty.svg?wave=999",
        "wave/nothing.svg?wave=1",
        "wave/item-duty.pdf?wave=1",
        "nothing/x.svg",
        "item/levels.csv",
        "trend/trend.svg",
    ):
        assert group.get(f"/results/figures/{address}").status_code == 404, address


def test_files_of_figures_ask_for_the_same_role_and_check_sum_as_their_pages(one_app: Flask) -> None:
    two_waves(one_app)
    address = "/results/figures/survey/item-duty.svg"
    clients = {role: one_app.test_client() for role in ("group", "organiser", "steward")}
    for role, client in clients.items():
        sign_in(client, one_app, role)
    assert one_app.test_client().get(address).status_code == 302
    assert clients["group"].get(address).status_code == 200
    assert clients["organiser"].get(address).status_code == clients["steward"].get(address).status_code == 403
    with one_app.app_context(), writing() as session:
        frozen = session.scalars(select(FrozenResult).where(FrozenResult.made_from.contains("+"))).one()
        frozen.document = frozen.document.replace('"count_after": 30', '"count_after": 39')
    assert clients["group"].get(address).status_code == 409


def test_a_bar_of_all_answers_says_whose_they_are_and_what_the_others_did(shown: Flask) -> None:
    """Where a question's share is of everybody and its answers, apart, are of fewer, nobody may take one for the other."""
    with shown.test_request_context("/?lang=en"):
        (wave, *_) = opened_store.opened_waves(municipalities.find("cesis").id)
        results = wave_results.shown(wave, "test")
        part = next(line for line in results.levels if line.n)
        told = [alone._Bar(results, [part], everybody).label for everybody in (None, part.n, (part.n or 0) + 5)]
    assert part.n == 40
    all_of_them = f"{wave.name}: answers of 40"
    assert told == [all_of_them, all_of_them, f"{all_of_them} of 45; the others chose none of these"]

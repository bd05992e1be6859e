"""The page of what is due: each role sees its share, and every line leads on as far as the person may go."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import app_on
from tests.databases import fresh
from tests.surveyapp.deadlines import calendars
from tests.surveyapp.results.reading import text
from tests.surveyapp.signing_in import sign_in


@pytest.fixture(scope="module")
def furnish() -> object:
    """Each test gets a copy of a database in which something is due."""
    return calendars.furnish


def somebody(app: Flask, role: str, institution: str | None = None) -> FlaskClient:
    client = app.test_client()
    sign_in(client, app, role, institution)
    return client


def test_an_organiser_sees_what_the_own_institution_has_to_do_and_can_log_it(app: Flask) -> None:
    client = somebody(app, "organiser", "social_service")
    page = text(client, "/deadlines/?lang=lv")
    for words in (
        "Sociālais dienests",
        "vēl 6 cilvēki līdz 2027. gada 31. decembrim",
        "vēl 2 sanāksmes līdz 2026. gada 31. decembrim",
        "vēl 2 soļi līdz 2027. gada 31. decembrim",
        "2026. gada 4. ceturksnis",
        "Paredzēts šajā ceturksnī",
        "vēl nav sasniegts (līdz 2026. gada 31. decembrim); skaitlis ir slēpts",
        "Laiks beidzies, prasītais nav sasniegts",
        "Kavējas",
        "Reģistrēt pasākumu",
    ):
        assert words in page, words
    assert "Izglītības pārvalde" not in page
    assert "bērnudārzi" not in page
    assert "1.2.c" not in page  # the lecture was held
    source = client.get("/deadlines/").get_data(as_text=True)
    assert "/events/log?row=1.2.b" in source
    assert "/results/plan/" not in source


def test_an_organiser_cannot_ask_for_another_institution(app: Flask) -> None:
    client = somebody(app, "organiser", "social_service")
    assert "Bērnudārzu programma" not in text(client, "/deadlines/?lang=lv&institution=education_board")


@pytest.mark.parametrize(("role", "logs"), [("coordinator", True), ("group", False), ("auditor", False)])
def test_others_see_everybody_or_pick_one(app: Flask, role: str, *, logs: bool) -> None:
    client = somebody(app, role)
    page = text(client, "/deadlines/?lang=lv")
    assert client.get("/deadlines/").get_data(as_text=True).count('class="share"') == 2
    assert page.count("vēl 2 sanāksmes") == 2  # both answer for it
    source = client.get("/deadlines/?institution=education_board").get_data(as_text=True)
    assert "/results/plan/1.2.b" in source
    assert ("/events/log?row=1.2.b" in source) is logs
    assert "Speciālistu apmācība" not in source


def test_a_steward_has_no_part_in_it(app: Flask) -> None:
    assert somebody(app, "steward").get("/deadlines/").status_code == 403


def test_a_small_number_of_people_at_risk_is_nowhere_on_the_page(app: Flask) -> None:
    page = text(somebody(app, "group"), "/deadlines/?lang=lv")
    after = page[page.index("1.2.a Atbalsta grupa") :]
    assert "skaitlis ir slēpts" in page
    assert "7 cilvēki" not in after
    assert "10 cilvēki" in page  # of the year before, in which nothing was reported


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("lv", ("vēl 2 sanāksmes līdz 2026. gada 31. decembrim", "vēl 6 cilvēki")),
        ("en", ("2 meetings more by 31 December 2026", "6 persons more")),
        ("ru", ("ещё 2 совещания до 31 декабря 2026 г.", "ещё 6 человек")),
    ],
)
def test_the_page_speaks_three_languages(app: Flask, language: str, words: tuple[str, ...]) -> None:
    page = text(somebody(app, "coordinator"), f"/deadlines/?lang={language}")
    for each in words:
        assert each in page, each


def test_without_a_plan_the_page_says_what_is_needed(tmp_path: Path) -> None:
    (folder := tmp_path / "empty").mkdir()
    app = app_on(fresh(folder), folder)
    assert "Plāns vēl nav ielādēts" in text(somebody(app, "group"), "/deadlines/?lang=lv")
    app.extensions["engine"].dispose()

"""Feedback beside its row of the plan and the results of the game: in pools of ten or more, never in a head count."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text as sql

from surveyapp.core import municipalities
from surveyapp.core.database import writing
from surveyapp.events import store as events
from surveyapp.results import plan_results
from tests.surveyapp.events.plans import TRAINING, held, load_plan, somebody
from tests.surveyapp.feedback.years import GAME, Year, feedback, played, proved
from tests.surveyapp.results.reading import table, text
from tests.surveyapp.signing_in import sign_in

ROW, OTHER, SMALL, SMALLER = "1.1.a", "1.1.b", "1.1.c", "1.2.a"


@pytest.fixture
def reader(one_app: Flask) -> FlaskClient:
    """Somebody of the cooperation group, in English."""
    load_plan(one_app)
    client = one_app.test_client()
    sign_in(client, one_app, "group")
    client.get("/?lang=en")
    return client


@pytest.fixture
def year(one_app: Flask) -> Year:
    """A year with a proved key."""
    return proved(one_app)


def four_rows(year: Year) -> None:
    """Twenty, eleven, seven and five answers about four rows."""
    year.answered(ROW, [feedback(pleased=number < 14) for number in range(20)])
    year.answered(OTHER, [feedback(pleased=number < 6) for number in range(11)])
    year.answered(SMALL, [feedback()] * 7)
    year.answered(SMALLER, [feedback(pleased=False)] * 5)


def row(client: FlaskClient, number: str) -> str:
    return text(client, f"/results/plan/{number}")


def test_feedback_stands_beside_its_row_as_supporting_evidence(reader: FlaskClient, year: Year) -> None:
    four_rows(year)
    year.opened()
    shown = row(reader, ROW)
    assert "Feedback in 2026: 20 answers" in shown
    assert "The event was useful to me. favourable answers 14 of 20 70 %" in shown
    assert "Supporting evidence, never a head count" in shown
    assert "Feedback in 2026: 11 answers" in row(reader, OTHER)


def test_nothing_is_shown_before_the_opening(reader: FlaskClient, year: Year) -> None:
    four_rows(year)
    assert "What people said afterwards" not in row(reader, ROW)


def test_a_row_with_fewer_than_ten_answers_shows_nothing_of_them(reader: FlaskClient, year: Year, one_app: Flask) -> None:
    four_rows(year)
    year.opened()
    for number in (SMALL, SMALLER):
        assert "What people said afterwards" not in row(reader, number)
    with one_app.app_context(), writing() as session:
        documents = " ".join(session.scalars(sql("SELECT document FROM frozen_result")))
    assert '"1.1.a"' in documents
    for told in ('"1.1.c"', '"1.2.a"', "rest", "43"):
        assert told not in documents, told


def test_a_single_small_pool_takes_the_smallest_large_one_with_it(reader: FlaskClient, year: Year) -> None:
    year.answered(ROW, [feedback()] * 20)
    year.answered(OTHER, [feedback()] * 11)
    year.answered(SMALL, [feedback()] * 4)
    year.opened()
    assert "Feedback in 2026: 20 answers" in row(reader, ROW)
    assert "What people said afterwards" not in row(reader, OTHER)


def test_answers_of_one_or_two_people_are_not_told(reader: FlaskClient, year: Year) -> None:
    year.answered(ROW, [feedback(pleased=number > 0) for number in range(12)])
    year.opened()
    shown = row(reader, ROW)
    assert "all, or all but 1–2" in shown
    assert "11 of 12" not in shown
    assert not re.search(r"\b(92|8) %", shown)


def test_every_answer_to_the_pace_is_told_from_thirty_on(reader: FlaskClient, year: Year) -> None:
    paces = ["right"] * 18 + ["slow"] * 7 + ["fast"] * 6
    year.answered(ROW, [feedback(pleased=number < 20, pace=pace) for number, pace in enumerate(paces)])
    year.answered(OTHER, [feedback(pleased=number < 6) for number in range(11)])
    year.opened()
    assert "How was the pace? Too slow 7 of 31 23 %" in row(reader, ROW)
    assert "hidden: too few people for so much detail" in row(reader, OTHER)


def test_feedback_never_changes_a_number_or_a_degree_of_the_plan(reader: FlaskClient, year: Year, one_app: Flask) -> None:
    with one_app.app_context():
        place = municipalities.find("cesis").id
        events.log(somebody("organiser", "social_service"), TRAINING, held(people=12))
        before = plan_results.judged(place, date(2026, 12, 1))
    four_rows(year)
    year.opened()
    assert "12 of 40" in row(reader, ROW)
    with one_app.app_context():
        assert plan_results.judged(place, date(2026, 12, 1)) == before


def test_feedback_that_was_altered_in_the_database_is_not_shown(reader: FlaskClient, year: Year, one_app: Flask) -> None:
    four_rows(year)
    year.opened()
    row(reader, ROW)
    with one_app.app_context(), writing() as session:
        session.execute(sql("UPDATE frozen_result SET document = replace(document, '14', '19')"))
    shown = row(reader, ROW)
    assert "was changed after it was first shown" in shown
    assert "19 of 20" not in shown


def test_feedback_of_a_year_outside_the_plan_does_not_stand_beside_its_rows(
    reader: FlaskClient, year: Year, one_app: Flask
) -> None:
    four_rows(year)
    year.opened()
    with one_app.app_context(), writing() as session:
        session.execute(sql("UPDATE wave SET opens = '2024-01-01', closes = '2024-12-31' WHERE name = 'feedback-2026'"))
    assert "What people said afterwards" not in row(reader, ROW)


def game_of(year: Year, players: int, right: int = 5) -> None:
    with year.app.app_context():
        asked = year.wave(GAME).questionnaire
    year.answered("7-10", [played(asked, right if number % 2 else 0) for number in range(players)], GAME)


def test_the_game_is_shown_by_age_group_and_year_with_what_is_right(reader: FlaskClient, year: Year) -> None:
    game_of(year, 24)
    year.opened(GAME)
    shown = text(reader, "/results/game")
    assert "2026 Ages 7–10 24 players" in shown
    assert "What may you do? right: Say “no” and step aside 12 of 24 50 %" in shown
    assert "Ages 11–14 Nobody has been invited to play yet." in shown
    lines = table(reader, "/results/game.csv")
    assert len(lines) == 8
    assert {line["players"] for line in lines} == {"24"}
    first = lines[0]
    assert (first["year"], first["age"], first["item"], first["right"], first["asked"], first["share"]) == (
        *("2026", "7–10", "g_hug", "12"),
        *("24", "0.5"),
    )
    assert lines[-1]["hidden"] == "0-2"
    assert lines[-1]["right"] == ""


def test_while_classes_play_the_page_says_until_when(reader: FlaskClient, year: Year) -> None:
    game_of(year, 12)
    shown = text(reader, "/results/game")
    assert "Classes can play until 31 December 2026 at the latest." in shown
    assert "12" not in shown.replace("2026", "").partition("Ages 7–10")[2].partition("Ages 11–14")[0]
    assert table(reader, "/results/game.csv") == []


def test_before_any_key_the_page_says_who_begins(reader: FlaskClient) -> None:
    assert "No game was set up yet" in text(reader, "/results/game")


def test_the_frozen_game_is_the_same_for_every_reader_and_day(reader: FlaskClient, year: Year) -> None:
    game_of(year, 24)
    year.opened(GAME)
    assert text(reader, "/results/game") == text(reader, "/results/game")
    trail = reader.application.test_client()
    sign_in(trail, reader.application, "auditor")
    assert "Result frozen" in text(trail, "/staff/audit?lang=en")

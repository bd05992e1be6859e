"""The attacker against feedback and games: pages and files of pools of random sizes and answers tell no count of 0, 1 or 2."""

import os
import random
from collections import Counter
from collections.abc import Mapping, Sequence

import pytest
from flask import Flask

from questionnaires.survey_types import Questionnaire
from surveyapp.feedback.instruments import EVENT_FEEDBACK
from tests.attacker.judging import weak_points
from tests.attacker.knowledge import Name
from tests.attacker.lines import Line
from tests.attacker.loot import LANGUAGES
from tests.attacker.pools import left_over, loot_of, of_file, of_pages
from tests.surveyapp.events.plans import load_plan
from tests.surveyapp.feedback.years import GAME, Answers, Year, feedback, played, proved
from tests.surveyapp.signing_in import sign_in

TRUTHS = int(os.environ.get("TRUTHS", "3"))
ROWS = ("1.1.a", "1.1.b", "1.1.c", "1.2.a")


def counted(asked: Questionnaire, sheets: Sequence[Answers]) -> dict[Name, int]:
    """Every count of a pool, as it truly is."""
    found: dict[Name, int] = {}
    for item in asked.asked:
        given = Counter(choice for sheet in sheets for choice in sheet.get(item.id, ()))
        silent = sum(item.id not in sheet for sheet in sheets)
        right, pleased = given[item.correct or ""], sum(given[choice] for choice in item.favourable)
        outside = sum(given[choice.id] for choice in item.choices if choice.outside_base)
        numbers = {**{choice.id: given[choice.id] for choice in item.choices}, "silent": silent}
        if item.kind == "knowledge":
            numbers = {"right": right, "others": len(sheets) - right}
        if item.kind == "likert":
            numbers |= {"favourable": pleased, "others": len(sheets) - silent - outside - pleased}
        found |= {(item.id, "*", column): count for column, count in numbers.items()}
    return found


def answered(chance: random.Random, people: int) -> list[Answers]:
    """Feedback of people who mostly agree with each other, or do not."""
    ease = chance.choice([0.03, 0.5, 0.9, 0.97])
    return [
        {**feedback(pleased=chance.random() < ease), "f_pace": (chance.choice(["right", "right", "slow", "fast"]),)}
        for _ in range(people)
    ]


def assert_nothing_is_told(
    asked: Questionnaire, sheets: Mapping[str, Sequence[Answers]], told: Mapping[str, tuple[int | None, list[Line]]]
) -> None:
    """No small count can be had of a pool that is shown, and those that are not are nobody or ten people in all."""
    shown = {name: people for name, (people, _) in told.items() if people is not None}
    assert all(people >= 10 for people in shown.values()), shown
    rest = left_over(sum(map(len, sheets.values())), shown)
    assert rest == 0 or rest >= 10, f"{rest} people are what the pools that are shown leave of all"
    truths = {name: counted(asked, sheets[name]) for name in shown}
    assert weak_points(loot_of(asked, shown), truths, read={name: told[name][1] for name in shown}) == []


@pytest.mark.parametrize("truth", range(TRUTHS))
def test_feedback_and_games_tell_nothing_about_two_people_or_fewer(one_app: Flask, truth: int) -> None:
    chance = random.Random(truth)  # noqa: S311 - a test that repeats itself
    load_plan(one_app)
    year = proved(one_app)
    sheets = {row: answered(chance, chance.choice([3, 9, 10, 11, 14, 31])) for row in ROWS[: chance.choice([2, 3, 4])]}
    sheets[ROWS[0]] += answered(chance, 12)
    for row, given in sheets.items():
        year.answered(row, given)
    players = players_of(year, chance)
    for instrument in (EVENT_FEEDBACK, GAME):
        year.opened(instrument)
    group = one_app.test_client()
    sign_in(group, one_app, "group")
    with one_app.app_context():
        asked, game = year.wave(EVENT_FEEDBACK).questionnaire, year.wave(GAME).questionnaire

    def pages(address: str) -> dict[str, str]:
        return {language: group.get(f"{address}?lang={language}").get_data(as_text=True) for language in LANGUAGES}

    told = {row: of_pages(asked, pages(f"/results/plan/{row}")) for row in sheets}
    # Ten may have nothing to show, for it could be that two of them left a question empty.
    assert all(lines for people, lines in told.values() if people and people >= 30), "a page that cannot be read is no safe one"
    assert_nothing_is_told(asked, sheets, told)
    shown, lines = of_pages(game, pages("/results/game"))
    people, more = of_file(game, group.get("/results/game.csv?lang=en").get_data())
    assert shown == people == len(players)
    assert_nothing_is_told(game, {"game": players}, {"game": (people, [*lines, *more])})


def players_of(year: Year, chance: random.Random) -> list[Answers]:
    """Let some players answer; the later questions are right for few of them."""
    with year.app.app_context():
        asked = year.wave(GAME).questionnaire
    found = [played(asked, chance.choice([0, 5, 5, 6, 7])) for _ in range(chance.choice([11, 24, 33]))]
    year.answered("7-10", found, GAME)
    return found


def test_a_pool_of_whom_a_reader_is_told_the_count_of_one_person_is_noticed(one_app: Flask) -> None:
    load_plan(one_app)
    with one_app.app_context():
        asked = proved(one_app).wave(EVENT_FEEDBACK).questionnaire
    sheets = [feedback(pleased=number > 0) for number in range(12)]
    page = (
        f'<table class="pool"><caption>12</caption><tr><th>{asked.item("f_useful").label.en}</th>'
        "<td>favourable answers</td><td>11 of 12</td><td>92 %</td></tr></table>"
    )
    people, lines = of_pages(asked, {"en": page})
    assert people == 12
    found = weak_points(loot_of(asked, {"row": 12}), {"row": counted(asked, sheets)}, read={"row": lines})
    assert "row: f_useful/*/others: 1 is within 1-1" in found

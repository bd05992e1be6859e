"""An installation may ask for more people than 10 and 30; what was shown before stays as it is."""

from dataclasses import replace
from datetime import date

from flask import Flask

from surveyapp.core import municipalities
from surveyapp.releases import making
from tests.surveyapp.events.plans import load_plan
from tests.surveyapp.results.opened_waves import FIRST, answers, opened_wave
from tests.surveyapp.results.reading import table, text
from tests.surveyapp.results.test_wave_results import group_of, line_of


def raised(app: Flask, base: int, detail: int) -> None:
    """Have the installation ask for more."""
    app.extensions["settings"] = replace(app.extensions["settings"], smallest_base=base, smallest_detail=detail)


def test_fewer_than_the_installation_asks_for_are_hidden_and_the_page_says_from_when_on(one_app: Flask) -> None:
    raised(one_app, 27, 45)
    number = opened_wave(one_app, "pirmā", FIRST, answers(12, abroad=1), date(2026, 11, 1))
    group = group_of(one_app)
    page = text(group, f"/results/survey/{number}?lang=en")
    assert "shown from 27 people on, every answer apart and scores from 45 on" in page
    assert "on average" not in page
    lines = table(group, f"/results/survey/{number}/levels.csv")
    assert {line["hidden"] for line in lines if line["stratum"] != "*" and line["measure"] != "score"} == {"base"}
    assert line_of(lines, "deadline", measure="correct")["n"] == "40"


def test_what_was_shown_before_they_were_raised_stays_and_a_release_says_from_when_on(one_app: Flask) -> None:
    number = opened_wave(one_app, "pirmā", FIRST, answers(12, abroad=1), date(2026, 11, 1))
    group = group_of(one_app)
    before = table(group, f"/results/survey/{number}/levels.csv")
    raised(one_app, 27, 45)
    assert table(group, f"/results/survey/{number}/levels.csv") == before
    later = opened_wave(one_app, "otrā", FIRST, answers(20, abroad=3), date(2026, 11, 20))
    assert table(group, f"/results/survey/{later}/levels.csv") != before
    load_plan(one_app)
    with one_app.app_context():
        release = making.make(municipalities.find("cesis").id, "group", "test")
    made_from = {each["wave"]: each.get("smallest_base") for each in release.document["made_from"]["waves"]}
    assert made_from == {"pirmā": None, "otrā": 27}
    assert "Answers are shown from 27 people on" in text(group, f"/results/releases/{release.number}?lang=en")

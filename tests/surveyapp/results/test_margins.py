"""What stands beside a verdict: whether a change is practically the same, and how many people answered both times."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.core import municipalities
from surveyapp.ledger import store as ledger
from surveyapp.ledger.documents import rows_of
from surveyapp.releases import making
from tests.surveyapp.events.plans import PLAN, load_plan
from tests.surveyapp.results.opened_waves import FIRST, SECOND, Answers, answers, opened_wave
from tests.surveyapp.results.reading import table, text
from tests.surveyapp.signing_in import sign_in

TEXT = '{lv: "Vai piedalījāties arī iepriekš?", en: "Did you take part last time?", ru: "Вы участвовали и раньше?"}'
DECLARED = (
    (
        SECOND.replace("items: [deadline, whom]", "items: [deadline, whom], margin: 0.5")
        .replace("headline: [deadline]", 'answered_before: {item: before, yes: ["yes"], no: ["no"]}\nheadline: [deadline]')
        .replace("      - id: duty\n", "      - id: duty\n        margin: 30\n")
        .replace("      - id: deadline\n", "      - id: deadline\n        margin: 10\n")
    )
    + f"""      - id: before
        kind: single
        label: {TEXT}
        choices:
          - {{id: "yes", label: {{lv: "Jā", en: "Yes", ru: "Да"}}}}
          - {{id: "no", label: {{lv: "Nē", en: "No", ru: "Нет"}}}}
          - {{id: unsure, label: {{lv: "Neatceros", en: "I do not remember", ru: "Не помню"}}, outside_base: true}}
"""
)
SAID = ("yes",) * 28 + ("no",) * 6 + ("unsure",) * 6


def said(right: int) -> Iterator[Answers]:
    """Forty people of whom 28 say that they answered before and 6 that they did not, as many of both groups."""
    return ({**one, "before": (before,)} for one, before in zip(answers(right, abroad=4), SAID, strict=True))


KEYS = (("duty", "favourable", "*"), ("deadline", "correct", "*"), ("knowledge", "score", "*"))


def reader(app: Flask) -> FlaskClient:
    client = app.test_client()
    sign_in(client, app, "group")
    return client


def test_a_declared_margin_and_who_answered_before_stand_beside_the_comparison_and_in_its_file(one_app: Flask) -> None:
    first = opened_wave(one_app, "pirmā", FIRST, answers(12, abroad=4), date(2026, 11, 1))
    opened_wave(one_app, "otrā", DECLARED, said(30), date(2026, 11, 15))
    group = reader(one_app)
    page = text(group, "/results/survey?lang=en")
    assert "Practically the same, of all questions with a declared margin: Reporting is up to me – 0" in page
    assert "The change is clearly smaller than 30 percentage points, which counts as practically the same." in page
    assert "Whether it is smaller than" not in page, "what is larger than the margin needs no second word"
    assert (
        "Of the 40 who answered now, 28 said that they had answered the time before. 6 said that they had not; the others may "
        "have or not. From 30 to 34 people answered both times. By chance alone it would be about 32."
    ) in page
    assert "Izmaiņas ir skaidri mazākas par 30 procentpunktiem, un tas skaitās praktiski tas pats." in text(
        group, "/results/survey?lang=lv"
    )
    assert "Оба раза участвовали от 30 до 34 человек." in text(group, "/results/survey?lang=ru")
    lines = {(row["item"], row["measure"], row["stratum"]): row for row in table(group, "/results/survey.csv")}
    duty, deadline = lines["duty", "favourable", "*"], lines["deadline", "correct", "*"]
    assert (duty["margin"], duty["equivalent"], duty["verdict"]) == ("0.3", "yes", "no_clear_change")
    assert (deadline["margin"], deadline["equivalent"], deadline["verdict"]) == ("0.1", "", "clear_rise")
    assert "p_equivalence" not in duty
    assert (deadline["twice_least"], deadline["twice_most"]) == ("30", "34")
    ends = [float(deadline[name]) for name in ("widest_low", "change_low", "narrowest_low", "change", "narrowest_high")]
    assert ends == sorted(ends)
    assert lines["duty", "favourable", "teacher"]["twice_least"] == "", "only of the whole town"
    assert "practically the same" in text(group, "/results/methods?lang=en").lower()
    third = opened_wave(one_app, "trešā", DECLARED.replace("version: 2", "version: 3"), said(31), date(2026, 11, 20))
    later = text(group, f"/results/survey?lang=en&before={first}&after={third}")
    assert "pirmā (1 Nov 2026) → trešā" in later
    assert "answered both times" not in later, "the time before was another one"
    assert "answered both times" in text(group, "/results/survey?lang=en")


@pytest.mark.parametrize("level", ["group", "public"])
def test_a_release_holds_both_and_the_public_one_rounds_people_and_leaves_the_margin_as_declared(
    one_app: Flask, level: ledger.Level
) -> None:
    load_plan(one_app, PLAN)
    opened_wave(one_app, "pirmā", FIRST, answers(12, abroad=4), date(2026, 11, 1))
    opened_wave(one_app, "otrā", DECLARED, said(30), date(2026, 11, 15))
    with one_app.app_context():
        release = making.make(municipalities.find("cesis").id, level, "test")
        assert release.document["format"] == making.VERSION
    rows = {(row["item"], row["measure"], row["stratum"]): row for row in rows_of(release.document, "survey_changes")}
    duty, deadline, score = (rows[key] for key in KEYS)
    assert (duty["margin"], duty["equivalent"], score["margin"]) == (0.3, True, 0.5)
    assert (deadline["twice_least"], deadline["twice_most"]) == ((30, 34) if level == "group" else (30, 35))
    ends = [float(str(deadline[name])) for name in ("widest_low", "narrowest_low", "narrowest_high", "widest_high")]
    assert ends == sorted(ends)
    page = text(reader(one_app), f"/results/releases/{release.number}/surveys?lang=en")
    assert "percentage points; practically the same (less than 30 percentage points)" in page
    assert "People who answered both times were counted by one anonymous question" in page

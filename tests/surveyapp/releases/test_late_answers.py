"""Answers that come after a release: ten or more enter the next one by themselves, fewer stay sealed, and both are said."""

from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask

from surveyapp.core import municipalities
from surveyapp.core.command import RefusedError
from surveyapp.ledger import store as ledger
from surveyapp.ledger.documents import rows_of
from surveyapp.releases import late, making
from surveyapp.survey import opening, wave_store
from surveyapp.survey.wave_store import NewCode, NewWave
from tests.analysis.invented import POPULATION, QUESTIONNAIRE_FILE, truth
from tests.attacker.judging import weak_points
from tests.attacker.telling import shown_twice, tell_tales
from tests.surveyapp.releases.stealing import STEWARD, Town
from tests.surveyapp.releases.test_releases import run
from tests.surveyapp.releases.test_traps import DAY, one_silent, people
from tests.surveyapp.results.reading import text
from tests.surveyapp.survey.rounds import submit_each

LATER = date(2026, 11, 15)


def answers_late(town: Town, name: str, number: int) -> None:
    """Ask everybody who was late in a round of their own, of whom *number* answer."""
    given = people(one_silent, number - number // 2, number // 2, seed=3)
    town.people[name], town.truths[name] = given, truth(town.asked, given)
    keys: list[X25519PrivateKey] = []
    codes: list[NewCode] = []
    with town.app.app_context():
        place = municipalities.find("cesis").id
        new = NewWave(name, town.reference, LATER, date(2026, 11, 30), POPULATION, supplements=town.ids["first"])
        town.ids[name] = wave_store.create(place, new, STEWARD, hand_over=keys.append).id
        wave_store.trial(wave_store.find(place, name), keys[0], STEWARD)
        wave_store.invite(wave_store.find(place, name), max(number, 10), STEWARD, hand_over=codes.extend)
        submit_each(
            [code.link for code in codes], [{item: tuple(said) for item, said in answers.items()} for _, answers in given]
        )
        wave_store.close(wave_store.find(place, name), STEWARD)
        opening.open_wave(wave_store.find(place, name), keys[0], STEWARD)


@pytest.fixture
def town(one_app: Flask) -> Town:
    """A town with one opened survey and a release of it."""
    found = Town.settled(one_app, QUESTIONNAIRE_FILE.read_text(encoding="utf-8"))
    found.takes_in("first", people(one_silent), DAY, POPULATION)
    found.releases()
    return found


def test_twelve_late_answers_enter_the_next_release_by_themselves_and_both_releases_say_so(town: Town) -> None:
    early = town.loot(numbers=[1], questions=False)
    answers_late(town, "late", 12)
    old = text(town.group, "/results/releases/1?lang=en")
    assert "Note: surveys opened since" in old
    assert "late (late answers to first)" in old
    assert town.releases() == 2
    new = text(town.group, "/results/releases/2?lang=en")
    told = "The additional survey late came in: late answers to first. They were opened together and stand by themselves"
    assert told in new
    assert "Note: surveys opened since" not in new
    assert "late / " not in new.split("Surveys What the surveys say")[0], "not line by line"
    with town.app.app_context():
        first, second = (ledger.find(municipalities.find("cesis").id, number) for number in (1, 2))
    assert first
    assert second
    for table in ("survey_waves", "survey_levels"):
        kept = [row for row in rows_of(second.document, table) if row["wave"] == "first"]
        assert kept == rows_of(first.document, table), "the numbers of the survey that was opened before stay as they were"
    assert run(town.app, "release", "verify", "1").startswith("0 "), "the old release is as it was"
    # Pages of a question over time leave additional rounds out; the attacker would take the line of the main survey for it.
    both = town.loot(numbers=[1, 2], questions=False)
    assert early.releases[0].files == both.releases[0].files
    assert list(shown_twice(both)) == []
    assert tell_tales(both) == []
    assert weak_points(both, town.truths) == []


def test_seven_late_answers_stay_sealed_and_every_release_says_so_without_telling_how_many(town: Town) -> None:
    with pytest.raises(RefusedError, match="fewer than 10 boxes"):
        answers_late(town, "late", 7)
    assert town.releases() == 2
    for number in (1, 2):
        told = text(town.group, f"/results/releases/{number}?lang=en").partition("Still sealed")[2].split(" Release ")[0]
        assert "late (late answers to first)" in told
        assert "Fewer than 10 answers are never opened" in told
        assert "surveys opened since" not in told
        assert "7" not in told
    with town.app.app_context():
        found = ledger.find(municipalities.find("cesis").id, 2)
    assert found
    assert {row["wave"] for row in rows_of(found.document, "survey_waves")} == {"first"}


def test_a_survey_that_began_after_the_day_of_a_release_is_no_note_beside_it(town: Town) -> None:
    town.takes_in("second", people(one_silent, seed=2), date(2026, 11, 1), POPULATION)
    with town.app.app_context():
        place = municipalities.find("cesis").id
        making.make(place, "group", "test", as_of=date(2026, 10, 1))
        early, today = (ledger.find(place, number) for number in (2, 1))
        assert early
        assert today
        assert [each.wave.name for each in late.beside(place, early).opened] == []
        assert [each.wave.name for each in late.beside(place, today).opened] == ["second"]


def test_numbers_that_other_rules_gave_are_told_with_those_rules() -> None:
    before, after = ({"rules": {"levels": levels, "grace_days": 30}} for levels in (6, 7))
    assert late.raised(before, after) == (("levels", 6, 7),)
    assert late.raised(after, after) == ()

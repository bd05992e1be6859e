"""The promise to a respondent: computed from the wave's settings, in three languages, and true of that wave only."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from questionnaires.grammar import parse_questionnaire
from questionnaires.library import find_questionnaire
from questionnaires.texts import LANGUAGES
from surveyapp.survey import promise_words
from surveyapp.survey.privacy import FactKey, Terms, statement
from surveyapp.survey.rules import Mode
from tests.surveyapp.survey.pages import opened
from tests.surveyapp.survey.small import YAML, running
from tests.surveyapp.survey.test_boxes import FEEDBACK_YAML

FILE = find_questionnaire("specialists/2")
SPECIALISTS = Terms(
    questionnaire=parse_questionnaire(FILE.read_text(encoding="utf-8"), str(FILE)),
    mode="code",
    opens=date(2026, 11, 20),
    closes=date(2026, 11, 30),
    demo=False,
    free_text=False,
    supplementary=False,
)
SMALL = replace(SPECIALISTS, questionnaire=parse_questionnaire(YAML, "small"))
FEEDBACK = replace(SPECIALISTS, questionnaire=parse_questionnaire(FEEDBACK_YAML, "feedback"), mode="group")
GAME = replace(SMALL, questionnaire=replace(SMALL.questionnaire, instrument="game"), mode="group")


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    """One kind of database is enough: nothing here depends on it."""
    return sqlite_app


def keys(terms: Terms) -> set[FactKey]:
    return {fact.key for fact in statement(terms)}


WHO = {FactKey.ONE_CODE_ONE_ANSWER, FactKey.ANYBODY_OF_THE_GROUP, FactKey.ANYBODY}
KEPT = {FactKey.KEPT_WITH_GROUP, FactKey.KEPT_WITH_GROUP_AND_BAND, FactKey.KEPT_WITH_TRAINING, FactKey.KEPT_WITH_AGE_GROUP}


@pytest.mark.parametrize(
    ("mode", "fact"),
    [("code", FactKey.ONE_CODE_ONE_ANSWER), ("group", FactKey.ANYBODY_OF_THE_GROUP), ("open", FactKey.ANYBODY)],
)
def test_each_mode_tells_who_can_answer_and_only_a_personal_code_promises_one_answer(mode: Mode, fact: FactKey) -> None:
    assert keys(replace(SPECIALISTS, mode=mode)) & WHO == {fact}


@pytest.mark.parametrize(
    ("terms", "fact"),
    [
        (SPECIALISTS, FactKey.KEPT_WITH_GROUP_AND_BAND),
        (SMALL, FactKey.KEPT_WITH_GROUP),
        (FEEDBACK, FactKey.KEPT_WITH_TRAINING),
        (GAME, FactKey.KEPT_WITH_AGE_GROUP),
    ],
    ids=["with a band", "without", "feedback", "game"],
)
def test_it_is_told_beside_what_an_answer_stands_afterwards(terms: Terms, fact: FactKey) -> None:
    assert keys(terms) & KEPT == {fact}


def test_own_words_numbers_latecomers_and_invented_data_are_told_where_they_are_true_and_nowhere_else() -> None:
    some = {FactKey.OWN_WORDS, FactKey.NO_FREE_TEXT, FactKey.NUMBERS_IN_BANDS, FactKey.LATECOMERS, FactKey.INVENTED}
    assert keys(SPECIALISTS) & some == {FactKey.NO_FREE_TEXT}
    assert keys(SMALL) & some == {FactKey.NO_FREE_TEXT, FactKey.NUMBERS_IN_BANDS}
    assert keys(replace(SMALL, free_text=True)) & some == {FactKey.OWN_WORDS, FactKey.NUMBERS_IN_BANDS}
    no_texts = replace(SPECIALISTS, free_text=True)
    assert keys(no_texts) & some == {FactKey.NO_FREE_TEXT}, "nothing to write, although it would be allowed"
    late = replace(SPECIALISTS, supplementary=True, demo=True)
    assert keys(late) & some == {FactKey.NO_FREE_TEXT, FactKey.LATECOMERS, FactKey.INVENTED}


def test_answers_can_be_changed_until_the_close_and_a_game_cannot() -> None:
    changes = [fact for fact in statement(SPECIALISTS) if fact.key is FactKey.CHANGED_UNTIL]
    assert [fact.day for fact in changes] == [date(2026, 11, 30)]
    assert FactKey.CHANGED_UNTIL not in keys(GAME)


def test_pseudonymised_is_said_of_what_lies_sealed_and_anonymous_only_of_what_exists_afterwards() -> None:
    order = [fact.key for fact in statement(SPECIALISTS)]
    assert order.index(FactKey.PSEUDONYMISED_UNTIL_OPENING) < order.index(FactKey.ANONYMOUS_AFTER_OPENING)
    assert order.index(FactKey.OPENED_TOGETHER) == order.index(FactKey.PSEUDONYMISED_UNTIL_OPENING) - 1, "“until then”"


@pytest.mark.parametrize("terms", [SPECIALISTS, SMALL, FEEDBACK, GAME], ids=["specialists", "small", "feedback", "game"])
def test_every_fact_has_its_sentence_in_every_language(app: Flask, terms: Terms) -> None:
    for mode in ("code", "group", "open"):
        every = replace(terms, mode=mode, free_text=True, supplementary=True, demo=True)
        with app.test_request_context("/?lang=en"):
            texts = promise_words.texts(every)
        assert set(texts) == set(LANGUAGES)
        for language in LANGUAGES:
            assert len(texts[language]) == len(statement(every))
            assert all(sentence and "%" not in sentence and "\n" not in sentence for sentence in texts[language])
        assert not set(texts["lv"]) & set(texts["en"]), "translated"
        assert not set(texts["ru"]) & set(texts["en"]), "translated"
    assert any("2026. gada 30. novembris" in sentence for sentence in texts["lv"])


def test_the_page_shows_the_promise_that_was_written_down_with_the_wave(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    this = running(app)
    with app.test_request_context("/?lang=en"):
        then = promise_words.texts(SMALL)["en"]
    monkeypatch.setattr(promise_words, "texts", lambda _: dict.fromkeys(LANGUAGES, ("Something else.",)))
    page = opened(client, this.codes[0].link)
    assert all(sentence in page.text for sentence in then)
    assert "Something else." not in page.text


def test_a_wave_that_is_closed_before_its_last_day_breaks_no_promise(app: Flask) -> None:
    with app.app_context():
        promised = " ".join(promise_words.texts(SPECIALISTS)["en"])
    assert "or earlier if the survey is closed before), nobody can read them" in promised
    assert "Up to and including" not in promised

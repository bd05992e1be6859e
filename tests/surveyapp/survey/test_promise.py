"""The promise to a respondent: computed from the wave's settings, in three languages, and true of that wave only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from questionnaires.grammar import parse_questionnaire
from questionnaires.library import find_questionnaire
from questionnaires.texts import LANGUAGES
from surveyapp.core.database import reading, writing
from surveyapp.survey import promise_words
from surveyapp.survey.models import WavePromise
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
def app(one_app: Flask) -> Flask:
    """One kind of database is enough: nothing here depends on it."""
    return one_app


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


RELEASED: Final = {
    2: "17306bd54513e8f71d9c06133c8bb65eed6135fc8e658bf9295866975b46477b",
    3: "293532f9c1d519a49f3435507de75008239c9962de11fbf7a008a9528b0de9b5",
    4: "39a3a1a95daabebee8d8af9b34ea7a80b4b755e0c6bfc73779d119653b018bf8",
}
"""The check sum of all sentences of each version. A line is added with a new version, and none is ever changed."""


def _every_promise() -> Iterator[str]:
    """Give each promise that any wave can make, with the rule by which it comes, in every language."""
    asked = SPECIALISTS.questionnaire
    kinds = (asked, replace(asked, band_item=None), *(replace(asked, instrument=name) for name in ("feedback", "game")))
    modes: tuple[Mode, ...] = ("code", "group", "open")
    ordinary = [replace(SPECIALISTS, questionnaire=kind, mode=mode) for kind in kinds for mode in modes]
    special = [replace(SMALL, free_text=True), replace(SPECIALISTS, supplementary=True, demo=True)]
    for terms in (*ordinary, *special):
        told = promise_words.texts(terms)
        for place, fact in enumerate(statement(terms)):
            # How the groups of the small questionnaire of these tests are called is no promise.
            words = [told[language][place] for language in LANGUAGES if terms is not special[0] or fact.key not in KEPT]
            yield " | ".join((fact.key, *words))


def test_a_sentence_of_the_promise_cannot_change_without_a_new_version(app: Flask) -> None:
    with app.app_context():
        promises = tuple(_every_promise())
    assert {line.partition(" | ")[0] for line in promises} == set(FactKey), "every promise is among them"
    now = sha256("\n".join(promises).encode()).hexdigest()
    assert max(RELEASED) == promise_words.VERSION
    assert now == RELEASED[promise_words.VERSION], "raise promise_words.VERSION and add its check sum here"


def test_days_are_written_in_a_promise_as_on_the_pages(app: Flask) -> None:
    with app.app_context():
        told = promise_words.texts(SPECIALISTS)
    day = SPECIALISTS.closes
    assert f"{day.day} {day:%B %Y}" in " ".join(told["en"])


def test_a_promise_of_an_earlier_version_is_shown_word_for_word(client: FlaskClient, app: Flask) -> None:
    this = running(app)
    with app.app_context():
        wave_id = this.facts().id
        with reading() as session:
            versions = set(session.scalars(select(WavePromise.version).where(WavePromise.wave_id == wave_id)))
        with writing() as session:
            before = "Until the last day for answering has passed, nobody can read them."
            old = update(WavePromise).where(WavePromise.wave_id == wave_id, WavePromise.language == "en")
            session.execute(old.values(version=1, text=before))
    assert versions == {promise_words.VERSION}
    page = opened(client, this.codes[0].link)
    assert before in page.text
    assert "As long as answers are taken (last day" not in page.text

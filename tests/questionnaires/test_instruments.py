"""What feedback after an event and the game for classes promise to those who answer: short, safe, kind and fair."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import questionnaires
from questionnaires.grammar import read_questionnaire
from questionnaires.library import LOCK_NAME, read_lock
from questionnaires.survey_types import Item, Questionnaire
from questionnaires.texts import LANGUAGES, Text

ROOT = Path(questionnaires.__file__).parent
GAMES = pytest.mark.parametrize("game", ["game-7-10", "game-11-14", "game-15-18"])
IN_EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)

# Asks what happened to the player, or to whoever reads.
ASKS_ABOUT_THE_PLAYER = {
    "lv": r"\bvai (tev|tu|tevi|jums|jūs)\b|\btev (ir|bija) (kād|noti)|\bkādreiz\b|\bar tevi\b",
    "en": r"\b(has|did|is|was) (any|some)(one|body)\b.*\byou\b|\b(have|did|were) you\b|happened to you|\bever\b",
    "ru": r"\b(случалось|было) ли (с тобой|у тебя)\b|\bс тобой\b|\bтебя кто-то\b|\bкогда-нибудь\b",
}
NOT_FOR_CHILDREN = {
    "lv": r"seks|dzimumorg|dzimumakt|kail|porn|izvaro|nāv|mir[st]|slepkav|asin",
    "en": r"\bsex|genital|naked|nude|porn|\brape|\bdeath|\bdie\b|\bkill|blood",
    "ru": r"секс|половы|гол(ый|ая|ое|ые|ых)\b|порн|изнасил|смерт|умер|убить|убий|кров",
}
FORMAL = {"lv": r"\bJūs|\bJums|\bJūsu", "en": r"$^", "ru": r"\bВы\b|\bВас\b|\bВам\b|\bВаш"}


@cache
def shipped(name: str) -> Questionnaire:
    """The questionnaire as shipped."""
    return read_questionnaire(ROOT / "surveys" / name / "1.yaml")


def read_by_players(game: Questionnaire) -> Iterator[Text]:
    """Every text that a player meets."""
    yield from (game.title, game.intro)
    for section in game.sections:
        yield section.title
    for item in game.items:
        yield item.label
        yield from [item.explanation] if item.explanation else []
        yield from (choice.label for choice in item.choices)


def lengths(item: Item, language: str) -> dict[str, int]:
    """The length of each answer, "don't know" left out."""
    return {choice.id: len(choice.label.get(language)) for choice in item.choices if choice.id != "dont_know"}


def test_feedback_takes_two_minutes_and_asks_for_no_role_no_name_and_no_own_words() -> None:
    feedback = shipped("event-feedback")
    assert feedback.instrument == "feedback"
    assert 5 <= len(feedback.items) <= 7
    assert {item.kind for item in feedback.items} == {"likert", "single"}
    assert feedback.minutes == 2
    assert (feedback.stratum_item, feedback.band_item, feedback.written) == (None, None, ())


def test_ten_answers_are_enough_to_show_a_statement_of_the_feedback() -> None:
    for item in shipped("event-feedback").items:
        assert not any(choice.outside_base for choice in item.choices), item.id
        assert item.requirement == "required", item.id
        assert item.favourable, item.id


@GAMES
def test_a_game_has_six_to_nine_questions_each_explained(game: str) -> None:
    questions = shipped(game).asked
    assert shipped(game).instrument == "game"
    assert 6 <= len(questions) <= 9
    for item in questions:
        assert item.kind == "knowledge", item.id
        assert item.explanation, item.id
        assert item.source, item.id
        assert item.shuffled, item.id
        assert item.choices[-1].id == "dont_know", item.id


@GAMES
@IN_EVERY_LANGUAGE
def test_the_first_page_says_how_many_questions_there_are(game: str, language: str) -> None:
    assert str(len(shipped(game).asked)) in shipped(game).intro.get(language)


@GAMES
@IN_EVERY_LANGUAGE
def test_no_question_is_about_what_happened_to_the_player(game: str, language: str) -> None:
    for item in shipped(game).items:
        assert not re.search(ASKS_ABOUT_THE_PLAYER[language], item.label.get(language), re.IGNORECASE), item.id


@GAMES
@IN_EVERY_LANGUAGE
def test_nothing_in_a_game_is_sexual_or_frightening(game: str, language: str) -> None:
    for text in read_by_players(shipped(game)):
        assert not re.search(NOT_FOR_CHILDREN[language], text.get(language), re.IGNORECASE), text


@GAMES
@IN_EVERY_LANGUAGE
def test_children_are_spoken_to_as_children(game: str, language: str) -> None:
    for text in read_by_players(shipped(game)):
        assert not re.search(FORMAL[language], text.get(language)), text


@GAMES
@IN_EVERY_LANGUAGE
def test_every_game_says_whom_to_call(game: str, language: str) -> None:
    said = " ".join(item.explanation.get(language) for item in shipped(game).asked if item.explanation)
    for number in ("116111", "110", "112"):
        assert re.search(rf"\b{number}\b", said), number


@GAMES
@IN_EVERY_LANGUAGE
def test_a_question_and_its_explanation_are_short_enough_for_a_phone(game: str, language: str) -> None:
    for item in shipped(game).asked:
        assert len(item.label.get(language)) <= 120, item.id
        assert item.explanation is not None
        assert len(item.explanation.get(language)) <= 180, item.id


@GAMES
def test_the_place_of_the_right_answer_varies(game: str) -> None:
    items = shipped(game).asked
    places = Counter(item.correct for item in items)
    assert set(places) == {"a", "b", "c"}
    assert max(places.values()) <= len(items) / 2


@GAMES
@IN_EVERY_LANGUAGE
def test_the_length_of_an_answer_does_not_give_it_away(game: str, language: str) -> None:
    items = shipped(game).asked
    by_item = {item.id: (lengths(item, language), str(item.correct)) for item in items}
    assert sum(each[right] == max(each.values()) for each, right in by_item.values()) <= len(items) / 2
    assert sum(each[right] == min(each.values()) for each, right in by_item.values()) <= len(items) / 2
    for name, (each, right) in by_item.items():
        assert each[right] <= 1.35 * max(length for answer, length in each.items() if answer != right), name


@GAMES
def test_every_answer_has_its_source_in_the_documents(game: str) -> None:
    listed = (ROOT.parent / "docs" / "questionnaire-sources.md").read_text(encoding="utf-8")
    for item in shipped(game).asked:
        assert f"`{item.id}`" in listed, item.id


@pytest.mark.parametrize("name", ["event-feedback", "game-7-10", "game-11-14", "game-15-18"])
def test_it_is_published(name: str) -> None:
    assert f"surveys/{name}/1.yaml" in read_lock(ROOT / LOCK_NAME)

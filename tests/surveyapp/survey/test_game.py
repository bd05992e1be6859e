"""The game as a class plays it, in a browser without JavaScript: one question a page, a friendly word, sent once."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from questionnaires.survey_types import Questionnaire
from surveyapp.core.database import reading
from surveyapp.survey import finding, opened_store, wave_store
from surveyapp.survey.models import SealedBox
from surveyapp.survey.wave_store import NewCode
from tests.surveyapp.feedback.years import GAME, STEWARD, Year, played, proved
from tests.surveyapp.survey.pages import Data, Page, read


class Player:
    """One child at the game."""

    def __init__(self, app: Flask, code: NewCode, lang: str = "en") -> None:
        self.client: FlaskClient = app.test_client()
        self.lang = lang
        self.response = self.client.post(f"/s/?lang={lang}", data={"code": code.link})

    @property
    def page(self) -> Page:
        """The page that the player sees."""
        return read(self.response)

    @property
    def text(self) -> str:
        """Its HTML, characters as people see them."""
        return unescape(self.response.get_data(as_text=True))

    def press(self, choice: str = "", **more: str) -> TestResponse:
        """Press the page's button, with *choice* chosen."""
        sent: Data = {**self.page.hidden, "choice": [choice], "go": ["1"]}
        self.response = self.client.post(f"/s/game/?lang={self.lang}", data={**sent, **{k: [v] for k, v in more.items()}})
        return self.response

    def switch(self, lang: str, choice: str = "") -> None:
        """Press a language button."""
        self.lang = lang
        sent: Data = {**self.page.hidden, "choice": [choice], "lang": [lang]}
        self.response = self.client.post(f"/s/game/?lang={lang}", data=sent)

    def play(self, answers: dict[str, tuple[str, ...]]) -> None:
        """Play from the first page to the last."""
        self.press()
        for chosen in answers.values():
            self.press(chosen[0])
            self.press()


@pytest.fixture
def year(one_app: Flask) -> Year:
    """A year with a proved key."""
    return proved(one_app)


@pytest.fixture
def game(one_app: Flask, year: Year) -> Questionnaire:
    """The game of the youngest."""
    with one_app.app_context():
        return year.wave(GAME).questionnaire


@pytest.fixture
def code(year: Year) -> NewCode:
    """The code of a class of the youngest."""
    return year.code("7-10", GAME)


def boxes(app: Flask) -> int:
    with app.app_context(), reading() as session:
        return session.scalar(select(func.count()).select_from(SealedBox)) or 0


def first_wrong(game: Questionnaire, number: int) -> str:
    item = game.asked[number]
    return next(choice.id for choice in item.choices if choice.id not in {item.correct, "dont_know"})


def test_a_class_plays_and_the_results_are_what_it_answered(app: Flask) -> None:
    year = proved(app)
    code = year.code("7-10", GAME)
    with app.app_context():
        asked = year.wave(GAME).questionnaire
    for right in range(10):
        player = Player(app, code)
        player.play(played(asked, min(right, 8)))
        assert "Thank you for playing!" in player.text
        assert f"Right answers: {min(right, 8)} of 8" in player.text
    year.opened(GAME)
    with app.app_context():
        counts = opened_store.counts(year.wave(GAME)).strata
    assert set(counts) == {"7-10"}
    assert counts["7-10"].respondents == 10
    first, last = asked.asked[0], asked.asked[-1]
    assert counts["7-10"].items[first.id].options[first.correct or ""] == 9
    assert counts["7-10"].items[last.id].options[last.correct or ""] == 2


def test_the_first_page_speaks_to_children_and_keeps_the_whole_promise_for_adults(year: Year, one_app: Flask) -> None:
    player = Player(one_app, year.code("7-10", GAME))
    assert "Nobody can see which answers are yours" in player.text
    assert "For adults: what happens to the answers" in player.text
    assert "The key that opens them is with the data steward" in player.text
    assert "role" not in player.page.offered
    assert boxes(one_app) == 0


def test_no_page_holds_the_right_answer_or_the_explanation_of_a_question_before_it_is_answered(
    year: Year, game: Questionnaire, one_app: Flask
) -> None:
    player = Player(one_app, year.code("7-10", GAME))
    shown = [player.text]
    player.press()
    for number, item in enumerate(game.asked):
        shown.append(player.text)
        assert {choice.id for choice in item.choices} == set(player.page.offered["choice"])
        told = [each.id for each in game.asked if any(str(each.explanation and each.explanation.en) in page for page in shown)]
        assert told == [each.id for each in game.asked[:number]]
        later = [each.label.en for each in game.asked[number + 1 :]]
        assert not any(label in page for label in later for page in shown)
        player.press(first_wrong(game, number))
        assert item.explanation
        assert item.explanation.en in player.text
        shown.append(player.text)
        player.press()


def test_a_right_a_wrong_and_an_honest_answer_each_get_a_friendly_word(year: Year, game: Questionnaire, one_app: Flask) -> None:
    for choice, word in (
        (game.asked[0].correct or "", "That is right!"),
        (first_wrong(game, 0), "Not quite yet"),
        ("dont_know", "Good that you say so honestly!"),
    ):
        player = Player(one_app, year.code("7-10", GAME))
        player.press()
        player.press(choice)
        assert f"<h1>{word}</h1>" in player.text
        assert game.asked[0].choice(game.asked[0].correct or "").label.en in player.text


def test_each_player_sees_the_answers_in_an_order_of_their_own_that_stays(year: Year, one_app: Flask) -> None:
    code = year.code("7-10", GAME)
    orders = set()
    for _ in range(12):
        player = Player(one_app, code)
        player.press()
        first = player.page.offered["choice"]
        player.switch("lv")
        assert player.page.offered["choice"] == first
        assert first[-1] == "dont_know"
        orders.add(tuple(first))
    assert len(orders) > 1


def test_a_language_switch_keeps_the_place_and_what_is_ticked(year: Year, game: Questionnaire, one_app: Flask) -> None:
    player = Player(one_app, year.code("7-10", GAME))
    player.switch("lv")
    assert game.title.lv in player.text
    player.switch("en")
    player.press()
    player.press("dont_know")
    player.switch("ru")
    assert game.asked[0].explanation
    assert game.asked[0].explanation.ru in player.text
    player.press()
    player.switch("lv", choice=first_wrong(game, 1))
    assert game.asked[1].label.lv in player.text
    assert player.page.ticked == {"choice": [first_wrong(game, 1)]}
    assert boxes(one_app) == 0


def test_a_question_waits_for_an_answer(year: Year, game: Questionnaire, one_app: Flask) -> None:
    player = Player(one_app, year.code("7-10", GAME))
    player.press()
    for choice in ("", "invented"):
        assert player.press(choice).status_code == 422
        assert game.asked[0].label.en in player.text
        assert "Choose an answer first" in player.text


def test_the_answers_are_stored_once_however_often_the_last_page_is_sent(
    year: Year, game: Questionnaire, one_app: Flask
) -> None:
    player = Player(one_app, year.code("7-10", GAME))
    player.press()
    for number in range(len(game.asked)):
        assert boxes(one_app) == 0
        player.press(first_wrong(game, number))
        if number + 1 < len(game.asked):
            player.press()
    last = player.page.hidden
    for _ in range(3):
        again = player.client.post("/s/game/?lang=en", data={**last, "go": ["1"]})
        assert "Thank you for playing!" in again.get_data(as_text=True)
    player.press()
    player.switch("lv")
    assert "Paldies par spēli!" in player.text
    assert boxes(one_app) == 1


def test_the_last_page_says_where_to_turn_and_gives_nothing_to_keep(year: Year, game: Questionnaire, one_app: Flask) -> None:
    player = Player(one_app, year.code("7-10", GAME))
    player.play(played(game, 4))
    assert 'href="tel:116111"' in player.text
    assert "Tell a grown-up you trust" in player.text
    assert player.page.receipt is None
    assert "Nobody can find out which ones are yours" in player.text


def test_nobody_skips_ahead_by_sending_later_answers(year: Year, game: Questionnaire, one_app: Flask) -> None:
    player = Player(one_app, year.code("7-10", GAME))
    later = {f"a-{item.id}": "dont_know" for item in game.asked[1:]}
    for stage in ("intro", "feedback", "end"):
        player.press(stage=stage, **later)
        assert game.asked[0].label.en in player.text
    assert boxes(one_app) == 0


def test_a_class_whose_round_is_over_is_told_so_kindly(year: Year, one_app: Flask) -> None:
    player = Player(one_app, year.code("7-10", GAME))
    player.press()
    with one_app.app_context():
        wave_store.close(year.wave(GAME), STEWARD)
    assert player.press("dont_know").status_code == 410
    assert "This round of the game is over" in player.text
    assert "116111" in player.text


def test_a_silent_database_loses_nothing(
    year: Year, game: Questionnaire, one_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = Player(one_app, year.code("7-10", GAME))
    player.press()
    player.press("dont_know")
    before = player.page.hidden

    def fail(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(finding, "_find", fail)
        assert player.press().status_code == 503
        assert "Your answers are still here" in player.text
        assert {name: player.page.hidden[name] for name in before} == before
    player.press()
    assert game.asked[1].label.en in player.text


def test_the_address_of_the_game_alone_leads_to_the_door(one_app: Flask) -> None:
    client = one_app.test_client()
    assert client.get("/s/game/").headers["Location"] == "/s/"
    assert client.post("/s/game/", data={"code": "nothing"}).status_code == 410


def test_a_code_of_feedback_does_not_open_the_game(year: Year, one_app: Flask) -> None:
    response = one_app.test_client().post("/s/game/", data={"code": year.code("1.1.a").link})
    assert response.headers["Location"] == "/s/"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_sent_no_answer_is_told_early_and_nothing_breaks(
    code: NewCode, game: Questionnaire, one_app: Flask, data: st.DataObject
) -> None:
    choices = st.sampled_from(["", "a", "b", "c", "dont_know", "zzz", "\0", "a" * 300])
    sent = {f"a-{item.id}": data.draw(choices) for item in game.asked if data.draw(st.booleans())}
    stage = data.draw(st.sampled_from(["intro", "question", "feedback", "end", "", "lv"]))
    fields = {**sent, "code": code.link, "receipt": data.draw(choices), "stage": stage, "choice": data.draw(choices)}
    if data.draw(st.booleans()):
        fields["lang"] = "en"
    response = one_app.test_client().post("/s/game/?lang=en", data=fields)
    assert response.status_code in {200, 422}
    text = unescape(response.get_data(as_text=True))
    answered = 0
    for item in game.asked:
        if sent.get(f"a-{item.id}") not in {choice.id for choice in item.choices}:
            break
        answered += 1
    told = [number for number, item in enumerate(game.asked) if item.explanation and item.explanation.en in text]
    assert all(number <= answered for number in told)
    number = re.search(r"Question (\d+) of 8", text)
    assert number is None or int(number[1]) <= answered + 1

"""The respondent's door without JavaScript: from the code to the receipt, and every way in which it can go wrong."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from questionnaires.survey_types import Item
from surveyapp.core.database import reading
from surveyapp.survey import finding, store, wave_store, wrong_codes
from surveyapp.survey.codes import shown
from surveyapp.survey.models import SealedBox
from tests.conftest import MakeApp
from tests.surveyapp.survey.pages import everything, opened, read, send, switch
from tests.surveyapp.survey.rounds import WHO, Beginning, Round

BEGINNING = Beginning()


@pytest.fixture(scope="module")
def furnish() -> Beginning:
    """Every database begins with a wave that takes answers."""
    return BEGINNING


@pytest.fixture
def this(app: Flask) -> Round:
    """That wave."""
    return BEGINNING.of(app)


def boxes(app: Flask) -> int:
    """How many answers are stored."""
    with app.app_context(), reading() as session:
        return session.scalar(select(func.count()).select_from(SealedBox)) or 0


class BrokenDiskError(Exception):
    """What a test lets happen instead of storing."""


def fail(*_: object) -> None:
    raise BrokenDiskError


# --- the whole way ---


def test_a_typed_code_leads_to_the_questionnaire_and_the_answers_to_a_receipt(
    client: FlaskClient, app: Flask, this: Round
) -> None:
    page = opened(client, shown(this.codes[0].typed).lower())
    assert "What happens to your answers" in page.text
    assert "One code, one answer, no link between them" in page.text
    response = send(client, everything(page))
    assert response.status_code == 200
    assert read(response).receipt == page.hidden["receipt"][0]
    assert boxes(app) == 1


def test_every_question_is_its_own_group_and_none_is_ticked_beforehand(client: FlaskClient, this: Round) -> None:
    page = opened(client, this.codes[0].link)
    assert page.groups == [f"q-{item.id}" for item in asked(client.application, this)]
    assert page.ticked == {}


def test_opening_the_questionnaire_does_not_use_up_the_code(client: FlaskClient, this: Round) -> None:
    opened(client, this.codes[0].link)
    opened(client, this.codes[0].typed)


@pytest.mark.parametrize("lang", ["lv", "en", "ru"])
def test_the_promise_the_questions_and_the_thanks_are_in_the_chosen_language(
    client: FlaskClient, this: Round, lang: str
) -> None:
    page = opened(client, this.codes[0].link, lang)
    with client.application.app_context():
        assert this.facts().questionnaire.items[0].label.get(lang) in page.text
    words = {
        "lv": ("pseidonimizēti", "Paldies"),
        "en": ("pseudonymised", "Thank you"),
        "ru": ("псевдонимизированные", "Спасибо"),
    }
    assert words[lang][0] in page.text
    assert words[lang][1] in read(send(client, everything(page), lang)).text


def test_no_page_sets_a_cookie_but_the_language_and_none_is_kept_by_the_browser(client: FlaskClient, this: Round) -> None:
    page = opened(client, this.codes[0].link)
    for response in (client.get("/s/"), send(client, page.hidden), send(client, everything(page)), client.get("/s/received")):
        assert response.headers["Cache-Control"] == "no-store"
        assert all(cookie.startswith("lang=") for cookie in response.headers.getlist("Set-Cookie"))
        assert 'autocomplete="on"' not in response.get_data(as_text=True)


def test_the_right_answers_never_leave_the_server(client: FlaskClient, this: Round) -> None:
    html = client.post("/s/?lang=en", data={"code": this.codes[0].link}).get_data(as_text=True)
    assert "correct" not in html


# --- codes that open nothing ---


def test_a_mistyped_code_is_kept_and_the_page_says_how_to_mend_it(client: FlaskClient, this: Round) -> None:
    wrong = this.codes[0].typed[:-1]
    response = client.post("/s/?lang=en", data={"code": wrong})
    assert response.status_code == 422
    assert "Compare with your card" in read(response).text
    assert f'value="{wrong}"' in response.get_data(as_text=True)


def test_an_empty_code_field_is_told_so(client: FlaskClient) -> None:
    response = client.post("/s/?lang=en", data={"code": " "})
    assert response.status_code == 422
    assert "The field is empty" in read(response).text


def test_an_unknown_code_is_kept_and_the_page_says_what_to_do(client: FlaskClient, this: Round) -> None:
    assert this.codes
    response = client.post("/s/?lang=en", data={"code": "A" * 24})
    assert response.status_code == 422
    assert "There is no such code" in read(response).text
    assert f'value="{"A" * 24}"' in response.get_data(as_text=True)


def test_after_many_unknown_codes_a_good_one_still_opens(client: FlaskClient, this: Round) -> None:
    for _ in range(wrong_codes.MOST_PER_SOURCE):
        client.post("/s/", data={"code": "A" * 24})
    response = client.post("/s/?lang=en", data={"code": "A" * 24})
    assert response.status_code == 429
    assert "Too many codes were tried" in read(response).text
    opened(client, this.codes[0].link)


def test_a_used_code_gets_a_clear_page_without_a_form(client: FlaskClient, app: Flask, this: Round) -> None:
    send(client, everything(opened(client, this.codes[0].link)))
    response = client.post("/s/?lang=en", data={"code": this.codes[0].typed})
    assert response.status_code == 409
    page = read(response)
    assert "already received" in page.text
    assert page.groups == []
    assert boxes(app) == 1


def test_a_code_is_not_open_before_the_first_day(make_app: MakeApp) -> None:
    this = BEGINNING.of(make_app())
    early = make_app(now=lambda: datetime(2026, 11, 19, 10, tzinfo=UTC)).test_client()
    response = early.post("/s/?lang=en", data={"code": this.codes[0].link})
    assert response.status_code == 409
    assert "not open yet" in read(response).text


def test_a_code_of_a_closed_wave_is_told_so_plainly(client: FlaskClient, app: Flask, this: Round) -> None:
    with app.app_context():
        wave_store.close(this.facts(), WHO)
    response = client.post("/s/?lang=en", data={"code": this.codes[0].link})
    assert response.status_code == 410
    assert "The questionnaire is closed" in read(response).text


def test_a_wave_that_was_closed_before_its_first_day_invites_nobody_back(make_app: MakeApp) -> None:
    app = make_app(now=lambda: datetime(2026, 11, 19, 10, tzinfo=UTC))
    this = BEGINNING.of(app)
    with app.app_context():
        wave_store.close(this.facts(), WHO)
    response = app.test_client().post("/s/?lang=en", data={"code": this.codes[0].link})
    assert response.status_code == 410
    assert "The questionnaire is closed" in read(response).text


def test_answers_that_come_after_the_close_are_told_that_nothing_was_stored(
    client: FlaskClient, app: Flask, this: Round
) -> None:
    page = opened(client, this.codes[0].link)
    with app.app_context():
        wave_store.close(this.facts(), WHO)
    response = send(client, everything(page))
    assert response.status_code == 410
    assert "Nothing was stored now" in read(response).text
    assert boxes(app) == 0


# --- answers that are not complete or not possible ---


def test_missing_answers_are_named_at_the_top_and_beside_the_question_and_the_rest_stays(
    client: FlaskClient, app: Flask, this: Round
) -> None:
    filled = everything(opened(client, this.codes[0].link))
    del filled["q-a_duty"]
    response = send(client, filled)
    assert response.status_code == 422
    html, page = response.get_data(as_text=True), read(response)
    assert "1 question needs you before sending" in page.text
    assert 'href="#q-a_duty"' in html
    assert page.text.count("Please choose the answer that fits best.") == 2
    assert page.ticked == {name: values for name, values in filled.items() if name.startswith("q-")}
    assert page.hidden["receipt"] == filled["receipt"]
    assert boxes(app) == 0


def test_a_choice_that_does_not_exist_is_refused_and_everything_else_stays(
    client: FlaskClient, app: Flask, this: Round
) -> None:
    filled = everything(opened(client, this.codes[0].link)) | {"q-a_duty": ["9"], "q-nothing": ["1"]}
    response = send(client, filled)
    assert response.status_code == 422
    page = read(response)
    assert "does not exist here" in page.text
    expected = {
        name: values for name, values in filled.items() if name.startswith("q-") and name not in {"q-a_duty", "q-nothing"}
    }
    assert page.ticked == expected
    assert boxes(app) == 0


def test_none_of_these_does_not_go_with_another_answer(client: FlaskClient, this: Round) -> None:
    filled = everything(opened(client, this.codes[0].link)) | {"q-t_wanted": ["signs", "none"]}
    page = read(send(client, filled))
    assert "does not go together with other answers" in page.text
    assert page.ticked["q-t_wanted"] == ["signs", "none"]


def test_a_soft_question_is_asked_about_once_and_may_then_stay_empty(client: FlaskClient, app: Flask, this: Round) -> None:
    filled = everything(opened(client, this.codes[0].link))
    soft = next(item for item in asked(app, this) if item.requirement == "soft")
    del filled[f"q-{soft.id}"]
    page = read(send(client, filled))
    assert "You may answer it, or leave it empty and send." in page.text
    assert read(send(client, page.filled())).receipt == filled["receipt"][0]


def asked(app: Flask, this: Round) -> tuple[Item, ...]:
    """The questions of the wave."""
    with app.app_context():
        return this.facts().questionnaire.asked


def test_an_answer_to_a_question_that_is_not_shown_is_left_out_kindly(client: FlaskClient, app: Flask, this: Round) -> None:
    filled = everything(opened(client, this.codes[0].link)) | {"q-t_received": ["none"], "q-t_useful": ["5"]}
    assert read(send(client, filled)).receipt
    assert boxes(app) == 1


def test_a_question_that_is_not_shown_is_not_missing(client: FlaskClient, this: Round) -> None:
    filled = everything(opened(client, this.codes[0].link)) | {"q-t_received": ["none"]}
    del filled["q-t_useful"]
    assert read(send(client, filled)).receipt


def test_without_scripts_a_conditional_question_says_when_to_answer_it(client: FlaskClient, this: Round) -> None:
    assert "Answer only if in question" in opened(client, this.codes[0].link).text


# --- nothing is lost, nothing counts twice ---


def test_switching_the_language_midway_keeps_everything_and_blames_nothing(client: FlaskClient, this: Round) -> None:
    page = opened(client, this.codes[0].link, "lv")
    russian = read(switch(client, page.filled(role="teacher", t_wanted=["signs", "online"]), "ru"))
    assert russian.ticked == {"q-role": ["teacher"], "q-t_wanted": ["signs", "online"]}
    assert russian.hidden == page.hidden
    assert "error-summary-title" not in russian.html
    assert "Что происходит с Вашими ответами" in russian.text


def test_switching_the_language_before_the_code_is_sent_keeps_what_was_typed(client: FlaskClient) -> None:
    response = client.post("/s/?lang=ru", data={"code": "ABCD", "lang": "ru"})
    assert response.status_code == 200
    assert 'value="ABCD"' in response.get_data(as_text=True)
    assert "Открыть анкету" in read(response).text


def test_sending_twice_shows_the_same_receipt_and_counts_once(client: FlaskClient, app: Flask, this: Round) -> None:
    filled = everything(opened(client, this.codes[0].link))
    first, second = read(send(client, filled)), read(send(client, filled))
    assert first.receipt == second.receipt is not None
    assert "We already have your answers" in second.text
    assert boxes(app) == 1


def test_of_two_tabs_the_second_gets_a_clear_page(client: FlaskClient, app: Flask, this: Round) -> None:
    one, two = opened(client, this.codes[0].link), opened(client, this.codes[0].typed)
    send(client, everything(one))
    response = send(client, everything(two))
    assert response.status_code == 409
    page = read(response)
    assert "already received" in page.text
    assert page.receipt is None
    assert boxes(app) == 1


def test_if_storing_fails_the_form_comes_back_filled(
    client: FlaskClient, app: Flask, this: Round, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    filled = everything(opened(client, this.codes[0].link))
    with monkeypatch.context() as broken:
        broken.setattr(store, "_stored", fail)
        response = send(client, filled)
    assert response.status_code == 503
    page = read(response)
    assert "Your answers are still here" in page.text
    assert page.ticked == {name: values for name, values in filled.items() if name.startswith("q-")}
    assert not any(values[0] in capfd.readouterr().err for values in (filled["code"], filled["receipt"]))
    assert read(send(client, page.filled())).receipt == filled["receipt"][0]
    assert boxes(app) == 1


@pytest.mark.parametrize("same_worker", [True, False])
def test_if_the_whole_database_is_silent_nothing_is_lost_either(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, *, same_worker: bool
) -> None:
    app = make_app()
    this = BEGINNING.of(app)
    filled = everything(opened(app.test_client(), this.codes[0].link))
    with monkeypatch.context() as broken:
        broken.setattr(finding, "_find", fail)
        response = send((app if same_worker else make_app()).test_client(), filled)
    assert response.status_code == 503
    page = read(response)
    assert {**page.hidden, **page.ticked, "send": ["1"]} == {**filled, "send": ["1"]}
    assert read(send(app.test_client(), page.filled())).receipt == filled["receipt"][0]


def test_if_the_database_is_silent_when_a_code_is_typed_the_code_stays(
    client: FlaskClient, this: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_find", fail)
    response = client.post("/s/?lang=en", data={"code": this.codes[0].typed})
    assert response.status_code == 503
    assert f'value="{this.codes[0].typed}"' in response.get_data(as_text=True)


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_cannot_send_answers(client: FlaskClient, app: Flask, this: Round, headers: dict[str, str]) -> None:
    filled = everything(opened(client, this.codes[0].link))
    assert client.post("/s/answer", data=filled, headers=headers).status_code == 403
    assert boxes(app) == 0


def test_opening_the_address_of_the_answers_leads_to_the_start(client: FlaskClient) -> None:
    assert client.get("/s/answer").headers["Location"] == "/s/"


def test_the_questionnaire_travels_light(client: FlaskClient, this: Round) -> None:
    packed = client.post("/s/", data={"code": this.codes[0].link}, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < 20_000

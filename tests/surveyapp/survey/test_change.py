"""Replacing and taking back answers on the pages: what the holder of code and receipt can do, and what nobody else learns."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from questionnaires.conditions import Answers
from surveyapp.survey import finding, opened_store, opening, store, wave_store, wrong_codes
from surveyapp.survey.codes import new_link
from surveyapp.survey.rules import Mode
from surveyapp.survey.wave_store import NewCode
from tests.conftest import MakeApp
from tests.surveyapp.survey.pages import Data, Page, read, send, switch
from tests.surveyapp.survey.rounds import CLOSES, WHO, Beginning, Round
from tests.surveyapp.survey.small import running, sheet
from tests.surveyapp.survey.test_door import boxes, fail

FIRST: Data = {"q-role": ["teacher"], "q-years": ["3"], "q-ready": ["1"], "q-topics": ["signs"]}
SECOND: Data = {**FIRST, "q-ready": ["hard_to_say"]}
STRANGERS = "ABCD-EFGH-JKMN-PQRT"
NOT_FOUND = "There are no answers under this code and this receipt together."


BEGINNING = Beginning(running)


@pytest.fixture(scope="module")
def furnish() -> Beginning:
    """Every database begins with a wave that takes answers."""
    return BEGINNING


@pytest.fixture
def this(app: Flask) -> Round:
    """That wave."""
    return BEGINNING.of(app)


def answer(client: FlaskClient, code: NewCode, answers: Data = FIRST) -> str:
    """Answer with *code*; returns the receipt."""
    page = read(client.post("/s/?lang=en", data={"code": code.link}))
    receipt = read(send(client, {**page.hidden, **answers})).receipt
    assert receipt
    return receipt


def ask(client: FlaskClient, code: str, receipt: str, step: str = "", **more: str) -> TestResponse:
    """Go to a step of the way with code and receipt."""
    return client.post(f"/s/change{step}?lang=en", data={"code": code, "receipt": receipt, **more})


def anew(client: FlaskClient, code: str, receipt: str) -> Page:
    """The questionnaire to fill in again."""
    return read(ask(client, code, receipt, "/answer"))


# --- with code and receipt ---


def test_the_page_says_that_answers_are_there_and_shows_none(client: FlaskClient, this: Round) -> None:
    receipt = answer(client, this.codes[0])
    for code in (this.codes[0].typed, this.codes[0].link, f"https://example.org/s/#{this.codes[0].link}"):
        page = read(ask(client, code, receipt.lower()))
        assert "Your answers are here, sealed" in page.text
        assert "Nobody can show them, not even to you" in page.text
        assert page.kept == {}


def test_new_answers_take_the_place_of_the_old_ones_under_the_same_receipt(
    client: FlaskClient, app: Flask, this: Round
) -> None:
    receipt = answer(client, this.codes[0])
    form = anew(client, this.codes[0].typed, receipt)
    assert form.kept == {}
    assert "stay in place until you send these" in form.text
    done = read(send(client, {**form.hidden, **SECOND}))
    assert "Your new answers have taken the place of the old ones" in done.text
    assert done.receipt == receipt
    assert boxes(app) == 1
    assert opened_with_others(app, this, first=1).count(("hard_to_say",)) == 1


def opened_with_others(app: Flask, this: Round, first: int) -> list[tuple[str, ...]]:
    """What everybody said, after the codes from number *first* on answered as well."""
    with app.app_context():
        for number, code in enumerate(this.codes[first:]):
            store.submit(code.link, store.new_receipt(), sheet(number))
        wave_store.close(this.facts(), WHO)
        opening.open_wave(this.facts(), this.private, WHO)
        answers: list[Answers] = [one.answers for one in opened_store.responses(this.facts())]
        return [tuple(given["ready"]) for given in answers]


def test_until_the_new_answers_are_sent_the_old_ones_stay(client: FlaskClient, app: Flask, this: Round) -> None:
    receipt = answer(client, this.codes[0])
    form = anew(client, this.codes[0].link, receipt)
    incomplete = read(send(client, {**form.hidden, "q-ready": ["3"]}))
    assert "need you before sending" in incomplete.text
    russian = read(switch(client, incomplete.filled(), "ru"))
    assert russian.kept == {"q-ready": ["3"]}
    assert russian.hidden["replacing"] == ["1"], "still a replacement after an error and a change of language"
    assert boxes(app) == 1
    assert ("hard_to_say",) not in opened_with_others(app, this, first=1)


def test_sending_the_new_answers_twice_is_as_good_as_once(client: FlaskClient, app: Flask, this: Round) -> None:
    receipt = answer(client, this.codes[0])
    form = anew(client, this.codes[0].link, receipt)
    for _ in range(2):
        assert read(send(client, {**form.hidden, **SECOND})).receipt == receipt
    assert boxes(app) == 1


def test_taking_back_is_asked_about_once_more_and_frees_the_code(client: FlaskClient, app: Flask, this: Round) -> None:
    receipt = answer(client, this.codes[0])
    assert "Take back your answers?" in read(ask(client, this.codes[0].link, receipt, "/withdraw")).text
    assert boxes(app) == 1, "nothing happens before the confirmation"
    done = ask(client, this.codes[0].link, receipt, "/withdraw", confirmed="1")
    assert "Your answers are taken back" in read(done).text
    assert boxes(app) == 0
    again = ask(client, this.codes[0].link, receipt, "/withdraw", confirmed="1")
    assert "Did you just take your answers back? Then that is done." in read(again).text
    assert answer(client, this.codes[0]) != receipt
    assert boxes(app) == 1


def test_a_form_filled_in_anew_loses_nothing_if_the_answers_were_taken_back_meanwhile(
    client: FlaskClient, app: Flask, this: Round
) -> None:
    receipt = answer(client, this.codes[0])
    form = anew(client, this.codes[0].link, receipt)
    ask(client, this.codes[0].link, receipt, "/withdraw", confirmed="1")
    response = send(client, {**form.hidden, **SECOND})
    page = read(response)
    assert response.status_code == 409
    assert "The earlier answers are not there any more." in page.text
    assert page.kept == SECOND
    assert boxes(app) == 0
    assert read(send(client, page.filled())).receipt == receipt
    assert boxes(app) == 1


def test_a_member_of_a_group_changes_their_own_answers_only(client: FlaskClient, app: Flask) -> None:
    this = running(app, "group", codes=1, name="group")
    receipts = [answer(client, this.codes[0]) for _ in range(3)]
    ask(client, this.codes[0].link, receipts[1], "/withdraw", confirmed="1")
    assert boxes(app) == 2
    with app.app_context():
        assert [store.received(this.codes[0].link, receipt) for receipt in receipts] == [True, False, True]


@pytest.mark.parametrize("mode", ["code", "group"])
def test_going_back_to_sent_answers_shows_the_receipt_and_counts_nothing_twice(
    client: FlaskClient, app: Flask, mode: Mode
) -> None:
    this = running(app, mode, name=mode)
    receipt = answer(client, this.codes[0])
    page = read(client.post("/s/answer?lang=en", data={"code": this.codes[0].link, "receipt": receipt}))
    assert "We already have your answers" in page.text
    assert page.receipt == receipt
    assert boxes(app) == 1


# --- with anything else ---


def test_whatever_is_wrong_with_the_pair_the_page_is_the_same(client: FlaskClient, app: Flask, this: Round) -> None:
    receipt = answer(client, this.codes[0])
    pairs = [
        (this.codes[0].link, STRANGERS),  # a used code with somebody else's receipt
        (this.codes[1].link, receipt),  # the right receipt with another code
        (this.codes[1].link, STRANGERS),  # a code that nobody used
        (new_link(), receipt),  # no such code
        ("ABCD", "1"),  # no code and no receipt at all
    ]
    for step in ("", "/answer", "/withdraw"):
        seen = set()
        for code, other in pairs:
            response = ask(client, code, other, step, confirmed="1")
            html = response.get_data(as_text=True)
            assert NOT_FOUND in html
            seen.add((response.status_code, html.replace(f'value="{code}"', "").replace(f'value="{other}"', "")))
        assert len(seen) == 1
    assert boxes(app) == 1


def test_a_stranger_cannot_replace_answers_by_sending_the_form_directly(client: FlaskClient, app: Flask, this: Round) -> None:
    receipt = answer(client, this.codes[0])
    forged = {"code": [this.codes[0].link], "receipt": [STRANGERS], "replacing": ["1"], **SECOND}
    page = read(send(client, forged))
    assert page.receipt is None
    assert read(send(client, page.filled())).receipt is None, "nor as new answers, since the code is used"
    with app.app_context():
        assert store.received(this.codes[0].link, receipt) is True
        assert boxes(app) == 1
    assert ("hard_to_say",) not in opened_with_others(app, this, first=1)


def test_both_fields_must_be_filled_in_and_what_was_typed_stays(client: FlaskClient) -> None:
    response = ask(client, "ABCD", "")
    assert response.status_code == 422
    page = read(response)
    assert "Type both, the code and the receipt." in page.text
    assert page.html.count('value="ABCD"') == 1
    russian = client.post("/s/change?lang=ru", data={"code": "ABCD", "receipt": "EF", "lang": "ru"})
    assert 'value="ABCD"' in russian.get_data(as_text=True)
    assert "Найти мои ответы" in read(russian).text


def test_after_many_wrong_codes_a_right_pair_is_still_served(client: FlaskClient, this: Round) -> None:
    receipt = answer(client, this.codes[0])
    for _ in range(wrong_codes.MOST_PER_SOURCE):
        ask(client, new_link(), receipt)
    assert ask(client, new_link(), receipt).status_code == 429
    assert "Your answers are here, sealed" in read(ask(client, this.codes[0].link, receipt)).text


# --- when it is too late ---


def test_after_the_close_the_page_says_why_nothing_changes_any_more_and_after_the_opening_knows_nothing(
    make_app: MakeApp,
) -> None:
    days = [date(2026, 11, 21)]
    app = make_app(now=lambda: datetime(days[0].year, days[0].month, days[0].day, 10, tzinfo=UTC))
    client, this = app.test_client(), BEGINNING.of(app)
    receipt = answer(client, this.codes[0])
    with app.app_context():
        for number, code in enumerate(this.codes[1:]):
            store.submit(code.link, store.new_receipt(), sheet(number))
    form = anew(client, this.codes[0].link, receipt)
    days[0] = CLOSES.replace(month=12, day=1)
    for step in ("", "/answer", "/withdraw"):
        for other in (receipt, STRANGERS):
            response = ask(client, this.codes[0].link, other, step, confirmed="1")
            assert response.status_code == 410
            assert "What was sent stays sealed as it is" in read(response).text
    late = send(client, {**form.hidden, **SECOND})
    assert late.status_code == 410
    with app.app_context():
        opening.open_wave(this.facts(), this.private, WHO)
        said = [one.answers["ready"] for one in opened_store.responses(this.facts())]
    assert ("hard_to_say",) not in said
    gone = read(ask(client, this.codes[0].link, receipt))
    assert NOT_FOUND in gone.text
    assert "nobody can tell which ones are yours" in gone.text


# --- when our side fails ---


def test_if_the_database_is_silent_code_and_receipt_stay_typed(
    client: FlaskClient, this: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_find", fail)
    response = ask(client, this.codes[0].link, STRANGERS)
    assert response.status_code == 503
    html = response.get_data(as_text=True)
    assert "Nothing was changed; try again in a minute." in html
    assert f'value="{this.codes[0].link}"' in html
    assert f'value="{STRANGERS}"' in html


def test_if_replacing_fails_the_form_comes_back_filled_and_still_replaces(
    client: FlaskClient, app: Flask, this: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = answer(client, this.codes[0])
    form = anew(client, this.codes[0].link, receipt)
    with monkeypatch.context() as broken:
        broken.setattr(store, "replace", fail)
        page = read(send(client, {**form.hidden, **SECOND}))
    assert "Not saved yet. Your answers are still here." in page.text
    assert page.kept == SECOND
    assert "taken the place" in read(send(client, page.filled())).text
    assert boxes(app) == 1


@pytest.mark.parametrize("step", ["answer", "withdraw"])
def test_opening_the_address_of_a_later_step_leads_to_the_first(client: FlaskClient, step: str) -> None:
    assert client.get(f"/s/change/{step}").headers["Location"] == "/s/change"


def test_the_door_the_thanks_and_the_page_for_used_codes_lead_here(client: FlaskClient, this: Round) -> None:
    page = read(client.post("/s/?lang=en", data={"code": this.codes[0].link}))
    thanks = send(client, {**page.hidden, **FIRST}).get_data(as_text=True)
    used = client.post("/s/?lang=en", data={"code": this.codes[0].link}).get_data(as_text=True)
    for html in (client.get("/s/").get_data(as_text=True), thanks, used, client.get("/s/received").get_data(as_text=True)):
        assert "/s/change" in html

"""Numbers, own words, shuffled choices, the honest label of each mode and the time left, on the page without JavaScript."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from surveyapp.core.database import reading
from surveyapp.survey import sealing
from surveyapp.survey.boxes import Content, Layout
from surveyapp.survey.door import drawing
from surveyapp.survey.models import SealedBox
from surveyapp.survey.rules import Mode
from tests.conftest import MakeApp
from tests.surveyapp.survey.pages import Data, Page, read, send, switch
from tests.surveyapp.survey.rounds import CLOSES, Beginning, Round
from tests.surveyapp.survey.small import running

ANSWERS: Data = {"q-role": ["teacher"], "q-years": ["7"], "q-ready": ["2"], "q-topics": ["talk"]}
WORDS: Data = {"q-short_word": ["drosmīgi <b>"], "q-long_word": ["pirmā rinda\notrā rinda"]}
NOON = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.fixture
def app(one_app: Flask) -> Flask:
    """One kind of database is enough: nothing here depends on it."""
    return one_app


BEGINNING = Beginning(partial(running, free_text=True))


@pytest.fixture(scope="module")
def furnish() -> Beginning:
    """Every database begins with a wave that takes answers."""
    return BEGINNING


@pytest.fixture
def this(app: Flask) -> Round:
    """That wave, which also asks for own words."""
    return BEGINNING.of(app)


def opened(client: FlaskClient, this: Round, number: int = 0, lang: str = "en") -> Page:
    """The form of one code."""
    return read(client.post(f"/s/?lang={lang}", data={"code": this.codes[number].link}))


def sealed(app: Flask, this: Round, *, free_text: bool = True) -> Content:
    """What lies in the one box that there is."""
    with app.app_context(), reading() as session:
        box = session.scalars(select(SealedBox)).one()
        wave = this.facts()
        packed = sealing.unseal(this.private, wave.id, box.box_key, box.ciphertext)
        return Layout(wave.questionnaire, free_text).unpack(packed)


# --- numbers ---


@pytest.mark.parametrize(
    ("typed", "band"), [("0", "from_0"), ("4", "from_0"), ("5", "from_5"), (" 1 5 ", "from_15"), ("060", "from_15")]
)
def test_of_a_typed_number_only_its_band_is_sealed(client: FlaskClient, app: Flask, this: Round, typed: str, band: str) -> None:
    page = opened(client, this)
    assert read(send(client, {**page.hidden, **ANSWERS, "q-years": [typed]})).receipt
    assert sealed(app, this).answers["years"] == (band,)


@pytest.mark.parametrize("typed", ["61", "-1", "7,5", "seven", "٧", "1" * 10, ""])
def test_what_is_no_such_number_stays_typed_and_the_limits_are_said(client: FlaskClient, this: Round, typed: str) -> None:
    page = opened(client, this)
    assert "A whole number from 0 to 60." in page.text
    answer = read(send(client, {**page.hidden, **ANSWERS, "q-years": [typed]}))
    assert answer.receipt is None
    assert "Please type a whole number from 0 to 60." in answer.text
    assert answer.typed["q-years"] == [typed]
    assert 'href="#q-years-field"' in answer.html, "the summary leads to the field itself"


def test_a_number_field_says_its_unit_and_asks_for_digits(client: FlaskClient, this: Round) -> None:
    html = opened(client, this, lang="lv").html
    assert 'inputmode="numeric"' in html
    assert '<span class="unit" id="q-years-unit">gadi</span>' in html


def test_a_rule_about_a_number_looks_at_its_band(client: FlaskClient, app: Flask) -> None:
    this = running(app, ruled=True, name="ruled")
    page = opened(client, this)
    assert "Answer only if the number that you gave in question 2 is one of these: 5–14 years, 15–60 years" in page.text
    new_here = {**page.hidden, **ANSWERS, "q-years": ["2"], "q-stayed": ["yes"]}
    assert read(send(client, new_here)).receipt
    assert "stayed" not in sealed(app, this, free_text=False).answers, "what falls off the path is never sealed"


# --- own words ---


def test_own_words_are_asked_with_a_warning_above_each_field_and_sealed_as_written(
    client: FlaskClient, app: Flask, this: Round
) -> None:
    page = opened(client, this)
    assert page.text.count("No names and no cases, please.") == 2
    assert page.html.count('<a href="tel:116111">116111</a> (helpline)') == 2
    for name in WORDS:
        field, warning = page.html.index(f'name="{name}"'), page.html.index(f'id="{name}-warning"')
        assert warning < field
    assert read(send(client, {**page.hidden, **ANSWERS, **WORDS})).receipt
    assert sealed(app, this).texts == {"short_word": "drosmīgi <b>", "long_word": "pirmā rinda\notrā rinda"}


def test_too_many_words_stay_typed_and_are_told_beside_the_field_but_not_in_the_summary(
    client: FlaskClient, this: Round
) -> None:
    page, long = opened(client, this), "slepenais " * 5
    answer = read(send(client, {**page.hidden, **ANSWERS, "q-short_word": [long]}))
    assert answer.receipt is None
    assert answer.typed["q-short_word"] == [long.strip()]
    assert answer.text.count("This has 49 characters, and 40 fit. Please shorten it.") == 2
    summary = answer.html[answer.html.index('id="summary"') : answer.html.index('id="not-sent"')]
    assert "In one word?" in summary
    assert "slepenais" not in summary


def test_words_stay_over_a_change_of_language_and_a_failed_check(client: FlaskClient, this: Round) -> None:
    page = opened(client, this)
    for answer in (switch(client, {**page.hidden, **WORDS}, "ru"), send(client, {**page.hidden, **WORDS})):
        assert read(answer).kept == WORDS


def test_a_wave_without_own_words_neither_asks_for_them_nor_takes_them(client: FlaskClient, app: Flask) -> None:
    this = running(app, name="silent")
    page = opened(client, this)
    assert "In one word?" not in page.text
    assert "There is nothing to write in your own words" in page.text
    assert read(send(client, {**page.hidden, **ANSWERS, **WORDS})).receipt
    assert sealed(app, this, free_text=False).texts == {}


# --- shuffled choices ---


def test_shuffled_choices_keep_their_order_for_one_respondent_and_none_of_these_stays_last(
    client: FlaskClient, this: Round
) -> None:
    orders = set()
    for number in range(12):
        page = opened(client, this, number)
        order = page.offered["q-topics"]
        assert order[-1] == "none"
        assert read(switch(client, page.hidden, "lv")).offered["q-topics"] == order
        assert read(send(client, page.hidden)).offered["q-topics"] == order
        orders.add(tuple(order))
    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {("none", "online", "signs", "talk")}


# --- who can answer, and until when ---


@pytest.mark.parametrize(
    ("mode", "label"),
    [
        ("code", "One code, one answer, no link between them."),
        ("group", "Anyone with this group's code can answer (group: group 0)."),
        ("open", "Anyone with this address can answer."),
    ],
)
def test_the_first_page_says_honestly_who_can_answer(client: FlaskClient, app: Flask, mode: Mode, label: str) -> None:
    page = opened(client, running(app, mode, name=mode))
    assert label in page.text
    assert ("nothing stops somebody from answering twice" in page.text) == (mode != "code")


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (NOON, "Last day for answering: 30 November 2026 (9 days left)"),
        (datetime(2026, 11, 29, 21, 59, tzinfo=UTC), "30 November 2026 (1 day left)"),
        (datetime(2026, 11, 29, 22, 1, tzinfo=UTC), "Last day for answering: today until midnight, Latvian time"),
        (datetime(2026, 11, 30, 17, 30, tzinfo=UTC), "until midnight, Latvian time (less than 5 hours left)"),
        (datetime(2026, 11, 30, 21, 59, tzinfo=UTC), "until midnight, Latvian time (less than 1 hour left)"),
    ],
)
def test_the_time_left_is_clear(make_app: MakeApp, now: datetime, told: str) -> None:
    this = BEGINNING.of(make_app())
    assert told in opened(make_app(now=lambda: now).test_client(), this).text


def test_at_midnight_in_latvia_it_is_over(make_app: MakeApp) -> None:
    this = BEGINNING.of(make_app())
    midnight = datetime(CLOSES.year, CLOSES.month, CLOSES.day, 22, tzinfo=UTC)
    assert "The questionnaire is closed" in opened(make_app(now=lambda: midnight).test_client(), this).text


# --- nothing is lost ---


def test_after_an_hour_a_restart_and_a_new_session_secret_the_form_is_taken_all_the_same(
    make_app: MakeApp, tmp_path: Path
) -> None:
    app = make_app()
    this = BEGINNING.of(app)
    filled = opened(app.test_client(), this).filled(role="teacher", years="7", ready="2", topics=["talk"], short_word="jā")
    secret = next(tmp_path.rglob("session*"))
    secret.unlink()
    later = make_app(now=lambda: NOON + timedelta(hours=1))
    assert later.config["SECRET_KEY"] != app.config["SECRET_KEY"]
    switched = read(switch(later.test_client(), filled, "ru"))
    assert switched.kept["q-short_word"] == ["jā"]
    assert read(send(later.test_client(), switched.filled())).receipt == filled["receipt"][0]


def test_no_worker_keeps_what_somebody_filled_in_left_out_or_saw_in_an_order_of_their_own(
    client: FlaskClient, this: Round
) -> None:
    pages = [read(client.post("/s/?lang=en", data={"code": code.link})) for code in this.codes[:6]]
    assert len({tuple(page.offered["q-topics"]) for page in pages}) > 1, "each receipt has an order of its own"
    switch(client, pages[0].hidden, "en")
    kept = drawing._blank.cache_info().currsize
    assert kept, "what looks the same to everybody is drawn once"
    for page, left_out in zip(pages, ("q-role", "q-years", "q-ready", "q-topics", "", ""), strict=True):
        typed = {name: chosen for name, chosen in {**ANSWERS, **WORDS}.items() if name != left_out}
        switch(client, {**page.hidden, **typed}, "en")
        send(client, {**page.hidden, **typed})
    assert drawing._blank.cache_info().currsize == kept

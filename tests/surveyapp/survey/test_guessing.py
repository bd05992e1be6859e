"""Guessing codes and accounts: nothing tells a good guess from a bad one, neither words nor the work that an answer takes."""

from collections.abc import Callable
from typing import Any

import pytest
from argon2 import _password_hasher
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.core import municipalities
from surveyapp.staff import store
from surveyapp.survey import codes, wrong_codes
from surveyapp.survey.stretching import Stretcher
from tests.surveyapp.signing_in import csrf_token
from tests.surveyapp.survey.pages import everything, opened, read, send
from tests.surveyapp.survey.rounds import Beginning, Round

BEGINNING = Beginning()


@pytest.fixture(scope="module")
def furnish() -> Beginning:
    """Every database begins with a wave that takes answers."""
    return BEGINNING


@pytest.fixture
def this(app: Flask) -> Round:
    """That wave."""
    return BEGINNING.of(app)


def counted(monkeypatch: pytest.MonkeyPatch, where: object, name: str, settings: slice = slice(2, 6)) -> list[Any]:
    """A list that grows by the *settings* whenever the slow hash *name* is worked out; it is still worked out."""
    calls: list[Any] = []
    real: Callable[..., Any] = getattr(where, name)

    def noticed(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - handed on as it came
        calls.append(arguments[settings])
        return real(*arguments, **named)

    monkeypatch.setattr(where, name, noticed)
    return calls


def test_a_code_that_never_was_takes_the_same_work_as_a_used_and_as_a_good_one(
    client: FlaskClient, this: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    used, good = this.codes[0].typed, this.codes[1].typed
    send(client, everything(opened(client, used)))
    unknown = codes.new_typed()
    work = counted(monkeypatch, Stretcher, "stretch", settings=slice(1))  # the stretcher itself is of one strength
    told = {}
    for code in (unknown, used, good):
        told[code] = client.post("/s/?lang=en", data={"code": code}).status_code
        assert len(work) == len(told), "one slow hash for each"
    assert list(told.values()) == [422, 409, 200]
    assert len(set(work)) == 1, "with the same settings"


def test_only_a_whole_code_that_is_right_is_told_that_it_was_used(client: FlaskClient, this: Round) -> None:
    used = this.codes[0].typed
    send(client, everything(opened(client, used)))
    for near in (used[:-1], used[:-2], used[1:], used[0] + used, used[:-1] + ("A" if used[-1] != "A" else "B")):
        page = client.post("/s/?lang=en", data={"code": near})
        assert page.status_code == 422, near
        assert "already received" not in read(page).text
    assert "already received" in read(client.post("/s/?lang=en", data={"code": used})).text


def test_a_flood_of_guesses_from_everywhere_stops_guessing_and_no_respondent_with_a_link(
    client: FlaskClient, this: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wrong_codes, "MOST_IN_ALL", 5)
    for number in range(5):
        client.post("/s/", data={"code": "A" * 24}, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    assert client.post("/s/", data={"code": "A" * 24}, environ_base=elsewhere).status_code == 429
    page = client.post("/s/?lang=en", data={"code": this.codes[0].link}, environ_base=elsewhere)
    assert page.status_code == 200
    assert read(send(client, everything(read(page)))).receipt


def test_an_address_without_an_account_takes_the_same_work_and_gets_the_same_words(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        store.add_account(municipalities.find("cesis").id, "known@example.org", "auditor", None, by="test")
    work = counted(monkeypatch, _password_hasher, "verify_secret")
    pages = []
    for email in ("known@example.org", "nobody@example.org"):
        client = app.test_client()
        form = {"csrf_token": csrf_token(client.get("/staff/sign-in?lang=en")), "email": email, "password": "no such word here"}
        answer = client.post("/staff/sign-in", data=form)
        pages.append((answer.status_code, answer.get_data(as_text=True).replace(email, "").replace(form["csrf_token"], "")))
        assert len(work) == len(pages)
    assert pages[0] == pages[1]

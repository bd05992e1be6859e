"""One source cannot drown a wave that takes many answers with one code; whoever comes from elsewhere is served."""

import pytest
from flask import Flask

from surveyapp.core.limits import SourceLimit
from tests.surveyapp.survey.pages import Data, opened, read, send
from tests.surveyapp.survey.rounds import Round
from tests.surveyapp.survey.small import running

ELSEWHERE = {"REMOTE_ADDR": "198.51.100.9"}


def filled(app: Flask, code: str) -> Data:
    page = opened(app.test_client(), code)
    return {**page.hidden, "q-role": ["teacher"], "q-years": ["7"], "q-ready": ["1"], "q-topics": ["signs"]}


@pytest.fixture
def crowded(app: Flask) -> Round:
    """An open wave, after one source has sent two answers where two are the most."""
    this = running(app, "open")
    app.extensions["answers_by_source"] = SourceLimit(2, 24 * 3600)
    for _ in range(2):
        assert send(app.test_client(), filled(app, this.codes[0].link)).status_code == 200
    return this


def test_too_many_answers_from_one_source_are_put_off_with_everything_still_filled_in(app: Flask, crowded: Round) -> None:
    refused = send(app.test_client(), filled(app, crowded.codes[0].link))
    assert refused.status_code == 429
    assert read(refused).ticked["q-ready"] == ["1"]


def test_another_source_is_served(app: Flask, crowded: Round) -> None:
    answered = app.test_client().post("/s/answer", data=filled(app, crowded.codes[0].link), environ_overrides=ELSEWHERE)
    assert answered.status_code == 200


def test_what_was_stored_is_confirmed_again_however_many_came_since(app: Flask, crowded: Round) -> None:
    app.extensions["answers_by_source"] = SourceLimit(1, 24 * 3600)
    sheet = filled(app, crowded.codes[0].link)
    assert [send(app.test_client(), sheet).status_code for _ in range(2)] == [200, 200]


def test_personal_codes_limit_themselves(app: Flask) -> None:
    this = running(app)
    app.extensions["answers_by_source"] = SourceLimit(1, 24 * 3600)
    assert {send(app.test_client(), filled(app, code.link)).status_code for code in this.codes[:3]} == {200}

"""The page of waves: where each stands, and no more about its answers than may be told."""

import itertools

import pytest
from flask import Flask

from surveyapp.survey import opening, wave_store
from tests.surveyapp.signing_in import sign_in
from tests.surveyapp.survey.rounds import WHO, Round, answered, running

_NUMBERS = itertools.count()


def page(app: Flask, role: str = "steward") -> str:
    client = app.test_client()
    sign_in(client, app, role, email=f"{role}{next(_NUMBERS)}@example.org")
    return str(client.get("/waves/?lang=en").get_data(as_text=True))


def test_without_a_wave_the_page_says_who_makes_one(app: Flask) -> None:
    assert "There is no wave yet" in page(app)


def test_fewer_than_ten_answers_are_told_as_such(app: Flask) -> None:
    this = running(app, codes=14)
    answered(app, this, 9)
    shown = page(app)
    assert "fewer than ten" in shown
    assert "surveyapp wave close second" in shown


def test_the_figure_of_the_day_stays_while_answers_come_in(app: Flask) -> None:
    this = running(app, codes=14)
    answered(app, this, 11)
    assert "11, with 14 codes given out" in page(app)
    answered(app, Round(this.name, this.private, this.codes[11:]))
    assert "11, with 14 codes given out" in page(app)


@pytest.mark.parametrize("role", ["steward", "coordinator"])
def test_after_the_opening_the_page_asks_for_the_end_of_the_key(app: Flask, role: str) -> None:
    this = running(app, codes=12)
    answered(app, this)
    with app.app_context():
        wave_store.close(this.facts(), WHO)
        opening.open_wave(this.facts(), this.private, WHO)
    shown = page(app, role)
    assert "surveyapp wave key-destroyed second" in shown
    assert "12" in shown
    with app.app_context():
        wave_store.attest_destroyed(this.facts(), WHO)
    assert "no copy of the key is left" in page(app, role)

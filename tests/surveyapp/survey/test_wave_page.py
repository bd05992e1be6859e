"""The list of waves: where each stands, who is next, and no more about its answers than may be told."""

import itertools

import pytest
from flask import Flask

from surveyapp.survey import key_end_store, opening, wave_store
from tests.surveyapp.signing_in import sign_in
from tests.surveyapp.survey.rounds import WHO, Round, answered, running

_NUMBERS = itertools.count()


def page(app: Flask, path: str = "/waves/", role: str = "steward") -> str:
    client = app.test_client()
    sign_in(client, app, role, email=f"{role}{next(_NUMBERS)}@example.org")
    return str(client.get(f"{path}?lang=en").get_data(as_text=True))


def path_of(app: Flask, this: Round) -> str:
    with app.app_context():
        return f"/waves/{this.facts().id}"


def test_without_a_wave_the_list_says_who_makes_one(app: Flask) -> None:
    assert "There is no wave yet" in page(app)


def test_the_list_says_who_does_what_next(app: Flask) -> None:
    this = running(app, codes=14)
    assert "There is nothing to do but to wait" in page(app)
    answered(app, this, 10)
    with app.app_context():
        wave_store.close(this.facts(), WHO)
    assert "The data steward opens the wave with the key." in page(app)


def test_fewer_than_ten_answers_are_told_as_such(app: Flask) -> None:
    this = running(app, codes=14)
    answered(app, this, 9)
    assert "fewer than ten" in page(app, path_of(app, this))


def test_the_figure_of_the_day_stays_while_answers_come_in(app: Flask) -> None:
    this = running(app, codes=14)
    answered(app, this, 11)
    assert "11, with 14 codes given out" in page(app, path_of(app, this))
    answered(app, Round(this.name, this.private, this.codes[11:]))
    assert "11, with 14 codes given out" in page(app, path_of(app, this))


@pytest.mark.parametrize("role", ["steward", "coordinator"])
def test_after_the_opening_the_list_asks_for_the_end_of_the_key(app: Flask, role: str) -> None:
    this = running(app, codes=12)
    answered(app, this)
    with app.app_context():
        wave_store.close(this.facts(), WHO)
        opening.open_wave(this.facts(), this.private, WHO)
    assert "destroys every copy of the key and attests it" in page(app, role=role)
    with app.app_context():
        key_end_store.attest_destroyed(this.facts(), WHO)
    assert "no copy of the key is left" in page(app, role=role)


def test_the_last_step_leads_to_what_it_promises(app: Flask) -> None:
    this = running(app, codes=12)
    answered(app, this)
    with app.app_context():
        wave_store.close(this.facts(), WHO)
    path = path_of(app, this)
    number = path.rsplit("/", 1)[1]
    assert f"/results/survey/{number}" not in page(app, path, "coordinator")
    with app.app_context():
        opening.open_wave(this.facts(), this.private, WHO)
    shown = page(app, path, "coordinator")
    assert f'href="/results/survey/{number}"' in shown
    assert "The results tell who answered, and the level of every question and score" in shown
    assert "12 of " in page(app, f"/results/survey/{number}", "group")
    assert f"/results/survey/{number}" not in page(app, path, "steward")

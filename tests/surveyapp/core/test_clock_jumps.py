"""A clock that jumps and is set right again: nobody is kept out or held up until the moment that it once showed."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.core import municipalities
from surveyapp.core.clock import Clock
from surveyapp.core.limits import SourceLimit
from surveyapp.staff import factor_store, store
from surveyapp.staff.factor_store import Outcome
from surveyapp.survey.letters import mail_store
from tests.conftest import Hands, fixed_clock
from tests.surveyapp.signing_in import csrf_token, sign_in
from tests.surveyapp.survey import small

CLOCK = Hands()


@pytest.fixture
def now() -> Clock:
    """A clock that jumps, right at the beginning of each test."""
    CLOCK.moment = fixed_clock()
    return CLOCK


def enter(client: FlaskClient, app: Flask, email: str) -> None:
    """Sign *client* in with a fresh link."""
    with app.app_context():
        address = f"/staff/link/{store.make_link(email)}"
    assert client.post(address, data={"csrf_token": csrf_token(client.get(address))}).status_code == 302


def inside(client: FlaskClient) -> bool:
    """Whether somebody is signed in there."""
    return client.get("/staff/account").status_code == 200


def test_tries_made_while_the_clock_was_ahead_are_forgotten_as_soon_as_others(one_app: Flask) -> None:
    limit = SourceLimit(tries=3, seconds=600)
    with one_app.test_request_context():
        CLOCK.moment += timedelta(hours=5)
        for _ in range(3):
            limit.count()
        assert limit.reached()
        CLOCK.moment += timedelta(hours=-5)
        assert limit.reached(), "setting the clock gives nobody new tries"
        CLOCK.moment += timedelta(minutes=11)
        assert not limit.reached()


def test_a_session_lasts_no_longer_than_allowed_whatever_the_clock_does_and_keeps_nobody_out(
    app: Flask, client: FlaskClient
) -> None:
    email = sign_in(client, app, "group")
    before = app.test_client()
    enter(before, app, email)
    CLOCK.moment += timedelta(days=-1)
    assert not inside(before), "a day back: it would last a day too long"
    CLOCK.moment += timedelta(days=1, hours=1)
    assert inside(before), "set right, it goes on"
    CLOCK.moment += timedelta(hours=9)
    assert not inside(before), "and ends when it would have ended"
    CLOCK.moment += timedelta(days=400)
    ahead = app.test_client()
    enter(ahead, app, email)
    with app.app_context():
        link = store.make_link(email)
    assert inside(ahead)
    CLOCK.moment += timedelta(days=-400)
    assert not inside(ahead), "begun in a time to come: it would last for more than a year"
    assert client.get(f"/staff/link/{link}").status_code == 410, "as would the link"
    enter(client, app, email)
    assert inside(client)
    CLOCK.moment += timedelta(days=400)
    assert not inside(ahead), "it never comes back"


def test_guesses_at_a_second_factor_made_while_the_clock_was_ahead_hold_for_an_hour_at_most(one_app: Flask) -> None:
    with one_app.app_context():
        place = municipalities.find("cesis").id
        store.add_account(place, "anna@example.org", "coordinator", None, by="test")
        anna = store.person(place, "anna@example.org")
        (good, *_more) = factor_store.new_recovery_codes(anna)
        CLOCK.moment += timedelta(days=30)
        for _ in range(factor_store.MOST_WRONG):
            factor_store.use_recovery(anna, "wrong")
        CLOCK.moment += timedelta(days=-30)
        assert factor_store.use_recovery(anna, good) == Outcome.HELD
        CLOCK.moment += timedelta(minutes=61)
        assert factor_store.use_recovery(anna, good) == Outcome.FITS


@pytest.mark.parametrize("days", [1, 400])
def test_letters_that_a_worker_began_to_send_while_the_clock_was_ahead_can_be_sent_after_it_is_set_right(
    one_app: Flask, days: int
) -> None:
    wave = small.running(one_app)
    with one_app.app_context():
        this = wave.facts().id
        CLOCK.moment += timedelta(days=days)
        assert mail_store.claim(this, "invitation", 160), "and the worker is killed"
        assert mail_store.standing(this).under_way == "invitation"
        CLOCK.moment += timedelta(days=-days)
        assert mail_store.standing(this).under_way is None
        assert mail_store.claim(this, "invitation", 160)
        assert mail_store.claim(this, "invitation", 160) is None, "two never send at once"

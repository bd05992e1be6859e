"""A clock that jumps and is set right again: nobody is kept out or held up until the moment that it once showed."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from surveyapp.core.clock import Clock
from surveyapp.core.limits import SourceLimit
from surveyapp.survey.letters import mail_store
from tests.conftest import fixed_clock
from tests.surveyapp.survey import small


class Jumping:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.moment = fixed_clock()

    def __call__(self) -> datetime:
        """Return what the clock shows."""
        return self.moment

    def jump(self, **by: float) -> None:
        """Set the clock on or back."""
        self.moment += timedelta(**by)


CLOCK = Jumping()


@pytest.fixture
def now() -> Clock:
    """A clock that jumps, right at the beginning of each test."""
    CLOCK.moment = fixed_clock()
    return CLOCK


def test_tries_made_while_the_clock_was_ahead_are_forgotten_as_soon_as_others(sqlite_app: Flask) -> None:
    limit = SourceLimit(tries=3, seconds=600)
    with sqlite_app.test_request_context():
        CLOCK.jump(hours=5)
        for _ in range(3):
            limit.count()
        assert limit.reached()
        CLOCK.jump(hours=-5)
        assert limit.reached(), "setting the clock gives nobody new tries"
        CLOCK.jump(minutes=11)
        assert not limit.reached()


@pytest.mark.parametrize("days", [1, 400])
def test_letters_that_a_worker_began_to_send_while_the_clock_was_ahead_can_be_sent_after_it_is_set_right(
    sqlite_app: Flask, days: int
) -> None:
    wave = small.running(sqlite_app)
    with sqlite_app.app_context():
        this = wave.facts().id
        CLOCK.jump(days=days)
        assert mail_store.claim(this, "invitation", 160), "and the worker is killed"
        assert mail_store.standing(this).under_way == "invitation"
        CLOCK.jump(days=-days)
        assert mail_store.standing(this).under_way is None
        assert mail_store.claim(this, "invitation", 160)
        assert mail_store.claim(this, "invitation", 160) is None, "two never send at once"

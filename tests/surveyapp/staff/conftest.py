"""What tests of signing in share: a clock that they turn by hand."""

import pytest

from surveyapp.core.clock import Clock
from tests.conftest import Hands


@pytest.fixture
def hands() -> Hands:
    """A clock that stands at the day of the tests until it is turned."""
    return Hands()


@pytest.fixture
def now(hands: Hands) -> Clock:
    """That clock is the app's."""
    return hands

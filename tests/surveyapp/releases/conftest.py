"""What all tests of releases share: a clock that goes, since a release counts what was known at its moment."""

import pytest

from surveyapp.core.clock import Clock
from tests.conftest import ticking


@pytest.fixture
def now() -> Clock:
    """A clock that goes on by a second whenever somebody looks."""
    return ticking()

"""What the tests of the app share: secrets that are stretched little, except where their strength is shown."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from surveyapp.staff import hashing
from surveyapp.survey import codes, key_locking

_LITTLE = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_NOBODY = _LITTLE.hash("nobody")


@pytest.fixture(scope="module", autouse=True)
def stretching() -> Iterator[None]:
    """Make codes, keys and passwords cheap to check, and so a wave of fifty codes cheap to make.

    Overridden in the modules that show the strength itself, or that have a process of its own check what was made here.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codes, "MEMORY_KIB", 8)
        patch.setattr(codes, "PASSES", 1)
        patch.setattr(key_locking, "ROUNDS", 1000)
        patch.setattr(hashing, "_hasher", _LITTLE)
        patch.setattr(hashing, "_NOBODY", _NOBODY)
        yield

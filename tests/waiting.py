"""Waiting in tests for what another thread or process does: until it holds, never for a fixed time."""

import time
from collections.abc import Callable
from typing import Final

_PATIENCE_S: Final = 60


def until(true: Callable[[], bool], what: str, patience_s: float = _PATIENCE_S) -> None:
    """Wait until *true* holds; fail with *what* if it takes too long."""
    ends = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < ends, what
        time.sleep(0.05)

"""A rest for the collector of circles of garbage while many things are made that all stay: it would search in vain."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_resting = 0


@contextmanager
def unswept() -> Iterator[None]:
    """Let the collector rest in this process until the last of those that asked for it has done.

    For work whose size is bounded; what is in no circle is freed at once all the same.
    """
    _count(1)
    try:
        yield
    finally:
        _count(-1)


def _count(more: int) -> None:
    global _resting  # noqa: PLW0603 - the collector is the process's too
    with _lock:
        _resting += more
        if _resting:
            gc.disable()
        else:
            gc.enable()

"""Standard output kept for what a program itself writes: a line that a library prints would spoil JSON or CSV."""

import os
import sys
from typing import Final

_ERRORS: Final = 2


def keep() -> None:
    """From now on send to standard error whatever else this process prints, for all of its life.

    HiGHS, which looks for the cells to hide, prints a line of its own past Python's streams, whatever is asked of it, where a
    solution of the presolved problem has to be solved anew for the original (github.com/ERGO-Code/HiGHS/issues/2783).
    """
    if sys.stdout is None:  # closed by whoever began this program
        return
    sys.stdout.flush()
    place = sys.stdout.fileno()
    own = os.dup(place)
    os.dup2(_ERRORS, place)
    # Not closed: it is what print() and click write to until the process ends.
    sys.stdout = os.fdopen(own, "w", encoding=sys.stdout.encoding, errors=sys.stdout.errors, buffering=_buffering(own))


def _buffering(place: int) -> int:
    return 1 if os.isatty(place) else -1

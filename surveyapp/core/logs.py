"""What the app writes to its log: an allow-list of fields, never an address, a parameter or what somebody typed."""

import json
import sys
import traceback
from contextlib import suppress
from typing import Final

from flask import request

from surveyapp.core import troubles

FIELDS: Final = frozenset({"event", "route", "kind", "trouble", "at", "version"})
"""What a line may hold; everything else is left out before it is written."""


def told(event: str, **fields: str) -> None:
    """Write one line that something happened to the server itself, such as its start."""
    _write({"event": event, **fields})


def refused(route: str, role: str) -> None:
    """Write one line that a page was refused to somebody signed in: which one, and to which role; not who, and not when.

    Whoever is not signed in, such as a respondent, leaves no line.
    """
    _write({"event": "refused", "route": route, "kind": role})


def fault(error: BaseException, where: str | None = None) -> None:
    """Write one line about an unexpected error: the route, the kind of error, the trouble behind it and its places.

    The message of the error is left out because it may quote an answer, and the moment because it could be matched with a
    person; a journal that adds moments of its own should be switched off for the survey. *where* names work in the background.
    """
    frames = traceback.extract_tb(error.__traceback__)
    # Code that was compiled or made at run time has a name without folders.
    places = [f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno}" for frame in frames]
    trouble = troubles.of(error)
    cause = {"trouble": trouble.value} if trouble else {}
    _write({"event": "fault", "route": where or request.endpoint, "kind": type(error).__name__, **cause, "at": places[-12:]})


def _write(line: dict[str, object]) -> None:
    kept = {name: value for name, value in line.items() if name in FIELDS}
    with suppress(OSError):  # a full disk may hold the log as well; whoever sent a form must still get it back
        sys.stderr.write(json.dumps(kept) + "\n")
        sys.stderr.flush()

"""Pages that cost much – reports, workbooks, whole files that are read – a few at once and so many for each person."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Final

from flask import abort, current_app, request
from flask.typing import ResponseReturnValue

from surveyapp.core.access import actor
from surveyapp.core.limits import SourceLimit, network

View = Callable[..., ResponseReturnValue]
MOST: Final = 120
SECONDS: Final = 600
AT_ONCE: Final = 3
"""In a worker; the threads that are left serve respondents meanwhile."""
PATIENCE_S: Final = 20
_LIMIT, _TURNS = "costly_limit", "costly_turns"


def costly(view: View) -> View:
    """Have *view* take its turn: 429 beyond MOST in ten minutes by one person, 503 if no turn is free for a while.

    Of a page that shows a form and takes it, only what is sent counts.
    """

    @wraps(view)
    def taking_turns(**arguments: object) -> ResponseReturnValue:
        if request.method != "POST" and _only_shows_a_form():
            return view(**arguments)
        limit: SourceLimit = current_app.extensions.setdefault(_LIMIT, SourceLimit(MOST, SECONDS, _who))
        if limit.reached():
            abort(429)
        limit.count()
        turns = _turns()
        if not turns.acquire(timeout=PATIENCE_S):
            abort(503)
        try:
            return view(**arguments)
        finally:
            turns.release()

    return taking_turns


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a turn as long as it takes: for work that goes on in a thread after its request was answered."""
    with _turns():
        yield


def _turns() -> threading.BoundedSemaphore:
    found: threading.BoundedSemaphore = current_app.extensions.setdefault(_TURNS, threading.BoundedSemaphore(AT_ONCE))
    return found


def _only_shows_a_form() -> bool:
    return request.url_rule is not None and "POST" in (request.url_rule.methods or ())


def _who() -> bytes:
    """Tell people apart by their account, since a whole town hall has one address; others by where they are."""
    person = actor()
    return network(request.remote_addr) if person is None else b"account %d" % person.account_id

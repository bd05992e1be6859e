"""Counting tries with codes that do not exist: per source in this worker's memory, and in all as a bare number."""

import hmac
import secrets
import threading
from datetime import date
from typing import Final

from flask import Flask, current_app, has_request_context, request
from sqlalchemy import Date, bindparam, delete, select, text

from surveyapp.core.clock import today
from surveyapp.core.database import reading, writing
from surveyapp.core.limits import network
from surveyapp.survey.models import WrongCodeCount

MOST_PER_SOURCE: Final = 30
"""Tries a day; the check character catches slips of the finger, so 30 codes that fit and do not exist are no accident."""
MOST_IN_ALL: Final = 2000
# The same words on SQLite and PostgreSQL; two at once are both counted.
_ONE_MORE: Final = text(
    "INSERT INTO wrong_code_count (day, n) VALUES (:day, 1) ON CONFLICT (day) DO UPDATE SET n = wrong_code_count.n + 1"
).bindparams(bindparam("day", type_=Date()))
_MOST_SOURCES: Final = 20_000
_KEY: Final = "wrong_code_sources"


class _Sources:
    """Tries by source on one day, under a random key that lives as long as the day and never leaves the memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._start(date.min)

    def _start(self, day: date) -> None:
        self._day, self._key = day, secrets.token_bytes(32)
        self._tries: dict[bytes, int] = {}

    def tries(self, day: date, address: str | None, *, more: int) -> int:
        """Return how often *address* has tried on *day*, *more* tries included."""
        with self._lock:
            if day != self._day or len(self._tries) > _MOST_SOURCES:
                self._start(day)
            source = hmac.digest(self._key, network(address), "sha256")
            found = self._tries.get(source, 0) + more
            if more:
                self._tries[source] = found
            return found


def count_one() -> None:
    """Count one try with a code that does not exist."""
    _source_tries(more=1)
    day = today()
    if _in_all(day) >= MOST_IN_ALL:
        return  # enough is known; a flood must not write for ever
    with writing() as session:
        session.execute(delete(WrongCodeCount).where(WrongCodeCount.day != day))
        session.execute(_ONE_MORE, {"day": day})


def too_many() -> bool:
    """Say whether this source, or all sources together, tried too many codes today that do not exist."""
    return _source_tries(more=0) >= MOST_PER_SOURCE or _in_all(today()) >= MOST_IN_ALL


def share(app: Flask, other: Flask) -> None:
    """Have *other*, in the same process, count together with *app*."""
    other.extensions[_KEY] = _of(app)


def _in_all(day: date) -> int:
    with reading() as session:
        return session.scalar(select(WrongCodeCount.n).where(WrongCodeCount.day == day)) or 0


def _source_tries(*, more: int) -> int:
    if not has_request_context():
        return 0
    return _of(current_app).tries(today(), request.remote_addr, more=more)


def _of(app: Flask) -> _Sources:
    found: _Sources = app.extensions.setdefault(_KEY, _Sources())
    return found

"""How many answers with a group's code or an open address one source may send in a day; kept in this worker's memory only."""

from typing import Final

from flask import Flask, current_app, has_request_context

from surveyapp.core.limits import SourceLimit

MOST_A_DAY: Final = 400
"""A school answers from one address; whoever wants to drown a wave of one code from a single place needs weeks."""
_DAY_S: Final = 24 * 3600
_KEY: Final = "answers_by_source"


def too_many(mode: str) -> bool:
    """Say whether the source of this request sent as many answers today as it may; personal codes limit themselves."""
    return mode != "code" and has_request_context() and _limit().reached()


def count_one(mode: str) -> None:
    """Count one stored answer of the source of this request."""
    if mode != "code" and has_request_context():
        _limit().count()


def share(app: Flask, other: Flask) -> None:
    """Have *other*, in the same process, count together with *app*."""
    other.extensions[_KEY] = _of(app)


def _limit() -> SourceLimit:
    return _of(current_app)


def _of(app: Flask) -> SourceLimit:
    found: SourceLimit = app.extensions.setdefault(_KEY, SourceLimit(MOST_A_DAY, _DAY_S))
    return found

"""Setting the app's clock back, so that the past of the demonstration is built the way it would have happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time

from flask import current_app


@contextmanager
def at(day: date) -> Iterator[None]:
    """Let the app's clock stand at noon of *day*, or now if noon is still to come: nothing is done in the future."""
    before = current_app.extensions["clock"]
    moment = min(datetime.combine(day, time(12), UTC), before())
    current_app.extensions["clock"] = lambda: moment
    try:
        yield
    finally:
        current_app.extensions["clock"] = before

"""The one clock of the app, so that a test can set it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app

Clock = Callable[[], datetime]
_ZONE = ZoneInfo("Europe/Riga")


def system_clock() -> datetime:
    """Return the moment now, in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """Return the moment now as the current app sees it, in UTC."""
    clock: Clock = current_app.extensions["clock"]
    return clock()


def today() -> date:
    """Return the date in Latvia as the current app sees it."""
    return now().astimezone(_ZONE).date()


def day_of(moment: datetime) -> date:
    """Return the date in Latvia of a moment: the first hours of a day are the day before in UTC."""
    return moment.astimezone(_ZONE).date()


def left_today() -> timedelta:
    """Return how long the day still lasts in Latvia."""
    midnight = datetime.combine(today() + timedelta(1), time(), _ZONE)
    return midnight.astimezone(UTC) - now()

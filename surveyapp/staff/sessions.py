"""Decisions about sessions: when one is over, which step of signing in is missing, and what a browser is called."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from surveyapp.core.access import Stage
from surveyapp.staff.roles import SECOND_FACTOR

NOTED_EVERY: Final = timedelta(minutes=5)
"""How exactly it is noted when somebody was last seen: a row written with every page would cost every page a wait."""
AHEAD: Final = timedelta(minutes=5)
"""How far ahead a noted moment may lie: clocks are set back by moments, and those of two machines never agree."""
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts at most, and how long without a page asked for."""

    most: timedelta
    idle: timedelta


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a session and its account when the next step is decided."""

    began_with: str
    proved: bool
    role: str
    has_second: bool
    demo: bool


def over(now: datetime, ends_at: datetime, seen_at: datetime, limits: Limits) -> bool:
    """Say whether a session is over: its day has ended, or nobody asked for a page for too long, or the clock was set back.

    A session from a moment that is still to come could last until long after the day that it was begun for.
    """
    return ends_at <= now or seen_at + limits.idle <= now or to_come(now, ends_at, limits.most) or seen_at > now + AHEAD


def to_come(now: datetime, ends_at: datetime, lasts: timedelta) -> bool:
    """Say whether something that *lasts* so long and ends at *ends_at* was begun by a clock that has been set back since."""
    return ends_at > now + lasts + AHEAD


def stage(known: Known) -> Stage:
    """Return how far somebody is with signing in.

    A second factor that was set up is always asked for, whatever the role; some roles have to set one up. Whoever starts the
    demonstration has its console, and everything in it is invented: its printed links suffice.
    """
    if known.proved or (known.demo and known.began_with == "link"):
        return Stage.COMPLETE
    if known.has_second:
        return Stage.SECOND_STEP
    return Stage.SET_UP if known.role in SECOND_FACTOR and not known.demo else Stage.COMPLETE


def device(user_agent: str) -> str:
    """Return browser and system by their names alone, such as "Firefox, Windows"; nothing if neither is known."""
    found = (next((name for mark, name in names if mark in user_agent), "") for names in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in found if name)

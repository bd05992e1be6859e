"""Decisions about the day of a conference without input or output: who is let in when, and how many hours count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from surveyapp.registration.rules import Conference, State, Terms

MOST_HOURS: Final = 24.0
Outcome = Literal["in", "already", "undone", "gone", "not_in", "closed", "crowded"]
"""What came of a step at the door.

``already``: counted before; ``gone``: there is no such registration any more; ``not_in``: nothing to undo; ``closed``: the
door is not open; ``crowded``: more people than a conference can have.
"""


@dataclass(frozen=True, slots=True)
class Entrance:
    """The door of a conference, for an organiser or for whoever has its link; ``by`` stands beside what happens there."""

    conference: Conference
    by: str
    organiser: bool


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody on the list of the door; ``attendance`` and ``at`` are None until they came. A walk-in has no registration."""

    registration: int | None
    name: str
    field: int | None
    waits: bool
    attendance: int | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Undone:
    """A step at the door that was taken back."""

    name: str
    at: datetime
    by: str
    undone_at: datetime
    undone_by: str


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody with a name who came, as a certificate needs them."""

    name: str
    key: bytes
    language: str | None


def door_open(conference: Conference, today: date, *, organiser: bool) -> bool:
    """Say whether people are checked in on *today*: on the day by everybody at the door, afterwards by the organiser."""
    if conference.state not in {State.PUBLISHED, State.CLOSED} or conference.purged_on is not None:
        return False
    held_on = conference.terms.held_on
    return today == held_on or (organiser and today > held_on)


def usual_hours(terms: Terms) -> float:
    """Return the hours from start to end, to a quarter of an hour."""
    minutes = (terms.ends.hour - terms.starts.hour) * 60 + terms.ends.minute - terms.starts.minute
    return round(minutes / 15) / 4


def breakdown(counts: Mapping[int | None, int], names: tuple[str, ...], unstated: str) -> list[tuple[str, int]]:
    """Return how many came by field of work in the order of the fields, those who stated none last."""
    named = [(name, counts.get(number, 0)) for number, name in enumerate(names)]
    known = sum(number for _name, number in named)
    left = sum(counts.values()) - known
    return [*named, (unstated, left)] if left else named

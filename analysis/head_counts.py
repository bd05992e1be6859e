"""Head counts of events as the analysis sees them, from a file or from the app."""

from dataclasses import dataclass
from datetime import date
from typing import Final

SMALLEST_HEAD_COUNT: Final = 5
"""The smallest count of people that may be shown where they are at risk or victims (rows marked ``sensitive``)."""


@dataclass(frozen=True, slots=True)
class Largest:
    """The largest counts of people among several events; None where none of them states any."""

    unique_persons: int | None = None
    attendances: int | None = None
    families: int | None = None


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One logged event with its newest head count as known on the day asked about.

    Numbers: None = not known, 0 = stated zero. ``institution`` is the organiser; ``member`` the kindergarten or
    school that a set target counts. ``step`` is a deliverable's step; ``amount`` money in EUR. ``same_group_as`` is the
    reference of an earlier event with the same people; ``different_people`` says that nobody here was counted before.
    ``target`` is the one target that it counts for (None: all of its row).
    ``corrected_by_few``: two statements about it give a count of people fewer than 5 apart.
    ``reference`` is the event's number in the app or the row number in a file.

    ``many`` events that are alike but for their numbers may stand in one record (analysis.bundles): its counts of people are
    then their sums, ``largest`` holds the largest of each, ``hours`` are those of each event, ``held_on`` is the first day,
    ``reference`` that of the first, and ``some_small`` says that one of their counts is below 5.
    """

    reference: str
    indicator: str
    held_on: date
    title: str
    audience: str | None = None
    unique_persons: int | None = None
    attendances: int | None = None
    hours: float | None = None
    institution: str | None = None
    evidence: str | None = None
    member: str | None = None
    unit: str | None = None
    families: int | None = None
    requested: int | None = None
    step: str | None = None
    amount: float | None = None
    value: float | None = None
    same_group_as: str | None = None
    different_people: bool = False
    target: str | None = None
    place: str | None = None
    corrected_by_few: bool = False
    many: int = 1
    largest: Largest | None = None
    some_small: bool = False


def is_small(count: int | None) -> bool:
    """Say whether a count of people is one that sensitive rows hide, a stated zero included; not known (None) is not."""
    return count is not None and count < SMALLEST_HEAD_COUNT


def differ_by_few(one: int | None, other: int | None) -> bool:
    """Say whether the step from one count of people to another is of fewer than 5; one that is not known makes no step."""
    return one is not None and other is not None and 0 < abs(one - other) < SMALLEST_HEAD_COUNT

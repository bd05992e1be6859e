"""How many different people (or families) came to several events: what is certain and what is possible at most."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from analysis.head_counts import EventRecord


class Bounds(NamedTuple):
    """At least *low* and at most *high*; *high* is None where nothing limits it."""

    low: float
    high: float | None

    def plus(self, other: "Bounds") -> "Bounds":
        """Return the bounds of the sum."""
        return Bounds(self.low + other.low, None if self.high is None or other.high is None else self.high + other.high)


@dataclass(frozen=True, slots=True)
class EventCount:
    """What one event counts, all its audiences together; ``bounds`` is None if no number is known.

    ``new_people``: the organiser says that nobody here was counted at an earlier event. Of ``many`` events in one, whose people
    may be the same, ``bounds`` are those of the sum and ``of_largest`` those of the largest.
    """

    reference: str
    held_on: date
    bounds: Bounds | None
    new_people: bool = False
    many: int = 1
    of_largest: Bounds | None = None

    @property
    def largest(self) -> Bounds | None:
        """The bounds of the largest single event in it."""
        return self.of_largest or self.bounds

    @property
    def position(self) -> tuple[date, int, int, str]:
        """Its place among the events: by day, then as entered."""
        return (self.held_on, *entered_order(self.reference))


def entered_order(reference: str) -> tuple[int, int, str]:
    """Return a key that sorts references as entered: numbers by size, before any that are words."""
    return (0, int(reference), "") if reference.isdecimal() else (1, 0, reference)


def group_roots(records: Iterable[EventRecord]) -> dict[str, str]:
    """Return for each event the event that its group of people was first seen at, following ``same_group_as``."""
    parents = {record.reference: record.same_group_as for record in records if record.same_group_as}
    return {reference: _root(reference, parents) for reference in parents}


def summed(counts: Sequence[EventCount]) -> Bounds | None:
    """Return the bounds of the sum over all events; None if no number is known."""
    known = [count.bounds for count in counts if count.bounds is not None]
    if not known:
        return None
    low = sum(bounds.low for bounds in known)
    highs = [bounds.high for bounds in known if bounds.high is not None]
    return Bounds(low, sum(highs) if len(highs) == len(counts) else None)


def largest(counts: Sequence[EventCount]) -> Bounds | None:
    """Return the bounds of the largest single event; None if no number is known."""
    known = [count.largest for count in counts if count.largest is not None]
    if not known:
        return None
    highs = [bounds.high for bounds in known if bounds.high is not None]
    return Bounds(max(bounds.low for bounds in known), max(highs) if len(highs) == len(counts) else None)


def different(counts: Sequence[EventCount], roots: Mapping[str, str]) -> Bounds | None:
    """Return the bounds of the number of different people over all events; None if no number is known.

    Events of one group count once, by their largest. At most, all groups are different people: the sum. At least, taken in the
    order of time, a group whose people are new adds to those before, and any other may consist of people already counted.
    """
    groups: dict[str, list[EventCount]] = {}
    for count in counts:
        groups.setdefault(roots.get(count.reference, count.reference), []).append(count)
    sized = [(_position(root, members), _size(members)) for root, members in groups.items()]
    if all(size is None for _, size in sized):
        return None
    low, high = 0.0, 0.0
    unlimited = False
    for (_, new_people), size in sorted(sized, key=lambda each: each[0]):
        low = _at_least(low, size, new_people=new_people)
        unlimited = unlimited or size is None or size.high is None
        high += size.high if size is not None and size.high is not None else 0
    return Bounds(low, None if unlimited else high)


def _size(group: Sequence[EventCount]) -> Bounds | None:
    """Return how many people a group is: as many as at its largest event; many events in one are no group."""
    alone = group[0]
    if len(group) > 1 or alone.bounds is None or alone.largest is None:
        return largest(group)
    return Bounds(alone.largest.low, alone.bounds.high)


def _at_least(low: float, size: Bounds | None, *, new_people: bool) -> float:
    if size is None:
        return low
    return low + size.low if new_people else max(low, size.low)


def _position(root: str, members: Sequence[EventCount]) -> tuple[tuple[date, int, int, str], bool]:
    """Return where a group stands among the others, and whether its people are new there, as its first event may say."""
    for count in members:
        if count.reference == root and count.new_people:
            return count.position, True
    return min(count.position for count in members), False


def _root(reference: str, parents: Mapping[str, str]) -> str:
    seen = [reference]
    while (parent := parents.get(seen[-1])) is not None:
        if parent in seen:
            return min(seen[seen.index(parent) :])  # each names the other: they are one group all the same
        seen.append(parent)
    return seen[-1]

"""What may be wrong about an event without being impossible: it is said once, and whoever states it decides. No I/O."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from statistics import median
from typing import Final, Literal

from surveyapp.core.text import folded
from surveyapp.events.rules import COUNTS, Facts, LoggedEvent

NUMBERS: Final = (*COUNTS, "hours", "amount")
"""The facts that are numbers."""
TIMES: Final = 10
EARLIER: Final = 3
HOURS_OF_A_DAY: Final = 24
_ALIKE: Final = 0.85
_TELL_APART: Final = ("audience", "member", "step")

Kind = Literal["duplicate", "ten_times", "hours_over_day"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt about a fact (``field``): ``usual`` is what it mostly was, ``event_id`` the event much like it."""

    kind: Kind
    field: str
    usual: float | None = None
    event_id: int | None = None


def doubts(facts: Facts, others: Sequence[LoggedEvent], seen: Iterable[Facts]) -> tuple[Doubt, ...]:
    """Return what to ask about *facts* beside the other events of that row and institution.

    *seen* are the facts of those events with the numbers that this person may see: a doubt must not tell the rest.
    """
    twin = twin_of(facts, others)
    same = () if twin is None else (Doubt("duplicate", "title", event_id=twin.id),)
    return (*same, *number_doubts(facts, list(seen)))


def twin_of(facts: Facts, others: Iterable[LoggedEvent]) -> LoggedEvent | None:
    """Return an event of the same day whose place or title is alike, unless it is told apart by whom or what it was for."""
    return next((each for each in others if not each.newest.withdrawn and _is_twin(facts, each.newest.facts)), None)


def number_doubts(facts: Facts, earlier: Sequence[Facts]) -> tuple[Doubt, ...]:
    """Return the numbers that are ten times the usual of *earlier* events, or more hours than a day has.

    The usual is the median of at least three stated numbers above zero; below three nothing is usual yet.
    """
    found = [
        Doubt("ten_times", name, usual=usual)
        for name in NUMBERS
        if (number := getattr(facts, name)) is not None
        and (usual := _usual([getattr(each, name) for each in earlier])) is not None
        and number >= TIMES * usual
    ]
    if facts.hours is not None and facts.hours > HOURS_OF_A_DAY:
        found.append(Doubt("hours_over_day", "hours"))
    return tuple(found)


def mark_of(told: object) -> str:
    """Return a mark of what was told, so that nobody agrees to something else than what they saw."""
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def alike(one: str, other: str) -> bool:
    """Say whether two titles or places are much alike: diacritics, case and a slip of a letter aside; other numbers are not."""
    words, others = _words(one), _words(other)
    if not words or not others or _numbers(words) != _numbers(others):
        return False
    return set(words) <= set(others) or set(others) <= set(words) or _ratio(" ".join(words), " ".join(others)) >= _ALIKE


def _is_twin(one: Facts, other: Facts) -> bool:
    if one.held_on != other.held_on:
        return False
    pairs = [(getattr(one, name), getattr(other, name)) for name in _TELL_APART]
    if any(mine is not None and theirs is not None and mine != theirs for mine, theirs in pairs):
        return False
    return alike(one.title, other.title) or alike(one.place or "", other.place or "")


def _usual(numbers: Iterable[float | None]) -> float | None:
    stated = [number for number in numbers if number]
    return median(stated) if len(stated) >= EARLIER else None


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in folded(text)).split()


def _numbers(words: Iterable[str]) -> list[str]:
    return sorted({word for word in words if any(letter.isdigit() for letter in word)})


def _ratio(one: str, other: str) -> float:
    # The library's measure depends on the order of the two.
    return max(SequenceMatcher(None, *pair, autojunk=False).ratio() for pair in ((one, other), (other, one)))

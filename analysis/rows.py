"""A row of the plan from its targets: the "and" of their degrees, final and to date, under every reading of the row."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from analysis.cases import Degree, Timing
from analysis.reasons import Reason, reason

_TIMINGS_BY_WEIGHT: Final[tuple[Timing, ...]] = ("overdue", "awaiting_data", "open", "late", "on_time")


@dataclass(frozen=True, slots=True)
class Judged:
    """One target in one window under one reading, as far as its row needs it."""

    target: str
    reading: str | None
    degree: Degree
    timing: Timing | None


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """The row's own degree (final only after its last window), the degree to date, and whether readings disagree."""

    degree: Degree
    to_date: Degree
    timing: Timing | None
    ambiguous: bool
    because: tuple[Reason, ...]


def row_verdict(judged: Sequence[Judged], readings: Mapping[str, Sequence[str]]) -> RowVerdict:
    """Combine the targets of one row; *readings* names for each target that can be read in several ways its readings.

    Targets with the same readings are read alike. The row is not assessed where its readings lead to different degrees.
    """
    ways = [_read_as(judged, choice) for choice in _choices(readings)]
    degrees = list(dict.fromkeys(final_degree(each.degree for each in way) for way in ways))
    to_dates = list(dict.fromkeys(degree_to_date(each.degree for each in way) for way in ways))
    timings = list(dict.fromkeys(_timing(each.timing for each in way) for way in ways))
    return RowVerdict(
        degree=degrees[0] if len(degrees) == 1 else "not_assessed",
        to_date=to_dates[0] if len(to_dates) == 1 else "not_assessed",
        timing=timings[0] if len(timings) == 1 and len(degrees) == 1 else None,
        ambiguous=len(degrees) > 1 or len(to_dates) > 1,
        because=_because(ways, degrees, to_dates),
    )


def final_degree(degrees: Iterable[Degree]) -> Degree:
    """Return the degree over all windows: not due while one of them is not due."""
    assessed = [degree for degree in degrees if degree != "not_assessed"]
    if not assessed:
        return "not_assessed"
    return "not_due" if "not_due" in assessed else _conjunction(set(assessed))


def degree_to_date(degrees: Iterable[Degree]) -> Degree:
    """Return the degree over the windows that are due."""
    assessed = [degree for degree in degrees if degree != "not_assessed"]
    if not assessed:
        return "not_assessed"
    due: set[Degree] = {degree for degree in assessed if degree != "not_due"}
    return _conjunction(due) if due else "not_due"


def _conjunction(degrees: set[Degree]) -> Degree:
    if degrees == {"done"}:
        return "done"
    if degrees == {"not_done"}:
        return "not_done"
    return "no_data" if degrees <= {"no_data", "not_done"} else "partial"


def _timing(timings: Iterable[Timing | None]) -> Timing | None:
    found = set(timings)
    return next((timing for timing in _TIMINGS_BY_WEIGHT if timing in found), None)


def _choices(readings: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Return every way to read the row: for each target the reading chosen."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for target, ids in readings.items():
        alike.setdefault(tuple(ids), []).append(target)
    ways = product(*alike)  # no more than MOST_WAYS: a plan with more is refused
    return [{target: chosen for targets, chosen in zip(alike.values(), way, strict=True) for target in targets} for way in ways]


def _read_as(judged: Sequence[Judged], choice: Mapping[str, str]) -> list[Judged]:
    return [each for each in judged if each.reading is None or each.reading == choice[each.target]]


def _because(ways: Sequence[list[Judged]], degrees: Sequence[Degree], to_dates: Sequence[Degree]) -> tuple[Reason, ...]:
    if len(ways) == 1:
        return _counts(ways[0])
    if len(degrees) == 1 and len(to_dates) == 1:
        return (reason("readings_agree", number=len(ways)), *_counts(ways[0]))
    verdicts = ", ".join(degrees if len(degrees) > 1 else to_dates)
    return (reason("readings_differ", number=len(ways), verdicts=verdicts),)


def _counts(judged: Sequence[Judged]) -> tuple[Reason, ...]:
    number = Counter(each.degree for each in judged)
    due = {degree: number[degree] for degree in ("done", "partial", "not_done", "no_data") if number[degree]}
    reasons: list[Reason] = []
    if due:
        counts = ", ".join(f"{degree} {each}" for degree, each in due.items())
        reasons.append(reason("row_degrees", due=sum(due.values()), counts=counts))
    if number["not_due"]:
        reasons.append(reason("row_not_due", number=number["not_due"]))
    left_out = dict.fromkeys(each.target for each in judged if each.degree == "not_assessed")
    if left_out:
        reasons.append(reason("row_not_assessed", targets=", ".join(left_out)))
    return tuple(reasons)

"""Rows about people at risk or victims: small numbers of people, and whatever would give one back, are taken out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from analysis.head_counts import SMALLEST_HEAD_COUNT, EventRecord, is_small
from analysis.progress import TargetResult
from analysis.reasons import Reason

_PEOPLE: Final = frozenset({"persons", "families"})
_COUNTED_PEOPLE: Final = frozenset({"unique_persons", "attendances", "persons_at_one_event", "families"})
_FIELDS: Final = ("unique_persons", "attendances", "families", "requested", "value")
_NUMBERED_FACTS: Final = frozenset({"achieved", "low", "high", "expected"})
TELLING_FLAGS: Final = frozenset({"over_target", "above_bare_number", "ceiling_exceeded", "above_range", "behind_schedule"})
"""Flags that tell on which side of a number the hidden count lies."""
_TELLING_CODES: Final = frozenset({*TELLING_FLAGS, "zero_stated", "ceiling_may_be_exceeded"})


@dataclass(frozen=True, slots=True)
class ShownTarget:
    """One verdict as a page may show it: where ``hidden``, nothing in ``result`` tells how many people stand behind it."""

    result: TargetResult
    hidden: bool


def shown_targets(
    results: Sequence[TargetResult], records: Mapping[str, EventRecord], *, sensitive: bool
) -> tuple[ShownTarget, ...]:
    """Return the verdicts of one row as they may be shown; *records* are its events by reference.

    In a sensitive row a number of people is hidden if it is below 5 (0 included), if subtracting the shown counts of its events
    would leave a number below 5 or the count of one hidden event, or if it holds a hidden number of a shorter window.
    """
    hidden = _hidden(results, records) if sensitive else frozenset()
    return tuple(
        ShownTarget(_without_numbers(result) if at in hidden else result, at in hidden) for at, result in enumerate(results)
    )


def _hidden(results: Sequence[TargetResult], records: Mapping[str, EventRecord]) -> frozenset[int]:
    mine = [at for at, result in enumerate(results) if _counts_people(result)]
    hidden = {at for at in mine if not _safe_alone(results[at], records)}
    while more := {at for at in mine if at not in hidden and _gives_away(at, results, mine, hidden)}:
        hidden |= more
    return frozenset(hidden)


def _counts_people(result: TargetResult) -> bool:
    return result.unit in _PEOPLE or result.counted in _COUNTED_PEOPLE or result.kind == "on_demand"


def _safe_alone(result: TargetResult, records: Mapping[str, EventRecord]) -> bool:
    # Of an on-demand target the number required is how many asked.
    asked = result.required if result.kind == "on_demand" else None
    own = (result.achieved_low, result.achieved_high) if _is_of_people(result) else ()
    if any(number is not None and number < SMALLEST_HEAD_COUNT for number in (*own, asked)):
        return False
    counted = [records[reference] for reference in result.events if reference in records]
    return all(_safe_beside(getattr(record, field) for record in counted) for field in _FIELDS)


def _is_of_people(result: TargetResult) -> bool:
    return result.unit in _PEOPLE or result.counted in _COUNTED_PEOPLE


def _safe_beside(counts: Iterable[int | None]) -> bool:
    """Say whether a sum of *counts* may stand beside those of them that are shown one by one."""
    small = [count for count in counts if count is not None and is_small(count)]
    return not small or (len(small) > 1 and sum(small) >= SMALLEST_HEAD_COUNT)


def _gives_away(at: int, results: Sequence[TargetResult], mine: Sequence[int], hidden: set[int]) -> bool:
    whole = set(results[at].events)
    for other in mine:
        part = set(results[other].events)
        if not part or not part < whole:
            continue
        if other in hidden or _differ_little(results[at], results[other]):
            return True
    return False


def _differ_little(whole: TargetResult, part: TargetResult) -> bool:
    pairs = ((whole.achieved_low, part.achieved_low), (whole.achieved_high, part.achieved_high))
    return any(one is not None and other is not None and 0 < abs(one - other) < SMALLEST_HEAD_COUNT for one, other in pairs)


def _without_numbers(result: TargetResult) -> TargetResult:
    return replace(
        result,
        required=None if result.kind == "on_demand" else result.required,
        achieved=None,
        achieved_low=None,
        achieved_high=None,
        ratio=None,
        certainty=None,
        flags=tuple(flag for flag in result.flags if flag not in TELLING_FLAGS),
        because=tuple(reason for reason in result.because if not _tells(reason)),
    )


def _tells(reason: Reason) -> bool:
    return reason.code in _TELLING_CODES or any(name in _NUMBERED_FACTS for name, _ in reason.facts)

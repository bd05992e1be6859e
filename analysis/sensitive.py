"""Rows about people at risk or victims: small numbers of people, and whatever would give one back, are taken out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from analysis.head_counts import SMALLEST_HEAD_COUNT, EventRecord, is_small
from analysis.progress import IndicatorResult, Progress, TargetResult
from analysis.reasons import Reason
from questionnaires.plan_types import Plan

_PEOPLE: Final = frozenset({"persons", "families"})
_COUNTED_PEOPLE: Final = frozenset({"unique_persons", "attendances", "persons_at_one_event", "families"})
_FIELDS: Final = ("unique_persons", "attendances", "families", "requested", "value")
_HOURS: Final = "hours"
_NUMBERED_FACTS: Final = frozenset({"achieved", "low", "high", "expected"})
TELLING_FLAGS: Final = frozenset({"over_target", "above_bare_number", "ceiling_exceeded", "above_range", "behind_schedule"})
"""Flags that tell on which side of a number the hidden count lies."""
_TELLING_CODES: Final = frozenset({*TELLING_FLAGS, "zero_stated", "ceiling_may_be_exceeded", "explained"})


@dataclass(frozen=True, slots=True)
class ShownTarget:
    """One verdict as a page may show it: where ``hidden``, nothing in ``result`` tells how many people stand behind it."""

    result: TargetResult
    hidden: bool


def shown_targets(
    results: Sequence[TargetResult], records: Mapping[str, EventRecord], *, sensitive: bool
) -> tuple[ShownTarget, ...]:
    """Return the verdicts of one row as they may be shown; *records* are its events by reference.

    In a sensitive row a number of people is hidden if it is below 5 (0 included), if the count of any of its events is (beside
    the others it would tell the small ones, and so would the same total a day earlier) or was corrected by fewer than 5 (two
    days' pages beside each other would tell of them), or if it holds a hidden number of a shorter window. A sum of hours is
    hidden if the hours of one of its events are.
    """
    hidden = _hidden(results, records) if sensitive else frozenset()
    return tuple(
        ShownTarget(without_numbers(result) if at in hidden else result, at in hidden) for at, result in enumerate(results)
    )


def shown_progress(plan: Plan, progress: Progress, events: Iterable[EventRecord]) -> Progress:
    """Return a judged plan as it may be shown: every sensitive row without the numbers that ``shown_targets`` hides."""
    records = {event.reference: event for event in events}
    targets: list[TargetResult] = []
    verdicts = {verdict.indicator: verdict for verdict in progress.indicators}
    for indicator in plan.indicators:
        mine = [result for result in progress.targets if result.indicator == indicator.id]
        shown = shown_targets(mine, records, sensitive=indicator.sensitive)
        targets += [each.result for each in shown]
        verdicts[indicator.id] = shown_verdict(verdicts[indicator.id], shown)
    return replace(progress, targets=tuple(targets), indicators=tuple(verdicts.values()))


def shown_verdict(verdict: IndicatorResult, targets: Iterable[ShownTarget]) -> IndicatorResult:
    """Return a row's verdict without flags that only a hidden number raised."""
    shown = {flag for target in targets for flag in target.result.flags}
    return replace(verdict, flags=tuple(flag for flag in verdict.flags if flag in shown or flag not in TELLING_FLAGS))


def counts_people(unit: str, counted: str, kind: str) -> bool:
    """Say whether a target of this unit, of what is counted and of this kind has a number of people in it."""
    return unit in _PEOPLE or counted in _COUNTED_PEOPLE or kind == "on_demand"


def counts_hours(unit: str, counted: str) -> bool:
    """Say whether a target of this unit and of what is counted has a sum of hours in it."""
    return _HOURS in {unit, counted}


def _hidden(results: Sequence[TargetResult], records: Mapping[str, EventRecord]) -> frozenset[int]:
    mine = [at for at, result in enumerate(results) if counts_people(result.unit, result.counted, result.kind)]
    hidden = {at for at in mine if not _safe_alone(results[at], records)}
    while more := {at for at in mine if at not in hidden and _gives_away(at, results, mine, hidden)}:
        hidden |= more
    hours = {at for at, result in enumerate(results) if counts_hours(result.unit, result.counted)}
    return frozenset(hidden | {at for at in hours if _counts_guarded(results[at], records)})


def _safe_alone(result: TargetResult, records: Mapping[str, EventRecord]) -> bool:
    # Of an on-demand target the number required is how many asked.
    asked = result.required if result.kind == "on_demand" else None
    own = (result.achieved_low, result.achieved_high) if _is_of_people(result) else ()
    if any(number is not None and number < SMALLEST_HEAD_COUNT for number in (*own, asked)):
        return False
    return not _counts_guarded(result, records)


def _counts_guarded(result: TargetResult, records: Mapping[str, EventRecord]) -> bool:
    return any(is_guarded(records[reference], _FIELDS) for reference in result.events if reference in records)


def is_guarded(record: EventRecord, names: Iterable[str]) -> bool:
    """Say whether an event of a sensitive row hides its counts (*names*): one is small, or was corrected by fewer than 5."""
    return record.corrected_by_few or record.some_small or any(is_small(getattr(record, name)) for name in names)


def _is_of_people(result: TargetResult) -> bool:
    return result.unit in _PEOPLE or result.counted in _COUNTED_PEOPLE


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


def without_numbers(result: TargetResult) -> TargetResult:
    """Return a verdict of a target without anything that tells how many people stand behind it."""
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

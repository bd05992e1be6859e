"""What a correction would change in the judged plan: a plan judged twice, and where the two differ. No I/O."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from analysis.cases import Degree, Timing
from analysis.head_counts import EventRecord
from analysis.progress import Progress, TargetResult
from questionnaires.plan_types import Indicator, Plan, Target
from surveyapp.events.records import record_of
from surveyapp.events.rules import Facts, LoggedEvent, Row, Stated

_SAID: frozenset[Timing | None] = frozenset({"on_time", "late", "overdue"})
_NEW = 2**31 - 1
"""The number of an event that has none yet; it is read before anybody sees it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A degree, and whether it came in time where that is said."""

    degree: Degree
    timing: Timing | None


@dataclass(frozen=True, slots=True)
class Effect:
    """A target whose verdict in one window would change."""

    row: Indicator
    target: Target
    window_start: date
    window_end: date
    before: Verdict
    after: Verdict


def corrected(
    records: Iterable[EventRecord], event: LoggedEvent, facts: Facts | None, filed: str | None
) -> tuple[EventRecord, ...]:
    """Return *records* as they would be with *facts* about *event* in force; None withdraws it.

    *filed* names a file that proves it, if it has one.
    """
    every = tuple(records)
    others = tuple(record for record in every if record.reference != str(event.id))
    if facts is None:
        return others
    newest = event.newest
    stated = Stated(newest.number + 1, facts, False, None, newest.account_id, newest.by, datetime.min)  # noqa: DTZ901, FBT003 - stands nowhere
    record = record_of(replace(event, history=(*event.history, stated)))
    found = (*others, replace(record, evidence=record.evidence or filed))
    return tuple(sorted(found, key=lambda record: (record.held_on, int(record.reference))))


def logged(records: Iterable[EventRecord], events: Sequence[tuple[Row, Facts]]) -> tuple[EventRecord, ...]:
    """Return *records* as they would be with *events* logged as well."""
    found = tuple(records)
    for number, (row, facts) in enumerate(events):
        stated = Stated(0, facts, False, None, None, "", datetime.min)  # noqa: DTZ901, FBT003 - stands nowhere
        event = LoggedEvent(_NEW - number, row.plan_key, row.indicator, row.institution, (stated,))
        found = corrected(found, event, facts, None)
    return found


def proved(records: Iterable[EventRecord], event: LoggedEvent, filed: str | None) -> tuple[EventRecord, ...]:
    """Return *records* as they would be if *filed* named the files that prove *event* (None: there is none); its note stays."""
    noted = event.newest.facts.evidence
    return tuple(replace(each, evidence=noted or filed) if each.reference == str(event.id) else each for each in records)


def changed(plan: Plan, before: Progress, after: Progress) -> tuple[Effect, ...]:
    """Return the targets whose verdict differs, in the order of the plan; *plan* is the one that was judged.

    Nothing is told of sensitive rows: whoever types one number after the other would learn the small ones behind them.
    """
    was = {_place(result): verdict_of(result.degree, result.timing) for result in before.targets}
    rows = {row.id: row for row in plan.indicators if not row.sensitive}
    return tuple(
        _effect(rows[result.indicator], result, was[_place(result)])
        for result in after.targets
        if result.indicator in rows
        and _place(result) in was
        and was[_place(result)] != verdict_of(result.degree, result.timing)
    )


def _effect(row: Indicator, result: TargetResult, before: Verdict) -> Effect:
    target = next(each for each in row.targets if each.id == result.target)
    return Effect(row, target, result.window_start, result.window_end, before, verdict_of(result.degree, result.timing))


def _place(result: TargetResult) -> tuple[str, str | None, date]:
    return (result.target, result.reading, result.window_start)


def verdict_of(degree: Degree, timing: Timing | None) -> Verdict:
    """Return a verdict as it is told: of the timing what matters to a reader."""
    return Verdict(degree, timing if timing in _SAID else None)

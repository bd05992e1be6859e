"""Which events of a plan may stand together in one record, so that judging costs what rows and months do, not events."""

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from analysis.measures import counted_of
from analysis.named_targets import STEPPED
from analysis.progress import read_as
from analysis.windows import windows_of
from questionnaires.plan_types import Indicator, Plan, Target

_DIFFERENT: Final = frozenset({"unique_persons", "families"})


@dataclass(frozen=True, slots=True)
class Grain:
    """What keeps the events of a plan apart; names are those under which events are logged (Plan.rows_fed_by).

    Of names in ``alone`` no two events may stand together, of those in ``lone_if_new`` none if somebody says of an event that
    its people were not counted before: then the order of the events matters. Of names in ``by_day`` only events of one day may,
    of all others events of one month, but for the months (first days) in ``split``, in which something begins or ends. Of names
    in ``by_hours`` only events of the same length may.
    """

    alone: frozenset[str]
    lone_if_new: frozenset[str]
    by_day: frozenset[str]
    by_hours: frozenset[str]
    split: frozenset[date]


def grain_of(plan: Plan, as_of: date) -> Grain:
    """Return how finely the events of *plan*, as decided, must be kept apart for its verdicts as of that day.

    A step is shown with the events that prove it, so events of rows with steps stand alone; the first day on which a target was
    reached is asked of rows that others wait for.
    """
    waited_for = {target.prerequisite for row in plan.indicators for target in row.targets if target.prerequisite}
    rows = {row.id: list(_as_read(row)) for row in plan.indicators}
    stepped = {row for row, targets in rows.items() if any(each.kind in STEPPED for each in targets)}
    ordered = {row for row, targets in rows.items() if any(counted_of(each) in _DIFFERENT for each in targets)}
    timed = {row for row, targets in rows.items() if any(_asks_for_hours(each) for each in targets)}
    first = {row for row, targets in rows.items() if any(each.id in waited_for for each in targets)}
    return Grain(
        alone=_names(plan, stepped),
        lone_if_new=_names(plan, ordered),
        by_day=_names(plan, first),
        by_hours=_names(plan, timed),
        split=frozenset(_split(_edges(plan, as_of))),
    )


def _asks_for_hours(target: Target) -> bool:
    return counted_of(target) == "hours" or target.per_event_hours is not None


def _as_read(row: Indicator) -> Iterator[Target]:
    """Yield every target of a row under each of its readings."""
    for target in row.targets:
        for reading in target.readings or (None,):
            yield read_as(target, reading)


def _names(plan: Plan, rows: set[str]) -> frozenset[str]:
    every = {name for row in plan.indicators for name in (row.id, row.measured_as) if name}
    return frozenset(name for name in every if any(row.id in rows for row in plan.rows_fed_by(name)))


def _edges(plan: Plan, as_of: date) -> Iterator[tuple[date, date]]:
    """Yield the first and the last day of everything that holds for a time."""
    yield plan.starts, min(plan.ends, as_of)
    for row in plan.indicators:
        for target in _as_read(row):
            yield from ((window.start, window.end) for window in windows_of(target.period, plan, row.quarters))
    for each in plan.reference_sets:
        for member in each.members or ():
            yield member.since or plan.starts, member.until or plan.ends


def _split(edges: Iterable[tuple[date, date]]) -> Iterator[date]:
    """Yield the months within which something begins or ends."""
    for start, end in edges:
        if start.day != 1:
            yield start.replace(day=1)
        if end.day != calendar.monthrange(end.year, end.month)[1]:
            yield end.replace(day=1)

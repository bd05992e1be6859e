"""The judged plan as its pages show it: rows by goal, what is due this quarter, what is missing. Decisions only, no I/O."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from analysis.decided import is_statement
from analysis.head_counts import EventRecord
from analysis.progress import IndicatorResult, Progress, TargetResult
from analysis.sensitive import ShownTarget, shown_targets, shown_verdict
from analysis.windows import quarter_end
from questionnaires.plan_types import Action, Goal, Indicator, Plan, Quarter, Reading, Target

DEGREES: Final = ("done", "partial", "not_done", "no_data", "not_due", "not_assessed")
_ASKED: Final = frozenset({"ge", "bare", "between", "approx", "all", "exists"})
_UNMET: Final = frozenset({"not_due", "partial", "not_done", "no_data"})


@dataclass(frozen=True, slots=True)
class Missing:
    """What a target still lacks in a window that has begun: at least ``number``; None where the number may not be shown."""

    result: TargetResult
    number: float | None
    over: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the plan with its verdict.

    ``due_now``: the plan marks this quarter, or a window ends in it, and something is still missing. ``events`` are the
    references of the events that it was counted from.
    """

    indicator: Indicator
    result: IndicatorResult
    targets: tuple[ShownTarget, ...]
    due_now: bool
    missing: tuple[Missing, ...]
    events: tuple[str, ...]

    @property
    def overdue(self) -> bool:
        """Whether the row counts as late: a window has closed without success, under every reading of the row."""
        return self.result.timing == "overdue"

    @property
    def undecided(self) -> bool:
        """Whether the cooperation group has to decide how to read the row before it can be judged."""
        return "ambiguous_reading" in self.result.flags


@dataclass(frozen=True, slots=True)
class ActionRows:
    """The rows of one planned result."""

    action: Action
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class GoalRows:
    """The planned results of one goal; none if the goal is lost in the source."""

    goal: Goal
    actions: tuple[ActionRows, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows a reader asked for; None is any."""

    degree: str | None = None
    due_now: bool = False
    overdue: bool = False
    institution: str | None = None

    def holds(self, row: Row) -> bool:
        """Say whether *row* is among them."""
        return (
            self.degree in {None, row.result.to_date}
            and (row.due_now or not self.due_now)
            and (row.overdue or not self.overdue)
            and (self.institution is None or self.institution in row.indicator.responsible)
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """How many rows have each degree to date, of how many, and which rows ask for attention."""

    rows: int
    by_degree: Mapping[str, int]
    overdue: tuple[Row, ...]
    due: tuple[Row, ...]
    undecided: tuple[Row, ...]


def quarter_of(day: date) -> Quarter:
    """Return the quarter in which *day* lies."""
    return Quarter(day.year, (day.month - 1) // 3 + 1)


def rows_of(plan: Plan, progress: Progress, records: Mapping[str, EventRecord]) -> tuple[Row, ...]:
    """Return every row of the plan with its verdict, in the order of the plan; *records* are the events by reference."""
    verdicts = {result.indicator: result for result in progress.indicators}
    targets: dict[str, list[TargetResult]] = {}
    for target in progress.targets:
        targets.setdefault(target.indicator, []).append(target)
    return tuple(
        _row(indicator, verdicts[indicator.id], targets.get(indicator.id, []), records, progress.as_of)
        for indicator in plan.indicators
    )


def by_goal(plan: Plan, rows: Iterable[Row]) -> tuple[GoalRows, ...]:
    """Return *rows* under their planned results and goals; goals without any stay, also those lost in the source."""
    of_action: dict[str, list[Row]] = {}
    for row in rows:
        of_action.setdefault(row.indicator.action, []).append(row)
    return tuple(
        GoalRows(
            goal,
            tuple(
                ActionRows(action, tuple(of_action[action.number]))
                for action in plan.actions
                if action.goal == goal.number and action.number in of_action
            ),
        )
        for goal in plan.goals
    )


def summary_of(rows: Sequence[Row]) -> Summary:
    """Count the degrees to date and pick the rows that ask for attention."""
    counted = Counter(row.result.to_date for row in rows)
    return Summary(
        rows=len(rows),
        by_degree={degree: counted[degree] for degree in DEGREES},
        overdue=tuple(row for row in rows if row.overdue),
        due=tuple(row for row in rows if row.due_now),
        undecided=tuple(row for row in rows if row.undecided),
    )


def target_of(indicator: Indicator, result: TargetResult) -> Target:
    """Return the target that a result judges."""
    return next(target for target in indicator.targets if target.id == result.target)


def reading_of(indicator: Indicator, result: TargetResult) -> Reading | None:
    """Return the reading under which a result was judged, None if the target can be read in one way only."""
    readings = target_of(indicator, result).readings
    return next((reading for reading in readings if reading.id == result.reading), None)


def is_ceiling(result: TargetResult) -> bool:
    """Say whether the number required is one not to be exceeded."""
    return result.comparator == "le"


def _row(
    indicator: Indicator,
    verdict: IndicatorResult,
    results: Sequence[TargetResult],
    records: Mapping[str, EventRecord],
    as_of: date,
) -> Row:
    shown = shown_targets(results, records, sensitive=indicator.sensitive)
    missing = tuple(_missing(shown, as_of))
    counted = dict.fromkeys(reference for result in results for reference in result.events)
    events = tuple(reference for reference in counted if not is_statement(reference))
    return Row(indicator, shown_verdict(verdict, shown), shown, _due_now(indicator, missing, as_of), missing, events)


def _due_now(indicator: Indicator, missing: Iterable[Missing], as_of: date) -> bool:
    this = quarter_of(as_of)
    lacking = [each.result for each in missing if not each.over]
    marked = any((mark.year, mark.quarter) == (this.year, this.quarter) for mark in indicator.quarters)
    return bool(lacking) and (marked or any(result.window_end <= quarter_end(this) for result in lacking))


def _missing(targets: Iterable[ShownTarget], as_of: date) -> Iterable[Missing]:
    for target in targets:
        result = target.result
        if result.comparator not in _ASKED or result.degree not in _UNMET or result.window_start > as_of:
            continue
        if result.required is None or result.kind == "on_demand":
            continue
        if target.hidden:
            yield Missing(result, None, over=result.window_end < as_of)
            continue
        number = result.required - (result.achieved_low or 0)
        if number > 0:
            yield Missing(result, number, over=result.window_end < as_of)

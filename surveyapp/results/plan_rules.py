"""The judged plan as its pages show it: rows by goal, with what is due and missing in each. Decisions only, no I/O."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from analysis.decided import is_statement
from analysis.head_counts import EventRecord
from analysis.missing import Missing, due_now, missing_of, settled_by_hand, target_of
from analysis.progress import IndicatorResult, Progress, TargetResult
from analysis.sensitive import ShownTarget, shown_targets, shown_verdict, without_numbers
from questionnaires.plan_types import Action, Goal, Indicator, Plan, Target
from questionnaires.texts import Text

DEGREES: Final = ("done", "partial", "not_done", "no_data", "not_due", "not_assessed")
LONG: Final = 80
"""A plan with more rows than this opens with its directions: on a phone nobody scrolls past so many."""
_AT_A_GLANCE: Final = 15
"""So many rows stand below each other; more are folded by goal."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the plan with its verdict.

    ``due_now``: the plan marks this quarter, or a window ends in it, and something is still missing. ``events`` are the
    references of the records that it was counted from, ``number_of_events`` how many events stand in them.
    """

    indicator: Indicator
    result: IndicatorResult
    targets: tuple[ShownTarget, ...]
    due_now: bool
    missing: tuple[Missing, ...]
    events: tuple[str, ...]
    number_of_events: int

    @property
    def overdue(self) -> bool:
        """Whether the row counts as late: a window has closed without success, under every reading of the row."""
        return self.result.timing == "overdue"

    @property
    def perhaps_overdue(self) -> bool:
        """Whether a window has closed without success, but it must first be decided how to read the row."""
        late = any(each.result.timing == "overdue" for each in self.missing)
        return late and not self.overdue and not settled_by_hand(self.result)

    @property
    def undecided(self) -> bool:
        """Whether the cooperation group has to decide how to read the row before it can be judged."""
        return "ambiguous_reading" in self.result.flags


@dataclass(frozen=True, slots=True)
class ActionRows:
    """The rows of one planned result."""

    action: Action
    rows: tuple[Row, ...]

    @property
    def measured(self) -> bool:
        """Whether these are policy indicators, which are shown by value, not by events."""
        return all(row.indicator.kind == "policy_indicator" for row in self.rows)


@dataclass(frozen=True, slots=True)
class GoalRows:
    """The planned results of one goal; none if the goal is lost in the source."""

    goal: Goal
    actions: tuple[ActionRows, ...]

    @property
    def by_degree(self) -> tuple[tuple[str, int], ...]:
        """How many of the rows have each degree to date, those degrees alone that occur."""
        counted = Counter(row.result.to_date for action in self.actions for row in action.rows)
        return tuple((degree, counted[degree]) for degree in DEGREES if counted[degree])

    @property
    def number_of_rows(self) -> int:
        """How many rows there are."""
        return sum(len(action.rows) for action in self.actions)

    @property
    def number_overdue(self) -> int:
        """How many of them are overdue."""
        return sum(row.overdue for action in self.actions for row in action.rows)


@dataclass(frozen=True, slots=True)
class MeasuredLine:
    """One measured number of the plan with its newest value, and every row that is judged by it."""

    name: Text
    target: Target
    shown: ShownTarget
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows a reader asked for; None is any."""

    degree: str | None = None
    due_now: bool = False
    overdue: bool = False
    institution: str | None = None
    goal: str | None = None
    everything: bool = False
    indicators: bool = False

    @property
    def nothing_named(self) -> bool:
        """Whether the reader has asked for nothing yet, so that a long plan shows its directions first."""
        return self == Wanted()

    def holds(self, row: Row) -> bool:
        """Say whether *row* is among them."""
        bodies = (*row.indicator.responsible, *row.indicator.co_responsible)
        return (
            self.degree in {None, row.result.to_date}
            and (row.due_now or not self.due_now)
            and (row.overdue or not self.overdue)
            and self.institution in {None, *bodies}
            and (row.indicator.measured_as is not None or not self.indicators)
            and self.goal in {None, row.indicator.action.partition(".")[0]}
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """How many rows have each degree to date, of how many, and which rows ask for attention."""

    rows: int
    by_degree: Mapping[str, int]
    overdue: tuple[Row, ...]
    perhaps_overdue: tuple[Row, ...]
    due: tuple[Row, ...]
    undecided: tuple[Row, ...]


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


def key_of(result: TargetResult) -> tuple[str | None, ...]:
    """Return what names one target in one window under one reading: as the table of targets of a release does."""
    return result.indicator, result.target, result.reading, result.window_start.isoformat()


def without_numbers_of(row: Row, hidden: Collection[tuple[object, ...]], as_of: date) -> Row:
    """Return *row* with the numbers of those of its targets taken out whose keys are *hidden*, and whatever tells of them."""
    if not any(key_of(each.result) in hidden and not each.hidden for each in row.targets):
        return row
    targets = tuple(
        ShownTarget(without_numbers(each.result), hidden=True) if key_of(each.result) in hidden else each
        for each in row.targets
    )
    missing = missing_of(targets, as_of)
    due = due_now(row.indicator, missing, as_of) and not settled_by_hand(row.result)
    return replace(row, result=shown_verdict(row.result, targets), targets=targets, missing=missing, due_now=due)


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


def measured_lines(plan: Plan, rows: Sequence[Row]) -> tuple[MeasuredLine, ...]:
    """Return what is measured, once each in the order of the plan's list; *rows* are those to show."""
    names = {each.id: each.name for each in plan.measured}
    found: dict[tuple[str, str], list[tuple[Row, Target, ShownTarget]]] = {}
    for row in rows:
        for shown in row.targets:
            if row.indicator.measured_as is not None:
                target = target_of(row.indicator, shown.result)
                key = row.indicator.measured_as, target.id.rpartition("/")[2]
                found.setdefault(key, []).append((row, target, shown))
    return tuple(
        MeasuredLine(names[name], lines[0][1], lines[0][2], tuple(row for row, _, _ in lines))
        for name in names
        for (measured, _), lines in found.items()
        if measured == name
    )


def years_so_far(plan: Plan, today: date) -> range:
    """Return the years of *plan* that have begun: those that can be reported and concluded about."""
    return range(plan.starts.year, min(plan.ends.year, today.year) + 1)


def summary_of(rows: Sequence[Row]) -> Summary:
    """Count the degrees to date and pick the rows that ask for attention."""
    counted = Counter(row.result.to_date for row in rows)
    return Summary(
        rows=len(rows),
        by_degree={degree: counted[degree] for degree in DEGREES},
        overdue=tuple(row for row in rows if row.overdue),
        perhaps_overdue=tuple(row for row in rows if row.perhaps_overdue),
        due=tuple(row for row in rows if row.due_now),
        undecided=tuple(row for row in rows if row.undecided),
    )


def to_fold(goals: Sequence[GoalRows]) -> bool:
    """Say whether so many rows are asked for that each goal is folded: a phone shows what there is, not 12,000 pixels of it."""
    return sum(goal.number_of_rows for goal in goals) > _AT_A_GLANCE and sum(bool(goal.actions) for goal in goals) > 1


def has_quarters(plan: Plan) -> bool:
    """Say whether the plan marks quarters at all; others name days or half-years with each target."""
    return any(row.quarters for row in plan.indicators)


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
    missing = missing_of(shown, as_of)
    counted = dict.fromkeys(reference for result in results for reference in result.events)
    events = tuple(reference for reference in counted if not is_statement(reference))
    due = due_now(indicator, missing, as_of) and not settled_by_hand(verdict)
    held = sum(records[reference].many for reference in events)
    return Row(indicator, shown_verdict(verdict, shown), shown, due, missing, events, held)

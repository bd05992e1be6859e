"""The plan judged by the events as the app knows them today."""

from dataclasses import dataclass
from datetime import date

from analysis.decided import DecidedPlan, is_statement
from analysis.head_counts import EventRecord
from questionnaires.plan_types import Baseline, Plan
from surveyapp.events.judging import NOTHING_APART, Apart, judge_plan
from surveyapp.plans import store as plan_store
from surveyapp.plans.rules import Chain
from surveyapp.results.plan_rules import (
    GoalRows,
    MeasuredLine,
    Row,
    Summary,
    Wanted,
    by_goal,
    measured_lines,
    rows_of,
    summary_of,
)


@dataclass(frozen=True, slots=True)
class JudgedPlan:
    """A plan as decided, the day it was judged for, every row with its verdict, and what stands behind them.

    ``written`` is the plan before anything was decided, ``chains`` everything stated about it, ``grace_days`` the days for
    typing in with which it was judged. ``known_on``: by what was known at the end of that day (None: by all that is known).
    """

    plan: Plan
    as_of: date
    grace_days: int
    rules_version: int
    rows: tuple[Row, ...]
    records: tuple[EventRecord, ...]
    written: Plan
    decided: DecidedPlan
    chains: tuple[Chain, ...]
    known_on: date | None = None

    @property
    def summary(self) -> Summary:
        """Degrees counted, and the rows that ask for attention."""
        return summary_of(self.rows)

    def goals(self, wanted: Wanted) -> tuple[GoalRows, ...]:
        """Return the wanted rows under their goals."""
        return by_goal(self.plan, [row for row in self.rows if wanted.holds(row)])

    def measured(self, wanted: Wanted) -> tuple[MeasuredLine, ...]:
        """Return what the wanted policy indicators measure, each once."""
        return measured_lines(self.plan, [row for row in self.rows if wanted.holds(row)])

    def row(self, indicator_id: str) -> Row | None:
        """Return one row, None if the plan has none of that name."""
        return next((row for row in self.rows if row.indicator.id == indicator_id), None)

    def same_measure(self, row: Row) -> tuple[Row, ...]:
        """Return the other rows that name what *row* measures."""
        name = row.indicator.measured_as
        return tuple(each for each in self.rows if name and each.indicator.measured_as == name and each is not row)

    def events_of(self, row: Row) -> tuple[EventRecord, ...]:
        """Return the events that a row was counted from, by day."""
        mine = frozenset(row.events)
        return tuple(record for record in self.records if record.reference in mine)

    def baseline_of(self, target_id: str) -> Baseline | None:
        """Return the value that a target's change is measured from, None if there is none."""
        return next((each.baseline for row in self.plan.indicators for each in row.targets if each.id == target_id), None)

    def chain(self, kind: str, subject: str) -> Chain | None:
        """Return everything stated about one thing, None if nothing was."""
        return next((each for each in self.chains if (each.kind, each.subject) == (kind, subject)), None)

    def chains_of(self, kind: str, start: str) -> tuple[Chain, ...]:
        """Return what was stated of a kind about things whose names begin with *start*, by name."""
        mine = (each for each in self.chains if each.kind == kind and each.subject.startswith(start))
        return tuple(sorted(mine, key=lambda each: each.subject))


def loaded(municipality_id: int) -> tuple[Plan, ...]:
    """Return the plans that a reader can choose from, the one in force first."""
    return plan_store.newest_of_each(municipality_id)


def chosen(municipality_id: int, key: str | None) -> Plan | None:
    """Return the plan of that name, the one in force if *key* is None; None if it is not loaded."""
    if key is None:
        return plan_store.current(municipality_id)
    return next((plan for plan in loaded(municipality_id) if plan.id == key), None)


def judged(
    municipality_id: int, as_of: date, known_on: date | None = None, key: str | None = None, *, bundled: bool = False
) -> JudgedPlan | None:
    """Judge one of the municipality's plans as of one day, the one in force if *key* names none; None if it is not loaded.

    With *known_on*, by the events and statements as they were known at the end of that day. *bundled*: for pages that show no
    event by itself.
    """
    plan = chosen(municipality_id, key)
    return judged_as(municipality_id, plan, as_of, known_on, bundled=bundled) if plan else None


def judged_as(
    municipality_id: int,
    plan: Plan,
    as_of: date,
    known_on: date | None = None,
    grace_days: int | None = None,
    *,
    bundled: bool = False,
    apart: Apart = NOTHING_APART,
    only: str | None = None,
) -> JudgedPlan:
    """Judge this version of a plan as ``judged`` does; *known_on* may be a moment, *grace_days* others than the settings'."""
    known = judge_plan(municipality_id, plan, as_of, known_on, grace_days, bundled=bundled, apart=apart, only=only)
    found = known.found
    rows = rows_of(found.decided.plan, found.progress, {record.reference: record for record in found.records})
    held = tuple(record for record in found.records if not is_statement(record.reference))
    version, grace = found.progress.rules_version, known.grace_days
    return JudgedPlan(found.decided.plan, as_of, grace, version, rows, held, plan, found.decided, known.chains, known_on)

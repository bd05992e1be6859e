"""The plan judged by the events as the app knows them today."""

from dataclasses import dataclass
from datetime import date

from flask import current_app

from analysis.head_counts import EventRecord
from analysis.progress import judge
from questionnaires.plan_types import Plan
from surveyapp.events import records
from surveyapp.plans import store as plan_store
from surveyapp.results.plan_rules import GoalRows, Row, Summary, Wanted, by_goal, rows_of, summary_of
from surveyapp.settings import Settings


@dataclass(frozen=True, slots=True)
class JudgedPlan:
    """A plan, the day it was judged for, every row with its verdict, and the events behind them."""

    plan: Plan
    as_of: date
    rules_version: int
    rows: tuple[Row, ...]
    records: tuple[EventRecord, ...]

    @property
    def summary(self) -> Summary:
        """Degrees counted, and the rows that ask for attention."""
        return summary_of(self.rows)

    def goals(self, wanted: Wanted) -> tuple[GoalRows, ...]:
        """Return the wanted rows under their goals."""
        return by_goal(self.plan, [row for row in self.rows if wanted.holds(row)])

    def row(self, indicator_id: str) -> Row | None:
        """Return one row, None if the plan has none of that name."""
        return next((row for row in self.rows if row.indicator.id == indicator_id), None)

    def events_of(self, row: Row) -> tuple[EventRecord, ...]:
        """Return the events that a row was counted from, by day."""
        return tuple(record for record in self.records if record.reference in row.events)


def judged(municipality_id: int, as_of: date) -> JudgedPlan | None:
    """Judge the municipality's current plan as of one day; None if no plan is loaded."""
    plan = plan_store.current(municipality_id)
    if plan is None:
        return None
    settings: Settings = current_app.extensions["settings"]
    events = records.event_records(municipality_id)
    progress = judge(plan, events, as_of, settings.grace_days)
    rows = rows_of(plan, progress, {record.reference: record for record in events})
    return JudgedPlan(plan, as_of, progress.rules_version, rows, tuple(events))

"""One row of a plan, judged by its own events alone, and those events a page at a time, as there may be thousands."""

from dataclasses import dataclass
from datetime import date

from analysis.head_counts import EventRecord
from questionnaires.plan_types import Plan
from surveyapp.core import clock
from surveyapp.events import store
from surveyapp.events.judging import Apart
from surveyapp.results import plan_results
from surveyapp.results.plan_results import JudgedPlan


@dataclass(frozen=True, slots=True)
class RowEvents:
    """A page of the events that a row was counted from, newest first; as ``store.Page``, but without places in the list."""

    records: tuple[EventRecord, ...]
    newest: bool
    newer: str | None
    older: str | None


def judged(
    municipality_id: int, plan: Plan, row_id: str, known_on: date | None, past: store.Place | None
) -> tuple[JudgedPlan, RowEvents]:
    """Judge one row for today, or for *known_on* by what was known then, and return the page of its events after *past*.

    What the plan says of its other rows means nothing then. The events of the page stand alone, the others are added up.
    """
    day = known_on or clock.today()
    names = frozenset(name for row in plan.indicators if row.id == row_id for name in plan.names_feeding(row))
    last = min(plan.ends, day)
    wanted = store.Wanted(first=plan.starts, last=last, plan_key=plan.id, rows=names, known_on=known_on, standing=True)
    page = store.page(municipality_id, wanted, past)
    apart = Apart(events=frozenset(event.id for event in page.events))
    found = plan_results.judged_as(municipality_id, plan, day, known_on, bundled=True, apart=apart, only=row_id)
    row = found.row(row_id)
    counted = {record.reference: record for record in found.events_of(row)} if row else {}
    shown = tuple(counted[str(event.id)] for event in page.events if str(event.id) in counted)
    return found, RowEvents(shown, past is None, store.place_text(page.newer), store.place_text(page.older))

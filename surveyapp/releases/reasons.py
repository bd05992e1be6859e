"""Why numbers differ between two moments: the corrections, withdrawals and decisions between them, with their reasons."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from analysis.statements import row_of
from questionnaires.plan_types import Plan
from surveyapp.core import clock
from surveyapp.events import telling_store
from surveyapp.plans import statement_store


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that was logged, corrected, taken back or stated: about which row, on which day, and why.

    ``text`` is None where nothing had to be said, or where it would stand beside hidden numbers of people.
    """

    indicator: str | None
    what: str
    on: date
    text: str | None
    event: int | None = None


def between(municipality_id: int, plan: Plan, since: datetime, until: datetime | None) -> tuple[Reason, ...]:
    """Return what was logged and stated after *since* and before *until* (None: up to now), oldest first."""
    found = [*_events(municipality_id, plan, since, until), *_statements(municipality_id, plan, since, until)]
    return tuple(each for _, each in sorted(found, key=lambda pair: pair[0]))


def _events(municipality_id: int, plan: Plan, since: datetime, until: datetime | None) -> Iterator[tuple[datetime, Reason]]:
    sensitive = plan.sensitive_rows
    for told in telling_store.tellings(municipality_id, plan.id, since, until):
        what = "logged" if told.number == 1 else "withdrawn" if told.withdrawn else "corrected"
        text = None if told.indicator in sensitive else told.reason
        yield told.at, Reason(told.indicator, what, clock.day_of(told.at), text, told.event)


def _statements(municipality_id: int, plan: Plan, since: datetime, until: datetime | None) -> Iterator[tuple[datetime, Reason]]:
    sensitive = plan.sensitive_rows
    for chain in statement_store.chains(municipality_id, plan.id):
        for told in chain.history:
            if _inside(told.at, since, until):
                row = row_of(told.statement)
                what = "stated" if told.number == 1 else "taken_back" if told.withdrawn else "restated"
                yield told.at, Reason(row, what, clock.day_of(told.at), None if row in sensitive else told.reason)


def _inside(at: datetime, since: datetime, until: datetime | None) -> bool:
    return at >= since and (until is None or at < until)

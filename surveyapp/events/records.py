"""Logged events as the analysis reads them, as known on any day."""

from dataclasses import asdict, replace
from datetime import date

from analysis.head_counts import EventRecord
from surveyapp.events import rules, store
from surveyapp.events.evidence import store as evidence_store
from surveyapp.events.rules import LoggedEvent


def event_records(
    municipality_id: int, as_known_on: date | None = None, plan_key: str | None = None
) -> tuple[EventRecord, ...]:
    """Return the events with what was in force at the end of *as_known_on* (now if None), by day held.

    Rows of different plans may bear the same number, so a plan is judged by its own events alone (*plan_key*). The reference of
    a record is the number of the event; withdrawn events are left out.
    """
    events = store.listed(municipality_id, store.Wanted(known_on=as_known_on, plan_key=plan_key))
    proofs = evidence_store.proofs(municipality_id, as_known_on)
    records = (record_of(event) for event in reversed(events) if not event.newest.withdrawn)
    # A file proves as well as a note about where the proof is.
    return tuple(replace(each, evidence=each.evidence or proofs.get(int(each.reference))) for each in records)


def record_of(event: LoggedEvent) -> EventRecord:
    """Return the newest statement about *event* as a record."""
    facts = asdict(event.newest.facts)
    group = facts.pop("same_group_as")
    return EventRecord(
        reference=str(event.id),
        indicator=event.indicator,
        institution=event.institution,
        same_group_as=None if group is None else str(group),
        corrected_by_few=bool(rules.corrected_by_few(event)),
        **facts,
    )

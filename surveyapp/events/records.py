"""Logged events as the analysis reads them, as known on any day."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from analysis.bundles import Grain
from analysis.head_counts import EventRecord
from surveyapp.events import bundle_store, rules, store
from surveyapp.events.evidence import store as evidence_store
from surveyapp.events.rules import FACTS, LoggedEvent

_AT_ONCE: Final = 5_000
"""So many events are asked for by their numbers at once."""


def event_records(
    municipality_id: int, as_known_on: date | None = None, plan_key: str | None = None, rows: frozenset[str] | None = None
) -> tuple[EventRecord, ...]:
    """Return the events with what was in force at the end of *as_known_on* (now if None), by day held.

    Rows of different plans may bear the same number, so a plan is judged by its own events alone (*plan_key*); *rows* are the
    names of those alone that are asked for. The reference of
    a record is the number of the event; withdrawn events are left out.
    """
    return _records(municipality_id, [store.Wanted(known_on=as_known_on, plan_key=plan_key, rows=rows)])


def bundled_records(
    municipality_id: int, plan_key: str, grain: Grain, named: Collection[int], rows: frozenset[str] | None = None
) -> tuple[EventRecord, ...]:
    """Return the events of a plan as known now, alike ones together as far as *grain* lets them.

    *named* are events that something stated names; each stands alone. *rows*: of these alone.
    """
    together, alone = bundle_store.added_up(municipality_id, plan_key, grain, named, rows)
    some = [store.Wanted(ids=tuple(alone[at : at + _AT_ONCE])) for at in range(0, len(alone), _AT_ONCE)]
    return (*together, *_records(municipality_id, some))


def _records(municipality_id: int, wanted: Sequence[store.Wanted]) -> tuple[EventRecord, ...]:
    if not wanted:
        return ()
    proofs = evidence_store.proofs(municipality_id, wanted[0].known_on)
    events = (event for each in wanted for event in reversed(store.listed(municipality_id, each)))
    records = (record_of(event) for event in events if not event.newest.withdrawn)
    return tuple(_with_proof(each, proofs.get(int(each.reference))) for each in records)


def _with_proof(record: EventRecord, proof: str | None) -> EventRecord:
    """Return a record with a file as its evidence, which proves as well as a note about where the proof is."""
    return replace(record, evidence=proof) if proof and not record.evidence else record


def record_of(event: LoggedEvent) -> EventRecord:
    """Return the newest statement about *event* as a record."""
    newest = event.newest.facts
    facts: dict[str, Any] = {name: getattr(newest, name) for name in FACTS if name != "same_group_as"}
    group = newest.same_group_as
    return EventRecord(
        reference=str(event.id),
        indicator=event.indicator,
        institution=event.institution,
        same_group_as=None if group is None else str(group),
        corrected_by_few=bool(rules.corrected_by_few(event)),
        **facts,
    )

"""All SQL of uploaded sheets: everything that a sheet says in one transaction, or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from questionnaires.plan_types import Plan
from surveyapp.core import audit, bulk, clock
from surveyapp.core.database import reading, writing
from surveyapp.core.stated import one_at_a_time
from surveyapp.core.unswept import unswept
from surveyapp.events import auditing, rules, store
from surveyapp.events.models import Event
from surveyapp.events.rules import LoggedEvent
from surveyapp.events.store import Stamp
from surveyapp.events.upload.changes import Change, compare, digest
from surveyapp.events.upload.reading import Place, Upload


@dataclass(frozen=True, slots=True)
class Author:
    """Who uploads: the name in the records, the account (None: the command line), and which events they may correct."""

    municipality_id: int
    by: str
    account_id: int | None
    may_correct: Callable[[LoggedEvent], bool]


class ChangedMeanwhileError(Exception):
    """What the sheet would do is no longer what was shown; ``changes`` is what it would do now."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.changes = changes
        super().__init__("events were logged or corrected since the sheet was compared")


def preview(author: Author, upload: Upload) -> tuple[Change, ...]:
    """Return what *upload* would do; raises as ``changes.compare``. Nothing is written."""
    with unswept(), reading() as session:
        return _compared(session, author, upload)


def apply(author: Author, plan: Plan, upload: Upload, seen: str, reason: str | None, file: str) -> tuple[Change, ...]:
    """Do what *upload* says, all of it or nothing, and return what was done.

    *seen* is the digest of what the person agreed to, *reason* why logged events are corrected (needed if any is), *file* the
    SHA-256 of the sheet for the audit trail.

    Raises:
        ChangedMeanwhileError: it would do something else by now.
        ValueError: events would be corrected, and no reason was given.
        FileRefusedError: as ``changes.compare``.
    """
    with unswept(), writing() as session:
        one_at_a_time(session, author.municipality_id)
        changes = _compared(session, author, upload)
        if digest(changes) != seen:
            raise ChangedMeanwhileError(changes)
        if any(each.kind == "corrected" for each in changes) and not reason:
            raise ValueError("corrections need a reason")
        _write(session, author, plan, changes, reason)
        counted = {kind: sum(each.kind == kind for each in changes) for kind in ("new", "corrected", "repeated", "withdrawn")}
        facts: audit.Facts = {**counted, "file": file}
        audit.record(author.by, "events.uploaded", plan.id, municipality_id=author.municipality_id, before={}, after=facts)
    return changes


def _compared(session: Session, author: Author, upload: Upload) -> tuple[Change, ...]:
    days = [each.facts.held_on for each in upload.events]
    of_rows = {each.indicator for each in upload.events}
    logged = store.of_rows(session, author.municipality_id, upload.plan, of_rows)
    first, last = min(days), max(days)
    near = [event for event in logged if first <= event.newest.facts.held_on <= last]
    return compare(upload, near, author.may_correct)


def _write(session: Session, author: Author, plan: Plan, changes: Sequence[Change], reason: str | None) -> None:
    stamp = Stamp(author.account_id, author.by, clock.now().astimezone(UTC))
    added = [each for each in changes if each.kind == "new"]
    ids = dict(zip((each.place for each in added), _new_events(session, author, plan, added), strict=True))
    store.state_first(session, stamp, [(ids[each.place], _with_group(each, ids)) for each in added])
    for each in changes:
        if each.kind == "corrected" and each.event is not None:
            _correct(session, author, plan, replace(each, facts=_with_group(each, ids)), reason, stamp.at)
    session.flush()


def _new_events(session: Session, author: Author, plan: Plan, added: Sequence[Change]) -> list[int]:
    if not added:
        return []
    ids = bulk.next_ids(session, Event, len(added))
    common = (author.municipality_id, plan.id, author.account_id)
    rows = [(number, *common, each.indicator, each.institution) for number, each in zip(ids, added, strict=True)]
    bulk.insert(session, Event, ("id", "municipality_id", "plan_key", "created_by_id", "indicator", "institution"), rows)
    return ids


def _with_group(change: Change, ids: dict[Place, int]) -> rules.Facts:
    return replace(change.facts, same_group_as=ids[change.group]) if change.group else change.facts


def _correct(session: Session, author: Author, plan: Plan, change: Change, reason: str | None, at: datetime) -> None:
    event = change.event
    if event is None:
        return
    stamp = Stamp(author.account_id, author.by, at)
    store.state(session, stamp, event.id, event.newest.number + 1, change.facts, reason=reason)
    guarded = rules.guarded_counts(rules.find_row(plan, event.indicator))
    auditing.record_correction(author.by, author.municipality_id, event, guarded, change.facts, reason or "")

"""All SQL of drafts: what somebody typed about an event and has not logged yet; theirs alone, and for some weeks only."""

import json
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from surveyapp.core import clock, purging
from surveyapp.core.access import Actor
from surveyapp.core.database import forget_deleted, reading, writing
from surveyapp.core.stated import in_utc, one_at_a_time
from surveyapp.events import store
from surveyapp.events.models import EventDraft

DAYS: Final = 30
MOST: Final = 20
LONGEST: Final = 20_000
"""Characters of everything typed together; no form that can be logged is longer."""
TABLES: Final = (EventDraft.__tablename__,)


class UnknownDraftError(LookupError):
    """There is no such draft, it is somebody else's, or its time is over."""


class NoRoomError(Exception):
    """The person has as many drafts as there may be, or this one is too long."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed, field by field as typed, on a row of a plan; ``form_id`` is the mark of its form."""

    id: int
    plan_key: str
    indicator: str
    form_id: str
    typed: Mapping[str, str]
    saved_at: datetime
    delete_on: date


def save(person: Actor, plan_key: str, indicator: str, form_id: str, typed: Mapping[str, str]) -> None:
    """Keep what was typed; the same form saved again replaces what it said before.

    Raises:
        NoRoomError: there are too many drafts already, or too much was typed.
    """
    text = json.dumps(typed)
    if len(text) > LONGEST:
        raise NoRoomError
    with writing() as session:
        one_at_a_time(session, person.municipality_id)
        if store.made_by(session, person, form_id) is not None:  # logged meanwhile: what is typed now is about another event
            form_id = secrets.token_urlsafe(16)
        draft = session.scalar(select(EventDraft).where(*_own(person), EventDraft.form_id == form_id))
        if draft is None:
            if (session.scalar(select(func.count()).select_from(EventDraft).where(*_own(person))) or 0) >= MOST:
                raise NoRoomError
            draft = EventDraft(municipality_id=person.municipality_id, account_id=person.account_id, form_id=form_id)
            session.add(draft)
        draft.plan_key, draft.indicator, draft.typed = plan_key, indicator, text
        draft.saved_at, draft.delete_on = clock.now().astimezone(UTC), clock.today() + timedelta(days=DAYS)


def own(person: Actor) -> list[Draft]:
    """Return the person's drafts, newest first."""
    with reading() as session:
        rows = session.scalars(select(EventDraft).where(*_own(person)).order_by(EventDraft.saved_at.desc(), EventDraft.id))
        return [_draft(row) for row in rows]


def find(person: Actor, draft_id: int) -> Draft:
    """Return one draft of the person's.

    Raises UnknownDraftError.
    """
    with reading() as session:
        return _draft(_find(session, person, draft_id))


def discard(person: Actor, draft_id: int) -> None:
    """Delete a draft, and what was typed out of the database's files.

    Raises UnknownDraftError.
    """
    with writing() as session:
        session.delete(_find(session, person, draft_id))
    forget_deleted()


def is_kept(person: Actor, form_id: str | None) -> bool:
    """Say whether there is a draft of this form."""
    with reading() as session:
        return session.scalar(select(EventDraft.id).where(*_own(person), EventDraft.form_id == form_id)) is not None


def purge_due() -> None:
    """Delete drafts whose time is over; a receipt says how many there were for each municipality and day."""
    with writing() as session:
        due = session.scalars(select(EventDraft).where(EventDraft.delete_on <= clock.today())).all()
        counted = Counter((row.municipality_id, row.delete_on) for row in due)
        session.execute(delete(EventDraft).where(EventDraft.id.in_([row.id for row in due])))
        for (municipality_id, day), number in sorted(counted.items()):
            purging.write_receipt(municipality_id, "event_drafts", "drafts of events", 0, {"drafts": number}, day)


def _own(person: Actor) -> tuple[ColumnElement[bool], ...]:
    mine = EventDraft.account_id == person.account_id, EventDraft.municipality_id == person.municipality_id
    return (*mine, EventDraft.delete_on > clock.today())


def _find(session: Session, person: Actor, draft_id: int) -> EventDraft:
    found = session.scalar(select(EventDraft).where(*_own(person), EventDraft.id == draft_id))
    if found is None:
        raise UnknownDraftError
    return found


def _draft(row: EventDraft) -> Draft:
    typed: dict[str, str] = json.loads(row.typed)
    return Draft(row.id, row.plan_key, row.indicator, row.form_id, typed, in_utc(row.saved_at), row.delete_on)

"""All SQL of calendars' secret addresses: made, renewed, revoked, found by their hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, delete, select

from surveyapp.core import audit, clock
from surveyapp.core.access import Actor
from surveyapp.core.database import by_text, reading, writing
from surveyapp.core.models import Municipality
from surveyapp.deadlines import rules
from surveyapp.deadlines.models import CalendarFeed
from surveyapp.staff import store as staff_store

_SECRET_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar that somebody reads: what of (None: of all institutions), in which language, and since when."""

    institution: str | None
    language: str
    made_on: date


def make(person: Actor, institution: str | None, language: str) -> str:
    """Return the secret of a new address (192 bits as 32 URL-safe letters); an older one for the same institution ends.

    Raises:
        PermissionError: it is not for this person to see.
    """
    if not rules.may_follow(person, institution):
        raise PermissionError
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    with writing() as session:
        # Two buttons pressed at once wait for one another, so that one address remains.
        session.execute(select(Municipality.id).where(Municipality.id == person.municipality_id).with_for_update())
        row = session.scalar(select(CalendarFeed).where(*_of(person, institution)))
        if row is None:
            row = CalendarFeed(account_id=person.account_id, institution=institution or "")
            session.add(row)
        row.token_hash, row.language, row.made_on = _hash(secret), language, clock.today()
        session.flush()
        _record(person, "feed.made", institution)
    return secret


def revoke(person: Actor, institution: str | None) -> bool:
    """End an address for good; False if there is none."""
    with writing() as session:
        gone = session.execute(delete(CalendarFeed).where(*_of(person, institution)).returning(CalendarFeed.id)).first()
        if gone is not None:
            _record(person, "feed.revoked", institution)
        return gone is not None


def listed(person: Actor) -> list[Feed]:
    """Return the addresses that somebody has, without their secrets."""
    mine = select(CalendarFeed).where(CalendarFeed.account_id == person.account_id)
    with reading() as session:
        return [_feed(row) for row in session.scalars(mine.order_by(by_text(CalendarFeed.institution)))]


def find(secret: str) -> tuple[Actor, Feed] | None:
    """Return whose calendar reads under a secret, and what; None if it is unknown, revoked or no longer for that person."""
    with reading() as session:
        row = session.scalar(select(CalendarFeed).where(CalendarFeed.token_hash == _hash(secret)))
        person = staff_store.active(row.account_id) if row is not None else None
        if row is None or person is None or not rules.may_follow(person, row.institution or None):
            return None
        return person, _feed(row)


def _of(person: Actor, institution: str | None) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return CalendarFeed.account_id == person.account_id, CalendarFeed.institution == (institution or "")


def _feed(row: CalendarFeed) -> Feed:
    return Feed(row.institution or None, row.language, row.made_on)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _record(person: Actor, what: str, institution: str | None) -> None:
    facts: audit.Facts = {"institution": institution}
    audit.record(person.email, what, person.email, municipality_id=person.municipality_id, before={}, after=facts)

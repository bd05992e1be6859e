"""All SQL of what organisers decide about the day: the link of helpers and the hours; and what a certificate's code says."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.core import audit, clock
from surveyapp.core.access import Actor
from surveyapp.core.database import reading, writing
from surveyapp.registration import store as conference_store
from surveyapp.registration import tokens
from surveyapp.registration.door import rules
from surveyapp.registration.door.models import Attendance, CertificateCode, ConferenceDoor
from surveyapp.registration.door.rules import Entrance
from surveyapp.registration.models import Conference as Row
from surveyapp.registration.rules import Conference

BY_LINK: Final = "door link"
"""What stands beside a step that a helper with the link took; the link is nobody's own."""


@dataclass(frozen=True, slots=True)
class Day:
    """What was decided about the day of a conference; ``linked``: helpers have a link; ``event``: its head count is logged."""

    linked: bool
    hours: float
    event: int | None


def of(conference: Conference) -> Day:
    """Return what was decided about the day of *conference*."""
    with reading() as session:
        row = session.get(ConferenceDoor, conference.id, populate_existing=True)
        usual = rules.usual_hours(conference.terms)
        if row is None:
            return Day(linked=False, hours=usual, event=None)
        return Day(row.link_hash is not None, usual if row.hours is None else row.hours, row.event_id)


def make_link(person: Actor, conference_id: int) -> str:
    """Make a link for helpers at the door and return its secret; one that there was opens nothing any more.

    Raises:
        UnknownConferenceError: there is no such conference for this organiser.
    """
    made = secrets.token_hex(20)
    _set_link(person, conference_id, tokens.hashed(made), "door.link_made")
    return made


def revoke_link(person: Actor, conference_id: int) -> None:
    """Have the link of helpers open nothing any more. Raises as ``make_link``."""
    _set_link(person, conference_id, None, "door.link_revoked")


def by_link(secret: str) -> Entrance | None:
    """Return the door that a link opens; None if it opens none, or not today."""
    with reading() as session:
        row = session.scalar(select(ConferenceDoor).where(ConferenceDoor.link_hash == tokens.hashed(secret)))
        conference = _conference(session, row.conference_id) if row else None
    if conference is None or not rules.door_open(conference, clock.today(), organiser=False):
        return None
    return Entrance(conference, BY_LINK, organiser=False)


class HoursChangedError(Exception):
    """Somebody else changed the hours since the page was shown; theirs stand."""


def set_hours(person: Actor, conference_id: int, hours: float, seen: str) -> None:
    """Decide how many hours a certificate says; *seen* are those that the page showed.

    Raises:
        HoursChangedError: as it says; and as ``make_link``.
    """
    with writing() as session:
        row = conference_store.locked(session, person, conference_id)
        door = door_of(session, conference_id)
        before, stand = door.hours, of(conference_store.as_conference(session, row)).hours
        if stand != hours and str(stand) != seen:
            raise HoursChangedError
        door.hours = hours
        if before != hours:
            audit.record(
                person.email,
                "certificate.hours",
                row.slug,
                municipality_id=row.municipality_id,
                before={"hours": before},
                after={"hours": hours},
            )


def with_event(person: Actor, conference_id: int, write: Callable[[int | None], int]) -> int:
    """Have *write* log or correct the event of a conference, one at a time, and keep and return its number.

    *write* gets the number of the event that was logged, None if there is none. Raises as ``make_link``, and what it raises.
    """
    with writing() as session:
        conference_store.locked(session, person, conference_id)
        door = door_of(session, conference_id)
        door.event_id = write(door.event_id)
        return door.event_id


def attested(code: str) -> tuple[Conference, float] | None:
    """Return the conference and the hours that a certificate's code attests, None if it attests nothing; never for whom."""
    sought = tokens.hashed(code)
    with reading() as session:
        here = select(Attendance.conference_id).where(Attendance.code_hash == sought, Attendance.undone_at.is_(None))
        kept = select(CertificateCode.conference_id).where(CertificateCode.code_hash == sought)
        found = session.scalar(here) or session.scalar(kept)
        conference = _conference(session, found) if found else None
    return (conference, of(conference).hours) if conference else None


def door_of(session: Session, conference_id: int) -> ConferenceDoor:
    """Return the row of a conference's day for writing, made if there is none; the conference's row is locked."""
    found = session.get(ConferenceDoor, conference_id, populate_existing=True)
    if found is None:
        found = ConferenceDoor(conference_id=conference_id)
        session.add(found)
        session.flush()
    return found


def find(conference_id: int) -> Conference | None:
    """Return a conference for whoever holds one of its tickets."""
    with reading() as session:
        return _conference(session, conference_id)


def _set_link(person: Actor, conference_id: int, link_hash: bytes | None, what: str) -> None:
    with writing() as session:
        row = conference_store.locked(session, person, conference_id)
        door_of(session, conference_id).link_hash = link_hash
        audit.record(person.email, what, row.slug, municipality_id=row.municipality_id, before={}, after={})


def _conference(session: Session, conference_id: int) -> Conference | None:
    row = session.scalar(conference_store.with_texts(select(Row).where(Row.id == conference_id)))
    return conference_store.as_conference(session, row) if row else None

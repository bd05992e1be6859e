"""All SQL of the door: each person is counted once, also by several doors at once; what is taken back leaves a trace."""

from collections import Counter
from datetime import UTC
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from surveyapp.core import clock
from surveyapp.core.access import Actor
from surveyapp.core.database import reading, writing
from surveyapp.core.stated import in_utc
from surveyapp.core.text import folded
from surveyapp.registration import people_store, tokens
from surveyapp.registration import store as conference_store
from surveyapp.registration.door import rules
from surveyapp.registration.door.models import Attendance, AttendanceCount
from surveyapp.registration.door.rules import Came, Entrance, Guest, Outcome, Undone
from surveyapp.registration.models import Registration
from surveyapp.registration.rules import Conference, Seat

UNSTATED: Final = -1


def for_organiser(person: Actor, conference_id: int) -> Entrance:
    """Return the door of a conference. Raises UnknownConferenceError: there is none for this person."""
    return Entrance(conference_store.find(person, conference_id), person.email, organiser=True)


def check_in(entrance: Entrance, registration_id: int, mark: str) -> Outcome:
    """Note that somebody who registered came; the same *mark* sent again changes nothing, also if it was undone since."""
    with writing() as session:
        refused = _refused(session, entrance, mark)
        if refused is not None:
            return refused
        known = Registration.id == registration_id, Registration.conference_id == entrance.conference.id
        if session.scalar(select(Registration.id).where(*known)) is None:
            return "gone"
        current = select(Attendance.id).where(Attendance.registration_id == registration_id, Attendance.undone_at.is_(None))
        if session.scalar(current) is not None:
            return "already"
        _add(session, entrance, mark, registration_id=registration_id)
        return "in"


def walk_in(entrance: Entrance, name: str | None, field: int | None, mark: str) -> Outcome:
    """Count somebody who came without registering; the same *mark* sent again changes nothing."""
    with writing() as session:
        refused = _refused(session, entrance, mark)
        if refused is not None:
            return refused
        number = select(func.count()).where(Attendance.conference_id == entrance.conference.id)
        if (session.scalar(number) or 0) >= people_store.MOST_PEOPLE:
            return "crowded"
        _add(session, entrance, mark, name=name, field=field)
        return "in"


def undo(entrance: Entrance, attendance_id: int) -> Outcome:
    """Take back that somebody came; who did it and when stays until the day of deletion."""
    with writing() as session:
        if _closed(session, entrance):
            return "closed"
        this = Attendance.id == attendance_id, Attendance.conference_id == entrance.conference.id
        found = session.scalar(select(Attendance).where(*this, Attendance.undone_at.is_(None)))
        if found is None:
            return "not_in"
        found.undone_at, found.undone_by = clock.now().astimezone(UTC), entrance.by
        return "undone"


def guests(conference: Conference, search: str = "") -> list[Guest]:
    """Return who is expected, by name; with *search* those whose names fit, also without diacritics."""
    of_this = Registration.conference_id == conference.id
    chosen = (
        select(Registration, Attendance.id, Attendance.at)
        .outerjoin(Attendance, (Attendance.registration_id == Registration.id) & Attendance.undone_at.is_(None))
        .where(of_this)
    )
    with reading() as session:
        found = [
            Guest(row.id, row.name, row.field, row.state == Seat.WAITING, attendance, in_utc(at) if at else None)
            for row, attendance, at in session.execute(chosen)
        ]
    words = folded(search).split()
    fitting = (guest for guest in found if all(word in folded(guest.name) for word in words))
    return sorted(fitting, key=lambda guest: (folded(guest.name), guest.registration))


def walk_ins(conference: Conference) -> list[Guest]:
    """Return who came without a registration, the newest first."""
    mine = _current(conference.id).where(Attendance.registration_id.is_(None)).order_by(Attendance.id.desc())
    with reading() as session:
        rows = session.scalars(mine).all()
        return [Guest(None, row.name or "", row.field, waits=False, attendance=row.id, at=in_utc(row.at)) for row in rows]


def undone(conference: Conference) -> list[Undone]:
    """Return what was taken back at the door, the newest first."""
    name = func.coalesce(Registration.name, Attendance.name, "")
    chosen = select(Attendance, name).outerjoin(Registration, Registration.id == Attendance.registration_id)
    chosen = chosen.where(Attendance.conference_id == conference.id, Attendance.undone_at.is_not(None))
    with reading() as session:
        rows = session.execute(chosen.order_by(Attendance.undone_at.desc(), Attendance.id.desc())).all()
        return [
            Undone(called, in_utc(row.at), row.by, in_utc(row.undone_at), row.undone_by or "")
            for row, called in rows
            if row.undone_at is not None
        ]


def counts(conference: Conference) -> Counter[int | None]:
    """Return how many people came by field of work; after the deletion from what was kept."""
    with reading() as session:
        if conference.purged_on is not None:
            kept = select(AttendanceCount).where(AttendanceCount.conference_id == conference.id)
            return Counter({_field(row.field): row.people for row in session.scalars(kept)})
        return counted(session, conference.id)


def counted(session: Session, conference_id: int) -> Counter[int | None]:
    """Return how many people came by field of work, from the list of the door."""
    field = func.coalesce(Registration.field, Attendance.field)
    chosen = select(field).select_from(Attendance).outerjoin(Registration, Registration.id == Attendance.registration_id)
    chosen = chosen.where(Attendance.conference_id == conference_id, Attendance.undone_at.is_(None))
    return Counter(session.scalars(chosen))


def came(conference: Conference) -> list[Came]:
    """Return those with a name who came, by name."""
    chosen = select(Attendance, Registration).outerjoin(Registration, Registration.id == Attendance.registration_id)
    chosen = chosen.where(Attendance.conference_id == conference.id, Attendance.undone_at.is_(None))
    with reading() as session:
        rows = session.execute(chosen).all()
        found = [
            Came(row.name or (person.name if person else ""), row.key, person.language if person else None)
            for row, person in rows
        ]
    return sorted((one for one in found if one.name), key=lambda one: (folded(one.name), one.key))


def came_with(registration_id: int) -> Came | None:
    """Return somebody who registered and came, None if they did not come."""
    chosen = select(Attendance, Registration).join(Registration, Registration.id == Attendance.registration_id)
    with reading() as session:
        found = session.execute(
            chosen.where(Attendance.registration_id == registration_id, Attendance.undone_at.is_(None))
        ).first()
        return Came(found[1].name, found[0].key, found[1].language) if found else None


def of_ticket(token: str) -> tuple[int, Guest] | None:
    """Return whom the code of a ticket names, and the number of the conference; None if nobody."""
    with reading() as session:
        row = session.scalar(select(Registration).where(Registration.check_in_hash == tokens.hashed(token)))
        if row is None:
            return None
        current = select(Attendance).where(Attendance.registration_id == row.id, Attendance.undone_at.is_(None))
        here = session.scalar(current)
        waits = row.state == Seat.WAITING
        at = in_utc(here.at) if here else None
        return row.conference_id, Guest(row.id, row.name, row.field, waits, here.id if here else None, at)


def _current(conference_id: int) -> Select[Attendance]:
    return select(Attendance).where(Attendance.conference_id == conference_id, Attendance.undone_at.is_(None))


def _field(kept: int) -> int | None:
    return None if kept == UNSTATED else kept


def _closed(session: Session, entrance: Entrance) -> bool:
    row = conference_store.lock(session, entrance.conference.id)
    if row is None:
        return True
    conference = conference_store.as_conference(session, row)
    return not rules.door_open(conference, clock.today(), organiser=entrance.organiser)


def _refused(session: Session, entrance: Entrance, mark: str) -> Outcome | None:
    """Say why nobody is let in by *mark*, behind the lock of the conference; None if somebody may be."""
    if _closed(session, entrance):
        return "closed"
    same = Attendance.conference_id == entrance.conference.id, Attendance.mark_hash == tokens.hashed(mark)
    known = session.scalar(select(Attendance).where(*same))
    if known is None:
        return None
    return "in" if known.undone_at is None else "undone"


def _add(
    session: Session,
    entrance: Entrance,
    mark: str,
    registration_id: int | None = None,
    name: str | None = None,
    field: int | None = None,
) -> None:
    key = tokens.new_key()
    made = Attendance(conference_id=entrance.conference.id, registration_id=registration_id, name=name, field=field, key=key)
    made.code_hash, made.mark_hash = tokens.hashed(tokens.code(key)), tokens.hashed(mark)
    made.at, made.by = clock.now().astimezone(UTC), entrance.by
    session.add(made)
    session.flush()

"""Seats that became free, and letters that are owed: what several stores do inside their transactions."""

from datetime import date
from typing import Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from surveyapp.core import clock
from surveyapp.registration import rules
from surveyapp.registration.door.models import Attendance
from surveyapp.registration.models import Conference, OwedLetter, Registration
from surveyapp.registration.rules import Seat, State
from surveyapp.settings import current_settings

Kind = Literal["confirmation", "again", "moved_up", "changed", "message", "cancelled", "taken_out"]
"""Why somebody is written to; what the letter says is worded when it is sent, from how things stand then."""


def by_mail() -> bool:
    """Say whether letters can be sent at all."""
    return bool(current_settings().smtp_host)


def move_up(session: Session, row: Conference) -> int:
    """Give free seats to those who wait, in their turn, and return to how many; the conference's row is locked."""
    if row.state == State.CANCELLED or row.purged_on is not None or row.held_on < clock.today():
        return 0
    number = rules.moving_up(row.capacity, count(session, row.id, Seat.SURE), count(session, row.id, Seat.WAITING))
    waiting = select(Registration).where(Registration.conference_id == row.id, Registration.state == Seat.WAITING)
    lucky = session.scalars(waiting.order_by(Registration.turn).limit(number)).all()
    for registration in lucky:
        registration.state = Seat.SURE
        owe(session, registration, "moved_up")
    session.flush()
    return len(lucky)


def count(session: Session, conference_id: int, seat: Seat) -> int:
    """Return how many people have a seat, or wait for one."""
    chosen = select(func.count()).where(Registration.conference_id == conference_id, Registration.state == seat)
    return session.scalar(chosen) or 0


def owe(session: Session, registration: Registration, kind: Kind, message_id: int | None = None) -> None:
    """Note that a letter has to be sent; a letter that was not sent yet and would say the same is not doubled."""
    if registration.email is None or not by_mail():
        return
    session.flush()
    same = {"again", "confirmation", "moved_up"} if kind in {"again", "moved_up"} else {kind}
    owed = select(OwedLetter.id).where(OwedLetter.registration_id == registration.id, OwedLetter.kind.in_(same))
    if kind != "message" and session.scalar(owed.limit(1)) is not None:
        return
    session.add(OwedLetter(registration_id=registration.id, kind=kind, message_id=message_id))


def forget(session: Session, registration: Registration) -> None:
    """Delete a registration with the letters that it is owed; if the person came, a number without a name stays until later."""
    door = Attendance.registration_id == registration.id
    session.execute(delete(Attendance).where(door, Attendance.undone_at.is_not(None)))
    session.execute(update(Attendance).where(door).values(registration_id=None, field=registration.field))
    session.execute(delete(OwedLetter).where(OwedLetter.registration_id == registration.id))
    session.delete(registration)
    session.flush()


def owe_everybody(session: Session, conference_id: int, kind: Kind, message_id: int | None = None) -> int:
    """Owe everybody who registered a letter, and return how many there are."""
    everybody = session.scalars(select(Registration).where(Registration.conference_id == conference_id)).all()
    for registration in everybody:
        owe(session, registration, kind, message_id)
    session.flush()
    return sum(registration.email is not None for registration in everybody)


def once_a_day(registration: Registration, today: date) -> bool:
    """Say whether somebody may be reminded today of what they registered for, and note it."""
    if registration.reminded_on == today:
        return False
    registration.reminded_on = today
    return True

"""All SQL of letters to people who registered: which are owed, which one is being sent, and what became of it."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import cast

from sqlalchemy import ColumnElement, delete, or_, select, update

from surveyapp.core import audit, clock
from surveyapp.core.access import Actor
from surveyapp.core.database import reading, writing
from surveyapp.registration import people_store, seats, store
from surveyapp.registration.models import Conference as ConferenceRow
from surveyapp.registration.models import ConferenceMessage, OwedLetter, Registration
from surveyapp.registration.people_store import Registered
from surveyapp.registration.rules import Conference
from surveyapp.registration.seats import Kind


@dataclass(frozen=True, slots=True)
class Owed:
    """A letter that somebody is owed, with everything it may say; ``subject`` and ``text`` are an organiser's own words."""

    id: int
    kind: Kind
    to: Registered
    conference: Conference
    subject: str
    text: str


def take(lease: timedelta) -> Owed | None:
    """Take up the next letter that nobody tried to send within *lease*; None if there is none."""
    with writing() as session:
        row = session.scalar(
            select(OwedLetter).where(_free(lease)).order_by(OwedLetter.id).limit(1).with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.tried_at = clock.now().astimezone(UTC)
        registration = session.get_one(Registration, row.registration_id)
        of_it = select(ConferenceRow).where(ConferenceRow.id == registration.conference_id)
        conference = store.as_conference(session, session.scalars(store.with_texts(of_it)).one())
        message = session.get(ConferenceMessage, row.message_id) if row.message_id else None
        said = (message.subject, message.text) if message else ("", "")
        return Owed(row.id, cast("Kind", row.kind), people_store.registered(session, registration), conference, *said)


def sent(owed: Owed) -> None:
    """Note that the mail server has a letter."""
    _settle(owed, None, keep=False)


def refused(owed: Owed) -> None:
    """Note that the address takes no letters; it is not tried again, and the organiser sees it."""
    _settle(owed, "refused", keep=False)


def put_off(owed: Owed) -> None:
    """Note that the mail server could not be used; the letter stays owed."""
    _settle(owed, "server", keep=True)


def any_owed(lease: timedelta) -> bool:
    """Say whether some letter waits to be sent that nobody tried to send within *lease*."""
    with reading() as session:
        return session.scalar(select(OwedLetter.id).where(_free(lease)).limit(1)) is not None


def write_to_all(person: Actor, conference_id: int, subject: str, text: str, form_id: str) -> int:
    """Owe everybody who registered a letter in the organiser's words, and return to how many; the same form sends once.

    Raises:
        UnknownConferenceError: there is no such conference for this organiser.
        NotNowError: its people are deleted; a letter kept now would outlive the day of deletion.
    """
    with writing() as session:
        row = store.locked(session, person, conference_id)
        if row.purged_on is not None:
            raise store.NotNowError
        if session.scalar(select(ConferenceMessage.id).where(ConferenceMessage.form_id == form_id)) is not None:
            return store.as_conference(session, row).sure + store.as_conference(session, row).waiting
        message = ConferenceMessage(conference_id=row.id, subject=subject, text=text, by=person.email, form_id=form_id)
        message.at = clock.now().astimezone(UTC)
        session.add(message)
        session.flush()
        number = seats.owe_everybody(session, row.id, "message", message.id)
        facts: audit.Facts = {"people": number}
        audit.record(person.email, "conference.written", row.slug, municipality_id=row.municipality_id, before={}, after=facts)
        return number


def _free(lease: timedelta) -> ColumnElement[bool]:
    return or_(OwedLetter.tried_at.is_(None), OwedLetter.tried_at < clock.now().astimezone(UTC) - lease)


def _settle(owed: Owed, problem: str | None, *, keep: bool) -> None:
    with writing() as session:
        if not keep:
            session.execute(delete(OwedLetter).where(OwedLetter.id == owed.id))
        session.execute(update(Registration).where(Registration.id == owed.to.id).values(letter_problem=problem))

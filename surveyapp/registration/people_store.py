"""All SQL of people who register: once each, changed and cancelled by their link, listed for the organiser."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.core import audit, clock
from surveyapp.core.access import Actor
from surveyapp.core.database import by_text, forget_deleted, reading, writing
from surveyapp.core.text import folded
from surveyapp.registration import rules, seats, store, tokens
from surveyapp.registration.models import Conference as ConferenceRow
from surveyapp.registration.models import OwedLetter, Registration
from surveyapp.registration.rules import Conference, Person, Seat

MOST_PEOPLE: Final = 5000
"""How many can register for one conference; a flood of invented ones must end somewhere."""


@dataclass(frozen=True, slots=True)
class Registered:
    """Somebody who registered. ``letter``: why no letter reached them; ``owed`` letters wait to be sent."""

    id: int
    conference_id: int
    key: bytes
    person: Person
    seat: Seat
    turn: int
    registered_on: date
    consent: str
    letter: str | None
    owed: int

    @property
    def token(self) -> str:
        """What the person's own link ends with."""
        return tokens.token(self.key, "link")

    @property
    def check_in_token(self) -> str:
        """What their ticket shows at the door."""
        return tokens.token(self.key, "check-in")


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a form: the registration, and whether this address was registered already (which nobody else may learn)."""

    registered: Registered
    known: bool


class NotOpenError(Exception):
    """Nobody can register now; ``conference`` is how it stands, None if there is none."""

    def __init__(self, conference: Conference | None) -> None:
        self.conference = conference
        super().__init__("registration is not open")


def register(conference_id: int, person: Person, mark: str, consent: str) -> Done:
    """Register somebody once: the same form (*mark*) sent again, and the same address where letters tell, change nothing.

    Without letters nobody can prove that an address is theirs, so that a second form with it is a registration of its own.

    Raises:
        NotOpenError: nobody can register now.
    """
    with writing() as session:
        row = store.lock(session, conference_id)
        if row is None:
            raise NotOpenError(None)
        sent = _one(session, Registration.conference_id == row.id, Registration.form_hash == tokens.hashed(mark))
        if sent is not None:
            return Done(registered(session, sent), known=False)
        conference = store.as_conference(session, row)
        if rules.standing(conference, clock.today()) not in {"open", "full"} or _crowded(conference):
            raise NotOpenError(conference)
        known = _known(session, row.id, person.email)
        if known is not None:
            if seats.once_a_day(known, clock.today()):
                seats.owe(session, known, "again")
            return Done(registered(session, known), known=True)
        made = _add(session, conference, person, mark, consent)
        seats.owe(session, made, "confirmation")
        session.flush()
        return Done(registered(session, made), known=False)


def by_token(slug: str, token: str) -> tuple[Conference, Registered] | None:
    """Return whom the link with *token* belongs to, None if nobody."""
    with reading() as session:
        found = _one(session, Registration.own_hash == tokens.hashed(token))
        conference = store.by_slug(slug)
        if found is None or conference is None or found.conference_id != conference.id:
            return None
        return conference, registered(session, found)


def change(token: str, person: Person) -> bool:
    """Store what somebody changed about themselves (never their address); False if there is no such registration."""
    with writing() as session:
        held = _held(session, token)
        if held is None:
            return False
        found = held[1]
        found.name, found.institution, found.field, found.needs = person.name, person.institution, person.field, person.needs
        found.language = person.language
        return True


def cancel(token: str) -> bool:
    """Cancel by a person's link: they are deleted at once and the next one moves up; False if there is no such registration."""
    with writing() as session:
        held = _held(session, token)
        if held is None:
            return False
        _take_out(session, *held)
    forget_deleted()
    return True


def cancel_for(person: Actor, conference_id: int, registration_id: int) -> Registered:
    """Cancel somebody's registration for them, and return it, so that they can be told.

    Raises:
        UnknownConferenceError: there is no such conference or registration for this organiser.
    """
    with writing() as session:
        row = store.locked(session, person, conference_id)
        found = _one(session, Registration.conference_id == row.id, Registration.id == registration_id)
        if found is None:
            raise store.UnknownConferenceError
        gone = registered(session, found)
        _take_out(session, row, found)
        audit.record(person.email, "registration.cancelled", row.slug, municipality_id=row.municipality_id, before={}, after={})
    forget_deleted()
    return gone


def find(person: Actor, conference_id: int, registration_id: int) -> Registered:
    """Return one registration. Raises UnknownConferenceError as ``cancel_for``."""
    with reading() as session:
        store.find(person, conference_id)
        found = _one(session, Registration.conference_id == conference_id, Registration.id == registration_id)
        if found is None:
            raise store.UnknownConferenceError
        return registered(session, found)


def listed(person: Actor, conference_id: int, search: str = "") -> list[Registered]:
    """Return who registered, seats before those who wait, each in their turn; with *search* those whose words fit.

    Raises:
        UnknownConferenceError: there is no such conference for this organiser.
    """
    with reading() as session:
        store.find(person, conference_id)
        chosen = select(Registration).where(Registration.conference_id == conference_id)
        rows = session.scalars(chosen.order_by(by_text(Registration.state), Registration.turn)).all()
        everybody = [registered(session, row) for row in rows]
    words = folded(search).split()
    return [one for one in everybody if all(word in _searched(one.person) for word in words)]


def by_field(people: Sequence[Registered]) -> Counter[int | None]:
    """Return how many of *people* with a seat work in each field."""
    return Counter(one.person.field for one in people if one.seat is Seat.SURE)


def exported(person: Actor, conference: Conference, form: str, number: int) -> None:
    """Note in the audit trail that the list of participants left the app."""
    facts: audit.Facts = {"form": form, "people": number}
    place = conference.municipality_id
    audit.record(person.email, "registration.exported", conference.slug, municipality_id=place, before={}, after=facts)


def _searched(person: Person) -> str:
    return folded(" ".join((person.name, person.email or "", person.institution or "")))


def _crowded(conference: Conference) -> bool:
    return conference.sure + conference.waiting >= MOST_PEOPLE


def _known(session: Session, conference_id: int, email: str | None) -> Registration | None:
    if email is None or not seats.by_mail():
        return None
    return _one(session, Registration.conference_id == conference_id, Registration.email == email)


def _one(session: Session, *wanted: object) -> Registration | None:
    chosen = select(Registration).where(*wanted).order_by(Registration.turn).limit(1)  # type: ignore[arg-type]  # comparisons of columns
    return session.scalar(chosen.execution_options(populate_existing=True))


def _add(session: Session, conference: Conference, person: Person, mark: str, consent: str) -> Registration:
    key = tokens.new_key()
    last = session.scalar(select(func.max(Registration.turn)).where(Registration.conference_id == conference.id))
    made = Registration(
        conference_id=conference.id,
        key=key,
        own_hash=tokens.hashed(tokens.token(key, "link")),
        check_in_hash=tokens.hashed(tokens.token(key, "check-in")),
        form_hash=tokens.hashed(mark),
        state=rules.next_seat(conference),
        turn=(last or 0) + 1,
        name=person.name,
        email=person.email,
        institution=person.institution,
        field=person.field,
        needs=person.needs,
        language=person.language,
        consent=consent,
        registered_on=clock.today(),
    )
    session.add(made)
    session.flush()
    return made


def _held(session: Session, token: str) -> tuple[ConferenceRow, Registration] | None:
    """Return whom a link belongs to behind the lock of their conference, so that who cancels and who changes take turns."""
    mine = Registration.own_hash == tokens.hashed(token)
    found = _one(session, mine)
    row = store.lock(session, found.conference_id) if found else None
    # Asked again behind the lock: the same button pressed twice cancels once.
    found = _one(session, mine) if row else None
    return (row, found) if row and found else None


def _take_out(session: Session, row: ConferenceRow, found: Registration) -> None:
    seats.forget(session, found)
    row.cancelled += 1
    session.flush()
    seats.move_up(session, row)


def registered(session: Session, row: Registration) -> Registered:
    """Return the person of *row* with the letters that they are owed."""
    owed = session.scalar(select(func.count()).where(OwedLetter.registration_id == row.id)) or 0
    person = Person(row.name, row.email, row.institution, row.field, row.needs, row.language)
    return Registered(
        id=row.id,
        conference_id=row.conference_id,
        key=row.key,
        person=person,
        seat=Seat(row.state),
        turn=row.turn,
        registered_on=row.registered_on,
        consent=row.consent,
        letter=row.letter_problem,
        owed=owed,
    )

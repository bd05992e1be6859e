"""Deletion on the promised day: everybody who registered for a conference, their letters, and whom to ask about it."""

from collections import Counter
from typing import Final

from sqlalchemy import delete, select

from questionnaires.texts import LANGUAGES
from surveyapp.core import clock, purging
from surveyapp.core.database import reading, writing
from surveyapp.registration import store
from surveyapp.registration.door import purge_store as door_purge
from surveyapp.registration.models import Conference, ConferenceMessage, OwedLetter, Registration
from surveyapp.registration.rules import Seat, State

WHAT: Final = "conference"
TABLES: Final = (*door_purge.TABLES, OwedLetter.__tablename__, Registration.__tablename__, ConferenceMessage.__tablename__)


def purge_due() -> None:
    """Delete what was promised for today or earlier; how many people of each field of work had a seat stays in the receipt."""
    due = Conference.delete_on <= clock.today(), Conference.purged_on.is_(None), Conference.state != State.DRAFT
    with reading() as session:
        waiting = session.scalars(select(Conference.id).where(*due).order_by(Conference.id)).all()
    for conference_id in waiting:
        _purge(conference_id)


def _purge(conference_id: int) -> None:
    with writing() as session:
        row = store.lock(session, conference_id)
        if row is None or row.purged_on is not None:
            return
        conference = store.as_conference(session, row)
        of_this = Registration.conference_id == conference_id
        sure = session.scalars(select(Registration.field).where(of_this, Registration.state == Seat.SURE))
        names = dict(enumerate(conference.terms.fields_in(LANGUAGES[0])))
        counts = Counter(names.get(-1 if number is None else number, "") for number in sure)
        session.execute(delete(OwedLetter).where(OwedLetter.registration_id.in_(select(Registration.id).where(of_this))))
        door_purge.purge(session, conference_id)
        session.execute(delete(Registration).where(of_this))
        session.execute(delete(ConferenceMessage).where(ConferenceMessage.conference_id == conference_id))
        row.contact, row.purged_on = "", clock.today()
        people = conference.sure + conference.waiting
        purging.write_receipt(row.municipality_id, WHAT, row.slug, people, counts, row.delete_on)


def receipt_of(slug: str, municipality_id: int) -> purging.Receipt | None:
    """Return the receipt of the deletion of a conference's registrations, None before it."""
    found = (each for each in purging.every(municipality_id) if (each.what, each.about) == (WHAT, slug))
    return next(found, None)

"""What the deletion does to the door's list: people go, counts by field of work and hashes of certificates' codes stay."""

from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from surveyapp.registration.door import store
from surveyapp.registration.door.models import Attendance, AttendanceCount, CertificateCode, ConferenceDoor

TABLES: Final = (Attendance.__tablename__,)


def purge(session: Session, conference_id: int) -> None:
    """Delete who came to a conference, in the transaction that deletes who registered, before them."""
    for field, people in store.counted(session, conference_id).items():
        session.add(
            AttendanceCount(conference_id=conference_id, field=store.UNSTATED if field is None else field, people=people)
        )
    mine = Attendance.conference_id == conference_id
    hashes = session.scalars(select(Attendance.code_hash).where(mine, Attendance.undone_at.is_(None)))
    # In the order of the hashes, so that none is the first who came.
    session.add_all(CertificateCode(code_hash=each, conference_id=conference_id) for each in sorted(hashes))
    session.execute(delete(Attendance).where(mine))
    session.execute(update(ConferenceDoor).where(ConferenceDoor.conference_id == conference_id).values(link_hash=None))
    session.flush()

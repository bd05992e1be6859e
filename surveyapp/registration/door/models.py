"""Tables of the door: who came, the link for helpers, and what stays after the deletion: counts and hashes of codes."""

from datetime import datetime

from sqlalchemy import DateTime, Float, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.core.database import Base

_IN_FORCE = text("undone_at IS NULL")


class Attendance(Base):
    """Somebody who came; deleted with the registrations. One that was undone stays as a trace until then.

    ``registration_id`` is None for a walk-in, and for somebody who deleted their registration afterwards. ``name`` and
    ``field`` (a number, from 0) are a walk-in's. ``key`` is random and gives the code of the certificate, of which
    ``code_hash`` is kept. ``mark_hash`` is the hash of the random mark that the form or the waiting message carried.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("conference_id", "mark_hash", name="uq_attendance_conference_id_mark_hash"),
        Index(
            "uq_attendance_registration_id",
            "registration_id",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
        {"sqlite_autoincrement": True},  # a page that is older must not take back somebody else
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))
    name: Mapped[str | None] = mapped_column(String(100))
    field: Mapped[int | None]
    key: Mapped[bytes] = mapped_column(LargeBinary(16))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    mark_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    by: Mapped[str] = mapped_column(String(254))
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_by: Mapped[str | None] = mapped_column(String(254))


class ConferenceDoor(Base):
    """What organisers decided about the day: the link of helpers, the hours that certificates say, the event that was logged.

    ``hours`` is None for the time from start to end. No foreign key leads to the event: events know nothing of people.
    """

    __tablename__ = "conference_door"

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), primary_key=True)
    link_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    hours: Mapped[float | None] = mapped_column(Float)
    event_id: Mapped[int | None]


class AttendanceCount(Base):
    """How many people of one field of work came, kept after the deletion; ``field`` is -1 where none was stated."""

    __tablename__ = "attendance_count"

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), primary_key=True)
    field: Mapped[int] = mapped_column(primary_key=True)
    people: Mapped[int]


class CertificateCode(Base):
    """The hash of a certificate's code, kept after the deletion; nothing says whose it was."""

    __tablename__ = "certificate_code"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))

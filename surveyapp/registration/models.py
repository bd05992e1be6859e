"""Tables of conferences: the page that invites, who registered, letters that are still owed, and what organisers wrote."""

from datetime import date, datetime, time
from typing import Final

from sqlalchemy import Date, DateTime, ForeignKey, Index, LargeBinary, String, Text, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.core.database import Base

NUMBERED_ONCE: Final = {"sqlite_autoincrement": True}
"""SQLite gives a deleted row's number to no other: a page or a letter that is older must not mean somebody else."""


class Conference(Base):
    """A conference that people register for, and the day on which everything personal about it is deleted.

    ``revision`` counts changes: whoever saves says which one they saw. ``cancelled`` counts people who cancelled; they
    themselves are deleted at once.
    """

    __tablename__ = "conference"
    __table_args__ = (Index("ix_conference_municipality_id", "municipality_id", "institution"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    institution: Mapped[str] = mapped_column(String(64))
    plan_key: Mapped[str] = mapped_column(String(64))
    indicator: Mapped[str | None] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int]
    held_on: Mapped[date] = mapped_column(Date)
    starts: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)
    capacity: Mapped[int | None]
    opens_on: Mapped[date | None] = mapped_column(Date)
    deadline: Mapped[date] = mapped_column(Date)
    delete_on: Mapped[date] = mapped_column(Date)
    ask_institution: Mapped[bool]
    ask_field: Mapped[bool]
    ask_needs: Mapped[bool]
    contact: Mapped[str] = mapped_column(String(200))
    cancelled: Mapped[int]
    purged_on: Mapped[date | None] = mapped_column(Date)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    form_id: Mapped[str | None] = mapped_column(String(64), unique=True)

    texts: Mapped[list["ConferenceText"]] = relationship(lazy="raise", cascade="all, delete-orphan")


class ConferenceText(Base):
    """What the page of a conference says in one language; ``fields`` holds the fields of work, one a line."""

    __tablename__ = "conference_text"

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(200))
    about: Mapped[str] = mapped_column(Text)
    programme: Mapped[str] = mapped_column(Text)
    fields: Mapped[str] = mapped_column(Text)


class Registration(Base):
    """One person who registered; deleted when they cancel, and with all others on the promised day.

    ``key`` is random: with the installation's secret it gives the token of the person's link and the token for checking in,
    of which only hashes are kept. ``turn`` is the place in the queue. ``field`` is the number of a field of work, from 0.
    ``form_hash`` is the hash of the form's random mark: one form registers once.
    """

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("conference_id", "turn", name="uq_registration_conference_id_turn"),
        UniqueConstraint("conference_id", "form_hash", name="uq_registration_conference_id_form_hash"),
        Index("ix_registration_email", "conference_id", "email"),
        NUMBERED_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    key: Mapped[bytes] = mapped_column(LargeBinary(16))
    own_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    check_in_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    form_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    state: Mapped[str] = mapped_column(String(16))
    turn: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str | None] = mapped_column(String(254))
    institution: Mapped[str | None] = mapped_column(String(200))
    field: Mapped[int | None]
    needs: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    consent: Mapped[str] = mapped_column(Text)
    registered_on: Mapped[date] = mapped_column(Date)
    reminded_on: Mapped[date | None] = mapped_column(Date)
    letter_problem: Mapped[str | None] = mapped_column(String(16))


class ConferenceMessage(Base):
    """What an organiser wrote to everybody who registered; deleted with them."""

    __tablename__ = "conference_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    form_id: Mapped[str] = mapped_column(String(64), unique=True)


class OwedLetter(Base):
    """A letter that somebody is still owed; ``kind`` says which. ``tried_at`` is when it was last taken up for sending."""

    __tablename__ = "owed_letter"
    __table_args__ = (NUMBERED_ONCE,)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("conference_message.id"))
    tried_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

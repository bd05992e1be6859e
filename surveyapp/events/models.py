"""Tables of events: what was held, and every head count ever stated."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, DateTime, Double, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.core.database import Base
from surveyapp.core.stated import StatedColumns


class Event(Base):
    """One event and what never changes about it: the plan row that it belongs to and the institution that held it.

    ``created_by_id`` is None if the command line logged it.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_municipality_id", "municipality_id", "indicator"),
        Index("ix_event_of_plan", "municipality_id", "plan_key"),  # all of them, in the order in which they lie on the disk
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    plan_key: Mapped[str] = mapped_column(String(64))
    indicator: Mapped[str] = mapped_column(String(16))
    institution: Mapped[str] = mapped_column(String(64))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    head_counts: Mapped[list["HeadCount"]] = relationship(
        order_by="HeadCount.number", foreign_keys="HeadCount.event_id", lazy="raise"
    )


class HeadCount(StatedColumns, Base):
    """What was stated about an event at one moment, details and numbers together: never updated, only superseded.

    The database refuses a second one with the same number about the same event. Counts: None = not known, 0 = stated zero.
    ``withdrawn``: the event was logged by mistake.
    """

    __tablename__ = "head_count"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        UniqueConstraint("account_id", "form_id"),
        Index("ix_head_count_day", "held_on", "event_id"),  # lists of events, newest first
        CheckConstraint("unique_persons >= 0 AND attendances >= unique_persons", name="counts"),
        CheckConstraint("number = 1 OR reason IS NOT NULL", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    held_on: Mapped[date] = mapped_column(Date)
    title: Mapped[str] = mapped_column(String(200))
    place: Mapped[str | None] = mapped_column(String(200))
    hours: Mapped[float | None] = mapped_column(Double)
    audience: Mapped[str | None] = mapped_column(String(64))
    member: Mapped[str | None] = mapped_column(String(200))
    step: Mapped[str | None] = mapped_column(String(64))
    evidence: Mapped[str | None] = mapped_column(Text)
    unique_persons: Mapped[int | None]
    attendances: Mapped[int | None]
    families: Mapped[int | None]
    requested: Mapped[int | None]
    amount: Mapped[float | None] = mapped_column(Double)
    same_group_as: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    different_people: Mapped[bool]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class EventDraft(Base):
    """What somebody typed about an event and has not logged: nobody's head count, and nobody's business but theirs.

    ``typed`` is JSON, field to text; ``form_id`` is the random mark of the form; it is deleted on ``delete_on``.
    """

    __tablename__ = "event_draft"
    __table_args__ = (UniqueConstraint("account_id", "form_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    plan_key: Mapped[str] = mapped_column(String(64))
    indicator: Mapped[str] = mapped_column(String(16))
    form_id: Mapped[str] = mapped_column(String(64))
    typed: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    delete_on: Mapped[date] = mapped_column(Date)


class EvidenceFile(Base):
    """A file that proves something about an event: its bytes lie under ``place`` in the data folder until it is removed.

    ``reason`` says why it was removed; the row stays.
    """

    __tablename__ = "evidence_file"
    __table_args__ = (
        Index("ix_evidence_file_event_id", "event_id"),
        UniqueConstraint("place"),
        CheckConstraint("(reason IS NULL) = (removed_at IS NULL)", name="removed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    place: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(8))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None] = mapped_column(Text)
    removed_by: Mapped[str | None] = mapped_column(String(254))
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

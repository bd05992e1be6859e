"""Tables that belong to no feature: municipalities, the audit trail, receipts of deletions, what servers tell each other."""

from datetime import date, datetime

from sqlalchemy import Date, DateTime, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.core.database import Base


class Municipality(Base):
    """A municipality; everything else belongs to one. ``demo`` marks one whose data are all invented."""

    __tablename__ = "municipality"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    demo: Mapped[bool] = mapped_column(default=False)


class AuditEntry(Base):
    """One thing that somebody did; ``chain`` is the hash over this entry and the one before it."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    who: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(String(100))
    about: Mapped[str] = mapped_column(String(200))
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    chain: Mapped[str] = mapped_column(String(64))


class DeletionReceipt(Base):
    """What was deleted on the day that was promised: what it was about, how many people, and the numbers that stay.

    ``counts`` is JSON, group to number of people. ``clean`` says that no trace is left in the database's files.
    """

    __tablename__ = "deletion_receipt"

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    what: Mapped[str] = mapped_column(String(32))
    about: Mapped[str] = mapped_column(String(200))
    people: Mapped[int]
    counts: Mapped[str] = mapped_column(Text)
    promised_for: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    clean: Mapped[bool]


class SecretMark(Base):
    """By what a secret of this installation is recognised: every server that shares the database must have the same ones."""

    __tablename__ = "secret_mark"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(32))


class LongWork(Base):
    """How far some work is (JSON) and what came of it (sealed), under its token's hash, until an hour after ``told_at``."""

    __tablename__ = "long_work"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)
    told_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

"""The tables of releases and of what is public of them; the database itself refuses to change or delete a row."""

from datetime import date, datetime

from sqlalchemy import Date, DateTime, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.core.database import Base


class ReleaseRow(Base):
    """A release; ``document`` is its canonical JSON, ``hash`` the SHA-256 of it.

    ``known_at`` is the moment up to which events and statements were counted: with it the same document can be made again.
    """

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("municipality_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    number: Mapped[int]
    level: Mapped[str] = mapped_column(String(16))
    plan_key: Mapped[str] = mapped_column(String(64))
    plan_version: Mapped[int]
    as_of: Mapped[date] = mapped_column(Date)
    known_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    made_on: Mapped[date] = mapped_column(Date)
    made_by: Mapped[str] = mapped_column(String(254))
    document: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))


class StatementRow(Base):
    """What the coordinator did about a public release: ``published``, ``withdrawn`` (for a reason) or ``noted`` (a text).

    And ``handed_over`` to the national view, or ``taken_back`` from there (for a reason).
    """

    __tablename__ = "release_statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str | None] = mapped_column(Text)
    licence: Mapped[str | None] = mapped_column(String(32))
    on: Mapped[date] = mapped_column(Date)
    by: Mapped[str] = mapped_column(String(254))


class FileRow(Base):
    """A file of a published release, kept as it was first handed out: a newer program might write other bytes."""

    __tablename__ = "release_file"
    __table_args__ = (UniqueConstraint("release_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)

"""The table of releases; the database itself refuses to change or delete one."""

from datetime import date, datetime

from sqlalchemy import Date, DateTime, ForeignKey, String, Text, UniqueConstraint
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

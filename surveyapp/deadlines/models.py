"""Tables of what is due: secret addresses of calendars, and reminders that went out."""

from datetime import date, datetime

from sqlalchemy import Date, DateTime, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.core.database import Base


class CalendarFeed(Base):
    """A secret address under which a calendar reads what is due, known by its hash; when it was last read is not kept.

    ``institution`` is empty for all institutions.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (UniqueConstraint("account_id", "institution", name="uq_calendar_feed_account_id_institution"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    institution: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    language: Mapped[str] = mapped_column(String(2))
    made_on: Mapped[date] = mapped_column(Date)


class QuarterlyReminder(Base):
    """The reminder of one quarter to one account, and how it stands; ``taken_at`` is set while it is being sent."""

    __tablename__ = "quarterly_reminder"
    __table_args__ = (UniqueConstraint("account_id", "year", "quarter", name="uq_quarterly_reminder_account_id_year_quarter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    year: Mapped[int]
    quarter: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    taken_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sent_on: Mapped[date | None] = mapped_column(Date)

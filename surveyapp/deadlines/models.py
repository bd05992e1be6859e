"""Tables of what is due: secret addresses of calendars."""

from datetime import date

from sqlalchemy import Date, ForeignKey, LargeBinary, String, UniqueConstraint
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

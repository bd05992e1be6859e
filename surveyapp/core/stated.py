"""What is stated and never updated, only superseded: the columns, the queue of those who state, and what was known on a day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveyapp.core.models import Municipality

_ZONE = ZoneInfo("Europe/Riga")


class StatedColumns:
    """Columns of a table of statements.

    ``number`` counts from 1 within what is stated about one thing; each supersedes the one before it, for a ``reason``.
    ``withdrawn``: it holds no more. ``form_id`` is the random mark of the form it came from: one form is saved once.
    """

    number: Mapped[int]
    withdrawn: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    form_id: Mapped[str | None] = mapped_column(String(64))


def one_at_a_time(session: Session, municipality_id: int) -> None:
    """Have those who state something for one municipality queue (on PostgreSQL; SQLite has one writer anyway).

    So a form sent twice at once is seen the second time, and of two corrections one comes first.
    """
    session.execute(select(Municipality.id).where(Municipality.id == municipality_id).with_for_update(key_share=True))


def end_of(day: date | None) -> datetime | None:
    """Return the moment in which *day* ends in Latvia; None, without a limit, for no day and the calendar's last one.

    A moment instead of a day is its own end: a release counts what was known when it was made.
    """
    if isinstance(day, datetime):
        return day
    if day is None or day == date.max:
        return None
    # In UTC, as moments are stored: SQLite compares them without their zones.
    return datetime.combine(day + timedelta(days=1), time.min, _ZONE).astimezone(UTC)


def in_utc(moment: datetime) -> datetime:
    """Return a stored moment in UTC; SQLite gives it back without its zone."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

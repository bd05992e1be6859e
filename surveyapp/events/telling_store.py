"""How many events and statements about them there are, and when and why each was made; nothing of their facts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from surveyapp.core.database import reading
from surveyapp.core.stated import in_utc
from surveyapp.events.models import Event, HeadCount


def used_rows(municipality_id: int, plan_key: str) -> dict[str, int]:
    """Return how many events were logged on each row of a plan, withdrawn ones too."""
    mine = Event.municipality_id == municipality_id, Event.plan_key == plan_key
    with reading() as session:
        counted = session.execute(select(Event.indicator, func.count()).where(*mine).group_by(Event.indicator))
        return {str(row): int(number) for row, number in counted}


def count_of_all() -> int:
    """Return how many statements about events there are in all, which only grows: none is ever taken away."""
    with reading() as session:
        return session.scalar(select(func.count()).select_from(HeadCount)) or 0


def mark_of(municipality_id: int, plan_key: str) -> int:
    """Return how many statements there are about the events of a plan, which only grows as well."""
    mine = Event.municipality_id == municipality_id, Event.plan_key == plan_key
    counted = select(func.count()).select_from(Event).join(HeadCount, HeadCount.event_id == Event.id).where(*mine)
    with reading() as session:
        return session.scalar(counted) or 0


@dataclass(frozen=True, slots=True)
class Telling:
    """One statement about an event without its facts: which event of which row, the how manyth, when and why."""

    event: int
    indicator: str
    number: int
    withdrawn: bool
    reason: str | None
    at: datetime


def tellings(municipality_id: int, plan_key: str, since: datetime, until: datetime | None) -> list[Telling]:
    """Return what was stated about the events of a plan from *since* on and before *until* (None: up to now), oldest first."""
    when = [HeadCount.at >= since] if until is None else [HeadCount.at >= since, HeadCount.at < until]
    told = select(Event.id, Event.indicator, HeadCount.number, HeadCount.withdrawn, HeadCount.reason, HeadCount.at)
    mine = Event.municipality_id == municipality_id, Event.plan_key == plan_key
    asked = told.join(HeadCount, HeadCount.event_id == Event.id).where(*mine, *when).order_by(HeadCount.at, HeadCount.id)
    with reading() as session:
        return [Telling(*row[:-1], in_utc(row.at)) for row in session.execute(asked)]

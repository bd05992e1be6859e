"""Any number of invented events of a plan, written into the database at once, and one pass over them in SQL."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Insert, and_, extract, func, insert, select, text
from sqlalchemy.orm import aliased

from analysis.named_targets import STEPPED
from questionnaires.library import find_plan
from questionnaires.plan_types import Indicator, Plan
from surveyapp.core.database import is_sqlite, reading, writing
from surveyapp.events import rules
from surveyapp.events.models import Event, HeadCount
from surveyapp.plans import store as plan_store

PLAN: Final = "cesis-2025-2027"
_WHO: Final = "benchmark"
_WHOLE: Final = {"render_nulls": True}
_DRAWN: Final = 50_000
_OF_A_STEP: Final = 3
"""Events of a row that is reached in steps: what is made once has no thousands of events."""
_WHEN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_LENGTHS: Final = (1, 1.5, 2, 4, 6)


def log(place: int, number: int) -> Plan:
    """Load the plan of Cēsis and log *number* events on its rows, as organisers do; every hundredth is corrected once.

    So many are drawn; the rest repeat them under numbers of their own. For an empty database alone.
    """
    plan = plan_store.load_file(find_plan(PLAN), place, _WHO)
    drawn = list(events(place, plan, min(number, _DRAWN)))
    with writing() as session:
        session.execute(insert(Event), [event for event, _ in drawn])
        session.execute(
            insert(HeadCount), [stated for _, statements in drawn for stated in statements], execution_options=_WHOLE
        )
        for shift in range(len(drawn), number, len(drawn)):
            last = min(number - shift, len(drawn))
            session.execute(_again(Event, "id", shift, last))
            session.execute(_again(HeadCount, "event_id", shift, last))
        if not is_sqlite():
            session.execute(text("ANALYZE event, head_count"))
    return plan


def _again(table: type[Event | HeadCount], key: str, shift: int, last: int) -> Insert:
    """Return the order to write the rows of the first *last* events once more, *shift* numbers on."""
    kept = [each for each in table.__table__.columns if each.name not in {"id", key}]
    number = table.__table__.columns[key]
    rows = select(number + shift, *kept).where(number <= last)
    return insert(table).from_select([key, *(each.name for each in kept)], rows)


def one_pass(place: int) -> Sequence[object]:
    """Return what the newest statements about all events say, counted and added up by row, year and audience."""
    later = aliased(HeadCount)
    year = extract("year", HeadCount.held_on)
    people = (HeadCount.unique_persons, HeadCount.attendances, HeadCount.families)
    sums = [each(count) for count in people for each in (func.sum, func.max)]
    asked = (
        select(year, Event.indicator, HeadCount.audience, func.count(), func.sum(HeadCount.requested), *sums)
        .join(HeadCount, HeadCount.event_id == Event.id)
        .outerjoin(later, and_(later.event_id == Event.id, later.number == HeadCount.number + 1))
        .where(Event.municipality_id == place, Event.plan_key == PLAN, later.id.is_(None), ~HeadCount.withdrawn)
        .group_by(year, Event.indicator, HeadCount.audience)
    )
    with reading() as session:
        return session.execute(asked).all()


def events(place: int, plan: Plan, number: int) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Yield invented events of a plan: the row of each, and those of the statements about it."""
    source = random.Random(number)  # noqa: S311 - invented data must come out the same every time
    for at, row in enumerate(_rows(plan, number)):
        held = plan.starts + timedelta(source.randrange((plan.ends - plan.starts).days))
        event = {
            "id": at + 1,
            "municipality_id": place,
            "plan_key": plan.id,
            "indicator": row.id,
            "institution": row.responsible[0] if row.responsible else "benchmark",
            "created_by_id": None,
        }
        once = _statement(at + 1, plan, row, held, source)
        again = {**once, "number": 2, "reason": "Pārskaitīts.", "attendances": once["attendances"] and once["attendances"] + 9}
        yield event, [once, again] if at % 100 == 0 else [once]


def _rows(plan: Plan, number: int) -> Iterator[Indicator]:
    stepped = [row for row in plan.indicators if any(target.kind in STEPPED for target in row.targets)]
    made = [row for row in stepped for _ in range(_OF_A_STEP)][:number]
    yield from made
    counted = [row for row in plan.indicators if row not in stepped]
    for at in range(number - len(made)):
        yield counted[at % len(counted)]


def _statement(event_id: int, plan: Plan, row: Indicator, held: date, source: random.Random) -> dict[str, Any]:
    asked = rules.asked_of(row, plan).main
    persons = source.randrange(1, 60) if "unique_persons" in asked else None
    parts, members = rules.parts_of(row), rules.reference_set_of(row, plan)
    return {
        "event_id": event_id,
        "number": 1,
        "withdrawn": False,
        "reason": None,
        "by": _WHO,
        "at": _WHEN,
        "form_id": None,
        "account_id": None,
        "held_on": held,
        "title": "Izdomāts pasākums",
        "place": "Cēsis",
        "hours": source.choice(_LENGTHS),
        "audience": rules.usual_audience(row),
        "member": f"Bērnudārzs {source.randrange(30)}" if members else None,
        "step": source.choice(parts).id if parts else None,
        "evidence": "Protokols" if source.random() < 0.5 else None,  # noqa: PLR2004 - every second
        "unique_persons": persons,
        "attendances": None if persons is None else persons + source.randrange(20),
        "families": source.randrange(1, 9) if "families" in asked else None,
        "requested": source.randrange(1, 60) if "requested" in asked else None,
        "amount": None,
        "same_group_as": None,
        "different_people": False,
    }

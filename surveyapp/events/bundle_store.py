"""Events added up in the database as a plan is judged by them: one record for all that are alike, by row and month."""

from calendar import monthrange
from collections.abc import Collection
from functools import reduce
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, String, and_, case, cast, func, null, or_, select
from sqlalchemy.orm import aliased

from analysis.bundles import Grain
from analysis.head_counts import SMALLEST_HEAD_COUNT, EventRecord, Largest
from surveyapp.core.database import is_sqlite, reading
from surveyapp.events.models import Event, EvidenceFile, HeadCount

_COUNTS: Final = (HeadCount.unique_persons, HeadCount.attendances, HeadCount.families, HeadCount.requested)
_PROVED: Final = "in each of them"
_PARTS_OF_AN_HOUR: Final = 4
"""Lengths in quarters of an hour add up without rounding, in any order."""


def added_up(
    municipality_id: int, plan_key: str, grain: Grain, named: Collection[int], rows: frozenset[str] | None = None
) -> tuple[list[EventRecord], list[int]]:
    """Return the events of a plan as known now, alike ones together as far as *grain* lets them, and the numbers of the others.

    Both by the day of the first and its number, since names stand in notes in the order of records. *named* are among the
    others, and whatever was corrected, has files, names money or belongs to a group of people. *rows*: of those names alone.
    """
    mine = and_(Event.municipality_id == municipality_id, Event.plan_key == plan_key)
    chosen = mine if rows is None else and_(mine, Event.indicator.in_(rows))
    with reading() as session:
        new = select(HeadCount.event_id).where(HeadCount.different_people)
        told = session.scalars(select(Event.indicator).where(chosen, Event.id.in_(new)).distinct())
        names = grain.alone | (grain.lone_if_new & set(told))
        found = session.execute(_lines(grain, _alone(names, grain, named)).where(chosen)).all()
    together = sorted((row for row in found if row.alone is None), key=lambda row: (row.held_on, row.first))
    return [_record(row) for row in together], sorted(row.alone for row in found if row.alone is not None)


def _record(row: Row[Any]) -> EventRecord:
    pattern, proved = divmod(row.pattern, 2)
    lasted = (None, 0.0, 1.0)[pattern % 3]
    return EventRecord(
        reference=str(row.first),
        indicator=row.indicator,
        held_on=row.held_on,
        title="",
        audience=row.audience,
        unique_persons=row.sum_of_persons,
        attendances=row.sum_of_attendances,
        hours=lasted if row.length is None else row.length,
        evidence=_PROVED if proved else None,
        member=row.member,
        families=row.sum_of_families,
        requested=row.sum_of_requests,
        step=row.step,
        many=row.many,
        largest=Largest(row.most_persons, row.most_attendances, row.most_families),
        some_small=bool(row.small),
    )


_later = aliased(HeadCount)


def _lines(grain: Grain, alone: ColumnElement[bool]) -> Select[Any]:
    """Return the question for every group of alike events, or each event that stands alone (its number is ``alone``)."""
    keys = (
        Event.indicator,
        HeadCount.audience,
        HeadCount.member,
        HeadCount.step,
        case((alone, Event.id), else_=null()).label("alone"),
        case((Event.indicator.in_(grain.by_hours), HeadCount.hours), else_=null()).label("length"),
        _pattern().label("pattern"),
    )
    small = or_(*(count < SMALLEST_HEAD_COUNT for count in _COUNTS))
    return (
        select(
            *keys,
            func.count().label("many"),
            func.min(Event.id).label("first"),
            func.min(HeadCount.held_on).label("held_on"),
            func.max(case((small, 1), else_=0)).label("small"),
            func.sum(HeadCount.unique_persons).label("sum_of_persons"),
            func.sum(HeadCount.attendances).label("sum_of_attendances"),
            func.sum(HeadCount.families).label("sum_of_families"),
            func.sum(HeadCount.requested).label("sum_of_requests"),
            func.max(HeadCount.unique_persons).label("most_persons"),
            func.max(HeadCount.attendances).label("most_attendances"),
            func.max(HeadCount.families).label("most_families"),
        )
        .join(HeadCount, and_(HeadCount.event_id == Event.id, HeadCount.number == 1))
        .outerjoin(_later, and_(_later.event_id == Event.id, _later.number == 2))  # noqa: PLR2004 - the second statement
        .group_by(_time(grain), *keys)  # time first: in the order of an index by row, every statement would be looked up afar
    )


def _alone(names: Collection[str], grain: Grain, named: Collection[int]) -> ColumnElement[bool]:
    parts = HeadCount.hours * _PARTS_OF_AN_HOUR
    return or_(
        _later.id.is_not(None),
        HeadCount.amount.is_not(None),
        HeadCount.same_group_as.is_not(None),
        Event.id.in_(select(HeadCount.same_group_as).where(HeadCount.same_group_as.is_not(None))),
        Event.id.in_(select(EvidenceFile.event_id)),
        Event.id.in_(named),
        Event.indicator.in_(names),
        and_(parts != func.round(parts), Event.indicator.in_(grain.by_hours)),
    )


def _time(grain: Grain) -> ColumnElement[str]:
    """Return the month of an event, or its day where months are too coarse."""
    day = cast(HeadCount.held_on, String) if is_sqlite() else func.to_char(HeadCount.held_on, "YYYY-MM-DD")
    split = (HeadCount.held_on.between(each, each.replace(day=monthrange(each.year, each.month)[1])) for each in grain.split)
    return case((or_(*split, Event.indicator.in_(grain.by_day)), day), else_=func.substr(day, 1, 7))


def _pattern() -> ColumnElement[int]:
    """Return one number for which counts are not known, zero, or more, and whether there is a note of evidence."""
    fields = (*_COUNTS, HeadCount.hours)
    kinds: list[ColumnElement[int]] = [case((field > 0, 2), (field == 0, 1), else_=0) for field in fields]
    return reduce(lambda number, kind: number * 3 + kind, kinds) * 2 + case((HeadCount.evidence > "", 1), else_=0)

"""Which events of a row count for which of its targets: for the one or the step that they name, else for each that fits."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from analysis.head_counts import EventRecord
from questionnaires.plan_types import Indicator, Target

STEPPED: Final = frozenset({"deliverable", "text_only"})
"""Kinds of targets that are reached in steps, by what is made and not by who comes."""

_PEOPLE: Final = frozenset({"unique_persons", "attendances", "persons_at_one_event"})
_HAPPENINGS: Final = frozenset({"events", "meetings", "campaigns", "conferences", "programmes"})


def short_name(target: Target) -> str:
    """Return the name of a target within its row."""
    return target.id.rpartition("/")[2]


def names_of(indicator: Indicator) -> frozenset[str]:
    """Return the names by which a record may say that it belongs to one target of the row; a step's name stays a step's."""
    return frozenset(short_name(target) for target in indicator.targets) - steps_named(indicator)


def steps_named(indicator: Indicator) -> frozenset[str]:
    """Return the names of every step of the row's targets."""
    return frozenset(step.id for target in indicator.targets for step in target.steps)


def own_records(
    target: Target, records: Iterable[EventRecord], named: frozenset[str], steps: frozenset[str]
) -> list[EventRecord]:
    """Return the records of a row that count for *target*; *named* are the names of the row's targets, *steps* of its steps.

    One that names another target is left out, and so is a mere step where people or events are counted: a document that was
    made is no meeting. One that names this target is counted in its unit.
    """
    mine = [record for record in records if record.target in {None, target.id} and not _for_another(target, record, named)]
    own = [_in_unit(target, record) if record.step in named else record for record in mine]
    return own if target.kind in STEPPED else [record for record in own if not _mere_step(record, steps)]


def to_be_named(indicator: Indicator) -> tuple[Target, ...]:
    """Return the targets of a row for which an event has to say that it counts for them.

    Those count the same as another target of the row does, in the same time and for the same audience, such as seminars beside
    conferences: without a name an event counts for both. Items are told by name alone. Targets that look at different sides of
    one event, such as a meeting and the people at it, have nothing to be told apart by.
    """
    names = names_of(indicator)
    named = [target for target in indicator.targets if short_name(target) in names]
    return tuple(
        target for target in named if _is_items(target) or any(_alike(target, each) for each in named if each != target)
    )


def _alike(one: Target, other: Target) -> bool:
    years = {each.period.year for each in (one, other) if each.period.kind == "named_year"}
    audiences = {each.audience for each in (one, other) if each.audience}
    return _side(one) is not None and _side(one) == _side(other) and len(years) < 2 and len(audiences) < 2  # noqa: PLR2004 - two


def _side(target: Target) -> str | None:
    """Return what of an event the target looks at, None if it is nothing that another may look at as well."""
    if target.kind in {"provision", "frequency"} or (target.counted == "events" and not _is_items(target)):
        return "happening" if target.unit in _HAPPENINGS else None
    if target.kind in {"count_min", "count_max", "count_bare"} and target.counted in {*_PEOPLE, "families"}:
        return "people" if target.counted in _PEOPLE else "families"
    return None


def _is_items(target: Target) -> bool:
    return target.unit == "items" and target.counted == "events"


def _for_another(target: Target, record: EventRecord, named: frozenset[str]) -> bool:
    return record.step in named and record.step != short_name(target)


def _in_unit(target: Target, record: EventRecord) -> EventRecord:
    return replace(record, step=None, unit=record.unit or target.unit)


def _mere_step(record: EventRecord, steps: frozenset[str]) -> bool:
    facts = (record.unique_persons, record.attendances, record.families, record.requested, record.hours, record.amount)
    return record.step in steps and all(fact is None or fact == 0 for fact in (*facts, record.value, record.member))

"""What the logged events of a row amount to for one target: people, events, institutions, steps, money or a measured value."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from analysis.head_counts import EventRecord, Largest
from analysis.named_targets import own_records
from analysis.people import Bounds, EventCount, different, entered_order, largest, summed
from analysis.reasons import Reason, reason
from questionnaires.plan_types import Member, Target

EVENT_UNITS: Final = frozenset({"events", "meetings", "campaigns", "conferences", "programmes", "services"})
MEASURED_KINDS: Final = frozenset(
    {"delta_up", "delta_down", "trend_up", "trend_down", "series", "range", "approximate", "measure_only"}
)
_COUNTED_BY_UNIT: Final = {
    "persons": "unique_persons",
    "families": "families",
    "hours": "hours",
    "institutions": "institutions",
    **dict.fromkeys(EVENT_UNITS, "events"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What counting needs to know beside the target and its events.

    ``roots`` come from people.group_roots; ``members`` are those of the reference set in the window (None if unknown).
    ``measured_row``: a target of the row is a measured number, to which records that state a value alone belong.
    ``named``: the short names of the row's targets; a record that names one in the place of its step counts for it alone.
    ``steps``: the steps of the row's deliverables.
    """

    roots: Mapping[str, str]
    members: tuple[Member, ...] | None = None
    measured_row: bool = False
    named: frozenset[str] = frozenset()
    steps: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Achieved:
    """What was achieved: None = no number is known, 0 = zero was stated.

    ``high`` is None also where nothing limits it. ``requested`` is the demand of an on-demand target. ``events`` are the
    references of the events it was counted from.
    """

    low: float | None
    high: float | None
    events: tuple[str, ...] = ()
    notes: tuple[Reason, ...] = ()
    requested: float | None = None


def measure(target: Target, records: Sequence[EventRecord], setting: Setting) -> Achieved:
    """Return what *records*, the events of the target's row that fall into one window, amount to for *target*."""
    elsewhere = setting.measured_row and target.kind not in MEASURED_KINDS
    own = own_records(target, records, setting.named, setting.steps)
    mine = [record for record in own if not (elsewhere and _value_alone(record) and record.unit != target.unit)]
    ordered = sorted(mine, key=lambda record: (record.held_on, entered_order(record.reference), record.title))
    return _COUNTERS.get(target.kind, _by_counted)(target, ordered, setting)


def _stated_zero(target: Target, record: EventRecord) -> bool:
    """Say whether the record states that nothing took place: value 0, or nobody came."""
    value = _value_for(target, record)
    heads = [number for number in (record.unique_persons, record.attendances, record.families) if number is not None]
    return value == 0 or (bool(heads) and not any(heads) and not value)


def _value_alone(record: EventRecord) -> bool:
    """Say whether the record is a measurement or a summary, not an event that somebody came to."""
    others = (record.unique_persons, record.attendances, record.families, record.hours, record.member, record.step)
    return record.value is not None and all(other is None for other in others)


def _by_counted(target: Target, records: Sequence[EventRecord], setting: Setting) -> Achieved:
    counted = counted_of(target)
    counter = _COUNTERS_BY_COUNTED.get(counted)
    return counter(target, records, setting) if counter else _newest_value(target, records, setting)


def counted_of(target: Target) -> str:
    """Return what a target counts: where the plan does not say, what its unit stands for."""
    return _COUNTED_BY_UNIT.get(target.unit, "value") if target.counted == "not_stated" else target.counted


def _unique_persons(target: Target, records: Sequence[EventRecord], setting: Setting) -> Achieved:
    counts = _counts(target, _own_audience(target, records), _persons)
    return _heads(target, records, counts, different(counts, setting.roots))


def _families(target: Target, records: Sequence[EventRecord], setting: Setting) -> Achieved:
    counts = _counts(target, _own_audience(target, records), _whole_families)
    return _heads(target, records, counts, different(counts, setting.roots))


def _attendances(target: Target, records: Sequence[EventRecord], _: Setting) -> Achieved:
    counts = _counts(target, _own_audience(target, records), _visits)
    return _heads(target, records, counts, summed(counts))


def _at_one_event(target: Target, records: Sequence[EventRecord], _: Setting) -> Achieved:
    counts = _counts(target, _own_audience(target, records), _persons)
    return _heads(target, records, counts, largest(counts))


def _hours(target: Target, records: Sequence[EventRecord], _: Setting) -> Achieved:
    counts = _counts(target, records, _length)
    return _heads(target, records, counts, summed(counts))


def _persons(target: Target, record: EventRecord) -> Bounds | None:
    """One head comes at least once: of A attendances, between 1 and A are different people."""
    if record.unique_persons is not None:
        return _exactly(record.unique_persons)
    if record.attendances is not None:
        return Bounds(min(record.attendances, record.many), record.attendances)
    return _exactly(_value_for(target, record))


def _visits(target: Target, record: EventRecord) -> Bounds | None:
    """Where attendances are not stated, everybody came once."""
    known = record.attendances if record.attendances is not None else record.unique_persons
    return _exactly(known if known is not None else _value_for(target, record))


def _whole_families(target: Target, record: EventRecord) -> Bounds | None:
    return _exactly(record.families if record.families is not None else _value_for(target, record))


def _length(target: Target, record: EventRecord) -> Bounds | None:
    return _exactly(record.hours * record.many if record.hours is not None else _value_for(target, record))


def _exactly(number: float | None) -> Bounds | None:
    return None if number is None or number < 0 else Bounds(number, number)


def _value_for(target: Target, record: EventRecord) -> float | None:
    return record.value if record.unit in {None, target.unit} else None


def _own_audience(target: Target, records: Sequence[EventRecord]) -> list[EventRecord]:
    """Leave out records for another audience than the target's; one that names none is taken to be for it."""
    return [record for record in records if target.audience is None or record.audience in {None, target.audience}]


def _counts(
    target: Target, records: Sequence[EventRecord], bounds_of: Callable[[Target, EventRecord], Bounds | None]
) -> list[EventCount]:
    """Return one count per event; several audiences of one event are different people."""
    events: dict[str, EventCount] = {}
    for record in records:
        of_largest = bounds_of(target, _largest(record)) if record.many > 1 else None
        bounds = bounds_of(target, record)
        count = EventCount(record.reference, record.held_on, bounds, record.different_people, record.many, of_largest)
        events[record.reference] = _together(events.get(record.reference), count)
    return list(events.values())


def _largest(record: EventRecord) -> EventRecord:
    """Return the largest of many events as if it stood alone."""
    most = record.largest or Largest()
    return replace(
        record, unique_persons=most.unique_persons, attendances=most.attendances, families=most.families, many=1, largest=None
    )


def _many(records: Iterable[EventRecord]) -> int:
    return sum(record.many for record in records)


def _together(first: EventCount | None, second: EventCount) -> EventCount:
    if first is None:
        return second
    bounds = first.bounds or second.bounds
    if bounds is not None:
        unknown = Bounds(0, None)
        bounds = (first.bounds or unknown).plus(second.bounds or unknown)
    return EventCount(first.reference, min(first.held_on, second.held_on), bounds, first.new_people or second.new_people)


def _heads(target: Target, records: Sequence[EventRecord], counts: Sequence[EventCount], bounds: Bounds | None) -> Achieved:
    counted = {count.reference for count in counts}
    others = {record.reference: record.many for record in records if record.reference not in counted}
    unknown = sum(count.many for count in counts if count.bounds is None)
    notes = [
        *_note("other_audience", sum(others.values())),
        *_note("numbers_missing", unknown if bounds else 0),
        *_short_events(target, records),
    ]
    counted_from = tuple(count.reference for count in counts if count.bounds is not None)
    low, high = bounds or (None, None)
    return Achieved(low, high, counted_from, tuple(notes))


def _note(code: str, number: int) -> tuple[Reason, ...]:
    return (reason(code, number=number),) if number else ()


def _short_events(target: Target, records: Sequence[EventRecord]) -> tuple[Reason, ...]:
    asked = target.per_event_hours
    if asked is None:
        return ()
    short = {record.reference: record.many for record in records if record.hours is not None and record.hours < asked}
    return (reason("shorter_events", hours=asked, number=sum(short.values())),) if short else ()


def _occurrences(target: Target, records: Sequence[EventRecord], setting: Setting) -> Achieved:
    """Count events; the sessions of one cycle (same group, where the target names sessions) are one."""
    mine = [record for record in records if not _names_another_kind(target, record) and not _makes_no_item(target, record)]
    held = [record for record in mine if not _stated_zero(target, record)]
    cycles = (target.per_event_sessions or 1) > 1
    times: dict[str, float] = {}
    for record in held:
        key = setting.roots.get(record.reference, record.reference) if cycles else record.reference
        times[key] = max(times.get(key, 0), _times(target, record))
    if not mine:
        return Achieved(None, None)
    total = sum(times.values())
    return Achieved(total, total, _references(held or mine), _short_events(target, held))


def _names_another_kind(target: Target, record: EventRecord) -> bool:
    return record.unit in EVENT_UNITS and target.unit in EVENT_UNITS and record.unit != target.unit


def _makes_no_item(target: Target, record: EventRecord) -> bool:
    """An event is no item of its own: items are told as such, or as a number alone."""
    return target.unit == "items" and record.unit != "items" and not (record.unit is None and _value_alone(record))


def _times(target: Target, record: EventRecord) -> float:
    """One record is one event, unless it states a number in the target's own unit, or nothing but a number."""
    own = record.unit == target.unit or (record.unit is None and _value_alone(record))
    return record.value if own and record.value is not None and record.value > 0 else record.many


def _references(records: Sequence[EventRecord]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(record.reference for record in records))


def _institutions(target: Target, records: Sequence[EventRecord], setting: Setting) -> Achieved:
    """Count different institutions; of a known set only its members on those days."""
    held = [record for record in records if not _stated_zero(target, record)]
    found: dict[str, list[EventRecord]] = {}
    foreign: dict[str, None] = {}
    for record in held:
        if record.member is not None and (member := _member(record, setting.members)) is not None:
            found.setdefault(member, []).append(record)
        elif record.member is not None:
            foreign[record.member] = None
    unnamed = _many(record for record in held if record.member is None)
    notes = (*_note("no_member_named", unnamed), *_not_in_set(foreign), *_short_events(target, held))
    if not found and len(held) == len(records):
        return Achieved(None, None, notes=notes)
    counted_from = [record for records_of_one in found.values() for record in records_of_one]
    most = len(found) + unnamed
    high = most if setting.members is None else min(most, max(len(setting.members), len(found)))
    return Achieved(len(found), high, _references(counted_from or records), notes)


def _not_in_set(foreign: Mapping[str, None]) -> tuple[Reason, ...]:
    return (reason("not_in_set", members=", ".join(foreign)),) if foreign else ()


def _member(record: EventRecord, members: tuple[Member, ...] | None) -> str | None:
    """Return what identifies the record's institution, None if it is not in the set on that day."""
    named = " ".join((record.member or "").split()).casefold()
    if members is None:
        return named
    for member in members:
        if named in {member.id.casefold(), " ".join(member.name.split()).casefold()} and _valid(member, record):
            return member.id
    return None


def _valid(member: Member, record: EventRecord) -> bool:
    return (member.since is None or member.since <= record.held_on) and (member.until is None or record.held_on <= member.until)


def _steps(target: Target, records: Sequence[EventRecord], _: Setting) -> Achieved:
    """Count steps with evidence; a deliverable without named steps is one step."""
    wanted = [step.id for step in target.steps] or [target.id]
    stated = [(record, _step(target, record, wanted)) for record in records if record.value != 0]
    mine = [(record, step) for record, step in stated if step is not None]
    proved = {step: record for record, step in mine if record.evidence}
    claimed = {step for _, step in mine}
    notes = (
        *_note("no_evidence", sum(not record.evidence for record, _ in mine)),
        *_note("no_step_named", len(stated) - len(mine)),
    )
    if not proved and len(stated) == len(records):
        return Achieved(None, None, notes=notes)
    missing = ", ".join(step.label.en for step in target.steps if step.id not in proved)
    if missing:
        notes = (*notes, reason("steps_missing", steps=missing))
    counted_from = [record for record, step in mine if record.evidence] or list(records)
    return Achieved(len(proved), len(claimed), _references(counted_from), notes)


def _step(target: Target, record: EventRecord, wanted: Sequence[str]) -> str | None:
    if record.step in wanted:
        return record.step
    return wanted[0] if len(wanted) == 1 and (record.step is None or not target.steps) else None


def _activity(target: Target, records: Sequence[EventRecord], _: Setting) -> Achieved:
    """Count 1 if the service was active at all, with evidence."""
    active = [record for record in records if not _stated_zero(target, record)]
    proved = [record for record in active if record.evidence]
    notes = _note("no_evidence", _many(active) - _many(proved))
    if not proved and len(active) == len(records):
        return Achieved(None, None, notes=notes)
    return Achieved(min(len(proved), 1), min(len(active), 1), _references(proved or records), notes)


def _served(target: Target, records: Sequence[EventRecord], setting: Setting) -> Achieved:
    """Count those served, and beside them those who asked."""
    mine = _own_audience(target, records)
    asked = [record.requested for record in mine if record.requested is not None]
    requested = sum(asked) if asked else None
    counted = counted_of(target)
    if counted in {"unique_persons", "attendances", "families"}:
        bounds_of = {"unique_persons": _persons, "attendances": _visits, "families": _whole_families}[counted]
        counts = _counts(target, mine, bounds_of)
        served = _heads(target, mine, counts, summed(counts))
    else:
        # A record that only states the demand is not yet a service.
        services = [record for record in mine if record.requested is None or _tells_of_service(record)]
        served = _occurrences(target, services, setting)
    return Achieved(served.low, served.high, _references(mine), served.notes, requested)


def _tells_of_service(record: EventRecord) -> bool:
    numbers = (record.unique_persons, record.attendances, record.families, record.hours, record.value)
    return any(number is not None for number in numbers)


def _money(_: Target, records: Sequence[EventRecord], __: Setting) -> Achieved:
    stated = [(record, _euros(record)) for record in records]
    paid = [(record, euros) for record, euros in stated if euros is not None]
    if not paid:
        return Achieved(None, None)
    total = sum(euros for _, euros in paid)
    return Achieved(total, total, _references([record for record, _ in paid]))


def _euros(record: EventRecord) -> float | None:
    if record.amount is not None:
        return record.amount
    return record.value if record.unit == "eur" else None


def _newest_value(target: Target, records: Sequence[EventRecord], _: Setting) -> Achieved:
    for record in reversed(_own_audience(target, records)):
        value = _value_for(target, record)
        if value is not None:
            return Achieved(value, value, (record.reference,))
    return Achieved(None, None)


def _measured(target: Target, records: Sequence[EventRecord], setting: Setting) -> Achieved:
    """A stated value is the level itself; without one, what was counted is."""
    newest = _newest_value(target, records, setting)
    return newest if newest.low is not None else _by_counted(target, records, setting)


_Counter = Callable[[Target, Sequence[EventRecord], Setting], Achieved]
_COUNTERS: Final[Mapping[str, _Counter]] = {
    "set_n": _institutions,
    "set_all": _institutions,
    "frequency": _occurrences,
    "deliverable": _steps,
    "text_only": _steps,
    "provision": _activity,
    "on_demand": _served,
    "funding": _money,
    **dict.fromkeys(MEASURED_KINDS, _measured),
}
_COUNTERS_BY_COUNTED: Final[Mapping[str, _Counter]] = {
    "unique_persons": _unique_persons,
    "attendances": _attendances,
    "persons_at_one_event": _at_one_event,
    "events": _occurrences,
    "institutions": _institutions,
    "families": _families,
    "hours": _hours,
}

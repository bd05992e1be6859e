"""What a release may not show because an earlier one, taken away from it, would tell of a few people at risk or harmed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from analysis.head_counts import SMALLEST_HEAD_COUNT
from analysis.measures import MEASURED_KINDS
from analysis.sensitive import TELLING_FLAGS, counts_hours, counts_people
from questionnaires.plan_types import Plan
from surveyapp.ledger.documents import Cell, rows_in, rows_of
from surveyapp.releases import tables
from surveyapp.releases.tables import joined, parts_of

_REACHED: Final = ("achieved", "achieved_low", "achieved_high")
_HEADS: Final = ("unique_persons", "attendances", "families")
Key = tuple[Cell, ...]
Rows = Mapping[Key, Mapping[str, Cell]]


@dataclass(frozen=True, slots=True)
class _Published:
    """Targets and events of a release by their keys."""

    targets: Rows
    events: Rows

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "_Published":
        targets, events = (
            {tables.key_of(kind, row): row for row in rows_of(document, kind.name)}
            for kind in (tables.PLAN_TARGETS, tables.HEAD_COUNTS)
        )
        return cls(targets, events)


@dataclass(frozen=True, slots=True)
class _Found:
    """The keys of targets and of events whose numbers have to be hidden, beside those that are hidden anyhow."""

    targets: set[Key] = field(default_factory=set)
    events: set[Key] = field(default_factory=set)


def guarded(document: Mapping[str, Any], plan: Plan, earlier: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return *document* without numbers of sensitive rows that differ from an *earlier* release by fewer than 5.

    A number that an earlier release hid and this one would show stays hidden too where the row is sensitive: the step from one
    to the other would say on which side of 5 it lay (what nothing had been counted for yet may be shown later). With each goes
    whatever it could be worked out from: the total of a hidden event, the changed events of a hidden total, and the flags of
    its row. Counts of meetings are not of people and stay.
    """
    now = _Published.of(document)
    before = [_Published.of(one) for one in earlier]
    found = _Found()
    for row in plan.indicators:
        if row.sensitive:
            _search(_Published(_of_row(now.targets, row.id), _of_row(now.events, row.id)), before, found)
    return {**document, "tables": [_without(table, now, found) for table in document["tables"]]}


def _of_row(rows: Rows, indicator: str) -> Rows:
    return {key: row for key, row in rows.items() if row["indicator"] == indicator}


def _search(row: _Published, before: Sequence[_Published], found: _Found) -> None:
    """Add what must be hidden of one row of the plan."""
    people = {key: target for key, target in row.targets.items() if _of_people(target)}
    for one in before:
        found.events.update(key for key, event in row.events.items() if _tells(event, one.events.get(key)))
        for key, target in people.items():
            old = one.targets.get(key)
            if _tells(target, old):
                found.targets.add(key)
            if old is not None and _differ_little(target, old):
                found.events.update(_changed(target, row.events, one.events))
    hidden = {str(event["event"]) for key, event in row.events.items() if key in found.events}
    summed = {key: target for key, target in row.targets.items() if key in people or _of_hours(target)}
    found.targets.update(key for key, target in summed.items() if hidden & _events(target))
    gone = [_events(target) for key, target in people.items() if key in found.targets]
    found.targets.update(key for key, target in people.items() if any(part and part <= _events(target) for part in gone))


def _of_people(target: Mapping[str, Cell]) -> bool:
    return counts_people(str(target["unit"]), str(target["counted"]), str(target["kind"]))


def _of_hours(target: Mapping[str, Cell]) -> bool:
    return counts_hours(str(target["unit"]), str(target["counted"]))


def _tells(row: Mapping[str, Cell], old: Mapping[str, Cell] | None) -> bool:
    """Say whether *row* beside what an earlier release showed of it tells of few people."""
    return old is not None and ((bool(old["hidden"]) and not _from_nothing(old)) or _differ_little(row, old))


def _from_nothing(old: Mapping[str, Cell]) -> bool:
    """Say whether a hidden number was an open zero: it was counted from no event at all, which the release itself says."""
    return "target" in old and not old["counted_from"] and old["kind"] not in {*MEASURED_KINDS, "on_demand"}


def _differ_little(row: Mapping[str, Cell], old: Mapping[str, Cell]) -> bool:
    pairs = ((row[name], old[name]) for name in _numbers(row))
    known = ((float(one), float(other)) for one, other in pairs if one is not None and other is not None)
    return any(0 < abs(one - other) < SMALLEST_HEAD_COUNT for one, other in known)


def _numbers(row: Mapping[str, Cell]) -> tuple[str, ...]:
    """Return the columns that count people; of an on-demand target the number required is how many asked."""
    if "target" not in row:
        return _HEADS
    return (*_REACHED, "required") if row["kind"] == "on_demand" else _REACHED


def _changed(target: Mapping[str, Cell], events: Rows, old: Rows) -> set[Key]:
    """Return the events of *target* that an earlier release did not know or gave other numbers."""
    mine = {key: event for key, event in events.items() if str(event["event"]) in _events(target)}
    return {key for key, event in mine.items() if key not in old or any(event[name] != old[key][name] for name in _HEADS)}


def _events(target: Mapping[str, Cell]) -> set[str]:
    return set(parts_of(target["counted_from"]))


def _without(table: Mapping[str, Any], now: _Published, found: _Found) -> dict[str, Any]:
    kind = tables.KINDS[table["name"]]
    rows = rows_in(table)
    if kind is tables.PLAN_TARGETS:
        return kind.made(_hidden_target(row) if tables.key_of(kind, row) in found.targets else row for row in rows)
    if kind is tables.HEAD_COUNTS:
        blank: dict[str, Cell] = {**dict.fromkeys((*_HEADS, "hours")), "hidden": True}
        return kind.made(row | blank if tables.key_of(kind, row) in found.events else row for row in rows)
    if kind is tables.PLAN_ROWS:
        return kind.made(row | {"flags": _flags(row, now, found)} for row in rows)
    return dict(table)


def _hidden_target(row: Mapping[str, Cell]) -> dict[str, Cell]:
    return {**row, **dict.fromkeys(_numbers(row)), "certainty": None, "flags": "", "hidden": True}


def _flags(row: Mapping[str, Cell], now: _Published, found: _Found) -> str:
    """Return a row's flags without those that only numbers raised which are hidden now."""
    mine = _of_row(now.targets, str(row["indicator"]))
    if not mine.keys() & found.targets:
        return str(row["flags"])
    shown = {flag for key, target in mine.items() if key not in found.targets for flag in parts_of(target["flags"])}
    return joined(flag for flag in parts_of(row["flags"]) if flag in shown or flag not in TELLING_FLAGS)

"""What differs between two versions of a plan: rows, targets, days, money, bodies, lists, questions, each before and after."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Final, Literal, TypeVar

from questionnaires.plan_types import (
    Baseline,
    Indicator,
    Levels,
    Money,
    OpenQuestion,
    Period,
    Plan,
    Quarter,
    ReferenceSet,
    Target,
    Written,
)
from questionnaires.texts import Text

Part = Literal[
    "plan", "institution", "audience", "list", "member", "measured", "goal", "action", "row", "target", "step", "reading",
    "question",
]  # fmt: skip
Change = Literal["new", "gone", "moved", "changed"]
Fact = (Text | str | bool | float | date | Period | Baseline | Written | Levels | tuple["Fact", ...] | Quarter) | None
"""One value of a plan as its types hold it."""
T = TypeVar("T")

_PLAN: Final = ("title", "source", "municipality", "starts", "ends", "levels")
_ROW: Final = (
    *("name", "kind", "measured_as", "responsible", "co_responsible", "quarters", "sensitive"),
    *("reading_note", "source_line"),
)
_TARGET: Final = (
    *("label", "kind", "comparator", "value", "upper", "unit", "counted", "period", "audience", "ages", "of_set"),
    *("per_event_hours", "per_event_sessions", "baseline", "written", "prerequisite"),
)
_READING: Final = ("label", "period", "value", "unit", "counted", "comparator")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: a ``part`` of the plan with its ``id``, in the row ``row`` where it has one.

    ``changed`` names the ``field``; ``moved`` holds the earlier id in ``before`` and the later one in ``after``; of what is
    ``new`` or ``gone`` the name stands in ``after`` or ``before``.
    """

    part: Part
    id: str
    change: Change
    field: str | None = None
    before: Fact = None
    after: Fact = None
    row: str | None = None

    def to_json(self) -> dict[str, object]:
        """Return it as plain JSON; a text in its three languages."""
        return {
            "part": self.part,
            "id": self.id,
            "row": self.row,
            "change": self.change,
            "field": self.field,
            "before": plain(self.before),
            "after": plain(self.after),
        }


def compare(before: Plan, after: Plan) -> tuple[Difference, ...]:
    """Return what differs from *before* to *after*: the plan itself first, then its lists, then row by row."""
    return tuple(
        chain(
            _fields("plan", after.id, before, after, _PLAN),
            *_parts(before, after),
            _reference_sets(before.reference_sets, after.reference_sets),
            _questions(before.questions, after.questions, None),
            _rows(before, after),
        )
    )


def plain(fact: Fact) -> object:
    """Return a value as JSON can hold it."""
    match fact:
        case date():
            return fact.isoformat()
        case Quarter():
            return f"{fact.year} Q{fact.quarter}" + ("" if fact.sureness == "sure" else " (unsure)")
        case tuple():
            return [plain(each) for each in fact]
        case Text() | Levels() | Period() | Baseline() | Written():
            found = {name: getattr(fact, name) for name in fact.__dataclass_fields__}
            return {name: plain(value) for name, value in found.items() if value is not None}
        case _:
            return int(fact) if isinstance(fact, float) and fact.is_integer() else fact


def _parts(before: Plan, after: Plan) -> Iterator[Iterator[Difference]]:
    """Compare what stands in lists under ids and has a name, goals and actions among it."""
    named: tuple[tuple[Part, Callable[[Plan], dict[str, Text | None]]], ...] = (
        ("institution", lambda plan: {each.id: each.name for each in plan.institutions}),
        ("audience", lambda plan: dict(plan.audiences)),
        ("measured", lambda plan: {each.id: each.name for each in plan.measured}),
    )
    for part, of in named:
        yield _texts(part, of(before), of(after))
    old, new = ({each.number: each for each in plan.goals} for plan in (before, after))
    yield _pairs("goal", old, new, lambda goal: goal.title or goal.note, ("title", "lost", "note"))
    earlier, later = ({each.number: each for each in plan.actions} for plan in (before, after))
    yield _pairs("action", earlier, later, lambda action: action.title, ("title", "goal"))


def _texts(part: Part, before: Mapping[str, Text | None], after: Mapping[str, Text | None]) -> Iterator[Difference]:
    for name in dict.fromkeys((*after, *before)):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            yield Difference(part, name, "new" if old is None else "gone", None, old, new)
        elif old != new:
            yield Difference(part, name, "changed", "name", old, new)


def _pairs(
    part: Part,
    before: Mapping[str, T],
    after: Mapping[str, T],
    name_of: Callable[[T], Fact],
    fields: Sequence[str],
    row: str | None = None,
) -> Iterator[Difference]:
    """Compare what both have under the same id by its *fields*; what only one has is new or gone, with its name."""
    for name in dict.fromkeys((*after, *before)):
        old, new = before.get(name), after.get(name)
        if new is None and old is not None:
            yield Difference(part, name, "gone", None, name_of(old), None, row)
        elif old is None and new is not None:
            yield Difference(part, name, "new", None, None, name_of(new), row)
        elif old is not None and new is not None:
            yield from _fields(part, name, old, new, fields, row)


def _fields(
    part: Part, name: str, old: object, new: object, fields: Sequence[str], row: str | None = None
) -> Iterator[Difference]:
    for field in fields:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield Difference(part, name, "changed", field, before, after, row)


def _reference_sets(before: Sequence[ReferenceSet], after: Sequence[ReferenceSet]) -> Iterator[Difference]:
    old, new = ({each.id: each for each in sets} for sets in (before, after))
    yield from _pairs("list", old, new, lambda listed: listed.name, ("name", "source"))
    for name in [each for each in new if each in old]:
        members, later = ({each.id: each for each in sets[name].members or ()} for sets in (old, new))
        yield from _pairs("member", members, later, lambda member: member.name, ("name", "since", "until"), name)


def _questions(before: Sequence[OpenQuestion], after: Sequence[OpenQuestion], row: str | None) -> Iterator[Difference]:
    old, new = ({each.id: each for each in questions} for questions in (before, after))
    yield from _pairs("question", old, new, lambda question: question.text, ("about", "text", "options"), row)


def _rows(before: Plan, after: Plan) -> Iterator[Difference]:
    """Compare row by row: one that is gone and comes again elsewhere under the same name has moved."""
    old, new = ({row.id: row for row in plan.indicators} for plan in (before, after))
    moved = _moved(
        [row for row in before.indicators if row.id not in new], [row for row in after.indicators if row.id not in old]
    )
    for name, row in new.items():
        earlier = old.get(name) or moved.get(name)
        if earlier is None:
            yield Difference("row", name, "new", None, None, row.name, name)
            continue
        if earlier.id != name:
            yield Difference("row", name, "moved", None, earlier.id, name, name)
        yield from _row(earlier, row)
    gone = {row.id for row in moved.values()}
    for name, row in old.items():
        if name not in new and name not in gone:
            yield Difference("row", name, "gone", None, row.name, None, name)


def _moved(gone: Sequence[Indicator], new: Sequence[Indicator]) -> dict[str, Indicator]:
    """Return the new rows that stood elsewhere before: one name, once on either side."""
    found: dict[str, Indicator] = {}
    for row in new:
        same = [each for each in gone if each.name == row.name]
        twins = [each for each in new if each.name == row.name]
        if len(same) == len(twins) == 1:
            found[row.id] = same[0]
    return found


def _row(before: Indicator, after: Indicator) -> Iterator[Difference]:
    yield from _fields("row", after.id, before, after, _ROW, after.id)
    yield from _money(before.money, after.money, after.id)
    yield from _questions(before.questions, after.questions, after.id)
    old = {_short(target): replace(target, id=f"{after.id}/{_short(target)}") for target in before.targets}
    new = {_short(target): target for target in after.targets}
    for short in dict.fromkeys((*new, *old)):
        yield from _target(f"{after.id}/{short}", old.get(short), new.get(short), after.id)


def _short(target: Target) -> str:
    return target.id.partition("/")[2]


def _money(before: Money, after: Money, row: str) -> Iterator[Difference]:
    """Compare the money of a row year by year, and where it comes from."""
    old, new = dict(before.by_year), dict(after.by_year)
    for year in sorted({*old, *new}):
        if old.get(year) != new.get(year):
            yield Difference("row", row, "changed", f"money {year}", old.get(year), new.get(year), row)
    if before.sources != after.sources:
        yield Difference("row", row, "changed", "money_sources", before.sources, after.sources, row)


def _target(name: str, before: Target | None, after: Target | None, row: str) -> Iterator[Difference]:
    if before is None or after is None:
        change: Change = "new" if before is None else "gone"
        yield Difference("target", name, change, None, before.label if before else None, after.label if after else None, row)
        return
    yield from _fields("target", name, before, after, _TARGET, row)
    steps, later = ({f"{name}/{each.id}": each for each in target.steps} for target in (before, after))
    yield from _pairs("step", steps, later, lambda step: step.label, ("label",), row)
    ways, others = ({f"{name}/{each.id}": each for each in target.readings} for target in (before, after))
    yield from _pairs("reading", ways, others, lambda reading: reading.label, _READING, row)

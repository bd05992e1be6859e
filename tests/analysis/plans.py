"""Small plans and events for the tests of targets: only what a test is about need be said."""

from dataclasses import replace
from datetime import date
from typing import Any

from analysis.cases import Flag
from analysis.head_counts import EventRecord
from analysis.progress import IndicatorResult, TargetResult, judge
from questionnaires.plan_types import (
    Baseline,
    Indicator,
    Member,
    Money,
    Period,
    Plan,
    Quarter,
    Reading,
    ReferenceSet,
    Step,
    Target,
)
from questionnaires.texts import Text

ROW = "5.1.a"
CLOSED = "2028-03-01"
"""A day on which every window of the plan has closed."""


def text(words: str) -> Text:
    return Text(words, words, words)


def day(words: str) -> date:
    return date.fromisoformat(words)


def at_least(number: float, **changes: Any) -> Target:  # noqa: ANN401 - any field of a target
    target = Target(f"{ROW}/persons", "count_min", "ge", "persons", "unique_persons", Period("plan"), text("people"), number)
    return replace(target, **changes)


def target(kind: Any, comparator: str, unit: Any = "persons", **changes: Any) -> Target:  # noqa: ANN401 - any field
    made = Target(f"{ROW}/promise", kind, comparator, unit, "not_stated", Period("plan"), text("a promise"))
    return replace(made, **changes)


def row(*targets: Target, indicator: str = ROW, quarters: tuple[Quarter, ...] = ()) -> Indicator:
    named = indicator.rpartition(".")[0]
    return Indicator(indicator, named, text("a row"), 1, (), quarters, targets, Money((), ()))


def plan(*rows: Indicator, starts: str = "2025-01-01", ends: str = "2027-12-31", sets: tuple[ReferenceSet, ...] = ()) -> Plan:
    audiences = (("teachers", Text("skolotāji", "teachers", "учителя")), ("parents", Text("vecāki", "parents", "родители")))
    names = ("trial", 1, "Somewhere", text("a plan"), "a source", day(starts), day(ends))
    return Plan(*names, (), audiences, sets, (), (), rows)


def event(held_on: str, reference: str = "", **facts: Any) -> EventRecord:  # noqa: ANN401 - any field of an event
    return EventRecord(reference or f"on {held_on}", facts.pop("indicator", ROW), day(held_on), "an event", **facts)


def results(made: Plan, events: list[EventRecord], as_of: str) -> list[TargetResult]:
    return list(judge(made, events, day(as_of)).targets)


def result(promise: Target, events: list[EventRecord], as_of: str, **row_facts: Any) -> TargetResult:  # noqa: ANN401 - of a row
    """Judge a row of one target with one window."""
    [only] = results(plan(row(promise, **row_facts)), events, as_of)
    return only


def row_result(made: Plan, events: list[EventRecord], as_of: str) -> IndicatorResult:
    """Judge a plan of one row."""
    [only] = judge(made, events, day(as_of)).indicators
    return only


def members(*names: str) -> tuple[Member, ...]:
    return tuple(Member(name.lower(), name) for name in names)


def kindergartens(*names: str) -> ReferenceSet:
    return ReferenceSet("kindergartens", text("kindergartens"), members(*names) or None)


def steps(*names: str) -> tuple[Step, ...]:
    return tuple(Step(name, text(name)) for name in names)


def reading(name: str, **facts: Any) -> Reading:  # noqa: ANN401 - any field of a reading
    return Reading(name, text(name), **facts)


def baseline(value: float) -> Baseline:
    return Baseline(value, date(2024, 12, 31), "the yearly report")


def codes(found: TargetResult) -> list[str]:
    return [reason.code for reason in found.because]


def verdict(found: TargetResult) -> tuple[str, str | None, tuple[Flag, ...]]:
    return found.degree, found.timing, found.flags

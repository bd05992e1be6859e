"""What a statement is about, read from an address: the kind, and the row, target, window, year or list that it concerns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from analysis.conflict_readings import with_ways
from analysis.statement_checks import (
    find_question,
    find_target,
    is_measured,
    measured_name,
    measured_parts,
    sections,
    window_starts,
)
from analysis.statements import Kind
from questionnaires.plan_types import Indicator, OpenQuestion, Plan, ReferenceSet, Target


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody wants to state something about; ``about`` is the subject, or as much of it as is known before."""

    kind: Kind
    about: str
    row: Indicator | None = None
    target: Target | None = None
    question: OpenQuestion | None = None
    of_set: ReferenceSet | None = None
    window: date | None = None
    year: int | None = None
    step: str | None = None
    event: int | None = None
    on: date | None = None
    body: str | None = None


def find(plan: Plan, kind: str, about: str) -> Place | None:
    """Return the place that *about* names, None if the plan has none such."""
    known = next((each for each in _FINDERS if each == kind), None)
    return None if known is None else _FINDERS[known](plan, known, about)


def _target(plan: Plan, kind: Kind, about: str) -> Place | None:
    found = find_target(plan, about)
    return Place(kind, about, *found) if found else None


def _reading(plan: Plan, kind: Kind, about: str) -> Place | None:
    """A target that can be read in several ways, or about which the plan contradicts itself."""
    place = _target(with_ways(plan, {about}), kind, about)
    return place if place and place.target and place.target.readings else None


def _question(plan: Plan, kind: Kind, about: str) -> Place | None:
    row_id, _, name = about.partition("/")
    question = find_question(plan, row_id, name)
    return Place(kind, about, _row(plan, row_id), question=question) if question else None


def _measured(plan: Plan, kind: Kind, about: str) -> Place | None:
    """A row is measured under its own name or under that of what several rows measure together; parts stand after a slash."""
    what, at, day = about.partition("@")
    name, _, part = what.partition("/")
    rows, on = plan.rows_fed_by(name), _day(day)
    if not rows or not is_measured(rows[0]) or (at and on is None):
        return None
    parts = measured_parts(rows[0])
    if part not in (parts or ("",)):
        return None
    target = next((each for each in rows[0].targets if part and each.id.endswith(f"/{part}")), None)
    named = next((row for row in rows if row.id == name), rows[0])
    about = about.replace(name, measured_name(named), 1)
    return Place(kind, about, named, target, on=on)


def _set(plan: Plan, kind: Kind, about: str) -> Place | None:
    found = next((each for each in plan.reference_sets if each.id == about), None)
    return Place(kind, about, of_set=found) if found else None


def _money(plan: Plan, kind: Kind, about: str) -> Place | None:
    row_id, _, year = about.partition("@")
    row = _row(plan, row_id)
    if row is None or year not in {str(each) for each in range(plan.starts.year, plan.ends.year + 1)}:
        return None
    return Place(kind, about, row, year=int(year))


def _windowed(plan: Plan, kind: Kind, about: str) -> Place | None:
    name, _, rest = about.partition("@")
    start, _, body = rest.partition("#")
    found, window = find_target(plan, name), _day(start)
    if found is None or window not in window_starts(plan, *found):
        return None
    return Place(kind, about, *found, window=window, body=body or None)


def _override(plan: Plan, kind: Kind, about: str) -> Place | None:
    row = _row(plan, about)
    return Place(kind, about, row) if row else _windowed(plan, kind, about)


def _substituted(plan: Plan, kind: Kind, about: str) -> Place | None:
    name, _, what = about.partition("@")
    found = find_target(plan, name)
    if found is None:
        return None
    if what.isdecimal() and len(what) < len("1000000000"):
        return Place(kind, about, *found, event=int(what))
    steps = {step.id for step in found[1].steps} or {"-"}
    return Place(kind, about, *found, step=None if what == "-" else what) if what in steps else None


def _conclusion(plan: Plan, kind: Kind, about: str) -> Place | None:
    section, _, _year = about.partition("@")
    place = _of_year(plan, kind, about)
    return place if section in sections(plan) else None


def _proposal(plan: Plan, kind: Kind, about: str) -> Place | None:
    number, _, _year = about.partition("@")
    place = _of_year(plan, kind, about)
    return place if number.isdecimal() and 0 < len(number) < len("10000") else None


def _of_year(plan: Plan, kind: Kind, about: str) -> Place | None:
    year = about.partition("@")[2]
    inside = year in {str(each) for each in range(plan.starts.year, plan.ends.year + 1)}
    return Place(kind, about, year=int(year)) if inside else None


def _row(plan: Plan, row_id: str) -> Indicator | None:
    return next((each for each in plan.indicators if each.id == row_id), None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_FINDERS: Final[Mapping[Kind, Callable[[Plan, Kind, str], Place | None]]] = MappingProxyType(
    {
        "reading": _reading,
        "answer": _question,
        "measurement": _measured,
        "baseline": _target,
        "members": _set,
        "money": _money,
        "override": _override,
        "judgement": _windowed,
        "substitution": _substituted,
        "explanation": _windowed,
        "conclusion": _conclusion,
        "proposal": _proposal,
    }
)

"""Where plans contradict themselves or each other: each finding with both places, what disagrees, and what would settle it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from types import MappingProxyType
from typing import Final, Literal

from analysis.reasons import Fact, fact_text
from analysis.windows import quarter_end, windows_of
from questionnaires.plan_conflicts import conflicts_of
from questionnaires.plan_types import Indicator, Plan, Quarter, Target

Code = Literal[
    "written_sign", "written_mark", "opposite_directions", "different_sizes", "different_numbers", "different_units",
    "different_periods", "ceiling_below_floor", "whole_below_parts", "prerequisite_later", "outside_plan",
    "mark_after_deadline", "period_not_held", "year_without_mark", "money_differs", "nobody_responsible",
    "unsure_without_question",
]  # fmt: skip

# What disagrees, and what would settle it.
MESSAGES: Final[Mapping[Code, tuple[str, str]]] = MappingProxyType(
    {
        "written_sign": (
            "The verb and the sign beside the number say different directions.",
            "Decide which direction holds, as for a row that can be read in two ways.",
        ),
        "written_mark": (
            "The verb and the mark beside the number say different directions.",
            "Decide which direction holds, as for a row that can be read in two ways.",
        ),
        "opposite_directions": (
            "The same thing is to grow in one place and to fall in the other.",
            "Ask who wrote the plan which direction is meant, and correct the other place.",
        ),
        "different_sizes": (
            "The same change has two sizes: {one} and {other}.",
            "Look the number up in the data it was taken from, and correct the other place.",
        ),
        "different_numbers": (
            "The same promise has two numbers: {one} and {other} ({unit}).",
            "Decide which number holds, and correct the other place.",
        ),
        "different_units": (
            "The same promise is counted in two units: {one} and {other}.",
            "Decide what is counted, and correct the other place.",
        ),
        "different_periods": (
            "The same promise of {number} ({unit}) holds for two different periods: {one} and {other}.",
            "Decide for how long the number holds, and correct the other place.",
        ),
        "ceiling_below_floor": (
            "At most {most} are allowed where at least {least} are promised ({unit}).",
            "Decide which of the two numbers holds.",
        ),
        "whole_below_parts": (
            "The number for the whole plan, {whole}, is smaller than the yearly ones together, {parts} ({unit}).",
            "Decide whether the number holds for the plan or for a year.",
        ),
        "prerequisite_later": (
            "What must be done first is planned from {first}, what needs it already from {then}.",
            "Plan the first thing earlier or the second later, or decide that it may begin without.",
        ),
        "outside_plan": (
            "The promise is for {day}, but the plan holds from {starts} to {ends}.",
            "Correct the day or the year.",
        ),
        "mark_after_deadline": (
            "The deadline is {day}, but a quarter is marked that ends on {mark}.",
            "Decide whether the deadline or the mark holds.",
        ),
        "period_not_held": (
            "The period promised ({period}) is longer than the plan: not one whole period lies in it.",
            "Decide which period is meant, or how much is asked of a part of it.",
        ),
        "year_without_mark": (
            "It is promised for every year, but no quarter of {years} is marked.",
            "Decide whether the years without a mark are meant, and mark their quarters.",
        ),
        "money_differs": (
            "{one} EUR are promised for {year}, but {other} EUR stand in the column of money.",
            "Look it up in the budget, and correct the other number.",
        ),
        "nobody_responsible": (
            "Nobody answers for this row.",
            "Name the institution that answers for it.",
        ),
        "unsure_without_question": (
            "Marked quarters were read unsurely, and no question asks about them.",
            "Look at the source again, or add a question for the group.",
        ),
    }
)
"""For each code what disagrees and what would settle it, in English; the names in braces are the facts that come with it."""

_ANYWHERE: Final = frozenset({"plan", "not_stated"})
_YEARLY: Final = frozenset({"year", "continuous", "on_request"})
_FLOORS: Final = frozenset({"ge", "bare", "between", "approx"})
_REPEATABLE: Final = frozenset({"unique_persons", "institutions", "families", "persons_at_one_event"})
"""The same people may come every year, so that their number for the plan may be smaller than the yearly ones together."""
_NUMBERS: Final = re.compile(r"[\d.,\s]+")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a plan: its id, the row, the target if one is meant, and the line of the source."""

    plan: str
    row: str
    target: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction; ``second`` is None where a place contradicts itself."""

    code: Code
    first: Spot
    second: Spot | None
    facts: tuple[tuple[str, Fact], ...] = ()

    @property
    def text(self) -> str:
        """What disagrees, in English."""
        return MESSAGES[self.code][0].format(**{name: fact_text(fact) for name, fact in self.facts})

    @property
    def settled_by(self) -> str:
        """What would settle it, in English."""
        return MESSAGES[self.code][1]

    def to_json(self) -> dict[str, object]:
        """Return both places, what disagrees and what would settle it."""
        spots = [{"plan": each.plan, "row": each.row, "target": each.target, "line": each.line} for each in self.spots]
        return {"code": self.code, "places": spots, "disagrees": self.text, "settled_by": self.settled_by}

    @property
    def spots(self) -> tuple[Spot, ...]:
        """Both places."""
        return (self.first,) if self.second is None else (self.first, self.second)


@dataclass(frozen=True, slots=True)
class _At:
    """A target in its row and plan."""

    plan: Plan
    row: Indicator
    target: Target

    @property
    def spot(self) -> Spot:
        return Spot(self.plan.id, self.row.id, self.target.id, self.row.source_line)


def contradictions(plans: Sequence[Plan]) -> tuple[Finding, ...]:
    """Return every contradiction within each of *plans* and between them, in the order of the plans and their rows."""
    found = [each for plan in plans for look in _WITHIN for each in look(plan)]
    found += [each for one, other in combinations(plans, 2) for each in _between(one, other)]
    places = {(plan.id, row.id): (at, number) for at, plan in enumerate(plans) for number, row in enumerate(plan.indicators)}
    return tuple(sorted(dict.fromkeys(found), key=lambda each: places[each.first.plan, each.first.row]))


def _written(plan: Plan) -> Iterator[Finding]:
    """What a line says of a change, against its own sign and mark and against the other lines of the same measured thing."""
    spots = {each.target.id: each.spot for each in _targets(plan)}
    values = {each.target.id: each.target.value for each in _targets(plan)}
    codes: dict[str, Code] = {
        "sign": "written_sign",
        "mark": "written_mark",
        "direction": "opposite_directions",
        "size": "different_sizes",
    }
    order = list(spots)
    for conflict in conflicts_of(plan):
        if conflict.other is not None and order.index(conflict.other) < order.index(conflict.target):
            continue  # told from the other side already
        facts: dict[str, Fact] = {}
        if conflict.kind == "size":
            facts = {"one": values[conflict.target] or 0, "other": values[conflict.other or ""] or 0}
        second = spots[conflict.other] if conflict.other else None
        yield Finding(codes[conflict.kind], spots[conflict.target], second, tuple(facts.items()))


def _inside(plan: Plan) -> Iterator[Finding]:
    """Promises of one row, and of rows with the same name, that cannot hold together."""
    for one, other in combinations(_targets(plan), 2):
        same_row = one.row.id == other.row.id
        if same_row or _same_name(one.row, other.row):
            yield from _pair(one, other, same_row=same_row)


def _between(one: Plan, other: Plan) -> Iterator[Finding]:
    for first in _targets(one):
        for second in _targets(other):
            if _same_name(first.row, second.row) and _overlap(one, other):
                yield from _pair(first, second, same_row=False)


def _pair(one: _At, other: _At, *, same_row: bool) -> Iterator[Finding]:
    alike = _counts_the_same(one.target, other.target)
    if alike and one.target.period == other.target.period:
        yield from _ceiling(one, other)
        if not same_row or _label(one.target) == _label(other.target):
            yield from _numbers(one, other)
    elif alike and not _is_series(one, other):
        yield from _whole(one, other)
        if not same_row:
            yield from _periods(one, other)
    if not same_row and _label(one.target) == _label(other.target) and one.target.unit != other.target.unit:
        yield _finding("different_units", one, other, one=one.target.unit, other=other.target.unit)


def _numbers(one: _At, other: _At) -> Iterator[Finding]:
    numbers = one.target.value, other.target.value
    same_kind = one.target.comparator == other.target.comparator and one.target.kind == other.target.kind
    shared = one.row.measured_as is not None and one.row.measured_as == other.row.measured_as
    if None not in numbers and numbers[0] != numbers[1] and same_kind and not (shared and _is_change(one.target)):
        yield _finding("different_numbers", one, other, one=numbers[0] or 0, other=numbers[1] or 0, unit=one.target.unit)


def _periods(one: _At, other: _At) -> Iterator[Finding]:
    same = one.target.value == other.target.value is not None and one.target.comparator == other.target.comparator
    kinds = one.target.period.kind, other.target.period.kind
    if same and kinds[0] != kinds[1] and not set(kinds) & {"by", "from", "named_year"}:
        facts: dict[str, Fact] = {"number": one.target.value or 0, "unit": one.target.unit}
        yield _finding("different_periods", one, other, **facts, one=kinds[0], other=kinds[1])


def _ceiling(one: _At, other: _At) -> Iterator[Finding]:
    for ceiling, floor in ((one, other), (other, one)):
        most, least = ceiling.target.value, floor.target.value
        pair = ceiling.target.comparator == "le" and floor.target.comparator in _FLOORS
        if pair and most is not None and least is not None and most < least:
            yield _finding("ceiling_below_floor", ceiling, floor, most=most, least=least, unit=floor.target.unit)


def _whole(one: _At, other: _At) -> Iterator[Finding]:
    for whole, yearly in ((one, other), (other, one)):
        kinds = whole.target.period.kind, yearly.target.period.kind
        if kinds[0] not in _ANYWHERE or kinds[1] not in _YEARLY or whole.target.counted in _REPEATABLE:
            continue
        if whole.target.comparator not in {"le", "ge", "bare"} or yearly.target.comparator not in {"ge", "bare"}:
            continue
        windows = [each for each in windows_of(yearly.target.period, yearly.plan, yearly.row.quarters) if each.cut is None]
        parts = (yearly.target.value or 0) * len(windows)
        if whole.target.value is not None and whole.target.value < parts:
            yield _finding("whole_below_parts", whole, yearly, whole=whole.target.value, parts=parts, unit=whole.target.unit)


def _prerequisites(plan: Plan) -> Iterator[Finding]:
    by_id = {each.target.id: each for each in _targets(plan)}
    for then in _targets(plan):
        first = by_id.get(then.target.prerequisite or "")
        if first is None:
            continue
        begins, needed = _begins(then), _begins(first)
        if begins is not None and needed is not None and begins < needed:
            yield _finding("prerequisite_later", first, then, first=needed, then=begins)


def _begins(at: _At) -> date | None:
    """Return the first day for which the work is planned: of its first surely marked quarter, or of a period that names one."""
    sure = [quarter for quarter in at.row.quarters if quarter.sureness == "sure"]
    if sure:
        return min(_quarter_start(quarter) for quarter in sure)
    period = at.target.period
    if period.kind == "named_year" and period.year is not None:
        return date(period.year, 1, 1)
    return period.day if period.kind == "from" else None


def _days(plan: Plan) -> Iterator[Finding]:
    for at in _targets(plan):
        period = at.target.period
        year = date(period.year, 1, 1) if period.kind == "named_year" and period.year else None
        day = period.day if period.kind in {"by", "from"} else year
        outside = day is not None and not (plan.starts <= day <= plan.ends)
        if year is not None:
            outside = not plan.starts.year <= year.year <= plan.ends.year
        if day is not None and outside:
            yield _finding("outside_plan", at, None, day=day, starts=plan.starts, ends=plan.ends)
        if period.kind == "by" and period.day is not None:
            late = [end for end in map(quarter_end, _sure(at.row)) if _quarter_starts_after(end, period.day)]
            if late:
                yield _finding("mark_after_deadline", at, None, day=period.day, mark=max(late))


def _quarter_starts_after(end: date, day: date) -> bool:
    return date(end.year, end.month - 2, 1) > day


def _frequencies(plan: Plan) -> Iterator[Finding]:
    """Numbers per period that the plan, or the quarters marked in it, cannot hold."""
    for at in _targets(plan):
        kind = at.target.period.kind
        windows = windows_of(at.target.period, plan, at.row.quarters)
        if kind in {"year", "half_year", "quarter", "month"} and all(each.cut for each in windows):
            yield _finding("period_not_held", at, None, period=kind)
        if kind == "two_years" and all(each.cut for each in windows):
            yield _finding("period_not_held", at, None, period=kind)
    for row in plan.indicators:
        yearly = [target for target in row.targets if target.period.kind == "year" and len(target.readings) < 2]  # noqa: PLR2004 - decided, or clear from the start
        marked = {quarter.year for quarter in row.quarters}
        empty = [year for year in range(plan.starts.year, plan.ends.year + 1) if year not in marked]
        if yearly and marked and empty:
            yield _finding("year_without_mark", _At(plan, row, yearly[0]), None, years=", ".join(map(str, empty)))


def _money(plan: Plan) -> Iterator[Finding]:
    for at in _targets(plan):
        promised = at.target.value
        if at.target.kind != "funding" or promised is None or at.target.period.kind != "year":
            continue
        for year, euros in at.row.money.by_year:
            if euros != promised:
                yield _finding("money_differs", at, None, one=promised, year=str(year), other=euros)


def _rows(plan: Plan) -> Iterator[Finding]:
    for row in plan.indicators:
        spot = Spot(plan.id, row.id, None, row.source_line)
        if not row.responsible and row.kind == "measure":
            yield Finding("nobody_responsible", spot, None)
        if any(quarter.sureness == "unsure" for quarter in row.quarters) and not row.questions:
            yield Finding("unsure_without_question", spot, None)


def _finding(code: Code, first: _At, second: _At | None, /, **facts: Fact) -> Finding:
    return Finding(code, first.spot, second.spot if second else None, tuple(facts.items()))


def _targets(plan: Plan) -> list[_At]:
    return [_At(plan, row, target) for row in plan.indicators for target in row.targets]


def _counts_the_same(one: Target, other: Target) -> bool:
    """Say whether two targets count the same thing of the same people; whom one does not name may be the other's."""
    same = (one.unit, one.counted, one.ages, one.of_set) == (other.unit, other.counted, other.ages, other.of_set)
    lengths = one.per_event_hours == other.per_event_hours and one.per_event_sessions == other.per_event_sessions
    return same and lengths and one.audience == other.audience


def _is_series(one: _At, other: _At) -> bool:
    return "series" in {one.target.kind, other.target.kind}


def _is_change(target: Target) -> bool:
    return target.comparator.startswith(("delta", "trend"))


def _same_name(one: Indicator, other: Indicator) -> bool:
    if one.measured_as is not None or other.measured_as is not None:
        return one.measured_as == other.measured_as
    return _plain(one.name.lv) == _plain(other.name.lv)


def _overlap(one: Plan, other: Plan) -> bool:
    return one.starts <= other.ends and other.starts <= one.ends


def _label(target: Target) -> str:
    return _plain(_NUMBERS.sub(" ", target.label.lv))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _sure(row: Indicator) -> list[Quarter]:
    return [quarter for quarter in row.quarters if quarter.sureness == "sure"]


def _quarter_start(quarter: Quarter) -> date:
    return date(quarter.year, 3 * quarter.quarter - 2, 1)


_WITHIN: Final[tuple[Callable[[Plan], Iterable[Finding]], ...]] = (
    _written,
    _inside,
    _prerequisites,
    _days,
    _frequencies,
    _money,
    _rows,
)

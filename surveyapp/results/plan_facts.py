"""What is stated about one row, as its page shows it: measured values year on year, judgements, money, other work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from analysis.cases import scale_of
from analysis.statement_checks import is_measured, measured_name, measured_parts, window_starts
from analysis.statements import Measurement
from questionnaires.plan_types import Indicator, Target
from surveyapp.core.access import Actor
from surveyapp.plans.rules import Chain
from surveyapp.results.plan_money import Line, of_row
from surveyapp.results.plan_results import JudgedPlan
from surveyapp.results.plan_rules import Row
from surveyapp.results.plan_statements import hidden_from

WIDTH: Final = 320
HEIGHT: Final = 120
_LEFT, _RIGHT, _TOP, _FLOOR = 40, 14, 14, 92
_REASON_ASKED: Final = frozenset({"over_target", "ceiling_exceeded"})


@dataclass(frozen=True, slots=True)
class Value:
    """One measured value, of a part if there are several; ``value`` is None where it is hidden from this person."""

    chain: Chain
    on: date
    value: float | None
    source: str
    part: Target | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """What can be measured of a row: its only number, or one of its parts (then ``target``); ``about`` names it."""

    about: str
    target: Target | None


@dataclass(frozen=True, slots=True)
class Dot:
    """A value in the chart: its place, and the texts beside it."""

    x: float
    y: float
    value: float
    on: date


@dataclass(frozen=True, slots=True)
class Chart:
    """Values over time on a scale that begins at zero (or below it); ``floor`` is where zero lies."""

    dots: tuple[Dot, ...]
    floor: float

    @property
    def line(self) -> str:
        """The points of the line that joins the dots."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


@dataclass(frozen=True, slots=True)
class Window:
    """What is stated about a target in one window, and whether a reason is asked for."""

    about: str
    override: Chain | None
    explanation: Chain | None
    reason_asked: bool
    judgements: tuple[Chain, ...]
    may_be_judged: bool


@dataclass(frozen=True, slots=True)
class Based:
    """A target that promises a change, and where its baseline was stated."""

    target: Target
    chain: Chain | None


@dataclass(frozen=True, slots=True)
class Replaceable:
    """A step whose place other work may take."""

    about: str
    target: Target
    step: str | None
    chain: Chain | None


@dataclass(frozen=True, slots=True)
class RowFacts:
    """Everything stated about a row; ``counted`` names for each target the events that it was counted from."""

    measures: tuple[Measure, ...]
    values: tuple[Value, ...]
    chart: Chart | None
    baselines: tuple[Based, ...]
    money: tuple[Line, ...]
    override: Chain | None
    other_work: tuple[Chain, ...]
    steps: tuple[Replaceable, ...]
    windows: dict[tuple[str, date], Window]
    counted: dict[str, frozenset[str]]

    @property
    def money_known(self) -> bool:
        """Whether anything is planned or stated about the row's money."""
        return any(line.chain or line.in_plan is not None for line in self.money)


def facts_of(judged: JudgedPlan, row: Row, person: Actor) -> RowFacts:
    """Return what *person* may see of all that is stated about a row."""
    indicator = row.indicator
    values = tuple(_values(judged, indicator, person))
    return RowFacts(
        measures=tuple(_measures(indicator)),
        values=values,
        chart=_chart(judged, indicator, values),
        baselines=tuple(Based(each, judged.chain("baseline", each.id)) for each in indicator.targets if needs_baseline(each)),
        money=tuple(of_row(judged, indicator, every_year=True)),
        override=judged.chain("override", indicator.id),
        other_work=tuple(each for target in indicator.targets for each in judged.chains_of("substitution", f"{target.id}@")),
        steps=tuple(each for target in indicator.targets for each in _steps(judged, target)),
        windows=dict(_windows(judged, row)),
        counted={
            target.id: frozenset(
                reference for each in row.targets if each.result.target == target.id for reference in each.result.events
            )
            for target in indicator.targets
        },
    )


def needs_baseline(target: Target) -> bool:
    """Say whether a target promises a change, which is judged from a baseline."""
    return scale_of(target) in {"change", "direction"}


def measured_about(row: Indicator, target: Target) -> str:
    """Return the name under which a measured value of *target* is stated: its row's, or its own part of it."""
    part = target.id.rpartition("/")[2]
    return f"{measured_name(row)}/{part}" if part in measured_parts(row) else measured_name(row)


def _measures(row: Indicator) -> Sequence[Measure]:
    if not is_measured(row):
        return ()
    name = measured_name(row)
    parts = measured_parts(row)
    return [Measure(f"{name}/{part}", _part(row, part)) for part in parts] or [Measure(name, None)]


def _part(row: Indicator, part: str) -> Target | None:
    return next((each for each in row.targets if part and each.id.endswith(f"/{part}")), None)


def _values(judged: JudgedPlan, row: Indicator, person: Actor) -> Sequence[Value]:
    found: list[Value] = []
    name = measured_name(row)
    for chain in (*judged.chains_of("measurement", f"{name}@"), *judged.chains_of("measurement", f"{name}/")):
        if chain.holds:
            said = cast("Measurement", chain.newest.statement)
            hidden = hidden_from(judged.plan, person, chain.newest)
            part = said.what.partition("/")[2]
            found.append(Value(chain, said.on, None if hidden else said.value, said.source, _part(row, part)))
    return sorted(found, key=lambda each: each.on)


def _chart(judged: JudgedPlan, row: Indicator, values: Sequence[Value]) -> Chart | None:
    """Return the values, after a baseline if there is one; None where there is no line to draw, or several."""
    if measured_parts(row):
        return None
    known = [(each.on, each.value) for each in values if each.value is not None]
    baselines = (judged.baseline_of(each.id) for each in row.targets)
    based = [(each.on, each.value) for each in baselines if each]
    points = sorted({*based, *known})
    if len(points) < 2 or len(known) < len(values):  # noqa: PLR2004 - a line has two ends
        return None
    first, last = points[0][0], points[-1][0]
    low, high = min(0.0, *(value for _, value in points)), max(0.0, *(value for _, value in points))
    days, span = max((last - first).days, 1), high - low or 1.0

    def up(value: float) -> float:
        return round(_FLOOR - (value - low) / span * (_FLOOR - _TOP), 1)

    dots = (
        Dot(round(_LEFT + (on - first).days / days * (WIDTH - _LEFT - _RIGHT), 1), up(value), value, on) for on, value in points
    )
    return Chart(tuple(dots), up(0.0))


def _steps(judged: JudgedPlan, target: Target) -> Sequence[Replaceable]:
    if target.kind not in {"deliverable", "text_only"} or scale_of(target) == "none":
        return ()
    named: list[tuple[str, str | None]] = [(step.id, step.id) for step in target.steps]
    return [
        Replaceable(f"{target.id}@{name}", target, step, judged.chain("substitution", f"{target.id}@{name}"))
        for name, step in named or [("-", None)]
    ]


def _windows(judged: JudgedPlan, row: Row) -> Sequence[tuple[tuple[str, date], Window]]:
    asked = {(each.result.target, each.result.window_start) for each in row.targets if _REASON_ASKED & set(each.result.flags)}
    found: list[tuple[tuple[str, date], Window]] = []
    for target in row.indicator.targets:
        for start in window_starts(judged.written, row.indicator, target):
            about = f"{target.id}@{start.isoformat()}"
            window = Window(
                about=about,
                override=judged.chain("override", about),
                explanation=judged.chain("explanation", about),
                reason_asked=(target.id, start) in asked,
                judgements=judged.chains_of("judgement", f"{about}#"),
                may_be_judged=scale_of(target) == "none",
            )
            found.append(((target.id, start), window))
    return found

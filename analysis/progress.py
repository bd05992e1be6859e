"""The plan against the logged events: every target in every window under every reading, and every row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from analysis.cases import FLAGS, Case, Certainty, Degree, Flag, Prerequisite, Timing, reached
from analysis.head_counts import EventRecord
from analysis.measures import MEASURED_KINDS, Setting, measure
from analysis.named_targets import names_of, steps_named
from analysis.people import group_roots
from analysis.reasons import RULES_VERSION, Reason, text_of
from analysis.rows import Judged, row_verdict
from analysis.targets import verdict_on
from analysis.windows import Window, windows_of
from questionnaires.plan_conflicts import conflicts_of
from questionnaires.plan_types import Indicator, Member, Plan, Reading, Target

GRACE_DAYS: Final = 30
"""How long after a window's end data may still be typed in before the window counts as closed."""


@dataclass(frozen=True, slots=True)
class TargetResult:
    """One target in one window under one reading (None: it can be read in one way only).

    ``achieved`` is the number that the degree rests on, the lower bound. ``decided``: a degree has been given. ``events`` are
    the references of the events it was counted from. ``by_rule`` is what the rules say where a degree was set by hand.
    """

    indicator: str
    target: str
    reading: str | None
    kind: str
    comparator: str
    unit: str
    counted: str
    window_start: date
    window_end: date
    required: float | None
    achieved: float | None
    achieved_low: float | None
    achieved_high: float | None
    ratio: float | None
    degree: Degree
    timing: Timing | None
    certainty: Certainty | None
    flags: tuple[Flag, ...]
    because: tuple[Reason, ...]
    events: tuple[str, ...]
    by_rule: Degree | None = None

    @property
    def decided(self) -> bool:
        """Say whether a degree has been given: the target is neither waiting for its time nor left out."""
        return self.degree not in {"not_due", "not_assessed"}

    def to_json(self) -> dict[str, object]:
        """Return the fixed JSON shape: ISO days, ``because`` in one line; ``degree_by_rule`` only where set by hand."""
        return {
            "indicator": self.indicator,
            "target": self.target,
            "reading": self.reading,
            "kind": self.kind,
            "comparator": self.comparator,
            "unit": self.unit,
            "counted": self.counted,
            "window_start": self.window_start.isoformat(),
            "window_end": self.window_end.isoformat(),
            "required": _plain(self.required),
            "achieved": _plain(self.achieved),
            "achieved_low": _plain(self.achieved_low),
            "achieved_high": _plain(self.achieved_high),
            "ratio": self.ratio,
            "degree": self.degree,
            "timing": self.timing,
            "certainty": self.certainty,
            "flags": list(self.flags),
            "because": text_of(self.because),
            **_by_rule(self.by_rule),
        }


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """One row: ``degree`` is final only after its last window, ``to_date`` combines what is due.

    ``by_rule`` is what the rules say to date where a degree was set by hand.
    """

    indicator: str
    degree: Degree
    to_date: Degree
    timing: Timing | None
    flags: tuple[Flag, ...]
    because: tuple[Reason, ...]
    by_rule: Degree | None = None

    def to_json(self) -> dict[str, object]:
        """Return the fixed JSON shape; ``degree_by_rule`` is added where a degree was set by hand."""
        return {
            "indicator": self.indicator,
            "degree": self.degree,
            "to_date": self.to_date,
            "timing": self.timing,
            "flags": list(self.flags),
            "because": text_of(self.because),
            **_by_rule(self.by_rule),
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """The whole plan on one day, in the order of the plan."""

    as_of: date
    targets: tuple[TargetResult, ...]
    indicators: tuple[IndicatorResult, ...]
    rules_version: int = RULES_VERSION

    def to_json(self) -> dict[str, list[dict[str, object]]]:
        """Return the two lists of the fixed JSON shape."""
        return {
            "targets": [result.to_json() for result in self.targets],
            "indicators": [result.to_json() for result in self.indicators],
        }


def judge(plan: Plan, events: Sequence[EventRecord], as_of: date, grace_days: int = GRACE_DAYS) -> Progress:
    """Judge every target and row of *plan* by *events* (their newest head counts) as of one day.

    Only events held within the plan and not after *as_of* count. Their order does not matter.
    """
    contradicted = frozenset(conflict.target for conflict in conflicts_of(plan))
    bench = _Bench(plan, _by_indicator(plan, events, as_of), group_roots(events), as_of, grace_days, contradicted)
    targets: list[TargetResult] = []
    indicators: list[IndicatorResult] = []
    for indicator in plan.indicators:
        results = bench.row(indicator)
        targets += results
        indicators.append(row_result(indicator, results))
    return Progress(as_of, tuple(targets), tuple(indicators))


@dataclass(frozen=True, slots=True)
class _Bench:
    """The plan, the events that count and the day asked about."""

    plan: Plan
    events: Mapping[str, Sequence[EventRecord]]
    roots: Mapping[str, str]
    as_of: date
    grace_days: int
    contradicted: frozenset[str]

    def row(self, indicator: Indicator) -> list[TargetResult]:
        """Judge every target of one row."""
        return [
            self._result(indicator, target, reading, window)
            for target in indicator.targets
            for reading in target.readings or (None,)
            for window in self._windows(indicator, read_as(target, reading))
        ]

    def reaches(self, indicator: Indicator, target: Target) -> bool:
        """Say whether *target* is reached in one of its windows."""
        cases = [self._case(indicator, target, window) for window in self._windows(indicator, target)]
        return any(reached(case, case.achieved.low) for case in cases)

    def _windows(self, indicator: Indicator, target: Target) -> tuple[Window, ...]:
        return windows_of(target.period, self.plan, indicator.quarters)

    def _result(self, indicator: Indicator, target: Target, reading: Reading | None, window: Window) -> TargetResult:
        case = self._case(indicator, read_as(target, reading), window)
        verdict = verdict_on(case)
        return TargetResult(
            indicator=indicator.id,
            target=target.id,
            reading=reading.id if reading else None,
            kind=target.kind,
            comparator=case.target.comparator,
            unit=case.target.unit,
            counted=case.target.counted,
            window_start=window.start,
            window_end=window.end,
            required=verdict.required,
            achieved=case.achieved.low,
            achieved_low=case.achieved.low,
            achieved_high=case.achieved.high,
            ratio=verdict.ratio,
            degree=verdict.degree,
            timing=verdict.timing,
            certainty=verdict.certainty,
            flags=verdict.flags,
            because=verdict.because,
            events=case.achieved.events,
        )

    def _case(self, indicator: Indicator, target: Target, window: Window) -> Case:
        records = self.events.get(indicator.id, ())
        in_time = [record for record in records if window.holds(record.held_on)]
        late = self._late(indicator, target, window, records)
        members = _members(self.plan, target, window)
        measured_row = any(each.kind in MEASURED_KINDS for each in indicator.targets)
        setting = Setting(self.roots, members, measured_row, names_of(indicator), steps_named(indicator))
        achieved = measure(target, [*in_time, *late], setting)
        held = [record.held_on for record in (*in_time, *late) if record.reference in achieved.events]
        return Case(
            target=target,
            window=window,
            quarters=indicator.quarters,
            as_of=self.as_of,
            grace_days=self.grace_days,
            achieved=achieved,
            in_time=measure(target, in_time, setting),
            reported=bool(in_time or late),
            members=None if members is None else len(members),
            first_held=min(held, default=None),
            prerequisite=self._prerequisite(target),
            contradicted=target.id in self.contradicted,
        )

    def _late(self, indicator: Indicator, target: Target, window: Window, records: Sequence[EventRecord]) -> list[EventRecord]:
        """Return what was held after the window and belongs to no other window, whose number it would be."""
        after = [record for record in records if record.held_on > window.end]
        if target.kind == "series" or not after:
            return []
        alike = [target, *(twin for twin in indicator.targets if _is_twin(twin, target))]
        taken = [other for each in alike for other in self._windows(indicator, each)]
        return [record for record in after if not any(other.holds(record.held_on) for other in taken)]

    def _prerequisite(self, target: Target) -> Prerequisite | None:
        if target.prerequisite is None:
            return None
        for indicator in self.plan.indicators:
            for first in indicator.targets:
                if first.id == target.prerequisite:
                    return Prerequisite(first.id, self._done_on(indicator, first))
        return Prerequisite(target.prerequisite, None)

    def _done_on(self, indicator: Indicator, target: Target) -> date | None:
        """Return the first day on which *target* was reached in one of its windows."""
        records = self.events.get(indicator.id, ())
        for day in sorted({record.held_on for record in records}):
            until = replace(self, as_of=day, events={indicator.id: [each for each in records if each.held_on <= day]})
            if until.reaches(indicator, replace(target, prerequisite=None)):
                return day
        return None


def _by_indicator(plan: Plan, events: Iterable[EventRecord], as_of: date) -> dict[str, list[EventRecord]]:
    """Return the events that count by row; what is measured once counts in every line that names it."""
    fed: dict[str, list[str]] = {}
    rows: dict[str, list[EventRecord]] = {}
    for event in events:
        if plan.starts <= event.held_on <= min(plan.ends, as_of):
            name = event.indicator
            if name not in fed:
                fed[name] = [row.id for row in plan.rows_fed_by(name)]
            for row in fed[name]:
                rows.setdefault(row, []).append(event)
    return rows


def read_as(target: Target, reading: Reading | None) -> Target:
    """Return *target* as one reading has it."""
    if reading is None:
        return target
    return replace(
        target,
        period=reading.period or target.period,
        value=target.value if reading.value is None else reading.value,
        counted=reading.counted or target.counted,
        comparator=reading.comparator or target.comparator,
        unit=reading.unit or target.unit,
    )


def _is_twin(one: Target, other: Target) -> bool:
    """Say whether both promise the same for different named years, so that neither may take the other's events."""
    same = (one.kind, one.unit, one.counted, one.audience) == (other.kind, other.unit, other.counted, other.audience)
    return same and one.id != other.id and one.period.kind == other.period.kind == "named_year"


def _members(plan: Plan, target: Target, window: Window) -> tuple[Member, ...] | None:
    """Return the members of the target's reference set that belong to it in the window; None if nobody has entered them."""
    for each in plan.reference_sets:
        if each.id == target.of_set and each.members:
            return tuple(member for member in each.members if _belongs(member, window))
    return None


def _belongs(member: Member, window: Window) -> bool:
    return (member.since is None or member.since <= window.end) and (member.until is None or window.start <= member.until)


def row_result(indicator: Indicator, results: Sequence[TargetResult]) -> IndicatorResult:
    """Return the verdict on a row from those on its targets."""
    judged = [Judged(result.target, result.reading, result.degree, result.timing) for result in results]
    readings = {target.id: [reading.id for reading in target.readings] for target in indicator.targets if target.readings}
    verdict = row_verdict(judged, readings)
    raised: set[Flag] = {flag for result in results for flag in result.flags}
    if verdict.ambiguous:
        raised.add("ambiguous_reading")
    if not indicator.targets:
        raised.add("without_target")
    flags = tuple(flag for flag in FLAGS if flag in raised)
    return IndicatorResult(indicator.id, verdict.degree, verdict.to_date, verdict.timing, flags, verdict.because)


def _by_rule(degree: Degree | None) -> dict[str, object]:
    return {} if degree is None else {"degree_by_rule": degree}


def _plain(number: float | None) -> float | None:
    """Return a whole number without a point."""
    return int(number) if number is not None and float(number).is_integer() else number

"""A plan with what was decided and measured about it: statements are applied before judging, what is set by hand after it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from analysis.by_hand import judged_by_people, row_set_by_hand, set_by_hand
from analysis.cases import FLAGS, Flag, scale_of
from analysis.conflict_readings import with_ways
from analysis.decided_marks import with_marks
from analysis.head_counts import EventRecord
from analysis.progress import GRACE_DAYS, IndicatorResult, Progress, TargetResult, judge, read_as, row_result
from analysis.reasons import Reason, reason
from analysis.statement_checks import faults, find_target, measured_name
from analysis.statements import (
    Answer,
    BaselineStated,
    Explanation,
    Judgement,
    Measurement,
    MemberList,
    MoneyOfYear,
    Override,
    ReadingChosen,
    Statement,
    Substitution,
    kind_of,
    row_of,
)
from questionnaires.plan_types import Baseline, Indicator, Plan, Target, Written

_YEAR_END: Final = (12, 31)


@dataclass(frozen=True, slots=True)
class Said:
    """A statement that holds, and whose account (or, in a file, which body) made it on which day."""

    statement: Statement
    by: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class DecidedPlan:
    """A plan as decided.

    ``plan`` holds each target as it is read, with baselines, members and marked quarters; ``records`` are measured values,
    money and other work that stand beside the events; ``readings`` name the decision behind each target that could be read in
    several ways, ``marks`` the answer behind the quarters of a row; ``left_out`` are statements about what this version of the
    plan does not have.
    """

    plan: Plan
    records: tuple[EventRecord, ...]
    readings: Mapping[str, ReadingChosen]
    marks: Mapping[str, Answer]
    said: tuple[Said, ...]
    left_out: tuple[Statement, ...]

    def of(self, row: str) -> list[Statement]:
        """Return the statements that were applied to a row's targets."""
        return [each.statement for each in self.said if row_of(each.statement) == row]


@dataclass(frozen=True, slots=True)
class DecidedProgress:
    """A plan judged with all that was decided; ``events`` are those that counted, ``decided`` what was applied."""

    progress: Progress
    decided: DecidedPlan
    records: tuple[EventRecord, ...]


def decide(plan: Plan, said: Iterable[Said], as_of: date) -> DecidedPlan:
    """Apply to *plan* all that holds; a statement that does not fit this version of the plan is left out and named."""
    fitting: list[Said] = []
    left_out: list[Statement] = []
    for each in said:
        if faults(plan, each.statement, date.max):
            left_out.append(each.statement)
        else:
            fitting.append(each)
    statements = [each.statement for each in fitting]
    plan = with_ways(plan, {each.target for each in statements if isinstance(each, ReadingChosen)})
    readings = dict(_chosen(plan, [each for each in statements if isinstance(each, ReadingChosen)]))
    marked, marks = with_marks(plan, statements)
    decided = with_lists(_with_targets(marked, statements, readings), statements)
    records = tuple(record for each in statements for record in _records(plan, each, as_of))
    return DecidedPlan(decided, records, readings, marks, tuple(fitting), tuple(left_out))


def judge_decided(
    plan: Plan, events: Sequence[EventRecord], said: Iterable[Said], as_of: date, grace_days: int = GRACE_DAYS
) -> DecidedProgress:
    """Judge *plan* by *events* and by all that was *said* about it, as of one day."""
    decided = decide(plan, said, as_of)
    records = (*_without_double_money(decided, events), *decided.records)
    exact = judge(decided.plan, records, as_of, grace_days)
    targets: list[TargetResult] = []
    rows: list[IndicatorResult] = []
    for indicator in decided.plan.indicators:
        results = [_told(result, decided, as_of, grace_days) for result in exact.targets if result.indicator == indicator.id]
        targets += results
        rows.append(_row_told(row_result(indicator, results), indicator, decided))
    return DecidedProgress(replace(exact, targets=tuple(targets), indicators=tuple(rows)), decided, records)


def is_statement(reference: str) -> bool:
    """Say whether a record's reference names a statement, not an event."""
    return " " in reference


def reference_of(statement: Statement) -> str:
    """Return the reference of the record that *statement* makes."""
    return f"{kind_of(statement)} {statement.subject}"


def read_alike(row: Indicator, target: Target) -> tuple[Target, ...]:
    """Return the targets of *row* that are read as *target* is: those with the same readings."""
    ways = [reading.id for reading in target.readings]
    return tuple(each for each in row.targets if [reading.id for reading in each.readings] == ways)


def _chosen(plan: Plan, decisions: Iterable[ReadingChosen]) -> Iterable[tuple[str, ReadingChosen]]:
    for decision in decisions:
        found = find_target(plan, decision.target)
        for target in read_alike(*found) if found else ():
            yield target.id, decision


def _with_targets(plan: Plan, statements: Iterable[Statement], readings: Mapping[str, ReadingChosen]) -> Plan:
    baselines = dict(_baselines(plan, [each for each in statements if isinstance(each, BaselineStated)]))

    def decided(target: Target) -> Target:
        based = replace(target, baseline=baselines.get(target.id, target.baseline))
        choice = readings.get(target.id)
        if choice is None:
            return based
        reading = next(each for each in target.readings if each.id == choice.reading)
        written = target.written and replace(target.written, decided=choice.minutes)
        return replace(read_as(based, reading), readings=(reading,), written=written or Written(decided=choice.minutes))

    rows = (replace(row, targets=tuple(decided(target) for target in row.targets)) for row in plan.indicators)
    return replace(plan, indicators=tuple(rows))


def _baselines(plan: Plan, stated: Iterable[BaselineStated]) -> Iterable[tuple[str, Baseline]]:
    """Return the baselines by target; what several rows measure together has one, those stated for a target itself last."""
    own = [(each.target, Baseline(each.value, each.on, each.source)) for each in stated]
    for target_id, baseline in own:
        found = find_target(plan, target_id)
        twins = plan.rows_fed_by(measured_name(found[0])) if found else ()
        for target in (each for row in twins for each in row.targets):
            if found and target.audience == found[1].audience and scale_of(target) in {"change", "direction"}:
                yield target.id, baseline
    yield from own


def with_lists(plan: Plan, statements: Iterable[Statement]) -> Plan:
    """Return *plan* with the lists of institutions that *statements* hold."""
    lists = {each.of_set: each for each in statements if isinstance(each, MemberList)}
    sets = (
        replace(each, members=lists[each.id].members, source=lists[each.id].source) if each.id in lists else each
        for each in plan.reference_sets
    )
    return replace(plan, reference_sets=tuple(sets))


def _records(plan: Plan, statement: Statement, as_of: date) -> Iterable[EventRecord]:
    reference = reference_of(statement)
    match statement:
        case Measurement():
            name, _, part = statement.what.partition("/")
            yield EventRecord(reference, name, statement.on, statement.source, value=statement.value, step=part or None)
        case Substitution() if statement.event is None:
            yield EventRecord(
                reference,
                row_of(statement) or "",
                statement.on,
                statement.instead,
                step=statement.step,
                evidence=statement.source,
                target=statement.target,
            )
        case MoneyOfYear():
            given, day = _given(statement), min(date(statement.year, *_YEAR_END), as_of)
            if given is not None and day.year == statement.year:
                for target in _funding(plan, statement.row):
                    yield EventRecord(
                        f"{reference} {target.id}", statement.row, day, statement.source, amount=given, target=target.id
                    )
        case _:
            return


def _given(money: MoneyOfYear) -> float | None:
    """Return what was given: granted money; what was spent was given as well."""
    if money.refused:
        return 0
    return money.granted if money.granted is not None else money.spent


def _funding(plan: Plan, row_id: str) -> list[Target]:
    return [target for row in plan.indicators if row.id == row_id for target in row.targets if target.kind == "funding"]


def _without_double_money(decided: DecidedPlan, events: Sequence[EventRecord]) -> list[EventRecord]:
    """Leave out amounts of events in years whose whole money is stated."""
    stated = {
        (each.row, each.year)
        for said in decided.said
        if isinstance(each := said.statement, MoneyOfYear) and _given(each) is not None
    }
    return [
        replace(event, amount=None) if (event.indicator, event.held_on.year) in stated and event.amount is not None else event
        for event in events
    ]


def _told(result: TargetResult, decided: DecidedPlan, as_of: date, grace_days: int) -> TargetResult:
    """Return a verdict with flags, reasons and degrees that only statements give."""
    mine = decided.of(result.indicator)
    flags: dict[Flag, list[Reason]] = {}
    for each in mine:
        match each:
            case Substitution() if each.target == result.target and _counted(each, result):
                flags.setdefault("substituted", []).append(reason("substituted", instead=each.instead))
            case MoneyOfYear() if each.refused and result.window_start.year <= each.year <= result.window_end.year:
                flags.setdefault("money_refused", []).append(reason("money_refused_in", year=str(each.year)))
            case _:
                continue
    because = (*_interpreted(result.target, decided), *result.because, *(each for told in flags.values() for each in told))
    told = replace(result, flags=_ordered({*result.flags, *flags}), because=because)
    judgements = [(each.statement, each.by) for each in decided.said if isinstance(each.statement, Judgement)]
    told = judged_by_people(told, judgements, as_of, grace_days)
    told = set_by_hand(told, [each for each in mine if isinstance(each, Override)], as_of, grace_days)
    given = [each for each in mine if isinstance(each, Explanation) and _is_about(each, told)]
    return replace(told, because=(*told.because, *(reason("explained", text=each.text) for each in given)))


def _counted(stated: Substitution, result: TargetResult) -> bool:
    reference = str(stated.event) if stated.event is not None else reference_of(stated)
    return reference in result.events


def _is_about(stated: Explanation, result: TargetResult) -> bool:
    return (stated.target, stated.window) == (result.target, result.window_start)


def _row_told(verdict: IndicatorResult, row: Indicator, decided: DecidedPlan) -> IndicatorResult:
    chosen = dict.fromkeys(decided.readings[target.id] for target in row.targets if target.id in decided.readings)
    interpreted = [each for decision in chosen for each in _interpreted(decision.target, decided)]
    told = replace(verdict, because=(*interpreted, *verdict.because))
    overrides = [each for each in decided.of(row.id) if isinstance(each, Override)]
    return row_set_by_hand(told, overrides)


def _interpreted(target_id: str, decided: DecidedPlan) -> Iterable[Reason]:
    decision = decided.readings.get(target_id)
    found = find_target(decided.plan, target_id)
    if decision is None or found is None:
        return ()
    label = next(each.label.en for each in found[1].readings if each.id == decision.reading)
    return (reason("interpreted_as", reading=label, body=decision.body, day=decision.day, minutes=decision.minutes),)


def _ordered(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    raised = set(flags)
    return tuple(flag for flag in FLAGS if flag in raised)

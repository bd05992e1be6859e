"""What cannot be right in a statement about a plan, by the part that is wrong."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, cast

from analysis.cases import scale_of
from analysis.conflict_readings import with_ways
from analysis.head_counts import SMALLEST_HEAD_COUNT
from analysis.measures import MEASURED_KINDS
from analysis.statements import (
    FULLY,
    SECTIONS,
    STATES,
    WHOLE_PLAN,
    Answer,
    BaselineStated,
    Conclusion,
    Decision,
    Explanation,
    Judgement,
    Measurement,
    MemberList,
    MoneyOfYear,
    Override,
    Proposal,
    ReadingChosen,
    Statement,
    Substitution,
)
from analysis.windows import windows_of
from questionnaires.plan_types import Indicator, OpenQuestion, Plan, Target

Faults = Mapping[str, str]
"""For each part that is wrong a key of MESSAGES."""

MESSAGES: Final[Mapping[str, str]] = {
    "unknown_target": "the plan has no such target",
    "unknown_row": "the plan has no such row",
    "unknown_reading": "the target cannot be read in that way",
    "unknown_question": "the row has no such question",
    "unknown_option": "the question has no such option",
    "option_or_words": "choose an option or write the answer, not both",
    "in_the_future": "the day has not come yet",
    "outside_plan": "this lies outside the plan",
    "not_measured": "the row is counted from events, not measured; log an event",
    "which_target": "the row is measured in several parts; add a slash and the short name of the target",
    "no_change": "the target does not promise a change, so it needs no baseline",
    "small_baseline": "so few people at risk must not be told; set the degree by hand instead",
    "unknown_set": "the plan has no such list",
    "no_members": "name at least one member",
    "double_member": "a member stands in the list twice at the same time",
    "until_before_since": "a member leaves before it comes",
    "no_amount": "give at least one amount, or say that money was refused",
    "refused_and_granted": "money cannot be both refused and granted",
    "negative": "money cannot be below zero",
    "unknown_window": "the target has no window that begins on that day",
    "has_number": "the target has a number or steps to judge by; a judgement by people is for those without",
    "not_a_step": "the scale goes from 1 to 5",
    "unknown_step": "the target has no such step",
    "unknown_section": "the report has no such section",
    "unknown_state": "a proposal is open, done or dropped",
    "step_or_event": "name the step or the event whose place the other work took",
}

_PEOPLE: Final = frozenset({"persons", "families"})


def faults(plan: Plan, statement: Statement, today: date) -> Faults:
    """Return what in *statement* does not fit *plan* or cannot be right on the day *today*; nothing if all is well."""
    found = dict(_CHECKS[type(statement)](plan, statement, today))
    if isinstance(statement, Decision) and statement.day > today:
        found["day"] = "in_the_future"
    return found


def find_target(plan: Plan, target_id: str) -> tuple[Indicator, Target] | None:
    """Return a target with its row, None if the plan has none such."""
    for row in plan.indicators:
        for target in row.targets:
            if target.id == target_id:
                return row, target
    return None


def find_question(plan: Plan, row_id: str, question_id: str) -> OpenQuestion | None:
    """Return an open question of a row, or of the plan as a whole; None if there is none such."""
    asked = [plan.questions] if row_id == WHOLE_PLAN else [row.questions for row in plan.indicators if row.id == row_id]
    return next((each for questions in asked for each in questions if each.id == question_id), None)


def is_measured(row: Indicator) -> bool:
    """Say whether a target of *row* is a measured number."""
    return any(target.kind in MEASURED_KINDS for target in row.targets)


def measured_parts(row: Indicator) -> tuple[str, ...]:
    """Return the short names of the targets that are measured apart, such as boys and girls; none if it is one number."""
    measured = [target for target in row.targets if target.kind in MEASURED_KINDS]
    apart = len({(target.audience, target.unit) for target in measured}) > 1
    return tuple(target.id.partition("/")[2] for target in measured) if apart else ()


def measured_name(row: Indicator) -> str:
    """Return the name under which a number of *row* is measured: the row's, or that of what several rows measure together."""
    return row.measured_as or row.id


def sections(plan: Plan) -> tuple[str, ...]:
    """Return the sections of a report on *plan* about which conclusions are drawn, in the order of the report."""
    first, *others = SECTIONS
    held = {action.goal for action in plan.actions}
    return (first, *(f"goal-{goal.number}" for goal in plan.goals if goal.number in held), *others)


def window_starts(plan: Plan, row: Indicator, target: Target) -> list[date]:
    """Return the first days of the windows of *target*, under any of its readings, in the order of time."""
    periods = [target.period, *(reading.period for reading in target.readings if reading.period)]
    return sorted({window.start for period in periods for window in windows_of(period, plan, row.quarters)})


def _reading(plan: Plan, chosen: ReadingChosen, _: date) -> Faults:
    found = find_target(with_ways(plan, {chosen.target}), chosen.target)
    if found is None:
        return {"target": "unknown_target"}
    return {} if chosen.reading in {each.id for each in found[1].readings} else {"reading": "unknown_reading"}


def _answer(plan: Plan, answer: Answer, _: date) -> Faults:
    if answer.row not in {WHOLE_PLAN, *(row.id for row in plan.indicators)}:
        return {"row": "unknown_row"}
    question = find_question(plan, answer.row, answer.question)
    if question is None:
        return {"question": "unknown_question"}
    if (answer.option is None) == (answer.words is None):
        return {"words": "option_or_words"}
    known = answer.option is None or 1 <= answer.option <= len(question.options)
    return {} if known else {"option": "unknown_option"}


def _measurement(plan: Plan, measured: Measurement, today: date) -> Faults:
    found = dict(_what(plan, measured.what))
    if measured.on > today:
        found["on"] = "in_the_future"
    elif not plan.starts <= measured.on <= plan.ends:
        found["on"] = "outside_plan"
    return found


def _what(plan: Plan, what: str) -> Faults:
    name, _, short = what.partition("/")
    rows = plan.rows_fed_by(name)
    if not rows:
        return {"what": "unknown_row"}
    if not any(is_measured(row) for row in rows):
        return {"what": "not_measured"}
    parts = measured_parts(rows[0])
    if short:
        return {} if short in parts else {"what": "unknown_target"}
    return {"what": "which_target"} if parts else {}


def _baseline(plan: Plan, stated: BaselineStated, today: date) -> Faults:
    found = find_target(plan, stated.target)
    if found is None:
        return {"target": "unknown_target"}
    if scale_of(found[1]) not in {"change", "direction"}:
        return {"target": "no_change"}
    if found[0].sensitive and found[1].unit in _PEOPLE and 0 <= stated.value < SMALLEST_HEAD_COUNT:
        return {"value": "small_baseline"}
    return {"on": "in_the_future"} if stated.on > today else {}


def _members(plan: Plan, stated: MemberList, _: date) -> Faults:
    if stated.of_set not in {each.id for each in plan.reference_sets}:
        return {"of_set": "unknown_set"}
    if not stated.members:
        return {"members": "no_members"}
    if any(each.since and each.until and each.until < each.since for each in stated.members):
        return {"members": "until_before_since"}
    named = [each.id for each in stated.members]
    return {"members": "double_member"} if len(set(named)) < len(named) else {}


def _money(plan: Plan, money: MoneyOfYear, _: date) -> Faults:
    if money.row not in {row.id for row in plan.indicators}:
        return {"row": "unknown_row"}
    if not plan.starts.year <= money.year <= plan.ends.year:
        return {"year": "outside_plan"}
    amounts = {"planned": money.planned, "granted": money.granted, "spent": money.spent}
    found = {name: "negative" for name, amount in amounts.items() if amount is not None and amount < 0}
    if money.refused and money.granted:
        found["refused"] = "refused_and_granted"
    if not money.refused and all(amount is None for amount in amounts.values()):
        found["planned"] = "no_amount"
    return found


def _override(plan: Plan, override: Override, _: date) -> Faults:
    if override.window is None:
        return {} if override.about in {row.id for row in plan.indicators} else {"about": "unknown_row"}
    return _windowed(plan, override.about, override.window, "about")


def _judgement(plan: Plan, judgement: Judgement, _: date) -> Faults:
    found = dict(_windowed(plan, judgement.target, judgement.window, "target"))
    if not 1 <= judgement.step <= FULLY:
        found["step"] = "not_a_step"
    known = find_target(plan, judgement.target)
    if known is not None and scale_of(known[1]) != "none":
        found["target"] = "has_number"
    return found


def _substitution(plan: Plan, stated: Substitution, today: date) -> Faults:
    known = find_target(plan, stated.target)
    if known is None:
        return {"target": "unknown_target"}
    steps = {step.id for step in known[1].steps}
    found: dict[str, str] = {}
    if stated.step is not None and stated.step not in steps:
        found["step"] = "unknown_step"
    alone = known[1].kind == "deliverable" and not steps
    if (stated.step is None) == (stated.event is None) and not (alone and stated.step is None):
        found["step"] = "step_or_event"
    if stated.on > today:
        found["on"] = "in_the_future"
    elif not plan.starts <= stated.on <= plan.ends:
        found["on"] = "outside_plan"
    return found


def _explanation(plan: Plan, explanation: Explanation, _: date) -> Faults:
    return _windowed(plan, explanation.target, explanation.window, "target")


def _conclusion(plan: Plan, stated: Conclusion, _: date) -> Faults:
    found = dict(_in_year(plan, stated.year))
    if stated.section not in sections(plan):
        found["section"] = "unknown_section"
    return found


def _proposal(plan: Plan, stated: Proposal, _: date) -> Faults:
    found = dict(_in_year(plan, stated.year))
    if stated.state not in STATES:
        found["state"] = "unknown_state"
    return found


def _in_year(plan: Plan, year: int) -> Faults:
    return {} if plan.starts.year <= year <= plan.ends.year else {"year": "outside_plan"}


def _windowed(plan: Plan, target_id: str, window: date, name: str) -> Faults:
    found = find_target(plan, target_id)
    if found is None:
        return {name: "unknown_target"}
    return {} if window in window_starts(plan, *found) else {"window": "unknown_window"}


_Check = Callable[[Plan, Any, date], Faults]
_CHECKS: Final = cast(
    "Mapping[type[Statement], _Check]",
    {
        ReadingChosen: _reading,
        Answer: _answer,
        Measurement: _measurement,
        BaselineStated: _baseline,
        MemberList: _members,
        MoneyOfYear: _money,
        Override: _override,
        Judgement: _judgement,
        Substitution: _substitution,
        Explanation: _explanation,
        Conclusion: _conclusion,
        Proposal: _proposal,
    },
)

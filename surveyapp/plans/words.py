"""What statements about a plan are called and say, in the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from analysis.conflict_readings import with_ways
from analysis.head_counts import SMALLEST_HEAD_COUNT
from analysis.statement_checks import find_question, find_target
from analysis.statements import Answer, Kind, Statement, kind_of
from questionnaires.plan_types import Member, Plan
from surveyapp.core.command import COMMAND_LINE
from surveyapp.core.i18n import day, here

KINDS: Final = {
    "reading": _l("How a target is read"),
    "answer": _l("Answer to an open question"),
    "measurement": _l("Measured value"),
    "baseline": _l("Baseline"),
    "members": _l("List of institutions"),
    "money": _l("Money"),
    "override": _l("Degree set by hand"),
    "judgement": _l("Judgement"),
    "substitution": _l("Other work in its place"),
    "explanation": _l("Reason asked for"),
    "conclusion": _l("Conclusion"),
    "proposal": _l("Proposal"),
}
STEPS: Final = {
    1: _l("1 – nothing can be seen"),
    2: _l("2 – a beginning"),
    3: _l("3 – partly"),
    4: _l("4 – mostly"),
    5: _l("5 – fully"),
}
DEGREES: Final = {
    "done": _l("Done"),
    "partial": _l("Partly done"),
    "not_done": _l("Not done"),
    "no_data": _l("No data"),
    "not_due": _l("Not due"),
    "not_assessed": _l("Not assessed"),
}
STATES: Final = {"open": _l("Still open"), "done": _l("Done"), "dropped": _l("Dropped")}
LABELS: Final = {
    "reading": _l("Read as"),
    "option": _l("Answer"),
    "words": _l("Answer in own words"),
    "value": _l("Value"),
    "on": _l("On which day"),
    "source": _l("Source"),
    "members": _l("Who belongs to it"),
    "planned": _l("Planned, EUR"),
    "granted": _l("Granted, EUR"),
    "spent": _l("Spent, EUR"),
    "refused": _l("Money was asked for and refused"),
    "degree": _l("Degree"),
    "because": _l("Why"),
    "step": _l("Step"),
    "instead": _l("What was done instead"),
    "text": _l("Reason"),
    "who": _l("Who should do it"),
    "until": _l("By which day"),
    "state": _l("What became of it"),
    "body": _l("Decided by"),
    "day": _l("Decided on"),
    "minutes": _l("Minutes"),
    "note": _l("Note"),
    "event": _l("Event"),
}
"""The parts of statements, in the order in which they are told."""
STEP_OF_SCALE: Final = _l("Step of the scale")
_OTHER_LABELS: Final = {
    ("judgement", "body"): _l("Judged by"),
    ("judgement", "step"): STEP_OF_SCALE,
    ("conclusion", "text"): _l("Conclusion"),
    ("proposal", "text"): _l("Proposal"),
}
COOPERATION_GROUP: Final = "cooperation_group"
_NO_PERSON: Final = {COMMAND_LINE: _l("command line"), "demonstration": _l("demonstration")}


def about(subject: str) -> str:
    """Return what a statement is about, short enough to tell one link from the next: the row, and the day or year if any."""
    what, _at, when = subject.partition("@")
    return f"{what.partition('/')[0]} {when}".rstrip()


def subject(plan: Plan, of: str) -> str:
    """Return what a statement is about by its names in the plan: row, list or what is measured, and the day or year if any."""
    what, _at, when = of.partition("@")
    name, when = what.partition("/")[0], when.partition("#")[0]
    names = {each.id: f"{each.id} {here(each.name)}" for each in plan.indicators}
    names |= {each.id: here(each.name) for each in plan.measured} | {each.id: here(each.name) for each in plan.reference_sets}
    return f"{names.get(name, name)} {_day_in(when)}".rstrip()


def lines(plan: Plan, statement: Statement, *, hidden: bool = False) -> list[tuple[str, str]]:
    """Return the parts of a statement with their names; with *hidden* a measured number is not told."""
    facts = asdict(statement)
    if isinstance(statement, Answer) and statement.option is not None:
        facts["option"] = _option(plan, statement)
    told: list[tuple[str, str]] = []
    for name, label in LABELS.items():
        value = facts.get(name)
        if value is None or value is False:
            continue
        text = fewer_than(SMALLEST_HEAD_COUNT) if hidden and name == "value" else _said(plan, statement, name)
        told.append((_label(statement, name, str(label)), text if name != "option" else facts["option"]))
    return told


def fewer_than(least: int) -> str:
    """Return what stands for a number that is hidden because it is below *least*."""
    return str(_("fewer than %(least)s", least=least))


def body(plan: Plan, name: str) -> str:
    """Return the name of the body that decided or judged."""
    known = {each.id: here(each.name) for each in plan.institutions}
    return known.get(name, str(_("Cooperation group")) if name == COOPERATION_GROUP else name)


def who(name: str) -> str:
    """Name who stated something: an address, or what acted without a person."""
    return str(_NO_PERSON.get(name, name))


def author_code(by: str) -> str:
    """Return for whom somebody wrote a conclusion or a proposal: the group, whose people are not named; or what acted alone."""
    return by if by in _NO_PERSON else COOPERATION_GROUP


def author(plan: Plan | None, code: str) -> str:
    """Name the author that a code stands for."""
    return who(code) if plan is None or code in _NO_PERSON else body(plan, code)


def reading(plan: Plan, target: str, name: str) -> str:
    """Return what a reading of a target is called; its id if the plan has no such reading."""
    found = find_target(with_ways(plan, {target}), target)
    label = next((each.label for each in found[1].readings if each.id == name), None) if found else None
    return here(label) if label else name


def option(plan: Plan, subject: str, said: str) -> str:
    """Return the answer that an open question got: an option's number in words, or *said* where it is in words already."""
    row, _slash, name = subject.partition("/")
    question = find_question(plan, row, name)
    known = question.options if question and said.isdecimal() else ()
    return here(known[int(said) - 1]) if 0 < int(said if known else 0) <= len(known) else said


def kind(name: Kind) -> str:
    """Return what statements of a kind are called."""
    return str(KINDS[name])


def member_line(member: Member) -> str:
    """Return a member as a line of the list: name, then the days on which it came and left, if known."""
    days = [each.isoformat() if each else "" for each in (member.since, member.until)]
    return "; ".join([member.name, *days]).rstrip("; ")


def _day_in(when: str) -> str:
    try:
        return day(date.fromisoformat(when))
    except ValueError:
        return when  # a year, a step or nothing


def _label(statement: Statement, name: str, label: str) -> str:
    return str(_OTHER_LABELS.get((kind_of(statement), name), label))


def _option(plan: Plan, answer: Answer) -> str:
    return option(plan, f"{answer.row}/{answer.question}", str(answer.option))


def _said(plan: Plan, statement: Statement, name: str) -> str:
    value = getattr(statement, name)
    match value:
        case True:
            return str(_("yes"))
        case date():
            return day(value)
        case int() | float():
            return str(STEPS[int(value)]) if kind_of(statement) == "judgement" else str(format_decimal(value))
        case tuple():
            return ", ".join(member_line(each) for each in value)
    say = _SAYINGS.get(name)
    return say(plan, statement) if say else str(value)


def _reading(plan: Plan, statement: Any) -> str:  # noqa: ANN401 - a reading that was chosen
    return reading(plan, statement.target, str(statement.reading))


def _step(plan: Plan, statement: Any) -> str:  # noqa: ANN401 - other work in place of a step
    found = find_target(plan, statement.target)
    label = next((each.label for each in found[1].steps if each.id == statement.step), None) if found else None
    return here(label) if label else str(statement.step)


_SAYINGS: Final[Mapping[str, Callable[[Plan, Any], str]]] = {
    "reading": _reading,
    "step": _step,
    "body": lambda plan, statement: body(plan, statement.body),
    "who": lambda plan, statement: body(plan, statement.who),
    "state": lambda _, statement: str(STATES[statement.state]),
    "degree": lambda _, statement: str(DEGREES[statement.degree]),
}

"""The grammar of plan files: YAML text to a Plan, or a refusal that names every problem."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from questionnaires.fields import (
    FILE_ID,
    ITEM_ID,
    NO_DATE,
    NO_TEXT,
    Fields,
    Unique,
    as_date,
    as_flag,
    as_string,
    as_text,
    identifier,
    reference,
    whole,
)
from questionnaires.grammar_rules import path_back
from questionnaires.plan_periods import Known
from questionnaires.plan_rows import Rows, read_questions, read_row
from questionnaires.plan_targets import ReadTarget
from questionnaires.plan_types import (
    Action,
    Goal,
    Indicator,
    Institution,
    Levels,
    Measured,
    Member,
    Plan,
    ReferenceSet,
)
from questionnaires.report import Report
from questionnaires.texts import Text
from questionnaires.yaml_file import Node, read_nodes, read_text

GOAL_ID: Final = r"0|[1-9]\d?"
ACTION_ID: Final = r"(?:0|[1-9]\d?)\.(?:[1-9]\d?|p)"
MOST_YEARS: Final = 30
"""Every page judges every month of a plan."""
MEASURED_ID: Final = r"[a-z][a-z0-9_]{0,15}"


def read_plan(path: Path | str) -> Plan:
    """Return the plan in the file at *path*; FileRefusedError names every problem."""
    return parse_plan(read_text(Path(path)), str(path))


def parse_plan(text: str, file: str) -> Plan:
    """Return the plan that *text* describes; *file* is its name in messages.

    Raises FileRefusedError with every problem, each with line, key, code and how to mend it; nothing is ever half read.
    """
    report = Report(file)
    plan = plan_of(report, read_nodes(text, file))
    report.refuse_if_any()
    return plan


def plan_of(report: Report, root: Node) -> Plan:
    """Return the plan of *root*; where something is wrong *report* says so, and the plan is not to be used."""
    required = ("id", "version", "municipality", "title", "source", "starts", "ends", "institutions")
    lists = ("goals", "actions", "indicators")
    optional = ("audiences", "reference_sets", "measured", "questions", "levels")
    fields = Fields(report, root, (*required, *lists), optional)
    starts, ends = _days(fields)
    institutions = tuple(Institution(name, text) for name, text in _named_texts(fields, "institutions"))
    audiences = tuple(_named_texts(fields, "audiences"))
    sets = _reference_sets(fields)
    measured = tuple(Measured(name, text) for name, text in _named_texts(fields, "measured", MEASURED_ID))
    goals = _goals(fields)
    actions = _actions(fields, goals)
    known = Known(starts, ends, frozenset(name for name, _ in audiences), frozenset(each.id for each in sets))
    rows = Rows(
        known,
        dict.fromkeys(each.id for each in institutions),
        dict.fromkeys(each.number for each in actions if each.number),
        {each.id: each.name for each in measured},
        Unique(report, "row"),
        [],
    )
    return Plan(
        id=fields.need("id", identifier(FILE_ID), ""),
        version=fields.need("version", whole(), 0),
        municipality=fields.need("municipality", identifier(FILE_ID), ""),
        title=fields.need("title", as_text, NO_TEXT),
        source=fields.need("source", as_string, ""),
        starts=starts,
        ends=ends,
        institutions=institutions,
        audiences=audiences,
        reference_sets=sets,
        goals=goals,
        actions=actions,
        indicators=_indicators(fields, rows),
        measured=measured,
        questions=read_questions(fields),
        levels=fields.get("levels", _levels),
    )


def _levels(report: Report, node: Node) -> Levels:
    fields = Fields(report, node, ("goal", "action"))
    return Levels(fields.need("goal", as_text, NO_TEXT), fields.need("action", as_text, NO_TEXT))


def _days(fields: Fields) -> tuple[date, date]:
    """Return the first and the last day of the plan."""
    starts, ends = fields.need("starts", as_date, NO_DATE), fields.need("ends", as_date, NO_DATE)
    if NO_DATE not in (starts, ends) and ends <= starts:
        fields.report.add(fields.place("ends"), "ends_before_start", starts=str(starts), ends=str(ends))
        return NO_DATE, NO_DATE
    if NO_DATE not in (starts, ends) and ends.year - starts.year >= MOST_YEARS:
        fields.report.add(fields.place("ends"), "lasts_too_long", starts=str(starts), ends=str(ends), most=str(MOST_YEARS))
        return NO_DATE, NO_DATE
    return starts, ends


def _named_texts(fields: Fields, key: str, pattern: str = ITEM_ID) -> list[tuple[str, Text]]:
    """Return the ids under *key*, of the form *pattern*, with their names."""
    found: list[tuple[str, Text]] = []
    for name, node in fields.pairs(key):
        identifier(pattern)(fields.report, name)
        found.append((name.text, as_text(fields.report, node) or NO_TEXT))
    return found


def _reference_sets(fields: Fields) -> tuple[ReferenceSet, ...]:
    found: list[ReferenceSet] = []
    for name, node in fields.pairs("reference_sets"):
        identifier()(fields.report, name)
        entry = Fields(fields.report, node, ("name",), ("members", "source"))
        members = _members(entry) if "members" in entry else None
        found.append(ReferenceSet(name.text, entry.need("name", as_text, NO_TEXT), members, entry.get("source", as_string)))
    return tuple(found)


def _members(fields: Fields) -> tuple[Member, ...]:
    seen = Unique(fields.report, "member")

    def read(report: Report, node: Node) -> Member:
        entry = Fields(report, node, ("id", "name"), ("since", "until"))
        member = Member(
            entry.need("id", identifier(), ""),
            entry.need("name", as_string, ""),
            entry.get("since", as_date),
            entry.get("until", as_date),
        )
        if member.id:
            seen.add(entry.place("id"), member.id)
        if member.since and member.until and member.until < member.since:
            place = entry.place("until")
            report.add(place, "until_before_since", since=str(member.since), until=str(member.until))
        return member

    return tuple(fields.each("members", read))


def _goals(fields: Fields) -> tuple[Goal, ...]:
    seen = Unique(fields.report, "goal")

    def read(report: Report, node: Node) -> Goal:
        entry = Fields(report, node, ("number",), ("title", "lost", "note"))
        number = entry.need("number", identifier(GOAL_ID), "")
        if number:
            seen.add(entry.place("number"), number)
        lost = entry.need("lost", as_flag, default=False)
        if lost and "note" not in entry:
            report.add(entry.place("lost"), "lost_without_note")
        if not lost and "title" not in entry:
            report.add(node, "found_without_title")
        return Goal(number, entry.get("title", as_text), lost, entry.get("note", as_text))

    return tuple(fields.each("goals", read))


def _actions(fields: Fields, goals: Sequence[Goal]) -> tuple[Action, ...]:
    seen = Unique(fields.report, "action")
    known = dict.fromkeys(goal.number for goal in goals if goal.number)

    def read(report: Report, node: Node) -> Action:
        entry = Fields(report, node, ("number", "goal", "title"))
        number = entry.need("number", identifier(ACTION_ID), "")
        goal = entry.need("goal", reference("goal", known), "")
        if number:
            seen.add(entry.place("number"), number)
        if number and goal and not number.startswith(f"{goal}."):
            report.add(entry.place("number"), "number_not_under", found=number, parent=goal)
        return Action(number, goal, entry.need("title", as_text, NO_TEXT))

    return tuple(fields.each("actions", read))


def _indicators(fields: Fields, rows: Rows) -> tuple[Indicator, ...]:
    found = tuple(fields.each("indicators", lambda report, node: read_row(report, node, rows)))
    _check_prerequisites(fields.report, rows.targets)
    return found


def _check_prerequisites(report: Report, targets: Sequence[ReadTarget]) -> None:
    """Report prerequisites that are no target of the plan, or that come back to themselves."""
    links = {read.target.id: read.target.prerequisite for read in targets if read.target.prerequisite}
    known = dict.fromkeys(read.target.id for read in targets)
    circular = in_circles(links)
    for read in targets:
        needed = read.target.prerequisite
        if needed is None:
            continue
        place = read.fields.place("prerequisite")
        if reference("target", known)(report, place) is None:
            continue
        if read.target.id in circular and not report.full:
            back = path_back(needed, read.target.id, {start: [end] for start, end in links.items()}) or []
            report.add(place, "prerequisite_circular", circle=" → ".join([read.target.id, *back]))


def in_circles(links: Mapping[str, str]) -> set[str]:
    """Return every start of a link from which following the *links* comes back to it; takes one step per link."""
    found: set[str] = set()
    done: set[str] = set()
    for start in links:
        trail: dict[str, None] = {}
        here = start
        while here in links and here not in done and here not in trail:
            trail[here] = None
            here = links[here]
        if here in trail:
            walked = list(trail)
            found.update(walked[walked.index(here) :])
        done.update(trail)
    return found

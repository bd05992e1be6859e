"""The grammar of history files: YAML text to a History, or a refusal that names every problem."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, get_args

from questionnaires.fields import (
    FILE_ID,
    NO_DATE,
    NO_TEXT,
    Fields,
    Unique,
    as_date,
    as_string,
    as_text,
    identifier,
    listing,
    number,
    reference,
    whole,
    word,
)
from questionnaires.history_series import YEAR, Known, read_series
from questionnaires.history_types import (
    BudgetFact,
    BudgetKind,
    Deadline,
    Direction,
    DoneDegree,
    Fact,
    FactKind,
    History,
    ReportedDegree,
    Series,
    Task,
)
from questionnaires.plan_types import Institution
from questionnaires.report import Report
from questionnaires.texts import Text
from questionnaires.yaml_file import Node, read_nodes, read_text

_DIRECTION: Final = r"[1-9]\d?"
_TASK: Final = ("number", "direction", "line", "name", "responsible", "involved", "deadlines", "budget", "course", "degree")
_BUDGET: Final = ("years", "eur", "lats", "total_eur", "total_lats", "about")
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class _Places:
    """What tasks may refer to, and the numbers seen so far."""

    institutions: Collection[str]
    directions: Collection[str]
    seen: Unique


def is_history(text: str) -> bool:
    """Say whether *text* is a history file rather than a plan: it has tasks."""
    return re.search(r"^tasks[ \t]*:", text, re.MULTILINE) is not None


def read_history(path: Path | str) -> History:
    """Return the history in the file at *path*; FileRefusedError names every problem."""
    return parse_history(read_text(Path(path)), str(path))


def parse_history(text: str, file: str) -> History:
    """Return the history that *text* describes; *file* is its name in messages.

    Raises FileRefusedError with every problem, each with line, key, code and how to mend it; nothing is ever half read.
    """
    report = Report(file)
    history = _history(report, read_nodes(text, file))
    report.refuse_if_any()
    return history


def _history(report: Report, root: Node) -> History:
    required = ("id", "version", "title", "source", "first_year", "last_year", "institutions", "directions", "tasks", "series")
    fields = Fields(report, root, required)
    first, last = fields.need("first_year", YEAR, 0), fields.need("last_year", YEAR, 0)
    if first and last and last < first:
        report.add(fields.place("last_year"), "years_backwards", first=str(first), last=str(last))
    institutions = _institutions(fields)
    directions = _directions(fields)
    tasks = _tasks(fields, institutions, directions)
    return History(
        id=fields.need("id", identifier(FILE_ID), ""),
        version=fields.need("version", whole(), 0),
        title=fields.need("title", as_text, NO_TEXT),
        source=fields.need("source", as_string, ""),
        first_year=first,
        last_year=last,
        institutions=institutions,
        directions=directions,
        tasks=tasks,
        series=_series(fields, tasks),
    )


def _institutions(fields: Fields) -> tuple[Institution, ...]:
    found: list[Institution] = []
    for name, node in fields.pairs("institutions"):
        identifier()(fields.report, name)
        found.append(Institution(name.text, as_text(fields.report, node) or NO_TEXT))
    return tuple(found)


def _directions(fields: Fields) -> tuple[Direction, ...]:
    seen = Unique(fields.report, "direction")

    def read(report: Report, node: Node) -> Direction:
        entry = Fields(report, node, ("number", "line", "title"))
        numbered = entry.need("number", identifier(_DIRECTION), "")
        if numbered:
            seen.add(entry.place("number"), numbered)
        return Direction(numbered, entry.need("line", whole(), 0), entry.need("title", as_text, NO_TEXT))

    return tuple(fields.each("directions", read))


def _tasks(fields: Fields, institutions: Collection[Institution], directions: Collection[Direction]) -> tuple[Task, ...]:
    places = _Places(
        dict.fromkeys(each.id for each in institutions),
        dict.fromkeys(each.number for each in directions),
        Unique(fields.report, "task"),
    )
    return tuple(fields.each("tasks", lambda report, node: _task(report, node, places)))


def _task(report: Report, node: Node, places: _Places) -> Task:
    fields = Fields(report, node, _TASK, ("facts",))
    numbered = fields.need("number", whole(), 0)
    if numbered:
        places.seen.add(fields.place("number"), str(numbered))
    known = reference("institution", places.institutions)
    return Task(
        number=numbered,
        direction=fields.need("direction", reference("direction", places.directions), ""),
        line=fields.need("line", whole(), 0),
        name=fields.need("name", as_text, NO_TEXT),
        responsible=tuple(name for _, name in fields.names("responsible", known)),
        involved=tuple(name for _, name in fields.names("involved", known, 0)),
        deadlines=tuple(fields.each("deadlines", _deadline)),
        budget=tuple(fields.each("budget", _budget)),
        course=fields.need("course", as_text, NO_TEXT),
        degree=fields.need("degree", _degree, ReportedDegree("done", (), 0)),
        facts=tuple(fields.each("facts", _fact, 0)),
    )


def _deadline(report: Report, node: Node) -> Deadline:
    fields = Fields(report, node, ("line",), ("from", "until", "months", "part"))
    starts, ends = fields.get("from", as_date), fields.get("until", as_date)
    months = tuple(month for _, month in fields.get("months", listing(whole(1, _MONTHS))) or ())
    spans = ("from" in fields, "until" in fields)
    if all(spans) == ("months" in fields) or any(spans) != all(spans):
        report.add(node, "deadline_form")
    if (starts or NO_DATE) > (ends or date.max):
        report.add(fields.place("until"), "deadline_backwards", starts=str(starts), ends=str(ends))
    return Deadline(fields.need("line", whole(), 0), starts, ends, months, fields.get("part", as_text))


def _budget(report: Report, node: Node) -> BudgetFact:
    fields = Fields(report, node, ("kind", "line"), _BUDGET)
    return BudgetFact(
        kind=fields.need("kind", word(get_args(BudgetKind)), "not_stated"),
        line=fields.need("line", whole(), 0),
        years=tuple(year for _, year in fields.get("years", listing(YEAR)) or ()),
        eur=fields.get("eur", number()),
        lats=fields.get("lats", number()),
        total_eur=fields.get("total_eur", number()),
        total_lats=fields.get("total_lats", number()),
        about=fields.get("about", as_text),
    )


def _degree(report: Report, node: Node) -> ReportedDegree:
    fields = Fields(report, node, ("is", "written", "line"))
    degree: DoneDegree = fields.need("is", word(get_args(DoneDegree)), "done")
    written = tuple(text for _, text in fields.names("written", as_string))
    return ReportedDegree(degree, written, fields.need("line", whole(), 0))


def _fact(report: Report, node: Node) -> Fact:
    fields = Fields(report, node, ("kind", "line", "text"))
    kind: FactKind = fields.need("kind", word(get_args(FactKind)), "evidence")
    text: Text = fields.need("text", as_text, NO_TEXT)
    return Fact(kind, fields.need("line", whole(), 0), text)


def _series(fields: Fields, tasks: Collection[Task]) -> tuple[Series, ...]:
    known = Known(dict.fromkeys(str(task.number) for task in tasks), Unique(fields.report, "series"))
    return tuple(fields.each("series", lambda report, node: read_series(report, node, known)))

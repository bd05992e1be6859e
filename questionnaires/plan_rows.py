"""The rows of a plan file: who answers for them, marked quarters, money, open questions and targets."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from math import prod
from typing import Final, get_args

from questionnaires.fields import (
    NO_TEXT,
    Fields,
    Unique,
    as_flag,
    as_string,
    as_text,
    identifier,
    listing,
    number,
    reference,
    whole,
    word,
)
from questionnaires.plan_periods import Known
from questionnaires.plan_targets import ReadTarget, read_target
from questionnaires.plan_types import MOST_WAYS, Indicator, Money, OpenQuestion, Quarter, RowKind, Sureness
from questionnaires.report import Report
from questionnaires.texts import Text
from questionnaires.yaml_file import MapNode, Node, ScalarNode

ROW_ID: Final = r"(?:0|[1-9]\d?)\.(?:[1-9]\d?|p)\.(?:[a-z]|[1-9]\d?)"
KINDS: Final[tuple[RowKind, ...]] = get_args(RowKind)
_ALWAYS: Final = ("id", "action", "source_line", "targets")
_OFTEN: Final = ("kind", "reading_note", "questions", "sensitive")
_OF_MEASURES: Final = ("name", "responsible")
_SOMETIMES: Final = ("co_responsible", "quarters", "unsure_quarters", "money")
_QUARTERS: Final = 4


@dataclass(frozen=True, slots=True)
class Rows:
    """What rows may refer to, and what was read of earlier ones."""

    known: Known
    institutions: Collection[str]
    actions: Collection[str]
    measured: Mapping[str, Text]
    seen: Unique
    targets: list[ReadTarget]


def read_row(report: Report, node: Node, rows: Rows) -> Indicator:
    """Return the row of *node*; its targets are also added to those of *rows*."""
    kind = _kind(report, node)
    fields = _fields(report, node, kind)
    row_id = _row_id(fields, rows)
    seen = Unique(report, "target")
    targets = fields.each("targets", lambda _, entry: read_target(report, entry, row_id, rows.known, seen))
    rows.targets.extend(targets)
    _check_ways(fields, targets)
    measured_as = fields.get("measured_as", reference("measured thing", rows.measured))
    return Indicator(
        id=row_id,
        action=fields.need("action", reference("action", rows.actions), ""),
        name=fields.need("name", as_text, rows.measured.get(measured_as or "", NO_TEXT)),
        source_line=fields.need("source_line", whole(), 0),
        responsible=_bodies(fields, "responsible", rows),
        quarters=_quarters(fields, rows.known),
        targets=tuple(read.target for read in targets),
        money=fields.need("money", partial(_money, known=rows.known), Money((), ())),
        sensitive=fields.need("sensitive", as_flag, default=False),
        reading_note=fields.get("reading_note", as_string),
        questions=read_questions(fields),
        kind=kind,
        co_responsible=_bodies(fields, "co_responsible", rows),
        measured_as=measured_as,
    )


def _check_ways(fields: Fields, targets: Iterable[ReadTarget]) -> None:
    """Report a row whose targets can be read in more ways than are judged; targets with the same readings are alike."""
    readings = {tuple(reading.id for reading in each.target.readings) for each in targets if each.target.readings}
    ways = prod(map(len, readings))
    if ways > MOST_WAYS:
        fields.report.add(fields.place("targets"), "too_many_ways", found=f"{ways:,}", most=str(MOST_WAYS))


def _kind(report: Report, node: Node) -> RowKind:
    """Return the kind of the row, which decides its keys: a measure unless it says otherwise."""
    value = node.get("kind") if isinstance(node, MapNode) else None
    return (None if value is None else word(KINDS)(report, value)) or "measure"


def _fields(report: Report, node: Node, kind: RowKind) -> Fields:
    if kind == "policy_indicator":
        elsewhere = (*_OF_MEASURES, *_SOMETIMES)
        return Fields(report, node, (*_ALWAYS, "measured_as"), _OFTEN, elsewhere=elsewhere, kind=f"the kind {kind}")
    required = (*_ALWAYS, *_OF_MEASURES)
    return Fields(report, node, required, (*_OFTEN, *_SOMETIMES), elsewhere=("measured_as",), kind=f"the kind {kind}")


def _bodies(fields: Fields, key: str, rows: Rows) -> tuple[str, ...]:
    return tuple(name for _, name in fields.names(key, reference("institution", rows.institutions)))


def _row_id(fields: Fields, rows: Rows) -> str:
    row_id = fields.need("id", identifier(ROW_ID), "")
    action = fields.get("action", lambda _, node: node.text if isinstance(node, ScalarNode) else None)
    if row_id:
        rows.seen.add(fields.place("id"), row_id)
    if row_id and action in rows.actions and row_id.rpartition(".")[0] != action:
        fields.report.add(fields.place("id"), "number_not_under", found=row_id, parent=str(action))
    return row_id


def _quarters(fields: Fields, known: Known) -> tuple[Quarter, ...]:
    """Return the marked quarters in the order of time, sure and unsure ones."""
    sure = _marked(fields, "quarters", "sure", known)
    unsure = _marked(fields, "unsure_quarters", "unsure", known)
    if unsure and "reading_note" not in fields:
        fields.report.add(fields.place("unsure_quarters"), "reading_note_missing")
    marked = {(each.year, each.quarter) for _, each in sure}
    for place, each in unsure:
        if (each.year, each.quarter) in marked:
            fields.report.add(place, "quarter_both", found=f"{each.year} Q{each.quarter}")
    return tuple(sorted((each for _, each in sure + unsure), key=lambda each: (each.year, each.quarter)))


def _marked(fields: Fields, key: str, sureness: Sureness, known: Known) -> list[tuple[Node, Quarter]]:
    report = fields.report
    found: list[tuple[Node, Quarter]] = []
    for name, node in fields.pairs(key):
        year = whole(1900, 2200)(report, name)
        numbers = listing(whole(1, _QUARTERS))(report, node) or []
        seen: set[int] = set()
        for place, quarter in numbers:
            if quarter in seen:
                report.add(place, "duplicate_value", found=str(quarter))
            seen.add(quarter)
            if year is not None:
                first, last = quarter_days(year, quarter)
                known.refuse_outside(report, place, f"{year} Q{quarter}", first, last)
                found.append((place, Quarter(year, quarter, sureness)))
    return found


def quarter_days(year: int, quarter: int) -> tuple[date, date]:
    """Return the first and the last day of the calendar quarter (1 to 4)."""
    last_days = {1: 31, 2: 30, 3: 30, 4: 31}
    return date(year, 3 * quarter - 2, 1), date(year, 3 * quarter, last_days[quarter])


def _money(report: Report, node: Node, known: Known) -> Money:
    fields = Fields(report, node, (), ("sources", "by_year"))
    by_year: list[tuple[int, float]] = []
    for name, amount_node in fields.pairs("by_year"):
        year, amount = whole(1900, 2200)(report, name), number()(report, amount_node)
        if year is not None and amount is not None:
            known.refuse_outside(report, name, str(year), date(year, 1, 1), date(year, 12, 31))
            by_year.append((year, amount))
    return Money(tuple(sorted(by_year)), tuple(name for _, name in fields.names("sources", as_string)))


def read_questions(fields: Fields) -> tuple[OpenQuestion, ...]:
    """Return the open questions under the key of that name, of a row or of the whole plan."""
    seen = Unique(fields.report, "question")

    def read(report: Report, node: Node) -> OpenQuestion:
        entry = Fields(report, node, ("id", "about", "text"), ("options",))
        question_id = entry.need("id", identifier(), "")
        if question_id:
            seen.add(entry.place("id"), question_id)
        options: list[Text] = entry.each("options", lambda _, option: as_text(report, option) or NO_TEXT, 2)
        about, text = entry.need("about", as_string, ""), entry.need("text", as_text, NO_TEXT)
        return OpenQuestion(question_id, about, text, tuple(options))

    return tuple(fields.each("questions", read))

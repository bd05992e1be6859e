"""The tables of a release: named columns with their types, plain rows, and which columns name a row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from surveyapp.core.csv_files import DECIMALS
from surveyapp.ledger.documents import Cell

Type = Literal["string", "integer", "number", "boolean", "date"]
Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class TableKind:
    """A table that releases can hold: its columns in order (name to type), and the columns that together name a row."""

    name: str
    columns: Mapping[str, Type]
    key: tuple[str, ...]

    def made(self, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the table as it stands in a document; a row gives each column a value of its type, or nothing."""
        cells = [[_rounded(row.get(name)) for name in self.columns] for row in rows]
        return {"name": self.name, "columns": list(self.columns), "rows": cells}


def _rounded(cell: Any) -> Cell:  # noqa: ANN401 - whatever a row holds
    """Return a cell with as many decimals as files keep, a whole number without any: every file has to hold the same."""
    if not isinstance(cell, float):
        found: Cell = cell
        return found
    rounded = round(cell, DECIMALS)
    return int(rounded) if rounded.is_integer() else rounded


PLAN_ROWS: Final = TableKind(
    "plan_rows",
    {
        "indicator": "string", "goal": "string", "action": "string", "name_lv": "string", "name_en": "string",
        "name_ru": "string", "responsible": "string", "co_responsible": "string", "degree": "string", "to_date": "string",
        "timing": "string", "flags": "string", "events": "integer",
    },
    ("indicator",),
)  # fmt: skip
PLAN_TARGETS: Final = TableKind(
    "plan_targets",
    {
        "indicator": "string", "target": "string", "label_lv": "string", "label_en": "string", "label_ru": "string",
        "reading": "string", "kind": "string", "comparator": "string", "unit": "string", "counted": "string",
        "window_start": "date", "window_end": "date", "required": "number", "achieved": "number", "achieved_low": "number",
        "achieved_high": "number", "degree": "string", "timing": "string", "certainty": "string", "flags": "string",
        "hidden": "boolean", "counted_from": "string",
    },
    ("indicator", "target", "reading", "window_start"),
)  # fmt: skip
HEAD_COUNTS: Final = TableKind(
    "head_counts",
    {
        "event": "string", "indicator": "string", "held_on": "date", "title": "string", "institution": "string",
        "audience": "string", "unique_persons": "integer", "attendances": "integer", "families": "integer", "hours": "number",
        "evidence": "boolean", "hidden": "boolean",
    },
    ("event",),
)  # fmt: skip
MONEY: Final = TableKind(
    "money",
    {
        "indicator": "string", "goal": "string", "year": "integer", "planned": "number", "granted": "number", "spent": "number",
        "refused": "boolean", "source": "string",
    },
    ("indicator", "year"),
)  # fmt: skip
DECISIONS: Final = TableKind(
    "decisions",
    {"about": "string", "kind": "string", "said": "string", "body": "string", "day": "date", "minutes": "string"},
    ("kind", "about"),
)
CONCLUSIONS: Final = TableKind(
    "conclusions",
    {"year": "integer", "section": "string", "text": "string", "author": "string", "written_on": "date"},
    ("year", "section"),
)
PROPOSALS: Final = TableKind(
    "proposals",
    {
        "year": "integer", "number": "integer", "text": "string", "who": "string", "until": "date", "state": "string",
        "author": "string", "written_on": "date",
    },
    ("year", "number"),
)  # fmt: skip
SURVEY_WAVES: Final = TableKind(
    "survey_waves",
    {
        "wave": "string", "questionnaire": "string", "opens": "date", "closes": "date", "mode": "string", "stratum": "string",
        "respondents": "integer", "population": "integer",
    },
    ("wave", "stratum"),
)  # fmt: skip
SURVEY_LEVELS: Final = TableKind(
    "survey_levels",
    {
        "wave": "string", "item": "string", "choices": "string", "stratum": "string", "measure": "string", "base": "string",
        "n": "integer", "count": "integer", "level": "number", "low": "number", "high": "number", "method": "string",
        "hidden": "string", "band": "string",
    },
    ("wave", "item", "choices", "stratum", "measure"),
)  # fmt: skip
SURVEY_CHANGES: Final = TableKind(
    "survey_changes",
    {
        "wave_before": "string", "wave_after": "string", "item": "string", "choice": "string", "stratum": "string",
        "measure": "string", "base": "string", "n_before": "integer", "n_after": "integer", "count_before": "integer",
        "count_after": "integer",
        "before": "number", "before_low": "number", "before_high": "number", "after": "number", "after_low": "number",
        "after_high": "number", "change": "number", "change_low": "number", "change_high": "number", "effect": "number",
        "effect_name": "string", "p_below_05": "boolean",
        "family": "string", "verdict": "string", "smallest_visible_change": "number", "method": "string", "hidden": "string",
        "band_before": "string", "band_after": "string", "cut": "string", "margin": "number", "equivalent": "boolean",
        "twice_least": "integer", "twice_most": "integer", "narrowest_low": "number", "narrowest_high": "number",
        "widest_low": "number", "widest_high": "number",
    },
    ("wave_before", "wave_after", "item", "choice", "stratum", "measure"),
)  # fmt: skip

KINDS: Final[Mapping[str, TableKind]] = {
    kind.name: kind
    for kind in (
        PLAN_ROWS, PLAN_TARGETS, HEAD_COUNTS, MONEY, DECISIONS, CONCLUSIONS, PROPOSALS, SURVEY_WAVES, SURVEY_LEVELS,
        SURVEY_CHANGES,
    )
}  # fmt: skip
"""Every table, by name, in the order of files."""

AMOUNTS: Final = frozenset({"planned", "granted", "spent"})
"""Columns of money, in euros."""
INVENTED: Final = "invented"
"""The column that made-up demonstration data have besides, in every table: a file that is passed on still says what it is."""


def marked_invented(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return *document* with one more column in every table, true in every row."""
    marked = [
        {**table, "columns": [*table["columns"], INVENTED], "rows": [[*row, True] for row in table["rows"]]}
        for table in document["tables"]
    ]
    return {**document, "tables": marked}


def type_of(table: str, column: str) -> Type:
    """Return the type of a column of a released table."""
    return "boolean" if column == INVENTED else KINDS[table].columns[column]


def key_of(kind: TableKind, row: Row) -> tuple[Cell, ...]:
    """Return the cells that name a row."""
    return tuple(row[name] for name in kind.key)


def joined(parts: Iterable[str]) -> str:
    """Return several names as one cell."""
    return ";".join(parts)


def parts_of(cell: Cell) -> tuple[str, ...]:
    """Return the names that stand in one cell."""
    return tuple(str(cell).split(";")) if cell else ()

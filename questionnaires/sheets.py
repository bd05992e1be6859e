"""Sheets of a workbook as tables: named columns, rows with their numbers, and cells that know where they stand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from questionnaires.report import Report
from questionnaires.yaml_file import ScalarNode, scalar

Sheets = Mapping[str, Sequence[tuple[int, Sequence[str]]]]
"""Title of a sheet to its rows: the row's number (from 1) and its cells as text."""


def numbered(sheets: Mapping[str, Sequence[Sequence[str]]]) -> Sheets:
    """Return plain *sheets* with their rows numbered from 1."""
    return {title: list(enumerate(rows, start=1)) for title, rows in sheets.items()}


def column_letters(column: int) -> str:
    """Return how sheets call their column number *column* (from 1): A, B, … Z, AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the cells that hold anything, by column; as a place it is the row of its sheet."""

    sheet: str
    line: int
    cells: Mapping[str, ScalarNode]

    @property
    def key(self) -> str:
        """The sheet; the line is the row's number."""
        return self.sheet

    def get(self, column: str) -> ScalarNode | None:
        """Return the cell of the *column*, None if it is empty or missing."""
        return self.cells.get(column)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose first row names its columns."""

    sheet: str
    line: int
    columns: Sequence[ScalarNode]
    rows: Sequence[Row]

    @property
    def key(self) -> str:
        """The sheet; as a place a table is the row that names its columns."""
        return self.sheet


def table_of(
    report: Report, sheet: str, rows: Sequence[tuple[int, Sequence[str]]], name_of: Callable[[str], str] = str.strip
) -> Table:
    """Return the *rows* of a sheet as a table; cells outside named columns and columns that stand twice are reported.

    *name_of* gives a column of the first row its name. Letters come in form NFC; invisible ones are reported.
    """
    filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        return Table(sheet, 1, (), ())
    (head_line, head), *body = filled
    names = [name_of(name) for name in head]
    columns = {place: _cell(report, sheet, head_line, place, name, name) for place, name in enumerate(names) if name}
    seen: set[str] = set()
    for column in columns.values():
        if column.text in seen:
            report.add(column, "column_twice", found=column.text)
        seen.add(column.text)
    found = [_row(report, sheet, number, cells, columns) for number, cells in body]
    return Table(sheet, head_line, tuple(columns.values()), found)


def _row(report: Report, sheet: str, line: int, cells: Sequence[str], columns: Mapping[int, ScalarNode]) -> Row:
    found: dict[str, ScalarNode] = {}
    for place, text in enumerate(cells):
        if not text.strip():
            continue
        column = columns.get(place)
        cell = _cell(report, sheet, line, place, column.text if column else "", text.strip())
        if column:
            found.setdefault(column.text, cell)
        else:
            report.add(cell, "column_unnamed")
    return Row(sheet, line, found)


def _cell(report: Report, sheet: str, line: int, place: int, column: str, text: str) -> ScalarNode:
    key = f"{sheet}!{column_letters(place + 1)}{line}"
    return scalar(report, line, f"{key} ({column})" if column else key, text)

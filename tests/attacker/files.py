"""Reading what is handed out as files: CSV, workbook, JSON, data package; whatever the kind, the same cells come out."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from openpyxl import load_workbook

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]
_NAMES = frozenset({"item", "choice", "choices", "stratum", "wave", "wave_before", "wave_after", "event", "counted_from"})
"""Columns that name something, also where the name looks like a number."""


def rows_of(content: bytes) -> Rows:
    """Return the rows of a CSV file with numbers as numbers."""
    return [
        {name: cell if name in _NAMES else _typed(cell) for name, cell in row.items()}
        for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    ]


def tables_of(kind: str, content: bytes) -> Tables:
    """Return the tables of a release from one kind of file."""
    if kind == "json":
        return {table["name"]: _named(table["columns"], table["rows"]) for table in json.loads(content)["tables"]}
    if kind == "xlsx":
        book = load_workbook(io.BytesIO(content), data_only=False)
        columns: dict[str, list[str]] = {}
        for table, name, *_rest in book["columns"].iter_rows(min_row=2, values_only=True):
            columns.setdefault(str(table), []).append(str(name))
        sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets[2:]}
        return {title: _named(columns[title], rows[1:]) for title, rows in sheets.items() if rows}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".csv")]
        return {name.removesuffix(".csv"): rows_of(archive.read(name)) for name in names}


def cells_of(tables: Mapping[str, Rows]) -> dict[str, list[list[str]]]:
    """Return tables as texts that are the same whichever kind of file they came from."""
    return {name: [[_plain(cell) for cell in row.values()] for row in rows] for name, rows in tables.items() if rows}


def _named(columns: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Rows:
    names = [str(name) for name in columns]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _typed(cell: str | None) -> str | float | bool | None:
    if cell is None or not cell:
        return None
    if cell.lower() in {"true", "false"}:
        return cell.lower() == "true"
    try:
        return float(cell)
    except ValueError:
        return cell.removeprefix("'")


def _plain(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, (int, float)):
        return f"{float(cell):.9g}"
    if isinstance(cell, str) and isinstance(number := _typed(cell), float):
        return f"{number:.9g}"
    return str(cell or "").removeprefix("'")

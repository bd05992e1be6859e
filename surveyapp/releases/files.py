"""A release as files: CSV, a workbook, JSON, and a Frictionless data package; all hold the same cells."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final, Literal

from surveyapp.core.csv_files import MARK, amount, csv_text
from surveyapp.core.downloads import XLSX
from surveyapp.ledger.documents import Cell
from surveyapp.ledger.store import Release, canonical
from surveyapp.releases import meanings, tables, words

_MADE: Final = (1980, 1, 1, 0, 0, 0)
"""The moment in archives: the same release gives the same bytes."""
_NARROWEST, _WIDEST = 8, 60
"""Widths of columns in characters; what is longer is broken into lines."""
_LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "head": {"bold": True, "text_wrap": True, "valign": "top"},
    "text": {"text_wrap": True, "valign": "top"},
    "amount": {"num_format": "#,##0.00", "valign": "top"},
    "number": {"valign": "top"},
}
"""How cells of a workbook look; amounts of money with their cents."""
_COLUMNS_SHEET: Final = "columns"
Headings = Literal["names", "titles"]
"""What stands above the columns: their names, which never change, or what they are called in the reader's language."""
Files = Mapping[str, bytes]
Notes = Sequence[tuple[str, str]]


def csv_files(release: Release, mark: str = MARK, headings: Headings = "names") -> dict[str, bytes]:
    """Return each table as CSV by its file name; *mark* begins each, by default the one that spreadsheets want for UTF-8."""
    return {f"{table['name']}.csv": _csv(table, mark, headings) for table in release.document["tables"]}


def json_file(release: Release) -> dict[str, bytes]:
    """Return the release's document as it is kept, whose SHA-256 is the release's check sum."""
    return {f"release-{release.number}.json": canonical(release.document).encode()}


def workbook(release: Release, more: Notes = (), headings: Headings = "titles") -> dict[str, bytes]:
    """Return one workbook: a sheet of notes (with *more*), one of what each column is and means, then one for each table.

    Nothing is a formula. A table has one row of headings, so that programs for statistics read it as it is; whichever stand
    there, the sheet of columns gives both.
    """
    xlsxwriter = import_module("xlsxwriter")  # 40 ms that no respondent waits for
    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(target, options)
    made_on = datetime.combine(release.made_on, time())  # the day alone, and the same bytes each time
    book.set_properties({"title": words.title(release), "comments": release.hash, "created": made_on})
    looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
    notes = book.add_worksheet(words.NOTES_SHEET)
    notes.set_column(0, 0, 28)
    notes.set_column(1, 1, 90)
    for at, (name, text) in enumerate((*words.notes(release), *more)):
        notes.write_string(at, 0, name, looks["head"])
        notes.write_string(at, 1, text, looks["text"])
    _columns(book.add_worksheet(_COLUMNS_SHEET), release.document["tables"], looks)
    for table in release.document["tables"]:
        _sheet(book.add_worksheet(table["name"]), table, headings, looks)
    book.close()
    return {f"release-{release.number}.xlsx": target.getvalue()}


def data_package(release: Release, more: Mapping[str, Any] = MappingProxyType({})) -> dict[str, bytes]:
    """Return a Frictionless Tabular Data Package (specs.frictionlessdata.io): the descriptor (with *more*) and the tables."""
    files = csv_files(release, mark="")
    descriptor = {
        "profile": "tabular-data-package",
        "name": f"release-{release.number}",
        "title": words.title(release),
        "version": str(release.number),
        "created": f"{release.made_on}T00:00:00Z",  # the specification wants a moment; only the day is known
        "description": "\n".join(f"{name}: {text}" for name, text in words.notes(release)),
        "hash": f"sha256:{release.hash}",
        **more,
        "resources": [_resource(table, files[f"{table['name']}.csv"]) for table in release.document["tables"]],
    }
    return {"datapackage.json": json.dumps(descriptor, ensure_ascii=False, indent=2).encode(), **files}


def zipped(files: Files) -> bytes:
    """Return several files as one archive, the same bytes for the same files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _MADE), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


WRITERS: Final[Mapping[str, Callable[[Release], dict[str, bytes]]]] = {
    "csv": csv_files,
    "xlsx": workbook,
    "json": json_file,
    "datapackage": data_package,
}
MIMETYPES: Final = {"csv": "application/zip", "datapackage": "application/zip", "json": "application/json", "xlsx": XLSX}
"""What is handed out of each kind of file; several files go into one archive."""


def _csv(table: Mapping[str, Any], mark: str, headings: Headings) -> bytes:
    return (mark + csv_text(_heads(table, headings), _cells(table))).encode()


def _heads(table: Mapping[str, Any], headings: Headings) -> list[str]:
    return [meanings.title(name) if headings == "titles" else name for name in table["columns"]]


def _cells(table: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Yield the rows with yes and no as words: an empty cell would not part "no" from "not known"."""
    for row in table["rows"]:
        yield [_cell(name, cell) for name, cell in zip(table["columns"], row, strict=True)]


def _cell(column: str, cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return str(cell).lower()
    return amount(cell) if column in tables.AMOUNTS and isinstance(cell, int | float) else cell


def _resource(table: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    kind = tables.KINDS[table["name"]]
    fields = [
        {
            "name": name,
            "title": meanings.title(name),
            "type": tables.type_of(kind.name, name),
            "description": meanings.meaning(kind.name, name),
        }
        for name in table["columns"]
    ]
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    places = [table["columns"].index(name) for name in kind.key]
    if all(row[place] is not None for row in table["rows"] for place in places):
        schema["primaryKey"] = list(kind.key)
    return {
        "profile": "tabular-data-resource",
        "name": table["name"],
        "title": str(words.TABLES[table["name"]]),
        "path": f"{table['name']}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "dialect": {"lineTerminator": "\r\n"},
        "schema": schema,
    }


def _columns(sheet: Any, found: Sequence[Mapping[str, Any]], looks: Mapping[str, Any]) -> None:  # noqa: ANN401 - of XlsxWriter
    """Write the dictionary of the tables: which column is which, whatever stands above it."""
    heads = [str(head) for head in words.DICTIONARY]
    rows = [
        [table["name"], name, meanings.title(name), tables.type_of(table["name"], name), meanings.meaning(table["name"], name)]
        for table in found
        for name in table["columns"]
    ]
    for at, row in enumerate([heads, *rows]):
        for column, text in enumerate(row):
            sheet.write_string(at, column, text, looks["text" if at else "head"])
    for column, width in enumerate((18, 26, 34, 10, 90)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)


def _sheet(sheet: Any, table: Mapping[str, Any], headings: Headings, looks: Mapping[str, Any]) -> None:  # noqa: ANN401 - of XlsxWriter
    heads = _heads(table, headings)
    # A heading is broken between its words, a cell is not: a long heading makes no column of numbers wide.
    widths = [max(_NARROWEST, *map(len, head.split())) for head in heads]
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, looks["head"])
    for at, row in enumerate(table["rows"], 1):
        for column, (name, cell) in enumerate(zip(table["columns"], row, strict=True)):
            widths[column] = max(widths[column], len(str(cell if cell is not None else "")))
            number = looks["amount" if name in tables.AMOUNTS else "number"]
            _write(sheet, (at, column), cell, looks["text"], number)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width + 2, _WIDEST))
    sheet.freeze_panes(1, 0)


def _write(sheet: Any, place: tuple[int, int], cell: Cell, text: Any, number: Any) -> None:  # noqa: ANN401 - of XlsxWriter
    match cell:
        case None:
            return
        case bool():
            sheet.write_boolean(*place, cell)
        case int() | float():
            sheet.write_number(*place, cell, number)
        case _:
            sheet.write_string(*place, cell, text)

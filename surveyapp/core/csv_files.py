"""CSV as spreadsheets open it safely: UTF-8 with its mark, and no text that a sheet would run as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from flask import Response

from surveyapp.core.downloads import download

Cell = str | int | float | bool | date | None
# Where a cell begins, also for sheets that part cells by semicolon or tab (as those set to Latvian do) or end it at a new line:
# there the quotes of our commas do not count. Full-width signs are read as the plain ones.
_FORMULA: Final = re.compile(r'(?:\A|[;\t\r\n])(?=[\s"]*[=+\-@\uff1d\uff0b\uff0d\uff20])|\A(?=[\t\r])')
MARK: Final = "\ufeff"
"""How a file begins that sheets are to read as UTF-8."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return the file's text, comma-separated with CRLF line ends, without the mark of UTF-8.

    None is an empty cell, True ``yes``, False empty, a day ISO 8601. Text that begins like a formula, also behind
    a semicolon or a line end, gets an apostrophe before it (CWE-1236); numbers stay numbers, also below zero.
    """
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([guarded(name) for name in header])
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return target.getvalue()


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Return the file as a download called *name* (ASCII letters, digits, ``-``, ``_`` and ``.``), UTF-8 with its mark."""
    return download((MARK + csv_text(header, rows)).encode(), "text/csv; charset=utf-8", name)


def _written(cell: Cell) -> str | int | float:
    if cell is None or cell is False:
        return ""
    if cell is True:
        return "yes"
    if isinstance(cell, date):
        return cell.isoformat()
    return guarded(cell) if isinstance(cell, str) else cell


def guarded(text: str) -> str:
    """Return *text* with an apostrophe wherever a sheet would begin to read a formula."""
    return _FORMULA.sub(r"\g<0>'", text)

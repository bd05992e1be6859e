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
DECIMALS: Final = 6
"""Decimals that a file keeps of a number at most: a ten thousandth of a percentage point of a share."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return the file's text, comma-separated with CRLF line ends, without the mark of UTF-8.

    None is an empty cell, True ``yes``, False empty, a day ISO 8601, a number as `plain` writes it. Text that begins like a
    formula, also behind a semicolon or a line end, gets an apostrophe before it (CWE-1236); numbers stay numbers, also below
    zero.
    """
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([guarded(name) for name in header])
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return target.getvalue()


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Return the file as a download called *name* (ASCII letters, digits, ``-``, ``_`` and ``.``), UTF-8 with its mark."""
    return download((MARK + csv_text(header, rows)).encode(), "text/csv; charset=utf-8", name)


def plain(number: float) -> str:
    """Return a number as every sheet and program reads it: no exponent, no ".0", six decimals at most."""
    told = f"{number:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if told == "-0" else told


def amount(euros: float | None) -> str | int | None:
    """Return an amount of money as treasurers write it: whole, or with both decimals."""
    if euros is None or float(euros).is_integer():
        return None if euros is None else int(euros)
    return f"{euros:.2f}"


def _written(cell: Cell) -> str | int:
    match cell:
        case None | False:
            return ""
        case True:
            return "yes"
        case date():
            return cell.isoformat()
        case float():
            return plain(cell)
        case str():
            return guarded(cell)
    return cell


def guarded(text: str) -> str:
    """Return *text* with an apostrophe wherever a sheet would begin to read a formula."""
    return _FORMULA.sub(r"\g<0>'", text)

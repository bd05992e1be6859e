"""Tables that people upload, CSV or workbook, as rows of text; what their program wrote is guessed, never what they meant."""

import codecs
import csv
import io
from typing import Final

from questionnaires.report import Report
from surveyapp.core import workbooks
from surveyapp.core.workbooks import Rows

_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How Excel's files begin, the old kind too, which is then refused with advice."""
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ENCODINGS: Final = ("utf-8", "cp1257")
"""Without a mark: UTF-8, else the Baltic code page in which Excel writes CSV in Latvia."""


_MOST_PLACES: Final = 3_000_000
_ROW: Final = 10
"""How many cells a row counts for by itself: it takes memory however few it holds."""


class NotATableError(ValueError):
    """The file is neither CSV nor a workbook."""


def read(content: bytes, name: str) -> dict[str, Rows]:
    """Return the sheets of a file by their titles (of CSV one, without a title); *name* is the file's name in messages.

    Raises:
        NotATableError: it is neither CSV nor a workbook.
        FileRefusedError: it is a workbook that cannot be read, or holds more than any table that people fill in.
    """
    return workbooks.read(content, name) if content.startswith(_WORKBOOKS) else {"": _csv(content, name)}


def hidden_sheets(content: bytes) -> frozenset[str]:
    """Return the titles of the sheets that a sheet program does not show, of a file that ``read`` has taken."""
    return workbooks.hidden_sheets(content) if content.startswith(_WORKBOOKS) else frozenset()


def _csv(content: bytes, name: str) -> Rows:
    text = _decoded(content)
    delimiter = _delimiter(text)
    found: Rows = []
    places = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            if not any(cells):
                continue
            places += len(cells) + _ROW
            if places > _MOST_PLACES:
                report = Report(name)
                report.add(None, "table_too_large", most=f"{_MOST_PLACES:,}")
                raise report.refusal()
            found.append((number, cells))
    except csv.Error:
        raise NotATableError from None
    return found


def _decoded(content: bytes) -> str:
    marked = [encoding for mark, encoding in _BOMS if content.startswith(mark)]
    if b"\0" in content and not marked:
        raise NotATableError
    for encoding in marked or _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotATableError


def _delimiter(text: str) -> str:
    """Return the mark that parts the first lines into the most cells; cells in quotes are whole."""
    start = io.StringIO(text[:100_000], newline="")
    counted = {}
    for mark in ",;\t":
        start.seek(0)
        try:
            counted[mark] = max(
                (len(cells) for cells, _ in zip(csv.reader(start, delimiter=mark), range(10), strict=False)), default=0
            )
        except csv.Error:
            counted[mark] = 0
    return max(counted, key=lambda mark: counted[mark])

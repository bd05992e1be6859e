"""Tables that people upload, CSV or workbook, as rows of text; what their program wrote is guessed, never what they meant."""

import codecs
import csv
import io
from typing import Final

from surveyapp.core import workbooks
from surveyapp.core.workbooks import Rows

_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How Excel's files begin, the old kind too, which is then refused with advice."""
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ENCODINGS: Final = ("utf-8", "cp1257")
"""Without a mark: UTF-8, else the Baltic code page in which Excel writes CSV in Latvia."""


class NotATableError(ValueError):
    """The file is neither CSV nor a workbook."""


def read(content: bytes, name: str) -> dict[str, Rows]:
    """Return the sheets of a file by their titles (of CSV one, without a title); *name* is the file's name in messages.

    Raises:
        NotATableError: it is neither CSV nor a workbook.
        FileRefusedError: it is a workbook that cannot be read.
    """
    return workbooks.read(content, name) if content.startswith(_WORKBOOKS) else {"": _csv(content)}


def hidden_sheets(content: bytes) -> frozenset[str]:
    """Return the titles of the sheets that a sheet program does not show, of a file that ``read`` has taken."""
    return workbooks.hidden_sheets(content) if content.startswith(_WORKBOOKS) else frozenset()


def _csv(content: bytes) -> Rows:
    text = _decoded(content)
    delimiter = _delimiter(text)
    try:
        return list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1))
    except csv.Error:
        raise NotATableError from None


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

"""XLSX workbooks as plain rows of text, read with limits that no file can get around, and written without formulas.

Read by hand and not by openpyxl: that library loads numpy, stalls on a cell in the last corner of a sheet, makes formulas
that were never computed vanish, and drops parts of texts that look like its escapes. What a sheet of text needs is small.
The format: ECMA-376, part 1, SpreadsheetML.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from posixpath import dirname, join, normpath
from typing import Final

# Entities, for which this parser is feared, are refused with every DTD before it starts (_Parts.read).
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse

from questionnaires.report import Report
from questionnaires.sheets import column_letters
from surveyapp.core import archives
from surveyapp.core.workbook_cells import Dates, Styles, number_text, unescaped
from surveyapp.core.workbook_writer import write

__all__ = ["Rows", "read", "write"]

MOST_BYTES: Final = 8_000_000
MOST_UNPACKED: Final = 40_000_000
MOST_PARTS: Final = 500
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 500
MOST_CELLS: Final = 300_000
"""Cells of all sheets together, empty ones too."""
MOST_PLACES: Final = 3_000_000
"""Places in rows up to the last filled cell, those without a cell too, of all sheets together: each takes memory."""
MOST_LETTERS: Final = 40_000_000
"""Letters of all cells together: a text that a file holds once can stand in every cell."""
MOST_SHEETS: Final = 50
MOST_TAGS: Final = 3_000_000
MOST_ATTRIBUTES: Final = 1_500_000
"""Of all parts together: what a parser keeps in memory goes with their number, also where they are no cells."""
MOST_IN_TAG: Final = 5_000
"""Attributes of one tag: a parser compares each with the others."""

Rows = list[tuple[int, list[str]]]
"""The rows of a sheet that hold anything: their numbers from 1, and their cells up to the last that is not empty."""

_PLACE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_OLD_FORMAT: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DTD: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LONG_TAG: Final = re.compile(rb"<[^<]{25000,}")  # an attribute takes five letters at least
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, ParseError),
    *(LookupError, ValueError, EOFError, OSError, RuntimeError, StopIteration),
)
"""What zipfile, the parser and the readers below raise on a file that is damaged or another one than it says."""


def read(content: bytes, name: str) -> dict[str, Rows]:
    """Return every sheet of the workbook *content* as rows of text; *name* is the file's name in messages.

    Whole numbers have no decimal point, days are ISO 8601, flags TRUE and FALSE; formulas stand for their last result.

    Raises:
        FileRefusedError: the file is no workbook, too large, damaged, or holds cells that cannot be read; each is named.
    """
    report = Report(name)
    if len(content) > MOST_BYTES:
        report.add(None, "too_large", most=f"{MOST_BYTES:,}")
        raise report.refusal()
    if content.startswith(_OLD_FORMAT):
        report.add(None, "workbook_locked")
        raise report.refusal()
    try:
        sheets = _sheets(content, report)
    except _FloodError as error:
        report.add(None, "too_many_cells", most=f"{MOST_CELLS:,}")
        raise report.refusal() from error
    except _DAMAGED as error:
        if report:  # what was found before is the better answer
            raise report.refusal() from error
        report.add(None, "not_workbook")
        raise report.refusal() from error
    report.refuse_if_any()
    return sheets


def hidden_sheets(content: bytes) -> frozenset[str]:
    """Return the titles of the sheets that a sheet program does not show; *content* is a workbook that ``read`` has taken."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = _Parts(archive)
        start = next(part for kind, part in parts.related("").values() if kind == "officeDocument")
        root = fromstring(parts.read(start))  # noqa: S314 - see the import
    sheets = (each for each in root.iter() if _tag(each) == "sheet")
    return frozenset(each.get("name", "") for each in sheets if each.get("state", "visible") != "visible")


def _sheets(content: bytes, report: Report) -> dict[str, Rows]:
    if archives.lists_more_than(content, MOST_PARTS):
        report.add(None, "workbook_parts", most=str(MOST_PARTS))
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = _Parts(archive)
        if parts.too_large:
            report.add(None, "workbook_too_large", most=f"{MOST_UNPACKED:,}")
            return {}
        book = _Book.of(parts)
        if len(book.sheets) > MOST_SHEETS:
            report.add(None, "too_many_sheets", most=str(MOST_SHEETS))
            return {}
        reader = _Reader(book, report)
        return {title: reader.rows(title, parts.read(part)) for title, part in book.sheets.items() if not reader.full}


class _FloodError(Exception):
    """The parts have more tags or attributes than sheets of that many cells can need."""


class _Parts:
    """The files inside the archive, and how they refer to one another."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._read: set[str] = set()
        self._tags = self._attributes = 0
        # What an entry says of its size holds: no more is unpacked of it than that.
        self.too_large = sum(info.file_size for info in archive.infolist()) > MOST_UNPACKED

    def read(self, part: str) -> bytes:
        """Return the bytes of the *part*.

        Raises KeyError if there is none, ValueError if it is packed or written oddly or was read before (no program uses a part
        twice, and limits hold for what is read), _FloodError if it is made to flood.
        """
        info = self._archive.getinfo(part)
        if info.compress_type not in _METHODS or part in self._read:
            raise ValueError(part)
        self._read.add(part)
        with self._archive.open(info) as stream:
            found = stream.read(info.file_size + 1)  # without a number it would unpack whatever is there
        if _DTD.search(found):
            raise ValueError(part)
        self._count(found)
        return found

    def _count(self, content: bytes) -> None:
        self._tags += content.count(b"<")
        self._attributes += content.count(b"=")
        crowded = any(tag[0].count(b"=") > MOST_IN_TAG for tag in _LONG_TAG.finditer(content))
        if crowded or self._tags > MOST_TAGS or self._attributes > MOST_ATTRIBUTES:
            raise _FloodError

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Return what *part* refers to: id to (last word of the relation's type, part)."""
        folder, _, file = part.rpartition("/")
        rels = fromstring(self.read(join(folder, "_rels", f"{file}.rels")))  # noqa: S314 - see the import
        found = [rel.attrib for rel in rels if rel.get("TargetMode") != "External"]
        return {
            rel["Id"]: (rel["Type"].rpartition("/")[2], normpath(join("/", dirname(part), rel["Target"]))[1:]) for rel in found
        }


@dataclass(frozen=True, slots=True)
class _Book:
    """What all sheets of a workbook share, and the part of each worksheet by its title."""

    sheets: Mapping[str, str]
    strings: Sequence[str]
    dates: Dates

    @classmethod
    def of(cls, parts: _Parts) -> "_Book":
        start = next(part for kind, part in parts.related("").values() if kind == "officeDocument")
        root = fromstring(parts.read(start))  # noqa: S314 - see the import
        related = parts.related(start)
        titles = {each.get("name", ""): _relation(each) for each in root.iter() if _tag(each) == "sheet"}
        by_kind = {kind: part for kind, part in related.values() if kind in ("sharedStrings", "styles")}
        strings = _strings(parts.read(by_kind["sharedStrings"])) if "sharedStrings" in by_kind else []
        styles = Styles.of(fromstring(parts.read(by_kind["styles"])) if "styles" in by_kind else None)  # noqa: S314 - the same
        since_1904 = any(each.get("date1904") in ("1", "true") for each in root.iter() if _tag(each) == "workbookPr")
        sheets = {title: related[name][1] for title, name in titles.items() if related[name][0] == "worksheet"}
        return cls(sheets, strings, Dates(styles, datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)))  # noqa: DTZ001 - a sheet's days know no zone


def _relation(sheet: Element) -> str:
    return next(value for name, value in sheet.attrib.items() if name.endswith("}id"))


def _tag(element: Element) -> str:
    """Return the name of *element* without its namespace, of which there are two (transitional and strict)."""
    return element.tag.rpartition("}")[2]


def _strings(content: bytes) -> list[str]:
    found: list[str] = []
    for _, element in iterparse(io.BytesIO(content)):  # noqa: S314 - see the import
        if _tag(element) == "si":
            found.append(_rich(element))
            element.clear()
    return found


def _rich(element: Element) -> str:
    """Return a text of one or several runs, without the reading aids of Japanese sheets."""
    texts: list[str] = []
    for part in element:
        if _tag(part) == "t":
            texts.append(part.text or "")
        elif _tag(part) == "r":
            texts += [run.text or "" for run in part if _tag(run) == "t"]
    return unescaped("".join(texts))


class _Reader:
    """Reads one sheet after the other and counts their cells together."""

    def __init__(self, book: _Book, report: Report) -> None:
        self._book = book
        self._report = report
        self._cells = self._places = self._letters = 0

    @property
    def full(self) -> bool:
        """Say whether the workbook holds more cells than are read, or more in them."""
        return self._cells > MOST_CELLS or self._places > MOST_PLACES or self._letters > MOST_LETTERS

    def rows(self, title: str, content: bytes) -> Rows:
        """Return the rows of the sheet *title*; a cell that cannot be read is reported."""
        found: Rows = []
        number = 0
        for _, element in iterparse(io.BytesIO(content)):  # noqa: S314 - see the import
            if _tag(element) != "row":
                continue
            self._cells += len(element)
            number = int(element.get("r", number + 1))
            cells = {} if self.full else dict(self._row(title, number, element))
            self._places += max(cells, default=0)
            self._letters += sum(map(len, cells.values()))
            if self.full:
                self._report.add(None, "too_many_cells", most=f"{MOST_CELLS:,}")
                break
            element.clear()
            if cells:
                found.append((number, [cells.get(column, "") for column in range(1, max(cells) + 1)]))
        return found

    def _row(self, title: str, number: int, row: Element) -> Iterator[tuple[int, str]]:
        """Yield column and text of every cell of *row* that is not empty."""
        column = 0
        for cell in row:
            place = _PLACE.fullmatch(cell.get("r", ""))
            column = _column(place[1]) if place else column + 1
            text, wrong = self._text(cell)
            if (text or wrong) and (number > MOST_ROWS or column > MOST_COLUMNS):
                text, wrong = "", "cell_far"
            if wrong:
                facts = {"found": text, "rows": f"{MOST_ROWS:,}", "columns": str(MOST_COLUMNS)}
                self._report.add_line(number, f"{title}!{column_letters(column)}{number}", wrong, **facts)
            elif text:
                yield column, text

    def _text(self, cell: Element) -> tuple[str, str]:
        """Return the text of the *cell* and what is wrong with it, both empty if there is nothing."""
        kind = cell.get("t", "n")
        parts = {_tag(each): each for each in cell}
        if kind == "inlineStr":
            return (_rich(parts["is"]) if "is" in parts else ""), ""
        text = (parts["v"].text or "") if "v" in parts else ""
        if "f" in parts and not text and ("v" not in parts or kind != "str"):
            return "", "formula_uncached"
        if kind == "e":
            return text, "cell_error"
        return (self._value(kind, text, cell.get("s", "0")) if text else ""), ""

    def _value(self, kind: str, text: str, style: str) -> str:
        match kind:
            case "s":
                return self._book.strings[int(text)]
            case "b":
                return "TRUE" if text == "1" else "FALSE"
            case "n":
                return self._book.dates.text(text, int(style)) or number_text(text)
            case _:  # the result of a formula, or a day as ISO 8601
                return unescaped(text)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number

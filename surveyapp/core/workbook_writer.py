"""Plain sheets of text as an XLSX workbook: every cell is text, so that nothing in it can become a formula."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from questionnaires.sheets import column_letters
from surveyapp.core.text import TooLongError
from surveyapp.core.workbook_cells import escaped

LONGEST_CELL: Final = 32_767
LONGEST_TITLE: Final = 31
"""Letters; a sheet program cuts what is longer without a word."""

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_TITLES: Final = re.compile(r"[\[\]:*?/\\]")
_NARROWEST: Final = 8
_WIDEST: Final = 60
# The same moment in every file, so that the same sheets give the same bytes and no file says when it was made.
_MADE: Final = (1980, 1, 1, 0, 0, 0)
# Style 0 is plain text that wraps, style 1 the same in bold for the first row.
_STYLES: Final = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    "<borders count='1'><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2">'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Return the workbook with *sheets* (title to rows of cells, the first row a header), the same bytes for the same sheets.

    Control characters and lone surrogates, which no sheet can hold, are left out.

    Raises:
        TooLongError: a cell is longer than sheets keep; nothing is ever cut silently.
        ValueError: there is no sheet, or a title is one that sheet programs refuse.
    """
    for title in sheets:
        if not 0 < len(title) <= LONGEST_TITLE or _NOT_IN_TITLES.search(title):
            raise ValueError(f"{title!r} cannot be the title of a sheet")
    if not sheets:
        raise ValueError("a workbook needs a sheet")
    files = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            [*(("worksheet", f"worksheets/sheet{number + 1}.xml") for number in range(len(sheets))), ("styles", "styles.xml")]
        ),
        "xl/styles.xml": _STYLES,
    } | {f"xl/worksheets/sheet{number + 1}.xml": _sheet(rows) for number, rows in enumerate(sheets.values())}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _MADE), text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _content_types(sheets: int) -> str:
    kinds = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    kinds += [(f"/xl/worksheets/sheet{number + 1}.xml", "worksheet") for number in range(sheets)]
    overrides = "".join(f'<Override PartName="{part}" ContentType="{_TYPES}.{kind}+xml"/>' for part, kind in kinds)
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(related: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_DOCUMENT}/{kind}" Target="{part}"/>'
        for number, (kind, part) in enumerate(related, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _workbook(titles: Iterable[str]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{number}" r:id="rId{number}"/>'
        for number, title in enumerate(titles, start=1)
    )
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>{sheets}</sheets></workbook>'


def _sheet(rows: Sequence[Sequence[str]]) -> str:
    view = (
        '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
    )
    lines = "".join(f'<row r="{number}">{_cells(number, row)}</row>' for number, row in enumerate(rows, start=1))
    body = f"<sheetViews>{view}</sheetViews>{_columns(rows)}<sheetData>{lines}</sheetData>"
    return f'{_HEAD}<worksheet xmlns="{_MAIN}">{body}</worksheet>'


def _cells(number: int, row: Sequence[str]) -> str:
    style = 1 if number == 1 else 0
    return "".join(_cell(f"{column_letters(column)}{number}", style, text) for column, text in enumerate(row, start=1))


def _columns(rows: Sequence[Sequence[str]]) -> str:
    """Return columns as wide as their texts, within reason."""
    count = max((len(row) for row in rows), default=0)
    longest = [max((len(row[place]) for row in rows if place < len(row)), default=0) for place in range(count)]
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{min(max(length + 2, _NARROWEST), _WIDEST)}" customWidth="1"/>'
        for place, length in enumerate(longest, start=1)
    )
    return f"<cols>{columns}</cols>" if columns else ""


def _cell(place: str, style: int, text: str) -> str:
    if not text:
        return f'<c r="{place}" s="{style}"/>'
    if len(text) > LONGEST_CELL:
        raise TooLongError(len(text), LONGEST_CELL)
    kept = escape(escaped(_NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))))
    return f'<c r="{place}" t="inlineStr" s="{style}"><is><t xml:space="preserve">{kept}</t></is></c>'

"""The report as DOCX: real styles, real tables with repeated headings, pictures with the text that stands for them."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime, time
from importlib import import_module
from typing import Any, Final

from surveyapp.core import typesetting
from surveyapp.releases.files import zipped
from surveyapp.report.document import Bullets, DataTable, Document, Figure, Heading, PageTurn, Paragraph

_FIELDS: Final = {"{number}": "PAGE", "{all}": "NUMPAGES"}
_WIDTH: Final = 160
"""Millimetres between the margins of an upright A4 sheet; a broad one has 87 more."""
_BROADER: Final = 87
_LOCALES: Final = {"lv": "lv-LV", "en": "en-GB", "ru": "ru-RU"}
_LISTED: Final = 2
"""Headings down to this level stand in the table of contents."""
_CONTENTS: Final = r' TOC \o "1-2" \h \z \u '
_STYLES: Final = {"text": "Normal", "lead": "Lead", "hint": "Hint", "notice": "Intense Quote"}


class _Writer:
    """One file in the making; python-docx is loaded with the first report, never at the start of a worker."""

    def __init__(self, document: Document) -> None:
        self.docx = import_module("docx")
        self.shared = import_module("docx.shared")
        self.oxml = import_module("docx.oxml")
        self.ns = import_module("docx.oxml.ns")
        self.file: Any = self.docx.Document()
        self.width = _WIDTH
        self.chapters = 0
        _set_up(self, document)

    def element(self, tag: str, /, **attributes: str) -> Any:  # noqa: ANN401 - an element of python-docx
        """Return an element of the format with its attributes."""
        made = self.oxml.OxmlElement(tag)
        for key, value in attributes.items():
            made.set(self.ns.qn(f"w:{key}"), value)
        return made


def written(document: Document) -> bytes:
    """Return *document* as DOCX."""
    writer = _Writer(document)
    _title_page(writer, document)
    _contents(writer, document)
    for block in document.blocks:
        _WRITERS[type(block)](writer, block)
    target = io.BytesIO()
    writer.file.save(target)
    # The archive names moments, too: read and packed anew, the same report is the same bytes.
    with zipfile.ZipFile(target) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()})


def _set_up(writer: _Writer, document: Document) -> None:
    """Name the file, its language and its paper, and make the styles that the template lacks."""
    file, shared = writer.file, writer.shared
    core = file.core_properties
    core.title, core.author, core.subject = document.title, document.author, document.subtitle
    core.created = core.modified = datetime.combine(document.made_on, time())
    core.language, core.comments = _LOCALES[document.language], document.notice or ""
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", shared.Pt(11)
    properties = normal.element.get_or_add_rPr()
    properties.append(writer.element("w:lang", val=_LOCALES[document.language], eastAsia="lv-LV"))
    for name, size, bold in (("Lead", 12, True), ("Hint", 9, False), ("Table Text", 9, False)):
        style = file.styles.add_style(name, 1)
        style.base_style, style.font.size, style.font.bold = normal, shared.Pt(size), bold
        style.paragraph_format.space_after = shared.Pt(2 if name == "Table Text" else 6)
    for level in range(1, _LISTED + 1):
        style = file.styles.add_style(f"toc {level}", 1)
        style.base_style, style.paragraph_format.left_indent = normal, shared.Mm(6 * (level - 1))
        style.paragraph_format.space_after = shared.Pt(2)
    paper = file.sections[0]
    paper.page_width, paper.page_height = shared.Mm(210), shared.Mm(297)
    paper.left_margin = paper.right_margin = shared.Mm(25)
    paper.top_margin = paper.bottom_margin = shared.Mm(22)
    _page_numbers(writer, document)


def _page_numbers(writer: _Writer, document: Document) -> None:
    footer = writer.file.sections[0].footer.paragraphs[0]
    footer.style = writer.file.styles["Footer"]
    footer.add_run(f"{document.author} · {document.title} · ")
    for part in re.split(r"(\{number\}|\{all\})", document.words["page"]):
        run = footer.add_run("" if part in _FIELDS else part)
        if part in _FIELDS:
            _append(run, _mark(writer, "begin"), _code(writer, _FIELDS[part]), _mark(writer, "end"))


def _mark(writer: _Writer, kind: str) -> Any:  # noqa: ANN401 - an element of python-docx
    return writer.element("w:fldChar", fldCharType=kind)


def _append(run: Any, *elements: Any) -> None:  # noqa: ANN401 - a run and elements of python-docx
    for element in elements:
        run._r.append(element)  # noqa: SLF001 - python-docx has no fields of its own


def _code(writer: _Writer, text: str) -> Any:  # noqa: ANN401 - an element of python-docx
    made = writer.element("w:instrText")
    made.text = text
    return made


def _title_page(writer: _Writer, document: Document) -> None:
    file = writer.file
    file.add_paragraph(document.author, style="Subtitle")
    file.add_paragraph(document.title, style="Title")
    file.add_paragraph(document.subtitle, style="Subtitle")
    if document.notice:
        file.add_paragraph(document.notice, style="Intense Quote")
    for name, text in document.facts:
        line = file.add_paragraph()
        line.add_run(f"{name}: ").bold = True
        line.add_run(text)
    file.add_page_break()


def _contents(writer: _Writer, document: Document) -> None:
    """Write the table of contents: a field (ECMA-376, 17.16.5.68) that already holds its entries.

    Each leads to its heading. Page numbers are known to the program alone that lays the sheets out, once it updates the field.
    """
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    listed = [(number, block) for number, block in enumerate(headings, 1) if block.level <= _LISTED]
    writer.file.add_paragraph(document.words["contents"], style="TOC Heading")
    for place, (number, block) in enumerate(listed):
        line = writer.file.add_paragraph(style=f"toc {block.level}")
        if place == 0:
            _append(line.add_run(), _mark(writer, "begin"), _code(writer, _CONTENTS), _mark(writer, "separate"))
        link = writer.element("w:hyperlink", anchor=_bookmark(number), history="1")
        link.append(line.add_run(block.text)._r)  # noqa: SLF001 - python-docx writes no links
        line._p.append(link)  # noqa: SLF001
        if place == len(listed) - 1:
            _append(line.add_run(), _mark(writer, "end"))


def _bookmark(number: int) -> str:
    return f"_Toc{number:08d}"


def _heading(writer: _Writer, block: Heading) -> None:
    writer.chapters += 1
    heading = writer.file.add_heading(block.text, block.level)
    same = str(writer.chapters)
    heading._p.insert(1, writer.element("w:bookmarkStart", id=same, name=_bookmark(writer.chapters)))  # noqa: SLF001 - as above
    heading._p.append(writer.element("w:bookmarkEnd", id=same))  # noqa: SLF001


def _paragraph(writer: _Writer, block: Paragraph) -> None:
    writer.file.add_paragraph(block.text, style=_STYLES[block.manner])


def _bullets(writer: _Writer, block: Bullets) -> None:
    for item in block.items:
        writer.file.add_paragraph(item, style="List Bullet")


def _table(writer: _Writer, block: DataTable) -> None:
    caption = writer.file.add_paragraph(block.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = writer.file.add_table(rows=len(block.rows) + 1, cols=len(block.header), style="Light Grid Accent 1")
    table.autofit = False
    properties = table._tbl.tblPr  # noqa: SLF001 - python-docx has no words for a table's description
    properties.append(writer.element("w:tblCaption", val=block.caption))
    heading = table.rows[0]
    heading._tr.get_or_add_trPr().append(writer.element("w:tblHeader", val="true"))  # noqa: SLF001
    for row in table.rows:
        row._tr.get_or_add_trPr().append(writer.element("w:cantSplit", val="true"))  # noqa: SLF001
    _fill(writer, block, table)
    writer.file.add_paragraph(style="Hint")


def _fill(writer: _Writer, block: DataTable, table: Any) -> None:  # noqa: ANN401 - a table of python-docx
    whole, style = sum(block.widths), writer.file.styles["Table Text"]
    widths = [writer.shared.Mm(writer.width * share / whole) for share in block.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width  # Word goes by the cells, LibreOffice by the columns
    cells = iter(table._cells)  # noqa: SLF001 - row by row they are counted anew for each, minutes for a long table
    for row in (block.header, *block.rows):
        for column, text in enumerate(row):
            cell = next(cells)
            cell.width = widths[column]
            paragraph = cell.paragraphs[0]
            paragraph.text, paragraph.style = text, style
            if column in block.numeric:
                paragraph.alignment = 2


def _figure(writer: _Writer, block: Figure) -> None:
    width = _WIDTH * 2 // 3
    picture = io.BytesIO(typesetting.as_png(block.svg, width))
    shape = writer.file.add_picture(picture, width=writer.shared.Mm(width))
    properties = shape._inline.docPr  # noqa: SLF001 - python-docx has no words for a picture's description
    properties.set("descr", block.alternative)
    properties.set("title", block.caption)
    writer.file.paragraphs[-1].paragraph_format.keep_with_next = True
    writer.file.add_paragraph(block.caption, style="Caption")


def _page_turn(writer: _Writer, block: PageTurn) -> None:
    paper = writer.file.add_section(2)  # on a new page
    lying = paper.page_width > paper.page_height
    if lying != block.broad:
        paper.page_width, paper.page_height = paper.page_height, paper.page_width
        paper.orientation = int(block.broad)
    writer.width = _WIDTH + (_BROADER if block.broad else 0)


_WRITERS: Final[Mapping[type, Callable[[_Writer, Any], None]]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Bullets: _bullets,
    DataTable: _table,
    Figure: _figure,
    PageTurn: _page_turn,
}

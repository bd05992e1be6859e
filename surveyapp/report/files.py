"""The kinds of files that a report is written as."""

from collections.abc import Callable, Mapping
from typing import Final

from surveyapp.core.downloads import PDF
from surveyapp.report import as_docx, as_html, as_pdf
from surveyapp.report.document import Document

WRITERS: Final[Mapping[str, Callable[[Document], bytes]]] = {
    "html": as_html.written,
    "pdf": as_pdf.written,
    "docx": as_docx.written,
}
MIMETYPES: Final = {
    "html": "text/html; charset=utf-8",
    "pdf": PDF,
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

"""Attacking words in every place of a report: the files for Word and for printing hold them as they were typed."""

import io
import re
import subprocess
from datetime import date

import docx

from surveyapp.core.text import clean
from surveyapp.report import as_docx, as_pdf
from surveyapp.report.document import Bullets, DataTable, Document, Heading, Paragraph
from tests.surveyapp.demo.corpus import WORDS

PLACES = 9
"""How often each word stands below."""


def document(word: str) -> Document:
    """A report that says nothing else."""
    table = DataTable(word, (word, "2"), ((word, "1"),), (1, 1), frozenset({1}))
    blocks = (Heading(1, word), Paragraph(word), Bullets((word,)), table)
    words = {"page": "{number}", "contents": "Saturs"}
    return Document("lv", word, word, "Autors", date(2026, 11, 21), ((word, "x"),), blocks, "Izdomāts", words)


def letters(text: str) -> str:
    """A text without what a printed line adds or takes at its end."""
    return re.sub(r"[\s-]", "", text)


def test_a_word_anywhere_in_a_report_is_written_as_it_was_typed() -> None:
    for word in (clean(word, 200) for word in WORDS.values()):
        file = docx.Document(io.BytesIO(as_docx.written(document(word))))
        said = [each.text for each in file.paragraphs] + [cell.text for table in file.tables for cell in table._cells]
        assert sum(word in each for each in said) == PLACES + 1, f"{word}: its heading stands in the table of contents, too"
        made = as_pdf.written(document(word))
        read = subprocess.run(["pdftotext", "-raw", "-", "-"], input=made, capture_output=True, check=True).stdout.decode()
        assert letters(read).count(letters(word)) >= PLACES, word

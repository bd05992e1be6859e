"""The report of a year with one survey: its levels by themselves, in every kind of file."""

import io
import re
from collections.abc import Callable
from datetime import date

import docx
import pytest
from flask import Flask, g

from surveyapp.report import as_docx, as_html, as_pdf
from surveyapp.report.document import Figure
from tests.surveyapp.events.plans import PLAN, load_plan
from tests.surveyapp.report.test_report import document, words_of
from tests.surveyapp.results.opened_waves import FIRST, answers, opened_wave


@pytest.fixture(scope="module")
def furnish() -> Callable[[Flask], object]:
    """The small plan without any event, and one opened survey in which nobody of two people learnt abroad may be told."""

    def fill(app: Flask) -> None:
        load_plan(app, PLAN)
        opened_wave(app, "pirmā", FIRST, answers(12, abroad=1), date(2026, 11, 1))

    return fill


def test_one_survey_is_told_by_its_levels_and_ranges(one_app: Flask) -> None:
    said = " ".join(words_of(document(one_app, "en"))).replace("\u00a0", " ")
    for words in (
        "What specialists know and think, by the first survey:",
        "How soon must one report? – 30 % chose the right answer: 12 of 40.",
        "pirmā: answers were taken from 1 Nov 2026 to",
        "It asked 6 questions. Answered: 40 of 50 (80 %).",
        "No money is planned or stated for any row of the plan.",
    ):
        assert words in said, words
    assert "Last time" not in said
    assert re.search(r"Abroad: 0–2 people", said)


def test_every_kind_of_file_is_written_with_its_figures(one_app: Flask) -> None:
    found = document(one_app)
    figures = [block for block in found.blocks if isinstance(block, Figure)]
    assert len(figures) >= 2
    assert len({figure.caption for figure in figures}) == len(figures)
    file = docx.Document(io.BytesIO(as_docx.written(found)))
    assert len(file.inline_shapes) == len(figures)
    assert as_pdf.written(found).startswith(b"%PDF-1.7")
    with one_app.app_context():
        g.language = "lv"
        page = as_html.written(found).decode()
    assert page.count("<svg ") == len(figures)
    assert page.count('role="img"') == len(figures)

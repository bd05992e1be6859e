"""Files of releases: headings as asked for, widths that can be read, no text that a sheet would run."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from surveyapp.events import store
from surveyapp.releases import files
from tests.surveyapp.events.plans import PLAN, TRAINING, held, load_plan, somebody
from tests.surveyapp.releases.test_releases import made, run
from tests.surveyapp.results.opened_waves import two_waves


@pytest.fixture(scope="module")
def furnish() -> Callable[[Flask], object]:
    """The small plan with an event, and two opened surveys."""

    def fill(app: Flask) -> None:
        load_plan(app, PLAN)
        with app.app_context():
            store.log(somebody("coordinator"), TRAINING, held("2026-03-01", 25, title="Pirmā"))
        two_waves(app)

    return fill


@pytest.mark.parametrize("language", ["lv", "en", "ru"])
def test_headings_are_words_or_names_as_asked_and_nothing_below_them_differs(
    one_app: Flask, tmp_path: Path, language: str
) -> None:
    release = made(one_app)
    for headings in ("names", "titles"):
        for kind in ("csv", "xlsx"):
            out = str(tmp_path / headings)
            asked = ("--format", kind, "--headings", headings, "--lang", language, "--out", out)
            assert run(one_app, "export", "1", *asked).startswith("0 ")
    books = {each: load_workbook(tmp_path / each / "release-1.xlsx") for each in ("names", "titles")}
    for table in release.document["tables"]:
        name = table["name"]
        read = {each: list(csv.reader(io.StringIO((tmp_path / each / f"{name}.csv").read_text("utf-8-sig")))) for each in books}
        sheets = {each: list(book[name].iter_rows(values_only=True)) for each, book in books.items()}
        assert read["names"][1:] == read["titles"][1:]
        assert sheets["names"][1:] == sheets["titles"][1:]
        assert read["names"][0] == list(sheets["names"][0]) == table["columns"]
        words = read["titles"][0]
        assert words == list(sheets["titles"][0])
        assert len(set(words)) == len(words), "each heading names one column"
        assert all(word[0].isupper() and "_" not in word for word in words)


def test_columns_of_a_workbook_are_as_wide_as_what_stands_in_them_and_headings_make_none_wide(one_app: Flask) -> None:
    release = made(one_app)
    with one_app.test_request_context("/?lang=en"):
        book = load_workbook(io.BytesIO(files.workbook(release)["release-1.xlsx"]))
    for sheet in book.worksheets[2:]:
        # Neighbours of the same width are kept as one.
        kept = [(each.min, each.max, each.width) for each in sheet.column_dimensions.values()]
        for column in sheet.iter_cols():
            width = next(width for first, last, width in kept if first <= column[0].column <= last)
            longest = max((len(str(cell.value)) for cell in column[1:] if cell.value is not None), default=0)
            word = max(len(each) for each in str(column[0].value).split())
            assert max(word, min(longest, 50)) < width <= max(longest, word, 8) + 4, (sheet.title, column[0].value)
        assert sheet.freeze_panes == "A2"
        assert sheet["A1"].alignment.wrap_text


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", '=HYPERLINK("http://example.org")', "\t=1+1"])
def test_text_that_begins_like_a_formula_stays_text_in_every_sheet(one_app: Flask, begins: str) -> None:
    with one_app.app_context():
        store.log(somebody("coordinator", email="typing@example.org"), TRAINING, held("2026-04-02", 30, title=f"{begins}cmd"))
    release = made(one_app)
    with one_app.test_request_context("/?lang=en"):
        book = load_workbook(io.BytesIO(files.workbook(release)["release-1.xlsx"]))
        lines = files.csv_files(release, "")["head_counts.csv"].decode()
    cells = [cell for row in book["head_counts"].iter_rows() for cell in row if str(cell.value).endswith("cmd")]
    assert [cell.data_type for cell in cells] == ["s"]
    written = [cell for row in csv.reader(io.StringIO(lines)) for cell in row if cell.endswith("cmd")]
    assert len(written) == 1
    assert written[0].startswith("'")

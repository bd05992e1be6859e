"""Uploading a sheet of events in a real browser: the empty sheet, what is wrong, what it would do, done."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from tests.browser.looks import check, too_wide

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def fill(book: Workbook, row: int, *cells: object) -> None:
    """Type the first cells of a row: row of the plan, day, title, different people, attendances."""
    sheet = book.worksheets[0]
    for column, cell in enumerate(cells, 1):
        sheet.cell(row, column).value = cell


def choose(page: Page, book: Workbook, file: Path) -> None:
    book.save(file)
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Pārbaudīt failu").click()


def test_a_sheet_is_filled_in_mended_looked_at_and_taken_on_a_phone(signed_in: Callable[[str], Page], tmp_path: Path) -> None:
    page = signed_in("organiser")
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/events/?lang=lv")
    page.get_by_role("button", name="Augšupielādēt pasākumu tabulu").click()
    check(page, "the page of uploading")
    with page.expect_download() as download:
        page.get_by_role("button", name="Saglabāt tukšo veidlapu (XLSX)").click()
    empty = tmp_path / "empty.xlsx"
    download.value.save_as(empty)
    book = load_workbook(empty)
    row = next(str(cell.value) for cell in book.worksheets[2]["A"] if str(cell.value).startswith("5.1.a"))
    fill(book, 2, row, "03.11.2026", "Izdomātas mācības", "desmit", 12)
    choose(page, book, tmp_path / "bad.xlsx")
    expect(page.get_by_text("„desmit” nav skaitlis")).to_be_visible()
    check(page, "the page of a refused file")
    fill(book, 2, row, "03.11.2026", "Izdomātas mācības", 10, 12)
    choose(page, book, tmp_path / "good.xlsx")
    check(page, "the page that says what the file would do")
    page.get_by_role("button", name="Pievienot 1 pasākumu").click()
    expect(page.get_by_text("Pievienots 1 pasākums.")).to_be_visible()
    expect(page.get_by_role("link", name="Izdomātas mācības").first).to_be_visible()
    page.goto("/events/upload")
    fill(book, 2, row, "03.11.2026", "Izdomātas mācības", 11, 12)
    choose(page, book, tmp_path / "corrected.xlsx")
    page.get_by_role("button", name="Labot 1 pasākumu").click()
    expect(page.locator("#reason-error")).to_be_visible()
    check(page, "the page that asks for a reason")
    page.get_by_label("Iemesls").fill("Saraksts pārskaitīts")
    page.get_by_role("button", name="Labot 1 pasākumu").click()
    expect(page.get_by_text("Labots 1 pasākums.")).to_be_visible()
    assert too_wide(page) == []

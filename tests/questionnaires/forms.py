"""XLSForms as others write them: read from small text files, and put into a workbook by another program."""

import csv
import io
from pathlib import Path

from openpyxl import Workbook

FOLDER = Path(__file__).parent / "xlsforms"
Form = dict[str, list[list[str]]]
WISHED: dict[str, dict[str, str]] = {
    "survey": {"hint::Latviešu (lv)": "Skaitiet visus.", "hint::Русский (ru)": "Считайте все.", "surveyapp_bands": "0 1 8"},
    "settings": {
        "surveyapp_title_en": "Library survey",
        "surveyapp_title_ru": "Опрос о библиотеках",
        "surveyapp_intro_lv": "Par bibliotēkām.",
        "surveyapp_intro_en": "About libraries.",
        "surveyapp_intro_ru": "О библиотеках.",
        "surveyapp_minutes": "3",
        "surveyapp_stratum_item": "branch",
        "surveyapp_everybody_lv": "Visi",
        "surveyapp_everybody_en": "All",
        "surveyapp_everybody_ru": "Все",
    },
}
"""What the library's form lacks for us, by column; every value belongs into the row of the number or of the settings."""


def form(name: str) -> Form:
    """Return the sheets of one form; a row whose first cell is filled begins the sheet of that title."""
    found: Form = {}
    for title, *cells in csv.reader(io.StringIO((FOLDER / f"{name}.csv").read_text(encoding="utf-8"))):
        if title:
            rows = found.setdefault(title, [])
        else:
            rows.append(cells)
    return found


def with_columns(rows: list[list[str]], line: int, columns: dict[str, str]) -> list[list[str]]:
    """Return *rows* of a sheet with further *columns* that are filled in the row number *line* only."""
    width = max(len(row) for row in rows)
    filled = {1: list(columns), line: list(columns.values())}
    return [[*row, *[""] * (width - len(row)), *filled.get(number, [])] for number, row in enumerate(rows, start=1)]


def mended_library() -> Form:
    """Return the library's form with everything that its problems ask for."""
    found = form("library")
    found["survey"] = with_columns(found["survey"], 4, WISHED["survey"])
    found["survey"] = with_columns(found["survey"], 12, {"surveyapp_headline": "yes"})
    found["survey"][12][8] = "${recommend} = 'yes'"
    found["settings"] = with_columns(found["settings"], 2, WISHED["settings"])
    found["surveyapp_scales"] = [["list_name", "favourable", "favourable_reversed"], ["agree", "3", "1"]]
    label = ["label::Latviešu (lv)", "label::English (en)", "label::Русский (ru)"]
    town = ["town", "", "Pilsēta", "Town", "Город"]
    found["surveyapp_strata"] = [["id", "parent", *label], town, ["main", "town"], ["station", "town"], ["bus", ""]]
    return found


def as_workbook(sheets: Form) -> bytes:
    """Return the form in a workbook of another program, where whole numbers and flags are no texts."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([int(cell) if cell.isdigit() else {"TRUE": True}.get(cell, cell) or None for cell in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()

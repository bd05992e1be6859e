"""The empty workbook of a plan as a spreadsheet program opens it, fills it in and writes it back."""

import io
from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from questionnaires.library import find_plan
from questionnaires.plan_grammar import read_plan
from questionnaires.plan_sheet_names import SHEETS, Sheet
from questionnaires.plan_sheets_writer import header, to_sheets
from questionnaires.plan_types import Plan
from questionnaires.problems import FileRefusedError
from surveyapp.plans import files, template

LANGUAGES = ("lv", "en", "ru")
NAMES_OF_ROWS = frozenset({"row", "target", "id", "action", "goal", "number", "question", "prerequisite"})
"""Columns whose cells are names, such as 5.10, which a number would lose."""


def opened(one_app: Flask, language: str) -> Workbook:
    with one_app.test_request_context(), force_locale(language):
        return load_workbook(io.BytesIO(template.template("cesis")))


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def as_typed(cell: str, holds: str, name: str) -> str | float | date | bool | None:
    """Return what a spreadsheet program makes of *cell* when somebody types it into a cell without a format."""
    if not cell or holds == "text" or name in NAMES_OF_ROWS:
        return cell or None
    if holds == "day":
        return date.fromisoformat(cell)
    if holds == "flag":
        return cell == "true"
    try:
        return float(cell)
    except ValueError:
        return cell


def fill(sheet: Worksheet, of: Sheet, rows: list[list[str]]) -> None:
    columns = [column for column in of.columns for _ in column.headers]
    for line, row in enumerate(rows, start=2):
        for at, (column, cell) in enumerate(zip(columns, row, strict=True), start=1):
            found = as_typed(cell, column.holds, column.name)
            place = sheet.cell(line, at)
            place.number_format = "dd.mm.yyyy" if isinstance(found, date) else "General"
            place.value = found


def filled(book: Workbook, language: str, plan: Plan) -> Workbook:
    for of in SHEETS:
        fill(book[of.called(language)], of, to_sheets(plan)[of.name][1:])
    return book


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_header_and_note_is_in_the_language_asked_for_and_every_list_finds_its_words(
    one_app: Flask, language: str
) -> None:
    book = opened(one_app, language)
    assert book.sheetnames[:-1] == [sheet.called(language) for sheet in SHEETS]
    keys = {sheet.name for sheet in SHEETS if "_" in sheet.name or language != "en"}
    for of in SHEETS:
        sheet = book[of.called(language)]
        heads = [cell for cell in sheet[1] if cell.value]
        assert [str(cell.value).removesuffix(" *") for cell in heads] == header(of, language)
        for cell in heads:
            assert cell.comment is not None
            named = {f"“{key}”" for key in keys} | {f"„{key}”" for key in keys} | {f"«{key}»" for key in keys}
            assert language == "en" or not any(each in cell.comment.text for each in named), cell.comment.text
            assert "_" not in cell.comment.text or language == "en", cell.comment.text
        for validation in sheet.data_validations.dataValidation:
            title, _, area = str(validation.formula1).lstrip("=").rpartition("!")
            source = book[title.strip("'")]
            cells = [row[0].value for row in source[area.replace("$", "")]]
            assert validation.type == "list"
            assert source.title != book.sheetnames[-1] or all(cells), f"{sheet.title}: {area} holds an empty word"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_typed_into_the_empty_workbook_is_read_whatever_the_program_made_of_numbers_and_days(
    one_app: Flask, language: str
) -> None:
    plan = read_plan(find_plan("cesis-2025-2027"))
    found = files.of_bytes(saved(filled(opened(one_app, language), language, plan)), "plan.xlsx")
    assert found.plan == plan


def test_cells_that_somebody_merged_below_an_empty_one_are_named(one_app: Flask) -> None:
    plan = read_plan(find_plan("cesis-2025-2027"))
    book = filled(opened(one_app, "lv"), "lv", plan)
    book["Rindu mērķi"].merge_cells("A2:A3")
    with pytest.raises(FileRefusedError) as refused:
        files.of_bytes(saved(book), "plan.xlsx")
    said = [(problem.key, problem.line, problem.message) for problem in refused.value.problems]
    assert ("Rindu mērķi", 3, "the column Rinda of the sheet Rindu mērķi is missing or empty here; fill it in") in said


def test_a_hidden_sheet_of_the_plan_is_refused_by_name_and_one_of_notes_is_left_alone(one_app: Flask) -> None:
    plan = read_plan(find_plan("cesis-2025-2027"))
    book = filled(opened(one_app, "ru"), "ru", plan)
    book.create_sheet("Мои заметки").sheet_state = "hidden"
    assert files.of_bytes(saved(book), "plan.xlsx").plan == plan
    book["Деньги"].sheet_state = "veryHidden"
    with pytest.raises(FileRefusedError) as refused:
        files.of_bytes(saved(book), "plan.xlsx")
    assert [problem.code for problem in refused.value.problems] == ["sheet_hidden"]
    assert dict(refused.value.problems[0].facts) == {"found": "Деньги"}

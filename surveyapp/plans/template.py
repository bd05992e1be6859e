"""The empty workbook in which a plan is written: every sheet with its columns, drop-downs, and what each word means."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, Final

from flask_babel import get_locale
from flask_babel import gettext as _

from questionnaires.plan_sheet_names import BY_NAME, SHEETS, Column, Sheet
from surveyapp.plans import part_words

ROWS: Final = 1000
"""How many rows of a sheet have drop-downs; more may be filled in."""
_WIDE: Final = frozenset({"text"})
_WORDS: Final[Mapping[str, Mapping[str, object]]] = {
    "kind": part_words.KINDS,
    "comparator": part_words.COMPARATORS,
    "unit": part_words.UNITS,
    "counted": part_words.COUNTED,
    "period": part_words.PERIODS,
}
_REFERS: Final = {
    "row": "rows",
    "action": "actions",
    "goal": "goals",
    "measured_as": "measured",
    "audience": "audiences",
    "of_set": "reference_sets",
    "set": "reference_sets",
}
"""Columns that name a row of another sheet, which stands in the first column there."""
_WORDS_SHEET: Final = {"lv": "Vārdi", "ru": "Слова"}
_ROW_KINDS: Final = ("measure", "policy_indicator")


def template(municipality: str) -> bytes:
    """Return the empty workbook as XLSX: headers and notes in the page's language, English headers are keys of plan files."""
    # A worker that serves respondents must not pay for a library that it never uses.
    writer = import_module("xlsxwriter")
    target = io.BytesIO()
    book = writer.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": _("Plan"), "created": datetime(1980, 1, 1, tzinfo=UTC)})
    language = str(get_locale())
    sheets = {sheet.name: book.add_worksheet(sheet.called(language)) for sheet in SHEETS}
    words = book.add_worksheet(_WORDS_SHEET.get(language, "words"))
    sources = _fill_words(words, book)
    titles = {name: sheet.get_name() for name, sheet in sheets.items()}
    for name, sheet in sheets.items():
        _fill(sheet, book, BY_NAME[name], titles, sources, language)
    at = [column.name for column in BY_NAME["plan"].columns].index("municipality")
    sheets["plan"].write_string(1, at, municipality)
    book.close()
    return target.getvalue()


def _fill(sheet: Any, book: Any, of: Sheet, titles: Mapping[str, str], sources: Mapping[str, str], language: str) -> None:  # noqa: ANN401 - the library has no types
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 2, "bg_color": "#E8EEF4"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    headers = [(column, header) for column in of.columns for header in column.headers]
    for at, (column, header) in enumerate(headers):
        # Every cell is text, so that no program takes the number 5.2 for a day in February.
        sheet.set_column(at, at, 34 if column.holds in _WIDE else 18, text)
        sheet.write_string(0, at, f"{column.called(header, language)}{' *' if column.needed else ''}", head)
        sheet.write_comment(0, at, note(of, column, language), {"x_scale": 2, "y_scale": 1.4})
        source = sources.get(_list_of(of, column)) or _reference(of, column, titles)
        if source:
            sheet.data_validation(1, at, ROWS, at, {"validate": "list", "source": source, "error_type": "warning"})
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)


def _list_of(sheet: Sheet, column: Column) -> str:
    return f"{sheet.name}.kind" if column.name == "kind" else column.name


def _reference(sheet: Sheet, column: Column, titles: Mapping[str, str]) -> str | None:
    named = _REFERS.get(column.name)
    if named is None or named == sheet.name:
        return None
    return f"='{titles[named]}'!$A$2:$A${ROWS}"


def _fill_words(sheet: Any, book: Any) -> dict[str, str]:  # noqa: ANN401 - the same
    """Write every closed list with what its words mean; return where the drop-downs find each."""
    bold, plain = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 70, plain)
    sources: dict[str, str] = {}
    line = 0
    for name, words in _WORDS.items():
        sheet.write_string(line, 0, str(part_words.FIELDS[name]), bold)
        start = line = line + 1
        ordered = sorted(words.items(), key=lambda word: word[0] in _ROW_KINDS) if name == "kind" else list(words.items())
        for key, meaning in ordered:
            sheet.write_string(line, 0, key)
            sheet.write_string(line, 1, str(meaning))
            line += 1
        place = f"='{sheet.get_name()}'!$A${{}}:$A${{}}"
        if name == "kind":
            sources["targets.kind"] = place.format(start + 1, line - len(_ROW_KINDS))
            sources["rows.kind"] = place.format(line - len(_ROW_KINDS) + 1, line)
        else:
            sources[name] = place.format(start + 1, line)
        line += 1
    return sources


def note(sheet: Sheet, column: Column, language: str) -> str:
    """Return what to write in a column, in the *language* of the request."""
    name = column.name.partition("_")[0] if column.name not in part_words.FIELDS else column.name
    own = column.called(column.name, language).replace("_", " ")
    meaning = str(part_words.FIELDS.get(column.name) or part_words.FIELDS.get(name) or own[:1].upper() + own[1:])
    return f"{meaning}. {_form(sheet, column, language)}".strip()


def _form(sheet: Sheet, column: Column, language: str) -> str:
    named = sheet.parents.get(column.name) or _REFERS.get(column.name)
    if column.name in ("id", "number"):
        return str(_("A short name or number of its own, by which other sheets name this."))
    if named:
        return str(_("The id of a row of the sheet “%(sheet)s”.", sheet=BY_NAME[named].called(language)))
    forms = {
        "day": _("A day, such as 31.12.2027."),
        "number": _("A number, such as 2,5."),
        "flag": _("yes or no; empty is no."),
        "words": _("Ids of rows of the sheet “%(sheet)s”, apart by commas.", sheet=BY_NAME["institutions"].called(language)),
        "quarters": _("Each year with its quarters, such as 2025: 1, 3; 2026: 1."),
        "text": _("In Latvian, English and Russian, each in its own column."),
    }
    return str(forms.get(column.holds, ""))

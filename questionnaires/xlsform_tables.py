"""The sheets of an XLSForm with their columns under the names used here; whatever is not read here is refused by its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from questionnaires.fields import nearest, words
from questionnaires.report import Report
from questionnaires.sheets import Row, Sheets, Table, table_of
from questionnaires.texts import LANGUAGES, Language
from questionnaires.xlsform_names import (
    COLUMNS,
    OURS,
    SHEETS,
    SPELLINGS,
    TEXTS,
    UNSUPPORTED,
    UNSUPPORTED_SHEETS,
    language_of,
    text_column,
)
from questionnaires.xlsform_nodes import Texts
from questionnaires.yaml_file import ScalarNode

_TRANSLATED: Final = ("label", "hint")


@dataclass(frozen=True, slots=True)
class Form:
    """The sheets of a form that have rows, and how to read the texts of each."""

    tables: Mapping[str, Table]
    texts: Mapping[str, Texts]
    settings: Row

    def rows(self, sheet: str) -> tuple[Row, ...]:
        """Return the rows of *sheet*, none if it is not there."""
        return tuple(self.tables[sheet].rows)


def read_form(report: Report, sheets: Sheets) -> Form:
    """Return the form in *sheets*; unknown sheets, columns and languages are reported."""
    by_title = {title.strip().lower(): title for title in sheets}
    _check_titles(report, by_title)
    found = {
        sheet: table_of(report, by_title.get(sheet, sheet), sheets[by_title[sheet]] if sheet in by_title else (), _name)
        for sheet in SHEETS
    }
    settings = _settings(report, found["settings"])
    usual = settings.get("default_language")
    language = language_of(usual.text) if usual else None
    texts = {sheet: Texts(report, table, _columns(report, sheet, table, language)) for sheet, table in found.items()}
    return Form(found, texts, settings)


def _check_titles(report: Report, titles: Mapping[str, str]) -> None:
    """Report what is missing or cannot be meant; any other sheet is somebody's notes."""
    if "survey" not in titles:
        report.add(None, "sheet_missing", missing="survey")
    for name, title in titles.items():
        if name in UNSUPPORTED_SHEETS:
            report.add(None, "sheet_unsupported", found=title)
        elif name not in SHEETS and name.startswith(OURS):
            report.add(None, "sheet_near", found=title, nearest=nearest(report, name, SHEETS) or SHEETS[0])


def _name(column: str) -> str:
    """Return the present name of a *column*, as freely as XLSForm takes them: older names, capitals, spaces."""
    base, *more = (part.strip() for part in column.split("::"))
    base = base.lower().replace(" ", "_")
    return "::".join([SPELLINGS.get(base, base), *more])


def _settings(report: Report, table: Table) -> Row:
    for extra in table.rows[1:]:
        report.add(extra, "settings_rows")
    return table.rows[0] if table.rows else Row("settings", 1, {})


def _columns(report: Report, sheet: str, table: Table, usual: Language | None) -> dict[str, dict[Language, str]]:
    """Return the columns of texts by text and language; a filled column that is not read here is reported once."""
    texts: dict[str, dict[Language, str]] = {}
    ours = {text_column(base, language): (base, language) for base in TEXTS.get(sheet, ()) for language in LANGUAGES}
    for column in table.columns:
        filled = next((row for row in table.rows if row.get(column.text)), None)
        base, _, said = column.text.partition("::")
        if column.text in ours:
            base, language = ours[column.text]
            texts.setdefault(base, {})[language] = column.text
        elif base in _TRANSLATED and base in _translated(sheet):
            found = _language(report, column, said, usual)
            if found and found in texts.get(base, {}):
                report.add(column, "column_twice", found=column.text)
            elif found:
                texts.setdefault(base, {})[found] = column.text
        elif filled and (said or base not in COLUMNS[sheet]):
            _refuse(report, sheet, filled.cells[column.text], column.text)
    return texts


def _translated(sheet: str) -> tuple[str, ...]:
    return _TRANSLATED if sheet == "survey" else ("label",) if "label" in COLUMNS[sheet] else ()


def _language(report: Report, column: ScalarNode, said: str, usual: Language | None) -> Language | None:
    found = language_of(said) if said else usual
    if said and found is None:
        report.add(column, "language_unknown", found=column.text)
    elif found is None:
        report.add(column, "language_unsaid", found=column.text)
        return LANGUAGES[0]  # so that the other languages are asked for, but not every single text of this one
    return found


def _refuse(report: Report, sheet: str, cell: ScalarNode, name: str) -> None:
    """Report a column that is not read here, at the first cell in it."""
    if name.partition("::")[0] in UNSUPPORTED or name.partition(":")[0] in UNSUPPORTED:
        report.add(cell, "column_unsupported", found=name)
        return
    known = [*COLUMNS[sheet], *(text_column(base, language) for base in TEXTS.get(sheet, ()) for language in LANGUAGES)]
    near = nearest(report, name, known)
    if near:
        report.add(cell, "column_unknown_near", found=name, nearest=near)
    else:
        report.add(cell, "column_unknown", found=name, allowed=words(known))

"""The sheets of a plan's workbook with their columns under one name, whatever the language, and its problems by their cells."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from questionnaires.fields import LANGUAGE_NAMES, nearest, words
from questionnaires.plan_sheet_names import SHEETS, Column, Sheet, folded
from questionnaires.problems import FileRefusedError
from questionnaires.report import Place, Report
from questionnaires.sheets import Row, Sheets, Table, table_of
from questionnaires.texts import LANGUAGES

_NEARLY: Final = 0.8
"""How alike a title must be to be taken for a slip; other sheets are somebody's notes."""
_NAMED_IN: Final = ("en", "lv", "ru")
"""The languages of titles and headers; where two have the same word, the first one is spoken."""
_CHILDREN: Final = {sheet.key: sheet for sheet in SHEETS if sheet.key}


@dataclass(frozen=True, slots=True)
class PlanTables:
    """The tables of a workbook by the names of their sheets; a sheet that is not there has no rows."""

    tables: Mapping[str, Table]

    def rows(self, sheet: str) -> tuple[Row, ...]:
        """Return the rows of *sheet*."""
        return tuple(self.tables[sheet].rows)


class PlanReport(Report):
    """Problems of a workbook: what the grammar misses is asked for by its column or sheet, and nothing is said twice."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self._titles: dict[str, tuple[Sheet, str]] = {}
        self._said: set[tuple[int | None, str, str, tuple[tuple[str, str], ...]]] = set()

    def know(self, title: str, sheet: Sheet) -> None:
        """Remember that *sheet* has this *title* here; it is spoken of in the language of its title."""
        self._titles[title] = (sheet, next(each for each in _NAMED_IN if folded(title) == folded(sheet.called(each))))

    @property
    def language(self) -> str:
        """The language that the workbook's first known sheet is called in."""
        return next((language for _, language in self._titles.values()), _NAMED_IN[0])

    def title_of(self, sheet: Sheet) -> str:
        """Return what *sheet* is called in this workbook, or would be."""
        return next((title for title, (known, _) in self._titles.items() if known is sheet), sheet.called(self.language))

    def header_of(self, title: str, column: Column, header: str) -> str:
        """Return what a column is called in the sheet of that *title*."""
        return column.called(header, self._titles[title][1] if title in self._titles else "en")

    def add(self, place: Place | None, code: str, /, **facts: str) -> None:
        """Note the problem *code* at *place*; a missing key becomes a missing cell, line or sheet."""
        if place and code == "missing_key":
            code, facts = self._missing(place, facts["missing"])
        if code == "not_a_map":  # marked quarters are the only cell that is read as one
            code = "quarters_form"
        super().add(place, code, **facts)

    def add_line(self, line: int | None, key: str, code: str, /, **facts: str) -> None:
        """Note a problem unless it was noted before."""
        said = (line, key, code, tuple(facts.items()))
        if said not in self._said:
            self._said.add(said)
            super().add_line(line, key, code, **facts)

    def refusal(self) -> FileRefusedError:
        """Return the error that names every problem, sheet by sheet and from above."""
        titles = {title: at for at, title in enumerate(self._titles)}
        found = super().refusal().problems
        return FileRefusedError(sorted(found, key=lambda problem: titles.get(problem.key.partition("!")[0], len(titles))))

    def _missing(self, place: Place, key: str) -> tuple[str, dict[str, str]]:
        title, _, rest = place.key.partition("!")
        sheet, _language = self._titles.get(title, (SHEETS[0], "en"))
        group = rest.partition("(")[2].rstrip(")")
        column = sheet.column((group, key) if group else (key,))
        if column is None and key in _CHILDREN:
            below = self.title_of(_CHILDREN[key])
            return ("sheet_empty", {"sheet": below}) if sheet is SHEETS[0] else ("lines_missing", {"sheet": below})
        name = self.header_of(title, column, column.headers[0]) if column else key
        return "column_needed", {"column": name, "sheet": title}


def read_tables(report: PlanReport, sheets: Sheets, hidden: Container[str]) -> PlanTables:
    """Return the tables in *sheets*; *hidden* ones and unknown columns are reported, and titles that are nearly one of ours."""
    names = {folded(sheet.called(language)): sheet for sheet in SHEETS for language in _NAMED_IN}
    titled = {folded(title): title for sheet in SHEETS for title in map(sheet.called, _NAMED_IN)}
    titles: dict[str, str] = {}
    for title in sheets:
        sheet = names.get(folded(title))
        if sheet is not None and sheet.name not in titles:
            report.know(title, sheet)
            titles[sheet.name] = title
            if title in hidden:
                report.add(None, "sheet_hidden", found=title)
        elif sheet is not None:
            report.add(None, "sheet_twice", found=title, first=titles[sheet.name])
        elif near := get_close_matches(folded(title), names, 1, _NEARLY):
            report.add(None, "sheet_near", found=title, nearest=titled[near[0]])
    return PlanTables({sheet.name: _table(report, sheet, titles.get(sheet.name), sheets) for sheet in SHEETS})


def _table(report: PlanReport, sheet: Sheet, title: str | None, sheets: Sheets) -> Table:
    if title is None:
        if sheet.name == "plan":
            report.add(None, "sheet_missing", missing=report.title_of(sheet))
        return Table(sheet.name, 1, (), ())
    names = {
        folded(column.called(header, language)): header
        for column in sheet.columns
        for header in column.headers
        for language in _NAMED_IN
    }
    table = table_of(report, title, sheets[title], lambda name: names.get(folded(name), " ".join(name.split())))
    called = {header: report.header_of(title, column, header) for column in sheet.columns for header in column.headers}
    _refuse_unknown(report, table, names, called)
    return table


def _refuse_unknown(report: Report, table: Table, names: Mapping[str, str], called: Mapping[str, str]) -> None:
    """Report filled columns that are not read here, each at its first cell; *called* are those that are, in its language."""
    for column in table.columns:
        filled = next((row for row in table.rows if row.get(column.text)), None)
        if filled is None or column.text in called:
            continue
        near = nearest(report, folded(column.text), names)
        cell = filled.cells[column.text]
        if near:
            report.add(cell, "column_unknown_near", found=column.text, nearest=called[names[near]])
        else:
            report.add(cell, "column_unknown", found=column.text, allowed=words(called.values()))


def report_text(report: PlanReport, row: Row, column: Column, table: Table) -> None:
    """Report every language of a text that is missing in *row*: a column that is not there at all once, for the whole sheet."""
    there = {each.text for each in table.columns}
    for header, language in zip(column.headers, LANGUAGES, strict=True):
        if row.get(header) is None:
            place: Place = row if header in there else table
            name = report.header_of(row.sheet, column, header)
            report.add(place, "cell_text_missing", language=LANGUAGE_NAMES[language], column=name)

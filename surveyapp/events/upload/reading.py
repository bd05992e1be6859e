"""Reading a sheet of events: columns by their names in any language, cells by the ids or names of the plan."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import force_locale

from analysis.event_file import COLUMNS, OPTIONAL_COLUMNS, read_rows
from analysis.head_counts import EventRecord
from questionnaires.plan_types import Plan
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.sheets import column_letters
from questionnaires.texts import LANGUAGES
from surveyapp.core import files_apart, table_files
from surveyapp.core.text import TooLongError, clean, folded
from surveyapp.core.unswept import unswept
from surveyapp.core.workbooks import Rows
from surveyapp.events import rules
from surveyapp.events.upload.names import Names
from surveyapp.events.words import LABELS

MOST_MB: Final = 8
NEEDED: Final = ("indicator", "held_on", "title")
MEASURED: Final = frozenset({"value", "unit"})
"""Columns of the analyst's file that no event has: measured values are stated about the plan, not logged as events."""

_KNOWN: Final = tuple(name for name in (*COLUMNS, *OPTIONAL_COLUMNS) if name not in MEASURED)
_HEADER_WITHIN: Final = 10  # a title or two may stand above the names of the columns
_LONGEST: Final[Mapping[str, int]] = {"evidence": 2000, "title": 200, "place": 200, "member": 200}
_MOST: Final[Mapping[str, float]] = {**dict.fromkeys(rules.COUNTS, 100_000), "hours": 10_000, "amount": 100_000_000}
_LONGEST_CELL: Final = 8000


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an event stands in a file: the title of the sheet (empty in CSV) and the row as the sheet program numbers it."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Uploaded:
    """One event of a file; ``group`` is the place of the earlier event with the same people."""

    place: Place
    indicator: str
    institution: str
    facts: rules.Facts
    group: Place | None


@dataclass(frozen=True, slots=True)
class Upload:
    """What a file says: its events, and the facts that it has columns for (others stay as they were)."""

    plan: str
    events: tuple[Uploaded, ...]
    columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Uploader:
    """For whom a file is read: ``institution`` holds events that name none; with ``anybody`` others may be named as well."""

    institution: str | None
    anybody: bool


def read(content: bytes, name: str, plan: Plan, today: date, uploader: Uploader) -> Upload:
    """Return what the file says.

    Raises FileRefusedError with every problem: its ``file`` is the title of the sheet, ``line`` the row, ``key`` the column.
    """
    if len(content) > MOST_MB * 1_000_000:
        raise _refusal("file_too_large", most=str(MOST_MB))
    with unswept():
        return _read(content, name, _Reader(plan, today, uploader))


def _read(content: bytes, name: str, reader: "_Reader") -> Upload:
    try:
        table = files_apart.table(content, name)
    except table_files.NotATableError:
        raise _refusal("not_a_table") from None
    for title, rows in table.sheets.items():
        reader.sheet(title, rows, hidden=title in table.hidden)
    if not reader.headers and not reader.problems:
        raise _refusal("no_header", columns=", ".join(str(LABELS[each]) for each in NEEDED))
    if not reader.events and not reader.problems:
        raise _refusal("no_events")
    if reader.problems:
        raise FileRefusedError(reader.problems)
    return Upload(reader.plan, tuple(reader.events), frozenset.intersection(*reader.headers))


def _refusal(code: str, **facts: str) -> FileRefusedError:
    return FileRefusedError([Problem("", None, "", code, "", tuple(facts.items()))])


def column_names() -> dict[str, str]:
    """Return each column by what a header may call it: its id, or its label in any of the three languages."""
    found = {folded(column): column for column in (*_KNOWN, *MEASURED)}
    for language in LANGUAGES:
        with force_locale(language):
            found.update({folded(str(LABELS[column])): column for column in _KNOWN})
    return found


class _Reader:
    """Reads one sheet after the other; a sheet without a header of events is left alone."""

    def __init__(self, plan: Plan, today: date, uploader: Uploader) -> None:
        self.events: list[Uploaded] = []
        self.problems: list[Problem] = []
        self.headers: list[frozenset[str]] = []
        self.plan = plan.id
        self._plan = plan
        self._today = today
        self._uploader = uploader
        self._columns = column_names()
        self._names = Names(plan)
        self._rows_of_plan = {row.id: (row, rules.reference_set_of(row, plan)) for row in plan.indicators}
        self._steps_needed = {row.id for row in plan.indicators if "step" in rules.asked_of(row, plan).needed}

    def sheet(self, title: str, rows: Rows, *, hidden: bool) -> None:
        """Read the events of one sheet; a hidden one is refused, because nobody sees what would be read."""
        filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
        at = next((at for at, (_, cells) in enumerate(filled[:_HEADER_WITHIN]) if self._is_header(cells)), None)
        if at is None:
            return
        number, names = filled[at]
        if hidden:
            self.problems.append(Problem(title, None, "", "hidden_sheet", ""))
            return
        columns = self._header(title, number, names)
        self.headers.append(frozenset(column for column in columns if column))
        problems = [problem for problem in self.problems if problem.file == title]
        if not problems:
            self._rows(title, columns, filled[at + 1 :])

    def _is_header(self, cells: Sequence[str]) -> bool:
        known = {self._columns.get(_plain_name(cell)) for cell in cells}
        return len(known & set(NEEDED)) > 1

    def _header(self, title: str, number: int, names: Sequence[str]) -> list[str]:
        """Return the column of each cell of the header, nothing for an empty one."""
        columns = [self._columns.get(_plain_name(name), "") for name in names]
        for place, (name, column) in enumerate(zip(names, columns, strict=True), 1):
            if name.strip() and not column:
                known = ", ".join(str(LABELS[each]) for each in _KNOWN)
                self._add(title, number, column_letters(place), "unknown_column", found=_short(name), allowed=known)
            if column in MEASURED:
                self._add(title, number, column, "measured_elsewhere")
        for column, times in Counter(column for column in columns if column).items():
            if times > 1:
                self._add(title, number, column, "duplicate_column")
        for column in NEEDED:
            if column not in columns:
                self._add(title, number, column, "missing_column")
        return columns

    def _rows(self, title: str, columns: Sequence[str], rows: Rows) -> None:
        header = [column for column in columns if column]
        prepared = [(number, self._cells(title, number, columns, cells)) for number, cells in rows]
        events, problems = read_rows(title, header, prepared, self._plan, self._today)
        self.problems += [problem for problem in problems if (problem.key, problem.code) != ("", "cells")]
        for event in events:
            self.problems += self._checked(title, event)
            self.events.append(self._uploaded(title, event))

    def _cells(self, title: str, number: int, columns: Sequence[str], cells: Sequence[str]) -> list[str]:
        """Return the cells of the known columns, as many as the header has, with names of the plan turned into its ids."""
        padded = [*cells[: len(columns)], *[""] * (len(columns) - len(cells))]
        for place, cell in enumerate(cells, 1):
            if cell.strip() and (place > len(columns) or not columns[place - 1]):
                self._add(title, number, column_letters(place), "cell_without_header", found=_short(cell))
        read = {
            column: self._clean(title, number, column, cell) for column, cell in zip(columns, padded, strict=True) if column
        }
        return list(self._names.as_ids(read).values())

    def _clean(self, title: str, number: int, column: str, cell: str) -> str:
        longest = _LONGEST.get(column, _LONGEST_CELL)
        try:
            return clean(cell, longest)
        except TooLongError as error:
            self._add(title, number, column, "too_long", found=str(error.length), most=str(longest))
            return clean(cell[:longest], longest * 4)[:longest]

    def _checked(self, title: str, event: EventRecord) -> Iterator[Problem]:
        """Yield what this person's institution, the row and the limits of the form say against the event."""
        number = int(event.reference)
        for column, most in _MOST.items():
            stated = getattr(event, column)
            if stated is not None and stated > most:
                yield _problem(title, number, column, "absurd", found=f"{stated:g}", most=f"{most:,.0f}".replace(",", "\u00a0"))
        indicator, listed = self._rows_of_plan.get(event.indicator, (None, None))
        if indicator is None:
            return
        yield from self._institution_problem(title, number, event)
        if event.step is None and indicator.id in self._steps_needed:
            yield _problem(title, number, "step", "step_missing", allowed=self._names.steps_said(indicator))
        if event.member and listed and listed.members and not rules.is_member(event.member, listed, event.held_on):
            yield _problem(title, number, "member", "not_a_member", found=event.member)

    def _institution_problem(self, title: str, number: int, event: EventRecord) -> Iterator[Problem]:
        named = event.institution or self._uploader.institution
        if named is None:
            yield _problem(title, number, "institution", "institution_missing", allowed=self._names.institutions_said())
        elif not self._names.is_institution(named):
            allowed = self._names.institutions_said()
            yield _problem(title, number, "institution", "unknown_institution", found=named, allowed=allowed)
        elif not self._uploader.anybody and named != self._uploader.institution:
            yield _problem(title, number, "institution", "not_yours", found=self._names.institution_said(named))

    def _uploaded(self, title: str, event: EventRecord) -> Uploaded:
        stated = {name: getattr(event, name) for name in rules.FACTS if name != "same_group_as"}
        group = event.same_group_as
        return Uploaded(
            Place(title, int(event.reference)),
            event.indicator,
            event.institution or self._uploader.institution or "",
            rules.Facts(**stated),
            Place(title, int(group)) if group and group.isascii() and group.isdecimal() else None,
        )

    def _add(self, title: str, number: int, column: str, code: str, **facts: str) -> None:
        self.problems.append(_problem(title, number, column, code, **facts))


def _problem(title: str, number: int, column: str, code: str, **facts: str) -> Problem:
    return Problem(title, number, column, code, "", tuple(facts.items()))


def _plain_name(cell: str) -> str:
    return folded(" ".join(cell.split()).rstrip("*: "))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"  # noqa: PLR2004 - as much as a message can quote

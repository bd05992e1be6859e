"""Reading a sheet that was collected elsewhere: CSV or XLSX to shuffled rows, from which times and addresses are gone."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Final

from questionnaires.sheets import column_letters
from surveyapp.core import files_apart, table_files
from surveyapp.core.text import clean
from surveyapp.survey.importing.import_columns import is_private, tells_who_or_when
from surveyapp.survey.importing.import_problems import Fault, ImportRefusedError, fault

MOST_MB: Final = 4
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 500
_LONGEST_CELL: Final = 2_000
_LONGEST_HEADER: Final = 400
_TITLE_CELLS: Final = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column that may be read: its place from 1 and its header, which no other column of the file has."""

    place: int
    header: str

    @property
    def name(self) -> str:
        """The column as problems name it: its letter in a spreadsheet and its header."""
        return f"{column_letters(self.place)} ({short(self.header)})"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one person in the order of the columns; ``number`` is the row's in the spreadsheet, for problems only."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is left of a file: no column that tells who or when (``dropped`` has their headers), and rows in random order."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    dropped: tuple[str, ...]

    def cells(self, place: int) -> list[str]:
        """Return the cells of the column at *place*, in the order of the rows."""
        index = [column.place for column in self.columns].index(place)
        return [row.cells[index] for row in self.rows]


Lines = Sequence[tuple[int, Sequence[str]]]


def short(text: str, longest: int = 60) -> str:
    """Return *text* short enough to be quoted."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def read_sheet(content: bytes, name: str) -> Sheet:
    """Return what may be read of a file; *name* says what the file is called and is used in messages only.

    Raises:
        ImportRefusedError: it is no table, too large, or has rows that are longer than its header.
        FileRefusedError: it is a workbook that cannot be read.
    """
    if len(content) > MOST_MB * 1_000_000:
        raise ImportRefusedError([fault("too_large", most=str(MOST_MB))])
    lines = _lines(content, name)
    filled = [(number, [_cleaned(cell) for cell in cells]) for number, cells in lines if any(cell.strip() for cell in cells)]
    start = next((place for place, (_, cells) in enumerate(filled) if sum(map(bool, cells)) > _TITLE_CELLS), 0)
    if len(filled) < start + 2:
        raise ImportRefusedError([fault("no_rows")])
    (_, header), rows = filled[start], filled[start + 1 :]
    _check_size(header, rows)
    return _without_private(header, rows)


def _lines(content: bytes, name: str) -> Lines:
    try:
        sheets = files_apart.table(content, name).sheets
    except table_files.NotATableError:
        raise ImportRefusedError([fault("not_a_table")]) from None
    return next((rows for rows in sheets.values() if any(any(cells) for _, cells in rows)), [])


def _cleaned(cell: str) -> str:
    return clean(cell[:_LONGEST_CELL], _LONGEST_CELL * 4)  # letters may grow when they are brought into one form


def _check_size(header: Sequence[str], rows: Lines) -> None:
    if len(rows) > MOST_ROWS:
        raise ImportRefusedError([fault("too_many_rows", most=str(MOST_ROWS))])
    if len(header) > MOST_COLUMNS:
        raise ImportRefusedError([fault("too_many_columns", most=str(MOST_COLUMNS))])
    if faults := list(_beyond(header, rows)):
        raise ImportRefusedError(faults)


def _beyond(header: Sequence[str], rows: Lines) -> Iterator[Fault]:
    for number, cells in rows:
        if any(cells[len(header) :]):
            yield fault("cells_beyond", number)


def _without_private(header: Sequence[str], rows: Lines) -> Sheet:
    """Return the sheet without private columns and empty ones, its rows shuffled by the system's generator."""
    width = len(header)
    full = [(number, [*cells[:width], *[""] * (width - len(cells))]) for number, cells in rows]
    by_column = list(zip(*(cells for _, cells in full), strict=True))
    private = [is_private(name, cells) for name, cells in zip(header, by_column, strict=True)]
    names = _unique([name if not tells_who_or_when(name) else "" for name in header])
    kept = [place for place in range(width) if not private[place] and (header[place] or any(by_column[place]))]
    shuffled = [Row(number, tuple(cells[place] for place in kept)) for number, cells in full]
    secrets.SystemRandom().shuffle(shuffled)
    dropped = tuple(names[place] for place in range(width) if private[place])
    return Sheet(tuple(Column(place + 1, names[place]) for place in kept), tuple(shuffled), dropped)


def _unique(header: Sequence[str]) -> list[str]:
    """Return a name for every column; an equal header gets a number behind it, none at all the column's letter."""
    names: dict[str, None] = {}
    for place, text in enumerate(header, 1):
        first = short(text, _LONGEST_HEADER) or f"[{column_letters(place)}]"
        numbered = (f"{first} ({number})" for number in count(2))
        names[next(name for name in chain([first], numbered) if name not in names)] = None
    return list(names)

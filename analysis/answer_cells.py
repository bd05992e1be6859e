"""Rows and cells of answer files: what a row says, and everything that is wrong with it."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from questionnaires.conditions import Answers
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.survey_types import Item, Questionnaire

STRATUM: Final = "stratum"
MOST_DIGITS: Final = 9
_BETWEEN: Final = ";"


@dataclass(slots=True)
class Reading:
    """A file being read, and what was found wrong with it so far."""

    file: str
    items: Mapping[str, Item] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    faultless: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """What cells say in which nothing was wrong, by column: most rows say what others said."""

    def wrong(self, line: int | None, column: str, code: str, message: str) -> None:
        """Note something wrong in *column* of *line*; *message* says what and how to mend it."""
        self.problems.append(Problem(self.file, line, column, code, message))

    def refuse_if_wrong(self) -> None:
        """Raise `FileRefusedError` with everything that was wrong, if anything was."""
        if self.problems:
            raise FileRefusedError(self.problems)


def read_rows(reading: Reading, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty with their line numbers, cells stripped; UTF-8, with or without a byte order mark.

    Columns are parted by commas, or by semicolons as spreadsheets write them where the comma is the decimal mark.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            first_line = stream.readline()
            stream.seek(0)
            delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
            reader = csv.reader(stream, delimiter=delimiter, strict=True)
            for row in reader:
                cells = [cell.strip() for cell in row]
                if any(cells):
                    yield reader.line_num, cells
    except UnicodeDecodeError:
        reading.wrong(None, "", "not_utf8", "the file is not UTF-8 text: save it as CSV UTF-8")
    except csv.Error as error:
        reading.wrong(None, "", "not_csv", f"the file is not CSV ({error}): check its quotation marks")
    except OSError as error:
        reading.wrong(None, "", "not_readable", f"the file cannot be read ({error.strerror}): check its name")


def read_person(
    reading: Reading, questionnaire: Questionnaire, columns: Sequence[str], line: int, row: Sequence[str]
) -> tuple[str, Answers] | None:
    """Return the stratum and the answers of one row; None if something is wrong with it."""
    before = len(reading.problems)
    if len(row) != len(columns):
        ragged(reading, line, row, len(columns))
        return None
    cells = dict(zip(columns, row, strict=True))
    stratum = cells.pop(STRATUM, "")
    answers = {
        name: reading.faultless.get((name, cell)) or _chosen_first(reading, name, line, cell)
        for name, cell in cells.items()
        if cell
    }
    role = answers.get(questionnaire.stratum_item, ()) if questionnaire.stratum_item else ()
    _check_stratum(reading, questionnaire, line, stratum, role)
    if len(reading.problems) > before:
        return None
    if questionnaire.stratum_item and stratum and not role and stratum in questionnaire.strata.leaves():
        answers[questionnaire.stratum_item] = (stratum,)
    return stratum or (role[0] if role else questionnaire.strata.id), answers


def _chosen_first(reading: Reading, name: str, line: int, cell: str) -> tuple[str, ...]:
    """Return the choices of a cell that no row had yet, or only wrong ones; it is kept if nothing is wrong with it."""
    before = len(reading.problems)
    chosen = read_chosen(reading, reading.items[name], line, cell)
    if len(reading.problems) == before:
        reading.faultless[name, cell] = chosen
    return chosen


def read_chosen(reading: Reading, item: Item, line: int, cell: str) -> tuple[str, ...]:
    """Return the choices that *cell* names for *item*; whatever is wrong with it is noted in *reading*."""
    chosen = tuple(part.strip() for part in cell.split(_BETWEEN)) if item.kind == "multiple" else (_banded(item, cell),)
    known = [choice.id for choice in item.choices]
    for choice in chosen:
        if choice not in known:
            reading.wrong(line, item.id, "unknown_choice", f"no choice {choice!r}: the choices are {', '.join(known)}")
    if len(set(chosen)) < len(chosen):
        reading.wrong(line, item.id, "double_choice", f"{cell!r} names a choice twice: leave out one")
    alone = [choice.id for choice in item.choices if choice.exclusive and choice.id in chosen]
    if alone and len(chosen) > 1:
        reading.wrong(line, item.id, "not_alone", f"{alone[0]!r} cannot stand with another choice: leave out one of them")
    return chosen


def _banded(item: Item, cell: str) -> str:
    """Return the band of a number; anything else as it stands, so that the id of a band is taken too."""
    if item.kind != "number" or not (cell.isascii() and cell.isdigit() and len(cell) <= MOST_DIGITS):
        return cell
    try:
        return item.band_of(int(cell))
    except ValueError:
        return cell


def _check_stratum(reading: Reading, questionnaire: Questionnaire, line: int, stratum: str, role: Sequence[str]) -> None:
    if not stratum:
        return
    nodes = {node.id: node for node in questionnaire.strata.walk()}
    if stratum not in nodes:
        message = f"no stratum {stratum!r} in the merge tree: it has {', '.join(nodes)}"
        reading.wrong(line, STRATUM, "unknown_stratum", message)
    elif role and role[0] not in nodes[stratum].leaves():
        message = f"the stratum {stratum!r} does not hold the answer {role[0]!r} to {questionnaire.stratum_item}: correct one"
        reading.wrong(line, STRATUM, "other_stratum", message)


def ragged(reading: Reading, line: int, row: Sequence[str], expected: int) -> None:
    """Note that *row* has another number of cells than the *expected* one."""
    message = f"the row has {len(row)} cells where the first line names {expected} columns: add or remove commas"
    reading.wrong(line, "", "ragged_row", message)

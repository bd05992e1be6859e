"""Reading the population file of a wave: how many specialists there are in each stratum."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from questionnaires.problems import FileRefusedError, Problem
from questionnaires.survey_types import Questionnaire

COLUMNS: Final = ("stratum", "population")
MOST: Final = 10_000_000
_MOST_BYTES: Final = 1_000_000


def read_population(path: Path, questionnaire: Questionnaire) -> dict[str, int]:
    """Return stratum (a node of the merge tree) to number of people.

    Raises:
        FileRefusedError: with every problem of the file, each with its line and how to mend it.
    """
    name = str(path)
    try:
        content = path.read_bytes()
        if len(content) > _MOST_BYTES:
            raise _refused(name, None, "too_large", "The file is larger than 1 MB; a population file has a line per stratum.")
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise _refused(name, None, "unreadable", f"The file cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise _refused(name, None, "not_utf8", "The file is not UTF-8 text; save it as CSV UTF-8.") from error
    return parse_population(text, name, questionnaire)


def parse_population(text: str, file: str, questionnaire: Questionnaire) -> dict[str, int]:
    """Return the population in *text*, whose *file* is named in messages; raises as ``read_population``."""
    first_line = text.partition("\n")[0]
    delimiter = ";" if ";" in first_line else ","  # spreadsheets part cells by semicolons where the comma is the decimal mark
    lines = list(csv.reader(text.splitlines(), delimiter=delimiter))
    if not lines or tuple(cell.strip() for cell in lines[0]) != COLUMNS:
        raise _refused(file, 1, "columns", "The first line must be: stratum,population (or stratum;population).")
    rows = [(number, [cell.strip() for cell in cells]) for number, cells in enumerate(lines[1:], 2) if any(cells)]
    if not rows:
        raise _refused(file, 1, "empty", "There is no stratum below the first line; add one line for each.")
    problems = [problem for number, cells in rows for problem in _check_row(file, number, cells, questionnaire)]
    problems += list(_check_overlap(file, rows, questionnaire))
    if problems:
        raise FileRefusedError(sorted(problems, key=lambda problem: problem.line or 0))
    return {cells[0]: int(cells[1]) for _, cells in rows}


def uncounted(population: Mapping[str, int], questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return the roles that *population* counts neither alone nor in a larger group."""
    counted = {leaf for node in questionnaire.strata.walk() if node.id in population for leaf in node.leaves()}
    return tuple(leaf for leaf in questionnaire.strata.leaves() if leaf not in counted)


def _check_row(file: str, line: int, cells: list[str], questionnaire: Questionnaire) -> Iterator[Problem]:
    if len(cells) != len(COLUMNS):
        yield Problem(file, line, "", "cells", f"There are {len(cells)} cells; write stratum,population.")
        return
    stratum, number = cells
    known = [node.id for node in questionnaire.strata.walk()]
    if stratum not in known:
        message = f"{stratum[:60]!r} is not in the merge tree; known are {', '.join(known)}."
        yield Problem(file, line, "stratum", "unknown_stratum", message)
    if not (number.isascii() and number.isdigit() and int(number[:9]) <= MOST and len(number) < len(str(MOST)) + 1):
        message = f"{number[:60]!r} is not a whole number between 0 and {MOST}."
        yield Problem(file, line, "population", "not_a_number", message)


def _check_overlap(file: str, rows: list[tuple[int, list[str]]], questionnaire: Questionnaire) -> Iterator[Problem]:
    """Everybody may be counted once only: no stratum twice, and none together with one of its parts."""
    leaves = {node.id: node.leaves() for node in questionnaire.strata.walk()}
    taken: dict[str, int] = {}
    for line, cells in rows:
        own = leaves.get(cells[0], ())
        earlier = next((taken[leaf] for leaf in own if leaf in taken), None)
        if earlier is not None:
            message = f"These people are counted in line {earlier} already; name each stratum, or its parts, once."
            yield Problem(file, line, "stratum", "counted_twice", message)
        taken.update(dict.fromkeys(own, line))


def _refused(file: str, line: int | None, code: str, message: str) -> FileRefusedError:
    return FileRefusedError([Problem(file, line, "", code, message)])

"""Tables and YAML that people send, read in a process of their own: the rows of a table, and whether a text can be read."""

import json
from dataclasses import dataclass
from typing import Any

from questionnaires.messages import MESSAGES
from questionnaires.problems import FileRefusedError, Problem
from surveyapp.core import apart, file_readers, table_files
from surveyapp.core.workbooks import Rows


@dataclass(frozen=True, slots=True)
class Table:
    """The sheets of a file by their titles (of CSV one, without a title), and the titles that a sheet program does not show."""

    sheets: dict[str, Rows]
    hidden: frozenset[str]


def table(content: bytes, name: str) -> Table:
    """Return the table in *content*, a CSV or a workbook.

    Raises:
        NotATableError: it is neither.
        FileRefusedError: it cannot be read, or not within the limits.
    """
    return _as_table(_found(file_readers.table, content, name))


def workbook(content: bytes, name: str) -> Table:
    """Return the sheets of the workbook *content*; FileRefusedError as for a table."""
    return _as_table(_found(file_readers.workbook, content, name))


def check_yaml(text: str, name: str) -> None:
    """Let *text* be read once within the limits; FileRefusedError if it cannot be."""
    _found(file_readers.yaml, text.encode(errors="replace"), name)


def _found(reader: apart.Reader, content: bytes, name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(apart.run(reader, content, name))
    except apart.TooHardError:
        raise FileRefusedError([Problem(name, None, "", "too_hard", MESSAGES["too_hard"])]) from None
    if found.get("no_table"):
        raise table_files.NotATableError
    if "problems" in found:
        raise FileRefusedError([_problem(*one) for one in found["problems"]])
    return found


def _problem(file: str, line: int | None, key: str, code: str, message: str, facts: list[list[str]]) -> Problem:
    return Problem(file, line, key, code, message, tuple((name, fact) for name, fact in facts))


def _as_table(found: dict[str, Any]) -> Table:
    sheets = {title: [(number, cells) for number, cells in rows] for title, rows in found["sheets"].items()}
    return Table(sheets, frozenset(found["hidden"]))

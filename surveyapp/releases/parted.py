"""One table of a release, some rows at a time: hundreds of lines on one page take seconds, and megabytes on a phone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from surveyapp.ledger.documents import Cell, rows_in

_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Part:
    """Part *at* of the *pages* parts of a table of *count* rows; ``first`` is the line of its first row."""

    name: str
    held: tuple[str, ...]
    rows: tuple[dict[str, Cell], ...]
    count: int
    at: int
    pages: int

    @property
    def first(self) -> int:
        """The line of the table, from 1, on which the part begins."""
        return (self.at - 1) * _ROWS + 1


def part_of(document: Mapping[str, Any], name: str, at: int) -> Part | None:
    """Return a part of the table *name* of a release, None if there is no such table or part."""
    table = next((each for each in document["tables"] if each["name"] == name), None)
    if table is None:
        return None
    rows = rows_in(table)
    pages = max(1, part_with(len(rows)))
    if not 1 <= at <= pages:
        return None
    shown = rows[(at - 1) * _ROWS : at * _ROWS]
    return Part(name, tuple(table["columns"]), tuple(shown), len(rows), at, pages)


def part_with(line: int) -> int:
    """Return in which part a line of a table stands."""
    return -(-line // _ROWS)

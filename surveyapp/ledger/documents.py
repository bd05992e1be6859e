"""How tables stand in the document of a release: the columns once, then plain rows; and how they are read back."""

from collections.abc import Mapping
from typing import Any

Cell = str | int | float | bool | None
Document = Mapping[str, Any]


def rows_in(table: Mapping[str, Any]) -> list[dict[str, Cell]]:
    """Return the rows of a table by the names of its columns."""
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def rows_of(document: Document, name: str) -> list[dict[str, Cell]]:
    """Return the rows of the table *name* of a release by the names of its columns; none if it holds no such table."""
    return next((rows_in(table) for table in document["tables"] if table["name"] == name), [])

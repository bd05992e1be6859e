"""How columns of a file become items, and texts of cells choices: the mapping as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

IGNORE: Final = "ignore"
"""Written instead of an item: the column is not imported; instead of a choice: the cell counts as not answered."""
NOT_ANSWERED: Final = ("N/A", "-", "–", "—", "[No Answer]", "No answer", "Nav atbildes", "Нет ответа")
TICKED: Final = ("Y", "Yes", "1", "x", "✓", "true", "Jā", "Да", "Selected", "Checked")
UNTICKED: Final = ("N", "No", "0", "false", "Nē", "Нет", "Not selected", "Unchecked", "N/A")
SEPARATORS: Final = (";", ", ", ",", "|")


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What becomes of one column: an item, one choice of a multiple item, or nothing (``item`` is None)."""

    header: str
    item: str | None = None
    choice: str | None = None


@dataclass(frozen=True, slots=True)
class ImportMapping:
    """Columns to items, and for each item texts of cells to choices, beyond those that are read without saying.

    A label of a choice in any language, or its id, is read without saying. ``texts`` holds an item's other texts: the id of
    a choice, IGNORE, or nothing while that is still open. ``separators`` part the choices in a cell of a multiple item.
    """

    questionnaire: str
    columns: tuple[ColumnUse, ...]
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    separators: Mapping[str, str] = field(default_factory=dict)
    not_answered: tuple[str, ...] = NOT_ANSWERED
    ticked: tuple[str, ...] = TICKED
    unticked: tuple[str, ...] = UNTICKED

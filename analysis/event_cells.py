"""One cell of an events file: numbers, days, yes and no, each with what is wrong with it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, get_args

from questionnaires.plan_types import Unit

MOST_COUNT: Final = 1_000_000
"""No event of a municipality has more people, families, requests or hours."""
MOST_AMOUNT: Final = 1e12

_HIDDEN: Final = re.compile(r"[<‹] ?[0-9]{1,3}")
"""How a small number of people at risk stands in files for those who may not see it."""
_SPACES: Final = re.compile(r"[\s\u00a0\u202f\u2009]+")
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}( [0-9]{3})+([.,][0-9]{1,6})?")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}([.,][0-9]{1,6})?")
_ISO_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_POINT_DAY: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})\.?")
_YES: Final = frozenset({"yes", "true", "1", "x", "jā", "да"})
_NO: Final = frozenset({"", "no", "false", "0", "nē", "нет"})
_MINUSES: Final = str.maketrans({"−": "-", "–": "-"})

MESSAGES: Final[Mapping[str, str]] = {
    "file_missing": "there is no such file; check the name",
    "file_unreadable": "the file cannot be read ({reason}); check that you may read it",
    "too_large": "the file is larger than {most} bytes; is it the right file?",
    "not_utf8": "the text is not in UTF-8; save the sheet as “CSV UTF-8”",
    "empty_file": "the file is empty; its first row must name the columns: {columns}",
    "not_csv": "this is not a proper CSV row ({reason}); check the quotation marks here and in the rows before",
    "missing_column": "the column {column} is missing; add it (its cells may be empty)",
    "unknown_column": "the column {found} is not known; allowed are {allowed}",
    "duplicate_column": "the column {found} stands in the first row twice; delete one",
    "cells": "the row has {found} cells, but the first row names {columns} columns; check the separators and quotation marks",
    "cell_empty": "the cell is empty; fill it in",
    "not_whole": "{found} is not a whole number; write digits only, leave the cell empty if it is not known, 0 if it was none",
    "hidden_number": "{found} stands for a small number that was hidden from whoever saved this file; have the file saved by "
    "someone who may see it, or leave the cell empty, so that the number counts as not known",
    "not_a_number": "{found} is not a number; write digits, such as 12.5; leave the cell empty if it is not known",
    "negative": "{found} is below zero; write how many it was",
    "absurd": "{found} is more than {most}; check the number",
    "not_a_day": "{found} is not a day of the calendar; write it as 2025-03-15",
    "not_yes_or_no": "{found} is neither yes nor no; write one of the two or leave the cell empty",
    "unknown_unit": "the unit {found} is not known; allowed are {allowed}",
    "forbidden_character": "the cell holds an invisible control character; delete it",
    "more_than_attendances": "{found} different people cannot come {attendances} times; check both numbers",
    "unknown_indicator": "the plan has no row {found}; check the number of the row",
    "unknown_audience": "the plan has no audience {found}; allowed are {allowed}",
    "unknown_step": "the row {indicator} has no step {found}; allowed are {allowed}",
    "outside_plan": "{found} lies outside the plan, which holds from {starts} to {ends}; check the day",
    "in_the_future": "{found} lies after {as_of}; log an event when it has been held",
    "unknown_group": "there is no event in row {found}; write the number of the row of an earlier event (the first row is 1)",
    "own_group": "the event names itself; write the number of the row of an earlier event with the same people",
    "later_group": "the event in row {found} was held later; name the earlier event here, in the later one",
    "new_and_same": "the people cannot be both the same as in row {found} and different from all before; empty one cell",
    "more_problems": "there are more than {most} problems; mend these first",
}  # fmt: skip
"""What each kind of problem says; the names in braces are the facts that come with it."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a cell: a key of MESSAGES and the facts that fill it."""

    code: str
    facts: tuple[tuple[str, str], ...]


def wrong(code: str, **facts: str) -> Wrong:
    """Return the problem *code* with *facts*."""
    return Wrong(code, tuple(facts.items()))


Read = str | int | float | date | bool | Wrong | None


def whole_number(cell: str) -> int | Wrong | None:
    """Read a count: None if empty; "1 445" may hold a space of any kind."""
    text = _number_text(cell)
    if not text:
        return None
    if _GROUPED.fullmatch(text):
        text = text.replace(" ", "")
    if not _WHOLE.fullmatch(text):
        return wrong(_no_count(text), found=cell)
    number = int(text)
    return _within(cell, number, MOST_COUNT) or number


def _no_count(text: str) -> str:
    if _HIDDEN.fullmatch(text):
        return "hidden_number"
    return "not_whole" if _DECIMAL.fullmatch(text) else "not_a_number"


def decimal_number(most: float, *, signed: bool = False) -> Callable[[str], float | Wrong | None]:
    """Return a reader of numbers with a decimal point or comma, up to *most*; below zero only if *signed*."""

    def read(cell: str) -> float | Wrong | None:
        text = _number_text(cell)
        if not text:
            return None
        if _GROUPED.fullmatch(text):
            text = text.replace(" ", "")
        if not _DECIMAL.fullmatch(text):
            return wrong("not_a_number", found=cell)
        number = float(text.replace(",", "."))
        return _within(cell, abs(number) if signed else number, most) or number

    return read


def day(cell: str) -> date | Wrong:
    """Read a day: 2025-03-15, or 15.03.2025 as sheets show it."""
    text = cell.strip()
    if not text:
        return wrong("cell_empty")
    iso, point = _ISO_DAY.fullmatch(text), _POINT_DAY.fullmatch(text)
    if iso is None and point is None:
        return wrong("not_a_day", found=cell)
    year, month, number = iso.groups() if iso else reversed(point.groups() if point else ())
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        return wrong("not_a_day", found=cell)


def yes_or_no(cell: str) -> bool | Wrong:
    """Read yes or no in one of the three languages; empty is no."""
    text = cell.strip().casefold()
    if text in _YES or text in _NO:
        return text in _YES
    return wrong("not_yes_or_no", found=cell)


def unit(cell: str) -> str | Wrong | None:
    """Read a unit of the closed list; None if empty."""
    text = cell.strip().casefold()
    if not text or text in get_args(Unit):
        return text or None
    return wrong("unknown_unit", found=cell, allowed=", ".join(get_args(Unit)))


def needed_words(cell: str) -> str | Wrong:
    """Read text that must not be empty."""
    return words(cell) or wrong("cell_empty")


def words(cell: str) -> str | Wrong | None:
    """Read text, with single spaces between words; None if empty."""
    text = " ".join(_SPACES.sub(" ", cell).split())
    if not text.isprintable():
        return wrong("forbidden_character")
    return text or None


def _number_text(cell: str) -> str:
    return _SPACES.sub(" ", cell).strip().translate(_MINUSES)


def _within(cell: str, number: float, most: float) -> Wrong | None:
    if number < 0:
        return wrong("negative", found=cell)
    return wrong("absurd", found=cell, most=f"{most:.0f}") if number > most else None

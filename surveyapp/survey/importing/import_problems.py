"""What can be wrong with a file that was collected elsewhere: its row and column, and in words how to mend it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from surveyapp.core.command import RefusedError


def N_(text: str) -> str:  # noqa: N802 - the name by which texts are found that are translated later
    """Mark a text for translation; the page translates it, the command line shows it as it stands."""
    return text


_FILE: Final = {
    "not_a_table": N_("The file cannot be read as a table: save it as CSV or as an Excel workbook (.xlsx)."),
    "too_large": N_("The file is larger than %(most)s MB: is it the right one?"),
    "too_many_rows": N_("There are more than %(most)s rows: is it the right file?"),
    "too_many_columns": N_("There are more than %(most)s columns: is it the right file?"),
    "no_rows": N_("There is no row of answers below the questions: export the answers, one row for each person."),
    "cells_beyond": N_("The row is longer than the row of questions: look for a separator too many."),
}
_MAPPING: Final = {
    "column_gone": N_("The mapping names the column “%(header)s”, which the file does not have: mend the mapping."),
    "column_dropped": N_(
        "The mapping names the column “%(header)s”, which tells who answered or when: take it out of the mapping."
    ),
    "item_twice": N_("%(item)s is filled from more than one column: keep one of them."),
    "choice_twice": N_("%(item)s, “%(choice)s” is filled from more than one column: keep one of them."),
    "whole_and_parts": N_("%(item)s is filled from one column for all choices and from columns for single ones: keep one way."),
    "stratum_unmatched": N_("No column says %(item)s: match one, because reporting groups are made from it."),
    "other_questionnaire": N_(
        "The mapping was made for %(found)s, not for %(wanted)s: choose that one, or make a new mapping."
    ),
}
_CELLS: Final = {
    "unknown_text": N_("“%(text)s” is none of the choices of %(item)s: match this text with a choice, or leave it out."),
    "hidden_text": N_(
        "The text is none of the choices of %(item)s, and it is not shown because it may name a person: empty the cell."
    ),
    "own_words": N_("The cells hold people's own words instead of choices of %(item)s: do not import this column."),
    "ambiguous": N_("“%(text)s” can be read in two ways as choices of %(item)s: write another separator into the cells."),
    "not_ticked": N_("“%(text)s” is neither ticked nor not ticked: add it to the mapping."),
    "number_beyond": N_("%(item)s takes whole numbers from %(least)s to %(most)s only: mend or empty the cell."),
    "too_many": N_("%(item)s takes one answer only: mend or empty the cell."),
    "exclusive": N_("%(item)s has an answer that stands alone together with others: mend or empty the cell."),
    "stratum_missing": N_("%(item)s is not answered; reporting groups are made from it: fill it in, or delete the row."),
}
_WAVE: Final = {
    "too_few": N_("There are fewer than %(least)s people in the file; among so few a person could be recognised."),
    "name_taken": N_("There is a wave with this name already: give it another one."),
    "same_people": N_(
        "Many of these people are in the wave “%(wave)s” already. Two results of the same people would give away those by whom "
        "they differ: import only people who are not in it."
    ),
    "name_kept": N_("Names such as feedback-2026 are kept for the waves of the yearly key: give it another one."),
    "name_length": N_("Give the wave a name of 1 to 100 characters."),
    "not_over": N_("The day lies in the future (today is %(day)s): write the day on which it ended."),
    "not_a_survey": N_("Only answers to a survey can be imported, not feedback or a game."),
    "population_too_small": N_("More people answered than there are in all: check the numbers of people."),
}
MESSAGES: Final[Mapping[str, str]] = MappingProxyType(_FILE | _MAPPING | _CELLS | _WAVE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: ``row`` as the spreadsheet counts, ``column`` its letter and header; None where it is of all of them."""

    code: str
    row: int | None = None
    column: str | None = None
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FaultLine:
    """The same fault in one column, with every row in which it is."""

    code: str
    rows: tuple[int, ...]
    column: str | None
    facts: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """Return the line in English, as the command line shows it."""
        row = "row" if len(self.rows) == 1 else "rows"
        places = [self.column and f"column {self.column}", self.rows and f"{row} {', '.join(map(str, self.rows))}"]
        where = ", ".join(place for place in places if place)
        said = MESSAGES[self.code] % dict(self.facts)
        return f"{where}: {said}" if where else said


class ImportRefusedError(RefusedError):
    """A file collected elsewhere was refused; ``faults`` names every reason."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(line) for line in lines(self.faults)))


def fault(code: str, row: int | None = None, column: str | None = None, **facts: str) -> Fault:
    """Return a fault; *facts* fill its message."""
    return Fault(code, row, column, tuple(sorted(facts.items())))


def lines(faults: Sequence[Fault]) -> list[FaultLine]:
    """Return *faults* joined where only the row differs, those of the whole file first, then by row."""
    joined: dict[tuple[str, str | None, tuple[tuple[str, str], ...]], list[int]] = {}
    for one in faults:
        rows = joined.setdefault((one.code, one.column, one.facts), [])
        if one.row is not None:
            rows.append(one.row)
    found = [FaultLine(code, tuple(sorted(rows)), column, facts) for (code, column, facts), rows in joined.items()]
    return sorted(found, key=lambda line: line.rows[:1] or (0,))

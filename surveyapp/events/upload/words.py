"""What is wrong with a sheet of events, in words: the place, what, and how to mend it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from questionnaires.problems import Problem
from surveyapp.core import problem_words
from surveyapp.core.i18n import day
from surveyapp.events.words import LABELS

SENTENCES: Final[Mapping[str, LazyString]] = {
    "file_too_large": _l("The file is larger than %(most)s MB: is it the right one?"),
    "not_a_table": _l("The file cannot be read as a table: save it as an Excel workbook (.xlsx) or as CSV."),
    "no_header": _l("No row names the columns: one of the first rows must hold %(columns)s. The empty sheet has them."),
    "no_events": _l("There is no event below the names of the columns: write one event in each row."),
    "hidden_sheet": _l("This sheet is hidden and holds events: show it, or delete it."),
    "unknown_column": _l("The column “%(found)s” is not known: delete it, or give it one of these names: %(allowed)s."),
    "duplicate_column": _l("Two columns have this name: delete one of them."),
    "missing_column": _l("This column is missing: add it."),
    "measured_elsewhere": _l("Measured values are not events: enter them on the row of the plan, and delete this column."),
    "cell_without_header": _l("“%(found)s” stands in a column without a name: name the column, or empty the cell."),
    "cell_empty": _l("The cell is empty: fill it in."),
    "not_whole": _l("“%(found)s” is not a whole number: write digits only, nothing if it is not known, 0 if it was none."),
    "hidden_number": _l(
        "“%(found)s” stands for a small number that is hidden from you: leave the row out, and let those who logged it change "
        "it. In a new event write the number, or leave the cell empty if it is not known."
    ),
    "not_a_number": _l("“%(found)s” is not a number: write digits only, and leave the cell empty if it is not known."),
    "negative": _l("“%(found)s” is below zero: write how many it was."),
    "absurd": _l("“%(found)s” is more than %(most)s: check the number."),
    "not_a_day": _l("“%(found)s” is not a day of the calendar: write it like 15.03.2026."),
    "not_yes_or_no": _l("“%(found)s” is neither yes nor no: write one of the two, or leave the cell empty."),
    "forbidden_character": _l("The cell holds an invisible character: type its text anew."),
    "too_long": _l("The text has %(found)s characters, and %(most)s fit: shorten it."),
    "more_than_attendances": _l(
        "There cannot be more different people (%(found)s) than visits (%(attendances)s): check both numbers."
    ),
    "unknown_indicator": _l("The plan has no row “%(found)s”: check the number of the row."),
    "unknown_audience": _l("The plan has no audience “%(found)s”: choose one of the list."),
    "unknown_step": _l("Row %(indicator)s has no step “%(found)s”: choose one of the list, or empty the cell."),
    "step_missing": _l("This row is done in steps: say which one it was (%(allowed)s)."),
    "outside_plan": _l("%(found)s lies outside the plan, which holds from %(starts)s to %(ends)s: check the day."),
    "in_the_future": _l("%(found)s has not come yet: log an event when it has been held."),
    "unknown_group": _l("There is no event in row “%(found)s”: write the number of the row of an earlier event in this sheet."),
    "own_group": _l("The event names itself: write the number of the row of an earlier event with the same people."),
    "later_group": _l("The event in row %(found)s was held later: name the earlier event here, in the later one."),
    "new_and_same": _l("They cannot be both new people and the same as in row %(found)s: empty one of the two cells."),
    "group_logged_otherwise": _l(
        "They cannot be both new people and the same as at an earlier event, and the other of the two is logged: empty this "
        "cell, or add the column “%(column)s” and leave that empty."
    ),
    "institution_missing": _l("Say which institution held it: %(allowed)s."),
    "unknown_institution": _l("The plan has no institution “%(found)s”: choose one of these: %(allowed)s."),
    "not_yours": _l("“%(found)s” logs its own events: take the row out of the file, or leave the cell empty."),
    "not_a_member": _l("“%(found)s” is not in the list on that day: choose one of the list, or check the day."),
    "may_not_correct": _l("The event is logged already, with numbers that are hidden here: leave it to those who logged it."),
}
"""One sentence for each problem; those of workbooks themselves stand in ``core.problem_words``."""

_MOST_LINES: Final = 200
_DAY: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])")


@dataclass(frozen=True, slots=True)
class Line:
    """The same problem in one column of a sheet, with the rows in which it is."""

    place: str
    text: str


def sentence(problem: Problem) -> str:
    """Return what is wrong and how to mend it."""
    known = SENTENCES.get(problem.code)
    facts = {name: _fact(name, fact) for name, fact in problem.facts}
    return problem_words.sentence(problem) if known is None else str(known) % facts


def _fact(name: str, fact: str) -> str:
    """Return a fact as people write it: a column by its label, a day in the reader's language."""
    if name == "column":
        return str(LABELS.get(fact, fact))
    return day(date.fromisoformat(fact)) if _DAY.fullmatch(fact) else fact


def lines(problems: Sequence[Problem]) -> tuple[list[Line], str]:
    """Return the problems joined where only the row differs, and, if there are too many to show, how many more rows are bad."""
    joined: dict[tuple[str, str, str], list[int]] = {}
    for problem in problems:
        rows = joined.setdefault((problem.file, problem.key, sentence(problem)), [])
        if problem.line is not None:
            rows.append(problem.line)
    shown = list(joined.items())[:_MOST_LINES]
    told = {row for (sheet, _key, _text), rows in shown for row in ((sheet, each) for each in rows)}
    untold = sorted({row for (sheet, _key, _text), rows in joined.items() for row in ((sheet, each) for each in rows)} - told)
    more = _("Other rows with problems: %(rows)s.", rows=_rows(row for _sheet, row in untold)) if untold else ""
    return [Line(_place(sheet, key, rows), text) for (sheet, key, text), rows in shown], more


def _place(sheet: str, key: str, rows: Sequence[int]) -> str:
    parts = [
        _("sheet “%(sheet)s”", sheet=sheet) if sheet else "",
        _("row %(row)s", row=rows[0]) if len(rows) == 1 else _("rows %(rows)s", rows=_rows(rows)) if rows else "",
        _("column “%(column)s”", column=str(LABELS.get(key, key))) if key else "",
    ]
    return ", ".join(str(part) for part in parts if part)


def _rows(rows: Iterable[int]) -> str:
    """Return row numbers, runs of them as a range."""
    runs: list[list[int]] = []
    for row in sorted(set(rows)):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)

"""The events file (CSV) to event records, or a refusal that names every problem with its row and column."""

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final, NoReturn, cast

from analysis.event_cells import (
    MESSAGES,
    MOST_AMOUNT,
    MOST_COUNT,
    Read,
    Wrong,
    day,
    decimal_number,
    needed_words,
    unit,
    whole_number,
    words,
    yes_or_no,
)
from analysis.head_counts import EventRecord
from analysis.named_targets import names_of
from questionnaires.plan_types import Plan
from questionnaires.problems import FileRefusedError, Problem

COLUMNS: Final[Mapping[str, Callable[[str], Read]]] = {
    "indicator": needed_words,
    "held_on": day,
    "title": needed_words,
    "audience": words,
    "unique_persons": whole_number,
    "attendances": whole_number,
    "hours": decimal_number(MOST_COUNT),
    "institution": words,
    "evidence": words,
}
"""The columns that every file has, and how a cell of each is read."""
OPTIONAL_COLUMNS: Final[Mapping[str, Callable[[str], Read]]] = {
    "member": words,
    "unit": unit,
    "families": whole_number,
    "requested": whole_number,
    "step": words,
    "amount": decimal_number(MOST_AMOUNT),
    "value": decimal_number(MOST_AMOUNT, signed=True),
    "same_group_as": words,
    "different_people": yes_or_no,
    "place": words,
}
"""The columns that a file may have."""

MOST_BYTES: Final = 10_000_000
MOST_PROBLEMS: Final = 200
_MOST_SHOWN: Final = 60
_READERS: Final = {**COLUMNS, **OPTIONAL_COLUMNS}
# What a cell becomes after a problem was noted, so that the row can be checked further.
_IN_PLACE: Final[Mapping[str, Read]] = {"held_on": date.min, "indicator": "", "title": ""}


def read_events(path: Path | str, plan: Plan | None = None, as_of: date | None = None) -> tuple[EventRecord, ...]:
    """Return the events of the file at *path*; their references are the numbers of their rows (the first row is 1).

    With a *plan*, the row's number (or the id of what is measured), the day, the audience and the step must be the plan's; with
    *as_of*, no event may lie after it. Raises FileRefusedError with every problem: its row, its column and how to mend it.
    """
    return parse_events(_text(Path(path)), str(path), plan, as_of)


def parse_events(text: str, file: str, plan: Plan | None = None, as_of: date | None = None) -> tuple[EventRecord, ...]:
    """Return the events in *text*, the content of a CSV file; *file* is its name in messages. As read_events."""
    sheet = _Sheet(file)
    header, rows = _rows(sheet, text)
    _check_header(sheet, header)
    sheet.refuse_if_any()
    events = _events(sheet, header, rows, plan, as_of)
    sheet.refuse_if_any()
    return events


def read_rows(
    name: str, header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], plan: Plan, as_of: date
) -> tuple[tuple[EventRecord, ...], tuple[Problem, ...]]:
    """Return the events in *rows* (number and cells) of the sheet *name*, and every problem; *header* holds known columns.

    A row with a problem may be among the events, with that cell left out, so that it can be checked further.
    """
    sheet = _Sheet(name)
    events = _events(sheet, header, rows, plan, as_of)
    return events, tuple(sorted(sheet.problems, key=lambda problem: problem.line or 0))


def _events(
    sheet: "_Sheet", header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], plan: Plan | None, as_of: date | None
) -> tuple[EventRecord, ...]:
    events = [event for number, cells in rows if (event := _event(sheet, number, header, cells)) is not None]
    row_numbers = {str(number) for number, _ in rows}
    days = {event.reference: event.held_on for event in events}
    for event in events:
        _check_people(sheet, event, row_numbers, days)
        _check_day(sheet, event, plan, as_of)
    if plan is not None:
        known = _Known.of(plan)
        events = [_checked_by_plan(sheet, event, known) for event in events]
    return tuple(events)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a plan's rows, their steps and audiences are called; looked up once for a whole file."""

    steps: Mapping[str, Sequence[str]]
    audiences: Mapping[str, str]
    names: str
    measured: frozenset[str]

    @classmethod
    def of(cls, plan: Plan) -> "_Known":
        steps = {
            row.id: [*(step.id for target in row.targets for step in target.steps), *sorted(names_of(row))]
            for row in plan.indicators
        }
        audiences = {
            name.casefold(): audience for audience, text in plan.audiences for name in (audience, text.lv, text.en, text.ru)
        }
        names = ", ".join(audience for audience, _ in plan.audiences)
        return cls(steps, audiences, names, frozenset(each.id for each in plan.measured))


@dataclass
class _Sheet:
    """One file with the problems found so far."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, row: int | None, column: str, code: str, /, **facts: str) -> None:
        """Note one problem."""
        shown = {name: _short(fact) if name == "found" else fact for name, fact in facts.items()}
        message = MESSAGES[code].format(**shown)
        self.problems.append(Problem(self.file, row, column, code, message, tuple(shown.items())))

    def refuse_if_any(self) -> None:
        """Raise FileRefusedError with the problems in the order of the file, if there is any."""
        if not self.problems:
            return
        found = sorted(self.problems, key=lambda problem: problem.line or 0)[:MOST_PROBLEMS]
        more = len(self.problems) > len(found)
        self.problems = found
        if more:
            self.add(None, "", "more_problems", most=str(MOST_PROBLEMS))
        raise FileRefusedError(self.problems)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST_SHOWN else line[: _MOST_SHOWN - 1] + "…"


def _text(path: Path) -> str:
    sheet = _Sheet(str(path))
    try:
        with path.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        _refuse(sheet, "file_missing")
    except OSError as error:
        _refuse(sheet, "file_unreadable", reason=error.strerror or type(error).__name__)
    if len(content) > MOST_BYTES:
        _refuse(sheet, "too_large", most=str(MOST_BYTES))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sheet.add(content[: error.start].count(b"\n") + 1, "", "not_utf8")
        raise FileRefusedError(sheet.problems) from error


def _refuse(sheet: _Sheet, code: str, **facts: str) -> NoReturn:
    sheet.add(None, "", code, **facts)
    raise FileRefusedError(sheet.problems)


def _rows(sheet: _Sheet, text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the first row and the others that are not empty, each with its number."""
    first_line = text.lstrip("\r\n").partition("\n")[0]
    if not first_line.strip():
        _refuse(sheet, "empty_file", columns=", ".join(COLUMNS))
    delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
    rows = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows += [(number, cells) for number, cells in enumerate(reader, 1) if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        sheet.add(reader.line_num, "", "not_csv", reason=str(error))
        sheet.refuse_if_any()
    if not rows:
        _refuse(sheet, "empty_file", columns=", ".join(COLUMNS))
    return [cell.strip().casefold() for cell in rows[0][1]], rows[1:]


def _check_header(sheet: _Sheet, header: Sequence[str]) -> None:
    for column, times in Counter(header).items():
        if column not in _READERS:
            sheet.add(1, column, "unknown_column", found=column, allowed=", ".join(_READERS))
        elif times > 1:
            sheet.add(1, column, "duplicate_column", found=column)
    for column in COLUMNS:
        if column not in header:
            sheet.add(1, column, "missing_column", column=column)


def _event(sheet: _Sheet, number: int, header: Sequence[str], cells: Sequence[str]) -> EventRecord | None:
    if len(cells) != len(header):
        sheet.add(number, "", "cells", found=str(len(cells)), columns=str(len(header)))
        return None
    read: dict[str, Read] = {}
    for column, cell in zip(header, cells, strict=True):
        found = _READERS[column](unicodedata.normalize("NFC", cell))
        if isinstance(found, Wrong):
            sheet.add(number, column, found.code, **dict(found.facts))
            found = _IN_PLACE.get(column)
        read[column] = found
    return _record(number, read)


def _record(number: int, read: Mapping[str, Read]) -> EventRecord:
    """Return the record of a row whose cells have been read; each reader returns the type of its own field."""
    facts = cast("dict[str, str]", {column: found for column, found in read.items() if found is not None})
    return EventRecord(reference=str(number), **facts)  # type: ignore[arg-type]  # the readers in _READERS give each field its type


def _check_people(sheet: _Sheet, event: EventRecord, row_numbers: set[str], days: Mapping[str, date]) -> None:
    number = int(event.reference)
    persons, attendances, group = event.unique_persons, event.attendances, event.same_group_as
    if persons is not None and attendances is not None and persons > attendances:
        facts = {"found": str(persons), "attendances": str(attendances)}
        sheet.add(number, "unique_persons", "more_than_attendances", **facts)
    if group is None:
        return
    if group not in row_numbers:
        sheet.add(number, "same_group_as", "unknown_group", found=group)
    elif group == event.reference:
        sheet.add(number, "same_group_as", "own_group")
    elif date.min < event.held_on < days.get(group, date.min):
        sheet.add(number, "same_group_as", "later_group", found=group)
    if event.different_people:
        sheet.add(number, "different_people", "new_and_same", found=group)


def _check_day(sheet: _Sheet, event: EventRecord, plan: Plan | None, as_of: date | None) -> None:
    if event.held_on == date.min:
        return
    number, held_on = int(event.reference), event.held_on
    if plan is not None and not plan.starts <= held_on <= plan.ends:
        facts = {"starts": plan.starts.isoformat(), "ends": plan.ends.isoformat()}
        sheet.add(number, "held_on", "outside_plan", found=held_on.isoformat(), **facts)
    if as_of is not None and held_on > as_of:
        sheet.add(number, "held_on", "in_the_future", found=held_on.isoformat(), as_of=as_of.isoformat())


def _checked_by_plan(sheet: _Sheet, event: EventRecord, known: _Known) -> EventRecord:
    """Note what the plan does not know; return the event with the plan's own id of its audience."""
    number = int(event.reference)
    steps = known.steps.get(event.indicator)
    if event.indicator and steps is None and event.indicator not in known.measured:
        sheet.add(number, "indicator", "unknown_indicator", found=event.indicator)
    if event.step is not None and steps is not None and event.step not in steps:
        allowed = ", ".join(steps) or "none"
        sheet.add(number, "step", "unknown_step", found=event.step, indicator=event.indicator, allowed=allowed)
    if event.audience is None:
        return event
    audience = known.audiences.get(event.audience.casefold())
    if audience is None:
        sheet.add(number, "audience", "unknown_audience", found=event.audience, allowed=known.names)
        return event
    return event if audience == event.audience else replace(event, audience=audience)

"""Answers and populations from CSV files; a file with anything wrong in it is refused whole, every place named."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from analysis.counts import ItemCounts, StratumCounts, WaveCounts, count_answers
from questionnaires.conditions import Answers
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.survey_types import Item, Questionnaire

WaveName = Literal["before", "after"]
_STRATUM: Final = "stratum"
_BETWEEN: Final = ";"
_MOST_DIGITS: Final = 9
_SHORT: Final = ("stratum", "population")
_LONG: Final = ("wave", "stratum", "population")
_WAVES: Final[tuple[WaveName, ...]] = ("before", "after")


@dataclass(slots=True)
class _Reading:
    """A file being read, and what was found wrong with it so far."""

    file: str
    items: Mapping[str, Item] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, line: int | None, column: str, code: str, message: str) -> None:
        self.problems.append(Problem(self.file, line, column, code, message))

    def refuse_if_wrong(self) -> None:
        if self.problems:
            raise FileRefusedError(self.problems)


def read_answers(path: Path | str, questionnaire: Questionnaire, population: Mapping[str, int] | None = None) -> WaveCounts:
    """Return the counts of an answer file: one row per respondent, columns item ids and optionally ``stratum``.

    The stratum is a node of the merge tree; without that column it is the answer to the stratum item, and without that
    answer the whole town. An item without a column was not asked. Raises `FileRefusedError` with every problem.
    """
    # Looked up once: a questionnaire seeks an item from its first on, and there is one for each cell.
    reading = _Reading(str(path), items={item.id: item for item in questionnaire.asked})
    rows = _rows(reading, Path(path))
    header = next(rows, (1, []))[1]
    columns = _columns(reading, header, questionnaire)
    reading.refuse_if_wrong()
    people = [person for line, row in rows if (person := _person(reading, questionnaire, columns, line, row))]
    reading.refuse_if_wrong()
    counts = count_answers(questionnaire, people, population)
    return _only_asked(counts, questionnaire, frozenset(columns))


def read_population(path: Path | str, questionnaires: Mapping[WaveName, Questionnaire]) -> dict[WaveName, dict[str, int]]:
    """Return how many people each stratum has, by wave, from ``stratum,population`` or ``wave,stratum,population``.

    Without a wave column the numbers are of both waves. Raises `FileRefusedError` with every problem.
    """
    reading = _Reading(str(path))
    rows = _rows(reading, Path(path))
    header = tuple(next(rows, (1, []))[1])
    if header not in (_SHORT, _LONG):
        message = f"the columns must be {','.join(_SHORT)} or {','.join(_LONG)}, not {','.join(header) or 'none'}"
        reading.wrong(1, "", "population_columns", message)
    reading.refuse_if_wrong()
    found: dict[WaveName, dict[str, int]] = {"before": {}, "after": {}}
    for line, row in rows:
        if len(row) != len(header):
            _ragged(reading, line, row, len(header))
            continue
        wave, stratum, number = ("", *row) if header == _SHORT else row
        waves = [name for name in _WAVES if wave in (name, "" if header == _SHORT else name)]
        _add_population(reading, questionnaires, found, line, waves, stratum, number)
    reading.refuse_if_wrong()
    return found


def check_population(path: Path | str, counts: WaveCounts, questionnaire: Questionnaire, wave: str) -> None:
    """Raise `FileRefusedError` if more people of a stratum answered than the population file says there are."""
    reading = _Reading(str(path))
    for node in questionnaire.strata.walk():
        people = (counts.population or {}).get(node.id)
        answered = sum(counts.strata[part.id].respondents for part in node.walk() if part.id in counts.strata)
        if people is not None and answered > people:
            message = f"{answered} answered in the {wave} wave, more than the population of {people}: correct one of them"
            reading.wrong(None, node.id, "population_too_small", message)
    reading.refuse_if_wrong()


def _rows(reading: _Reading, path: Path) -> Iterator[tuple[int, list[str]]]:
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


def _columns(reading: _Reading, header: Sequence[str], questionnaire: Questionnaire) -> list[str]:
    known = {item.id for item in questionnaire.asked} | {_STRATUM}
    if not header and not reading.problems:
        reading.wrong(1, "", "no_header", "the file is empty: its first line must name the columns")
    for position, name in enumerate(header):
        if name not in known:
            message = f"{questionnaire.id}/{questionnaire.version} has no item of that name: rename or leave out the column"
            reading.wrong(1, name or f"column {position + 1}", "unknown_column", message)
        elif name in header[:position]:
            reading.wrong(1, name, "double_column", "the column stands twice: leave out one")
    return list(header)


def _person(
    reading: _Reading, questionnaire: Questionnaire, columns: Sequence[str], line: int, row: Sequence[str]
) -> tuple[str, Answers] | None:
    """Return the stratum and the answers of one row; None if something is wrong with it."""
    before = len(reading.problems)
    if len(row) != len(columns):
        _ragged(reading, line, row, len(columns))
        return None
    cells = dict(zip(columns, row, strict=True))
    stratum = cells.pop(_STRATUM, "")
    answers = {name: _chosen(reading, reading.items[name], line, cell) for name, cell in cells.items() if cell}
    role = answers.get(questionnaire.stratum_item, ()) if questionnaire.stratum_item else ()
    _check_stratum(reading, questionnaire, line, stratum, role)
    if len(reading.problems) > before:
        return None
    if questionnaire.stratum_item and stratum and not role and stratum in questionnaire.strata.leaves():
        answers[questionnaire.stratum_item] = (stratum,)
    return stratum or (role[0] if role else questionnaire.strata.id), answers


def _chosen(reading: _Reading, item: Item, line: int, cell: str) -> tuple[str, ...]:
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
    if item.kind != "number" or not (cell.isascii() and cell.isdigit() and len(cell) <= _MOST_DIGITS):
        return cell
    try:
        return item.band_of(int(cell))
    except ValueError:
        return cell


def _check_stratum(reading: _Reading, questionnaire: Questionnaire, line: int, stratum: str, role: Sequence[str]) -> None:
    nodes = {node.id: node for node in questionnaire.strata.walk()}
    if stratum and stratum not in nodes:
        message = f"no stratum {stratum!r} in the merge tree: it has {', '.join(nodes)}"
        reading.wrong(line, _STRATUM, "unknown_stratum", message)
    elif stratum and role and role[0] not in nodes[stratum].leaves():
        message = f"the stratum {stratum!r} does not hold the answer {role[0]!r} to {questionnaire.stratum_item}: correct one"
        reading.wrong(line, _STRATUM, "other_stratum", message)


def _ragged(reading: _Reading, line: int, row: Sequence[str], expected: int) -> None:
    message = f"the row has {len(row)} cells where the first line names {expected} columns: add or remove commas"
    reading.wrong(line, "", "ragged_row", message)


def _add_population(
    reading: _Reading,
    questionnaires: Mapping[WaveName, Questionnaire],
    found: dict[WaveName, dict[str, int]],
    line: int,
    waves: Sequence[WaveName],
    stratum: str,
    number: str,
) -> None:
    if not waves:
        reading.wrong(line, "wave", "unknown_wave", "the wave must be before or after")
    known = [wave for wave in waves if any(node.id == stratum for node in questionnaires[wave].strata.walk())]
    if waves and not known:
        nodes = dict.fromkeys(node.id for wave in waves for node in questionnaires[wave].strata.walk())
        message = f"no stratum {stratum!r} in the merge tree: it has {', '.join(nodes)}"
        reading.wrong(line, _STRATUM, "unknown_stratum", message)
    if not number.isascii() or not number.isdigit() or len(number) > _MOST_DIGITS:
        reading.wrong(line, "population", "not_a_number", f"{number[:20]!r} is not a whole number of people, 0 or more")
        return
    for wave in known:
        if stratum in found[wave]:
            reading.wrong(line, _STRATUM, "double_stratum", f"the stratum {stratum!r} stands twice: leave out one")
        found[wave][stratum] = int(number)


def _only_asked(counts: WaveCounts, questionnaire: Questionnaire, columns: frozenset[str]) -> WaveCounts:
    """Return the counts with nobody having seen an item that has no column, apart from the stratum item."""
    missing = {item.id for item in questionnaire.asked} - columns - {questionnaire.stratum_item}

    def asked(part: StratumCounts) -> StratumCounts:
        items = {
            name: ItemCounts(0, 0, dict.fromkeys(numbers.options, 0)) if name in missing else numbers
            for name, numbers in part.items.items()
        }
        return StratumCounts(part.respondents, items, part.score)

    return WaveCounts({name: asked(part) for name, part in counts.strata.items()}, counts.population)

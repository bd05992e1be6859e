"""Answers and populations from CSV files; a file with anything wrong in it is refused whole, every place named."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final, Literal

from analysis.answer_cells import MOST_DIGITS, STRATUM, Reading, ragged, read_person, read_rows
from analysis.counts import ItemCounts, StratumCounts, WaveCounts, count_answers
from questionnaires.survey_types import Questionnaire

WaveName = Literal["before", "after"]
_LARGE: Final = 300_000  # bytes: below, loading pandas takes longer than reading row by row
_SHORT: Final = ("stratum", "population")
_LONG: Final = ("wave", "stratum", "population")
_WAVES: Final[tuple[WaveName, ...]] = ("before", "after")


def read_answers(
    path: Path | str, questionnaire: Questionnaire, population: Mapping[str, int] | None = None, large: int = _LARGE
) -> WaveCounts:
    """Return the counts of an answer file: one row per respondent, columns item ids and optionally ``stratum``.

    The stratum is a node of the merge tree; without that column it is the answer to the stratum item, and without that
    answer the whole town. An item without a column was not asked. Raises `FileRefusedError` with every problem.

    A large file is counted column by column (*large* bytes or more); if anything in it is not plain, it is read again row by
    row, which finds and names every problem: both ways give the same counts.
    """
    # Looked up once: a questionnaire seeks an item from its first on, and there is one for each cell.
    reading = Reading(str(path), items={item.id: item for item in questionnaire.asked})
    rows = read_rows(reading, Path(path))
    header = next(rows, (1, []))[1]
    columns = _columns(reading, header, questionnaire)
    reading.refuse_if_wrong()
    if Path(path).stat().st_size >= large:
        by_column = import_module("analysis.answer_columns").count_columns(Path(path), questionnaire, columns, population)
        if by_column is not None:
            return _only_asked(by_column, questionnaire, frozenset(columns))
    people = (person for line, row in rows if (person := read_person(reading, questionnaire, columns, line, row)))
    # Nobody is held, and nobody counted any more once something was wrong: the rest is read for what else is.
    counts = count_answers(questionnaire, (person for person in people if not reading.problems), population)
    reading.refuse_if_wrong()
    return _only_asked(counts, questionnaire, frozenset(columns))


def read_population(path: Path | str, questionnaires: Mapping[WaveName, Questionnaire]) -> dict[WaveName, dict[str, int]]:
    """Return how many people each stratum has, by wave, from ``stratum,population`` or ``wave,stratum,population``.

    Without a wave column the numbers are of both waves. Raises `FileRefusedError` with every problem.
    """
    reading = Reading(str(path))
    rows = read_rows(reading, Path(path))
    header = tuple(next(rows, (1, []))[1])
    if header not in (_SHORT, _LONG):
        message = f"the columns must be {','.join(_SHORT)} or {','.join(_LONG)}, not {','.join(header) or 'none'}"
        reading.wrong(1, "", "population_columns", message)
    reading.refuse_if_wrong()
    found: dict[WaveName, dict[str, int]] = {"before": {}, "after": {}}
    for line, row in rows:
        if len(row) != len(header):
            ragged(reading, line, row, len(header))
            continue
        wave, stratum, number = ("", *row) if header == _SHORT else row
        waves = [name for name in _WAVES if wave in (name, "" if header == _SHORT else name)]
        _add_population(reading, questionnaires, found, line, waves, stratum, number)
    reading.refuse_if_wrong()
    return found


def check_population(path: Path | str, counts: WaveCounts, questionnaire: Questionnaire, wave: str) -> None:
    """Raise `FileRefusedError` if more people of a stratum answered than the population file says there are."""
    reading = Reading(str(path))
    for node in questionnaire.strata.walk():
        people = (counts.population or {}).get(node.id)
        answered = sum(counts.strata[part.id].respondents for part in node.walk() if part.id in counts.strata)
        if people is not None and answered > people:
            message = f"{answered} answered in the {wave} wave, more than the population of {people}: correct one of them"
            reading.wrong(None, node.id, "population_too_small", message)
    reading.refuse_if_wrong()


def _columns(reading: Reading, header: Sequence[str], questionnaire: Questionnaire) -> list[str]:
    known = {item.id for item in questionnaire.asked} | {STRATUM}
    if not header and not reading.problems:
        reading.wrong(1, "", "no_header", "the file is empty: its first line must name the columns")
    for position, name in enumerate(header):
        if name not in known:
            message = f"{questionnaire.id}/{questionnaire.version} has no item of that name: rename or leave out the column"
            reading.wrong(1, name or f"column {position + 1}", "unknown_column", message)
        elif name in header[:position]:
            reading.wrong(1, name, "double_column", "the column stands twice: leave out one")
    return list(header)


def _add_population(
    reading: Reading,
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
        reading.wrong(line, STRATUM, "unknown_stratum", message)
    if not number.isascii() or not number.isdigit() or len(number) > MOST_DIGITS:
        reading.wrong(line, "population", "not_a_number", f"{number[:20]!r} is not a whole number of people, 0 or more")
        return
    for wave in known:
        if stratum in found[wave]:
            reading.wrong(line, STRATUM, "double_stratum", f"the stratum {stratum!r} stands twice: leave out one")
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

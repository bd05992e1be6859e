"""Large answer files counted column by column: the same counts as row by row, in a tenth of the time."""

import warnings
from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.answer_cells import STRATUM, Reading, read_chosen, read_person
from analysis.answer_marks import separators
from analysis.counts import Running, WaveCounts
from questionnaires.conditions import Answers, holds, items_of
from questionnaires.survey_types import Questionnaire

_ROWS: Final = 250_000  # read at once, so that memory does not grow with the file
Indices = NDArray[np.intp]


class _NotPlainError(Exception):
    """Something in the file must be read row by row, to be understood or to be named as a problem."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of some rows: the different *cells* in it, and for each row the place of its own among them."""

    places: Indices
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Choices:
    """What was chosen in an item: the different answers, and for each row the place of its own among them."""

    places: Indices
    answers: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Rows by what decides who they are and what they saw: the kind of each row; of each kind stratum, answers, items seen."""

    places: Indices
    strata: Sequence[str]
    answers: Sequence[Answers]
    seen: NDArray[np.bool_]


def count_columns(
    path: Path,
    questionnaire: Questionnaire,
    columns: Sequence[str],
    population: Mapping[str, int] | None,
    rows: int = _ROWS,
) -> WaveCounts | None:
    """Return the counts of the answer file at *path* (its header names *columns*), or None if anything in it is not plain.

    So many *rows* are held at a time. Not plain is whatever is wrong, and an odd way to quote: such files are read row by row.
    """
    running: dict[str, Running] = defaultdict(Running)
    try:
        with closing(_chunks(path, columns, rows)) as chunks:
            for chunk in chunks:
                if _rows(chunk):
                    _add(running, questionnaire, chunk)
    except (_NotPlainError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.ParserWarning):
        return None
    return WaveCounts({name: part.frozen(questionnaire) for name, part in sorted(running.items())}, population)


def _chunks(path: Path, columns: Sequence[str], rows: int) -> Generator[dict[str, _Column]]:
    """Yield the columns of some rows at a time, cells stripped, rows of nothing left out."""
    parted = separators(path)
    if parted is None:
        raise _NotPlainError
    between, marks = parted
    lines = 1
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        with pd.read_csv(
            path,
            sep=between,
            dtype="category",
            keep_default_na=False,
            index_col=False,
            encoding="utf-8-sig",
            chunksize=rows,
        ) as reader:
            for frame in reader:
                lines += len(frame)
                if [str(name).strip() for name in frame.columns] != list(columns):
                    raise _NotPlainError
                yield _without_empty_rows({name: _column(frame.iloc[:, place]) for place, name in enumerate(columns)})
    if marks != lines * (len(columns) - 1):  # a row of fewer cells than columns: read as if it had empty ones
        raise _NotPlainError


def _column(series: "pd.Series[str]") -> _Column:
    places = series.cat.codes.to_numpy().astype(np.intp)
    if places.min(initial=0) < 0:
        raise _NotPlainError
    return _Column(places, [str(cell).strip() for cell in series.cat.categories])


def _without_empty_rows(columns: dict[str, _Column]) -> dict[str, _Column]:
    said = np.zeros(_rows(columns), np.bool_)
    for column in columns.values():
        said |= np.array([bool(cell) for cell in column.cells], np.bool_)[column.places]
    if said.all():
        return columns
    return {name: _Column(column.places[said], column.cells) for name, column in columns.items()}


def _rows(columns: Mapping[str, _Column]) -> int:
    return len(next(iter(columns.values())).places)


def _add(running: dict[str, Running], questionnaire: Questionnaire, columns: Mapping[str, _Column]) -> None:
    """Count some rows."""
    reading = Reading("", items={item.id: item for item in questionnaire.asked})
    kinds = _kinds(reading, questionnaire, columns)
    names = sorted(set(kinds.strata))
    strata = np.array([names.index(name) for name in kinds.strata], np.intp)[kinds.places]
    for name, people in zip(names, np.bincount(strata, minlength=len(names)).tolist(), strict=True):
        running[name].respondents += people
    scored = {name for score in questionnaire.scores for name in score.items}
    answered: dict[str, NDArray[np.bool_]] = {}
    right: dict[str, NDArray[np.bool_]] = {}
    for place, item in enumerate(questionnaire.asked):
        seen = kinds.seen[:, place][kinds.places]
        choices = _choices(reading, kinds, columns, item.id)
        size = len(choices.answers)
        crossed = np.bincount(strata[seen] * size + choices.places[seen], minlength=len(names) * size).reshape(len(names), size)
        for name, numbers in zip(names, crossed.tolist(), strict=True):
            _add_item(running[name], item.id, choices.answers, numbers)
        if item.id in scored:
            answered[item.id] = seen & np.array([bool(chosen) for chosen in choices.answers], np.bool_)[choices.places]
            right[item.id] = np.array([tuple(chosen) == (item.correct,) for chosen in choices.answers])[choices.places]
    for score in questionnaire.scores:
        whole = np.logical_and.reduce([answered[name] for name in score.items])
        points = np.sum([right[name] for name in score.items], axis=0)
        size = len(score.items) + 1
        histograms = np.bincount((strata * size + points)[whole], minlength=len(names) * size).reshape(len(names), size)
        for name, histogram in zip(names, histograms.tolist(), strict=True):
            running[name].score.update({(score.id, reached): people for reached, people in enumerate(histogram)})


def _add_item(running: Running, item: str, answers: Sequence[Sequence[str]], numbers: Sequence[int]) -> None:
    running.seen[item] += sum(numbers)
    for choices, people in zip(answers, numbers, strict=True):
        running.answered[item] += people if choices else 0
        for choice in choices:
            running.options[item, choice] += people


def _kinds(reading: Reading, questionnaire: Questionnaire, columns: Mapping[str, _Column]) -> _Kinds:
    """Sort the rows by their cells in the columns that decide: few of all, so that each kind is read like a row."""
    deciding = {STRATUM, questionnaire.stratum_item}.union(*(items_of(item.show_if) for item in questionnaire.asked))
    names = [name for name in columns if name in deciding]
    places, cells = np.zeros(_rows(columns), np.intp), list[list[str]]([[]])
    for name in names:
        column = columns[name]
        pairs, places = np.unique(places * len(column.cells) + column.places, return_inverse=True)
        cells = [[*cells[pair // len(column.cells)], column.cells[pair % len(column.cells)]] for pair in pairs.tolist()]
    people = [read_person(reading, questionnaire, names, 0, row) for row in cells]
    known = [person for person in people if person is not None]
    if len(known) < len(people):
        raise _NotPlainError
    seen = [[holds(item.show_if, answers) for item in questionnaire.asked] for _, answers in known]
    return _Kinds(places, [name for name, _ in known], [answers for _, answers in known], np.array(seen, np.bool_))


def _choices(reading: Reading, kinds: _Kinds, columns: Mapping[str, _Column], item: str) -> _Choices:
    """Return what each row chooses in *item*: an answer that decided may stand in another column than its own."""
    if item not in columns or any(item in answers for answers in kinds.answers):
        return _Choices(kinds.places, [answers.get(item, ()) for answers in kinds.answers])
    column = columns[item]
    answers = [read_chosen(reading, reading.items[item], 0, cell) if cell else () for cell in column.cells]
    if reading.problems:
        raise _NotPlainError
    return _Choices(column.places, answers)

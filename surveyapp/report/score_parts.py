"""What a report says of a score beside its means: how many people had how many right answers in each of its surveys."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from questionnaires.survey_types import Score
from surveyapp.report.document import Block, DataTable, Figure, Paragraph
from surveyapp.results import level_words
from surveyapp.results.drawn import figure, pictures, points
from surveyapp.results.wave_results import WaveResults

_WIDTHS: Final = (4, 2, 2)
"""Shares of the width: the numbers of right answers, people, percent."""


def histograms(by_themselves: Sequence[WaveResults], score: Score) -> Iterator[Block]:
    """Yield the histogram of one score in each survey, with its table, or why there is none; of several each is named."""
    for results in by_themselves:
        drawn = points.figure(results, score.id)
        if drawn is None:
            why = level_words.no_points(results, score.id)
            if why:
                yield Paragraph(f"{results.wave.name}. {why}" if len(by_themselves) > 1 else why, "hint")
            continue
        if len(by_themselves) > 1:
            drawn = replace(drawn, finding=f"{results.wave.name}. {drawn.finding}", about=f"{results.wave.name}. {drawn.about}")
        yield from _blocks(drawn)


def _blocks(drawn: figure.Figure) -> Iterator[Block]:
    yield Figure(pictures.within(drawn.picture, drawn.legend), f"{drawn.finding}.", drawn.alternative)
    header = tuple(str(column.name) for column in drawn.columns)
    rows = tuple(tuple(column.shown(cell) for column, cell in zip(drawn.columns, row, strict=True)) for row in drawn.rows)
    numeric = frozenset(range(1, len(header)))
    yield DataTable(drawn.about, header, rows, _WIDTHS, numeric)

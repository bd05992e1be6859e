"""What a report says of a score beside its means: how many people had how many right answers, and how its questions agree."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from questionnaires.survey_types import Score
from surveyapp.report.document import Block, DataTable, Figure, Paragraph
from surveyapp.results import level_words, reliability_words
from surveyapp.results.drawn import figure, pictures, points
from surveyapp.results.wave_results import WaveResults

_WIDTHS: Final = (4, 2, 2)
"""Shares of the width: the numbers of right answers, people, percent."""


def beside_means(by_themselves: Sequence[WaveResults], score: Score) -> Iterator[Block]:
    """Yield of one score in each survey its histogram with its table, or why there is none, and how well its questions agree.

    Of several surveys each is named.
    """
    for results in by_themselves:
        name = f"{results.wave.name}. " if len(by_themselves) > 1 else ""
        drawn = points.figure(results, score.id)
        if drawn is not None:
            yield from _blocks(replace(drawn, finding=f"{name}{drawn.finding}", about=f"{name}{drawn.about}"))
        elif why := level_words.no_points(results, score.id):
            yield Paragraph(f"{name}{why}", "hint")
        if together := reliability_words.sentence(results, score.id):
            yield Paragraph(f"{name}{together}")
    if alpha := reliability_words.meaning(by_themselves, score.id):
        yield Paragraph(alpha, "hint")


def _blocks(drawn: figure.Figure) -> Iterator[Block]:
    yield Figure(pictures.within(drawn.picture, drawn.legend), f"{drawn.finding}.", drawn.alternative)
    header = tuple(str(column.name) for column in drawn.columns)
    rows = tuple(tuple(column.shown(cell) for column, cell in zip(drawn.columns, row, strict=True)) for row in drawn.rows)
    numeric = frozenset(range(1, len(header)))
    yield DataTable(drawn.about, header, rows, _WIDTHS, numeric)

"""Pictures whose axis is time: numbers with their ranges at the real dates of surveys, a panel for each group."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from surveyapp.results import words
from surveyapp.results.drawn import pictures
from surveyapp.results.drawn.pictures import LETTER, WIDTH, Picture, Shape
from surveyapp.results.drawn.scale import Mark, Scale

RANGE: Final = (pictures.line("now", 12, 1, 12, 13),)
_LEFT: Final = 46
_RIGHT: Final = 34
_TALL: Final = 100
_ABOVE: Final = 16
_STEP: Final = LETTER + 2
_DATE: Final = 66
"""Units that a date is wide, with some air."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One group: a mark for each survey, None where its number is hidden or was not asked."""

    label: str
    marks: tuple[Mark | None, ...]


def over_dates(panels: Sequence[Panel], days: Sequence[date], scale: Scale, hidden: str) -> Picture:
    """Return the picture of *panels* below each other over one axis of *days* (rising); *hidden* stands for what is hidden."""
    places = _places(days)
    shapes: list[Shape] = []
    top = 0.0
    for panel in panels:
        label = pictures.paragraph(panel.label, 2, top + LETTER, WIDTH - 4)
        base = top + len(label) * _STEP + _ABOVE + _TALL
        shapes += [*_grid(scale, base), *_drawn(panel, places, scale, base, hidden), *label]
        top = base + 10
    dates = list(_dates(days, places, top + LETTER - 6))
    return Picture(WIDTH, top + 4 + _STEP * (2 if len({shape.places[1] for shape in dates}) > 1 else 1), (*shapes, *dates))


def _places(days: Sequence[date]) -> list[float]:
    whole = (days[-1] - days[0]).days
    room = WIDTH - _LEFT - _RIGHT
    return [_LEFT + room * ((day - days[0]).days / whole if whole else 1 / 2) for day in days]


def _grid(scale: Scale, base: float) -> Iterator[Shape]:
    for value in scale.steps:
        y = _height(scale, base, value)
        yield pictures.line("axis" if value == scale.low else "grid", _LEFT - 22, y, WIDTH, y)
        yield pictures.text(words.number(value), _LEFT - 26, y + 4, "quiet", anchor="end", size=LETTER - 1)


def _height(scale: Scale, base: float, value: float) -> float:
    inside = min(max((value - scale.low) / (scale.high - scale.low), 0.0), 1.0)
    return round(base - inside * _TALL, 1)


def _drawn(panel: Panel, places: Sequence[float], scale: Scale, base: float, hidden: str) -> Iterator[Shape]:
    """Yield the marks of one panel; a dashed line joins neighbours in time, and none leads over a hidden number."""
    for (at, mark), (later, after) in pairwise(zip(places, panel.marks, strict=True)):
        if mark and after:
            yield pictures.line("link", at, _height(scale, base, mark.value), later, _height(scale, base, after.value))
    for at, mark in zip(places, panel.marks, strict=True):
        if mark is None:
            yield pictures.text(hidden, at, base - 6, "quiet", anchor="middle")
            continue
        y = _height(scale, base, mark.value)
        ends = (mark.value if mark.low is None else mark.low, mark.value if mark.high is None else mark.high)
        low, high = (_height(scale, base, end) for end in ends)
        yield pictures.line(mark.look, at, low, at, high)
        yield pictures.diamond(round(at, 1), y) if mark.look == "now" else pictures.ring(at, y)
        yield pictures.text(words.number(mark.value), at, min(high, y - 6) - 4, anchor="middle")


def _dates(days: Sequence[date], places: Sequence[float], y: float) -> Iterator[Shape]:
    """Yield the dates below the axis; one that would touch the one before it stands a line lower."""
    lower, before = False, -float(WIDTH)
    for day, at in zip(days, places, strict=True):
        lower = at - before < _DATE and not lower
        before = at
        yield pictures.text(words.short_day(day), at, y + _STEP * lower, anchor="middle", size=LETTER - 1)

"""Pictures of small marks in rows and columns: quarters of a plan, years of its targets. Each mark has a shape of its own."""

from collections.abc import Mapping, Sequence
from typing import Final

from surveyapp.results.drawn import pictures
from surveyapp.results.drawn.pictures import LETTER, WIDTH, Picture, Shape
from surveyapp.results.quarter_rules import Cell, Grid

_LEFT: Final = 46
_STEP: Final = 17.0
_SIDE: Final = 11.0


def _square(look: str, x: float, y: float) -> Shape:
    return pictures.box(look, x, y, _SIDE, _SIDE)


def _cross(x: float, y: float) -> Shape:
    low, high = 2.5, _SIDE - 2.5
    return pictures.path(
        "cross", f"M{x + low:g} {y + low:g} L{x + high:g} {y + high:g} M{x + high:g} {y + low:g} L{x + low:g} {y + high:g}"
    )


def _dot(x: float, y: float) -> Shape:
    return pictures.ring(x + _SIDE / 2, y + _SIDE / 2, 3.2, "bar")


def _half(x: float, y: float) -> Shape:
    return pictures.box("bar", x, y + _SIDE / 2, _SIDE, _SIDE / 2)


def _state(cell: Cell, x: float, y: float) -> list[Shape]:
    """Return the mark of a quarter: full if something was reported, crossed out if nothing was, empty if it is not over."""
    square = _square("edge" if cell.sure else "dashed", x, y)
    marks: Mapping[str, list[Shape]] = {
        "due_reported": [_square("bar", x, y), *([] if cell.sure else [square])],
        "due_over": [square, _cross(x, y)],
        "due": [square],
        "reported": [_dot(x, y)],
        "nothing": [],
    }
    return marks[cell.state]


def _degree(degree: str | None, x: float, y: float) -> list[Shape]:
    marks: Mapping[str | None, list[Shape]] = {
        "done": [_square("bar", x, y)],
        "partial": [_square("edge", x, y), _half(x, y)],
        "not_done": [_square("edge", x, y), _cross(x, y)],
        "no_data": [_square("dashed", x, y)],
        "not_due": [_square("edge", x, y)],
        "not_assessed": [pictures.text("?", x + _SIDE / 2, y + _SIDE - 1, anchor="middle")],
        None: [],
    }
    return marks[degree]


SAMPLES: Final = {state: tuple(_state(Cell(state), 6, 1)) for state in ("due_reported", "due_over", "due", "reported")}
UNSURE: Final = tuple(_state(Cell("due", sure=False), 6, 1))
DEGREES: Final = {
    degree: tuple(_degree(degree, 6, 1)) for degree in ("done", "partial", "not_done", "no_data", "not_due", "not_assessed")
}


def quarters(grid: Grid) -> Picture:
    """Return the quarter grid: a line for each row, a column for each quarter, the present one between two lines."""
    wide = (WIDTH - _LEFT) / len(grid.quarters)
    top = 2 * (LETTER + 3.0)
    bottom = top + len(grid.rows) * _STEP
    shapes: list[Shape] = []
    for at, quarter in enumerate(grid.quarters):
        x = _LEFT + at * wide
        if quarter.quarter == 1 or not at:
            shapes += [pictures.text(str(quarter.year), x + 2, LETTER), pictures.line("grid", x, 2, x, bottom)]
        shapes.append(
            pictures.text(str(quarter.quarter), x + wide / 2, 2 * LETTER + 1, "quiet", anchor="middle", size=LETTER - 2)
        )
    if grid.now is not None:
        shapes += [
            pictures.line("axis", x, top - 2, x, bottom) for x in (_LEFT + grid.now * wide, _LEFT + (grid.now + 1) * wide)
        ]
    for number, row in enumerate(grid.rows):
        y = top + number * _STEP
        shapes.append(pictures.text(row.row.indicator.id, 0, y + LETTER, size=LETTER - 1))
        for at, cell in enumerate(row.cells):
            shapes += _state(cell, _LEFT + at * wide + (wide - _SIDE) / 2, y + 2)
    return Picture(WIDTH, bottom + 2, tuple(shapes))


def by_year(labels: Sequence[str], years: Sequence[int], degrees: Sequence[Sequence[str | None]]) -> Picture:
    """Return a line for each label and a column for each year, with the mark of the degree in each."""
    wide = min(40.0, WIDTH / 2 / len(years))
    left = WIDTH - wide * len(years)
    shapes = [
        pictures.text(str(year), left + at * wide + wide / 2, LETTER, anchor="middle", size=LETTER - 1)
        for at, year in enumerate(years)
    ]
    top = LETTER + 6.0
    for label, row in zip(labels, degrees, strict=True):
        lines = pictures.paragraph(label, 0, top + LETTER, left - 4, 3)
        shapes += lines
        for at, degree in enumerate(row):
            shapes += _degree(degree, left + at * wide + (wide - _SIDE) / 2, top + 2)
        top += max(len(lines) * (LETTER + 2.0), _STEP) + 4
    return Picture(WIDTH, top, tuple(shapes))

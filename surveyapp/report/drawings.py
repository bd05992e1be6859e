"""The drawings of a report as SVG that stands by itself: degrees of the rows, and surveys' lines with their ranges."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import render_template

from surveyapp.results import figures
from surveyapp.results.change import Change
from surveyapp.results.level import Level
from surveyapp.results.plan_rules import DEGREES

_LETTERS: Final = 84
"""So many letters of a label fit on one line of a drawing."""
_FILLS: Final = {
    "done": "#1d4f73",
    "partial": "#5b8db3",
    "not_done": "#b5473c",
    "no_data": "#d9a441",
    "not_due": "#c9d3da",
    "not_assessed": "#8a8a8a",
}


@dataclass(frozen=True, slots=True)
class Slice:
    """One degree of the bar: from ``start``, ``width`` wide; ``dark`` where its text has to be white."""

    label: str
    count: int
    start: float
    width: float
    fill: str
    dark: bool


def degrees(counts: Mapping[str, int], names: Mapping[str, str]) -> str | None:
    """Return one bar parted by degree, None if there is no row."""
    whole = sum(counts.values())
    if not whole:
        return None
    slices: list[Slice] = []
    start = 0.0
    for degree in DEGREES:
        width = round(counts.get(degree, 0) * figures.WIDTH / whole, 2)
        if width:
            dark = degree in {"done", "not_done", "not_assessed"}
            slices.append(Slice(names[degree], counts[degree], start, width, _FILLS[degree], dark))
            start += width
    return render_template("report/degrees.svg", slices=slices, width=figures.WIDTH)


def dumbbells(lines: Iterable[tuple[str, Change]], then: str, now: str, most: float = 1.0) -> str | None:
    """Return the drawing of what changed, a line for each; None if nothing of it may be shown."""
    figure = figures.dumbbells(lines, most)
    return _drawn(figure, (then, now)) if figure else None


def dots(lines: Iterable[tuple[str, Level]], now: str, most: float = 1.0) -> str | None:
    """Return the drawing of one survey, a line for each; None if nothing of it may be shown."""
    figure = figures.dots(lines, most)
    return _drawn(figure, (None, now)) if figure else None


def _drawn(figure: figures.Figure, legend: Sequence[str | None]) -> str:
    labels = [textwrap.shorten(row.label, 2 * _LETTERS, placeholder="…") for row in figure.rows]
    wrapped = [textwrap.wrap(label, _LETTERS) for label in labels]
    return render_template("report/dumbbells.svg", figure=figure, labels=wrapped, legend=legend, width=figures.WIDTH)

"""A figure with everything that belongs to it: finding, picture, text alternative, table, legend, source, and its files."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from flask import Response
from flask_babel import gettext as _

from surveyapp.core import municipalities, typesetting
from surveyapp.core.csv_files import csv_response
from surveyapp.core.downloads import download
from surveyapp.core.i18n import language
from surveyapp.results import findings, words
from surveyapp.results.drawn import pictures
from surveyapp.results.drawn.pictures import Frame, Key, Picture

Cell = str | int | float | None
_PAPER_WIDTH: Final = 150
"""Millimetres: the width of a column of text on A4."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a figure's table: its heading, and whether its cells are words, numbers, or numbers with their sign."""

    name: str
    kind: Literal["words", "number", "signed"] = "words"

    def shown(self, cell: Cell) -> str:
        """Return a cell as a page writes it; a number that is not known or not shown is a dash."""
        if cell is None:
            return "" if self.kind == "words" else "–"
        if isinstance(cell, str):
            return cell
        return findings.signed(cell) if self.kind == "signed" else words.number(cell)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. ``name`` tells it from the others of its page; ``about`` says of what it is, such as the question asked.

    ``note`` is what its table has to say once about all of its numbers.

    Everything in it is for the eyes of whoever may open its page, and drawn from nothing that its table does not tell.
    """

    name: str
    finding: str
    about: str
    picture: Picture
    alternative: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    source: str
    legend: tuple[Key, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one page: ``source`` and ``where`` are the address of their files, ``endpoint`` is what gives them out.

    ``lines`` lead, by the name of a figure of a release, from each survey in it to the released lines that it is drawn from.
    """

    source: str
    where: Mapping[str, object]
    figures: Mapping[str, Figure] = field(default_factory=dict)
    endpoint: str = "results.figure"
    lines: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, source: str, where: Mapping[str, object], figures: Iterable[Figure | None]) -> "Figures":
        """Return these figures; one that has nothing to show is left out."""
        return cls(source, where, {each.name: each for each in figures if each is not None})

    def get(self, name: str) -> Figure | None:
        """Return a figure by its name, None if there is none."""
        return self.figures.get(name)


def svg(figure: Figure) -> str:
    """Return the figure as an SVG that needs nothing else."""
    source = figure.source
    if municipalities.any_demo():
        source = sentences([source, _("Demonstration: people, events, answers and decisions are invented.")])
    return pictures.by_itself(
        figure.picture,
        Frame(language(), figure.finding, figure.about, figure.alternative, figure.legend, source),
    )


def _as_svg(figure: Figure, name: str) -> Response:
    return download(svg(figure), "image/svg+xml; charset=utf-8", name)


def _as_png(figure: Figure, name: str) -> Response:
    return download(typesetting.as_png(svg(figure), _PAPER_WIDTH), "image/png", name)


def _as_csv(figure: Figure, name: str) -> Response:
    return csv_response(name, [column.name for column in figure.columns], figure.rows)


FILES: Final[Mapping[str, Callable[[Figure, str], Response]]] = {"svg": _as_svg, "png": _as_png, "csv": _as_csv}
"""What a figure can be had as, in the order in which pages offer it."""


def sentences(parts: Sequence[str]) -> str:
    """Return parts of a text alternative as one text, each ending as a sentence does."""
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if part)

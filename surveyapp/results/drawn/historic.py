"""The figures of a finished plan: each series of its report year by year, with its numbers and where they stand."""

from collections.abc import Iterator

from flask_babel import gettext as _

from questionnaires.history_types import History, Series
from surveyapp.core.i18n import here
from surveyapp.results import figures, history_rules, history_words, words
from surveyapp.results.drawn import pictures
from surveyapp.results.drawn.figure import Column, Figure, Figures
from surveyapp.results.drawn.pictures import LETTER, WIDTH, Key, Picture, Shape
from surveyapp.results.figures import YearChart


def of_history(history: History) -> Figures:
    """Return the figures of every series that has several years."""
    drawn = [series for series in history.series if history_rules.drawn(series)]
    return Figures.of("history", {"plan_history": history.id}, [_figure(history, series) for series in drawn])


def _figure(history: History, series: Series) -> Figure:
    columns = (_("Year"), _("Figure"), *((_("Of them"),) if series.part else ()), _("Line"))
    return Figure(
        name=series.id,
        finding=history_words.finding(series),
        about=f"{here(series.name)} ({history_words.COUNTED[series.counted]})",
        picture=_picture(figures.years(series, *history_rules.span(history, series))),
        alternative=history_words.described(history, series),
        columns=tuple(map(Column, columns)),
        rows=tuple(_rows(history, series)),
        source=_("Source: %(source)s", source=history.source),
        legend=(
            Key((pictures.ring(12, 7, 4, "bar"),), _("a figure")),
            Key((pictures.ring(12, 7, 4),), _("about, almost or more than")),
            Key((pictures.line("cut", 12, 1, 12, 13),), _("from here on something else is counted")),
        ),
    )


def _rows(history: History, series: Series) -> Iterator[tuple[str, ...]]:
    for point in series.points:
        against = f" {history_words.disagreement(series, point)}" if point.against else ""
        part = (history_words.part(series, point) or "–",) if series.part else ()
        yield history_words.when(point), f"{history_words.figure(series, point)}{against}", *part, history_words.lines(point)
    for year in history_rules.missing(history, series):
        yield str(year), _("no figure"), *(("",) if series.part else ()), ""


def _picture(chart: YearChart) -> Picture:
    shapes: list[Shape] = [pictures.line("axis", 0, chart.base, WIDTH, chart.base)]
    shapes += [pictures.line("cut", at, 2, at, chart.base) for at in chart.cuts]
    shapes += [pictures.joined("now", points) for points in chart.pieces]
    for mark in chart.marks:
        look = "bar" if mark.point.precision == "exactly" else "ring"
        if chart.columns:
            wide = chart.columns
            shapes.append(pictures.box(look, mark.x - wide / 2, mark.y, wide, chart.base - mark.y))
        else:
            shapes.append(pictures.ring(mark.x, mark.y, 4, look))
        shapes.append(pictures.text(words.number(mark.point.value), mark.x, mark.y - 7, anchor="middle"))
    for tick in chart.ticks:
        shapes.append(pictures.text(tick.text, tick.at, chart.height - 7, anchor=tick.anchor, size=LETTER))
    return Picture(WIDTH, chart.height, tuple(shapes))

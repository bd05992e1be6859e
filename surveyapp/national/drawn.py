"""The figures of the national view: a mark with its range for each municipality, in the order of names."""

from dataclasses import replace

from flask_babel import gettext as _

from surveyapp.national import words
from surveyapp.national.rules import Beside, Comparison, Line
from surveyapp.results import level_words
from surveyapp.results.drawn import alone, scale
from surveyapp.results.drawn.figure import Cell, Column, Figure, Figures, sentences
from surveyapp.results.drawn.pictures import Key
from surveyapp.results.words import short_day, whole_percent


def figures(comparison: Comparison) -> Figures:
    """Return the figures of a comparison; of a line that too few municipalities show there is none."""
    questionnaire, position = comparison.place
    where = {"questionnaire": questionnaire, "position": position}
    drawn = Figures.of("national", where, (_figure(comparison, line) for line in comparison.lines))
    return replace(drawn, endpoint="national.figure")


def name(line: Line) -> str:
    """Return the name of a line's figure, which tells it from the others of its comparison."""
    return "-".join((line.asked.measure, line.asked.item, *line.asked.choices))


def table(comparison: Comparison) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """Return the headings and the rows of all figures in one table; a line of which too few show a number is not in it."""
    heads = (_("Question and answer"), *(column.name for column in _columns()))
    shown = [line for line in comparison.lines if line.figures]
    return heads, tuple((words.subject(comparison, line), *_cells(each)) for line in shown for each in line.beside)


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Municipality")),
        Column(_("Survey began")),
        Column(_("People who answered, to the nearest 5"), "number"),
        Column(_("Level")),
        Column(_("Likely between")),
    )


def _figure(comparison: Comparison, line: Line) -> Figure | None:
    found = line.between
    if found is None:
        return None
    middle = scale.Mark(_drawn(line, found.median), look="then")
    rows = [_row(each) for each in line.beside] + [scale.Line(_("In the middle (median)"), (middle,))]
    score = comparison.words.score(line.asked)
    told = [f"{each.entry.municipality}: {words.told(each)}" for each in line.beside]
    return Figure(
        name=name(line),
        finding=f"{words.subject(comparison, line)} – {words.finding(line, found)}",
        about=words.counted(comparison, line),
        picture=scale.marks(rows, scale.points(len(score.items)) if score else scale.PERCENT),
        alternative=sentences([words.finding(line, found), words.alike(line, found), *told]),
        columns=_columns(),
        rows=tuple(_cells(each) for each in line.beside),
        source=_source(comparison),
        legend=(
            Key(scale.DIAMOND, _("municipality")),
            Key(scale.RANGE, _("likely range")),
            Key(scale.RING, _("in the middle")),
        ),
    )


def _row(each: Beside) -> scale.Line:
    label = each.entry.municipality
    return alone.line_of(label, each.level) if each.level else scale.Line(label, (), words.missing(each))


def _drawn(line: Line, value: float) -> float:
    """Return a level as it is written: nothing finer is drawn."""
    return round(value, 1) if line.asked.measure == "score" else whole_percent(value)


def _cells(each: Beside) -> tuple[Cell, ...]:
    began = short_day(each.entry.results.wave.opens)
    if each.level is None or not each.shown:
        return each.entry.municipality, began, None, words.told(each), ""
    return each.entry.municipality, began, each.level.n, level_words.level(each.level), level_words.interval(each.level)


def _source(comparison: Comparison) -> str:
    told = (_("%(name)s, release %(number)s", name=each.municipality, number=each.release) for each in comparison.entries)
    return sentences([_("As released: %(what)s", what="; ".join(told))])

"""The figures of one row of the plan: its targets beside what they ask for, and the values measured of it."""

from typing import Final

from flask_babel import gettext as _

from analysis.missing import reading_of, target_of
from analysis.sensitive import ShownTarget
from surveyapp.core.i18n import here
from surveyapp.results import figures, plan_facts, words
from surveyapp.results.drawn import pictures, planned
from surveyapp.results.drawn.figure import Column, Figure, Figures, sentences
from surveyapp.results.drawn.pictures import LETTER, WIDTH, Key, Picture, Shape
from surveyapp.results.plan_facts import RowFacts
from surveyapp.results.plan_results import JudgedPlan
from surveyapp.results.plan_rules import Row

_BAR: Final = 34


def of_row(judged: JudgedPlan, row: Row, facts: RowFacts) -> Figures:
    """Return the figures of a row as *facts* show it to this person."""
    where = {**planned.where(judged), "row": row.indicator.id}
    return Figures.of("row", where, [_targets(judged, row), _values(judged, row, facts)])


def bullet(target: ShownTarget) -> Picture | None:
    """Return the bar of one target in one window; None where it has no number to hold against another."""
    bar = figures.bullet(target)
    if bar is None:
        return None
    shapes = [pictures.box("track", 0, 13, bar.end, 14)]
    if bar.ceiling:
        shapes.append(pictures.box("lid", bar.mark, 6, bar.end - bar.mark, 26))
    if bar.high > bar.low:
        shapes.append(pictures.box("dashed", bar.low, 15.5, bar.high - bar.low, 9))
    shapes.append(pictures.box("bar", 0, 15, bar.low, 10))
    edge = f"M{bar.mark:g} 32 V6 H{bar.end:g}" if bar.ceiling else f"M{bar.mark:g} 6 V33"
    shapes.append(pictures.path("mark", edge))
    return Picture(WIDTH, _BAR, tuple(shapes))


def _targets(judged: JudgedPlan, row: Row) -> Figure | None:
    shapes: list[Shape] = []
    top = 0.0
    for target in row.targets:
        drawn = bullet(target)
        if drawn is None:
            continue
        label = pictures.paragraph(f"{_window(row, target)}: {words.achieved(target)}", 0, top + LETTER, WIDTH, 3)
        shapes += label
        top += len(label) * (LETTER + 2)
        shapes += pictures.below(top, drawn.shapes)
        top += _BAR + 8
    if not shapes:
        return None
    told = [(_window(row, each), words.achieved(each), str(words.DEGREES[each.result.degree])) for each in row.targets]
    return Figure(
        name="targets",
        finding=_("%(row)s – %(degree)s by now", row=row.indicator.id, degree=words.DEGREES[row.result.to_date]),
        about=here(row.indicator.name),
        picture=Picture(WIDTH, top, tuple(shapes)),
        alternative=sentences([f"{window}: {reached}, {degree}" for window, reached, degree in told]),
        columns=(Column(_("Target and window")), Column(_("Reached")), Column(_("Degree"))),
        rows=tuple(told),
        source=planned.source(judged),
        legend=(
            Key((pictures.box("bar", 1, 2, 22, 9),), _("surely reached")),
            Key((pictures.box("dashed", 1, 2, 22, 9),), _("possible besides")),
            Key((pictures.path("mark", "M12 1 V13"),), _("asked for; of a limit: not to be exceeded")),
        ),
    )


def _window(row: Row, target: ShownTarget) -> str:
    reading = reading_of(row.indicator, target.result)
    parts = [here(target_of(row.indicator, target.result).label), words.window(target.result)]
    return ", ".join([*parts, here(reading.label)] if reading else parts)


def _values(judged: JudgedPlan, row: Row, facts: RowFacts) -> Figure | None:
    """Return the measured values over time; None where there is no line, or a value is hidden from this person."""
    if facts.chart is None:
        return None
    dots = facts.chart.dots
    few = len(dots) < 6  # noqa: PLR2004 - more would stand on each other
    shapes = [pictures.line("axis", 0, facts.chart.floor, WIDTH, facts.chart.floor)]
    shapes.append(pictures.path("now", "M" + " L".join(f"{dot.x:g} {dot.y:g}" for dot in dots)))
    for at, dot in enumerate(dots):
        shapes.append(pictures.ring(dot.x, dot.y, 4, "bar"))
        if few or at in {0, len(dots) - 1}:
            above = dot.y - 7 if dot.y > 18 else dot.y + 16  # noqa: PLR2004 - no room above
            shapes.append(pictures.text(words.number(dot.value), dot.x, above, anchor="middle", size=LETTER - 1))
            shapes.append(pictures.text(str(dot.on.year), dot.x, 112, anchor="middle", size=LETTER - 1))
    first, last = dots[0], dots[-1]
    change = {"first": words.number(first.value), "last": words.number(last.value)}
    told = [(words.short_day(dot.on), dot.value) for dot in dots]
    return Figure(
        name="values",
        finding=_("From %(first)s in %(then)s to %(last)s in %(now)s", then=first.on.year, now=last.on.year, **change),
        about=_("Measured values: %(what)s", what=here(row.indicator.name)),
        picture=Picture(plan_facts.WIDTH, plan_facts.HEIGHT, tuple(shapes)),
        alternative=sentences([f"{day}: {words.number(value)}" for day, value in told]),
        columns=(Column(_("Day")), Column(_("Value"), "number")),
        rows=tuple(told),
        source=planned.source(judged),
    )

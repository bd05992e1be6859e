"""The figures of the plan: degrees by goal, the quarter grid, the years beside each other, and the targets of a row."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from surveyapp.core.i18n import here
from surveyapp.results import plan_money, quarter_rules, words, year_rules
from surveyapp.results.drawn import grids, money, scale
from surveyapp.results.drawn.figure import Cell, Column, Figure, Figures, sentences
from surveyapp.results.drawn.pictures import Key, Picture
from surveyapp.results.drawn.scale import Part, Whole
from surveyapp.results.plan_results import JudgedPlan
from surveyapp.results.plan_rules import DEGREES, LONG, GoalRows, Wanted
from surveyapp.results.quarter_rules import Grid

LOOKS: Final[Mapping[str, str]] = {
    "done": "tone-5",
    "partial": "tone-4",
    "not_done": "tone-1",
    "no_data": "tone-2",
    "not_due": "tone-3",
    "not_assessed": "dashed",
}
_STATES: Final = {
    "due_reported": _l("due, reported"),
    "due_over": _l("due, nothing reported in it"),
    "due": _l("due, not over yet"),
    "reported": _l("reported without being due"),
    "nothing": "",
}


def overview(judged: JudgedPlan) -> Figures:
    """Return the figures of the whole plan."""
    goals = [goal for goal in judged.goals(Wanted()) if goal.actions]
    lines = [(words.goal(judged.plan, goal.goal), dict(goal.by_degree)) for goal in goals]
    found = [_degrees(judged, words.goal_level(judged.plan), lines)]
    if len(judged.rows) <= LONG:  # a longer plan has the grid goal by goal
        found.append(quarters(judged, quarter_rules.grid(judged, judged.rows)))
    return Figures.of("plan", where(judged), found)


def of_goal(judged: JudgedPlan, goal: GoalRows) -> Figures:
    """Return the figures of one goal."""
    lines = []
    for action in goal.actions:
        counts = {degree: sum(row.result.to_date == degree for row in action.rows) for degree in DEGREES}
        lines.append((f"{action.action.number} {here(action.action.title)}", counts))
    rows = [row for action in goal.actions for row in action.rows]
    sums = plan_money.sums_of(judged, [row.indicator for row in rows])
    spent = money.by_year(sums, source(judged))
    found = [_degrees(judged, _level(judged), lines), quarters(judged, quarter_rules.grid(judged, rows)), spent]
    return Figures.of("goal", {**where(judged), "goal": goal.goal.number}, found)


def of_years(judged: JudgedPlan) -> Figures:
    """Return the figures of the years beside each other."""
    targets = year_rules.target_years(judged.rows)
    counted = year_rules.by_degree(judged, targets)
    lines = [(str(year), dict(counts)) for year, counts in counted.items()]
    return Figures.of("years", where(judged), [_year_degrees(judged, lines), _targets(judged, targets)])


def of_money(judged: JudgedPlan, found: plan_money.Money) -> Figures:
    """Return the figures of the plan's money."""
    return money.figures(judged, found, where(judged), source(judged))


def where(judged: JudgedPlan) -> dict[str, object]:
    """Return what an address says of the plan and of the day by whose knowledge it was judged."""
    return {"plan": judged.plan.id, "known": judged.known_on.isoformat() if judged.known_on else None}


def source(judged: JudgedPlan) -> str:
    """Return which plan it is and of which day."""
    facts = {"plan": here(judged.plan.title), "day": words.short_day(judged.as_of)}
    return sentences([_("%(plan)s, judged on %(day)s", **facts)])


def _level(judged: JudgedPlan) -> str:
    levels = judged.plan.levels
    return here(levels.action) if levels else str(_("Planned result"))


def _degrees(judged: JudgedPlan, first: str, lines: Sequence[tuple[str, Mapping[str, int]]]) -> Figure | None:
    every = sum(sum(counts.values()) for _label, counts in lines)
    done = sum(counts.get("done", 0) for _label, counts in lines)
    finding = _("Done by now: %(done)s of %(all)s rows", done=done, all=every)
    return parted(judged, "degrees", finding, _("Rows by their degree to date."), first, lines) if every else None


def _year_degrees(judged: JudgedPlan, lines: Sequence[tuple[str, Mapping[str, int]]]) -> Figure | None:
    told = [
        _("%(year)s: %(done)s of %(all)s", year=year, done=counts.get("done", 0), all=sum(counts.values()))
        for year, counts in lines
        if counts
    ]
    finding = _("Targets done – %(years)s", years="; ".join(told))
    about = _("Targets by their degree in the periods that end in each year.")
    return parted(judged, "degrees", finding, about, _("Year"), lines) if told else None


def by_degree(counts: Mapping[str, int]) -> tuple[Picture, tuple[Key, ...]]:
    """Return counts by degree as one bar in parts without a label, and its legend with the counts."""
    degrees = [degree for degree in DEGREES if counts.get(degree)]
    keys = tuple(scale.tone_key(LOOKS[degree], f"{words.DEGREES[degree]}: {counts[degree]}") for degree in degrees)
    return scale.whole([_bar("", counts)]), keys


def _bar(label: str, counts: Mapping[str, int]) -> Whole:
    every = sum(counts.values())
    parts = (Part(counts[each] * 100 / every, LOOKS[each], str(counts[each])) for each in DEGREES if counts.get(each))
    return Whole(label, tuple(parts), _("no rows"))


def parted(
    judged: JudgedPlan, name: str, finding: str, about: str, first: str, lines: Sequence[tuple[str, Mapping[str, int]]]
) -> Figure:
    """Return counts by degree as bars in parts, a bar for each line."""
    degrees = [degree for degree in DEGREES if any(counts.get(degree) for _label, counts in lines)]
    names = {degree: str(words.DEGREES[degree]) for degree in degrees}
    told = [
        f"{label}: "
        + ("; ".join(f"{names[degree]} {counts[degree]}" for degree in degrees if counts.get(degree)) or _("no rows"))
        for label, counts in lines
    ]
    return Figure(
        name=name,
        finding=finding,
        about=about,
        picture=scale.whole([_bar(label, counts) for label, counts in lines]),
        alternative=sentences(told),
        columns=(Column(first), *(Column(names[degree], "number") for degree in degrees)),
        rows=tuple((label, *(counts.get(degree, 0) for degree in degrees)) for label, counts in lines),
        source=source(judged),
        legend=tuple(scale.tone_key(LOOKS[degree], names[degree]) for degree in degrees),
    )


def quarters(judged: JudgedPlan, grid: Grid) -> Figure | None:
    """Return the quarter grid; None if no row of it was ever due and nothing was reported."""
    counted = grid.counted
    due = counted["due_reported"] + counted["due_over"]
    if not grid.rows or counted.keys() <= {"nothing"}:
        return None
    facts = {"reported": counted["due_reported"], "due": due}
    columns = [f"{each.year}/{each.quarter}" for each in grid.quarters]
    return Figure(
        name="quarters",
        finding=_("Quarters that were due: in %(reported)s of %(due)s something was reported", **facts),
        about=_("Each row of the plan in each quarter: what was due, and whether anything was reported."),
        picture=grids.quarters(grid),
        alternative=sentences(
            [
                f"{name}: {counted[state]}"
                for state, name in ((state, str(_STATES[state])) for state in quarter_rules.STATES)
                if name and counted[state]
            ]
        ),
        columns=(Column(_("Row")), Column(_("Name of the row")), *map(Column, columns)),
        rows=tuple(_grid_row(each) for each in grid.rows),
        source=source(judged),
        legend=tuple(Key(grids.SAMPLES[state], str(_STATES[state])) for state in quarter_rules.STATES if state != "nothing")
        + ((Key(grids.UNSURE, _("due by a mark that was read unsurely")),) if _unsure(grid) else ()),
    )


def _unsure(grid: Grid) -> bool:
    return any(not cell.sure for row in grid.rows for cell in row.cells)


def _grid_row(each: quarter_rules.GridRow) -> tuple[Cell, ...]:
    told = []
    for cell in each.cells:
        name = str(_STATES[cell.state])
        told.append(name if cell.sure else _("%(state)s (mark read unsurely)", state=name))
    return (each.row.indicator.id, here(each.row.indicator.name), *told)


def _targets(judged: JudgedPlan, targets: Iterable[year_rules.TargetYears]) -> Figure | None:
    several = [each for each in targets if len(each.by_year) > 1]
    if not several:
        return None
    years = list(plan_money.years(judged.plan))
    degrees = [[each.degree(year) for year in years] for each in several]
    seen = [degree for degree in DEGREES if any(degree in row for row in degrees)]
    return Figure(
        name="targets",
        finding=_compared(several, years),
        about=_("Targets with periods in several years: the degree in the periods that end in each year."),
        picture=grids.by_year([f"{each.row.indicator.id} {here(each.target.label)}" for each in several], years, degrees),
        alternative=sentences(
            [
                f"{each.row.indicator.id} {here(each.target.label)}: " + "; ".join(_told(each, year) for year in years)
                for each in several
            ]
        ),
        columns=(Column(_("Row")), Column(_("Target")), *(Column(str(year)) for year in years)),
        rows=tuple(
            (each.row.indicator.id, here(each.target.label), *(_reached(judged, each, year) for year in years))
            for each in several
        ),
        source=source(judged),
        legend=tuple(Key(grids.DEGREES[degree], str(words.DEGREES[degree])) for degree in seen),
    )


def _told(each: year_rules.TargetYears, year: int) -> str:
    degree = each.degree(year)
    return f"{year} {words.DEGREES[degree]}" if degree else f"{year} –"


def _reached(judged: JudgedPlan, each: year_rules.TargetYears, year: int) -> str:
    degree = each.degree(year)
    if degree is None:
        return ""
    begun = [shown for shown in each.by_year[year] if shown.result.window_start <= judged.as_of]
    told = "; ".join(dict.fromkeys(words.achieved(shown) for shown in begun))
    return f"{words.DEGREES[degree]}: {told}" if told else str(words.DEGREES[degree])


def _compared(targets: Sequence[year_rules.TargetYears], years: Sequence[int]) -> str:
    """Return in how many targets the degree rose or fell from the first judged year to the last."""
    order = {"not_done": 0, "partial": 1, "done": 2}
    every = [[order[degree] for year in years if (degree := each.degree(year)) in order] for each in targets]
    ends = [(each[0], each[-1]) for each in every if len(each) > 1]
    if not ends:
        return str(_("No target has been judged in two years yet"))
    better, worse = sum(last > first for first, last in ends), sum(last < first for first, last in ends)
    facts = {"better": better, "worse": worse, "all": len(ends)}
    return str(_("Targets judged in several years: %(all)s; better in the last one: %(better)s; worse: %(worse)s", **facts))

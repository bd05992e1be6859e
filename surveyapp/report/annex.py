"""The annexes of a report: the course of execution as final reports lay it out, every target, and the numbers of surveys."""

from collections.abc import Iterator

from flask_babel import gettext as _

from analysis.missing import reading_of, target_of
from analysis.sensitive import ShownTarget
from surveyapp.core.i18n import here
from surveyapp.report import survey_chapters
from surveyapp.report.document import Block, DataTable, Heading, PageTurn
from surveyapp.report.plan_chapters import line_of
from surveyapp.report.sources import Sources
from surveyapp.results import words
from surveyapp.results.plan_money import of_row
from surveyapp.results.plan_rules import GoalRows, Row, Wanted


def annexes(sources: Sources) -> Iterator[Block]:
    """Yield the annexes, on broad sheets."""
    yield PageTurn(broad=True)
    yield Heading(1, _("Annex 1. Course of execution"))
    for goal in sources.judged.goals(Wanted()):
        if goal.actions:
            yield _course(sources, goal)
    yield Heading(1, _("Annex 2. Every target in every window"))
    yield _targets(sources)
    if sources.waves:
        yield Heading(1, _("Annex 3. Numbers of the surveys"))
        yield from survey_chapters.numbers(sources)


def _course(sources: Sources, goal: GoalRows) -> DataTable:
    """Return one goal as the final report of 2013-2019 laid it out: task, bodies, deadline, budget, course, degree."""
    header = (
        _("Task"),
        _("Responsible and involved institutions"),
        _("Deadline"),
        _("Budget"),
        _("Course of execution"),
        _("Degree"),
    )
    rows = tuple(_course_row(sources, row) for action in goal.actions for row in action.rows)
    return DataTable(words.goal(sources.judged.plan, goal.goal), header, rows, (6, 5, 3, 4, 10, 3))


def _course_row(sources: Sources, row: Row) -> tuple[str, ...]:
    plan, indicator = sources.judged.plan, row.indicator
    bodies = [_("Responsible: %(who)s", who=words.institutions(plan, indicator.responsible))]
    if indicator.co_responsible:
        bodies.append(_("Involved: %(who)s", who=words.institutions(plan, indicator.co_responsible)))
    return (
        f"{indicator.id} {here(indicator.name)}",
        "\n".join(bodies),
        _deadline(row),
        _budget(sources, row),
        "\n".join(line_of(row, target) for target in row.targets) or "–",
        str(words.DEGREES[row.result.to_date]),
    )


def _deadline(row: Row) -> str:
    ends = sorted({target.result.window_end for target in row.targets})
    return "\n".join(words.short_day(end) for end in ends) or "–"


def _budget(sources: Sources, row: Row) -> str:
    lines = []
    for line in of_row(sources.judged, row.indicator, every_year=False):
        amounts = ((_("planned"), line.planned), (_("granted"), line.granted), (_("spent"), line.spent))
        told = ", ".join(f"{name} {words.number(amount)}" for name, amount in amounts if amount is not None)
        refused = _("refused") if line.refused else None
        lines.append(f"{line.year}: {refused or told or '–'}")
    return "\n".join(lines) or "–"


def _targets(sources: Sources) -> DataTable:
    header = (_("Row and target"), _("Window"), _("Required"), _("Reached"), _("Degree"), _("Remarks"))
    rows = tuple(_target(row, target) for row in sources.judged.rows for target in row.targets)
    return DataTable(_("Targets of the plan, as judged"), header, rows, (9, 4, 3, 6, 6, 5))


def _target(row: Row, target: ShownTarget) -> tuple[str, ...]:
    result = target.result
    reading = reading_of(row.indicator, result)
    named = f"{row.indicator.id} {here(target_of(row.indicator, result).label)}"
    timing = f"\n{words.TIMINGS[result.timing]}" if result.timing else ""
    return (
        f"{named}\n{here(reading.label)}" if reading else named,
        words.window(result),
        words.required(result) if not target.hidden or result.kind != "on_demand" else "–",
        words.achieved(target),
        f"{words.DEGREES[result.degree]}{timing}",
        words.labels(words.FLAGS, result.flags),
    )

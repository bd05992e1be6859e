"""Pages of the plan in figures: all of it at a glance with its quarters, each goal, and its years beside each other."""

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext as _

from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.results import plan_choice, plan_facts, plan_money, words
from surveyapp.results.drawn import planned, rows
from surveyapp.results.drawn.figure import Figures
from surveyapp.results.drawn.files import Sources
from surveyapp.results.plan_results import JudgedPlan
from surveyapp.results.plan_rules import GoalRows, Wanted


@requires(Permission.SEE_RESULTS)
def overview() -> str:
    """Show the plan at a glance: degrees by goal, and each row in each quarter."""
    judged = plan_choice.judged_as_known(bundled=True)
    return render_template(
        "results/plan_overview.html",
        title=_("The plan at a glance"),
        judged=judged,
        goals=judged.goals(Wanted()) if judged else (),
        drawn=planned.overview(judged) if judged else None,
    )


@requires(Permission.SEE_RESULTS)
def goal(number: str) -> str:
    """Show one goal: its rows, their degrees and quarters, and its money."""
    judged = _judged(bundled=True)
    found = _goal(judged, number)
    return render_template(
        "results/plan_goal.html",
        title=words.goal(judged.plan, found.goal),
        judged=judged,
        goal=found,
        goals=[each for each in judged.goals(Wanted()) if each.actions],
        drawn=planned.of_goal(judged, found),
    )


@requires(Permission.SEE_RESULTS)
def years() -> str:
    """Show the years of the plan beside each other."""
    judged = plan_choice.judged_as_known(bundled=True)
    return render_template(
        "results/plan_years.html",
        title=_("The years of the plan beside each other"),
        judged=judged,
        drawn=planned.of_years(judged) if judged else None,
    )


def sources() -> Sources:
    """Return how the figures of these pages, of a row and of the money are found again."""
    return {
        "plan": lambda: planned.overview(_judged(bundled=True)),
        "goal": _goal_figures,
        "years": lambda: planned.of_years(_judged(bundled=True)),
        "row": _row_figures,
        "money": _money_figures,
    }


def _judged(*, bundled: bool = False) -> JudgedPlan:
    return plan_choice.judged_as_known(bundled=bundled) or abort(404)


def _goal(judged: JudgedPlan, number: str) -> GoalRows:
    return next((each for each in judged.goals(Wanted()) if each.goal.number == number), None) or abort(404)


def _goal_figures() -> Figures:
    judged = _judged(bundled=True)
    return planned.of_goal(judged, _goal(judged, request.args.get("goal", "")))


def _row_figures() -> Figures:
    judged = _judged(bundled=True)
    found = judged.row(request.args.get("row", "")) or abort(404)
    return rows.of_row(judged, found, plan_facts.facts_of(judged, found, require_actor()))


def _money_figures() -> Figures:
    judged = _judged()
    return planned.of_money(judged, plan_money.money_of(judged))


def add_routes(blueprint: Blueprint) -> None:
    """Add the pages."""
    blueprint.add_url_rule("/overview", "overview", overview)
    blueprint.add_url_rule("/goals/<number>", "goal", goal)
    blueprint.add_url_rule("/years", "years", years)

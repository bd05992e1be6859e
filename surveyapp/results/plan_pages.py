"""Pages about what is decided and stated: the decision queue, contradictions, lists of institutions, and the money."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template
from flask_babel import gettext as _

from analysis.contradictions import contradictions as find_contradictions
from analysis.decided import decide
from questionnaires.plan_types import Indicator, Plan, ReferenceSet
from surveyapp.core import clock
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.csv_files import csv_response
from surveyapp.plans import rules, statement_store
from surveyapp.plans import store as plan_store
from surveyapp.plans.rules import Chain
from surveyapp.results import finding_words, plan_choice
from surveyapp.results.drawn import planned
from surveyapp.results.plan_money import COLUMNS, money_of, table
from surveyapp.results.plan_questions import queue_of
from surveyapp.results.plan_results import JudgedPlan


@dataclass(frozen=True, slots=True)
class ShownList:
    """A reference set as it is now, how many are in it today, the rows that use it, and where it was stated."""

    now: ReferenceSet
    today: int
    rows: tuple[Indicator, ...]
    chain: Chain | None


@requires(Permission.SEE_RESULTS)
def decisions() -> str:
    """Show what is unclear in the plan, what each answer would change, and what was decided."""
    judged = _judged()
    queue = queue_of(judged) if judged else None
    plan = judged.written if judged else None
    return render_template("results/plan_decisions.html", title=_("Questions to decide"), queue=queue, plan=plan, judged=judged)


@requires(Permission.SEE_RESULTS)
def lists() -> str:
    """Show the lists of institutions that "all" means in the plan."""
    judged = _judged()
    shown = [_list(judged, each) for each in judged.plan.reference_sets] if judged else []
    return render_template("results/plan_lists.html", title=_("Lists of institutions"), lists=shown, judged=judged)


@requires(Permission.SEE_RESULTS)
def money() -> str:
    """Show money planned, granted and spent, with sums by year and goal."""
    judged = _judged()
    found = money_of(judged) if judged else None
    drawn = planned.of_money(judged, found) if judged and found else None
    return render_template("results/plan_money.html", title=_("Money of the plan"), money=found, drawn=drawn, judged=judged)


@requires(Permission.SEE_RESULTS)
def money_csv() -> Response:
    """Give the money row by row as a file."""
    return csv_response("money.csv", COLUMNS, table(money_of(_judged() or abort(404))))


@requires(Permission.SEE_RESULTS)
def contradictions() -> str:
    """Show where the loaded plans contradict themselves or each other."""
    plans = _loaded(require_actor().municipality_id)
    found = find_contradictions(plans)
    groups = [(code, [each for each in found if each.code == code]) for code in dict.fromkeys(each.code for each in found)]
    return render_template(
        "results/plan_contradictions.html",
        title=_("Contradictions"),
        groups=groups,
        finding_words=finding_words,
        between=any(len({spot.plan for spot in each.spots}) > 1 for each in found),
        titles={plan.id: plan.title for plan in plans},
        names={(plan.id, row.id): row.name for plan in plans for row in plan.indicators},
        labels={(plan.id, target.id): target.label for plan in plans for row in plan.indicators for target in row.targets},
    )


def _loaded(municipality_id: int) -> list[Plan]:
    """Return the newest loaded version of every plan as it was decided, in the order of loading."""
    keys = dict.fromkeys(each.key for each in plan_store.every(municipality_id))
    plans = [plan for key in keys if (plan := plan_store.find(municipality_id, key)) is not None]
    said = [rules.in_force(statement_store.chains(municipality_id, plan.id)) for plan in plans]
    return [decide(plan, mine, clock.today()).plan for plan, mine in zip(plans, said, strict=True)]


def _judged() -> JudgedPlan | None:
    return plan_choice.judged_as_known()


def _list(judged: JudgedPlan, each: ReferenceSet) -> ShownList:
    today = clock.today()
    inside = [member for member in each.members or () if (member.since or today) <= today <= (member.until or today)]
    rows = [row for row in judged.plan.indicators if any(target.of_set == each.id for target in row.targets)]
    return ShownList(each, len(inside), tuple(rows), judged.chain("members", each.id))


def add_routes(blueprint: Blueprint) -> None:
    """Add the pages of this module to the feature's."""
    blueprint.add_url_rule("/decisions", "decisions", decisions)
    blueprint.add_url_rule("/contradictions", "contradictions", contradictions)
    blueprint.add_url_rule("/lists", "lists", lists)
    blueprint.add_url_rule("/money", "money", money)
    blueprint.add_url_rule("/money.csv", "money_csv", money_csv)

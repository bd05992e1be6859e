"""The calendar of what is due: a page per institution that prints well, and its menu place."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Flask, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from analysis.missing import target_of
from questionnaires.plan_types import Plan
from surveyapp.core import clock, menu
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.deadlines import rules, words
from surveyapp.deadlines.rules import Due, Share
from surveyapp.events.judging import judge_plan
from surveyapp.plans import amounts
from surveyapp.plans import store as plan_store

blueprint = Blueprint("deadlines", __name__, template_folder="templates", url_prefix="/deadlines")


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is due on a day: the plan as decided, every line, and the shares of the institutions shown (None: of all)."""

    plan: Plan
    as_of: date
    lines: tuple[Due, ...]
    institution: str | None
    shares: tuple[Share, ...]


@blueprint.get("/")
@requires(Permission.SEE_DUE)
def due() -> str:
    """Show what is due, overdue first and then by quarter, of the own institution or of the one picked."""
    person = require_actor()
    plan = plan_store.current(person.municipality_id)
    if plan is None:
        return render_template("deadlines/due.html", title=_("What is due"), calendar=None)
    chosen = rules.institution_of(person, request.args.get("institution"), plan)
    calendar = _calendar(person.municipality_id, plan, chosen)
    return render_template(
        "deadlines/due.html",
        title=_("What is due"),
        calendar=calendar,
        may_pick=person.may(Permission.SEE_ALL_EVENTS),
        may_log=person.may(Permission.LOG_EVENTS),
        may_read_rows=person.may(Permission.SEE_RESULTS),
    )


def _calendar(municipality_id: int, plan: Plan, institution: str | None) -> Calendar:
    today = clock.today()
    found = judge_plan(municipality_id, plan, today).found
    lines = rules.due_of(found)
    return Calendar(
        plan=found.decided.plan,
        as_of=today,
        lines=lines,
        institution=institution,
        shares=rules.shares_of(found.decided.plan, lines, today, institution),
    )


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {"words": words, "amounts": amounts, "target_of": target_of}


def init_app(app: Flask) -> None:
    """Register the pages and their menu place."""
    app.register_blueprint(blueprint)
    menu.add(app, menu.Entry("deadlines.due", _l("Due"), Permission.SEE_DUE))

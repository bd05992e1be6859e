"""The page of what is due, which prints well, and what the feature adds to the app."""

from dataclasses import replace

from flask import Blueprint, Flask, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from analysis.missing import target_of
from surveyapp.core import menu
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.deadlines import feed_views, reminder_views, rules, words
from surveyapp.deadlines.agenda import agenda
from surveyapp.plans import amounts

blueprint = Blueprint("deadlines", __name__, template_folder="templates", url_prefix="/deadlines")
feed_views.add_routes(blueprint)
reminder_views.add_routes(blueprint)


@blueprint.get("/")
@requires(Permission.SEE_DUE)
def due() -> str:
    """Show what is due, overdue first and then by quarter, of the own institution or of the one picked."""
    person = require_actor()
    found = agenda(person.municipality_id)
    if found is not None:
        found = replace(found, institution=rules.institution_of(person, request.args.get("institution"), found.plan))
    return render_template(
        "deadlines/due.html",
        title=_("What is due"),
        agenda=found,
        may_pick=person.may(Permission.SEE_ALL_EVENTS),
        may_log=person.may(Permission.LOG_EVENTS),
        may_see_reminders=person.may(Permission.SEE_REMINDERS),
        may_read_rows=person.may(Permission.SEE_RESULTS),
    )


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {"words": words, "amounts": amounts, "target_of": target_of}


def init_app(app: Flask) -> None:
    """Register the pages and their menu place."""
    app.register_blueprint(blueprint)
    feed_views.init_app(app)
    menu.add(app, menu.Entry("deadlines.due", _l("Due"), Permission.SEE_DUE, menu.Heading.PLAN))

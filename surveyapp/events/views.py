"""Pages of events: the lists, and everything about one event."""

from datetime import date
from typing import Final

from flask import Blueprint, Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from surveyapp.core import menu
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.csv_files import csv_response
from surveyapp.events import actions, correcting, log_page, store, telling_store
from surveyapp.events.evidence import views as evidence_views
from surveyapp.events.pages import CSV_COLUMNS, Reader, parts
from surveyapp.events.records import event_records
from surveyapp.events.upload import views as upload_views
from surveyapp.plans import store as plan_store
from surveyapp.plans import uses

blueprint = Blueprint("events", __name__, template_folder="templates", url_prefix="/events")
log_page.add_routes(blueprint)
correcting.add_routes(blueprint)
upload_views.add_routes(blueprint)
evidence_views.add_routes(blueprint)
_MOST_IDS: Final = 500


@blueprint.get("/")
@requires(Permission.LOG_EVENTS)
def own() -> str:
    """Show the events of the own institution, newest first."""
    person = require_actor()
    reader = Reader(person)
    past = _past()
    page, plan = store.own_page(person, past), plan_store.current(person.municipality_id)
    lines = [reader.line(event) for event in page.events]
    return render_template(
        "events/own.html",
        title=_("Our events") if person.institution else _("My events"),
        lines=lines,
        parts=parts(lines),
        copied=frozenset(event.id for event in page.events if log_page.can_copy(event, plan)),
        drafts=[] if past else log_page.draft_lines(person),
        page=page,
        place=store.place_text,
    )


@blueprint.get("/<int:event_id>")
@requires(Permission.SIGNED_IN)
def event(event_id: int) -> str:
    """Show an event with everything ever stated about it, and its place in the plan."""
    person = require_actor()
    found = correcting.find_or_404(person, event_id)
    reader = Reader(person)
    plan, indicator = reader.plan(found), reader.indicator(found)
    action = next((each for each in plan.actions if indicator and each.number == indicator.action), None) if plan else None
    return render_template(
        "events/event.html",
        title=found.newest.facts.title,
        line=reader.line(found),
        history=reader.history(found),
        row=indicator,
        action=action,
        goal=next((each for each in plan.goals if action and each.number == action.goal), None) if plan else None,
        may_log=person.may(Permission.LOG_EVENTS),
        may_copy=person.may(Permission.LOG_EVENTS) and log_page.can_copy(found, plan_store.current(person.municipality_id)),
        may_see_all=person.may(Permission.SEE_ALL_EVENTS),
        actions=actions.of_event(person, found),
        shelf=evidence_views.shelf_of(person, found, sensitive=reader.sensitive(found)),
        size_text=evidence_views.size_text,
    )


@blueprint.get("/all")
@requires(Permission.SEE_ALL_EVENTS)
def all() -> ResponseReturnValue:  # noqa: A001 - the endpoint's name is fixed
    """Show the events of every institution; filters narrow the list to those that a number was counted from."""
    person = require_actor()
    wanted, unread = _wanted()
    reader = Reader(person)
    past = _past()
    found = store.page(person.municipality_id, wanted, past)
    lines = [reader.line(event) for event in found.events]
    page = render_template(
        "events/all.html",
        title=_("All events"),
        lines=lines,
        parts=parts(lines),
        wanted=wanted,
        unread=unread,
        plan=plan_store.current(person.municipality_id),
        page=found,
        place=store.place_text,
    )
    return page, 400 if unread else 200


@blueprint.get("/all.csv")
@requires(Permission.SEE_ALL_EVENTS)
def all_csv() -> Response:
    """Give the events in force of the same list as an events file."""
    person = require_actor()
    wanted, _unread = _wanted()
    events = [each for each in store.listed(person.municipality_id, wanted) if not each.newest.withdrawn]
    return csv_response("events.csv", CSV_COLUMNS, Reader(person).csv_rows(events))


def _past() -> store.Place | None:
    return store.past_of(request.args.get("past", ""))


def _wanted() -> tuple[store.Wanted, list[str]]:
    """Return what the address asks for, and what of it could not be read."""
    days: dict[str, date | None] = {}
    unread: list[str] = []
    for name in ("from", "to", "known"):
        text = request.args.get(name, "").strip()
        try:
            days[name] = date.fromisoformat(text) if text else None
        except ValueError:
            days[name] = None
            unread.append(text[:40])
    ids = tuple(int(text) for text in request.args.getlist("event")[:_MOST_IDS] if text.isdecimal() and len(text) < 10)  # noqa: PLR2004 - what a database's integer holds
    wanted = store.Wanted(
        row=request.args.get("row") or None,
        institution=request.args.get("institution") or None,
        first=days["from"],
        last=days["to"],
        ids=ids,
        known_on=days["known"],
    )
    return wanted, unread


def init_app(app: Flask) -> None:
    """Register the pages; a row with events stays in every new version of a plan."""
    app.register_blueprint(blueprint)
    log_page.init_app(app)
    evidence_views.init_app(app)
    uses.add(app, telling_store.used_rows)
    uses.add_records(app, lambda municipality_id, plan_key: event_records(municipality_id, None, plan_key))
    menu.add(
        app,
        menu.Entry(
            "events.own",
            _l("Our events"),
            Permission.LOG_EVENTS,
            menu.Heading.EVENTS,
            also=("events.log_event", "events.upload", "events.event", "events.correct", "events.withdraw", "feedback.event"),
        ),
        menu.Entry(
            "events.all",
            _l("All events"),
            Permission.SEE_ALL_EVENTS,
            menu.Heading.EVENTS,
            also=("events.event", "events.correct", "events.withdraw"),
        ),
    )

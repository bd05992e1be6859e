"""Calendars: the page that makes, renews and revokes a secret address, and the address itself, which asks for no sign-in."""

from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.i18n import language, speaking
from surveyapp.core.limits import SourceLimit
from surveyapp.deadlines import store
from surveyapp.deadlines.agenda import Agenda, agenda
from surveyapp.deadlines.calendar_feed import calendar
from surveyapp.deadlines.forms import ALL, FeedForm
from surveyapp.plans import store as plan_store
from surveyapp.settings import current_settings

_LIMIT: Final = "calendar_limit"
_AN_HOUR: Final = 3600


@requires(Permission.SEE_DUE)
def feeds() -> ResponseReturnValue:
    """Show which calendars read what is due; make, renew or revoke an address, which is shown this once."""
    person = require_actor()
    plan = plan_store.current(person.municipality_id)
    if plan is None:
        return redirect(url_for("deadlines.due"))
    form = FeedForm()
    form.fit(person, plan)
    made = None
    if form.validate_on_submit():
        if "revoke" in request.form:
            store.revoke(person, form.chosen)
            flash(_("The address is revoked; calendars that read it get nothing more."), "info")
            return redirect(url_for("deadlines.feeds"))
        made = f"{_base()}/deadlines/feed/{store.make(person, form.chosen, language())}.ics"
    page = render_template(
        "deadlines/feeds.html",
        title=_("In your own calendar"),
        form=form,
        plan=plan,
        feeds=store.listed(person),
        made=made,
        webcal=made and f"webcal://{made.partition('://')[2]}",
        everything=ALL,
    )
    return page, 422 if form.errors else 200


@requires(Permission.PUBLIC)
def ics(secret: str) -> ResponseReturnValue:
    """Give what is due to a calendar that knows a secret address; unknown, revoked and ended ones get the same answer."""
    limit: SourceLimit = current_app.extensions[_LIMIT]
    if limit.reached():
        abort(429)
    limit.count()
    found = store.find(secret)
    if found is None:
        abort(404)
    person, feed = found
    due = agenda(person.municipality_id)
    with speaking(feed.language):
        file = _file(replace(due, institution=feed.institution)) if due else _file(None)
    response = Response(file, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = f"private, max-age={_AN_HOUR}"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers.set("Content-Disposition", "inline", filename="deadlines.ics")
    response.add_etag()
    return response.make_conditional(request)


def _file(due: Agenda | None) -> bytes:
    if due is None:
        abort(404)
    return calendar(due, urlsplit(_base()).hostname or "", f"{_base()}/deadlines/")


def _base() -> str:
    return current_settings().base_url


def add_routes(blueprint: Blueprint) -> None:
    """Add the pages of this module to the feature's."""
    blueprint.add_url_rule("/feed", "feeds", feeds, methods=["GET", "POST"])
    blueprint.add_url_rule("/feed/<secret>.ics", "ics", ics)


def init_app(app: Flask) -> None:
    """Limit how often one source reads calendars: a whole office behind one address stays far below."""
    app.extensions[_LIMIT] = SourceLimit(tries=120, seconds=600)

"""The page that shows how far some work is: it asks again by itself, with and without JavaScript."""

import re
from typing import Final

from flask import Blueprint, Flask, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from surveyapp.core import purging, step_words, work
from surveyapp.core.access import Permission, requires

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32}")
blueprint = Blueprint("work", __name__, url_prefix="/work")


@blueprint.get("/<token>")
@requires(Permission.SIGNED_IN)
def page(token: str) -> ResponseReturnValue:
    """Show the steps of some work; once it is done, lead to what came of it."""
    state = (work.find(token) if _TOKEN.fullmatch(token) else None) or abort(404)
    if state.finished and not state.download and not state.taken and "look" not in request.args:
        return redirect(url_for(".outcome", token=token))
    shown = [(step_words.name(step), _where(state, step)) for step in state.plan]
    title = _("Done: %(what)s", what=state.title) if state.finished else state.title
    return make_response(render_template("work.html", title=title, token=token, state=state, steps=shown, form=FlaskForm()))


@blueprint.route("/<token>/outcome", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def outcome(token: str) -> ResponseReturnValue:
    """Give what came of some work: the page that it leads to, or the file.

    A file that is handed over once has a button: programs that look at addresses beforehand send no form.
    """
    state = (work.find(token) if _TOKEN.fullmatch(token) else None) or abort(404)
    if state.by_hand and (state.taken or not FlaskForm().validate_on_submit()):
        return redirect(url_for(".page", token=token), 303)
    return (work.outcome(token) if _TOKEN.fullmatch(token) else None) or abort(404)


def _where(state: work.State, step: str) -> str:
    """Say whether a step is over, under way or to come; one that was not needed is over once a later one began."""
    if step == state.step and not state.finished:
        return "now"
    if state.finished or step in state.passed:
        return "done"
    current = state.plan.index(state.step) if state.step in state.plan else -1
    return "done" if state.plan.index(step) < current else "left"


def init_app(app: Flask) -> None:
    """Register the page, how long requests wait before they lead to it, and have what nobody fetched deleted all the same."""
    app.extensions["work"] = work.Desk()
    app.register_blueprint(blueprint)
    purging.add(app, work.forget_old, ("long_work",), ())

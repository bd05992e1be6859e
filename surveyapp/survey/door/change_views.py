"""Replacing and taking back answers until the close: code and receipt together lead to them, and nobody ever sees them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from surveyapp.core import logs
from surveyapp.core.access import Permission, requires
from surveyapp.survey import store
from surveyapp.survey.door import door_pages, forms, own_pages
from surveyapp.survey.door.forms import Sheet
from surveyapp.survey.store import CodeProblem, Door, Withdrawn

blueprint = Blueprint("change", __name__, template_folder="../templates", url_prefix="/s/change")


@dataclass(frozen=True, slots=True)
class Pair:
    """Code and receipt as they were typed."""

    code: str
    receipt: str


def _kept_whole(view: Callable[[Pair], ResponseReturnValue]) -> Callable[[], ResponseReturnValue]:
    """Give *view* what was typed, and the form back with it if something fails on our side."""

    @wraps(view)
    def answer() -> ResponseReturnValue:
        pair = Pair(forms.read_code(request.form), forms.read_receipt(request.form))
        try:
            return view(pair)
        except HTTPException:
            raise
        except Exception as error:  # noqa: BLE001 - whatever fails on our side, what was typed stays
            logs.fault(error)
            return _ask(
                pair, _("Something on our side does not work just now. Nothing was changed; try again in a minute."), 503
            )

    return answer


@blueprint.get("")
@requires(Permission.PUBLIC)
def enter() -> ResponseReturnValue:
    """Ask for code and receipt."""
    return _ask(Pair("", ""))


@blueprint.post("")
@requires(Permission.PUBLIC)
@_kept_whole
def choose(pair: Pair) -> ResponseReturnValue:
    """Say that answers are there and offer to replace or take them back, or why nothing can be changed."""
    if "lang" in request.form:
        return _ask(pair)
    found = _look_up(pair)
    return _step("survey/change_choose.html", _("Your answers are here, sealed"), pair) if isinstance(found, Door) else found


@blueprint.get("/answer")
@requires(Permission.PUBLIC)
def no_answer() -> ResponseReturnValue:
    """Lead somebody who opens the address of a later step back to the first."""
    return redirect(url_for("change.enter"))


@blueprint.post("/answer")
@requires(Permission.PUBLIC)
@_kept_whole
def answer(pair: Pair) -> ResponseReturnValue:
    """Show the empty questionnaire; the old answers stay until the new ones are sent."""
    found = _look_up(pair)
    if not isinstance(found, Door):
        return found
    return door_pages.questionnaire(found, Sheet(pair.code, pair.receipt, {}, replacing=True))


@blueprint.get("/withdraw")
@requires(Permission.PUBLIC)
def no_withdrawal() -> ResponseReturnValue:
    """Lead somebody who opens the address of a later step back to the first."""
    return redirect(url_for("change.enter"))


@blueprint.post("/withdraw")
@requires(Permission.PUBLIC)
@_kept_whole
def withdraw(pair: Pair) -> ResponseReturnValue:
    """Ask whether the answers are really to be taken back, then take them back."""
    if "done" in request.form:
        return _withdrawn(pair)  # the same page in another language
    found = _look_up(pair)
    if not isinstance(found, Door):
        return found
    if "confirmed" not in request.form:
        return _step("survey/change_withdraw.html", _("Take back your answers?"), pair, stopped=_stopped(pair))
    done = store.withdraw(pair.code, pair.receipt)
    if isinstance(done, Withdrawn):
        return _withdrawn(pair)
    return _nothing_more(pair) if done is CodeProblem.CLOSED else _not_found(pair)


def _look_up(pair: Pair) -> Door | ResponseReturnValue:
    """Return the door behind a pair with answers, or the page that says why there is nothing to change.

    Whatever is wrong with the pair, the page is the same; only a full valid code is told that its wave is closed.
    """
    if not (pair.code and pair.receipt):
        return _ask(pair, _("Type both, the code and the receipt."), 422)
    there = store.received(pair.code, pair.receipt)
    if isinstance(there, CodeProblem):
        return _not_found(pair)
    door = store.look_up_to_change(pair.code)
    if door is CodeProblem.CLOSED:
        return _nothing_more(pair)
    # An instrument with a page of its own promises no changes and shows no receipt.
    return door if there and isinstance(door, Door) and not own_pages.page_of(door) else _not_found(pair)


def _not_found(pair: Pair) -> ResponseReturnValue:
    if store.too_many_wrong_codes():
        return _ask(pair, _("Too many codes were tried that do not exist. Come back tomorrow, or ask for help."), 429)
    problem = _("There are no answers under this code and this receipt together. Compare both, group by group.")
    return _ask(pair, problem, 422, not_found=True)


def _withdrawn(pair: Pair) -> ResponseReturnValue:
    return _step("survey/change_withdrawn.html", _("Your answers are taken back"), pair, stopped=_stopped(pair))


def _stopped(pair: Pair) -> bool:
    """Say whether the code was given up, so that nobody can answer with it once more."""
    return store.look_up(pair.code) is CodeProblem.STOPPED


def _nothing_more(pair: Pair) -> ResponseReturnValue:
    return _step("survey/change_closed.html", _("Answers can no longer be changed"), pair, 410)


def _ask(pair: Pair, problem: str = "", status: int = 200, *, not_found: bool = False) -> ResponseReturnValue:
    title = _("Replace or take back your answers")
    page = render_template("survey/change.html", title=title, pair=pair, problem=problem, not_found=not_found)
    return page, status


def _step(template: str, title: str, pair: Pair, status: int = 200, *, stopped: bool = False) -> ResponseReturnValue:
    return render_template(template, title=title, pair=pair, stopped=stopped), status


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)

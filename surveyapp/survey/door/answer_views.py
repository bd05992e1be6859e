"""The respondent's door: typing a code, answering, the receipt. No session: what the page needs travels in its form."""

import gzip
from dataclasses import replace
from typing import Final

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from surveyapp.core import logs
from surveyapp.core.access import Permission, requires
from surveyapp.core.i18n import language
from surveyapp.survey import store
from surveyapp.survey.door import door_pages, forms, own_pages
from surveyapp.survey.door.forms import Given, Sheet
from surveyapp.survey.store import AlreadyReceived, CodeProblem, Door, NotFound, Submitted

blueprint = Blueprint("survey", __name__, template_folder="../templates", url_prefix="/s")
_FEWEST_BYTES_TO_PACK: Final = 2000


@blueprint.get("/")
@requires(Permission.PUBLIC)
def enter() -> ResponseReturnValue:
    """Ask for the code."""
    return door_pages.enter("")


@blueprint.post("/")
@requires(Permission.PUBLIC)
def begin() -> ResponseReturnValue:
    """Show the promise and the questionnaire that a code opens, or why it opens nothing."""
    code = forms.read_code(request.form)
    if "lang" in request.form:
        return door_pages.enter(code)
    try:
        return _begin(code)
    except HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - whatever fails on our side, the typed code stays
        logs.fault(error)
        problem = _("The questionnaire cannot be opened just now. Your code is fine; try again in a minute.")
        return door_pages.enter(code, problem, 503)


@blueprint.get("/answer")
@requires(Permission.PUBLIC)
def no_answer() -> ResponseReturnValue:
    """Lead somebody who opens the address that answers are sent to back to the start."""
    return redirect(url_for("survey.enter"))


@blueprint.post("/answer")
@requires(Permission.PUBLIC)
def answer() -> ResponseReturnValue:
    """Take the answers, or show the form again with everything that was filled in."""
    sheet = forms.read(request.form)
    try:
        return _answer(sheet)
    except HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - whatever fails on our side, what was filled in must not be lost
        logs.fault(error)
        return door_pages.not_saved(sheet)


@blueprint.get("/received")
@requires(Permission.PUBLIC)
def received() -> ResponseReturnValue:
    """Show the receipt again after a reload; only the browser's own page state knows it, the server does not."""
    return render_template("survey/received.html", title=_("Were my answers received?"))


def _begin(code: str) -> ResponseReturnValue:
    found = store.look_up(code)
    if isinstance(found, CodeProblem):
        return door_pages.refused(found, code)
    page = own_pages.page_of(found)
    return page(found, code) if page else door_pages.begin(found, Sheet(code, store.new_receipt(), {}))


def _answer(sheet: Sheet) -> ResponseReturnValue:
    """Answer for a sheet; one that is stored already was sent twice, or the browser went back to it."""
    there = store.received(sheet.code, sheet.receipt)
    if isinstance(there, CodeProblem):
        return door_pages.refused(there, sheet.code)
    if there and not sheet.replacing:
        return door_pages.thanks(sheet.code, sheet.receipt, again=True)
    door = store.look_up_to_change(sheet.code) if sheet.replacing else store.look_up(sheet.code)
    if isinstance(door, CodeProblem):
        return door_pages.refused(door, sheet.code)
    page = own_pages.page_of(door)
    if page:
        return page(door, sheet.code)
    return door_pages.questionnaire(door, sheet) if "lang" in request.form else _checked(door, sheet)


def _checked(door: Door, sheet: Sheet) -> ResponseReturnValue:
    given = forms.given(door.questionnaire, sheet, free_text=door.free_text)
    remarks = forms.remarks(door.questionnaire, sheet, given, language(), free_text=door.free_text)
    if remarks:
        return door_pages.questionnaire(door, sheet, remarks=remarks, status=422)
    return _replaced(door, sheet, given) if sheet.replacing else _submitted(door, sheet, given)


def _submitted(door: Door, sheet: Sheet, given: Given) -> ResponseReturnValue:
    match store.submit(sheet.code, sheet.receipt, given.answers, given.texts):
        case Submitted(receipt):
            return door_pages.thanks(sheet.code, receipt)
        case AlreadyReceived(same_receipt=True):
            return door_pages.thanks(sheet.code, sheet.receipt, again=True)
        case AlreadyReceived():
            return door_pages.refused(CodeProblem.USED, sheet.code)
        case CodeProblem.CROWDED:
            return door_pages.questionnaire(door, sheet, notice="crowded", status=429)
        case problem:
            return door_pages.refused(problem, sheet.code)


def _replaced(door: Door, sheet: Sheet, given: Given) -> ResponseReturnValue:
    match store.replace(sheet.code, sheet.receipt, given.answers, given.texts):
        case Submitted(receipt):
            return door_pages.thanks(sheet.code, receipt, replaced=True)
        case NotFound():
            # Taken back meanwhile, in another window: what was filled in stays and can be sent as a first answer.
            return door_pages.questionnaire(door, replace(sheet, replacing=False), notice="gone", status=409)
        case problem:
            return door_pages.refused(problem, sheet.code)


@blueprint.after_request
def _pack(response: Response) -> Response:
    """Compress long pages. Nothing that others can steer stands in them, so their size gives no secret away."""
    if not request.accept_encodings["gzip"] or response.direct_passthrough or "Content-Encoding" in response.headers:
        return response
    body = response.get_data()
    if len(body) >= _FEWEST_BYTES_TO_PACK:
        response.set_data(gzip.compress(body, 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
    return response


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)

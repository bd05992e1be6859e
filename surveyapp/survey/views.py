"""The respondent's door: typing a code, answering, the receipt. No session: what the page needs travels in its form."""

import gzip
from functools import partial
from typing import Final

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from surveyapp.core import logs, unfinished
from surveyapp.core.access import Permission, requires
from surveyapp.core.clock import today
from surveyapp.core.command import COMMAND_LINE
from surveyapp.core.i18n import language
from surveyapp.survey import (
    clerk_views,
    codebook_views,
    fields,
    forms,
    import_views,
    mail_views,
    scrubbing,
    store,
    wave_views,
    workshop_views,
)
from surveyapp.survey.forms import Sheet
from surveyapp.survey.store import AlreadyReceived, CodeProblem, Door, Submitted

blueprint = Blueprint("survey", __name__, template_folder="templates", url_prefix="/s")
_FEWEST_BYTES_TO_PACK: Final = 2000


@blueprint.get("/")
@requires(Permission.PUBLIC)
def enter() -> ResponseReturnValue:
    """Ask for the code."""
    return _enter("")


@blueprint.post("/")
@requires(Permission.PUBLIC)
def begin() -> ResponseReturnValue:
    """Show the promise and the questionnaire that a code opens, or why it opens nothing."""
    code = forms.read_code(request.form)
    if "lang" in request.form:
        return _enter(code)
    try:
        found = store.look_up(code)
        if isinstance(found, Door):
            return _questionnaire(found, Sheet(code, store.new_receipt(), {}), first=True)
        return _closed_door(found, code)
    except HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - whatever fails on our side, the typed code stays
        logs.fault(error)
        return _enter(code, _("The questionnaire cannot be opened just now. Your code is fine; try again in a minute."), 503)


@blueprint.get("/answer")
@requires(Permission.PUBLIC)
def no_answer() -> ResponseReturnValue:
    """Lead somebody who opens the address that answers are sent to back to the start."""
    return redirect(url_for("survey.enter"))


@blueprint.post("/answer")
@requires(Permission.PUBLIC)
def answer() -> ResponseReturnValue:
    """Take the answers, or show the form again with everything that was ticked."""
    sheet = forms.read(request.form)
    try:
        return _answer(sheet)
    except HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - whatever fails on our side, what was ticked must not be lost
        logs.fault(error)
        return _not_saved(sheet)


@blueprint.get("/received")
@requires(Permission.PUBLIC)
def received() -> ResponseReturnValue:
    """Show the receipt again after a reload; only the browser's own page state knows it, the server does not."""
    return render_template("survey/received.html", title=_("Were my answers received?"))


def _answer(sheet: Sheet) -> ResponseReturnValue:
    door = store.look_up(sheet.code)
    if isinstance(door, CodeProblem):
        return _too_late(door, sheet)
    if "lang" in request.form:
        return _questionnaire(door, sheet)
    remarks = forms.remarks(door.questionnaire, sheet, language())
    if remarks:
        return _questionnaire(door, sheet, remarks=remarks, status=422)
    outcome = store.submit(sheet.code, sheet.receipt, forms.given(door.questionnaire, sheet))
    return _outcome(outcome, sheet)


def _too_late(problem: CodeProblem, sheet: Sheet) -> ResponseReturnValue:
    """Answer for a code that takes no answers (any more); for a used one, tell a repeat from somebody else's answers."""
    if problem is CodeProblem.USED:
        outcome = store.submit(sheet.code, sheet.receipt, {})  # stores nothing: the code is used
        return _outcome(outcome, sheet)
    return _closed_door(problem, sheet.code)


def _outcome(outcome: Submitted | AlreadyReceived | CodeProblem, sheet: Sheet) -> ResponseReturnValue:
    match outcome:
        case Submitted(receipt):
            return _thanks(sheet.code, receipt, again=False)
        case AlreadyReceived(same_receipt=True):
            return _thanks(sheet.code, sheet.receipt, again=True)
        case AlreadyReceived():
            return _closed_door(CodeProblem.USED, sheet.code)
        case _:
            return _closed_door(outcome, sheet.code)


def _enter(code: str, problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = render_template("survey/enter.html", title=_("Answer the questionnaire"), code=code, problem=problem)
    return page, status


def _questionnaire(
    door: Door,
    sheet: Sheet,
    *,
    remarks: list[fields.Remark] | None = None,
    first: bool = False,
    failed: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    _doors()[str(door.wave_id)] = door
    remarks = remarks or []
    by_item = {remark.item: remark for remark in remarks}
    page = render_template(
        "survey/questionnaire.html",
        title=door.questionnaire.title.get(language()),
        door=door,
        sheet=sheet,
        reminded=sheet.reminded | {remark.item for remark in remarks if remark.soft},
        parts=fields.parts(door.questionnaire, language(), sheet.ticked, by_item),
        remarks=remarks,
        advice=forms.by_advice(remarks),
        only_soft=all(remark.soft for remark in remarks),
        promise=door.promise.get(language(), ()),
        days_left=(door.closes - today()).days,
        first=first,
        failed=failed,
    )
    return page, status


def _thanks(code: str, receipt: str, *, again: bool) -> ResponseReturnValue:
    title = _("We already have your answers") if again else _("Thank you! Your answers are received")
    return render_template("survey/thanks.html", title=title, code=code, receipt=receipt, again=again)


def _closed_door(problem: CodeProblem, code: str) -> ResponseReturnValue:
    """Say what a code that opens nothing means and what can be done."""
    match problem:
        case CodeProblem.MISTYPED | CodeProblem.UNKNOWN if store.too_many_wrong_codes():
            return _enter(code, _("Too many codes were tried that do not exist. Come back tomorrow, or ask for help."), 429)
        case CodeProblem.MISTYPED if not code.strip():
            return _enter(code, _("The field is empty. Type the code from your card or e-mail."), 422)
        case CodeProblem.MISTYPED:
            return _enter(code, _("A character is wrong, missing or too many. Compare with your card, group by group."), 422)
        case CodeProblem.UNKNOWN:
            return _enter(
                code, _("There is no such code now. Compare with your card; if it is the same, ask for a new one."), 422
            )
        case _:
            title, status = _closed_title(problem)
            return render_template("survey/closed.html", title=title, problem=problem, code=code), status


def _closed_title(problem: CodeProblem) -> tuple[str, int]:
    if problem is CodeProblem.USED:
        return _("Answers with this code are already received"), 409
    if problem is CodeProblem.NOT_OPEN_YET:
        return _("The questionnaire is not open yet"), 409
    return _("The questionnaire is closed"), 410


def _not_saved(sheet: Sheet) -> ResponseReturnValue:
    """Give everything back when the answers could not be stored: the form, or, if it cannot be drawn, all of it unseen."""
    door = _doors().get(sheet.wave)
    if door:
        return _questionnaire(door, sheet, failed=True, status=503)
    sent = [(name, value) for name, values in request.form.lists() if name != "lang" for value in values]
    return render_template("survey/not_saved.html", title=_("Your answers are not saved yet"), sent=sent), 503


def _doors() -> dict[str, Door]:
    """Return what this worker has shown so far, by wave, to draw the form again while the database is silent."""
    doors: dict[str, Door] = current_app.extensions.setdefault("survey_doors", {})
    return doors


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
    """Register the pages, and have every start finish an opening's scrubbing that was interrupted."""
    app.register_blueprint(blueprint)
    wave_views.init_app(app)
    import_views.init_app(app)
    clerk_views.init_app(app)
    workshop_views.init_app(app)
    codebook_views.init_app(app)
    mail_views.init_app(app)
    unfinished.on_start(app, partial(scrubbing.scrub_opened, COMMAND_LINE))

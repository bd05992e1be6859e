"""Typing in sheets of paper, one after the other, without the mouse. No account: the code on the sheet opens the same door."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from surveyapp.core import logs
from surveyapp.core.access import Permission, requires
from surveyapp.survey import codes, store
from surveyapp.survey.door import clerk, clerk_forms, forms
from surveyapp.survey.door.clerk import Entry
from surveyapp.survey.door.fields import Remark
from surveyapp.survey.store import AlreadyReceived, CodeProblem, Door, Submitted

blueprint = Blueprint("clerk", __name__, template_folder="../templates", url_prefix="/s/clerk")
_PROBLEMS: Final[Mapping[CodeProblem, tuple[LazyString, int]]] = {
    CodeProblem.MISTYPED: (_l("A character is wrong, missing or too many. Compare with the sheet, group by group."), 422),
    CodeProblem.UNKNOWN: (
        _l("There is no such code now. Compare with the sheet; if it is the same, put the sheet aside."),
        422,
    ),
    CodeProblem.USED: (_l("Answers with this code are here already, so this sheet does not count. Put it aside."), 409),
    CodeProblem.FULL: (_l("This code took as many answers as one code may. Ask the coordinator."), 409),
    CodeProblem.STOPPED: (
        _l("This code was stopped. Put the sheet aside and ask the coordinator for a new code under which to type it in."),
        410,
    ),
    CodeProblem.CROWDED: (
        _l("Very many answers came from your network today. Enter the rest tomorrow or from elsewhere."),
        429,
    ),
    CodeProblem.NOT_OPEN_YET: (_l("No answers are taken yet. Keep the sheet until the first day for answering."), 409),
    CodeProblem.CLOSED: (_l("The questionnaire is closed; this sheet cannot be counted any more."), 410),
}


@blueprint.get("")
@requires(Permission.PUBLIC)
def enter() -> ResponseReturnValue:
    """Ask for the code on the first sheet."""
    return _enter("", 0)


@blueprint.post("")
@requires(Permission.PUBLIC)
def begin() -> ResponseReturnValue:
    """Show the lines of the sheet whose code was typed, or why there are none."""
    code, done = forms.read_code(request.form), clerk_forms.read_done(request.form)
    if "lang" in request.form:
        return _enter(code, done)
    try:
        return _begin(code, done)
    except HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - whatever fails on our side, the typed code stays
        logs.fault(error)
        return _enter(code, done, _("The sheet cannot be opened just now. Its code is fine; try again in a minute."), 503)


@blueprint.get("/sheet")
@requires(Permission.PUBLIC)
def no_sheet() -> ResponseReturnValue:
    """Lead somebody who opens the address that sheets are sent to back to the start."""
    return redirect(url_for("clerk.enter"))


@blueprint.post("/sheet")
@requires(Permission.PUBLIC)
def sheet() -> ResponseReturnValue:
    """Take what was typed from a sheet, or show it again with what to mend."""
    entry = clerk_forms.read(request.form)
    try:
        return _sheet(entry)
    except HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - whatever fails on our side, what was typed must not be lost
        logs.fault(error)
        sent = [(name, value) for name, values in request.form.lists() if name not in {"lang", "check"} for value in values]
        return render_template("survey/clerk_not_saved.html", title=_("The sheet is not saved yet"), sent=sent), 503


def _begin(code: str, done: int) -> ResponseReturnValue:
    door = store.look_up(code)
    if isinstance(door, CodeProblem) or not clerk.suits(door.mode, door.questionnaire):
        return _refused(door, code, done)
    return _lines(door, Entry(code, store.new_receipt(), {}, done=done), [])


def _sheet(entry: Entry) -> ResponseReturnValue:
    door = store.look_up(entry.code)
    if door is CodeProblem.USED and store.received(entry.code, entry.receipt) is True:
        # The answer to the first try was lost on its way: this very sheet is here already.
        return _received(entry, entry.receipt, "code")
    if isinstance(door, CodeProblem) or not clerk.suits(door.mode, door.questionnaire):
        return _refused(door, entry.code, entry.done)
    if {"lang", "check"} & set(request.form):
        return _lines(door, entry, [])
    return _take(door, entry)


def _take(door: Door, entry: Entry) -> ResponseReturnValue:
    reading = clerk.read(door.questionnaire, entry, free_text=door.free_text)
    found = clerk_forms.remarks(door, entry, reading)
    if found:
        return _lines(door, entry, found)
    match store.submit(entry.code, entry.receipt, reading.answers, reading.texts):
        case Submitted(receipt):
            return _received(entry, receipt, door.mode)
        case AlreadyReceived(same_receipt=True):
            return _received(entry, entry.receipt, door.mode)
        case AlreadyReceived():
            return _refused(CodeProblem.USED, entry.code, entry.done)
        case problem:
            return _refused(problem, entry.code, entry.done)


def _lines(door: Door, entry: Entry, found: list[Remark]) -> ResponseReturnValue:
    reading = clerk.read(door.questionnaire, entry, free_text=door.free_text)
    asked_about = {remark.item for remark in found if remark.soft}
    entry = replace(entry, empty=entry.empty | asked_about)
    parts = clerk_forms.parts(door, entry, reading, found)
    page = render_template(
        "survey/clerk_sheet.html",
        title=_title(entry.code),
        door=door,
        entry=entry,
        parts=parts,
        marks=clerk.marks(door.questionnaire),
        remarks=found,
        only_soft=bool(found) and len(asked_about) == len(found),
        focus=clerk_forms.focus(parts, found),
    )
    return page, 422 if found else 200


def _received(entry: Entry, receipt: str, mode: str) -> ResponseReturnValue:
    # A group's sheets all carry one code, so it is there already for the next one.
    code = entry.code if mode == "group" else ""
    return _enter(code, entry.done + 1, receipt=receipt)


def _enter(code: str, done: int, problem: str = "", status: int = 200, *, receipt: str = "") -> ResponseReturnValue:
    title = _("The sheet is received") if receipt else _("Type in sheets of paper")
    page = render_template("survey/clerk.html", title=title, code=code, done=done, problem=problem, receipt=receipt)
    return page, status


def _refused(problem: CodeProblem | Door, code: str, done: int) -> ResponseReturnValue:
    """Say what a code that opens nothing, or nothing on paper, means for the sheet in one's hand."""
    if isinstance(problem, Door):
        return _enter(code, done, _("Answers with this code are given online only; there are no sheets for it."), 422)
    if problem in {CodeProblem.MISTYPED, CodeProblem.UNKNOWN} and store.too_many_wrong_codes():
        return _enter(code, done, _("Too many codes were tried that do not exist. Come back tomorrow, or ask for help."), 429)
    if problem is CodeProblem.MISTYPED and not code:
        return _enter(code, done, _("The field is empty. Type the code from the sheet."), 422)
    words, status = _PROBLEMS[problem]
    return _enter(code, done, str(words), status)


def _title(code: str) -> str:
    read = codes.read(code)
    # With hyphens at which no line is broken: a code is compared with the sheet as a whole.
    return str(
        _("Sheet %(code)s", code=codes.shown(read.text).replace("-", "\N{NON-BREAKING HYPHEN}"))
        if read and not read.link
        else _("Sheet of paper")
    )


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)

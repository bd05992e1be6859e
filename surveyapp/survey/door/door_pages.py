"""Drawing the pages of the respondent's door: entering, the questionnaire, the thanks, and why a code opens nothing."""

from collections.abc import Hashable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from surveyapp.core import clock, moulds
from surveyapp.core.i18n import day, language
from surveyapp.core.moulds import Values
from surveyapp.settings import current_settings
from surveyapp.survey import store
from surveyapp.survey.door import fields, forms
from surveyapp.survey.door.drawing import draw
from surveyapp.survey.door.forms import Sheet
from surveyapp.survey.store import CodeProblem, Door

_LAST_HOURS: Final = 6


def enter(code: str, problem: str = "", status: int = 200) -> ResponseReturnValue:
    """Ask for the code; *problem* says what is wrong with the one that was typed."""
    page = render_template("survey/enter.html", title=_("Answer the questionnaire"), code=code, problem=problem)
    return page, status


def begin(door: Door, sheet: Sheet) -> ResponseReturnValue:
    """Show the questionnaire for the first time, nothing filled in and the promise open."""
    if any(item.shuffled for item in door.questionnaire.asked):  # each receipt has an order of its own
        return questionnaire(door, sheet, first=True)
    _remember(door)

    def drawn(values: Values) -> str:
        return _questionnaire(door, replace(sheet, code=values["code"], receipt=values["receipt"]), [], "", first=True)

    return moulds.page(("questionnaire", *_looks(door)), {"code": sheet.code, "receipt": sheet.receipt}, drawn)


def questionnaire(
    door: Door,
    sheet: Sheet,
    *,
    remarks: list[fields.Remark] | None = None,
    first: bool = False,
    notice: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """Show the questionnaire with everything that stands on *sheet*.

    ``first`` opens the promise; ``notice`` (``failed``: not stored by our fault, ``crowded``: too many from this source today,
    ``gone``: nothing is there to replace) is told at the top.
    """
    _remember(door)
    return _questionnaire(door, sheet, remarks or [], notice, first=first), status


def _questionnaire(door: Door, sheet: Sheet, remarks: list[fields.Remark], notice: str, *, first: bool) -> str:
    by_item = {remark.item: remark for remark in remarks}
    parts = fields.parts(door.questionnaire, language(), sheet.filled, by_item, receipt=sheet.receipt, free_text=door.free_text)
    return render_template(
        "survey/questionnaire.html",
        title=door.questionnaire.title.get(language()),
        door=door,
        sheet=sheet,
        reminded=sheet.reminded | {remark.item for remark in remarks if remark.soft},
        parts=parts,
        draw=draw,
        targets={field.name: field.target for part in parts for field in part.fields},
        remarks=remarks,
        advice=forms.by_advice(remarks),
        only_soft=all(remark.soft for remark in remarks),
        promise=door.promise.get(language(), ()),
        who=_who_answers(door),
        time_left=_time_left(door.closes),
        first=first,
        notice=notice,
    )


def _looks(door: Door) -> tuple[Hashable, ...]:
    """Return what settles how an empty questionnaire looks: what was published and promised stays as it is."""
    wave = door.wave_id, door.wave_name, door.mode, door.group, door.municipality, door.free_text, door.closes
    return door.published, *wave, *_left(door.closes)


def thanks(code: str, receipt: str, *, again: bool = False, replaced: bool = False) -> ResponseReturnValue:
    """Thank and show the receipt; nothing about the answers."""
    title = _("Thank you! Your answers are received")
    if again:
        title = _("We already have your answers")
    elif replaced:
        title = _("Your new answers have taken the place of the old ones")

    def drawn(values: Values) -> str:
        address = current_settings().base_url + url_for("change.enter")
        return render_template(
            "survey/thanks.html", title=title, again=again, replaced=replaced, change_address=address, **values
        )

    return moulds.page(("thanks", again, replaced), {"code": code, "receipt": receipt}, drawn)


def refused(problem: CodeProblem, code: str) -> ResponseReturnValue:
    """Say what a code that opens nothing means and what can be done."""
    match problem:
        case CodeProblem.MISTYPED | CodeProblem.UNKNOWN if store.too_many_wrong_codes():
            return enter(code, _("Too many codes were tried that do not exist. Come back tomorrow, or ask for help."), 429)
        case CodeProblem.MISTYPED if not code.strip():
            return enter(code, _("The field is empty. Type the code from your card or e-mail."), 422)
        case CodeProblem.MISTYPED:
            return enter(code, _("A character is wrong, missing or too many. Compare with your card, group by group."), 422)
        case CodeProblem.UNKNOWN:
            return enter(
                code, _("There is no such code now. Compare with your card; if it is the same, ask for a new one."), 422
            )
        case _:
            title, status = _closed_title(problem)
            return render_template("survey/closed.html", title=title, problem=problem, code=code), status


def not_saved(sheet: Sheet) -> ResponseReturnValue:
    """Give everything back when the answers could not be stored: the form, or, if it cannot be drawn, all of it unseen."""
    door = _doors().get(sheet.wave)
    if door:
        return questionnaire(door, sheet, notice="failed", status=503)
    sent = [(name, value) for name, values in request.form.lists() if name != "lang" for value in values]
    return render_template("survey/not_saved.html", title=_("Your answers are not saved yet"), sent=sent), 503


def _closed_title(problem: CodeProblem) -> tuple[str, int]:
    if problem is CodeProblem.USED:
        return _("Answers with this code are already received"), 409
    if problem is CodeProblem.FULL:
        return _("This code has taken all the answers that it can"), 409
    if problem is CodeProblem.STOPPED:
        return _("This code was stopped"), 410
    if problem is CodeProblem.NOT_OPEN_YET:
        return _("The questionnaire is not open yet"), 409
    return _("The questionnaire is closed"), 410


def _who_answers(door: Door) -> str:
    """Return the honest label of the wave's mode."""
    if door.mode == "open":
        return str(_("Anyone with this address can answer."))
    if door.mode != "group":
        return str(_("One code, one answer, no link between them."))
    if door.group:
        return str(_("Anyone with this group's code can answer (group: %(group)s).", group=door.group))
    return str(_("Anyone with this group's code can answer."))


def _left(closes: date) -> tuple[int, int | None]:
    """Return how many days answers are still taken after today, and on the last one how many hours, if they are few."""
    days = (closes - clock.today()).days
    left = clock.left_today()
    if days > 0 or left > timedelta(hours=_LAST_HOURS):
        return days, None
    return days, -(-left // timedelta(hours=1))


def _time_left(closes: date) -> str:
    """Return until when answers are taken; a wave closes at midnight in Latvia, whatever the clock of the reader says."""
    days, hours = _left(closes)
    if days > 0:
        told = ngettext(
            "Last day for answering: %(day)s (%(num)s day left)",
            "Last day for answering: %(day)s (%(num)s days left)",
            days,
            day=day(closes),
        )
        return str(told)
    if hours is None:
        return str(_("Last day for answering: today until midnight, Latvian time"))
    told = ngettext(
        "Last day for answering: today until midnight, Latvian time (less than %(num)s hour left)",
        "Last day for answering: today until midnight, Latvian time (less than %(num)s hours left)",
        hours,
    )
    return str(told)


def _remember(door: Door) -> None:
    _doors()[str(door.wave_id)] = replace(door, group=None)


def _doors() -> dict[str, Door]:
    """Return what this worker has shown so far, by wave, to draw the form again while the database is silent."""
    doors: dict[str, Door] = current_app.extensions.setdefault("survey_doors", {})
    return doors

"""Pages of letters: taking a list of addresses, sending, reminding, and what became of each address; never a code."""

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Flask, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.csv_files import csv_response
from surveyapp.survey import wave_store
from surveyapp.survey.letters import mail_list, mail_reasons, mail_store, mailing
from surveyapp.survey.letters.mail_store import Kind, Standing
from surveyapp.survey.letters.mailing import Reason
from surveyapp.survey.rules import FEWEST
from surveyapp.survey.wave_store import WaveFacts

blueprint = Blueprint("mail", __name__, template_folder="../templates", url_prefix="/waves/<int:wave_id>/mail")
_MOST_PROBLEMS: Final = 50


class ListForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A list of addresses, pasted or uploaded."""

    addresses = TextAreaField(_l("Addresses"))
    file = FileField(_l("Or a file"))
    no_text = False

    def text(self) -> str:
        """Return the list; what was pasted counts before the file. Asked once, because a file can be read once only."""
        pasted = str(self.addresses.data or "")
        if pasted.strip() or not self.file.data:
            return pasted
        text = mail_list.decoded(self.file.data.read())
        if text is None:
            self.no_text = True
        return text or ""

    def validate_file(self, _field: FileField) -> None:
        """Refuse a file that is no text."""
        if self.no_text:
            raise ValidationError(_("This file holds no text. Save the table as CSV and choose that file."))


class RemindForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A reminder cannot be called back, so one more click is asked for."""

    remind_all = BooleanField(_l("Yes, write to everybody once more."), [InputRequired()])


class DeleteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A deleted list is gone, so one more click is asked for."""

    delete_list = BooleanField(
        _l("Yes, delete the addresses. I know that reminders cannot be sent any more."), [InputRequired()]
    )


@blueprint.get("")
@requires(Permission.PLAN_WAVES)
def letters(wave_id: int) -> str:
    """Show how far the letters are and what can be done next."""
    return _page(_wave(wave_id))


@blueprint.post("")
@requires(Permission.PLAN_WAVES)
def check(wave_id: int) -> ResponseReturnValue:
    """Read a list: say what is wrong in which line, or ask to confirm how many letters go out."""
    wave, form = _wave(wave_id), ListForm()
    text = form.text()
    if not form.validate():
        return _page(wave, form, text), 422
    read = mail_list.read(text)
    added = mail_store.sort(wave.id, read.addresses)
    wrong = [mail_reasons.list_problem(problem) for problem in read.problems] or _refused(wave, added.new + added.again)
    if wrong:
        return _page(wave, form, text, wrong), 422
    return render_template(
        "survey/mail_confirm.html", title=_("Send the letters?"), wave=wave, form=form, read=read, added=added
    )


@blueprint.post("/send")
@requires(Permission.PLAN_WAVES)
def send(wave_id: int) -> ResponseReturnValue:
    """Take the confirmed list and begin to send."""
    wave, form = _wave(wave_id), ListForm()
    read = mail_list.read(form.text())
    added = mail_store.sort(wave.id, read.addresses)
    if not form.validate() or read.problems or _refused(wave, added.new + added.again):
        return check(wave_id)
    mailing.take_list(wave, read.addresses, require_actor().email)
    return _start(wave, "invitation")


@blueprint.post("/continue")
@requires(Permission.PLAN_WAVES)
def go_on(wave_id: int) -> ResponseReturnValue:
    """Send to those who still wait for their code, or else for the reminder."""
    wave = _wave(wave_id)
    if not FlaskForm().validate():
        return _unsure(wave)
    return _start(wave, "invitation" if mail_store.standing(wave.id).waiting else "reminder")


@blueprint.post("/remind")
@requires(Permission.PLAN_WAVES)
def remind(wave_id: int) -> ResponseReturnValue:
    """Write once more to everybody who was sent a code."""
    wave = _wave(wave_id)
    return _start(wave, "reminder") if RemindForm().validate() else _unsure(wave)


@blueprint.post("/delete")
@requires(Permission.PLAN_WAVES)
def delete(wave_id: int) -> ResponseReturnValue:
    """Delete every address of the wave."""
    wave = _wave(wave_id)
    if not DeleteForm().validate():
        return _unsure(wave)
    if mailing.forget_list(wave, require_actor().email):
        flash(_("The addresses are deleted."), "info")
    else:
        flash(mail_reasons.refusal("busy"), "error")
    return _back(wave)


@blueprint.get("/undelivered.csv")
@requires(Permission.PLAN_WAVES)
def undelivered_csv(wave_id: int) -> ResponseReturnValue:
    """Return the addresses that a letter did not reach, each with the mail server's reason."""
    rows = [
        (one.address, one.reason, "reminder" if one.had_letter else "invitation")
        for one in mail_store.undelivered(_wave(wave_id).id)
    ]
    return csv_response("undelivered.csv", ("email", "reason", "letter"), rows)


def _wave(wave_id: int) -> WaveFacts:
    found = wave_store.by_id(require_actor().municipality_id, wave_id)
    if found is None:
        abort(404)
    return found


def _refused(wave: WaveFacts, more: int) -> list[str]:
    if not more:
        return [_("Everybody in this list was written to already, or waits to be.")]
    reason = mailing.refusal(wave, "invitation", more=more)
    return [mail_reasons.refusal(reason)] if reason else []


def _start(wave: WaveFacts, kind: Kind) -> ResponseReturnValue:
    reason: Reason | None = mailing.refusal(wave, kind)
    if reason is None and not mailing.start(wave, kind, require_actor().email):
        reason = "busy"
    if reason:
        flash(mail_reasons.refusal(reason), "error")
    return _back(wave)


def _unsure(wave: WaveFacts) -> ResponseReturnValue:
    flash(_("Nothing was done. Tick the box beside the button first, then press it again."), "error")
    return _back(wave)


def _back(wave: WaveFacts) -> ResponseReturnValue:
    return redirect(url_for("mail.letters", wave_id=wave.id), 303)


def _page(wave: WaveFacts, form: ListForm | None = None, text: str = "", wrong: Sequence[str] = ()) -> str:
    standing = mail_store.standing(wave.id)
    form = form or ListForm(formdata=None)
    form.addresses.data = text
    blocked = mailing.refusal(wave, "invitation", more=FEWEST)
    return render_template(
        "survey/mail.html",
        title=_("Letters of the wave %(name)s", name=wave.name),
        wave=wave,
        standing=standing,
        stopped=mail_reasons.stop(standing.problem, standing.said) if standing.problem else "",
        done=_done(standing),
        blocked=mail_reasons.refusal(blocked) if blocked and blocked != "busy" else "",
        cards_instead=blocked == "not_set_up",
        no_reminder=mailing.refusal(wave, "reminder"),
        undelivered=mail_store.undelivered(wave.id),
        form=form,
        wrong=wrong[:_MOST_PROBLEMS],
        more_wrong=max(len(wrong) - _MOST_PROBLEMS, 0),
        remind_form=RemindForm(formdata=None),
        delete_form=DeleteForm(formdata=None),
    )


def _done(standing: Standing) -> tuple[int, int]:
    """Return how many letters of the present sending are done, of how many."""
    if standing.under_way == "reminder":
        return standing.sent - standing.due, standing.sent
    return standing.sent + standing.refused, standing.addresses


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)

"""When boxes and answers do not match: the steward asks to go on, the auditor agrees or says why not."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.command import RefusedError
from surveyapp.survey import agreement_store
from surveyapp.survey.desk import wave_pages
from surveyapp.survey.desk.wave_forms import AskForm, DecisionForm


@requires(Permission.KEEP_KEY)
def ask(wave_id: int) -> ResponseReturnValue:
    """Ask the auditor to agree to open a wave without the boxes that cannot be read."""
    wave = wave_pages.find_or_404(wave_id)
    mismatch = wave_pages.mismatch_of(wave)
    if mismatch is None or mismatch.hopeless or mismatch.request:
        return wave_pages.page(wave, _with_typed(_("There is nothing to ask the auditor about now.")), 409)
    form = AskForm()
    if not form.validate_on_submit():
        page = render_template(
            "survey/wave_ask.html", title=_("Ask the auditor"), wave=wave, form=form, numbers=mismatch.numbers
        )
        return page, 422 if form.is_submitted() else 200
    try:
        agreement_store.ask(wave, require_actor().email, form.reason.data)
    except RefusedError:
        return wave_pages.changed_meanwhile(wave)
    flash(_("The auditor is asked and sees the numbers and your reason on this page."), "info")
    return redirect(url_for("waves.wave", wave_id=wave_id))


@requires(Permission.AGREE_OPENING)
def decide(wave_id: int) -> ResponseReturnValue:
    """Agree to what the steward asked, or say why not."""
    wave = wave_pages.find_or_404(wave_id)
    mismatch = wave_pages.mismatch_of(wave)
    if mismatch is None or mismatch.request is None or mismatch.request.auditor:
        return wave_pages.page(wave, _with_typed(_("Nobody asks for your agreement now.")), 409)
    form = DecisionForm()
    if not form.validate_on_submit():
        page = render_template(
            "survey/wave_decide.html",
            title=_("Open in spite of the mismatch?"),
            wave=wave,
            form=form,
            numbers=mismatch.numbers,
            asked=mismatch.request,
        )
        return page, 422 if form.is_submitted() else 200
    who = require_actor().email
    try:
        if form.decision.data == "agree":
            agreement_store.agree(wave, who)
            flash(_("You agreed. The data steward can open the wave now."), "info")
        else:
            agreement_store.refuse(wave, who, form.reason.data)
            flash(_("You did not agree. The wave stays sealed, and the data steward sees your reason."), "info")
    except RefusedError:
        return wave_pages.changed_meanwhile(wave)
    return redirect(url_for("waves.wave", wave_id=wave_id))


def _with_typed(said: str) -> str:
    """Return *said* with the reason that somebody sent, whose page another person's deed had overtaken: it is not lost."""
    typed = request.form.get("reason", "").strip()
    kept = _("Your reason was not saved; here it is, to copy: “%(text)s”", text=typed)
    return f"{said} {kept}" if typed else said


def add_routes(blueprint: Blueprint) -> None:
    """Add both pages."""
    blueprint.add_url_rule("/<int:wave_id>/ask", "ask", ask, methods=["GET", "POST"])
    blueprint.add_url_rule("/<int:wave_id>/decide", "decide", decide, methods=["GET", "POST"])

"""Texts in respondents' own words: the steward reads them one by one, the group sees those that were released."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.command import RefusedError
from surveyapp.survey import text_store
from surveyapp.survey.desk import wave_pages
from surveyapp.survey.desk.wave_forms import TextForm
from surveyapp.survey.desk.wave_steps import Deed, why_not
from surveyapp.survey.desk.wave_words import REASONS
from surveyapp.survey.rules import State
from surveyapp.survey.text_store import OwnText
from surveyapp.survey.wave_store import WaveFacts


@requires(Permission.SEE_RESULTS)
def texts(wave_id: int) -> ResponseReturnValue:
    """Show the texts that were released, by question, in no order that tells anything."""
    wave = wave_pages.find_or_404(wave_id)
    why = why_not(Deed.READ_TEXTS, wave_pages.standing(wave))
    released = text_store.released(wave) if wave.state is State.SCRUBBED else {}
    page = render_template(
        "survey/texts.html",
        title=_("In their own words"),
        wave=wave,
        refusal=REASONS[why] if why else "",
        answers=[(item, released[item.id]) for item in wave.questionnaire.written if item.id in released],
    )
    return page, 409 if why else 200


@requires(Permission.KEEP_KEY)
def read_texts(wave_id: int) -> ResponseReturnValue:
    """Read one text and decide about it, for good; then the next."""
    wave = wave_pages.find_or_404(wave_id)
    if refusal := wave_pages.refused(Deed.READ_TEXTS, wave):
        return refusal
    form = TextForm()
    found = text_store.next_unread(wave)
    if form.is_submitted() and (found is None or form.key.data != found.key):
        return _decided_meanwhile(wave, form)
    if found is None or not form.validate_on_submit():
        return _reading(wave, form, found), 422 if form.is_submitted() else 200
    try:
        done = _decide(wave, found.key, release=form.decision.data == "release")
    except RefusedError:
        return _decided_meanwhile(wave, form)
    flash(done, "info")
    return redirect(url_for("waves.read_texts", wave_id=wave_id))


def _decided_meanwhile(wave: WaveFacts, form: TextForm) -> ResponseReturnValue:
    """Show the next text with an empty form: a decision about one that somebody else decided says nothing about it."""
    released = text_store.was_released(wave, form.key.data or "")
    return _reading(wave, TextForm(formdata=None), text_store.next_unread(wave), "release" if released else "delete"), 409


def _reading(wave: WaveFacts, form: TextForm, found: OwnText | None, meanwhile: str = "") -> str:
    return render_template(
        "survey/text_read.html",
        title=_("Read what was written in own words"),
        wave=wave,
        form=form,
        found=found,
        asked=wave.questionnaire.item(found.item) if found else None,
        waiting=text_store.waiting(wave),
        meanwhile=meanwhile,
    )


def _decide(wave: WaveFacts, key: str, *, release: bool) -> str:
    """Release or delete a text and return the sentence that says so."""
    if release:
        text_store.release(wave, key, require_actor().email)
        return str(_("The text is shown to the group now."))
    if text_store.delete(wave, key, require_actor().email):
        return str(_("The text is deleted."))
    said = _("The text is deleted. Another program is reading the database, so its traces go with the next deletion or start.")
    return str(said)


def add_routes(blueprint: Blueprint) -> None:
    """Add both pages."""
    blueprint.add_url_rule("/<int:wave_id>/texts", "texts", texts)
    blueprint.add_url_rule("/<int:wave_id>/texts/read", "read_texts", read_texts, methods=["GET", "POST"])

"""The steward's pages: the key ceremony, the trial, the opening with its cleaning, and the key's end."""

import base64

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from questionnaires.texts import LANGUAGES, Language
from surveyapp.core import work
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.clock import today
from surveyapp.core.command import RefusedError
from surveyapp.core.i18n import language
from surveyapp.core.passphrases import passphrase_bytes
from surveyapp.survey import key_end_store, key_files, opening, scrubbing, wave_store
from surveyapp.survey.desk import key_opening, wave_pages
from surveyapp.survey.desk.key_handing import key_handed_in
from surveyapp.survey.desk.wave_forms import SHORTEST_PASSPHRASE, AttestForm, CeremonyForm, KeyForm, OpenForm, PressForm
from surveyapp.survey.desk.wave_steps import Deed
from surveyapp.survey.rules import FEWEST, State
from surveyapp.survey.sheets import recovery
from surveyapp.survey.wave_store import WaveFacts

_SEEN = 16


@requires(Permission.KEEP_KEY)
def make_key(wave_id: int) -> ResponseReturnValue:
    """Make the key of a draft: its file and recovery sheet exist in the answer to this request only."""
    wave = wave_pages.find_or_404(wave_id)
    if refusal := wave_pages.refused(Deed.MAKE_KEY, wave):
        return refusal
    form = CeremonyForm(data={"seen": _mark(wave)})
    if not form.validate_on_submit():
        return _ceremony(wave, form)
    if form.seen.data != _mark(wave):
        form.sure.data, form.seen.data = False, _mark(wave)
        form.form_errors = [_("A key was made just now. If its file and sheet are saved, try it; if not, make a new one here.")]
        return _ceremony(wave, form, 409)
    passphrase = passphrase_bytes(form.passphrase.data)
    pems: list[bytes] = []

    def keep(private: X25519PrivateKey) -> None:
        pems.append(key_files.as_pem(private, passphrase))

    try:
        wave_store.give_key([wave], require_actor().email, hand_over=keep)
    except RefusedError:
        return wave_pages.changed_meanwhile(wave)
    sheet = recovery.of_wave(wave.name, pems[0], _language())
    shown = {"pem": base64.b64encode(pems[0]).decode(), "sheet": base64.b64encode(sheet).decode()}
    return render_template("survey/key_made.html", title=_("Save the key now"), wave=wave, **shown)


def _ceremony(wave: WaveFacts, form: CeremonyForm, status: int = 200) -> ResponseReturnValue:
    page = render_template("survey/key_make.html", title=_("Make the key"), wave=wave, form=form, shortest=SHORTEST_PASSPHRASE)
    return page, 422 if form.is_submitted() and status == 200 else status  # noqa: PLR2004 - the usual status


def _mark(wave: WaveFacts) -> str:
    """Return which key the steward's page knows of, so that a form sent twice does not replace a key that was just saved."""
    return wave.public_key.hex()[:_SEEN] if wave.public_key else "none"


@requires(Permission.KEEP_KEY)
def try_key(wave_id: int) -> ResponseReturnValue:
    """Prove that the saved key opens what is sealed; later, that it still does."""
    wave = wave_pages.find_or_404(wave_id)
    if refusal := wave_pages.refused(Deed.TRY_KEY, wave):
        return refusal
    form = KeyForm()
    private = key_handed_in(form, wave)
    if private is None:
        page = render_template("survey/key_try.html", title=_("Try the key"), wave=wave, form=form)
        return page, 422 if form.is_submitted() else 200
    try:
        wave_store.trial(wave, private, require_actor().email)
    except RefusedError:
        return wave_pages.changed_meanwhile(wave)
    flash(_("The trial box was sealed and opened: the key and its passphrase work."), "info")
    return redirect(url_for("waves.wave", wave_id=wave_id))


@requires(Permission.KEEP_KEY)
def open_wave(wave_id: int) -> ResponseReturnValue:
    """Open a closed wave, once."""
    wave = wave_pages.find_or_404(wave_id)
    if refusal := wave_pages.refused(Deed.OPEN, wave):
        return refusal
    form = OpenForm()
    private = key_handed_in(form, wave)
    if private is None:
        return _opening_page(wave, form)
    back = url_for("waves.wave", wave_id=wave.id)
    return work.run(_("Opening the wave"), ("unseal", "count", "clean"), lambda: _opened(wave, private), back)


def _opened(wave: WaveFacts, private: X25519PrivateKey) -> ResponseReturnValue:
    # What comes of it may wait on the disk for its reader: a form that holds the key again must not.
    form = OpenForm(formdata=None)
    try:
        key_opening.open_or_note(wave, private)
    except opening.MismatchError:
        flash(_("The wave was not opened and nothing was changed: boxes and answers do not match. See below."), "error")
    except opening.TooFewBoxesError:
        return _opening_page(wave, form, key_opening.too_few(), 409)
    except opening.ForeignBoxesError:
        return _opening_page(wave, form, key_opening.foreign(), 409)
    except RefusedError:
        if wave_pages.find_or_404(wave.id).state is not State.OPENED:
            return wave_pages.changed_meanwhile(wave)
        flash(key_opening.not_cleaned(), "error")
    else:
        flash(key_opening.opened(wave), "info")
    return redirect(url_for("waves.wave", wave_id=wave.id))


def _opening_page(wave: WaveFacts, form: OpenForm, refusal: str = "", status: int = 422) -> ResponseReturnValue:
    page = render_template(
        "survey/wave_open.html", title=_("Open the wave"), wave=wave, form=form, refusal=refusal, fewest=FEWEST
    )
    return page, status if form.is_submitted() else 200


@requires(Permission.KEEP_KEY)
def clean(wave_id: int) -> ResponseReturnValue:
    """Finish a cleaning that was interrupted."""
    wave = wave_pages.find_or_404(wave_id)
    if refusal := wave_pages.refused(Deed.CLEAN, wave):
        return refusal
    if not PressForm().validate_on_submit():
        return wave_pages.page(wave, _("Press the button on this page once more."), 422)
    try:
        scrubbing.scrub_opened(require_actor().email, wave.municipality_id)
    except RefusedError:
        flash(key_opening.not_cleaned(), "error")
    else:
        flash(key_opening.opened(wave), "info")
    return redirect(url_for("waves.wave", wave_id=wave.id))


@requires(Permission.KEEP_KEY)
def attest(wave_id: int) -> ResponseReturnValue:
    """Take the steward's word that no copy of the key is left."""
    wave = wave_pages.find_or_404(wave_id)
    if refusal := wave_pages.refused(Deed.ATTEST, wave):
        return refusal
    form = AttestForm(data={"on": today()})
    if not form.validate_on_submit():
        also = key_end_store.attested_with(wave)
        page = render_template("survey/key_destroyed.html", title=_("The end of the key"), wave=wave, form=form, also=also)
        return page, 422 if form.is_submitted() else 200
    try:
        key_end_store.attest_destroyed(wave, require_actor().email, form.on.data)
    except RefusedError:
        return wave_pages.changed_meanwhile(wave)
    flash(_("Recorded. From now on old backups stay sealed for ever."), "info")
    return redirect(url_for("waves.wave", wave_id=wave_id))


def add_routes(blueprint: Blueprint) -> None:
    """Add the steward's pages."""
    both = ["GET", "POST"]
    blueprint.add_url_rule("/<int:wave_id>/key", "make_key", make_key, methods=both)
    blueprint.add_url_rule("/<int:wave_id>/trial", "try_key", try_key, methods=both)
    blueprint.add_url_rule("/<int:wave_id>/open", "open_wave", open_wave, methods=both)
    blueprint.add_url_rule("/<int:wave_id>/clean", "clean", clean, methods=["POST"])
    blueprint.add_url_rule("/<int:wave_id>/destroyed", "attest", attest, methods=both)


def _language() -> Language:
    return next(code for code in LANGUAGES if code == language())

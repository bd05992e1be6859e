"""The steward's page of the yearly key: making it, saving it, proving it, and what becomes of it at the end of the year."""

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from questionnaires.texts import LANGUAGES
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.clock import today
from surveyapp.core.command import RefusedError
from surveyapp.core.i18n import language
from surveyapp.core.passphrases import passphrase_bytes
from surveyapp.feedback import year_opening, yearly
from surveyapp.feedback.instruments import takes_codes
from surveyapp.feedback.year_opening import may_be_done
from surveyapp.survey import key_files
from surveyapp.survey.desk import wave_pages
from surveyapp.survey.desk.key_handing import key_handed_in
from surveyapp.survey.desk.wave_forms import SHORTEST_PASSPHRASE, CeremonyForm, KeyForm
from surveyapp.survey.desk.wave_steps import Deed, Step
from surveyapp.survey.sheets import recovery
from surveyapp.survey.wave_store import WaveFacts

_SEEN = 16


@dataclass(frozen=True, slots=True)
class Year:
    """A year with its waves; ``made`` says that there is a key, ``proved`` that the steward showed that it works."""

    number: int
    waves: list[WaveFacts]

    @property
    def stage(self) -> str:
        """What the steward can be told of a year with a proved key: it is to come, runs, or is over."""
        if self.number > today().year:
            return "to_come"
        return "runs" if any(takes_codes(wave) and today() <= wave.closes for wave in self.waves) else "over"

    @property
    def made(self) -> bool:
        """Whether every instrument has a key."""
        return bool(self.waves) and all(wave.public_key is not None for wave in self.waves)

    @property
    def proved(self) -> bool:
        """Whether the key was proved for all of them."""
        return self.made and not yearly.unproved(self.waves)


@requires(Permission.KEEP_KEY)
def years() -> str:
    """Show where the keys of this year and the next stand, and that of the last one as long as it is needed."""
    place = require_actor().municipality_id
    last = Year(today().year - 1, yearly.waves_of(place, today().year - 1))
    found = [_year(number) for number in yearly.years()]
    shown = [last, *found] if any(_unfinished(wave) for wave in last.waves) else found
    states = {wave.id: wave_pages.state_name(wave_pages.standing(wave)) for year in shown for wave in year.waves}
    openable = {year.number for year in shown if any(may_be_done(Deed.OPEN, wave) for wave in year.waves)}
    ends = {year.number: next((one for one in year.waves if may_be_done(Deed.ATTEST, one)), None) for year in shown}
    title = _("The key of the year")
    return render_template("feedback/years.html", title=title, years=shown, states=states, openable=openable, ends=ends)


def _unfinished(wave: WaveFacts) -> bool:
    """Say whether a wave got answers that its key can open, and the key is not said to be destroyed."""
    standing = wave_pages.standing(wave)
    answered = standing.present in {Step.OPEN, Step.OPENED, Step.RELEASED}
    return answered and not standing.attested and not standing.sealed_for_ever


@requires(Permission.KEEP_KEY)
def make_key(year: int) -> ResponseReturnValue:
    """Make the key of a year: its file and recovery sheet exist in the answer to this request only."""
    found = _year(year)
    if found.proved:
        return redirect(url_for("feedback.years"))
    form = CeremonyForm(data={"seen": _mark(found)})
    if not form.validate_on_submit():
        return _ceremony(found, form, 422 if form.is_submitted() else 200)
    if form.seen.data != _mark(found):
        form.sure.data, form.seen.data = False, _mark(found)
        form.form_errors = [_("A key was made just now. If its file and sheet are saved, try it; if not, make a new one here.")]
        return _ceremony(found, form, 409)
    passphrase = passphrase_bytes(form.passphrase.data)
    pems: list[bytes] = []

    def keep(private: X25519PrivateKey) -> None:
        pems.append(key_files.as_pem(private, passphrase))

    person = require_actor()
    try:
        yearly.give_key(person.municipality_id, year, person.email, hand_over=keep)
    except RefusedError:
        return redirect(url_for("feedback.years"))  # proved meanwhile in another window
    sheet = recovery.of_year(year, pems[0], next(code for code in LANGUAGES if code == language()))
    shown = {"pem": base64.b64encode(pems[0]).decode(), "sheet": base64.b64encode(sheet).decode()}
    return render_template("feedback/key_made.html", title=_("Save the key now"), year=found, **shown)


def _ceremony(found: Year, form: CeremonyForm, status: int) -> ResponseReturnValue:
    title = _("Make the key of %(year)s", year=str(found.number))
    return render_template("feedback/key_make.html", title=title, year=found, form=form, shortest=SHORTEST_PASSPHRASE), status


@requires(Permission.KEEP_KEY)
def try_key(year: int) -> ResponseReturnValue:
    """Prove that the saved key opens what is sealed for each instrument of the year."""
    found = _year(year)
    waves = yearly.unproved(found.waves)
    if not found.made or not waves:
        return redirect(url_for("feedback.years"))
    form = KeyForm()
    private = key_handed_in(form, waves[0])
    if private is None:
        title = _("Try the key of %(year)s", year=str(year))
        return render_template("feedback/key_try.html", title=title, year=found, form=form), 422 if form.is_submitted() else 200
    try:
        yearly.prove(waves, private, require_actor().email)
    except RefusedError:
        return redirect(url_for("feedback.make_key", year=year))  # another key was made meanwhile
    flash(_("The key and its passphrase work. Organisers can now make codes."), "info")
    return redirect(url_for("feedback.years"))


def add_routes(blueprint: Blueprint) -> None:
    """Add the steward's pages."""
    both = ["GET", "POST"]
    blueprint.add_url_rule("/years", "years", years)
    blueprint.add_url_rule("/years/<int:year>/key", "make_key", make_key, methods=both)
    year_opening.add_routes(blueprint)
    blueprint.add_url_rule("/years/<int:year>/trial", "try_key", try_key, methods=both)


def _year(number: int) -> Year:
    if number not in yearly.years():
        abort(404)
    return Year(number, yearly.waves_of(require_actor().municipality_id, number))


def _mark(found: Year) -> str:
    """Return which key the page knows of, so that a form sent twice does not replace a key that was just saved."""
    waves = yearly.unproved(found.waves)
    return waves[0].public_key.hex()[:_SEEN] if waves and waves[0].public_key else "none"

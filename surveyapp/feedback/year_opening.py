"""The end of a year: one page hands in its key once and opens every wave that can be opened."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from surveyapp.core import work
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.feedback import yearly
from surveyapp.survey.desk import key_opening, wave_pages
from surveyapp.survey.desk.key_handing import key_handed_in
from surveyapp.survey.desk.wave_forms import OpenForm
from surveyapp.survey.desk.wave_steps import Deed, why_not
from surveyapp.survey.desk.wave_words import REASONS
from surveyapp.survey.rules import FEWEST
from surveyapp.survey.wave_store import WaveFacts


def may_be_done(deed: Deed, wave: WaveFacts) -> bool:
    """Say whether *deed* can be done to *wave* now."""
    return why_not(deed, wave_pages.standing(wave)) is None


@requires(Permission.KEEP_KEY)
def open_year(year: int) -> ResponseReturnValue:
    """Open the waves of a year together; one that cannot be opened keeps no other sealed."""
    waves = yearly.waves_of(require_actor().municipality_id, year) or abort(404)
    reasons = {wave.id: why_not(Deed.OPEN, wave_pages.standing(wave)) for wave in waves}
    ready = [wave for wave in waves if reasons[wave.id] is None]
    if not ready:
        flash(_("No wave of %(year)s can be opened now; the page of each says why.", year=str(year)), "error")
        return redirect(url_for("feedback.years"))
    form = OpenForm()
    private = key_handed_in(form, ready[0])
    if private is None:
        page = render_template(
            "feedback/year_open.html",
            title=_("Open the waves of %(year)s", year=str(year)),
            ready=ready,
            others=[(wave, REASONS[why]) for wave in waves if (why := reasons[wave.id])],
            form=form,
            fewest=FEWEST,
        )
        return page, 422 if form.is_submitted() else 200
    title, plan = _("Opening the waves of %(year)s", year=str(year)), ("unseal", "count", "clean")
    return work.run(title, plan, lambda: _opened(ready, private), url_for("feedback.years"))


def _opened(ready: Sequence[WaveFacts], private: X25519PrivateKey) -> ResponseReturnValue:
    for wave in ready:
        # A key that was made anew before all were proved is not the key of each.
        if wave.public_key == ready[0].public_key:
            done = key_opening.one_of_several(wave, private)
            flash(done.words, "info" if done.opened else "error")
    return redirect(url_for("feedback.years"))


def add_routes(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/years/<int:year>/open", "open_year", open_year, methods=["GET", "POST"])

"""The pages of waves: the list, the one page of each wave, and closing it."""

from dataclasses import dataclass

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from surveyapp.core import menu
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.command import RefusedError
from surveyapp.survey import stopping_store, wave_store
from surveyapp.survey.desk import agreement_views, invite_views, key_views, plan_views, text_views, wave_pages
from surveyapp.survey.desk.wave_forms import confirm, stopping
from surveyapp.survey.desk.wave_steps import Deed
from surveyapp.survey.desk.wave_words import MODES
from surveyapp.survey.wave_store import WaveFacts

blueprint = Blueprint("waves", __name__, template_folder="../templates", url_prefix="/waves")
for _room in (plan_views, key_views, invite_views, agreement_views, text_views):
    _room.add_routes(blueprint)


@dataclass(frozen=True, slots=True)
class Line:
    """One wave in the list: where it stands, and what is next."""

    wave: WaveFacts
    state: str
    mode: str
    advice: str


@blueprint.get("/")
@requires(Permission.SEE_WAVES)
def waves() -> str:
    """Show every wave, newest first."""
    person = require_actor()
    lines = [_line(one) for one in reversed(wave_store.waves(person.municipality_id))]
    may_plan = person.may(Permission.PLAN_WAVES)
    return render_template("survey/waves.html", title=_("Waves of the survey"), lines=lines, may_plan=may_plan)


def _line(wave: WaveFacts) -> Line:
    now = wave_pages.standing(wave)
    return Line(wave, wave_pages.state_name(now), str(MODES[wave.mode]), wave_pages.next_step(now))


@blueprint.get("/<int:wave_id>")
@requires(Permission.SEE_WAVES)
def wave(wave_id: int) -> ResponseReturnValue:
    """Show a wave's whole life with the present step open."""
    return wave_pages.page(wave_pages.find_or_404(wave_id))


@blueprint.route("/<int:wave_id>/close", methods=["GET", "POST"])
@requires(Permission.PLAN_WAVES)
def close(wave_id: int) -> ResponseReturnValue:
    """Take no more answers, before the last day is past."""
    found = wave_pages.find_or_404(wave_id)
    if refusal := wave_pages.refused(Deed.CLOSE, found):
        return refusal
    form = confirm(_("Close this wave for good."))
    if not form.validate_on_submit():
        page = render_template("survey/wave_close.html", title=_("Close the wave now"), wave=found, form=form)
        return page, 422 if form.is_submitted() else 200
    try:
        wave_store.close(found, require_actor().email)
    except RefusedError:
        return wave_pages.changed_meanwhile(found)
    flash(_("The wave is closed. The data steward can open it now."), "info")
    return redirect(url_for("waves.wave", wave_id=wave_id))


@blueprint.route("/<int:wave_id>/stop", methods=["GET", "POST"])
@requires(Permission.PLAN_WAVES)
def stop_code(wave_id: int) -> ResponseReturnValue:
    """Give up the code of a group, or the open address, that got into wrong hands."""
    found = wave_pages.find_or_404(wave_id)
    if refusal := wave_pages.refused(Deed.STOP_CODE, found):
        return refusal
    working = stopping_store.groups(found, stopped=False)
    if not working:
        return wave_pages.page(found, _("Every code of this wave is stopped already. Make a new one."), 409)
    form = stopping(found.mode, working)
    if not form.validate_on_submit():
        page = render_template("survey/wave_stop.html", title=_("Stop a code"), wave=found, form=form)
        return page, 422 if form.is_submitted() else 200
    try:
        stopping_store.stop(found, form.group.data if found.mode == "group" else "", require_actor().email)
    except RefusedError:
        return wave_pages.changed_meanwhile(found)
    flash(
        _("The code is stopped. What was answered with it stays. Make a new code and hand it out to those it is for."), "info"
    )
    return redirect(url_for("waves.wave", wave_id=wave_id))


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)
    menu.add(app, menu.Entry("waves.waves", _l("Waves"), Permission.SEE_WAVES, menu.Heading.SURVEYS))

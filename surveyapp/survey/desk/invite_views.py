"""Making codes on a page: the answer is the file with the codes, and they stand nowhere else."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from analysis import steps
from questionnaires.texts import LANGUAGES, Language
from surveyapp.core import work
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.command import RefusedError
from surveyapp.core.csv_files import csv_response
from surveyapp.core.downloads import PDF, download
from surveyapp.core.i18n import language
from surveyapp.settings import current_settings
from surveyapp.survey import response_store, wave_draft_store, wave_store
from surveyapp.survey.codes import shown
from surveyapp.survey.desk import group_codes, wave_pages
from surveyapp.survey.desk.wave_forms import InviteForm, enough_codes
from surveyapp.survey.desk.wave_steps import Deed
from surveyapp.survey.door import clerk
from surveyapp.survey.rules import FEWEST, State
from surveyapp.survey.sheets import cards, paper
from surveyapp.survey.wave_store import NewCode, WaveFacts

_SPARE: Final = 0.1
"""One card in ten more than people: cards are lost."""


@requires(Permission.PLAN_WAVES)
def invite(wave_id: int) -> ResponseReturnValue:
    """Make codes and give them as a file."""
    wave = wave_pages.find_or_404(wave_id)
    if refusal := wave_pages.refused(Deed.INVITE, wave):
        return refusal
    out = response_store.codes_out(wave)
    form = _form(wave, out)
    if not form.is_submitted():
        form.seen.data = str(out)
        work.hold_key()
    if not form.validate_on_submit() or (wave.mode == "code" and not enough_codes(form, out)):
        return _page(wave, form, out)
    if form.seen.data != str(out):
        form.seen.raw_data, form.seen.data = None, str(out)
        form.form_errors = [_("Codes were made just now: look for their file among your downloads. Send again to make more.")]
        return _page(wave, form, out, 409)
    back = url_for("waves.invite", wave_id=wave.id)
    return work.run(_("Making the codes"), ("make_codes", "write"), lambda: _handed_over(wave, form, out), back, once=True)


def _handed_over(wave: WaveFacts, form: InviteForm, out: int) -> ResponseReturnValue:
    laid_out: list[Response] = []

    def lay_out(codes: Sequence[NewCode]) -> None:
        steps.at("write")
        laid_out.append(_file(wave, form, codes))

    try:
        _make(wave, form, out, lay_out)
    except RefusedError:
        return wave_pages.changed_meanwhile(wave)
    return laid_out[0]


def _form(wave: WaveFacts, out: int) -> InviteForm:
    """Return the form with the fields that the wave's mode can use, and as many codes as its people lack."""
    people = sum(wave_draft_store.population(wave.id).values())
    lacking = max(people + round(people * _SPARE) - out, FEWEST)
    form = InviteForm(data={"count": lacking, "on": "cards", "language": language()})
    if wave.mode != "code":
        del form.count, form.group
    if wave.mode != "group":
        del form.groups
    if not clerk.suits(wave.mode, wave.questionnaire):
        form.on.choices = [choice for choice in form.on.choices if choice.value != "paper"]
    if wave.state is State.OPEN:
        del form.understood
    return form


def _page(wave: WaveFacts, form: InviteForm, out: int, status: int = 422) -> ResponseReturnValue:
    page = render_template("survey/wave_invite.html", title=_("Make codes"), wave=wave, form=form, out=out, fewest=FEWEST)
    return page, status if form.is_submitted() else 200


def _make(wave: WaveFacts, form: InviteForm, out: int, lay_out: Callable[[Sequence[NewCode]], None]) -> None:
    """Make the codes and have them laid out, of people before any of them is kept: a file that fails leaves no codes behind."""
    who = require_actor().email
    if wave.mode == "group":
        lay_out(group_codes.one_for_each(wave, form.group_names, who))
        return
    count, group = (form.count.data, form.group.data or None) if wave.mode == "code" else (1, None)

    def take(codes: Sequence[NewCode]) -> None:
        if response_store.codes_out(wave) != out:
            raise RefusedError("The same form was sent twice, and the other one was quicker.")
        lay_out(codes)

    told = partial(steps.at, "make_codes", of=count)
    wave_store.invite(wave, count, who, group=group, hand_over=take, progress=told)


def _file(wave: WaveFacts, form: InviteForm, codes: Sequence[NewCode]) -> Response:
    """Return the codes as the file that was asked for; its name says nothing about them."""
    settings = current_settings()
    chosen: Language = next(code for code in LANGUAGES if code == form.language.data)
    if form.on.data == "csv":
        rows = [(shown(code.typed), cards.link_of(settings.base_url, code), code.group) for code in codes]
        return csv_response(f"wave-{wave.id}-codes.csv", ["code", "link", "group"], rows)
    if form.on.data == "paper":
        content = paper.as_pdf(codes, settings.base_url, wave, chosen)
    else:
        content = cards.as_pdf(codes, settings.base_url, (wave.opens, wave.closes), chosen, wave.mode)
    return download(content, PDF, f"wave-{wave.id}-{form.on.data}.pdf")


def add_routes(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/<int:wave_id>/codes", "invite", invite, methods=["GET", "POST"])

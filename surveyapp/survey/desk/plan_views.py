"""Planning a wave: a new draft, changing and deleting it while there is no key, and a supplement for those who came late."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from questionnaires.survey_types import Questionnaire
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.command import RefusedError
from surveyapp.core.i18n import here
from surveyapp.survey import response_store, wave_draft_store, wave_store
from surveyapp.survey.desk import wave_pages
from surveyapp.survey.desk.plan_forms import DraftForm, draft_form
from surveyapp.survey.desk.wave_forms import confirm
from surveyapp.survey.desk.wave_steps import Deed
from surveyapp.survey.desk.wave_words import HONEST, LABELS
from surveyapp.survey.population import uncounted
from surveyapp.survey.questionnaire_store import published
from surveyapp.survey.wave_names import belongs_to_another
from surveyapp.survey.wave_store import NewWave, WaveFacts


@requires(Permission.PLAN_WAVES)
def new_wave() -> ResponseReturnValue:
    """Draft a wave: pick the questionnaire, then say the rest."""
    place = require_actor().municipality_id
    known = wave_draft_store.questionnaires(place)
    reference = request.args.get("questionnaire", "")
    if reference not in known:
        choices = [(one, published(place, one)[1]) for one in known]
        page = render_template("survey/wave_pick.html", title=_("A new wave"), choices=choices, unknown=reference[:80])
        return page, 404 if reference else 200
    asked = published(place, reference)[1]
    form = draft_form(asked)
    new = _asked_for(form, asked, reference, None)
    if new is None:
        return _page(form, asked, _("A new wave"))
    return _drafted(new, form, asked, _("A new wave"))


@requires(Permission.PLAN_WAVES)
def supplement(wave_id: int) -> ResponseReturnValue:
    """Draft a wave that asks those who came late for a closed one."""
    main = wave_pages.find_or_404(wave_id)
    if refusal := wave_pages.refused(Deed.SUPPLEMENT, main):
        return refusal
    form = draft_form(main.questionnaire, population=wave_draft_store.population(main.id))
    if not form.is_submitted():
        form.mode.data = main.mode if main.mode != "import" else "code"
        if "free_text" in form:
            form.free_text.data = main.free_text
    title = _("A supplementary wave")
    new = _asked_for(form, main.questionnaire, main.reference, main.id)
    if new is None:
        return _page(form, main.questionnaire, title, main=main)
    return _drafted(new, form, main.questionnaire, title, main)


@requires(Permission.PLAN_WAVES)
def change(wave_id: int) -> ResponseReturnValue:
    """Change a draft that has no key yet."""
    wave = wave_pages.find_or_404(wave_id)
    if refusal := wave_pages.refused(Deed.CHANGE, wave):
        return refusal
    asked = wave.questionnaire
    form = draft_form(asked, wave, wave_draft_store.population(wave.id))
    new = _asked_for(form, asked, wave.reference, wave.supplements, besides=wave.id)
    if new is None:
        main = wave_store.by_id(wave.municipality_id, wave.supplements) if wave.supplements else None
        return _page(form, asked, _("Change the draft"), main=main, back=wave)
    try:
        changed = wave_draft_store.change(wave, new, require_actor().email, form.seen.data or "")
    except wave_draft_store.ChangedMeanwhileError:
        return _overtaken(form, wave_pages.find_or_404(wave_id), new)
    except RefusedError:
        return wave_pages.changed_meanwhile(wave)
    return _saved(changed, asked, new)


@requires(Permission.PLAN_WAVES)
def discard(wave_id: int) -> ResponseReturnValue:
    """Delete a draft that has no key yet."""
    wave = wave_pages.find_or_404(wave_id)
    if refusal := wave_pages.refused(Deed.DELETE, wave):
        return refusal
    form = confirm(_("Delete this draft for good."))
    if not form.validate_on_submit():
        page = render_template("survey/wave_discard.html", title=_("Delete the draft"), wave=wave, form=form)
        return page, 422 if form.is_submitted() else 200
    try:
        wave_draft_store.discard(wave, require_actor().email)
    except RefusedError:
        return wave_pages.changed_meanwhile(wave)
    flash(_("The draft is deleted."), "info")
    return redirect(url_for("waves.waves"))


def add_routes(blueprint: Blueprint) -> None:
    """Add the pages of planning."""
    both = ["GET", "POST"]
    blueprint.add_url_rule("/new", "new_wave", new_wave, methods=both)
    blueprint.add_url_rule("/<int:wave_id>/supplement", "supplement", supplement, methods=both)
    blueprint.add_url_rule("/<int:wave_id>/draft", "change", change, methods=both)
    blueprint.add_url_rule("/<int:wave_id>/delete", "discard", discard, methods=both)


def _asked_for(
    form: DraftForm, asked: Questionnaire, reference: str, supplements: int | None, besides: int | None = None
) -> NewWave | None:
    """Return what a sent form asks for, None if it was not sent or says now what is wrong with it."""
    if not form.is_submitted():
        return None
    valid = form.validate()
    population = form.population(asked)
    if form.name.data and wave_draft_store.name_taken(require_actor().municipality_id, form.name.data, besides):
        form.name.errors = [_("There is a wave of this name already; choose another one.")]
        return None
    if form.name.data and belongs_to_another(form.name.data, asked):
        form.name.errors = [_("Names such as feedback-2026 are kept for the waves of the yearly key; choose another one.")]
        return None
    return form.new_wave(reference, population, supplements) if valid and population is not None else None


def _drafted(
    new: NewWave, form: DraftForm, asked: Questionnaire, title: str, main: WaveFacts | None = None
) -> ResponseReturnValue:
    person = require_actor()
    try:
        wave = wave_store.draft(person.municipality_id, new, person.email)
    except RefusedError:  # somebody was faster: of the same name, or the main wave is no longer what it was
        form.name.errors = [_("There is a wave of this name already; choose another one.")]
        return _page(form, asked, title, main=main)
    return _saved(wave, asked, new)


def _saved(wave: WaveFacts, asked: Questionnaire, new: NewWave) -> ResponseReturnValue:
    flash(_("The draft is saved."), "info")
    if missing := uncounted(new.population, asked):
        names = {node.id: here(node.label) for node in asked.strata.walk()}
        listed = "; ".join(names[name] for name in missing)
        flash(_("Nobody is counted in: %(names)s. If people work there, change the draft.", names=listed), "info")
    return redirect(url_for("waves.wave", wave_id=wave.id))


def _overtaken(form: DraftForm, saved: WaveFacts, new: NewWave) -> ResponseReturnValue:
    """Show what somebody else saved meanwhile above everything that was typed; the next save is made in sight of it."""
    people = wave_draft_store.population(saved.id)
    for node, _depth, field in form.people:  # a chosen file does not come back with the page, its numbers do
        field.data = str(new.population.get(node.id, ""))
    form.seen.data = wave_draft_store.mark(saved, people)
    meanwhile = form.differing(saved, people)
    return _page(form, saved.questionnaire, _("Change the draft"), back=saved, meanwhile=meanwhile)


def _page(
    form: DraftForm,
    asked: Questionnaire,
    title: str,
    *,
    main: WaveFacts | None = None,
    back: WaveFacts | None = None,
    meanwhile: Sequence[tuple[str, object]] = (),
) -> ResponseReturnValue:
    page = render_template(
        "survey/wave_draft.html",
        title=title,
        form=form,
        asked=asked,
        main=main,
        main_sealed=main is not None and response_store.too_few(main),
        origin=back or main,
        labels=LABELS,
        honest=HONEST,
        meanwhile=meanwhile,
    )
    return page, 409 if meanwhile else 422 if form.is_submitted() else 200

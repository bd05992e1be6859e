"""The questionnaire workshop: uploading, previewing, comparing with the published version, deciding, publishing."""

from typing import Final

from flask import Blueprint, Flask, Response, abort, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import refresh

from questionnaires.problems import FileRefusedError
from questionnaires.texts import LANGUAGES
from questionnaires.xlsform import to_sheets
from surveyapp.core import menu, workbooks
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.costly import costly
from surveyapp.core.downloads import PDF, XLSX, download
from surveyapp.core.web import set_policy
from surveyapp.survey import questionnaire_store, wave_store
from surveyapp.survey.door import fields
from surveyapp.survey.drafting import draft_store, workshop, workshop_files, workshop_page, workshop_words
from surveyapp.survey.drafting.draft_store import ChangedMeanwhileError, Draft, NotReadyError, VersionTakenError
from surveyapp.survey.drafting.workshop_files import Upload
from surveyapp.survey.drafting.workshop_forms import MOST_UPLOADED, DecisionForm, PublishForm, SeenForm, TextForm, UploadForm
from surveyapp.survey.sheets import paper

blueprint = Blueprint("workshop", __name__, template_folder="../templates", url_prefix="/questionnaires")
_DRAFT: Final = "/_drafts/<int:draft_id>"
"""No id begins with an underscore, so that no questionnaire's own page can stand here."""


@blueprint.get("/")
@requires(Permission.PLAN_WAVES)
def questionnaires() -> ResponseReturnValue:
    """Show the published versions and the drafts, and take a new file."""
    return _list(UploadForm())


@blueprint.post("/")
@requires(Permission.PLAN_WAVES)
@costly
def upload() -> ResponseReturnValue:
    """Take a questionnaire as a draft, or show it again with what is wrong; nothing of it is lost."""
    _allow_large()
    form = UploadForm()
    if not form.validate_on_submit():
        return _list(form, status=422)
    sent = workshop_files.received(form.file.data, form.text.data)
    form.text.data = sent.text
    return _take(form, sent)


def _take(form: UploadForm, sent: Upload) -> ResponseReturnValue:
    """Save what was sent as a draft, unless its version is taken: then ask what is meant."""
    person = require_actor()
    text, how = sent.text, request.form.get("how", "")
    named = workshop.identity(text)
    if named is None:
        return _list(form, sent, status=422)
    if how == "next":
        text = form.text.data = workshop.with_version(text, _next_number(named[0]))
    elif same := questionnaire_store.version(person.municipality_id, *named):
        if workshop_files.same_text(same.text, text):
            flash(_("This version is published already, word for word."), "info")
            return redirect(url_for(".published", key=same.key, version=same.version))
        return _list(form, sent, taken=same.reference, next_number=_next_number(named[0]), status=409)
    text, dropped = _without_spent(text, named[0])
    try:
        draft = draft_store.add(person.municipality_id, text, person.email, instead=how == "replace")
    except VersionTakenError as error:
        return _list(form, sent, draft=error.draft, next_number=_next_number(named[0]), status=409)
    _tell_saved(dropped)
    return redirect(url_for(".draft", draft_id=draft.id))


def _without_spent(text: str, key: str) -> tuple[str, tuple[str, ...]]:
    """Return a text that is to be a new version without decisions that an earlier one recorded, and whose those were."""
    known = questionnaire_store.versions(require_actor().municipality_id, key)
    return workshop.rewritten_without_spent(text, [one.questionnaire for one in known])


def _tell_saved(dropped: tuple[str, ...]) -> None:
    flash(_("The draft is saved."), "info")
    if dropped:
        words = _(
            "Left out: decisions that an earlier version recorded about its own words, on %(items)s. Where the words differ "
            "from the newest version, decide again below. The file was written anew, so comments inside it are gone.",
            items=", ".join(dropped),
        )
        flash(words, "info")


def _list(form: UploadForm, sent: Upload | None = None, status: int = 200, **asked: object) -> ResponseReturnValue:
    place = require_actor().municipality_id
    page = render_template(
        "survey/workshop_list.html",
        title=_("Questionnaires"),
        form=form,
        problems=workshop_page.told(sent.problems) if sent else (),
        versions=questionnaire_store.versions(place)[::-1],
        drafts=draft_store.drafts(place),
        asked=asked,
        status=status,
    )
    return page, status


def _next_number(key: str) -> int:
    place = require_actor().municipality_id
    numbers = [one.version for one in questionnaire_store.versions(place, key)]
    return max([*numbers, *(one.version for one in draft_store.drafts(place) if one.key == key)], default=0) + 1


@blueprint.get(_DRAFT)
@requires(Permission.PLAN_WAVES)
def draft(draft_id: int) -> ResponseReturnValue:
    """Show one draft: what is wrong, what differs, what has to be decided, how it looks."""
    return _page(_find(draft_id))


def _page(found: Draft, status: int = 200, **forms: object) -> ResponseReturnValue:
    place = require_actor().municipality_id
    published = [one.questionnaire for one in questionnaire_store.versions(place, found.key)]
    page = workshop_page.page_of(found, workshop.assess(found.text, found.reference, published), forms)
    body = render_template(
        "survey/workshop_draft.html",
        title=_("Draft %(name)s", name=found.reference),
        page=page,
        draft=found,
        words=workshop_words,
        next_number=_next_number(found.key),
    )
    return set_policy(make_response(body, status), frame_src="'self'")


@blueprint.post(f"{_DRAFT}/text")
@requires(Permission.PLAN_WAVES)
def save(draft_id: int) -> ResponseReturnValue:
    """Save the corrected text of a draft."""
    _allow_large()
    form, found = TextForm(), draft_store.find(require_actor().municipality_id, draft_id)
    if found is None:
        return _gone(str(form.text.data))
    if not form.validate_on_submit():
        return _page(found, 422, text=form)
    if form.seen.data != found.mark:
        return _page(found, 409, text=form, changed=True)
    return _save(found, form)


def _save(found: Draft, form: TextForm) -> ResponseReturnValue:
    text = str(form.text.data)
    dropped: tuple[str, ...] = ()
    if request.form.get("how") == "next":
        text, dropped = _without_spent(workshop.with_version(text, _next_number(found.key)), found.key)
    try:
        saved = draft_store.change(found, text, require_actor().email)
    except ValueError:
        form.text.errors = [_("Keep the lines id: and version: at the top, so that the draft can be found again.")]
        return _page(found, 422, text=form)
    except VersionTakenError as error:
        form.text.errors = [_("There is another draft of %(name)s; give this one another version.", name=error.draft.reference)]
        return _page(found, 409, text=form)
    except ChangedMeanwhileError:
        return _page(_find(found.id), 409, text=form, changed=True)
    _tell_saved(dropped)
    return redirect(url_for(".draft", draft_id=saved.id))


def _gone(text: str) -> ResponseReturnValue:
    """Give back the text of a draft that somebody published or threw away meanwhile."""
    return _list(UploadForm(formdata=None, data={"text": text}), status=409 if text else 404, gone=True)


@blueprint.post(f"{_DRAFT}/decide/<item>")
@requires(Permission.PLAN_WAVES)
def decide(draft_id: int, item: str) -> ResponseReturnValue:
    """Record whether an item asks the same as an earlier one."""
    found = _find(draft_id)
    assessment = _assessed(found)
    open_ = workshop_page.decisions(assessment).get(item)
    if open_ is None or assessment.questionnaire is None:
        return _page(found, 409, changed=True)
    form = DecisionForm(prefix=f"{item}-")
    form.offer(open_.earlier)
    if not form.validate_on_submit():
        return _page(found, 422, decision=(item, form))
    if form.seen.data != found.mark:
        return _page(found, 409, decision=(item, form), changed=True)
    asked = (item, *open_.together) if form.together.data else (item,)
    return _decided(found, workshop.rewritten(found.text, workshop_page.applied(assessment, asked, form)), item, form)


def _decided(found: Draft, text: str, item: str, form: DecisionForm) -> ResponseReturnValue:
    facts = {"verdict": form.verdict.data, "earlier": form.earlier.data}
    if form.verdict.data == "same":
        decision = form.decision()
        facts |= {"decided_by": decision.decided_by, "decided_on": decision.decided_on.isoformat()}
    try:
        draft_store.decide(found, text, require_actor().email, item, facts)
    except ChangedMeanwhileError:
        return _page(_find(found.id), 409, decision=(item, form), changed=True)
    flash(_("The decision is recorded in the draft."), "info")
    return redirect(url_for(".draft", draft_id=found.id, _anchor="differences"))


@blueprint.post(f"{_DRAFT}/undo/<item>")
@requires(Permission.PLAN_WAVES)
def undo(draft_id: int, item: str) -> ResponseReturnValue:
    """Take a decision about an item back."""
    found, form = _find(draft_id), SeenForm()
    questionnaire = _assessed(found).questionnaire
    if not form.validate_on_submit():
        return _page(found, 422)
    if form.seen.data != found.mark or questionnaire is None or all(one.id != item for one in questionnaire.items):
        return _page(found, 409, changed=True)
    text = workshop.rewritten(found.text, workshop.undone(questionnaire, item))
    try:
        draft_store.decide(found, text, require_actor().email, item, {"verdict": "taken back"})
    except ChangedMeanwhileError:
        return _page(_find(draft_id), 409, changed=True)
    flash(_("The decision is taken back."), "info")
    return redirect(url_for(".draft", draft_id=draft_id, _anchor="differences"))


@blueprint.post(f"{_DRAFT}/publish")
@requires(Permission.PLAN_WAVES)
def publish(draft_id: int) -> ResponseReturnValue:
    """Publish a draft for good, if nothing stands in the way and every stale translation is confirmed."""
    found, form = _find(draft_id), PublishForm()
    confirmed = request.form.getlist("confirmed")
    if not form.validate_on_submit():
        return _page(found, 422, publish=form, confirmed=confirmed)
    if form.seen.data != found.mark:
        return _page(found, 409, changed=True)
    try:
        done = draft_store.publish(found, confirmed, require_actor().email)
    except (NotReadyError, FileRefusedError):
        return _page(found, 422, publish=form, confirmed=confirmed, refused=True)
    except ChangedMeanwhileError:
        return _page(_find(draft_id), 409, changed=True)
    flash(_("%(name)s is published and locked.", name=done.reference), "info")
    return redirect(url_for(".published", key=found.key, version=found.version))


@blueprint.post(f"{_DRAFT}/remove")
@requires(Permission.PLAN_WAVES)
def remove(draft_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    found, form = _find(draft_id), SeenForm()
    if not form.validate_on_submit() or form.seen.data != found.mark:
        return _page(found, 409, changed=True)
    try:
        draft_store.remove(found, require_actor().email)
    except ChangedMeanwhileError:
        return _page(_find(draft_id), 409, changed=True)
    flash(_("The draft %(name)s is thrown away.", name=found.reference), "info")
    return redirect(url_for(".questionnaires"))


@blueprint.get(f"{_DRAFT}/preview")
@requires(Permission.PLAN_WAVES)
def preview(draft_id: int) -> ResponseReturnValue:
    """Show the questionnaire as respondents will see it; nothing can be sent from here, and no right answer stands in it."""
    asked = request.args.get("in", "")
    g.language = asked if asked in LANGUAGES else LANGUAGES[0]  # of this page only, the reader's own language stays
    refresh()
    questionnaire = _assessed(_find(draft_id)).questionnaire
    if questionnaire is None:
        abort(404)
    body = render_template(
        "survey/workshop_preview.html",
        title=questionnaire.title.get(g.language),
        questionnaire=questionnaire,
        parts=fields.parts(questionnaire, g.language, {}, {}),
        draft_id=draft_id,
    )
    return set_policy(make_response(body), frame_ancestors="'self'", form_action="'none'")


@blueprint.get("/<key>/<int:version>")
@requires(Permission.PLAN_WAVES)
def published(key: str, version: int) -> ResponseReturnValue:
    """Show one published version: when, its checksum, the waves that asked it, its codebook and paper."""
    place = require_actor().municipality_id
    found = questionnaire_store.version(place, key, version) or abort(404)
    waves = [wave for wave in wave_store.waves(place) if wave.reference == found.reference]
    return render_template(
        "survey/workshop_published.html",
        title=_("Questionnaire %(name)s", name=found.reference),
        found=found,
        waves=waves,
        words=workshop_words,
        form=SeenForm(),
        next_number=_next_number(key),
    )


@blueprint.get("/<key>/<int:version>/blank.pdf")
@requires(Permission.PLAN_WAVES)
def blank(key: str, version: int) -> Response:
    """Give a copy on paper without a code, in the language asked for."""
    found = questionnaire_store.version(require_actor().municipality_id, key, version) or abort(404)
    asked = next((code for code in LANGUAGES if code == request.args.get("in")), LANGUAGES[0])
    response = Response(paper.blank(found.questionnaire, asked), mimetype=PDF)
    response.headers.set("Content-Disposition", "inline", filename=f"{key}-{version}-{asked}.pdf")
    return response


@blueprint.get("/<key>/<int:version>/xlsform.xlsx")
@requires(Permission.PLAN_WAVES)
@costly
def as_workbook(key: str, version: int) -> Response:
    """Give the questionnaire as an XLSForm workbook, to be edited in a spreadsheet and sent back as the next version."""
    found = questionnaire_store.version(require_actor().municipality_id, key, version) or abort(404)
    return download(workbooks.write(to_sheets(found.questionnaire)), XLSX, f"{key}-{version}.xlsx")


@blueprint.post("/<key>/<int:version>/next")
@requires(Permission.PLAN_WAVES)
def begin_next(key: str, version: int) -> ResponseReturnValue:
    """Start the next version as a draft with the same questions."""
    person = require_actor()
    found = questionnaire_store.version(person.municipality_id, key, version) or abort(404)
    if not SeenForm().validate_on_submit():
        return redirect(url_for(".published", key=key, version=version))
    later = workshop.next_version(found.questionnaire, _next_number(key))
    text = workshop.rewritten(found.text, later) if later.items != found.questionnaire.items else found.text
    draft = draft_store.add(person.municipality_id, workshop.with_version(text, later.version), person.email)
    flash(_("The draft is saved."), "info")
    return redirect(url_for(".draft", draft_id=draft.id))


def _find(draft_id: int) -> Draft:
    return draft_store.find(require_actor().municipality_id, draft_id) or abort(404)


def _assessed(found: Draft) -> workshop.Assessment:
    versions = questionnaire_store.versions(found.municipality_id, found.key)
    return workshop.assess(found.text, found.reference, [one.questionnaire for one in versions])


def _allow_large() -> None:
    """Let this request hold a file, before its form is read."""
    request.max_content_length = request.max_form_memory_size = MOST_UPLOADED


def init_app(app: Flask) -> None:
    """Register the pages and their place in the menu."""
    app.register_blueprint(blueprint)
    menu.add(app, menu.Entry("workshop.questionnaires", _l("Questionnaires"), Permission.PLAN_WAVES, menu.Heading.SURVEYS))

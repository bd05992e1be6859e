"""Pages of organisers about their conferences: making a page, publishing, closing and cancelling it."""

from typing import Final, NoReturn

from flask import Blueprint, Flask, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from questionnaires.plan_types import Plan
from surveyapp.core import clock, menu, purging, unfinished
from surveyapp.core.access import Actor, Permission, require_actor, requires
from surveyapp.plans import store as plan_store
from surveyapp.registration import forms, letters, mailing, people_views, public_views, purge_store, rules, store, tokens, words
from surveyapp.registration.door import certificate_views, head_count_views
from surveyapp.registration.door import views as door_views
from surveyapp.registration.door.words import TOLD
from surveyapp.registration.forms import ConferenceForm, StepForm
from surveyapp.registration.rules import Conference, State

blueprint = Blueprint("registration", __name__, template_folder="templates", url_prefix="/registration")
ID: Final = "<int:conference_id>"
people_views.add_routes(blueprint, ID)
door_views.add_routes(blueprint, ID)
certificate_views.add_routes(blueprint, ID)
head_count_views.add_routes(blueprint, ID)
_STEPS: Final = {
    "publish": (State.PUBLISHED, frozenset({State.DRAFT, State.CLOSED})),
    "close": (State.CLOSED, frozenset({State.PUBLISHED})),
    "call-off": (State.CANCELLED, frozenset({State.PUBLISHED, State.CLOSED})),
}


@blueprint.get("/")
@requires(Permission.MANAGE_REGISTRATION)
def conferences() -> str:
    """List the conferences of the own institution (the coordinator sees all)."""
    found = store.listed(require_actor())
    lines = [(each, rules.standing(each, clock.today())) for each in found]
    return render_template("registration/conferences.html", title=_("Conferences"), lines=lines, words=words)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_REGISTRATION)
def new_conference() -> ResponseReturnValue:
    """Make the page of a conference; it is a draft until it is published."""
    person, plan = require_actor(), plan_store.current(require_actor().municipality_id)
    if plan is None:
        return render_template("registration/no_plan.html", title=_("New conference"))
    form = ConferenceForm(data=forms.usual() | {"institution": person.institution})
    terms = _checked(form, plan, person, None)
    if terms is None:
        return _form_page(form, plan, None), 422 if form.is_submitted() else 200
    conference_id = store.make(person, plan.id, terms, form.mark.data)
    flash(_("The draft is saved. Look at it as others will see it, then publish it."), "info")
    return redirect(url_for("registration.conference", conference_id=conference_id))


@blueprint.get(f"/{ID}")
@requires(Permission.MANAGE_REGISTRATION)
def conference(conference_id: int) -> str:
    """Show where a conference stands and what can be done."""
    found = find_or_404(require_actor(), conference_id)
    return render_template(
        "registration/conference.html",
        title=words.said(found.terms, "title"),
        conference=found,
        terms=found.terms,
        standing=rules.standing(found, clock.today()),
        may_publish=rules.may_publish(found, clock.today()),
        receipt=purge_store.receipt_of(found.slug, found.municipality_id),
        address=letters.page_address(found),
        words=words,
        form=StepForm(),
    )


@blueprint.route(f"/{ID}/change", methods=["GET", "POST"])
@requires(Permission.MANAGE_REGISTRATION)
def change(conference_id: int) -> ResponseReturnValue:
    """Change the page of a conference; what was promised about deletion is kept."""
    person = require_actor()
    found = find_or_404(person, conference_id)
    plan = plan_store.find(found.municipality_id, found.plan_key)
    if plan is None or found.purged_on is not None:
        return _refused(found)
    form = ConferenceForm(data=forms.as_typed(found))
    terms = _checked(form, plan, person, found)
    if terms is None:
        return _form_page(form, plan, found), 422 if form.is_submitted() else 200
    try:
        store.change(person, conference_id, form.seen.data or 0, terms)
    except store.ChangedMeanwhileError as error:
        # The next save is a decision made in sight of what the other person saved.
        form.seen.data, form.seen.raw_data = error.conference.revision, None
        return _form_page(form, plan, error.conference, meanwhile=True), 409
    except store.NotNowError:
        return _refused(found)
    mailing.start()
    flash(_("The change is saved."), "info")
    return redirect(url_for("registration.conference", conference_id=conference_id))


@blueprint.post(f"/{ID}/publish")
@requires(Permission.MANAGE_REGISTRATION)
def publish(conference_id: int) -> ResponseReturnValue:
    """Publish a page, or open one again that was closed."""
    return _step(conference_id, "publish", _("The page is published. Send its address around."))


@blueprint.post(f"/{ID}/close")
@requires(Permission.MANAGE_REGISTRATION)
def close(conference_id: int) -> ResponseReturnValue:
    """Close the registration; whoever registered keeps the seat."""
    return _step(conference_id, "close", _("The registration is closed."))


def _step(conference_id: int, step: str, told: str) -> ResponseReturnValue:
    person = require_actor()
    found = find_or_404(person, conference_id)
    if not StepForm().validate():
        return _refused(found)
    state, since = _STEPS[step]
    try:
        store.go_to(person, conference_id, state, since=since)
    except store.NotNowError:
        return _refused(found)
    flash(told, "info")
    return redirect(url_for("registration.conference", conference_id=conference_id))


@blueprint.route(f"/{ID}/call-off", methods=["GET", "POST"])
@requires(Permission.MANAGE_REGISTRATION)
def call_off(conference_id: int) -> ResponseReturnValue:
    """Cancel a conference, after asking; everybody who registered gets a letter where letters can be sent."""
    person = require_actor()
    found = find_or_404(person, conference_id)
    state, since = _STEPS["call-off"]
    form = StepForm()
    if found.state not in since or found.purged_on is not None:
        return _refused(found)
    if not form.validate_on_submit():
        page = render_template(
            "registration/call_off.html", title=_("Cancel the conference"), conference=found, form=form, words=words
        )
        return page, 422 if form.is_submitted() else 200
    try:
        store.go_to(person, conference_id, state, since=since)
    except store.NotNowError:
        return _refused(found)
    mailing.start()
    flash(_("The conference is cancelled; its page says so."), "info")
    return redirect(url_for("registration.conference", conference_id=conference_id))


@blueprint.post(f"/{ID}/discard")
@requires(Permission.MANAGE_REGISTRATION)
def discard(conference_id: int) -> ResponseReturnValue:
    """Delete a draft."""
    person = require_actor()
    found = find_or_404(person, conference_id)
    if not StepForm().validate():
        return _refused(found)
    try:
        store.discard(person, conference_id)
    except store.NotNowError:
        return _refused(found)
    flash(_("The draft is deleted."), "info")
    return redirect(url_for("registration.conferences"))


def find_or_404(person: Actor, conference_id: int) -> Conference:
    """Return the conference; one that is not for this person answers like one that does not exist."""
    try:
        return store.find(person, conference_id)
    except store.UnknownConferenceError:
        not_there()


def not_there() -> NoReturn:
    """Answer that there is no such page."""
    abort(404)


def _checked(form: ConferenceForm, plan: Plan, person: Actor, before: Conference | None) -> rules.Terms | None:
    for_anybody = person.may(Permission.SEE_ALL_EVENTS) and before is None
    forms.fit(form, plan, person.institution, for_anybody=for_anybody)
    if not form.is_submitted():
        return None
    holder = before.terms.institution if before else form.institution.data if for_anybody else person.institution
    return forms.check(form, holder or "", clock.today(), before)


def _form_page(form: ConferenceForm, plan: Plan, before: Conference | None, *, meanwhile: bool = False) -> str:
    return render_template(
        "registration/form.html",
        title=_("Change the page") if before else _("New conference"),
        form=form,
        plan=plan,
        before=before,
        meanwhile=meanwhile,
        promised=before is not None and before.state is not State.DRAFT,
    )


def _refused(found: Conference) -> ResponseReturnValue:
    title = _("This cannot be done now")
    return render_template("registration/refused.html", title=title, conference=found), 409


def init_app(app: Flask) -> None:
    """Register the pages and their menu place, and have what was promised deleted when it is due."""
    app.register_blueprint(blueprint)
    public_views.init_app(app)
    app.jinja_env.globals["door_told"] = TOLD
    menu.add(
        app, menu.Entry("registration.conferences", _l("Conferences"), Permission.MANAGE_REGISTRATION, menu.Heading.EVENTS)
    )
    purging.add(app, purge_store.purge_due, purge_store.TABLES, ("registration", "registering"))
    unfinished.on_start(app, tokens.make_secret)
    unfinished.on_start(app, purging.run)

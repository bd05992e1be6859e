"""Signing in and out, setting a password, reading the audit trail."""

from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from surveyapp.core import menu
from surveyapp.core.access import Actor, Permission, actor, require_actor, requires
from surveyapp.core.database import MOST_ID
from surveyapp.core.limits import SourceLimit
from surveyapp.settings import Settings
from surveyapp.staff import audit_page, audit_words, store
from surveyapp.staff.forms import ConfirmForm, LettersForm, PasswordForm, SignInForm
from surveyapp.staff.roles import NAMES

blueprint = Blueprint("staff", __name__, template_folder="templates", url_prefix="/staff")
_TOKEN: Final = "token"  # noqa: S105 - the name of a key in the cookie, no secret
_HOMES: Final = (("organiser", "events.own"), ("steward", "waves.waves"), ("auditor", "staff.audit"))


@blueprint.route("/sign-in", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Sign in with e-mail address and password."""
    person = actor()
    if person is not None:
        return redirect(_onward(person))
    form = SignInForm()
    if form.validate_on_submit():
        token = None if _failures().reached() else store.sign_in(form.email.data, form.password.data, _hours())
        if token:
            return _begin(token)
        form.form_errors.append(_explain_failure())
    status = 422 if form.errors else 200
    return render_template("staff/sign_in.html", title=_("Sign in"), form=form), status


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def link(token: str) -> ResponseReturnValue:
    """Sign in with a single-use link: opening it shows a button, pressing the button uses it up (scanners only open)."""
    form = ConfirmForm()
    if form.validate_on_submit():
        opened = None if _failures().reached() else store.use_link(token, _hours())
        if opened:
            return _begin(opened)
        _failures().count()
    good = store.link_is_good(token)
    title = _("Sign in") if good else _("This link cannot be used")
    return render_template("staff/link.html", title=title, form=form, good=good), 200 if good else 410


@blueprint.post("/sign-out")
@requires(Permission.PUBLIC)
def sign_out() -> ResponseReturnValue:
    """End this session."""
    store.end_session(session.pop(_TOKEN, ""))
    flash(_("You are signed out."), "info")
    response = redirect(url_for("start"))
    response.headers["Clear-Site-Data"] = '"storage"'  # what a page of theirs kept in this browser to send it later
    return response


@blueprint.route("/account", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def account() -> ResponseReturnValue:
    """Show who is signed in; set a password."""
    person = require_actor()
    form = PasswordForm()
    if form.validate_on_submit():
        store.set_password(person.account_id, form.password.data, session[_TOKEN])
        flash(_("The password is set. Other devices are signed out."), "info")
        return redirect(_home(person))
    wanted = LettersForm(formdata=None, obj=store.letters_of(person.account_id))
    return _account(person, form, wanted), 422 if form.errors else 200


@blueprint.post("/account/letters")
@requires(Permission.LOG_EVENTS)
def letters() -> ResponseReturnValue:
    """Store whether somebody is reminded each quarter of what is due, and in which language."""
    person = require_actor()
    form = LettersForm()
    if form.validate_on_submit():
        store.set_letters(person, store.Letters(bool(form.reminders.data), form.language.data))
        flash(_("Saved."), "info")
        return redirect(url_for("staff.account"))
    return _account(person, PasswordForm(formdata=None), form), 422


@blueprint.get("/audit")
@requires(Permission.READ_AUDIT)
def audit() -> str:
    """Show the audit trail, newest first, and whether its chain is sound."""
    asked = request.args.get("before", 0, type=int)
    before = asked if 0 < asked <= MOST_ID else None
    page = audit_page.newest(require_actor().municipality_id, before)
    return render_template("staff/audit.html", title=_("Audit trail"), page=page, before=before, words=audit_words)


def _account(person: Actor, form: PasswordForm, wanted: LettersForm) -> str:
    return render_template(
        "staff/account.html",
        title=_("My account"),
        form=form,
        letters=wanted if person.may(Permission.LOG_EVENTS) else None,
        person=person,
        has_password=store.has_password(person.account_id),
        role_names=NAMES,
    )


def _begin(token: str) -> ResponseReturnValue:
    session.clear()
    session[_TOKEN] = token
    person = store.person_of(token)
    if person is None:
        return redirect(url_for("start"))
    return redirect(_onward(person))


def _onward(person: Actor) -> str:
    wanted: str = request.args.get("next", "")
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith("//") and not parts.scheme and not parts.netloc
    # A line end would break the header, and browsers drop it from an address, so that "/\n/host" leads away.
    return wanted if ours and "\\" not in wanted and wanted.isprintable() else _home(person)


def _home(person: Actor) -> str:
    home: str = url_for(dict(_HOMES).get(person.role, "results.summary"))
    return home


def _explain_failure() -> str:
    if _failures().reached():
        return str(_("Too many tries from here. Wait five minutes and try again."))
    _failures().count()
    return str(_("E-mail and password do not fit. Check both, or ask the coordinator for a new link."))


def _hours() -> int:
    settings: Settings = current_app.extensions["settings"]
    return settings.session_hours


def _failures() -> SourceLimit:
    limit: SourceLimit = current_app.extensions["sign_in_limit"]
    return limit


def _load() -> Actor | None:
    token = session.get(_TOKEN)
    return store.person_of(token) if token else None


def init_app(app: Flask) -> None:
    """Register the pages and say who is behind a request."""
    app.register_blueprint(blueprint)
    app.extensions["actor_loader"] = _load
    app.extensions["sign_in_limit"] = SourceLimit(tries=10, seconds=300)
    menu.add(
        app,
        menu.Entry("staff.audit", _l("Audit trail"), Permission.READ_AUDIT),
        menu.Entry("staff.account", _l("My account"), Permission.SIGNED_IN),
    )

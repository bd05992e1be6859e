"""Signing in and out, and reading the audit trail."""

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from surveyapp.core import menu, unfinished
from surveyapp.core.access import Permission, require_actor, requires, standing
from surveyapp.core.database import MOST_ID
from surveyapp.core.limits import SourceLimit
from surveyapp.staff import (
    account_views,
    audit_page,
    audit_words,
    challenges,
    entering,
    factor_store,
    factor_views,
    passkey_views,
    people_views,
    session_store,
    store,
)
from surveyapp.staff.forms import ConfirmForm, SignInForm

blueprint = Blueprint("staff", __name__, template_folder="templates", url_prefix="/staff")
account_views.add_routes(blueprint)
factor_views.add_routes(blueprint)
passkey_views.add_routes(blueprint)
people_views.add_routes(blueprint)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Sign in with e-mail address and password."""
    found = standing()
    if found is not None:
        return redirect(entering.onward(found))
    if "credential" in request.form:
        return _by_passkey()
    form = SignInForm()
    if form.validate_on_submit():
        reached = entering.failures().reached()
        token = None if reached else session_store.sign_in(form.email.data, form.password.data, entering.device())
        if token:
            return entering.begin(token)
        form.form_errors.append(_explain_failure())
    status = 422 if form.errors else 200
    return render_template("staff/sign_in.html", title=_("Sign in"), form=form, passkey=challenges.to_show()), status


def _by_passkey() -> ResponseReturnValue:
    who = None if entering.failures().reached() else challenges.answered()
    if who is not None:
        return entering.begin(session_store.begin(who.account_id, "passkey", entering.device(), proved=True))
    entering.failures().count()
    flash(_("The passkey did not fit. Try again, or use your password."), "error")
    return redirect(url_for("staff.sign_in", next=request.args.get("next")))


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def link(token: str) -> ResponseReturnValue:
    """Sign in with a single-use link: opening it shows a button, pressing the button uses it up (scanners only open)."""
    form = ConfirmForm()
    if form.validate_on_submit():
        opened = None if entering.failures().reached() else session_store.use_link(token, entering.device())
        if opened:
            return entering.begin(opened)
        entering.failures().count()
    good = store.link_is_good(token)
    title = _("Sign in") if good else _("This link cannot be used")
    return render_template("staff/link.html", title=title, form=form, good=good), 200 if good else 410


@blueprint.post("/sign-out")
@requires(Permission.PUBLIC)
def sign_out() -> ResponseReturnValue:
    """End this session."""
    session_store.end(entering.forget())
    flash(_("You are signed out."), "info")
    response = redirect(url_for("start"))
    response.headers["Clear-Site-Data"] = '"storage"'  # what a page of theirs kept in this browser to send it later
    return response


@blueprint.get("/audit")
@requires(Permission.READ_AUDIT)
def audit() -> str:
    """Show the audit trail, newest first, and whether its chain is sound."""
    asked = request.args.get("before", 0, type=int)
    before = asked if 0 < asked <= MOST_ID else None
    page = audit_page.newest(require_actor().municipality_id, before)
    return render_template("staff/audit.html", title=_("Audit trail"), page=page, before=before, words=audit_words)


def _explain_failure() -> str:
    if entering.failures().reached():
        return str(_("Too many tries from here. Wait five minutes and try again."))
    entering.failures().count()
    return str(_("E-mail and password do not fit. Check both, or ask an administrator for a new link."))


def init_app(app: Flask) -> None:
    """Register the pages and say who is behind a request."""
    app.register_blueprint(blueprint)
    unfinished.on_start(app, factor_store.key)
    app.extensions["standing_loader"] = entering.load
    app.extensions["sign_in_limit"] = SourceLimit(tries=10, seconds=300)
    menu.add(
        app,
        menu.Entry("staff.people", _l("Accounts"), Permission.MANAGE_ACCOUNTS, menu.Heading.ACCOUNT),
        menu.Entry("staff.audit", _l("Audit trail"), Permission.READ_AUDIT, menu.Heading.ACCOUNT),
        menu.Entry("staff.account", _l("My account"), Permission.SIGNED_IN, menu.Heading.ACCOUNT),
    )

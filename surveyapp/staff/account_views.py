"""My account: the password, where somebody is signed in, and letters."""

from datetime import timedelta
from typing import Final

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from surveyapp.core import clock
from surveyapp.core.access import Actor, Permission, Stage, require_actor, require_standing, requires
from surveyapp.staff import entering, factor_store, notices, session_store, store
from surveyapp.staff.forms import ConfirmForm, LettersForm, PasswordForm
from surveyapp.staff.roles import NAMES

_FRESH: Final = timedelta(minutes=15)


@requires(Permission.SIGNED_IN)
def account() -> ResponseReturnValue:
    """Show who is signed in, where else, and the forms of the account; set a password."""
    person = require_actor()
    form = password_form(person)
    if form.validate_on_submit() and _present_fits(person, form):
        store.set_password(person.account_id, form.password.data, entering.token())
        notices.tell_later(person.account_id, "password")
        flash(_("The password is set. Other devices are signed out."), "info")
        return redirect(url_for("staff.account"))
    wanted = LettersForm(formdata=None, obj=store.letters_of(person.account_id))
    return _account(person, form, wanted), 422 if form.errors else 200


@requires(Permission.SET_UP)
def first_password() -> ResponseReturnValue:
    """Set the password that goes with a second factor, before that is set up."""
    found = require_standing()
    form = password_form(found.person)
    if found.stage is Stage.COMPLETE or store.has_password(found.person.account_id):
        return redirect(url_for("staff.second_factor"))
    if form.validate_on_submit():
        store.set_password(found.person.account_id, form.password.data, entering.token())
        notices.tell_later(found.person.account_id, "password")
        flash(_("The password is set."), "info")
        return redirect(url_for("staff.second_factor", next=request.args.get("next")))
    status = 422 if form.errors else 200
    return render_template("staff/first_password.html", title=_("Set a password"), form=form), status


@requires(Permission.LOG_EVENTS)
def letters() -> ResponseReturnValue:
    """Store whether somebody is reminded each quarter of what is due, and in which language."""
    person = require_actor()
    form = LettersForm()
    if form.validate_on_submit():
        store.set_letters(person, store.Letters(bool(form.reminders.data), form.language.data))
        flash(_("Saved."), "info")
        return redirect(url_for("staff.account"))
    return _account(person, password_form(person, empty=True), form), 422


@requires(Permission.SIGNED_IN)
def end_session() -> ResponseReturnValue:
    """End one session of one's own, or all others."""
    person = require_actor()
    if ConfirmForm().validate_on_submit():
        session_store.end_other(person.account_id, request.form.get("session"), entering.token())
        flash(_("Signed out there."), "info")
    return redirect(url_for("staff.account"))


@requires(Permission.SET_UP)
def again() -> ResponseReturnValue:
    """End this session and have somebody sign in anew, before what guards the account is changed."""
    if ConfirmForm().validate_on_submit():
        session_store.end(entering.forget())
    return redirect(url_for("staff.sign_in", next=url_for("staff.second_factor")))


def fresh(person: Actor) -> bool:
    """Say whether somebody signed in lately enough to change what guards the account.

    Whoever has neither a password nor a second factor could prove nothing more by signing in anew.
    """
    if not store.has_password(person.account_id) and not factor_store.of(person.account_id).any:
        return True
    return clock.now() - session_store.began(entering.token())[1] < _FRESH


def password_form(person: Actor, *, empty: bool = False) -> PasswordForm:
    """Return the form for a new password, which asks for the present one unless a link was the way in."""
    came_by_link = session_store.began(entering.token())[0] == "link"
    forgotten = came_by_link or not store.has_password(person.account_id)
    return PasswordForm(person.email, forgotten=forgotten, **({"formdata": None} if empty else {}))


def _present_fits(person: Actor, form: PasswordForm) -> bool:
    if "current" not in form:
        return True
    if not entering.failures().reached() and store.password_fits(person.account_id, form.current.data):
        return True
    entering.failures().count()
    form.current.errors = [_("This is not your present password.")]
    return False


def _account(person: Actor, form: PasswordForm, wanted: LettersForm) -> str:
    return render_template(
        "staff/account.html",
        title=_("My account"),
        form=form,
        confirm=ConfirmForm(formdata=None),
        letters=wanted if person.may(Permission.LOG_EVENTS) else None,
        person=person,
        has_password=store.has_password(person.account_id),
        factors=factor_store.of(person.account_id),
        sessions=session_store.of(person.account_id, entering.token()),
        role_names=NAMES,
        institution=_institution(person),
    )


def _institution(person: Actor) -> str | None:
    if person.institution is None:
        return None
    # Plans belong to a feature above this one, so it hands the names down.
    return str(current_app.extensions["audit_tellings"]["institution"](person.municipality_id).fact("", person.institution))


def add_routes(blueprint: Blueprint) -> None:
    """Add the pages of the account."""
    blueprint.add_url_rule("/account", "account", account, methods=["GET", "POST"])
    blueprint.add_url_rule("/account/password", "first_password", first_password, methods=["GET", "POST"])
    blueprint.add_url_rule("/account/letters", "letters", letters, methods=["POST"])
    blueprint.add_url_rule("/account/sessions", "end_session", end_session, methods=["POST"])
    blueprint.add_url_rule("/account/again", "again", again, methods=["POST"])

"""The second factor: showing it when signing in, setting it up, and codes for the day when it is lost."""

import base64
from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from surveyapp.core.access import Permission, Stage, Standing, require_standing, requires
from surveyapp.core.typesetting import qr
from surveyapp.settings import current_settings
from surveyapp.staff import (
    account_views,
    challenges,
    entering,
    factor_store,
    notices,
    one_time,
    passkey_store,
    session_store,
    store,
)
from surveyapp.staff.factor_store import Outcome
from surveyapp.staff.forms import CodeForm, ConfirmForm, RecoveryForm
from surveyapp.staff.roles import SECOND_FACTOR

_REFUSALS: Final = {
    Outcome.WRONG: _l(
        "This code does not fit, or it was used already. Wait for the next one; check the clock of the telephone."
    ),
    Outcome.HELD: _l("Too many codes did not fit. Wait an hour, or ask an administrator to reset your second factor."),
    Outcome.LOST: _l(
        "The server has lost the key to your codes. Use a recovery code, or ask an administrator to reset your second factor."
    ),
}
_NO_RECOVERY: Final = _l("This is none of your recovery codes, or it was used already.")


@requires(Permission.SECOND_STEP)
def second_step() -> ResponseReturnValue:
    """Ask for the second factor: a one-time code, or a recovery code where the telephone is lost."""
    found = require_standing()
    if found.stage is not Stage.SECOND_STEP:
        return redirect(entering.onward(found))
    form, recovery = CodeForm(formdata=None), RecoveryForm(formdata=None)
    if "credential" in request.form:
        return _by_passkey(found)
    if request.method == "POST":
        form, recovery, fits = _tried(found)
        if fits:
            return fits
    wrong = bool(form.errors or recovery.errors)
    factors = factor_store.of(found.person.account_id)
    page = render_template(
        "staff/second_step.html",
        title=_("Second step"),
        form=form,
        recovery=recovery,
        person=found.person,
        factors=factors,
        passkey=challenges.to_show() if factors.passkeys else None,
    )
    return page, 422 if wrong else 200


def _tried(found: Standing) -> tuple[CodeForm, RecoveryForm, ResponseReturnValue | None]:
    """Try the code that was typed, a recovery code in either field; both forms say what was wrong, or it leads on."""
    by_recovery = "recovery" in request.form
    form = CodeForm(formdata=None) if by_recovery else CodeForm()
    recovery = RecoveryForm() if by_recovery else RecoveryForm(formdata=None)
    field = recovery.recovery if by_recovery else form.code
    if not (recovery if by_recovery else form).validate_on_submit():
        return form, recovery, None
    by_recovery = by_recovery or one_time.is_recovery(field.data)
    outcome = (factor_store.use_recovery if by_recovery else factor_store.use_code)(found.person, field.data)
    if outcome is Outcome.FITS:
        return form, recovery, _proved(found, warn=by_recovery)
    field.errors = [_NO_RECOVERY if by_recovery and outcome is Outcome.WRONG else _REFUSALS[outcome]]
    return form, recovery, None


def _by_passkey(found: Standing) -> ResponseReturnValue:
    who = challenges.answered()
    if who is not None and who.account_id == found.person.account_id:
        return _proved(found)
    flash(_("The passkey did not fit. Try again, or use a code."), "error")
    return redirect(url_for("staff.second_step", next=request.args.get("next")))


def _proved(found: Standing, *, warn: bool = False) -> ResponseReturnValue:
    entering.keep(session_store.prove(entering.token()))
    if warn:
        notices.tell_later(found.person.account_id, "recovery_used")
        left = factor_store.of(found.person.account_id).recovery
        flash(_("A recovery code is used up; %(number)s are left. Set your second factor up anew soon.", number=left), "info")
    return redirect(entering.onward(Standing(found.person, Stage.COMPLETE)))


@requires(Permission.SET_UP)
def second_factor() -> ResponseReturnValue:
    """Show what guards the account besides the password, and lead to setting it up."""
    found = require_standing()
    account_id = found.person.account_id
    making = challenges.to_make(found.person)
    password = store.has_password(account_id)
    if found.stage is Stage.SET_UP and not password and making is None:
        return redirect(url_for("staff.first_password", next=request.args.get("next")))
    return render_template(
        "staff/second_factor.html",
        title=_("Second factor"),
        found=found,
        factors=factor_store.of(account_id),
        confirm=ConfirmForm(formdata=None),
        fresh=account_views.fresh(found.person),
        needed=found.person.role in SECOND_FACTOR,
        must=found.stage is Stage.SET_UP,
        password=password,
        passkeys=passkey_store.of(account_id),
        making=making,
    )


@requires(Permission.SET_UP)
def begin_codes() -> ResponseReturnValue:
    """Make a secret for one-time codes and lead to the page that shows it."""
    found = require_standing()
    if found.stage is Stage.SET_UP and not store.has_password(found.person.account_id):
        return redirect(url_for("staff.first_password", next=request.args.get("next")))
    if not ConfirmForm().validate_on_submit() or not account_views.fresh(found.person):
        return redirect(url_for("staff.second_factor"))
    factor_store.prepare(found.person)
    return redirect(url_for("staff.set_up_codes", next=request.args.get("next")))


@requires(Permission.SET_UP)
def set_up_codes() -> ResponseReturnValue:
    """Show the waiting secret, as a square code and in letters; put it in use once a code of it is typed."""
    found = require_standing()
    secret = factor_store.pending(found.person)
    if secret is None or not account_views.fresh(found.person):
        return redirect(url_for("staff.second_factor"))
    form = CodeForm()
    if form.validate_on_submit():
        if factor_store.confirm(found.person, form.code.data):
            flash(_("One-time codes are set up."), "info")
            notices.tell_later(found.person.account_id, "codes_set_up")
            return set_up(found)
        form.code.errors = [_REFUSALS[Outcome.WRONG]]
    settings = current_settings()
    address = one_time.address(secret, found.person.email, urlsplit(settings.base_url).hostname or "")
    picture = "data:image/svg+xml;base64," + base64.b64encode(qr(address).encode()).decode()
    page = render_template(
        "staff/set_up_codes.html",
        title=_("Set up one-time codes"),
        form=form,
        picture=picture,
        address=address,
        secret=one_time.grouped(secret),
    )
    return page, 422 if form.errors else 200


def set_up(found: Standing) -> ResponseReturnValue:
    """Lead on after a second factor was set up: to recovery codes, if there are none yet.

    It was shown to work, which proves it for this session as well; others of the account have to show it.
    """
    entering.keep(session_store.prove(entering.token()))
    if factor_store.of(found.person.account_id).recovery:
        return redirect(url_for("staff.second_factor"))
    return _show_recovery(found)


@requires(Permission.SIGNED_IN)
def recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them this once."""
    found = require_standing()
    factors = factor_store.of(found.person.account_id)
    if not ConfirmForm().validate_on_submit() or not factors.any or not account_views.fresh(found.person):
        return redirect(url_for("staff.second_factor"))
    notices.tell_later(found.person.account_id, "recovery_made")
    return _show_recovery(found)


def _show_recovery(found: Standing) -> ResponseReturnValue:
    codes = factor_store.new_recovery_codes(found.person)
    onward = entering.onward(Standing(found.person, Stage.COMPLETE))
    return render_template("staff/recovery_codes.html", title=_("Recovery codes"), codes=codes, onward=onward)


@requires(Permission.SIGNED_IN)
def remove_codes() -> ResponseReturnValue:
    """Switch one-time codes off, where the role does not need them."""
    found = require_standing()
    spare = found.person.role not in SECOND_FACTOR or factor_store.of(found.person.account_id).passkeys > 0
    may = spare and account_views.fresh(found.person)
    if ConfirmForm().validate_on_submit() and may:
        factor_store.remove_one_time(found.person)
        notices.tell_later(found.person.account_id, "codes_removed")
        flash(_("One-time codes are switched off."), "info")
    return redirect(url_for("staff.second_factor"))


def add_routes(blueprint: Blueprint) -> None:
    """Add the pages of the second factor."""
    both = ["GET", "POST"]
    blueprint.add_url_rule("/second-step", "second_step", second_step, methods=both)
    blueprint.add_url_rule("/account/second-factor", "second_factor", second_factor)
    blueprint.add_url_rule("/account/one-time-codes", "set_up_codes", set_up_codes, methods=both)
    blueprint.add_url_rule("/account/one-time-codes/begin", "begin_codes", begin_codes, methods=["POST"])
    blueprint.add_url_rule("/account/one-time-codes/remove", "remove_codes", remove_codes, methods=["POST"])
    blueprint.add_url_rule("/account/recovery-codes", "recovery_codes", recovery_codes, methods=["POST"])

"""Passkeys on the pages of an account: adding and removing one."""

from typing import Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from surveyapp.core.access import Permission, require_actor, require_standing, requires
from surveyapp.core.text import TooLongError, clean
from surveyapp.staff import account_views, challenges, entering, factor_store, factor_views, notices, passkey_store
from surveyapp.staff.forms import ConfirmForm
from surveyapp.staff.passkeys import RefusedPasskeyError
from surveyapp.staff.roles import SECOND_FACTOR

_NAME: Final = 60


@requires(Permission.SET_UP)
def add_passkey() -> ResponseReturnValue:
    """Keep a new passkey; it was used just now, so that it proves the second factor for this session, too."""
    found = require_standing()
    challenge, ends_at = challenges.taken()
    if not challenge or not ConfirmForm().validate_on_submit() or not account_views.fresh(found.person):
        return redirect(url_for("staff.second_factor", next=request.args.get("next")))
    try:
        passkey_store.add(found.person, challenge, ends_at, request.form.get("credential", ""), _name())
    except RefusedPasskeyError:
        flash(_("The passkey was not made. Try again, or set up one-time codes instead."), "error")
        return redirect(url_for("staff.second_factor", next=request.args.get("next")))
    flash(_("The passkey is kept."), "info")
    notices.tell_later(found.person.account_id, "passkey_added")
    return factor_views.set_up(found)


@requires(Permission.SIGNED_IN)
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Remove a passkey of one's own, unless it is the last second factor of a role that needs one."""
    person = require_actor()
    factors = factor_store.of(person.account_id)
    spare = factors.one_time or factors.passkeys > 1 or person.role not in SECOND_FACTOR
    if ConfirmForm().validate_on_submit() and spare and account_views.fresh(person):
        if passkey_store.remove(person, passkey_id):
            flash(_("The passkey is removed."), "info")
            notices.tell_later(person.account_id, "passkey_removed")
    elif not spare:
        flash(_("This is your only second factor, and your role needs one: set up another one first."), "error")
    return redirect(url_for("staff.second_factor"))


def _name() -> str:
    try:
        typed = clean(request.form.get("name", ""), _NAME)
    except TooLongError:
        typed = ""
    return typed or entering.device() or "?"


def add_routes(blueprint: Blueprint) -> None:
    """Add what is done with passkeys."""
    blueprint.add_url_rule("/account/passkeys", "add_passkey", add_passkey, methods=["POST"])
    blueprint.add_url_rule("/account/passkeys/<int:passkey_id>/remove", "remove_passkey", remove_passkey, methods=["POST"])

"""Pages of the administrator: who has an account, invitations, roles, and help for those who lost their second factor."""

from collections.abc import Callable

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from surveyapp.core import municipalities
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.settings import current_settings
from surveyapp.staff import notices, people_store, store
from surveyapp.staff.forms import ConfirmForm, InviteForm, RoleForm
from surveyapp.staff.people_store import Person
from surveyapp.staff.roles import HINTS, NAMES, SECOND_FACTOR


@requires(Permission.MANAGE_ACCOUNTS)
def people() -> ResponseReturnValue:
    """List the accounts of the municipality; invite somebody by a link for one use."""
    person = require_actor()
    form = InviteForm(_institutions())
    demo = municipalities.by_id(person.municipality_id).demo
    if form.validate_on_submit() and not demo:
        email = form.email.data.strip().lower()
        store.add_account(person.municipality_id, email, form.role.data, form.institution_of_role(), by=person.email)
        return _show_link(email)
    page = render_template(
        "staff/people.html",
        title=_("Accounts"),
        people=people_store.every(person.municipality_id),
        form=form,
        demo_here=demo,
        names=NAMES,
        role_hints=HINTS,
        institutions=dict(_institutions()),
        needs=SECOND_FACTOR,
    )
    return page, 422 if form.errors else 200


@requires(Permission.MANAGE_ACCOUNTS)
def one_person(account_id: int) -> ResponseReturnValue:
    """Show one account and what an administrator can do about it; change its role."""
    found = _found(account_id)
    form = RoleForm(_institutions(), obj=found, seen=found.mark)
    if not _changeable(found) or not form.validate_on_submit():
        return _person_page(found, form), 422 if form.errors else 200
    chosen = form.role.data, form.institution_of_role()
    try:
        people_store.change_role(require_actor(), found.id, *chosen, form.seen.data or "")
    except people_store.ChangedMeanwhileError:
        now = _found(account_id)
        # The next save is a decision made in sight of what the other person saved.
        form.seen.data = now.mark
        return _person_page(now, form, meanwhile=True), 409
    flash(_("The role is changed. %(email)s signs in anew.", email=found.email), "info")
    return redirect(url_for("staff.people"))


def _person_page(found: Person, form: RoleForm, *, meanwhile: bool = False) -> str:
    return render_template(
        "staff/person.html",
        title=found.email,
        found=found,
        form=form,
        confirm=ConfirmForm(formdata=None),
        changeable=_changeable(found),
        names=NAMES,
        role_hints=HINTS,
        institutions=dict(_institutions()),
        meanwhile=meanwhile,
    )


@requires(Permission.MANAGE_ACCOUNTS)
def give_link(account_id: int) -> ResponseReturnValue:
    """Make a new sign-in link for somebody and show it this once."""
    found = _found(account_id)
    if not ConfirmForm().validate_on_submit() or not _changeable(found) or found.disabled:
        return redirect(url_for("staff.one_person", account_id=account_id))
    people_store.record_link(require_actor(), found.email)
    return _show_link(found.email)


@requires(Permission.MANAGE_ACCOUNTS)
def reset_factor(account_id: int) -> ResponseReturnValue:
    """Take somebody's second factor away, so that they set one up anew."""
    by = require_actor().email

    def reset(found: Person) -> str:
        people_store.reset_second(found.id, by)
        if notices.tell(found.id, "reset"):
            return str(_("The second factor is reset. A letter tells %(email)s.", email=found.email))
        return str(_("The second factor is reset. No letter could be sent: tell %(email)s yourself.", email=found.email))

    return _do(account_id, reset)


@requires(Permission.MANAGE_ACCOUNTS)
def disable(account_id: int) -> ResponseReturnValue:
    """Keep somebody out."""
    return _set_disabled(account_id, _("The account is disabled."), disabled=True)


@requires(Permission.MANAGE_ACCOUNTS)
def enable(account_id: int) -> ResponseReturnValue:
    """Let somebody in again."""
    return _set_disabled(account_id, _("The account is enabled."), disabled=False)


def _set_disabled(account_id: int, said: str, *, disabled: bool) -> ResponseReturnValue:
    by = require_actor()

    def deed(found: Person) -> str:
        people_store.set_disabled(by, found.id, disabled=disabled)
        return said

    return _do(account_id, deed)


def _do(account_id: int, deed: Callable[[Person], str]) -> ResponseReturnValue:
    """Do something with an account that may be changed, and say what came of it."""
    found = _found(account_id)
    if ConfirmForm().validate_on_submit() and _changeable(found):
        flash(deed(found), "info")
    return redirect(url_for("staff.one_person", account_id=account_id))


def _found(account_id: int) -> Person:
    return people_store.one(require_actor().municipality_id, account_id) or abort(404)


def _changeable(found: Person) -> bool:
    # One's own account is left alone, so that at least one administrator stays; the demonstration's belong to every visitor.
    person = require_actor()
    return found.id != person.account_id and not municipalities.by_id(person.municipality_id).demo


def _institutions() -> list[tuple[str, str]]:
    municipality_id = require_actor().municipality_id
    # Plans belong to a feature above this one, so it hands the ids and their names down.
    known: frozenset[str] | None = current_app.extensions["institutions"](municipality_id)
    telling = current_app.extensions["audit_tellings"]["institution"](municipality_id)
    return sorted(((one, telling.fact("", one)) for one in known or ()), key=lambda pair: pair[1])


def _show_link(email: str) -> ResponseReturnValue:
    settings = current_settings()
    address = f"{settings.base_url}/staff/link/{store.make_link(email)}"
    return render_template("staff/new_link.html", title=_("A link for %(email)s", email=email), address=address)


def add_routes(blueprint: Blueprint) -> None:
    """Add the pages of the administrator."""
    one = "/people/<int:account_id>"
    blueprint.add_url_rule("/people", "people", people, methods=["GET", "POST"])
    blueprint.add_url_rule(one, "one_person", one_person, methods=["GET", "POST"])
    for name, view in (("link", give_link), ("reset", reset_factor), ("disable", disable), ("enable", enable)):
        blueprint.add_url_rule(f"{one}/{name}", view.__name__, view, methods=["POST"])

"""The command `surveyapp user`: accounts and sign-in links."""

import click
from flask import current_app

from surveyapp.core import municipalities
from surveyapp.core.command import COMMAND_LINE, Group, RefusedError, format_option, in_app, municipality_option, print_json
from surveyapp.settings import current_settings
from surveyapp.staff import notices, people_store, store
from surveyapp.staff.roles import ROLES


@click.group(cls=Group)
def user() -> None:
    """Accounts of the people who sign in."""


@user.command()
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(list(ROLES)), help="What the person may do.")
@click.option("--institution", default=None, help="The plan's id of the organiser's institution, such as social_service.")
@municipality_option
@in_app
def add(email: str, role: str, institution: str | None, municipality: str | None) -> None:
    """Add an account and print a link that signs it in once."""
    found = municipalities.find(municipality)
    if found.demo:
        raise RefusedError("Demonstration accounts cannot stand beside real ones; use a data folder of its own.")
    _check_institution(found.id, institution)
    try:
        store.add_account(found.id, email, role, institution, by=COMMAND_LINE)
    except store.AccountError as error:
        raise RefusedError(str(error)) from error
    click.echo(sign_in_address(email))


def _check_institution(municipality_id: int, institution: str | None) -> None:
    # Plans belong to a feature above this one, so it hands the names down.
    known: frozenset[str] | None = current_app.extensions["institutions"](municipality_id)
    if institution is None or known is None or institution in known:
        return
    raise RefusedError(f"The plan names no institution {institution!r}; it names: {', '.join(sorted(known))}.")


@user.command("link")
@click.argument("email")
@in_app
def new_link(email: str) -> None:
    """Print a new link that signs EMAIL in once within three days; earlier links end."""
    try:
        click.echo(sign_in_address(email))
    except store.AccountError as error:
        raise RefusedError(str(error)) from error


@user.command()
@click.argument("email")
@in_app
def disable(email: str) -> None:
    """Keep EMAIL out from now on; what the person did stays in their name."""
    try:
        store.disable(email, by=COMMAND_LINE)
    except store.AccountError as error:
        raise RefusedError(str(error)) from error
    click.echo(f"{email} is disabled; its sessions and links have ended.")


@user.command()
@click.argument("email")
@in_app
def enable(email: str) -> None:
    """Let EMAIL in again and print a link that signs it in once."""
    try:
        store.enable(email, by=COMMAND_LINE)
        click.echo(sign_in_address(email))
    except store.AccountError as error:
        raise RefusedError(str(error)) from error


@user.command("list")
@municipality_option
@format_option
@in_app
def list_accounts(municipality: str | None, output: str) -> None:
    """Show who has an account, with which role, and whether it is disabled or has no second factor yet."""
    people = people_store.every(municipalities.find(municipality).id)
    if output == "json":
        shown = ("email", "role", "institution", "disabled", "second")
        print_json([{name: getattr(each, name) for name in shown} for each in people])
        return
    for each in people:
        facts = (each.role, each.institution, "disabled" if each.disabled else "", "" if each.second else "no second factor")
        click.echo(f"{each.email}  {', '.join(filter(None, facts))}")


@user.command()
@click.argument("email")
@in_app
def reset(email: str) -> None:
    """Take the second factor of EMAIL away and print a new link: at the next sign-in the person sets one up anew."""
    try:
        account_id = store.id_of(email)
        people_store.reset_second(account_id)
        told = notices.tell(account_id, "reset")
        click.echo(f"A letter tells {email}." if told else f"No letter could be sent: tell {email} yourself.", err=True)
        click.echo(sign_in_address(email))
    except store.AccountError as error:
        raise RefusedError(str(error)) from error


def sign_in_address(email: str) -> str:
    """Return the address of a new single-use link for *email*."""
    return f"{current_settings().base_url}/staff/link/{store.make_link(email)}"

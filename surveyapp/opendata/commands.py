"""The commands `surveyapp release publish`, `withdraw` and `note`: what everybody may read, and what is known of it since."""

import click

from surveyapp.core import municipalities
from surveyapp.core.command import COMMAND_LINE, RefusedError, in_app, municipality_option
from surveyapp.ledger import publication_store
from surveyapp.ledger.store import AlteredReleaseError
from surveyapp.opendata import publishing
from surveyapp.releases.commands import release

__all__ = ["release"]


@release.command()
@click.argument("number", type=int)
@municipality_option
@in_app
def publish(number: int, municipality: str | None) -> None:
    """Publish release NUMBER, one for the public, as open data: from now on everybody may read it."""
    place = municipalities.find(municipality)
    try:
        publishing.publish(place.id, number, COMMAND_LINE)
    except AlteredReleaseError as error:
        raise RefusedError(f"{error} It is not published; compare it with a backup.") from error
    click.echo(f"Release {number} is published under /open-data/{place.slug}/{number}/.")


@release.command()
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why; it stays in the audit trail.")
@municipality_option
@in_app
def withdraw(number: int, reason: str, municipality: str | None) -> None:
    """Take release NUMBER back from the public; copies that somebody saved stay with them."""
    publication_store.withdraw(municipalities.find(municipality).id, number, COMMAND_LINE, reason)
    click.echo(f"Release {number} is not public any more.")


@release.command()
@click.argument("number", type=int)
@click.argument("text")
@municipality_option
@in_app
def note(number: int, text: str, municipality: str | None) -> None:
    """Put a note (TEXT) of what is known since beside the published release NUMBER, which itself stays as it is."""
    publication_store.note(municipalities.find(municipality).id, number, COMMAND_LINE, text)
    click.echo(f"The note stands beside release {number}.")

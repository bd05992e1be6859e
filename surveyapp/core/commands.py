"""Commands that belong to no feature: init, audit verify and purge."""

import click

from surveyapp.core import audit as audit_trail
from surveyapp.core import municipalities, purging, schema, secret_marks, unfinished
from surveyapp.core.backups import commands as backup_commands
from surveyapp.core.command import Group, RefusedError, format_option, in_app, print_json


@click.command()
@click.option("--municipality", default=None, help="Short name of the municipality to add, such as cesis.")
@click.option("--name", default=None, help="Its full name, such as 'Cēsu novads'.")
@click.option("--without-backup", is_flag=True, help="Bring an older database up to date without a backup of it before.")
@click.option("--new-secrets", is_flag=True, help="Go on with the secrets here: those of this database are lost for good.")
@in_app
def init(municipality: str | None, name: str | None, *, without_backup: bool, new_secrets: bool) -> None:
    """Make the database and the secrets, or bring an older database up to date; add a municipality if one is named.

    Before an older database is changed, a backup of it is written to backups/ in the data folder; the one before is deleted.
    Servers that share a database must have the same secrets: one that has others is refused before anything else is done.
    """
    if not without_backup:
        backup_commands.before_upgrade()
    schema.upgrade()
    if new_secrets:
        secret_marks.begin_anew()
    secret_marks.check()
    unfinished.finish_all()
    if secret_marks.record():
        click.echo("The secret of sessions is another than before: everybody signs in anew. Copy it to every other server.")
    if municipality:
        if municipalities.any_demo():
            raise RefusedError("Demonstration data are loaded here. A real municipality needs a data folder of its own.")
        municipalities.create(municipality, name or municipality)
    click.echo("The database is ready.")


@click.group(cls=Group)
def audit() -> None:
    """The audit trail."""


@audit.command()
@click.option(
    "--noted", default=None, help="A checksum that this command or the auditor's page told earlier; it must be there."
)
@format_option
@in_app
def verify(noted: str | None, output: str) -> None:
    """Check that no entry of the audit trail was changed or removed, and name the first that was."""
    state = audit_trail.examine(noted)
    if state.broken is not None:
        found = state.broken
        raise RefusedError(
            f"Entry {found.id} does not fit the one before it: the audit trail was changed there or just before. "
            f"It says now: {found.at:%Y-%m-%d %H:%M} UTC, {found.who}, {found.what}, {found.about}."
        )
    if not state.holds:
        raise RefusedError(
            f"The entries fit together, but none has the checksum {noted}: newer ones were removed, or all were written anew."
        )
    if output == "json":
        print_json({"sound": True, "entries": state.entries, "newest": state.newest})
        return
    click.echo(f"The audit trail is sound: {state.entries} entries. Checksum of the newest: {state.newest}")


@click.command()
@format_option
@in_app
def purge(output: str) -> None:
    """Delete personal data whose promised day has come, and print a receipt for each deletion; run it every night."""
    receipts = purging.run()
    if any(not receipt.clean for receipt in purging.every()):
        raise RefusedError(
            "What was due is deleted, but another program keeps reading the database, so that its log could not be emptied. "
            "Repeat the command."
        )
    if output == "json":
        print_json([_as_json(receipt) for receipt in receipts])
        return
    for receipt in receipts:
        click.echo(f"{receipt.about}: {_deleted(receipt)} deleted, promised for {receipt.promised_for}.")
    if not receipts:
        click.echo("Nothing is due.")


def _deleted(receipt: purging.Receipt) -> str:
    if receipt.people or not receipt.counts:
        return f"{receipt.people} people"
    return ", ".join(f"{number} {name}" for name, number in receipt.counts.items())


def _as_json(receipt: purging.Receipt) -> dict[str, object]:
    return {
        "what": receipt.what,
        "about": receipt.about,
        "people": receipt.people,
        "counts": dict(receipt.counts),
        "promised_for": receipt.promised_for.isoformat(),
        "at": receipt.at.isoformat(),
    }

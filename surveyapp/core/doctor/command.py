"""The command `surveyapp doctor`: every finding with how to mend it."""

import sys
from collections.abc import Iterator
from dataclasses import asdict

import click

from analysis import steps
from surveyapp.core.command import format_option, print_json
from surveyapp.core.doctor import around, checks, database
from surveyapp.core.doctor.checks import Finding, State, problem
from surveyapp.settings import RESTORING, SettingError, load


@click.command("doctor")
@click.option("--from-outside", is_flag=True, help="Also ask the public address, through the proxy.")
@format_option
def command(output: str, *, from_outside: bool) -> None:
    """Look over settings, permissions, disk, clock, keys, backups, mail, proxy and database; say how to mend what is wrong.

    Nothing is changed. The exit code is 1 if anything is a problem; warnings alone leave it 0.
    """
    steps.at("look_over")
    found = list(_looked(from_outside=from_outside))
    if output == "json":
        print_json([asdict(one) for one in found])
    else:
        for one in found:
            click.echo(f"{one.state:<8} {one.check}: {one.said}")
            if one.mend:
                click.echo(f"{'':<8} -> {one.mend}")
    sys.exit(any(one.state is State.PROBLEM for one in found))


def _looked(*, from_outside: bool) -> Iterator[Finding]:
    try:
        settings = load()
    except SettingError as error:
        yield problem("settings", str(error), "Correct that variable where the service gets its settings from.")
        return
    yield checks.ok("settings", "All settings can be used.")
    # Making the app would make what is not there.
    if not settings.data_dir.is_dir() or not (settings.data_dir / "secrets" / "session").exists():
        yield problem(
            "permissions", f"{settings.data_dir} is no data folder of the app.", "Set SURVEYAPP_DATA_DIR, or: surveyapp init"
        )
        return
    if (settings.data_dir / RESTORING).exists():
        yield problem("version", "Restoring a backup was interrupted here.", "Run the same 'surveyapp restore' again.")
        return
    if database.is_file_missing(settings):
        yield problem("database", "The SQLite file of the settings is not there.", "Restore a backup, or: surveyapp init")
        return
    app = click.get_current_context().find_root().obj()
    with app.app_context():
        yield from checks.findings()
        if from_outside:
            yield from around.from_outside()

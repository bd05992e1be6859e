"""The command `surveyapp plan`: check, load and list plans."""

from dataclasses import asdict
from pathlib import Path

import click

from questionnaires.library import UnknownVersionError, find_plan
from questionnaires.plan_grammar import read_plan
from questionnaires.plan_types import Plan
from surveyapp.core import municipalities
from surveyapp.core.command import COMMAND_LINE, RefusedError, format_option, in_app, municipality_option, print_json
from surveyapp.plans import store


@click.group()
def plan() -> None:
    """Action plans: what was promised, and how far it is."""


@plan.command()
@click.argument("file")
@format_option
def check(file: str, output: str) -> None:
    """Check a plan FILE (or a shipped plan such as cesis-2025-2027/1) and say what it holds; name every problem."""
    read = read_plan(_path(file))
    facts = _contents(read)
    if output == "json":
        print_json(facts)
    else:
        click.echo("{plan}: {rows} rows with {targets} targets, {questions} open questions. The file is sound.".format(**facts))


@plan.command()
@click.argument("file")
@municipality_option
@in_app
def load(file: str, municipality: str | None) -> None:
    """Load a plan FILE (or a shipped plan such as cesis-2025-2027/1); events are logged against the one loaded last."""
    found = municipalities.find(municipality)
    read = store.load_file(_path(file), found.id, COMMAND_LINE)
    click.echo(f"{read.id}/{read.version} is loaded for {found.slug}: {len(read.indicators)} rows.")


@plan.command("list")
@municipality_option
@format_option
@in_app
def list_plans(municipality: str | None, output: str) -> None:
    """List the loaded plans with their versions."""
    loaded = store.every(municipalities.find(municipality).id)
    if output == "json":
        print_json([{**asdict(each), "loaded_on": each.loaded_on.isoformat()} for each in loaded])
        return
    for each in loaded:
        note = "  in force" if each.in_force else ""
        click.echo(f"{each.key}/{each.version}  loaded {each.loaded_on} by {each.loaded_by}{note}")
    if not loaded:
        click.echo("No plan is loaded; load one with 'surveyapp plan load FILE'.")


def _path(file: str) -> Path:
    path = Path(file)
    if path.suffix or path.exists():
        return path
    try:
        return find_plan(file)
    except UnknownVersionError as error:
        raise RefusedError(str(error)) from error


def _contents(read: Plan) -> dict[str, str | int]:
    return {
        "plan": f"{read.id}/{read.version}",
        "rows": len(read.indicators),
        "targets": sum(len(row.targets) for row in read.indicators),
        "questions": sum(len(row.questions) for row in read.indicators),
    }

"""The command `surveyapp plan`: check, load, list and show plans."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from flask import current_app

from analysis.progress import Progress, judge
from analysis.sensitive import shown_progress
from questionnaires.library import UnknownVersionError, find_plan
from questionnaires.plan_grammar import read_plan
from questionnaires.plan_types import Plan
from surveyapp.core import clock, municipalities
from surveyapp.core.command import COMMAND_LINE, RefusedError, format_option, in_app, municipality_option, print_json
from surveyapp.events import plan_store
from surveyapp.events.records import event_records
from surveyapp.settings import Settings

_DAY = click.DateTime(["%Y-%m-%d"])


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
    read = plan_store.load_file(_path(file), found.id, COMMAND_LINE)
    click.echo(f"{read.id}/{read.version} is loaded for {found.slug}: {len(read.indicators)} rows.")


@plan.command("list")
@municipality_option
@format_option
@in_app
def list_plans(municipality: str | None, output: str) -> None:
    """List the loaded plans with their versions."""
    loaded = plan_store.every(municipalities.find(municipality).id)
    if output == "json":
        print_json([{**asdict(each), "loaded_on": each.loaded_on.isoformat()} for each in loaded])
        return
    for each in loaded:
        note = "  in force" if each.in_force else ""
        click.echo(f"{each.key}/{each.version}  loaded {each.loaded_on} by {each.loaded_by}{note}")
    if not loaded:
        click.echo("No plan is loaded; load one with 'surveyapp plan load FILE'.")


@plan.command()
@click.argument("name", metavar="PLAN")
@click.option("--as-of", type=_DAY, default=None, help="Judge as of this day; today by default.")
@click.option("--known-on", type=_DAY, default=None, help="Use what was logged until the end of this day; now by default.")
@click.option("--raw", is_flag=True, help="Also print small numbers of people at risk; never hand that on.")
@municipality_option
@format_option
@in_app
def show(
    name: str, as_of: datetime | None, known_on: datetime | None, municipality: str | None, output: str, *, raw: bool
) -> None:
    """Judge every target and row of a loaded PLAN (ID or ID/VERSION) by the logged events."""
    found = municipalities.find(municipality)
    wanted = plan_store.find(found.id, name)
    if wanted is None:
        loaded = ", ".join(f"{each.key}/{each.version}" for each in plan_store.every(found.id)) or "none"
        raise RefusedError(f"No plan {name!r} is loaded for {found.slug}; loaded are: {loaded}.")
    settings: Settings = current_app.extensions["settings"]
    events = event_records(found.id, known_on.date() if known_on else None)
    exact = judge(wanted, events, as_of.date() if as_of else clock.today(), settings.grace_days)
    progress = exact if raw else shown_progress(wanted, exact, events)
    if output == "json":
        print_json(progress.to_json())
    else:
        _print(wanted, progress)


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


def _print(judged: Plan, progress: Progress) -> None:
    click.echo(f"{judged.id}/{judged.version} as of {progress.as_of}")
    for result in progress.indicators:
        name = judged.indicator(result.indicator).name.en
        timing = f" ({result.timing})" if result.timing else ""
        click.echo(f"{result.indicator:7} {result.to_date:13} {name}{timing}")

"""The command `surveyapp plan`: check, load and list plans."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from analysis.contradictions import Finding
from analysis.contradictions import contradictions as find_contradictions
from questionnaires.history_grammar import is_history, read_history
from questionnaires.history_types import History
from questionnaires.library import UnknownVersionError, find_history, find_plan, histories
from questionnaires.plan_types import Plan
from questionnaires.yaml_file import read_text
from surveyapp.core import municipalities
from surveyapp.core.command import COMMAND_LINE, Group, RefusedError, format_option, in_app, municipality_option, print_json
from surveyapp.plans import files, store
from surveyapp.plans.file_commands import convert, diff, empty

_PLAN: Final = "{plan}: {rows} rows with {targets} targets, {questions} open questions. The file is sound."
_HISTORY: Final = "{history}: {tasks} tasks, {series} series with {figures} figures. The file is sound."


@click.group(cls=Group)
def plan() -> None:
    """Action plans: what was promised, and how far it is."""


plan.add_command(convert)
plan.add_command(diff)
plan.add_command(empty)


@plan.command()
@click.argument("file")
@click.option("--contradictions", is_flag=True, help="Also say where the plan contradicts itself.")
@click.option("--against", multiple=True, metavar="FILE", help="Also say where it contradicts this plan; may be repeated.")
@format_option
def check(file: str, against: tuple[str, ...], output: str, *, contradictions: bool) -> None:
    """Check a FILE (or one that is shipped, such as cesis-2025-2027/1) and say what it holds; name every problem.

    It may be a plan, as YAML or as a workbook, or the history of a finished plan. Contradictions are questions about the
    source, not problems of the file: it stays sound.
    """
    path = _path(file)
    found: tuple[Finding, ...] | None = None
    if _tells_history(path):
        facts, told = _history_contents(read_history(path)), _HISTORY
    else:
        plan_read = files.of_path(path).plan
        facts, told = _contents(plan_read), _PLAN
        if contradictions or against:
            found = find_contradictions([plan_read, *(files.of_path(_path(other)).plan for other in against)])
    if output == "json":
        print_json(facts if found is None else {**facts, "contradictions": [each.to_json() for each in found]})
        return
    click.echo(told.format(**facts))
    for line in _told(found):
        click.echo(line)


def _told(found: tuple[Finding, ...] | None) -> Iterator[str]:
    """Return what contradictions were found, None if nobody asked."""
    for each in found or ():
        places = ", ".join(f"{spot.plan} {spot.target or spot.row} (line {spot.line})" for spot in each.spots)
        yield f"{places}: {each.text} {each.settled_by}"
    if found is not None:
        yield f"Contradictions: {len(found)}."


@plan.command()
@click.argument("file")
@municipality_option
@in_app
def load(file: str, municipality: str | None) -> None:
    """Load a plan FILE (or a shipped one such as cesis-2025-2027/1); beside another plan, events stay where they are."""
    found, path = municipalities.find(municipality), _path(file)
    if _tells_history(path):
        raise RefusedError("This is the history of a finished plan: no events are logged against it, so it is not loaded.")
    read = store.load(files.of_path(path).text, str(path), found.id, COMMAND_LINE)
    click.echo(f"{read.id}/{read.version} is loaded for {found.slug}: {len(read.indicators)} rows.")


@plan.command()
@click.argument("name", metavar="PLAN")
@municipality_option
@in_app
def use(name: str, municipality: str | None) -> None:
    """Have events logged against the newest version of PLAN (its id) from now on; what is logged already stays where it is."""
    found = municipalities.find(municipality)
    read = store.put_in_force(found.id, name, COMMAND_LINE)
    click.echo(f"{read.id}/{read.version} is in force for {found.slug}.")


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


def _tells_history(path: Path) -> bool:
    return path.suffix.lower() not in files.WORKBOOK and is_history(read_text(path))


def _path(file: str) -> Path:
    path = Path(file)
    if path.suffix or path.exists():
        return path
    try:
        return find_history(file) if file.partition("/")[0] in histories() else find_plan(file)
    except UnknownVersionError as error:
        raise RefusedError(str(error)) from error


def _contents(read: Plan) -> dict[str, str | int]:
    return {
        "plan": f"{read.id}/{read.version}",
        "rows": len(read.indicators),
        "targets": sum(len(row.targets) for row in read.indicators),
        "questions": sum(len(row.questions) for row in read.indicators),
    }


def _history_contents(read: History) -> dict[str, str | int]:
    return {
        "history": f"{read.id}/{read.version}",
        "tasks": len(read.tasks),
        "series": len(read.series),
        "figures": sum(len(series.points) for series in read.series),
    }

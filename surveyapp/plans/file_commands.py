"""The commands `surveyapp plan convert`, `plan diff` and `plan template`: plans as files."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import click
from flask_babel import force_locale

from questionnaires import plan_differences
from questionnaires.plan_differences import Difference, Fact
from questionnaires.plan_types import Plan
from questionnaires.plan_writer import to_yaml
from questionnaires.texts import LANGUAGES, Text
from surveyapp.core import municipalities
from surveyapp.core.command import RefusedError, format_option, in_app, municipality_option, print_json
from surveyapp.plans import files, template

_WRITERS: Final[Mapping[str, Callable[[Plan, str], bytes]]] = {
    ".yaml": lambda read, _: to_yaml(read).encode(),
    ".xlsx": files.as_workbook,
}


@click.command("convert")
@click.argument("source", metavar="IN", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of a workbook's headers.")
def convert(source: Path, target: Path, lang: str) -> None:
    """Write the plan in IN to the new file OUT: from .yaml to .xlsx or back, as the suffixes say.

    Nothing of the plan is lost; comments in a YAML file are not part of it and stay behind.
    """
    write = _WRITERS.get(target.suffix.lower())
    if write is None or source.suffix.lower() not in _WRITERS or source.suffix.lower() == target.suffix.lower():
        raise RefusedError(f"From {source.name} to {target.name}: one must be a .yaml file and the other an .xlsx workbook.")
    read = files.of_path(source).plan
    write_new(target, write(read, lang))
    click.echo(f"{read.id}/{read.version}, {len(read.indicators)} rows, is in {target}.")


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("new", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@format_option
def diff(old: Path, new: Path, output: str) -> None:
    """Say what differs from the plan in OLD to the plan in NEW, each a YAML file or a workbook."""
    found = plan_differences.compare(files.of_path(old).plan, files.of_path(new).plan)
    if output == "json":
        print_json([each.to_json() for each in found])
        return
    for each in found:
        click.echo(_line(each))
    click.echo(f"{len(found)} differences.")


def _line(each: Difference) -> str:
    """Return a difference on one line: what it is about, then its name, or the value before and after."""
    about = f"{each.part} {each.id}: {each.change}"
    match each.change:
        case "new" | "gone":
            return f"{about}: {_english(each.after if each.change == 'new' else each.before)}"
        case "moved":
            return f"{each.part} {each.before}: moved to {each.after}"
        case _:
            return f"{each.part} {each.id}: {each.field}: {_english(each.before)} -> {_english(each.after)}"


def _english(fact: Fact) -> str:
    if isinstance(fact, Text):
        return fact.en
    told = plan_differences.plain(fact)
    return told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)


@click.command("template")
@click.argument("target", metavar="FILE.xlsx", type=click.Path(path_type=Path, dir_okay=False))
@municipality_option
@click.option("--lang", type=click.Choice(LANGUAGES), default="lv", show_default=True, help="Language of headers and notes.")
@in_app
def empty(target: Path, municipality: str | None, lang: str) -> None:
    """Write the empty workbook for a plan to the new file FILE.xlsx."""
    found = municipalities.find(municipality)
    with force_locale(lang):
        write_new(target, template.template(found.slug))
    click.echo(f"The empty workbook is in {target}; fill it in and check it with 'surveyapp plan check {target}'.")


def write_new(target: Path, content: bytes) -> None:
    """Write *content* to a new file; one that is there already stays as it is."""
    try:
        with target.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise RefusedError(f"{target} exists already and stays as it is; give another name or move it away.") from error

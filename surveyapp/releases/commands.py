"""The commands `surveyapp release` and `surveyapp export`: making releases, reading them, checking them, writing files."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from analysis import steps
from questionnaires.texts import LANGUAGES
from surveyapp.core import municipalities
from surveyapp.core.command import (
    COMMAND_LINE,
    Group,
    RefusedError,
    format_option,
    in_app,
    municipality_option,
    print_json,
)
from surveyapp.core.csv_files import MARK
from surveyapp.core.i18n import speaking
from surveyapp.ledger import store as ledger
from surveyapp.ledger.store import AlteredReleaseError, Level, Release
from surveyapp.releases import differences, files, making
from surveyapp.releases.files import Headings
from surveyapp.results.statistics import RefusedResultError
from surveyapp.results.store import AlteredResultError

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(cls=Group)
def release() -> None:
    """Make releases, which never change, and read them."""


@release.command()
@click.option("--level", type=click.Choice(["group", "public"]), default="group", show_default=True, help="Who may read it.")
@click.option("--plan", "plan_key", default=None, help="Id of a loaded plan; the one in force by default.")
@click.option("--as-of", type=_DAY, default=None, help="Judge the plan as of this day; today by default.")
@municipality_option
@in_app
def create(level: Level, plan_key: str | None, as_of: datetime | None, municipality: str | None) -> None:
    """Make a release from the opened waves and the judged plan."""
    place = municipalities.find(municipality)
    try:
        made = making.make(place.id, level, COMMAND_LINE, plan_key, as_of.date() if as_of else None)
    except (AlteredResultError, RefusedResultError) as error:
        raise RefusedError(f"The results of the surveys cannot be released: {error}") from error
    click.echo(f"Release {made.number} ({level}) is made; check sum {made.hash}.")


@release.command("list")
@municipality_option
@format_option
@in_app
def list_releases(municipality: str | None, output: str) -> None:
    """List the releases, newest first."""
    found = ledger.every(municipalities.find(municipality).id)
    if output == "json":
        print_json([_facts(each) for each in found])
        return
    for each in found:
        click.echo(f"{each.number:4} {each.asked.level:7} as of {each.asked.as_of} made on {each.made_on} {each.hash[:12]}")


@release.command()
@click.argument("number", type=int)
@municipality_option
@format_option
@in_app
def show(number: int, municipality: str | None, output: str) -> None:
    """Print release NUMBER: its facts and tables, or all of it as JSON."""
    found = _find(municipalities.find(municipality).id, number)
    if output == "json":
        print_json({**_facts(found), "document": found.document})
        return
    for name, fact in _facts(found).items():
        click.echo(f"{name:12} {fact}")
    for table in found.document["tables"]:
        click.echo(f"  {table['name']:16} {len(table['rows'])} rows")


@release.command()
@click.argument("number", type=int)
@municipality_option
@in_app
def verify(number: int, municipality: str | None) -> None:
    """Make release NUMBER anew from what was known then, and compare it byte for byte."""
    place = municipalities.find(municipality)
    found = _find(place.id, number)
    steps.at("again")
    again = making.made_again(place.id, found)
    if ledger.canonical(again) == ledger.canonical(found.document):
        click.echo(f"Release {number} comes out the same, byte for byte.")
        return
    told = [f"{each.table} {'/'.join(map(str, each.key))} {each.kind}" for each in differences.between(found.document, again)]
    raise RefusedError(f"Release {number} does not come out the same: {'; '.join(told) or 'its facts differ'}.")


@click.command()
@click.argument("number", metavar="RELEASE", type=int)
@click.option("--format", "kind", type=click.Choice(list(files.WRITERS)), required=True, help="What kind of files.")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder to write to.")
@click.option("--bom/--no-bom", default=True, show_default=True, help="Begin CSV with the mark that Excel needs for UTF-8.")
@click.option("--lang", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True, help="Language of words.")
@click.option(
    "--headings",
    type=click.Choice(["names", "titles"]),
    default=None,
    help="Above the columns of CSV and XLSX: their names, or titles in the language; CSV has names by default, XLSX titles.",
)
@municipality_option
@in_app
def export(number: int, **asked: Any) -> None:  # noqa: ANN401 - options, as declared above
    """Write a RELEASE (its number) as files."""
    _export(number, **asked)


def _export(
    number: int, kind: str, out: Path, lang: str, headings: Headings | None, municipality: str | None, *, bom: bool
) -> None:
    found = _find(municipalities.find(municipality).id, number)
    steps.at("write")
    with speaking(lang):
        match kind:
            case "csv":
                written = files.csv_files(found, MARK if bom else "", headings or "names")
            case "xlsx":
                written = files.workbook(found, headings=headings or "titles")
            case _:
                written = files.WRITERS[kind](found)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in written.items():
        (out / name).write_bytes(content)
    click.echo(f"Release {number} is in {out}: {', '.join(written)}.")


def _find(municipality_id: int, number: int) -> Release:
    try:
        found = ledger.find(municipality_id, number)
    except AlteredReleaseError as error:
        raise RefusedError(f"{error} Nothing of it is given out; compare it with a backup.") from error
    if found is None:
        known = ", ".join(str(each.number) for each in ledger.every(municipality_id)) or "none yet"
        raise RefusedError(f"There is no release {number} (releases: {known}).")
    return found


def _facts(found: Release) -> dict[str, object]:
    asked = found.asked
    return {
        "number": found.number,
        "level": asked.level,
        "plan": asked.plan,
        "as_of": asked.as_of.isoformat(),
        "made_on": found.made_on.isoformat(),
        "made_by": found.made_by,
        "hash": found.hash,
    }

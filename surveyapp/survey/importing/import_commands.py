"""The commands `wave import` and `wave import-mapping`: a wave that was collected elsewhere, from a file."""

from datetime import datetime
from pathlib import Path

import click

from analysis import steps
from questionnaires.survey_types import Item
from surveyapp.core import municipalities
from surveyapp.core.command import COMMAND_LINE, RefusedError, format_option, in_app, municipality_option, print_json
from surveyapp.survey.importing import import_store
from surveyapp.survey.importing.import_answers import Reading, read_answers
from surveyapp.survey.importing.import_file import MOST_MB, Sheet, read_sheet
from surveyapp.survey.importing.import_guess import complete, guess
from surveyapp.survey.importing.import_mapping_file import as_yaml, read_mapping_file
from surveyapp.survey.importing.import_problems import ImportRefusedError, fault
from surveyapp.survey.importing.import_store import NewImport
from surveyapp.survey.key_files import NewFiles
from surveyapp.survey.population import read_population, uncounted
from surveyapp.survey.questionnaire_store import published

_existing = click.Path(path_type=Path, dir_okay=False, exists=True)
_file = click.argument("file", type=_existing)
_questionnaire = click.option("--questionnaire", required=True, metavar="ID/VERSION", help="A published questionnaire.")


@click.command("import")
@_file
@_questionnaire
@click.option("--mapping", required=True, type=_existing, help="Mapping (YAML); make a first one with wave import-mapping.")
@click.option("--collected", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Day on which the collecting ended.")
@click.option("--population", required=True, type=_existing, help="CSV with the columns stratum,population.")
@click.option("--name", default=None, help="What to call the wave; without it ID and that day.")
@municipality_option
@format_option
@in_app
def import_wave(
    file: Path,
    questionnaire: str,
    mapping: Path,
    collected: datetime,
    population: Path,
    name: str | None,
    municipality: str | None,
    output: str,
) -> None:
    """Take in the answers in FILE (CSV or XLSX), collected with another tool, as a wave that is opened already."""
    place = municipalities.find(municipality).id
    asked = published(place, questionnaire)[1]
    matched = read_mapping_file(mapping, asked, questionnaire)
    people = read_population(population, asked)
    steps.at("read")
    sheet = _read(file)
    reading = read_answers(sheet, complete(matched, sheet, asked), asked, _label)
    if reading.faults:
        raise ImportRefusedError(reading.faults)
    called = name or import_store.default_name(questionnaire, collected.date())
    new = NewImport(called, questionnaire, collected.date(), people)
    steps.at("save")
    made = import_store.import_wave(place, new, reading.answers, COMMAND_LINE)
    _print_notes(sheet, reading, uncounted(people, asked), population)
    if output == "json":
        print_json({"wave": made.name, "responses": len(reading.answers), "groups": reading.groups(asked)})
    else:
        click.echo(f"{len(reading.answers)} answers are in as the wave {made.name!r}. Delete the file now, and its copies.")


@click.command("import-mapping")
@_file
@_questionnaire
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="New file for the mapping (YAML).")
@municipality_option
@in_app
def import_mapping(file: Path, questionnaire: str, out: Path, municipality: str | None) -> None:
    """Guess how the columns of FILE (CSV or XLSX) become items, and write it down to be checked and mended by hand."""
    asked = published(municipalities.find(municipality).id, questionnaire)[1]
    sheet = _read(file)
    mapping = guess(sheet, asked, questionnaire)
    with NewFiles() as files:
        files.write(out, as_yaml(mapping).encode())
    matched = sum(use.item is not None for use in mapping.columns)
    still_open = sum(not choice for texts in mapping.texts.values() for choice in texts.values())
    _print_dropped(sheet)
    click.echo(f"{matched} of {len(mapping.columns)} columns are matched in {out}; {still_open} texts are still open.")


def _read(file: Path) -> Sheet:
    if file.stat().st_size > MOST_MB * 1_000_000:
        raise ImportRefusedError([fault("too_large", most=str(MOST_MB))])
    try:
        return read_sheet(file.read_bytes(), file.name)
    except OSError as error:
        raise RefusedError(f"{file} cannot be read: {error.strerror}.") from error


def _label(item: Item) -> str:
    return item.id


def _print_dropped(sheet: Sheet) -> None:
    if sheet.dropped:
        click.echo(f"Dropped unread, because they tell who answered or when: {', '.join(sheet.dropped)}.", err=True)


def _print_notes(sheet: Sheet, reading: Reading, missing: tuple[str, ...], population: Path) -> None:
    _print_dropped(sheet)
    if reading.left_out:
        items = ", ".join(reading.left_out)
        click.echo(f"Left out where the questionnaire would not have asked them: answers to {items}.", err=True)
    if missing:
        click.echo(f"Note: {population} counts nobody in {', '.join(missing)}. If people work there, name them.", err=True)

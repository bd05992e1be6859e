"""The command `surveyapp questionnaire`: checking and publishing questionnaire files."""

from pathlib import Path

import click

from questionnaires.survey_types import Questionnaire
from questionnaires.yaml_file import read_text
from surveyapp.core import municipalities
from surveyapp.core.command import COMMAND_LINE, format_option, in_app, municipality_option, print_json
from surveyapp.survey import questionnaire_store

_file = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))


@click.group()
def questionnaire() -> None:
    """Questionnaire files."""


@questionnaire.command()
@_file
@format_option
def check(file: Path, output: str) -> None:
    """Say whether FILE can be published; every problem is named with its line."""
    found = questionnaire_store.check(read_text(file), str(file))
    if output == "json":
        print_json(_facts(found))
    else:
        click.echo("{reference}: {items} items in {sections} sections, no problem.".format(**_facts(found)))


@questionnaire.command()
@_file
@municipality_option
@format_option
@in_app
def publish(file: Path, municipality: str | None, output: str) -> None:
    """Put the questionnaire in FILE in, for good: a published version never changes."""
    place = municipalities.find(municipality)
    done = questionnaire_store.publish(place.id, read_text(file), str(file), COMMAND_LINE)
    if output == "json":
        print_json({"questionnaire": done.reference, "hash": done.hash, "new": done.new})
    else:
        click.echo(f"{done.reference} is published." if done.new else f"{done.reference} was published already, word for word.")


def _facts(found: Questionnaire) -> dict[str, str | int]:
    return {
        "reference": f"{found.id}/{found.version}",
        "items": len(found.asked),
        "sections": len(found.sections),
    }

"""The command `surveyapp questionnaire`: checking and publishing questionnaire files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from questionnaires.survey_types import Questionnaire
from questionnaires.yaml_file import read_text
from surveyapp.core import municipalities
from surveyapp.core.command import COMMAND_LINE, Group, RefusedError, format_option, in_app, municipality_option, print_json
from surveyapp.survey import questionnaire_store
from surveyapp.survey.drafting import draft_store
from surveyapp.survey.drafting.draft_store import NotReadyError
from surveyapp.survey.drafting.workshop import Blocker

_file = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))


@click.group(cls=Group)
def questionnaire() -> None:
    """Questionnaire files."""


def _text(file: Path) -> str:
    if file.suffix.casefold() in {".xlsx", ".xlsm", ".xls"}:
        raise RefusedError(
            f"{file} is a workbook; make a .yaml file of it first: surveyapp questionnaire convert {file} NEW.yaml"
        )
    return read_text(file)


@questionnaire.command()
@_file
@format_option
def check(file: Path, output: str) -> None:
    """Say whether FILE can be published; every problem is named with its line."""
    found = questionnaire_store.check(_text(file), str(file))
    if output == "json":
        print_json(_facts(found))
    else:
        click.echo("{reference}: {items} items in {sections} sections, no problem.".format(**_facts(found)))


@questionnaire.command()
@_file
@click.option("--translations-checked", is_flag=True, help="Texts that changed in some languages only still say the same.")
@municipality_option
@format_option
@in_app
def publish(file: Path, municipality: str | None, output: str, *, translations_checked: bool) -> None:
    """Put the questionnaire in FILE in, for good: a published version never changes.

    Every item in other words needs a recorded decision first (wording or replaces in the file; the workshop's pages write it).
    """
    place = municipalities.find(municipality)
    text = _text(file)
    try:
        done = draft_store.publish_text(place.id, text, str(file), COMMAND_LINE, all_confirmed=translations_checked)
    except NotReadyError as error:
        raise RefusedError("\n".join(_blocked(*blocker) for blocker in error.assessment.blockers.items())) from error
    if output == "json":
        print_json({"questionnaire": done.reference, "hash": done.hash, "new": done.new})
    else:
        click.echo(f"{done.reference} is published." if done.new else f"{done.reference} was published already, word for word.")


def _blocked(code: Blocker, names: tuple[str, ...]) -> str:
    return _BLOCKED[code].format(names=", ".join(names))


_BLOCKED: Final[Mapping[Blocker, str]] = {
    "problems": "The file has problems.",
    "version_taken": "Version {names} is published already with another text. Give the changed file a new version number.",
    "version_old": "Version {names} is published already. Give the file the next version number.",
    "decision_about_nothing": "A decision names a question that was not asked before: {names}. Take it out.",
    "undecided": "Reworded, and nobody has decided whether they ask the same (wording or replaces): {names}.",
    "stale": "Changed in some languages only: {names}. Mend the other languages, or say --translations-checked.",
}


def _facts(found: Questionnaire) -> dict[str, str | int]:
    return {
        "reference": f"{found.id}/{found.version}",
        "items": len(found.asked),
        "sections": len(found.sections),
    }

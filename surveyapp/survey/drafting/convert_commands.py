"""The command `surveyapp questionnaire convert`: a questionnaire between our YAML and XLSForm, in either direction."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import click

from questionnaires import xlsform
from questionnaires.grammar import read_questionnaire
from questionnaires.survey_types import Questionnaire
from questionnaires.yaml_writer import to_yaml
from surveyapp.core import workbooks
from surveyapp.core.command import RefusedError


def _from_workbook(path: Path) -> Questionnaire:
    return xlsform.read_sheets(workbooks.read(path.read_bytes(), str(path)), str(path))


def _to_workbook(questionnaire: Questionnaire) -> bytes:
    return workbooks.write(xlsform.to_sheets(questionnaire))


def _to_text(questionnaire: Questionnaire) -> bytes:
    return to_yaml(questionnaire).encode()


_READERS: Final[Mapping[str, Callable[[Path], Questionnaire]]] = {".yaml": read_questionnaire, ".xlsx": _from_workbook}
_WRITERS: Final[Mapping[str, Callable[[Questionnaire], bytes]]] = {".yaml": _to_text, ".xlsx": _to_workbook}


@click.command("convert")
@click.argument("source", metavar="IN", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path, dir_okay=False))
def convert_command(source: Path, target: Path) -> None:
    """Write the questionnaire in IN to the new file OUT: from .yaml to .xlsx (XLSForm) or back, as the suffixes say.

    Nothing of the questionnaire is lost; comments in a YAML file are not part of it and stay behind.
    """
    read, write = _READERS.get(source.suffix.lower()), _WRITERS.get(target.suffix.lower())
    if read is None or write is None or source.suffix.lower() == target.suffix.lower():
        raise RefusedError(f"From {source.name} to {target.name}: one must be a .yaml file and the other an .xlsx workbook.")
    content = write(questionnaire := read(source))
    try:
        with target.open("xb") as file:  # x: a file that is there stays
            file.write(content)
    except FileExistsError as error:
        raise RefusedError(f"{target} exists already and stays as it is; give another name or move it away.") from error
    reference = f"{questionnaire.id}/{questionnaire.version}"
    click.echo(f"{reference}, {len(questionnaire.items)} questions and notes, is in {target}.")

"""The command `surveyapp plan convert`: plans as files, without a database."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import click

from questionnaires.plan_types import Plan
from questionnaires.plan_writer import to_yaml
from surveyapp.core.command import RefusedError
from surveyapp.plans import files

_WRITERS: Final[Mapping[str, Callable[[Plan], bytes]]] = {
    ".yaml": lambda read: to_yaml(read).encode(),
    ".xlsx": files.as_workbook,
}


@click.command("convert")
@click.argument("source", metavar="IN", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path, dir_okay=False))
def convert(source: Path, target: Path) -> None:
    """Write the plan in IN to the new file OUT: from .yaml to .xlsx or back, as the suffixes say.

    Nothing of the plan is lost; comments in a YAML file are not part of it and stay behind.
    """
    write = _WRITERS.get(target.suffix.lower())
    if write is None or source.suffix.lower() not in _WRITERS or source.suffix.lower() == target.suffix.lower():
        raise RefusedError(f"From {source.name} to {target.name}: one must be a .yaml file and the other an .xlsx workbook.")
    read = files.of_path(source).plan
    write_new(target, write(read))
    click.echo(f"{read.id}/{read.version}, {len(read.indicators)} rows, is in {target}.")


def write_new(target: Path, content: bytes) -> None:
    """Write *content* to a new file; one that is there already stays as it is."""
    try:
        with target.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise RefusedError(f"{target} exists already and stays as it is; give another name or move it away.") from error

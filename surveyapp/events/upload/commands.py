"""The command `surveyapp events`: the empty sheet, and logging what a filled one says."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import click
from flask_babel import force_locale

from analysis import steps
from questionnaires.plan_types import Plan
from questionnaires.problems import FileRefusedError
from questionnaires.texts import LANGUAGES
from surveyapp.core import clock, municipalities
from surveyapp.core.command import COMMAND_LINE, Group, RefusedError, format_option, in_app, municipality_option, print_json
from surveyapp.events import consequences
from surveyapp.events.telling import tell_released
from surveyapp.events.upload import store
from surveyapp.events.upload.changes import Change, corrected_and_new, digest
from surveyapp.events.upload.reading import Uploader, read
from surveyapp.events.upload.template import template as empty_sheet
from surveyapp.events.upload.words import lines
from surveyapp.plans import store as plan_store

_KINDS = ("new", "corrected", "repeated", "withdrawn")
_institution_option = click.option("--institution", default=None, help="Whose events they are where the sheet does not say.")


@click.group(cls=Group)
def events() -> None:
    """Events: a sheet to fill in, and logging what it says."""


@events.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True, help="Language of the sheet.")
@_institution_option
@municipality_option
@in_app
def template(file: Path, lang: str, institution: str | None, municipality: str | None) -> None:
    """Write the empty sheet of events (XLSX) to FILE, with lists to choose from and notes."""
    plan = _plan(municipalities.find(municipality).id)
    _known(plan, institution)
    with force_locale(lang):
        content = empty_sheet(plan, Uploader(institution, anybody=institution is None))
    try:
        file.write_bytes(content)
    except OSError as error:
        raise RefusedError(f"{file} cannot be written ({error.strerror}); name another place.") from error
    click.echo(f"{file}: the empty sheet of {plan.id}/{plan.version}.")


@events.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what the file would do.")
@click.option("--reason", default=None, help="Why logged events are corrected; needed if any is.")
@_institution_option
@municipality_option
@format_option
@in_app
def import_events(
    file: Path, reason: str | None, institution: str | None, municipality: str | None, output: str, *, dry_run: bool
) -> None:
    """Log the events of FILE (XLSX or CSV): all of them or none; those that are logged already are left as they are."""
    found = municipalities.find(municipality)
    plan = _plan(found.id)
    _known(plan, institution)
    author = store.Author(found.id, COMMAND_LINE, None, lambda _event: True)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise RefusedError(f"{file} cannot be read ({error.strerror}); check its name.") from error
    with force_locale("en"):
        try:
            steps.at("read")
            said = read(content, file.name, plan, clock.today(), Uploader(institution, anybody=True))
            steps.at("check")
            changes = store.preview(author, said)
            moved = consequences.of_events_in_full(found.id, plan, *corrected_and_new(plan.id, changes)).released
            if not dry_run:
                _check_reason(changes, reason)
                steps.at("save")
                store.apply(author, plan, said, digest(changes), reason, hashlib.sha256(content).hexdigest())
        except FileRefusedError as error:
            raise RefusedError(_refusal(file, error)) from error
    _print(changes, moved, output, dry_run=dry_run)


def _plan(municipality_id: int) -> Plan:
    plan = plan_store.current(municipality_id)
    if plan is None:
        raise RefusedError("No plan is loaded; load one with 'surveyapp plan load FILE'.")
    return plan


def _known(plan: Plan, institution: str | None) -> None:
    known = [each.id for each in plan.institutions]
    if institution is not None and institution not in known:
        raise RefusedError(f"The plan has no institution {institution!r}; it has: {', '.join(known)}.")


def _check_reason(changes: Sequence[Change], reason: str | None) -> None:
    corrected = sum(each.kind == "corrected" for each in changes)
    if corrected and not reason:
        raise RefusedError(f"{corrected} logged events would be corrected: say why with --reason. Nothing was written.")


def _refusal(file: Path, error: FileRefusedError) -> str:
    wrong, more = lines(error.problems)
    told = [f"{line.place}: {line.text}" if line.place else line.text for line in wrong]
    return "\n".join([f"Nothing was written. Mend this in {file}:", *told, *([more] if more else [])])


def _print(changes: Sequence[Change], moved: Sequence[str], output: str, *, dry_run: bool) -> None:
    counted = {kind: sum(each.kind == kind for each in changes) for kind in _KINDS}
    if output == "json":
        print_json({"dry_run": dry_run, **counted, "released": list(moved)})
        return
    told = ", ".join(f"{number} {kind}" for kind, number in counted.items() if number)
    click.echo(f"{'Would be: ' if dry_run else ''}{told}.")
    tell_released(moved, dry_run=dry_run)

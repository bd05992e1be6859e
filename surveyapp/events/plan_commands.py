"""The command `surveyapp plan show`: a loaded plan judged by what was logged."""

from datetime import datetime

import click

from analysis.progress import Progress
from analysis.sensitive import shown_progress
from questionnaires.plan_types import Plan
from surveyapp.core import clock, municipalities
from surveyapp.core.command import RefusedError, format_option, in_app, municipality_option, print_json
from surveyapp.events.judging import judge_plan
from surveyapp.plans import store
from surveyapp.plans.commands import plan

_DAY = click.DateTime(["%Y-%m-%d"])


@plan.command()
@click.argument("name", metavar="PLAN")
@click.option("--as-of", type=_DAY, default=None, help="Judge as of this day; today by default.")
@click.option(
    "--known-on", type=_DAY, default=None, help="Use what was logged and stated until the end of this day; now by default."
)
@click.option("--raw", is_flag=True, help="Also print small numbers that pages hide; never hand that on.")
@municipality_option
@format_option
@in_app
def show(
    name: str, as_of: datetime | None, known_on: datetime | None, municipality: str | None, output: str, *, raw: bool
) -> None:
    """Judge every target and row of a loaded PLAN (ID or ID/VERSION) by the logged events and by what was decided."""
    found = municipalities.find(municipality)
    wanted = store.find(found.id, name)
    if wanted is None:
        loaded = ", ".join(f"{each.key}/{each.version}" for each in store.every(found.id)) or "none"
        raise RefusedError(f"No plan {name!r} is loaded for {found.slug}; loaded are: {loaded}.")
    day = as_of.date() if as_of else clock.today()
    decided = judge_plan(found.id, wanted, day, known_on.date() if known_on else None, bundled=True).found
    progress = decided.progress if raw else shown_progress(wanted, decided.progress, decided.records)
    if output == "json":
        print_json(progress.to_json())
    else:
        _print(wanted, progress)


def _print(judged: Plan, progress: Progress) -> None:
    click.echo(f"{judged.id}/{judged.version} as of {progress.as_of}")
    for result in progress.indicators:
        name = judged.indicator(result.indicator).name.en
        timing = f" ({result.timing})" if result.timing else ""
        click.echo(f"{result.indicator:7} {result.to_date:13} {name}{timing}")

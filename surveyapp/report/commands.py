"""The command `surveyapp report`: the yearly evaluation report of a plan as a file."""

from pathlib import Path

import click

from analysis import steps
from questionnaires.texts import LANGUAGES
from surveyapp.core import municipalities
from surveyapp.core.command import COMMAND_LINE, RefusedError, in_app, municipality_option
from surveyapp.core.i18n import speaking
from surveyapp.plans import store as plan_store
from surveyapp.report.files import WRITERS
from surveyapp.report.sources import NothingToReportError, Sources, UnfitReleaseError, gather, of_release, to_choose_from
from surveyapp.report.writing import written
from surveyapp.results.statistics import RefusedResultError
from surveyapp.results.store import AlteredResultError


@click.command()
@click.argument("year", type=click.IntRange(1990, 2100))
@click.option("--plan", "plan_key", default=None, help="Id of a loaded plan; the one in force by default.")
@click.option("--format", "kind", type=click.Choice(sorted(WRITERS)), required=True, help="What kind of file.")
@click.option("--release", "number", type=int, default=None, help="Number of the release to make it from; else a working copy.")
@click.option("--lang", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True, help="Language of the report.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@municipality_option
@in_app
def report(
    year: int, plan_key: str | None, kind: str, number: int | None, lang: str, out: Path, municipality: str | None
) -> None:
    """Write the evaluation report of a YEAR: the plan judged at its end, the surveys opened by then.

    From a release, its numbers, conclusions and proposals as released, the same bytes each time but for the day of making.
    """
    place = municipalities.find(municipality)
    steps.at("collect" if number is None else "again")
    try:
        sources = _sources(place.id, plan_key, year, number)
    except UnfitReleaseError as error:
        raise RefusedError(_unfit(place.id, year, error)) from error
    except NothingToReportError as error:
        loaded = ", ".join(each.key for each in plan_store.every(place.id)) or "none"
        raise RefusedError(
            f"There is nothing to report for {year}: name a loaded plan with --plan (loaded: {loaded}) "
            "and a year of it that has begun."
        ) from error
    except (AlteredResultError, RefusedResultError) as error:
        raise RefusedError(f"The results of the surveys cannot be shown: {error}") from error
    with speaking(lang):
        content = written(sources, kind, lang)
    out.write_bytes(content)
    click.echo(f"The report for {year} is in {out}.")
    if number is None:
        click.echo("It is a working copy: its numbers may still change. Name a release with --release to hand it in.", err=True)


def _sources(municipality_id: int, plan_key: str | None, year: int, number: int | None) -> Sources:
    if number is None:
        return gather(municipality_id, plan_key, year, COMMAND_LINE)
    return of_release(municipality_id, plan_key, year, number)


def _unfit(municipality_id: int, year: int, error: UnfitReleaseError) -> str:
    """Return why the report cannot be made from a release, and what to do."""
    plan = plan_store.current(municipality_id)
    fitting = to_choose_from(municipality_id, plan.id, year) if plan and error.why != "altered" else ()
    known = ", ".join(str(each.number) for each in fitting) or f"none; make one: surveyapp release create --as-of {year}-12-31"
    asked = error.release.asked if error.release else None
    told = {
        "unknown": "There is no such release.",
        "public": "That release is for the public and its numbers are rounded; the report is made from one for the group.",
        "year": f"That release is judged as of {asked.as_of if asked else ''}, not for {year}.",
        "plan": f"That release is of the plan {asked.plan if asked else ''}.",
        "altered": "That release was changed after it was made. Nothing of it is given out; compare it with a backup.",
        "changed": f"That release does not come out the same when it is made anew: what it was made from was changed. {error}",
    }
    return f"{told[error.why]} Releases for the report of {year}: {known}."

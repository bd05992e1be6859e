"""The command `surveyapp report`: the yearly evaluation report of a plan as a file."""

from pathlib import Path

import click

from questionnaires.texts import LANGUAGES
from surveyapp.core import municipalities
from surveyapp.core.command import COMMAND_LINE, RefusedError, in_app, municipality_option
from surveyapp.core.i18n import speaking
from surveyapp.plans import store as plan_store
from surveyapp.report.files import WRITERS
from surveyapp.report.sources import NothingToReportError, gather
from surveyapp.report.yearly import report as yearly_report
from surveyapp.results.statistics import RefusedResultError
from surveyapp.results.store import AlteredResultError


@click.command()
@click.argument("year", type=click.IntRange(1990, 2100))
@click.option("--plan", "plan_key", default=None, help="Id of a loaded plan; the one in force by default.")
@click.option("--format", "kind", type=click.Choice(sorted(WRITERS)), required=True, help="What kind of file.")
@click.option("--lang", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True, help="Language of the report.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@municipality_option
@in_app
def report(year: int, plan_key: str | None, kind: str, lang: str, out: Path, municipality: str | None) -> None:
    """Write the evaluation report of a YEAR: the plan judged at its end, the surveys opened by then."""
    place = municipalities.find(municipality)
    try:
        sources = gather(place.id, plan_key, year, COMMAND_LINE)
    except NothingToReportError as error:
        loaded = ", ".join(each.key for each in plan_store.every(place.id)) or "none"
        raise RefusedError(
            f"There is nothing to report for {year}: name a loaded plan with --plan (loaded: {loaded}) "
            "and a year of it that has begun."
        ) from error
    except (AlteredResultError, RefusedResultError) as error:
        raise RefusedError(f"The results of the surveys cannot be shown: {error}") from error
    with speaking(lang):
        content = WRITERS[kind](yearly_report(sources, lang))
    out.write_bytes(content)
    click.echo(f"The report for {year} is in {out}.")

"""The command `surveyapp demo`: load, reset and announce the invented demonstration data."""

from typing import Final

import click

from surveyapp.core import municipalities, schema
from surveyapp.core.command import RefusedError, in_app
from surveyapp.demo import build, conferences, instruments, waves
from surveyapp.settings import current_settings
from surveyapp.staff.commands import sign_in_address
from surveyapp.staff.roles import ROLES
from surveyapp.staff.store import emails_by_role, person

_SHOWN_CODES: Final = 5


@click.command()
@click.option("--reset", is_flag=True, help="Delete the demonstration data that are loaded and load them afresh.")
@click.option("--on-first-run", is_flag=True, help="Load only into an empty database; then say how to get in, if loaded.")
@in_app
def demo(*, reset: bool, on_first_run: bool) -> None:
    """Load invented demonstration data and print the three doors, some unused codes and a sign-in link per role."""
    if municipalities.any_real():
        if not on_first_run:
            raise RefusedError("A real municipality is here; demonstration data need a data folder of their own.")
        return
    if reset and municipalities.any_demo():
        _empty()
    if not municipalities.any_demo():
        click.echo("Loading invented demonstration data (about fifteen seconds) …", err=True)
        _build()
    elif not on_first_run:
        click.echo("Demonstration data are loaded already; --reset loads them afresh.", err=True)
    _announce()


def _build() -> None:
    try:
        build.everything()
    except BaseException:
        _empty()  # half a demonstration would look like a whole one the next time
        raise


def _empty() -> None:
    schema.downgrade("base")
    schema.upgrade()


def _announce() -> None:
    settings = current_settings()
    base = settings.base_url
    click.echo(f"\n  Demonstration data are loaded: everything is invented.\n\n  Start page        {base}/")
    click.echo(f"  1 Questionnaire   {base}/s/")
    codes = waves.unused_codes(_SHOWN_CODES)
    click.echo(f"    codes to try    {'   '.join(codes) or 'none left: surveyapp demo --reset'}")
    for name, code in zip(("event feedback", "class game"), instruments.codes_to_try(), strict=False):
        click.echo(f"    {name:<15} {code}")
    place = municipalities.find(None).id
    emails = emails_by_role(place)
    click.echo(f"  2 Participation   {base}/events/")
    click.echo(f"    conference      {base}{conferences.address(person(place, emails['coordinator']))}")
    click.echo(
        f"  3 Results         {base}/results/\n    open data       {base}/open-data/\n\n  Sign-in links, each for one use:"
    )
    for role in ROLES:
        click.echo(f"    {role:<12} {sign_in_address(emails[role])}")
    click.echo("")

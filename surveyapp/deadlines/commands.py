"""The command `surveyapp remind`: the quarterly reminder of what is due, to be run every day."""

import click
from flask_babel import force_locale

from surveyapp.core import municipalities
from surveyapp.core.command import RefusedError, format_option, in_app, municipality_option, print_json
from surveyapp.deadlines import mailing
from surveyapp.deadlines.mailing import Outcome
from surveyapp.survey.letters import mail_reasons


@click.command()
@municipality_option
@format_option
@in_app
def remind(municipality: str | None, output: str) -> None:
    """Send the quarterly reminder of what is due to organisers and the coordinator.

    Run it every day: each account gets one letter a quarter, however often this runs and whatever interrupts it.
    """
    found = municipalities.find(municipality)
    if found.demo:
        raise RefusedError("Demonstration accounts belong to nobody; no letters are sent to them.")
    outcome = mailing.run(found.id)
    if output == "json":
        print_json(_as_json(outcome))
    else:
        click.echo(_told(outcome))
    if outcome.stopped:
        with force_locale("en"):
            raise RefusedError(f"{mail_reasons.stop(outcome.stopped, outcome.said)} Repeat the command to go on.")


def _told(outcome: Outcome) -> str:
    name = f"{outcome.quarter.year}, quarter {outcome.quarter.quarter}"
    standing = outcome.standing
    return (
        f"{name}: {outcome.sent} sent now, {standing.get('sent', 0)} in all; {standing.get('owed', 0)} still wait, "
        f"{standing.get('refused', 0)} refused, {standing.get('in_doubt', 0) + standing.get('sending', 0)} in doubt."
    )


def _as_json(outcome: Outcome) -> dict[str, object]:
    return {
        "year": outcome.quarter.year,
        "quarter": outcome.quarter.quarter,
        "sent_now": outcome.sent,
        "standing": outcome.standing,
        "stopped": outcome.stopped or None,
    }

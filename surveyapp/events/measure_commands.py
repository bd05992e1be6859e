"""The command `surveyapp measure`: enter and list measured values of the plan in force."""

from datetime import datetime

import click

from analysis import statement_json
from analysis.event_cells import decimal_number
from analysis.head_counts import SMALLEST_HEAD_COUNT
from analysis.statement_checks import MESSAGES, measured_name
from analysis.statements import Measurement
from questionnaires.plan_types import Plan
from surveyapp.core import municipalities
from surveyapp.core.command import COMMAND_LINE, Group, RefusedError, format_option, in_app, municipality_option, print_json
from surveyapp.core.i18n import speaking
from surveyapp.events import consequences
from surveyapp.events.telling import tell_released
from surveyapp.plans import forms, rules, statement_store, store
from surveyapp.plans.rules import Chain
from surveyapp.plans.statement_store import Author, DoesNotFitError, Manner

_DAY = click.DateTime(["%Y-%m-%d"])


class _Number(click.ParamType[float]):
    """A number as people write it: with a point or a comma, thousands apart or not, with any minus."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number; refuse what is none."""
        found = decimal_number(forms.MOST, signed=True)(str(value))
        if not isinstance(found, float):
            self.fail(f"'{value}' is not a number; write it like 62.4 or 62,4.", param, ctx)
        return found


_plan_option = click.option("--plan", "name", default=None, help="Plan (ID or ID/VERSION); the one in force by default.")


@click.group(cls=Group)
def measure() -> None:
    """Measured values of a plan's rows."""


@measure.command()
@click.argument("indicator")
@click.option("--value", type=_Number(), required=True, help="The number, like 62.4 or 62,4; below zero with a minus.")
@click.option("--on", type=_DAY, required=True, help="The day that it holds for, such as 2026-12-31.")
@click.option("--source", required=True, help="Where anybody can look it up.")
@click.option("--reason", default=None, help="Why it replaces an earlier value for the same day.")
@click.option("--dry-run", is_flag=True, help="Only say which released figures the value would move.")
@_plan_option
@municipality_option
@in_app
def add(
    indicator: str,
    value: float,
    on: datetime,
    source: str,
    reason: str | None,
    name: str | None,
    municipality: str | None,
    *,
    dry_run: bool,
) -> None:
    """Enter a measured value of INDICATOR: a row, or what several rows measure together; after a slash one of its parts."""
    found = municipalities.find(municipality)
    plan = _plan(found.id, name)
    stated = Measurement(what=_what(found.id, plan, indicator), value=value, on=on.date(), source=source.strip())
    before = statement_store.chain(found.id, plan.id, "measurement", stated.subject)
    if before and before.holds and statement_json.write(before.newest.statement) == statement_json.write(stated):
        click.echo(f"{stated.subject} holds this value already; nothing is changed.")
        return
    if before and not reason and not dry_run:
        raise RefusedError(f"{stated.subject} has a value already: say with --reason why this one replaces it.")
    if not stated.source:
        raise RefusedError("Say with --source where the number can be looked up.")
    try:
        statement_store.check(plan, stated)
    except DoesNotFitError as error:
        told = "; ".join(f"{each}: {MESSAGES[code]}" for each, code in error.faults.items())
        raise RefusedError(f"{indicator} cannot hold this value: {told}.") from error
    with speaking("en"):
        moved = consequences.of_statement(found.id, plan, stated, COMMAND_LINE).released
    if not dry_run:
        author = Author(found.id, None, COMMAND_LINE)
        statement_store.state(author, plan, stated, Manner(before.newest.number if before else 0, reason))
    click.echo(f"{stated.subject} {'would be' if dry_run else 'is'} {_plain(value)} ({stated.source}).")
    tell_released(moved, dry_run=dry_run)


def _what(municipality_id: int, plan: Plan, indicator: str) -> str:
    """Return what is measured at INDICATOR."""
    head, slash, part = indicator.partition("/")
    row = next((each for each in plan.indicators if each.id == head), None)
    if row is None and all(each.id != head for each in plan.measured):
        raise RefusedError(_not_there(municipality_id, plan, head))
    return f"{measured_name(row) if row else head}{slash}{part}"


@measure.command("list")
@_plan_option
@municipality_option
@format_option
@in_app
def list_values(name: str | None, municipality: str | None, output: str) -> None:
    """List the measured values that hold, by name and day; small numbers that pages hide are hidden."""
    found = municipalities.find(municipality)
    plan = _plan(found.id, name)
    chains = [each for each in statement_store.chains(found.id, plan.id) if each.kind == "measurement" and each.holds]
    lines = [_line(plan, each) for each in sorted(chains, key=lambda each: each.subject)]
    if output == "json":
        print_json(lines)
        return
    for line in lines:
        click.echo("{indicator}  {on}  {value}  {source}  ({by})".format(**line))
    if not lines:
        click.echo("No value is measured yet; enter one with 'surveyapp measure add'.")


def _plan(municipality_id: int, name: str | None) -> Plan:
    plan = store.find(municipality_id, name) if name else store.current(municipality_id)
    if plan is None:
        raise RefusedError("No such plan is loaded; load one with 'surveyapp plan load FILE'.")
    return plan


def _not_there(municipality_id: int, plan: Plan, name: str) -> str:
    """Say that the plan has no such row, and in which other plan it is."""
    told = f"The plan {plan.id} has no row and no measured thing '{name}'."
    for other in store.newest_of_each(municipality_id):
        names = {each.id for each in other.indicators} | {each.id for each in other.measured}
        if other.id != plan.id and name in names:
            return f"{told} {other.id} has: add --plan {other.id}."
    return f"{told} 'surveyapp plan show {plan.id}' lists its rows."


def _plain(value: float) -> float:
    """Return a whole number without a point."""
    return int(value) if value.is_integer() else value


def _line(plan: Plan, chain: Chain) -> dict[str, object]:
    said = chain.newest.statement
    if not isinstance(said, Measurement):
        raise TypeError(chain.kind)
    value: object = f"<{SMALLEST_HEAD_COUNT}" if rules.guards_value(plan, said) else _plain(said.value)
    return {
        "indicator": said.what,
        "on": said.on.isoformat(),
        "value": value,
        "source": said.source,
        "by": chain.newest.by,
        "corrections": len(chain.history) - 1,
    }

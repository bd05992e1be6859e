"""The command line: each command's module is loaded only when it is called, and little before."""

import sys
from importlib import import_module
from typing import Final

import click

from analysis import own_output
from surveyapp.core.command import Group, tell_steps

COMMANDS: Final[dict[str, str]] = {
    "init": "surveyapp.core.commands:init",
    "serve": "surveyapp.serving:serve",
    "audit": "surveyapp.core.commands:audit",
    "backup": "surveyapp.core.backups.commands:backup",
    "restore": "surveyapp.core.backups.commands:restore",
    "doctor": "surveyapp.core.doctor.command:command",
    "metrics": "surveyapp.core.metrics:command",
    "purge": "surveyapp.core.commands:purge",
    "user": "surveyapp.staff.commands:user",
    "questionnaire": "surveyapp.survey.commands:questionnaire",
    "wave": "surveyapp.feedback.commands:wave",
    "events": "surveyapp.events.upload.commands:events",
    "plan": "surveyapp.events.plan_commands:plan",
    "measure": "surveyapp.events.measure_commands:measure",
    "remind": "surveyapp.deadlines.commands:remind",
    "release": "surveyapp.opendata.commands:release",
    "export": "surveyapp.releases.commands:export",
    "report": "surveyapp.report.commands:report",
    "demo": "surveyapp.demo.commands:demo",
}


class _Commands(Group):
    """Commands found by name in COMMANDS."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


def _made() -> object:
    return import_module("surveyapp.app").create_app()


@click.group(cls=_Commands, context_settings={"obj": _made})
@click.version_option(package_name="surveyapp")
@click.option("--progress", is_flag=True, help="Tell the steps of long work on standard error, also where no terminal is.")
@click.pass_context
def commands(context: click.Context, *, progress: bool) -> None:
    """Survey and monitoring software for a municipality's prevention plan."""
    tell_steps(context, always=progress)


def main() -> None:
    """Run a command; what was refused is told in plain words with exit code 1."""
    own_output.keep()
    try:
        commands()
    except Exception as error:
        told: str | None = import_module("surveyapp.core.trouble_words").told(error)
        if told is None:
            raise
        click.echo(told, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()

"""What every command on the command line shares: the app around it, its options and how it refuses."""

import json
import sys
from collections.abc import Callable
from functools import update_wrapper
from importlib import import_module
from typing import Any, Final, ParamSpec, TypeVar

import click

from analysis import steps

Given = ParamSpec("Given")
Back = TypeVar("Back")

COMMAND_LINE: Final = "command line"
"""The name under which the command line stands in the audit trail."""

_LONGEST_SENTENCE: Final = 1000


class RefusedError(Exception):
    """A command cannot do what was asked; the message says what, why and how to mend it."""


def in_app(function: Callable[Given, Back]) -> Callable[Given, Back]:
    """Run a command inside an app made from the environment's settings; the root context's object makes the app."""

    def wrapper(*args: Given.args, **kwargs: Given.kwargs) -> Back:
        app = click.get_current_context().find_root().obj()
        with app.app_context():
            return function(*args, **kwargs)

    return update_wrapper(wrapper, function)


class Group(click.Group):
    """A group of commands whose help tells the whole first sentence of each, wrapped, instead of cutting it short."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands that are not hidden, each with its sentence."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, one.get_short_help_str(_LONGEST_SENTENCE)) for name, one in found if one and not one.hidden]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def tell_steps(context: click.Context, *, always: bool) -> None:
    """Tell the steps of a command on standard error where somebody sits at a terminal, or *always*; never in what it prints."""
    if always or sys.stderr.isatty():
        context.with_resource(steps.heard_by(steps.OnTerminal(sys.stderr, _in_english)))


def _in_english(step: str) -> str:
    words: str = import_module("surveyapp.core.step_words").in_english(step)  # the server tells none and need not wait for it
    return words


municipality_option = click.option("--municipality", default=None, help="Short name; needed where more than one exists.")
format_option = click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How data are printed."
)


def print_json(data: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print *data* as JSON, readable and with its own letters."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))

"""The command line says what is missing instead of showing its insides."""

import io
import os
import subprocess
import sys
from pathlib import Path

import click
from click.testing import CliRunner
from flask import Flask

from analysis import steps
from surveyapp.cli import COMMANDS, commands
from surveyapp.core import municipalities, step_words


def test_a_command_before_the_first_start_says_what_to_run_first(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SURVEYAPP_")}
    command = [sys.executable, "-m", "surveyapp.cli", "plan", "list"]
    environment = {**clean, "SURVEYAPP_DATA_DIR": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "The database has no tables yet, or older ones: run 'surveyapp init' first.\n"


def test_the_help_of_every_group_tells_the_whole_first_sentence_of_each_of_its_commands() -> None:
    context = click.Context(commands)
    groups = [(name, found) for name in COMMANDS if isinstance(found := commands.get_command(context, name), click.Group)]
    assert len(groups) > 5
    for name, group in groups:
        told = " ".join(CliRunner().invoke(commands, [name, "--help"]).output.split())
        for command in group.commands.values():
            sentence = (command.help or "").split("\n\n")[0].replace("\n", " ")
            assert sentence.partition(". ")[0].rstrip(".") in told, f"{name} {command.name}"


def test_a_terminal_shows_how_far_a_step_is_on_one_line_and_anything_else_gets_a_line_for_each_step() -> None:
    screen, file = Terminal(), io.StringIO()
    for output in (screen, file):
        with steps.heard_by(steps.OnTerminal(output, step_words.in_english)):
            assert list(steps.each("unseal", range(4))) == [0, 1, 2, 3]
            steps.at("clean")
    over = "\x1b[1A\r\x1b[K"
    shares = over.join(f"Opening the boxes … {share} %\n" for share in (0, 25, 50, 75, 100))
    assert screen.getvalue() == f"{shares}Cleaning traces from the database …\n"
    assert file.getvalue() == "Opening the boxes …\nCleaning traces from the database …\n"


class Terminal(io.StringIO):
    """What stands for somebody's screen."""

    def isatty(self) -> bool:
        return True


def test_a_municipality_whose_name_no_database_keeps_is_refused_with_how_long_it_may_be(app: Flask) -> None:
    for words in (["--municipality", "x" * 65], ["--municipality", "cesis2", "--name", "y" * 201]):
        done = CliRunner().invoke(commands, ["init", "--without-backup", *words], obj=lambda: app)
        assert done.exit_code == 1
        assert "has at most" in str(done.exception or done.output)
    with app.app_context():
        assert municipalities.find(None).slug == "cesis"

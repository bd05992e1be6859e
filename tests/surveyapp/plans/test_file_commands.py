"""Plans as files on the command line: converted without loss, checked and loaded from workbooks as from YAML."""

import json
from pathlib import Path

import click.testing
import pytest
from flask import Flask

from questionnaires.library import find_plan
from questionnaires.plan_grammar import read_plan
from questionnaires.plan_sheets_writer import to_sheets
from questionnaires.problems import FileRefusedError
from surveyapp.cli import commands
from surveyapp.core import municipalities, workbooks
from surveyapp.core.command import RefusedError
from surveyapp.plans import store
from tests.surveyapp.events.plans import PLAN


def run(app: Flask, *arguments: str) -> click.testing.Result:
    """Run a command on *app*'s database."""
    return click.testing.CliRunner().invoke(commands, arguments, obj=lambda: app)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the small plan."""
    (tmp_path / "small.yaml").write_text(PLAN, encoding="utf-8")
    return tmp_path


def test_a_plan_is_converted_to_a_workbook_and_back_without_loss(one_app: Flask, folder: Path) -> None:
    said = run(one_app, "plan", "convert", str(folder / "small.yaml"), str(folder / "small.xlsx"))
    assert said.output == f"small/1, 4 rows, is in {folder / 'small.xlsx'}.\n"
    assert run(one_app, "plan", "convert", str(folder / "small.xlsx"), str(folder / "again.yaml")).exit_code == 0
    assert read_plan(folder / "again.yaml") == read_plan(folder / "small.yaml")


@pytest.mark.parametrize("target", ["small.yaml", "small.csv", "there.xlsx"])
def test_nothing_is_written_over_and_no_other_form_is_promised(one_app: Flask, folder: Path, target: str) -> None:
    (folder / "there.xlsx").write_bytes(b"kept")
    refused = run(one_app, "plan", "convert", str(folder / "small.yaml"), str(folder / target))
    assert isinstance(refused.exception, RefusedError)
    assert (folder / "there.xlsx").read_bytes() == b"kept"


def test_a_workbook_is_checked_and_loaded_like_a_file(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("plan") / "plan.xlsx"
    plan = read_plan(find_plan("cesis-2025-2027"))
    file.write_bytes(workbooks.write(to_sheets(plan)))
    assert "52 rows with 69 targets" in run(app, "plan", "check", str(file)).output
    assert "cesis-2025-2027/1 is loaded for cesis: 52 rows" in run(app, "plan", "load", str(file)).output
    with app.app_context():
        assert store.current(municipalities.find("cesis").id) == plan


def test_problems_of_a_workbook_are_told_by_sheet_and_cell(one_app: Flask, folder: Path) -> None:
    sheets = to_sheets(read_plan(folder / "small.yaml"))
    sheets["targets"][1][5] = "many"
    (folder / "bad.xlsx").write_bytes(workbooks.write(sheets))
    refused = run(one_app, "plan", "check", str(folder / "bad.xlsx"))
    assert isinstance(refused.exception, FileRefusedError)
    assert "bad.xlsx:2: targets!F2 (kind): many is not known here" in str(refused.exception)


def test_two_files_are_compared_whatever_their_form(one_app: Flask, folder: Path) -> None:
    old, new, sheets = folder / "small.yaml", folder / "new.yaml", folder / "new.xlsx"
    new.write_text(PLAN.replace("value: 40", "value: 50"), encoding="utf-8")
    assert run(one_app, "plan", "convert", str(new), str(sheets)).exit_code == 0
    said = run(one_app, "plan", "diff", str(old), str(sheets)).output
    assert "target 1.1.a/" in said
    assert "value: 40 -> 50" in said
    assert said.endswith("1 differences.\n")
    told = json.loads(run(one_app, "plan", "diff", str(old), str(new), "--format", "json").output)
    assert [(each["part"], each["field"], each["before"], each["after"]) for each in told] == [("target", "value", 40, 50)]
    assert json.loads(run(one_app, "plan", "diff", str(old), str(old), "--format", "json").output) == []


def test_the_empty_workbook_is_written_and_says_what_it_lacks(one_app: Flask, folder: Path) -> None:
    said = run(one_app, "plan", "template", str(folder / "empty.xlsx"))
    assert "The empty workbook is in" in said.output
    refused = run(one_app, "plan", "check", str(folder / "empty.xlsx"))
    assert isinstance(refused.exception, FileRefusedError)
    assert "the sheet Mērķi has no rows" in str(refused.exception)
    assert isinstance(run(one_app, "plan", "template", str(folder / "empty.xlsx")).exception, RefusedError)

"""The commands `events template` and `events import`."""

import json
from datetime import date
from pathlib import Path

import click.testing
from flask import Flask

from surveyapp.cli import commands
from surveyapp.core import municipalities
from surveyapp.events import store
from tests.surveyapp.events.plans import load_plan
from tests.surveyapp.events.sheets import HEADER, logged, workbook

ROW = ("1.1.a", date(2026, 10, 1), "Mācības", 25, 25, "social_service")
WITH_INSTITUTION = (*HEADER, "institution")


def run(app: Flask, *arguments: str) -> click.testing.Result:
    """Run a command on *app*'s database."""
    return click.testing.CliRunner().invoke(commands, arguments, obj=lambda: app)


def test_a_dry_run_says_what_the_file_would_do_and_writes_nothing(app: Flask, tmp_path: Path) -> None:
    load_plan(app)
    file = tmp_path / "events.xlsx"
    file.write_bytes(workbook(ROW, header=WITH_INSTITUTION))
    said = run(app, "events", "import", str(file), "--dry-run", "--format", "json")
    assert json.loads(said.output) == {"dry_run": True, "new": 1, "corrected": 0, "repeated": 0, "withdrawn": 0, "released": []}
    assert logged(app) == []


def test_the_import_logs_all_rows_in_the_name_of_the_command_line_and_only_once(app: Flask, tmp_path: Path) -> None:
    load_plan(app)
    file = tmp_path / "events.xlsx"
    file.write_bytes(workbook(ROW, header=WITH_INSTITUTION))
    assert run(app, "events", "import", str(file)).output == "1 new.\n"
    assert run(app, "events", "import", str(file)).output == "1 repeated.\n"
    with app.app_context():
        (event,) = store.listed(municipalities.find("cesis").id, store.Wanted())
        assert (event.institution, event.newest.by, event.newest.account_id) == ("social_service", "command line", None)


def test_a_correction_needs_a_reason(app: Flask, tmp_path: Path) -> None:
    load_plan(app)
    file = tmp_path / "events.xlsx"
    for people in (25, 26):
        file.write_bytes(workbook((*ROW[:3], people, 30, ROW[5]), header=WITH_INSTITUTION))
        result = run(app, "events", "import", str(file))
    assert result.exit_code == 1
    assert "say why with --reason" in str(result.exception)
    assert run(app, "events", "import", str(file), "--reason", "Pārskaitīts").output == "1 corrected.\n"


def test_a_refused_file_is_explained_row_by_row_in_english(app: Flask, tmp_path: Path) -> None:
    load_plan(app)
    file = tmp_path / "events.xlsx"
    file.write_bytes(workbook(("1.1.z", *ROW[1:]), (*ROW[:5], "Nezināma"), header=WITH_INSTITUTION))
    result = run(app, "events", "import", str(file))
    assert result.exit_code == 1
    assert str(result.exception).splitlines()[1:] == [
        "sheet “Events”, row 2, column “Row of the plan”: The plan has no row “1.1.z”: check the number of the row.",
        (
            "sheet “Events”, row 3, column “Organising institution”: The plan has no institution “Nezināma”: "
            "choose one of these: Social service, Education board."
        ),
    ]


def test_the_empty_sheet_is_written_where_it_was_asked_for(app: Flask, tmp_path: Path) -> None:
    load_plan(app)
    file = tmp_path / "empty.xlsx"
    assert run(app, "events", "template", str(file), "--lang", "ru").exit_code == 0
    assert file.read_bytes().startswith(b"PK")
    assert run(app, "events", "template", str(file), "--institution", "nobody").exit_code == 1

"""The history of a finished plan on the command line: checked like a plan, and never loaded as one."""

import json
from pathlib import Path

from flask import Flask

from questionnaires.problems import FileRefusedError
from surveyapp.core.command import RefusedError
from tests.surveyapp.plans.test_store import run

EXAMPLE = Path(__file__).parents[2] / "questionnaires" / "examples" / "history.yaml"


def test_a_history_is_checked_by_its_file_and_by_its_shipped_name(app: Flask) -> None:
    told = run(app, "plan", "check", str(EXAMPLE))
    assert (told.exit_code, told.output) == (
        0,
        "town-history-2013-2015/1: 2 tasks, 2 series with 6 figures. The file is sound.\n",
    )
    shipped = run(app, "plan", "check", "child-crime-prevention-2013-2019", "--format", "json")
    assert json.loads(shipped.output) == {
        "history": "child-crime-prevention-2013-2019/1", "tasks": 49, "series": 191, "figures": 340
    }  # fmt: skip


def test_a_history_with_mistakes_is_refused_with_every_place(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    text = EXAMPLE.read_text(encoding="utf-8").replace("value: 30,", "value: 30.5,").replace("is: partial", "is: partly")
    file.write_text(text, encoding="utf-8")
    refused = run(app, "plan", "check", str(file)).exception
    assert isinstance(refused, FileRefusedError)
    told = [f"{problem.line}: {problem.key}: {problem.message}" for problem in refused.problems]
    assert told == [
        "30: tasks[1].degree.is: partly is not known here; did you mean partial? Allowed are done, partial, not_done",
        "54: series[lessons].points[1].value: 30.5 is not a whole number; write digits only",
    ]


def test_a_history_is_not_loaded_as_a_plan(app: Flask) -> None:
    refused = run(app, "plan", "load", str(EXAMPLE)).exception
    assert isinstance(refused, RefusedError)
    assert "history of a finished plan" in str(refused)


def test_an_unknown_name_is_refused_with_the_plans_that_there_are(app: Flask) -> None:
    refused = run(app, "plan", "check", "nothing").exception
    assert isinstance(refused, RefusedError)
    assert "cesis-2025-2027/1" in str(refused)

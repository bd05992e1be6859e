"""Figures for a monitor tell how the installation is; nothing in them moves when somebody answers."""

import re
from pathlib import Path

from flask import Flask

from surveyapp.core.metrics import MEANING, STEP
from surveyapp.survey import store
from tests.conftest import app_on
from tests.surveyapp.core.machines import Machine
from tests.surveyapp.survey.small import running, sheet


def figures(told: str) -> dict[str, str]:
    """Name and labels of each figure to its value."""
    lines = [line for line in told.splitlines() if not line.startswith("#")]
    return {name: value for name, _, value in (line.rpartition(" ") for line in lines)}


def test_figures_for_a_monitor_stand_still_while_people_answer(one_app: Flask, tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    this = running(one_app)
    machine.run("backup", str(tmp_path / "b"))
    before = figures(machine.run("metrics", "--app-port", "1"))
    with one_app.app_context():
        for number, code in enumerate(this.codes):
            store.submit(code.link, store.new_receipt(), sheet(number))
    after = figures(machine.run("metrics", "--app-port", "1"))
    # The disk is everybody's: other programs fill it meanwhile.
    assert int(before.pop("surveyapp_disk_free_bytes")) % STEP == int(after.pop("surveyapp_disk_free_bytes")) % STEP == 0
    assert before == after
    assert before["surveyapp_healthy"] == "0"
    assert before["surveyapp_database_answers"] == "1"
    assert before["surveyapp_backup_age_days"] == "0"
    assert {re.split(r"[{ ]", name)[0] for name in after} <= set(MEANING)


def test_health_answers_with_the_standing_of_the_database_alone(one_app: Flask, tmp_path: Path) -> None:
    good = one_app.test_client().get("/health")
    assert (good.status_code, good.get_json()) == (200, {"status": "ok"})
    nowhere = app_on("postgresql+psycopg://nobody@127.0.0.1:1/nothing", tmp_path)
    bad = nowhere.test_client().get("/health")
    assert (bad.status_code, bad.get_json()) == (503, {"status": "database does not answer"})
    assert bad.headers["Cache-Control"] == "no-store"

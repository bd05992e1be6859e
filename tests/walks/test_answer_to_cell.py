"""One answer from a specialist's page to a protected cell of the comparison, and to the same number from files."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from questionnaires.grammar import read_questionnaire
from questionnaires.library import find_questionnaire
from questionnaires.survey_types import Questionnaire
from surveyapp import cli
from tests.surveyapp.signing_in import sign_in

RIGHT = "k_deadline"
Given = Mapping[str, Sequence[str]]


def answers(questionnaire: Questionnaire, role: str, *, right: bool) -> dict[str, list[str]]:
    """A whole set of answers; the one we follow is right or wrong."""
    chosen: dict[str, list[str]] = {str(questionnaire.stratum_item): [role]}
    for item in questionnaire.asked:
        if item.id not in chosen and item in questionnaire.seen(chosen):
            chosen[item.id] = [item.choices[0].id]
    correct = questionnaire.item(RIGHT).correct
    wrong = next(choice.id for choice in questionnaire.item(RIGHT).choices if choice.id not in {correct, "dont_know"})
    chosen[RIGHT] = [str(correct) if right else wrong]
    return chosen


def people(questionnaire: Questionnaire, right: int) -> Iterator[dict[str, list[str]]]:
    """Forty people, half of them teachers; *right* of them know the deadline, spread evenly over both groups."""
    for number in range(40):
        yield answers(questionnaire, "teacher" if number % 2 else "social", right=number < right)


def command(app: Flask, *words: str) -> str:
    """Run a command of the command line that must succeed."""
    done = CliRunner().invoke(cli.commands, list(words), obj=lambda: app)
    assert done.exit_code == 0, f"{done.output} {done.exception}"
    printed: str = done.stdout
    return printed


def answer_by_page(client: FlaskClient, code: str, given: Given) -> str:
    """Type *code*, tick everything, send it; returns the receipt."""
    page = client.post("/s/", data={"code": code}).get_data(as_text=True)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert {"code", "receipt"} <= set(hidden), page
    ticked = {f"q-{item}": list(chosen) for item, chosen in given.items()}
    done = client.post("/s/answer", data={**hidden, **ticked})
    assert done.status_code == 200, done.get_data(as_text=True)
    assert hidden["receipt"] in done.get_data(as_text=True)
    receipt: str = hidden["receipt"]
    return receipt


def run_wave(app: Flask, folder: Path, version: int, right: int) -> list[dict[str, list[str]]]:
    """A whole wave by commands and pages; returns what was answered."""
    name, file = f"wave-{version}", find_questionnaire(f"specialists/{version}")
    questionnaire = read_questionnaire(file)
    (folder / "people.csv").write_text("stratum,population\nteacher,25\nsocial,25\n", encoding="utf-8")
    key, codes = str(folder / f"{name}.pem"), folder / f"{name}.csv"
    command(app, "questionnaire", "publish", str(file))
    made_from = ("--questionnaire", f"specialists/{version}", "--population", str(folder / "people.csv"))
    dates = ("--opens", f"2026-11-{version:02}", "--closes", "2026-11-30")
    command(app, "wave", "create", *made_from, *dates, "--name", name, "--key-out", key)
    command(app, "wave", "trial", name, "--key", key)
    command(app, "wave", "invite", name, "--count", "45", "--out", str(codes))
    with codes.open(encoding="utf-8", newline="") as lines:
        typed = [line["code"] for line in csv.DictReader(lines)]
    given = list(people(questionnaire, right))
    client = app.test_client()
    for code, one in zip(typed, given, strict=False):
        answer_by_page(client, code, one)
    command(app, "wave", "close", name)
    command(app, "wave", "open", name, "--key", key)
    return given


def write_file(path: Path, given: Sequence[Given], role: str) -> None:
    """The same answers as a file for the analyst."""
    items = sorted({item for one in given for item in one})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["stratum", *items])
        writer.writerows([one[role][0], *(";".join(one.get(item, ())) for item in items)] for one in given)


def test_an_answer_walks_from_the_page_to_a_protected_cell(app: Flask, tmp_path: Path) -> None:
    before = run_wave(app, tmp_path, 1, right=12)
    after = run_wave(app, tmp_path, 2, right=30)
    client = app.test_client()
    sign_in(client, app, "group")

    page = client.get("/results/survey?lang=en")
    assert page.status_code == 200
    assert "30 of the 40" in page.get_data(as_text=True)

    table = client.get("/results/survey.csv").get_data(as_text=True).lstrip("\ufeff")
    line = next(row for row in csv.DictReader(io.StringIO(table)) if (row["item"], row["stratum"]) == (RIGHT, "*"))
    assert (line["n_before"], line["n_after"]) == ("40", "40")
    assert (float(line["before"]), float(line["after"])) == (12 / 40, 30 / 40)
    assert line["verdict"] == "clear_rise"

    write_file(tmp_path / "a.csv", before, "role")
    write_file(tmp_path / "b.csv", after, "role")
    files = {
        "--questionnaire": find_questionnaire("specialists/2"),
        "--questionnaire-before": find_questionnaire("specialists/1"),
        "--before": tmp_path / "a.csv",
        "--after": tmp_path / "b.csv",
        "--population": tmp_path / "people.csv",
    }
    options = [str(word) for option in files.items() for word in option]
    done = subprocess.run([sys.executable, "-m", "analysis", "compare", *options], capture_output=True, text=True, check=True)
    from_files = next(row for row in json.loads(done.stdout) if (row["item"], row["stratum"]) == (RIGHT, "*"))
    for field in ("n_before", "n_after", "verdict"):
        assert str(from_files[field]) == line[field], field
    for field in ("before", "after", "change", "change_low", "change_high", "effect"):
        assert float(line[field]) == round(from_files[field], 6), field

"""The codebook of a published version: a page, a table and data for readers of the results, a file for the command line."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from surveyapp import cli
from surveyapp.core.database import writing
from surveyapp.survey import wave_store
from surveyapp.survey.models import Wave
from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import NewWave
from tests.surveyapp.signing_in import sign_in
from tests.surveyapp.survey.rounds import CLOSES, OPENS, drafted
from tests.surveyapp.survey.workshops import OTHER_DUTY, REWORDED, SECOND, Coordinator, plain

BOOK = "/questionnaires/helpers/2/codebook"
DECIDED = REWORDED.replace(
    OTHER_DUTY,
    f"{OTHER_DUTY}\n        wording: {{same_as: duty, decided_by: Grupa, decided_on: 2026-08-20, reason: Skaidrāk.}}",
)


@pytest.fixture
def coordinator(one_app: Flask) -> Coordinator:
    return Coordinator(one_app)


def publish(coordinator: Coordinator, text: str) -> None:
    assert coordinator.post(coordinator.drafted(text), "publish", sure="y").status_code == 302


def opened_once(coordinator: Coordinator, reference: str = "helpers/2") -> None:
    """A wave of the questionnaire that is over; what was answered does not matter here."""
    with coordinator.app.app_context():
        new = NewWave("over", reference, OPENS, CLOSES, {"teacher": 20})
        wave = wave_store.draft(coordinator.place, new, "test")
        with writing() as session:
            session.get_one(Wave, wave.id).state = State.SCRUBBED


def test_a_reader_of_the_results_sees_wordings_codes_and_scoring_in_three_languages(coordinator: Coordinator) -> None:
    reader = coordinator.app.test_client()
    sign_in(reader, coordinator.app, "group")
    opened_once(coordinator)
    shown = plain(reader.get(f"{BOOK}?lang=en"))
    for text in (
        "Ziņot nav mans darbs",
        "Reporting is not my job",
        "Сообщать – не моя работа",
        "hard_to_say",
        "outside the base",
    ):
        assert text in shown
    assert "now Nekavējoties At once Сразу right" in shown
    assert "“Your role”: Teacher; Coach and “Experience”: none of: Up to 5 years" in shown


def test_earlier_wordings_are_shown_with_who_decided_and_why(coordinator: Coordinator) -> None:
    publish(coordinator, DECIDED)
    shown = coordinator.shown("/questionnaires/helpers/3/codebook")
    assert "In version 2 duty : Reporting is not my job" in shown
    assert "Decided on 20 August 2026 by: Grupa. Skaidrāk." in shown


def test_the_table_and_the_data_say_the_same(coordinator: Coordinator) -> None:
    publish(coordinator, DECIDED)
    opened_once(coordinator)
    table = coordinator.client.get("/questionnaires/helpers/3/codebook.csv")
    rows = list(csv.DictReader(io.StringIO(table.get_data(as_text=True).removeprefix("\ufeff"))))
    data = json.loads(coordinator.client.get("/questionnaires/helpers/3/codebook.json").get_data(as_text=True))
    assert [(item["item"], choice["code"]) for item in data["items"] for choice in item["choices"]] == [
        (row["item"], row["code"]) for row in rows if row["code"]
    ]
    assert {row["item"]: row["code"] for row in rows if row["right"]} == {"deadline": "now"}
    (duty,) = [item for item in data["items"] if item["item"] == "duty"]
    assert duty["earlier"][0]["decision"]["reason"]["en"] == "Skaidrāk."


def test_right_answers_are_left_out_while_a_wave_may_still_ask_for_them(one_app: Flask) -> None:
    coordinator = Coordinator(one_app)
    with one_app.app_context():
        wave, _ = drafted()
    book = f"/questionnaires/{wave.reference}/codebook"
    assert "the right answers and their sources are left out" in coordinator.shown(book).lower()
    assert not re.search(r">\s*right\s*<", coordinator.client.get(book).get_data(as_text=True))
    data = json.loads(coordinator.client.get(f"{book}.json").get_data(as_text=True))
    assert not any("right" in item for item in data["items"])
    with one_app.app_context():
        assert wave_store.find(coordinator.place, wave.name).state is State.DRAFT


def test_right_answers_are_told_neither_before_the_first_wave_nor_between_close_and_opening(coordinator: Coordinator) -> None:
    def told() -> bool:
        data = json.loads(coordinator.client.get(f"{BOOK}.json").get_data(as_text=True))
        return any("right" in item for item in data["items"])

    assert not told()
    opened_once(coordinator)
    assert told()
    with coordinator.app.app_context(), writing() as session:
        session.scalars(select(Wave)).one().state = State.CLOSED
    assert not told()


def test_there_is_no_codebook_of_a_draft_or_of_another_municipality(coordinator: Coordinator) -> None:
    coordinator.drafted(REWORDED)
    assert coordinator.client.get("/questionnaires/helpers/3/codebook").status_code == 404


@pytest.fixture
def command(coordinator: Coordinator) -> Callable[..., Result]:
    """Run a command of the command line on the coordinator's database."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli.commands, list(arguments), obj=lambda: coordinator.app)

    return run


@pytest.mark.parametrize(("suffix", "beginning"), [("html", "<!doctype html>"), ("csv", "\ufeffitem,"), ("json", "{")])
def test_the_command_line_writes_each_kind_of_file(
    command: Callable[..., Result], tmp_path: Path, suffix: str, beginning: str
) -> None:
    out = tmp_path / f"book.{suffix}"
    done = command("questionnaire", "codebook", "helpers/2", "--out", str(out), "--language", "en")
    assert done.exit_code == 0, done.output
    text = out.read_text(encoding="utf-8")
    assert text.startswith(beginning)
    assert "Сообщать – не моя работа" in text
    assert "Codebook of helpers/2" in text or suffix != "html"


def test_a_file_that_no_codebook_can_be_is_refused(command: Callable[..., Result], tmp_path: Path) -> None:
    done = command("questionnaire", "codebook", "helpers/2", "--out", str(tmp_path / "book.pdf"))
    assert "not as '.pdf'" in str(done.exception)


def test_the_command_line_publishes_nothing_undecided(command: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "third.yaml"
    file.write_text(REWORDED.replace("Par Jums", "Par Jūsu darbu"), encoding="utf-8")
    refused = str(command("questionnaire", "publish", str(file)).exception)
    assert "nobody has decided whether they ask the same (wording or replaces): duty" in refused
    assert "Changed in some languages only: section:about/title" in refused
    file.write_text(DECIDED.replace("Par Jums", "Par Jūsu darbu"), encoding="utf-8")
    assert command("questionnaire", "publish", str(file)).exit_code != 0
    assert command("questionnaire", "publish", str(file), "--translations-checked").exit_code == 0
    again = command("questionnaire", "publish", str(file))
    assert "published already, word for word" in again.output
    file.write_text(SECOND.replace("minutes: 10", "minutes: 9"), encoding="utf-8")
    assert "Version 2 is published already with another text" in str(command("questionnaire", "publish", str(file)).exception)

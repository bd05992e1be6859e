"""The yearly ceremony: one key for four waves, saved, proved with what was saved, never made twice."""

import base64
import io
import json
import re
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from surveyapp import cli
from surveyapp.core import municipalities
from surveyapp.core.database import writing
from surveyapp.feedback import yearly
from surveyapp.survey.models import QuestionnaireVersion, Wave
from surveyapp.survey.rules import State
from tests.surveyapp.signing_in import csrf_token, sign_in
from tests.surveyapp.survey import small

WAVES = ["feedback-2026", "game-7-10-2026", "game-11-14-2026", "game-15-18-2026"]
PASSPHRASE = "zirnis mākonis trepes kaija"  # noqa: S105 - of keys that tests make


def run(app: Flask, *words: str) -> Result:
    return CliRunner().invoke(cli.commands, ["wave", "yearly", *words], obj=lambda: app)


def states(app: Flask, year: int = 2026) -> set[State]:
    with app.app_context():
        return {wave.state for wave in yearly.waves_of(municipalities.find("cesis").id, year)}


def test_one_command_makes_and_proves_one_key_for_four_waves(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(PASSPHRASE, encoding="utf-8")
    files = ("--key-out", str(tmp_path / "key.pem"), "--passphrase-file", str(tmp_path / "secret"))
    done = run(app, "2026", *files, "--recovery-sheet", str(tmp_path / "sheet.pdf"), "--format", "json")
    assert done.exit_code == 0, done.exception
    assert json.loads(done.stdout)["waves"] == WAVES
    with app.app_context():
        waves = yearly.waves_of(municipalities.find("cesis").id, 2026)
    assert [wave.name for wave in waves] == WAVES
    assert {wave.mode for wave in waves} == {"group"}
    assert {(wave.opens.isoformat(), wave.closes.isoformat()) for wave in waves} == {("2026-11-21", "2026-12-31")}
    assert states(app) == {State.TRIAL_OPENED}
    key = serialization.load_pem_private_key((tmp_path / "key.pem").read_bytes(), PASSPHRASE.encode())
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    assert {wave.public_key for wave in waves} == {raw}
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")


def test_a_proved_key_is_not_replaced(one_app: Flask, tmp_path: Path) -> None:
    assert run(one_app, "2026", "--key-out", str(tmp_path / "one.pem")).exit_code == 0
    again = run(one_app, "2026", "--key-out", str(tmp_path / "two.pem"))
    assert again.exit_code == 1
    assert "made and proved already" in str(again.exception)
    assert not (tmp_path / "two.pem").exists()


@pytest.mark.parametrize("year", ["2025", "2028"])
def test_a_key_is_made_for_this_year_or_the_next_only(one_app: Flask, tmp_path: Path, year: str) -> None:
    refused = run(one_app, year, "--key-out", str(tmp_path / "key.pem"))
    assert f"for 2026 or 2027, not for {year}" in str(refused.exception)
    assert states(one_app) == set()


def test_the_next_year_begins_on_its_first_day(one_app: Flask, tmp_path: Path) -> None:
    assert run(one_app, "2027", "--key-out", str(tmp_path / "key.pem")).exit_code == 0
    with one_app.app_context():
        waves = yearly.waves_of(municipalities.find("cesis").id, 2027)
    assert {wave.opens.isoformat() for wave in waves} == {"2027-01-01"}


def test_a_key_file_that_cannot_be_written_leaves_no_wave(one_app: Flask, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("somebody's own")
    refused = run(one_app, "2026", "--key-out", str(tmp_path / "key.pem"))
    assert "not overwritten" in str(refused.exception)
    assert states(one_app) == set()
    assert (tmp_path / "key.pem").read_text() == "somebody's own"


@pytest.mark.parametrize(("questionnaire", "mode"), [("small/1", "group"), ("event-feedback/1", "import")])
def test_a_wave_that_only_bears_the_name_is_not_taken_for_the_wave_of_the_year(
    one_app: Flask, tmp_path: Path, questionnaire: str, mode: str
) -> None:
    assert run(one_app, "2026", "--key-out", str(tmp_path / "key.pem")).exit_code == 0
    with one_app.app_context():
        place = small.publish()
        with writing() as session:  # as from before such names were kept
            wave = session.scalars(select(Wave).where(Wave.name == "feedback-2026")).one()
            key, _, version = questionnaire.partition("/")
            chosen = select(QuestionnaireVersion.id).where(QuestionnaireVersion.key == key)
            wave.questionnaire_id = session.scalars(chosen.where(QuestionnaireVersion.version == int(version))).one()
            wave.mode = mode
        assert [wave.name for wave in yearly.waves_of(place, 2026)] == WAVES[1:]


@pytest.fixture
def steward(one_app: Flask) -> FlaskClient:
    """The steward's browser, in English."""
    client = one_app.test_client()
    sign_in(client, one_app, "steward")
    client.get("/?lang=en")
    return client


def make(client: FlaskClient, **typed: str) -> TestResponse:
    page = client.get("/feedback/years/2026/key")
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', page.get_data(as_text=True))
    assert seen
    sure = {"csrf_token": csrf_token(page), "seen": seen[1], "sure": "y"}
    return client.post("/feedback/years/2026/key", data={**sure, "passphrase": PASSPHRASE, "again": PASSPHRASE, **typed})


def saved(page: TestResponse) -> bytes:
    found = re.search(r"data:application/x-pem-file;base64,([A-Za-z0-9+/=]+)", page.get_data(as_text=True))
    assert found
    return base64.b64decode(found[1])


def attempt(client: FlaskClient, pem: bytes, passphrase: str) -> TestResponse:
    page = client.get("/feedback/years/2026/trial")
    data = {"csrf_token": csrf_token(page), "passphrase": passphrase, "key_file": (io.BytesIO(pem), "key.pem")}
    return client.post("/feedback/years/2026/trial", data=data)


def test_the_steward_makes_saves_and_proves_the_key_on_pages(one_app: Flask, steward: FlaskClient) -> None:
    assert "No key yet" in steward.get("/feedback/years").get_data(as_text=True)
    pem = saved(make(steward))
    assert b"ENCRYPTED" in pem
    assert "Key made, not tried" in steward.get("/feedback/years").get_data(as_text=True)
    assert states(one_app) == {State.DRAFT}
    assert attempt(steward, pem, "something else").status_code == 422
    assert states(one_app) == {State.DRAFT}
    assert attempt(steward, pem, PASSPHRASE).status_code == 302
    assert states(one_app) == {State.TRIAL_OPENED}
    assert "Organisers can now make codes" in steward.get("/feedback/years").get_data(as_text=True)
    assert steward.get("/feedback/years/2026/key").status_code == 302


def test_a_form_sent_twice_does_not_replace_the_key_that_was_just_saved(steward: FlaskClient) -> None:
    pem = saved(make(steward))
    assert make(steward, seen="none").status_code == 409
    assert attempt(steward, pem, PASSPHRASE).status_code == 302


def test_a_lost_key_can_be_made_anew_until_it_is_proved_and_the_old_one_opens_nothing(steward: FlaskClient) -> None:
    lost, kept = saved(make(steward)), saved(make(steward))
    refused = attempt(steward, lost, PASSPHRASE)
    assert refused.status_code == 422
    assert "not the key of this wave" in refused.get_data(as_text=True)
    assert attempt(steward, kept, PASSPHRASE).status_code == 302


@pytest.mark.parametrize("typed", [{"passphrase": "short", "again": "short"}, {"again": "another passphrase"}, {"sure": ""}])
def test_a_weak_or_mistyped_passphrase_makes_no_key(one_app: Flask, steward: FlaskClient, typed: dict[str, str]) -> None:
    assert make(steward, **typed).status_code == 422
    assert states(one_app) == set()


def test_no_other_year_has_a_page(steward: FlaskClient) -> None:
    assert steward.get("/feedback/years/2025/key").status_code == 404
    assert steward.get("/feedback/years/2028/trial").status_code == 404

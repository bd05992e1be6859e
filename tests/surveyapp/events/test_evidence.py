"""Evidence files from the page to the disk and back: who gets them, what is kept, and what is left when one is removed."""

import hashlib
import os
import resource
import stat
import tarfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp import cli
from surveyapp.app import create_app
from surveyapp.core import municipalities, purging
from surveyapp.events import store
from surveyapp.events.evidence.images import without_metadata
from tests.databases import surroundings
from tests.surveyapp.events.evidence_files import EVERY, PDF, SECRETS, jpeg
from tests.surveyapp.events.pages import browser, fill, held, records, text
from tests.surveyapp.events.plans import SUPPORT, TRAINING, load_plan, somebody
from tests.surveyapp.events.plans import held as facts_of


@pytest.fixture
def organiser(app: Flask) -> FlaskClient:
    """An organiser of the social service."""
    load_plan(app)
    return browser(app, "organiser", "social_service")


def log(app: Flask, *, sensitive: bool = False) -> int:
    """An event of the social service."""
    with app.app_context():
        person = somebody("organiser", "social_service", email="earlier@example.org")
        return store.log(person, SUPPORT if sensitive else TRAINING, facts_of())


def log_of_others(app: Flask) -> int:
    """An event of the education board."""
    with app.app_context():
        person = somebody("organiser", "education_board", email="others@example.org")
        return store.log(person, replace(TRAINING, institution="education_board"), facts_of())


def add(client: FlaskClient, event: int, content: bytes = PDF, name: str = "Protokols.pdf") -> TestResponse:
    """Choose a file on the page and send it."""
    path = f"/events/{event}/evidence"
    return send(client, path, content, name, held(client.get(path)))


def send(client: FlaskClient, path: str, content: bytes, name: str, hidden: dict[str, str]) -> TestResponse:
    """Send a file as browsers do."""
    parts = [f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in hidden.items()]
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = "".join((*parts, head)).encode() + content + b"\r\n--x--\r\n"
    return client.post(path, data=body, content_type="multipart/form-data; boundary=x")


def stored(folder: Path) -> list[Path]:
    """The files on the disk."""
    return sorted((folder / "evidence").iterdir())


def test_a_file_for_which_the_disk_has_no_room_leaves_nothing_behind(
    app: Flask, organiser: FlaskClient, tmp_path: Path
) -> None:
    event = log(app)
    large = PDF.replace(b"trailer", b"%" * 4 * 2**20 + b"\ntrailer")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * 2**20, hard))  # no file grows beyond it, as on a full disk
    try:
        refused = add(organiser, event, large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused.status_code == 503
    assert "no room left" in text(refused)
    assert stored(tmp_path) == []
    assert add(organiser, event, large).status_code == 302


@pytest.mark.parametrize("kind", EVERY)
def test_a_file_comes_back_as_a_download_and_pictures_without_their_metadata(
    app: Flask, organiser: FlaskClient, tmp_path: Path, kind: str
) -> None:
    event = log(app)
    assert add(organiser, event, EVERY[kind], "../Saraksts.exe").status_code == 302
    got = organiser.get(f"/events/{event}/evidence/1")
    kept = without_metadata(EVERY[kind]) if kind in {"png", "jpeg"} else EVERY[kind]
    assert got.data == kept
    assert not any(secret in got.data for secret in SECRETS)
    ending = "jpg" if kind == "jpeg" else kind
    assert got.headers["Content-Disposition"] == f"attachment; filename=Saraksts.{ending}"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in got.headers["Cache-Control"]
    assert got.content_type.partition(";")[0] not in {"text/html", "text/csv", "image/svg+xml"}
    (file,) = stored(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert "Saraksts" not in file.name
    page = text(organiser.get(f"/events/{event}"))
    assert f"Saraksts.{ending}" in page
    assert hashlib.sha256(kept).hexdigest() in page


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"<svg onload='alert(1)'/>", "none of the files that are taken"),
        (jpeg()[:-60], "The picture is damaged"),
        (PDF + b"\0" * (10 * 1024 * 1024), "larger than 10 MB"),
    ],
)
def test_what_is_not_taken_is_said_and_nothing_is_written(
    app: Flask, organiser: FlaskClient, tmp_path: Path, content: bytes, said: str
) -> None:
    event = log(app)
    answer = add(organiser, event, content)
    assert answer.status_code == 422
    assert said in text(answer)
    assert "There is none yet" in text(organiser.get(f"/events/{event}"))
    assert not (tmp_path / "evidence").exists() or stored(tmp_path) == []


def test_a_far_too_large_request_is_not_read_and_the_page_says_why(app: Flask, organiser: FlaskClient) -> None:
    event = log(app)
    answer = send(organiser, f"/events/{event}/evidence", b"\0" * (11 * 1024 * 1024), "a.pdf", {})
    assert answer.status_code == 413
    assert "larger than 10 MB" in text(answer)


def test_the_same_file_twice_is_kept_once_and_an_event_holds_twenty(app: Flask, organiser: FlaskClient, tmp_path: Path) -> None:
    event = log(app)
    for number in (0, 0, *range(1, 20)):
        assert add(organiser, event, PDF.replace(b"1.7", f"1.{number}".encode())).status_code == 302
    assert len(stored(tmp_path)) == 20
    full = add(organiser, event, PDF.replace(b"1.7", b"1.99"))
    assert "at most 20 files" in text(full)
    assert len(stored(tmp_path)) == 20


def test_a_removed_file_leaves_its_row_and_the_reason_and_no_bytes(app: Flask, organiser: FlaskClient, tmp_path: Path) -> None:
    event = log(app)
    add(organiser, event)
    path = f"/events/{event}/evidence/1"
    assert fill(organiser, f"{path}/remove").status_code == 422
    assert len(stored(tmp_path)) == 1
    assert fill(organiser, f"{path}/remove", reason="Tur bija vārdi").status_code == 302
    assert stored(tmp_path) == []
    page = text(organiser.get(f"/events/{event}"))
    assert "<s>Protokols.pdf</s>" in page
    assert "Tur bija vārdi" in page
    assert organiser.get(path).status_code == organiser.get(f"{path}/remove").status_code == 404
    assert add(organiser, event).status_code == 302, "the same file may be added anew"
    assert organiser.get(f"/events/{event}/evidence/2").data == PDF


def test_of_two_who_remove_a_file_at_once_both_reasons_are_kept(app: Flask, organiser: FlaskClient) -> None:
    event = log(app)
    add(organiser, event)
    path = f"/events/{event}/evidence/1/remove"
    other = browser(app, "coordinator")
    typed = {**held(other.get(path)), "reason": "Lapa ir divreiz"}
    assert fill(organiser, path, reason="Tur bija vārdi").status_code == 302
    for _ in range(2):  # pressed twice
        assert other.post(path, data=typed).status_code == 302
    page = text(other.get(f"/events/{event}"))
    assert "The file was removed already; every reason stands beside it." in page
    assert page.count("Tur bija vārdi / coordinator.any.cesis.browser@example.org: Lapa ir divreiz") == 1
    trail = text(browser(app, "auditor").get("/staff/audit?lang=en"))
    assert trail.count("Lapa ir divreiz") == trail.count("Tur bija vārdi") == 1


def test_whoever_may_not_see_the_event_meets_no_page(app: Flask, organiser: FlaskClient) -> None:
    with app.app_context():
        municipalities.create("madona", "Madonas novads")
    event = log(app)
    add(organiser, event)
    own = [f"/events/{event}/evidence", f"/events/{event}/evidence/1", f"/events/{event}/evidence/1/remove"]
    none = [each.replace(f"/events/{event}/", "/events/999999/") for each in own]
    strangers = [browser(app, "organiser", "education_board"), browser(app, "coordinator", municipality="madona")]
    for client in strangers:
        for path, nothing in zip(own, none, strict=True):
            assert client.get(path).status_code == 404
            assert client.get(path).data == client.get(nothing).data
        assert add(client, event).status_code == 404
        assert client.post(own[2], data={"reason": "x"}).status_code == 404
    for role in ("group", "auditor"):
        reader = browser(app, role)
        assert [reader.get(path).status_code for path in own] == [403, 200, 403]
    coordinator = browser(app, "coordinator")
    assert [coordinator.get(path).status_code for path in own] == [200, 200, 200]
    assert browser(app, "steward").get(own[1]).status_code == 404
    assert organiser.get(f"/events/{log_other(app)}/evidence/1").status_code == 404, "a file belongs to its event"


def log_other(app: Flask) -> int:
    """Another event of the social service, without files."""
    with app.app_context():
        return store.log(somebody("organiser", "social_service", email="other@example.org"), TRAINING, facts_of("2026-09-01"))


def test_files_of_rows_about_people_at_risk_are_for_the_institution_alone(app: Flask, organiser: FlaskClient) -> None:
    event = log(app, sensitive=True)
    add(organiser, event, name="Anna un Jānis.pdf")
    for role in ("coordinator", "group", "auditor"):
        reader = browser(app, role)
        page = text(reader.get(f"/events/{event}"))
        assert "1 file is kept for the institution that added it" in page
        assert "Jānis" not in page
        assert reader.get(f"/events/{event}/evidence/1").status_code == 404
    assert browser(app, "organiser", "education_board").get(f"/events/{event}/evidence/1").status_code == 404
    assert organiser.get(f"/events/{event}/evidence/1").status_code == 200


def test_a_file_proves_a_step_as_long_as_it_is_there(app: Flask, organiser: FlaskClient) -> None:
    assert fill(organiser, "/events/log?row=1.1.c", step="asked").status_code == 302
    assert records(app)[0].evidence is None
    add(organiser, 1)
    proof = records(app)[0].evidence
    assert proof is not None
    assert hashlib.sha256(PDF).hexdigest() in proof
    group = browser(app, "group")
    assert "1 of 2" in text(group.get("/results/plan/1.1.c"))
    fill(organiser, "/events/1/evidence/1/remove", reason="Cita diena")
    assert records(app)[0].evidence is None
    assert "1 of 2" not in text(group.get("/results/plan/1.1.c"))


def test_removing_the_last_proof_of_a_step_says_before_which_degree_falls_and_another_file_or_note_keeps_it(
    app: Flask, organiser: FlaskClient
) -> None:
    for step in ("asked", "counted"):
        assert fill(organiser, "/events/log?row=1.1.c", step=step, title=step).status_code == 302
    assert not any(record.evidence for record in records(app))
    falls = "1.1.c Survey; Survey; 2025–2027: Done, in time → Not due"
    add(organiser, 1)
    add(organiser, 2)
    assert falls in text(organiser.get("/events/1/evidence/1/remove"))
    add(organiser, 1, PDF.replace(b"1.7", b"1.6"))
    assert "→" not in text(organiser.get("/events/1/evidence/1/remove"))
    assert fill(organiser, "/events/1/evidence/1/remove", reason="Divreiz").status_code == 302
    assert fill(organiser, "/events/1/correct", evidence="mape 3", reason="Arī mapē").status_code == 302
    assert "→" not in text(organiser.get("/events/1/evidence/3/remove"))
    assert fill(organiser, "/events/1/correct", evidence="", reason="Mapes nav").status_code == 302, "the file still proves it"
    assert falls in text(organiser.get("/events/1/evidence/3/remove"))


def test_the_files_of_an_institution_have_a_bound_together_that_removing_makes_room_in(
    app: Flask, organiser: FlaskClient, tmp_path: Path
) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], evidence_mb=10)
    first, second = log(app), log_of_others(app)
    large = PDF.replace(b"endobj", b" " * 6 * 1024 * 1024 + b"endobj")
    assert add(organiser, first, large).status_code == 302
    full = add(organiser, first, large.replace(b"1.7", b"1.6"))
    assert full.status_code == 422
    assert "hold as much as they may together (10 MB)" in text(full)
    assert len(stored(tmp_path)) == 1
    assert add(browser(app, "organiser", "education_board"), second, large).status_code == 302, "others have room of their own"
    fill(organiser, f"/events/{first}/evidence/1/remove", reason="Vairs nevajag")
    assert add(organiser, first, large.replace(b"1.7", b"1.6")).status_code == 302


def test_whoever_adds_a_document_is_told_what_stays_in_it(app: Flask, organiser: FlaskClient) -> None:
    page = text(organiser.get(f"/events/{log(app)}/evidence"))
    assert "with the name of its author" in page
    assert "Of a picture only the picture is kept" in page


def test_bytes_that_changed_are_not_handed_out(app: Flask, organiser: FlaskClient, tmp_path: Path) -> None:
    event = log(app)
    add(organiser, event)
    stored(tmp_path)[0].write_bytes(PDF + b"!")
    answer = organiser.get(f"/events/{event}/evidence/1")
    assert answer.status_code == 500
    assert "not what was added" in text(answer)


def test_purging_deletes_what_no_row_names_any_more_and_nothing_else(
    app: Flask, organiser: FlaskClient, tmp_path: Path
) -> None:
    event = log(app)
    add(organiser, event)
    folder = tmp_path / "evidence"
    for name, age in (("left", 7200), ("young", 0)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (time.time() - age, time.time() - age))
    with app.app_context():
        purging.run()
    assert {path.name for path in stored(tmp_path)} - {"young"} == {p.name for p in stored(tmp_path) if p.read_bytes() == PDF}
    assert len(stored(tmp_path)) == 2


def test_a_backup_holds_the_files_and_restoring_puts_them_back(
    one_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_plan(one_app)
    event = log(one_app)
    add(browser(one_app, "organiser", "social_service"), event)
    (name,) = (path.name for path in stored(tmp_path))
    file, place = tmp_path / "copy.backup", tmp_path / "new"
    done = CliRunner().invoke(cli.commands, ["backup", str(file)], obj=lambda: one_app)
    assert done.exit_code == 0, done.output
    with tarfile.open(file) as archive:
        assert archive.getnames() == ["database", f"evidence/{name}", "contents.json"]
    for setting, value in surroundings(place).items():
        monkeypatch.setenv(setting, value)
    done = CliRunner().invoke(cli.commands, ["restore", str(file), "--without-secrets"], obj=create_app)
    assert done.exit_code == 0, done.exception
    assert "and 1 files" in done.output
    assert [(path.name, path.read_bytes()) for path in stored(place)] == [(name, PDF)]
    assert stat.S_IMODE((place / "evidence" / name).stat().st_mode) == 0o600

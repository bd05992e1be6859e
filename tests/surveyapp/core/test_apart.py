"""The process in which files of strangers are read: what it may not do, and what somebody is told whose file breaks it."""

import io
import time
import zipfile
from pathlib import Path

import pytest
from flask import Flask

from questionnaires.problems import FileRefusedError
from surveyapp.core import apart, files_apart
from surveyapp.core.workbooks import write
from tests.surveyapp.core import hungry
from tests.surveyapp.signing_in import csrf_token, sign_in


def test_a_reader_gets_no_more_time_memory_or_files_than_it_needs(one_app: Flask, tmp_path: Path) -> None:
    with one_app.test_request_context():
        for reader in (hungry.memory, hungry.time):
            with pytest.raises(apart.TooHardError):
                apart.run(reader, b"", "", seconds=1)
        with pytest.raises(apart.TooHardError):
            apart.run(hungry.disk, b"", str(tmp_path / "file"))
        assert not (tmp_path / "file").exists() or not (tmp_path / "file").read_bytes()


def test_a_reader_knows_the_file_and_nothing_of_the_app(one_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEYAPP_SMTP_HOST", "mail.example")
    with one_app.test_request_context():
        assert apart.run(hungry.echo, b"a\x00b", "ā;$(x)\0") == "ā;$(x):".encode() + b"a\x00b"
        assert b"SURVEYAPP" not in apart.run(hungry.surroundings, b"", "")
        assert b"hungry:words" in (seen := apart.run(hungry.words, b"", "Invented Person.xlsx"))
        assert b"Person" not in seen, "everybody on the machine reads command lines"


def test_a_table_is_the_same_read_apart_and_right_here(one_app: Flask) -> None:
    content = write({"Pasākumi": [["ā", "=1+1"], ["", "2026-01-01"]]})
    here = files_apart.table(content, "x.xlsx")
    with one_app.test_request_context():
        begun = time.monotonic()
        assert files_apart.table(content, "x.xlsx") == here
        assert time.monotonic() - begun < 10
        assert files_apart.table(b"a;b\n1;2\n", "x.csv").sheets == {"": [(1, ["a", "b"]), (2, ["1", "2"])]}


@pytest.mark.parametrize("path", ["/plans/upload", "/questionnaires/"])
def test_a_file_that_breaks_its_reader_is_answered_in_words(one_app: Flask, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(apart, "MEMORY_BYTES", 1)  # as if the file took all that there is
    client = one_app.test_client()
    sign_in(client, one_app, "coordinator")
    form = {"csrf_token": csrf_token(client.get("/staff/account"))}
    for name, content in (("x.xlsx", write({"a": [["b" * 500] * 20] * 500})), ("x.yaml", b"- aaaa\n" * 50_000)):
        page = client.post(f"{path}?lang=en", data={**form, "file": (io.BytesIO(content), name)})
        assert page.status_code == 422
        assert "more time or memory than it should" in page.get_data(as_text=True)


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_does(one_app: Flask) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(200_000_000))
    with one_app.test_request_context(), pytest.raises(FileRefusedError) as refused:
        files_apart.table(packed.getvalue(), "x.xlsx")
    assert refused.value.problems[0].code == "workbook_too_large"

"""Open data as strangers read them: programs that know nothing of this app find no fault with what it gives out."""

import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests import pyxform_venv
from tests.surveyapp.opendata.test_open_data import BASE, PUBLIC, furnish, one_app

__all__ = ["furnish", "one_app"]


@pytest.fixture
def address(one_app: Flask) -> Iterator[str]:
    """The address of a running server with a published release."""
    server = make_server("127.0.0.1", 0, one_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def ask(folder: Path, program: str, *arguments: str) -> str:
    """Run a program of the readers' environment inside *folder*; its exit code and all that it says."""
    command = [str(pyxform_venv.prepare("readers").with_name(program)), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    return f"{done.returncode} {done.stdout}{done.stderr}"


def test_schemathesis_finds_nothing(address: str, tmp_path: Path) -> None:
    description = tmp_path / "openapi.json"
    with urlopen(f"{address}/api/openapi.json") as answer:
        description.write_bytes(answer.read())
    assert ask(tmp_path, "openapi-spec-validator", str(description)).startswith("0 ")
    known = json.loads(description.read_text(encoding="utf-8"))
    for name, value in (("Municipality", "cesis"), ("Number", PUBLIC)):  # what is there: nobody hits on it by chance
        known["components"]["parameters"][name] |= {"schema": {"enum": [value]}, "example": value}
    description.write_text(json.dumps(known), encoding="utf-8")
    settings = ("--max-examples", "10", "--phases", "examples,coverage,fuzzing", "--seed", "1", "--generation-database", "none")
    said = ask(tmp_path, "st", "run", str(description), "--url", address, *settings)
    assert said.startswith("0 "), said
    assert "No issues found" in said


@pytest.mark.parametrize("language", ["lv", "ru"])
def test_the_data_package_is_valid_and_is_read_straight_from_its_address(address: str, tmp_path: Path, language: str) -> None:
    said = ask(tmp_path, "frictionless", "validate", f"{address}{BASE}files/datapackage-{language}.json")
    assert said.startswith("0 "), said
    assert "INVALID" not in said

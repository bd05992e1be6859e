"""Answers through a real server in every mode, then a search through every file that it wrote: nothing leads to a person."""

import re
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from surveyapp.core import clock, municipalities, schema
from surveyapp.core.secret_files import write_secret
from surveyapp.survey import key_files
from surveyapp.survey.codes import new_typed, shown
from surveyapp.survey.rules import Mode
from tests.browser.conftest import environment, free_port, wait_until_up
from tests.conftest import app_on
from tests.surveyapp.survey.rounds import Round
from tests.surveyapp.survey.small import running, sheet

MODES: tuple[Mode, ...] = ("code", "group", "open")
PEOPLE = 11
TRACES = {
    "User-Agent": "Pētnieka-pārlūks-7",
    "X-Forwarded-For": "198.51.100.77",
    "Referer": "http://127.0.0.1/?from=198.51.100.77",
}
"""What a browser and a proxy tell of a person; the address is one of those kept for examples."""


@dataclass
class House:
    """One installation on a disk of its own: data, temporary files, and what the server prints."""

    root: Path
    rounds: dict[Mode, Round] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def database(self) -> str:
        return f"sqlite:///{self.data / 'surveyapp.sqlite3'}"

    def environment(self, port: int) -> dict[str, str]:
        own = {"TMPDIR": str(self.root / "temporary"), "HOME": str(self.root / "home"), "SURVEYAPP_PROXIES": "1"}
        return environment(self.data, port) | own | {"SURVEYAPP_DATABASE_URL": self.database}

    def command(self, *words: str) -> None:
        done = [sys.executable, "-m", "surveyapp.cli", *words]
        with (self.root / "printed.log").open("ab") as log:
            subprocess.run(done, env=self.environment(8000), check=True, stdout=log, stderr=log)

    def found(self, markers: set[bytes]) -> set[bytes]:
        """The markers that stand in any file of the house."""
        files = [path for path in self.root.rglob("*") if path.is_file() and path.suffix != ".pem"]
        assert {"surveyapp.sqlite3", "printed.log"} <= {path.name for path in files}
        whole = b"\n".join(path.read_bytes() for path in files)
        return {marker for marker in markers if marker in whole}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with a running wave in every mode, all of them asking for own words too."""
    made = House(tmp_path_factory.mktemp("house"))
    for folder in ("data", "temporary", "home"):
        (made.root / folder).mkdir(mode=0o700)
    app = app_on(made.database, made.data, clock.system_clock)
    with app.app_context():
        schema.upgrade()
        municipalities.create("cesis", "Cēsu novads")
    with app.app_context():
        days = (clock.today(), clock.today() + timedelta(days=7))
    for mode in MODES:
        this = running(app, mode, codes=PEOPLE if mode == "code" else 1, free_text=True, name=mode, days=days)
        write_secret(made.root / f"{mode}.pem", key_files.as_pem(this.private, None))
        made.rounds[mode] = this
    app.extensions["engine"].dispose()
    return made


@pytest.fixture(scope="module")
def address(house: House) -> Iterator[str]:
    """The address of a server whose every word is kept."""
    port = free_port()
    with (house.root / "printed.log").open("ab") as log:
        command = [sys.executable, "-m", "surveyapp.cli", "serve"]
        process = subprocess.Popen(command, env=house.environment(port), stdout=log, stderr=log)
        wait_until_up(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        process.wait(timeout=60)


def post(address: str, fields: Mapping[str, str | Sequence[str]]) -> tuple[int, str]:
    """Send a form as a browser that tells much about itself."""
    body = urllib.parse.urlencode(fields, doseq=True).encode()
    headers = {name: urllib.parse.quote(value, safe=" :/?=.") for name, value in TRACES.items()}
    asked = urllib.request.Request(address, body, headers)
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def hidden(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)}


def answer(address: str, code: str, number: int) -> str:
    """Type a code, send a sheet with a mistake, mend it and send again; returns the receipt."""
    status, page = post(f"{address}/s/", {"code": code})
    assert status == 200, page
    fields = hidden(page)
    given = sheet(number)
    filled = {f"q-{item}": list(chosen) for item, chosen in given.items()} | {"q-years": [str(number + 4)]}
    words = {"q-short_word": f"Zīlīte{number}", "q-long_word": f"Krauklis{number} lido"}
    wrong = {**fields, **filled, **words, "q-years": "999"}
    assert post(f"{address}/s/answer", wrong)[0] == 422
    status, page = post(f"{address}/s/answer", {**fields, **filled, **words})
    assert status == 200, page
    assert fields["receipt"] in page
    return fields["receipt"]


def nonsense(address: str) -> None:
    """Requests that no browser sends: servers like to write those down."""
    parts = urlsplit(address)
    for line in (
        b"GET /s/?from=198.51.100.77 HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01Zilite\r\n\r\n",
        b"POST /s/ HTTP/1.1\r\nHost: x\r\n\r\n",
    ):
        with socket.create_connection((str(parts.hostname), parts.port or 80), timeout=10) as raw:
            raw.sendall(line + b"\r\n\r\n")
            raw.shutdown(socket.SHUT_WR)
            raw.recv(1000)


def secrets_of(house: House) -> set[bytes]:
    """Codes and receipts as people hold them, and what their browsers told of them."""
    codes = [form for this in house.rounds.values() for one in this.codes for form in (one.typed, shown(one.typed), one.link)]
    receipts = [form for receipt in house.receipts for form in (receipt, receipt.replace("-", ""))]
    told = ["198.51.100.77", "Pētnieka", urllib.parse.quote("Pētnieka")]
    return {text.encode() for text in (*codes, *receipts, *told)}


def words() -> set[bytes]:
    return {f"{bird}{number}".encode() for bird in ("Zīlīte", "Krauklis") for number in range(PEOPLE)}


def test_no_file_leads_to_a_person_before_or_after_the_opening(house: House, address: str) -> None:
    for this in house.rounds.values():
        for number in range(PEOPLE):
            code = this.codes[number % len(this.codes)].link
            house.receipts.append(answer(address, code, number))
    post(f"{address}/s/", {"code": new_typed()})
    post(f"{address}/s/", {"code": "not a code"})
    nonsense(address)
    house.command("backup", str(house.root / "during.backup"))
    assert house.found(secrets_of(house) | words()) == set()

    for mode in MODES:
        house.command("wave", "close", mode)
        house.command("wave", "open", mode, "--key", str(house.root / f"{mode}.pem"))
    house.command("backup", str(house.root / "after.backup"))
    assert house.found(secrets_of(house)) == set()
    assert "Zīlīte3".encode() in house.found(words()), "the search finds what is there: own words, once opened"


def test_the_temporary_folder_and_the_home_stay_empty(house: House, address: str) -> None:
    with urllib.request.urlopen(f"{address}/health", timeout=10) as answered:
        assert answered.status == 200
    left = [path for folder in ("temporary", "home") for path in (house.root / folder).rglob("*")]
    assert left == []

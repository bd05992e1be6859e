"""One invented town on SQLite and on PostgreSQL, same clock, same answers and events: the same comes out, byte by byte."""

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.cli import commands
from surveyapp.core import municipalities
from surveyapp.events import store as events
from surveyapp.ledger import store as ledger
from surveyapp.opendata import publishing
from surveyapp.releases import making
from surveyapp.survey import questionnaire_store
from tests.conftest import Hands, app_on
from tests.databases import Databases
from tests.surveyapp.events.plans import PLAN, SUPPORT, TRAINING, held, load_plan, somebody
from tests.surveyapp.events.sheets import workbook
from tests.surveyapp.national.towns import TOWNS, build, hand_over
from tests.surveyapp.results.opened_waves import FIRST, STEWARD, answers, opened_wave, two_waves
from tests.surveyapp.signing_in import csrf_token, sign_in

pytestmark = [pytest.mark.postgres, pytest.mark.patient]
PUBLIC: Final = 2
API: Final = f"/api/v1/releases/cesis/{PUBLIC}"
OPEN: Final = f"/open-data/cesis/{PUBLIC}/"
FORMS: Final = ("csv", "json", "xlsx", "datapackage")
Outcome = Mapping[str, bytes | str]
_RANDOM: Final = re.compile(rb'(name="(?:csrf_token|form_id|parcel|nonce)"[^>]*value="|nonce=")[^"]*')
"""What is random by design in a page: marks of forms."""


def _upload(app: Flask) -> None:
    client = app.test_client()
    sign_in(client, app, "organiser", "social_service")
    sheet = workbook(("1.1.a", date(2026, 10, 1), "Mācības Ķekavā", 25, 25), ("1.1.a", date(2026, 10, 8), "mācības", 12, 30))
    fields = {"csrf_token": csrf_token(client.get("/events/upload")), "file": (io.BytesIO(sheet), "events.xlsx")}
    page = client.post("/events/upload", data=fields).get_data(as_text=True)
    found = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) for name in ("csrf_token", "parcel", "seen")}
    agreed = {name: each[1] for name, each in found.items() if each}
    assert client.post("/events/upload/agree", data={**agreed, "reason": ""}).status_code == 302


def _live(app: Flask, hands: Hands) -> None:
    """What happens in the town and its neighbours; names are such as languages put in other orders than computers do."""
    load_plan(app, PLAN)
    with app.app_context():
        coordinator = somebody("coordinator")
        first = events.log(coordinator, TRAINING, held("2026-03-01", 25, title="=Pirmā tikšanās"))
        events.log(coordinator, SUPPORT, held("2026-04-01", 7, title="Ščūčiņas grupa"))
        lost = events.log(coordinator, TRAINING, held("2026-04-02", 3, title="kļūda"))
        events.correct(coordinator, first, 1, held("2026-03-01", 27, 31, title="Pirmā tikšanās"), "pārskaitīts")
        events.withdraw(coordinator, lost, 1, "nebija")
    _upload(app)
    two_waves(app)
    for name, right in (("Zari", 20), ("ābele", 25), ("a-z", 18), ("aa", 22), ("Šķūnis", 15)):
        opened_wave(app, name, FIRST.replace("id: helpers", f"id: {_key(name)}"), answers(right, 12), date(2026, 11, 3))
    for number, level in enumerate(("group", "public"), start=1):
        hands.moment = datetime(2026, 11, 21, 11 + number, 0, tzinfo=UTC)
        with app.app_context():
            place = municipalities.find("cesis").id
            making.make(place, "public" if level == "public" else "group", STEWARD)
    for slug, (at, town) in zip(("a-novads", "aa", "zeme", "b_novads", "b-novads"), enumerate(TOWNS.values()), strict=False):
        hands.moment = datetime(2026, 11, 21, 14, at, tzinfo=UTC)
        build(app, slug, town)
        hand_over(app, slug)
    with app.app_context():
        publishing.publish(place, PUBLIC, STEWARD)
        publishing.publish(municipalities.find("zeme").id, 1, STEWARD)
        publishing.publish(municipalities.find("a-novads").id, 1, STEWARD)


def _key(name: str) -> str:
    """A questionnaire's name; hyphens and capitals are put in order differently, too."""
    return {"Zari": "help-z", "ābele": "helpa", "a-z": "help_b", "aa": "helpaa"}.get(name, "help-a")


def _pages(client: FlaskClient, *addresses: str) -> Iterator[tuple[str, bytes]]:
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        yield address, _RANDOM.sub(rb"\1", answer.data)


def _commands(app: Flask, folder: Path) -> Iterator[tuple[str, bytes | str]]:
    def run(*words: str) -> str:
        done = CliRunner().invoke(commands, list(words), obj=lambda: app)
        assert done.exit_code == 0, (words, done.output, done.exception)
        return done.output

    mine = ("--municipality", "cesis")
    for words in (("wave", "list"), ("release", "list"), ("plan", "show", "small", "--as-of", "2026-11-21"), ("plan", "list")):
        yield " ".join(words), run(*words, *mine, "--format", "json")
    for kind in FORMS:
        run("export", str(PUBLIC), "--format", kind, "--out", str(folder / kind), *mine)
    for kind in ("html", "pdf", "docx"):
        run(
            "report",
            "2026",
            "--plan",
            "small",
            "--format",
            kind,
            "--lang",
            "lv",
            "--out",
            str(folder / f"report.{kind}"),
            *mine,
        )
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        yield str(path.relative_to(folder)), path.read_bytes()


def _staff(app: Flask) -> Iterator[tuple[str, bytes]]:
    for role, addresses in {
        "coordinator": ("/events/all", "/results/releases", "/results/releases/1", "/results/survey", "/plans/"),
        "steward": ("/waves/",),
        "administrator": ("/staff/people",),
        "national": ("/national/", "/national/helpers/1", "/national/helpers/1.csv"),
    }.items():
        client = app.test_client()
        sign_in(client, app, role, email=f"{role}@example.org")
        yield from _pages(client, *addresses)


def _outcome(app: Flask, folder: Path) -> Outcome:
    """Everything that people and programs read of the town."""
    found: dict[str, bytes | str] = {}
    with app.app_context():
        for place in ("cesis", "a-novads", "zeme"):
            for release in ledger.every(municipalities.find(place).id):
                found[f"release {release.number} of {place}"] = f"{release.hash} {release.document}"
        found["questionnaires"] = str(
            [each.reference for each in questionnaire_store.versions(municipalities.find("cesis").id)]
        )
    reader = app.test_client()
    files = [f"{OPEN}files/{each['name']}" for each in reader.get(API).get_json()["files"]]
    tables = [each["name"] for each in reader.get(API).get_json()["tables"]]
    lists = ("/open-data/", OPEN, "/api/v1/releases", API)
    found |= _pages(reader, *lists, *files, *(f"{API}/tables/{each}" for each in tables))
    found |= _staff(app)
    found |= _commands(app, folder)
    return found


@pytest.fixture(scope="module")
def both(
    sqlite_files: Databases, postgresql_databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Outcome, Outcome]]:
    """What came out on SQLite and on PostgreSQL."""
    found: list[Outcome] = []
    with ExitStack() as ends:
        for kind in (sqlite_files, postgresql_databases):
            folder, hands = tmp_path_factory.mktemp("town"), Hands()
            app = app_on(kind.copy(kind.template, folder), folder, hands)
            ends.callback(app.extensions["engine"].dispose)
            _live(app, hands)
            found.append(_outcome(app, tmp_path_factory.mktemp("files")))
        yield found[0], found[1]


@pytest.mark.parametrize(
    "kind",
    ["release ", "questionnaires", "/open-data/", "/api/", "/national/", "/results/", "/events/", "/staff/", "/waves/", "csv/",
     "json/", "xlsx/", "datapackage/", "report.", "wave ", "plan "],
)  # fmt: skip
def test_both_databases_give_the_same(both: tuple[Outcome, Outcome], kind: str) -> None:
    one, other = ({name: each for name, each in found.items() if name.startswith(kind)} for found in both)
    assert one
    assert list(one) == list(other)
    assert [name for name in one if one[name] != other[name]] == []

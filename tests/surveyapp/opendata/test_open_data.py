"""Open data: what the coordinator published, for everybody, the same in every form; and nothing else."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from surveyapp.cli import commands
from surveyapp.core import municipalities
from surveyapp.core.database import reading, writing
from surveyapp.core.models import AuditEntry, Municipality
from surveyapp.events import store
from surveyapp.ledger import publication_store
from surveyapp.ledger import store as ledger
from surveyapp.ledger.documents import rows_in
from surveyapp.opendata import publishing
from surveyapp.releases import making
from tests.conftest import app_on, ticking
from tests.surveyapp.events.plans import PLAN, SUPPORT, TRAINING, held, load_plan, somebody
from tests.surveyapp.opendata.forms import from_api, from_csv, path, rows_of_sheet
from tests.surveyapp.releases.cells import as_text
from tests.surveyapp.results.opened_waves import two_waves
from tests.surveyapp.signing_in import csrf_token, sign_in

GROUP, KEPT_BACK, PUBLIC = 1, 2, 3
"""The releases here: one for the group, one for the public that nobody published, one that is published."""
BASE = f"/open-data/cesis/{PUBLIC}/"
API = f"/api/v1/releases/cesis/{PUBLIC}"
Cells = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def furnish() -> Callable[[Flask], object]:
    """Two events, one about people at risk, two opened surveys, three releases."""

    def fill(app: Flask) -> None:
        load_plan(app, PLAN)
        with app.app_context():
            coordinator = somebody("coordinator")
            store.log(coordinator, TRAINING, held("2026-03-01", 25, title="=Pirmā tikšanās"))
            store.log(coordinator, SUPPORT, held("2026-04-01", 7, title="Otrā tikšanās"))
        two_waves(app)
        with app.app_context():
            place = municipalities.find("cesis").id
            for level in ("group", "public", "public"):
                making.make(place, level, "maker@example.org")
            publishing.publish(place, PUBLIC, "test")

    return fill


@pytest.fixture
def one_app(one_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The same on SQLite alone."""
    made = app_on(one_url, tmp_path)
    yield made
    made.extensions["engine"].dispose()


@pytest.fixture
def reader(one_app: Flask) -> FlaskClient:
    """Somebody without an account."""
    return one_app.test_client()


def run(app: Flask, *arguments: str) -> str:
    """Run a command; its exit code and everything that it says."""
    done = CliRunner().invoke(commands, list(arguments), obj=lambda: app)
    return f"{done.exit_code} {done.output}{done.exception or ''}"


def listed(reader: FlaskClient) -> list[dict[str, Any]]:
    """The files of the published release."""
    found: list[dict[str, Any]] = reader.get(API).get_json()["files"]
    return found


def addresses(number: int, tables: list[str], names: list[str]) -> list[str]:
    """Every address under which release *number* could stand."""
    pages = [f"/open-data/cesis/{number}/{end}" for end in ("", *(f"{table}/" for table in tables))]
    files = [f"/open-data/cesis/{number}/files/{name.replace(f'-{PUBLIC}', f'-{number}')}" for name in names]
    rows = [f"/api/v1/releases/cesis/{number}{end}" for end in ("", "/changes", *(f"/tables/{table}" for table in tables))]
    return pages + files + rows


def test_a_release_is_public_when_the_coordinator_says_so_and_until_they_take_it_back(app: Flask) -> None:
    reader, coordinator = app.test_client(), app.test_client()
    sign_in(coordinator, app, "coordinator")
    desk, page = f"/results/releases/{KEPT_BACK}/public", f"/open-data/cesis/{KEPT_BACK}/"

    def act(**fields: str) -> str:
        token = csrf_token(coordinator.get(desk))
        sent = coordinator.post(f"{desk}?lang=en", data={"csrf_token": token, **fields}, follow_redirects=True)
        return f"{sent.status_code} {sent.get_data(as_text=True)}"

    nothing = reader.get("/open-data/cesis/999/").data
    assert reader.get(page).data == nothing
    assert "Read the tables first" in act(act="publish")  # not by the button alone
    assert reader.get(page).data == nothing
    assert "is published; everybody may read it" in act(act="publish", read="y")
    first = {
        each["name"]: reader.get(path(each["url"])).data
        for each in reader.get(f"/api/v1/releases/cesis/{KEPT_BACK}").get_json()["files"]
    }
    for _press in range(2):
        assert "=1+1 &lt;" in act(act="note", text="=1+1 <b>")
    assert reader.get(page).get_data(as_text=True).count("=1+1 &lt;b&gt;") == 1
    assert "Write in a few words why" in act(act="withdraw", reason=" ")
    assert reader.get(page).status_code == 200
    assert "is not public any more" in act(act="withdraw", reason="kļūda")
    for address in addresses(KEPT_BACK, ["plan_rows"], list(first)):
        gone, never = reader.get(address), reader.get(address.replace(f"cesis/{KEPT_BACK}", "cesis/999"))
        assert (gone.status_code, gone.data) == (404, never.data), address
    late = act(act="withdraw", reason="cits iemesls")  # of two who take it back the second is told, with what they wrote
    assert late.startswith("409")
    assert "That was done already" in late
    assert "<q>cits iemesls</q>" in late
    act(act="publish", read="y")
    assert {name: reader.get(f"{page}files/{name}").data for name in first} == first
    with app.app_context(), reading() as session:
        told = session.execute(select(AuditEntry.what, AuditEntry.about).where(AuditEntry.what.like("release.%"))).all()
    mine = [what for what, about in told if about == f"release {KEPT_BACK}" and what != "release.made"]
    assert mine == ["release.published", "release.noted", "release.withdrawn", "release.published"]


def test_what_caches_keep_for_everybody_sets_no_language(reader: FlaskClient) -> None:
    assert "lang=ru" in reader.get(f"{BASE}?lang=ru").headers["Set-Cookie"]
    for address in (path(listed(reader)[0]["url"]), "/api/openapi.json", f"{API}/nothing", "/api/v1/releases"):
        assert "Set-Cookie" not in reader.get(f"{address}?lang=en").headers, address


def test_the_address_of_a_municipality_lists_what_it_has_published(reader: FlaskClient) -> None:
    page = reader.get("/open-data/cesis/?lang=en")
    assert "<h1>Open data: Cēsu novads</h1>" in page.text
    assert f'href="{BASE}"' in page.text
    assert reader.get("/open-data/cesis?lang=en").location.endswith("/open-data/cesis/?lang=en")
    assert 'href="/open-data/cesis/"' in reader.get(BASE).text
    with reader.application.app_context():
        municipalities.create("mute", "Klusais novads")
    unknown = reader.get("/open-data/nowhere/")
    assert unknown.status_code == 404
    assert reader.get("/open-data/mute/").data == unknown.data  # whoever published nothing is as if it were not here


def test_only_the_coordinator_publishes_and_only_what_was_made_for_the_public(one_app: Flask) -> None:
    assert run(one_app, "release", "publish", str(GROUP)).startswith(f"1 There is no release {GROUP} for the public")
    assert "published already" in run(one_app, "release", "publish", str(PUBLIC))
    assert "is not published" in run(one_app, "release", "withdraw", str(KEPT_BACK), "--reason", "x")
    assert run(one_app, "release", "note", str(PUBLIC), "pārskaitīts").startswith("0 ")
    assert one_app.test_client().get(API).get_json()["notes"] == [{"on": "2026-11-21", "text": "pārskaitīts"}]
    for role, number, status in (
        ("coordinator", GROUP, 404),
        ("group", PUBLIC, 403),
        ("steward", PUBLIC, 403),
        ("organiser", PUBLIC, 403),
    ):
        client = one_app.test_client()
        sign_in(client, one_app, role)
        assert client.get(f"/results/releases/{number}/public").status_code == status, role


def test_nothing_of_the_group_is_reached_by_guessing(reader: FlaskClient) -> None:
    tables = [each["name"] for each in reader.get(API).get_json()["tables"]]
    names = [each["name"] for each in listed(reader)]
    for number in (GROUP, KEPT_BACK):
        for address, language in product(addresses(number, [*tables, "head_counts"], names), ("lv", "ru")):
            assert reader.get(address, headers={"Cookie": f"lang={language}"}).status_code == 404, address
    for table in ("head_counts", "conclusions", "proposals", "nothing"):
        for address in (f"{BASE}{table}/", f"{BASE}files/{table}.csv", f"{API}/tables/{table}"):
            assert reader.get(address).status_code == 404, address
    assert reader.get(f"/open-data/cita/{PUBLIC}/").status_code == 404
    assert reader.get(f"{BASE}plan_rows/?page=99").status_code == 404


def test_no_file_and_no_page_holds_what_is_of_the_group(reader: FlaskClient, one_app: Flask) -> None:
    with one_app.app_context():
        group = ledger.find(municipalities.find("cesis").id, GROUP)
    assert group is not None
    secret = [
        "Pirmā tikšanās",
        "Otrā tikšanās",
        "maker@example.org",
        *(each["hash"] for each in group.document["made_from"]["waves"]),
    ]
    everything = [reader.get(path(each["url"])).data for each in listed(reader)]
    unpacked = [
        archive.read(name)
        for content in everything
        if content[:2] == b"PK"
        for archive in [zipfile.ZipFile(io.BytesIO(content))]
        for name in archive.namelist()
    ]
    tables = [each["name"] for each in reader.get(API).get_json()["tables"]]
    pages = [reader.get(address).data for address in (*addresses(PUBLIC, tables, []), "/open-data/", "/api/v1/releases")]
    for word in secret:
        assert not any(word.encode() in content for content in (*everything, *unpacked, *pages)), word


def forms(reader: FlaskClient) -> Iterator[tuple[str, Cells]]:
    """The tables of the published release, read from each form in which it is given out."""
    for each in listed(reader):
        content, name = reader.get(path(each["url"])).data, each["name"]
        if name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                tables = [one for one in archive.namelist() if one.endswith(".csv")]
                yield name, {one.removesuffix(".csv"): from_csv(archive.read(one)) for one in tables}
        elif name.endswith(".xlsx"):
            book = load_workbook(io.BytesIO(content))
            yield name, {sheet.title: list(rows_of_sheet(sheet, book["columns"])) for sheet in book.worksheets[2:]}
        elif name.endswith(".json") and not name.startswith("datapackage"):
            yield name, {table["name"]: rows_in(table) for table in json.loads(content)["tables"]}
    for end in (".csv", "-excel.csv"):
        names = [each["name"] for each in reader.get(API).get_json()["tables"]]
        yield end, {name: from_csv(reader.get(f"{BASE}files/{name}{end}").data) for name in names}
    yield "API", {name: list(from_api(reader, API, name)) for name in names}


def test_every_form_has_the_same_cells(reader: FlaskClient) -> None:
    found = {
        form: {name: [{key: as_text(cell) for key, cell in row.items()} for row in rows] for name, rows in tables.items()}
        for form, tables in forms(reader)
    }
    first, *others = found
    assert len(others) == 11
    assert sum(map(len, found[first].values())) > 50
    for form in others:
        assert {**found[first], **found[form]} == found[form], f"{form} differs from {first}"


def test_a_number_that_is_hidden_stands_where_the_numbers_of_its_column_stand(reader: FlaskClient) -> None:
    page = reader.get(f"{BASE}survey_levels/?lang=en").get_data(as_text=True)
    heads = re.findall(r"<th scope=\"col\"([^>]*)>(.*?)</th>", page)
    assert ("level", True) in [(name, "number" in attributes) for attributes, name in heads]
    assert 'class="number unknown" data-label="level">–</td>' in page
    assert 'class=" unknown" data-label="level"' not in page


def test_who_did_something_without_a_person_is_named_in_the_readers_language(one_app: Flask) -> None:
    with one_app.app_context():
        publishing.publish(municipalities.find("cesis").id, KEPT_BACK, "demonstration")
    coordinator = one_app.test_client()
    sign_in(coordinator, one_app, "coordinator")
    page = coordinator.get(f"/results/releases/{KEPT_BACK}/public?lang=lv").get_data(as_text=True)
    assert "laidiens publicēts (demonstrācija)" in page


@pytest.mark.parametrize("language", ["lv", "ru"])
def test_pages_name_in_the_readers_language_what_files_hold_as_codes(reader: FlaskClient, language: str) -> None:
    told = {}
    for each in reader.get(API).get_json()["tables"]:
        page = reader.get(f"{BASE}{each['name']}/?lang={language}").get_data(as_text=True)
        told[each["name"]] = re.findall(r"<t[hd][^>]*>([^<]*)", page)
        codes = [cell for cell in told[each["name"]] if re.search(r"[a-z]_[a-z]|^(share|correct|seen|persons|code|ge)$", cell)]
        assert not codes, f"{each['name']}: {codes[:5]}"
    question, method = {
        "lv": ("pareizas atbildes", "precīzs intervāls veselos cilvēkos"),
        "ru": ("правильные ответы", "точный интервал в целых людях"),
    }[language]
    assert {question, method} <= set(told["survey_levels"])
    page = reader.get(f"{BASE}?lang={language}").get_data(as_text=True)
    assert not re.findall(r"<dd>[^<]*\b(?:grace_days|judging|levels|comparison|smallest_group|smallest_head_count)\b", page)
    assert {"lv": "mazākā grupa, ko rāda: 10", "ru": "наименьшая группа, которую показывают: 10"}[language] in page


def test_files_are_kept_as_they_were_first_given_out(reader: FlaskClient, one_app: Flask) -> None:
    before = {each["name"]: each["sha256"] for each in listed(reader)}
    settings = one_app.extensions["settings"]
    one_app.extensions["settings"] = replace(settings, open_data_licence="CC0-1.0")
    run(one_app, "release", "withdraw", str(PUBLIC), "--reason", "x")
    run(one_app, "release", "publish", str(PUBLIC))
    told = reader.get(API).get_json()
    assert {each["name"]: each["sha256"] for each in told["files"]} == before
    assert told["licence"]["id"] == "CC-BY-4.0"  # as the files say
    assert f"{told['sha256']}" == before[f"cesis-release-{PUBLIC}.json"]


def test_the_database_refuses_to_change_what_was_published(app: Flask) -> None:
    for table, verb in product(("release_statement", "release_file"), ("UPDATE {} SET id = 99", "DELETE FROM {}")):
        with app.app_context(), pytest.raises(DBAPIError, match="never changes"), writing() as session:
            session.execute(sql(verb.format(table)))


def test_invented_data_say_so_on_every_page_and_in_every_file(one_app: Flask, reader: FlaskClient) -> None:
    with one_app.app_context():
        with writing() as session:
            session.scalars(select(Municipality)).one().demo = True
        place = municipalities.find("cesis").id
        number = making.make(place, "public", "test").number
        publishing.publish(place, number, "test")
        assert run(one_app, "release", "verify", str(number)).startswith("0 ")
        public = publication_store.find("cesis", number)
    assert public
    for each in public.files:
        content = reader.get(f"/open-data/cesis/{number}/files/{each.name}").data
        parts = [content]
        if content[:2] == b"PK":
            archive = zipfile.ZipFile(io.BytesIO(content))
            parts = [
                archive.read(name) for name in archive.namelist() if name.endswith((".csv", "notes.txt", "datapackage.json"))
            ]
            parts = parts or [b"".join(archive.read(name) for name in archive.namelist())]
        assert all(
            re.search(rb"invented|Izdom|\xd0\xb2\xd1\x8b\xd0\xbc\xd1\x8b\xd1\x88\xd0\xbb\xd0\xb5\xd0\xbd", part)
            for part in parts
        ), each.name
    page = reader.get(f"/open-data/cesis/{number}/plan_rows/?lang=en").get_data(as_text=True)
    assert "Made up for demonstration" in page
    rows = reader.get(f"/api/v1/releases/cesis/{number}/tables/plan_rows").get_json()["rows"]
    assert rows
    assert all(row["invented"] is True for row in rows)


def test_a_later_release_says_what_changed_and_the_earlier_one_leads_to_it(one_app: Flask, reader: FlaskClient) -> None:
    run(one_app, "release", "publish", str(KEPT_BACK))
    assert reader.get(API).get_json()["earlier"] == KEPT_BACK
    assert reader.get(f"{API}/changes").get_json() | {"release": None} == {
        "release": None, "earlier": KEPT_BACK, "changes": [], "total": 0, "offset": 0, "limit": 100, "next": None,
    }  # fmt: skip
    with one_app.app_context():
        one_app.extensions["clock"] = ticking()
        store.log(somebody("organiser", "social_service"), TRAINING, held("2026-05-01", 40, title="Otrā"))
    assert run(one_app, "release", "create", "--level", "public").startswith("0 Release 4")
    assert reader.get(API).get_json()["newer"] is None  # made, not published
    run(one_app, "release", "publish", "4")
    changes = reader.get("/api/v1/releases/cesis/4/changes").get_json()
    assert changes["earlier"] == PUBLIC
    assert any(each["table"] == "plan_targets" and each["key"][0] == "1.1.a" for each in changes["changes"])
    page = reader.get("/open-data/cesis/4/?lang=en").get_data(as_text=True)
    assert "What changed since release 3" in page
    assert "reached at least" in page
    assert "There is a newer release" in reader.get(f"{BASE}?lang=en").get_data(as_text=True)


def problem(answer: Any) -> Mapping[str, Any]:  # noqa: ANN401 - of the test client
    """The body of an error, which is the same shape everywhere."""
    assert answer.content_type == "application/problem+json"
    told: Mapping[str, Any] = answer.get_json()
    assert told["status"] == answer.status_code
    assert told["detail"]
    return told


@pytest.mark.parametrize("question", ["limit=0", "limit=1001", "limit=x", "limit=1&limit=2", "offset=-1", "page=2", "limit=²"])
def test_a_question_that_cannot_be_read_is_refused_with_what_would_do(reader: FlaskClient, question: str) -> None:
    answer = reader.get(f"/api/v1/releases?{question}")
    assert answer.status_code == 400
    assert re.search("whole number from|known: limit, offset|known: offset, limit", problem(answer)["detail"])


def test_errors_of_the_interface_are_problem_details(reader: FlaskClient) -> None:
    for address, status in (("/api/nothing", 404), ("/api/v1/releases/cesis/999", 404), ("/api/v1/releases?x=%00", 400)):
        answer = reader.get(address)
        assert answer.status_code == status
        problem(answer)
    problem(reader.delete(API))
    problem(reader.get(API, headers={"Accept": "text/html"}))

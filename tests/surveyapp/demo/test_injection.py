"""Attacking words through every field of every form and every kind of file, and then every page and file in every language."""

import io
import secrets
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select

from surveyapp.core import csv_files, municipalities, schema, workbook_writer
from surveyapp.core.access import Permission, declared
from surveyapp.core.database import Base, engine, reading, writing
from surveyapp.core.downloads import XLSX
from surveyapp.core.text import clean
from surveyapp.demo import build
from surveyapp.events.models import HeadCount
from surveyapp.survey.drafting import draft_store
from tests.conftest import app_on
from tests.databases import chosen
from tests.mail_server import free_port
from tests.surveyapp.demo.corpus import MARK, WORDS, Form, Page, harm, shown_backwards
from tests.surveyapp.demo.test_strangers import addresses
from tests.surveyapp.results.opened_waves import FIRST
from tests.surveyapp.signing_in import sign_in

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ROLES: Final = ("coordinator", "organiser")
DOORS: Final = ("/s/", "/s/change", "/s/clerk", "/staff/sign-in", "/r/verify", "/open-data/", "/")
FILES: Final = (
    *("/results/report/2026.pdf", "/results/report/2026.docx", "/results/report/2026.html", "/results/releases/1.xlsx"),
    *("/results/releases/1.json", "/results/figures/item/answers.svg?item=a_duty", "/open-data/"),
)
KINDS: Final = {"text/html", "text/csv", "image/svg+xml", "application/pdf", "application/json", DOCX, XLSX}
LEFT: Final = ("staff.sign_out", "staff.account", "waves.", "mail.", "imports.save", "workshop.remove", "registration.call_off")
"""Steps that end what later steps need; their fields are those of pages that are tried, too."""
TYPED: Final = {"text", "textarea", "search", "email", "tel", "url"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demonstration with a draft of a questionnaire."""
    folder: Path = tmp_path_factory.mktemp("injection")
    app = app_on(chosen().at(folder), folder)
    with app.app_context():
        schema.upgrade()
        build.everything()
        draft_store.add(municipalities.find("cesis").id, FIRST, "somebody@example.org")
        plant()
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    yield app
    app.extensions["engine"].dispose()


def plant() -> None:
    """Call events of the demonstration by the words of the corpus, as they would be kept if somebody had typed them."""
    words = [clean(word, 200) for word in WORDS.values()]
    with writing() as session:
        for number, count in enumerate(session.scalars(select(HeadCount))):
            count.title = words[number % len(words)]


@pytest.fixture(scope="module", autouse=True)
def connections() -> Iterator[list[str]]:
    """Whatever this process looks up or calls while the tests of this module run: the app needs nobody but its mail server."""
    found: list[str] = []
    listening = [True]

    def notice(event: str, arguments: tuple[object, ...]) -> None:
        if listening[0] and event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"}:
            found.append(f"{event} {arguments[-1]!r}")

    sys.addaudithook(notice)  # stays for good, so that it has to be told when to stop
    yield found
    listening[0] = False


@pytest.fixture(scope="module")
def clients(town: Flask) -> dict[str, FlaskClient]:
    """A browser of each role."""
    made = {role: town.test_client() for role in ROLES}
    for role, client in made.items():
        sign_in(client, town, role, email=f"{role}@injection.example")
    return made


def places(app: Flask) -> list[str]:
    """One address of each page: the first thing stored that it is about."""
    first: dict[str, str] = {}
    for endpoint, method, address in addresses(app):
        if method == "GET":
            first.setdefault(endpoint, address)
    plain = [rule for rule in app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())]
    first |= {rule.endpoint: rule.rule for rule in plain if declared(app, rule.endpoint) is not Permission.PUBLIC}
    return [address for endpoint, address in sorted(first.items()) if not endpoint.startswith(LEFT[:2])] + list(DOORS)


def forms_of(client: FlaskClient, address: str) -> list[Form]:
    """The forms of a page, those that end the session left out."""
    answer = client.get(address)
    if answer.mimetype != "text/html":
        return []
    found = Page(answer.get_data(as_text=True), address).forms
    return [
        form
        for form in found
        if not any(word in form.action for word in ("sign-out", "call-off", "/remove", "/stop", "/in-force"))
    ]


def attacked(form: Form, word: str, kinds: set[str]) -> dict[str, Any]:
    """What is sent: *word* in every field of these *kinds*, in all others what stands there."""
    return {name: word if kind in kinds and name != "csrf_token" else value for name, kind, value in form.fields}


@pytest.fixture(scope="module")
def forms(town: Flask, clients: dict[str, FlaskClient]) -> list[tuple[FlaskClient, Form]]:
    """Every form of every page, each once, with the browser that sees it."""
    found: dict[tuple[str, tuple[str, ...]], tuple[FlaskClient, Form]] = {}
    for client in clients.values():
        for address in places(town):
            for form in forms_of(client, address):
                key = form.action.partition("?")[0], tuple(sorted({name for name, _, _ in form.fields}))
                found.setdefault(key, (client, form))
    return list(found.values())


@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
def test_no_field_of_any_form_lets_a_word_do_anything(forms: list[tuple[FlaskClient, Form]], word: str) -> None:
    assert len(forms) > 20
    for client, form in forms:
        for kinds in (TYPED, {*TYPED, "hidden", "select", "number", "date", "radio", "checkbox"}):
            data = attacked(form, word, kinds)
            if "mark" in data and kinds is TYPED:
                data["mark"] = secrets.token_hex(8)  # else it would be the same form a second time
            answer = client.post(form.action, data=data)
            assert harm(answer) == [], form.action


@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
def test_no_file_of_any_kind_lets_a_word_do_anything(town: Flask, clients: dict[str, FlaskClient], word: str) -> None:
    table = [["Ieskaites rinda", word], [word, word]]
    files = (
        (f"{word}.xlsx", workbook_writer.write({MARK: table, "survey": [["type", "name", "label"], [word, word, word]]})),
        (f"{word}.csv", csv_files.csv_text(table[0], table[1:]).encode(errors="replace")),
        (f"{word}.yaml", f"id: {word!r}\ntitle:\n  lv: {word!r}\n".encode(errors="replace")),
        (f"../{word}.png", b"\x89PNG\r\n\x1a\n" + word.encode(errors="replace")),
    )
    with town.app_context():
        event = next(address for endpoint, _, address in addresses(town) if endpoint == "events.event")
    paths = ("/plans/upload", "/questionnaires/", "/events/upload", f"{event}/evidence")
    for path in paths:
        client = clients["organiser" if "evidence" in path else "coordinator"]
        token = {name: value for form in forms_of(client, path) for name, _, value in form.fields if name == "csrf_token"}
        for name, content in files:
            data = {**token, "file": (io.BytesIO(content), name)}
            answer = client.post(path, data=data)
            assert answer.status_code in {302, 422, 413, 429}, f"{path}: {answer.status_code}"
            assert harm(answer) == [], f"{name!r} at {path}"


@pytest.mark.parametrize(("language", "roles"), [("lv", ROLES[:1]), ("en", ROLES[1:]), ("ru", ROLES[:1])])
def test_no_page_and_no_file_lets_a_stored_word_do_anything(
    town: Flask, clients: dict[str, FlaskClient], language: str, roles: Sequence[str]
) -> None:
    kinds: set[str] = set()
    town.extensions.pop("costly_limit", None)  # what was sent before used it up
    for role in roles:
        for address in [*places(town), *(FILES if role == "coordinator" else ())]:
            answer = clients[role].get(f"{address}{'&' if '?' in address else '?'}lang={language}")
            kinds.add((answer.content_type or "").partition(";")[0])
            assert harm(answer) == [], f"{address} as {role}"
            assert role != "coordinator" or address not in FILES or answer.status_code == 200, (
                f"{address}: {answer.status_code}"
            )
            assert not shown_backwards(answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""), address
    missing = KINDS - kinds if "coordinator" in roles else set()
    assert missing == set()


def test_what_was_stored_has_one_form_and_nothing_that_nobody_sees(town: Flask) -> None:
    held: list[str] = []
    with town.app_context(), reading() as session:
        for table in Base.metadata.sorted_tables:
            held += [str(value) for row in session.execute(select(table)) for value in row if MARK in str(value)]
        assert inspect(engine()).has_table("account")
    assert held, "nothing of the corpus was stored at all"
    odd = [text[:80] for text in held if any(letter in text for letter in "\x00\x07\x1b\u202e\u2066\u200b\ufeff")]
    assert odd == []
    assert all("a\u0301" not in text for text in held)


def test_meanwhile_nobody_outside_was_called(connections: list[str]) -> None:
    assert connections == []
    with socket.socket() as probe:
        probe.connect_ex(("127.0.0.1", free_port()))
    assert connections, "or nobody was listening"

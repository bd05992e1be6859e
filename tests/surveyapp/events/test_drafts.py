"""Drafts: kept as typed, seen by nobody else, counted nowhere, and gone after some weeks."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text as sql

from surveyapp.core import municipalities, purging
from surveyapp.core.database import engine
from tests.conftest import MakeApp, app_on
from tests.surveyapp.events.pages import again, browser, field, fill, held, records, text
from tests.surveyapp.events.plans import load_plan
from tests.surveyapp.signing_in import sign_in

ROW = "/events/log?row=1.1.a"


@pytest.fixture
def organiser(app: Flask) -> FlaskClient:
    """An organiser of the social service."""
    load_plan(app)
    return browser(app, "organiser", "social_service")


def draft_of(client: FlaskClient) -> str:
    """The number of the newest draft in the list."""
    return text(client.get("/events/")).partition("/events/log?draft=")[2].partition('"')[0]


def test_what_is_not_complete_is_kept_as_typed_and_counts_nowhere(app: Flask, organiser: FlaskClient) -> None:
    typed = {"title": "Vakara grupa", "held_on": "2026-02-30", "unique_persons": "daudz", "place": "Pie upes; <b>"}
    kept = fill(organiser, ROW, draft="yes", **typed)
    assert kept.status_code == 302
    page = text(organiser.get("/events/"))
    assert "Drafts, seen by you alone" in page
    assert "21 December 2026" in page
    assert records(app) == ()
    form = held(organiser.get(f"/events/log?draft={draft_of(organiser)}"))
    assert {name: form[name] for name in typed} == typed


def test_a_draft_saved_again_stays_one_and_is_gone_when_it_is_logged(app: Flask, organiser: FlaskClient) -> None:
    fill(organiser, ROW, draft="yes", unique_persons="7")
    again(organiser, ROW, organiser.get(f"/events/log?draft={draft_of(organiser)}"), draft="yes", unique_persons="8")
    page = organiser.get(f"/events/log?draft={draft_of(organiser)}")
    assert field(page, "unique_persons") == "8"
    assert again(organiser, ROW, page).status_code == 302
    assert "Drafts, seen by you alone" not in text(organiser.get("/events/"))
    assert [each.unique_persons for each in records(app)] == [8]
    assert organiser.get("/events/log?draft=1").status_code == 404


def test_a_form_that_was_logged_and_is_kept_again_is_another_event(app: Flask, organiser: FlaskClient) -> None:
    page = organiser.get(ROW)
    again(organiser, ROW, page, unique_persons="7")
    again(organiser, ROW, page, draft="yes", held_on="2026-10-02", unique_persons="9")
    assert again(organiser, ROW, organiser.get(f"/events/log?draft={draft_of(organiser)}")).status_code == 302
    assert sorted(each.unique_persons or 0 for each in records(app)) == [7, 9]


def test_a_draft_is_discarded_after_asking(organiser: FlaskClient) -> None:
    fill(organiser, ROW, draft="yes", title="Uzmetums")
    path = f"/events/drafts/{draft_of(organiser)}/discard"
    assert "Uzmetums" in text(organiser.get(path))
    assert organiser.post(path).status_code == 422
    assert "Uzmetums" in text(organiser.get("/events/"))
    assert fill(organiser, path).status_code == 302
    assert "Uzmetums" not in text(organiser.get("/events/"))
    assert organiser.get(path).status_code == 404


def test_a_draft_is_nobody_elses_business(app: Flask, organiser: FlaskClient) -> None:
    with app.app_context():
        municipalities.create("madona", "Madonas novads")
    fill(organiser, ROW, draft="yes", title="Slepens")
    number = draft_of(organiser)
    colleague = app.test_client()
    sign_in(colleague, app, "organiser", "social_service", email="colleague@example.org")
    others = [colleague, browser(app, "coordinator"), browser(app, "organiser", "education_board")]
    others.append(browser(app, "coordinator", municipality="madona"))
    for client in others:
        assert client.get(f"/events/drafts/{number}/discard").data == client.get("/events/drafts/999999/discard").data
        assert client.get(f"/events/drafts/{number}/discard").status_code == 404
        assert "Slepens" not in text(client.get("/events/"))
    for client in others[:3]:
        assert client.get(f"/events/log?draft={number}").status_code == 404
    assert "Slepens" in text(organiser.get("/events/"))


def test_a_draft_without_the_forms_token_is_not_kept_and_nothing_typed_is_lost(organiser: FlaskClient) -> None:
    answer = organiser.post(ROW, data={"draft": "yes", "title": "Mans"})
    assert answer.status_code == 422
    assert field(answer, "title") == "Mans"
    assert "Drafts" not in text(organiser.get("/events/"))


def test_there_is_room_for_twenty_drafts_of_some_pages_each(organiser: FlaskClient) -> None:
    for _ in range(20):
        assert fill(organiser, ROW, draft="yes").status_code == 302
    full = fill(organiser, ROW, draft="yes", title="Vēl viens")
    assert full.status_code == 422
    assert "cannot be kept" in text(full)
    assert field(full, "title") == "Vēl viens"


def test_drafts_are_gone_after_thirty_days_and_a_receipt_says_how_many(make_app: MakeApp) -> None:
    app = make_app()
    load_plan(app)
    client = browser(app, "organiser", "social_service")
    for _ in range(2):
        fill(client, ROW, draft="yes", title="Vecs")
    later = make_app(now=lambda: datetime(2026, 12, 21, 10, 0, tzinfo=UTC))
    with later.app_context():
        assert [(each.what, each.counts, each.clean) for each in purging.run()] == [("event_drafts", {"drafts": 2}, True)]
        assert purging.run() == []
    again_in = browser(later, "organiser", "education_board")
    assert "Vecs" not in text(again_in.get("/events/"))


@pytest.fixture
def file_app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An app on a SQLite file."""
    made = app_on(sqlite_url, tmp_path)
    yield made
    made.extensions["engine"].dispose()


def in_files(folder: Path, typed: str) -> bool:
    """Whether the text stands anywhere in the files of the database."""
    return any(typed.encode() in path.read_bytes() for path in folder.glob("surveyapp.sqlite3*"))


def test_what_was_typed_is_out_of_the_files_once_its_draft_is_discarded_or_logged(file_app: Flask, tmp_path: Path) -> None:
    load_plan(file_app)
    client = browser(file_app, "organiser", "social_service")
    fill(client, ROW, draft="yes", title="Zivju ezers", place="Pie Gaujas")
    assert in_files(tmp_path, "Zivju ezers")
    assert fill(client, f"/events/drafts/{draft_of(client)}/discard").status_code == 302
    assert not in_files(tmp_path, "Zivju ezers")
    fill(client, ROW, draft="yes", title="Pagaidu nosaukums", unique_persons="7")
    page = client.get(f"/events/log?draft={draft_of(client)}")
    assert again(client, ROW, page, title="Vakara grupa").status_code == 302
    assert not in_files(tmp_path, "Pagaidu nosaukums")
    assert in_files(tmp_path, "Vakara grupa")


def test_a_draft_discarded_while_somebody_reads_is_out_of_the_files_after_the_next_purge(
    file_app: Flask, tmp_path: Path
) -> None:
    load_plan(file_app)
    client = browser(file_app, "organiser", "social_service")
    fill(client, ROW, draft="yes", title="Zivju ezers")
    with file_app.app_context():
        with engine().connect() as reader:
            assert reader.execute(sql("SELECT count(*) FROM event_draft")).scalar_one() == 1
            assert fill(client, f"/events/drafts/{draft_of(client)}/discard").status_code == 302
            assert in_files(tmp_path, "Zivju ezers")
        assert purging.run() == []
    assert not in_files(tmp_path, "Zivju ezers")

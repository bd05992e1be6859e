"""What was written in own words: read by one person, released or deleted for good, never joined with anything."""

import re
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from surveyapp.core import audit
from surveyapp.core.database import reading
from surveyapp.survey import text_store
from surveyapp.survey.models import FreeText
from tests.surveyapp.survey.wave_desk import Desk, words

RELEASE, DELETE = {"decision": "release", "sure": "y"}, {"decision": "delete", "sure": "y"}


def opened(app: Flask) -> Desk:
    """A wave of twelve, opened, in which everybody wrote the same word."""
    desk = Desk(app)
    desk.opened({"short_word": "marķieris"}, free_text="y")
    return desk


def shown(desk: Desk) -> str:
    """The key of the text that the steward reads now."""
    page = desk.browser("steward").get(desk.path("texts/read")).get_data(as_text=True)
    found = re.search(r'name="key" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


def test_the_steward_decides_about_each_text_and_the_group_sees_the_released_ones(app: Flask) -> None:
    desk = opened(app)
    assert "wait for their reader: 12" in desk.get("steward", desk.path())
    assert "marķieris" not in desk.get("group", desk.path("texts"))
    desk.send("steward", desk.path("texts/read"), RELEASE)
    page = desk.get("group", desk.path("texts"))
    assert "In one word? marķieris" in page
    assert page.count("marķieris") == 1
    for _ in range(11):
        desk.send("steward", desk.path("texts/read"), DELETE)
    assert "No text waits any more." in desk.get("steward", desk.path("texts/read"))
    assert desk.get("group", desk.path("texts")).count("marķieris") == 1
    with app.app_context(), reading() as session:
        assert session.scalars(select(FreeText.released)).all() == [True]


def test_a_decision_is_confirmed_and_a_text_is_decided_once(one_app: Flask) -> None:
    desk = opened(one_app)
    assert "Tick this to go on." in words(desk.send("steward", desk.path("texts/read"), {"decision": "delete"}, 422))
    assert "Choose one of the two." in words(desk.send("steward", desk.path("texts/read"), {"sure": "y"}, 422))
    first = shown(desk)
    desk.send("steward", desk.path("texts/read"), RELEASE)
    late = desk.send("steward", desk.path("texts/read"), {**DELETE, "key": first}, 409)
    assert "decided about that text before you: it was released. Your decision was not carried out." in words(late)
    assert "checked" not in late.get_data(as_text=True), "what was chosen for one text is not chosen for the next"
    second = shown(desk)
    desk.send("steward", desk.path("texts/read"), DELETE)
    late = desk.send("steward", desk.path("texts/read"), {**RELEASE, "key": second}, 409)
    assert "decided about that text before you: it was deleted" in words(late)
    assert desk.get("group", desk.path("texts")).count("marķieris") == 1
    with one_app.app_context():
        assert text_store.waiting(desk.wave()) == 10


def test_fewer_than_ten_waiting_texts_are_told_as_such(one_app: Flask) -> None:
    desk = opened(one_app)
    for _ in range(3):
        desk.send("steward", desk.path("texts/read"), RELEASE)
    page = desk.get("coordinator", desk.path())
    assert "wait for their reader: fewer than ten" in page
    assert not re.search(r"reader: \d", page)


def test_before_the_opening_nobody_reads_anything(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.closed({"short_word": "marķieris"}, free_text="y")
    assert "not opened yet" in desk.get("steward", desk.path("texts/read"), 409)
    assert "not opened yet" in desk.get("group", desk.path("texts"), 409)


def test_nobody_else_sees_a_text_before_its_release(one_app: Flask) -> None:
    desk = opened(one_app)
    for role in ("coordinator", "auditor", "group", "organiser"):
        desk.get(role, desk.path("texts/read"), 403)
    for role in ("coordinator", "auditor"):
        assert "marķieris" not in desk.get(role, desk.path()) + desk.get(role, desk.path("texts"))


def test_the_trail_says_that_texts_were_decided_not_how_many(one_app: Flask) -> None:
    desk = opened(one_app)
    for decision in (RELEASE, RELEASE, DELETE, DELETE):
        desk.send("steward", desk.path("texts/read"), decision)
    with one_app.app_context(), reading() as session:
        entries = [entry for entry in audit.entries(session, desk.wave().municipality_id, 200) if "texts" in entry.what]
    assert sorted(entry.what for entry in entries) == ["wave.texts_deleted", "wave.texts_released"]
    assert not [entry for entry in entries if "marķieris" in entry.after]


def test_a_deleted_text_leaves_no_trace_in_the_files(sqlite_app: Flask, tmp_path: Path) -> None:
    desk = opened(sqlite_app)
    for _ in range(12):
        desk.send("steward", desk.path("texts/read"), DELETE)
    for file in tmp_path.glob("surveyapp.sqlite3*"):
        assert "marķieris".encode() not in file.read_bytes(), file

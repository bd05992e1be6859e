"""A wave's whole life through the pages of coordinator and steward, and every step refused out of order."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from surveyapp.core.database import writing
from surveyapp.survey import promise_store, store
from surveyapp.survey.models import SealedBox
from surveyapp.survey.rules import State
from tests.surveyapp.survey.wave_desk import PASSPHRASE, Desk, Fields, words


def follow(desk: Desk, role: str, path: str, fields: Fields) -> TestResponse:
    """Send a form and open the page that it leads to."""
    answer = desk.send(role, path, fields)
    return desk.browser(role).get(answer.headers["Location"])


def test_a_wave_lives_through_all_its_steps_on_pages(app: Flask) -> None:
    desk = Desk(app)
    assert "There is no wave yet" in desk.get("coordinator", "/waves/")
    desk.draft()
    assert "now" in desk.get("steward", desk.path())
    desk.make_key()
    assert "The trial box was sealed and opened" in words(follow(desk, "steward", desk.path("trial"), desk.key()))
    rows = desk.codes()
    assert len({row["code"] for row in rows}) == 12
    desk.answer(rows)
    assert "12, with 12 codes given out" in desk.get("coordinator", desk.path())
    desk.send("coordinator", desk.path("close"), {"sure": "y"})
    assert "The wave is opened" in words(follow(desk, "steward", desk.path("open"), desk.key(sure="y")))
    assert "Answers opened: 12." in desk.get("auditor", desk.path())
    attested = follow(desk, "steward", desk.path("destroyed"), {"on": "2026-11-21", "sure": "y"})
    assert "Recorded. From now on old backups stay sealed for ever." in words(attested)
    assert "Released" in desk.get("coordinator", "/waves/")
    assert desk.wave().state is State.SCRUBBED


def test_every_step_out_of_order_is_refused_with_its_reason(one_app: Flask) -> None:
    desk = Desk(one_app)
    steward, coordinator = "steward", "coordinator"

    def refused(role: str, deed: str, reason: str) -> None:
        assert reason in desk.get(role, desk.path(deed), 409), deed

    desk.draft()
    refused(steward, "trial", "There is no key yet")
    refused(coordinator, "codes", "There is no key yet")
    refused(coordinator, "close", "There are no codes yet")
    refused(steward, "open", "There are no codes yet")
    refused(steward, "destroyed", "Keep the key: without it the answers are lost")
    refused(coordinator, "supplement", "not closed yet")
    refused(steward, "texts/read", "asks nothing in one's own words")
    desk.make_key()
    refused(coordinator, "draft", "There is a key already")
    refused(coordinator, "delete", "There is a key already")
    refused(coordinator, "codes", "First the data steward proves")
    desk.send(steward, desk.path("trial"), desk.key())
    refused(steward, "key", "The key is proved already and stays")
    desk.answer(desk.codes())
    refused(steward, "open", "The wave is not closed yet")
    desk.send(coordinator, desk.path("close"), {"sure": "y"})
    refused(coordinator, "close", "takes no more answers")
    refused(coordinator, "codes", "takes no more answers")
    desk.send(steward, desk.path("open"), desk.key(sure="y"))
    refused(steward, "open", "opened already")
    refused(steward, "trial", "opened already")
    refused(coordinator, "close", "takes no more answers")
    desk.send(steward, desk.path("destroyed"), {"on": "2026-11-21", "sure": "y"})
    refused(steward, "destroyed", "attested already")


@pytest.mark.parametrize(
    ("role", "deeds"),
    [
        ("coordinator", ["key", "trial", "open", "destroyed", "texts/read", "ask", "decide"]),
        ("steward", ["draft", "delete", "codes", "close", "supplement", "decide", "texts"]),
        ("auditor", ["draft", "delete", "codes", "close", "supplement", "key", "trial", "open", "destroyed", "ask"]),
        ("group", ["", "draft", "key", "open", "decide"]),
    ],
)
def test_nobody_does_what_another_role_does(one_app: Flask, role: str, deeds: list[str]) -> None:
    desk = Desk(one_app)
    desk.draft()
    for deed in deeds:
        desk.get(role, desk.path(deed), 403)


def test_only_whoever_may_press_a_button_sees_it(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.draft()
    seen = {role: desk.get(role, desk.path()) for role in ("coordinator", "steward", "auditor")}
    assert {role for role, page in seen.items() if "Make the key" in page} == {"steward"}
    assert {role for role, page in seen.items() if "Change the draft" in page} == {"coordinator"}


def test_what_cannot_be_undone_asks_first(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.draft()
    assert "Tick this to go on." in words(desk.send("coordinator", desk.path("delete"), {}, 422))
    assert "Tick this to go on." in words(
        desk.send("steward", desk.path("key"), {"passphrase": PASSPHRASE, "again": PASSPHRASE}, 422)
    )
    desk.make_key()
    desk.send("steward", desk.path("trial"), desk.key())
    answer = desk.send("coordinator", desk.path("codes"), {"count": "12", "on": "csv", "language": "lv"}, 422)
    assert "Read above what losing the key means, and tick this." in words(answer)
    desk.answer(desk.codes())
    assert "Tick this to go on." in words(desk.send("coordinator", desk.path("close"), {}, 422))
    desk.send("coordinator", desk.path("close"), {"sure": "y"})
    assert "Tick this to go on." in words(desk.send("steward", desk.path("open"), desk.key(), 422))
    assert desk.wave().state is State.CLOSED
    desk.send("steward", desk.path("open"), desk.key(sure="y"))
    assert "Tick this to go on." in words(desk.send("steward", desk.path("destroyed"), {"on": "2026-11-21"}, 422))


def test_neither_key_nor_passphrase_nor_code_stays_anywhere(
    one_app: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(one_app)
    desk.answer(rows := desk.ready())
    desk.send("coordinator", desk.path("close"), {"sure": "y"})
    wrong = desk.send("steward", desk.path("open"), desk.key(sure="y", passphrase=PASSPHRASE.upper()), 422)
    assert PASSPHRASE.upper() not in wrong.get_data(as_text=True)
    secret_lines = [line for line in desk.pem.splitlines() if not line.startswith("-----")]
    markers = [PASSPHRASE, PASSPHRASE.upper(), *secret_lines, *(row["code"] for row in rows)]
    markers += [row["code"].replace("-", "") for row in rows] + [row["link"].partition("#")[2] for row in rows]
    files = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert len(files) >= 2, "the database and its log"
    assert not [(marker, file) for marker in markers for file, content in files.items() if marker.encode() in content]
    assert not [marker for marker in markers if marker in caplog.text]


def test_the_promise_is_shown_before_and_stands_from_the_first_codes_on(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.draft()
    page = desk.get("coordinator", desk.path())
    assert "Computed from the settings of the draft" in page
    assert "We do not ask who you are" in page
    desk.make_key()
    desk.send("steward", desk.path("trial"), desk.key())
    desk.codes()
    page = desk.get("coordinator", desk.path())
    assert "nobody can change it" in page
    with one_app.app_context():
        kept = promise_store.of_wave(desk.wave().id)
    assert set(kept) == {"lv", "en", "ru"}
    assert not [sentence for sentences in kept.values() for sentence in sentences if " ".join(sentence.split()) not in page]


@pytest.mark.parametrize("mode", ["group", "open"])
def test_each_mode_says_honestly_what_it_cannot_prove(one_app: Flask, mode: str) -> None:
    desk = Desk(one_app)
    desk.draft(mode=mode)
    desk.make_key()
    desk.send("steward", desk.path("trial"), desk.key())
    rows = desk.codes(groups="Saules skola\nMežaparka skola" if mode == "group" else "")
    assert [row["group"] for row in rows] == (["Saules skola", "Mežaparka skola"] if mode == "group" else [""])
    desk.answer(rows * 6 if mode == "group" else rows * 12)
    page = desk.get("coordinator", desk.path())
    assert {"group": "Anyone with this group's code can answer.", "open": "Anyone with this address can answer."}[mode] in page
    assert "Boxes 12" in page
    assert "codes given out" not in page
    desk.send("coordinator", desk.path("close"), {"sure": "y"})
    desk.send("steward", desk.path("open"), desk.key(sure="y"))
    assert "Answers opened: 12." in desk.get("coordinator", desk.path())


def test_while_open_only_boxes_groups_of_ten_and_days_are_told(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.answer(desk.ready()[:9])
    page = desk.get("coordinator", desk.path())
    assert "Boxes fewer than ten (as of 21 November 2026)" in page
    assert "Last day for answering: 30 November 2026 (9 days left)" in page
    assert not re.search(r"\b9, with", page)


def test_a_wave_whose_days_passed_before_there_were_codes_says_so(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.draft(opens="2026-11-20", closes="2026-11-21")
    desk.make_key()
    one_app.extensions["clock"] = lambda: datetime(2026, 12, 1, tzinfo=UTC)
    desk.people.clear()  # nobody stays signed in for so long
    assert "The last day for answering passed before there were any codes." in desk.get("coordinator", desk.path())
    desk.get("coordinator", desk.path("codes"), 409)


def test_a_wave_of_another_number_is_not_there(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.get("coordinator", "/waves/999", 404)


def test_the_same_form_sent_twice_makes_codes_once(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.ready()
    twice = desk.send("coordinator", desk.path("codes"), {"count": "12", "on": "csv", "language": "lv", "seen": "0"}, 409)
    assert "Codes were made just now" in words(twice)
    with one_app.app_context():
        assert store.look_up("ABCD-EFGH-JKMN-P") in set(store.CodeProblem)
    assert "Codes made so far: 12." in desk.get("coordinator", desk.path("codes"))


def test_a_wave_closed_with_too_few_boxes_says_so_and_points_to_the_supplementary_wave(app: Flask) -> None:
    desk = Desk(app)
    desk.answer(desk.ready()[:9])
    desk.send("coordinator", desk.path("close"), {"sure": "y"})
    reason = "The wave is closed with fewer than ten boxes. It stays sealed for ever"
    for role in ("coordinator", "steward"):
        page = desk.get(role, desk.path())
        assert reason in page
        assert "The data steward opens the wave with the key." not in page
    shown = desk.browser("coordinator").get(desk.path()).get_data(as_text=True)
    assert re.search(
        rf'<a role="button" href="{desk.path("supplement")}[^"]*">Ask everybody in a supplementary wave</a>', shown
    )
    steward = desk.browser("steward").get(desk.path()).get_data(as_text=True)
    assert desk.path("supplement") not in steward, "only for those who may plan waves"
    assert f'href="{desk.path("open")}"' not in steward
    assert reason in desk.get("steward", desk.path("open"), status=409)
    assert reason in desk.get("coordinator", "/waves/")
    assert desk.wave().state == "closed"
    draft = desk.get("coordinator", desk.path("supplement"))
    assert "once more, also of those who answered there." in draft
    assert "That wave stays sealed, so this one stands on its own." in draft
    assert "Opened before that wave" not in draft
    late = {"name": "late", "opens": "2026-11-20", "closes": "2026-11-30", "mode": "code", "people_1": "20", "people_3": "20"}
    desk.send("coordinator", desk.path("supplement"), late)
    assert "so this one stands on its own" in desk.get("coordinator", desk.path(name="late"))
    assert "open that one first" not in desk.get("coordinator", desk.path())


def test_boxes_that_are_missing_are_not_taken_for_too_few_answers(app: Flask) -> None:
    desk = Desk(app)
    desk.closed()
    with app.app_context(), writing() as session:
        keys = session.scalars(select(SealedBox.box_key).limit(5)).all()
        session.execute(delete(SealedBox).where(SealedBox.box_key.in_(keys)))
    assert "fewer than ten boxes" not in desk.get("steward", desk.path())
    assert desk.path("open") in desk.browser("steward").get(desk.path()).get_data(as_text=True)

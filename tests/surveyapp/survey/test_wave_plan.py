"""Planning a wave on pages: the draft with its population, changing and deleting it, and those who came late."""

import io
import re
from datetime import date

import pytest
from flask import Flask

from surveyapp.core.command import RefusedError
from surveyapp.survey import opened_store, wave_draft_store
from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import NewWave
from tests.surveyapp.signing_in import sign_in
from tests.surveyapp.survey.wave_desk import DAYS, Desk, publish_without_texts, words

NEW = "/waves/new?questionnaire=small/1"


def test_the_questionnaire_is_picked_among_the_published_ones(one_app: Flask) -> None:
    desk = Desk(one_app)
    assert "small/1" in desk.get("coordinator", "/waves/new")
    assert "“other/7” is not a published questionnaire" in desk.get("coordinator", "/waves/new?questionnaire=other/7", 404)


def test_everything_wrong_is_said_at_once_and_what_was_typed_stays(one_app: Flask) -> None:
    desk = Desk(one_app)
    typed = {"name": "", "opens": "2026-12-30", "closes": "31.11.2026", "mode": "code", "people_1": "twenty", "people_2": "5"}
    answer = desk.send("coordinator", NEW, typed, 422)
    said = words(answer)
    for wrong in ("Give the wave a name.", "This is not a day of the calendar", "Write a whole number between 0 and"):
        assert wrong in said
    assert "These people are counted above already" in said
    for value in ("2026-12-30", "31.11.2026", "twenty", "5"):
        assert f'value="{value}"' in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"closes": "2026-11-10"}, "This day is past; choose a later one."),
        ({"opens": "2026-12-10", "closes": "2026-12-09"}, "The last day is before the first"),
        ({"people_1": "", "people_3": ""}, "Say how many specialists there are"),
        ({"people_1": '"5', "people_3": "3,5"}, "Write a whole number"),
        ({"mode": "everybody"}, "This choice does not exist"),
        ({"name": "x" * 101}, "too long; shorten it"),
        ({"name": "feedback-2026"}, "kept for the waves of the yearly key"),
        ({"name": "Game-7-10-2026"}, "kept for the waves of the yearly key"),
    ],
)
def test_what_no_wave_can_be_is_refused(one_app: Flask, fields: dict[str, object], reason: str) -> None:
    desk = Desk(one_app)
    typed = {"name": "autumn", **DAYS, "mode": "code", "people_1": "20", **fields}
    assert reason in words(desk.send("coordinator", NEW, typed, 422))


def test_a_name_is_given_once(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.draft()
    typed = {"name": "autumn", **DAYS, "mode": "code", "people_1": "20"}
    assert "There is a wave of this name already" in words(desk.send("coordinator", NEW, typed, 422))


def test_the_population_can_come_as_a_file_and_every_bad_row_is_named(one_app: Flask) -> None:
    desk = Desk(one_app)
    typed: dict[str, object] = {"name": "autumn", **DAYS, "mode": "code"}
    bad = "stratum,population\nschools,many\nnowhere,5\nclinics,3,4\nteacher,2\n"
    said = words(desk.send("coordinator", NEW, {**typed, "file": (io.BytesIO(bad.encode()), "people.csv")}, 422))
    for wrong in (
        "Line 2: Write a whole number",
        "Line 3: There is no such stratum",
        "Line 4: The line does not have two cells",
        "Line 5: These people are counted above already",
    ):
        assert wrong in said
    for content, wrong in (
        (b"\xff\xfe", "not UTF-8"),
        (b"group;people\n", "The first line must be"),
        (b"stratum,population\n", "no stratum"),
    ):
        assert wrong in words(desk.send("coordinator", NEW, {**typed, "file": (io.BytesIO(content), "people.csv")}, 422))
    good = "\ufeffstratum;population\nschools;31\nclinics;9\n"
    desk.send("coordinator", NEW, {**typed, "people_0": "7", "file": (io.BytesIO(good.encode()), "people.csv")})
    with one_app.app_context():
        assert wave_draft_store.population(desk.wave().id) == {"schools": 31, "clinics": 9}


def test_whoever_is_not_counted_is_named(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.draft(people_3="")
    assert "Nobody is counted in: At a clinic." in desk.get("coordinator", desk.path())


def test_a_draft_is_changed_until_there_is_a_key(app: Flask) -> None:
    desk = Desk(app)
    desk.draft()
    page = desk.browser("coordinator").get(desk.path("draft")).get_data(as_text=True)
    for value in ("autumn", "2026-11-20", "2026-11-30", "20"):
        assert f'value="{value}"' in page
    changed = {
        "name": "winter",
        "opens": "2026-12-01",
        "closes": "2026-12-31",
        "mode": "open",
        "free_text": "y",
        "people_0": "1 445",
    }
    desk.send("coordinator", desk.path("draft"), {**changed, "people_1": "", "people_3": ""})
    wave = desk.wave("winter")
    assert (wave.mode, wave.free_text, wave.closes.isoformat()) == ("open", True, "2026-12-31")
    with app.app_context():
        assert wave_draft_store.population(wave.id) == {"*": 1445}


def test_of_two_who_change_a_draft_the_second_sees_what_the_first_saved_and_decides(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.draft()
    page = desk.browser("coordinator").get(desk.path("draft"))
    seen = re.search(r'name="seen" type="hidden" value="(\w+)"', page.get_data(as_text=True))
    assert seen
    desk.people["other"] = one_app.test_client()
    sign_in(desk.people["other"], one_app, "coordinator", email="other@example.org")
    desk.people["other"].get("/privacy?lang=en")
    theirs = {
        "name": "theirs",
        "opens": "2026-11-21",
        "closes": "2026-11-30",
        "mode": "open",
        "people_1": "31",
        "people_3": "20",
    }
    desk.send("other", desk.path("draft"), {**theirs, "free_text": "y"})
    address = desk.path("draft", "theirs")
    mine = {"name": "mine", **DAYS, "mode": "code", "people_1": "20", "people_3": "7"}
    answer = desk.send("coordinator", address, {**mine, "seen": seen[1]}, 409)
    said = words(answer)
    assert "Somebody changed this draft meanwhile" in said
    for line in ("Name of the wave: theirs", "First day: 21 November 2026", "Who may answer: One address for everybody"):
        assert line in said
    assert ": 31 " in said
    for value in ("mine", "2026-11-20", "7"):
        assert f'value="{value}"' in answer.get_data(as_text=True)
    assert desk.wave("theirs").mode == "open", "nothing was saved over it"
    now = re.search(r'name="seen" type="hidden" value="(\w+)"', answer.get_data(as_text=True))
    assert now
    desk.send("coordinator", address, {**mine, "seen": now[1]})
    assert desk.wave("mine").mode == "code"
    desk.send("coordinator", desk.path("draft", "mine"), {**mine, "seen": now[1]})


def test_a_draft_cannot_take_the_name_of_a_wave_of_the_yearly_key_later(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.draft()
    changed = {"name": "game-15-18-2026", **DAYS, "mode": "code", "people_1": "20"}
    assert "kept for the waves of the yearly key" in words(desk.send("coordinator", desk.path("draft"), changed, 422))
    new = NewWave("game-15-18-2026", "small/1", date(2026, 12, 1), date(2026, 12, 31), {"*": 20}, "group")
    with one_app.app_context(), pytest.raises(RefusedError, match="kept for the yearly key"):
        wave_draft_store.change(desk.wave(), new, "coordinator@example.org", seen="")


def test_a_draft_is_deleted_until_there_is_a_key(app: Flask) -> None:
    desk = Desk(app)
    desk.draft()
    desk.send("coordinator", desk.path("delete"), {"sure": "y"})
    assert "There is no wave yet" in desk.get("coordinator", "/waves/")
    desk.draft()
    assert desk.wave().state is State.DRAFT, "the name is free again"


def test_own_words_are_offered_only_where_the_questionnaire_asks_for_them(one_app: Flask) -> None:
    desk = Desk(one_app)
    publish_without_texts(one_app)
    assert "one's own words" in desk.get("coordinator", NEW)
    assert "one's own words" not in desk.get("coordinator", "/waves/new?questionnaire=plain/1")


def test_those_who_came_late_are_asked_in_a_supplementary_wave_and_counted_with_the_main_one(app: Flask) -> None:
    desk = Desk(app)
    desk.closed()
    late = {"name": "late", "opens": "2026-11-21", "closes": "2026-12-05", "people_1": "20", "people_3": "20"}
    page = desk.browser("coordinator").get(desk.path("supplement")).get_data(as_text=True)
    assert "asks those who came late for “autumn”" in page
    assert 'value="20"' in page, "the same people"
    desk.send("coordinator", desk.path("supplement"), {**late, "mode": "code"})
    assert "To count them together with this wave, open that one first." in desk.get("steward", desk.path())
    main_key = desk.pem
    desk.make_key("late")
    desk.send("steward", desk.path("trial", "late"), desk.key())
    desk.answer(desk.codes("late"))
    desk.send("coordinator", desk.path("close", "late"), {"sure": "y"})
    desk.send("steward", desk.path("open", "late"), desk.key(sure="y"))
    shown = desk.get("coordinator", desk.path("", "late"))
    assert "The answers are counted together with those of the main wave. They are shown when the main wave is opened." in shown
    assert "/results/survey/" not in shown
    desk.pem = main_key
    desk.send("steward", desk.path("open"), desk.key(sure="y"))
    with app.app_context():
        (opened,) = opened_store.opened_waves(desk.wave().municipality_id)
        assert opened.name == "autumn"
        assert len(list(opened_store.responses(opened))) == 24
    assert "itself a supplement" in desk.get("coordinator", desk.path("supplement", "late"), 409)


def test_a_supplement_to_an_opened_wave_is_said_to_stand_on_its_own(one_app: Flask) -> None:
    desk = Desk(one_app)
    desk.opened()
    alone = "That wave is opened already, so this one stands on its own."
    form = desk.get("coordinator", desk.path("supplement"))
    assert alone in form
    late = {"name": "late", "opens": "2026-11-21", "closes": "2026-12-05", "people_1": "20", "people_3": "20", "mode": "code"}
    desk.send("coordinator", desk.path("supplement"), late)
    page, main = desk.get("coordinator", desk.path("", "late")), desk.get("coordinator", desk.path())
    assert alone in page
    assert "that one will stand on its own" in main
    assert not any("counted together" in said or "open that one first" in said for said in (form, page, main))

"""Codes and posters: for whom they are made, what they open, and that they are kept nowhere."""

import re
import subprocess
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from surveyapp.core.database import reading
from surveyapp.core.models import AuditEntry
from surveyapp.events import store as events
from surveyapp.events.rules import Facts
from surveyapp.survey import opened_store, stopping_store, store
from surveyapp.survey.store import Door
from tests.surveyapp.events.plans import TRAINING, held, load_plan, somebody
from tests.surveyapp.feedback.years import Year, feedback, proved
from tests.surveyapp.signing_in import csrf_token, sign_in


def text(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


def browser(app: Flask, role: str = "organiser", institution: str | None = "social_service") -> FlaskClient:
    client = app.test_client()
    sign_in(client, app, role, institution if role == "organiser" else None)
    client.get("/?lang=en")
    return client


def event(app: Flask, title: str = "Apmācība", day: str = "2026-10-01") -> int:
    with app.app_context():
        person = somebody("organiser", "social_service", email=f"logged{day}@example.org")
        return events.log(person, TRAINING, held(day=day, title=title))


def press(client: FlaskClient, path: str, **typed: str) -> TestResponse:
    return client.post(path, data={"csrf_token": csrf_token(client.get(path)), **typed})


def code_of(page: TestResponse) -> tuple[str, str]:
    """The typed and the link form on a poster."""
    found = {name: re.search(rf'name="{name}"[^>]*value="([^"]+)"', text(page)) for name in ("typed", "link")}
    typed, link = found["typed"], found["link"]
    assert typed
    assert link
    return typed[1], link[1]


@pytest.fixture
def year(one_app: Flask) -> Year:
    """A small plan and a year with a proved key."""
    load_plan(one_app)
    return proved(one_app)


@pytest.mark.usefixtures("year")
def test_an_organiser_collects_feedback_on_an_event_of_their_own(one_app: Flask) -> None:
    number, client = event(one_app), browser(one_app)
    assert f'href="/feedback/events/{number}"' in text(client.get(f"/events/{number}"))
    poster = press(client, f"/feedback/events/{number}")
    assert poster.status_code == 200
    typed, link = code_of(poster)
    assert "Apmācība (01.10.2026)" in text(poster)
    assert "data:image/svg+xml;base64," in text(poster)
    with one_app.app_context():
        for form in (typed, link):
            door = store.look_up(form)
            assert isinstance(door, Door)
            assert (door.questionnaire.id, door.group) == ("event-feedback", "Apmācība (01.10.2026)")
    answers = one_app.test_client().post("/s/?lang=en", data={"code": typed})
    assert "The event was useful to me." in text(answers)


@pytest.mark.usefixtures("year")
def test_nobody_collects_feedback_on_an_event_of_another_institution(one_app: Flask) -> None:
    number = event(one_app)
    stranger = browser(one_app, institution="education_board")
    assert stranger.get(f"/feedback/events/{number}").status_code == 404
    assert stranger.post(f"/feedback/events/{number}").status_code == 404
    assert "Collect feedback" in text(browser(one_app, "coordinator").get(f"/feedback/events/{number}"))
    assert "Collect feedback" not in text(browser(one_app, "group").get(f"/events/{number}"))


@pytest.mark.usefixtures("year")
def test_another_poster_has_another_code_and_the_older_one_keeps_working(one_app: Flask) -> None:
    number, client = event(one_app), browser(one_app)
    codes = [code_of(press(client, f"/feedback/events/{number}")) for _ in range(2)]
    assert codes[0] != codes[1]
    with one_app.app_context():
        assert all(isinstance(store.look_up(form), Door) for pair in codes for form in pair)


def test_answers_are_pooled_by_the_row_of_the_plan_whatever_the_event(one_app: Flask, year: Year) -> None:
    client = browser(one_app)
    for day in ("2026-10-01", "2026-11-02"):
        link = code_of(press(client, f"/feedback/events/{event(one_app, day=day)}"))[1]
        with one_app.app_context():
            for _ in range(6):
                store.submit(link, store.new_receipt(), feedback())
    year.opened()
    with one_app.app_context():
        counts = opened_store.counts(year.wave())
    assert {pool: part.respondents for pool, part in counts.strata.items()} == {"1.1.a": 12}


def seen_by_a_telephone(pdf: bytes, folder: Path) -> list[str]:
    """What the squares on the first page of a PDF say."""
    command = ["pdftoppm", "-gray", "-r", "60", "-singlefile", "-", str(folder / "page")]
    subprocess.run(command, input=pdf, check=True)
    _kind, size, _depth, pixels = (folder / "page.pgm").read_bytes().split(b"\n", 3)
    width, height = (int(part) for part in size.split())
    return [one.text for one in zxingcpp.read_barcodes(np.frombuffer(pixels, np.uint8).reshape(height, width))]


@pytest.mark.usefixtures("year")
def test_a_poster_speaks_other_languages_and_becomes_a_pdf_from_its_own_page(one_app: Flask, tmp_path: Path) -> None:
    client = browser(one_app)
    typed, link = code_of(press(client, f"/feedback/events/{event(one_app)}"))
    page = client.get("/feedback/game")
    sent = {"csrf_token": csrf_token(page), "typed": typed, "link": link, "label": ""}
    for language, words in (("lv", "Pastāstiet, kā bija"), ("ru", "Расскажите, как всё прошло")):
        again = client.post(f"/feedback/poster?lang={language}", data=sent)
        assert words in text(again)
        assert code_of(again) == (typed, link)
    pdf = client.post("/feedback/poster.pdf?lang=lv", data=sent)
    assert pdf.mimetype == "application/pdf"
    assert seen_by_a_telephone(pdf.get_data(), tmp_path) == [f"http://127.0.0.1:8000/s/#{link}"]
    assert "poster.pdf" in pdf.headers["Content-Disposition"]


@pytest.mark.parametrize("change", [{"typed": "AAAA"}, {"link": "x" * 24}, {"link": ""}])
def test_a_poster_page_with_another_code_shows_nothing(one_app: Flask, year: Year, change: dict[str, str]) -> None:
    client = browser(one_app)
    code = year.code("1.1.a")
    sent = {"csrf_token": csrf_token(client.get("/feedback/game")), "typed": code.typed, "link": code.link, **change}
    for path in ("/feedback/poster", "/feedback/poster.pdf"):
        assert client.post(path, data=sent).status_code == 409


def test_without_a_key_the_page_says_who_makes_it(one_app: Flask) -> None:
    load_plan(one_app)
    client = browser(one_app)
    number = event(one_app)
    page = client.get(f"/feedback/events/{number}")
    assert "has not made the key of that year yet" in text(page)
    assert "Make a poster" not in text(page)
    assert press(client, "/feedback/game", age="7-10").status_code == 409


@pytest.mark.usefixtures("year")
def test_an_event_of_next_year_waits_for_the_key_of_its_year(one_app: Flask) -> None:
    page = browser(one_app).get(f"/feedback/events/{event(one_app, day='2027-02-01')}")
    assert "has not made the key of that year yet" in text(page)


@pytest.mark.usefixtures("year")
def test_nothing_is_collected_about_a_withdrawn_event(one_app: Flask) -> None:
    number, client = event(one_app), browser(one_app)
    with one_app.app_context():
        events.withdraw(somebody("coordinator"), number, 1, "mistake")
    assert "Collect feedback" not in text(client.get(f"/events/{number}"))
    assert "was withdrawn" in text(client.get(f"/feedback/events/{number}"))


def test_after_the_round_is_closed_no_code_is_made(one_app: Flask, year: Year) -> None:
    year.answered("1.1.a", [feedback()] * 10)
    year.opened()
    assert "takes no more answers" in text(browser(one_app).get(f"/feedback/events/{event(one_app)}"))


@pytest.mark.usefixtures("year")
def test_a_class_gets_a_poster_and_its_name_is_kept_nowhere(one_app: Flask, tmp_path: Path) -> None:
    client = browser(one_app)
    poster = press(client, "/feedback/game", age="7-10", label="5.b Ziedoņa klase")
    typed, link = code_of(poster)
    assert "5.b Ziedoņa klase" in text(poster)
    with one_app.app_context():
        door = store.look_up(link)
        assert isinstance(door, Door)
        assert (door.questionnaire.id, door.group) == ("game-7-10", "7–10, 2026/2027")
        with reading() as session:
            trail = " ".join(str(entry.after) for entry in session.scalars(select(AuditEntry)))
    assert "7–10, 2026/2027" in trail
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    for secret in ("Ziedo", typed, typed.replace("-", ""), link):
        assert secret.encode() not in everything, secret


@pytest.mark.usefixtures("year")
def test_a_class_needs_an_age_group(one_app: Flask) -> None:
    client = browser(one_app)
    for age in ("", "3-6"):
        assert press(client, "/feedback/game", age=age, label="5.b").status_code == 422
    assert 'value="5.b"' in text(press(client, "/feedback/game", age="", label="5.b"))


@pytest.mark.usefixtures("year")
def test_nobody_is_asked_about_a_step_of_the_plan_to_which_nobody_came(one_app: Flask) -> None:
    number = event(one_app)
    with one_app.app_context():
        person = somebody("organiser", "social_service", email="steps@example.org")
        step = Facts(date(2026, 10, 1), "Protokols parakstīts", step="asked", evidence="x")
        alone = events.log(person, TRAINING, step)
        with_people = events.log(person, TRAINING, replace(step, unique_persons=12))
    client = browser(one_app)
    assert "Collect feedback" not in text(client.get(f"/events/{alone}"))
    assert "there is nobody to ask" in text(client.get(f"/feedback/events/{alone}"))
    assert press(client, f"/feedback/events/{number}").status_code == 200
    assert "Collect feedback" in text(client.get(f"/events/{with_people}"))


def test_the_page_of_an_event_says_when_its_posters_work_no_more(one_app: Flask, year: Year) -> None:
    number = event(one_app)
    client = browser(one_app)
    address = f"/feedback/events/{number}"
    page = text(client.get(address))
    assert "Posters made before keep working, unless the coordinator stopped their code." in page
    assert "take no more answers" not in page
    link = code_of(press(client, address))[1]
    with one_app.app_context():
        wave = year.wave()
        stopping_store.stop(wave, stopping_store.groups(wave, stopped=False)[0], "coordinator@example.org")
        assert store.look_up(link) is store.CodeProblem.STOPPED
    assert "Posters made until then take no more answers" in text(client.get(address))
    assert works(one_app, code_of(press(client, address))[1])


def works(app: Flask, link: str) -> bool:
    with app.app_context():
        return isinstance(store.look_up(link), Door)

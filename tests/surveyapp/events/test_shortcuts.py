"""Logging without typing much: usual rows, a copy of an earlier event, and one question before what looks wrong is saved."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.events import store
from surveyapp.events.rules import Facts
from tests.surveyapp.events.pages import again, browser, field, fill, held, records, text
from tests.surveyapp.events.plans import SUPPORT, TRAINING, load_plan, somebody
from tests.surveyapp.events.plans import held as facts_of


@pytest.fixture
def organiser(app: Flask) -> FlaskClient:
    """An organiser of the social service."""
    load_plan(app)
    return browser(app, "organiser", "social_service")


def log(app: Flask, *events: tuple[object, Facts]) -> list[int]:
    """Log events as another organiser of the social service."""
    with app.app_context():
        person = somebody("organiser", "social_service", email="earlier@example.org")
        return [store.log(person, row, facts) for row, facts in events]  # type: ignore[arg-type]  # rows of plans.py


def test_the_rows_used_most_come_first_and_unused_ones_are_not_usual(app: Flask, organiser: FlaskClient) -> None:
    assert "Your usual rows" not in text(organiser.get("/events/log"))
    log(app, (SUPPORT, facts_of("2026-10-01")), (TRAINING, facts_of("2026-09-01")), (SUPPORT, facts_of("2026-08-01")))
    page = text(organiser.get("/events/log"))
    usual = page.partition("Your usual rows")[2].partition("</section>")[0]
    assert usual.index("1.2.a") < usual.index("1.1.a")
    assert "1.1.c" not in usual
    assert page.index("Your usual rows") < page.index("Find a row")


@pytest.mark.parametrize("search", ["11b", "1.1.b", "11B bernu", "bernudarzs", "programmas bērnudārzos"])
def test_a_row_is_found_by_its_number_without_dots_and_by_words_with_other_endings(organiser: FlaskClient, search: str) -> None:
    page = text(organiser.get(f"/events/log?lang=lv&q={search}"))
    assert "Bērnudārzu programma" in page
    assert "Speciālistu apmācība" not in page


def test_a_copy_holds_what_events_have_in_common_and_neither_day_numbers_proof_nor_claims_about_people(
    app: Flask, organiser: FlaskClient
) -> None:
    first = Facts(
        held_on=facts_of("2026-09-01").held_on, title="Grupa", place="Bibliotēka", audience="parents", unique_persons=12,
        attendances=40, hours=2.5, evidence="Protokols nr. 4", different_people=True,
    )  # fmt: skip
    (event,) = log(app, (TRAINING, first))
    for path in ("/events/", "/events/log", f"/events/{event}"):
        assert f'/events/log?copy={event}"' in text(organiser.get(path))
    page = organiser.get(f"/events/log?copy={event}")
    form = held(page)
    assert (form["title"], form["place"], form["audience"]) == ("Grupa", "Bibliotēka", "parents")
    assert form["held_on"] == "2026-11-21"
    assert {form["unique_persons"], form["attendances"], form["hours"]} == {""}
    assert "Protokols" not in text(page)
    assert "checked" not in text(page)


def test_a_copied_event_is_logged_beside_the_one_it_was_copied_from(app: Flask, organiser: FlaskClient) -> None:
    (event,) = log(app, (TRAINING, facts_of("2026-09-01", title="Vakara grupa")))
    page = organiser.get(f"/events/log?copy={event}")
    assert again(organiser, "/events/log?row=1.1.a", page, unique_persons="11").status_code == 302
    assert [(each.title, each.unique_persons) for each in records(app)] == [("Vakara grupa", 25), ("Vakara grupa", 11)]


@pytest.mark.parametrize("number", ["999999", "9" * 40, "-1", "x"])
def test_a_copy_of_nothing_is_no_page(organiser: FlaskClient, number: str) -> None:
    assert organiser.get(f"/events/log?copy={number}").status_code == 404


def test_a_probable_duplicate_is_asked_about_once_and_saved_all_the_same(app: Flask, organiser: FlaskClient) -> None:
    log(app, (TRAINING, facts_of("2026-10-01", title="Vecāku grupa")))
    typed = {"held_on": "2026-10-01", "title": "Vecaku grupa", "place": "Cēsu bibliotēka", "unique_persons": "7"}
    asked = fill(organiser, "/events/log?row=1.1.a", **typed)
    assert asked.status_code == 409
    assert "An event much like this one is logged" in text(asked)
    assert {name: field(asked, name) for name in typed} == typed
    assert len(records(app)) == 1
    saved = again(organiser, "/events/log?row=1.1.a", asked, sure=field(asked, "sure"))
    assert saved.status_code == 302
    assert len(records(app)) == 2
    twice = again(organiser, "/events/log?row=1.1.a", asked, sure=field(asked, "sure"))
    assert twice.headers["Location"] == saved.headers["Location"]
    assert len(records(app)) == 2


def test_whoever_agreed_to_one_doubt_is_asked_about_another(app: Flask, organiser: FlaskClient) -> None:
    log(app, *[(TRAINING, facts_of(day, people=6)) for day in ("2026-07-01", "2026-08-01", "2026-09-01")])
    asked = fill(organiser, "/events/log?row=1.1.a", unique_persons="60")
    assert "60 is ten times the usual of this row or more; mostly it was 6" in text(asked)
    other = again(organiser, "/events/log?row=1.1.a", asked, hours="30", sure=field(asked, "sure"))
    assert other.status_code == 409
    assert "30 hours are more than a day has" in text(other)
    assert again(organiser, "/events/log?row=1.1.a", other, unique_persons="6", hours="3").status_code == 302


def test_a_correction_is_asked_about_as_well_and_not_compared_with_itself(app: Flask, organiser: FlaskClient) -> None:
    days = ("2026-07-01", "2026-08-01", "2026-09-01", "2026-10-01")
    *_others, event = log(app, *[(TRAINING, facts_of(day, people=6)) for day in days])
    asked = fill(organiser, f"/events/{event}/correct", unique_persons="66", reason="Pārskaitīts")
    assert asked.status_code == 409
    assert "ten times the usual" in text(asked)
    assert field(asked, "unique_persons") == "66"
    assert again(organiser, f"/events/{event}/correct", asked, sure=field(asked, "sure")).status_code == 302
    assert max(each.unique_persons or 0 for each in records(app)) == 66


def test_a_doubt_does_not_tell_a_coordinator_how_few_people_at_risk_came(app: Flask) -> None:
    load_plan(app)
    log(app, *[(SUPPORT, facts_of(day, people=3)) for day in ("2026-07-01", "2026-08-01", "2026-09-01")])
    institution = {"institution": "social_service", "unique_persons": "30"}
    assert fill(browser(app, "coordinator"), "/events/log?row=1.2.a", **institution).status_code == 302
    assert fill(browser(app, "organiser", "social_service"), "/events/log?row=1.2.a", unique_persons="30").status_code == 409

"""Uploading a sheet of events: what it would do is shown first, then all of it is done or nothing."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from surveyapp.core import audit, municipalities
from surveyapp.events import store
from surveyapp.events.records import event_records
from surveyapp.events.rules import Facts, LoggedEvent, Stated
from surveyapp.events.upload.changes import compare, digest
from surveyapp.events.upload.reading import Place, Upload, Uploaded
from tests.surveyapp.events.plans import SUPPORT, TRAINING, held, load_plan, somebody
from tests.surveyapp.events.sheets import HEADER, logged, workbook
from tests.surveyapp.signing_in import csrf_token, sign_in

FIRST = ("1.1.a", date(2026, 10, 1), "Mācības Cēsīs", 25, 25)
SECOND = ("1.1.a", date(2026, 10, 8), "Mācības Priekuļos", 12, 30)


def text(response: TestResponse) -> str:
    """The page's text, characters as people see them."""
    return unescape(re.sub(r"<[^>]+>", "", response.get_data(as_text=True)))


@pytest.fixture
def organiser(app: Flask, client: FlaskClient) -> FlaskClient:
    """The browser of an organiser of the social service, in English."""
    load_plan(app)
    sign_in(client, app, "organiser", "social_service")
    client.get("/events/?lang=en")
    return client


def choose(client: FlaskClient, content: bytes, name: str = "events.xlsx") -> TestResponse:
    """Choose a file on the upload page."""
    token = csrf_token(client.get("/events/upload"))
    return client.post("/events/upload", data={"csrf_token": token, "file": (io.BytesIO(content), name)})


def hidden(page: TestResponse, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.get_data(as_text=True))
    assert found, f"no field {name}"
    return unescape(found[1])


def agree(client: FlaskClient, page: TestResponse, reason: str = "") -> TestResponse:
    """Press the button of the page that says what the file would do."""
    fields = {name: hidden(page, name) for name in ("csrf_token", "parcel", "seen")}
    return client.post("/events/upload/agree", data={**fields, "reason": reason})


def test_a_sheet_is_shown_first_and_written_when_the_person_agrees(app: Flask, organiser: FlaskClient) -> None:
    page = choose(organiser, workbook(FIRST, SECOND))
    assert page.status_code == 200
    assert "Add 2 events" in text(page)
    assert logged(app) == []
    done = agree(organiser, page)
    assert (done.status_code, done.location) == (302, "/events/")
    assert logged(app) == [FIRST, SECOND]
    assert "2 events are added." in text(organiser.get("/events/"))


def test_the_same_file_a_second_time_adds_nothing(app: Flask, organiser: FlaskClient) -> None:
    content = workbook(FIRST, SECOND)
    agree(organiser, choose(organiser, content))
    again = choose(organiser, content)
    assert "There is nothing to add or to correct" in text(again)
    assert logged(app) == [FIRST, SECOND]


def test_the_same_page_sent_twice_adds_once(app: Flask, organiser: FlaskClient) -> None:
    page = choose(organiser, workbook(FIRST))
    assert agree(organiser, page).status_code == 302
    second = agree(organiser, page)
    assert second.status_code == 409
    assert "There is nothing to add or to correct" in text(second)
    assert logged(app) == [FIRST]


def test_another_number_corrects_the_logged_event_and_the_old_one_stays(app: Flask, organiser: FlaskClient) -> None:
    agree(organiser, choose(organiser, workbook(FIRST, SECOND)))
    page = choose(organiser, workbook((*FIRST[:3], 26, 26), SECOND))
    assert "Correct 1 event" in text(page)
    assert "25 → 26" in text(page)
    refused = agree(organiser, page)
    assert refused.status_code == 422
    assert "Write in a few words why" in text(refused)
    assert agree(organiser, refused, "Saraksts pārskaitīts").status_code == 302
    assert logged(app) == [(*FIRST[:3], 26, 26), SECOND]
    with app.app_context():
        (event,) = (each for each in store.listed(municipalities.find("cesis").id, store.Wanted()) if each.corrected)
        assert [stated.facts.unique_persons for stated in event.history] == [25, 26]
        assert event.newest.reason == "Saraksts pārskaitīts"
        assert audit.examine().broken is None


def test_one_bad_row_keeps_the_whole_file_out_and_every_bad_row_is_named(app: Flask, organiser: FlaskClient) -> None:
    page = choose(
        organiser,
        workbook(FIRST, ("9.9.z", date(2026, 10, 1), "Nav", 1, 1), ("1.1.a", "32.13.2026", "", "daudz", 1), title="Oktobris"),
    )
    assert page.status_code == 422
    said = text(page)
    assert "sheet “Oktobris”, row 3, column “Row of the plan”: The plan has no row “9.9.z”" in said
    assert "row 4, column “Date”: “32.13.2026” is not a day" in said
    assert "row 4, column “Title”: The cell is empty" in said
    assert "row 4, column “Different people”: “daudz” is not a number" in said
    assert logged(app) == []


def test_what_changed_meanwhile_is_shown_again_instead_of_done(app: Flask, organiser: FlaskClient) -> None:
    page = choose(organiser, workbook(FIRST))
    with app.app_context():
        colleague = somebody("organiser", "social_service", email="colleague@example.org")
        store.log(colleague, TRAINING, held("2026-10-01", 25, 25, "Mācības Cēsīs"))
    again = agree(organiser, page)
    assert again.status_code == 409
    assert "Events were logged or corrected since you saw this" in text(again)
    assert len(logged(app)) == 1


def test_an_organiser_logs_for_their_own_institution_only(app: Flask, organiser: FlaskClient) -> None:
    content = workbook((*FIRST, "Education board"), header=(*HEADER, "institution"))
    page = choose(organiser, content)
    assert page.status_code == 422
    assert "“Education board” logs its own events" in text(page)
    assert logged(app) == []


def test_a_coordinator_says_which_institution_held_each_event(app: Flask) -> None:
    load_plan(app)
    client = app.test_client()
    sign_in(client, app, "coordinator")
    client.get("/events/?lang=en")
    assert "Say which institution held it" in text(choose(client, workbook(FIRST)))
    content = workbook((*FIRST, "Izglītības pārvalde"), header=(*HEADER, "institution"))
    assert agree(client, choose(client, content)).status_code == 302
    with app.app_context():
        (event,) = store.listed(municipalities.find("cesis").id, store.Wanted())
        assert event.institution == "education_board"


def test_a_file_that_contradicts_a_number_it_has_no_column_for_is_refused_with_the_row(
    app: Flask, organiser: FlaskClient
) -> None:
    agree(organiser, choose(organiser, workbook(FIRST)))
    wrong = (*FIRST[:3], 24)
    page = choose(organiser, workbook(wrong, header=(*HEADER[:3], "attendances")))
    done = agree(organiser, page, "Pārskaitīts") if page.status_code == 200 else page
    assert done.status_code == 422
    assert logged(app) == [FIRST]


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """The browser of a coordinator, from whom three people at risk are hidden, in English."""
    load_plan(app)
    with app.app_context():
        store.log(somebody("organiser", "social_service"), SUPPORT, held("2026-10-01", people=3, visits=4, title="Grupa"))
    client = app.test_client()
    sign_in(client, app, "coordinator")
    client.get("/?lang=en")
    return client


@pytest.mark.parametrize("guess", range(6))
def test_guessing_a_hidden_number_by_files_tells_nothing(stranger: FlaskClient, guess: int) -> None:
    header = ("indicator", "held_on", "title", "unique_persons", "institution")
    page = choose(stranger, workbook(("1.2.a", date(2026, 10, 1), "Grupa", guess, "social_service"), header=header))
    assert page.status_code == 422
    assert "with numbers that are hidden here" in text(page)


@pytest.mark.parametrize("withdrawn", [False, True])
def test_a_file_without_a_column_of_numbers_does_not_show_those_that_are_hidden(
    app: Flask, stranger: FlaskClient, *, withdrawn: bool
) -> None:
    if withdrawn:
        with app.app_context():
            (event,) = store.listed(municipalities.find("cesis").id, store.Wanted())
            owner = somebody("organiser", "social_service", email="other@example.org")
            store.withdraw(owner, event.id, 1, "Ierakstīts divreiz")
    header = ("indicator", "held_on", "title", "institution")
    page = choose(stranger, workbook(("1.2.a", date(2026, 10, 1), "Grupa", "social_service"), header=header))
    assert page.status_code == 200
    assert "3 people" not in text(page)
    assert "4 attendances" not in text(page)
    assert "fewer than 5 people" in text(page)


def test_numbers_hidden_from_a_coordinator_are_not_corrected_by_a_file(app: Flask) -> None:
    load_plan(app)
    with app.app_context():
        organiser = somebody("organiser", "social_service")
        store.log(organiser, SUPPORT, held("2026-10-01", 3, 3, "Atbalsta grupa"))
    client = app.test_client()
    sign_in(client, app, "coordinator")
    client.get("/events/?lang=en")
    row = ("1.2.a", date(2026, 10, 1), "Atbalsta grupa", 4, 4, "social_service")
    page = choose(client, workbook(row, header=(*HEADER, "institution")))
    assert page.status_code == 422
    assert "with numbers that are hidden here" in text(page)
    assert not re.search(r"\b3\b.*→", text(page))
    as_saved = ("1.2.a", date(2026, 10, 1), "Atbalsta grupa", "<5", "<5", "social_service")
    page = choose(client, workbook(as_saved, header=(*HEADER, "institution")))
    assert "“<5” stands for a small number that is hidden from you" in text(page)


def test_a_withdrawn_event_stays_withdrawn(app: Flask, organiser: FlaskClient) -> None:
    agree(organiser, choose(organiser, workbook(FIRST)))
    with app.app_context():
        person = somebody("organiser", "social_service", email="withdraws@example.org")
        (event,) = store.listed(person.municipality_id, store.Wanted())
        store.withdraw(person, event.id, 1, "Nenotika")
    page = choose(organiser, workbook(FIRST))
    assert "Withdrawn earlier, left so" in text(page)
    assert logged(app) == []


def test_a_file_without_a_column_leaves_that_fact_as_it_was(organiser: FlaskClient) -> None:
    agree(organiser, choose(organiser, workbook((*FIRST, "Cēsu klubs"), header=(*HEADER, "place"))))
    again = choose(organiser, workbook(FIRST))
    assert "There is nothing to add or to correct" in text(again)


def test_a_probable_duplicate_is_pointed_out_but_not_refused(app: Flask, organiser: FlaskClient) -> None:
    agree(organiser, choose(organiser, workbook(FIRST)))
    page = choose(organiser, workbook(("1.1.a", date(2026, 10, 1), "Mācības", 25, 25), SECOND, SECOND))
    assert "On this day “Mācības Cēsīs” is logged for the same row." in text(page)
    assert "The same as row 3." in text(page)
    assert agree(organiser, page).status_code == 302
    assert len(logged(app)) == 4


def test_a_number_far_from_the_usual_is_pointed_out_but_not_refused(app: Flask, organiser: FlaskClient) -> None:
    with app.app_context():
        person = somebody("organiser", "social_service", email="earlier@example.org")
        for day in ("2026-07-01", "2026-08-01", "2026-09-01"):
            store.log(person, TRAINING, held(day, people=6))
    page = choose(organiser, workbook(FIRST, ("1.1.a", date(2026, 10, 8), "Mācības Priekuļos", 60, 60)))
    assert text(page).count("ten times the usual of this row or more; mostly it was 6") == 1
    assert agree(organiser, page).status_code == 302
    assert len(logged(app)) == 5


def test_an_altered_parcel_writes_nothing(app: Flask, organiser: FlaskClient) -> None:
    page = choose(organiser, workbook(FIRST))
    fields = {name: hidden(page, name) for name in ("csrf_token", "parcel", "seen")}
    back = organiser.post("/events/upload/agree", data={**fields, "parcel": fields["parcel"][:-6] + "AAAAAA"})
    assert (back.status_code, back.location) == (302, "/events/upload")
    assert logged(app) == []


def test_somebody_elses_parcel_opens_nothing(app: Flask, organiser: FlaskClient) -> None:
    page = choose(organiser, workbook(FIRST))
    other = app.test_client()
    sign_in(other, app, "organiser", "education_board", email="other@example.org")
    token = csrf_token(other.get("/events/upload"))
    fields = {"parcel": hidden(page, "parcel"), "seen": hidden(page, "seen"), "csrf_token": token}
    assert other.post("/events/upload/agree", data=fields).status_code == 302
    assert logged(app) == []


def test_the_same_group_of_people_is_found_by_its_row_in_the_sheet(app: Flask, organiser: FlaskClient) -> None:
    header = (*HEADER, "same_group_as")
    agree(organiser, choose(organiser, workbook((*FIRST, ""), (*SECOND, 2), header=header)))
    with app.app_context():
        first, second = sorted(store.listed(municipalities.find("cesis").id, store.Wanted()), key=lambda each: each.id)
        assert second.newest.facts.same_group_as == first.id
    assert "There is nothing to add" in text(choose(organiser, workbook((*FIRST, ""), (*SECOND, 2), header=header)))


def test_new_people_in_a_sheet_do_not_contradict_a_group_that_was_logged_and_has_no_column_in_it(
    app: Flask, organiser: FlaskClient
) -> None:
    people, group = (*HEADER, "different_people"), (*HEADER, "same_group_as")
    agree(organiser, choose(organiser, workbook((*FIRST, ""), (*SECOND, 2), header=group)))
    page = choose(organiser, workbook((*FIRST, ""), (*SECOND, "yes"), header=people))
    assert page.status_code == 422
    assert "row 3, column “Nobody here took part in an earlier event of this row”" in text(page)
    assert "add the column “Same people as at an earlier event” and leave that empty" in text(page)
    both = (*HEADER, "different_people", "same_group_as")
    mended = choose(organiser, workbook((*FIRST, "", ""), (*SECOND, "yes", ""), header=both))
    assert agree(organiser, mended, "Cita grupa").status_code == 302
    back = choose(organiser, workbook((*FIRST, ""), (*SECOND, 2), header=group))
    assert "add the column “Nobody here took part" in text(back)
    with app.app_context():
        second = next(each for each in event_records(municipalities.find("cesis").id) if each.title == SECOND[2])
        assert (second.different_people, second.same_group_as) == (True, None)


@given(st.integers(0, 4), st.integers(0, 4))
def test_the_mark_of_what_was_shown_is_the_same_whatever_number_is_hidden(first: int, second: int) -> None:
    facts = Facts(date(2026, 10, 1), "Grupa")
    columns = frozenset({"held_on", "title", "place"})
    sheet = Upload("small", (Uploaded(Place("", 2), "1.2.a", "social_service", facts, None),), columns)

    def mark(people: int) -> str:
        told = replace(facts, unique_persons=people, families=people)
        stated = Stated(1, told, withdrawn=False, reason=None, account_id=1, by="a@example.org", at=datetime.now(UTC))
        return digest(compare(sheet, [LoggedEvent(1, "small", "1.2.a", "social_service", (stated,))], lambda _event: False))

    assert mark(first) == mark(second)


def test_a_downloaded_file_of_events_can_be_uploaded_again(app: Flask, organiser: FlaskClient) -> None:
    agree(organiser, choose(organiser, workbook(FIRST, SECOND)))
    client = app.test_client()
    sign_in(client, app, "coordinator")
    client.get("/events/?lang=en")
    download = client.get("/events/all.csv").get_data()
    assert "There is nothing to add or to correct" in text(choose(client, download, "events.csv"))


def test_a_day_typed_into_a_sheet_with_a_time_of_midnight_is_that_day(app: Flask, organiser: FlaskClient) -> None:
    agree(organiser, choose(organiser, workbook(("1.1.a", datetime(2026, 10, 1), "Mācības", 5, 5))))  # noqa: DTZ001 - a sheet's
    assert logged(app) == [("1.1.a", date(2026, 10, 1), "Mācības", 5, 5)]

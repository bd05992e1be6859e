"""The pages of a conference: made on one, registered on another, each state explained, nothing told to strangers."""

import csv
import io
import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.core import municipalities
from surveyapp.core.workbooks import read
from surveyapp.registration import people_store, store
from surveyapp.registration.rules import State
from surveyapp.staff import store as staff_store
from tests.surveyapp.events.plans import load_plan
from tests.surveyapp.registration.conferences import published, register
from tests.surveyapp.signing_in import csrf_token, sign_in

NEW = {
    "title_lv": "Kopā bērnu drošībai (izdomāta)",
    "held_on": "2026-12-15",
    "starts": "9.30",
    "ends": "16:00",
    "place_lv": "Koncertzāle",
    "contact": "Izdomāta Anna",
    "ask_institution": "y",
    "ask_field": "y",
    "fields_lv": "Izglītība\nVeselība",
}
ME = {"name": "Izdomāta Liene", "email": "liene@example.org", "institution": "Skola", "field": "1", "agree": "y"}


@pytest.fixture
def desk(one_app: Flask) -> FlaskClient:
    """A browser of a signed-in organiser, with the small plan loaded."""
    load_plan(one_app)
    client = one_app.test_client()
    sign_in(client, one_app, "organiser")
    return client


def send(client: FlaskClient, address: str, form: str = "", **data: str) -> TestResponse:
    """Send a form of the page at *form* (the address itself by default) with its token."""
    return client.post(address, data={"csrf_token": csrf_token(client.get(form or address)), **data})


def made(desk: FlaskClient, **changed: str) -> str:
    """Make a page and publish it; returns its public address."""
    there = send(desk, "/registration/new", **{**NEW, **changed}).headers["Location"]
    assert send(desk, f"{there}/publish", there).status_code == 302
    found = re.search(r'href="(/r/[a-z0-9-]+)"', desk.get(there).get_data(as_text=True))
    assert found
    return found[1]


def own_link(answer: TestResponse) -> str:
    """The person's link on the screen."""
    found = re.search(r'href="http://[^/"]+(/r/[^"]+/own/[^"]+)"', answer.get_data(as_text=True))
    assert found, answer.get_data(as_text=True)
    return found[1]


def text(answer: TestResponse) -> str:
    """What a page says, its marks left out."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def test_a_page_is_made_with_what_is_usual_and_shown_in_three_languages(desk: FlaskClient, one_app: Flask) -> None:
    address = made(desk)
    page = one_app.test_client().get(f"{address}?lang=en")
    assert "Everything" not in text(page)
    assert "some texts stand in Latvian" in text(page)
    assert 'lang="lv"' in page.get_data(as_text=True)
    assert "On 14 January 2027 it is deleted" in text(page)
    assert "The last day is 14 December 2026" in text(page)
    assert "tiek dzēsts: 2027. gada 14. janvāris" in text(one_app.test_client().get(f"{address}?lang=lv"))
    assert "14 января 2027" in text(one_app.test_client().get(f"{address}?lang=ru"))


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(desk: FlaskClient) -> None:
    answer = send(
        desk, "/registration/new?lang=en", **{**NEW, "starts": "half past", "capacity": "0", "deadline": "2027-01-01"}
    )
    assert answer.status_code == 422
    assert "“half past” is not a time of day" in text(answer)
    assert "With no seat at all" in text(answer)
    assert 'value="half past"' in answer.get_data(as_text=True)
    answer = send(
        desk, "/registration/new?lang=en", **{**NEW, "ends": "9:00", "deadline": "2027-01-01", "delete_on": "2026-12-01"}
    )
    for told in ("It ends before it begins", "cannot register after the conference", "until the conference is over"):
        assert told in text(answer)


def test_a_draft_is_shown_to_its_organisers_alone(desk: FlaskClient, one_app: Flask) -> None:
    there = send(desk, "/registration/new", **NEW).headers["Location"]
    slug = re.search(r'href="/r/([a-z0-9-]+)"', desk.get(there).get_data(as_text=True))
    assert slug
    assert desk.get(f"/r/{slug[1]}").status_code == 200
    assert one_app.test_client().get(f"/r/{slug[1]}").status_code == 404
    stranger = one_app.test_client()
    sign_in(stranger, one_app, "organiser", "education_board")
    assert stranger.get(f"/r/{slug[1]}").status_code == 404
    assert stranger.get(there).status_code == 404
    assert send(desk, f"{there}/discard", there).status_code == 302
    assert desk.get(there).status_code == 404


def test_whoever_registers_without_mail_sees_their_link_and_uses_it(desk: FlaskClient, one_app: Flask) -> None:
    address, client = made(desk), one_app.test_client()
    answer = client.post(f"{address}?lang=en", data=ME)
    assert answer.status_code == 200
    assert "no mail server is set up" in text(answer)
    assert not answer.headers.getlist("Set-Cookie") or "session" not in str(answer.headers.getlist("Set-Cookie"))
    own = own_link(answer)
    assert "You have a seat." in text(client.get(f"{own}?lang=en"))
    changed = client.post(f"{own}?lang=en", data={"name": "Izdomāta Līga", "institution": "Klīnika", "field": "0"})
    assert "The change is saved." in text(client.get(changed.headers["Location"]))
    assert 'value="Izdomāta Līga"' in client.get(own).get_data(as_text=True)
    assert client.get(f"{own}/cancel").status_code == 200
    assert "deleted" in text(client.post(f"{own}/cancel?lang=en"))
    assert client.get(own).status_code == 404
    assert client.post(f"{own}/cancel").status_code == 404
    assert client.get("/r/nothing/own/nothing").status_code == 404


def test_the_same_form_sent_twice_registers_once_and_shows_the_same_link(desk: FlaskClient, one_app: Flask) -> None:
    address, client = made(desk), one_app.test_client()
    links = {own_link(client.post(address, data={**ME, "mark": "one-form"})) for _ in range(2)}
    assert len(links) == 1
    assert own_link(client.post(address, data={**ME, "mark": "another"})) not in links


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"email": "liene"}, "is not an e-mail address"),
        ({"name": " "}, "Write your name."),
        ({"agree": ""}, "Without your consent nothing is stored."),
        ({"field": "7"}, "This choice does not exist"),
        ({"name": "x" * 101}, "1 characters too long"),
    ],
)
def test_a_form_with_a_mistake_stores_nothing(desk: FlaskClient, one_app: Flask, changed: dict[str, str], told: str) -> None:
    address = made(desk)
    data = {name: value for name, value in {**ME, **changed}.items() if value}
    answer = one_app.test_client().post(f"{address}?lang=en", data=data)
    assert answer.status_code == 422
    assert told in text(answer)
    assert 'value="Skola"' in answer.get_data(as_text=True)
    assert "Nobody has registered yet." in text(desk.get("/registration/1/people?lang=en"))


def test_another_language_keeps_what_was_typed_and_stores_nothing(desk: FlaskClient, one_app: Flask) -> None:
    address = made(desk)
    answer = one_app.test_client().post(f"{address}?lang=ru", data={**ME, "lang": "ru"})
    assert answer.status_code == 200
    assert 'value="Izdomāta Liene"' in answer.get_data(as_text=True)
    assert "Nobody has registered yet." in text(desk.get("/registration/1/people?lang=en"))


def test_each_state_is_explained(desk: FlaskClient, one_app: Flask) -> None:
    client = one_app.test_client()
    early, full = made(desk, opens_on="2026-12-01"), made(desk, capacity="1")
    assert "Registration opens on 1 December 2026." in text(client.get(f"{early}?lang=en"))
    assert client.post(early, data=ME).status_code == 409
    client.post(full, data=ME)
    assert "All seats are taken." in text(client.get(f"{full}?lang=en"))
    waiting = client.post(f"{full}?lang=en", data={**ME, "email": "ieva@example.org"})
    assert "You are on the waiting list" in text(waiting)
    assert "You are on the waiting list." in text(client.get(f"{own_link(waiting)}?lang=en"))
    send(desk, "/registration/2/close", "/registration/2")
    assert "closed the registration" in text(client.get(f"{full}?lang=en"))
    send(desk, "/registration/2/publish", "/registration/2")
    assert "All seats are taken." in text(client.get(f"{full}?lang=en"))
    send(desk, "/registration/2/call-off")
    assert "The conference is cancelled." in text(client.get(f"{full}?lang=en"))
    assert "does not take place" in text(client.get(f"{own_link(waiting)}?lang=en"))
    assert desk.get("/registration/2/call-off").status_code == 409


def test_a_source_that_sends_without_end_is_stopped_and_keeps_its_form(desk: FlaskClient, one_app: Flask) -> None:
    address, client = made(desk), one_app.test_client()
    elsewhere = {"REMOTE_ADDR": "198.51.100.77"}
    for number in range(60):
        client.post(address, data={**ME, "email": f"p{number}@example.org"}, environ_base=elsewhere)
    answer = client.post(f"{address}?lang=en", data=ME, environ_base=elsewhere)
    assert answer.status_code == 429
    assert 'value="Izdomāta Liene"' in answer.get_data(as_text=True)
    assert client.post(address, data=ME, environ_base={"REMOTE_ADDR": "203.0.113.5"}).status_code == 200


def test_what_stays_after_publishing_is_the_promise(desk: FlaskClient) -> None:
    made(desk)
    page = desk.get("/registration/1/change?lang=en")
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', page.get_data(as_text=True))
    assert seen
    later = send(desk, "/registration/1/change?lang=en", **{**NEW, "delete_on": "2027-02-01", "seen": seen[1]})
    assert later.status_code == 422
    assert "The page promised 14 January 2027" in text(later)
    assert send(desk, "/registration/1/change", **{**NEW, "delete_on": "2027-01-02", "seen": seen[1]}).status_code == 302
    meanwhile = send(desk, "/registration/1/change?lang=en", **{**NEW, "delete_on": "2027-01-01", "seen": seen[1]})
    assert meanwhile.status_code == 409
    assert "Somebody else changed this page" in text(meanwhile)


def test_the_list_is_searched_counted_printed_and_exported_without_formulas(desk: FlaskClient, one_app: Flask) -> None:
    address, client = made(desk), one_app.test_client()
    client.post(address, data={**ME, "institution": "=HYPERLINK(1)"})
    client.post(address, data={**ME, "name": "Bērziņa", "email": "b@example.org", "field": "0"})
    page = text(desk.get("/registration/1/people?lang=en"))
    assert "Education: 1 Health: 1" in page
    assert "2 people registered" in page
    found = text(desk.get("/registration/1/people?q=berzina"))
    assert "Bērziņa" in found
    assert "Liene" not in found
    assert "Bērziņa" in text(desk.get("/registration/1/people/print"))
    sheet = send(desk, "/registration/1/people.csv", "/registration/1/people?lang=en")
    rows = list(csv.reader(io.StringIO(sheet.get_data().decode("utf-8-sig"))))
    assert rows[1][:4] == ["Izdomāta Liene", "liene@example.org", "'=HYPERLINK(1)", "Health"]
    book = send(desk, "/registration/1/people.xlsx", "/registration/1/people?lang=en")
    (sheet_rows,) = read(book.get_data(), "people.xlsx").values()
    assert "=HYPERLINK(1)" in str(sheet_rows)
    with one_app.app_context():
        assert municipalities.find("cesis").id
    auditor = one_app.test_client()
    sign_in(auditor, one_app, "auditor")
    assert text(auditor.get("/staff/audit?lang=en")).count("List of participants exported") == 2
    assert desk.post("/registration/1/people.csv").status_code == 400


def test_the_organiser_cancels_a_registration_and_says_so_where_no_letter_goes(desk: FlaskClient, one_app: Flask) -> None:
    address, client = made(desk, capacity="1"), one_app.test_client()
    first = own_link(client.post(address, data=ME))
    second = own_link(client.post(address, data={**ME, "email": "ieva@example.org"}))
    answer = send(desk, "/registration/1/people/1/cancel?lang=en")
    assert "tell the person yourself" in text(desk.get(answer.headers["Location"]))
    assert client.get(first).status_code == 404
    assert "You have a seat." in text(client.get(f"{second}?lang=en"))
    assert desk.get("/registration/1/people/1/cancel").status_code == 404
    assert "No mail server" in text(desk.get("/registration/1/write?lang=en"))


def test_without_a_plan_it_is_said_what_is_missing(one_app: Flask) -> None:
    client = one_app.test_client()
    sign_in(client, one_app, "organiser")
    assert "No plan is loaded yet" in text(client.get("/registration/new?lang=en"))


def test_the_coordinator_says_which_institution_invites(one_app: Flask) -> None:
    load_plan(one_app)
    client = one_app.test_client()
    sign_in(client, one_app, "coordinator")
    assert send(client, "/registration/new", **NEW).status_code == 422
    there = send(client, "/registration/new", **NEW, institution="education_board").headers["Location"]
    assert "Izglītības pārvalde" in text(client.get("/registration/"))
    assert client.get(there).status_code == 200


def test_an_entry_for_the_calendar_tells_day_place_and_hours(desk: FlaskClient, one_app: Flask) -> None:
    answer = one_app.test_client().get(f"{made(desk)}/calendar.ics?lang=lv")
    entry = answer.get_data(as_text=True).replace("\r\n ", "")
    assert answer.content_type == "text/calendar; charset=utf-8"
    for line in ("DTSTART:20261215T073000Z", "DTEND:20261215T140000Z", "LOCATION:Koncertzāle", "METHOD:PUBLISH"):
        assert line in entry.splitlines(), entry


def test_an_organiser_of_another_place_reaches_nothing(desk: FlaskClient, one_app: Flask) -> None:
    made(desk)
    with one_app.app_context():
        coordinator = staff_store.person(municipalities.find("cesis").id, "organiser.any@example.org")
        conference = store.find(coordinator, 1)
        assert conference.state is State.PUBLISHED
        register(conference)
        assert len(people_store.listed(coordinator, 1)) == 1
        assert published(coordinator).terms.deadline == date(2026, 12, 8)
    stranger = one_app.test_client()
    sign_in(stranger, one_app, "organiser", "education_board")
    for address in ("", "/people", "/people/print", "/change", "/write", "/people/1/cancel", "/call-off"):
        assert stranger.get(f"/registration/1{address}").status_code == 404, address

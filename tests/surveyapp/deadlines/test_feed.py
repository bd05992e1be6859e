"""A calendar reads what is due from a secret address: no sign-in, no small number, nothing once the address has ended."""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar, Component
from sqlalchemy import text as sql

from surveyapp.core.database import engine
from surveyapp.deadlines import store
from surveyapp.events import store as event_store
from surveyapp.staff import store as staff_store
from tests.conftest import MakeApp, fixed_clock
from tests.surveyapp.deadlines import calendars
from tests.surveyapp.events.plans import held, somebody
from tests.surveyapp.results.reading import text
from tests.surveyapp.signing_in import csrf_token, sign_in


@pytest.fixture(scope="module")
def furnish() -> object:
    """Each test gets a copy of a database in which something is due."""
    return calendars.furnish


@pytest.fixture
def anna(app: Flask) -> FlaskClient:
    """An organiser of the social service."""
    client = app.test_client()
    sign_in(client, app, "organiser", "social_service")
    return client


def press(client: FlaskClient, institution: str, button: str = "make") -> str:
    """Press a button of the page of addresses and return the page that comes."""
    token = csrf_token(client.get("/deadlines/feed"))
    data = {"csrf_token": token, "institution": institution, button: "yes"}
    return client.post("/deadlines/feed", data=data, follow_redirects=True).get_data(as_text=True)


def address(page: str) -> str:
    """The address that a page shows, without the host."""
    found = re.search(r">http://[^/<]+(/deadlines/feed/[\w-]{32}\.ics)</textarea>", page)
    assert found, "no address is shown"
    return found[1]


def read(app: Flask, path: str) -> Calendar:
    """What somebody without a session gets under an address, read back as a calendar."""
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.data)


def entries(calendar: Calendar) -> Iterator[Component]:
    """The entries of a calendar."""
    return iter(calendar.walk("VEVENT"))


def entry(calendar: Calendar, words: str) -> Component:
    """The one entry whose title begins with *words*."""
    (found,) = [each for each in entries(calendar) if str(each["summary"]).startswith(words)]
    return found


def test_an_address_gives_each_due_day_as_an_entry_with_two_reminders(app: Flask, anna: FlaskClient) -> None:
    calendar = read(app, address(press(anna, "social_service")))
    assert str(calendar["x-wr-calname"]) == "Kas vēl jāpaveic: Sociālais dienests"
    meetings = entry(calendar, "1.2.b")
    assert str(meetings["summary"]) == "1.2.b Sanāksmes: vēl 2 sanāksmes"
    assert (meetings.decoded("dtstart"), meetings.decoded("dtend")) == (date(2026, 12, 31), date(2027, 1, 1))
    assert meetings["dtstart"].params["VALUE"] == "DATE"
    alarms = [date(2026, 12, 31) + each.decoded("trigger") for each in meetings.walk("VALARM")]
    assert alarms == [date(2026, 12, 31) - timedelta(days=days) for days in (30, 7)]
    mornings = [datetime(2026, 12, 31, tzinfo=UTC) + each.decoded("trigger") for each in meetings.walk("VALARM")]
    assert {each.hour for each in mornings} == {9}
    for words in (
        "Trīs sanāksmes gadā",
        "līdz 2026. gada 31. decembrim",
        "Izglītības pārvalde, Sociālais dienests",
        "/deadlines/",
    ):
        assert words in str(meetings["description"])
    late = entry(calendar, "Kavējas: 1.2.b")
    assert list(late.walk("VALARM")) == []


def test_a_newer_file_updates_the_entry_of_the_older_one(make_app: MakeApp) -> None:
    app = make_app()
    client = app.test_client()
    sign_in(client, app, "organiser", "social_service")
    where = address(press(client, "social_service"))
    before = entry(read(app, where), "1.2.b Sanāksmes")
    with app.app_context():
        event_store.log(somebody("coordinator"), calendars.TALKS, held("2026-11-01", 9, title="Vēl viena"))
    later = make_app(now=lambda: fixed_clock() + timedelta(days=1))
    after = entry(read(later, where), "1.2.b Sanāksmes")
    assert before["uid"] == after["uid"]
    assert before.decoded("sequence") < after.decoded("sequence")
    assert before.decoded("dtstamp") < after.decoded("dtstamp")
    assert str(before["summary"]).endswith("vēl 2 sanāksmes")
    assert str(after["summary"]).endswith("vēl 1 sanāksme")


def test_every_entry_has_an_identifier_of_its_own_and_what_is_reached_has_none(app: Flask, anna: FlaskClient) -> None:
    calendar = read(app, address(press(anna, "social_service")))
    names = [str(each["uid"]) for each in entries(calendar)]
    assert len(set(names)) == len(names) > 3
    assert "Lekcija" not in calendar.to_ical().decode()


def test_no_small_number_of_people_at_risk_leaves_by_the_address(app: Flask, anna: FlaskClient) -> None:
    calendar = read(app, address(press(anna, "social_service")))
    hidden = [each for each in entries(calendar) if "1.2.a" in str(each["summary"]) and each.decoded("dtstart").year == 2026]
    assert [str(each["summary"]) for each in hidden] == ["1.2.a Atbalsta grupa: vēl nav sasniegts"]
    assert "skaitlis ir slēpts" in str(hidden[0]["description"])
    assert "7 cilv" not in str(hidden[0]["description"])


def test_an_unchanged_file_is_not_sent_again_and_no_shared_cache_keeps_it(app: Flask, anna: FlaskClient) -> None:
    where = address(press(anna, "social_service"))
    first = app.test_client().get(where)
    assert first.headers["Cache-Control"] == "private, max-age=3600"
    assert "Set-Cookie" not in first.headers
    again = app.test_client().get(where, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with app.app_context():
        event_store.log(somebody("coordinator"), calendars.TALKS, held("2026-11-01", 9, title="Vēl viena"))
    assert app.test_client().get(where, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_unknown_revoked_renewed_and_disabled_answer_alike(app: Flask, anna: FlaskClient) -> None:
    first = address(press(anna, "social_service"))
    second = address(press(anna, "social_service"))
    answers = [app.test_client().get(path) for path in ("/deadlines/feed/nothing.ics", first)]
    assert read(app, second)
    assert "Adrese ir atcelta" in press(anna, "social_service", "revoke")
    answers.append(app.test_client().get(second))
    third = address(press(anna, "social_service"))
    assert read(app, third)
    with app.app_context():
        staff_store.disable("organiser.social-service@example.org", by="test")
    answers.append(app.test_client().get(third))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert len({tuple(answer.headers) for answer in answers}) == 1


def test_the_secret_is_shown_once_and_only_its_hash_is_kept(app: Flask, anna: FlaskClient) -> None:
    secret = address(press(anna, "social_service"))[len("/deadlines/feed/") : -len(".ics")]
    assert secret not in anna.get("/deadlines/feed").get_data(as_text=True)
    with app.app_context(), engine().connect() as connection:
        row = connection.execute(sql("SELECT * FROM calendar_feed")).mappings().one()
    assert bytes(row["token_hash"]) == hashlib.sha256(secret.encode()).digest()
    assert set(row) == {"id", "account_id", "institution", "token_hash", "language", "made_on"}
    assert secret not in str(dict(row))


def test_an_organiser_gets_no_address_of_another_institution(app: Flask, anna: FlaskClient) -> None:
    page = press(anna, "education_board")
    assert "Šādas izvēles nav" in page
    assert press(anna, "*").count("/deadlines/feed/") == 0
    with app.app_context():
        person = somebody("organiser", "social_service", email="other@example.org")
        with pytest.raises(PermissionError):
            store.make(person, "education_board", "lv")
        with pytest.raises(PermissionError):
            store.make(person, None, "lv")


@pytest.mark.parametrize("role", ["coordinator", "group", "auditor"])
def test_others_follow_all_institutions_or_one_each_by_an_address_of_its_own(app: Flask, role: str) -> None:
    client = app.test_client()
    sign_in(client, app, role)
    everything = read(app, address(press(client, "*")))
    board = read(app, address(press(client, "education_board")))
    assert "Speciālistu apmācība" in everything.to_ical().decode()
    assert {str(each["uid"]) for each in entries(board)} < {str(each["uid"]) for each in entries(everything)}
    page = text(client, "/deadlines/feed?lang=lv")
    assert "Visas iestādes izveidota 21.11.2026." in page
    assert "Izglītības pārvalde izveidota 21.11.2026." in page


def test_the_file_speaks_the_language_in_which_the_address_was_made(app: Flask, anna: FlaskClient) -> None:
    anna.get("/?lang=ru")
    where = address(press(anna, "social_service"))
    answer = app.test_client().get(where)
    assert "ещё 2 совещания" in "".join(str(each["summary"]) for each in entries(Calendar.from_ical(answer.data)))
    assert max(len(line) for line in answer.data.split(b"\r\n")) <= 75


def test_too_many_readings_from_one_source_are_slowed_down(app: Flask) -> None:
    statuses = [app.test_client().get("/deadlines/feed/nothing.ics").status_code for _ in range(121)]
    assert (set(statuses[:120]), statuses[120]) == ({404}, 429)

"""Letters about a registration reach a real mail server, tell whoever registered, and never a stranger."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from icalendar import Calendar

from surveyapp.core.access import Actor
from surveyapp.core.clock import Clock
from surveyapp.registration import mailing, people_store, store
from surveyapp.registration.rules import Seat, State
from tests.mail_server import MailServer, Received, mail_server
from tests.surveyapp.registration.conferences import organiser, published, register
from tests.surveyapp.registration.test_pages import ME, text
from tests.surveyapp.signing_in import csrf_token, sign_in
from tests.waiting import until


@pytest.fixture
def server(app: Flask) -> Iterator[MailServer]:
    """A mail server that the app uses."""
    with mail_server() as running:
        running.serve(app)
        yield running


@pytest.fixture
def anna(app: Flask) -> Actor:
    """An organiser."""
    return organiser(app)


def said(letter: Received) -> str:
    """What a letter says."""
    body = letter.message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def link(letter: Received) -> str:
    """The person's own address in a letter, without the host."""
    found = re.search(r"http://[^/\s]+(/r/\S+/own/\S+)", said(letter))
    assert found
    return found[1]


def wait_for(server: MailServer, number: int) -> None:
    """Wait until the server has so many letters."""
    until(lambda: len(server.received) >= number, f"{number} letters did not come")


def subjects(server: MailServer) -> list[str]:
    """What letters were about, with whom they went to."""
    return [f"{one.to}: {str(one.message['Subject']).partition(':')[0]}" for one in server.received]


def test_a_confirmation_holds_the_link_and_an_entry_for_the_calendar(app: Flask, anna: Actor, server: MailServer) -> None:
    with app.app_context():
        made = published(anna)
        done = register(made).registered
        assert mailing.run() == 1
        assert mailing.run() == 0
        assert people_store.find(anna, made.id, done.id).owed == 0
        token = done.token
    (letter,) = server.received
    assert letter.to == "person1@example.org"
    assert letter.message["Subject"] == "Jums ir vieta: Kopā bērnu drošībai (izdomāta)"
    assert link(letter) == f"/r/{made.slug}/own/{token}"
    assert "2026. gada 15. decembris, 09:30–16:00" in said(letter)
    assert "Jūsu dati tiek dzēsti: 2027. gada 14. janvāris" in said(letter)
    (attached,) = letter.message.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_param("method") == "PUBLISH"
    (happening,) = Calendar.from_ical(str(attached.get_content())).walk("VEVENT")
    assert str(happening["summary"]) == "Kopā bērnu drošībai (izdomāta)"
    assert happening["dtstart"].to_ical() == b"20261215T073000Z"


def test_the_letter_is_in_the_language_of_whoever_registered(app: Flask, anna: Actor, server: MailServer) -> None:
    with app.app_context():
        made = published(anna)
        for number, language in enumerate(("en", "ru")):
            register(made, number, language=language)
        mailing.run()
    assert subjects(server) == ["person0@example.org: You have a seat", "person1@example.org: У Вас есть место"]
    assert "15 December 2026, 09:30–16:00" in said(server.received[0])


def test_who_waits_is_told_so_and_told_again_when_a_seat_is_theirs(app: Flask, anna: Actor, server: MailServer) -> None:
    with app.app_context():
        made = published(anna, capacity=1)
        first = register(made, 1).registered
        register(made, 2)
        mailing.run()
        waits = app.test_client().get(link(server.received[1])).get_data(as_text=True)
        people_store.cancel(first.token)
        mailing.run()
    assert subjects(server) == [
        "person1@example.org: Jums ir vieta",
        "person2@example.org: Jūs gaidāt vietu",
        "person2@example.org: Jums ir vieta",
    ]
    assert not list(server.received[1].message.iter_attachments())
    assert "saņemsiet vēstuli, un tas būs redzams arī šeit" in waits
    assert "Atbrīvojās vieta" in said(server.received[2])
    sure = app.test_client().get(link(server.received[2])).get_data(as_text=True)
    assert ["calendar.ics" in page for page in (waits, sure)] == [False, True]  # who waits has nothing to put there yet


def test_the_same_address_leads_to_the_same_registration_and_only_the_letter_tells(
    app: Flask, anna: Actor, server: MailServer
) -> None:
    with app.app_context():
        made = published(anna)
    answers = []
    for data in (ME, {**ME, "name": "Svešais", "mark": "other"}, {**ME, "email": "new@example.org", "mark": "third"}):
        answers.append(app.test_client().post(f"/r/{made.slug}?lang=en", data=data))
        wait_for(server, len(answers))
    pages = [re.sub(r"\S+@example\.org", "ADDRESS", text(answer)) for answer in answers]
    assert pages[0] == pages[1] == pages[2]
    assert {answer.status_code for answer in answers} == {200}
    assert "/own/" not in "".join(answer.get_data(as_text=True) for answer in answers)
    assert subjects(server)[:2] == ["liene@example.org: You have a seat", "liene@example.org: You are registered already"]
    assert link(server.received[0]) == link(server.received[1])
    with app.app_context():
        assert [one.person.name for one in people_store.listed(anna, made.id)] == ["Izdomāta Liene", "Izdomāta Liene"]
        assert store.find(anna, made.id).sure == 2


def test_nobody_is_flooded_with_reminders(app: Flask, anna: Actor, server: MailServer) -> None:
    with app.app_context():
        made = published(anna)
        for number in range(5):
            register(made, 1, mark=f"mark {number}")
            mailing.run()
    assert subjects(server) == ["person1@example.org: Jums ir vieta", "person1@example.org: Jūsu pieteikums jau ir"]


def test_a_server_that_is_down_loses_no_letter(app: Flask, anna: Actor, server: MailServer) -> None:
    with app.app_context():
        made = published(anna)
        server.sender_answer = "451 later"
        one = register(made).registered
        assert mailing.run() == 0
        assert people_store.find(anna, made.id, one.id).letter == "server"
        server.sender_answer = ""
        assert mailing.run() == 0  # somebody may still be at it
        app.extensions["clock"] = lambda before=app.extensions["clock"]: before() + timedelta(hours=1)
        assert mailing.run() == 1
        assert people_store.find(anna, made.id, one.id).letter is None


def test_a_server_that_hangs_up_in_the_middle_or_never_answers_leaves_nobody_out(
    app: Flask, anna: Actor, server: MailServer
) -> None:
    def an_hour_later(before: Clock) -> None:
        app.extensions["clock"] = lambda: before() + timedelta(hours=1)

    with app.app_context():
        made = published(anna)
        for number in range(4):
            register(made, number)
        taken = iter(range(2))
        server.answer_to_letters = lambda _: None if next(taken, None) is not None else "421 going down"
        assert mailing.run() == 2
        server.answer_to_letters = lambda _: None
        an_hour_later(app.extensions["clock"])
        assert mailing.run() == 2
        assert sorted(server.to()) == [f"person{number}@example.org" for number in range(4)], "nobody twice"
        server.serve(app, SMTP_TIMEOUT="1")
        server.hold.clear()
        one = register(made, 4).registered
        assert mailing.run() == 0
        assert people_store.find(anna, made.id, one.id).letter == "server", "the organiser sees that it is still owed"
        server.hold.set()
        an_hour_later(app.extensions["clock"])
        assert mailing.run() == 1
        assert people_store.find(anna, made.id, one.id).letter is None


def test_an_address_that_takes_no_letters_is_shown_to_the_organiser(app: Flask, anna: Actor, server: MailServer) -> None:
    server.refuse["person1@example.org"] = "550 5.1.1 no such person"
    with app.app_context():
        made = published(anna)
        one = register(made).registered
        register(made, 2)
        assert mailing.run() == 1
        assert people_store.find(anna, made.id, one.id).letter == "refused"


def test_two_workers_send_each_letter_once(app: Flask, anna: Actor, server: MailServer) -> None:
    with app.app_context():
        made = published(anna)
        for number in range(12):
            register(made, number)

    def work() -> None:
        with app.app_context():
            mailing.run()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(server.to()) == sorted(f"person{number}@example.org" for number in range(12))


def test_changes_and_cancelling_are_told_to_everybody(app: Flask, anna: Actor, server: MailServer) -> None:
    with app.app_context():
        made = published(anna)
        register(made)
        mailing.run()
        words = dict(made.terms.words) | {"lv": replace(made.terms.words["lv"], place="Cita zāle")}
        store.change(anna, made.id, made.revision, replace(made.terms, words=words))
        store.change(anna, made.id, made.revision + 1, replace(made.terms, words=words, capacity=9))
        mailing.run()
        store.go_to(anna, made.id, State.CANCELLED, since=frozenset({State.PUBLISHED}))
        mailing.run()
    assert [one.partition(": ")[2] for one in subjects(server)] == ["Jums ir vieta", "Izmaiņas", "Atcelta"]
    assert "Cita zāle" in said(server.received[1])


def test_an_organiser_writes_to_everybody_once_and_tells_whom_they_take_out(
    app: Flask, anna: Actor, server: MailServer
) -> None:
    client = app.test_client()
    sign_in(client, app, "organiser", email="liga@example.org")
    with app.app_context():
        made = published(anna)
        gone = register(made).registered
        assert register(made, 2).registered.seat is Seat.SURE
        mailing.run()
    address = f"/registration/{made.id}/write"
    form = {
        "csrf_token": csrf_token(client.get(address)),
        "mark": "once",
        "subject": "Autobuss",
        "text": "Brauc 8:00.\nKalpaks",
    }
    assert client.post(address, data={**form, "text": ""}).status_code == 422
    for _ in range(2):
        assert client.post(address, data=form).status_code == 302
    wait_for(server, 4)
    assert sorted(subjects(server)[2:]) == ["person1@example.org: Autobuss", "person2@example.org: Autobuss"]
    assert "Brauc 8:00.\nKalpaks" in said(server.received[3])
    out = f"/registration/{made.id}/people/{gone.id}/cancel"
    client.post(out, data={"csrf_token": csrf_token(client.get(out))})
    assert subjects(server)[4] == "person1@example.org: Pieteikums atcelts"
    assert "/own/" not in said(server.received[4])

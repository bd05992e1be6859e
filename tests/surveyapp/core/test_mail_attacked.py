"""Attacking words in whatever people type that goes into letters: each arrives as it was typed, and does nothing else."""

import json
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
from flask import Flask
from icalendar import Calendar

from surveyapp.core import municipalities
from surveyapp.core.database import writing
from surveyapp.core.models import Municipality
from surveyapp.core.text import clean
from surveyapp.deadlines import mailing
from surveyapp.staff import store as staff_store
from surveyapp.staff.store import Letters
from tests.mail_server import MailServer, Received, mail_server
from tests.surveyapp.deadlines.calendars import MEETINGS
from tests.surveyapp.demo.corpus import WORDS
from tests.surveyapp.events.plans import PLAN, load_plan, somebody
from tests.surveyapp.registration.test_letters import said, wait_for
from tests.surveyapp.registration.test_pages import ME, made, send
from tests.surveyapp.signing_in import sign_in
from tests.surveyapp.survey.letters import people, ready, write_to

LANGUAGES = ("lv", "en", "ru")
TYPED = [clean(word, 200) for word in WORDS.values()]
OURS = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"}
FORM = {"MIME-Version", "Content-Type"}
PART = {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version"}
TEST_SERVER = {"X-Peer", "X-MailFrom", "X-RcptTo"}
ENTRY = {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION", "URL", "STATUS"}


@pytest.fixture
def server(one_app: Flask) -> Iterator[MailServer]:
    """A mail server that the app uses."""
    with mail_server() as running:
        running.serve(one_app)
        yield running


def check(letter: Received) -> None:
    """Fail if a letter has a header, a receiver, a kind of content or a property of its entry that no letter has."""
    message = letter.message
    names = [name for name in message.keys() if name not in TEST_SERVER]  # noqa: SIM118 - a name that came twice counts twice
    assert len(names) == len(set(names))
    assert OURS | FORM <= set(names) <= OURS | FORM | {"Content-Transfer-Encoding"}
    assert [address for _, address in getaddresses([message["To"]])] == [letter.to]
    assert len(str(message["Subject"]).splitlines()) == 1
    for part in message.walk():
        assert isinstance(part, EmailMessage)
        assert part.defects == []
        assert part.get_content_type() in {"text/plain", "text/calendar", "multipart/mixed"}, "nothing that is run or drawn"
        assert part is message or set(part.keys()) <= PART
        if part.get_content_type() == "text/calendar":
            (happening,) = Calendar.from_ical(part.get_content()).subcomponents
            assert set(happening) <= ENTRY


@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
def test_a_word_in_any_field_of_a_conference_only_arrives(one_app: Flask, server: MailServer, word: str) -> None:
    load_plan(one_app)
    desk, short = one_app.test_client(), clean(word, 200)
    sign_in(desk, one_app, "organiser")
    texts = {f"{name}_{each}": word for name in ("title", "place", "about", "programme") for each in LANGUAGES}
    page = made(desk, **texts, contact=word)
    for number, language in enumerate(LANGUAGES, 1):
        form = {**ME, "name": word[:90], "institution": word, "mark": language}
        for email, status in ((f"{word}@example.org", 422), (f"{language}@example.org", 200)):
            answer = one_app.test_client().post(f"{page}?lang={language}", data={**form, "email": email})
            assert answer.status_code == status
        wait_for(server, number)
    assert send(desk, "/registration/1/write", mark="once", subject=word, text=word).status_code == 302
    wait_for(server, 6)
    for letter in server.received:
        check(letter)
        assert short in str(letter.message["Subject"])
        assert said(letter).count(short) >= 3, "title, place and whom to ask"
    assert sorted(server.to()) == sorted(f"{language}@example.org" for language in LANGUAGES * 2)
    for letter in server.received[3:]:
        assert letter.message["Subject"] == short
        assert said(letter).startswith(clean(word, 200, lines=True))


def test_words_in_a_plan_and_in_the_name_of_a_municipality_only_arrive(one_app: Flask, server: MailServer) -> None:
    plan = PLAN + MEETINGS
    texts = ("Plāns", "Plan", "План", "Sociālais dienests", "Social service", "Социальная служба", "Sanāksmes", "Meetings")
    for text, word in zip(texts, TYPED, strict=True):
        plan = plan.replace(f'"{text}"', json.dumps(word))
    load_plan(one_app, plan)
    name = " ".join(TYPED)[:200]
    with one_app.app_context(), writing() as session:
        session.get_one(Municipality, municipalities.find("cesis").id).name = name
    assert write_to(one_app, ready(one_app), people(10)).sent == 10
    for letter in server.received:
        check(letter)
        assert letter.text.count(name) == len(LANGUAGES)
        assert letter.link != letter.typed, "one code each, which no word of a name can add to"
    server.received.clear()
    with one_app.app_context():
        for language in LANGUAGES:
            person = somebody("organiser", "social_service", email=f"{language}@example.org")
            staff_store.set_letters(person, Letters(reminders=True, language=language))
        assert mailing.run(municipalities.find("cesis").id).sent == len(LANGUAGES)
    for number, language in enumerate(LANGUAGES):
        (letter,) = [one for one in server.received if one.to == f"{language}@example.org"]
        check(letter)
        assert TYPED[number] in letter.text
        assert TYPED[3 + number].upper() in letter.text
        assert language == "ru" or TYPED[6 + number] in letter.text

"""The quarterly reminder reaches everybody who wants it, once, over a real mail server, whatever interrupts it."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from surveyapp import cli
from surveyapp.core import municipalities
from surveyapp.deadlines import mailing
from surveyapp.deadlines.mailing import Outcome
from surveyapp.events import store as event_store
from surveyapp.staff import store as staff_store
from surveyapp.staff.store import Letters
from tests.conftest import MakeApp, app_on, fixed_clock
from tests.mail_server import MailServer, Received, mail_server
from tests.surveyapp.deadlines import calendars
from tests.surveyapp.events.plans import held, somebody
from tests.surveyapp.results.reading import text
from tests.surveyapp.signing_in import csrf_token, sign_in

WRITER = "writer@example.org"
"""The coordinator who logged what the plan of these tests knows."""
SOCIAL = "social@example.org"
BOARD = "board@example.org"
EVERYBODY = [WRITER, SOCIAL, BOARD]


def with_people(app: Flask) -> None:
    """Something is due, and three people want to know of it; a steward, the group and somebody who left do not get letters."""
    calendars.furnish(app)
    with app.app_context():
        somebody("organiser", "social_service", email=SOCIAL)
        somebody("organiser", "education_board", email=BOARD)
        somebody("group")
        somebody("steward")
        somebody("organiser", "social_service", email="left@example.org")
        staff_store.disable("left@example.org", by="test")


@pytest.fixture(scope="module")
def furnish() -> object:
    """Each test gets a copy of a database with these people."""
    return with_people


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server."""
    with mail_server() as running:
        yield running


def send(app: Flask, server: MailServer) -> Outcome:
    """Run the sending, as the command does."""
    server.serve(app)
    with app.app_context():
        return mailing.run(municipalities.find("cesis").id)


def to(server: MailServer, address: str) -> Received:
    """The one letter that came for *address*."""
    (letter,) = [one for one in server.received if one.to == address]
    return letter


def test_each_gets_one_letter_a_quarter_with_their_own_share(app: Flask, server: MailServer) -> None:
    assert send(app, server).sent == 3
    assert send(app, server).sent == 0
    assert sorted(server.to()) == sorted(EVERYBODY)
    letter = to(server, SOCIAL)
    assert letter.message["Subject"] == "Kas vēl jāpaveic: 2026. gada 4. ceturksnis"
    assert letter.message.get_content_type() == "text/plain"
    for words in (
        "SOCIĀLAIS DIENESTS",
        "- 1.2.b Sanāksmes – vēl 2 sanāksmes līdz 2026. gada 31. decembrim",
        "Laiks beidzies, prasītais nav sasniegts:",
        "skaitīts pēc tā, kas droši zināms",
        "Vēlāk jāpaveic vēl 2 lietas.",
        "http://127.0.0.1:8000/deadlines/",
        "http://127.0.0.1:8000/staff/account",
    ):
        assert words in letter.text, words
    assert "IZGLĪTĪBAS PĀRVALDE" not in letter.text
    whole = to(server, WRITER).text
    assert "SOCIĀLAIS DIENESTS" in whole
    assert "IZGLĪTĪBAS PĀRVALDE" in whole


def test_no_small_number_of_people_at_risk_is_in_a_letter(app: Flask, server: MailServer) -> None:
    send(app, server)
    for letter in server.received:
        assert "vēl 7 cilvēki" not in letter.text
    assert (
        "1.2.a Atbalsta grupa – vēl nav sasniegts (līdz 2026. gada 31. decembrim); skaitlis ir slēpts"
        in to(server, SOCIAL).text
    )


def test_the_next_quarter_brings_the_next_letter(make_app: MakeApp, server: MailServer) -> None:
    assert send(make_app(), server).sent == 3
    assert send(make_app(now=lambda: fixed_clock() + timedelta(days=30)), server).sent == 0
    assert send(make_app(now=lambda: fixed_clock() + timedelta(days=60)), server).sent == 3
    assert Counter(server.to()) == dict.fromkeys(EVERYBODY, 2)


def test_who_has_nothing_due_is_left_alone(app: Flask, server: MailServer) -> None:
    with app.app_context():
        somebody("organiser", "museum", email="museum@example.org")
    assert send(app, server).sent == 3
    assert "museum@example.org" not in server.to()


def test_it_is_switched_off_and_put_into_another_language_on_the_page_of_the_account(app: Flask, server: MailServer) -> None:
    client = app.test_client()
    sign_in(client, app, "organiser", "education_board", email="irina@example.org")
    page = client.get("/staff/account")
    assert "Man sūtītās vēstules" in page.get_data(as_text=True)
    choice = {"csrf_token": csrf_token(page), "reminders": "y", "language": "ru"}
    assert client.post("/staff/account/letters", data=choice).status_code == 302
    send(app, server)
    letter = to(server, "irina@example.org")
    assert letter.message["Subject"] == "Что предстоит сделать: 4-й квартал 2026 года"
    assert "ещё 2 совещания до 31 декабря 2026 г" in letter.text

    with app.app_context():
        later = somebody("organiser", "social_service", email="quiet@example.org")
        staff_store.set_letters(later, Letters(reminders=False, language="lv"))
    assert send(app, server).sent == 0


def test_a_language_that_does_not_exist_is_refused_and_nothing_is_stored(app: Flask) -> None:
    client = app.test_client()
    sign_in(client, app, "coordinator", email="eva@example.org")
    choice = {"csrf_token": csrf_token(client.get("/staff/account")), "language": "xx"}
    assert client.post("/staff/account/letters", data=choice).status_code == 422
    with app.app_context():
        account = staff_store.person(municipalities.find("cesis").id, "eva@example.org").account_id
        assert staff_store.letters_of(account) == Letters(reminders=True, language="lv")


def test_what_is_reached_before_the_letter_leaves_is_not_in_it(app: Flask, server: MailServer) -> None:
    server.refuse = {SOCIAL: "451 later"}
    assert send(app, server).standing == {"sent": 2, "owed": 1}
    with app.app_context():
        person = somebody("coordinator")
        staff_store.set_letters(person, Letters(reminders=False, language="lv"))
        event_store.log(person, calendars.TALKS, held("2026-11-01", 9, title="Otrā"))
        event_store.log(person, calendars.TALKS, held("2026-11-02", 9, title="Trešā"))
    server.refuse = {}
    assert send(app, server).sent == 1
    assert "vēl 2 sanāksmes" not in to(server, SOCIAL).text


def test_an_address_that_is_refused_is_not_tried_again_and_the_coordinator_sees_it(app: Flask, server: MailServer) -> None:
    server.refuse = {SOCIAL: "550 5.1.1 no such user"}
    assert send(app, server).standing == {"sent": 2, "refused": 1}
    server.refuse = {}
    assert send(app, server).sent == 0
    client = app.test_client()
    sign_in(client, app, "coordinator", email="eva@example.org")
    page = text(client, "/deadlines/reminders?lang=lv")
    assert "2026. gada 4. ceturksnis 21.11.2026. 2 0 social@example.org" in page
    assert "Pašlaik to saņem 4 konti." in page


def test_a_connection_that_ends_while_a_letter_is_taken_leaves_that_one_in_doubt_and_nothing_twice(
    app: Flask, server: MailServer
) -> None:
    server.hang_up_after = 2
    first = send(app, server)
    assert (first.stopped, first.standing) == ("dropped", {"sent": 1, "in_doubt": 1, "owed": 1})
    second = send(app, server)
    assert (second.sent, second.standing) == (1, {"sent": 2, "in_doubt": 1})
    assert set(Counter(server.to()).values()) == {1}


def test_without_a_mail_server_everything_waits(app: Flask, server: MailServer) -> None:
    with app.app_context():
        outcome = mailing.run(municipalities.find("cesis").id)
    assert (outcome.stopped, outcome.standing) == ("not_set_up", {"owed": 3})
    assert send(app, server).sent == 3


_RUN = """
from datetime import UTC, datetime
from surveyapp.app import create_app
from surveyapp.core import municipalities
from surveyapp.deadlines import mailing
from surveyapp.settings import load

app = create_app(load(), now=lambda: datetime(2026, 11, 21, 10, tzinfo=UTC))
with app.app_context():
    mailing.run(municipalities.find("cesis").id)
"""


def _hold_after(server: MailServer, number: int) -> Callable[[Received], str | None]:
    def answer(_: Received) -> str | None:
        if len(server.received) == number:
            server.hold.clear()
        return None

    return answer


def test_a_process_killed_in_the_middle_is_taken_up_again_and_nobody_gets_two(
    one_app: Flask, one_url: str, server: MailServer, tmp_path: Path
) -> None:
    environment = os.environ | {"SURVEYAPP_DATA_DIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    environment |= {"SURVEYAPP_DATABASE_URL": one_url} | server.environment(SMTP_TIMEOUT="30")
    server.answer_to_letters = _hold_after(server, 1)
    with subprocess.Popen([sys.executable, "-c", _RUN], env=environment) as worker:
        assert server.waiting.wait(60)
        worker.send_signal(signal.SIGKILL)
    server.answer_to_letters = lambda _: None
    server.hold.set()
    assert len(server.received) == 2, "the second was with the server when the process died"

    at_once = send(one_app, server)
    assert (at_once.sent, at_once.standing) == (1, {"sent": 2, "sending": 1})
    later = app_on(one_url, tmp_path, now=lambda: fixed_clock() + timedelta(minutes=10))
    assert send(later, server).standing == {"sent": 2, "in_doubt": 1}
    later.extensions["engine"].dispose()
    assert Counter(server.to()) == dict.fromkeys(EVERYBODY, 1)


def command(app: Flask, *words: str) -> Result:
    """Run ``surveyapp remind``."""
    return CliRunner().invoke(cli.commands, ["remind", *words], obj=lambda: app)


def test_the_command_says_what_it_did_and_fails_only_if_something_stopped_it(one_app: Flask, server: MailServer) -> None:
    refused = command(one_app)
    assert refused.exit_code == 1
    assert "No mail server is set up" in str(refused.exception)
    server.serve(one_app)
    done = command(one_app, "--format", "json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {
        "year": 2026,
        "quarter": 4,
        "sent_now": 3,
        "standing": {"sent": 3},
        "stopped": None,
    }
    assert "0 sent now, 3 in all" in command(one_app).stdout


def test_demonstration_accounts_get_no_letters(one_app: Flask, server: MailServer) -> None:
    server.serve(one_app)
    with one_app.app_context():
        municipalities.create("show", "Show", demo=True)
    refused = command(one_app, "--municipality", "show")
    assert refused.exit_code == 1
    assert server.received == []

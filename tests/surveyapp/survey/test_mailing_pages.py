"""The pages of letters as a coordinator uses them, without JavaScript."""

import html
import io
import re
import time
from collections.abc import Iterator
from functools import cached_property

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from surveyapp.survey.letters import mail_words
from tests.conftest import MakeApp
from tests.mail_server import MailServer, mail_server
from tests.surveyapp.signing_in import csrf_token, sign_in
from tests.surveyapp.survey import small
from tests.surveyapp.survey.letters import invited, people, ready, standing, states
from tests.surveyapp.survey.rounds import WHO, Round
from tests.waiting import until


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that takes everything."""
    with mail_server() as running:
        yield running


class Desk:
    """A coordinator at the pages of one wave's letters."""

    def __init__(self, app: Flask, this: Round) -> None:
        self.app, self.this = app, this
        self.client: FlaskClient = app.test_client()
        sign_in(self.client, app, "coordinator")
        with app.app_context():
            self.address = f"/waves/{this.facts().id}/mail"

    @cached_property
    def token(self) -> str:
        """What shows that a form is ours; the same as long as somebody is signed in."""
        return csrf_token(self.client.get(self.address, query_string={"lang": "en"}))

    def page(self) -> str:
        """The page in English."""
        return self.text(self.client.get(self.address, query_string={"lang": "en"}))

    def post(self, path: str = "", **fields: object) -> TestResponse:
        """Send one of the forms, with the page's token."""
        return self.client.post(self.address + path, data={"csrf_token": self.token, **fields})

    def send(self, addresses: str) -> None:
        """Check a list, confirm it, and wait until the letters are out."""
        asked = self.post(addresses=addresses)
        assert asked.status_code == 200
        hidden = re.search(r'name="addresses" value="([^"]*)"', asked.get_data(as_text=True))
        assert hidden
        assert self.post("/send", addresses=html.unescape(hidden[1])).status_code == 303
        self.wait()

    def wait(self) -> None:
        """Wait until nothing is being sent."""
        until(lambda: standing(self.app, self.this).under_way is None, "the letters are not out after a minute")

    @staticmethod
    def text(response: TestResponse) -> str:
        """What a page says."""
        return html.unescape(response.get_data(as_text=True))


@pytest.fixture
def desk(one_app: Flask, server: MailServer) -> Desk:
    """A coordinator, a wave whose key is proved, a mail server."""
    server.serve(one_app)
    return Desk(one_app, ready(one_app))


def test_a_list_is_checked_confirmed_and_sent_while_the_coordinator_does_something_else(app: Flask, server: MailServer) -> None:
    server.serve(app)
    desk = Desk(app, ready(app))
    server.hold.clear()
    checked = desk.text(desk.post(addresses="\n".join([*people(), people()[0].upper()])))
    assert "12 letters will be sent." in checked
    assert "1 line repeats an address" in checked
    assert server.received == [], "nothing goes out before it is confirmed"

    assert desk.post("/send", addresses="\n".join(people())).status_code == 303
    assert server.waiting.wait(30)
    assert "Letters are being sent." in desk.page()
    assert "0 of 12" in desk.page()
    assert "The codes are made first" in desk.page()
    assert '<noscript><meta http-equiv="refresh"' in desk.page()
    assert "are being sent already" in desk.text(desk.client.get(desk.post("/continue").location))
    server.hold.set()
    desk.wait()
    assert sorted(server.to()) == people()
    assert "Remind everybody" in desk.page()
    assert 'http-equiv="refresh"' not in desk.page()
    assert not any(one.link in desk.page() or one.typed in desk.page() for one in server.received)


def test_every_wrong_line_is_named_and_what_was_typed_stays(desk: Desk) -> None:
    typed = "\n".join([*people(), "no-address", "a@b", "<b>@example.org"])
    answer = desk.post(addresses=typed)
    said = desk.text(answer)
    assert answer.status_code == 422
    assert "Line 13: “no-address” is not an e-mail address." in said
    assert "Line 14: “a@b” is not an e-mail address." in said
    assert "Line 15:" in said
    assert typed in said
    assert desk.post("/send", addresses=typed).status_code == 422
    assert states(desk.app) == {}


def test_a_file_can_be_uploaded_and_comes_back_as_text_to_mend(desk: Desk, server: MailServer) -> None:
    table = "vārds;epasts\n" + "\n".join(f"Anna;{one}" for one in people()) + "\nBērziņa;oops\n"
    answer = desk.post(file=(io.BytesIO(table.encode("cp1257")), "list.csv"))
    assert answer.status_code == 422
    assert "Line 14: “oops”" in desk.text(answer)
    assert "Bērziņa;oops" in desk.text(answer)
    desk.send(table.replace("Bērziņa;oops\n", ""))
    assert sorted(server.to()) == people()


def test_a_file_that_is_no_text_is_refused_with_advice(desk: Desk) -> None:
    answer = desk.post(file=(io.BytesIO(b"PK\x03\x04\0\0\0sheet"), "list.xlsx"))
    assert answer.status_code == 422
    assert "Save the table as CSV" in desk.text(answer)


@pytest.mark.parametrize(("typed", "said"), [("", "The list is empty."), ("a@example.org", "at least ten codes")])
def test_a_list_that_is_too_short_is_refused(desk: Desk, typed: str, said: str) -> None:
    answer = desk.post(addresses=typed)
    assert answer.status_code == 422
    assert said in desk.text(answer)


def test_a_list_whose_people_all_have_their_letter_sends_nothing(one_app: Flask, server: MailServer) -> None:
    desk = Desk(one_app, invited(one_app, server))
    answer = desk.post(addresses="\n".join(people()))
    assert answer.status_code == 422
    assert "was written to already" in desk.text(answer)


def test_refused_addresses_are_shown_and_downloaded_without_any_code(desk: Desk, server: MailServer) -> None:
    server.refuse = {people()[0]: "550 5.1.1 <b>unknown</b>", people()[1]: "550 =cmd()"}
    desk.send("\n".join(people()))
    page = desk.client.get(desk.address).get_data(as_text=True)
    assert people()[0] in page
    assert "550 5.1.1 &lt;b&gt;unknown" in page
    table = desk.client.get(desk.address + "/undelivered.csv").get_data(as_text=True)
    assert f"{people()[0]},550 5.1.1 <b>unknown</b>,invitation" in table
    assert len(table.splitlines()) == 3
    assert not any(one.link in page + table or one.typed in page + table for one in server.received)


def test_an_interrupted_sending_says_so_and_can_be_continued(desk: Desk, server: MailServer) -> None:
    taken = iter(range(5))
    server.answer_to_letters = lambda _: None if next(taken, None) is not None else "421 going down"
    desk.send("\n".join(people()))
    assert "The mail server ended the connection." in desk.page()
    assert "7 addresses still wait for their letter." in desk.page()
    server.answer_to_letters = lambda _: None
    assert desk.post("/continue").status_code == 303
    desk.wait()
    assert sorted(server.to()) == people()


def logged(capfd: pytest.CaptureFixture[str]) -> str:
    """What the log says once it says something: the right to send is given back a moment before."""
    for _ in range(600):
        if said := "".join(capfd.readouterr()):
            return said
        time.sleep(0.05)
    raise AssertionError("nothing was logged in half a minute")


def test_an_error_of_ours_is_logged_without_an_address_and_can_be_continued(
    desk: Desk, server: MailServer, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What fails here is ours alone and cannot be brought about from outside.
    def broken(to: str, *_: object) -> None:
        raise RuntimeError(to)

    with monkeypatch.context() as patched:
        patched.setattr(mail_words, "invitation", broken)
        desk.send("\n".join(people()))
    said = logged(capfd)
    assert '"route": "letters", "kind": "RuntimeError"' in said
    assert "@example.org" not in said
    assert "went wrong on our side" in desk.page()
    desk.post("/continue")
    desk.wait()
    assert sorted(server.to()) == people()


def test_a_reminder_and_a_deletion_ask_for_a_second_click(one_app: Flask, server: MailServer) -> None:
    desk = Desk(one_app, invited(one_app, server))
    server.received.clear()
    desk.post("/remind")
    desk.post("/delete")
    assert "Nothing was done." in desk.page()
    assert (server.received, len(states(one_app))) == ([], 12)
    desk.post("/remind", remind_all="y")
    desk.wait()
    assert sorted(server.to()) == people()
    desk.post("/delete", delete_list="y")
    assert "The addresses are deleted." in desk.page()
    assert states(one_app) == {}


def test_a_form_without_its_token_does_nothing(one_app: Flask, server: MailServer) -> None:
    desk = Desk(one_app, invited(one_app, server))
    for path in ("", "/send", "/continue", "/remind", "/delete"):
        desk.client.post(desk.address + path, data={"addresses": "new@example.org", "remind_all": "y", "delete_list": "y"})
    assert len(server.received) == len(states(one_app)) == 12


def test_the_page_says_why_no_letters_can_be_sent(one_app: Flask, server: MailServer) -> None:
    desk = Desk(one_app, ready(one_app))
    assert "No mail server is set up" in desk.page()
    assert "Check the list" not in desk.page()
    assert f"{desk.address.removesuffix('mail')}codes" in desk.page(), "the cards are one press away"
    server.serve(one_app)
    assert "Check the list" in desk.page()
    group = Desk.__new__(Desk)
    group.__dict__ |= desk.__dict__
    with one_app.app_context():
        group.address = f"/waves/{small.running(one_app, 'group', codes=1).facts().id}/mail"
    assert "Only personal codes are sent by e-mail." in group.page()


def test_another_municipality_s_wave_is_not_found(make_app: MakeApp) -> None:
    app = make_app()
    desk = Desk(app, ready(app))
    assert desk.client.get("/waves/999/mail").status_code == 404


def test_what_was_done_stands_in_the_audit_trail_without_an_address(one_app: Flask, server: MailServer) -> None:
    desk = Desk(one_app, invited(one_app, server))
    desk.post("/remind", remind_all="y")
    desk.wait()
    desk.post("/delete", delete_list="y")
    auditor = one_app.test_client()
    sign_in(auditor, one_app, "auditor")
    page = auditor.get("/staff/audit?lang=en").get_data(as_text=True)
    for words in ("List of e-mail addresses taken", "Codes made", "Reminder sent", "List of e-mail addresses deleted"):
        assert words in page
    assert WHO in page
    assert "person0" not in page

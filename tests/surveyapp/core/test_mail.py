"""Letters go to a real mail server on loopback, encrypted unless that was given up; what goes wrong is said without quoting."""

import re
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from flask import Flask

from surveyapp.core.mail import AddressRefusedError, Letter, MailError, Post, PutOffError
from surveyapp.settings import SettingError, Settings, load
from tests.mail_server import FROM, MailServer, certificate, free_port, mail_server

TO = "anna@example.org"
LETTER = Letter(TO, "Aptauja speciālistiem | Опрос", "Jūsu kods: SECRET-CODE\nhttps://survey.example/s/#SECRETLINK\n.\nбеги\n")


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that takes everything."""
    with mail_server() as running:
        yield running


@pytest.fixture(autouse=True)
def _inside(one_app: Flask) -> Iterator[None]:
    with one_app.app_context():  # the day of a letter is the app's
        yield


def settings(server: MailServer | None = None, **more: str) -> Settings:
    """Settings that use *server*, or a port where nobody listens."""
    return load((server or MailServer(free_port())).environment(**more))


def send(using: Settings, letter: Letter = LETTER) -> None:
    """Send one letter over a connection of its own."""
    post = Post(using)
    try:
        post.send(letter)
    finally:
        post.close()


def problem(using: Settings, letter: Letter = LETTER) -> str:
    """Why no letter could be sent; nothing that a log could show quotes the letter or the address."""
    with pytest.raises(MailError) as caught:
        send(using, letter)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caught.value.said
    assert not re.search("SECRET|anna@", shown)
    return caught.value.problem


@pytest.mark.parametrize(
    "subject",
    [
        "Aptauja speciālistiem | Survey for specialists | Опрос специалистов",
        "Atgādinājums: aptauja speciālistiem | Reminder: survey for specialists | Напоминание: опрос специалистов",
        "A plain reminder",
    ],
)
def test_a_long_subject_in_three_languages_keeps_every_space(server: MailServer, subject: str) -> None:
    send(settings(server), Letter(TO, subject, "x"))
    (letter,) = server.received
    assert letter.message["Subject"] == subject


def test_a_subject_of_two_lines_adds_no_header(server: MailServer) -> None:
    send(settings(server), Letter(TO, "A line\nBcc: eve@example.org\n\nand more", "x"))
    (letter,) = server.received
    assert letter.message["Subject"] == "A line Bcc: eve@example.org and more"
    assert letter.message["Bcc"] is None
    assert letter.text == "x\n"


def test_a_letter_arrives_as_it_was_written_and_its_headers_tell_nothing_more(server: MailServer) -> None:
    send(settings(server))
    (letter,) = server.received
    message = letter.message
    assert letter.text == LETTER.text
    assert (letter.sender, letter.to) == (FROM, TO)
    assert message["Subject"] == LETTER.subject
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", message["Message-ID"])
    ours = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"}
    of_the_form = {"MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
    of_the_test_server = {"X-Peer", "X-MailFrom", "X-RcptTo"}
    assert set(message.keys()) - of_the_test_server == ours | of_the_form
    assert "SECRET" not in "".join(message.values())


def test_a_letter_that_comes_back_is_asked_to_come_without_its_text(server: MailServer) -> None:
    send(settings(server))
    assert server.returns == ["HDRS"]


def test_one_connection_carries_many_letters_and_is_made_anew_if_the_server_hangs_up(server: MailServer) -> None:
    post = Post(settings(server))
    server.hang_up_after = 1
    for number in range(3):
        post.send(Letter(f"p{number}@example.org", "s", "t"))
    post.close()
    assert server.to() == ["p0@example.org", "p0@example.org", "p1@example.org", "p2@example.org"], (
        "only the one in doubt twice"
    )


def test_a_refused_address_is_told_from_one_that_is_put_off_and_the_next_letter_still_goes(server: MailServer) -> None:
    server.refuse = {TO: "550 5.1.1 no such user", "later@example.org": "451 4.7.1 greylisted"}
    post = Post(settings(server))
    with pytest.raises(AddressRefusedError) as refused:
        post.send(LETTER)
    with pytest.raises(PutOffError) as put_off:
        post.send(Letter("later@example.org", "s", "t"))
    post.send(Letter("other@example.org", "s", "t"))
    post.close()
    assert refused.value.said == "550 5.1.1 no such user"
    assert put_off.value.said == "451 4.7.1 greylisted"
    assert server.to() == ["other@example.org"]


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        ("554 5.7.1 blocked: {text}", MailError, "554 5.7.1"),
        ("550 5.1.1 unknown: {text}", AddressRefusedError, "550 5.1.1"),
        ("452 {text}", PutOffError, "452"),
    ],
)
def test_a_server_that_quotes_the_letter_in_its_refusal_is_not_quoted(
    server: MailServer, answer: str, error: type[Exception], said: str
) -> None:
    server.answer_to_letters = lambda letter: answer.format(text=letter.text.split("\n", 1)[0])
    with pytest.raises(error) as caught:
        send(settings(server))
    assert getattr(caught.value, "said", None) == said


def test_a_server_that_is_not_there_or_not_set_up_is_said_to_be_so() -> None:
    assert problem(settings()) == "unreachable"
    assert problem(load({})) == "not_set_up"
    assert problem(settings(SMTP_HOST="no-such-host.invalid", BASE_URL="https://survey.example.org")) == "unreachable"


def test_a_server_that_never_answers_is_not_waited_for_endlessly(server: MailServer) -> None:
    server.hold.clear()
    assert problem(settings(server, SMTP_TIMEOUT="1")) == "slow"


def test_a_server_that_dies_while_we_are_connected_may_have_the_letter_and_is_said_to_have_hung_up() -> None:
    with mail_server() as server:
        post = Post(settings(server))
        post.send(LETTER)
    with pytest.raises(MailError) as caught:
        post.send(LETTER)
    assert caught.value.problem == "dropped"
    post.close()


def test_a_server_that_dislikes_the_sender_is_said_to_do_so(server: MailServer) -> None:
    server.sender_answer = "553 5.7.1 not yours"
    assert problem(settings(server)) == "sender"


def test_nothing_is_sent_in_the_clear_unless_that_was_chosen(server: MailServer) -> None:
    assert problem(settings(server, SMTP_SECURITY="starttls")) == "no_encryption"
    assert problem(settings(server, SMTP_SECURITY="tls")) == "no_encryption"
    assert server.received == []


def test_letters_travel_encrypted_to_a_server_whose_certificate_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authority = certificate(tmp_path)
    with mail_server(tls_context=context, require_starttls=True) as server:
        assert problem(settings(server, SMTP_SECURITY="starttls")) == "certificate"
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        send(settings(server, SMTP_SECURITY="starttls"))
        assert server.to() == [TO]
    with mail_server(ssl_context=context) as server:
        send(settings(server, SMTP_SECURITY="tls"))
        assert server.to() == [TO]


def test_the_password_comes_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "password"

    def check(*asked: object) -> AuthResult:
        given = asked[4]
        return AuthResult(success=getattr(given, "password", None) == b"correct horse", handled=False)

    with mail_server(authenticator=check, auth_require_tls=False) as server:
        using = settings(server, SMTP_USER="survey", SMTP_PASSWORD_FILE=str(file))
        assert problem(using) == "password_file"
        file.write_text("wrong\n", encoding="utf-8")
        assert problem(using) == "login"
        file.write_text("correct horse\n", encoding="utf-8")
        send(using)
        assert server.to() == [TO]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"SMTP_HOST": "mail.example.org"}, "SMTP_FROM"),
        ({"SMTP_FROM": "nobody"}, "SMTP_FROM"),
        ({"SMTP_FROM": "a@example.org\r\nBcc: b@example.org"}, "SMTP_FROM"),
        ({"SMTP_HOST": "mail.example.org", "SMTP_FROM": FROM}, "BASE_URL"),
        ({"SMTP_USER": "survey"}, "SMTP_PASSWORD_FILE"),
        ({"SMTP_SECURITY": "ssl"}, "SMTP_SECURITY"),
        (
            {
                "BASE_URL": "https://survey.example.org",
                "SMTP_HOST": "mail.example.org",
                "SMTP_FROM": FROM,
                "SMTP_USER": "u",
                "SMTP_PASSWORD_FILE": "f",
                "SMTP_SECURITY": "none",
            },
            "in the clear",
        ),
    ],
)
def test_settings_that_do_not_fit_are_named(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingError, match=named):
        load({f"SURVEYAPP_{name}": value for name, value in given.items()})

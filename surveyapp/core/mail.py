"""Letters: plain text over SMTP, encrypted on the way; what goes wrong is told in words that quote no letter."""

import re
import secrets
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final, Literal, NoReturn

from surveyapp.core.clock import now
from surveyapp.core.text import clean
from surveyapp.settings import Settings

Problem = Literal[
    "not_set_up",  # no mail server is named
    "unreachable",  # no such name, or nobody listens
    "slow",  # no answer in time
    "dropped",  # the connection ended before the letter was taken
    "no_encryption",  # STARTTLS is demanded and not offered
    "certificate",  # the server cannot prove its name
    "password_file",  # it cannot be read or is empty
    "login",  # the server does not let us in
    "sender",  # the server takes no letters from this sender
    "letter",  # the server refuses the letter itself
]
LONGEST_REASON: Final = 200
_DONE: Final = 250
_WILL_FORWARD: Final = 251
_NO_ANSWER: Final = -1
_PATIENCE: Final = 3
_GONE: Final = 421  # the server ends the connection (RFC 5321, 4.2.1)
_PERMANENT: Final = 500
_ABOUT_THE_ADDRESS: Final = ("5.1.", "5.2.")  # RFC 3463: addressing and mailbox status

# The first that fits counts: the library's errors are kinds of one another.
_MEANING: Final[tuple[tuple[type[Exception] | tuple[type[Exception], ...], Problem], ...]] = (
    (ssl.SSLCertVerificationError, "certificate"),
    (TimeoutError, "slow"),
    (smtplib.SMTPConnectError, "unreachable"),
    ((smtplib.SMTPServerDisconnected, ConnectionResetError, BrokenPipeError), "dropped"),
    ((smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError), "login"),
    ((ssl.SSLError, smtplib.SMTPResponseException), "no_encryption"),
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one address; *text* is plain text of any length and language, *calendar* an entry (RFC 5545) beside it."""

    to: str
    subject: str
    text: str
    calendar: bytes = b""


class MailError(Exception):
    """No letter can be sent now; ``said`` is what the server gave as its reason, empty if it gave none."""

    def __init__(self, problem: Problem, said: str = "") -> None:
        self.problem = problem
        self.said = said
        super().__init__(problem)


class AddressRefusedError(Exception):
    """The server will never take a letter to this address; ``said`` is its reason."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__("address refused")


class PutOffError(Exception):
    """The server does not take this letter now but may later; ``said`` is its reason."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__("put off")


class Post:
    """A connection to the mail server; it is made anew once a letter if it broke."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sender = parseaddr(settings.smtp_from)[1]
        self._server: smtplib.SMTP | None = None

    def open(self) -> None:
        """Connect, encrypt and log in, so that what is wrong with the server shows before any letter is written.

        Raises:
            MailError: it cannot be reached or used.
        """
        if self._server is None:
            with _explained():
                self._server = _connected(self._settings)

    def close(self) -> None:
        """Take leave of the server, if it is still there."""
        if self._server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()
            self._server.close()
            self._server = None

    def send(self, letter: Letter, *, again: bool = True) -> None:
        """Send one letter; once this returns, the server has it.

        If the server ends the connection, perhaps between taking the letter and saying so, the same letter is sent once more,
        unless *again* is False.

        Raises:
            AddressRefusedError, PutOffError: this address gets none, now or ever; others may.
            MailError: no letter can be sent now.
        """
        try:
            self._try(letter)
        except MailError as error:
            if error.problem != "dropped" or not again:
                raise
            self._try_again(letter)

    def _try_again(self, letter: Letter) -> None:
        try:
            self._try(letter)
        except MailError as error:
            if error.problem not in {"unreachable", "slow"}:
                raise
            # That the server is gone matters less than that it may have the letter.
            raise MailError("dropped") from None

    def _try(self, letter: Letter) -> None:
        self.open()
        if self._server is None:
            raise MailError("dropped")
        try:
            with _explained():
                _hand_over(self._server, self._sender, letter.to, _as_bytes(letter, self._settings.smtp_from))
        except MailError:
            self._server.close()
            self._server = None
            raise


def _connected(settings: Settings) -> smtplib.SMTP:
    if not settings.smtp_host:
        raise MailError("not_set_up")
    # The name in the greeting is the sender's domain: the machine's own name is nobody's business.
    own_name = parseaddr(settings.smtp_from)[1].rpartition("@")[2]
    where, wait = (settings.smtp_host, settings.smtp_port, own_name), settings.smtp_timeout
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=wait, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(*where, timeout=wait)
    try:
        _encrypt_and_log_in(server, settings)
    except BaseException:
        server.close()
        raise
    return server


def _encrypt_and_log_in(server: smtplib.SMTP, settings: Settings) -> None:
    server.ehlo_or_helo_if_needed()
    if settings.smtp_security == "starttls":
        if not server.has_extn("starttls"):
            raise MailError("no_encryption")
        server.starttls(context=ssl.create_default_context())
        server.ehlo_or_helo_if_needed()
    if settings.smtp_user:
        server.login(settings.smtp_user, _password(settings))


def _password(settings: Settings) -> str:
    try:
        lines = settings.smtp_password_file.read_text(encoding="utf-8").splitlines() if settings.smtp_password_file else []
    except (OSError, UnicodeDecodeError):
        raise MailError("password_file") from None
    if not lines or not lines[0]:
        raise MailError("password_file")
    return lines[0]


def _hand_over(server: smtplib.SMTP, sender: str, to: str, message: bytes) -> None:
    """Take one letter through MAIL, RCPT and DATA, and judge each answer by whom it is about."""
    # A returned letter would join address and code: where the server knows how, it returns headers only (RFC 3461).
    options = ["RET=HDRS"] if server.has_extn("dsn") else []
    code, said = server.mail(sender, options)
    if code != _DONE:
        _judge(server, code, MailError("sender", _words(code, said)), _words(code, said))
    code, said = server.rcpt(to)
    if code not in {_DONE, _WILL_FORWARD}:
        _judge(server, code, AddressRefusedError(_words(code, said)), _words(code, said))
    try:
        code, said = _data(server, message)
    except smtplib.SMTPDataError as error:
        code, said = error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
    if code != _DONE:
        status = _status(said)
        # The server has seen the code by now and may quote it, so only its numbers are kept.
        told = f"{code} {status}".strip()
        about_address = status.startswith(_ABOUT_THE_ADDRESS)
        _judge(server, code, AddressRefusedError(told) if about_address else MailError("letter", told), told)


def _data(server: smtplib.SMTP, message: bytes) -> tuple[int, bytes]:
    # Servers look into a letter before they take it (RFC 5321, 4.5.3.2.6); giving up then leaves it in doubt.
    wait = server.timeout
    if server.sock is not None:
        server.sock.settimeout(wait * _PATIENCE)
    try:
        return server.data(message)
    finally:
        if server.sock is not None:
            server.sock.settimeout(wait)


def _judge(server: smtplib.SMTP, code: int, permanent: Exception, said: str) -> NoReturn:
    """Raise what the answer *code* means; the connection stays good for the next letter unless the server ends it."""
    if code in {_GONE, _NO_ANSWER}:
        raise MailError("dropped")
    server.rset()
    raise permanent if code >= _PERMANENT else PutOffError(said)


def _words(code: int, said: bytes) -> str:
    text = said.decode("utf-8", "replace")
    return clean(f"{code} {text}"[:LONGEST_REASON], LONGEST_REASON)


def _status(said: bytes) -> str:
    found = re.match(rb"[245]\.\d{1,3}\.\d{1,3}(?= |$)", said)
    return found[0].decode() if found else ""


def _as_bytes(letter: Letter, sender: str) -> bytes:
    """Return the letter as it travels; no header holds anything but sender, receiver, subject and day."""
    message = EmailMessage(SMTP)
    message["From"] = sender
    message["To"] = letter.to
    message["Date"] = format_datetime(now())
    # Not the library's own: that one tells the process and the machine.
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text, charset="utf-8", cte="quoted-printable")
    if letter.calendar:
        how = {"method": "PUBLISH", "charset": "utf-8"}
        message.add_attachment(letter.calendar, "text", "calendar", filename="conference.ics", params=how)
    # Where it folds a long subject in two scripts, the library (until Python 3.13) leaves out the space between two words.
    subject = Header(" ".join(letter.subject.split()), header_name="Subject").encode(linesep="\r\n")
    return f"Subject: {subject}\r\n".encode("ascii") + message.as_bytes()


@contextmanager
def _explained() -> Iterator[None]:
    """Turn the library's errors into ours; theirs hold addresses, so that they are not kept as the cause."""
    try:
        yield
    except (MailError, AddressRefusedError, PutOffError):
        raise
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise _as_mail_error(error) from None


def _as_mail_error(error: Exception) -> MailError:
    if isinstance(error.__context__, TimeoutError):  # the library calls a server that stays silent disconnected
        return MailError("slow")
    fitting: list[Problem] = [problem for kinds, problem in _MEANING if isinstance(error, kinds)]
    problem = fitting[0] if fitting else "unreachable"
    return MailError(problem, str(error.smtp_code) if isinstance(error, smtplib.SMTPResponseException) else "")

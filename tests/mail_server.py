"""A real mail server on loopback for tests: it keeps what it receives, and can refuse, put off, wait, hang up, and encrypt."""

import asyncio
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from surveyapp.settings import load

FROM = "survey@example.org"


@dataclass(frozen=True)
class Received:
    """One letter as the server took it: its envelope, its raw bytes and what it says."""

    sender: str
    to: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The letter with its headers."""
        message = message_from_bytes(self.raw, policy=default)
        assert isinstance(message, EmailMessage)
        return message

    @property
    def text(self) -> str:
        """What the letter says."""
        return str(self.message.get_content()).replace("\r\n", "\n")

    @property
    def link(self) -> str:
        """The code in the link of an invitation."""
        found = set(re.findall(r"/s/#(\S+)", self.text))
        assert len(found) == 1, "one letter, one code"
        return str(found.pop())

    @property
    def typed(self) -> str:
        """The code to type in an invitation."""
        found = set(re.findall(r"^(\w{4}-\w{4}-\w{4}-\w)$", self.text, re.MULTILINE))
        assert len(found) == 1, "one letter, one code"
        return str(found.pop())


@dataclass
class MailServer:
    """How the server behaves, changed by tests while it runs, and what it received."""

    port: int
    received: list[Received] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    """Address to the answer it gets instead of a welcome."""
    answer_to_letters: Callable[[Received], str | None] = lambda _: None
    """What to say instead of taking a letter; the letter is not kept then."""
    sender_answer: str = ""
    hang_up_after: int | None = None
    """Once, the connection ends when this many letters were taken, before the last one was acknowledged."""
    hold: threading.Event = field(default_factory=threading.Event)
    """Set: the server says at once that it has a letter. Cleared: it keeps that to itself."""
    waiting: threading.Event = field(default_factory=threading.Event)
    """Set once a sender waits for that."""
    returns: list[str] = field(default_factory=list)
    """What senders asked to be returned of letters that cannot be delivered."""

    def environment(self, **more: str) -> dict[str, str]:
        """The settings with which an app uses this server."""
        named = {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.port),
            "SMTP_FROM": f"Survey <{FROM}>",
            "SMTP_SECURITY": "none",
        }
        return {f"SURVEYAPP_{name}": value for name, value in (named | {"SMTP_TIMEOUT": "2"} | more).items()}

    def serve(self, app: Flask, **more: str) -> None:
        """Have *app* send its letters here."""
        old = app.extensions["settings"]
        base = {"SURVEYAPP_DATA_DIR": str(old.data_dir), "SURVEYAPP_DATABASE_URL": old.database_url}
        app.extensions["settings"] = load(base | self.environment(**more))

    def to(self) -> list[str]:
        """Whom letters came for, in the order they came."""
        return [one.to for one in self.received]

    async def handle_EHLO(  # noqa: N802 - the library's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Offer to return headers only (RFC 3461)."""
        session.host_name = hostname
        return [*responses[:-1], "250-DSN", *responses[-1:]]

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        """Take or refuse a sender."""
        if self.sender_answer:
            return self.sender_answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Sequence[str]
    ) -> str:
        """Take or refuse an address."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        """Take a letter, sooner or later."""
        assert isinstance(envelope.content, bytes)
        (to,) = envelope.rcpt_tos  # whoever else it went to would learn the address
        letter = Received(envelope.mail_from or "", to, envelope.content)
        if answer := self.answer_to_letters(letter):
            return answer
        self.received.append(letter)
        if not self.hold.is_set():
            self.waiting.set()
            await asyncio.get_running_loop().run_in_executor(None, self.hold.wait)
        if self.hang_up_after == len(self.received):
            self.hang_up_after = None
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 OK"


class _Smtp(SMTP):
    """The library's server, which also knows RET of RFC 3461."""

    def _getparams(self, params: Sequence[str]) -> dict[str, str | bool] | None:
        found = super()._getparams(params)
        if found and "RET" in found:
            self.event_handler.returns.append(str(found.pop("RET")))
        return found


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Smtp(self.handler, **self.SMTP_kwargs)


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def mail_server(port: int | None = None, **options: Any) -> Iterator[MailServer]:  # noqa: ANN401 - the library's own options
    """Run a server; *options* are the library's, such as ``tls_context``."""
    handler = MailServer(port or free_port())
    handler.hold.set()
    controller = _Controller(handler, hostname="127.0.0.1", port=handler.port, **options)
    controller.start()
    try:
        yield handler
    finally:
        handler.hold.set()
        controller.stop()


def certificate(folder: Path, name: str = "127.0.0.1") -> tuple[ssl.SSLContext, Path]:
    """A server's certificate that nobody but its own file vouches for: the server's side, and that file."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, key_file = folder / "server.pem", folder / "server.key"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file, key_file)
    return context, file

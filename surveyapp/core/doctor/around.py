"""What the doctor looks at around the app: backups, the mail server, and the proxy that people come through."""

import http.client
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from flask import Flask

from surveyapp.core import clock
from surveyapp.core.backups import backup_files, backup_keys
from surveyapp.core.command import RefusedError
from surveyapp.core.doctor import checks, database, machine
from surveyapp.core.doctor.checks import Finding, ok, problem, warning
from surveyapp.core.mail import MailError, Post
from surveyapp.settings import current_settings

_BACKUP_DAYS: Final = 2
_CHECK_DAYS: Final = 100
_CERTIFICATE_DAYS: Final = 14
_WAIT_S: Final = 10
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_OK: Final = 200

_MAIL: Final = {
    "not_set_up": "No mail server is set up.",
    "unreachable": "The mail server cannot be reached.",
    "slow": "The mail server does not answer in time.",
    "dropped": "The mail server ended the connection.",
    "no_encryption": "The mail server offers no encryption.",
    "certificate": "The mail server's certificate does not prove its name.",
    "password_file": "The file with the mail server's password cannot be read.",
    "login": "The mail server does not let the app in.",
}


def address() -> Iterator[Finding]:
    """Look at the address that people type and what stands before the app."""
    own = current_settings()
    name = urlsplit(own.base_url).hostname
    if name in _LOOPBACK:
        yield warning(
            "address", f"{own.base_url} reaches nobody but this machine.", "Set SURVEYAPP_BASE_URL to the public address."
        )
    elif not own.https:
        yield problem(
            "address", f"{own.base_url} is not encrypted on its way.", "Serve https by a proxy, and set SURVEYAPP_BASE_URL."
        )
    elif not own.proxies:
        yield problem(
            "address",
            "SURVEYAPP_PROXIES is 0, yet something speaks https before the app: all people look like one, and limits hit all.",
            "Set SURVEYAPP_PROXIES=1, and have the proxy set X-Forwarded-For, -Proto and -Host (docs/operate.md).",
        )
    else:
        yield ok("address", f"{own.base_url}, behind {own.proxies} proxies.")


def kept_backups() -> Iterator[Finding]:
    """Look at when a backup was made and when one was tried."""
    own = current_settings()
    found, tried = backup_files.last(own.data_dir), backup_files.last_check(own.data_dir)
    if found is None:
        yield problem("backups", "No backup was ever made here.", "surveyapp backup FILE, every night (docs/operate.md).")
    elif (age := (clock.today() - found[0]).days) > _BACKUP_DAYS:
        yield problem("backups", f"The last backup is {age} days old.", "See why the nightly backup does not run.")
    else:
        yield ok("backups", f"The last backup is of {found[0]}.")
    if found and not found[1]:
        yield warning(
            "backups", "The last backup was not sealed.", "surveyapp backup key FILE, and SURVEYAPP_BACKUP_KEY_FILE=FILE.pub."
        )
    if tried is None or (clock.today() - tried).days > _CHECK_DAYS:
        yield warning(
            "backups", "It was not tried lately whether a backup opens.", "surveyapp backup check FILE, every quarter."
        )
    if own.backup_key_file:
        try:
            backup_keys.read_public(own.backup_key_file)
        except RefusedError as error:
            yield problem("backups", str(error), "Set SURVEYAPP_BACKUP_KEY_FILE to a public key for backups.")


def mail() -> Iterator[Finding]:
    """Look at whether the mail server takes the app's connection; no letter is sent."""
    own = current_settings()
    if not own.smtp_host:
        yield ok("mail", "No mail server is set up: codes leave as cards, links stand on the screen.")
        return
    post = Post(own)
    try:
        post.open()
    except MailError as error:
        said = f"{_MAIL.get(error.problem, 'The mail server refuses.')} {error.said}".strip()
        yield problem("mail", said, "Compare the SURVEYAPP_SMTP_ settings with docs/settings.md.")
    else:
        yield ok("mail", f"{own.smtp_host} lets the app in, {own.smtp_security}.")
    finally:
        post.close()


def from_outside() -> Iterator[Finding]:
    """Ask the public address as a browser would: is it us, encrypted for some time to come, and does http lead to https."""
    base_url = current_settings().base_url
    own = urlsplit(base_url)
    mend = "Compare the proxy with the example in docs/operate.md."
    try:
        status, headers, until = _asked(own.scheme, own.netloc, f"{own.path}/health")
    except (OSError, http.client.HTTPException) as error:
        yield problem("proxy", f"{base_url}/health cannot be asked ({type(error).__name__}).", mend)
        return
    if status != _OK:
        yield problem("proxy", f"{base_url}/health answers {status}.", mend)
    if own.scheme == "https" and "strict-transport-security" not in headers:
        yield problem("proxy", "The answer has no Strict-Transport-Security: the proxy takes headers away.", mend)
    if until and until - datetime.now(UTC) < timedelta(days=_CERTIFICATE_DAYS):
        yield problem(
            "proxy", f"The certificate ends on {until:%Y-%m-%d}.", "Renew it, and see why that did not happen by itself."
        )
    if status == _OK:
        yield ok(
            "proxy",
            f"{base_url}/health answers{f', its certificate lasts until {until:%Y-%m-%d}' if until else ''}.",
        )


def _asked(scheme: str, where: str, path: str) -> tuple[int, set[str], datetime | None]:
    made = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = made(where, timeout=_WAIT_S)
    try:
        connection.request("GET", path)
        certificate = connection.sock.getpeercert() if isinstance(connection.sock, ssl.SSLSocket) else None
        answer = connection.getresponse()
        ends = str(certificate["notAfter"]) if certificate else ""
        until = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if ends else None
        return answer.status, {name.lower() for name, _ in answer.getheaders()}, until
    finally:
        connection.close()


def init_app(app: Flask) -> None:
    """Name everything that the core looks at, what matters most first."""
    for name, check in (
        ("version", database.version),
        ("database", database.database),
        ("permissions", machine.permissions),
        ("account", machine.account),
        ("disk", machine.disk),
        ("clock", machine.time_of_day),
        ("secrets", machine.secrets),
        ("key custody", machine.keys_lying_about),
        ("backups", kept_backups),
        ("address", address),
        ("mail", mail),
        ("audit trail", database.trail),
        ("deletion", database.deletion),
        ("demonstration", database.demonstration),
    ):
        checks.add(app, name, check)

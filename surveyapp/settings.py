"""Every setting of the app as one table: its name, default and meaning."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from flask import current_app

from analysis.magnitudes import FEWEST_CONTRIBUTORS, P_PERCENT
from analysis.thresholds import SMALLEST_BASE, SMALLEST_DETAIL

RESTORING: Final = ".restoring"
"""Folder inside the data folder while a backup is being restored; the app does not start beside it."""
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class SettingError(ValueError):
    """A setting has a value that cannot be used; the message names it and says how to mend it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: how its text becomes a value, its default as text, and what it means."""

    name: str
    field: str
    default: str
    read: Callable[[str], Any]
    meaning: str


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError(f"must be between {low} and {high}")
        return number

    return read


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must look like https://survey.example.lv")
    return text.rstrip("/")


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return text

    return read


def _perhaps_file(text: str) -> Path | None:
    return Path(text) if text else None


def _sender(text: str) -> str:
    address = parseaddr(text)[1] if text.isprintable() else ""
    local, at, domain = address.partition("@")
    if text and (not at or not local or "." not in domain or not address.isascii()):
        raise ValueError("must look like survey@example.lv or 'Name <survey@example.lv>'")
    return text


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(
        "SURVEYAPP_DATA_DIR",
        "data_dir",
        "data",
        Path,
        "Folder for the database, secrets and evidence files; made with mode 0700.",
    ),
    Setting(
        "SURVEYAPP_DATABASE_URL",
        "database_url",
        "",
        str,
        "Database: empty for SQLite in the data folder, or sqlite:///FILE, or postgresql+psycopg://USER@HOST/NAME. With a "
        "standby: postgresql+psycopg://USER@/NAME?host=A,B&port=5432,5432&target_session_attrs=read-write finds the one "
        "that may write.",
    ),
    Setting(
        "SURVEYAPP_DATABASE_CONNECTIONS",
        "database_connections",
        "15",
        _whole_number(5, 100),
        "Connections to the database that each worker holds at most. All workers of all servers together must stay below the "
        "max_connections of PostgreSQL; a few a core of its machine are enough.",
    ),
    Setting(
        "SURVEYAPP_SMALLEST_BASE",
        "smallest_base",
        str(SMALLEST_BASE),
        _whole_number(SMALLEST_BASE, 1000),
        "From how many answers on a group's answers to a question are shown. May be raised, never lowered; holds for surveys "
        "that are opened from then on, what was shown before stays as it is.",
    ),
    Setting(
        "SURVEYAPP_SMALLEST_DETAIL",
        "smallest_detail",
        str(SMALLEST_DETAIL),
        _whole_number(SMALLEST_DETAIL, 1000),
        "From how many answers on every answer is shown apart, not only favourable or not, and scores are. May be raised, "
        "never lowered; not below SURVEYAPP_SMALLEST_BASE.",
    ),
    Setting(
        "SURVEYAPP_FEWEST_CONTRIBUTORS",
        "fewest_contributors",
        str(FEWEST_CONTRIBUTORS),
        _whole_number(FEWEST_CONTRIBUTORS, 100),
        "From how many institutions on their sum of hours or money is told to everybody. May be raised, never lowered; holds "
        "for releases that are made from then on.",
    ),
    Setting(
        "SURVEYAPP_P_PERCENT",
        "p_percent",
        str(P_PERCENT),
        _whole_number(P_PERCENT, 100),
        "How near, in per cent, another institution may at most come to what the largest one gave, by taking its own part from "
        "such a sum. May be raised, never lowered; holds for releases that are made from then on.",
    ),
    Setting(
        "SURVEYAPP_BASE_URL",
        "base_url",
        "http://127.0.0.1:8000",
        _base_url,
        "The address people type; printed on cards and in links. With https, cookies are sent over https only.",
    ),
    Setting(
        "SURVEYAPP_TRUSTED_HOSTS",
        "trusted_hosts",
        "127.0.0.1,localhost",
        _names,
        "Host names that requests may ask for, separated by commas; the host of the base address is always among them.",
    ),
    Setting(
        "SURVEYAPP_PROXIES",
        "proxies",
        "0",
        _whole_number(0, 3),
        "How many reverse proxies of yours stand before the app; 0 means that forwarding headers are ignored.",
    ),
    Setting(
        "SURVEYAPP_GRACE_DAYS",
        "grace_days",
        "30",
        _whole_number(0, 366),
        "Days after the end of a window during which head counts may still come in before it is judged.",
    ),
    Setting(
        "SURVEYAPP_EVIDENCE_MB",
        "evidence_mb",
        "1000",
        _whole_number(10, 100_000),
        "Megabytes that the evidence files of one institution's events may hold together; removed files do not count.",
    ),
    Setting(
        "SURVEYAPP_SESSION_HOURS",
        "session_hours",
        "10",
        _whole_number(1, 24),
        "Hours after which a signed-in person has to sign in again.",
    ),
    Setting(
        "SURVEYAPP_IDLE_MINUTES",
        "idle_minutes",
        "120",
        _whole_number(15, 1440),
        "Minutes without a page asked for, after which a signed-in person has to sign in again; noted every five minutes.",
    ),
    Setting(
        "SURVEYAPP_WORKERS",
        "workers",
        "2",
        _whole_number(1, 64),
        "Worker processes of the built-in server.",
    ),
    Setting(
        "SURVEYAPP_BACKUP_KEY_FILE",
        "backup_key_file",
        "",
        _perhaps_file,
        "File with a public key (FILE.pub of `surveyapp backup key FILE`) for which every backup is sealed; empty: backups are "
        "not sealed unless the command says so.",
    ),
    Setting(
        "SURVEYAPP_OPEN_DATA_LICENCE",
        "open_data_licence",
        "CC-BY-4.0",
        _one_of("CC-BY-4.0", "CC0-1.0", "ODC-BY-1.0", "PDDL-1.0"),
        "Licence under which the municipality publishes open data, by its SPDX name: CC-BY-4.0 (free with the source "
        "named; the default), CC0-1.0, ODC-BY-1.0 or PDDL-1.0. It is fixed for a release when that is first published.",
    ),
    Setting(
        "SURVEYAPP_SMTP_HOST",
        "smtp_host",
        "",
        str,
        "Mail server for invitations, letters about conferences and quarterly reminders; empty means no letters: cards and "
        "links on the screen.",
    ),
    Setting("SURVEYAPP_SMTP_PORT", "smtp_port", "587", _whole_number(1, 65535), "Its port; usually 587, with tls 465."),
    Setting("SURVEYAPP_SMTP_USER", "smtp_user", "", str, "Name to log in with at the mail server; empty for no login."),
    Setting(
        "SURVEYAPP_SMTP_PASSWORD_FILE",
        "smtp_password_file",
        "",
        _perhaps_file,
        "File whose first line is the password for it; the password itself is never a setting.",
    ),
    Setting(
        "SURVEYAPP_SMTP_FROM",
        "smtp_from",
        "",
        _sender,
        "Whom letters are from, also on their envelope, such as 'Survey <survey@example.lv>'. What cannot be delivered comes "
        "back there, perhaps with the letter and its code: it should be a mailbox that nobody reads before the wave is opened.",
    ),
    Setting(
        "SURVEYAPP_SMTP_SECURITY",
        "smtp_security",
        "starttls",
        _one_of("starttls", "tls", "none"),
        "starttls or tls, without which no letter is sent; none sends in the clear, which is right on the same machine only. "
        "Certificates of an authority of your own: SSL_CERT_FILE.",
    ),
    Setting(
        "SURVEYAPP_SMTP_TIMEOUT",
        "smtp_timeout",
        "20",
        _whole_number(1, 300),
        "Seconds to wait for each answer of the mail server.",
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force; fields as in SETTINGS."""

    data_dir: Path
    database_url: str
    database_connections: int
    smallest_base: int
    smallest_detail: int
    fewest_contributors: int
    p_percent: int
    base_url: str
    trusted_hosts: tuple[str, ...]
    proxies: int
    grace_days: int
    evidence_mb: int
    session_hours: int
    idle_minutes: int
    workers: int
    backup_key_file: Path | None
    open_data_licence: str
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password_file: Path | None
    smtp_from: str
    smtp_security: str
    smtp_timeout: int

    @property
    def https(self) -> bool:
        """Whether people reach the app over https."""
        return self.base_url.startswith("https://")

    @property
    def database(self) -> str:
        """The address of the database in force."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'surveyapp.sqlite3').absolute()}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host name that a request may ask for."""
        own = urlsplit(self.base_url).hostname or ""
        return tuple(dict.fromkeys((*self.trusted_hosts, own)))


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from *environ* (the process's environment by default).

    Raises:
        SettingError: a value cannot be used, values do not fit together, or a SURVEYAPP_ variable is not known.
    """
    environ = os.environ if environ is None else environ
    known = {setting.name for setting in SETTINGS}
    for name in environ:
        if name.startswith("SURVEYAPP_") and name not in known:
            raise SettingError(f"{name} is not a setting of surveyapp; docs/settings.md lists them all.")
    settings = Settings(**{setting.field: _read(setting, environ) for setting in SETTINGS})
    _check_mail(settings)
    if settings.smallest_detail < settings.smallest_base:
        raise SettingError("SURVEYAPP_SMALLEST_DETAIL is below SURVEYAPP_SMALLEST_BASE; raise it as well.")
    return settings


def current_settings() -> Settings:
    """Return the settings of the app that is at work."""
    found: Settings = current_app.extensions["settings"]
    return found


def _check_mail(settings: Settings) -> None:
    if settings.smtp_host and not settings.smtp_from:
        raise SettingError("SURVEYAPP_SMTP_FROM is needed beside SURVEYAPP_SMTP_HOST: every letter is from somebody.")
    if bool(settings.smtp_user) != bool(settings.smtp_password_file):
        raise SettingError("SURVEYAPP_SMTP_USER and SURVEYAPP_SMTP_PASSWORD_FILE belong together; set both or neither.")
    if settings.smtp_host and settings.smtp_host not in _LOOPBACK and urlsplit(settings.base_url).hostname in _LOOPBACK:
        raise SettingError("SURVEYAPP_BASE_URL names this machine only; nobody who gets a letter could open its link.")
    if settings.smtp_user and settings.smtp_security == "none" and settings.smtp_host not in _LOOPBACK:
        raise SettingError("SURVEYAPP_SMTP_SECURITY=none would send the password in the clear; use starttls or tls.")


def _read(setting: Setting, environ: Mapping[str, str]) -> Any:  # noqa: ANN401 - each setting has a type of its own
    text = environ.get(setting.name, setting.default)
    try:
        return setting.read(text)
    except ValueError as error:
        raise SettingError(f"{setting.name}={text!r}: {error}. {setting.meaning}") from error

"""All SQL of accounts, sessions and sign-in links."""

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from surveyapp.core import audit, clock
from surveyapp.core.access import Actor, Permission
from surveyapp.core.database import reading, writing
from surveyapp.staff.models import Account, SignInLink, StaffSession
from surveyapp.staff.roles import ROLES

_LINK_HOURS: Final = 72
_hasher = PasswordHasher()
# Each check takes 64 MiB: a burst of them must not use up the memory.
_checking: Final = threading.BoundedSemaphore(2)
# Checked when no such account exists, so that both answers take as long.
_NOBODY: Final = _hasher.hash(secrets.token_hex(16))


class AccountError(ValueError):
    """An account cannot be made or found; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Letters:
    """How somebody wants letters: whether reminded each quarter of what is due, and in which language."""

    reminders: bool
    language: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is reminded, and the language of letters to them."""

    person: Actor
    language: str


def add_account(municipality_id: int, email: str, role: str, institution: str | None, by: str) -> int:
    """Add an account without a password and return its id.

    Raises:
        AccountError: unknown role, an organiser without institution, a malformed or taken address.
    """
    address = email.strip().lower()
    if role not in ROLES:
        raise AccountError(f"There is no role {role!r}; the roles are {', '.join(ROLES)}.")
    if role == "organiser" and not institution:
        raise AccountError("An organiser needs an institution: add --institution NAME.")
    if "@" not in address[1:-1] or any(letter.isspace() for letter in address):
        raise AccountError(f"{email!r} is not an e-mail address.")
    with writing() as session:
        if session.scalar(select(Account.id).where(Account.email == address)) is not None:
            raise AccountError(f"{address} has an account already; make a new link with 'surveyapp user link {address}'.")
        account = Account(municipality_id=municipality_id, email=address, role=role, institution=institution)
        session.add(account)
        session.flush()
        facts = {"role": role, "institution": institution}
        audit.record(by, "account.added", address, municipality_id=municipality_id, before={}, after=facts)
        return account.id


def make_link(email: str, hours: int = _LINK_HOURS) -> str:
    """Return the token of a new link that signs *email* in once within *hours*; older links of the account end.

    Raises:
        AccountError: no such account, or it is disabled.
    """
    with writing() as session:
        account = session.scalar(select(Account).where(Account.email == email.strip().lower(), Account.disabled.is_(False)))
        if account is None:
            raise AccountError(f"{email!r} has no account; add one with 'surveyapp user add'.")
        session.execute(delete(SignInLink).where(SignInLink.account_id == account.id))
        token = secrets.token_urlsafe(32)
        ends = clock.now() + timedelta(hours=hours)
        session.add(SignInLink(token_hash=_hash(token), account_id=account.id, ends_at=ends))
        return token


def disable(email: str, by: str) -> None:
    """Keep an account out from now on: its sessions and links end; what it did stays in its name.

    Raises:
        AccountError: no such account, or it is disabled already.
    """
    with writing() as session:
        account = session.scalar(select(Account).where(Account.email == email.strip().lower(), Account.disabled.is_(False)))
        if account is None:
            raise AccountError(f"{email!r} has no account that could be disabled; check the address.")
        account.disabled = True
        session.execute(delete(StaffSession).where(StaffSession.account_id == account.id))
        session.execute(delete(SignInLink).where(SignInLink.account_id == account.id))
        place = account.municipality_id
        audit.record(by, "account.disabled", account.email, municipality_id=place, before={}, after={"disabled": True})


def link_is_good(token: str) -> bool:
    """Say whether a link could be used now, without using it."""
    with reading() as session:
        link = session.get(SignInLink, _hash(token))
        return link is not None and _utc(link.ends_at) > clock.now()


def use_link(token: str, session_hours: int) -> str | None:
    """Use up a link and return the token of a new session; None if the link is unknown, used or over."""
    with writing() as session:
        link = session.get(SignInLink, _hash(token))
        if link is None:
            return None
        account_id, ends_at = link.account_id, _utc(link.ends_at)
        session.delete(link)
        return _open_session(session, account_id, session_hours) if ends_at > clock.now() else None


def sign_in(email: str, password: str, session_hours: int) -> str | None:
    """Return the token of a new session; None if address and password do not fit (takes as long for unknown addresses)."""
    with reading() as session:
        account = session.scalar(select(Account).where(Account.email == email.strip().lower(), Account.disabled.is_(False)))
    if not _fits(account.password_hash if account else None, password) or account is None:
        return None
    with writing() as session:
        return _open_session(session, account.id, session_hours)


def set_password(account_id: int, password: str, keep: str) -> None:
    """Store a new password; every other session of the account ends, the one with token *keep* stays."""
    hashed = _hasher.hash(password)
    with writing() as session:
        session.execute(update(Account).where(Account.id == account_id).values(password_hash=hashed))
        other = StaffSession.account_id == account_id, StaffSession.token_hash != _hash(keep)
        session.execute(delete(StaffSession).where(*other))
        account = session.get_one(Account, account_id)
        audit.record(account.email, "password.set", account.email, municipality_id=account.municipality_id, before={}, after={})


def has_password(account_id: int) -> bool:
    """Say whether the account can sign in with a password."""
    with reading() as session:
        return session.get_one(Account, account_id).password_hash is not None


def person_of(token: str) -> Actor | None:
    """Return the person signed in with this session token; None if the session is unknown or over."""
    with reading() as session:
        found = session.get(StaffSession, _hash(token))
        if found is None or _utc(found.ends_at) <= clock.now():
            return None
        account = session.get_one(Account, found.account_id)
        return None if account.disabled or account.role not in ROLES else _actor(account)


def active(account_id: int) -> Actor | None:
    """Return the person of an account; None if it is disabled or there is none."""
    with reading() as session:
        account = session.get(Account, account_id)
        return None if account is None or account.disabled or account.role not in ROLES else _actor(account)


def letters_of(account_id: int) -> Letters:
    """Return how somebody wants letters."""
    with reading() as session:
        account = session.get_one(Account, account_id)
        return Letters(account.reminders, account.language)


def set_letters(person: Actor, wanted: Letters) -> None:
    """Store how somebody wants letters."""
    with writing() as session:
        account = session.get_one(Account, person.account_id)
        before: audit.Facts = {"reminders": account.reminders, "language": account.language}
        account.reminders, account.language = wanted.reminders, wanted.language
        facts: audit.Facts = {"reminders": wanted.reminders, "language": wanted.language}
        audit.record(
            person.email, "letters.set", person.email, municipality_id=person.municipality_id, before=before, after=facts
        )


def reminded(municipality_id: int) -> list[Reader]:
    """Return who is reminded of what is due: those who log events and did not switch it off."""
    roles = [role for role, permissions in ROLES.items() if Permission.LOG_EVENTS in permissions]
    wanted = (Account.municipality_id == municipality_id, Account.role.in_(roles), Account.reminders, ~Account.disabled)
    with reading() as session:
        accounts = session.scalars(select(Account).where(*wanted).order_by(Account.id))
        return [Reader(_actor(account), account.language) for account in accounts]


def email_of(account_id: int) -> str:
    """Return the address of an account."""
    with reading() as session:
        return session.get_one(Account, account_id).email


def person(municipality_id: int, email: str) -> Actor:
    """Return the person with that address, for commands that act in their name.

    Raises:
        AccountError: the municipality has no such account.
    """
    with reading() as session:
        account = session.scalar(select(Account).where(Account.municipality_id == municipality_id, Account.email == email))
        if account is None:
            raise AccountError(f"{email!r} has no account; add one with 'surveyapp user add'.")
        return _actor(account)


def end_session(token: str) -> None:
    """End the session with this token, and forget every session that is over."""
    with writing() as session:
        session.execute(delete(StaffSession).where(StaffSession.token_hash == _hash(token)))
        session.execute(delete(StaffSession).where(StaffSession.ends_at <= clock.now()))


def emails_by_role(municipality_id: int) -> dict[str, str]:
    """Return one account's address per role of a municipality (the first made)."""
    with reading() as session:
        chosen = select(Account).where(Account.municipality_id == municipality_id).order_by(Account.id.desc())
        return {account.role: account.email for account in session.scalars(chosen)}


def _actor(account: Account) -> Actor:
    permissions = ROLES[account.role]
    return Actor(account.id, account.municipality_id, account.email, account.role, account.institution, permissions)


def _open_session(session: Session, account_id: int, hours: int) -> str:
    token = secrets.token_urlsafe(32)
    ends = clock.now() + timedelta(hours=hours)
    session.add(StaffSession(token_hash=_hash(token), account_id=account_id, ends_at=ends))
    return token


def _fits(stored: str | None, password: str) -> bool:
    try:
        with _checking:
            return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _utc(moment: datetime) -> datetime:
    # SQLite gives the moment back without its zone.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment

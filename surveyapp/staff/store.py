"""All SQL of accounts and sign-in links."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update

from surveyapp.core import audit, clock
from surveyapp.core.access import Actor, Permission
from surveyapp.core.database import reading, writing
from surveyapp.core.stated import in_utc
from surveyapp.staff import sessions
from surveyapp.staff.hashing import fits, hashed, new_token, stretched
from surveyapp.staff.models import Account, SignInLink, StaffSession
from surveyapp.staff.roles import ROLES

_LINK_HOURS: Final = 72


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
            raise _no_account(email)
        session.execute(delete(SignInLink).where(SignInLink.account_id == account.id))
        token = new_token()
        ends = clock.now() + timedelta(hours=hours)
        session.add(SignInLink(token_hash=hashed(token), account_id=account.id, ends_at=ends))
        return token


def id_of(email: str) -> int:
    """Return the id of the account with that address.

    Raises:
        AccountError: no such account, or it is disabled.
    """
    with reading() as session:
        found = session.scalar(select(Account.id).where(Account.email == email.strip().lower(), Account.disabled.is_(False)))
    if found is None:
        raise _no_account(email)
    return found


def _no_account(email: str) -> AccountError:
    told = "or a disabled one; add one with 'surveyapp user add', or let it in again with 'surveyapp user enable'."
    return AccountError(f"{email!r} has no account, {told}")


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


def enable(email: str, by: str) -> None:
    """Let a disabled account in again.

    Raises:
        AccountError: no such account, or it is not disabled.
    """
    with writing() as session:
        account = session.scalar(select(Account).where(Account.email == email.strip().lower(), Account.disabled.is_(True)))
        if account is None:
            raise AccountError(f"{email!r} has no account that is disabled; 'surveyapp user list' shows them.")
        account.disabled = False
        place = account.municipality_id
        audit.record(by, "account.enabled", account.email, municipality_id=place, before={"disabled": True}, after={})


def link_is_good(token: str) -> bool:
    """Say whether a link could be used now, without using it."""
    with reading() as session:
        link = session.get(SignInLink, hashed(token))
        return link is not None and link_holds(in_utc(link.ends_at))


def link_holds(ends_at: datetime) -> bool:
    """Say whether a link that ends then holds now; one made while the clock was ahead does not, it would do so for too long."""
    now = clock.now()
    return ends_at > now and not sessions.to_come(now, ends_at, timedelta(hours=_LINK_HOURS))


def set_password(account_id: int, password: str, keep: str) -> None:
    """Store a new password; links and every other session of the account end, the one with token *keep* stays."""
    kept = stretched(password)
    with writing() as session:
        session.execute(update(Account).where(Account.id == account_id).values(password_hash=kept))
        other = StaffSession.account_id == account_id, StaffSession.token_hash != hashed(keep)
        session.execute(delete(StaffSession).where(*other))
        session.execute(delete(SignInLink).where(SignInLink.account_id == account_id))
        account = session.get_one(Account, account_id)
        audit.record(account.email, "password.set", account.email, municipality_id=account.municipality_id, before={}, after={})


def password_fits(account_id: int, password: str) -> bool:
    """Say whether *password* is the account's."""
    with reading() as session:
        kept = session.get_one(Account, account_id).password_hash
    return fits(kept, password)


def has_password(account_id: int) -> bool:
    """Say whether the account can sign in with a password."""
    with reading() as session:
        return session.get_one(Account, account_id).password_hash is not None


def active(account_id: int) -> Actor | None:
    """Return the person of an account; None if it is disabled or there is none."""
    with reading() as session:
        account = session.get(Account, account_id)
        return None if account is None or account.disabled or account.role not in ROLES else actor_of(account)


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
        return [Reader(actor_of(account), account.language) for account in accounts]


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
        return actor_of(account)


def emails_by_role(municipality_id: int) -> dict[str, str]:
    """Return one account's address per role of a municipality (the first made)."""
    with reading() as session:
        chosen = select(Account).where(Account.municipality_id == municipality_id).order_by(Account.id.desc())
        return {account.role: account.email for account in session.scalars(chosen)}


def actor_of(account: Account) -> Actor:
    """Return the person of an account, with what its role may do."""
    permissions = ROLES[account.role]
    return Actor(account.id, account.municipality_id, account.email, account.role, account.institution, permissions)

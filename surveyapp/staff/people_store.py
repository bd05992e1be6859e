"""All SQL with which an administrator looks after accounts."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from surveyapp.core import audit
from surveyapp.core.access import Actor
from surveyapp.core.command import COMMAND_LINE
from surveyapp.core.database import by_text, reading, writing
from surveyapp.staff import factor_store
from surveyapp.staff.models import Account, SignInLink, StaffSession


@dataclass(frozen=True, slots=True)
class Person:
    """An account as an administrator sees it; ``second``: it has a second factor."""

    id: int
    email: str
    role: str
    institution: str | None
    disabled: bool
    password: bool
    second: bool

    @property
    def mark(self) -> str:
        """What a form that changes the role says it saw."""
        return f"{self.role} {self.institution or ''}"


class ChangedMeanwhileError(Exception):
    """Somebody else changed the role since the page was shown; nothing was saved over it."""


def every(municipality_id: int) -> list[Person]:
    """Return the accounts of a municipality, those that are disabled last."""
    chosen = select(Account).where(Account.municipality_id == municipality_id)
    with reading() as session:
        return [_person(session, row) for row in session.scalars(chosen.order_by(Account.disabled, by_text(Account.email)))]


def one(municipality_id: int, account_id: int) -> Person | None:
    """Return an account of a municipality, None if it has none of that number."""
    with reading() as session:
        row = _row(session, municipality_id, account_id)
        return _person(session, row) if row else None


def taken(email: str) -> bool:
    """Say whether an address has an account already."""
    with reading() as session:
        return session.scalar(select(Account.id).where(Account.email == email.strip().lower())) is not None


def how_many(role: str) -> int:
    """Return how many people of the whole installation have a role and may sign in."""
    with reading() as session:
        chosen = select(func.count()).select_from(Account).where(Account.role == role, Account.disabled.is_(False))
        return session.scalar(chosen) or 0


def change_role(by: Actor, account_id: int, role: str, institution: str | None, seen: str) -> None:
    """Give somebody another role; their sessions end, so that nothing of the earlier one goes on.

    *seen* is the mark of the account as the page showed it. The same change sent again changes nothing.

    Raises:
        ChangedMeanwhileError: as it says.
    """
    with writing() as session:
        row = session.get_one(Account, account_id, with_for_update=True, populate_existing=True)
        if (row.role, row.institution) == (role, institution):
            return
        if _person(session, row).mark != seen:
            raise ChangedMeanwhileError
        before: audit.Facts = {"role": row.role, "institution": row.institution}
        row.role, row.institution = role, institution
        _end(session, account_id)
        after: audit.Facts = {"role": role, "institution": institution}
        audit.record(
            by.email, "account.role_changed", row.email, municipality_id=by.municipality_id, before=before, after=after
        )


def set_disabled(by: Actor, account_id: int, *, disabled: bool) -> None:
    """Keep somebody out, or let them in again; their sessions and links end."""
    with writing() as session:
        row = session.get_one(Account, account_id)
        deed = "account.disabled" if disabled else "account.enabled"
        before: audit.Facts = {"disabled": row.disabled}
        row.disabled = disabled
        _end(session, account_id)
        after: audit.Facts = {"disabled": disabled}
        audit.record(by.email, deed, row.email, municipality_id=by.municipality_id, before=before, after=after)


def reset_second(account_id: int, by: str = COMMAND_LINE) -> None:
    """Take every second factor of somebody away, so that they set one up anew; their sessions and links end."""
    with writing() as session:
        row = session.get_one(Account, account_id)
        factor_store.forget_all(session, account_id)
        _end(session, account_id)
        audit.record(by, "second_factor.reset", row.email, municipality_id=row.municipality_id, before={}, after={})


def record_link(by: Actor, email: str) -> None:
    """Leave in the trail that an administrator made a sign-in link for somebody."""
    audit.record(by.email, "link.made", email, municipality_id=by.municipality_id, before={}, after={})


def _end(session: Session, account_id: int) -> None:
    for table in (StaffSession, SignInLink):
        session.execute(delete(table).where(table.account_id == account_id))


def _row(session: Session, municipality_id: int, account_id: int) -> Account | None:
    mine = Account.id == account_id, Account.municipality_id == municipality_id
    return session.scalar(select(Account).where(*mine))


def _person(session: Session, row: Account) -> Person:
    second = factor_store.has_second(session, row.id)
    return Person(row.id, row.email, row.role, row.institution, row.disabled, row.password_hash is not None, second)

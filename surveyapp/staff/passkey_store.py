"""All SQL of passkeys."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from surveyapp.core import audit, clock
from surveyapp.core.access import Actor
from surveyapp.core.database import reading, writing
from surveyapp.settings import current_settings
from surveyapp.staff import passkeys, store
from surveyapp.staff.hashing import hashed
from surveyapp.staff.models import Account, Passkey, UsedChallenge
from surveyapp.staff.passkeys import RefusedPasskeyError


@dataclass(frozen=True, slots=True)
class Shown:
    """A passkey as its owner sees it."""

    id: int
    credential_id: str
    name: str
    added_on: date
    used_on: date | None


def of(account_id: int) -> list[Shown]:
    """Return the passkeys of an account, the oldest first."""
    with reading() as session:
        rows = session.scalars(select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.id))
        return [Shown(row.id, row.credential_id, row.name, row.added_on, row.used_on) for row in rows]


def add(person: Actor, challenge: str, ends_at: datetime, answer: str, name: str) -> None:
    """Keep a new passkey.

    Raises:
        RefusedPasskeyError: the answer is not right, or it answers a challenge that was answered before.
    """
    made = passkeys.made(current_settings().base_url, challenge, answer)
    new = Passkey(account_id=person.account_id, credential_id=made.credential_id, public_key=made.public_key, name=name)
    new.sign_count, new.added_on = made.sign_count, clock.today()
    try:
        with writing() as session:
            session.add_all([new, UsedChallenge(challenge_hash=hashed(challenge), ends_at=ends_at)])
            session.flush()
            _record(person, "passkey.added", name)
    except IntegrityError as error:
        raise RefusedPasskeyError from error


def use(challenge: str, ends_at: datetime, answer: str) -> Actor:
    """Return whose passkey answers, and count the answer as used.

    Raises:
        RefusedPasskeyError: the answer is not right, of nobody, of a disabled account, or was used before.
    """
    with reading() as session:
        row = session.scalar(select(Passkey).where(Passkey.credential_id == passkeys.credential_id(answer)))
        account = session.get(Account, row.account_id) if row else None
    if row is None or account is None or account.disabled:
        raise RefusedPasskeyError
    count = passkeys.shown(current_settings().base_url, challenge, answer, row.public_key, row.sign_count)
    try:
        with writing() as session:
            session.execute(delete(UsedChallenge).where(UsedChallenge.ends_at <= clock.now()))
            session.add(UsedChallenge(challenge_hash=hashed(challenge), ends_at=ends_at))
            session.flush()
            session.execute(update(Passkey).where(Passkey.id == row.id).values(sign_count=count, used_on=clock.today()))
    except IntegrityError as error:
        raise RefusedPasskeyError from error
    return store.actor_of(account)


def remove(person: Actor, passkey_id: int) -> bool:
    """Remove a passkey of somebody's own; False if they have none of that number."""
    with writing() as session:
        mine = Passkey.id == passkey_id, Passkey.account_id == person.account_id
        row = session.scalar(select(Passkey).where(*mine))
        if row is None:
            return False
        _record(person, "passkey.removed", row.name)
        session.delete(row)
        return True


def _record(person: Actor, what: str, name: str) -> None:
    facts: audit.Facts = {"device": name}
    audit.record(person.email, what, person.email, municipality_id=person.municipality_id, before={}, after=facts)

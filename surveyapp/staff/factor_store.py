"""All SQL of second factors but passkeys: secrets of one-time codes and recovery codes."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from surveyapp.core import audit, clock
from surveyapp.core.access import Actor
from surveyapp.core.database import reading, writing
from surveyapp.core.secret_files import secret
from surveyapp.core.stated import in_utc
from surveyapp.settings import current_settings
from surveyapp.staff import one_time
from surveyapp.staff.hashing import fits, stretched
from surveyapp.staff.models import Account, OneTimeCode, Passkey, RecoveryCode

MOST_WRONG: Final = 10
HOLD: Final = timedelta(hours=1)
HAS_SECOND: Final = or_(
    exists().where(Passkey.account_id == Account.id),
    exists().where(OneTimeCode.account_id == Account.id, OneTimeCode.secret.is_not(None)),
)
"""Whether an account has a second factor, for who asks for something else of it in the same breath."""


class Outcome(StrEnum):
    """What became of a code that was typed."""

    FITS = "fits"
    WRONG = "wrong"
    HELD = "held"  # too many were wrong
    LOST = "lost"  # the installation's key is not the one that the secret was locked with


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account has: one-time codes set up, how many passkeys, and how many recovery codes are left."""

    one_time: bool
    passkeys: int
    recovery: int

    @property
    def any(self) -> bool:
        """Whether the account has a second factor."""
        return self.one_time or self.passkeys > 0


def of(account_id: int) -> Factors:
    """Return what an account has."""
    with reading() as session:
        row = session.get(OneTimeCode, account_id)
        left = session.scalar(select(func.count()).where(RecoveryCode.account_id == account_id))
        keys = session.scalar(select(func.count()).where(Passkey.account_id == account_id))
        return Factors(row is not None and row.secret is not None, keys or 0, left or 0)


def has_second(session: Session, account_id: int) -> bool:
    """Say whether an account has a second factor."""
    return bool(session.scalar(select(HAS_SECOND).where(Account.id == account_id)))


def prepare(person: Actor) -> None:
    """Make a secret that waits to be shown to work; the one in use stays until then."""
    with writing() as session:
        row = session.get(OneTimeCode, person.account_id) or OneTimeCode(account_id=person.account_id)
        row.pending = one_time.lock(key(), person.account_id, one_time.new_secret())
        session.add(row)


def pending(person: Actor) -> str | None:
    """Return the secret that waits to be shown to work, None if there is none (that can be read)."""
    with reading() as session:
        row = session.get(OneTimeCode, person.account_id)
    try:
        return one_time.unlock(key(), person.account_id, row.pending) if row and row.pending else None
    except one_time.LostKeyError:
        return None


def confirm(person: Actor, typed: str) -> bool:
    """Put the waiting secret in use if *typed* is a code of it; that code is used up with it."""
    waiting = pending(person)
    step = one_time.matching_step(waiting, typed, clock.now()) if waiting else None
    if step is None:
        return False
    with writing() as session:
        row = session.get_one(OneTimeCode, person.account_id)
        row.secret, row.pending, row.last_step, row.wrong = row.pending, None, step, 0
        _record(person, "second_factor.set_up")
    return True


def use_code(person: Actor, typed: str) -> Outcome:
    """Use up a one-time code: it fits once, and after it no earlier one does."""
    with writing() as session:
        row = session.get(OneTimeCode, person.account_id, with_for_update=True)
        if row is None or row.secret is None:
            return Outcome.WRONG
        if _held(row):
            return Outcome.HELD
        try:
            step = one_time.matching_step(one_time.unlock(key(), person.account_id, row.secret), typed, clock.now())
        except one_time.LostKeyError:
            return Outcome.LOST
        if step is None or step <= row.last_step:
            return _miss(person, row)
        row.last_step, row.wrong = step, 0
        return Outcome.FITS


def use_recovery(person: Actor, typed: str) -> Outcome:
    """Use up a recovery code."""
    with writing() as session:
        row = session.get(OneTimeCode, person.account_id, with_for_update=True)
        if row is None:
            row = OneTimeCode(account_id=person.account_id, last_step=0, wrong=0)
            session.add(row)
        if _held(row):
            return Outcome.HELD
        codes = session.scalars(select(RecoveryCode).where(RecoveryCode.account_id == person.account_id)).all()
        fitting = [each for each in codes if fits(each.code_hash, one_time.plain(typed))]
        if not fitting:
            return _miss(person, row)
        session.delete(fitting[0])
        row.wrong = 0
        _record(person, "recovery_code.used", {"left": len(codes) - 1})
        return Outcome.FITS


def new_recovery_codes(person: Actor) -> list[str]:
    """Make new recovery codes and return them, to be shown this once; earlier ones end."""
    codes = one_time.new_recovery_codes()
    kept = [RecoveryCode(account_id=person.account_id, code_hash=stretched(code)) for code in codes]
    with writing() as session:
        session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == person.account_id))
        session.add_all(kept)
        _record(person, "recovery_codes.made", {"codes": len(codes)})
    return codes


def remove_one_time(person: Actor) -> None:
    """Switch one-time codes off."""
    with writing() as session:
        gone = update(OneTimeCode).where(OneTimeCode.account_id == person.account_id)
        session.execute(gone.values(secret=None, pending=None))
        _record(person, "second_factor.removed")


def forget_all(session: Session, account_id: int) -> None:
    """Delete every second factor of an account; call it in the transaction that says in whose name."""
    for table in (OneTimeCode, RecoveryCode, Passkey):
        session.execute(delete(table).where(table.account_id == account_id))


def _held(row: OneTimeCode) -> bool:
    if row.wrong < MOST_WRONG or row.wrong_at is None:
        return False
    now = clock.now()
    # A clock that was ahead and is set right leaves the last try in the future: it counts from now, not from that moment.
    row.wrong_at = min(in_utc(row.wrong_at), now)
    return now - row.wrong_at < HOLD


def _miss(person: Actor, row: OneTimeCode) -> Outcome:
    # Who types here knows the password or held a link already: counting by account keeps nobody else out.
    row.wrong = 1 if row.wrong >= MOST_WRONG else row.wrong + 1
    row.wrong_at = clock.now()
    if row.wrong >= MOST_WRONG:
        _record(person, "second_factor.held")
    return Outcome.WRONG


def _record(person: Actor, what: str, after: audit.Facts | None = None) -> None:
    audit.record(person.email, what, person.email, municipality_id=person.municipality_id, before={}, after=after or {})


def key() -> bytes:
    """Return the secret outside the database under which one-time codes are kept; every start sees to it that it is there."""
    return secret(current_settings().data_dir, "second-factor")

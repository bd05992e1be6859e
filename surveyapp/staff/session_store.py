"""All SQL of sessions: beginning, finding, proving and ending them."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveyapp.core import clock, municipalities
from surveyapp.core.access import Actor, Standing
from surveyapp.core.database import glance, reading, writing
from surveyapp.core.models import Municipality
from surveyapp.core.stated import in_utc
from surveyapp.settings import current_settings
from surveyapp.staff import factor_store, sessions, store
from surveyapp.staff.hashing import fits, hashed, new_token
from surveyapp.staff.models import Account, SignInLink, StaffSession
from surveyapp.staff.roles import ROLES
from surveyapp.staff.sessions import Known, Limits

_HANDLE: Final = 16
_OF_SESSION: Final = (StaffSession.token_hash, StaffSession.began_with, StaffSession.proved, StaffSession.seen_at)
_OF_ACCOUNT: Final = (Account.id, Account.municipality_id, Account.email, Account.role, Account.institution, Account.disabled)
_OF_PLACE: Final = (Municipality.demo, municipalities.ANY_DEMO.label("any_demo"), factor_store.HAS_SECOND.label("has_second"))
_STANDING: Final = (
    select(*_OF_SESSION, StaffSession.ends_at, *_OF_ACCOUNT, *_OF_PLACE)
    .join_from(StaffSession, Account, Account.id == StaffSession.account_id)
    .join(Municipality, Municipality.id == Account.municipality_id)
    .where(StaffSession.token_hash == bindparam("token_hash"))
)
"""Whose session it is and what decides how far they are; ``token_hash`` is the token's."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A session as its owner sees it: a handle to end it by, where, since when, last seen; ``own``: the one that asks."""

    handle: str
    device: str
    began_at: datetime
    seen_at: datetime
    own: bool


def sign_in(email: str, password: str, device: str) -> str | None:
    """Return the token of a new session; None if address and password do not fit (takes as long for unknown addresses)."""
    with reading() as session:
        account = session.scalar(select(Account).where(Account.email == email.strip().lower(), Account.disabled.is_(False)))
    if not fits(account.password_hash if account else None, password) or account is None:
        return None
    return begin(account.id, "password", device)


def use_link(token: str, device: str) -> str | None:
    """Use up a link and return the token of a new session; None if the link is unknown, used or over."""
    with writing() as session:
        link = session.get(SignInLink, hashed(token))
        if link is None:
            return None
        account_id, ends_at = link.account_id, in_utc(link.ends_at)
        used = session.execute(delete(SignInLink).where(SignInLink.token_hash == hashed(token)))
        alive = store.link_holds(ends_at) and bool(getattr(used, "rowcount", 0))
        return begin(account_id, "link", device) if alive else None


def begin(account_id: int, how: str, device: str, *, proved: bool = False) -> str:
    """Begin a session and return its token; ``proved``: both factors were shown at once, as with a passkey."""
    with writing() as session:
        token, now = new_token(), clock.now()
        started = StaffSession(token_hash=hashed(token), account_id=account_id, began_at=now, seen_at=now, proved=proved)
        started.ends_at, started.began_with, started.device = now + _limits().most, how, device
        session.add(started)
        _sweep(session)
        return token


def prove(token: str) -> str:
    """Note that the second factor was shown, and return the token that the session has from now on."""
    new = new_token()
    with writing() as session:
        mine = StaffSession.token_hash == hashed(token)
        session.execute(update(StaffSession).where(mine).values(token_hash=hashed(new), proved=True))
    return new


def standing(token: str) -> Standing | None:
    """Return who signed in with this token and how far they are; None if the session is unknown or over.

    Every page of theirs asks: one statement, which says as well whether demonstration data are loaded.
    """
    with glance() as connection:
        found = connection.execute(_STANDING, {"token_hash": hashed(token)}).one_or_none()
    if found is None or sessions.over(clock.now(), in_utc(found.ends_at), in_utc(found.seen_at), _limits()):
        return None
    if found.disabled or found.role not in ROLES:
        return None
    municipalities.note_demo(there=bool(found.any_demo))
    who = (found.id, found.municipality_id, found.email, found.role, found.institution)
    known = Known(found.began_with, found.proved, found.role, bool(found.has_second), found.demo)
    if clock.now() - in_utc(found.seen_at) >= sessions.NOTED_EVERY:
        _touch(found.token_hash)
    return Standing(Actor(*who, ROLES[found.role]), sessions.stage(known))


def _touch(token_hash: str) -> None:
    # A page that is only read must not fail because a full disk or a busy database cannot note that it was.
    with suppress(DBAPIError), writing() as session:
        session.execute(update(StaffSession).where(StaffSession.token_hash == token_hash).values(seen_at=clock.now()))


def _sweep(session: Session) -> None:
    # Whatever was begun while the clock was ahead goes as well: it would be good again once that moment has come.
    now, most = clock.now(), _limits().most
    over = or_(StaffSession.ends_at <= now, StaffSession.ends_at > now + most + sessions.AHEAD)
    session.execute(delete(StaffSession).where(over))


def began(token: str) -> tuple[str, datetime]:
    """Return how and when the session with this token began."""
    with reading() as session:
        found = session.get_one(StaffSession, hashed(token))
        return found.began_with, in_utc(found.began_at)


def of(account_id: int, token: str) -> list[Shown]:
    """Return the sessions of an account that are not over, the one with *token* first, then those seen last."""
    with reading() as session:
        rows = session.scalars(select(StaffSession).where(StaffSession.account_id == account_id)).all()
    alive = [row for row in rows if not sessions.over(clock.now(), in_utc(row.ends_at), in_utc(row.seen_at), _limits())]
    shown = [
        Shown(row.token_hash[:_HANDLE], row.device, in_utc(row.began_at), in_utc(row.seen_at), row.token_hash == hashed(token))
        for row in alive
    ]
    return sorted(shown, key=lambda one: (one.own, one.seen_at), reverse=True)


def end(token: str) -> None:
    """End the session with this token, and forget every session that is over."""
    with writing() as session:
        session.execute(delete(StaffSession).where(StaffSession.token_hash == hashed(token)))
        _sweep(session)


def end_other(account_id: int, handle: str | None, keep: str) -> None:
    """End the account's session with that handle, all but the one with token *keep* if no handle is given."""
    chosen = delete(StaffSession).where(StaffSession.account_id == account_id)
    with writing() as session:
        if not handle:
            session.execute(chosen.where(StaffSession.token_hash != hashed(keep)))
        else:
            session.execute(chosen.where(StaffSession.token_hash.startswith(handle, autoescape=True)))


def _limits() -> Limits:
    settings = current_settings()
    return Limits(timedelta(hours=settings.session_hours), timedelta(minutes=settings.idle_minutes))

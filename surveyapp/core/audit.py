"""The audit trail: append-only (the database refuses changes), each entry chained to the one before it by a hash."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis import steps
from surveyapp.core import clock
from surveyapp.core.database import is_sqlite, reading, writing
from surveyapp.core.models import AuditEntry

Facts = Mapping[str, str | int | float | bool | None]
_START: Final = "0" * 64
_AT_ONCE: Final = 500
_LOCK: Final = 0x5375_7276  # PostgreSQL advisory lock: entries are chained one after the other


def record(who: str, what: str, about: str, *, municipality_id: int | None, before: Facts, after: Facts) -> None:
    """Append an entry in the open writing transaction (or one of its own).

    *who* is an account's e-mail address or ``command line``; *what* a stable verb such as ``head_count.corrected``. Nothing
    about a respondent may ever stand in an entry: no code, no answer, no address.
    """
    with writing() as session:
        if not is_sqlite():
            session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        last = session.scalar(select(AuditEntry.chain).order_by(AuditEntry.id.desc()).limit(1)) or _START
        entry = AuditEntry(
            municipality_id=municipality_id,
            at=clock.now().replace(microsecond=0),
            who=who,
            what=what,
            about=about,
            before=_text(before),
            after=_text(after),
        )
        entry.chain = _link(last, entry)
        session.add(entry)
        session.flush()


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that does not fit the one before it, as it stands now."""

    id: int
    at: datetime
    who: str
    what: str
    about: str


@dataclass(frozen=True, slots=True)
class State:
    """How the trail stands: how many entries, the checksum of the newest, and the first one that does not fit, if any.

    ``holds``: whether the checksum that was asked for is among those of the entries; True if none was.
    """

    entries: int
    newest: str
    broken: Broken | None
    holds: bool


def examine(noted: str | None = None) -> State:
    """Go through the whole trail; *noted* is a checksum that somebody wrote down earlier and that must still be in it.

    The chain shows what was changed or removed between entries. That the newest ones were cut off, or that everything was
    written anew, only a checksum shows that was kept elsewhere.
    """
    number, last, holds = 0, _START, noted is None
    with reading() as session:
        every = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
        for entry in _in_order(session):
            if number % _AT_ONCE == 0:
                steps.at("trail", min(number, every), every)
            number += 1
            if entry.chain != _link(last, entry):
                return State(number, entry.chain, Broken(entry.id, _utc(entry.at), entry.who, entry.what, entry.about), holds)
            last = entry.chain
            holds = holds or last == noted
    return State(number, last, None, holds)


def _in_order(session: Session) -> Iterator[AuditEntry]:
    # By portions: a trail of years does not fit the memory of a small machine.
    beyond = 0
    while portion := session.scalars(
        select(AuditEntry).where(AuditEntry.id > beyond).order_by(AuditEntry.id).limit(_AT_ONCE)
    ).all():
        yield from portion
        beyond = portion[-1].id


def recorded(what: str, about: str, municipality_id: int) -> bool:
    """Say whether the trail holds that *what* was done about *about*."""
    same = AuditEntry.what == what, AuditEntry.about == about, AuditEntry.municipality_id == municipality_id
    with reading() as session:
        return session.scalar(select(AuditEntry.id).where(*same).limit(1)) is not None


def entries(session: Session, municipality_id: int, limit: int, before: int | None = None) -> list[AuditEntry]:
    """Return the newest entries of a municipality, newest first; with *before* those older than the entry of that id."""
    chosen = select(AuditEntry).where(AuditEntry.municipality_id == municipality_id)
    if before is not None:
        chosen = chosen.where(AuditEntry.id < before)
    return list(session.scalars(chosen.order_by(AuditEntry.id.desc()).limit(limit)))


def _text(facts: Facts) -> str:
    return json.dumps(dict(facts), ensure_ascii=False, sort_keys=True)


def _link(last: str, entry: AuditEntry) -> str:
    at = _utc(entry.at).isoformat()
    parts = [last, str(entry.municipality_id), at, entry.who, entry.what, entry.about, entry.before, entry.after]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _utc(moment: datetime) -> datetime:
    # SQLite gives the moment back without its zone.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

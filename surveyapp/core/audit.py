"""The audit trail: append-only, each entry chained to the one before it by a hash."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.core import clock
from surveyapp.core.database import is_sqlite, reading, writing
from surveyapp.core.models import AuditEntry

Facts = Mapping[str, str | int | float | bool | None]
_START: Final = "0" * 64
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


def first_broken() -> int | None:
    """Return the id of the first entry whose chain does not fit, None if the whole trail is sound."""
    with reading() as session:
        last = _START
        for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
            if entry.chain != _link(last, entry):
                return entry.id
            last = entry.chain
    return None


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

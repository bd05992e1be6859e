"""All SQL of evidence files: each has a row that stays; its bytes lie in the folder until somebody removes them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from surveyapp.core import audit, clock
from surveyapp.core.access import Actor
from surveyapp.core.database import reading, writing
from surveyapp.core.stated import end_of, in_utc, one_at_a_time
from surveyapp.events.evidence import folder
from surveyapp.events.evidence.kinds import Prepared
from surveyapp.events.models import Event, EvidenceFile
from surveyapp.events.rules import LoggedEvent
from surveyapp.settings import current_settings

MOST: Final = 20
"""Files of one event that are in force."""


class NoRoomError(Exception):
    """The event has as many files as there may be."""


class FullError(Exception):
    """The files of the institution hold as much as they may together; ``most`` is that in megabytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"the evidence files of one institution hold at most {most} MB")


class DamagedFileError(Exception):
    """The bytes are gone, or are not those that were stored."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One file: ``place`` is its random name in the folder, ``reason`` why it was removed (None while it is there)."""

    id: int
    place: str
    name: str
    kind: str
    size: int
    sha256: str
    account_id: int
    by: str
    at: datetime
    reason: str | None
    removed_by: str | None
    removed_at: datetime | None


def add(person: Actor, event: LoggedEvent, name: str, file: Prepared) -> bool:
    """Keep a file with *event*, which this person may see; False if the same file is there already.

    Raises NoRoomError, FullError.
    """
    found = hashlib.sha256(file.content).hexdigest()
    written = folder.write(file.content)
    try:
        added = _add(person, event, name, file, written, found)
    except BaseException:
        folder.delete(written)
        raise
    if not added:
        folder.delete(written)
    return added


def _add(person: Actor, event: LoggedEvent, name: str, file: Prepared, written: str, sha256: str) -> bool:
    with writing() as session:
        one_at_a_time(session, person.municipality_id)
        there = session.scalars(select(EvidenceFile).where(EvidenceFile.event_id == event.id, EvidenceFile.reason.is_(None)))
        hashes = [each.sha256 for each in there]
        if sha256 in hashes:
            return False
        if len(hashes) >= MOST:
            raise NoRoomError
        _check_room(session, person.municipality_id, event.institution, len(file.content))
        row = EvidenceFile(event_id=event.id, place=written, name=name, kind=file.kind, size=len(file.content), sha256=sha256)
        row.account_id, row.by, row.at = person.account_id, person.email, clock.now().astimezone(UTC)
        session.add(row)
        # Whoever named a file may have written a person's name into it: the trail has the hash.
        _record(person, "evidence.added", event, {}, {"kind": file.kind, "size": row.size, "sha256": sha256})
        return True


def _check_room(session: Session, municipality_id: int, institution: str, size: int) -> None:
    settings = current_settings()
    mine = Event.municipality_id == municipality_id, Event.institution == institution, EvidenceFile.reason.is_(None)
    held = session.scalar(select(func.sum(EvidenceFile.size)).join(Event).where(*mine)) or 0
    if held + size > settings.evidence_mb * 1024 * 1024:
        raise FullError(settings.evidence_mb)


def remove(person: Actor, event: LoggedEvent, file_id: int, reason: str) -> bool:
    """Delete the bytes of a file for a *reason*; its row stays.

    Returns False if it was removed already: the reason of somebody else is then kept beside the first. Removed again by the
    same person, nothing happens.
    """
    with writing() as session:
        one_at_a_time(session, person.municipality_id)
        row = _find(session, event, file_id)
        if row is None:
            return False
        said, first = row.reason, row.reason is None
        if said is None:
            row.reason, row.removed_by, row.removed_at = reason, person.email, clock.now().astimezone(UTC)
        elif person.email == row.removed_by or f" / {person.email}: " in said:
            return False
        else:
            row.reason = f"{said} / {person.email}: {reason}"
        _record(person, "evidence.removed", event, {"sha256": row.sha256}, {"reason": reason})
        place = row.place
    folder.delete(place)
    return first


def of_event(event: LoggedEvent) -> list[Evidence]:
    """Return every file that an event ever had, oldest first."""
    with reading() as session:
        rows = session.scalars(select(EvidenceFile).where(EvidenceFile.event_id == event.id).order_by(EvidenceFile.id))
        return [_evidence(row) for row in rows]


def find(event: LoggedEvent, file_id: int) -> Evidence | None:
    """Return one file of an event, None if it has none such."""
    with reading() as session:
        row = _find(session, event, file_id)
        return _evidence(row) if row else None


def content_of(evidence: Evidence) -> bytes:
    """Return the bytes of a file that is in force.

    Raises DamagedFileError: they are not those that were stored.
    """
    content = folder.read(evidence.place)
    if content is None or hashlib.sha256(content).hexdigest() != evidence.sha256:
        raise DamagedFileError
    return content


def proof_of(event: LoggedEvent, without: int | None = None) -> str | None:
    """Return what names a file of *event* that is in force, other than that with the id *without*; None if there is none."""
    left = [each for each in of_event(event) if each.reason is None and each.id != without]
    return _named(left[0].sha256) if left else None


def mark_of(municipality_id: int) -> tuple[int, int]:
    """Return how many files a municipality's events ever had, and how many were removed: both only grow."""
    counted = select(func.count(), func.count(EvidenceFile.reason)).select_from(EvidenceFile).join(Event)
    with reading() as session:
        had, removed = session.execute(counted.where(Event.municipality_id == municipality_id)).one()
        return had, removed


def proofs(municipality_id: int, known_on: date | None = None) -> Mapping[int, str]:
    """Return by event the hash of the first file that was there at the end of *known_on* (now if None)."""
    end = end_of(known_on)
    chosen = select(EvidenceFile.event_id, EvidenceFile.sha256).join(Event).where(Event.municipality_id == municipality_id)
    if end is None:
        chosen = chosen.where(EvidenceFile.reason.is_(None))
    else:
        chosen = chosen.where(EvidenceFile.at < end, or_(EvidenceFile.removed_at.is_(None), EvidenceFile.removed_at >= end))
    with reading() as session:
        rows = session.execute(chosen.order_by(EvidenceFile.id.desc()))
        return {event_id: _named(sha256) for event_id, sha256 in rows}


def _named(sha256: str) -> str:
    return f"SHA-256 {sha256}"


def sweep() -> None:
    """Delete the bytes that an interruption has left behind."""
    with reading() as session:
        rows = session.execute(select(EvidenceFile.place, EvidenceFile.reason)).all()
    folder.sweep({place for place, reason in rows if reason is None}, {place for place, reason in rows if reason is not None})


def missing() -> int:
    """Return how many files that are in force are not in the folder of this server."""
    with reading() as session:
        named = set(session.scalars(select(EvidenceFile.place).where(EvidenceFile.reason.is_(None))))
    return len(named - {path.name for path in folder.place().iterdir()})


def _find(session: Session, event: LoggedEvent, file_id: int) -> EvidenceFile | None:
    return session.scalar(select(EvidenceFile).where(EvidenceFile.event_id == event.id, EvidenceFile.id == file_id))


def _record(person: Actor, what: str, event: LoggedEvent, before: audit.Facts, after: audit.Facts) -> None:
    about = f"event {event.id}"
    audit.record(person.email, what, about, municipality_id=person.municipality_id, before=before, after=after)


def _evidence(row: EvidenceFile) -> Evidence:
    return Evidence(
        id=row.id,
        place=row.place,
        name=row.name,
        kind=row.kind,
        size=row.size,
        sha256=row.sha256,
        account_id=row.account_id,
        by=row.by,
        at=in_utc(row.at),
        reason=row.reason,
        removed_by=row.removed_by,
        removed_at=in_utc(row.removed_at) if row.removed_at else None,
    )

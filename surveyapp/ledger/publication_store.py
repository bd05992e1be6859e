"""All SQL of what is public: releases that the coordinator published, and their files as they were first handed out."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from surveyapp.core.command import RefusedError
from surveyapp.core.database import by_text, reading, writing
from surveyapp.core.models import Municipality
from surveyapp.core.stated import one_at_a_time
from surveyapp.ledger import release_acts
from surveyapp.ledger.models import FileRow, ReleaseRow, StatementRow
from surveyapp.ledger.release_acts import Act, Kind
from surveyapp.ledger.store import AlteredReleaseError, Release, as_release

_KINDS: Final[tuple[Kind, ...]] = ("published", "withdrawn", "noted")


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file that the public gets: its name, content type and content."""

    name: str
    kind: str
    content: bytes

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return len(self.content)

    @property
    def hash(self) -> str:
        """The SHA-256 of its content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is said of a file: ``size`` in bytes, ``hash`` the SHA-256 of it."""

    name: str
    kind: str
    size: int
    hash: str


@dataclass(frozen=True, slots=True)
class Publication:
    """A release that everybody may read, with whose it is; ``place`` is the short name, ``invented`` marks made-up data."""

    place: str
    publisher: str
    invented: bool
    release: Release
    licence: str
    published_on: date
    notes: tuple[Act, ...]
    files: tuple[FileFacts, ...]


def publish(municipality_id: int, number: int, by: str, licence: str, files: Iterable[PublicFile]) -> None:
    """Put a release for the public before everybody; the first time its *files* are kept, to be handed out ever after.

    Raises:
        RefusedError: there is no such release for the public, or it is public already.
    """
    with writing() as session:
        one_at_a_time(session, municipality_id)
        row = _found(session, municipality_id, number)
        told = _told(session, row)
        if is_public(told):
            raise RefusedError(f"Release {number} is published already.")
        if not told:
            session.add_all(
                FileRow(release_id=row.id, name=one.name, kind=one.kind, size=one.size, hash=one.hash, content=one.content)
                for one in files
            )
        release_acts.record(session, row, "published", by, licence=licence)


def withdraw(municipality_id: int, number: int, by: str, reason: str) -> None:
    """Take a release back from the public, for a *reason*: from now on it answers as if there were none. Raises as `note`."""
    with writing() as session:
        release_acts.record(session, _public(session, municipality_id, number), "withdrawn", by, reason)


def note(municipality_id: int, number: int, by: str, text: str) -> None:
    """Put a note of what is known since beside a published release; one that stands there already, as of a second press, once.

    Raises:
        RefusedError: it is not public.
    """
    with writing() as session:
        row = _public(session, municipality_id, number)
        if ("noted", text) not in {(each.kind, each.text) for each in _told(session, row)}:
            release_acts.record(session, row, "noted", by, text)


def statements(municipality_id: int, number: int) -> tuple[Act, ...]:
    """Return what was done about a release, oldest first."""
    with reading() as session:
        return _told(session, _found(session, municipality_id, number))


def is_public(told: Iterable[Act]) -> bool:
    """Say whether a release about which *told* was stated, oldest first, stands before the public."""
    acts = [each.kind for each in told if each.kind != "noted"]
    return bool(acts) and acts[-1] == "published"


def every(place: str | None = None) -> tuple[Publication, ...]:
    """Return what is public of every municipality, by its short name, newest first; nothing that was altered afterwards.

    Of *place* alone if it is named; whatever else there is is not read.
    """
    chosen = _candidates() if place is None else _candidates().where(Municipality.slug == place)
    with reading() as session:
        rows = session.execute(chosen.order_by(by_text(Municipality.slug), ReleaseRow.number.desc())).all()
        found = (_publication(session, row, place) for row, place in rows)
        return tuple(each for each in found if each)


def find(place: str, number: int) -> Publication | None:
    """Return a published release; None for one that is not, was withdrawn, was altered or does not exist, all alike."""
    with reading() as session:
        found = session.execute(_candidates().where(Municipality.slug == place, ReleaseRow.number == number)).one_or_none()
        return _publication(session, *found) if found else None


def file(place: str, number: int, name: str) -> PublicFile | None:
    """Return a file of a published release as it was first handed out; None if there is none such. As `find`."""
    with reading() as session:
        chosen = _candidates().where(Municipality.slug == place, ReleaseRow.number == number)
        found = session.execute(chosen).one_or_none()
        if found is None or _publication(session, *found) is None:
            return None
        row = session.scalar(select(FileRow).where(FileRow.release_id == found[0].id, FileRow.name == name))
        given = PublicFile(row.name, row.kind, row.content) if row else None
        return given if row and given and given.hash == row.hash else None


def _candidates() -> Select[ReleaseRow, Municipality]:
    joined = select(ReleaseRow, Municipality).join(Municipality, Municipality.id == ReleaseRow.municipality_id)
    published = select(StatementRow.release_id).where(StatementRow.kind == "published")
    return joined.where(ReleaseRow.level == "public", ReleaseRow.id.in_(published))


def _publication(session: Session, row: ReleaseRow, place: Municipality) -> Publication | None:
    told = _told(session, row)
    if not is_public(told):
        return None
    try:
        release = as_release(row)
    except AlteredReleaseError:
        return None  # the coordinator's own page says so
    licensed = StatementRow.release_id == row.id, StatementRow.kind == "published"
    first = session.scalars(select(StatementRow).where(*licensed).order_by(StatementRow.id)).first()
    facts = select(FileRow.name, FileRow.kind, FileRow.size, FileRow.hash).where(FileRow.release_id == row.id)
    files = tuple(FileFacts(*each) for each in session.execute(facts.order_by(FileRow.id)))
    notes = tuple(each for each in told if each.kind == "noted")
    published_on = next(each.on for each in reversed(told) if each.kind == "published")
    licence = (first.licence if first else None) or ""
    return Publication(place.slug, place.name, place.demo, release, licence, published_on, notes, files)


def _found(session: Session, municipality_id: int, number: int) -> ReleaseRow:
    row = release_acts.for_the_public(session, municipality_id, number)
    as_release(row)  # what was altered is not published either
    return row


def _public(session: Session, municipality_id: int, number: int) -> ReleaseRow:
    one_at_a_time(session, municipality_id)
    row = _found(session, municipality_id, number)
    if not is_public(_told(session, row)):
        raise RefusedError(f"Release {number} is not published.")
    return row


def _told(session: Session, row: ReleaseRow) -> tuple[Act, ...]:
    return release_acts.told(session, row, _KINDS)

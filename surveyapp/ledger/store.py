"""All SQL of releases: each is added once under the next number, and read back only if it is still what it was."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import Row, Select, bindparam, func, select

from surveyapp.core import audit, clock
from surveyapp.core.database import glance, reading, writing
from surveyapp.core.stated import in_utc, one_at_a_time
from surveyapp.ledger.documents import Document
from surveyapp.ledger.models import ReleaseRow
from surveyapp.ledger.read_documents import ReadDocuments, hash_of

Level = Literal["group", "public"]
_ONE: Final = select(*ReleaseRow.__table__.columns).where(
    ReleaseRow.municipality_id == bindparam("place"), ReleaseRow.number == bindparam("number")
)
_read: Final = ReadDocuments(10_000_000)
"""Some fifty documents of towns with two surveys, so that a whole country is compared at once; they take about 60 MB."""


class AlteredReleaseError(RuntimeError):
    """A release does not fit its check sum: somebody changed it in the database."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a release is to be made of: at which level, which version of which plan, judged as of which day."""

    level: Level
    plan_key: str
    plan_version: int
    as_of: date

    @property
    def plan(self) -> str:
        """The version of the plan in one word, by which it is found: its id, a stroke and its number."""
        return f"{self.plan_key}/{self.plan_version}"


@dataclass(frozen=True, slots=True)
class Release:
    """A release as it was made; ``known_at`` is the moment up to which events and statements were counted."""

    number: int
    asked: Asked
    known_at: datetime
    made_on: date
    made_by: str
    document: Document
    hash: str


def canonical(document: Document) -> str:
    """Return *document* as canonical JSON: keys in order, letters as they are, no space that says nothing."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def add(municipality_id: int, asked: Asked, by: str, build: Callable[[int, datetime], Document]) -> Release:
    """Make the next release and return it; *build* gets its number and the moment up to which things are known.

    Nothing is stated or logged meanwhile for this municipality, so the moment parts what is in it from what is not.
    """
    with writing() as session:
        one_at_a_time(session, municipality_id)
        newest = session.scalar(select(func.max(ReleaseRow.number)).where(ReleaseRow.municipality_id == municipality_id))
        number, known_at = (newest or 0) + 1, clock.now()
        text = canonical(build(number, known_at))
        row = ReleaseRow(
            municipality_id=municipality_id,
            number=number,
            level=asked.level,
            plan_key=asked.plan_key,
            plan_version=asked.plan_version,
            as_of=asked.as_of,
            known_at=known_at,
            made_on=clock.today(),
            made_by=by,
            document=text,
            hash=hash_of(text),
        )
        session.add(row)
        session.flush()
        facts: audit.Facts = {"level": asked.level, "as_of": asked.as_of.isoformat(), "hash": row.hash}
        about = f"release {number}"
        audit.record(by, "release.made", about, municipality_id=municipality_id, before={}, after=facts)
        return as_release(row)


def find(municipality_id: int, number: int) -> Release | None:
    """Return a release by its number, None if there is none such.

    Raises:
        AlteredReleaseError: it does not fit its check sum.
    """
    with glance() as connection:
        row = connection.execute(_ONE, {"place": municipality_id, "number": number}).one_or_none()
    return as_release(row) if row else None


def every(municipality_id: int, plan_key: str | None = None, level: Level | None = None) -> tuple[Release, ...]:
    """Return the releases of a municipality, newest first; of one plan or level if named. Raises as `find`."""
    chosen = _of(municipality_id).order_by(ReleaseRow.number.desc())
    if plan_key is not None:
        chosen = chosen.where(ReleaseRow.plan_key == plan_key)
    if level is not None:
        chosen = chosen.where(ReleaseRow.level == level)
    with reading() as session:
        return tuple(as_release(row) for row in session.scalars(chosen))


def newest(municipality_id: int) -> int:
    """Return the number of a municipality's newest release, 0 if it has none."""
    with reading() as session:
        return session.scalar(select(func.max(ReleaseRow.number)).where(ReleaseRow.municipality_id == municipality_id)) or 0


def _of(municipality_id: int) -> Select[ReleaseRow]:
    return select(ReleaseRow).where(ReleaseRow.municipality_id == municipality_id)


def as_release(row: ReleaseRow | Row[Any]) -> Release:
    """Return a stored release. Raises as `find`."""
    document = _read.document(row.hash, row.document)
    if document is None:
        raise AlteredReleaseError(f"Release {row.number} was changed after it was made.")
    level: Level = "public" if row.level == "public" else "group"
    asked = Asked(level, row.plan_key, row.plan_version, row.as_of)
    return Release(row.number, asked, in_utc(row.known_at), row.made_on, row.made_by, document, row.hash)

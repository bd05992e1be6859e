"""All SQL of what coordinators do with releases for the public: each act is a row that never changes, and is audited."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.core import audit, clock
from surveyapp.core.command import RefusedError
from surveyapp.ledger.models import ReleaseRow, StatementRow

Kind = Literal["published", "withdrawn", "noted", "handed_over", "taken_back"]
"""The first three are about everybody, the others about the national view."""
_KNOWN: Final[dict[str, Kind]] = {kind: kind for kind in get_args(Kind)}


@dataclass(frozen=True, slots=True)
class Act:
    """What was done with a release on a day; ``text`` is the reason of taking it back, or a note."""

    kind: Kind
    text: str | None
    on: date
    by: str


def for_the_public(session: Session, municipality_id: int, number: int) -> ReleaseRow:
    """Return a release that was made for the public, altered or not.

    Raises:
        RefusedError: there is none such.
    """
    mine = ReleaseRow.municipality_id == municipality_id, ReleaseRow.number == number, ReleaseRow.level == "public"
    row = session.scalar(select(ReleaseRow).where(*mine))
    if row is None:
        raise RefusedError(f"There is no release {number} for the public: make one with release create --level public.")
    return row


def told(session: Session, row: ReleaseRow, kinds: Collection[Kind]) -> tuple[Act, ...]:
    """Return what of these *kinds* was done with a release, oldest first."""
    mine = StatementRow.release_id == row.id, StatementRow.kind.in_(kinds)
    rows = session.scalars(select(StatementRow).where(*mine).order_by(StatementRow.id))
    return tuple(Act(_KNOWN[each.kind], each.text, each.on, each.by) for each in rows)


def record(session: Session, row: ReleaseRow, kind: Kind, by: str, text: str | None = None, licence: str | None = None) -> None:
    """Write down that somebody (*by*) did something with a release today."""
    session.add(StatementRow(release_id=row.id, kind=kind, text=text, licence=licence, on=clock.today(), by=by))
    session.flush()
    facts: audit.Facts = {"hash": row.hash} | ({"text": text} if text else {}) | ({"licence": licence} if licence else {})
    audit.record(by, f"release.{kind}", f"release {row.number}", municipality_id=row.municipality_id, before={}, after=facts)

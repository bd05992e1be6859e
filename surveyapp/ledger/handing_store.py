"""All SQL of what municipalities hand to the national view: which release, since when, and what was taken back."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.core import audit, clock
from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading, writing
from surveyapp.core.models import Municipality
from surveyapp.core.stated import one_at_a_time
from surveyapp.ledger.documents import rows_of
from surveyapp.ledger.models import ReleaseRow, StatementRow
from surveyapp.ledger.store import AlteredReleaseError, Release, as_release

Kind = Literal["handed_over", "taken_back"]
_KINDS: Final[dict[str, Kind]] = {"handed_over": "handed_over", "taken_back": "taken_back"}


@dataclass(frozen=True, slots=True)
class Handing:
    """A release that was handed over or taken back on a day; ``text`` is the reason of taking it back."""

    kind: Kind
    text: str | None
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class Handed:
    """What one municipality has in the national view: the newest of its releases that it handed over, and since when."""

    municipality_id: int
    name: str
    since: date
    release: Release


def hand_over(municipality_id: int, number: int, by: str) -> None:
    """Hand a release made for the public, with surveys in it, to the national view.

    Raises:
        RefusedError: there is no such release for the public, it holds no survey, or it was handed over already.
        AlteredReleaseError: it was changed after it was made.
    """
    with writing() as session:
        one_at_a_time(session, municipality_id)
        row = _found(session, municipality_id, number)
        if not holds_surveys(as_release(row)):
            raise RefusedError(f"Release {number} holds no survey that could be compared.")
        if is_handed(_handings(session, row)):
            raise RefusedError(f"Release {number} was handed to the national view already.")
        _state(session, row, "handed_over", by, None)


def take_back(municipality_id: int, number: int, by: str, reason: str) -> None:
    """Take a release back from the national view for a *reason*: from now on no comparison includes it.

    Raises:
        RefusedError: it does not stand in the national view.
    """
    with writing() as session:
        one_at_a_time(session, municipality_id)
        row = _found(session, municipality_id, number)
        if not is_handed(_handings(session, row)):
            raise RefusedError(f"Release {number} does not stand in the national view.")
        _state(session, row, "taken_back", by, reason)


def handings(municipality_id: int, number: int) -> tuple[Handing, ...]:
    """Return what was done about a release, oldest first."""
    with reading() as session:
        return _handings(session, _found(session, municipality_id, number))


def is_handed(told: Iterable[Handing]) -> bool:
    """Say whether a release about which *told* was stated, oldest first, stands in the national view."""
    return next((each.kind == "handed_over" for each in reversed(tuple(told))), False)


def holds_surveys(release: Release) -> bool:
    """Say whether a release holds a line about a survey."""
    return bool(rows_of(release.document, "survey_levels"))


def every() -> tuple[Handed, ...]:
    """Return what each municipality has in the national view, by its name; nothing that was altered afterwards.

    Of several releases of a municipality the newest counts alone: what it corrected does not stand beside what it replaced.
    """
    stated = select(StatementRow.release_id).where(StatementRow.kind == "handed_over")
    chosen = select(ReleaseRow, Municipality).join(Municipality, Municipality.id == ReleaseRow.municipality_id)
    chosen = chosen.where(ReleaseRow.level == "public", ReleaseRow.id.in_(stated)).order_by(ReleaseRow.number)
    with reading() as session:
        standing = (_handed(session, row, place) for row, place in session.execute(chosen))
        newest = {each.municipality_id: each for each in standing if each}
    return tuple(sorted(newest.values(), key=lambda each: by_name(each.name)))


def by_name(name: str) -> tuple[str, str]:
    """Return what names are put in order by: letters without their marks first, as people look for them."""
    letters = unicodedata.normalize("NFD", name.casefold())
    return "".join(each for each in letters if not unicodedata.combining(each)), name


def _handed(session: Session, row: ReleaseRow, place: Municipality) -> Handed | None:
    told = _handings(session, row)
    if not is_handed(told):
        return None
    try:
        return Handed(place.id, place.name, told[-1].on, as_release(row))
    except AlteredReleaseError:
        return None  # the coordinator's own page says so


def _found(session: Session, municipality_id: int, number: int) -> ReleaseRow:
    mine = ReleaseRow.municipality_id == municipality_id, ReleaseRow.number == number, ReleaseRow.level == "public"
    row = session.scalar(select(ReleaseRow).where(*mine))
    if row is None:
        raise RefusedError(f"There is no release {number} for the public: make one with release create --level public.")
    return row


def _handings(session: Session, row: ReleaseRow) -> tuple[Handing, ...]:
    mine = StatementRow.release_id == row.id, StatementRow.kind.in_(_KINDS)
    rows = session.scalars(select(StatementRow).where(*mine).order_by(StatementRow.id))
    return tuple(Handing(_KINDS[each.kind], each.text, each.on, each.by) for each in rows)


def _state(session: Session, row: ReleaseRow, kind: Kind, by: str, text: str | None) -> None:
    session.add(StatementRow(release_id=row.id, kind=kind, text=text, licence=None, on=clock.today(), by=by))
    session.flush()
    facts: audit.Facts = {"hash": row.hash} | ({"text": text} if text else {})
    audit.record(by, f"release.{kind}", f"release {row.number}", municipality_id=row.municipality_id, before={}, after=facts)

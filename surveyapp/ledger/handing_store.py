"""All SQL of what municipalities hand to the national view: which release, since when, and what was taken back."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading, writing
from surveyapp.core.models import Municipality
from surveyapp.core.stated import one_at_a_time
from surveyapp.ledger import release_acts
from surveyapp.ledger.documents import rows_of
from surveyapp.ledger.models import ReleaseRow, StatementRow
from surveyapp.ledger.release_acts import Act, Kind
from surveyapp.ledger.store import AlteredReleaseError, Release, as_release

_KINDS: Final[tuple[Kind, ...]] = ("handed_over", "taken_back")


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
        row = release_acts.for_the_public(session, municipality_id, number)
        if not holds_surveys(as_release(row)):
            raise RefusedError(f"Release {number} holds no survey that could be compared.")
        if is_handed(_told(session, row)):
            raise RefusedError(f"Release {number} was handed to the national view already.")
        release_acts.record(session, row, "handed_over", by)


def take_back(municipality_id: int, number: int, by: str, reason: str) -> None:
    """Take a release back from the national view for a *reason*: from now on no comparison includes it.

    Raises:
        RefusedError: it does not stand in the national view.
    """
    with writing() as session:
        one_at_a_time(session, municipality_id)
        row = release_acts.for_the_public(session, municipality_id, number)
        if not is_handed(_told(session, row)):
            raise RefusedError(f"Release {number} does not stand in the national view.")
        release_acts.record(session, row, "taken_back", by, reason)


def handings(municipality_id: int, number: int) -> tuple[Act, ...]:
    """Return what was done about a release, oldest first."""
    with reading() as session:
        return _told(session, release_acts.for_the_public(session, municipality_id, number))


def is_handed(told: Iterable[Act]) -> bool:
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
    told = _told(session, row)
    if not is_handed(told):
        return None
    try:
        return Handed(place.id, place.name, told[-1].on, as_release(row))
    except AlteredReleaseError:
        return None  # the coordinator's own page says so


def _told(session: Session, row: ReleaseRow) -> tuple[Act, ...]:
    return release_acts.told(session, row, _KINDS)

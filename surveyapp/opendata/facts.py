"""What is said of a public release beside its tables: its period, its neighbours, its addresses. No I/O."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Final

from surveyapp.ledger.documents import rows_of
from surveyapp.ledger.publication_store import Publication
from surveyapp.releases import differences
from surveyapp.releases.differences import Difference

_BEGINNINGS: Final = (("plan_targets", "window_start"), ("survey_waves", "opens"))


def period(document: Mapping[str, Any]) -> tuple[str, str]:
    """Return the first and the last day that a release is about, as ISO 8601."""
    begun = [str(row[column]) for table, column in _BEGINNINGS for row in rows_of(document, table) if row[column]]
    last = str(document["as_of"])
    return min([*begun, last]), last


def page_of(place: str, number: int) -> str:
    """Return the address of the page of a release, on this site."""
    return f"/open-data/{place}/{number}/"


def file_of(place: str, number: int, name: str) -> str:
    """Return the address of a file of a release, on this site; it never changes its content."""
    return f"{page_of(place, number)}files/{name}"


def earlier_than(one: Publication, every: Iterable[Publication]) -> Publication | None:
    """Return the published release before *one*, of the same municipality and plan."""
    return next((each for each in _kin(one, every) if each.release.number < one.release.number), None)


def newest_after(one: Publication, every: Iterable[Publication]) -> Publication | None:
    """Return the newest published release of the same municipality and plan, None if *one* is that."""
    newest = next(iter(_kin(one, every)), None)
    return newest if newest and newest.release.number > one.release.number else None


def told(one: Publication) -> Hashable:
    """Return everything that is said of a release before the public, with the check sum of what it holds."""
    made = one.release
    of_release = (made.number, made.hash, made.asked, made.known_at, made.made_on, made.made_by)
    return (of_release, one.publisher, one.invented, one.licence, one.published_on, one.notes, one.files)


def changed(before: Publication | None, after: Publication) -> tuple[Difference, ...]:
    """Return what differs between two published releases; nothing without the first. Both are public, and so is this."""
    return differences.between(before.release.document, after.release.document) if before else ()


def _kin(one: Publication, every: Iterable[Publication]) -> Sequence[Publication]:
    plan = one.release.asked.plan_key
    found = [each for each in every if each.place == one.place and each.release.asked.plan_key == plan]
    return sorted(found, key=lambda each: -each.release.number)

"""The demonstration's releases: one that a correction came after, and later ones, the last as open data. Invented."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from surveyapp.core import clock
from surveyapp.core.access import Actor
from surveyapp.demo.past import at
from surveyapp.events import store
from surveyapp.ledger.documents import rows_of
from surveyapp.ledger.store import Release
from surveyapp.opendata import publishing
from surveyapp.releases import making
from surveyapp.releases.tables import parts_of

_WEEKS_AGO: Final = 3
_FOUND_OUT: Final = 10
"""Days after the first release."""
_ENOUGH: Final = 20
_REASON: Final = "Dalībnieku saraksts pārbaudīts pēc laidiena (izdomāts)."


def build(coordinator: Actor, by: str) -> None:
    """Make the releases, the newest today; all else of the demonstration has to stand by then."""
    today = clock.today()
    first = today - timedelta(weeks=_WEEKS_AGO)
    with at(first):
        release = making.make(coordinator.municipality_id, "group", by)
    with at(first + timedelta(_FOUND_OUT)):
        _correct(coordinator, release)
    making.make(coordinator.municipality_id, "group", by)
    public = making.make(coordinator.municipality_id, "public", by)
    publishing.publish(coordinator.municipality_id, public.number, by)


def _correct(coordinator: Actor, release: Release) -> None:
    """Correct the head count of an event that a released number rests on, so that the release bears a note."""
    counted = {
        reference
        for row in rows_of(release.document, "plan_targets")
        if row["unit"] == "persons" and not row["hidden"]
        for reference in parts_of(row["counted_from"])
    }
    large = (
        str(row["event"])
        for row in rows_of(release.document, "head_counts")
        if row["event"] in counted and isinstance(people := row["unique_persons"], int) and people >= _ENOUGH
    )
    if (number := next(large, None)) is not None:
        newest = store.find(coordinator, int(number)).newest
        people = (newest.facts.unique_persons or 0) - 6
        store.correct(coordinator, int(number), newest.number, replace(newest.facts, unique_persons=people), _REASON)

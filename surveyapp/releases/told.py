"""What a release tells to whoever writes about it: the judged plan and the surveys as released, checked beforehand."""

from dataclasses import dataclass, replace

from surveyapp.ledger import store as ledger
from surveyapp.ledger.documents import rows_of
from surveyapp.ledger.store import Release
from surveyapp.releases import making, tables
from surveyapp.releases.surveys import Surveys
from surveyapp.results.plan_results import JudgedPlan
from surveyapp.results.plan_rules import without_numbers_of


class ChangedSinceError(RuntimeError):
    """A release does not come out the same when it is made anew: what it was made from was changed."""


@dataclass(frozen=True, slots=True)
class Told:
    """A release with the judged plan and the frozen results of surveys behind its numbers, and nothing that it hides."""

    release: Release
    judged: JudgedPlan
    surveys: Surveys


def told(municipality_id: int, release: Release) -> Told:
    """Return what *release*, one for the group, tells; what it hides beside earlier releases is hidden here too.

    Raises:
        ChangedSinceError: it does not come out the same, byte for byte.
        RefusedError: it cannot be made anew by this program, see `making.known_then`.
        AlteredResultError: a frozen result of a survey was changed afterwards.
    """
    known = making.known_then(municipality_id, release)
    again = making.document(municipality_id, release.number, known.made, known.judged)
    if ledger.canonical(again) != ledger.canonical(release.document):
        raise ChangedSinceError(f"Check it: surveyapp release verify {release.number}.")
    hidden = {tables.key_of(tables.PLAN_TARGETS, row) for row in rows_of(release.document, "plan_targets") if row["hidden"]}
    rows = tuple(without_numbers_of(row, hidden, known.judged.as_of) for row in known.judged.rows)
    return Told(release, replace(known.judged, rows=rows), known.made.surveys)

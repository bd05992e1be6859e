"""What was found out since a release, remembered until anything is logged, stated, filed or released anew.

To judge a plan anew takes its time, and everybody who opens a release asks for the same. What is remembered was made of things
that are only ever added, so it holds as long as there are as many of each; how many there are is asked of the database every
time, so that what another server took in counts as well.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from flask import current_app

from questionnaires.plan_types import Plan
from surveyapp.core.database import reading
from surveyapp.events import telling_store
from surveyapp.events.evidence import store as evidence_store
from surveyapp.ledger import store as ledger
from surveyapp.ledger.store import Release
from surveyapp.plans import statement_store
from surveyapp.releases import differences, making, reasons
from surveyapp.releases.differences import Difference
from surveyapp.releases.reasons import Reason

_KEY: Final = "found out since releases"
_MOST: Final = 64
"""Releases that a worker remembers something of."""
_Mark = tuple[int, ...]
_Name = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """Differences with what was logged and stated about their rows meanwhile."""

    differences: tuple[Difference, ...]
    reasons: tuple[Reason, ...]

    def why(self, each: Difference) -> list[Reason]:
        """Return what was logged or stated about the row of a difference."""
        own = [reason for reason in self.reasons if reason.indicator is not None and reason.indicator == each.indicator]
        return list(dict.fromkeys(own))  # several statements of a day would read the same

    def of_row(self, indicator: str) -> "Noted":
        """Return what is about one row of the plan."""
        return Noted(tuple(each for each in self.differences if each.indicator == indicator), self.reasons)


@dataclass(slots=True)
class _Kept:
    """What was found, by how many of everything in the whole database, and of the municipality's own."""

    of_all: _Mark
    own: int
    found: Noted


class _Shelf:
    """What this worker remembers, what was asked for last at the end."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Name, _Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, name: _Name) -> _Kept | None:
        with self._lock:
            found = self._kept.get(name)
            if found is not None:
                self._kept.move_to_end(name)
            return found

    def put(self, name: _Name, kept: _Kept) -> None:
        with self._lock:
            self._kept[name] = kept
            self._kept.move_to_end(name)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)


def found_out(municipality_id: int, release: Release, plan: Plan | None) -> Noted:
    """Return which released figures of the plan differ by what is known now; the release itself stays."""

    def find() -> Noted:
        if plan is None:
            return Noted((), ())
        found = differences.of_figures(release.document, making.as_known_now(municipality_id, release))
        return Noted(found, reasons.between(municipality_id, plan, release.known_at, None) if found else ())

    return _remembered(municipality_id, ("since", municipality_id, *_named(release)), release.asked.plan_key, find)


def changed(municipality_id: int, earlier: Release, release: Release, plan: Plan | None) -> Noted:
    """Return what differs between two releases of one plan, and what was logged and stated between them."""

    def find() -> Noted:
        found = differences.between(earlier.document, release.document)
        if plan is None or not found:
            return Noted(found, ())
        return Noted(found, reasons.between(municipality_id, plan, earlier.known_at, release.known_at))

    name = ("between", municipality_id, *_named(earlier), *_named(release))
    return _remembered(municipality_id, name, release.asked.plan_key, find)


def _named(release: Release) -> _Name:
    return release.number, release.hash, release.known_at, release.asked


def _remembered(municipality_id: int, name: _Name, plan_key: str, find: Callable[[], Noted]) -> Noted:
    shelf: _Shelf = current_app.extensions.setdefault(_KEY, _Shelf())
    # The marks are read before what they stand for: what comes in between is found out once more, and never missed.
    with reading():
        of_all = _of_all(municipality_id, plan_key)
        kept = shelf.get(name)
        if kept is not None and kept.of_all == of_all:
            return kept.found
        own = telling_store.mark_of(municipality_id, plan_key)
        fresh = kept is not None and (kept.own, kept.of_all[1:]) == (own, of_all[1:])
        found = kept.found if kept is not None and fresh else find()
    shelf.put(name, _Kept(of_all, own, found))
    return found


def _of_all(municipality_id: int, plan_key: str) -> _Mark:
    """Return how many head counts there are in all, and how many of everything else that a judged plan is made of."""
    others = statement_store.mark_of(municipality_id, plan_key), *evidence_store.mark_of(municipality_id)
    return telling_store.count_of_all(), *others, ledger.newest(municipality_id)

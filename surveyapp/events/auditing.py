"""What the audit trail holds of a correction: the facts that changed, without those that are guarded."""

from collections.abc import Iterable
from datetime import date

from analysis.head_counts import SMALLEST_HEAD_COUNT, is_small
from surveyapp.core import audit
from surveyapp.events import rules
from surveyapp.events.rules import Facts, LoggedEvent


def record_correction(
    by: str,
    municipality_id: int,
    event: LoggedEvent,
    guarded: frozenset[str],
    after: Facts,
    reason: str,
    what: str = "event.corrected",
) -> None:
    """Put a correction of *event*, as it was before, into the audit trail, in the open transaction.

    Counts in *guarded* are hidden there if they are small, or if any two statements about the event give them fewer than 5
    apart: the entries of three statements stand below each other.
    """
    before = event.newest.facts
    changed = rules.changes(before, after)
    close = guarded & rules.near([*(each.facts for each in event.history), after]) & frozenset(changed)
    hidden: audit.Facts = dict.fromkeys(close, f"±<{SMALLEST_HEAD_COUNT}")
    new: audit.Facts = {**for_audit(guarded, after, changed), **hidden, "reason": reason}
    old = {**for_audit(guarded, before, changed), **hidden}
    audit.record(by, what, f"event {event.id}", municipality_id=municipality_id, before=old, after=new)


def for_audit(guarded: frozenset[str], facts: Facts, names: Iterable[str]) -> dict[str, str | int | float | bool | None]:
    """Return the facts as the trail may show them to auditors: small counts of sensitive rows stay hidden there too."""
    shown: dict[str, str | int | float | bool | None] = {}
    for name in names:
        value = getattr(facts, name)
        if name in guarded and is_small(value):
            shown[name] = f"<{SMALLEST_HEAD_COUNT}"
        elif value not in (None, False):
            shown[name] = value.isoformat() if isinstance(value, date) else value
    return shown

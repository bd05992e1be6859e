"""Which released figures a change of an event would move: a plan judged twice as of the day of each release. No I/O."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from analysis.progress import Progress, TargetResult
from questionnaires.plan_types import Indicator, Plan, Target
from surveyapp.ledger.documents import Cell, Document, rows_of
from surveyapp.ledger.store import Release


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure of the releases with these numbers that would come out otherwise; the releases themselves stay."""

    releases: tuple[int, ...]
    row: Indicator
    target: Target
    window_start: date
    window_end: date
    before: tuple[float | None, float | None]
    after: tuple[float | None, float | None]


def moved(plan: Plan, releases: Iterable[Release], before: Progress, after: Progress) -> tuple[Moved, ...]:
    """Return the figures of *releases* (all as of one day) that differ; of sensitive rows nothing is told, as on every page."""
    rows = {row.id: row for row in plan.indicators if not row.sensitive}
    was = {_key(result): result for result in before.targets}
    published = {release.number: _published(release.document) for release in releases}
    found: list[Moved] = []
    for result in after.targets:
        old = was.get(_key(result))
        if result.indicator not in rows or old is None or _reached(old) == _reached(result):
            continue
        numbers = tuple(sorted(number for number, keys in published.items() if _key(result) in keys))
        if numbers:
            found.append(_moved(rows[result.indicator], numbers, old, result))
    return tuple(found)


def _moved(row: Indicator, numbers: Sequence[int], old: TargetResult, new: TargetResult) -> Moved:
    target = next(each for each in row.targets if each.id == new.target)
    return Moved(tuple(numbers), row, target, new.window_start, new.window_end, _reached(old), _reached(new))


def _published(document: Document) -> set[tuple[Cell, ...]]:
    return {(row["target"], row["reading"], row["window_start"]) for row in rows_of(document, "plan_targets")}


def _key(result: TargetResult) -> tuple[Cell, ...]:
    return (result.target, result.reading, result.window_start.isoformat())


def _reached(result: TargetResult) -> tuple[float | None, float | None]:
    return (result.achieved_low, result.achieved_high)

"""Which released figures a change would move: a plan judged twice as of the day of each release. No I/O."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from analysis.progress import IndicatorResult, Progress, TargetResult
from questionnaires.plan_types import Indicator, Plan, Target
from surveyapp.events.effects import Verdict, verdict_of
from surveyapp.ledger.documents import Cell, Document, rows_of
from surveyapp.ledger.store import Release


@dataclass(frozen=True, slots=True)
class Figure:
    """What a release tells of a target in one window, or of a row (then ``reached`` is None): how far, and the verdict."""

    reached: tuple[float | None, float | None] | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure of the releases with these numbers that would come out otherwise; the releases themselves stay.

    Without a target it is the row's own degree.
    """

    releases: tuple[int, ...]
    row: Indicator
    target: Target | None
    window_start: date
    window_end: date
    before: Figure
    after: Figure


_Key = tuple[Cell, ...]
_Results = Mapping[_Key, TargetResult | IndicatorResult]


def moved(plan: Plan, releases: Iterable[Release], before: Progress, after: Progress) -> tuple[Moved, ...]:
    """Return the figures of *releases* (all as of one day) that differ; of sensitive rows nothing is told, as on every page."""
    rows = {row.id: row for row in plan.indicators if not row.sensitive}
    was, will = _results(before), _results(after)
    published = {release.number: _published(release.document) for release in releases}
    return tuple(_moved(plan, rows, was, will, published))


def together(found: Iterable[Moved]) -> tuple[Moved, ...]:
    """Return what releases of several days tell alike as one."""
    numbers: dict[tuple[object, ...], tuple[Moved, set[int]]] = {}
    for each in found:
        place = (each.row.id, each.target and each.target.id, each.window_start, each.before, each.after)
        numbers.setdefault(place, (each, set()))[1].update(each.releases)
    return tuple(replace(each, releases=tuple(sorted(every))) for each, every in numbers.values())


def _moved(
    plan: Plan, rows: Mapping[str, Indicator], was: _Results, will: _Results, published: Mapping[int, set[_Key]]
) -> Iterator[Moved]:
    for key, old in was.items():
        numbers = tuple(sorted(number for number, keys in published.items() if key in keys))
        new = will.get(key)
        # What a decision leaves no room for, such as the other reading, is told by the row's degree.
        if not numbers or old.indicator not in rows or new is None or _figure(new) == _figure(old):
            continue
        row, after = rows[old.indicator], _figure(new)
        if isinstance(old, TargetResult):
            target = next((each for each in row.targets if each.id == old.target), None)
            yield Moved(numbers, row, target, old.window_start, old.window_end, _figure(old), after)
        else:
            yield Moved(numbers, row, None, plan.starts, plan.ends, _figure(old), after)


def _results(progress: Progress) -> _Results:
    found: dict[_Key, TargetResult | IndicatorResult] = {}
    for each in progress.targets:
        found[each.target, each.reading, each.window_start.isoformat()] = each
    return {**found, **{(row.indicator,): row for row in progress.indicators}}


def _published(document: Document) -> set[_Key]:
    targets = {(row["target"], row["reading"], row["window_start"]) for row in rows_of(document, "plan_targets")}
    return targets | {(row["indicator"],) for row in rows_of(document, "plan_rows")}


def _figure(result: TargetResult | IndicatorResult) -> Figure:
    if isinstance(result, TargetResult):
        return Figure((result.achieved_low, result.achieved_high), verdict_of(result.degree, result.timing))
    return Figure(None, verdict_of(result.to_date, result.timing))

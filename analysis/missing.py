"""What a judged target still lacks in numbers, by which day, and whether this quarter asks for it; no hidden number is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from analysis.progress import IndicatorResult, TargetResult
from analysis.sensitive import ShownTarget
from analysis.windows import quarter_end, quarter_of
from questionnaires.plan_types import Indicator, Quarter, Reading, Target

_ASKED: Final = frozenset({"ge", "bare", "between", "approx", "all", "exists"})
_UNMET: Final = frozenset({"not_due", "partial", "not_done", "no_data"})


@dataclass(frozen=True, slots=True)
class Missing:
    """What a target still lacks in a window that has begun; ``over``: the window has ended.

    ``number`` is in the unit of the target, above 0 and never more than is required; it rests on the lower bound of what was
    reached, so that at most this much is missing. None where it may not be shown (``hidden``), or where lateness is no matter
    of a number: demand that was not met, a ceiling of which nothing was reported, a value that did not rise.
    """

    result: TargetResult
    number: float | None
    over: bool
    hidden: bool = False

    @property
    def perhaps_less(self) -> bool:
        """Whether less may be missing than ``number``: what was reached is known to lie between two bounds only."""
        return self.number is not None and self.result.achieved_low != self.result.achieved_high


def missing_of(targets: Iterable[ShownTarget], as_of: date) -> tuple[Missing, ...]:
    """Return what *targets* (verdicts as they may be shown) lack on a day, in their order.

    Ceilings, demand and measured values lack nothing until they are overdue; whatever is overdue is among them.
    """
    found = (_missing(target, as_of) for target in targets)
    return tuple(each for each in found if each is not None)


def due_now(indicator: Indicator, missing: Iterable[Missing], as_of: date) -> bool:
    """Say whether this quarter asks for what is missing: the plan marks it, or a window ends in it."""
    this = quarter_of(as_of)
    lacking = [each.result for each in missing if not each.over]
    return bool(lacking) and (marks(indicator, this) or any(result.window_end <= quarter_end(this) for result in lacking))


def settled_by_hand(verdict: IndicatorResult) -> bool:
    """Say whether people have ended the matter of a row: its degree is set by hand so that nothing is due in it any more."""
    return verdict.by_rule is not None and verdict.to_date in {"done", "not_assessed"}


def marks(indicator: Indicator, quarter: Quarter) -> bool:
    """Say whether the plan marks *quarter* for the row, surely or not."""
    return any((mark.year, mark.quarter) == (quarter.year, quarter.quarter) for mark in indicator.quarters)


def target_of(indicator: Indicator, result: TargetResult) -> Target:
    """Return the target that a result judges."""
    return next(target for target in indicator.targets if target.id == result.target)


def doubted_reading_of(indicator: Indicator, result: TargetResult) -> Reading | None:
    """Return the reading under which a result was judged as long as others are possible, None once it is decided."""
    return reading_of(indicator, result) if len(target_of(indicator, result).readings) > 1 else None


def reading_of(indicator: Indicator, result: TargetResult) -> Reading | None:
    """Return the reading under which a result was judged, None if the target can be read in one way only."""
    readings = target_of(indicator, result).readings
    return next((reading for reading in readings if reading.id == result.reading), None)


def _missing(target: ShownTarget, as_of: date) -> Missing | None:
    result = target.result
    over, overdue = result.window_end < as_of, result.timing == "overdue"
    if result.degree not in _UNMET or result.window_start > as_of:
        return None
    if result.comparator not in _ASKED or result.required is None or result.kind == "on_demand":
        return Missing(result, None, over, target.hidden) if overdue else None
    if target.hidden:
        return Missing(result, None, over, hidden=True)
    number = result.required - max(result.achieved_low or 0, 0)
    if number > 0:
        return Missing(result, number, over)
    return Missing(result, None, over) if overdue else None

"""Shares over three and more waves as they may be shown: the straight change over the whole time, and its verdict.

In go levels that passed disclosure control in their own waves; nothing else is looked at, so nothing more can be learnt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analysis.compare import FEWEST_ANSWERS
from analysis.estimates import Interval, ShareEstimate
from analysis.multiplicity import holm
from analysis.significance import cochran_armitage
from analysis.trend import share_slope
from analysis.verdicts import TrendLine

FEWEST_WAVES = 3
_LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Point:
    """A shown share (0-1) of one wave with its range, and its people; None where hidden or not computable."""

    count: int | None
    n: int | None
    level: float | None
    low: float | None
    high: float | None


def trend_lines(series: Sequence[Sequence[Point]], days: Sequence[date]) -> tuple[TrendLine, ...]:
    """Return a line for each series of points, one point per wave at the *days* given, oldest first.

    The change has the ranges of the levels inside (`trend.share_slope`), within -1 and 1; the verdict is of
    `significance.cochran_armitage` without population, corrected over all series together by Holm, and no clear one where
    the test points the other way. Sources: those of the three.
    ValueError with fewer than three waves, days that do not rise, or a series without a point for each.
    """
    times = shares_of_time(days)
    lines = [_line(points, times) for points in series]
    adjusted = holm([p for _, p in lines])
    return tuple(_verdict(line, p) for (line, _), p in zip(lines, adjusted, strict=True))


def shares_of_time(days: Sequence[date]) -> list[float]:
    """Return where each of the *days* lies between the first (0) and the last (1).

    ValueError with fewer than three, or days that do not rise.
    """
    if len(days) < FEWEST_WAVES or list(days) != sorted(set(days)):
        raise ValueError(
            f"a trend needs at least {FEWEST_WAVES} waves, each later than the one before; give their opening days"
        )
    whole = (days[-1] - days[0]).days
    return [(day - days[0]).days / whole for day in days]


def _line(points: Sequence[Point], times: Sequence[float]) -> tuple[TrendLine, float | None]:
    levels = [_level(point) for point in points]
    shown = [level for level in levels if level is not None]
    counted = [(p.count, p.n) for p in points if p.count is not None and p.n is not None and p.n >= FEWEST_ANSWERS]
    moved = share_slope(shown, times) if len(shown) == len(times) else None
    if moved is None or len(counted) < len(times):
        return TrendLine(None, None, None, "too_few"), None
    test = cochran_armitage([x for x, _ in counted], [n for _, n in counted], times)
    limits = moved.interval
    low, high = (_possible(limits.low), _possible(limits.high)) if limits else (None, None)
    line = TrendLine(_possible(moved.change), low, high, "no_clear_change")
    crude = share_slope([ShareEstimate(x / n, None) for x, n in counted], times)
    against = crude is None or crude.change * moved.change < 0
    return line, None if test is None else 1.0 if against else test.p_value


def _possible(change: float) -> float:
    """Return a change of a share as it can be: a straight line through late, steep steps may leave 0 and 1 at its ends."""
    return max(-1.0, min(1.0, change))


def _level(point: Point) -> ShareEstimate | None:
    if point.level is None:
        return None
    limits = None if point.low is None or point.high is None else Interval(point.low, point.high)
    return ShareEstimate(point.level, limits)


def _verdict(line: TrendLine, adjusted: float | None) -> TrendLine:
    if adjusted is None or adjusted >= _LEVEL or not line.change:
        return line
    return TrendLine(line.change, line.low, line.high, "clear_rise" if line.change > 0 else "clear_fall")

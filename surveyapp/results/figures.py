"""Geometry of figures: the bullet bar of a target, and the years of a series."""

from dataclasses import dataclass
from typing import Final

from analysis.sensitive import ShownTarget
from questionnaires.history_types import FigurePoint, Series
from surveyapp.results import history_rules
from surveyapp.results.plan_rules import is_ceiling

WIDTH: Final = 320
_YEARS_TOP: Final = 20
_YEARS_BASE: Final = 116
_YEARS_HEIGHT: Final = 138
_FEWEST_FOR_A_LINE: Final = 3
_COUNTED_SCALES: Final = frozenset({"ge", "le", "bare", "between", "approx", "all", "exists"})


@dataclass(frozen=True, slots=True)
class Bullet:
    """A bar from zero: ``low`` surely reached, up to ``high`` possible, ``mark`` what is asked for (of a ceiling the limit)."""

    low: float
    high: float
    mark: float
    end: float
    ceiling: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the figure at ``line`` and its text at ``at``."""

    line: float
    text: str
    at: float
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class YearMark:
    """One figure on an axis of years, at ``x`` and ``y``."""

    point: FigurePoint
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class YearChart:
    """A series of years: columns, or a line in ``pieces`` that joins only what may be compared; ``cuts`` part countings."""

    marks: tuple[YearMark, ...]
    pieces: tuple[str, ...]
    cuts: tuple[float, ...]
    ticks: tuple[Tick, ...]
    columns: float | None
    base: float = _YEARS_BASE
    height: float = _YEARS_HEIGHT


def bullet(target: ShownTarget) -> Bullet | None:
    """Return the bar of a target; None where a number is hidden, not reported, or has nothing to be held against."""
    result = target.result
    reached, needed = result.achieved_low, result.required
    drawable = result.comparator in _COUNTED_SCALES and result.kind != "provision"
    if target.hidden or reached is None or not needed or not drawable:
        return None
    high = result.achieved_high if result.achieved_high is not None else reached
    scale = WIDTH / (max(high, needed) * 1.1)
    return Bullet(
        low=round(reached * scale, 1),
        high=round(high * scale, 1),
        mark=round(needed * scale, 1),
        end=WIDTH,
        ceiling=is_ceiling(result),
    )


def years(series: Series, first: int, last: int) -> YearChart:
    """Return the chart of a series on an axis from the year *first* to *last*; the scale begins at zero.

    Two figures are columns, more are a line. A year without a figure stays empty.
    """
    slot = WIDTH / (last - first + 1)
    most = max(point.value for point in series.yearly) or 1

    def mark(point: FigurePoint) -> YearMark:
        y = _YEARS_BASE - point.value / most * (_YEARS_BASE - _YEARS_TOP)
        return YearMark(point, round((point.first - first + 0.5) * slot, 1), round(y, 1))

    as_line = len(series.yearly) >= _FEWEST_FOR_A_LINE
    joined = [[mark(point) for point in piece] for piece in history_rules.pieces(series) if as_line and len(piece) > 1]
    schools = {point.first for point in series.yearly if point.school_year}
    return YearChart(
        marks=tuple(mark(point) for point in series.yearly),
        pieces=tuple(" ".join(f"{each.x},{each.y}" for each in piece) for piece in joined),
        cuts=tuple(round((year - first) * slot, 1) for year in series.breaks),
        ticks=tuple(_year_tick(year, (year - first + 0.5) * slot, school=year in schools) for year in range(first, last + 1)),
        columns=None if as_line else round(slot * 0.6, 1),
    )


def _year_tick(year: int, at: float, *, school: bool) -> Tick:
    text = f"{year % 100:02}/{(year + 1) % 100:02}" if school else str(year)  # two whole years would not fit beside the next
    return Tick(round(at, 1), text, round(at, 1))

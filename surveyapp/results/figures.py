"""Geometry of the figures that templates draw as SVG: bullet bar of a target, dumbbell of two waves, dots of one, years."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.sensitive import ShownTarget
from questionnaires.history_types import FigurePoint, Series
from surveyapp.results import history_rules
from surveyapp.results.change import Change
from surveyapp.results.level import Level
from surveyapp.results.plan_rules import is_ceiling

WIDTH: Final = 320
_MARGIN: Final = 12
_ROW_HEIGHT: Final = 44
_AXIS_HEIGHT: Final = 22
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
class Side:
    """One wave on a dumbbell: the level and the ends of its interval, as positions; without interval the ends are None."""

    level: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Dumbbell:
    """One line of a figure: ``top`` is its upper edge; None where a wave's level is hidden or does not exist."""

    label: str
    top: float
    then: Side | None
    now: Side | None


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the figure at ``line`` and its text at ``at``."""

    line: float
    text: str
    at: float
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Figure:
    """A whole dumbbell figure with its axis."""

    rows: tuple[Dumbbell, ...]
    ticks: tuple[Tick, ...]
    height: float

    @property
    def axis(self) -> float:
        """Where the axis lies."""
        return self.height - _AXIS_HEIGHT


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


def dumbbells(lines: Iterable[tuple[str, Change]], most: float = 1.0) -> Figure | None:
    """Return the figure of labelled lines on a scale from 0 to *most* (1 for shares, the full score otherwise).

    None if no level of any line may be shown.
    """
    rows = tuple(
        Dumbbell(
            label,
            at * _ROW_HEIGHT,
            _side(line.then, line.then_low, line.then_high, most),
            _side(line.now, line.now_low, line.now_high, most),
        )
        for at, (label, line) in enumerate(lines)
    )
    if not any(row.then or row.now for row in rows):
        return None
    return Figure(rows, tuple(_ticks(most)), len(rows) * _ROW_HEIGHT + _AXIS_HEIGHT)


def dots(lines: Iterable[tuple[str, Level]], most: float = 1.0) -> Figure | None:
    """Return the figure of one wave: each line's level with its range, on a scale as in `dumbbells`; None if none is shown."""
    rows = tuple(
        Dumbbell(label, at * _ROW_HEIGHT, None, _side(line.level, line.low, line.high, most))
        for at, (label, line) in enumerate(lines)
    )
    if not any(row.now for row in rows):
        return None
    return Figure(rows, tuple(_ticks(most)), len(rows) * _ROW_HEIGHT + _AXIS_HEIGHT)


def _side(level: float | None, low: float | None, high: float | None, most: float) -> Side | None:
    if level is None:
        return None
    return Side(_at(level, most), None if low is None else _at(low, most), None if high is None else _at(high, most))


def _at(value: float, most: float) -> float:
    inside = min(max(value / most, 0.0), 1.0)
    return round(_MARGIN + inside * (WIDTH - 2 * _MARGIN), 1)


def _ticks(most: float) -> Sequence[Tick]:
    if most == 1:
        inner = [_tick(share / 100, 1, f"{share} %") for share in (0, 25, 50, 75)]
        # The widest text would be cut if it stood in the middle of its line.
        return [*inner, Tick(_at(1, 1), "100 %", WIDTH, "end")]
    return [_tick(step, most, str(step)) for step in range(0, int(most) + 1, max(1, int(most) // 4))]


def _tick(value: float, most: float, text: str) -> Tick:
    at = _at(value, most)
    return Tick(at, text, at)


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

"""When a target holds: its windows in the plan, their phase on a day, and how much should be reached by then."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal

from questionnaires.plan_types import Period, Plan, Quarter

Cut = Literal["start", "end"]
Phase = Literal["open", "awaiting_data", "closed"]

_MONTHS_OF: Final = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
# A service that must exist all the time, or whenever it is asked for, is asked about once a year: a single window over the
# whole plan would let one activity in its first month stand for three years.
_AS_YEARLY: Final = frozenset({"continuous", "on_request"})


@dataclass(frozen=True, slots=True)
class Window:
    """The days (both included) for reaching a target; ``cut`` if the plan's or the row's start or end shortens them."""

    start: date
    end: date
    cut: Cut | None = None

    def holds(self, day: date) -> bool:
        """Say whether *day* lies in the window."""
        return self.start <= day <= self.end

    def phase(self, as_of: date, grace_days: int) -> Phase:
        """Say whether the window is open on *as_of*, over but within the days of grace for typing in, or closed."""
        if as_of <= self.end:
            return "open"
        return "awaiting_data" if as_of <= self.end + timedelta(days=grace_days) else "closed"


def windows_of(period: Period, plan: Plan, quarters: tuple[Quarter, ...]) -> tuple[Window, ...]:
    """Return the windows of *period* in the order of time; never empty.

    *quarters* are the quarters marked in the target's row: the last surely marked one ends a plan-long target.
    """
    kind = "year" if period.kind in _AS_YEARLY else period.kind
    if kind in _MONTHS_OF:
        return _calendar_windows(*_span(period, plan), _MONTHS_OF[kind])
    if kind == "two_years":
        return _two_year_blocks(plan)
    if kind == "named_year" and period.year is not None:
        return (Window(date(period.year, 1, 1), date(period.year, 12, 31)),)
    if kind == "by":
        return (Window(plan.starts, period.day or plan.ends),)
    if kind == "from":
        return (Window(period.day or plan.starts, period.until or plan.ends),)
    return (Window(plan.starts, _plan_long_end(plan, quarters)),)


def expected_share(window: Window, quarters: tuple[Quarter, ...], as_of: date) -> tuple[Fraction, bool]:
    """Return the share (0-1) of the target that should be reached on *as_of*, and whether marked quarters say so.

    With sure marks inside the window it is the share of them that is over; otherwise the share of days gone (linear).
    """
    ends = [quarter_end(quarter) for quarter in quarters if quarter.sureness == "sure"]
    marked = [end for end in ends if window.holds(end)]
    if marked:
        return Fraction(sum(end < as_of for end in marked), len(marked)), True
    days = (window.end - window.start).days + 1
    gone = min(max((as_of - window.start).days, 0), days)
    return Fraction(gone, days), False


def quarter_of(day: date) -> Quarter:
    """Return the quarter in which *day* lies."""
    return Quarter(day.year, (day.month - 1) // 3 + 1)


def quarter_end(quarter: Quarter) -> date:
    """Return the last day of *quarter*."""
    return _months_later(date(quarter.year, 1, 1), 3 * quarter.quarter) - timedelta(days=1)


def _plan_long_end(plan: Plan, quarters: tuple[Quarter, ...]) -> date:
    sure = [quarter_end(quarter) for quarter in quarters if quarter.sureness == "sure"]
    return min(max(sure), plan.ends) if sure else plan.ends


def _span(period: Period, plan: Plan) -> tuple[date, date]:
    """Return the first and the last day of what recurs: the plan's, narrowed by the period."""
    return max(plan.starts, period.since or plan.starts), min(plan.ends, period.until or plan.ends)


@lru_cache(maxsize=256)  # every window of a target asks for all of them, and so do targets alike
def _calendar_windows(starts: date, ends: date, months: int) -> tuple[Window, ...]:
    windows = []
    first_month = (starts.month - 1) // months * months + 1
    begins = date(starts.year, first_month, 1)
    while begins <= ends:
        after = _months_later(begins, months)
        windows.append(_clipped(begins, after - timedelta(days=1), starts, ends))
        begins = after
    return tuple(windows)


def _two_year_blocks(plan: Plan) -> tuple[Window, ...]:
    windows = []
    begins = plan.starts
    while begins <= plan.ends:
        after = _months_later(begins, 24)
        windows.append(_clipped(begins, after - timedelta(days=1), plan.starts, plan.ends))
        begins = after
    return tuple(windows)


def _clipped(start: date, end: date, starts: date, ends: date) -> Window:
    cut: Cut | None = "start" if start < starts else "end" if end > ends else None
    return Window(max(start, starts), min(end, ends), cut)


def _months_later(day: date, months: int) -> date:
    """Return the same day *months* later; 29 February becomes 1 March in a common year."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year, month + 2, 1)

"""Trends as they may be shown: verdicts from shown counts alone, nothing where one wave hides its number."""

from dataclasses import replace
from datetime import date

import pytest

from analysis import estimates
from analysis.trend_lines import Point, trend_lines
from analysis.verdicts import TrendLine

DAYS = [date(2024, 3, 1), date(2025, 3, 1), date(2027, 3, 1)]


def point(x: int, n: int = 60, population: int = 85) -> Point:
    found = estimates.share(x, n, population)
    assert found is not None
    limits = found.interval
    return Point(x, n, found.share, limits.low if limits else None, limits.high if limits else None)


def test_a_steady_rise_is_clear_and_told_over_the_whole_time() -> None:
    rising, flat = trend_lines([[point(x) for x in (24, 30, 42)], [point(x) for x in (24, 26, 25)]], DAYS)
    assert rising.verdict == "clear_rise"
    assert rising.change == pytest.approx(0.3, abs=0.005)
    assert rising.low is not None
    assert rising.high is not None
    assert 0.15 < rising.low < 0.3 < rising.high < 0.45
    assert flat.verdict == "no_clear_change"
    falling = trend_lines([[point(x) for x in (42, 30, 24)]], DAYS)
    assert falling[0].verdict == "clear_fall"


def test_no_share_is_told_to_move_by_more_than_a_hundred_points() -> None:
    """The straight line through 0, 0 and 100 % at a quarter of the time rises by 108 points."""
    days = [date(2024, 1, 1), date(2024, 4, 1), date(2025, 1, 1)]
    rising = trend_lines([[point(x) for x in (0, 0, 60)]], days)[0]
    assert (rising.change, rising.high, rising.verdict) == (1.0, 1.0, "clear_rise")
    falling = trend_lines([[point(x) for x in (60, 60, 0)]], days)[0]
    assert (falling.change, falling.low, falling.verdict) == (-1.0, -1.0, "clear_fall")


def test_many_questions_make_a_rise_less_clear() -> None:
    rise = [point(x) for x in (26, 30, 37)]
    assert trend_lines([rise], DAYS)[0].verdict == "clear_rise"
    assert trend_lines([rise] * 6, DAYS)[0].verdict == "no_clear_change"


@pytest.mark.parametrize("lacking", [{"count": None, "level": None}, {"n": 9}, {"n": None}])
def test_where_one_wave_hides_its_number_or_has_few_answers_nothing_is_told(lacking: dict[str, None]) -> None:
    points = [point(24), replace(point(30), **lacking), point(42)]
    assert trend_lines([points], DAYS) == (TrendLine(None, None, None, "too_few"),)


def test_weighted_levels_that_move_against_the_counts_are_no_clear_change() -> None:
    points = [replace(point(x), level=level) for x, level in ((24, 0.7), (30, 0.6), (42, 0.5))]
    assert trend_lines([points], DAYS)[0].verdict == "no_clear_change"


@pytest.mark.parametrize("days", [DAYS[:2], [DAYS[1], DAYS[0], DAYS[2]], [DAYS[0], DAYS[0], DAYS[2]]])
def test_two_waves_or_days_out_of_order_are_refused(days: list[date]) -> None:
    with pytest.raises(ValueError, match="needs at least 3 waves"):
        trend_lines([], days)

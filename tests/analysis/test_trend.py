"""Trends over waves at their real dates: the numbers of R, every way of dealing out few answers, and the edges."""

import math
from collections.abc import Callable
from datetime import date
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import Table

from analysis import change, estimates, significance, trend
from analysis.change import Change
from analysis.estimates import Interval, ShareEstimate

Reference = Callable[[str], dict[str, Any]]
tables_of_three = st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(any), min_size=3, max_size=3)


def found_in(result: significance.Significance | None) -> significance.Significance:
    assert result is not None
    return result


def level(x: int, n: int, population: int) -> ShareEstimate:
    return ShareEstimate(x / n, estimates.wilson_fpc(x, n, population))


def limits_of(found: Change | None) -> tuple[float, float, float]:
    assert found is not None
    assert found.interval is not None
    return found.change, found.interval.low, found.interval.high


def test_dates_become_years_from_the_first_one() -> None:
    assert trend.years([date(2024, 3, 1), date(2026, 3, 1), date(2023, 3, 1)]) == pytest.approx((0, 2, -1), abs=0.003)
    with pytest.raises(ValueError, match="give the day of each wave"):
        trend.years([])


def test_a_straight_trend_of_two_options_agrees_with_r_s_test_of_a_share(reference: Reference) -> None:
    case = reference("049_cochran_armitage")
    x, n = case["input"]["x"], case["input"]["n"]
    tables = [[answered - having, having] for having, answered in zip(x, n, strict=True)]
    found = found_in(trend.linear_by_linear(tables, case["input"]["score_time"], [0, 1]))
    # R's test of a share divides by the variance of n, this one by that of n - 1.
    expected = case["expected"]["chi2_time"] * (sum(n) - 1) / sum(n)
    assert found.statistic == pytest.approx(expected, abs=case["tol"])


def test_two_waves_have_the_rank_sum_test_of_r(reference: Reference) -> None:
    case = reference("040_mannwhitney_ties")
    tables = [case["input"]["f1"], case["input"]["f2"]]
    assert found_in(trend.jonckheere(tables, [2024, 2026])).p_value == pytest.approx(
        case["expected"]["p_nocc"], abs=case["tol"]
    )


def test_three_waves_have_the_textbook_s_jonckheere_test() -> None:
    """Hollander and Wolfe (1999), example 6.2: pieces made without, with rough and with exact knowledge of the output."""
    made = [40, 35, 38, 43, 44, 41], [38, 40, 47, 44, 40, 42], [48, 40, 45, 43, 46, 44]
    tables = [[group.count(number) for number in range(35, 49)] for group in made]
    # J = 79 against an expected 54, with a variance for ties of 150.29.
    assert found_in(trend.jonckheere(tables, [0, 1, 2])).statistic == pytest.approx((79 - 54) / math.sqrt(150.29), abs=1e-4)


def test_a_straight_trend_of_five_options_agrees_with_statsmodels() -> None:
    tables, times, scores = [[13, 15, 13, 9, 8], [10, 14, 14, 12, 9], [8, 13, 15, 14, 9]], [0, 1, 2.5], [1, 2, 3, 4, 5]
    other = Table(np.array(tables), shift_zeros=False).test_ordinal_association(np.array(times), np.array(scores))
    found = found_in(trend.linear_by_linear(tables, times, scores))
    assert (found.statistic, found.p_value) == pytest.approx((other.zscore**2, other.pvalue), abs=1e-12)


def test_a_slope_is_that_of_a_straight_line_and_its_error_that_of_the_waves_that_count() -> None:
    times = [0, 1, 1, 3.5]
    line = stats.linregress(times, [10 / 50, 15 / 50, 30 / 50, 35 / 50])
    assert limits_of(trend.share_slope([level(x, 50, 85) for x in (10, 15, 30, 35)], times))[0] == pytest.approx(line.slope)
    tables = [4, 5, 1], [3, 4, 3], [1, 4, 5]
    means = [found for table in tables if (found := estimates.mean([0, 1, 2], table))]
    # The middle one of three evenly spaced waves weighs nothing: Welch's interval of the last less the first, over two years.
    first, last = np.repeat([0, 1, 2], tables[0]), np.repeat([0, 1, 2], tables[2])
    welch = stats.ttest_ind(last, first, equal_var=False).confidence_interval()
    expected = (last.mean() - first.mean()) / 2, welch.low / 2, welch.high / 2
    assert limits_of(trend.mean_slope(means, [0, 1, 2])) == pytest.approx(expected, abs=1e-12)


def test_expectation_and_variance_are_those_over_every_way_of_dealing_out_the_answers() -> None:
    tables = [[2, 1, 0], [0, 1, 1], [0, 0, 2]]
    pooled = [option for table in tables for option, count in enumerate(table) for _ in range(count)]
    waves = [0, 0, 0, 1, 1, 2, 2]

    def wins(dealt: tuple[int, ...]) -> float:
        return sum(
            (dealt[i] < dealt[j]) + (dealt[i] == dealt[j]) / 2 for i in range(7) for j in range(7) if waves[i] < waves[j]
        )

    all_wins = [wins(dealt) for dealt in permutations(pooled)]
    middle = sum(all_wins) / len(all_wins)
    variance = sum((won - middle) ** 2 for won in all_wins) / len(all_wins)
    z = (wins(tuple(pooled)) - middle) / math.sqrt(variance)
    assert found_in(trend.jonckheere(tables, [1, 2, 3])).statistic == pytest.approx(z, abs=1e-12)


@given(tables_of_three)
def test_turning_the_scale_or_the_time_never_changes_a_p_value(tables: list[list[int]]) -> None:
    times, scores = [0.0, 1.0, 2.6], [1, 2, 3, 4]
    turned = [table[::-1] for table in tables]
    for one, others in (
        (trend.jonckheere(tables, times), [trend.jonckheere(turned, times), trend.jonckheere(tables[::-1], times)]),
        (
            trend.linear_by_linear(tables, times, scores),
            [trend.linear_by_linear(turned, times, scores), trend.linear_by_linear(tables, [-t for t in times], scores)],
        ),
    ):
        for other in others:
            assert found_in(other).p_value == pytest.approx(found_in(one).p_value, abs=1e-9)


@given(tables_of_three, st.permutations([0, 1, 2]))
def test_the_order_in_which_waves_are_given_and_splitting_one_never_matter(tables: list[list[int]], order: list[int]) -> None:
    times = [0.0, 1.0, 2.6]
    mixed, their_times = [tables[i] for i in order], [times[i] for i in order]
    split = [*mixed, [1, 0, 0, 2]]
    whole = [[a + b for a, b in zip(tables[0], [1, 0, 0, 2], strict=True)], *tables[1:]]
    one, other = trend.jonckheere(split, [*their_times, 0.0]), trend.jonckheere(whole, times)
    assert found_in(one).p_value == pytest.approx(found_in(other).p_value, abs=1e-12)


def test_the_slope_of_two_waves_is_their_change_over_the_years_between_them() -> None:
    waves = [level(31, 60, 85), level(43, 60, 85)]
    expected = limits_of(change.newcombe_fpc(31, 60, 85, 43, 60, 85))
    assert limits_of(trend.share_slope(waves, [0, 2])) == pytest.approx([number / 2 for number in expected], abs=1e-12)
    scores = [estimates.mean([0, 1, 2], table, 20) for table in ([4, 5, 1], [1, 4, 5])]
    means = [score for score in scores if score is not None]
    expected = limits_of(change.mean_change(*means))
    assert limits_of(trend.mean_slope(means, [0, 2])) == pytest.approx([number / 2 for number in expected], abs=1e-12)


def test_the_trend_of_a_mean_over_two_waves_is_the_test_of_its_change_and_rounding_makes_it_less_sure() -> None:
    means = [found for table in ([4, 5, 1], [1, 4, 5]) if (found := estimates.mean([0, 1, 2], table))]
    expected = found_in(significance.welch([0, 1, 2], [4, 5, 1], [1, 4, 5]))
    over_two_years = found_in(trend.mean_trend(means, [0, 2]))
    assert over_two_years.p_value == pytest.approx(expected.p_value, abs=1e-12)
    assert over_two_years.degrees_of_freedom == pytest.approx(expected.degrees_of_freedom, abs=1e-9)
    slack = trend.rounding_of_slope([0.05, 0.05], [0, 2])
    assert slack == pytest.approx(0.05)
    assert found_in(trend.mean_trend(means, [0, 2], slack)).p_value > expected.p_value
    assert found_in(trend.mean_trend(means, [0, 2], 0.35)).p_value == 1, "all of it may come from rounding"


def test_a_wave_in_the_very_middle_does_not_count_for_the_test_of_a_mean_as_it_does_not_for_its_slope() -> None:
    first, last = (estimates.mean([0, 1, 2], table) for table in ([4, 5, 1], [1, 4, 5]))
    one = estimates.mean([0, 1, 2], [0, 1, 0])
    assert first is not None
    assert last is not None
    assert one is not None
    assert trend.mean_trend([first, one, last], [0, 1, 2]) == trend.mean_trend([first, last], [0, 2])


def test_a_wave_at_its_real_distance_counts_by_that_distance() -> None:
    straight = [level(x, 50, 85) for x in (10, 15, 30)]
    assert limits_of(trend.share_slope(straight, [0, 1, 4]))[0] == pytest.approx(0.1, abs=1e-12)
    assert limits_of(trend.share_slope(straight, [0, 1, 2]))[0] == pytest.approx(0.2, abs=1e-12)


def test_a_slope_of_waves_in_which_everybody_answered_is_known_exactly() -> None:
    slope, low, high = limits_of(trend.share_slope([level(x, 20, 20) for x in (5, 9, 12)], [0, 1, 2]))
    assert low == high == slope
    means = [found for table in ([4, 6], [6, 4], [2, 8]) if (found := estimates.mean([0, 1], table, 10))]
    slope, low, high = limits_of(trend.mean_slope(means, [0, 1, 2]))
    assert low == high == slope


def test_where_nothing_can_be_computed_there_is_no_number() -> None:
    unsure = ShareEstimate(1.0, None)
    assert trend.share_slope([unsure], [0]) is None
    assert trend.share_slope([unsure, level(2, 8, 8)], [0, 1]) == Change(-0.75, None)
    single = estimates.mean([0, 1], [0, 1], 9)
    assert single is not None
    assert trend.mean_slope([single, single], [0, 1]) == Change(0.0, None)
    assert trend.mean_slope([single], [0]) is None
    assert trend.mean_trend([single], [0]) is None
    assert trend.mean_trend([single, single], [0, 1]) is None, "two people are no evidence that nothing changed"
    twice = [estimates.mean([0, 1], table, 9) for table in ([0, 1], [1, 0])]
    assert trend.mean_trend([each for each in twice if each], [0, 1]) is None
    assert trend.jonckheere([[3, 4], [0, 0]], [0, 1]) is None
    assert trend.linear_by_linear([[3, 4], [2, 1]], [1, 1], [0, 1]) is None
    assert found_in(trend.jonckheere([[0, 4], [0, 3], [0, 2]], [0, 1, 2])).p_value == 1
    assert found_in(trend.linear_by_linear([[0, 4], [0, 3]], [0, 1], [0, 1])).p_value == 1
    assert trend.share_slope([level(4, 9, 9)] * 2, [0, 1e-300]) is None
    assert trend.share_slope([level(4, 9, 9)] * 2, [0, 1]) == Change(0.0, Interval(0.0, 0.0))


@pytest.mark.parametrize("times", [[0, 1], [1, 1]])
def test_waves_of_different_options_are_refused(times: list[float]) -> None:
    with pytest.raises(ValueError, match="different numbers of options"):
        trend.jonckheere([[3, 4], [1, 2, 3]], times)


def test_times_that_are_no_numbers_and_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="give the day of each wave"):
        trend.linear_by_linear([[3, 4], [1, 2]], [0, math.nan], [0, 1])
    with pytest.raises(ValueError, match="give the day of each wave"):
        trend.share_slope([level(4, 9, 9)] * 2, [0, math.inf])
    with pytest.raises(ValueError, match="a frequency is negative"):
        trend.jonckheere([[3, 4], [-1, 2]], [0, 1])

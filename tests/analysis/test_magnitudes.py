"""Sums of what institutions gave: told only if no one of them can be told from it."""

from hypothesis import given
from hypothesis import strategies as st

from analysis.magnitudes import FEWEST_CONTRIBUTORS, P_PERCENT, may_be_told

AMOUNTS = st.lists(st.floats(0.5, 1000), min_size=3, max_size=8)


def test_fewer_than_three_contributors_tell_each_other() -> None:
    assert not may_be_told([])
    assert not may_be_told([100])
    assert not may_be_told([50, 50])
    assert not may_be_told([50, 50, 0, 0]), "nothing given is no contribution"
    assert may_be_told([50, 50, 50])


def test_an_unknown_contribution_hides_the_sum() -> None:
    assert not may_be_told([50, 50, 50, None])


def test_a_sum_that_gives_the_largest_away_to_within_ten_per_cent_is_hidden() -> None:
    assert not may_be_told([1000, 500, 99])
    assert may_be_told([1000, 500, 100])


@given(AMOUNTS)
def test_the_second_largest_never_comes_within_ten_per_cent_of_the_largest_where_the_sum_is_told(parts: list[float]) -> None:
    if not may_be_told(parts):
        return
    largest, second, *_ = sorted(parts, reverse=True)
    upper = sum(parts) - second
    assert upper - largest >= largest * P_PERCENT / 100 - 1e-6


def test_the_thresholds_are_not_below_their_defaults() -> None:
    assert FEWEST_CONTRIBUTORS >= 3
    assert P_PERCENT >= 10

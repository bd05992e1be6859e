"""Equivalence: the most likely shares found by other means, scipy's one-sided tests, chance counted out, and the edges."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, special, stats

from analysis import equivalence, significance
from analysis.equivalence import Equivalence

counts = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
tables = st.lists(st.integers(1, 9), min_size=4, max_size=4)


def p_of(found: Equivalence | None) -> float:
    assert found is not None
    return found.p_value


@pytest.mark.parametrize(
    "case", [(31, 60, 43, 60, 0.1), (31, 60, 43, 60, -0.1), (40, 60, 42, 60, 0.2), (3, 20, 8, 35, 0.25), (0, 12, 3, 9, -0.4)]
)
def test_the_restricted_shares_are_the_most_likely_ones(case: tuple[int, int, int, int, float]) -> None:
    """The score test of statsmodels 0.15 is no yardstick here: its shares are less likely than these."""
    x1, n1, x2, n2, difference = case

    def unlikely(p1: float) -> float:
        return -float(stats.binom.logpmf(x1, n1, p1) + stats.binom.logpmf(x2, n2, p1 + difference))

    low, high = max(0.0, -difference), min(1.0, 1 - difference)
    best = optimize.minimize_scalar(unlikely, bounds=(low, high), method="bounded", options={"xatol": 1e-10}).x
    assert equivalence.restricted_shares(*case) == pytest.approx((best, best + difference), abs=1e-5)


sizes = st.sampled_from([1, 2, 5, 30, 240, 100_000])
with_ends = sizes.flatmap(lambda n: st.tuples(st.one_of(st.just(0), st.just(n), st.integers(0, n)), st.just(n)))


@given(with_ends, with_ends, st.sampled_from([1e-6, 0.01, 0.1, 0.3, 0.999, 1.0]), st.sampled_from([-1, 1]))
def test_no_shares_on_a_fine_grid_are_more_likely_than_the_restricted_ones(
    first: tuple[int, int], second: tuple[int, int], margin: float, sign: int
) -> None:
    """With nobody and everybody among the counts, waves of very different size, and margins up to the whole scale."""
    (x1, n1), (x2, n2), difference = first, second, sign * margin
    p1, p2 = equivalence.restricted_shares(x1, n1, x2, n2, difference)
    assert p2 - p1 == pytest.approx(difference, abs=1e-12)

    def likely(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        parts = (x1, one), (n1 - x1, 1 - one), (x2, other), (n2 - x2, 1 - other)
        return np.asarray(sum(special.xlogy(x, p) for x, p in parts))

    grid = np.linspace(max(0.0, -difference), min(1.0, 1 - difference), 4001)
    best = likely(grid, np.clip(grid + difference, 0, 1)).max()
    if np.isfinite(best):  # else no such pair could give these counts
        assert likely(np.array(p1), np.array(p2)) >= best - 1e-3


@given(counts, counts)
def test_without_a_margin_the_restricted_shares_are_the_common_share(first: tuple[int, int], second: tuple[int, int]) -> None:
    common = (first[0] + second[0]) / (first[1] + second[1])
    assert equivalence.restricted_shares(*first, *second, 0.0) == pytest.approx((common, common), abs=1e-6)


def test_a_mean_agrees_with_scipy_s_one_sided_welch_tests() -> None:
    values, f1, f2 = [0, 1, 2, 3], [5, 9, 12, 4], [4, 8, 15, 6]
    before, after = np.repeat(values, f1), np.repeat(values, f2)
    sides = [
        stats.ttest_ind(after + 0.5, before, equal_var=False, alternative="greater").pvalue,
        stats.ttest_ind(after - 0.5, before, equal_var=False, alternative="less").pvalue,
    ]
    assert p_of(equivalence.equivalent_mean(values, f1, f2, 0.5)) == pytest.approx(max(sides), abs=1e-12)


def test_a_superiority_at_the_edge_of_its_margin_is_as_probable_as_not() -> None:
    f1, f2 = [13, 15, 13, 9, 8], [8, 13, 15, 14, 9]
    clear = significance.brunner_munzel(f1, f2)
    assert clear is not None
    edge = 0.572472238457043 - 0.5
    assert p_of(equivalence.equivalent_superiority(f1, f2, edge)) == pytest.approx(0.5, abs=1e-9)
    assert p_of(equivalence.equivalent_superiority(f1, f2, 2 * edge)) == pytest.approx(clear.p_value / 2, abs=1e-9)


@pytest.mark.parametrize(("n", "p1"), [(60, 0.5), (60, 0.2), (30, 0.8)])
def test_a_change_as_large_as_the_margin_is_called_smaller_about_5_times_in_100_at_most(n: int, p1: float) -> None:
    """Every pair of counts with its chance: enumerated, not simulated."""
    margin = 0.15 if p1 < 0.5 else -0.15
    first, second = (np.asarray(stats.binom.pmf(range(n + 1), n, p)) for p in (p1, p1 + margin))
    wrong = sum(
        first[x1] * second[x2]
        for x1, x2 in product(range(n + 1), repeat=2)
        if first[x1] * second[x2] > 1e-9 and p_of(equivalence.equivalent_share(x1, n, x2, n, 0.15)) <= 0.05
    )
    assert wrong <= 0.06


@pytest.mark.parametrize(("n1", "n2", "p1", "margin"), [(12, 20, 0.6, 0.4), (5, 12, 0.0, 0.4), (25, 25, 0.9, 0.1)])
def test_with_few_answers_near_the_ends_it_errs_up_to_9_times_in_100_as_its_page_says(
    n1: int, n2: int, p1: float, margin: float
) -> None:
    first, second = (np.asarray(stats.binom.pmf(range(n + 1), n, p)) for n, p in ((n1, p1), (n2, p1 + margin)))
    wrong = sum(
        first[x1] * second[x2]
        for x1, x2 in product(range(n1 + 1), range(n2 + 1))
        if p_of(equivalence.equivalent_share(x1, n1, x2, n2, margin)) <= 0.05
    )
    assert 0.07 < wrong < 0.09


@pytest.mark.parametrize(
    ("sizes_of", "people", "p1", "margin"),
    [
        ([6] * 5, [9] * 5, 0.8, 0.3),
        ([5] * 8, [80, *[7] * 7], 1.0, 0.2),
        ([30, 10, 5, 5], [45, 15, 7, 7], 0.9, 0.3),
        ([10] * 3, [15] * 3, 1.0, 0.1),
    ],
)
def test_over_small_groups_it_errs_up_to_7_times_in_100_as_its_page_says(
    sizes_of: list[int], people: list[int], p1: float, margin: float
) -> None:
    """Always the same 2,000 pairs of waves, 30 to 50 answers each, in groups of 5 and more."""
    generator = np.random.default_rng(20261127)
    shares = np.full(len(sizes_of), p1), np.full(len(sizes_of), p1 - margin)
    drawn = [[generator.binomial(sizes_of, each).tolist() for each in shares] for _ in range(2000)]
    wrong = sum(
        p_of(equivalence.stratified_equivalent_share(x1, sizes_of, people, x2, sizes_of, people, margin)) < 0.05
        for x1, x2 in drawn
    )
    assert wrong / 2000 < 0.08


@given(counts, counts, st.floats(0.05, 0.4), tables, tables)
def test_swapped_waves_and_turned_scales_are_as_equivalent(
    first: tuple[int, int], second: tuple[int, int], margin: float, f1: list[int], f2: list[int]
) -> None:
    p_value = p_of(equivalence.equivalent_share(*first, *second, margin))
    assert p_of(equivalence.equivalent_share(*second, *first, margin)) == pytest.approx(p_value, abs=1e-5)
    opposite = [(n - x, n) for x, n in (first, second)]
    assert p_of(equivalence.equivalent_share(*opposite[0], *opposite[1], margin)) == pytest.approx(p_value, abs=1e-5)
    assert p_of(equivalence.equivalent_share(*first, *second, margin + 0.1)) <= p_value + 1e-5
    one = p_of(equivalence.equivalent_superiority(f1, f2, margin))
    assert p_of(equivalence.equivalent_superiority(f2[::-1], f1[::-1], margin)) == pytest.approx(one, abs=1e-9)
    mean = p_of(equivalence.equivalent_mean([1, 2, 3, 4], f1, f2, margin))
    assert p_of(equivalence.equivalent_mean([1, 2, 3, 4], f2, f1, margin)) == pytest.approx(mean, abs=1e-9)


def test_where_nothing_can_be_computed_there_is_no_p_value() -> None:
    assert equivalence.equivalent_share(0, 0, 3, 9, 0.1) is None
    assert equivalence.equivalent_mean([0, 1], [0, 1], [3, 4], 0.5) is None
    assert equivalence.equivalent_mean([0, 1], [0, 5], [0, 4], 0.5) is None
    # Seven times 0.7 over seven is not quite 0.7 by arithmetic: it must not pass for a variance.
    assert equivalence.equivalent_mean([0.1, 0.7], [0, 7], [0, 3], 0.1) is None
    assert equivalence.equivalent_superiority([5, 0], [0, 5], 0.1) is None
    assert p_of(equivalence.equivalent_share(0, 9, 9, 9, 0.1)) > 0.99


def test_there_are_no_most_likely_shares_without_answers_or_at_an_impossible_difference() -> None:
    with pytest.raises(ValueError, match="give counts of both waves"):
        equivalence.restricted_shares(0, 0, 3, 9, 0.1)
    with pytest.raises(ValueError, match="no difference of two shares"):
        equivalence.restricted_shares(1, 9, 3, 9, 1.1)


@pytest.mark.parametrize("margin", [0, -0.1, 1])
def test_what_is_no_margin_is_refused(margin: float) -> None:
    with pytest.raises(ValueError, match="declare a change above 0"):
        equivalence.equivalent_share(1, 9, 3, 9, margin)
    with pytest.raises(ValueError, match="below 1"):
        equivalence.equivalent_mean([0, 1], [1, 2], [2, 1], margin)
    with pytest.raises(ValueError, match=r"below 0\.5"):
        equivalence.equivalent_superiority([1, 2], [2, 1], margin)

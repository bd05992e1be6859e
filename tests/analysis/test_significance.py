"""Tests between waves: the numbers of R, other libraries where they can be trusted, brute force, and the edges."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from analysis import significance
from analysis.change import superiority_estimate
from analysis.exact import conditional_p
from analysis.significance import Significance

Reference = Callable[[str], dict[str, Any]]

small_waves = st.tuples(st.integers(1, 14), st.integers(1, 14)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)
small_tables = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=4).filter(
    lambda options: any(before for before, _ in options) and any(after for _, after in options)
)


def result_of(found: Significance | None) -> Significance:
    assert found is not None
    return found


def expand(counts: Sequence[int]) -> list[int]:
    return [option for option, count in enumerate(counts) for _ in range(count)]


def test_boschloo_s_test_agrees_with_r(reference: Reference) -> None:
    case = reference("051_boschloo")
    for (a, b, c, d), expected in zip(case["input"]["tables"], case["expected"], strict=True):
        found = result_of(significance.boschloo(a, a + c, b, b + d))
        assert found.method == "boschloo"
        assert found.p_value == pytest.approx(expected["p_two"], abs=case["tol"])


@given(small_waves)
@settings(max_examples=30)
def test_boschloo_s_test_agrees_with_scipy(counts: tuple[int, int, int, int]) -> None:
    x1, n1, x2, n2 = counts
    oracle = stats.boschloo_exact([[x1, x2], [n1 - x1, n2 - x2]], n=64).pvalue
    assert result_of(significance.boschloo(*counts)).p_value == pytest.approx(min(1.0, oracle), abs=1e-6)


@pytest.mark.parametrize(
    "counts", [(31, 60, 43, 60), (55, 60, 59, 60), (100, 300, 130, 290), (2, 300, 11, 300), (0, 9, 40, 120)]
)
def test_boschloo_s_test_agrees_with_scipy_at_the_sizes_in_use(counts: tuple[int, int, int, int]) -> None:
    x1, n1, x2, n2 = counts
    oracle = stats.boschloo_exact([[x1, x2], [n1 - x1, n2 - x2]], n=64).pvalue
    assert result_of(significance.boschloo(*counts)).p_value == pytest.approx(oracle, rel=1e-6)


@given(small_waves)
@settings(max_examples=40)
def test_boschloo_s_p_is_the_most_that_the_tables_as_extreme_as_this_can_have(counts: tuple[int, int, int, int]) -> None:
    """Every table looked at by itself, at many shares: never above the p value, and as high as it but for the grid."""
    x1, n1, x2, n2 = counts
    sides = []
    for x, y in ((x1, x2), (n1 - x1, n2 - x2)):
        fisher = [[stats.hypergeom.cdf(i, n1 + n2, i + j, n1) for j in range(n2 + 1)] for i in range(n1 + 1)]
        region = np.array(fisher) <= fisher[x][y] * (1 + 1e-9)
        chances = [
            stats.binom.pmf(np.arange(n1 + 1), n1, share) @ region @ stats.binom.pmf(np.arange(n2 + 1), n2, share)
            for share in np.linspace(0, 1, 201)
        ]
        sides.append(max(chances))
    found = result_of(significance.boschloo(*counts)).p_value
    least = min(1.0, 2 * min(sides))
    assert least * (1 - 1e-9) <= found <= least * 1.01


@pytest.mark.parametrize(("n1", "n2"), [(12, 10), (7, 15)])
def test_chance_alone_is_called_clear_at_most_5_times_in_100(n1: int, n2: int) -> None:
    """Every table at every common share: the test is exact."""
    refused = np.array(
        [[result_of(significance.boschloo(i, n1, j, n2)).p_value <= 0.05 for j in range(n2 + 1)] for i in range(n1 + 1)]
    )
    assert refused.any()
    for share in np.linspace(0, 1, 201):
        first, second = (stats.binom.pmf(np.arange(n + 1), n, share) for n in (n1, n2))
        assert first @ refused @ second <= 0.05 + 1e-9


def test_a_large_wave_takes_the_score_test() -> None:
    assert result_of(significance.boschloo(100, 300, 130, 300)).method == "boschloo"
    large = result_of(significance.boschloo(100, 301, 130, 300))
    oracle = stats.chi2_contingency([[100, 201], [130, 170]], correction=False)
    assert large.method == "score"
    assert large.p_value == pytest.approx(oracle.pvalue, abs=1e-12)
    assert (large.statistic or 0) ** 2 == pytest.approx(oracle.statistic, abs=1e-9)


def test_fisher_s_test_of_one_stratum_agrees_with_r(reference: Reference) -> None:
    case = reference("050_fisher")
    for (a, b, c, d), expected in zip(case["input"]["tables"], case["expected"], strict=True):
        assert conditional_p([(c, c + d, a, a + b)]) == pytest.approx(expected["p"], abs=1e-9)
    separated = reference("100_degenerate")["expected"]["fisher"]
    assert conditional_p([(0, 5, 5, 5)]) == pytest.approx(separated, abs=1e-9)


def test_a_change_within_strata_agrees_with_statsmodels(reference: Reference) -> None:
    counts = reference("015_strat_diff")["input"]
    strata = (counts["x1_h"], counts["n1_h"], counts["x2_h"], counts["n2_h"])
    tables = [np.array([[x2, n2 - x2], [x1, n1 - x1]]) for x1, n1, x2, n2 in zip(*strata, strict=True)]
    oracle = StratifiedTable(tables).test_null_odds(correction=False)
    found = result_of(significance.cochran_mantel_haenszel(*strata))
    assert found.method == "cochran_mantel_haenszel"
    assert (found.statistic, found.p_value) == pytest.approx((oracle.statistic, oracle.pvalue), abs=1e-9)


def test_few_people_within_strata_are_counted_out_exactly() -> None:
    found = result_of(significance.cochran_mantel_haenszel([1, 0], [4, 3], [3, 2], [5, 3]))
    first, second = ([stats.hypergeom.pmf(k, n, have, drawn) for k in range(6)] for n, have, drawn in ((9, 4, 5), (6, 2, 3)))
    chance = np.convolve(first, second)
    assert found.method == "exact_conditional"
    assert found.p_value == pytest.approx(chance[chance <= chance[5] * (1 + 1e-7)].sum(), abs=1e-12)


def test_ranks_with_ties_agree_with_r(reference: Reference) -> None:
    case = reference("040_mannwhitney_ties")
    f1, f2 = case["input"]["f1"], case["input"]["f2"]
    found = result_of(significance.van_elteren([f1], [f2]))
    assert found.p_value == pytest.approx(case["expected"]["p_nocc"], abs=case["tol"])
    estimate = superiority_estimate(f1, f2)
    assert estimate is not None
    assert estimate.probability * sum(f1) * sum(f2) == pytest.approx(case["expected"]["U2"], abs=case["tol"])


def test_ranks_within_strata_weigh_each_stratum_by_its_size() -> None:
    """Two equal strata double the evidence: z grows by the root of two; a tied stratum adds nothing."""
    f1, f2 = [13, 15, 13, 9, 8], [8, 13, 15, 14, 9]
    one = result_of(significance.van_elteren([f1], [f2]))
    two = result_of(significance.van_elteren([f1, f1], [f2, f2]))
    with_tied = result_of(significance.van_elteren([f1, [4, 0, 0, 0, 0]], [f2, [7, 0, 0, 0, 0]]))
    assert two.statistic == pytest.approx((one.statistic or 0) * 2**0.5)
    assert with_tied == one


def test_van_elteren_s_weights_are_those_of_his_paper() -> None:
    """Unequal strata against the formula with midranks from scipy."""
    tables1, tables2 = [[5, 4, 3], [9, 2, 6]], [[2, 4, 8], [5, 7, 12]]
    surplus = variance = 0.0
    for f1, f2 in zip(tables1, tables2, strict=True):
        ranks = stats.rankdata(expand(f1) + expand(f2))
        n1, n2 = sum(f1), sum(f2)
        weight = 1 / (n1 + n2 + 1)
        surplus += weight * (ranks[n1:].sum() - n2 * (n1 + n2 + 1) / 2)
        variance += weight**2 * n1 * n2 / (n1 + n2) * ranks.var(ddof=1)
    assert result_of(significance.van_elteren(tables1, tables2)).statistic == pytest.approx(surplus / variance**0.5)


def test_brunner_and_munzel_s_test_agrees_with_r(reference: Reference) -> None:
    case = reference("042_brunner_munzel")
    for tables, expected in list(zip(case["input"]["cases"], case["expected"], strict=True))[:3]:
        found = result_of(significance.brunner_munzel(tables["f1"], tables["f2"]))
        assert found.method == "brunner_munzel"
        numbers = (found.statistic, found.degrees_of_freedom, found.p_value)
        assert numbers == pytest.approx((expected["t"], expected["df"], expected["pvalue"]), abs=case["tol"])


def test_a_wave_of_at_most_15_answers_is_counted_out_exactly() -> None:
    assert result_of(significance.brunner_munzel([8, 8], [4, 12])).method == "brunner_munzel"
    assert result_of(significance.brunner_munzel([8, 7], [4, 12])).method == "exact_permutation"


@given(small_tables)
@settings(max_examples=60)
def test_the_permutation_test_tries_every_way_of_dealing_out_the_answers(options: list[tuple[int, int]]) -> None:
    f1, f2 = [before for before, _ in options], [after for _, after in options]
    ranks = stats.rankdata(expand(f1) + expand(f2))
    n1, expected = sum(f1), sum(f1) * (len(ranks) + 1) / 2
    observed = abs(ranks[:n1].sum() - expected)
    deals = [abs(sum(deal) - expected) >= observed - 1e-9 for deal in combinations(ranks, n1)]
    found = result_of(significance.permutation(f1, f2))
    assert found.p_value == pytest.approx(sum(deals) / len(deals), abs=1e-12)


def test_separated_waves_have_an_exact_p_value_at_any_size(reference: Reference) -> None:
    case = reference("100_degenerate")
    small = result_of(significance.brunner_munzel(case["input"]["f_high"], case["input"]["f_low"]))
    assert small.method == "exact_permutation"
    assert small.p_value == pytest.approx(case["expected"]["mw_separated_exact"], abs=case["tol"])
    large = result_of(significance.brunner_munzel([200, 300, 0], [0, 0, 400]))
    assert large.method == "exact_permutation"
    assert 0 < large.p_value < 1e-200


def test_tied_answers_are_no_evidence() -> None:
    for size in (5, 60):
        assert result_of(significance.brunner_munzel([0, size, 0], [0, size, 0])).p_value == 1
    assert result_of(significance.van_elteren([[0, 9]], [[0, 7]])).p_value == 1
    assert result_of(significance.boschloo(0, 60, 0, 60)).p_value == 1
    assert result_of(significance.score_test(400, 400, 350, 350)).p_value == 1
    assert result_of(significance.cochran_mantel_haenszel([0, 5], [6, 5], [0, 8], [7, 8])).p_value == 1
    assert result_of(significance.welch([0, 1], [0, 5], [0, 9])).p_value == 1
    assert result_of(significance.cochran_armitage([0, 0], [9, 9], [1, 2])).p_value == 1


def test_without_answers_there_is_no_p_value() -> None:
    assert significance.boschloo(0, 0, 3, 5) is None
    assert significance.score_test(3, 5, 0, 0) is None
    assert significance.cochran_mantel_haenszel([0], [0], [2], [3]) is None
    assert significance.brunner_munzel([0, 0], [1, 2]) is None
    assert significance.permutation([1, 2], [0, 0]) is None
    assert significance.van_elteren([[0, 0]], [[1, 2]]) is None
    assert significance.welch([0, 1], [0, 1], [3, 4]) is None
    assert significance.stratified_welch([0, 1], [[3, 4], [0, 1]], [9, 5], [[4, 3], [2, 2]], [9, 5]) is None
    assert significance.stratified_welch([0, 1], [[3, 0]], [9], [[4, 0]], [9]) is None
    assert significance.cochran_armitage([3, 0], [9, 0], [2024, 2026]) is None


def test_a_stratum_empty_in_one_wave_carries_no_information_on_the_change() -> None:
    one = significance.cochran_mantel_haenszel([31], [60], [43], [60])
    assert significance.cochran_mantel_haenszel([31, 0], [60, 0], [43, 4], [60, 5]) == one


def test_welch_s_test_agrees_with_scipy(reference: Reference) -> None:
    tables = reference("020_srs_mean_fpc")["input"]
    oracle = stats.ttest_ind(expand(tables["f2"]), expand(tables["f1"]), equal_var=False)
    found = result_of(significance.welch(tables["values"], tables["f1"], tables["f2"]))
    numbers = (found.statistic, found.degrees_of_freedom, found.p_value)
    assert numbers == pytest.approx((oracle.statistic, oracle.df, oracle.pvalue), abs=1e-9)


def test_two_waves_without_variance_but_apart_are_tested_exactly() -> None:
    found = result_of(significance.welch([0, 1, 2], [5, 0, 0], [0, 0, 5]))
    assert found.method == "exact_permutation"
    assert found.p_value == pytest.approx(2 / 252)


def test_a_stratified_change_of_the_score_is_tested_without_finite_population(reference: Reference) -> None:
    case = reference("022_strat_mean_fpc")["input"]
    people = list(case["N_h"].values())
    first, second = ([case[tables][name] for name in case["N_h"]] for tables in ("freq1", "freq2"))
    found = result_of(significance.stratified_welch(case["values"], first, people, second, people))
    thousandfold = [1000 * number for number in people]
    assert significance.stratified_welch(case["values"], first, thousandfold, second, thousandfold) == found
    variance = sum(
        (number / sum(people)) ** 2 * float(np.var(expand(table), ddof=1)) / sum(table)
        for wave in (first, second)
        for table, number in zip(wave, people, strict=True)
    )
    expected = reference("022_strat_mean_fpc")["expected"]
    assert found.statistic == pytest.approx((expected["wave2"]["mean"] - expected["wave1"]["mean"]) / variance**0.5)


def test_one_stratum_gives_welch_s_test() -> None:
    f1, f2 = [4, 6, 3], [1, 4, 8]
    plain = result_of(significance.welch([0, 1, 2], f1, f2))
    found = result_of(significance.stratified_welch([0, 1, 2], [f1], [40], [f2], [30]))
    assert (found.statistic, found.p_value) == pytest.approx((plain.statistic, plain.p_value), abs=1e-12)


def test_a_trend_over_waves_agrees_with_r(reference: Reference) -> None:
    case = reference("049_cochran_armitage")
    x, n, expected = case["input"]["x"], case["input"]["n"], case["expected"]
    equal = result_of(significance.cochran_armitage(x, n, case["input"]["score_equal"]))
    timed = result_of(significance.cochran_armitage(x, n, case["input"]["score_time"]))
    three = result_of(significance.cochran_armitage(x[:3], n[:3], [1, 2, 3]))
    for found, name in ((equal, "equal"), (timed, "time"), (three, "3")):
        assert found.statistic == pytest.approx(expected[f"chi2_{name}"], abs=case["tol"])
        assert found.p_value == pytest.approx(expected[f"p_{name}"], abs=case["tol"])


def test_the_trend_of_two_waves_is_the_score_test() -> None:
    trend = result_of(significance.cochran_armitage([31, 43], [60, 60], [2024, 2026]))
    assert trend.p_value == pytest.approx(result_of(significance.score_test(31, 60, 43, 60)).p_value, abs=1e-12)


@pytest.mark.parametrize("method", [significance.boschloo, significance.score_test])
def test_impossible_counts_are_refused(method: Callable[[int, int, int, int], Significance | None]) -> None:
    with pytest.raises(ValueError, match="61 of 60"):
        method(61, 60, 3, 60)
    with pytest.raises(ValueError, match="-3 of 60"):
        method(1, 60, -3, 60)

"""Changes between two waves: the numbers of R and of the papers, coverage in a finite population, and the edges."""

import math
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_effectsize

from analysis import change
from analysis.change import Change
from analysis.estimates import Interval, MeanEstimate, mean, stratified_mean

Reference = Callable[[str], dict[str, Any]]
Answers = Callable[[str], list[dict[str, str]]]


def numbers_of(found: Change | None) -> tuple[float, float, float]:
    assert found is not None
    assert found.interval is not None
    return found.change, found.interval.low, found.interval.high


def expand(counts: list[int]) -> list[int]:
    return [option for option, count in enumerate(counts) for _ in range(count)]


def agresti_caffo(x1: int, n1: int, x2: int, n2: int) -> Interval:
    """Another interval for the difference p1 - p2, by other means: two more yes and no in all."""
    p1, p2 = (x1 + 1) / (n1 + 2), (x2 + 1) / (n2 + 2)
    half = stats.norm.ppf(0.975) * math.sqrt(p1 * (1 - p1) / (n1 + 2) + p2 * (1 - p2) / (n2 + 2))
    return Interval(p1 - p2 - half, p1 - p2 + half)


def test_newcombe_s_interval_agrees_with_his_paper(reference: Reference) -> None:
    """The paper subtracts the second share; here the first wave is subtracted, so the waves are handed over swapped."""
    case = reference("010_newcombe_published")
    given, expected = case["input"], case["expected"]
    for i in range(len(given["x1"])):
        found = change.newcombe(given["x2"][i], given["n2"][i], given["x1"][i], given["n1"][i])
        assert numbers_of(found) == pytest.approx([expected[key][i] for key in ("diff", "lo", "hi")], abs=case["tol"])


def test_the_change_of_a_share_agrees_with_r(reference: Reference) -> None:
    case = reference("011_newcombe_change")
    given, expected = case["input"], case["expected"]
    for i in range(len(given["x1"])):
        found = change.newcombe(given["x1"][i], given["n1"][i], given["x2"][i], given["n2"][i])
        assert numbers_of(found) == pytest.approx([expected[key][i] for key in ("est", "lo", "hi")], abs=case["tol"])


def test_the_edges_of_newcombe_s_interval_agree_with_r(reference: Reference) -> None:
    case = reference("100_degenerate")
    for counts, key in (((0, 5, 5, 5), "newcombe"), ((0, 1, 1, 1), "newcombe_n1"), ((0, 5, 0, 5), "newcombe_zero")):
        assert numbers_of(change.newcombe(*counts)) == pytest.approx(case["expected"][key], abs=case["tol"])


def test_newcombe_s_interval_lies_near_agresti_and_caffo_s(reference: Reference) -> None:
    case = reference("013_agresti_caffo")
    given, expected = case["input"], case["expected"]
    for i in range(len(given["x1"])):
        counts = (given["x1"][i], given["n1"][i], given["x2"][i], given["n2"][i])
        other = agresti_caffo(*counts)
        assert (other.low, other.high) == pytest.approx((expected["lo"][i], expected["hi"][i]), abs=case["tol"])
        _, low, high = numbers_of(change.newcombe(*counts))
        # Newcombe's never passes -1, and with five answers in a wave the two may differ by a tenth.
        assert (-high, -low) == pytest.approx((max(-1, other.low), other.high), abs=0.01 if min(counts[1::2]) > 50 else 0.11)


def test_the_stratified_change_agrees_with_r(reference: Reference) -> None:
    case = reference("015_strat_diff")
    given, expected = case["input"], case["expected"]
    found = change.stratified_newcombe_fpc(
        given["x1_h"], given["n1_h"], given["N_h"], given["x2_h"], given["n2_h"], given["N_h"]
    )
    level, low, high = numbers_of(found)
    assert level == pytest.approx(expected["diff"], abs=case["tol"])
    # R has only the Wald interval here; in the middle of the scale it lies within 3 points of Newcombe's.
    assert (low, high) == pytest.approx((expected["wald_lo"], expected["wald_hi"]), abs=0.03)
    waves = [
        stratified_mean((0, 1), [(n - x, x) for x, n in zip(given[f"x{w}_h"], given[f"n{w}_h"], strict=True)], given["N_h"])
        for w in (1, 2)
    ]
    assert waves[0] is not None
    assert waves[1] is not None
    as_mean = change.mean_change(waves[0], waves[1])
    assert as_mean.change == pytest.approx(expected["diff"], abs=case["tol"])
    error = math.hypot(waves[0].standard_error or 0, waves[1].standard_error or 0)
    assert error == pytest.approx(expected["se"], abs=case["tol"])


def test_the_interval_with_fpc_holds_the_true_change_of_these_people_about_95_times_in_100() -> None:
    """All pairs of samples of 60 out of 85, for true numbers of people over the whole range: enumerated, not simulated."""
    population, n = 85, 60
    found = {(x1, x2): change.newcombe_fpc(x1, n, population, x2, n, population) for x1, x2 in product(range(61), repeat=2)}
    low = np.array([[numbers_of(found[x1, x2])[1] for x2 in range(61)] for x1 in range(61)])
    high = np.array([[numbers_of(found[x1, x2])[2] for x2 in range(61)] for x1 in range(61)])
    truths = range(3, 85, 4)
    chance = {truth: stats.hypergeom.pmf(range(61), population, truth, n) for truth in truths}
    coverage = [
        chance[k1] @ ((low <= (k2 - k1) / population + 1e-12) & (high >= (k2 - k1) / population - 1e-12)) @ chance[k2]
        for k1, k2 in product(truths, repeat=2)
    ]
    assert 0.945 < np.mean(coverage) < 0.975
    assert min(coverage) > 0.90


def test_an_interval_without_fpc_is_too_wide_for_these_people_and_one_with_it_too_narrow_for_the_next() -> None:
    _, low, high = numbers_of(change.newcombe_fpc(31, 60, 85, 43, 60, 85))
    _, wide_low, wide_high = numbers_of(change.newcombe(31, 60, 43, 60))
    assert wide_low < low < high < wide_high
    assert (high - low) / (wide_high - wide_low) == pytest.approx(math.sqrt(1 - 60 / 85), abs=0.02)


def test_the_shown_change_uses_what_is_known_of_each_wave() -> None:
    assert change.share_change(31, 60, 43, 60) == change.newcombe(31, 60, 43, 60)
    assert change.share_change(31, 60, 43, 60, 85, 85) == change.newcombe_fpc(31, 60, 85, 43, 60, 85)
    _, low, high = numbers_of(change.share_change(31, 60, 43, 60, 60, 85))
    _, both_low, both_high = numbers_of(change.share_change(31, 60, 43, 60, 85, 85))
    assert both_low < low < high < both_high


def test_a_wave_without_answers_has_no_change_and_one_answer_has_no_interval() -> None:
    assert change.newcombe(0, 0, 43, 60) is None
    assert change.newcombe_fpc(31, 60, 85, 0, 0, 85) is None
    assert change.share_change(31, 60, 0, 0) is None
    assert change.stratified_newcombe_fpc([1], [2], [4], [0], [0], [4]) is None
    assert change.share_change(1, 1, 30, 60, 85, 85) == Change(-0.5, None)
    assert change.share_change(1, 1, 1, 2, 1, 2) == Change(-0.5, Interval(-0.5, -0.5))


def test_the_change_of_a_mean_without_a_population_is_welch_s() -> None:
    f1, f2 = [4, 6, 13, 12, 6, 9, 6, 4, 0], [1, 4, 1, 9, 9, 11, 13, 8, 4]
    before, after = mean(range(9), f1), mean(range(9), f2)
    assert before is not None
    assert after is not None
    oracle = stats.ttest_ind(expand(f2), expand(f1), equal_var=False)
    limits = oracle.confidence_interval(0.95)
    assert numbers_of(change.mean_change(before, after)) == pytest.approx((89 / 60, limits.low, limits.high), abs=1e-9)


def test_the_change_of_a_mean_among_these_people_is_known_better(reference: Reference) -> None:
    case = reference("020_srs_mean_fpc")
    given, expected = case["input"], case["expected"]
    before, after = (mean(given["values"], given[f], given["N"]) for f in ("f1", "f2"))
    assert before is not None
    assert after is not None
    level, low, high = numbers_of(change.mean_change(before, after))
    error = math.hypot(expected["wave1"]["se"], expected["wave2"]["se"])
    assert level == pytest.approx(expected["wave2"]["mean"] - expected["wave1"]["mean"], abs=case["tol"])
    assert (high - low) / 2 == pytest.approx(stats.t.ppf(0.975, 118) * error, rel=1e-5)


def test_a_change_of_a_mean_needs_some_variance_unless_everybody_answered() -> None:
    def wave(counts: list[int], population: int) -> MeanEstimate:
        found = mean([0, 1, 2], counts, population)
        assert found is not None
        return found

    one, same, varied = wave([1, 0, 0], 9), wave([0, 0, 5], 9), wave([2, 1, 2], 9)
    assert change.mean_change(one, varied) == Change(1.0, None)
    assert change.mean_change(same, same) == Change(0.0, None)
    assert numbers_of(change.mean_change(same, varied))[0] == -1.0
    assert change.mean_change(wave([1, 0, 0], 1), wave([0, 0, 5], 5)) == Change(2.0, Interval(2.0, 2.0))


def test_superiority_agrees_with_r(reference: Reference) -> None:
    case = reference("042_brunner_munzel")
    for tables, expected in zip(case["input"]["cases"], case["expected"], strict=True):
        found = change.superiority_estimate(tables["f1"], tables["f2"])
        assert found is not None
        assert found.interval is not None
        numbers = (found.probability, found.standard_error, found.degrees_of_freedom, found.interval.low, found.interval.high)
        wanted = (expected["p"], expected["se"], expected["df"], *expected["ci_logit"])
        assert numbers == pytest.approx(wanted, abs=case["tol"])
        delta = change.cliffs_delta(tables["f1"], tables["f2"])
        assert delta == pytest.approx(expected["cliff_delta"], abs=case["tol"])
        doubled = (2 * found.interval.low - 1, 2 * found.interval.high - 1)
        assert doubled == pytest.approx(expected["cliff_ci_logit"], abs=case["tol"])


def test_cliff_s_delta_and_superiority_come_straight_from_the_counts(reference: Reference) -> None:
    case = reference("044_cliff_counts")
    tables = (case["input"]["f1"], case["input"]["f2"])
    assert change.cliffs_delta(*tables) == pytest.approx(case["expected"]["delta"], abs=case["tol"])
    assert change.superiority(*tables) == pytest.approx(case["expected"]["ps"], abs=case["tol"])


def rank_difference_as_r_has_it(waves: list[list[tuple[int, float]]]) -> float:
    """The estimate of R's svyranktest for (answer, weight) rows: it averages weighted ranks of ties without their weights."""
    total = sum(weight for wave in waves for _, weight in wave)
    below = 0.0
    ranks: dict[int, list[float]] = {}
    for answer, weight in sorted((row for wave in waves for row in wave), key=lambda row: row[0]):
        ranks.setdefault(answer, []).append((below + weight / 2) / total)
        below += weight
    score = {answer: sum(found) / len(found) for answer, found in ranks.items()}
    first, second = (sum(w * score[a] for a, w in wave) / sum(w for _, w in wave) for wave in waves)
    return second - first


def test_weighted_frequencies_give_the_superiority_of_the_whole_population(reference: Reference, answers: Answers) -> None:
    """R's value depends a little on the order of the rows within a tie; ours, from frequencies, cannot."""
    case = reference("030_svyranktest")
    waves = []
    for name in (case["input"]["csv1"], case["input"]["csv2"]):
        rows = [row for row in answers(name) if row["l2"]]
        weights = {h: people / sum(row["stratum"] == h for row in rows) for h, people in case["input"]["N_h"].items()}
        waves.append([(int(row["l2"]), weights[row["stratum"]]) for row in rows])
    assert rank_difference_as_r_has_it(waves) == pytest.approx(case["expected"]["est"], abs=case["tol"])
    tables = [[sum(weight for answer, weight in wave if answer == option) for option in range(1, 6)] for wave in waves]
    found = change.superiority(tables[0], tables[1])
    assert found is not None
    assert found - 0.5 == pytest.approx(case["expected"]["est"], abs=1e-3)


def test_separated_and_tied_waves_have_a_superiority_but_no_interval(reference: Reference) -> None:
    case = reference("100_degenerate")
    low, high, same = case["input"]["f_low"], case["input"]["f_high"], case["input"]["f_same"]
    separated = change.superiority_estimate(low, high)
    assert separated is not None
    assert (separated.probability, separated.interval) == (case["expected"]["bm_p"], None)
    tied = change.superiority_estimate(same, same)
    assert tied is not None
    assert (tied.probability, tied.interval) == (0.5, None)
    alone = change.superiority_estimate([0, 1, 0, 0, 0], same)
    assert alone == change.Superiority(1.0, None, None, None)
    assert change.superiority_estimate([0, 0], [1, 0]) is None
    assert change.cliffs_delta([0, 0], [1, 0]) is None


def test_tables_that_do_not_match_are_refused() -> None:
    with pytest.raises(ValueError, match="3 and 2 options"):
        change.superiority([1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match="negative"):
        change.superiority([1, -2], [1, 2])


def test_cohen_s_h_agrees_with_statsmodels() -> None:
    for p1, p2 in product((0, 0.1, 0.52, 1), repeat=2):
        assert change.cohens_h(p1, p2) == pytest.approx(proportion_effectsize(p2, p1), abs=1e-12)
    with pytest.raises(ValueError, match=r"1\.2 is not a share"):
        change.cohens_h(0.5, 1.2)


@pytest.mark.parametrize(
    ("freedom", "factor"),
    [
        (2, 1 / math.sqrt(math.pi)),
        (6, 8 / (3 * math.sqrt(3 * math.pi))),
        (10, 384 / (105 * math.sqrt(5 * math.pi))),
        (198, 1 - 3 / (4 * 198 - 1)),
    ],
)
def test_hedges_g_carries_the_exact_small_sample_factor(freedom: int, factor: float) -> None:
    """Waves at 0/2 and 1/3 with equal halves: Cohen's d is known, so g / d is the factor; the last is his approximation."""
    half = (freedom + 2) // 4
    found = change.hedges_g([0, 1, 2, 3], [half, 0, half, 0], [0, half, 0, half])
    deviation = math.sqrt(4 * half / freedom)
    assert found is not None
    assert found * deviation == pytest.approx(factor, abs=1e-6)


def test_hedges_g_is_not_given_without_variance_or_with_fewer_than_four_answers() -> None:
    assert change.hedges_g([0, 1], [3, 0], [0, 3]) is None
    assert change.hedges_g([0, 1], [1, 0], [1, 1]) is None
    assert change.hedges_g([0, 1], [0, 0], [3, 3]) is None


def test_the_silent_move_a_share_at_most_between_all_no_and_all_yes() -> None:
    assert change.nonresponse_bounds(43, 60, 85) == Interval(43 / 85, 68 / 85)
    assert change.nonresponse_bounds(7, 10, 10) == Interval(0.7, 0.7)
    assert change.nonresponse_bounds(0, 0, 10) == Interval(0, 1)
    assert change.nonresponse_bounds(0, 0, 0) is None

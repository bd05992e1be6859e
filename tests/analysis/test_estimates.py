"""Levels of one wave: the numbers of R, the promised coverage, and what happens at the edges."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from analysis import estimates
from analysis.estimates import Interval, MeanEstimate, PeopleInterval

Reference = Callable[[str], dict[str, Any]]
Answers = Callable[[str], list[dict[str, str]]]


def limits_of(interval: Interval | None) -> tuple[float, float]:
    assert interval is not None
    return interval.low, interval.high


def assert_is_mean(found: MeanEstimate | None, expected: dict[str, float], tolerance: float) -> None:
    assert found is not None
    assert found.mean == pytest.approx(expected["mean"], abs=tolerance)
    assert found.standard_error == pytest.approx(expected["se"], abs=tolerance)
    assert limits_of(found.interval) == pytest.approx((expected["lo"], expected["hi"]), abs=tolerance)


@pytest.mark.parametrize(
    ("case_name", "method", "columns"),
    [
        ("001_wilson", estimates.wilson, ("x", "n")),
        ("002_wilson_fpc", estimates.wilson_fpc, ("x", "n", "N")),
        ("004_clopper_pearson", estimates.clopper_pearson, ("x", "n")),
    ],
)
def test_intervals_of_a_share_agree_with_r(
    reference: Reference, case_name: str, method: Callable[..., Interval | None], columns: tuple[str, ...]
) -> None:
    case = reference(case_name)
    expected = zip(case["expected"]["lo"], case["expected"]["hi"], strict=True)
    for counts, limits in zip(zip(*(case["input"][name] for name in columns), strict=True), expected, strict=True):
        assert limits_of(method(*counts)) == pytest.approx(limits, abs=case["tol"])


def test_a_mean_with_its_finite_population_agrees_with_r(reference: Reference) -> None:
    case = reference("020_srs_mean_fpc")
    given = case["input"]
    for counts, wave in (("f1", "wave1"), ("f2", "wave2")):
        found = estimates.mean(given["values"], given[counts], given["N"])
        assert_is_mean(found, case["expected"][wave], case["tol"])
        sample = estimates.moments(given["values"], given[counts])
        assert sample is not None
        assert sample.variance == pytest.approx(case["expected"][wave]["var"], abs=case["tol"])


def test_a_stratified_mean_agrees_with_r(reference: Reference) -> None:
    case = reference("022_strat_mean_fpc")
    given = case["input"]
    people = list(given["N_h"].values())
    for tables, wave in (("freq1", "wave1"), ("freq2", "wave2")):
        found = estimates.stratified_mean(given["values"], [given[tables][name] for name in given["N_h"]], people)
        assert_is_mean(found, case["expected"][wave], case["tol"])
        assert found is not None
        assert found.degrees_of_freedom == case["expected"][wave]["df"]


def test_a_stratified_share_agrees_with_r_in_level_and_standard_error(reference: Reference) -> None:
    case = reference("015_strat_diff")
    given, expected = case["input"], case["expected"]
    for wave in ("1", "2"):
        having, answered = given[f"x{wave}_h"], given[f"n{wave}_h"]
        level = estimates.stratified_share(having, answered, given["N_h"])
        tables = [(n - x, x) for x, n in zip(having, answered, strict=True)]
        as_mean = estimates.stratified_mean((0, 1), tables, given["N_h"])
        assert level is not None
        assert as_mean is not None
        assert level.share == pytest.approx(expected[f"p{wave}"], abs=case["tol"])
        assert as_mean.standard_error == pytest.approx(expected[f"se{wave}"], abs=case["tol"])
        low, high = limits_of(level.interval)
        assert low < level.share < high


def test_post_stratification_agrees_with_r(reference: Reference, answers: Answers) -> None:
    case = reference("024_poststratified")
    expected, people = case["expected"], case["input"]["N_h"]
    rows = answers(case["input"]["csv"])
    scores = [[sum(r["stratum"] == h and r["score"] == str(v) for r in rows) for v in range(9)] for h in people]
    found = estimates.poststratified_mean(range(9), scores, list(people.values()))
    assert found is not None
    assert found.mean == pytest.approx(expected["mean"], abs=case["tol"])
    assert found.standard_error == pytest.approx(expected["se"], abs=case["tol"])
    given = [row for row in rows if row["l1"]]
    answered = [sum(row["stratum"] == h for row in given) for h in people]
    assert sum(answered) == expected["n_item"]
    for option in range(1, 6):
        having = [sum(row["stratum"] == h and row["l1"] == str(option) for row in given) for h in people]
        share = estimates.poststratified_share(having, answered, list(people.values()))
        assert share is not None
        assert share.share == pytest.approx(expected["p"][option - 1], abs=case["tol"])
        assert share.standard_error == pytest.approx(expected["p_se"][option - 1], abs=case["tol"])
        assert share.interval is not None


def test_kish_s_effective_n_follows_from_the_weights_of_r(reference: Reference, answers: Answers) -> None:
    case = reference("024_poststratified")
    people = case["input"]["N_h"]
    rows = answers(case["input"]["csv"])
    weights = [case["expected"]["weights"][row["stratum"]] for row in rows]
    kish = sum(weights) ** 2 / sum(weight**2 for weight in weights)
    answered = [sum(row["stratum"] == h for row in rows) for h in people]
    assert estimates.kish_effective_n(answered, list(people.values())) == pytest.approx(kish, abs=1e-9)
    assert kish < len(rows)


@pytest.mark.parametrize("population", [1, 2, 12, 25, 85])
def test_the_exact_interval_holds_the_truth_at_least_95_times_in_100(population: int) -> None:
    """Every sample size and every true number of people, enumerated, not simulated."""
    sizes = [60] if population == 85 else range(1, population + 1)
    for n in sizes:
        intervals = [estimates.hypergeometric_interval(x, n, population) for x in range(n + 1)]
        for truth in range(population + 1):
            chances = stats.hypergeom(population, truth, n).pmf(np.arange(n + 1))
            covered = sum(
                float(chance)
                for chance, limits in zip(np.atleast_1d(chances), intervals, strict=True)
                if limits is not None and limits.low <= truth <= limits.high
            )
            assert covered >= 0.95 - 1e-12


@pytest.mark.parametrize(("x", "n", "population"), [(43, 60, 85), (0, 60, 85), (1, 3, 40), (9, 10, 11), (700, 1000, 20000)])
def test_the_exact_interval_is_what_the_hypergeometric_tests_do_not_refuse(x: int, n: int, population: int) -> None:
    possible = np.arange(x, population - n + x + 1)
    at_least = np.atleast_1d(stats.hypergeom.sf(x - 1, population, possible, n))
    at_most = np.atleast_1d(stats.hypergeom.cdf(x, population, possible, n))
    kept = [int(k) for k, up, down in zip(possible, at_least, at_most, strict=True) if up > 0.025 and down > 0.025]
    assert estimates.hypergeometric_interval(x, n, population) == PeopleInterval(kept[0], kept[-1], population)


def test_the_exact_interval_speaks_in_whole_people_and_in_shares() -> None:
    people = estimates.hypergeometric_interval(43, 60, 85)
    assert people == PeopleInterval(55, 66, 85)
    assert people.shares == Interval(55 / 85, 66 / 85)


def test_the_exact_interval_of_a_large_population_nears_clopper_and_pearson_s() -> None:
    people = estimates.hypergeometric_interval(40, 60, 1_000_000)
    assert people is not None
    assert limits_of(people.shares) == pytest.approx(limits_of(estimates.clopper_pearson(40, 60)), abs=1e-4)


def test_nobody_answered_gives_no_number() -> None:
    assert estimates.wilson(0, 0) is None
    assert estimates.wilson_fpc(0, 0, 85) is None
    assert estimates.clopper_pearson(0, 0) is None
    assert estimates.hypergeometric_interval(0, 0, 85) is None
    assert estimates.share(0, 0, 85) is None
    assert estimates.mean([1, 2], [0, 0]) is None
    assert estimates.stratified_share([], [], []) is None
    assert estimates.kish_effective_n([0], [0]) is None


def test_one_answer_has_a_level_but_no_interval() -> None:
    for population in (None, 85):
        level = estimates.share(1, 1, population)
        assert level is not None
        assert (level.share, level.interval) == (1.0, None)
        average = estimates.mean([0, 8], [0, 1], population)
        assert average is not None
        assert (average.mean, average.standard_error, average.interval) == (8.0, None, None)


def test_the_only_person_of_a_population_is_known_exactly() -> None:
    level = estimates.share(1, 1, 1)
    assert level is not None
    assert level.interval == Interval(1.0, 1.0)
    average = estimates.mean([0, 8], [0, 1], 1)
    assert average is not None
    assert average.interval == Interval(8.0, 8.0)


def test_a_shown_interval_holds_the_shown_share_even_where_it_is_no_whole_number_of_people() -> None:
    level = estimates.share(1, 84, 85)
    assert level is not None
    assert level.interval == Interval(1 / 85, 1 / 84)


def test_a_share_of_an_unknown_population_has_wilson_s_interval() -> None:
    level = estimates.share(45, 60)
    assert level is not None
    assert level.interval == estimates.wilson(45, 60)


def test_equal_answers_of_some_do_not_pretend_that_the_mean_of_all_is_known() -> None:
    some = estimates.mean([0, 1, 2], [0, 5, 0], 12)
    everybody = estimates.mean([0, 1, 2], [0, 5, 0], 5)
    assert some is not None
    assert some.interval is None
    assert everybody is not None
    assert everybody.interval == Interval(1.0, 1.0)


def test_a_stratum_in_which_nobody_answered_must_be_merged_first() -> None:
    assert estimates.stratified_share([3, 0], [5, 0], [10, 4]) is None
    assert estimates.stratified_mean([0, 1], [[2, 3], [0, 0]], [10, 4]) is None
    assert estimates.poststratified_share([3, 0], [5, 0], [10, 4]) is None
    assert estimates.poststratified_mean([0, 1], [[2, 3], [0, 0]], [10, 4]) is None
    assert estimates.kish_effective_n([5, 0], [10, 4]) is None


def test_a_stratum_without_people_changes_nothing() -> None:
    assert estimates.stratified_share([3, 0], [5, 0], [10, 0]) == estimates.stratified_share([3], [5], [10])
    assert estimates.stratified_mean([0, 1], [[2, 3], [0, 0]], [10, 0]) == estimates.stratified_mean([0, 1], [[2, 3]], [10])


def test_a_stratum_with_one_answer_out_of_several_people_leaves_no_interval() -> None:
    level = estimates.stratified_share([3, 1], [5, 1], [10, 4])
    average = estimates.stratified_mean([0, 1], [[2, 3], [0, 1]], [10, 4])
    assert level is not None
    assert level.share == pytest.approx(10 / 14 * 3 / 5 + 4 / 14)
    assert level.interval is None
    assert average is not None
    assert (average.standard_error, average.interval) == (None, None)


@pytest.mark.parametrize(
    ("counts", "message"),
    [((61, 60, 85), "61 of 60"), ((-1, 60, 85), "-1 of 60"), ((5, 86, 85), "86 answered out of a population of 85")],
)
def test_impossible_counts_are_refused_with_what_is_wrong(counts: tuple[int, int, int], message: str) -> None:
    for method in (estimates.wilson_fpc, estimates.hypergeometric_interval, estimates.share):
        with pytest.raises(ValueError, match=message):
            method(*counts)
    with pytest.raises(ValueError, match=message):
        estimates.stratified_share([counts[0]], [counts[1]], [counts[2]])


def test_more_scores_than_people_are_refused() -> None:
    with pytest.raises(ValueError, match="6 answered out of a population of 5"):
        estimates.mean([0, 1], [3, 3], 5)
    with pytest.raises(ValueError, match="6 answered out of a population of 5"):
        estimates.stratified_mean([0, 1], [[3, 3]], [5])


def test_what_everybody_of_every_stratum_has_is_no_hair_more_than_everybody() -> None:
    """The weights of 5, 46 and 14 people add up to 1.0000000000000002, which no later function took for a share."""
    for having in ((5, 5, 5), (0, 0, 0)):
        found = estimates.stratified_share(having, (5, 5, 5), (5, 46, 14))
        assert found is not None
        assert found.share == having[0] / 5
    weighted = estimates.poststratified_share((5, 5, 5), (5, 5, 5), (5, 46, 14))
    assert weighted is not None
    assert weighted.share == 1.0

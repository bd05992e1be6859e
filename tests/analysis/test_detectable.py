"""The smallest visible change: the numbers of R, and whether the tests then really see it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import NormalIndPower

from analysis import detectable, estimates, significance

Reference = Callable[[str], dict[str, Any]]


def test_the_smallest_visible_change_of_a_share_agrees_with_r(reference: Reference) -> None:
    case = reference("080_mde")
    given, expected = case["input"], case["expected"]
    for i in range(len(given["n1"])):
        n1, n2, people1, people2 = (given[key][i] for key in ("n1", "n2", "N1", "N2"))
        plain = detectable.smallest_visible_share(n1, n2, given["p"])
        among_these = detectable.smallest_visible_share_fpc(n1, people1, n2, people2, given["p"])
        assert (plain, among_these) == pytest.approx((expected["no_fpc"][i], expected["fpc"][i]), abs=case["tol"])


def chance_of_clear(n1: int, n2: int, p1: float, p2: float) -> float:
    """The exact power of Boschloo's test, table by table."""
    clear = np.zeros((n1 + 1, n2 + 1))
    for i in range(n1 + 1):
        for j in range(n2 + 1):
            found = significance.boschloo(i, n1, j, n2)
            clear[i, j] = found is not None and found.p_value <= 0.05
    return float(stats.binom.pmf(np.arange(n1 + 1), n1, p1) @ clear @ stats.binom.pmf(np.arange(n2 + 1), n2, p2))


@pytest.mark.parametrize("p1", [0.0, 0.02, 0.3, 0.4])
def test_a_change_of_that_size_is_called_clear_about_8_times_in_10(p1: float) -> None:
    step = detectable.smallest_visible_share(20, 18, p1)
    assert step is not None
    assert chance_of_clear(20, 18, p1, p1 + step) == pytest.approx(0.8, abs=0.09)


def test_it_does_not_shrink_to_nothing_where_nobody_or_everybody_knew() -> None:
    nobody, everybody = detectable.smallest_visible_share(60, 60, 0.0), detectable.smallest_visible_share(60, 60, 1.0)
    assert nobody == everybody
    assert nobody is not None
    assert 0.1 < nobody < 0.15


def test_with_few_answers_in_the_middle_of_the_scale_the_variance_at_the_start_is_the_larger_one() -> None:
    reach = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert detectable.smallest_visible_share(8, 8, 0.5) == pytest.approx(reach * 0.25, abs=1e-12)


def test_more_answers_show_smaller_changes_and_a_census_shows_any() -> None:
    steps = [detectable.smallest_visible_share(n, n, 0.4) or 0 for n in (10, 30, 60, 300)]
    assert steps == sorted(steps, reverse=True)
    assert detectable.smallest_visible_share_fpc(60, 60, 55, 55, 0.4) == 0
    assert detectable.smallest_visible_share_fpc(60, 60, 55, 55, 0.0) == 0


def test_the_smallest_visible_change_of_a_mean_agrees_with_statsmodels() -> None:
    size = NormalIndPower().solve_power(effect_size=None, nobs1=60, alpha=0.05, power=0.8, ratio=1.0)
    assert detectable.smallest_visible_mean(4.0, 60, 4.0, 60) == pytest.approx(2 * float(size), abs=1e-5)


def test_the_smallest_visible_change_of_a_mean_among_these_people_uses_their_standard_errors() -> None:
    before, after = estimates.mean([0, 1], [30, 30], 85), estimates.mean([0, 1], [30, 30], 85)
    assert before is not None
    assert after is not None
    error1, error2 = before.standard_error or 0.0, after.standard_error or 0.0
    found = detectable.smallest_visible_mean_fpc(error1, error2)
    plain = detectable.smallest_visible_mean(15 / 59, 60, 15 / 59, 60)
    assert plain is not None
    assert found == pytest.approx(plain * (1 - 60 / 85) ** 0.5, abs=1e-12)


def test_the_smallest_visible_superiority_without_ties_is_noether_s() -> None:
    f1, f2 = [1, 0] * 20, [0, 1] * 20
    expected = (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) * (41 / (12 * 20 * 20)) ** 0.5
    assert detectable.smallest_visible_superiority(f1, f2) == pytest.approx(expected, rel=1e-9)


def test_ties_leave_less_to_be_told_apart_so_a_smaller_distance_from_one_half_shows() -> None:
    spread = detectable.smallest_visible_superiority([12] * 5, [12] * 5)
    lumped = detectable.smallest_visible_superiority([54, 6, 0, 0, 0], [54, 6, 0, 0, 0])
    assert spread is not None
    assert lumped is not None
    assert lumped < spread < 0.5


def test_where_nothing_can_be_seen_there_is_no_number() -> None:
    assert detectable.smallest_visible_share(0, 60, 0.5) is None
    assert detectable.smallest_visible_share_fpc(60, 85, 0, 85, 0.5) is None
    assert detectable.smallest_visible_mean(1.0, 1, 1.0, 60) is None
    assert detectable.smallest_visible_mean(0.0, 60, 0.0, 60) is None
    assert detectable.smallest_visible_superiority([5, 0], [9, 0]) is None
    assert detectable.smallest_visible_superiority([0, 0], [4, 5]) is None


def test_what_is_no_share_or_more_than_the_population_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.1 is not a share"):
        detectable.smallest_visible_share(60, 60, 1.1)
    with pytest.raises(ValueError, match="90 answered out of a population of 85"):
        detectable.smallest_visible_share_fpc(60, 85, 90, 85, 0.5)

"""Quality of a scale from sums: the numbers of R, items without variance, and sums that can be added."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from scipy import optimize
from statsmodels.multivariate.factor import Factor

from analysis.scales import cronbach_alpha, item_difficulty, item_rest_correlations, omega_total

Reference = Callable[[str], dict[str, Any]]
Answers = Callable[[str], list[dict[str, str]]]


def sums_of(rows: Sequence[Sequence[float]]) -> tuple[int, list[float], list[list[float]]]:
    answers = np.array(rows, dtype=float)
    return len(rows), answers.sum(axis=0).tolist(), (answers.T @ answers).tolist()


@pytest.fixture
def six_items(reference: Reference, answers: Answers) -> list[list[float]]:
    case = reference("070_alpha")["input"]
    rows = [[row[item] for item in case["items"]] for row in answers(case["csv"])]
    return [[float(answer) for answer in row] for row in rows if all(row)]


def test_the_sums_kept_are_those_of_the_complete_answers(reference: Reference, six_items: list[list[float]]) -> None:
    expected = reference("070_alpha")["expected"]
    assert sums_of(six_items) == (expected["n"], expected["sum_x"], expected["sum_xx"])


def test_reliability_agrees_with_r(reference: Reference) -> None:
    case = reference("070_alpha")
    expected = case["expected"]
    found = cronbach_alpha(expected["n"], expected["sum_x"], expected["sum_xx"])
    assert found is not None
    numbers = (found.alpha, found.interval.low, found.interval.high)
    assert numbers == pytest.approx((expected["alpha"], expected["feldt_lo"], expected["feldt_hi"]), abs=case["tol"])
    assert found.left_out == ()


def test_reliability_without_one_item_and_of_standardised_items_agrees_with_r(reference: Reference) -> None:
    case = reference("070_alpha")
    expected = case["expected"]
    n, sums, products = expected["n"], np.array(expected["sum_x"]), np.array(expected["sum_xx"])
    for item, alpha in enumerate(expected["alpha_drop"]):
        rest = [i for i in range(6) if i != item]
        found = cronbach_alpha(n, sums[rest].tolist(), products[np.ix_(rest, rest)].tolist())
        assert found is not None
        assert found.alpha == pytest.approx(alpha, abs=case["tol"])
    covariance = products - np.outer(sums, sums) / n
    deviations = np.sqrt(np.diag(covariance))
    standardised = cronbach_alpha(n, [0.0] * 6, (covariance / np.outer(deviations, deviations)).tolist())
    assert standardised is not None
    assert standardised.alpha == pytest.approx(expected["std_alpha"], abs=case["tol"])


def test_item_rest_correlations_agree_with_r(reference: Reference) -> None:
    case = reference("070_alpha")
    expected = case["expected"]
    found = item_rest_correlations(expected["n"], expected["sum_x"], expected["sum_xx"])
    assert found == pytest.approx(tuple(expected["item_rest"]), abs=case["tol"])


def test_an_item_on_which_all_agree_is_left_out_and_named(six_items: list[list[float]]) -> None:
    with_constant = [[*row[:2], 4.0, *row[2:]] for row in six_items]
    plain, found = cronbach_alpha(*sums_of(six_items)), cronbach_alpha(*sums_of(with_constant))
    assert plain is not None
    assert found is not None
    assert (found.alpha, found.interval, found.left_out) == (plain.alpha, plain.interval, (2,))
    assert item_rest_correlations(*sums_of(with_constant))[2] is None


def test_splitting_the_file_and_turning_every_item_never_matter(six_items: list[list[float]]) -> None:
    whole, first, second = sums_of(six_items), sums_of(six_items[:20]), sums_of(six_items[20:])
    added = (first[0] + second[0], np.add(first[1], second[1]).tolist(), np.add(first[2], second[2]).tolist())
    assert cronbach_alpha(*added) == cronbach_alpha(*whole)
    turned, plain = cronbach_alpha(*sums_of([[6 - answer for answer in row] for row in six_items])), cronbach_alpha(*whole)
    assert turned is not None
    assert plain is not None
    assert turned.alpha == pytest.approx(plain.alpha, abs=1e-12)


def test_there_is_no_reliability_of_one_respondent_one_item_or_a_total_that_does_not_vary() -> None:
    assert cronbach_alpha(*sums_of([[1, 2, 3]])) is None
    assert cronbach_alpha(*sums_of([[1, 2], [3, 2]])) is None
    assert cronbach_alpha(*sums_of([[1, 3], [3, 1]])) is None
    assert cronbach_alpha(0, [0, 0], [[0, 0], [0, 0]]) is None
    assert item_rest_correlations(*sums_of([[1, 2, 3]])) == (None, None, None)


def sums_with(covariance: np.ndarray, n: int = 60) -> tuple[int, list[float], list[list[float]]]:
    """Return sums of *n* respondents whose answers have exactly this covariance and a mean of 0."""
    return n, [0.0] * len(covariance), ((n - 1) * covariance).tolist()


def test_omega_finds_the_common_factor_that_the_answers_were_made_of() -> None:
    loadings, own = np.array([0.9, 0.7, 0.5, 0.4]), np.array([0.5, 0.6, 0.8, 0.3])
    common = loadings.sum() ** 2
    found = omega_total(*sums_with(np.outer(loadings, loadings) + np.diag(own)))
    assert found == pytest.approx(common / (common + own.sum()), abs=1e-6)


def share_in_common(loadings: np.ndarray, variances: np.ndarray) -> float:
    return float(loadings.sum() ** 2 / (loadings.sum() ** 2 + (variances - loadings**2).sum()))


def test_omega_of_items_that_one_factor_fits_only_roughly_agrees_with_scipy_s_least_squares_and_statsmodels() -> None:
    sums, products = (
        np.array([120.0, 130, 150, 140]),
        np.array([[300.0, 285, 318, 300], [285, 350, 345, 320], [318, 345, 440, 368], [300, 320, 368, 390]]),
    )
    covariance = (60 * products - np.outer(sums, sums)) / (60 * 59)

    def misfit(loadings: np.ndarray) -> np.ndarray:
        return np.asarray((np.outer(loadings, loadings) - covariance)[np.triu_indices(4, 1)])

    best = optimize.least_squares(misfit, np.full(4, 0.5), xtol=1e-15, ftol=1e-15, gtol=1e-15).x
    found = omega_total(60, sums.tolist(), products.tolist())
    assert found == pytest.approx(share_in_common(best, np.diag(covariance)), abs=1e-8)
    alike = np.array([[1, 0.5, 0.4, 0.3], [0.5, 1, 0.35, 0.2], [0.4, 0.35, 1, 0.45], [0.3, 0.2, 0.45, 1]])
    other = Factor(corr=alike, n_factor=1, method="pa").fit(maxiter=5000, tol=1e-12)
    assert omega_total(*sums_with(alike)) == pytest.approx(share_in_common(other.loadings[:, 0], np.ones(4)), abs=1e-8)


def test_omega_of_items_with_equal_loadings_is_alpha() -> None:
    sums = sums_with(np.full((5, 5), 0.4) + np.diag([0.3, 0.6, 0.5, 0.9, 0.2]))
    alpha = cronbach_alpha(*sums)
    assert alpha is not None
    assert omega_total(*sums) == pytest.approx(alpha.alpha, abs=1e-6)


def test_omega_is_not_told_of_few_answers_few_items_or_items_without_one_common_factor(six_items: list[list[float]]) -> None:
    alike = np.full((4, 4), 0.4) + np.eye(4)
    assert omega_total(*sums_with(alike, 49)) is None
    assert omega_total(*sums_of(six_items)) is None
    assert omega_total(*sums_with(alike[:2, :2])) is None
    opposite = np.array([1, 1, -1, -1])
    assert omega_total(*sums_with(np.outer(opposite, opposite) * 0.5 + np.eye(4))) is None
    no_own_variance = np.outer([1.0, 0.5, 0.4], [1.0, 0.5, 0.4]) + np.diag([-0.2, 0.5, 0.5])
    assert omega_total(*sums_with(no_own_variance)) is None


def test_a_table_that_is_not_square_is_refused() -> None:
    with pytest.raises(ValueError, match="2 sums but a table of"):
        cronbach_alpha(5, [1, 2], [[1, 2]])


def test_difficulty_is_the_share_that_knew_the_answer() -> None:
    assert item_difficulty(43, 60) == 43 / 60
    assert item_difficulty(0, 0) is None
    with pytest.raises(ValueError, match="4 of 3"):
        item_difficulty(4, 3)

"""Quality of a scale from counts and sums alone: reliability, item difficulty and corrected item-rest correlation.

The sums are those of the respondents who answered every item of the scale, reversed items already turned:
``sum_x[i]`` is the sum of item i, ``sum_xx[i][j]`` the sum of the products of items i and j.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.estimates import ALPHA, Interval, check_count

# Below so many respondents omega swings too much to be told; one factor of two items cannot be found.
_FEWEST_FOR_OMEGA = 50
_FEWEST_ITEMS = 3
_ROUNDS = 5000
_SETTLED = 1e-12


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha with Feldt's interval; ``left_out`` are the positions of items on which everyone answered alike."""

    alpha: float
    interval: Interval
    left_out: tuple[int, ...]


def _cross_products(n: int, sum_x: Sequence[float], sum_xx: Sequence[Sequence[float]]) -> np.ndarray:
    """Return n (n - 1) times the covariance matrix: exact for whole-numbered answers, so that zero is zero."""
    sums = np.asarray(sum_x, dtype=np.float64)
    products = np.asarray(sum_xx, dtype=np.float64)
    if products.shape != (sums.size, sums.size):
        raise ValueError(f"{sums.size} sums but a table of {products.shape}: give one row and one column per item")
    return np.asarray(n * products - np.outer(sums, sums))


def cronbach_alpha(n: int, sum_x: Sequence[float], sum_xx: Sequence[Sequence[float]]) -> Reliability | None:
    """Return Cronbach's alpha of the items from *n* complete respondents, with Feldt's 95 % interval.

    Items of zero variance are left out and named. None if fewer than two respondents or two items remain, or the total does
    not vary. Source: Cronbach (1951), Psychometrika 16, 297-334; Feldt (1965), Psychometrika 30, 357-370.
    ValueError if the table is not square.
    """
    products = _cross_products(n, sum_x, sum_xx)
    varying = np.flatnonzero(np.diag(products) > 0)
    kept = products[np.ix_(varying, varying)]
    items = varying.size
    total = float(kept.sum())
    if n <= 1 or items <= 1 or total <= 0:
        return None
    alpha = _alpha(items, float(np.trace(kept)), total)
    left_out = tuple(i for i in range(len(sum_x)) if i not in set(varying.tolist()))
    return Reliability(alpha, _feldt(alpha, n, items), left_out)


def kuder_richardson(n: int, right: Sequence[tuple[int, int]], deviation: tuple[float, float]) -> Reliability | None:
    """Return Cronbach's alpha of questions that are right or wrong, from how many had each right and the spread of the points.

    It needs nothing else, so of protected counts it tells nothing that they do not tell. *right* holds the least and the
    greatest count among the *n* people for each question, *deviation* the least and the greatest standard deviation (divisor
    n - 1) of their points; ``alpha`` is that of the middles, the interval is Feldt's and as much wider as the two leave open.
    Questions that all had right, or nobody, are left out and named where that is certain. None where the points may not vary,
    or fewer than two questions surely do. Source: Kuder and Richardson (1937), Psychometrika 2, 151-160, formula 20;
    Feldt (1965), Psychometrika 30, 357-370. ValueError for a count above n or ends that are not in order.
    """
    for low, high in right:
        check_count(low, high)
        check_count(high, n)
    left_out = tuple(i for i, (low, high) in enumerate(right) if low == high and low in (0, n))
    surely = sum(low > 0 and high < n for low, high in right)
    if n <= 1 or surely <= 1 or not 0 < deviation[0] <= deviation[1]:
        return None
    spreads = [[x * (n - x) / (n * (n - 1)) for x in (low, high, min(max(n / 2, low), high))] for low, high in right]
    middles = [(low + high) / 2 for low, high in right]
    own = sum(min(each) for each in spreads), sum(max(each) for each in spreads)
    possible = [
        _alpha(items, variances, end**2)
        for items in (surely, len(right) - len(left_out))
        for variances in own
        for end in deviation
    ]
    alpha = _alpha(len(right) - len(left_out), sum(x * (n - x) for x in middles) / (n * (n - 1)), (sum(deviation) / 2) ** 2)
    possible, alpha = [min(1.0, each) for each in possible], min(1.0, alpha)  # no answers give more
    limits = Interval(_feldt(min(possible), n, surely).low, _feldt(max(possible), n, surely).high)
    return Reliability(alpha, limits, left_out)


def item_rest_correlations(n: int, sum_x: Sequence[float], sum_xx: Sequence[Sequence[float]]) -> tuple[float | None, ...]:
    """Return each item's correlation with the sum of the other items; None where one of the two does not vary.

    Source: Nunnally and Bernstein (1994), Psychometric Theory, chapter 8. ValueError if the table is not square.
    """
    products = _cross_products(n, sum_x, sum_xx)
    correlations: list[float | None] = []
    for i in range(len(sum_x)):
        own = float(products[i, i])
        shared = float(products[i].sum()) - own
        rest = float(products.sum()) - 2 * shared - own
        correlations.append(shared / math.sqrt(own * rest) if own > 0 and rest > 0 else None)
    return tuple(correlations)


def omega_total(n: int, sum_x: Sequence[float], sum_xx: Sequence[Sequence[float]]) -> float | None:
    """Return McDonald's omega total of the items under one common factor, from *n* complete respondents.

    The common share of the variance of the total: (sum of loadings)^2 over that plus the items' own variances; loadings by
    least squares on the covariances (principal axes, iterated). Items that do not vary are left out. None for fewer than 50
    respondents or three items, where items do not share one factor (an own variance at 0, loadings of both signs) or the
    fit does not settle. Source: McDonald (1999), Test Theory, chapter 6. ValueError if the table is not square.
    """
    products = _cross_products(n, sum_x, sum_xx)
    varying = np.flatnonzero(np.diag(products) > 0)
    if n < _FEWEST_FOR_OMEGA or varying.size < _FEWEST_ITEMS:
        return None
    covariance = products[np.ix_(varying, varying)] / (n * (n - 1))
    loadings = _one_factor(covariance)
    if loadings is None or loadings.min() * loadings.max() <= 0:
        return None
    own = np.diag(covariance) - loadings**2
    common = float(loadings.sum()) ** 2
    return common / (common + float(own.sum())) if own.min() > 0 else None


def _alpha(items: int, variances: float, of_total: float) -> float:
    return items / (items - 1) * (1 - variances / of_total)


def _feldt(alpha: float, n: int, items: int) -> Interval:
    freedom = (n - 1, (n - 1) * (items - 1))
    ends = [1 - (1 - alpha) * float(special.fdtri(*freedom, tail)) for tail in (1 - ALPHA / 2, ALPHA / 2)]
    return Interval(*ends)


def _one_factor(covariance: np.ndarray) -> np.ndarray | None:
    """Return the loadings of one common factor; None where the iteration leaves what is possible or does not settle."""
    variances = np.diag(covariance)
    shared = np.abs(covariance - np.diag(variances)).max(axis=1)
    for _ in range(_ROUNDS):
        values, vectors = np.linalg.eigh(covariance - np.diag(variances) + np.diag(shared))
        if values[-1] <= 0:
            return None
        loadings = vectors[:, -1] * math.sqrt(values[-1])
        settled = np.abs(loadings**2 - shared).max() < _SETTLED * variances.max()
        shared = loadings**2
        if settled or np.any(shared >= variances):
            return np.asarray(loadings)
    return None


def item_difficulty(correct: int, n: int) -> float | None:
    """Return the share of right answers among the *n* who saw the item (1 = everyone knew it); None for n = 0.

    Source: Crocker and Algina (1986), Introduction to Classical and Modern Test Theory, chapter 14.
    ValueError unless 0 <= correct <= n.
    """
    check_count(correct, n)
    return correct / n if n else None

"""Shares among a part of the people that cuts across the strata (a domain), whose size in the population is not known.

Where the size of the part is known (a reporting group), `estimates.share` with that population is exact and better.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.estimates import Interval, check_count, score_limits


@dataclass(frozen=True, slots=True)
class DomainShare:
    """A share (fraction) among the people of a domain, and how many ``people`` of the population it is thought to have."""

    share: float
    people: float
    standard_error: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class _Stratum:
    x: int
    inside: int
    n: int
    population: int


def domain_share(x: Sequence[int], inside: Sequence[int], n: Sequence[int], population: Sequence[int]) -> DomainShare | None:
    """Return the share of *x* among those *inside* the domain, one entry per stratum with *n* answers of *population*.

    The ratio of two stratified estimates; its linearised variance with each stratum's fpc counts people outside the domain
    as 0, because how many of them answered is chance as well. Wilson's limits at the size of simple sample with that error;
    at 0 or 1 at Kish's n without fpc. None if nobody of the domain answered or a stratum with people has no answer; no
    interval for one answer in the domain or in a stratum of several people, zero width when everybody answered.
    Source: Cochran (1977), Sampling Techniques, sections 5A.13-5A.14; Saerndal, Swensson and Wretman (1992), section 5.8.
    ValueError unless 0 <= x <= inside <= n <= population in each stratum.
    """
    strata = [_Stratum(*counts) for counts in zip(x, inside, n, population, strict=True)]
    for each in strata:
        check_count(each.x, each.inside)
        check_count(each.inside, each.n, each.population)
    strata = [each for each in strata if each.population]
    if not all(each.n for each in strata) or not any(each.inside for each in strata):
        return None
    people = sum(each.population * each.inside / each.n for each in strata)
    share = sum(each.population * each.x / each.n for each in strata) / people
    if all(each.n == each.population for each in strata):
        return DomainShare(share, people, 0.0, Interval(share, share))
    parts = [_variance(each, share) for each in strata]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or sum(each.inside for each in strata) == 1:
        return DomainShare(share, people, None, None)
    error = math.sqrt(sum(known)) / people
    size = share * (1 - share) / error**2 if error and 0 < share < 1 else _kish(strata)
    return DomainShare(share, people, error, score_limits(share, size))


def _variance(stratum: _Stratum, share: float) -> float | None:
    """Return the variance of a stratum's total of (answer - share) inside the domain; None for one answer of several people."""
    x, inside, n, population = stratum.x, stratum.inside, stratum.n, stratum.population
    if n == population:
        return 0.0
    if n == 1:
        return None
    if x == n or (x == 0 and inside in (0, n)):
        # All alike: none by algebra, but a hair of it by arithmetic would make an interval without width.
        return 0.0
    surplus = x - share * inside
    squares = x * (1 - share) ** 2 + (inside - x) * share**2
    within = max(0.0, squares - surplus**2 / n) / (n - 1)
    return population**2 * (1 - n / population) * within / n


def _kish(strata: Sequence[_Stratum]) -> float:
    """Return Kish's effective number of answers inside the domain."""
    weights = [(each.population / each.n, each.inside) for each in strata]
    total = sum(weight * inside for weight, inside in weights)
    return float(total**2 / sum(weight**2 * inside for weight, inside in weights))

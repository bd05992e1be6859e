"""Levels of one wave from counts: shares and means with their intervals, with and without a finite population.

Shares are fractions 0-1, counts are people. ``population`` is the number of people who could have answered (N); an interval
that uses it speaks of exactly those people and says nothing about chance in a next group of colleagues. Every interval is
a 95 % interval; None stands for "not computable".
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.exact import log_comb

ALPHA = 0.05
Z = float(special.ndtri(1 - ALPHA / 2))

# A tail that equals alpha/2 but for rounding keeps its value in the interval: coverage may only grow by it.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval in the unit of its number (fractions 0-1 for shares)."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PeopleInterval:
    """How many of the ``population`` may have the trait: from ``low`` to ``high`` whole people."""

    low: int
    high: int
    population: int

    @property
    def shares(self) -> Interval:
        """The same limits as fractions of the population."""
        return Interval(self.low / self.population, self.high / self.population)


@dataclass(frozen=True, slots=True)
class ShareEstimate:
    """A share with its interval."""

    share: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class PoststratifiedShare:
    """A share weighted to the population's strata; ``effective_n`` is Kish's, ``standard_error`` has the fpc."""

    share: float
    standard_error: float | None
    interval: Interval | None
    effective_n: float


@dataclass(frozen=True, slots=True)
class Moments:
    """Size, mean and sample variance (divisor n - 1; None for one person) of a histogram."""

    n: int
    mean: float
    variance: float | None


@dataclass(frozen=True, slots=True)
class MeanEstimate:
    """A mean with its standard error, the degrees of freedom of its t interval, and whether everybody answered."""

    mean: float
    standard_error: float | None
    degrees_of_freedom: int
    interval: Interval | None
    census: bool


def check_count(x: int, n: int, population: int | None = None) -> None:
    """Raise ValueError unless 0 <= x <= n <= population."""
    if not 0 <= x <= n:
        raise ValueError(f"{x} of {n}: a count must lie between 0 and the number who answered; check both counts")
    if population is not None and n > population:
        raise ValueError(f"{n} answered out of a population of {population}: correct the population of this group")


def score_limits(share: float, size: float) -> Interval:
    """Return Wilson's limits of *share* (0-1) for a sample of *size* > 0, which may be an effective, broken number.

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212; with an effective size: Korn and Graubard (1998), Survey
    Methodology 24, 193-201.
    """
    square = Z * Z
    centre = (share + square / (2 * size)) / (1 + square / size)
    half = Z * math.sqrt(share * (1 - share) / size + square / (4 * size * size)) / (1 + square / size)
    low = 0.0 if share == 0 else max(0.0, centre - half)
    high = 1.0 if share == 1 else min(1.0, centre + half)
    return Interval(low, high)


def wilson(x: int, n: int) -> Interval | None:
    """Return Wilson's score interval for *x* of *n*, population unknown; None for n = 0.

    Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209-212. ValueError unless 0 <= x <= n.
    """
    check_count(x, n)
    return score_limits(x / n, n) if n else None


def wilson_fpc(x: int, n: int, population: int) -> Interval | None:
    """Return Wilson's interval with the hypergeometric variance; zero width when everybody answered, None for n = 0.

    The sample counts as n (N - 1) / (N - n) people. Source: Wilson (1927) with the variance of Cochran (1977), Sampling
    Techniques, theorem 3.2. ValueError unless 0 <= x <= n <= population.
    """
    check_count(x, n, population)
    if n == 0:
        return None
    if n == population:
        return Interval(x / n, x / n)
    return score_limits(x / n, n * (population - 1) / (population - n))


def clopper_pearson(x: int, n: int) -> Interval | None:
    """Return the exact binomial interval for *x* of *n*, population unknown; None for n = 0.

    Source: Clopper and Pearson (1934), Biometrika 26, 404-413. ValueError unless 0 <= x <= n.
    """
    check_count(x, n)
    if n == 0:
        return None
    low = 0.0 if x == 0 else float(special.betaincinv(x, n - x + 1, ALPHA / 2))
    high = 1.0 if x == n else float(special.betaincinv(x + 1, n - x, 1 - ALPHA / 2))
    return Interval(low, high)


def _tail_at_most(x: int, n: int, having: int, population: int) -> float:
    """Return P(at most *x* of *n* drawn have a trait that *having* >= x of the *population* have)."""
    drawn = np.arange(max(0, n - (population - having)), x + 1)
    logs = (
        log_comb(having, drawn) + log_comb(population - having, n - drawn) - log_comb(population, np.asarray(n, dtype=np.int64))
    )
    return float(np.exp(logs).sum())


def _most_people(x: int, n: int, population: int) -> int:
    """Return the largest number of people with the trait under which *x* or fewer of *n* is not too unlikely."""
    candidates = range(x, population - n + x + 1)
    limit = ALPHA / 2 * (1 - _ROUNDING)
    first_refused = bisect_left(candidates, 1, key=lambda having: int(_tail_at_most(x, n, having, population) <= limit))
    return candidates[first_refused - 1]


def hypergeometric_interval(x: int, n: int, population: int) -> PeopleInterval | None:
    """Return the exact interval in whole people for *x* of *n* out of *population*; None for n = 0.

    Inverts two one-sided hypergeometric tests at 2.5 %, so its coverage is never below 95 %; zero width when everybody
    answered. Source: Buonaccorsi (1987), Am. Statistician 41, 215-218. ValueError unless 0 <= x <= n <= population.
    """
    check_count(x, n, population)
    if n == 0:
        return None
    low = population - _most_people(n - x, n, population)
    return PeopleInterval(low, _most_people(x, n, population), population)


def share(x: int, n: int, population: int | None = None) -> ShareEstimate | None:
    """Return the share of *x* in *n* with the interval that the reports show; None for n = 0.

    Population known: exact hypergeometric; unknown: Wilson. One answer has no interval, unless it is the whole population.
    The fractions of whole people are widened to hold x/n, which need not be a whole number of people.
    Sources: Buonaccorsi (1987), Am. Statistician 41, 215-218; Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.
    ValueError unless 0 <= x <= n <= population.
    """
    check_count(x, n, population)
    if n == 0:
        return None
    observed = x / n
    if n == 1 and population != 1:
        return ShareEstimate(observed, None)
    if population is None:
        return ShareEstimate(observed, wilson(x, n))
    people = hypergeometric_interval(x, n, population)
    if people is None:
        return None
    limits = people.shares
    return ShareEstimate(observed, Interval(min(limits.low, observed), max(limits.high, observed)))


def _inhabited(n: Sequence[int], population: Sequence[int]) -> list[int] | None:
    """Return the positions of strata with people in them; None if nobody of such a stratum answered, or no stratum has any."""
    positions = [h for h, people in enumerate(population) if people]
    return positions if positions and all(n[h] for h in positions) else None


def stratified_share(x: Sequence[int], n: Sequence[int], population: Sequence[int]) -> ShareEstimate | None:
    """Return the share over strata, weighted N_h / N, with the MOVER of the strata's Wilson limits with fpc.

    One entry per stratum. None if a stratum that has people has no answer (merge it beforehand); no interval if a stratum
    has one answer out of several people. Source: Zou, Huang and Zhang (2009), Comput. Stat. Data Anal. 53, 1080-1085.
    ValueError unless 0 <= x_h <= n_h <= N_h.
    """
    for counts in zip(x, n, population, strict=True):
        check_count(*counts)
    strata = _inhabited(n, population)
    if strata is None:
        return None
    total = sum(population)
    # By arithmetic the weights may add up to a hair more or less than 1, and a share above 1 is none.
    everybody = all(x[h] == n[h] for h in strata)
    level = 1.0 if everybody else min(1.0, sum(population[h] / total * x[h] / n[h] for h in strata))
    below = above = 0.0
    for h in strata:
        limits = wilson_fpc(x[h], n[h], population[h])
        if limits is None or (n[h] == 1 and population[h] != 1):
            return ShareEstimate(level, None)
        below += (population[h] / total * (x[h] / n[h] - limits.low)) ** 2
        above += (population[h] / total * (limits.high - x[h] / n[h])) ** 2
    return ShareEstimate(level, Interval(max(0.0, level - math.sqrt(below)), min(1.0, level + math.sqrt(above))))


def poststratified_share(x: Sequence[int], n: Sequence[int], population: Sequence[int]) -> PoststratifiedShare | None:
    """Return the share post-stratified to the strata's *population*, its standard error, interval and Kish's effective n.

    The standard error is that of a simple random sample with fpc after post-stratification; the interval is the MOVER of
    `stratified_share`, which never leaves 0-1. None as there. Source: Holt and Smith (1979), J. R. Stat. Soc. A 142, 33-46.
    """
    level = stratified_share(x, n, population)
    size = kish_effective_n(n, population)
    tables = [(answered - having, having) for having, answered in zip(x, n, strict=True)]
    weighted = poststratified_mean((0.0, 1.0), tables, population)
    if level is None or size is None or weighted is None:
        return None
    return PoststratifiedShare(level.share, weighted.standard_error, level.interval, size)


def moments(values: Sequence[float], counts: Sequence[int]) -> Moments | None:
    """Return size, mean and variance of a histogram (*counts* people at each of *values*); None if it is empty."""
    n = sum(counts)
    if not n:
        return None
    given = [value for value, count in zip(values, counts, strict=True) if count]
    if len(given) == 1:
        # By arithmetic the mean of equal answers can miss their value by a hair, and no variance would become some.
        return Moments(n, float(given[0]), 0.0 if n > 1 else None)
    mean_value = sum(value * count for value, count in zip(values, counts, strict=True)) / n
    squares = sum(count * (value - mean_value) ** 2 for value, count in zip(values, counts, strict=True))
    return Moments(n, mean_value, squares / (n - 1) if n > 1 else None)


def _variance_of_mean(sample: Moments, population: int | None) -> float | None:
    """Return the squared standard error of a mean, with fpc where the population is known."""
    if population == sample.n:
        return 0.0
    if sample.variance is None:
        return None
    unseen = 1.0 if population is None else 1 - sample.n / population
    return unseen * sample.variance / sample.n


def _mean_estimate(level: float, variance: float | None, degrees_of_freedom: int, *, census: bool) -> MeanEstimate:
    """Put a t interval around a mean; none where the answers show no variance and not everybody answered."""
    error = None if variance is None else math.sqrt(variance)
    interval = None
    if census:
        interval = Interval(level, level)
    elif error and degrees_of_freedom > 0:
        half = float(special.stdtrit(degrees_of_freedom, 1 - ALPHA / 2)) * error
        interval = Interval(level - half, level + half)
    return MeanEstimate(level, error, degrees_of_freedom, interval, census)


def mean(values: Sequence[float], counts: Sequence[int], population: int | None = None) -> MeanEstimate | None:
    """Return the mean of a histogram with its t interval on n - 1 degrees of freedom, with fpc if *population* is known.

    In the unit of *values*. None if nobody answered; no interval for one answer or where all answers are equal, zero width
    when everybody answered. Source: Cochran (1977), Sampling Techniques, sections 2.6-2.8. ValueError if n > population.
    """
    sample = moments(values, counts)
    if sample is None:
        return None
    check_count(0, sample.n, population)
    variance = _variance_of_mean(sample, population)
    return _mean_estimate(sample.mean, variance, sample.n - 1, census=population == sample.n)


def _stratum_moments(
    values: Sequence[float], tables: Sequence[Sequence[int]], population: Sequence[int]
) -> list[tuple[Moments, int]] | None:
    """Return each inhabited stratum's moments and population; None if one of them has no answer."""
    sizes = [sum(table) for table in tables]
    for size, people in zip(sizes, population, strict=True):
        check_count(0, size, people)
    strata = []
    for h in _inhabited(sizes, population) or ():
        sample = moments(values, tables[h])
        if sample is not None:
            strata.append((sample, population[h]))
    return strata or None


def stratified_mean(values: Sequence[float], tables: Sequence[Sequence[int]], population: Sequence[int]) -> MeanEstimate | None:
    """Return the mean over strata weighted N_h / N, one histogram of *values* per stratum, with each stratum's fpc.

    The t interval has n - H degrees of freedom. None if a stratum with people has no answer; no interval if one has a single
    answer out of several people. Source: Cochran (1977), Sampling Techniques, section 5.4. ValueError if n_h > N_h.
    """
    strata = _stratum_moments(values, tables, population)
    if strata is None:
        return None
    total = sum(people for _, people in strata)
    level = sum(people / total * sample.mean for sample, people in strata)
    parts = [(people / total, _variance_of_mean(sample, people)) for sample, people in strata]
    known = [weight**2 * variance for weight, variance in parts if variance is not None]
    variance = sum(known) if len(known) == len(parts) else None
    answered = sum(sample.n for sample, _ in strata)
    return _mean_estimate(level, variance, answered - len(strata), census=answered == total)


def poststratified_mean(
    values: Sequence[float], tables: Sequence[Sequence[int]], population: Sequence[int]
) -> MeanEstimate | None:
    """Return the mean post-stratified to *population*: one fpc for the whole sample, variance within the strata.

    The t interval has n - 1 degrees of freedom. None if a stratum with people has no answer.
    Source: Holt and Smith (1979), J. R. Stat. Soc. A 142, 33-46. ValueError if n_h > N_h.
    """
    strata = _stratum_moments(values, tables, population)
    if strata is None:
        return None
    total = sum(people for _, people in strata)
    answered = sum(sample.n for sample, _ in strata)
    level = sum(people / total * sample.mean for sample, people in strata)
    within = sum((people / total / sample.n) ** 2 * (sample.variance or 0.0) * (sample.n - 1) for sample, people in strata)
    variance = (1 - answered / total) * answered / (answered - 1) * within if answered > 1 else None
    return _mean_estimate(level, variance, answered - 1, census=answered == total)


def kish_effective_n(n: Sequence[int], population: Sequence[int]) -> float | None:
    """Return Kish's effective sample size under the weights N_h / n_h; n itself when all weights are equal.

    None if a stratum with people has no answer. Source: Kish (1965), Survey Sampling, section 11.7. ValueError if n_h > N_h.
    """
    for answered, people in zip(n, population, strict=True):
        check_count(0, answered, people)
    strata = _inhabited(n, population)
    if strata is None:
        return None
    return sum(population[h] for h in strata) ** 2 / sum(population[h] ** 2 / n[h] for h in strata)

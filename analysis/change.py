"""Changes between two waves from counts: differences, effect sizes and their intervals, the later wave minus the earlier.

Shares and changes are fractions. Functions that take a population speak of the people who work here in the two years and
carry the finite population correction; what would be more than chance is asked in `analysis.significance`, without it.
Waves are treated as independent samples. None stands for "not computable".
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import special

from analysis.estimates import (
    ALPHA,
    Interval,
    MeanEstimate,
    Moments,
    ShareEstimate,
    check_count,
    moments,
    stratified_share,
    wilson,
    wilson_fpc,
)


@dataclass(frozen=True, slots=True)
class Change:
    """Later minus earlier, with its 95 % interval."""

    change: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Superiority:
    """The probability that a later answer is higher than an earlier one, ties counted half, as Brunner and Munzel have it."""

    probability: float
    standard_error: float | None
    degrees_of_freedom: float | None
    interval: Interval | None


def share_difference(before: ShareEstimate, after: ShareEstimate) -> Change:
    """Return the change between two independent shares by the MOVER of their limits (Newcombe's method 10).

    No interval unless both shares have one. Source: Zou and Donner (2008), Stat. Med. 27, 1693-1702.
    """
    change = after.share - before.share
    if before.interval is None or after.interval is None:
        return Change(change, None)
    down = math.hypot(after.share - after.interval.low, before.interval.high - before.share)
    up = math.hypot(after.interval.high - after.share, before.share - before.interval.low)
    # By geometry the limits cannot pass -1 and 1; rounding could.
    return Change(change, Interval(max(-1.0, change - down), min(1.0, change + up)))


def newcombe(x1: int, n1: int, x2: int, n2: int) -> Change | None:
    """Return the change x2/n2 - x1/n1 with Newcombe's interval, populations unknown; None if a wave has no answers.

    Source: Newcombe (1998), Stat. Med. 17, 873-890, method 10. ValueError unless 0 <= x <= n in both waves.
    """
    before, after = wilson(x1, n1), wilson(x2, n2)
    if before is None or after is None:
        return None
    return share_difference(ShareEstimate(x1 / n1, before), ShareEstimate(x2 / n2, after))


def newcombe_fpc(x1: int, n1: int, population1: int, x2: int, n2: int, population2: int) -> Change | None:
    """Return the change of a share with Newcombe's interval over Wilson limits with fpc; None if a wave has no answers.

    Zero width when everybody answered twice. Source: Newcombe (1998), method 10, with `estimates.wilson_fpc` inside.
    ValueError unless 0 <= x <= n <= population in both waves.
    """
    before, after = wilson_fpc(x1, n1, population1), wilson_fpc(x2, n2, population2)
    if before is None or after is None:
        return None
    return share_difference(ShareEstimate(x1 / n1, before), ShareEstimate(x2 / n2, after))


def share_change(
    x1: int, n1: int, x2: int, n2: int, population1: int | None = None, population2: int | None = None
) -> Change | None:
    """Return the change of a share as the reports show it; None if a wave has no answers.

    Newcombe's interval over Wilson limits, with fpc in each wave whose population is known; no interval if a wave has one
    answer out of several people. Source: Newcombe (1998), Stat. Med. 17, 873-890, method 10; with fpc the variance of Cochran
    (1977), Sampling Techniques, theorem 3.2. ValueError unless 0 <= x <= n <= population in both waves.
    """
    before, after = _wilson_share(x1, n1, population1), _wilson_share(x2, n2, population2)
    return None if before is None or after is None else share_difference(before, after)


def _wilson_share(x: int, n: int, population: int | None) -> ShareEstimate | None:
    limits = wilson(x, n) if population is None else wilson_fpc(x, n, population)
    if limits is None:
        return None
    return ShareEstimate(x / n, None if n == 1 and population != 1 else limits)


def stratified_newcombe_fpc(
    x1: Sequence[int],
    n1: Sequence[int],
    population1: Sequence[int],
    x2: Sequence[int],
    n2: Sequence[int],
    population2: Sequence[int],
) -> Change | None:
    """Return the change of a stratified share (weights N_h / N of each wave) with the MOVER of all stratum limits with fpc.

    One entry per stratum. None and missing intervals as in `estimates.stratified_share`.
    Source: Yan and Su (2010), Stat. Biopharm. Res. 2, 329-335. ValueError unless 0 <= x_h <= n_h <= N_h.
    """
    before, after = stratified_share(x1, n1, population1), stratified_share(x2, n2, population2)
    return None if before is None or after is None else share_difference(before, after)


def mean_change(before: MeanEstimate, after: MeanEstimate) -> Change:
    """Return the change of a mean (simple, stratified or post-stratified) with a t interval in the unit of the means.

    Each wave brings its own variance, with fpc if it was estimated so; the degrees of freedom are Satterthwaite's. Zero width
    when everybody answered twice; no interval where a wave has no standard error or neither shows any variance.
    Source: Satterthwaite (1946), Biometrics Bull. 2, 110-114.
    """
    change = after.mean - before.mean
    if before.census and after.census:
        return Change(change, Interval(change, change))
    if before.standard_error is None or after.standard_error is None:
        return Change(change, None)
    variances = (before.standard_error**2, after.standard_error**2)
    freedom = satterthwaite(variances, (before.degrees_of_freedom, after.degrees_of_freedom))
    if freedom is None:
        return Change(change, None)
    half = float(special.stdtrit(freedom, 1 - ALPHA / 2)) * math.sqrt(sum(variances))
    return Change(change, Interval(change - half, change + half))


def satterthwaite(variances: Sequence[float], degrees_of_freedom: Sequence[float]) -> float | None:
    """Return the degrees of freedom of a sum of independent variances; parts of zero variance do not count.

    None if there is no variance at all, or a part that has some has no degrees of freedom.
    Source: Satterthwaite (1946), Biometrics Bull. 2, 110-114.
    """
    parts = [(variance, freedom) for variance, freedom in zip(variances, degrees_of_freedom, strict=True) if variance > 0]
    if not parts or any(freedom <= 0 for _, freedom in parts):
        return None
    total = sum(variance for variance, _ in parts)
    # Shares of the total, not the variances themselves: the square of a very small variance would vanish.
    return 1 / sum((variance / total) ** 2 / freedom for variance, freedom in parts)


def cohens_h(p1: float, p2: float) -> float:
    """Return Cohen's h, the difference of two shares (0-1) on the arcsine scale, later minus earlier.

    Source: Cohen (1988), Statistical Power Analysis, chapter 6. ValueError outside 0-1.
    """
    for value in (p1, p2):
        if not 0 <= value <= 1:
            raise ValueError(f"{value} is not a share: give a fraction between 0 and 1")
    return 2 * math.asin(math.sqrt(p2)) - 2 * math.asin(math.sqrt(p1))


def hedges_g(values: Sequence[float], f1: Sequence[int], f2: Sequence[int]) -> float | None:
    """Return Hedges' g between two histograms of *values*: mean change over the pooled deviation, exact small-sample factor.

    None if a wave has no answers, there are fewer than four answers in all, or all answers of each wave are equal.
    Source: Hedges (1981), J. Educ. Stat. 6, 107-128.
    """
    before, after = moments(values, f1), moments(values, f2)
    return None if before is None or after is None else hedges_g_of(before, after)


def hedges_g_of(before: Moments, after: Moments) -> float | None:
    """Return `hedges_g` of two waves of which size, mean and variance are known; None as there.

    Source: Hedges (1981), J. Educ. Stat. 6, 107-128.
    """
    if before.n + after.n < 4:  # noqa: PLR2004 - two degrees of freedom: one gives 0
        return None
    freedom = before.n + after.n - 2
    pooled = ((before.variance or 0.0) * (before.n - 1) + (after.variance or 0.0) * (after.n - 1)) / freedom
    if pooled == 0:
        return None
    factor = math.exp(special.gammaln(freedom / 2) - special.gammaln((freedom - 1) / 2)) / math.sqrt(freedom / 2)
    return float(factor * (after.mean - before.mean) / math.sqrt(pooled))


def _placements(counts: Sequence[float]) -> list[float]:
    """Return for each option the share of *counts* below it plus half the share at it."""
    total = sum(counts)
    below = 0.0
    places = []
    for count in counts:
        places.append((below + count / 2) / total)
        below += count
    return places


def superiority(f1: Sequence[float], f2: Sequence[float]) -> float | None:
    """Return P(later answer higher) + P(equal) / 2 from two frequency tables over the same ordered options, low to high.

    Frequencies may be weighted (N_h / n_h summed over strata). A fraction 0-1; None if a table is empty.
    Source: Vargha and Delaney (2000), J. Educ. Behav. Stat. 25, 101-132.
    """
    _check_tables(f1, f2)
    if not sum(f1) or not sum(f2):
        return None
    return sum(count * place for count, place in zip(f2, _placements(f1), strict=True)) / sum(f2)


def _check_tables(f1: Sequence[float], f2: Sequence[float]) -> None:
    if len(f1) != len(f2):
        raise ValueError(f"the waves have {len(f1)} and {len(f2)} options: give both tables over the same options")
    if any(count < 0 for count in (*f1, *f2)):
        raise ValueError("a frequency is negative: give counts of people")


def cliffs_delta(f1: Sequence[float], f2: Sequence[float]) -> float | None:
    """Return Cliff's delta = 2 P - 1 of `superiority`, from -1 (every later answer lower) to 1; None if a table is empty.

    Source: Cliff (1993), Psychol. Bull. 114, 494-509.
    """
    probability = superiority(f1, f2)
    return None if probability is None else 2 * probability - 1


def superiority_estimate(f1: Sequence[int], f2: Sequence[int]) -> Superiority | None:
    """Return `superiority` with the Brunner-Munzel standard error, degrees of freedom and logit interval (without fpc).

    No standard error where a wave has one answer; no interval then, nor where the waves are all tied or fully separated.
    None if a table is empty. Source: Brunner and Munzel (2000), Biom. J. 42, 17-25; for the logit interval Brunner, Bathke
    and Konietschke (2018), Rank and Pseudo-Rank Procedures.
    """
    probability = superiority(f1, f2)
    if probability is None:
        return None
    first, second = moments(_placements(f2), f1), moments(_placements(f1), f2)
    if first is None or second is None or first.variance is None or second.variance is None:
        return Superiority(probability, None, None, None)
    variances = (first.variance / first.n, second.variance / second.n)
    error = math.sqrt(sum(variances))
    freedom = satterthwaite(variances, (first.n - 1, second.n - 1))
    if freedom is None or not 0 < probability < 1:
        return Superiority(probability, error, freedom, None)
    return Superiority(probability, error, freedom, _logit_interval(probability, error, freedom))


def _logit_interval(probability: float, error: float, freedom: float) -> Interval:
    centre = math.log(probability / (1 - probability))
    half = float(special.stdtrit(freedom, 1 - ALPHA / 2)) * error / (probability * (1 - probability))
    return Interval(float(special.expit(centre - half)), float(special.expit(centre + half)))


def nonresponse_bounds(x: int, n: int, population: int) -> Interval | None:
    """Return the share of the *population* if everyone silent said no, and if everyone silent said yes; None for N = 0.

    Free of any assumption; no sampling error in it. Source: Manski (1989), J. Hum. Resour. 24, 343-360.
    ValueError unless 0 <= x <= n <= population.
    """
    check_count(x, n, population)
    return Interval(x / population, (x + population - n) / population) if population else None

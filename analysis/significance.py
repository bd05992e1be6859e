"""Is the change more than chance: tests between waves from counts, without any finite population correction.

The word "clear" rests on these p values after the correction of their family (`analysis.multiplicity`). Populations appear
only as weights of strata. All tests are two-sided and repeat exactly; None stands for "not computable".
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scipy import special

from analysis.boschloo import boschloo_p
from analysis.change import satterthwaite, superiority_estimate
from analysis.estimates import Moments, check_count, moments
from analysis.exact import conditional_p, rank_sum_p, separated, separated_p

Method = Literal[
    "boschloo",
    "score",
    "cochran_mantel_haenszel",
    "exact_conditional",
    "brunner_munzel",
    "exact_permutation",
    "van_elteren",
    "welch",
    "stratified_welch",
    "cochran_armitage",
    "jonckheere",
    "linear_by_linear",
    "mean_trend",
]

# Above so many answers in a wave Boschloo's test costs much and changes nothing.
_BOSCHLOO_LIMIT = 300
# Up to so many answers in the smaller wave the t approximation of Brunner and Munzel is too coarse.
_PERMUTATION_LIMIT = 15
# Mantel and Fleiss: the expected sum must lie this far from both ends of what it could be.
_MANTEL_FLEISS = 5


@dataclass(frozen=True, slots=True)
class Significance:
    """A two-sided p value, the test that gave it, its statistic (None for exact tests) and degrees of freedom (t tests)."""

    p_value: float
    method: Method
    statistic: float | None = None
    degrees_of_freedom: float | None = None


def _two_sided_normal(z: float) -> float:
    return float(2 * special.ndtr(-abs(z)))


def _two_sided_t(t: float, degrees_of_freedom: float) -> float:
    return float(2 * special.stdtr(degrees_of_freedom, -abs(t)))


def boschloo(x1: int, n1: int, x2: int, n2: int) -> Significance | None:
    """Test *x1* of *n1* against *x2* of *n2*: Boschloo's exact test, the score test when a wave has over 300 answers.

    p = 1 where nobody or everybody has the trait; None if a wave has no answers.
    Source: Boschloo (1970), Statistica Neerlandica 24, 1-35. ValueError unless 0 <= x <= n.
    """
    check_count(x1, n1)
    check_count(x2, n2)
    if not n1 or not n2:
        return None
    if max(n1, n2) > _BOSCHLOO_LIMIT:
        return score_test(x1, n1, x2, n2)
    return Significance(boschloo_p(x1, n1, x2, n2), "boschloo")


def score_test(x1: int, n1: int, x2: int, n2: int) -> Significance | None:
    """Test two shares by the difference over its standard error at the common share, no continuity correction.

    p = 1 where nobody or everybody has the trait; None if a wave has no answers.
    Source: Pearson (1900), Phil. Mag. 50, 157-175. ValueError unless 0 <= x <= n.
    """
    check_count(x1, n1)
    check_count(x2, n2)
    if not n1 or not n2:
        return None
    common = (x1 + x2) / (n1 + n2)
    variance = common * (1 - common) * (1 / n1 + 1 / n2)
    z = (x2 / n2 - x1 / n1) / math.sqrt(variance) if variance > 0 else 0.0
    return Significance(_two_sided_normal(z), "score", z)


def cochran_mantel_haenszel(x1: Sequence[int], n1: Sequence[int], x2: Sequence[int], n2: Sequence[int]) -> Significance | None:
    """Test the change of a share within strata, one entry per stratum: chi-squared on 1 degree, no continuity correction.

    Where the Mantel-Fleiss criterion (expected sum within 5 of an end of its range) forbids the approximation, the exact
    conditional test. Strata empty in a wave carry no information. p = 1 where no stratum varies; None where all are empty.
    Source: Mantel and Haenszel (1959), J. Natl. Cancer Inst. 22, 719-748; Mantel and Fleiss (1980), Am. J. Epidemiol. 112,
    129-134. ValueError unless 0 <= x <= n.
    """
    strata = [table for table in zip(x1, n1, x2, n2, strict=True) if table[1] and table[3]]
    for before, size_before, after, size_after in zip(x1, n1, x2, n2, strict=True):
        check_count(before, size_before)
        check_count(after, size_after)
    if not strata:
        return None
    expected, lowest, highest, variance = (sum(part) for part in zip(*map(_conditional_moments, strata), strict=True))
    if min(expected - lowest, highest - expected) < _MANTEL_FLEISS:
        return Significance(conditional_p(strata), "exact_conditional")
    z = (sum(after for _, _, after, _ in strata) - expected) / math.sqrt(variance)
    return Significance(_two_sided_normal(z), "cochran_mantel_haenszel", z * z)


def _conditional_moments(table: tuple[int, int, int, int]) -> tuple[float, float, float, float]:
    """Return expectation, least and greatest value and variance of x2 when the margins of (x1, n1, x2, n2) are fixed."""
    x1, n1, x2, n2 = table
    having, total = x1 + x2, n1 + n2
    variance = n1 * n2 * having * (total - having) / (total**2 * (total - 1))
    return n2 * having / total, max(0, having - n1), min(having, n2), variance


def brunner_munzel(f1: Sequence[int], f2: Sequence[int]) -> Significance | None:
    """Test whether later answers tend to be higher, from two frequency tables over the same ordered options.

    Brunner and Munzel's t test; `permutation` when a wave has at most 15 answers or the waves are separated; p = 1 when all
    answers are tied. None if a table is empty. Source: Brunner and Munzel (2000), Biom. J. 42, 17-25.
    """
    estimate = superiority_estimate(f1, f2)
    if estimate is None:
        return None
    if min(sum(f1), sum(f2)) <= _PERMUTATION_LIMIT or separated(f1, f2):
        return permutation(f1, f2)
    if not estimate.standard_error or estimate.degrees_of_freedom is None:
        return Significance(1.0, "brunner_munzel", 0.0)
    t = (estimate.probability - 1 / 2) / estimate.standard_error
    p_value = _two_sided_t(t, estimate.degrees_of_freedom)
    return Significance(p_value, "brunner_munzel", t, estimate.degrees_of_freedom)


def permutation(f1: Sequence[int], f2: Sequence[int]) -> Significance | None:
    """Test two frequency tables by the exact permutation distribution of the rank sum, ties as they are.

    Exact for any sizes; the work grows with the smaller wave. None if a table is empty.
    Source: Streitberg and Roehmel (1986), Stat. Software Newsletter 12, 10-17.
    """
    if not sum(f1) or not sum(f2):
        return None
    p_value = separated_p(f1, f2) if separated(f1, f2) else rank_sum_p(f1, f2)
    return Significance(p_value, "exact_permutation")


def van_elteren(tables1: Sequence[Sequence[int]], tables2: Sequence[Sequence[int]]) -> Significance | None:
    """Test within strata whether later answers are higher: rank sums weighted 1 / (n + 1), tie-corrected, no continuity.

    One pair of frequency tables per stratum; one stratum gives the Wilcoxon-Mann-Whitney test. Strata empty in a wave or all
    tied carry no information; p = 1 where none does, None where all are empty in a wave.
    Source: van Elteren (1960), Bull. Inst. Int. Stat. 37, 351-361.
    """
    strata = [(before, after) for before, after in zip(tables1, tables2, strict=True) if sum(before) and sum(after)]
    if not strata:
        return None
    parts = [_weighted_rank_sum(before, after) for before, after in strata]
    variance = sum(part for _, part in parts)
    z = sum(surplus for surplus, _ in parts) / math.sqrt(variance) if variance > 0 else 0.0
    return Significance(_two_sided_normal(z), "van_elteren", z)


def _weighted_rank_sum(before: Sequence[int], after: Sequence[int]) -> tuple[float, float]:
    """Return a stratum's rank sum of the later wave above expectation and its variance, with van Elteren's weight."""
    n1, n2 = sum(before), sum(after)
    total = n1 + n2
    surplus = 0.0
    below = 0
    for earlier, later in zip(before, after, strict=True):
        surplus += later * (below + earlier / 2)
        below += earlier
    tied = sum((earlier + later) ** 3 - (earlier + later) for earlier, later in zip(before, after, strict=True))
    # In whole numbers up to here: a fully tied stratum must have no variance at all.
    variance = n1 * n2 * ((total + 1) * total * (total - 1) - tied) / (12 * total * (total - 1))
    weight = 1 / (total + 1)
    return weight * (surplus - n1 * n2 / 2), weight**2 * variance


def welch(values: Sequence[float], f1: Sequence[int], f2: Sequence[int]) -> Significance | None:
    """Test the change of a mean between two histograms over the same ascending *values* by Welch's t test.

    Where neither wave varies: p = 1 if they agree, else the exact permutation test of two separated waves.
    None if a wave has fewer than two answers. Source: Welch (1947), Biometrika 34, 28-35.
    """
    before, after = moments(values, f1), moments(values, f2)
    if before is None or after is None or before.variance is None or after.variance is None:
        return None
    if before.variance == after.variance == 0 and before.mean != after.mean:
        return permutation(f1, f2)
    return _t_test(after.mean - before.mean, [(1.0, before), (1.0, after)], "welch")


def stratified_welch(
    values: Sequence[float],
    tables1: Sequence[Sequence[int]],
    population1: Sequence[int],
    tables2: Sequence[Sequence[int]],
    population2: Sequence[int],
) -> Significance | None:
    """Test the change of a stratified mean (weights N_h / N of each wave), Satterthwaite's degrees of freedom, no fpc.

    None if a stratum with people has fewer than two answers in a wave (merge it beforehand) or no stratum varies.
    Source: Welch (1947), Biometrika 34, 28-35, for a weighted sum of means.
    """
    before, after = _weighted(values, tables1, population1), _weighted(values, tables2, population2)
    return None if before is None or after is None else weighted_welch(before, after)


def weighted_welch(before: Sequence[tuple[float, Moments]], after: Sequence[tuple[float, Moments]]) -> Significance | None:
    """Test the change of a weighted sum of means, each stratum given as its weight and its size, mean and variance.

    None if a stratum has fewer than two answers or none varies. Source: Welch (1947), Biometrika 34, 28-35.
    """
    parts = [*before, *after]
    if any(part.variance is None for _, part in parts) or not any(part.variance for _, part in parts):
        return None
    change = sum(weight * part.mean for weight, part in after) - sum(weight * part.mean for weight, part in before)
    return _t_test(change, parts, "stratified_welch")


def _weighted(
    values: Sequence[float], tables: Sequence[Sequence[int]], population: Sequence[int]
) -> list[tuple[float, Moments]] | None:
    """Return each inhabited stratum's weight and moments; None if one of them has fewer than two answers."""
    total = sum(population)
    strata = [(people / total, moments(values, table)) for table, people in zip(tables, population, strict=True) if people]
    found = [(weight, part) for weight, part in strata if part is not None and part.variance is not None]
    return found if found and len(found) == len(strata) else None


def _t_test(
    change: float, parts: Sequence[tuple[float, Moments]], method: Literal["welch", "stratified_welch"]
) -> Significance:
    """Test *change* against the variance of the weighted means; p = 1 where none varies."""
    variances = [weight**2 * (part.variance or 0.0) / part.n for weight, part in parts]
    freedom = satterthwaite(variances, [part.n - 1 for _, part in parts])
    if freedom is None:
        return Significance(1.0, method, 0.0)
    t = change / math.sqrt(sum(variances))
    return Significance(_two_sided_t(t, freedom), method, t, freedom)


def cochran_armitage(x: Sequence[int], n: Sequence[int], times: Sequence[float]) -> Significance | None:
    """Test the trend of a share over waves at their real *times* (any unit): chi-squared on 1 degree, variance with N.

    Waves without answers are passed over. p = 1 where nobody or everybody has the trait; None with fewer than two different
    times. Source: Cochran (1954), Biometrics 10, 417-451; Armitage (1955), Biometrics 11, 375-386.
    ValueError unless 0 <= x <= n.
    """
    for having, answered in zip(x, n, strict=True):
        check_count(having, answered)
    waves = [wave for wave in zip(x, n, times, strict=True) if wave[1]]
    if len({time for _, _, time in waves}) <= 1:
        return None
    total = sum(answered for _, answered, _ in waves)
    common = sum(having for having, _, _ in waves) / total
    middle = sum(answered * time for _, answered, time in waves) / total
    slope = sum((having - answered * common) * (time - middle) for having, answered, time in waves)
    variance = common * (1 - common) * sum(answered * (time - middle) ** 2 for _, answered, time in waves)
    chi_squared = slope**2 / variance if variance > 0 else 0.0
    return Significance(_two_sided_normal(math.sqrt(chi_squared)), "cochran_armitage", chi_squared)

"""Is a change too small to matter: two one-sided tests against a margin declared before the answers are seen, no fpc.

"No clear change" says that no change was seen; equivalence says that one of the *margin* or more would have been. It stands
beside a verdict and never in its place. The p value is the larger one of both sides; below 0.05 the change lies within.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scipy import special

from analysis.change import satterthwaite, superiority_estimate
from analysis.estimates import Moments, check_count, moments

EquivalenceMethod = Literal[
    "farrington_manning", "stratified_farrington_manning", "welch", "stratified_welch", "brunner_munzel"
]
Weighted = Sequence[tuple[float, Moments]]
"""The strata of a mean: the weight of each (all weights add up to 1), and its size, mean and variance."""


@dataclass(frozen=True, slots=True)
class Equivalence:
    """The p value against "the change is *margin* or more, up or down", in the unit of the change, and the test."""

    p_value: float
    margin: float
    method: EquivalenceMethod


def _check_margin(margin: float, most: float) -> None:
    if not 0 < margin < most:
        raise ValueError(f"{margin} is no margin here: declare a change above 0 and below {most} that would still not matter")


def restricted_shares(x1: int, n1: int, x2: int, n2: int, difference: float) -> tuple[float, float]:
    """Return the most likely shares (fractions) of both waves if the later is the earlier plus *difference* (-1 to 1).

    Closed form of the cubic equation. Source: Farrington and Manning (1990), Stat. Med. 9, 1447-1454, appendix.
    ValueError unless 0 <= x <= n and n > 0 in both waves.
    """
    check_count(x1, n1)
    check_count(x2, n2)
    if not n1 or not n2:
        raise ValueError("a wave without answers has no most likely share: give counts of both waves")
    if not -1 <= difference <= 1:
        raise ValueError(f"{difference} is no difference of two shares: give a fraction between -1 and 1")
    ratio = n1 / n2
    p1, p2 = x1 / n1, x2 / n2
    a = 1 + ratio
    b = -(1 + ratio + p2 + ratio * p1 + difference * (ratio + 2))
    c = difference**2 + difference * (2 * p2 + ratio + 1) + p2 + ratio * p1
    d = -p2 * difference * (1 + difference)
    v = b**3 / (3 * a) ** 3 - b * c / (6 * a**2) + d / (2 * a)
    u = math.copysign(math.sqrt(max(0.0, b**2 / (3 * a) ** 2 - c / (3 * a))), v)
    angle = (math.pi + math.acos(max(-1.0, min(1.0, v / u**3)))) / 3 if u else 0.0
    later = 2 * u * math.cos(angle) - b / (3 * a)
    later = min(max(later, 0.0, difference), 1.0, 1 + difference)
    return min(1.0, max(0.0, later - difference)), later


def equivalent_share(x1: int, n1: int, x2: int, n2: int, margin: float) -> Equivalence | None:
    """Test whether a share changed by less than *margin* (fraction); None if a wave has no answers.

    Score tests against -margin and +margin with the most likely shares under each; with fewer than 30 answers up to 9 errors
    in 100 instead of 5. Source: Schuirmann (1987), J.
    Pharmacokinet. Biopharm. 15, 657-680, with Farrington and Manning (1990), Stat. Med. 9, 1447-1454.
    ValueError unless 0 <= x <= n and 0 < margin < 1.
    """
    check_count(x1, n1)
    check_count(x2, n2)
    _check_margin(margin, 1)
    if not n1 or not n2:
        return None
    observed = x2 / n2 - x1 / n1
    sides = []
    for sign in (-1, 1):
        p1, p2 = restricted_shares(x1, n1, x2, n2, sign * margin)
        error = math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
        inside = margin - sign * observed
        sides.append(float(special.ndtr(-inside / error)) if error else float(inside <= 0))
    return Equivalence(max(sides), margin, "farrington_manning")


def stratified_equivalent_share(
    x1: Sequence[int],
    n1: Sequence[int],
    population1: Sequence[int],
    x2: Sequence[int],
    n2: Sequence[int],
    population2: Sequence[int],
    margin: float,
) -> Equivalence | None:
    """Test whether a stratified share (weights N_h / N of each wave) changed by less than *margin* (fraction).

    One entry per stratum with people. The score tests of `equivalent_share`, with the variance at the most likely shares of
    each stratum. None if a stratum has no answers in a wave. Source: Miettinen and Nurminen (1985), Stat. Med. 4, 213-226,
    with Farrington and Manning (1990). ValueError unless 0 <= x_h <= n_h <= N_h and 0 < margin < 1.
    """
    waves = (x1, n1, population1), (x2, n2, population2)
    for x, n, population in waves:
        for counts in zip(x, n, population, strict=True):
            check_count(*counts)
    _check_margin(margin, 1)
    if not all((*n1, *n2)):
        return None
    first, second = ([people / sum(population) for people in population] for _, _, population in waves)
    strata = list(zip(first, x1, n1, second, x2, n2, strict=True))
    observed = sum(w2 * b / m - w1 * a / n for w1, a, n, w2, b, m in strata)
    sides = []
    for sign in (-1, 1):
        variance = 0.0
        for w1, a, n, w2, b, m in strata:
            p1, p2 = restricted_shares(a, n, b, m, sign * margin)
            variance += w1**2 * p1 * (1 - p1) / n + w2**2 * p2 * (1 - p2) / m
        inside = margin - sign * observed
        sides.append(float(special.ndtr(-inside / math.sqrt(variance))) if variance else float(inside <= 0))
    return Equivalence(max(sides), margin, "stratified_farrington_manning")


def equivalent_mean(values: Sequence[float], f1: Sequence[int], f2: Sequence[int], margin: float) -> Equivalence | None:
    """Test whether a mean over *values* changed by less than *margin* (same unit), from two histograms.

    Welch's t test on both sides. None if a wave has fewer than two answers or neither varies.
    Source: Schuirmann (1987), J. Pharmacokinet. Biopharm. 15, 657-680; Welch (1947), Biometrika 34, 28-35.
    ValueError unless 0 < margin < the width of the scale.
    """
    _check_margin(margin, max(values) - min(values))
    before, after = moments(values, f1), moments(values, f2)
    return None if before is None or after is None else equivalent_moments([(1.0, before)], [(1.0, after)], margin)


def equivalent_moments(before: Weighted, after: Weighted, margin: float, slack: float = 0.0) -> Equivalence | None:
    """Test whether a (stratified) mean changed by less than *margin*, from the moments of each stratum in both waves.

    *slack* points of the change may come from rounding: the true change may be larger by them. None if a stratum has one
    answer or none varies. Source: as `equivalent_mean`. ValueError unless 0 < margin.
    """
    _check_margin(margin, math.inf)
    parts = [*before, *after]
    if any(part.variance is None for _, part in parts):
        return None
    variances = [weight**2 * (part.variance or 0.0) / part.n for weight, part in parts]
    freedom = satterthwaite(variances, [part.n - 1 for _, part in parts])
    if freedom is None:
        return None
    first, second = (sum(weight * part.mean for weight, part in wave) for wave in (before, after))
    inside = (margin - abs(second - first) - slack) / math.sqrt(sum(variances))
    method: EquivalenceMethod = "welch" if len(before) == len(after) == 1 else "stratified_welch"
    return Equivalence(float(special.stdtr(freedom, -inside)), margin, method)


def equivalent_superiority(f1: Sequence[int], f2: Sequence[int], margin: float) -> Equivalence | None:
    """Test whether the probability of a higher later answer lies within *margin* (fraction) of one half.

    Brunner and Munzel's t on both sides. None if a table is empty or its error is not computable (tied, separated, one
    answer). Source: Brunner and Munzel (2000), Biom. J. 42, 17-25; Wellek (2010), Testing Statistical Hypotheses of
    Equivalence, chapter 6. ValueError unless 0 < margin < 0.5.
    """
    _check_margin(margin, 0.5)
    found = superiority_estimate(f1, f2)
    if found is None or not found.standard_error or found.degrees_of_freedom is None:
        return None
    inside = (margin - abs(found.probability - 1 / 2)) / found.standard_error
    return Equivalence(float(special.stdtr(found.degrees_of_freedom, -inside)), margin, "brunner_munzel")

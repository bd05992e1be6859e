"""The smallest change that two waves of a given size could have shown: power 80 %, two-sided level 5 %.

The variants without a population stand beside a verdict, as the tests do; those with fpc say how small a change among the
people who work here now the chart's interval could have told from none.
"""

import math
from collections.abc import Sequence

from scipy import special

from analysis.estimates import Z, check_count

POWER = 0.8
_REACH = Z + float(special.ndtri(POWER))

# Fewer expected people than this with (or without) the trait, and the variance at p1 alone is too small to be believed.
_FEW = 5


def smallest_visible_share(n1: int, n2: int, p1: float) -> float | None:
    """Return the smallest visible change of a share (fraction) from *p1* with *n1* and *n2* answers; None if a wave has none.

    Normal approximation with the variance at p1 in both waves. Where fewer than five people are expected on one side, the
    change must also outgrow the variance at p1 before and at p1 +- change after, so that it does not shrink to nothing at 0
    or 1. A result above both p1 and 1 - p1 says that no change could have been seen.
    Source: Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, chapter 4. ValueError outside 0-1.
    """
    return _share(p1, n1, n2, 1.0, 1.0)


def smallest_visible_share_fpc(n1: int, population1: int, n2: int, population2: int, p1: float) -> float | None:
    """Return `smallest_visible_share` with the variance of each wave shrunk by 1 - n/N; 0 when everybody answered twice.

    Source: as `smallest_visible_share`; Cochran (1977), Sampling Techniques, theorem 3.2, for the variance.
    """
    check_count(0, n1, population1)
    check_count(0, n2, population2)
    if not n1 or not n2:
        return None
    return _share(p1, n1, n2, 1 - n1 / population1, 1 - n2 / population2)


def _share(p1: float, n1: int, n2: int, unseen1: float, unseen2: float) -> float | None:
    if not 0 <= p1 <= 1:
        raise ValueError(f"{p1} is not a share: give a fraction between 0 and 1")
    if not n1 or not n2:
        return None
    nearer = min(p1, 1 - p1)
    at_p1 = _REACH * math.sqrt(p1 * (1 - p1) * (unseen1 / n1 + unseen2 / n2))
    if min(n1, n2) * nearer >= _FEW:
        return at_p1
    # The root of d^2 = reach^2 (p q u1/n1 + (p + d)(q - d) u2/n2), a quadratic in d.
    first = _REACH**2 * unseen1 / n1 * nearer * (1 - nearer)
    second = _REACH**2 * unseen2 / n2
    linear = second * (1 - 2 * nearer)
    constant = first + second * nearer * (1 - nearer)
    root = (linear + math.sqrt(linear**2 + 4 * (1 + second) * constant)) / (2 * (1 + second))
    return max(at_p1, root)


def smallest_visible_mean(variance1: float, n1: int, variance2: float, n2: int) -> float | None:
    """Return the smallest visible change of a mean, in its unit, from the sample variances; None if not computable.

    Normal approximation. None if a wave has fewer than two answers or neither shows any variance.
    Source: Cohen (1988), Statistical Power Analysis, chapter 2.
    """
    if min(n1, n2) <= 1 or variance1 + variance2 == 0:
        return None
    return _REACH * math.sqrt(variance1 / n1 + variance2 / n2)


def smallest_visible_mean_fpc(standard_error1: float, standard_error2: float) -> float:
    """Return the smallest visible change of a mean from standard errors with fpc, as `estimates.mean` and its kin give them.

    Source: as `smallest_visible_mean`.
    """
    return _REACH * math.hypot(standard_error1, standard_error2)


def smallest_visible_superiority(f1: Sequence[int], f2: Sequence[int]) -> float | None:
    """Return the smallest visible distance of `change.superiority` from one half (a fraction), ties as in the pooled answers.

    A result above 0.5 says that no change could have been seen. None if a wave has no answers or all answers are tied.
    Source: Noether (1987), J. Am. Stat. Assoc. 82, 645-647, with the tie correction of the rank-sum variance.
    """
    n1, n2 = sum(f1), sum(f2)
    total = n1 + n2
    pooled = [before + after for before, after in zip(f1, f2, strict=True)]
    if not n1 or not n2 or max(pooled) == total:
        return None
    ties = sum(count**3 - count for count in pooled) / (total * (total - 1))
    return _REACH * math.sqrt((total + 1 - ties) / (12 * n1 * n2))

"""Exact reference distributions for small samples: rank sums with ties, and 2 x 2 tables over strata."""

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

# Probabilities that differ by rounding only are equally extreme (the tolerance of R's fisher.test).
_TIE = 1 + 1e-7


def log_comb(n: int, k: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the logarithm of the number of ways to choose each *k* of *n*."""
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))


def separated(f1: Sequence[int], f2: Sequence[int]) -> bool:
    """Say whether every answer of one wave is higher than every answer of the other (two tables over the same options)."""
    first = [option for option, count in enumerate(f1) if count]
    second = [option for option, count in enumerate(f2) if count]
    return bool(first and second) and (first[-1] < second[0] or second[-1] < first[0])


def separated_p(f1: Sequence[int], f2: Sequence[int]) -> float:
    """Return the exact two-sided rank-sum p value of two separated waves, for any number of answers.

    Only one way of dealing out the pooled answers is as extreme as the observed one, and one more at the other end, unless
    a tie runs across the place where the smaller wave would end there.
    """
    n1, n2 = sum(f1), sum(f2)
    first_is_lower = next(option for option, count in enumerate(f1) if count) < next(o for o, c in enumerate(f2) if c)
    places_from_top = n1 if first_is_lower else n2
    from_top = 0
    mirrored = 0
    for before, after in zip(reversed(f1), reversed(f2), strict=True):
        from_top += before + after
        mirrored += from_top == places_from_top and before + after > 0
    return min(1.0, (1 + mirrored) / math.comb(n1 + n2, n1))


def rank_sum_p(f1: Sequence[int], f2: Sequence[int]) -> float:
    """Return the exact two-sided permutation p value of the rank sum with midranks, however the answers are tied.

    Two-sided means as far from the expected rank sum in either direction. The work grows with the smaller wave only.
    Source: Streitberg and Roehmel (1986), Stat. Software Newsletter 12, 10-17.
    """
    drawn = f1 if sum(f1) <= sum(f2) else f2
    pooled = tuple(before + after for before, after in zip(f1, f2, strict=True))
    size = sum(drawn)
    ranks = _doubled_midranks(pooled)
    expected = size * (sum(pooled) + 1)
    distance = abs(sum(count * rank for count, rank in zip(drawn, ranks, strict=True)) - expected)
    ways = _rank_sums(pooled, size)
    extreme = sum(number for rank_sum, number in ways.items() if abs(rank_sum - expected) >= distance)
    return extreme / math.comb(sum(pooled), size)


def _doubled_midranks(pooled: Sequence[int]) -> list[int]:
    """Return twice the midrank of each option: whole numbers, so that equal rank sums are equal."""
    ranks = []
    below = 0
    for count in pooled:
        ranks.append(2 * below + count + 1)
        below += count
    return ranks


@lru_cache(maxsize=512)
def _rank_sums(pooled: tuple[int, ...], size: int) -> dict[int, int]:
    """Return in how many ways *size* of the *pooled* answers have each doubled rank sum."""
    ways: Counter[tuple[int, int]] = Counter({(0, 0): 1})
    for count, rank in zip(pooled, _doubled_midranks(pooled), strict=True):
        further: Counter[tuple[int, int]] = Counter()
        for (taken, rank_sum), number in ways.items():
            for more in range(min(count, size - taken) + 1):
                further[taken + more, rank_sum + more * rank] += number * math.comb(count, more)
        ways = further
    return {rank_sum: number for (taken, rank_sum), number in ways.items() if taken == size}


def hypergeometric(having: int, drawn: int, total: int) -> tuple[int, NDArray[np.float64]]:
    """Return the lowest possible count of *having* among *drawn* of *total*, and the probabilities from there on."""
    low, high = max(0, drawn + having - total), min(drawn, having)
    counts = np.arange(low, high + 1)
    logs = log_comb(having, counts) + log_comb(total - having, drawn - counts)
    weights = np.exp(logs - logs.max())
    return low, np.asarray(weights / weights.sum())


def conditional_p(tables: Sequence[tuple[int, int, int, int]]) -> float:
    """Return the exact two-sided p value of the sum of x2 over strata (x1, n1, x2, n2), all margins fixed.

    One stratum: Fisher's exact test. Tables no more likely than the observed are as extreme, as in R's mantelhaen.test.
    Source: Mehta, Patel and Gray (1985), J. Am. Stat. Assoc. 80, 969-973.
    """
    low = 0
    distribution = np.ones(1)
    for x1, n1, x2, n2 in tables:
        start, probabilities = hypergeometric(x1 + x2, n2, n1 + n2)
        low += start
        distribution = np.convolve(distribution, probabilities)
    observed = distribution[sum(x2 for _, _, x2, _ in tables) - low]
    return min(1.0, float(distribution[distribution <= observed * _TIE].sum()))

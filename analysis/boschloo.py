"""Boschloo's exact unconditional test of two shares, from four counts.

Of each first count the rejection region holds all second counts from one on: Fisher's one-sided p falls as the second count
rises. Its probability is so a sum of products of one count's chance and the other's upper tail, n1 of them and not n1 x n2.
"""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analysis.exact import log_comb

Floats = NDArray[np.float64]

# Fisher p values that differ by rounding only are ties.
_TIE = 1 + 1e-9
_ANGLES: Floats = np.linspace(0, math.pi / 2, 1025)
_ZOOM = 17
# Instead of a sine of 0, whose logarithm times a count of 0 would be no number.
_NOTHING = 1e-150
_ZOOM_ROUNDS = 6
# A local peak this near to the highest of the grid may be the highest of all once its top is found.
_NEAR_TOP = 0.98


@lru_cache(maxsize=4096)
def boschloo_p(x1: int, n1: int, x2: int, n2: int) -> float:
    """Return the two-sided p value of *x1* of *n1* against *x2* of *n2*: twice the smaller one-sided one, at most 1.

    The rejection region orders tables by Fisher's one-sided p; its probability is maximised over the common share, on an
    even grid of the arcsine scale and then by zooming in on every high peak. n1 and n2 must be positive.
    Source: Boschloo (1970), Statistica Neerlandica 24, 1-35.
    """
    if (n1, x1) > (n2, x2):  # the order of the waves must not matter, not even in the last digit
        x1, n1, x2, n2 = x2, n2, x1, n1
    rising = _one_sided(x1, n1, x2, n2)
    falling = _one_sided(n1 - x1, n1, n2 - x2, n2)
    return min(1.0, 2 * min(rising, falling))


def _one_sided(x1: int, n1: int, x2: int, n2: int) -> float:
    """Return the p value against "the second share is higher"."""
    tails = _fisher_tails(n1, n2)
    starts = n2 + 1 - np.count_nonzero(tails <= tails[x1, x2] * _TIE, axis=1)

    def probability(angles: Floats) -> Floats:
        return _of_region(_binomial(n1, angles), _binomial(n2, angles), starts)

    return min(1.0, _supremum(probability, _of_region(_grid_binomial(n1), _grid_binomial(n2), starts)))


def _of_region(first: Floats, second: Floats, starts: NDArray[np.intp]) -> Floats:
    """Return the probability of the region of all second counts from *starts* on, one for each first count."""
    return np.asarray(np.einsum("ia,ia->a", first, _upper_tails(second)[starts]))


@lru_cache(maxsize=64)
def _fisher_tails(n1: int, n2: int) -> Floats:
    """Return P(first count <= i, given the total i + j) for every table (i, j)."""
    first, second = np.arange(n1 + 1)[:, None], np.arange(n2 + 1)[None, :]
    logs = log_comb(n1, first) + log_comb(n2, second) - log_comb(n1 + n2, first + second)
    tails: Floats = np.exp(logs)
    for i in range(1, n1 + 1):
        tails[i, :-1] += tails[i - 1, 1:]
    return tails


@lru_cache(maxsize=16)
def _grid_binomial(n: int) -> Floats:
    return _binomial(n, _ANGLES)


def _upper_tails(chances: Floats) -> Floats:
    """Return P(count >= i) for each i, and the nothing beyond the last, from P(count = i)."""
    tails = np.zeros((chances.shape[0] + 1, chances.shape[1]))
    np.cumsum(chances[::-1], axis=0, out=tails[-2::-1])
    return tails


@lru_cache(maxsize=64)
def _log_ways(n: int) -> Floats:
    return log_comb(n, np.arange(n + 1)[:, None])


def _binomial(n: int, angles: Floats) -> Floats:
    """Return P(count = i) for each i (rows) and share, the squared sine of its angle (columns)."""
    count = np.arange(n + 1)[:, None]
    having, lacking = (2 * np.log(np.maximum(side, _NOTHING)) for side in (np.sin(angles), np.cos(angles)))
    return np.asarray(np.exp(_log_ways(n) + count * having + (n - count) * lacking))


def _supremum(probability: Callable[[Floats], Floats], heights: Floats) -> float:
    """Return the largest value of *probability* over the angles of all shares, given its *heights* on the grid."""
    top = float(heights.max())
    if top >= 1 / 2:  # the two-sided p value is 1, or comes from the other side: no need to find the very top
        return top
    padded = np.concatenate(([-np.inf], heights, [-np.inf]))
    peaks = np.flatnonzero((heights > padded[:-2]) & (heights >= padded[2:]) & (heights >= _NEAR_TOP * top))
    return max(top, *(_zoom(probability, int(peak)) for peak in peaks))


def _zoom(probability: Callable[[Floats], Floats], peak: int) -> float:
    low, high = _ANGLES[max(0, peak - 1)], _ANGLES[min(_ANGLES.size - 1, peak + 1)]
    highest = 0.0
    for _ in range(_ZOOM_ROUNDS):
        finer = np.linspace(low, high, _ZOOM)
        heights = probability(finer)
        best = int(heights.argmax())
        highest = max(highest, float(heights[best]))
        low, high = finer[max(0, best - 1)], finer[min(_ZOOM - 1, best + 1)]
    return highest

"""The ways to cut the points of a score into bins, of which the finest that tells nothing is shown."""

import math
from itertools import pairwise
from typing import Final

_FEWEST_BINS: Final = 3
"""Two bins tell little that the mean does not."""
_REACHES: Final = (2.0, 1.5, 1.0, 0.5)
"""So many deviations from the mean the open bins at both ends may begin."""


def cuts(most: int, mean: float, deviation: float) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return the ways to cut 0 to *most* points into bins (first and last number of points), those of most bins first.

    Bins are equally wide but for an open one at each end. The ways depend on the published mean and deviation alone. That one
    was chosen tells that each before it would have had a bin of few people, or told something: whoever tries the whole rule on
    every histogram that agrees with what is published can learn from that together (docs/attacks-on-numbers.md).
    Source: a rule of our own.
    """
    found = {
        _cut(most, math.ceil(mean - reach * deviation), math.floor(mean + reach * deviation), width)
        for reach in _REACHES
        for width in range(1, most + 1)
    }
    return tuple(sorted((cut for cut in found if len(cut) >= _FEWEST_BINS), key=lambda cut: (-len(cut), cut)))


def _cut(most: int, first: int, last: int, width: int) -> tuple[tuple[int, int], ...]:
    """Cut from *first* on into as many bins of *width* as fit up to *last*; what is left is open."""
    lowest, whole = max(0, first), (min(most, last) + 1 - max(0, first)) // width
    starts = sorted({0, *(lowest + width * at for at in range(whole + 1))} - {most + 1})
    return tuple((start, end - 1) for start, end in pairwise([*starts, most + 1]))

"""The way to cut the points of a score into bins, found from what is published alone."""

import math
from itertools import pairwise
from typing import Final

Cut = tuple[tuple[int, int], ...]
"""The first and the last number of points of each bin."""
_FEWEST_BINS: Final = 3
"""Two bins tell little that the mean does not."""
_REACHES: Final = (2.0, 1.5, 1.0, 0.5)
"""So many deviations from the mean the open bins at both ends may begin."""
_EXPECTED: Final = 10.0
_SHARE: Final = 0.2
"""So many people, and this share of all, are expected in each bin if points are spread like a bell: finer ones mostly tell."""


def cut(most: int, people: int, mean: float, deviation: float) -> Cut | None:
    """Return the one way to cut 0 to *most* points of *people* into bins that is tried; None if there is no way.

    Bins are equally wide but for an open one at each end; of the ways with enough people expected in each bin that of most
    bins, and of those the one whose smallest bin is expected to be largest, then the next. It depends on the published
    number of people, mean and deviation alone, and no other is tried when its bins cannot be shown: whoever knows which ways
    were refused, and tries the whole rule on every histogram that agrees with what is published, learns small counts from
    the refusals together.
    Source: a rule of our own; the spread of a bell is the normal distribution with the published mean and deviation.
    """
    found = {
        _cut(most, math.ceil(mean - reach * deviation), math.floor(mean + reach * deviation), width)
        for reach in _REACHES
        for width in range(1, most + 1)
    }
    sizes = {each: sorted(people * _share(bin_, most, mean, deviation) for bin_ in each) for each in found}
    fitting = [each for each in found if len(each) >= _FEWEST_BINS and sizes[each][0] >= max(_EXPECTED, _SHARE * people)]
    return max(fitting, key=lambda each: (len(each), sizes[each]), default=None)


def _share(bin_: tuple[int, int], most: int, mean: float, deviation: float) -> float:
    """Return the share of a bell in one bin; what lies beyond the scale belongs to the bins at its ends."""
    low = -math.inf if bin_[0] == 0 else bin_[0] - 0.5
    high = math.inf if bin_[1] == most else bin_[1] + 0.5
    return _below((high - mean) / deviation) - _below((low - mean) / deviation)


def _below(distance: float) -> float:
    return 0.5 * math.erfc(-distance / math.sqrt(2))


def _cut(most: int, first: int, last: int, width: int) -> Cut:
    """Cut from *first* on into as many bins of *width* as fit up to *last*; what is left is open."""
    lowest, whole = max(0, first), (min(most, last) + 1 - max(0, first)) // width
    starts = sorted({0, *(lowest + width * at for at in range(whole + 1))} - {most + 1})
    return tuple((start, end - 1) for start, end in pairwise([*starts, most + 1]))

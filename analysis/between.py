"""Several municipalities beside each other: the middle, how far apart they lie, and whether all may be alike.

In go shown levels and their ranges alone; nothing else is looked at, so nothing more can be learnt. It describes these
municipalities and nobody else: nothing is averaged over people, added up or ranked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

_MISSES = 0.05
"""How often the range of one municipality misses the truth, at most."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The shown level of one municipality with the ends of its range; None where it has no range."""

    level: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Between:
    """The middle of ``n`` levels, the least and the most of them, and what all ranges have in common.

    ``alike``: one value lies within every range, so that from these numbers all may be alike; None where a range is missing.
    ``common_low`` to ``common_high`` are these values, None if there are none. ``by_chance``: were all alike, how often at most
    no value would lie within every range.
    """

    n: int
    median: float
    least: float
    most: float
    alike: bool | None
    common_low: float | None
    common_high: float | None
    by_chance: float


def between(figures: Sequence[Shown], step: float = 0.0) -> Between:
    """Return what several municipalities have between them, whatever their order.

    *step*: to what the ends of ranges were rounded; half of it is added on both sides before it is said that none is common.
    The middle is the median: one far-off number moves it little, and a large town counts no more than a small one.
    Sources: Tukey (1977), Exploratory Data Analysis, chapter 2; for the chance Dunn (1961), J. Am. Stat. Assoc. 56, 52-64.

    Raises:
        ValueError: there is no figure.
    """
    if not figures:
        raise ValueError("between: there is no figure; give those of at least one municipality")
    levels = [each.level for each in figures]
    lows = [each.low for each in figures if each.low is not None]
    highs = [each.high for each in figures if each.high is not None]
    ranged = len(lows) == len(highs) == len(figures)
    reach = (max(lows), min(highs)) if ranged else None
    alike = reach[0] <= reach[1] + step + 1e-12 if reach else None
    common = (min(reach), max(reach)) if reach and alike else (None, None)
    return Between(
        n=len(figures),
        median=median(levels),
        least=min(levels),
        most=max(levels),
        alike=alike,
        common_low=common[0],
        common_high=common[1],
        by_chance=min(1.0, _MISSES * len(figures)),
    )

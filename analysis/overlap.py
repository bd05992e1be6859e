"""How much the interval of a change may be off because unknown people answered in both waves: a band, never a pairing.

Waves are analysed as independent samples; nobody is ever matched. One anonymous question in the later wave ("did you answer
last time?") bounds how many answered twice, and the band shows the interval at the least and the most that this can matter.
Both waves are taken as simple random samples of the same *population* people.
"""

import math
from dataclasses import dataclass

from analysis.change import Change, newcombe_fpc
from analysis.estimates import Interval, check_count, wilson_fpc


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many people can have answered in both waves, and how many would have by chance alone (a broken number)."""

    least: int
    most: int
    by_chance: float


@dataclass(frozen=True, slots=True)
class OverlapBand:
    """A change with its interval for independent waves and the narrowest and widest that the overlap allows."""

    change: Change
    narrowest: Interval
    widest: Interval


def overlap(n1: int, n2: int, population: int, said_yes: int = 0, said_no: int = 0) -> Overlap:
    """Return how many of *n2* later answers may come from people among the *n1* earlier ones.

    *said_yes* and *said_no* answered "did you answer last time?"; who skipped it may be either. Where the answers to it
    cannot all be true, those who said yes are believed as far as the numbers allow.
    ValueError unless said_yes + said_no <= n2 <= population and n1 <= population.
    """
    check_count(0, n1, population)
    for said in (said_yes, said_no, said_yes + said_no):
        check_count(said, n2, population)
    floor, ceiling = max(0, n1 + n2 - population), min(n1, n2)
    least = min(max(floor, said_yes), ceiling)
    return Overlap(least, max(least, min(ceiling, n2 - said_no)), n1 * n2 / population if population else 0.0)


def correlation_of_shares(n1: int, n2: int, population: int, common: float, within: float) -> float | None:
    """Return the correlation of two waves' shares when *common* people answered twice, by chance otherwise.

    *within* is the correlation (-1 to 1) of one person's two answers over the population. Cov = (nc / (n1 n2) - 1 / N) S12,
    over the root of both variances with fpc; 0 where as many answered twice as chance would have it. None where a wave is
    empty or complete. Source: Tam (1984), Am. Statistician 38, 288-289.
    ValueError if n > population, more people answered twice than a wave has answers, or *within* is no correlation.
    """
    check_count(0, n1, population)
    check_count(0, n2, population)
    if not 0 <= common <= min(n1, n2):
        raise ValueError(f"{common} people in both of two waves of {n1} and {n2}: work out the overlap of exactly these waves")
    if not -1 <= within <= 1:
        raise ValueError(f"{within} is no correlation: give a number between -1 and 1")
    if not n1 or not n2 or population in (n1, n2):
        return None
    shared = common / (n1 * n2) - 1 / population
    alone = (1 / n1 - 1 / population) * (1 / n2 - 1 / population)
    return max(-1.0, min(1.0, within * shared / math.sqrt(alone)))


def highest_correlation(p1: float, p2: float) -> float | None:
    """Return the highest correlation that two yes-or-no answers with shares *p1* and *p2* can have; None if one is 0 or 1.

    Source: Ferguson (1941), Psychometrika 6, 323-329 (the maximal phi). ValueError outside 0-1.
    """
    for value in (p1, p2):
        if not 0 <= value <= 1:
            raise ValueError(f"{value} is not a share: give a fraction between 0 and 1")
    low, high = min(p1, p2), max(p1, p2)
    if low <= 0 or high >= 1:
        return None
    return math.sqrt(low * (1 - high) / (high * (1 - low)))


def overlap_band(x1: int, n1: int, x2: int, n2: int, population: int, people: Overlap) -> OverlapBand | None:
    """Return the change of a share with the band of its interval over all overlaps in *people* and all likely habits.

    The correlation of one person's answers runs from 0 (answers anew each time) to the highest that the shares allow. The
    limits are Newcombe's with fpc, with the correlation of the shares inside. None if a wave has no answers, or one out of
    several people; where a wave is complete or a share is 0 or 1 the overlap cannot matter and the band has no width.
    Source: Tam (1984), Am. Statistician 38, 288-289, in the MOVER of Zou (2007), Psychol. Methods 12, 399-413.
    ValueError unless 0 <= x <= n <= population in both waves.
    """
    change = newcombe_fpc(x1, n1, population, x2, n2, population)
    if min(n1, n2) == 1 < population:
        return None
    if change is None or change.interval is None:
        return None
    within = highest_correlation(x1 / n1, x2 / n2)
    found = [0.0]
    for common in (people.least, people.most):
        correlation = None if within is None else correlation_of_shares(n1, n2, population, common, within)
        found.append(correlation or 0.0)
    limits = [_limits(x1, n1, x2, n2, population, correlation) for correlation in (max(found), min(found))]
    return OverlapBand(change, limits[0], limits[1])


def _limits(x1: int, n1: int, x2: int, n2: int, population: int, correlation: float) -> Interval:
    """Return Newcombe's limits with fpc for two shares that correlate."""
    before, after = wilson_fpc(x1, n1, population), wilson_fpc(x2, n2, population)
    if before is None or after is None:
        raise ValueError("a wave without answers has no limits: ask for the change first")
    p1, p2 = x1 / n1, x2 / n2
    down = _hypotenuse(p2 - after.low, before.high - p1, correlation)
    up = _hypotenuse(after.high - p2, p1 - before.low, correlation)
    return Interval(max(-1.0, p2 - p1 - down), min(1.0, p2 - p1 + up))


def _hypotenuse(one: float, other: float, correlation: float) -> float:
    return math.sqrt(max(0.0, one**2 + other**2 - 2 * correlation * one * other))

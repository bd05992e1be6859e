"""How much the interval of a change may be off because unknown people answered in both waves: a band, never a pairing.

Waves are analysed as independent samples; nobody is ever matched. One anonymous question in the later wave ("did you answer
last time?") bounds how many answered twice, and the band shows the interval at the least and the most that this can matter.
Both waves are taken as simple random samples of the same *population* people, or of two numbers of whom the smaller was there
both times.
"""

import math
from dataclasses import dataclass

from analysis.change import Change, mean_change, share_difference
from analysis.estimates import Interval, MeanEstimate, ShareEstimate, check_count, wilson_fpc


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


def overlap(
    n1: int, n2: int, population: int, said_yes: int = 0, said_no: int = 0, population_after: int | None = None
) -> Overlap:
    """Return how many of *n2* later answers may come from people among the *n1* earlier ones.

    *said_yes* and *said_no* answered "did you answer last time?"; who skipped it may be either. Where the answers to it
    cannot all be true, those who said yes are believed as far as the numbers allow. *population_after* is the later number of
    people where it differs; all of the smaller number are taken to have been there both times.
    Source: counting; by chance the mean of the hypergeometric distribution.
    ValueError unless said_yes + said_no <= n2 <= population and n1 <= population.
    """
    later = population if population_after is None else population_after
    check_count(0, n1, population)
    for said in (said_yes, said_no, said_yes + said_no):
        check_count(said, n2, later)
    largest = max(population, later)
    floor, ceiling = max(0, n1 + n2 - largest), min(n1, n2)
    least = min(max(floor, said_yes), ceiling)
    return Overlap(least, max(least, min(ceiling, n2 - said_no)), n1 * n2 / largest if largest else 0.0)


def among(people: Overlap, all1: int, all2: int, n1: int, n2: int, population: int) -> Overlap:
    """Return how many of *people* can stand behind a number of which only *n1* of *all1* and *n2* of *all2* answers are in.

    Whoever is left out in either wave may have answered twice, or not. *population* is the larger number of people.
    Source: counting, as `overlap`.
    ValueError unless n <= all in both waves.
    """
    check_count(n1, all1)
    check_count(n2, all2)
    ceiling = min(n1, n2, people.most)
    least = max(0, n1 + n2 - population, people.least - (all1 - n1) - (all2 - n2))
    return Overlap(min(least, ceiling), ceiling, n1 * n2 / population if population else 0.0)


def correlation_of_shares(
    n1: int, n2: int, population: int, common: float, within: float, population_after: int | None = None
) -> float | None:
    """Return the correlation of two waves' shares (or means) when *common* people answered twice, by chance otherwise.

    *within* is the correlation (-1 to 1) of one person's two answers over the population. Cov = (nc / (n1 n2) - 1 / N) S12,
    over the root of both variances with fpc; 0 where as many answered twice as chance would have it. None where a wave is
    empty or complete. *population_after* as in `overlap`. Source: Tam (1984), Am. Statistician 38, 288-289.
    ValueError if n > population, more people answered twice than a wave has answers, or *within* is no correlation.
    """
    later = population if population_after is None else population_after
    check_count(0, n1, population)
    check_count(0, n2, later)
    if not 0 <= common <= min(n1, n2):
        raise ValueError(f"{common} people in both of two waves of {n1} and {n2}: work out the overlap of exactly these waves")
    if not -1 <= within <= 1:
        raise ValueError(f"{within} is no correlation: give a number between -1 and 1")
    if not n1 or not n2 or population == n1 or later == n2:
        return None
    shared = common / (n1 * n2) - 1 / max(population, later)
    alone = (1 / n1 - 1 / population) * (1 / n2 - 1 / later)
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


def correlations(
    people: Overlap, n1: int, n2: int, population: int, within: float, population_after: int | None = None
) -> tuple[float, float]:
    """Return the lowest and the highest correlation of two waves over all overlaps in *people* and all likely habits.

    One person's answers correlate between 0 (answers anew each time) and *within*. Both are 0 where the overlap cannot matter.
    Source and ValueError as `correlation_of_shares`.
    """
    ends = [
        correlation_of_shares(n1, n2, population, common, within, population_after) or 0.0
        for common in (people.least, people.most)
    ]
    return min(0.0, *ends), max(0.0, *ends)


def band(before: ShareEstimate, after: ShareEstimate, lowest: float, highest: float) -> OverlapBand | None:
    """Return the change between two shares with its interval if the waves correlate by *highest* and by *lowest* at most.

    The MOVER of both intervals, with the correlation inside; without correlation that of `change.share_difference`. None
    unless both shares have an interval. Source: Zou (2007), Psychol. Methods 12, 399-413.
    """
    change = share_difference(before, after)
    if before.interval is None or after.interval is None:
        return None
    below = (after.share - after.interval.low, before.interval.high - before.share)
    above = (after.interval.high - after.share, before.share - before.interval.low)
    narrowest, widest = (
        Interval(
            max(-1.0, change.change - _hypotenuse(*below, correlation)),
            min(1.0, change.change + _hypotenuse(*above, correlation)),
        )
        for correlation in (highest, lowest)
    )
    return OverlapBand(change, narrowest, widest)


def band_of_means(before: MeanEstimate, after: MeanEstimate, lowest: float, highest: float) -> OverlapBand | None:
    """Return the change between two means with its t interval if the waves correlate by *highest* and by *lowest* at most.

    The variance of the change less twice the covariance; degrees of freedom and None as in `change.mean_change` where that
    has no interval. Source: Tam (1984), Am. Statistician 38, 288-289.
    """
    moved = mean_change(before, after)
    if moved.interval is None:
        return None
    half = (moved.interval.high - moved.interval.low) / 2
    one, other = before.standard_error or 0.0, after.standard_error or 0.0
    alone = math.hypot(one, other)
    narrowest, widest = (
        half * _hypotenuse(one, other, correlation) / alone if alone else 0.0 for correlation in (highest, lowest)
    )
    return OverlapBand(
        moved,
        Interval(moved.change - narrowest, moved.change + narrowest),
        Interval(moved.change - widest, moved.change + widest),
    )


def overlap_band(x1: int, n1: int, x2: int, n2: int, population: int, people: Overlap) -> OverlapBand | None:
    """Return the change of a share with the band of its interval over all overlaps in *people* and all likely habits.

    The correlation of one person's answers runs from 0 (answers anew each time) to the highest that the shares allow. The
    limits are Newcombe's with fpc, with the correlation of the shares inside. None if a wave has no answers, or one out of
    several people; where a wave is complete or a share is 0 or 1 the overlap cannot matter and the band has no width.
    Source: Tam (1984), Am. Statistician 38, 288-289, in the MOVER of Zou (2007), Psychol. Methods 12, 399-413.
    ValueError unless 0 <= x <= n <= population in both waves.
    """
    before, after = wilson_fpc(x1, n1, population), wilson_fpc(x2, n2, population)
    if before is None or after is None or min(n1, n2) == 1 < population:
        return None
    shares = ShareEstimate(x1 / n1, before), ShareEstimate(x2 / n2, after)
    within = highest_correlation(x1 / n1, x2 / n2)
    return band(*shares, *correlations(people, n1, n2, population, within or 0.0))


def _hypotenuse(one: float, other: float, correlation: float) -> float:
    return math.sqrt(max(0.0, one**2 + other**2 - 2 * correlation * one * other))

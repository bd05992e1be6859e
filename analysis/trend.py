"""Three and more waves at their real dates: the slope of a level a year, and tests of a trend of ordered answers.

The slopes carry whatever correction their levels carry (with fpc: the people who work here); the tests never use a population.
Waves of unequal distance count at their distance. The trend of a share is tested by `significance.cochran_armitage`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scipy import special

from analysis.change import Change, satterthwaite
from analysis.estimates import ALPHA, Interval, MeanEstimate, ShareEstimate
from analysis.significance import Significance

_DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class _Wave:
    time: float
    counts: tuple[int, ...]


def years(dates: Sequence[date]) -> tuple[float, ...]:
    """Return the distance of each date from the first one given, in years of 365.25 days. ValueError without a date."""
    if not dates:
        raise ValueError("no dates: give the day of each wave")
    return tuple((day - dates[0]).days / _DAYS_A_YEAR for day in dates)


def _check_times(times: Sequence[float]) -> None:
    if not all(math.isfinite(time) for time in times):
        raise ValueError("a time is not a number: give the day of each wave, see `years`")


def _contrast(times: Sequence[float]) -> list[float] | None:
    """Return the weights of a least-squares slope over *times*; None with fewer than two different times."""
    _check_times(times)
    if len(set(times)) <= 1:
        return None
    middle = sum(times) / len(times)
    spread = sum((time - middle) ** 2 for time in times)
    if not spread:
        return None
    return [(time - middle) / spread for time in times]


def share_slope(levels: Sequence[ShareEstimate], times: Sequence[float]) -> Change | None:
    """Return by how much a share (fraction) moves a unit of *times*, with the MOVER of the waves' own limits.

    Least squares over the levels, each wave counting alike. Two waves give `change.share_difference` over their distance.
    None with fewer than two different times; no interval unless every level has one. ValueError if the lengths differ.
    Source: Zou, Huang and Zhang (2009), Comput. Stat. Data Anal. 53, 1080-1085, for a linear contrast of shares.
    """
    weights = _contrast(times)
    if weights is None:
        return None
    slope = down = up = 0.0
    known = True
    for weight, level in zip(weights, levels, strict=True):
        slope += weight * level.share
        if level.interval is None:
            known = False
            continue
        ends = sorted((weight * level.interval.low, weight * level.interval.high))
        down += (weight * level.share - ends[0]) ** 2
        up += (ends[1] - weight * level.share) ** 2
    return Change(slope, Interval(slope - math.sqrt(down), slope + math.sqrt(up)) if known else None)


def mean_slope(levels: Sequence[MeanEstimate], times: Sequence[float]) -> Change | None:
    """Return by how much a mean (in its unit) moves a unit of *times*, with a t interval on Satterthwaite's freedom.

    Least squares over the levels, each wave counting alike. None with fewer than two different times; no interval if a
    standard error is missing or none varies, zero width when everybody answered in every wave that counts.
    ValueError if the lengths differ. Source: Satterthwaite (1946), Biometrics Bull. 2, 110-114, for a contrast of means.
    """
    weights = _contrast(times)
    if weights is None:
        return None
    pairs = list(zip(weights, levels, strict=True))
    slope = sum(weight * level.mean for weight, level in pairs)
    if all(level.census for weight, level in pairs if weight):
        return Change(slope, Interval(slope, slope))
    errors = [(weight, level.standard_error, level) for weight, level in pairs if weight]
    variances = [(weight * error) ** 2 for weight, error, _ in errors if error is not None]
    freedom = satterthwaite(variances, [level.degrees_of_freedom for _, error, level in errors if error is not None])
    if len(variances) < len(errors) or freedom is None:
        return Change(slope, None)
    half = float(special.stdtrit(freedom, 1 - ALPHA / 2)) * math.sqrt(sum(variances))
    return Change(slope, Interval(slope - half, slope + half))


def mean_trend(levels: Sequence[MeanEstimate], times: Sequence[float], slack: float = 0.0) -> Significance | None:
    """Test the slope of a mean over waves at their real *times* (any unit) by t on Satterthwaite's degrees of freedom.

    Give the levels without a finite population, so that chance alone is asked about; two waves give `significance.welch`.
    *slack* of the slope may come from rounding: it is tested without that. p = 1 where it is no more. None with fewer than
    two different times, where a wave that counts has no standard error, or where none varies and the slope is more.
    ValueError if the lengths differ.
    Source: Welch (1947), Biometrika 34, 28-35, for a contrast of means.
    """
    weights = _contrast(times)
    if weights is None:
        return None
    slope = sum(weight * level.mean for weight, level in zip(weights, levels, strict=True))
    counting = [(weight, level.standard_error, level) for weight, level in zip(weights, levels, strict=True) if weight]
    variances = [(weight * error) ** 2 for weight, error, _ in counting if error is not None]
    if len(variances) < len(counting):
        return None
    if abs(slope) <= slack:
        return Significance(1.0, "mean_trend", 0.0)
    freedom = satterthwaite(variances, [level.degrees_of_freedom for _, _, level in counting])
    if freedom is None:
        return None
    t = math.copysign(abs(slope) - slack, slope) / math.sqrt(sum(variances))
    return Significance(float(2 * special.stdtr(freedom, -abs(t))), "mean_trend", t, freedom)


def rounding_of_slope(slacks: Sequence[float], times: Sequence[float]) -> float:
    """Return by how much a slope over *times* may be off where each level may lie so far from the true one (*slacks*).

    0 with fewer than two different times. ValueError if the lengths differ.
    """
    weights = _contrast(times) or [0.0] * len(times)
    return sum(abs(weight) * slack for weight, slack in zip(weights, slacks, strict=True))


def _waves(tables: Sequence[Sequence[int]], times: Sequence[float]) -> list[_Wave]:
    """Return the waves that have answers in order of time, those of one time added up."""
    _check_times(times)
    if len({len(table) for table in tables}) > 1:
        raise ValueError("the waves have different numbers of options: give one count per option of the same item")
    added: dict[float, tuple[int, ...]] = {}
    for table, time in zip(tables, times, strict=True):
        if any(count < 0 for count in table):
            raise ValueError("a frequency is negative: give counts of people")
        if sum(table):
            before = added.get(time, (0,) * len(table))
            added[time] = tuple(a + b for a, b in zip(before, table, strict=True))
    return [_Wave(time, added[time]) for time in sorted(added)]


def jonckheere(tables: Sequence[Sequence[int]], times: Sequence[float]) -> Significance | None:
    """Test whether answers tend to be higher from wave to wave, from frequency tables over the same ordered options.

    Only the order of *times* counts, not their distance. Normal approximation with the variance for ties, no continuity
    correction; p = 1 where all answers are tied, None with fewer than two waves with answers. Two waves give the rank-sum
    test. ValueError if the tables differ in options or in number from *times*.
    Source: Jonckheere (1954), Biometrika 41, 133-145; ties: Hollander and Wolfe (1999), Nonparametric Stat. Methods, 6.2.
    """
    waves = [wave.counts for wave in _waves(tables, times)]
    if len(waves) <= 1:
        return None
    sizes = [sum(wave) for wave in waves]
    tied = [sum(option) for option in zip(*waves, strict=True)]
    wins = sum(_wins(waves[i], waves[j]) for j in range(len(waves)) for i in range(j))
    total = sum(sizes)
    expected = (total**2 - sum(n**2 for n in sizes)) / 4
    variance = 0.0 if max(tied) == total else _jonckheere_variance(sizes, tied)
    z = (wins - expected) / math.sqrt(variance) if variance > 0 else 0.0
    return Significance(float(2 * special.ndtr(-abs(z))), "jonckheere", z)


def _wins(earlier: Sequence[int], later: Sequence[int]) -> float:
    """Return in how many pairs the later answer is higher, ties counted half."""
    won = 0.0
    below = 0
    for before, after in zip(earlier, later, strict=True):
        won += after * (below + before / 2)
        below += before
    return won


def _jonckheere_variance(sizes: Sequence[int], tied: Sequence[int]) -> float:
    total = sum(sizes)

    def pairs(counts: Sequence[int]) -> int:
        return sum(n * (n - 1) for n in counts)

    def triples(counts: Sequence[int]) -> int:
        return sum(n * (n - 1) * (n - 2) for n in counts)

    def main(counts: Sequence[int]) -> int:
        return sum(n * (n - 1) * (2 * n + 5) for n in counts)

    variance = (main([total]) - main(sizes) - main(tied)) / 72 + pairs(sizes) * pairs(tied) / (8 * pairs([total]))
    return variance + (triples(sizes) * triples(tied) / (36 * triples([total])) if triples([total]) else 0.0)


def linear_by_linear(tables: Sequence[Sequence[int]], times: Sequence[float], scores: Sequence[float]) -> Significance | None:
    """Test a straight trend of answers with *scores* (one per option) over waves at their real *times* (any unit).

    (n - 1) times the squared correlation of score and time, chi-squared on 1 degree. p = 1 where all answers score alike;
    None with fewer than two different times with answers. ValueError if lengths differ.
    Source: Mantel (1963), J. Am. Stat. Assoc. 58, 690-700; Agresti (2013), Categorical Data Analysis, section 3.4.
    """
    waves = _waves(tables, times)
    if len(waves) <= 1:
        return None
    cells = [(count, wave.time, score) for wave in waves for count, score in zip(wave.counts, scores, strict=True) if count]
    total = sum(count for count, _, _ in cells)
    when, level = (sum(cell[0] * cell[part] for cell in cells) / total for part in (1, 2))
    shared = sum(count * (time - when) * (score - level) for count, time, score in cells)
    spread = sum(count * (time - when) ** 2 for count, time, _ in cells)
    varied = sum(count * (score - level) ** 2 for count, _, score in cells)
    alike = len({score for _, _, score in cells}) == 1
    statistic = 0.0 if alike else (total - 1) * shared**2 / (spread * varied)
    return Significance(float(2 * special.ndtr(-math.sqrt(statistic))), "linear_by_linear", statistic)

"""Before and after of a score and of a distribution: means from moments, and the probability of a higher answer."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from scipy import special

from analysis import change, significance
from analysis.compare_rows import Json
from analysis.counts import SMALLEST_STRATUM
from analysis.detectable import smallest_visible_mean, smallest_visible_superiority
from analysis.estimates import ALPHA, Interval, MeanEstimate, Moments
from analysis.tables import TOWN, Reason, StratumFigures, WaveTables, inside_choices
from questionnaires.survey_types import Item


@dataclass(frozen=True, slots=True)
class MeanPart:
    """One stratum of a mean: its weight, size, mean and variance, and how many people it has (None: not known)."""

    weight: float
    sample: Moments
    population: int | None

    @property
    def unseen(self) -> float:
        """The finite population correction 1 - n/N; 1 if the population is not known or smaller than the answers."""
        known = self.population is not None and self.population >= self.sample.n
        return 1 - self.sample.n / self.population if known and self.population else 1.0


@dataclass(frozen=True, slots=True)
class ScoreSide:
    """One wave of a score."""

    sample: Moments | None = None
    population: int | None = None
    hidden: Reason | None = None
    parts: tuple[MeanPart, ...] = ()
    rounding: float | None = None
    most: int | None = None
    """How many points the score has at most (None: not known)."""

    @property
    def slack(self) -> float:
        """How far the mean may lie from the true one because it was rounded, in points."""
        return (self.rounding or 0.0) / 2


def score_side(wave: WaveTables, score: str, stratum: str) -> ScoreSide:
    """Return a wave's side of a score in one stratum; the town with its groups, if all are visible."""
    figures = wave.scores[score][stratum]
    people = wave.response[stratum].population
    parts = _parts(wave, score) if stratum == TOWN and figures.moments else ()
    most = next((len(each.items) for each in wave.questionnaire.scores if each.id == score), None)
    return ScoreSide(figures.moments, people, figures.hidden, parts, figures.rounding, most)


def score_numbers(before: ScoreSide, after: ScoreSide, *, compared: bool) -> tuple[dict[str, Json], str]:
    """Return what is known of the mean score in both waves and, if *compared*, of its change, and the methods used.

    Means that are rounded to protect answers may lie half a step off: ranges are wider by that much (of a change also where
    everybody answered), and the test asks whether there is more than rounding and chance could make.
    """
    stratified = _both_in_strata(before, after) if compared else bool(before.parts or after.parts)
    first, second = mean_parts(before, stratified=stratified), mean_parts(after, stratified=stratified)
    numbers: dict[str, Json] = {"rounding_before": before.rounding, "rounding_after": after.rounding}
    levels = [mean_estimate(parts) if parts else None for parts in (first, second)]
    for name, side, level in zip(("before", "after"), (before, after), levels, strict=True):
        numbers |= _numbers(name, level.mean if level else None, _limits(level, side) if level else None)
    methods = ["stratified mean with t" if stratified else "mean with t"] if any(levels) else []
    if compared and levels[0] and levels[1] and before.sample and after.sample:
        moved = change.mean_change(levels[0], levels[1])
        slack = before.slack + after.slack
        numbers |= _numbers("change", moved.change, widened(moved.interval, slack) if moved.interval else None)
        numbers["effect"] = change.hedges_g_of(before.sample, after.sample)
        numbers["p"] = welch_p(first, second, slack)
        visible = smallest_visible_mean(
            before.sample.variance or 0.0, before.sample.n, after.sample.variance or 0.0, after.sample.n
        )
        numbers["smallest_visible_change"] = None if visible is None else visible + slack
        methods.append("stratified welch" if stratified else "welch")
    return numbers, "; ".join(methods)


def mean_sides(before: ScoreSide, after: ScoreSide) -> tuple[Sequence[MeanPart], Sequence[MeanPart]] | None:
    """Return the strata between which a change of means is computed, the groups where both waves have them; None without."""
    stratified = _both_in_strata(before, after)
    first, second = mean_parts(before, stratified=stratified), mean_parts(after, stratified=stratified)
    return (first, second) if first and second else None


def _both_in_strata(before: ScoreSide, after: ScoreSide) -> bool:
    return bool(before.parts and after.parts)


def mean_estimate(parts: Sequence[MeanPart]) -> MeanEstimate:
    """Return the mean over strata with its t interval on n - H degrees of freedom and each stratum's fpc.

    Zero width when everybody answered; no interval without variance. Source: Cochran (1977), Sampling Techniques, 5.4.
    """
    level = sum(part.weight * part.sample.mean for part in parts)
    freedom = sum(part.sample.n for part in parts) - len(parts)
    if all(part.unseen == 0 for part in parts):
        return MeanEstimate(level, 0.0, freedom, Interval(level, level), census=True)
    if any(part.sample.variance is None for part in parts):
        return MeanEstimate(level, None, freedom, None, census=False)
    error = math.sqrt(sum(part.weight**2 * part.unseen * (part.sample.variance or 0.0) / part.sample.n for part in parts))
    half = float(special.stdtrit(freedom, 1 - ALPHA / 2)) * error if error else None
    return MeanEstimate(level, error, freedom, None if half is None else Interval(level - half, level + half), census=False)


def welch_p(before: Sequence[MeanPart], after: Sequence[MeanPart], slack: float = 0.0) -> float | None:
    """Return the two-sided p of the change of a (stratified) mean by `significance.weighted_welch`, without fpc.

    *slack* points of the change may come from rounding: the change is tested without them. None if a part has fewer than two
    answers. Where nobody varies: 1 if the means agree, else the exact chance of two separated waves.
    """
    parts = [[(part.weight, part.sample) for part in wave] for wave in (before, after)]
    if any(sample.variance is None for wave in parts for _, sample in wave):
        return None
    first, second = (sum(weight * sample.mean for weight, sample in wave) for wave in parts)
    if abs(second - first) <= slack:
        return 1.0
    nearer = math.copysign(slack, first - second)
    found = significance.weighted_welch(parts[0], [(weight, replace(s, mean=s.mean + nearer)) for weight, s in parts[1]])
    sizes = [sum(sample.n for _, sample in wave) for wave in parts]
    return found.p_value if found else min(1.0, 2 / math.comb(sum(sizes), sizes[0]))


def _limits(level: MeanEstimate, side: ScoreSide) -> Interval | None:
    """Return the range of one wave's mean, nowhere beyond what a mean can be.

    Where everybody answered the rounded number, told as such, stands by itself.
    """
    if level.census or level.interval is None:
        return level.interval
    found = widened(level.interval, side.slack)
    return found if side.most is None else Interval(max(0.0, found.low), min(float(side.most), found.high))


def widened(found: Interval, slack: float) -> Interval:
    """Return a range with what rounding may add."""
    return Interval(found.low - slack, found.high + slack)


def superiority_numbers(before: Sequence[int], after: Sequence[int], *, compared: bool) -> tuple[dict[str, Json], str]:
    """Return the probability that a later answer is higher, from two frequency tables over the same ordered bins."""
    estimate = change.superiority_estimate(before, after) if compared else None
    test = significance.brunner_munzel(before, after) if compared else None
    if estimate is None or test is None:
        return {}, ""
    probability, limits = estimate.probability, estimate.interval
    moved = Interval(limits.low - 1 / 2, limits.high - 1 / 2) if limits else None
    numbers: dict[str, Json] = {"before": 1 / 2}
    numbers |= _numbers("after", probability, limits)
    numbers |= _numbers("change", probability - 1 / 2, moved)
    numbers |= {"effect": 2 * probability - 1, "p": test.p_value}
    numbers["smallest_visible_change"] = smallest_visible_superiority(before, after)
    return numbers, f"logit interval; {test.method}"


def common_bins(item: Item, before: StratumFigures, after: StratumFigures) -> tuple[list[int], list[int], bool] | None:
    """Return two distributions over the finest bins that both have, and whether those outside the base are in them.

    None unless both have a distribution with at least two common bins.
    """
    cuts = sorted(_cuts(before) & _cuts(after))
    if len(cuts) <= 1:
        return None
    lumped = before.lumped or after.lumped
    return _over(item, before, cuts, lumped=lumped), _over(item, after, cuts, lumped=lumped), lumped


def _cuts(figures: StratumFigures) -> set[int]:
    """Return after how many choices, least favourable first, each bin ends."""
    return set(accumulate(len(part.choices) for part in figures.bins))


def _over(item: Item, figures: StratumFigures, cuts: Sequence[int], *, lumped: bool) -> list[int]:
    """Return the people in each of the coarser bins that end at *cuts*, those outside the base too if *lumped*."""
    ends = list(accumulate(len(part.choices) for part in figures.bins))
    counts = [0] * len(cuts)
    for part, end in zip(figures.bins, ends, strict=True):
        counts[bisect_left(cuts, end)] += part.count
    if lumped and not figures.lumped and figures.seen is not None and figures.base is not None:
        boundary = len(inside_choices(item)) - len(item.favourable)
        counts[bisect_left(cuts, boundary)] += figures.seen - figures.base
    return counts


def _numbers(name: str, level: float | None, limits: Interval | None) -> dict[str, Json]:
    return {name: level, f"{name}_low": limits.low if limits else None, f"{name}_high": limits.high if limits else None}


def mean_parts(side: ScoreSide, *, stratified: bool) -> tuple[MeanPart, ...]:
    """Return the strata of a wave's mean if *stratified* and it has some, else all its people as one; none if it is hidden."""
    if stratified and side.parts:
        return side.parts
    return (MeanPart(1.0, side.sample, side.population),) if side.sample else ()


def _parts(wave: WaveTables, score: str) -> tuple[MeanPart, ...]:
    found = []
    for name in wave.strata[1:]:
        people, sample = wave.response[name].population, wave.scores[score][name].moments
        if people == 0 and sample is None:
            continue
        if people is None or sample is None or not SMALLEST_STRATUM <= sample.n <= people:
            return ()
        found.append((sample, people))
    total = sum(people for _, people in found)
    town = wave.scores[score][TOWN].moments
    if len(found) <= 1 or town is None or town.n != sum(sample.n for sample, _ in found):
        return ()
    return tuple(MeanPart(people / total, sample, people) for sample, people in found)

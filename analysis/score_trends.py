"""Mean scores over three and more waves as they may be shown: the straight change over the whole time, and its verdict.

In go the protected tables of each wave; nothing else is looked at, so nothing more can be learnt.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from analysis.compare_scores import ScoreSide, mean_estimate, mean_parts, score_side, widened
from analysis.disclosure import PublicWave
from analysis.estimates import MeanEstimate
from analysis.multiplicity import holm
from analysis.tables import TOWN
from analysis.trend import mean_slope, mean_trend, rounding_of_slope
from analysis.trend_lines import shares_of_time
from analysis.verdicts import TrendLine

_LEVEL = 0.05


def score_trends(waves: Sequence[PublicWave], scores: Sequence[str], days: Sequence[date]) -> tuple[TrendLine, ...]:
    """Return a line in points for each of *scores* in the town, one wave at each of the *days*, oldest first.

    The change and its range speak of the people who work here (`trend.mean_slope`, wider by what rounding may hide); the
    verdict is of `trend.mean_trend` without population, corrected over all scores together by Holm. Where one wave hides its
    mean, nothing is told. ValueError with fewer than three waves or days that do not rise.
    """
    times = shares_of_time(days)
    if not all(isinstance(wave, PublicWave) for wave in waves):
        raise TypeError("only waves that have passed disclosure.protect() may be shown")
    lines = [_line([score_side(wave, score, TOWN) for wave in waves], times) for score in scores]
    adjusted = holm([p for _line_, p in lines])
    return tuple(_judged(line, p) for (line, _p), p in zip(lines, adjusted, strict=True))


def _line(sides: Sequence[ScoreSide], times: Sequence[float]) -> tuple[TrendLine, float | None]:
    if any(side.sample is None for side in sides):
        return TrendLine(None, None, None, "too_few"), None
    stratified = all(side.parts for side in sides)
    of_everybody = [_estimate(side, stratified=stratified, fpc=True) for side in sides]
    of_chance = [_estimate(side, stratified=stratified, fpc=False) for side in sides]
    moved = mean_slope(of_everybody, times)
    slack = rounding_of_slope([side.slack for side in sides], times)
    test = mean_trend(of_chance, times, slack)
    if moved is None or test is None:
        return TrendLine(None, None, None, "too_few"), None
    limits = widened(moved.interval, slack) if moved.interval else None
    line = TrendLine(moved.change, limits.low if limits else None, limits.high if limits else None, "no_clear_change")
    return line, test.p_value


def _estimate(side: ScoreSide, *, stratified: bool, fpc: bool) -> MeanEstimate:
    parts = mean_parts(side, stratified=stratified)
    return mean_estimate(parts if fpc else [replace(part, population=None) for part in parts])


def _judged(line: TrendLine, adjusted: float | None) -> TrendLine:
    if adjusted is None or adjusted >= _LEVEL or not line.change:
        return line
    return replace(line, verdict="clear_rise" if line.change > 0 else "clear_fall")

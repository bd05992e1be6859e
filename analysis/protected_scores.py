"""Mean scores as they may be shown beside the counts of their items: rounded until they give nothing hidden back."""

import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final

from analysis.estimates import Moments
from analysis.suppression import SMALL, Key, Link, LinkedTable, joined, refuse_weak, weaknesses
from analysis.tables import CORRECT, TOWN, RawWave, Reason, ScoreFigures
from analysis.thresholds import SMALLEST_DETAIL

_ROUNDINGS: Final = (0.1, 0.2, 0.5)
DEVIATION_STEP: Final = 0.1
"""Deviations of scores are published to this."""
_EVEN: Final = math.sqrt(SMALLEST_DETAIL / (SMALLEST_DETAIL - 1)) / 2
"""No mean forces the deviation (divisor n - 1) of whole scores above this: they can lie within 1 of each other."""
_SLACK: Final = 1e-6  # floating point must not cut off a whole number of right answers


def protected_scores(
    wave: RawWave, tables: Mapping[str, LinkedTable], hidden: frozenset[Key]
) -> dict[str, dict[str, ScoreFigures]]:
    """Return each score that enough people have (30 or more), rounded so that the *hidden* cells of its items stay hidden.

    *tables* are the released tables of all scored items. A mean times its people is the sum of all right answers: with the
    visible counts it can give back a hidden one, and the pattern by which that is hidden tells more. So there is no mean where
    a question of the score is hidden: of groups if it is in any of them, of the town if it is there. Where the deviation would
    tell (see `deviation_tells`), the groups and then the town go without a score, too. The step grows until the attacker fails.
    """
    accepted: list[Link] = []
    found: dict[str, dict[str, ScoreFigures]] = {}
    for score in wave.questionnaire.scores:
        figures = wave.scores[score.id]
        found[score.id] = {name: ScoreFigures(None, _why_no_score(figures, name, wave.least.detail)) for name in figures}
        for rows, step in (*product([tuple(wave.response)], _ROUNDINGS[:-1]), *product([(TOWN,)], _ROUNDINGS)):
            linked = all((item, row, CORRECT) in tables[item].cells for item in score.items for row in rows)
            windows = _windows(wave, figures, score.items, rows, step, hidden) if linked else None
            if windows and not weaknesses(joined(tables.values(), [*accepted, *windows]), hidden):
                accepted += windows
                found[score.id] |= {name: ScoreFigures(_rounded(figures[name].moments, step), rounding=step) for name in rows}
                break
    refuse_weak(joined(tables.values(), accepted), hidden)
    return found


def deviation_tells(deviation: float, right: Sequence[tuple[float, float]]) -> bool:
    """Say whether the rounded *deviation* of a score could narrow down how many had a hidden item right.

    *right* holds, for each item whose count is visible, the least and the greatest share of right answers. Whatever the hidden
    counts are, scores can be dealt out as evenly as their mean allows (deviation 1/2 or less) and as unevenly as
    if the same people had everything right (Hardy, Littlewood and Polya 1934, Inequalities, chapter 10). Only a deviation near
    or beyond one of the two ends tells anything: 0 says that all have the same score.
    """
    uneven = sum(min(low1, low2) * (1 - max(high1, high2)) for low1, high1 in right for low2, high2 in right)
    margin = DEVIATION_STEP / 2 + _SLACK
    return deviation - margin < _EVEN or deviation + margin > math.sqrt(uneven)


def _windows(
    wave: RawWave,
    figures: Mapping[str, ScoreFigures],
    items: Sequence[str],
    rows: Sequence[str],
    step: float,
    hidden: frozenset[Key],
) -> list[Link] | None:
    """Return what the rounded means tell of the right answers; None if one of the rows may not have a score."""
    windows = []
    for row in rows:
        if _beside_hidden(items, row, hidden):
            return None
        sample = figures[row].moments
        missing = (wave.response[row].respondents or 0) - (sample.n if sample else 0)
        if sample is None or sample.n < wave.least.detail or _missing_tells(wave, items, missing):
            return None
        visible = _visible(wave, items, row, sample.n, missing, hidden)
        if any(key[0] in items for key in hidden) and deviation_tells(_deviation(sample), visible):
            return None
        mean = _to_step(sample.mean, step)
        least, most = sample.n * (mean - step / 2), sample.n * (mean + step / 2) + missing * (len(items) - 1)
        windows.append(Link(tuple(((item, row, CORRECT), 1) for item in items), least - _SLACK, most + _SLACK))
    return windows


def _beside_hidden(items: Sequence[str], row: str, hidden: frozenset[Key]) -> bool:
    """Say whether a question of the score is hidden in *row*; its pattern may tell more than the attacker reckons with."""
    return any((item, row, CORRECT) in hidden for item in items)


def _missing_tells(wave: RawWave, items: Sequence[str], missing: int) -> bool:
    """Say whether so few have no score that their number must not be told from its like, where anybody can be without one.

    Required items of which one is silent all the same (a file from elsewhere) are taken as if they could be left out.
    """
    scored = [wave.questionnaire.item(item) for item in items]
    can_be = missing > 0 or any(item.requirement != "required" or item.show_if is not None for item in scored)
    return can_be and missing <= SMALL


def _visible(
    wave: RawWave, items: Sequence[str], row: str, people: int, missing: int, hidden: frozenset[Key]
) -> list[tuple[float, float]]:
    """Return the limits of the share right among the *people* with a score, for each item whose count in the row is visible."""
    counts = [wave.items[item].strata[row].figure(CORRECT).count for item in items if (item, row, CORRECT) not in hidden]
    return [(max(0, count - missing) / people, min(count, people) / people) for count in counts if count is not None]


def _why_no_score(figures: Mapping[str, ScoreFigures], name: str, detail: int) -> Reason:
    needed = (figures[TOWN],) if name == TOWN else tuple(figures.values())
    few = any(part.moments is None or part.moments.n < detail for part in needed)
    return "detail" if few else "small_count"


def _rounded(sample: Moments | None, step: float) -> Moments | None:
    if sample is None or sample.variance is None:
        return sample
    return Moments(sample.n, _to_step(sample.mean, step), round(_deviation(sample) ** 2, 2))


def _deviation(sample: Moments) -> float:
    return _to_step(math.sqrt(sample.variance or 0.0), DEVIATION_STEP)


def _to_step(value: float, step: float) -> float:
    return round(round(value / step) * step, 1)

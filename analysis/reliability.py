"""How well the questions of a score go together, from a wave's tables before or after disclosure control alike.

Right and wrong need no answers side by side: alpha follows from how many had each question right and from the deviation of the
points. Both stand in the tables already, so it tells nothing that they do not tell.
"""

import math

from analysis.protected_scores import DEVIATION_STEP
from analysis.scales import Reliability, kuder_richardson
from analysis.suppression import SMALL
from analysis.tables import CORRECT, TOWN, Figure, WaveTables


def reliability_of(wave: WaveTables, score: str) -> Reliability | None:
    """Return Cronbach's alpha of a score in the whole town, with its range; None where what is visible does not give one.

    A question of which a mark stands in the place of the count ("0-2") may have any count of the mark. Where somebody has no
    score, anybody with a question right may be among them.
    """
    figures, everybody = wave.scores[score][TOWN], wave.response[TOWN].respondents
    sample = figures.moments
    if sample is None or sample.variance is None or everybody is None:
        return None
    items = next(each.items for each in wave.questionnaire.scores if each.id == score)
    right = [_right(wave.items[item].strata[TOWN].figure(CORRECT), sample.n, everybody - sample.n) for item in items]
    known = [ends for ends in right if ends is not None]
    deviation = math.sqrt(sample.variance)
    half = DEVIATION_STEP / 2 if figures.rounding is not None else 0.0
    return kuder_richardson(sample.n, known, (deviation - half, deviation + half)) if len(known) == len(items) else None


def _right(figure: Figure, n: int, missing: int) -> tuple[int, int] | None:
    """Return how many at least and at most of the *n* people with a score had a question right; None if nothing is known."""
    if figure.count is not None:
        return max(0, figure.count - missing), min(figure.count, n)
    if figure.band is None:
        return None
    return (0, min(SMALL, n)) if figure.band == "0-2" else (max(0, n - SMALL), n)

"""Changes beside their declared margins: is a change surely too small to matter, from what is visible in both waves."""

from collections.abc import Sequence
from typing import Final

from analysis.compare_rows import ComparisonRow, Json
from analysis.compare_scores import ScoreSide, mean_sides
from analysis.compare_shares import ShareSide, columns_of, in_strata
from analysis.equivalence import (
    Equivalence,
    equivalent_moments,
    equivalent_share,
    equivalent_superiority,
    stratified_equivalent_share,
)
from analysis.matching import Pairing
from analysis.multiplicity import benjamini_hochberg, holm
from questionnaires.survey_types import Score

FEWEST_FOR_EQUIVALENCE: Final = 30
"""With fewer answers in either wave the score test errs up to 9 times in 100 instead of 5, so nothing is told."""
_HALF: Final = 0.5


def share_margin(pair: Pairing) -> float | None:
    """Return the margin of an item's shares as a fraction: that of the later version, declared before its answers were seen."""
    margin = pair.after.margin if pair.after else None
    return None if margin is None else margin / 100


def of_share(before: ShareSide, after: ShareSide, margin: float | None) -> dict[str, Json]:
    """Return the margin of a share's change and the p against a change as large; over the groups where the change is."""
    if margin is None:
        return {}
    found: Equivalence | None = None
    if before.x is not None and after.x is not None and before.n and after.n and _enough(before.n, after.n):
        if in_strata(before, after):
            found = stratified_equivalent_share(*columns_of(before.parts), *columns_of(after.parts), margin)
        else:
            found = equivalent_share(before.x, before.n, after.x, after.n, margin)
    return _told(margin, found)


def of_superiority(before: Sequence[int], after: Sequence[int], margin: float | None) -> dict[str, Json]:
    """Return the margin of a probability and its p; half that of the shares, as a share moves twice as far with two answers."""
    if margin is None:
        return {}
    half = margin * _HALF
    enough = _enough(sum(before), sum(after))
    return _told(half, equivalent_superiority(before, after, half) if enough else None)


def of_score(before: ScoreSide, after: ScoreSide, score: Score | None) -> dict[str, Json]:
    """Return the margin of a mean score and its p; what rounding may hide has to lie within the margin too."""
    if score is None or score.margin is None:
        return {}
    sides = mean_sides(before, after)
    found: Equivalence | None = None
    if sides and before.sample and after.sample and _enough(before.sample.n, after.sample.n):
        waves = [[(part.weight, part.sample) for part in side] for side in sides]
        found = equivalent_moments(waves[0], waves[1], score.margin, before.slack + after.slack)
    return _told(score.margin, found)


def corrected(rows: Sequence[ComparisonRow]) -> dict[int, bool]:
    """Return for each row (by its place) with a p against its margin whether it holds after the correction of its family.

    The families and their corrections are those of the verdicts; rows that are not compared stand outside.
    """
    told: dict[int, bool] = {}
    for family in dict.fromkeys(row.family for row in rows):
        members = [at for at, row in enumerate(rows) if row.family == family and _judged(row)]
        correct = holm if family == "headline" else benjamini_hochberg
        adjusted = correct([rows[at].p_equivalence for at in members])
        told |= {at: p < 0.05 for at, p in zip(members, adjusted, strict=True) if p is not None}  # noqa: PLR2004 - the level
    return told


def _judged(row: ComparisonRow) -> bool:
    return row.p_equivalence is not None and row.verdict not in ("too_few", "not_comparable")


def _enough(n1: int, n2: int) -> bool:
    return min(n1, n2) >= FEWEST_FOR_EQUIVALENCE


def _told(margin: float, found: Equivalence | None) -> dict[str, Json]:
    return {"margin": margin, "p_equivalence": found.p_value if found else None}

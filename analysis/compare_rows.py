"""The row of a comparison of two waves: its fields, in the order of the published interface, and its JSON."""

from dataclasses import dataclass, fields
from typing import Literal

from analysis.matching import Cut
from analysis.tables import Band, Reason

Measure = Literal["share", "favourable", "correct", "score", "superiority"]
Effect = Literal["cohens_h", "cliffs_delta", "hedges_g"]
Verdict = Literal["clear_rise", "clear_fall", "no_clear_change", "too_few", "not_comparable"]
Family = Literal["headline", "other_items", "superiority", "scores", "reporting_groups"]
Base = Literal["answered", "seen", "complete"]
Json = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """One number of one item (or score) in one stratum, before and after.

    Shares, changes and probabilities are fractions 0-1, scores are points, counts are people. A number is None where it is
    hidden (``hidden`` says why), does not exist or cannot be computed. ``superiority`` has 0.5 as ``before`` (no tendency)
    and the probability that a later answer is higher as ``after``. ``p_below_05`` is of the unadjusted p, ``verdict`` of the
    adjusted. ``base`` says who stands behind n: those who gave an answer in the base, everybody who saw the item, or those
    who completed the score. ``rounding_before`` and
    ``rounding_after`` are the steps to which published mean scores are rounded. ``cut`` says why a row is not comparable.
    """

    item: str
    choice: str | None
    stratum: str
    measure: Measure
    n_before: int | None = None
    n_after: int | None = None
    population_before: int | None = None
    population_after: int | None = None
    before: float | None = None
    before_low: float | None = None
    before_high: float | None = None
    after: float | None = None
    after_low: float | None = None
    after_high: float | None = None
    change: float | None = None
    change_low: float | None = None
    change_high: float | None = None
    effect: float | None = None
    effect_name: Effect
    p: float | None = None
    p_adjusted: float | None = None
    p_below_05: bool | None = None
    family: Family
    method: str = ""
    verdict: Verdict
    smallest_visible_change: float | None = None
    hidden: Reason | None = None
    base: Base
    count_before: int | None = None
    count_after: int | None = None
    hidden_before: Reason | None = None
    hidden_after: Reason | None = None
    band_before: Band | None = None
    band_after: Band | None = None
    rounding_before: float | None = None
    rounding_after: float | None = None
    cut: Cut | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the row as a JSON object, fields in the order of the interface."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

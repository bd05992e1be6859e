"""The row of a comparison of two waves: its fields, in the order of the published interface, and its JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final, Literal

from analysis.matching import Cut
from analysis.tables import CORRECT, FAVOURABLE, Band, Reason, inside_choices, outside_choices
from analysis.verdicts import Verdict
from questionnaires.survey_types import Item

Measure = Literal["share", "favourable", "correct", "score", "superiority"]
Effect = Literal["cohens_h", "cliffs_delta", "hedges_g"]
Family = Literal["headline", "other_items", "superiority", "scores", "reporting_groups"]
Base = Literal["answered", "seen", "complete"]
Json = str | int | float | bool | None
_COLUMNS: Final[Mapping[Measure, str]] = {"correct": CORRECT, "favourable": FAVOURABLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """One number of one item (or score) in one stratum, before and after.

    Shares, changes and probabilities are fractions 0-1, scores are points, counts are people. A number is None where it is
    hidden (``hidden`` says why), does not exist or cannot be computed. ``superiority`` has 0.5 as ``before`` (no tendency)
    and the probability that a later answer is higher as ``after``. ``p_below_05`` is of the unadjusted p, ``verdict`` of the
    adjusted. ``base`` says who stands behind n: those who gave an answer in the base, everybody who saw the item, or those
    who completed the score. ``rounding_before`` and
    ``rounding_after`` are the steps to which published mean scores are rounded. ``cut`` says why a row is not comparable.

    ``margin`` is the change that would still be practically the same (in the unit of the change), as it was declared, and
    ``equivalent`` whether the change is surely smaller, corrected as the verdict is; None where that cannot be told.
    ``twice_least`` to ``twice_most`` people stand behind both numbers, as far as one anonymous question tells; the range of the
    change is then between ``narrowest`` and ``widest``.
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
    margin: float | None = None
    p_equivalence: float | None = None
    equivalent: bool | None = None
    twice_least: int | None = None
    twice_most: int | None = None
    narrowest_low: float | None = None
    narrowest_high: float | None = None
    widest_low: float | None = None
    widest_high: float | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the row as a JSON object, fields in the order of the interface."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def measures_of(item: Item) -> list[tuple[Measure, str | None]]:
    """Return what is told of an item, each with the choice that it is about (None: the whole item), in order."""
    outside: list[tuple[Measure, str | None]] = [("share", choice) for choice in outside_choices(item)]
    match item.counted_as:
        case "knowledge":
            return [("correct", None)]
        case "likert":
            return [("favourable", None), ("superiority", None), *outside]
        case "multiple":
            return [("share", choice.id) for choice in item.choices]
        case _:
            return [*(("share", choice) for choice in inside_choices(item)), *outside]


def column_of(measure: Measure, choice: str | None) -> str:
    """Return the column of an item's table in which a share is counted."""
    return choice or _COLUMNS[measure]

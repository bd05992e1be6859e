"""The verdicts on changes, and the line of a trend that carries one: plain types that load no statistics."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["clear_rise", "clear_fall", "no_clear_change", "too_few", "not_comparable"]


@dataclass(frozen=True, slots=True)
class TrendLine:
    """By how much a level moved from the first to the last wave along a straight line, and the verdict.

    Of a share the change is a fraction, of a score it is in points.
    """

    change: float | None
    low: float | None
    high: float | None
    verdict: Verdict

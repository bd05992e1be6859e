"""One target in one window as a case to judge: the closed lists of verdicts, what is required, and how far a number goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal, get_args

from analysis.measures import Achieved
from analysis.reasons import Reason
from analysis.windows import Phase, Window
from questionnaires.plan_types import Quarter, Target

Degree = Literal["done", "partial", "not_done", "no_data", "not_due", "not_assessed"]
Timing = Literal["open", "awaiting_data", "on_time", "late", "overdue"]
Certainty = Literal["certain", "possible", "impossible"]
Flag = Literal[
    "over_target", "above_bare_number", "ceiling_exceeded", "above_range", "behind_schedule", "no_demand",
    "demand_not_recorded", "reference_set_unknown", "baseline_missing", "moved_away", "incomplete_first_year",
    "without_target", "ambiguous_reading", "substituted", "money_refused", "prerequisite_missing",
]  # fmt: skip
Scale = Literal["number", "ceiling", "demand", "change", "direction", "none"]
FLAGS: Final[tuple[Flag, ...]] = get_args(Flag)

_ABOUT: Final = Fraction(9, 10)
_SCALES: Final[Mapping[str, Scale]] = {
    "le": "ceiling",
    "delta_up": "change",
    "delta_down": "change",
    "trend_up": "direction",
    "trend_down": "direction",
    "none": "none",
}


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """The target that must be done first, and the day on which it was (None: not yet)."""

    target: str
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Case:
    """All that a verdict rests on.

    ``target`` is as read under one reading. ``achieved`` holds what was held up to the day asked about, also after the
    window's end where no other window takes it; ``in_time`` only what was held by its end. ``members`` is the size of the
    reference set in the window (None: unknown). ``first_held`` is the day of the first event counted. ``contradicted``: the
    plan says two different things about the change, and nobody has decided which holds.
    """

    target: Target
    window: Window
    quarters: tuple[Quarter, ...]
    as_of: date
    grace_days: int
    achieved: Achieved
    in_time: Achieved
    reported: bool
    members: int | None = None
    first_held: date | None = None
    prerequisite: Prerequisite | None = None
    contradicted: bool = False

    @property
    def phase(self) -> Phase:
        """Whether the window is open, awaiting data or closed on the day asked about."""
        return self.window.phase(self.as_of, self.grace_days)

    @property
    def scale(self) -> Scale:
        """How the number is held against the target."""
        return scale_of(self.target)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Degree, timing and certainty are separate facts; ``ratio`` is None where there is nothing to divide."""

    degree: Degree
    timing: Timing | None
    certainty: Certainty | None
    required: float | None
    ratio: float | None
    flags: tuple[Flag, ...]
    because: tuple[Reason, ...]


def scale_of(target: Target) -> Scale:
    """Return how a number is held against *target*; ``none`` if the plan gives nothing to hold it against."""
    if target.kind == "measure_only" or (target.kind == "text_only" and not target.steps):
        return "none"
    if target.kind in {"deliverable", "text_only", "provision"}:
        return "number"
    if target.kind == "on_demand":
        return "demand"
    return _SCALES.get(target.comparator, "number")


def required(case: Case) -> float | None:
    """Return the number to reach (of a ceiling: not to exceed); None if there is none or it is not known."""
    target = case.target
    if target.kind in {"deliverable", "text_only"}:
        return None if case.scale == "none" else max(len(target.steps), 1)
    if target.kind == "provision":
        return 1
    if target.kind == "set_all":
        return case.members or None
    if case.scale == "demand":
        return case.achieved.requested
    if case.scale == "change":
        return _level(target)
    return None if case.scale == "direction" else target.value


def reached(case: Case, number: float | None) -> bool:
    """Say whether *number* fulfils the target: without rounding, 39 of 40 does not."""
    if number is None:
        return False
    if case.scale == "ceiling":
        return number > 0
    ratio = ratio_of(case, number)
    return ratio is not None and ratio >= (_ABOUT if case.target.comparator == "approx" else 1)


def ratio_of(case: Case, number: float | None) -> Fraction | None:
    """Return the exact ratio of *number* to what is required; None if either is unknown."""
    if number is None:
        return None
    if case.scale == "direction":
        return Fraction(moved(case.target, number) > 0)
    if case.scale == "change":
        size = abs(exact(case.target.value or 0))
        return moved(case.target, number) / size if size else Fraction(moved(case.target, number) > 0)
    needed = required(case)
    if needed is None:
        return None
    # Nothing was asked for: any number fulfils it.
    return exact(number) / exact(needed) if needed else Fraction(1)


def moved(target: Target, number: float) -> Fraction:
    """Return how far *number* lies from the baseline in the wanted direction (negative: the other way)."""
    baseline = target.baseline.value if target.baseline else 0
    return _direction(target) * (exact(number) - exact(baseline))


def exact(number: float) -> Fraction:
    """Return the decimal number as written, so that 5.3 − 4.5 is 0.8."""
    return Fraction(repr(number))


def _direction(target: Target) -> int:
    return 1 if target.comparator.endswith("_up") else -1


def _level(target: Target) -> float | None:
    if target.baseline is None or target.value is None:
        return None
    return float(exact(target.baseline.value) + _direction(target) * abs(exact(target.value)))

"""The verdict on one target in one window: degree, timing, certainty and flags, each kind of target by its rule."""

from fractions import Fraction
from typing import Final

from analysis.because import explain
from analysis.cases import FLAGS, Case, Certainty, Degree, Flag, Timing, Verdict, exact, moved, ratio_of, reached, required
from analysis.measures import MEASURED_KINDS
from analysis.windows import expected_share

_OVER: Final = Fraction(115, 100)
_NO_PACE_KINDS: Final = frozenset({"provision", "on_demand", *MEASURED_KINDS} - {"series"})
_MADE_KINDS: Final = frozenset({"deliverable", "text_only", "provision"})
_FINE_UNITS: Final = frozenset({"eur", "hours"})


def verdict_on(case: Case) -> Verdict:
    """Judge one target in one window."""
    block = _block(case)
    degree = "not_assessed" if block else _degree(case)
    timing = _timing(case, degree)
    expected = None if block else expected_now(case)
    flags = (block,) if block else _flags(case, degree, expected)
    ratio = None if block else _shown_ratio(case, degree)
    ordered = tuple(flag for flag in FLAGS if flag in flags)
    because = explain(case, degree, timing, ordered, expected)
    return Verdict(degree, timing, None if block else _certainty(case), required(case), ratio, ordered, because)


def expected_now(case: Case) -> tuple[float, bool] | None:
    """Return what should be reached by now, and whether marked quarters say so; None where no pace can be told.

    What comes in whole pieces is expected in whole pieces; what is reached at one event is expected only at the end. A period
    that the plan cuts short has no pace: its number is of the whole period.
    """
    needed = required(case)
    no_pace = case.target.kind in _NO_PACE_KINDS or case.scale != "number" or case.target.unit == "percent"
    if no_pace or needed is None or case.window.cut is not None or case.phase != "open" or reached(case, case.achieved.low):
        return None
    share, marked = expected_share(case.window, case.quarters, case.as_of)
    if case.target.counted == "persons_at_one_event":
        share = Fraction(int(share))
    expected = share * exact(needed)
    return (float(expected) if case.target.unit in _FINE_UNITS else int(expected)), marked


def _block(case: Case) -> Flag | None:
    """Return why the target cannot be assessed at all."""
    if case.contradicted:
        return "ambiguous_reading"
    if case.scale == "none":
        return "without_target"
    if case.scale in {"change", "direction"}:
        return "baseline_missing" if case.target.baseline is None else None
    if case.target.kind == "set_all":
        return None if case.members else "reference_set_unknown"
    if case.scale == "demand":
        return _no_demand(case)
    return "without_target" if required(case) is None else None


def _no_demand(case: Case) -> Flag | None:
    if case.phase != "closed" or case.achieved.requested:
        return None
    return "demand_not_recorded" if case.achieved.requested is None else "no_demand"


def _degree(case: Case) -> Degree:
    # A ceiling can still be exceeded, and more people can still ask, until the window has closed.
    waits = case.scale in {"ceiling", "demand"} and case.phase != "closed"
    if reached(case, case.achieved.low) and not waits:
        return "done"
    if case.phase != "closed":
        return "not_due"
    if case.window.cut is not None:
        return "not_assessed"
    return _unreached_degree(case)


def _unreached_degree(case: Case) -> Degree:
    low, high = ratio_of(case, case.achieved.low), ratio_of(case, case.achieved.high)
    if low is None:
        return "no_data"
    if low > 0:
        return "partial"
    # Zero beside an unknown number is not a stated zero.
    return "not_done" if high is not None and high <= 0 else "no_data"


def _timing(case: Case, degree: Degree) -> Timing | None:
    if degree == "not_assessed":
        return None
    if degree == "done":
        return "on_time" if reached(case, case.in_time.low) else "late"
    if case.phase == "closed":
        return "overdue"
    return case.phase


def _certainty(case: Case) -> Certainty | None:
    """While the window is open nothing is impossible yet."""
    low, high = case.achieved.low, case.achieved.high
    if low is None:
        return None
    if reached(case, low):
        return "certain"
    if high is None or reached(case, high):
        return "possible"
    return "impossible" if case.phase == "closed" else None


def _shown_ratio(case: Case, degree: Degree) -> float | None:
    """A thing to be made is at 0 of its steps before it is due; nothing reported afterwards is no ratio."""
    ratio = ratio_of(case, case.achieved.low)
    if ratio is None and degree == "not_due" and case.target.kind in _MADE_KINDS:
        return 0.0
    return None if ratio is None else float(ratio)


def _flags(case: Case, degree: Degree, expected: tuple[float, bool] | None) -> tuple[Flag, ...]:
    flags: list[Flag] = [*_flags_above(case), *_flags_of_kind(case)]
    if expected and expected[0] > (case.achieved.low or 0):
        flags.append("behind_schedule")
    if degree == "not_assessed" and case.window.cut == "start":
        flags.append("incomplete_first_year")
    if _prerequisite_missing(case):
        flags.append("prerequisite_missing")
    return tuple(flags)


def _flags_above(case: Case) -> tuple[Flag, ...]:
    low, ratio = case.achieved.low, ratio_of(case, case.achieved.low)
    if low is None or ratio is None:
        return ()
    upper = case.target.upper
    above: dict[str, tuple[Flag, bool]] = {
        "ge": ("over_target", ratio > _OVER),
        "bare": ("above_bare_number", ratio > 1),
        "le": ("ceiling_exceeded", ratio > 1),
        "between": ("above_range", upper is not None and low > upper),
    }
    if case.scale == "demand" or case.target.comparator not in above:
        return ()
    flag, raised = above[case.target.comparator]
    return (flag,) if raised else ()


def _flags_of_kind(case: Case) -> tuple[Flag, ...]:
    target, achieved = case.target, case.achieved
    if target.kind == "set_n" and target.of_set is not None and not case.members:
        return ("reference_set_unknown",)
    if target.kind == "funding" and achieved.low == 0:
        return ("money_refused",)
    wrong_way = case.scale in {"change", "direction"} and achieved.low is not None and moved(target, achieved.low) < 0
    return ("moved_away",) if wrong_way else ()


def _prerequisite_missing(case: Case) -> bool:
    if case.prerequisite is None or case.as_of < case.window.start:
        return False
    done_on = case.prerequisite.done_on
    return done_on is None or (case.first_held is not None and case.first_held < done_on)

"""The reasons for a verdict, in the order in which a reader asks for them: what was reached, by when, what is odd."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from analysis.cases import Case, Degree, Flag, Timing, required
from analysis.reasons import Reason, reason

_NUMBERLESS: Final = frozenset({"provision"})
_STEPPED: Final = frozenset({"deliverable", "text_only"})
_NOT_HEADS: Final = frozenset({"set_n", "set_all", *_STEPPED, *_NUMBERLESS})


def explain(
    case: Case, degree: Degree, timing: Timing | None, flags: Sequence[Flag], expected: tuple[float, bool] | None
) -> tuple[Reason, ...]:
    """Return why *case* has *degree*: the number, the window, what is uncertain, then what each flag means."""
    flagged = [_flag_reason(case, flag) for flag in flags]
    if degree == "not_assessed":
        return (*flagged, *_cut_at_the_end(case), *_so_far(case), *case.achieved.notes)
    return (
        *_number(case, degree),
        *_window(case, degree, timing),
        *_bounds(case),
        *case.achieved.notes,
        *_pace(expected),
        *flagged,
    )


def _number(case: Case, degree: Degree) -> tuple[Reason, ...]:
    if degree == "not_due":
        return _so_far(case)
    start, end = case.window.start, case.window.end
    if degree == "no_data":
        return (reason("no_number" if case.reported else "nothing_reported", start=start, end=end),)
    if degree == "not_done" and case.scale not in {"change", "direction"}:
        return (reason("zero_stated", end=end),)
    return (*_result(case, degree), *_about(case))


def _result(case: Case, degree: Degree) -> tuple[Reason, ...]:
    target, achieved, needed = case.target, case.achieved.low or 0, required(case)
    if target.kind in _NUMBERLESS:
        return (reason("provided"),)
    if target.kind in _STEPPED:
        return (reason("steps_done", achieved=achieved, required=needed or 1),)
    if case.scale == "direction" or (case.scale == "change" and needed is None):
        return (reason("moved", baseline=_baseline(case), achieved=achieved, unit=target.unit),)
    facts = {"achieved": achieved, "required": needed or 0, "unit": target.unit}
    if case.scale == "change":
        return (reason("changed", baseline=_baseline(case), **facts),)
    code = "within_ceiling" if case.scale == "ceiling" else "reached" if degree == "done" else "partly"
    return (reason(code, **facts, end=case.window.end),)


def _baseline(case: Case) -> float:
    return case.target.baseline.value if case.target.baseline else 0


def _about(case: Case) -> tuple[Reason, ...]:
    return (reason("approximate"),) if case.target.comparator == "approx" else ()


def _so_far(case: Case) -> tuple[Reason, ...]:
    achieved, needed = case.achieved.low, required(case)
    if achieved is None:
        return (reason("nothing_so_far"),)
    unit = case.target.unit
    if case.scale == "none" and case.target.kind == "text_only" and achieved:
        return (reason("provided"),)
    if case.scale in {"none", "change", "direction"} or needed is None:
        return (reason("measured", achieved=achieved, unit=unit),)
    return (reason("so_far", achieved=achieved, required=needed, unit=unit),)


def _window(case: Case, degree: Degree, timing: Timing | None) -> tuple[Reason, ...]:
    if degree == "done":
        return (reason("late", end=case.window.end),) if timing == "late" else ()
    if case.phase == "open":
        return (reason("open_until", end=case.window.end), *_waits(case))
    if case.phase == "awaiting_data":
        until = case.window.end + timedelta(days=case.grace_days)
        return (reason("awaited_until", end=case.window.end, until=until), *_waits(case))
    return ()


def _waits(case: Case) -> tuple[Reason, ...]:
    if case.scale == "ceiling":
        return (reason("ceiling_waits"),)
    return (reason("demand_waits"),) if case.scale == "demand" else ()


def _bounds(case: Case) -> tuple[Reason, ...]:
    low, high = case.achieved.low, case.achieved.high
    if low is None or low == high:
        return ()
    if high is None:
        return (reason("at_least", low=low),)
    if case.target.kind in _NOT_HEADS or case.target.counted == "institutions":
        return (reason("possible_at_most", high=high),)
    between = (reason("at_least_and_at_most", low=low, high=high),)
    needed = required(case)
    if case.scale == "ceiling" and needed is not None and low <= needed < high:
        return (*between, reason("ceiling_may_be_exceeded", high=high))
    return between


def _pace(expected: tuple[float, bool] | None) -> tuple[Reason, ...]:
    if expected is None:
        return ()
    number, marked = expected
    return (reason("expected_marked" if marked else "expected_linear", expected=number),)


def _cut_at_the_end(case: Case) -> tuple[Reason, ...]:
    return (reason("last_period_cut"),) if case.window.cut == "end" and case.phase == "closed" else ()


def _flag_reason(case: Case, flag: Flag) -> Reason:
    if flag == "above_range":
        return reason(flag, upper=case.target.upper or 0)
    if flag == "reference_set_unknown":
        return reason(flag, set=case.target.of_set or "?")
    if flag == "prerequisite_missing" and case.prerequisite is not None:
        done_on = case.prerequisite.done_on
        if done_on is not None:
            return reason("prerequisite_late", target=case.prerequisite.target, day=done_on)
        return reason(flag, target=case.prerequisite.target)
    return reason(flag)

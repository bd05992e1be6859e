"""Degrees that people give: two judgements of what has no number, and a degree set by hand beside what the rules say."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from analysis.cases import Degree, Timing
from analysis.progress import IndicatorResult, TargetResult
from analysis.reasons import Reason, reason
from analysis.statements import FULLY, Judgement, Override
from analysis.windows import Phase, Window

_TWO: Final = 2
_APART: Final = 1


def judged_by_people(
    result: TargetResult, judgements: Iterable[tuple[Judgement, str]], as_of: date, grace_days: int
) -> TargetResult:
    """Return the verdict on a target without a number as two people (each with the account that stated it) judge it.

    The lower step counts: 5 of both is done, 1 is not done, anything else partly done. Judgements more than one step apart give
    no degree until they are talked over. Before the window has closed only what is done is decided, as with every target.
    """
    if "without_target" not in result.flags:
        return result
    mine = [(each, by) for each, by in judgements if (each.target, each.window) == (result.target, result.window_start)]
    if not mine:
        return result
    people, bodies = {by for _, by in mine}, {each.body for each, _ in mine}
    if min(len(people), len(bodies)) < _TWO:
        return _with(result, result.degree, None, reason("judged_once", body=mine[0][0].body))
    steps = sorted(each.step for each, _ in mine)
    told = ", ".join(str(step) for step in steps)
    if steps[-1] - steps[0] > _APART:
        return _with(result, "not_assessed", None, reason("judged_apart", steps=told))
    phase = Window(result.window_start, result.window_end).phase(as_of, grace_days)
    degree = _degree(steps[0])
    if degree != "done" and phase != "closed":
        degree = "not_due"
    judged = replace(result, flags=tuple(flag for flag in result.flags if flag != "without_target"), because=())
    return _with(judged, degree, _timing(degree, phase), reason("judged", bodies=", ".join(sorted(bodies)), steps=told))


def set_by_hand(result: TargetResult, overrides: Sequence[Override], as_of: date, grace_days: int) -> TargetResult:
    """Return the verdict on a target in a window with the degree that was set by hand, and the rules' own beside it."""
    for each in overrides:
        if (each.about, each.window) == (result.target, result.window_start):
            phase = Window(result.window_start, result.window_end).phase(as_of, grace_days)
            told = _with(result, each.degree, _timing(each.degree, phase), _overridden(each, result.degree))
            return replace(told, by_rule=result.degree)
    return result


def row_set_by_hand(result: IndicatorResult, overrides: Sequence[Override]) -> IndicatorResult:
    """Return the verdict on a row with the degree to date that was set by hand, and the rules' own beside it.

    The plan's own degree stays "not due" while a window of the row is open: no hand makes it final early.
    """
    for each in overrides:
        if each.about == result.indicator and each.window is None:
            final = result.degree if result.degree == "not_due" else each.degree
            timing = None if each.degree in {"done", "not_assessed"} else result.timing
            because = (*result.because, _overridden(each, result.to_date))
            return replace(result, degree=final, to_date=each.degree, timing=timing, because=because, by_rule=result.to_date)
    return result


def _degree(step: int) -> Degree:
    if step == FULLY:
        return "done"
    return "not_done" if step == 1 else "partial"


def _timing(degree: Degree, phase: Phase) -> Timing | None:
    if degree in {"done", "not_assessed"}:
        return None
    return "overdue" if phase == "closed" else phase


def _with(result: TargetResult, degree: Degree, timing: Timing | None, why: Reason) -> TargetResult:
    return replace(result, degree=degree, timing=timing, because=(*result.because, why))


def _overridden(override: Override, by_rule: Degree) -> Reason:
    return reason(
        "overridden",
        degree=override.degree,
        by_rule=by_rule,
        body=override.body,
        day=override.day,
        minutes=override.minutes,
        text=override.because,
    )

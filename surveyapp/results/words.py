"""The words of the judged plan: degrees, timings, flags, amounts and days, in the language of the request."""

from collections.abc import Iterable, Mapping
from typing import Final

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from analysis.progress import TargetResult
from analysis.sensitive import ShownTarget
from questionnaires.plan_types import Goal, Plan, Quarter, Target
from surveyapp.core.i18n import here
from surveyapp.plans import amounts, part_words
from surveyapp.plans import words as statement_words
from surveyapp.results.plan_rules import GoalRows, is_ceiling

TIMINGS: Final = {
    "open": _l("Window open"),
    "awaiting_data": _l("Awaiting data"),
    "on_time": _l("On time"),
    "late": _l("Late"),
    "overdue": _l("Overdue"),
}
CERTAINTIES: Final = {
    "certain": _l("Certainly reached"),
    "possible": _l("Not certain: numbers are missing, or some may have been counted twice"),
    "impossible": _l("Certainly not reached"),
}
FLAGS: Final = {
    "over_target": _l("Well above the target: give the reason"),
    "above_bare_number": _l("Above the number in the plan"),
    "ceiling_exceeded": _l("Ceiling exceeded: give the reason"),
    "above_range": _l("Above the range"),
    "behind_schedule": _l("Behind schedule"),
    "no_demand": _l("Nobody asked for it"),
    "demand_not_recorded": _l("Demand was not recorded"),
    "reference_set_unknown": _l("The list of institutions is not entered yet"),
    "baseline_missing": _l("The baseline is missing"),
    "moved_away": _l("Moved in the wrong direction"),
    "incomplete_first_year": _l("Incomplete first year"),
    "without_target": _l("No number or step to judge by"),
    "ambiguous_reading": _l("Can be read in different ways: to be decided"),
    "substituted": _l("Substituted by something else"),
    "money_refused": _l("Money was refused"),
    "prerequisite_missing": _l("Something else has to be done first"),
}
# Said on these pages as everywhere.
DEGREES, UNITS, COUNTED = statement_words.DEGREES, part_words.UNITS, part_words.COUNTED
number, amount, by_day, short_day, window = amounts.number, amounts.amount, amounts.by_day, amounts.short_day, amounts.window
institution, institutions, missing = amounts.institution, amounts.institutions, amounts.missing


def events(count: int) -> str:
    """Return a number of events in words, "nothing reported" for none."""
    return amount("events", count) if count else str(gettext("nothing reported"))


def achieved(target: ShownTarget) -> str:
    """Return what was reached in words: hidden, nothing reported, a number, or bounds; of a ceiling what is used."""
    result = target.result
    if target.hidden:
        return str(gettext("hidden: fewer than 5 people, or it would give such a number away"))
    if result.achieved_low is None:
        return str(gettext("nothing reported"))
    if result.kind == "provision" or (result.kind == "text_only" and result.required is None):
        return str(gettext("activity is reported") if result.achieved_low else gettext("zero is stated"))
    reached = _between(result.achieved_low, result.achieved_high)
    if result.required is None or result.comparator.startswith("trend"):
        return str(gettext("%(reached)s (%(unit)s)", reached=reached, unit=UNITS[result.unit]))
    facts = {"reached": reached, "required": number(result.required), "unit": UNITS[result.unit]}
    if is_ceiling(result):
        return str(gettext("%(reached)s of up to %(required)s used (%(unit)s)", **facts))
    return str(gettext("%(reached)s of %(required)s (%(unit)s)", **facts))


def whole_percent(fraction: float) -> int:
    """Return a fraction in whole percent, halves to the even side, so that a share and the rest of it add up to 100.

    Halves are told by what was counted, not by the last digit of its arithmetic: 23 of 40 are 57.5 percent.
    """
    return round(round(fraction * 100, 9))


def required(result: TargetResult) -> str:
    """Return the number to reach, or not to exceed; a dash where the plan gives none."""
    if result.required is None:
        return "–"
    shown = number(result.required)
    return str(gettext("up to %(number)s", number=shown)) if is_ceiling(result) else shown


def share_reached(target: ShownTarget) -> str:
    """Return the reached share in whole percent, rounded down so that 39 of 40 is not 100; never of a ceiling."""
    ratio = target.result.ratio
    counted = target.result.kind not in {"provision", "deliverable", "text_only"}
    if ratio is None or is_ceiling(target.result) or not counted or target.result.comparator.startswith(("delta", "trend")):
        return ""
    return str(gettext("%(share)s %%", share=number(int(ratio * 100 + 1e-9))))


def goal_level(plan: Plan) -> str:
    """Return what the plan calls the level above its tasks."""
    return here(plan.levels.goal) if plan.levels else str(gettext("Goal"))


def goal(plan: Plan, each: Goal) -> str:
    """Return a goal's number and title; the plan as a whole (number 0) is a title alone."""
    title = here(each.title) if each.title else ""
    if each.number == "0":
        return title
    if plan.levels:
        head = gettext("%(level)s %(number)s", level=here(plan.levels.goal), number=each.number)
    else:
        head = gettext("Goal %(number)s", number=each.number)
    return f"{head}: {title}" if title else str(head)


def goal_told(each: GoalRows) -> str:
    """Return what a folded goal holds: how many rows, of which degrees to date, and how many of them are overdue."""
    rows = ngettext("%(num)s row", "%(num)s rows", each.number_of_rows)
    degrees = ", ".join(f"{DEGREES[degree]}: {count}" for degree, count in each.by_degree)
    overdue = each.number_overdue
    return f"{rows}. {degrees}." + (f" {TIMINGS['overdue']}: {overdue}." if overdue else "")


def baseline(target: Target) -> str:
    """Return the value that a change is measured from, with its year; a dash while none is entered."""
    if target.baseline is None:
        return "–"
    return f"{number(target.baseline.value)} ({target.baseline.on.year})"


def newest(shown: ShownTarget) -> str:
    """Return the newest measured value; "nothing reported" without one, "hidden" where it would tell of few people."""
    value = shown.result.achieved_low
    if shown.hidden or value is None:
        return str(gettext("hidden")) if shown.hidden else str(gettext("nothing reported"))
    return number(value)


def quarters(marks: Iterable[Quarter], sureness: str) -> str:
    """Return the quarters of that sureness by year, such as "2025: 1, 3; 2026: 1"."""
    by_year: dict[int, list[str]] = {}
    for mark in marks:
        if mark.sureness == sureness:
            by_year.setdefault(mark.year, []).append(str(mark.quarter))
    return "; ".join(f"{year}: {', '.join(numbers)}" for year, numbers in by_year.items())


def labels(names: Mapping[str, LazyString], keys: Iterable[str]) -> str:
    """Return the words for *keys*, joined by semicolons."""
    return "; ".join(str(names[key]) for key in keys)


def _between(low: float, high: float | None) -> str:
    if high is None:
        return str(gettext("at least %(low)s", low=number(low)))
    if low == high:
        return number(low)
    return f"{number(low)}–{number(high)}"

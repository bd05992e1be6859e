"""The words of the judged plan: degrees, timings, flags, amounts and days, in the language of the request."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from flask_babel import format_date, format_decimal, gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from analysis.progress import TargetResult
from analysis.sensitive import ShownTarget
from questionnaires.plan_types import Indicator, Plan, Quarter
from surveyapp.core.i18n import here
from surveyapp.results.plan_rules import Missing, is_ceiling, reading_of

DEGREES: Final = {
    "done": _l("Done"),
    "partial": _l("Partly done"),
    "not_done": _l("Not done"),
    "no_data": _l("No data"),
    "not_due": _l("Not due"),
    "not_assessed": _l("Not assessed"),
}
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
UNITS: Final = {
    "persons": _l("persons"),
    "events": _l("events"),
    "institutions": _l("institutions"),
    "families": _l("families"),
    "hours": _l("hours"),
    "meetings": _l("meetings"),
    "campaigns": _l("campaigns"),
    "conferences": _l("conferences"),
    "programmes": _l("programmes"),
    "steps": _l("steps"),
    "services": _l("services"),
    "items": _l("items"),
    "eur": _l("EUR"),
    "percent": _l("per cent"),
}
COUNTED: Final = {
    "unique_persons": _l("different persons"),
    "attendances": _l("attendances"),
    "persons_at_one_event": _l("persons at one event"),
    "events": _l("events"),
    "institutions": _l("institutions"),
    "families": _l("families"),
    "hours": _l("hours"),
    "not_stated": _l("the plan does not say what is counted"),
}
_BY: Final = (
    _l("by %(day)s January %(year)s"),
    _l("by %(day)s February %(year)s"),
    _l("by %(day)s March %(year)s"),
    _l("by %(day)s April %(year)s"),
    _l("by %(day)s May %(year)s"),
    _l("by %(day)s June %(year)s"),
    _l("by %(day)s July %(year)s"),
    _l("by %(day)s August %(year)s"),
    _l("by %(day)s September %(year)s"),
    _l("by %(day)s October %(year)s"),
    _l("by %(day)s November %(year)s"),
    _l("by %(day)s December %(year)s"),
)


def number(value: float) -> str:
    """Return a number as people of this request's language write it."""
    return str(format_decimal(value))


def by_day(day: date) -> str:
    """Return "by" a day, in the case that the language asks for."""
    return str(_BY[day.month - 1]) % {"day": day.day, "year": day.year}


def short_day(day: date) -> str:
    """Return a day in figures, which no language declines."""
    # The pattern is translated: Latvian and Russian write 31.12.2026.
    return str(format_date(day, gettext("d MMM yyyy")))


def window(result: TargetResult) -> str:
    """Return the window of a verdict: the year, if it is one, otherwise both days."""
    start, end = result.window_start, result.window_end
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year:
        return str(start.year)
    return f"{short_day(start)} – {short_day(end)}"


def amount(unit: str, value: float) -> str:
    """Return *value* with its unit in the right plural, such as "2 meetings"."""
    whole = int(value) if float(value).is_integer() else 2
    shown = number(value)
    texts: Mapping[str, str] = {
        "persons": ngettext("%(shown)s person", "%(shown)s persons", whole, shown=shown),
        "events": ngettext("%(shown)s event", "%(shown)s events", whole, shown=shown),
        "institutions": ngettext("%(shown)s institution", "%(shown)s institutions", whole, shown=shown),
        "families": ngettext("%(shown)s family", "%(shown)s families", whole, shown=shown),
        "hours": ngettext("%(shown)s hour", "%(shown)s hours", whole, shown=shown),
        "meetings": ngettext("%(shown)s meeting", "%(shown)s meetings", whole, shown=shown),
        "campaigns": ngettext("%(shown)s campaign", "%(shown)s campaigns", whole, shown=shown),
        "conferences": ngettext("%(shown)s conference", "%(shown)s conferences", whole, shown=shown),
        "programmes": ngettext("%(shown)s programme", "%(shown)s programmes", whole, shown=shown),
        "steps": ngettext("%(shown)s step", "%(shown)s steps", whole, shown=shown),
        "services": ngettext("%(shown)s service", "%(shown)s services", whole, shown=shown),
        "items": ngettext("%(shown)s item", "%(shown)s items", whole, shown=shown),
        "eur": gettext("%(shown)s EUR", shown=shown),
        "percent": gettext("%(shown)s %%", shown=shown),
    }
    return str(texts[unit])


def events(count: int) -> str:
    """Return a number of events in words, "nothing reported" for none."""
    return amount("events", count) if count else str(gettext("nothing reported"))


def missing(each: Missing, indicator: Indicator) -> str:
    """Return what is still to be done and by when, or what was not reached in time."""
    reading = reading_of(indicator, each.result)
    told = _missed(each) if each.over else _missing_by(each)
    if reading is None:
        return told
    return str(gettext("%(told)s (if read as “%(reading)s”)", told=told, reading=here(reading.label)))


def _missing_by(each: Missing) -> str:
    by = by_day(each.result.window_end)
    if each.number is None:
        return str(gettext("not reached yet (%(by)s); the number is hidden", by=by))
    if each.result.kind == "provision":
        return str(gettext("no activity with evidence yet (%(by)s)", by=by))
    return str(gettext("%(amount)s more %(by)s", amount=amount(each.result.unit, each.number), by=by))


def _missed(each: Missing) -> str:
    end = short_day(each.result.window_end)
    if each.number is None:
        return str(gettext("not reached in time (the window ended on %(end)s); the number is hidden", end=end))
    if each.result.kind == "provision":
        return str(gettext("no activity with evidence (the window ended on %(end)s)", end=end))
    lacked = amount(each.result.unit, each.number)
    return str(gettext("%(amount)s missing (the window ended on %(end)s)", amount=lacked, end=end))


def achieved(target: ShownTarget) -> str:
    """Return what was reached in words: hidden, nothing reported, a number, or bounds; of a ceiling what is used."""
    result = target.result
    if target.hidden:
        return str(gettext("hidden: fewer than 5 people, or it would give such a number away"))
    if result.achieved_low is None:
        return str(gettext("nothing reported"))
    if result.kind == "provision":
        return str(gettext("activity is reported") if result.achieved_low else gettext("zero is stated"))
    reached = _between(result.achieved_low, result.achieved_high)
    if result.required is None or result.comparator.startswith("trend"):
        return str(gettext("%(reached)s (%(unit)s)", reached=reached, unit=UNITS[result.unit]))
    facts = {"reached": reached, "required": number(result.required), "unit": UNITS[result.unit]}
    if is_ceiling(result):
        return str(gettext("%(reached)s of up to %(required)s used (%(unit)s)", **facts))
    return str(gettext("%(reached)s of %(required)s (%(unit)s)", **facts))


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


def quarters(marks: Iterable[Quarter], sureness: str) -> str:
    """Return the quarters of that sureness by year, such as "2025: 1, 3; 2026: 1"."""
    by_year: dict[int, list[str]] = {}
    for mark in marks:
        if mark.sureness == sureness:
            by_year.setdefault(mark.year, []).append(str(mark.quarter))
    return "; ".join(f"{year}: {', '.join(numbers)}" for year, numbers in by_year.items())


def institutions(plan: Plan, ids: Iterable[str]) -> str:
    """Return the names of institutions, joined by commas."""
    return ", ".join(institution(plan, each) for each in ids)


def institution(plan: Plan, institution_id: str | None) -> str:
    """Return the name of an institution; its id if the plan does not name it."""
    named = next((each for each in plan.institutions if each.id == institution_id), None)
    return here(named.name) if named else institution_id or ""


def labels(names: Mapping[str, LazyString], keys: Iterable[str]) -> str:
    """Return the words for *keys*, joined by semicolons."""
    return "; ".join(str(names[key]) for key in keys)


def _between(low: float, high: float | None) -> str:
    if high is None:
        return str(gettext("at least %(low)s", low=number(low)))
    if low == high:
        return number(low)
    return f"{number(low)}–{number(high)}"

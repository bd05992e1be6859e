"""Amounts, days and institutions of a plan in words, and what is still missing, in the language of the reader."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from flask_babel import format_date, format_decimal, gettext, ngettext
from flask_babel import lazy_gettext as _l

from analysis.missing import Missing, doubted_reading_of
from analysis.progress import TargetResult
from questionnaires.plan_types import Indicator, Plan
from surveyapp.core.i18n import here

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


def missing(each: Missing, indicator: Indicator) -> str:
    """Return what is still to be done and by when, or what was not reached in time."""
    reading = doubted_reading_of(indicator, each.result)
    told = lacking(each)
    if reading is None:
        return told
    return str(gettext("%(told)s (if read as “%(reading)s”)", told=told, reading=here(reading.label)))


def lacking(each: Missing) -> str:
    """Return the same whatever the reading."""
    return _missed(each) if each.over else _missing_by(each)


def _missing_by(each: Missing) -> str:
    by = by_day(each.result.window_end)
    if each.number is None:
        return str(gettext("not reached yet (%(by)s); the number is hidden", by=by))
    if each.result.kind == "provision":
        return str(gettext("no activity with evidence yet (%(by)s)", by=by))
    return str(gettext("%(amount)s more %(by)s", amount=amount(each.result.unit, each.number), by=by))


def _missed(each: Missing) -> str:
    end = short_day(each.result.window_end)
    if each.number is None and not each.hidden:
        return str(gettext("not reached in time (the window ended on %(end)s)", end=end))
    if each.number is None:
        return str(gettext("not reached in time (the window ended on %(end)s); the number is hidden", end=end))
    if each.result.kind == "provision":
        return str(gettext("no activity with evidence (the window ended on %(end)s)", end=end))
    lacked = amount(each.result.unit, each.number)
    return str(gettext("%(amount)s missing (the window ended on %(end)s)", amount=lacked, end=end))


def institutions(plan: Plan, ids: Iterable[str]) -> str:
    """Return the names of institutions, joined by commas."""
    return ", ".join(institution(plan, each) for each in ids)


def institution(plan: Plan, institution_id: str | None) -> str:
    """Return the name of an institution; its id if the plan does not name it."""
    named = next((each for each in plan.institutions if each.id == institution_id), None)
    return here(named.name) if named else institution_id or ""

"""The words of a finished plan's history: kinds of facts and money, deadlines, figures and what they show."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from babel.dates import get_month_names
from flask_babel import get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from questionnaires.history_types import BudgetFact, Deadline, FigurePoint, History, Series
from surveyapp.core.i18n import here
from surveyapp.results import history_rules
from surveyapp.results.words import number, short_day

FACTS: Final = {
    "late": _l("Late"),
    "substituted": _l("Substituted by something else"),
    "money_refused": _l("Money was refused"),
    "shortfall": _l("Shortfall"),
    "contradiction": _l("Contradicts itself"),
    "undated": _l("Undated"),
    "evidence": _l("Evidence"),
}
BUDGETS: Final = {
    "within_means": _l("Within the means of the year"),
    "extra_planned": _l("Extra money planned"),
    "refused": _l("Money not granted"),
    "priority": _l("Granted as a priority measure"),
    "base_budget": _l("In the base budget"),
    "project": _l("Money of a project"),
    "other_source": _l("Money from elsewhere"),
    "not_stated": _l("Money not stated"),
}
COUNTED: Final = {
    "trained": _l("people trained"),
    "participants": _l("people who took part"),
    "people": _l("people"),
    "events": _l("events"),
    "lessons": _l("lessons"),
    "meetings": _l("meetings"),
    "consultations": _l("consultations"),
    "campaigns": _l("campaigns"),
    "institutions": _l("institutions and places"),
    "materials": _l("materials"),
    "works": _l("works handed in"),
    "projects": _l("projects"),
    "groups": _l("groups"),
    "rooms": _l("rooms"),
    "media": _l("appearances in the media"),
    "reports": _l("reports"),
    "times": _l("times"),
    "uses": _l("uses on the internet"),
    "money": _l("EUR"),
    "share": _l("per cent"),
}
_PRECISIONS: Final[dict[str, LazyString]] = {
    "about": _l("about %(figure)s"),
    "almost": _l("almost %(figure)s"),
    "more_than": _l("more than %(figure)s"),
}
_CHANGES: Final[dict[str | None, LazyString]] = {
    "up": _l("up from %(first)s in %(start)s to %(last)s in %(end)s"),
    "down": _l("down from %(first)s in %(start)s to %(last)s in %(end)s"),
    "same": _l("%(first)s in %(start)s and %(last)s in %(end)s, no change"),
    None: _l("%(first)s in %(start)s and %(last)s in %(end)s, but not the same is counted"),
}
_MOST: Final = _l("most in %(year)s: %(figure)s")
_LEAST: Final = _l("least in %(year)s: %(figure)s")
_LATER: Final = _l("%(figure)s in %(year)s cannot be compared")
_QUARTER_MONTHS: Final = 3
_HALF: Final = 6


def when(point: FigurePoint) -> str:
    """Return the year, the school year or the years together of a figure."""
    if point.school_year:
        return f"{point.first}/{point.last}"
    return str(point.first) if point.of_one_year else f"{point.first}–{point.last}"


def figure(series: Series, point: FigurePoint) -> str:
    """Return a figure with its precision and sign, as people of this request's language write it."""
    told = amount(series, point.value)
    if point.precision != "exactly":
        told = str(_PRECISIONS[point.precision]) % {"figure": told}
    return str(gettext("%(figure)s a year", figure=told)) if point.a_year else told


def amount(series: Series, value: float) -> str:
    """Return a number of a series, with EUR or % where that is its unit."""
    signs = {"eur": "\N{NO-BREAK SPACE}EUR", "percent": "\N{NO-BREAK SPACE}%"}
    return number(value) + signs.get(series.unit, "")


def part(series: Series, point: FigurePoint) -> str:
    """Return how many of a figure are the part that the series names; nothing if the report does not say."""
    return "" if point.part is None else f"{here(series.part)}: {number(point.part)}"


def finding(series: Series) -> str:
    """Return what a series shows as the title of its chart: its name, the change, and the extreme between the ends."""
    found = history_rules.finding(series)
    if found is None:
        return here(series.name)
    ends = {"first": figure(series, found.first), "start": when(found.first)}
    ends |= {"last": figure(series, found.last), "end": when(found.last)}
    told = [str(_CHANGES[found.direction]) % ends]
    for point, sentence in ((found.most, _MOST), (found.least, _LEAST), (found.later, _LATER)):
        if point is not None:
            told.append(str(sentence) % {"year": when(point), "figure": figure(series, point)})
    return f"{here(series.name)}: {'; '.join(told)}"


def notes(history: History, series: Series) -> list[str]:
    """Return what has to be said below a chart: other countings, gaps, years together, parts, disagreements."""
    told = [
        gettext("From %(year)s on something else is counted: %(why)s.", year=year, why=here(why))
        for year, why in sorted(series.breaks.items())
    ]
    gaps = history_rules.missing(history, series)
    if gaps:
        told.append(gettext("The report has no figure for %(years)s.", years=years(gaps)))
    told += [f"{when(point)}: {figure(series, point)}." for point in series.points if not point.of_one_year]
    if any(point.part is not None for point in series.yearly):
        parts = [f"{when(point)}: {number(point.part)}" for point in series.yearly if point.part is not None]
        told.append(f"{here(series.part)} – {'; '.join(parts)}.")
    told += [disagreement(series, point) for point in series.points if point.against]
    return [*told, here(series.note)] if series.note else told


def disagreement(series: Series, point: FigurePoint) -> str:
    """Return what else the source says in place of a figure; nothing if it agrees with itself."""
    if point.against is None:
        return ""
    facts = {"line": point.against.line, "figure": amount(series, point.against.value)}
    facts |= {"year": when(point), "note": here(point.against.note)}
    return str(gettext("Line %(line)s says %(figure)s for %(year)s: %(note)s.", **facts))


def described(history: History, series: Series) -> str:
    """Return a chart in words, for those who do not see it."""
    told = "; ".join(f"{when(point)}: {figure(series, point)}" for point in series.yearly)
    return " ".join([f"{told}.", *notes(history, series)])


def tasks(number: int) -> str:
    """Return how many tasks a part of a page holds."""
    return str(ngettext("%(num)s task", "%(num)s tasks", number))


def how_many(charts: Sequence[Series], single: Sequence[Series]) -> str:
    """Return how many drawn and how many single figures a task has."""
    told = []
    if charts:
        told.append(ngettext("%(num)s chart", "%(num)s charts", len(charts)))
    if single:
        told.append(ngettext("%(num)s single figure", "%(num)s single figures", sum(len(each.points) for each in single)))
    return ", ".join(str(each) for each in told)


def lines(point: FigurePoint) -> str:
    """Return the lines of the source where a figure stands."""
    return ", ".join(str(line) for line in (point.line, *point.also))


def years(found: Iterable[int]) -> str:
    """Return years as ranges: 2013, 2015–2018."""
    ordered = sorted(set(found))
    starts = [year for year in ordered if year - 1 not in ordered]
    ends = [year for year in ordered if year + 1 not in ordered]
    return ", ".join(str(start) if start == end else f"{start}–{end}" for start, end in zip(starts, ends, strict=True))


def deadline(found: Deadline) -> str:
    """Return a deadline in words, with the part of the task that it holds for."""
    if found.starts and found.ends:
        told = _between(found.starts, found.ends)
    else:
        names = get_month_names("wide", "stand-alone", str(get_locale() or "lv"))
        told = gettext("every year: %(months)s", months=", ".join(names[month] for month in found.months))
    return f"{told} ({here(found.part)})" if found.part else told


def _between(starts: date, ends: date) -> str:
    """Return whole years, half-years and quarters by name, other spans by their days."""
    months = (ends.year - starts.year) * 12 + ends.month - starts.month + 1
    if (starts.month, ends.month) == (1, 12):
        return years(range(starts.year, ends.year + 1))
    if months == _HALF and ends.month % _HALF == 0:
        if ends.month == _HALF:
            return str(gettext("first half of %(year)s", year=ends.year))
        return str(gettext("second half of %(year)s", year=ends.year))
    if months == _QUARTER_MONTHS and ends.month % _QUARTER_MONTHS == 0:
        return str(gettext("quarter %(quarter)s of %(year)s", quarter=ends.month // _QUARTER_MONTHS, year=ends.year))
    return f"{short_day(starts)} – {short_day(ends)}"


def budget(found: BudgetFact) -> str:
    """Return one thing that the report says of money."""
    told = _money(found.eur, found.lats)
    details = [told] if told else []
    if found.about:
        details.append(here(found.about))
    if found.years:
        details.append(years(found.years))
    if found.total_eur:
        details.append(gettext("in all %(sum)s", sum=_money(found.total_eur, found.total_lats)))
    return f"{BUDGETS[found.kind]}: {', '.join(details)}" if details else str(BUDGETS[found.kind])


def _money(eur: float | None, lats: float | None) -> str:
    told = [f"{number(value)}\N{NO-BREAK SPACE}{sign}" for value, sign in ((eur, "EUR"), (lats, "LVL")) if value is not None]
    return f"{told[0]} ({told[1]})" if len(told) > 1 else "".join(told)


def institutions(history: History, ids: Sequence[str]) -> str:
    """Return the names of institutions."""
    names = {each.id: here(each.name) for each in history.institutions}
    return ", ".join(names[each] for each in ids)

"""The parts of a plan and their values in words: what a sheet's columns mean, and what differs between two versions."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from questionnaires.plan_differences import Difference, Fact
from questionnaires.plan_types import Baseline, Levels, Period, Plan, Quarter, Written
from questionnaires.texts import LANGUAGES, Text
from surveyapp.core.i18n import here
from surveyapp.plans.amounts import number, short_day

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
KINDS: Final = {
    "count_min": _l("at least a number"),
    "count_max": _l("up to a number, a ceiling"),
    "count_bare": _l("a number without “at least” or “up to”"),
    "set_n": _l("some members of a list"),
    "set_all": _l("every member of a list"),
    "frequency": _l("how often"),
    "deliverable": _l("something done by named steps"),
    "provision": _l("a service that exists"),
    "on_demand": _l("whenever it is asked for"),
    "delta_up": _l("a rise by a number"),
    "delta_down": _l("a fall by a number"),
    "trend_up": _l("a rise without a number"),
    "trend_down": _l("a fall without a number"),
    "series": _l("a number of its own for each year"),
    "range": _l("between two numbers"),
    "approximate": _l("about a number"),
    "measure_only": _l("measured, nothing promised"),
    "text_only": _l("words without a number"),
    "funding": _l("money"),
    "measure": _l("a measure"),
    "policy_indicator": _l("a policy indicator"),
}
COMPARATORS: Final = {
    "ge": _l("at least"),
    "le": _l("at most"),
    "bare": _l("a bare number"),
    "between": _l("between"),
    "approx": _l("about"),
    "all": _l("all"),
    "exists": _l("exists"),
    "delta_up": _l("rises by"),
    "delta_down": _l("falls by"),
    "trend_up": _l("rises"),
    "trend_down": _l("falls"),
    "none": _l("is not judged by a number"),
}
PERIODS: Final = {
    "plan": _l("the whole plan"),
    "year": _l("each year"),
    "named_year": _l("one named year"),
    "half_year": _l("each half-year"),
    "quarter": _l("each quarter"),
    "month": _l("each month"),
    "two_years": _l("every two years"),
    "per_event": _l("each event"),
    "by": _l("by a day"),
    "from": _l("from a day on"),
    "continuous": _l("all the time"),
    "on_request": _l("on request"),
    "not_stated": _l("the plan does not say when"),
}
PARTS: Final = {
    "plan": _l("Plan"),
    "institution": _l("Institution"),
    "audience": _l("Audience"),
    "list": _l("List"),
    "member": _l("Member of the list"),
    "measured": _l("Measured thing"),
    "goal": _l("Goal"),
    "action": _l("Action"),
    "row": _l("Row"),
    "target": _l("Target"),
    "step": _l("Step"),
    "reading": _l("Reading"),
    "question": _l("Question"),
}
FIELDS: Final[Mapping[str, LazyString]] = {
    "title": _l("Title"),
    "name": _l("Title"),
    "label": _l("Title"),
    "text": _l("Text"),
    "source": _l("Source"),
    "municipality": _l("Municipality"),
    "starts": _l("First day"),
    "ends": _l("Last day"),
    "levels": _l("Names of the levels"),
    "lost": _l("Lost in the source"),
    "note": _l("Note"),
    "goal": _l("Goal"),
    "since": _l("Since"),
    "until": _l("Until"),
    "kind": _l("Kind"),
    "measured_as": _l("What is measured"),
    "responsible": _l("Responsible"),
    "co_responsible": _l("Shares the work"),
    "quarters": _l("Marked quarters"),
    "sensitive": _l("About people who may come to harm or were harmed"),
    "reading_note": _l("Note on the reading"),
    "source_line": _l("Line of the source"),
    "money_sources": _l("Where the money comes from"),
    "comparator": _l("How it is compared"),
    "value": _l("Value"),
    "upper": _l("Upper end"),
    "unit": _l("Unit"),
    "counted": _l("What is counted"),
    "period": _l("When it holds"),
    "audience": _l("Audience"),
    "ages": _l("Ages"),
    "of_set": _l("List"),
    "per_event_hours": _l("Hours an event must have"),
    "per_event_sessions": _l("Sessions an event must have"),
    "baseline": _l("Baseline"),
    "written": _l("Sign in the source"),
    "prerequisite": _l("What must be done before"),
    "about": _l("Where in the source"),
    "options": _l("Possible answers"),
}
_BODIES: Final = frozenset({"responsible", "co_responsible"})
_WORDS: Final[Mapping[str, Mapping[str, LazyString]]] = {
    "kind": KINDS,
    "unit": UNITS,
    "counted": COUNTED,
    "comparator": COMPARATORS,
}
_MONEY: Final = "money "


def texts(before: Fact, after: Fact) -> tuple[str, str] | None:
    """Return two texts that differ only in other languages than the reader's, in those; None if they are something else."""
    if not (isinstance(before, Text) and isinstance(after, Text)) or here(before) != here(after):
        return None
    differing = [language for language in LANGUAGES if before.get(language) != after.get(language)]
    old, new = ("; ".join(f"{language}: {text.get(language)}" for language in differing) for text in (before, after))
    return old, new


def field(name: str) -> str:
    """Return what a field is called; money of a year names the year."""
    if name.startswith(_MONEY):
        return str(_("Money in %(year)s, EUR", year=name.removeprefix(_MONEY)))
    return str(FIELDS[name])


def value(plan: Plan, difference: Difference, fact: Fact) -> str:
    """Return the value before or after a change in words, a dash for none; *plan* is the version it stands in."""
    if difference.field in _BODIES and isinstance(fact, tuple):
        names = {each.id: here(each.name) for each in plan.institutions}
        return ", ".join(names.get(str(each), str(each)) for each in fact) or "–"
    if difference.field == "quarters" and isinstance(fact, tuple):
        return _quarters(fact) or "–"
    if isinstance(fact, str):
        return str(_WORDS.get(difference.field or "", {}).get(fact, fact))
    return _said(fact)


def _said(fact: Fact) -> str:
    match fact:
        case None | ():
            return "–"
        case bool():
            return str(_("yes") if fact else _("no"))
        case Text():
            return here(fact)
        case int() | float():
            return number(fact)
        case tuple():
            return "; ".join(_said(each) for each in fact)
        case _:
            return _several(fact)


def _quarters(fact: tuple[Fact, ...]) -> str:
    """Return marked quarters by year, such as "2025: 1, 3; 2026: 1 (?)", a question mark where the reading is unsure."""
    by_year: dict[int, list[str]] = {}
    for each in fact:
        if isinstance(each, Quarter):
            unsure = "" if each.sureness == "sure" else " (?)"
            by_year.setdefault(each.year, []).append(f"{each.quarter}{unsure}")
    return "; ".join(f"{year}: {', '.join(numbers)}" for year, numbers in by_year.items())


def _several(fact: Fact) -> str:
    """Return a value of several parts in words."""
    match fact:
        case date():
            return short_day(fact)
        case Period():
            days = [fact.day, fact.since, fact.until]
            told = [str(fact.year)] if fact.year else []
            told += [short_day(each) if each else "…" for each in days if each or (fact.until and each is fact.since)]
            return f"{PERIODS[fact.kind]}{': ' if told else ''}{' – '.join(told)}"
        case Baseline():
            return f"{number(fact.value)} ({short_day(fact.on)}; {fact.source})"
        case Written():
            return " ".join(each for each in (fact.sign, fact.mark, fact.decided) if each) or "–"
        case _:
            return f"{here(fact.goal)} / {here(fact.action)}" if isinstance(fact, Levels) else str(fact)

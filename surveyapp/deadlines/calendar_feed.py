"""What is due as a calendar (RFC 5545); the library that writes it is loaded with the first one."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from importlib import import_module
from typing import Any, Final

from flask_babel import gettext as _

from analysis.missing import target_of
from surveyapp.core.i18n import here
from surveyapp.deadlines import words
from surveyapp.deadlines.agenda import Agenda
from surveyapp.deadlines.rules import Due
from surveyapp.plans import amounts

_REMIND_BEFORE: Final = (timedelta(days=30), timedelta(days=7))
_MORNING: Final = timedelta(hours=9)  # an entry for a whole day begins at midnight
_READ_AGAIN: Final = timedelta(hours=12)


def calendar(agenda: Agenda, host: str, address: str) -> bytes:
    """Return what is due as a file for calendars, in the language in force; *address* is the page that shows the same.

    An entry keeps its identifier for as long as its window is the same; its sequence rises day by day, so that a newer file
    replaces what an older one said.
    """
    ical = import_module("icalendar")  # a worker that serves respondents must not pay 100 ms for it
    made = ical.Calendar()
    name = _name(agenda)
    for key, value in (("prodid", "-//surveyapp//deadlines//"), ("version", "2.0"), ("method", "PUBLISH")):
        made.add(key, value)
    for key in ("name", "x-wr-calname"):
        made.add(key, name)
    made.add("refresh-interval", _READ_AGAIN, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT12H")
    for line in agenda.lines:
        made.add_component(_entry(ical, agenda, line, host, address))
    file: bytes = made.to_ical()
    return file


def _entry(ical: Any, agenda: Agenda, line: Due, host: str, address: str) -> object:  # noqa: ANN401 - the library, loaded late
    result = line.missing.result
    happening = ical.Event()
    happening.add("uid", f"{_mark(agenda, line)}@{host}")
    happening.add("sequence", (agenda.as_of - result.window_start).days)
    happening.add("dtstamp", datetime.combine(agenda.as_of, time(), UTC))
    happening.add("dtstart", line.by)
    happening.add("dtend", line.by + timedelta(days=1))
    happening.add("summary", _summary(line))
    happening.add("description", _description(agenda, line, address))
    happening.add("url", address)
    happening.add("transp", "TRANSPARENT")
    if not line.missing.over:
        for before in _REMIND_BEFORE:
            happening.add_component(_alarm(ical.Alarm, line, before))
    return happening


def _alarm(make: Callable[[], Any], line: Due, before: timedelta) -> object:
    alarm = make()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _summary(line))
    alarm.add("trigger", _MORNING - before)
    return alarm


def _mark(agenda: Agenda, line: Due) -> str:
    result = line.missing.result
    reading = line.reading.id if line.reading else ""
    text = f"{agenda.plan.municipality}\n{agenda.plan.id}\n{result.target}\n{reading}\n{result.window_start.isoformat()}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _name(agenda: Agenda) -> str:
    if agenda.institution is None:
        return str(_("What is due"))
    return str(_("What is due: %(institution)s", institution=amounts.institution(agenda.plan, agenda.institution)))


def _summary(line: Due) -> str:
    told = f"{line.indicator.id} {here(line.indicator.name)}: {words.amount(line)}"
    return str(_("Overdue: %(what)s", what=told)) if line.overdue else told


def _description(agenda: Agenda, line: Due, address: str) -> str:
    named = (*line.indicator.responsible, *line.indicator.co_responsible)
    parts = (
        here(target_of(line.indicator, line.missing.result).label),
        words.missing(line),
        words.bound(line),
        "; ".join(words.notes(line)),
        amounts.institutions(agenda.plan, named),
        address,
    )
    return "\n".join(filter(None, parts))

"""The calendar entry of a conference (RFC 5545); the library that writes it is loaded with the first entry."""

from datetime import UTC, date, datetime, time
from importlib import import_module
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from surveyapp.core import clock
from surveyapp.registration.rules import Conference, State

_ZONE: Final = ZoneInfo("Europe/Riga")


def entry(conference: Conference, language: str, address: str) -> bytes:
    """Return the file that puts a conference into a calendar; *address* is its page.

    A changed conference replaces the entry made before: same identifier, higher sequence.
    """
    ical = import_module("icalendar")  # a worker that serves respondents must not pay 100 ms for it
    terms = conference.terms
    happening = ical.Event()
    happening.add("uid", f"{conference.slug}@{urlsplit(address).hostname}")
    happening.add("sequence", conference.revision)
    happening.add("dtstamp", clock.now().astimezone(UTC).replace(microsecond=0))
    happening.add("dtstart", _moment(terms.held_on, terms.starts))
    happening.add("dtend", _moment(terms.held_on, terms.ends))
    happening.add("summary", terms.said("title", language)[0])
    happening.add("location", terms.said("place", language)[0])
    happening.add("description", "\n\n".join(filter(None, (terms.said("programme", language)[0], address))))
    happening.add("url", address)
    happening.add("status", "CANCELLED" if conference.state is State.CANCELLED else "CONFIRMED")
    calendar = ical.Calendar()
    calendar.add("prodid", "-//surveyapp//registration//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(happening)
    made: bytes = calendar.to_ical()
    return made


def _moment(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, _ZONE).astimezone(UTC)

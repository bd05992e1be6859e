"""Decisions about conferences without input or output: who manages one, what is right, where it stands, who gets a seat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Final, Literal

from questionnaires.texts import LANGUAGES
from surveyapp.core.access import Actor, Permission

USUAL_DAYS: Final = 30
"""How long after the conference personal data are kept unless the organiser says otherwise."""
MOST_DAYS: Final = 180
"""How long at most: long enough to send certificates, not a store of addresses."""
FEWEST_FIELDS: Final = 2
USUAL_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "Izglītība": {"en": "Education", "ru": "Образование"},
    "Sociālā joma": {"en": "Social work", "ru": "Социальная сфера"},
    "Veselība": {"en": "Health", "ru": "Здравоохранение"},
    "Tiesībsargājošā joma": {"en": "Law enforcement", "ru": "Правоохранение"},
}
"""The four fields whose professionals such a conference brings together, and what they are called elsewhere."""


class State(StrEnum):
    """What the organiser decided about a conference's page."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Seat(StrEnum):
    """What somebody who registered has."""

    SURE = "sure"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Words:
    """What the page says in one language; what is empty is shown in Latvian."""

    title: str = ""
    place: str = ""
    about: str = ""
    programme: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that an organiser decides about a conference; ``words`` holds all languages, the Latvian ones filled."""

    institution: str
    indicator: str | None
    held_on: date
    starts: time
    ends: time
    capacity: int | None
    opens_on: date | None
    deadline: date
    delete_on: date
    ask_institution: bool
    ask_field: bool
    ask_needs: bool
    contact: str
    words: Mapping[str, Words] = field(default_factory=dict)

    def said(self, name: str, language: str) -> tuple[str, bool]:
        """Return the text called *name* in *language*, and whether it stands in Latvian instead."""
        own = str(getattr(self.words.get(language, Words()), name))
        latvian = str(getattr(self.words.get(LANGUAGES[0], Words()), name))
        return (own, False) if own else (latvian, bool(latvian) and language != LANGUAGES[0])

    def fields_in(self, language: str) -> tuple[str, ...]:
        """Return the fields of work in *language*, in Latvian where they were not translated; nothing if they are not asked."""
        if not self.ask_field:
            return ()
        own, latvian = self.words.get(language, Words()).fields, self.words[LANGUAGES[0]].fields
        return own or tuple(USUAL_FIELDS.get(each, {}).get(language, each) for each in latvian)


@dataclass(frozen=True, slots=True)
class Conference:
    """A conference as it is stored; ``sure`` and ``waiting`` count who is registered, ``cancelled`` who cancelled."""

    id: int
    municipality_id: int
    slug: str
    plan_key: str
    state: State
    revision: int
    terms: Terms
    purged_on: date | None
    sure: int
    waiting: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody says of themselves; ``field`` is the number of a field of work, from 0."""

    name: str
    email: str | None
    institution: str | None
    field: int | None
    needs: str | None
    language: str


Standing = Literal["draft", "not_yet", "open", "full", "late", "closed", "cancelled", "over"]


def standing(conference: Conference, today: date) -> Standing:
    """Return where a conference stands for somebody who would like to register on *today*."""
    terms = conference.terms
    facts: Sequence[tuple[Standing, bool]] = (
        ("draft", conference.state is State.DRAFT),
        ("cancelled", conference.state is State.CANCELLED),
        ("over", today > terms.held_on or conference.purged_on is not None),
        ("closed", conference.state is State.CLOSED),
        ("late", today > terms.deadline),
        ("not_yet", terms.opens_on is not None and today < terms.opens_on),
        ("full", next_seat(conference) is Seat.WAITING),
    )
    return next((name for name, holds in facts if holds), "open")


def next_seat(conference: Conference) -> Seat:
    """Return what the next person who registers gets; nobody overtakes those who wait."""
    capacity = conference.terms.capacity
    free = capacity is None or conference.sure < capacity
    return Seat.SURE if free and not conference.waiting else Seat.WAITING


def moving_up(capacity: int | None, sure: int, waiting: int) -> int:
    """Return how many of those who wait get a seat now."""
    return waiting if capacity is None else max(0, min(waiting, capacity - sure))


def may_manage(person: Actor, institution: str) -> bool:
    """Say whether *person* may see and change registrations of *institution*: its own people, and who sees all events."""
    if not person.may(Permission.MANAGE_REGISTRATION):
        return False
    return person.may(Permission.SEE_ALL_EVENTS) or person.institution == institution


Fault = Literal[
    "in_the_past",
    "ends_before",
    "deadline_after",
    "deadline_past",
    "opens_late",
    "deleted_too_early",
    "kept_too_long",
    "promised",
    "few_fields",
    "lines_differ",
    "fields_kept",
]


def faults(terms: Terms, today: date, before: Conference | None) -> dict[str, Fault]:
    """Return what cannot be right, by field; *before* is how the conference stands now, None for a new one."""
    day, found = terms.held_on, dict[str, Fault]()
    draft = before is None or before.state is State.DRAFT
    if draft and day < today:
        found["held_on"] = "in_the_past"
    if terms.ends <= terms.starts:
        found["ends"] = "ends_before"
    if terms.deadline > day:
        found["deadline"] = "deadline_after"
    elif draft and terms.deadline < today:
        found["deadline"] = "deadline_past"
    if terms.opens_on is not None and terms.opens_on > terms.deadline:
        found["opens_on"] = "opens_late"
    if terms.delete_on <= day:
        found["delete_on"] = "deleted_too_early"
    elif before is not None and not draft and terms.delete_on > before.terms.delete_on:
        found["delete_on"] = "promised"
    elif terms.delete_on > day + timedelta(MOST_DAYS):
        found["delete_on"] = "kept_too_long"
    return found | (_field_faults(terms, before) if terms.ask_field else {})


def _field_faults(terms: Terms, before: Conference | None) -> dict[str, Fault]:
    latvian = terms.words[LANGUAGES[0]].fields
    found: dict[str, Fault] = {}
    if len(latvian) < FEWEST_FIELDS:
        found["fields_lv"] = "few_fields"
    for language in LANGUAGES[1:]:
        others = terms.words.get(language, Words()).fields
        if others and len(others) != len(latvian):
            found[f"fields_{language}"] = "lines_differ"
    if before is not None and before.sure + before.waiting:
        # People chose a line by its place; under another wording they would have said something else.
        chosen = before.terms.words[LANGUAGES[0]].fields
        if latvian[: len(chosen)] != chosen:
            found["fields_lv"] = "fields_kept"
    return found


def may_publish(conference: Conference, today: date) -> bool:
    """Say whether somebody could still register if the page were published (again) on *today*."""
    return conference.state in {State.DRAFT, State.CLOSED} and today <= conference.terms.deadline


def worth_a_letter(before: Terms, after: Terms) -> bool:
    """Say whether people who registered must be told: where or when they are expected changed."""
    places = [terms.words[LANGUAGES[0]].place for terms in (before, after)]
    when = [(terms.held_on, terms.starts, terms.ends) for terms in (before, after)]
    return places[0] != places[1] or when[0] != when[1]

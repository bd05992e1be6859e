"""Invented conferences and people for tests of registration."""

from dataclasses import replace
from datetime import date, time
from typing import Any, Final

from flask import Flask

from surveyapp.core.access import Actor
from surveyapp.registration import people_store, store
from surveyapp.registration.people_store import Done
from surveyapp.registration.rules import Conference, Person, State, Terms, Words
from tests.surveyapp.events.plans import load_plan
from tests.surveyapp.events.plans import somebody as account

HELD_ON: Final = date(2026, 12, 15)
DELETE_ON: Final = date(2027, 1, 14)
FIELDS: Final = ("Izglītība", "Sociālā joma", "Veselība", "Tiesībsargājošā joma")
TERMS: Final = Terms(
    institution="social_service",
    indicator="1.1.a",
    held_on=HELD_ON,
    starts=time(9, 30),
    ends=time(16),
    capacity=None,
    opens_on=None,
    deadline=date(2026, 12, 8),
    delete_on=DELETE_ON,
    ask_institution=True,
    ask_field=True,
    ask_needs=True,
    contact="Izdomāta Anna, 60000000",
    words={
        "lv": Words("Kopā bērnu drošībai (izdomāta)", "Koncertzāle", "Par sadarbību", "10:00 Atklāšana", FIELDS),
        "en": Words("Together for children's safety (invented)", "", "", "", ("Education", "Social", "Health", "Law")),
        "ru": Words(),
    },
)


def organiser(app: Flask, institution: str = "social_service") -> Actor:
    """An organiser of the institution, with the small plan loaded."""
    load_plan(app)
    with app.app_context():
        return account("organiser", institution)


def drafted(who: Actor, **changed: Any) -> Conference:  # noqa: ANN401 - handed on to Terms
    """A draft, its terms changed as said; inside an app context."""
    return store.find(who, store.make(who, "small", replace(TERMS, **changed)))


def published(who: Actor, **changed: Any) -> Conference:  # noqa: ANN401 - handed on to Terms
    """A published conference."""
    made = drafted(who, **changed)
    return store.go_to(who, made.id, State.PUBLISHED, since=frozenset({State.DRAFT}))


def somebody(number: int = 1, **changed: Any) -> Person:  # noqa: ANN401 - handed on to Person
    """An invented person."""
    usual = Person(f"Izdomāta Persona {number}", f"person{number}@example.org", "Izdomāta skola", number % 4, None, "lv")
    return replace(usual, **changed)


def register(conference: Conference, number: int = 1, mark: str | None = None, **changed: Any) -> Done:  # noqa: ANN401 - the same
    """Register an invented person with a form of its own."""
    return people_store.register(conference.id, somebody(number, **changed), mark or f"mark-{number}", "Piekrītu.")

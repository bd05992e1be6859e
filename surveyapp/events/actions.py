"""What other features let somebody do with an event: each adds an offer, the event's page shows those that fit."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app

from surveyapp.core.access import Actor
from surveyapp.events.rules import LoggedEvent


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do: its name in the language of the page, and the address that does it."""

    name: str
    address: str


Offer = Callable[[Actor, LoggedEvent], Action | None]
"""What a feature lets this person do with this event; None for nothing."""


def add(app: Flask, offer: Offer) -> None:
    """Show what *offer* gives on the pages of events."""
    app.extensions.setdefault("event_actions", []).append(offer)


def of_event(person: Actor, event: LoggedEvent) -> list[Action]:
    """Return what *person* can do with *event*, in the order in which features were added."""
    offers: list[Offer] = current_app.extensions.get("event_actions", [])
    return [action for offer in offers if (action := offer(person, event))]

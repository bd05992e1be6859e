"""Invented municipalities with real releases: each asked its people, opened the survey and made a release for the public."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Flask

from surveyapp.core import municipalities
from surveyapp.ledger import handing_store
from surveyapp.plans import store as plan_store
from surveyapp.releases import making
from surveyapp.survey import questionnaire_store
from tests.surveyapp.events.plans import PLAN
from tests.surveyapp.results.opened_waves import FIRST, SECOND, STEWARD, answers, opened_wave

COORDINATOR: Final = "coordinator@example.org"


@dataclass(frozen=True)
class Town:
    """An invented municipality: its name, how many of forty knew everything, learnt abroad, and cannot say whose job it is."""

    name: str
    right: int
    abroad: int
    questionnaire: str = FIRST
    unsure: int = 0


TOWNS: Final[Mapping[str, Town]] = {
    "liepas": Town("Liepu novads", 30, 14),
    "abeles": Town("Ābeļu novads", 12, 1),
    "berzi": Town("Bērzu novads", 20, 2),
    "ozoli": Town("Ozolu novads", 24, 12),
    "egles": Town("Egļu novads", 16, 16),
    "vitoli": Town("Vītolu novads", 27, 18),
}
"""Of those who learnt abroad there are too few in two towns: there that number is hidden, which leaves four."""
NEWER: Final = Town("Kalnu novads", 18, 13, SECOND)
"""Asked the second version, in which one question is declared the same in other words, and one is another without a word."""
UNSURE: Final = Town("Abavas novads", 22, 13, unsure=18)
"""The first by name: so many cannot say whose job it is that its share is of the others; elsewhere shares are of all."""
STRANGE: Final = Town("Salu novads", 38, 13, FIRST.replace("How soon must one report?", "Must one report at all?"))
"""Asked something else under the name of the first version."""


def build(app: Flask, slug: str, town: Town) -> None:
    """Make a municipality with an opened survey and its release 1 for the public."""
    with app.app_context():
        place = municipalities.create(slug, town.name)
        if town.questionnaire is SECOND:
            questionnaire_store.publish(place, FIRST, "helpers.yaml", STEWARD)
        plan_store.load(PLAN.replace("municipality: cesis", f"municipality: {slug}"), "small.yaml", place, "test")
    given = (
        {**each, "duty": (_duty(number, town.unsure),)} if town.unsure else each
        for number, each in enumerate(answers(town.right, town.abroad))
    )
    opened_wave(app, f"{slug}-1", town.questionnaire, given, date(2026, 11, 1), municipality=slug)
    with app.app_context():
        making.make(place, "public", COORDINATOR)


def _duty(number: int, unsure: int) -> str:
    """The first cannot say; of the others in both groups a third agree fully, so that no count is small."""
    if number < unsure:
        return "hard_to_say"
    return "2" if number % 3 else "1"


def hand_over(app: Flask, *slugs: str, number: int = 1) -> None:
    """Hand the release of each of these municipalities to the national view."""
    with app.app_context():
        for slug in slugs:
            handing_store.hand_over(municipalities.find(slug).id, number, COORDINATOR)


def take_back(app: Flask, slug: str, number: int = 1) -> None:
    """Take the release of a municipality back from the national view."""
    with app.app_context():
        handing_store.take_back(municipalities.find(slug).id, number, COORDINATOR, "so it was decided")

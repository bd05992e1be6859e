"""What is set up before the day and looked at after it: municipalities, waves and codes; then every wave opened and counted."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask
from sqlalchemy import func, select

from questionnaires.grammar import read_questionnaire
from questionnaires.library import find_questionnaire
from questionnaires.survey_types import Questionnaire
from surveyapp.core import municipalities
from surveyapp.core.clock import today
from surveyapp.core.database import reading
from surveyapp.survey import codes, opened_store, opening, questionnaire_store, wave_store
from surveyapp.survey.models import Tally
from surveyapp.survey.wave_store import NewCode, NewWave
from tests.country.people import Person, sheet

_REFERENCE: Final = "specialists/2"
_WAVE: Final = "country"
_WHO: Final = "steward@example.org"


@dataclass
class Country:
    """The municipalities' waves: their keys, and the links that go to the people, all in our hands."""

    questionnaire: Questionnaire
    places: list[int] = field(default_factory=list)
    keys: list[X25519PrivateKey] = field(default_factory=list)
    links: list[list[str]] = field(default_factory=list)


def found(app: Flask, number: int, people: int) -> Country:
    """Have *number* municipalities ask *people* people each."""
    file = find_questionnaire(_REFERENCE)
    country = Country(read_questionnaire(file))
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(codes, "MEMORY_KIB", 8)  # only links are used here, and those are not stretched
        patch.setattr(codes, "PASSES", 1)
        for place in range(1, number + 1):
            made = municipalities.create(f"place{place:02}", f"Invented municipality {place}")
            questionnaire_store.publish(made, file.read_text(encoding="utf-8"), str(file), _WHO)
            country.places.append(made)
            _invite(country, made, people)
    return country


def _invite(country: Country, place: int, people: int) -> None:
    days = today() - timedelta(1), today() + timedelta(14)
    population = {"teacher": 2 * people, "care": 2 * people, "response": 2 * people}
    new = NewWave(_WAVE, _REFERENCE, *days, population)
    wave = wave_store.create(place, new, _WHO, hand_over=country.keys.append)
    wave_store.trial(wave, country.keys[-1], _WHO)
    handed: list[NewCode] = []
    wave_store.invite(wave_store.find(place, _WAVE), people, _WHO, hand_over=handed.extend)
    country.links.append([code.link for code in handed])


def opened(app: Flask, country: Country, people: Sequence[Person]) -> list[str]:
    """Close and open every wave; returns in words whatever is not exactly what was acknowledged."""
    wrong: list[str] = []
    for place, (municipality, key) in enumerate(zip(country.places, country.keys, strict=True)):
        theirs = [person for person in people if person.municipality == place and person.acknowledged]
        with app.app_context():
            wave_store.close(wave_store.find(municipality, _WAVE), _WHO)
            opening.open_wave(wave_store.find(municipality, _WAVE), key, _WHO)
            respondents = opened_store.counts(wave_store.find(municipality, _WAVE)).respondents
            differing = _differing(country, wave_store.find(municipality, _WAVE).id, theirs)
        if respondents != len(theirs) or differing:
            wrong.append(f"municipality {place + 1}: {respondents} responses, {len(theirs)} acknowledged, {differing}")
    return wrong


def _differing(country: Country, wave_id: int, theirs: Sequence[Person]) -> list[str]:
    """Return the items whose counts are not those of the answers that were acknowledged."""
    chosen = (
        select(Tally.item, Tally.option, func.sum(Tally.n)).where(Tally.wave_id == wave_id).group_by(Tally.item, Tally.option)
    )
    with reading() as session:
        counted = {(item, option): int(n) for item, option, n in session.execute(chosen) if n}
    given = Counter(
        (item, one) for person in theirs for item, ones in sheet(country.questionnaire, person).items() for one in ones
    )
    options = {(item.id, choice.id) for item in country.questionnaire.asked for choice in item.choices}
    apart = {item for item, _ in options} - {item for item, _ in counted}  # who somebody is stands as a stratum and no item
    return sorted({item for item, one in options if item not in apart and counted.get((item, one), 0) != given[item, one]})

"""A whole round of asking for tests: publish, create, prove the key, invite, answer."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask

from questionnaires.conditions import holds
from questionnaires.library import find_questionnaire
from questionnaires.survey_types import Questionnaire
from surveyapp.core import municipalities
from surveyapp.survey import questionnaire_store, store, wave_store
from surveyapp.survey.wave_store import NewCode, NewWave, WaveFacts

WHO = "steward@example.org"
REFERENCE = "specialists/2"
OPENS, CLOSES = date(2026, 11, 20), date(2026, 11, 30)
Given = dict[str, tuple[str, ...]]


@dataclass
class Round:
    """A wave with its codes, all of them in our hands."""

    name: str
    private: X25519PrivateKey
    codes: list[NewCode]

    def facts(self) -> WaveFacts:
        """The wave as it stands now."""
        return wave_store.find(municipalities.find("cesis").id, self.name)


def publish() -> int:
    """Publish the shipped questionnaire for the test's municipality; returns the municipality's id."""
    place = municipalities.find("cesis").id
    file = find_questionnaire(REFERENCE)
    questionnaire_store.publish(place, file.read_text(encoding="utf-8"), str(file), WHO)
    return place


def drafted(name: str = "second") -> tuple[WaveFacts, X25519PrivateKey]:
    """A wave that was just made, and its private key."""
    keys: list[X25519PrivateKey] = []
    new = NewWave(name, REFERENCE, OPENS, CLOSES, {"teacher": 30, "care": 15, "response": 15})
    return wave_store.create(publish(), new, WHO, hand_over=keys.append), keys[0]


def running(app: Flask, codes: int = 12, name: str = "second") -> Round:
    """A wave that takes answers."""
    with app.app_context():
        wave, private = drafted(name)
        wave_store.trial(wave, private, WHO)
        made: list[NewCode] = []
        result = Round(name, private, made)
        wave_store.invite(result.facts(), codes, WHO, hand_over=made.extend)
        return result


@dataclass
class Beginning:
    """A wave with which every database of a module begins, for its fixture ``furnish``: made once a module and copied with it.

    Making codes is slow on purpose. Tests about what making them leaves behind make their own.
    """

    make: Callable[[Flask], Round] = running
    made: dict[str, Round] = field(default_factory=dict)

    def __call__(self, app: Flask) -> None:
        """Make the wave in the database that is going to be copied."""
        self.made[app.extensions["engine"].dialect.name] = self.make(app)

    def of(self, app: Flask) -> Round:
        """The wave as it stands in the copy that *app* works on."""
        made = self.made[app.extensions["engine"].dialect.name]
        return replace(made, codes=list(made.codes))


def answered(app: Flask, this: Round, number: int | None = None) -> list[Given]:
    """The answers of the first *number* codes (all by default), submitted one after the other."""
    with app.app_context():
        sheets = [
            some_answers(this.facts().questionnaire, seed) for seed in range(len(this.codes) if number is None else number)
        ]
        submit_each((code.link for code in this.codes), sheets)
        return sheets


def submit_each(links: Iterable[str], sheets: Iterable[Given]) -> None:
    """Submit each sheet with one link."""
    for link, sheet in zip(links, sheets, strict=False):
        assert isinstance(store.submit(link, store.new_receipt(), sheet), store.Submitted)


def some_answers(questionnaire: Questionnaire, seed: int) -> Given:
    """Answers that fit the questionnaire; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - invented answers, no secret
    given: Given = {}
    for item in questionnaire.asked:
        if holds(item.show_if, given):
            choices = [choice.id for choice in item.choices if not choice.exclusive]
            number = chance.randint(1, len(choices)) if item.kind == "multiple" else 1
            given[item.id] = tuple(sorted(chance.sample(choices, number), key=choices.index))
    return given

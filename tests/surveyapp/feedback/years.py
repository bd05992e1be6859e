"""A year of feedback and games for tests: the steward's ceremony, codes, answers, and the opening at its end."""

from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask

from questionnaires.survey_types import Questionnaire
from surveyapp.core import municipalities
from surveyapp.feedback import yearly
from surveyapp.feedback.instruments import EVENT_FEEDBACK, GAMES, Instrument, wave_of
from surveyapp.survey import opening, store, wave_store
from surveyapp.survey.wave_store import NewCode, WaveFacts

YEAR = 2026
STEWARD = "steward@example.org"
GAME = GAMES["7-10"]
Answers = dict[str, tuple[str, ...]]


@dataclass
class Year:
    """The year's key, in our hands."""

    app: Flask
    private: X25519PrivateKey

    def wave(self, instrument: Instrument = EVENT_FEEDBACK) -> WaveFacts:
        """The wave of an instrument as it stands now; inside an app context."""
        found = wave_of(municipalities.find("cesis").id, instrument, YEAR)
        assert found
        return found

    def code(self, pool: str, instrument: Instrument = EVENT_FEEDBACK, group: str = "group") -> NewCode:
        """A code for a pool."""
        made: list[NewCode] = []
        with self.app.app_context():
            wave_store.invite(self.wave(instrument), 1, STEWARD, group=group, pool=pool, hand_over=made.extend)
        return made[0]

    def answered(self, pool: str, sheets: Iterable[Answers], instrument: Instrument = EVENT_FEEDBACK) -> None:
        """Answers given with a fresh code for *pool*."""
        code = self.code(pool, instrument)
        with self.app.app_context():
            for sheet in sheets:
                assert isinstance(store.submit(code.link, store.new_receipt(), sheet), store.Submitted)

    def opened(self, instrument: Instrument = EVENT_FEEDBACK) -> None:
        """Close and open the wave of an instrument."""
        with self.app.app_context():
            wave_store.close(self.wave(instrument), STEWARD)
            opening.open_wave(self.wave(instrument), self.private, STEWARD)


def proved(app: Flask) -> Year:
    """A year whose key the steward made and proved."""
    keys: list[X25519PrivateKey] = []
    with app.app_context():
        waves = yearly.give_key(municipalities.find("cesis").id, YEAR, STEWARD, hand_over=keys.append)
        yearly.prove(waves, keys[0], STEWARD)
    return Year(app, keys[0])


def feedback(*, pleased: bool = True, pace: str = "right") -> Answers:
    """One person's feedback: the same answer to every statement."""
    statements = ("f_useful", "f_clear", "f_confident", "f_use", "f_recommend")
    return {**dict.fromkeys(statements, ("5" if pleased else "1",)), "f_pace": (pace,)}


def played(questionnaire: Questionnaire, right: int) -> Answers:
    """One player's answers: the first *right* ones are right, the others "don't know"."""
    return {
        item.id: (item.correct or "",) if number < right else ("dont_know",) for number, item in enumerate(questionnaire.asked)
    }

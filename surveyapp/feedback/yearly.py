"""The yearly ceremony: one key pair of the municipality for feedback and games of a year, made and proved by the steward."""

from collections.abc import Callable, Sequence
from datetime import date

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from questionnaires.library import find_questionnaire
from surveyapp.core.clock import today
from surveyapp.core.command import RefusedError
from surveyapp.core.database import writing
from surveyapp.feedback.instruments import EVERY, Instrument, wave_of
from surveyapp.survey import questionnaire_store, wave_store
from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import NewWave, WaveFacts


def years() -> tuple[int, int]:
    """Return the years for which a key may be made: this one and the next."""
    return today().year, today().year + 1


def waves_of(municipality_id: int, year: int) -> list[WaveFacts]:
    """Return the waves of a year that there are, in the order of the instruments."""
    found = (wave_of(municipality_id, instrument, year) for instrument in EVERY)
    return [wave for wave in found if wave]


def unproved(waves: Sequence[WaveFacts]) -> list[WaveFacts]:
    """Return the waves whose key is not proved yet."""
    return [wave for wave in waves if wave.state is State.DRAFT]


def give_key(municipality_id: int, year: int, who: str, *, hand_over: Callable[[X25519PrivateKey], None]) -> list[WaveFacts]:
    """Make what is missing of the year's waves and give all that have no proved key one fresh key pair; return these.

    Its private half leaves through *hand_over* only. Everything happens, or nothing.

    Raises:
        RefusedError: the year is over or too far away, or its key is proved already.
    """
    if year not in years():
        raise RefusedError(f"A yearly key is made for {years()[0]} or {years()[1]}, not for {year}.")
    with writing():
        waves = [_drafted(municipality_id, instrument, year, who) for instrument in EVERY]
        if not unproved(waves):
            raise RefusedError(f"The key of {year} is made and proved already; it serves until the end of that year.")
        wave_store.give_key(unproved(waves), who, hand_over=hand_over)
    return unproved(waves_of(municipality_id, year))


def prove(waves: Sequence[WaveFacts], private: X25519PrivateKey, who: str) -> None:
    """Seal and open a trial box for each wave with the key that the steward kept; only then can codes be made.

    Raises:
        RefusedError: the key does not belong to all of the waves; none counts as proved then.
    """
    with writing():
        for wave in waves:
            wave_store.trial(wave, private, who)


def _drafted(municipality_id: int, instrument: Instrument, year: int, who: str) -> WaveFacts:
    found = wave_of(municipality_id, instrument, year)
    if found:
        return found
    file = find_questionnaire(instrument.questionnaire)
    questionnaire_store.publish(municipality_id, file.read_text(encoding="utf-8"), instrument.questionnaire, who)
    first = max(today(), date(year, 1, 1))
    name = instrument.wave_name(year)
    new = NewWave(name, instrument.questionnaire, first, date(year, 12, 31), population={}, mode="group")
    return wave_store.draft(municipality_id, new, who)

"""The demonstration's waves: an opened baseline, an opened year-two wave, and one that takes answers now."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from questionnaires.library import find_questionnaire
from surveyapp.core import clock
from surveyapp.core.secret_files import write_secret
from surveyapp.demo.past import at
from surveyapp.demo.respondents import AFTER, BEFORE, POPULATION, Mood, everybody
from surveyapp.settings import current_settings
from surveyapp.survey import key_end_store, key_files, opening, questionnaire_store, store, wave_store
from surveyapp.survey.codes import shown
from surveyapp.survey.wave_store import NewCode, NewWave, WaveFacts

WHO: Final = "demonstration"
OPEN_CODES: Final = 60
_DAYS_OPEN: Final = 60
_CODES_FILE: Final = "demo-codes.txt"
_KEY_FILE: Final = "demo-wave-key.pem"


def build(municipality_id: int) -> None:
    """Make all three waves."""
    today = clock.today()
    with at(date(2024, 9, 2)):
        for version in (1, 2, 3):
            name = f"specialists/{version}"
            questionnaire_store.publish(municipality_id, find_questionnaire(name).read_text(encoding="utf-8"), name, WHO)
    _opened(municipality_id, "specialists/1", date(2024, 9, 2), BEFORE)
    _opened(municipality_id, "specialists/3", date(2026, 8, 31), AFTER)
    _taking_answers(municipality_id, today)


def unused_codes(limit: int) -> list[str]:
    """Return up to *limit* typed codes of the open demonstration wave that can still be used."""
    file = _data_dir() / _CODES_FILE
    if not file.exists():
        return []
    found: list[str] = []
    for code in file.read_text(encoding="ascii").split():
        if len(found) < limit and isinstance(store.look_up(code), store.Door):
            found.append(code)
    return found


def _opened(municipality_id: int, questionnaire: str, opens: date, mood: Mood) -> None:
    keys: list[X25519PrivateKey] = []
    codes: list[NewCode] = []
    new = NewWave(f"aptauja-{opens.year}", questionnaire, opens, opens + timedelta(days=30), POPULATION)
    with at(opens):
        wave = wave_store.create(municipality_id, new, WHO, hand_over=keys.append)
        wave_store.trial(wave, keys[0], WHO)
        wave_store.invite(_again(wave), sum(POPULATION.values()), WHO, hand_over=codes.extend)
        _answer(_again(wave), codes, mood)
    with at(opens + timedelta(days=31)):
        opening.open_wave(_again(wave), keys[0], WHO)
        key_end_store.attest_destroyed(_again(wave), WHO)


def _answer(wave: WaveFacts, codes: Sequence[NewCode], mood: Mood) -> None:
    people = everybody(wave.questionnaire, mood, seed=wave.opens.year)
    for code, answers in zip(codes, people, strict=False):  # some who were invited do not answer
        done = store.submit(code.link, store.new_receipt(), answers)
        match done:
            case store.Submitted():
                continue
            case _:
                raise RuntimeError(f"An invented answer was not taken: {done}")


def _taking_answers(municipality_id: int, today: date) -> None:
    opens, closes = today - timedelta(days=7), today + timedelta(days=_DAYS_OPEN)
    codes: list[NewCode] = []
    new = NewWave("izmeginajums", "specialists/3", opens, closes, POPULATION)

    def keep(private: X25519PrivateKey) -> None:
        path = _data_dir() / _KEY_FILE
        path.unlink(missing_ok=True)
        write_secret(path, key_files.as_pem(private, None))

    wave = wave_store.create(municipality_id, new, WHO, hand_over=keep)
    wave_store.trial(wave, key_files.read_key(_data_dir() / _KEY_FILE, None), WHO)
    wave_store.invite(_again(wave), OPEN_CODES, WHO, hand_over=codes.extend)
    path = _data_dir() / _CODES_FILE
    path.unlink(missing_ok=True)
    write_secret(path, "".join(f"{shown(code.typed)}\n" for code in codes).encode("ascii"))


def _again(wave: WaveFacts) -> WaveFacts:
    return wave_store.find(wave.municipality_id, wave.name)


def _data_dir() -> Path:
    return current_settings().data_dir

"""The demonstration's feedback and games: an opened earlier year, and this year's key with a code of each kind to try."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from surveyapp.core import clock
from surveyapp.core.access import Actor
from surveyapp.core.secret_files import write_secret
from surveyapp.demo.past import at
from surveyapp.demo.respondents import Mood, everybody
from surveyapp.demo.waves import WHO
from surveyapp.events import store as events
from surveyapp.events.rules import LoggedEvent
from surveyapp.feedback import codes, yearly
from surveyapp.feedback.codes import NotNow
from surveyapp.feedback.instruments import EVENT_FEEDBACK, GAMES, wave_of
from surveyapp.settings import current_settings
from surveyapp.survey import key_files, opening, store, wave_store
from surveyapp.survey.codes import shown
from surveyapp.survey.wave_store import NewCode, WaveFacts

_EARLIER: Final = 2025
_FEEDBACK: Final[Mapping[str, int]] = {"5.1.b": 24, "6.1.b": 14, "5.1.a": 6, "7.2.a": 5}
"""Row to answers; the last two are too few to be told apart and are opened together."""
_PLAYERS: Final[Mapping[str, int]] = {"7-10": 14, "11-14": 36}
"""Age group to players; the eldest have not played."""
_KNOWING: Final = 0.72
_FAVOURING: Final = 0.9
_CODES_FILE: Final = "demo-poster-codes.txt"
_KEY_FILE: Final = "demo-year-key.pem"


def build(coordinator: Actor) -> None:
    """Make both years."""
    _earlier_year(coordinator)
    _this_year(coordinator)


def codes_to_try() -> list[str]:
    """Return the typed codes of the event and of the class that can be answered with now, in this order."""
    file = _data_dir() / _CODES_FILE
    kept = file.read_text(encoding="ascii").split() if file.exists() else []
    return kept if all(isinstance(store.look_up(code), store.Door) for code in kept) else []


def _earlier_year(coordinator: Actor) -> None:
    keys: list[X25519PrivateKey] = []
    place = coordinator.municipality_id
    with at(date(_EARLIER, 1, 7)):
        waves = yearly.give_key(place, _EARLIER, WHO, hand_over=keys.append)
        yearly.prove(waves, keys[0], WHO)
    with at(date(_EARLIER, 12, 15)):
        for row, number in _FEEDBACK.items():
            wave = _wave(codes.feedback_wave(coordinator, _event(coordinator, row, _EARLIER)))
            code = codes.for_event(coordinator, wave, _event(coordinator, row, _EARLIER))
            _answer(wave, code, number, row)
        for age, number in _PLAYERS.items():
            wave = _wave(codes.game_wave(coordinator, age))
            _answer(wave, codes.for_class(coordinator, wave, age), number, age)
    with at(date(_EARLIER + 1, 1, 12)):
        for instrument in (EVENT_FEEDBACK, *(GAMES[age] for age in _PLAYERS)):
            opening.open_wave(_wave(wave_of(place, instrument, _EARLIER)), keys[0], WHO)


def _this_year(coordinator: Actor) -> None:
    key, year = _data_dir() / _KEY_FILE, clock.today().year

    def keep(private: X25519PrivateKey) -> None:
        key.unlink(missing_ok=True)
        write_secret(key, key_files.as_pem(private, None))

    waves = yearly.give_key(coordinator.municipality_id, year, WHO, hand_over=keep)
    yearly.prove(waves, key_files.read_key(key, None), WHO)
    event, age = _event(coordinator, next(iter(_FEEDBACK)), year), "11-14"
    made = (
        codes.for_event(coordinator, _wave(codes.feedback_wave(coordinator, event)), event),
        codes.for_class(coordinator, _wave(codes.game_wave(coordinator, age)), age),
    )
    file = _data_dir() / _CODES_FILE
    file.unlink(missing_ok=True)
    write_secret(file, "".join(f"{shown(_code(one).typed)}\n" for one in made).encode("ascii"))


def _event(coordinator: Actor, row: str, year: int) -> LoggedEvent:
    """Return the newest event of a row that was held in *year* or before and was not withdrawn."""
    listed = events.listed(coordinator.municipality_id, events.Wanted(row=row, last=date(year, 12, 31)))
    return next(event for event in listed if not event.newest.withdrawn)


def _answer(wave: WaveFacts, code: NewCode | NotNow, number: int, seed: str) -> None:
    """Let *number* invented people answer with one code."""
    mood = Mood({"": number}, knowing=_KNOWING, favouring=_FAVOURING)
    for answers in everybody(wave.questionnaire, mood, seed=sum(seed.encode())):
        done = store.submit(_code(code).link, store.new_receipt(), answers)
        if not isinstance(done, store.Submitted):
            raise TypeError(f"An invented answer was not taken: {done}")


def _wave(found: WaveFacts | NotNow | None) -> WaveFacts:
    if not isinstance(found, WaveFacts):
        raise TypeError(f"The demonstration has no such wave: {found}")
    return wave_store.find(found.municipality_id, found.name)


def _code(made: NewCode | NotNow) -> NewCode:
    if not isinstance(made, NewCode):
        raise TypeError(f"The demonstration got no code: {made}")
    return made


def _data_dir() -> Path:
    return current_settings().data_dir

"""The instruments that run under the yearly key: event feedback, and the game in three age groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from surveyapp.survey import wave_store
from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import WaveFacts

FEEDBACK: Final = "feedback"
GAME: Final = "game"
AGES: Final = ("7-10", "11-14", "15-18")
"""Age groups of the game, as they stand in names and addresses."""
GAME_ROWS: Final[Mapping[str, str]] = {"cesis-2025-2027": "6.1.d"}
"""Plan to the row that promises the game and its results."""
_FIRST_DAY_OF_SCHOOL: Final = (9, 1)


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument: how its waves are called, and which shipped questionnaire it asks; ``age`` for games."""

    key: str
    questionnaire: str
    age: str | None = None

    def wave_name(self, year: int) -> str:
        """Return what its wave of *year* is called."""
        return f"{self.key}-{year}"


EVENT_FEEDBACK: Final = Instrument(FEEDBACK, "event-feedback/1")
GAMES: Final[Mapping[str, Instrument]] = {age: Instrument(f"{GAME}-{age}", f"game-{age}/1", age) for age in AGES}
EVERY: Final[Sequence[Instrument]] = (EVENT_FEEDBACK, *GAMES.values())


def wave_of(municipality_id: int, instrument: Instrument, year: int) -> WaveFacts | None:
    """Return the wave of an instrument in a year, None before its key ceremony."""
    name = instrument.wave_name(year)
    return next((wave for wave in wave_store.waves(municipality_id) if wave.name == name and _asks(wave, instrument)), None)


def _asks(wave: WaveFacts, instrument: Instrument) -> bool:
    """Say whether the wave is what it is called: the instrument's questionnaire, answered with codes of groups."""
    kind = GAME if instrument.age else FEEDBACK
    return (wave.reference, wave.questionnaire.instrument, wave.mode) == (instrument.questionnaire, kind, "group")


def takes_codes(wave: WaveFacts) -> bool:
    """Say whether codes can be made for the wave now."""
    return wave.state in {State.TRIAL_OPENED, State.OPEN}


def age_in_words(age: str) -> str:
    """Return an age group with the dash that belongs between numbers, the same in every language."""
    return age.replace("-", "–")


def school_year(day: date) -> str:
    """Return the school year of *day*, such as 2026/2027; it begins on 1 September."""
    start = day.year if (day.month, day.day) >= _FIRST_DAY_OF_SCHOOL else day.year - 1
    return f"{start}/{start + 1}"

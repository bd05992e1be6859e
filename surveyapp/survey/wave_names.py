"""Names of waves that are kept for one kind of questionnaire: those of the yearly key are found by what they are called."""

import re
from typing import Final

from questionnaires.survey_types import Questionnaire

_YEARLY: Final = re.compile(r"(feedback|game)(?:-[0-9]+){0,2}-[0-9]{4}", re.IGNORECASE)


def belongs_to_another(name: str, asked: Questionnaire) -> bool:
    """Say whether *name* is one of feedback or of a game in a year (feedback-2026, game-7-10-2026), and *asked* is neither.

    A survey under such a name would stand where organisers' codes look for the wave of the year.
    """
    found = _YEARLY.fullmatch(name.strip())
    return found is not None and found[1].lower() != asked.instrument

"""Codes for several groups at once, all or none."""

from collections.abc import Sequence

from analysis import steps
from surveyapp.core.database import writing
from surveyapp.survey import wave_store
from surveyapp.survey.wave_store import NewCode, WaveFacts


def one_for_each(wave: WaveFacts, groups: Sequence[str], who: str) -> list[NewCode]:
    """Make one code for each of *groups* and return them in the order of the groups.

    Raises:
        RefusedError: codes cannot be made now; no group has got one.
    """
    made: list[NewCode] = []
    with writing():
        for group in steps.each("make_codes", groups):
            wave_store.invite(wave, 1, who, group=group, hand_over=made.extend)
    return made

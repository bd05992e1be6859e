"""Where the results of a wave stand once it is opened: on a page of its own, with its main wave, or with its row or game."""

from flask import current_app, url_for

from surveyapp.survey import opened_store
from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import WaveFacts


def address(wave: WaveFacts) -> str | None:
    """Return the address at which the cooperation group reads what *wave* says; None as long as there is nothing to read.

    A supplement that was counted with its main wave is read there, as soon as that one is opened, too.
    """
    if wave.state is not State.SCRUBBED or "results.wave" not in current_app.view_functions:
        return None
    if wave.questionnaire.instrument == "survey":
        reported = {one.id for one in opened_store.opened_waves(wave.municipality_id)}
        shown = next((number for number in (wave.id, wave.supplements) if number in reported), None)
        return None if shown is None else url_for("results.wave", wave_id=shown)
    return url_for("results.game" if wave.questionnaire.instrument == "game" else "results.plan")

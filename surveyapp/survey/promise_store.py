"""What respondents of a wave are promised: written down when its codes first go out, unchanged from then on."""

from collections.abc import Mapping

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.survey_types import Questionnaire
from surveyapp.core.database import reading
from surveyapp.core.models import Municipality
from surveyapp.survey import promise_words
from surveyapp.survey.models import Wave, WavePromise
from surveyapp.survey.privacy import Terms
from surveyapp.survey.rules import as_mode

Promise = Mapping[str, tuple[str, ...]]
"""Language to sentences."""
_KNOWN = "wave_promises"


def keep(session: Session, wave: Wave, questionnaire: Questionnaire) -> None:
    """Write the promise down, computed from the wave's settings, in the open writing transaction."""
    for language, sentences in promise_words.texts(_terms(session, wave, questionnaire)).items():
        text = "\n".join(sentences)
        session.add(WavePromise(wave_id=wave.id, language=language, version=promise_words.VERSION, text=text))


def of_wave(wave_id: int) -> Promise:
    """Return what a wave promises, nothing before its codes are out; a process asks the database once."""
    known: dict[int, Promise] = current_app.extensions.setdefault(_KNOWN, {})
    if wave_id in known:
        return known[wave_id]
    with reading() as session:
        rows = session.execute(select(WavePromise.language, WavePromise.text).where(WavePromise.wave_id == wave_id)).all()
    promise = {language: tuple(text.split("\n")) for language, text in rows}
    if promise:
        known[wave_id] = promise
    return promise


def _terms(session: Session, wave: Wave, questionnaire: Questionnaire) -> Terms:
    return Terms(
        questionnaire=questionnaire,
        mode=as_mode(wave.mode),
        opens=wave.opens,
        closes=wave.closes,
        demo=session.get_one(Municipality, wave.municipality_id).demo,
        free_text=wave.free_text,
        supplementary=wave.supplements is not None,
    )

"""Drafts of waves: what can still be changed or deleted because there is no key yet, and the population of any wave."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp.core import audit
from surveyapp.core.command import RefusedError
from surveyapp.core.database import by_text, reading, writing
from surveyapp.survey import wave_store
from surveyapp.survey.models import QuestionnaireVersion, Wave, WavePopulation
from surveyapp.survey.questionnaire_store import published
from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import NewWave, WaveFacts


class ChangedMeanwhileError(Exception):
    """Somebody else changed the draft since the page was shown; nothing was saved over it."""


def mark(draft: WaveFacts | NewWave | Wave, people: Mapping[str, int]) -> str:
    """Return what differs between drafts that say different things; a form holds that of the one that it was filled from."""
    says = (draft.name, f"{draft.opens} {draft.closes}", draft.mode, draft.free_text, sorted(people.items()))
    return hashlib.sha256(json.dumps(says).encode()).hexdigest()


def questionnaires(municipality_id: int) -> list[str]:
    """Return ID/VERSION of the published questionnaires that ask specialists, the newest version of each first."""
    chosen = select(QuestionnaireVersion.key, QuestionnaireVersion.version)
    chosen = chosen.where(QuestionnaireVersion.municipality_id == municipality_id)
    with reading() as session:
        rows = session.execute(chosen.order_by(by_text(QuestionnaireVersion.key), QuestionnaireVersion.version.desc())).all()
    every = [f"{key}/{version}" for key, version in rows]
    return [one for one in every if published(municipality_id, one)[1].instrument == "survey"]


def population(wave_id: int) -> dict[str, int]:
    """Return how many specialists a wave's draft named: stratum to people."""
    chosen = select(WavePopulation.stratum, WavePopulation.population).where(WavePopulation.wave_id == wave_id)
    with reading() as session:
        return {row.stratum: row.population for row in session.execute(chosen)}


def name_taken(municipality_id: int, name: str, besides: int | None = None) -> bool:
    """Say whether another wave (not *besides*) bears the name."""
    with reading() as session:
        found = session.scalar(select(Wave.id).where(Wave.municipality_id == municipality_id, Wave.name == name))
    return found not in {None, besides}


def change(wave: WaveFacts, new: NewWave, who: str, seen: str) -> WaveFacts:
    """Put *new* in place of what a draft says; what it supplements stays.

    *seen* is the mark of the draft as the page showed it. The same change sent again changes nothing.

    Raises:
        RefusedError: there is a key already, or the wave cannot be as asked; nothing was changed.
        ChangedMeanwhileError: as it says.
    """
    new = replace(new, supplements=wave.supplements)
    questionnaire_id, asked = published(wave.municipality_id, new.questionnaire)
    wave_store.check_new(new)
    wave_store.check_words(new, asked)
    with writing() as session:
        row = _draft(session, wave)
        stands = mark(row, population(wave.id))
        if stands == mark(new, new.population):
            return wave_store.find(wave.municipality_id, new.name)
        if stands != seen:
            raise ChangedMeanwhileError
        if name_taken(wave.municipality_id, new.name, wave.id):
            raise RefusedError(f"There is a wave called {new.name!r} already; choose another name.")
        wave_store.check_supplement(session, wave.municipality_id, questionnaire_id, wave.supplements)
        before = _told(wave.reference, row)
        row.name, row.questionnaire_id, row.mode, row.free_text = new.name, questionnaire_id, new.mode, new.free_text
        row.opens, row.closes = new.opens, new.closes
        session.execute(delete(WavePopulation).where(WavePopulation.wave_id == wave.id))
        people = [WavePopulation(wave_id=wave.id, stratum=name, population=n) for name, n in sorted(new.population.items())]
        session.add_all(people)
        after = _told(new.questionnaire, row)
        audit.record(who, "wave.changed", new.name, municipality_id=wave.municipality_id, before=before, after=after)
    return wave_store.find(wave.municipality_id, new.name)


def discard(wave: WaveFacts, who: str) -> None:
    """Delete a draft; nothing but the audit trail remembers it.

    Raises:
        RefusedError: there is a key already.
    """
    with writing() as session:
        row = _draft(session, wave)
        before = _told(wave.reference, row)
        session.execute(delete(WavePopulation).where(WavePopulation.wave_id == wave.id))
        session.delete(row)
        audit.record(who, "wave.discarded", wave.name, municipality_id=wave.municipality_id, before=before, after={})


def _draft(session: Session, wave: WaveFacts) -> Wave:
    row = wave_store.lock(session, wave.id)
    if row.state != State.DRAFT or row.public_key is not None:
        raise RefusedError(f"The wave {wave.name!r} has a key already and stays as it is.")
    return row


def _told(reference: str, row: Wave) -> audit.Facts:
    dates = {"opens": row.opens.isoformat(), "closes": row.closes.isoformat()}
    return {"title": row.name, "questionnaire": reference, "mode": row.mode, "free_text": row.free_text, **dates}

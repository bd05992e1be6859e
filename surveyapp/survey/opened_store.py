"""What exists after an opening, for whoever reports it: counts, and responses without names, roles or order."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from analysis.counts import WaveCounts, from_tally
from questionnaires.conditions import Answers
from questionnaires.survey_types import Instrument
from surveyapp.core.database import reading
from surveyapp.survey import packing
from surveyapp.survey.models import Response, Tally, WavePopulation
from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import WaveFacts, waves


@dataclass(frozen=True, slots=True)
class OpenedResponse:
    """One response: reporting group, band (None if not answered) and the other answers, the role never."""

    stratum: str
    band: str | None
    answers: Answers


def opened_waves(municipality_id: int, instrument: Instrument = "survey") -> list[WaveFacts]:
    """Return the waves whose answers may be reported (opened and scrubbed), by opening date.

    A supplement that was counted with its main wave has nothing of its own to report and is left out.
    """
    opened = [wave for wave in waves(municipality_id) if wave.state is State.SCRUBBED]
    tallies = select(Tally.wave_id).where(Tally.wave_id.in_([wave.id for wave in opened])).distinct()
    with reading() as session:
        counted = set(session.scalars(tallies))
    return [wave for wave in opened if wave.id in counted and wave.questionnaire.instrument == instrument]


def counts(wave: WaveFacts) -> WaveCounts:
    """Return the tally of an opened wave with its population; strata as merged at the opening, or pools."""
    tally = select(Tally.stratum, Tally.item, Tally.option, Tally.n).where(Tally.wave_id == wave.id)
    people = select(WavePopulation.stratum, WavePopulation.population).where(WavePopulation.wave_id == wave.id)
    with reading() as session:
        rows = [(stratum, item, option, n) for stratum, item, option, n in session.execute(tally)]
        population = {row.stratum: row.population for row in session.execute(people)}
    return from_tally(rows, population or None)


def responses(wave: WaveFacts) -> Iterator[OpenedResponse]:
    """Yield the responses of an opened wave, in the order of their random keys."""
    chosen = select(Response.stratum, Response.band, Response.packed).where(Response.wave_id == wave.id)
    with reading() as session:
        rows = session.execute(chosen.order_by(Response.key)).all()
    for stratum, band, packed in rows:
        yield OpenedResponse(stratum, band, packing.unpack(wave.questionnaire, packed))

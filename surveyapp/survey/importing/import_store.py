"""All SQL of waves that were collected elsewhere: stored as a wave that was opened, in one transaction, in no order."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select

from questionnaires.conditions import Answers
from questionnaires.survey_types import Questionnaire
from surveyapp.core import audit
from surveyapp.core.clock import today
from surveyapp.core.database import by_text, reading, writing
from surveyapp.core.stated import one_at_a_time
from surveyapp.settings import current_settings
from surveyapp.survey import codes, opened_store, opening_store
from surveyapp.survey.boxes import Content, Layout
from surveyapp.survey.finding import parsed
from surveyapp.survey.gathering import Gathered
from surveyapp.survey.importing.import_problems import Fault, ImportRefusedError, fault
from surveyapp.survey.importing.import_repeats import repeated
from surveyapp.survey.models import QuestionnaireVersion, Wave, WavePopulation
from surveyapp.survey.population import uncounted
from surveyapp.survey.questionnaire_store import published
from surveyapp.survey.rules import FEWEST, State
from surveyapp.survey.wave_names import belongs_to_another
from surveyapp.survey.wave_store import WaveFacts, find

MODE = "import"
_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class NewImport:
    """A wave that was collected elsewhere: ``questionnaire`` is ID/VERSION, ``collected`` the day on which it ended."""

    name: str
    questionnaire: str
    collected: date
    population: Mapping[str, int]


def default_name(reference: str, collected: date) -> str:
    """Return what a wave is called without a name of its own: ID-DATE."""
    return f"{reference.partition('/')[0]}-{collected.isoformat()}"


def surveys(municipality_id: int) -> dict[str, Questionnaire]:
    """Return the published surveys of a municipality by ID/VERSION, the newest version of each first."""
    chosen = select(QuestionnaireVersion).where(QuestionnaireVersion.municipality_id == municipality_id)
    with reading() as session:
        rows = session.scalars(chosen.order_by(by_text(QuestionnaireVersion.key), QuestionnaireVersion.version.desc())).all()
    every = {f"{row.key}/{row.version}": parsed(row.text, f"{row.key}/{row.version}") for row in rows}
    return {reference: one for reference, one in every.items() if one.instrument == "survey"}


def import_wave(municipality_id: int, new: NewImport, answers: Sequence[Answers], who: str) -> WaveFacts:
    """Store *answers* (one a person) as an opened wave, shuffled by the system's generator, with its tally, all or nothing.

    Nothing was deleted, so no page of the database's files needs scrubbing.

    Raises:
        ImportRefusedError: fewer than ten people, a name that is taken, a day to come, not a survey, people whose answers
            are in already; nothing was stored.
    """
    questionnaire_id, questionnaire = published(municipality_id, new.questionnaire)
    if faults := check_new(new, questionnaire, len(answers)):
        raise ImportRefusedError(faults)
    with _gathered(questionnaire, answers) as gathered, writing() as session:
        one_at_a_time(session, municipality_id)
        taken = select(Wave.id).where(Wave.municipality_id == municipality_id, Wave.name == new.name)
        if session.scalar(taken) is not None:
            raise ImportRefusedError([fault("name_taken")])
        imported = [each for each in opened_store.opened_waves(municipality_id) if each.mode == MODE]
        if known := repeated(imported, questionnaire, answers):
            raise ImportRefusedError([fault("same_people", wave=known.name)])
        wave = Wave(
            municipality_id=municipality_id,
            name=new.name,
            questionnaire_id=questionnaire_id,
            opens=new.collected,
            closes=new.collected,
            mode=MODE,
            state=State.SCRUBBED,
            code_salt=secrets.token_bytes(codes.SALT_BYTES),  # the column wants one; there are no codes
        )
        session.add(wave)
        session.flush()
        people = sorted(new.population.items())
        session.add_all(WavePopulation(wave_id=wave.id, stratum=stratum, population=n) for stratum, n in people)
        session.flush()
        stored = find(municipality_id, new.name)
        opening_store.put_in(session, stored, gathered)
        after: audit.Facts = {
            "questionnaire": new.questionnaire,
            "collected": new.collected.isoformat(),
            "responses": gathered.number,
        }
        audit.record(who, "wave.imported", new.name, municipality_id=municipality_id, before={}, after=after)
    return stored


@contextmanager
def _gathered(questionnaire: Questionnaire, answers: Sequence[Answers]) -> Iterator[Gathered]:
    layout = Layout(questionnaire, free_text=False)
    with Gathered(layout, current_settings().data_dir, len(answers)) as gathered:
        for start in range(0, len(answers), _AT_ONCE):
            gathered.add([layout.pack(Content(one)) for one in answers[start : start + _AT_ONCE]])
        if gathered.number != len(answers):
            raise ValueError("There are answers that the reading of the file should not have let through.")
        yield gathered


def check_new(new: NewImport, questionnaire: Questionnaire, people: int) -> list[Fault]:
    """Return why *new* cannot be a wave of *questionnaire*, whatever is stored already; *people* answered."""
    faults = []
    if questionnaire.instrument != "survey":
        faults.append(fault("not_a_survey"))
    if not new.name.strip() or len(new.name) > 100:  # noqa: PLR2004 - the column's width
        faults.append(fault("name_length"))
    if belongs_to_another(new.name, questionnaire):
        faults.append(fault("name_kept"))
    if new.collected > today():
        faults.append(fault("not_over", day=today().isoformat()))
    if people < FEWEST:
        faults.append(fault("too_few", least=str(FEWEST)))
    elif not uncounted(new.population, questionnaire) and people > sum(new.population.values()):
        faults.append(fault("population_too_small"))
    return faults

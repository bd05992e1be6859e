"""Published questionnaires: put in once, never changed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.grammar import parse_questionnaire
from questionnaires.library import content_hash
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.survey_types import Questionnaire
from surveyapp.core import audit
from surveyapp.core.clock import today
from surveyapp.core.command import RefusedError
from surveyapp.core.database import by_text, reading, writing
from surveyapp.survey import rules
from surveyapp.survey.finding import parsed
from surveyapp.survey.models import QuestionnaireVersion


@dataclass(frozen=True, slots=True)
class Published:
    """A published version; ``new`` is False if it was there already, word for word."""

    reference: str
    hash: str
    new: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A published version as it stands in the database; nothing in it ever changes."""

    id: int
    key: str
    version: int
    text: str
    hash: str
    published_on: date
    questionnaire: Questionnaire

    @property
    def reference(self) -> str:
        """Its name, such as ``specialists/2``."""
        return f"{self.key}/{self.version}"


def check(text: str, file: str) -> Questionnaire:
    """Return the questionnaire in *text* if it may be published.

    Raises:
        FileRefusedError: with every problem of the file.
    """
    questionnaire = parse_questionnaire(text, file)
    problems = [_revealing(file, item) for item in rules.items_that_reveal_the_role(questionnaire)]
    problems += [_text_revealing(file, item) for item in rules.texts_that_reveal_an_answer(questionnaire)]
    if problems:
        raise FileRefusedError(problems)
    return questionnaire


def _text_revealing(file: str, item: str) -> Problem:
    message = (
        "Own words stand apart from all other answers; asked only of those who answered something, a text would tell that "
        "answer to whoever reads it. Take off show_if, so that everybody is asked."
    )
    return Problem(file, None, item, "text_reveals", message)


def _revealing(file: str, item: str) -> Problem:
    message = (
        "The show-if rule tells apart roles within one reporting group, so that an opened answer would show the role; "
        "let the rule name all the roles of a reporting group or none."
    )
    return Problem(file, None, item, "reveals_role", message)


def publish(municipality_id: int, text: str, file: str, who: str) -> Published:
    """Put a questionnaire in, for good; the same text once more changes nothing.

    Raises:
        FileRefusedError: the file has problems.
        RefusedError: this version is published already with another text.
    """
    questionnaire = check(text, file)
    reference = f"{questionnaire.id}/{questionnaire.version}"
    found = content_hash(text)
    with writing() as session:
        earlier = _find(session, municipality_id, questionnaire.id, questionnaire.version)
        if earlier and earlier.hash != found:
            raise RefusedError(
                f"{reference} is published already with another text. Give the changed file a new version number."
            )
        if earlier:
            return Published(reference, found, new=False)
        row = QuestionnaireVersion(
            municipality_id=municipality_id,
            key=questionnaire.id,
            version=questionnaire.version,
            text=text,
            hash=found,
            published_on=today(),
        )
        session.add(row)
        audit.record(
            who, "questionnaire.published", reference, municipality_id=municipality_id, before={}, after={"hash": found}
        )
    return Published(reference, found, new=True)


def published(municipality_id: int, reference: str) -> tuple[int, Questionnaire]:
    """Return row id and questionnaire of ``ID/VERSION``.

    Raises:
        RefusedError: it is not published; the message lists what is.
    """
    key, _, version = reference.partition("/")
    with reading() as session:
        row = _find(session, municipality_id, key, int(version)) if version.isdecimal() else None
        every = select(QuestionnaireVersion).where(QuestionnaireVersion.municipality_id == municipality_id)
        known = sorted(f"{one.key}/{one.version}" for one in session.scalars(every))
    if row is None:
        listed = ", ".join(known) or "none yet: run 'surveyapp questionnaire publish FILE' first"
        raise RefusedError(f"The questionnaire {reference!r} is not published (known: {listed}).")
    return row.id, parsed(row.text, reference)


def versions(municipality_id: int, key: str | None = None) -> list[Version]:
    """Return the published versions of a municipality, or of one of its questionnaires, by id and rising number."""
    chosen = select(QuestionnaireVersion).where(QuestionnaireVersion.municipality_id == municipality_id)
    if key is not None:
        chosen = chosen.where(QuestionnaireVersion.key == key)
    with reading() as session:
        rows = session.scalars(chosen.order_by(by_text(QuestionnaireVersion.key), QuestionnaireVersion.version)).all()
    return [_version(row) for row in rows]


def version(municipality_id: int, key: str, number: int) -> Version | None:
    """Return a published version, None if there is none of that number."""
    return next((one for one in versions(municipality_id, key) if one.version == number), None)


def _version(row: QuestionnaireVersion) -> Version:
    questionnaire = parsed(row.text, f"{row.key}/{row.version}")
    return Version(row.id, row.key, row.version, row.text, row.hash, row.published_on, questionnaire)


def _find(session: Session, municipality_id: int, key: str, version: int) -> QuestionnaireVersion | None:
    return session.scalar(
        select(QuestionnaireVersion).where(
            QuestionnaireVersion.municipality_id == municipality_id,
            QuestionnaireVersion.key == key,
            QuestionnaireVersion.version == version,
        )
    )

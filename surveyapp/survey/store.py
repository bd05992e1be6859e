"""Answering: finding what a code opens and putting sealed answers into the database, at most once a code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from flask import current_app
from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from questionnaires.conditions import Answers
from questionnaires.grammar import parse_questionnaire
from questionnaires.survey_types import Questionnaire
from surveyapp.core.clock import today
from surveyapp.core.database import reading, writing
from surveyapp.core.models import Municipality
from surveyapp.core.secret_files import secret
from surveyapp.settings import Settings
from surveyapp.survey import codes, packing, rules, sealing, wrong_codes
from surveyapp.survey.codes import Code, Hasher
from surveyapp.survey.models import Invitation, QuestionnaireVersion, SealedBox, Wave
from surveyapp.survey.rules import State


class CodeProblem(StrEnum):
    """Why a code opens no questionnaire."""

    MISTYPED = "mistyped"  # cannot be a code: wrong length, letter or check character
    UNKNOWN = "unknown"  # no such code, or its wave was opened and the codes are deleted
    USED = "used"
    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Door:
    """What a code opens; both dates are days on which answers are taken. ``demo`` marks invented data."""

    wave_id: int
    wave_name: str
    questionnaire: Questionnaire
    mode: str
    opens: date
    closes: date
    demo: bool
    municipality: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """The answers are stored and will survive a power cut; *receipt* is the one to show."""

    receipt: str


@dataclass(frozen=True, slots=True)
class AlreadyReceived:
    """The code was used before; ``same_receipt`` says that this very submission was, so that a repeat is a success."""

    same_receipt: bool


class AnswersRefusedError(ValueError):
    """Answers that the form should never have let through; ``problems`` names items, never answers."""

    def __init__(self, problems: Sequence[rules.AnswerProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.item}: {problem.code}" for problem in problems))


@dataclass(frozen=True, slots=True)
class _Found:
    """A code's row and all that belongs to its wave."""

    typed_hash: bytes
    used: bool
    wave: Wave
    published: QuestionnaireVersion
    municipality: Municipality

    @property
    def questionnaire(self) -> Questionnaire:
        return parsed(self.published.text, f"{self.published.key}/{self.published.version}")

    def problem(self) -> CodeProblem | None:
        """Return why no answers are taken now, None if they are."""
        if self.used:
            return CodeProblem.USED
        if rules.state_on(today(), State(self.wave.state), self.wave.closes) is not State.OPEN:
            return CodeProblem.CLOSED
        return CodeProblem.NOT_OPEN_YET if today() < self.wave.opens else None


@lru_cache(maxsize=16)
def parsed(text: str, name: str) -> Questionnaire:
    """Return the questionnaire in *text*, parsed once a process."""
    return parse_questionnaire(text, name)


def hasher() -> Hasher:
    """Return this installation's keyed hashes."""
    found: Hasher | None = current_app.extensions.get("code_hasher")
    if found is None:
        settings: Settings = current_app.extensions["settings"]
        found = current_app.extensions["code_hasher"] = Hasher(secret(settings.data_dir, "pepper"))
    return found


def new_receipt() -> str:
    """Return a receipt to hand out with a form, so that a repeated submission shows the same one."""
    return codes.new_receipt()


def too_many_wrong_codes() -> bool:
    """Say whether this source, or everybody together, tried too many codes today that do not exist.

    Ask after ``look_up`` or ``submit`` answered UNKNOWN or MISTYPED: whoever has a full valid code is served all the same.
    """
    return wrong_codes.too_many()


def look_up(code: str) -> Door | CodeProblem:
    """Return what *code* (typed or link form) opens now, or why it opens nothing; never spends the code."""
    found = _find_code(code)
    if isinstance(found, CodeProblem):
        return found
    problem = found.problem()
    if problem:
        return problem
    wave = found.wave
    place = found.municipality
    return Door(wave.id, wave.name, found.questionnaire, wave.mode, wave.opens, wave.closes, place.demo, place.name)


def submit(code: str, receipt: str, answers: Answers) -> Submitted | AlreadyReceived | CodeProblem:
    """Seal *answers* and store them under *code* and *receipt*; durable before it returns, at most once a code.

    A receipt that is not one of ours is replaced by a new one, which the result shows.

    Raises:
        AnswersRefusedError: the answers do not fit the questionnaire; nothing was stored and the code is not spent.
    """
    found = _find_code(code)
    if isinstance(found, CodeProblem):
        return found
    letters = codes.read_receipt(receipt) or codes.read_receipt(codes.new_receipt()) or ""
    box_key = hasher().box_key(found.wave.id, found.typed_hash, letters)
    problem = found.problem()
    if problem is CodeProblem.USED:
        return _received(found.wave.id, box_key)
    if problem:
        return problem
    given = {item: tuple(chosen) for item, chosen in answers.items() if chosen}
    problems = rules.check_answers(found.questionnaire, given)
    if problems:
        raise AnswersRefusedError(problems)
    key = sealing.WaveKey(found.wave.id, found.wave.public_key)
    ciphertext = sealing.seal(key, box_key, packing.pack(found.questionnaire, given))
    return _store(found, SealedBox(wave_id=found.wave.id, box_key=box_key, ciphertext=ciphertext), codes.shown(letters))


def _store(found: _Found, box: SealedBox, receipt: str) -> Submitted | AlreadyReceived | CodeProblem:
    """Spend the code and store the box in one transaction; of two at once the second finds the code used."""
    with writing() as session:
        # The lock waits for an opening or closing that is under way (PostgreSQL; SQLite has one writer at a time).
        wave = select(Wave.state).where(Wave.id == box.wave_id).with_for_update(read=True, key_share=True)
        if session.scalar(wave) != State.OPEN:
            return CodeProblem.CLOSED
        this = and_(Invitation.wave_id == box.wave_id, Invitation.typed_hash == found.typed_hash)
        unused = select(Invitation.used).where(this, Invitation.used.is_(False)).with_for_update()
        if session.scalar(unused) is not None:
            session.execute(update(Invitation).where(this).values(used=True))
            session.add(box)
            return Submitted(receipt)
    return _received(box.wave_id, box.box_key)


def _received(wave_id: int, box_key: bytes) -> AlreadyReceived:
    with reading() as session:
        this = and_(SealedBox.wave_id == wave_id, SealedBox.box_key == box_key)
        return AlreadyReceived(session.scalar(select(SealedBox.wave_id).where(this)) is not None)


def _find_code(text: str) -> _Found | CodeProblem:
    code = codes.read(text)
    if code is None:
        return CodeProblem.MISTYPED
    stretched = hasher().stretched(code)
    with reading() as session:
        found = _find(session, code, stretched)
    if found is None:
        wrong_codes.count_one()
        return CodeProblem.UNKNOWN
    return found


def _find(session: Session, code: Code, stretched: bytes) -> _Found | None:
    """Look in every wave whose codes are out: one search whether the code is unknown, used or good."""
    waves = session.execute(select(Wave.id, Wave.code_salt).where(Wave.state.in_((State.OPEN, State.CLOSED)))).all()
    column = Invitation.link_hash if code.link else Invitation.typed_hash
    places: list[ColumnElement[bool]] = [
        and_(Invitation.wave_id == wave_id, column == hasher().hash(code, stretched, salt)) for wave_id, salt in waves
    ]
    if not places:
        return None
    row = session.execute(
        select(Invitation.typed_hash, Invitation.used, Wave, QuestionnaireVersion, Municipality)
        .join(Wave, Wave.id == Invitation.wave_id)
        .join(QuestionnaireVersion, QuestionnaireVersion.id == Wave.questionnaire_id)
        .join(Municipality, Municipality.id == Wave.municipality_id)
        .where(or_(*places))
    ).first()
    return _Found(*row) if row else None

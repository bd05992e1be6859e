"""Answering: sealed answers go into the database at most once a code, and until the close can be replaced or taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, select, update

from questionnaires.conditions import Answers
from surveyapp.core.database import reading, writing
from surveyapp.survey import box_store, codes, crowds, marks, rules, sealing
from surveyapp.survey.box_store import Box, Outcome, takes_answers
from surveyapp.survey.boxes import Content
from surveyapp.survey.finding import (
    CodeProblem,
    Door,
    Found,
    find_code,
    hasher,
    look_anew,
    look_up,
    look_up_to_change,
    too_many_wrong_codes,
)
from surveyapp.survey.models import Invitation, SealedBox

__all__ = [
    "AlreadyReceived",
    "AnswersRefusedError",
    "CodeProblem",
    "Door",
    "NotFound",
    "Submitted",
    "Withdrawn",
    "look_up",
    "look_up_to_change",
    "new_receipt",
    "received",
    "replace",
    "submit",
    "too_many_wrong_codes",
    "withdraw",
]

Texts = Mapping[str, str]
"""Item to what was written in one's own words."""
_NO_TEXT: Final[Texts] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Submitted:
    """The answers are stored and will survive a power cut; *receipt* is the one to show."""

    receipt: str


@dataclass(frozen=True, slots=True)
class AlreadyReceived:
    """Answers were stored before; ``same_receipt`` says that this very submission was, so that a repeat is a success."""

    same_receipt: bool


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The answers are gone and the code can be used again."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """No answers lie under this code and receipt together."""


class AnswersRefusedError(ValueError):
    """Answers that the form should never have let through; ``problems`` names items, never answers."""

    def __init__(self, problems: Sequence[rules.AnswerProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.item}: {problem.code}" for problem in problems))


def new_receipt() -> str:
    """Return a receipt to hand out with a form, so that a repeated submission shows the same one."""
    return codes.new_receipt()


def submit(code: str, receipt: str, answers: Answers, texts: Texts = _NO_TEXT) -> Submitted | AlreadyReceived | CodeProblem:
    """Seal *answers* and *texts* and store them under *code* and *receipt*; durable before it returns.

    A personal code takes one box, a group's code one for each receipt. A receipt that is not one of ours is replaced by a new
    one, which the result shows.

    Raises:
        AnswersRefusedError: the answers do not fit the questionnaire; nothing was stored and the code is not spent.
    """
    found = find_code(code)
    if isinstance(found, CodeProblem):
        return found
    letters = codes.read_receipt(receipt) or codes.read_receipt(codes.new_receipt()) or ""
    box_key = _box_key(found, letters)
    problem = found.problem()
    if problem is CodeProblem.USED:
        return AlreadyReceived(_there(found.wave.id, box_key))
    if problem:
        return problem
    if crowds.too_many(found.wave.mode):
        return AlreadyReceived(same_receipt=True) if _there(found.wave.id, box_key) else CodeProblem.CROWDED
    stored = _stored(_sealed(found, box_key, answers, texts), codes.shown(letters))
    look_anew()
    if isinstance(stored, Submitted):
        crowds.count_one(found.wave.mode)
    return stored


def received(code: str, receipt: str) -> bool | CodeProblem:
    """Say whether answers lie under *code* and *receipt* together; a problem if the code opens nothing any more."""
    found = find_code(code)
    if isinstance(found, CodeProblem):
        return found
    letters = codes.read_receipt(receipt)
    # Whether a personal code was used is told to whoever has it. Of a code that many have, the work must not tell it either.
    unused = found.wave.mode == "code" and not found.boxes
    return letters is not None and not unused and _there(found.wave.id, _box_key(found, letters))


def replace(code: str, receipt: str, answers: Answers, texts: Texts = _NO_TEXT) -> Submitted | NotFound | CodeProblem:
    """Put other answers in the place of those under *code* and *receipt*, which stay until this is stored.

    Raises:
        AnswersRefusedError: the answers do not fit the questionnaire; the old ones stay.
    """
    found = find_code(code)
    if isinstance(found, CodeProblem):
        return found
    problem, letters = found.shut(), codes.read_receipt(receipt)
    if problem or letters is None:
        return problem or NotFound()
    box = _sealed(found, _box_key(found, letters), answers, texts)
    with writing() as session:
        if not takes_answers(session.connection(), found.wave.id):
            return CodeProblem.CLOSED
        anew = {"ciphertext": box.ciphertext, "mark": box.mark}
        changed = update(SealedBox).where(_this_box(found.wave.id, box.box_key)).values(anew)
        if session.execute(changed.returning(SealedBox.wave_id)).first() is None:
            return NotFound()
    look_anew()
    return Submitted(codes.shown(letters))


def withdraw(code: str, receipt: str) -> Withdrawn | NotFound | CodeProblem:
    """Take back the answers under *code* and *receipt*; the code can be used again."""
    found = find_code(code)
    if isinstance(found, CodeProblem):
        return found
    problem, letters = found.shut(), codes.read_receipt(receipt)
    if problem or letters is None:
        return problem or NotFound()
    with writing() as session:
        if not takes_answers(session.connection(), found.wave.id):
            return CodeProblem.CLOSED
        session.scalar(select(Invitation.boxes).where(_this_code(found)).with_for_update())
        gone = delete(SealedBox).where(_this_box(found.wave.id, _box_key(found, letters))).returning(SealedBox.wave_id)
        if session.execute(gone).first() is None:
            return NotFound()
        session.execute(update(Invitation).where(_this_code(found)).values(boxes=Invitation.boxes - 1))
    look_anew()
    return Withdrawn()


def _box_key(found: Found, letters: str) -> bytes:
    return hasher().box_key(found.wave.id, found.typed_hash, letters)


def _sealed(found: Found, box_key: bytes, answers: Answers, texts: Texts) -> Box:
    """Return the box with checked answers; what was answered leaves this function only sealed."""
    given = {item: tuple(chosen) for item, chosen in answers.items() if chosen}
    written = {item: text for item, text in texts.items() if text}
    problems = rules.check_box(found.questionnaire, given) + rules.check_texts(found.layout.written, written)
    if problems:
        raise AnswersRefusedError(problems)
    if found.wave.public_key is None:
        raise RuntimeError("The wave takes answers without a key.")
    key = sealing.WaveKey(found.wave.id, found.wave.public_key)
    content = found.layout.pack(Content(given, written, found.pool))
    sealed = sealing.seal(key, box_key, content)
    marked = marks.mark(found.wave.id, box_key, sealed)
    return Box(found.wave.id, found.typed_hash, rules.most_boxes(found.wave.mode), box_key, sealed, marked)


def _stored(box: Box, receipt: str) -> Submitted | AlreadyReceived | CodeProblem:
    match box_store.store(box):
        case Outcome.STORED:
            return Submitted(receipt)
        case Outcome.STOPPED:
            return CodeProblem.STOPPED
        case Outcome.CLOSED:
            return CodeProblem.CLOSED
        case outcome:
            return AlreadyReceived(outcome is Outcome.THERE)


def _this_code(found: Found) -> ColumnElement[bool]:
    return and_(Invitation.wave_id == found.wave.id, Invitation.typed_hash == found.typed_hash)


def _this_box(wave_id: int, box_key: bytes) -> ColumnElement[bool]:
    return and_(SealedBox.wave_id == wave_id, SealedBox.box_key == box_key)


def _there(wave_id: int, box_key: bytes) -> bool:
    with reading() as session:
        return session.scalar(select(SealedBox.wave_id).where(_this_box(wave_id, box_key))) is not None

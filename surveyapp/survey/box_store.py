"""Putting sealed boxes under their codes: at most so many a code, and all that a worker takes in at once in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from flask import current_app
from sqlalchemy import Connection, Integer, LargeBinary, bindparam, insert, select, update

from surveyapp.core.database import in_transaction, writing
from surveyapp.core.together import Together
from surveyapp.survey.models import Invitation, SealedBox, Wave
from surveyapp.survey.rules import State

_KEY: Final = "boxes_together"
_WAVE: Final = bindparam("of_wave", type_=Integer)
_HASH: Final = bindparam("of_hash", type_=LargeBinary)
_BOX: Final = bindparam("of_box", type_=LargeBinary)
# The lock waits for an opening or closing that is under way (PostgreSQL; SQLite has one writer at a time).
_STATE: Final = select(Wave.state).where(Wave.id == _WAVE).with_for_update(read=True, key_share=True)
_CODE: Final = (Invitation.wave_id == _WAVE, Invitation.typed_hash == _HASH)
_UNDER: Final = select(Invitation.boxes, Invitation.stopped).where(*_CODE).with_for_update()
_COUNT: Final = update(Invitation).where(*_CODE).values(boxes=Invitation.boxes + 1)
_SPEND: Final = _COUNT.where(Invitation.boxes == 0, Invitation.stopped.is_(False))
_THERE: Final = select(SealedBox.wave_id).where(SealedBox.wave_id == _WAVE, SealedBox.box_key == _BOX)
_STORE: Final = insert(SealedBox)


@dataclass(frozen=True, slots=True)
class Box:
    """A sealed box on its way under its code (``typed_hash``), which may hold *most* of them."""

    wave_id: int
    typed_hash: bytes
    most: int
    box_key: bytes
    ciphertext: bytes
    mark: bytes


class Outcome(Enum):
    """What came of a box; ``THERE``: it lay there already, ``FULL``: others do and there is no room for one more."""

    STORED = auto()
    THERE = auto()
    FULL = auto()
    STOPPED = auto()
    CLOSED = auto()


def store(box: Box) -> Outcome:
    """Count *box* under its code and store it; durable before this returns, unless the caller has a transaction open."""
    if in_transaction():
        return _store_all([box])[0]
    together: Together[Box, Outcome] = current_app.extensions.setdefault(_KEY, Together(_store_all))
    return together.add(box)


def takes_answers(connection: Connection, wave_id: int) -> bool:
    """Say whether a wave takes answers, and have it stay so until the end of the transaction."""
    return connection.scalar(_STATE, {"of_wave": wave_id}) == State.OPEN


def _store_all(boxes: Sequence[Box]) -> list[Outcome]:
    """Store *boxes* in one transaction; of two under one code that has room for one the second finds the first.

    Codes are marked in the order of their hashes, so that two workers who wait for the same ones never wait for each other;
    boxes are laid down in the order of their keys. So what was brought together lies in two orders that say nothing of each
    other.
    """
    outcomes: dict[int, Outcome] = {}
    laid: dict[tuple[int, bytes], Box] = {}
    with writing() as session:
        connection = session.connection()
        takes = {wave_id: takes_answers(connection, wave_id) for wave_id in sorted({box.wave_id for box in boxes})}
        for number, box in sorted(enumerate(boxes), key=lambda numbered: (numbered[1].wave_id, numbered[1].typed_hash)):
            key = box.wave_id, box.box_key
            outcomes[number] = _count(connection, box, laid=key in laid) if takes[box.wave_id] else Outcome.CLOSED
            if outcomes[number] is Outcome.STORED:
                laid[key] = box
        if laid:
            connection.execute(_STORE, [_row(laid[key]) for key in sorted(laid)])
    return [outcomes[number] for number in range(len(boxes))]


def _count(connection: Connection, box: Box, *, laid: bool) -> Outcome:
    """Count one box more under its code if there is room for it; ``laid``: the same box came with this very transaction."""
    code = {"of_wave": box.wave_id, "of_hash": box.typed_hash}
    if box.most == 1 and connection.execute(_SPEND, code).rowcount:
        return Outcome.STORED
    row = connection.execute(_UNDER, code).first()
    if laid or (row and row.boxes and connection.scalar(_THERE, {"of_wave": box.wave_id, "of_box": box.box_key})):
        return Outcome.THERE
    if row and row.stopped:
        return Outcome.STOPPED
    if row is None or row.boxes >= box.most:
        return Outcome.FULL
    connection.execute(_COUNT, code)
    return Outcome.STORED


def _row(box: Box) -> dict[str, object]:
    return {"wave_id": box.wave_id, "box_key": box.box_key, "ciphertext": box.ciphertext, "mark": box.mark}

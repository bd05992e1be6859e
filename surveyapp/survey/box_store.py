"""Putting sealed boxes under their codes: at most so many a code, and all that a worker takes in at once in one transaction."""

from collections import Counter
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
_BOX: Final = bindparam("of_box", type_=LargeBinary)
# The lock waits for an opening or closing that is under way (PostgreSQL; SQLite has one writer at a time).
_STATE: Final = select(Wave.state).where(Wave.id == _WAVE).with_for_update(read=True, key_share=True)
_CODES: Final = Invitation.wave_id == _WAVE, Invitation.typed_hash.in_(bindparam("of_hashes", expanding=True))
# Locked in one order, so that two workers who want the same codes never wait for each other.
_UNDER: Final = (
    select(Invitation.typed_hash, Invitation.boxes, Invitation.stopped)
    .where(*_CODES)
    .order_by(Invitation.typed_hash)
    .with_for_update()
)
_COUNT: Final = update(Invitation).where(*_CODES).values(boxes=Invitation.boxes + bindparam("more", type_=Integer))
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

    Codes are marked in the order of their hashes and boxes laid down in the order of their keys: what was brought together lies
    in two orders that say nothing of each other.
    """
    with writing() as session:
        connection = session.connection()
        waves = sorted({box.wave_id for box in boxes})
        rounds = {wave_id: _Round(connection, wave_id, [box for box in boxes if box.wave_id == wave_id]) for wave_id in waves}
        outcomes = [rounds[box.wave_id].take(box) for box in boxes]
        for one in rounds.values():
            one.write()
    return outcomes


class _Round:
    """What comes into one wave in one transaction: its codes are locked, looked at, and written at the end."""

    def __init__(self, connection: Connection, wave_id: int, boxes: Sequence[Box]) -> None:
        self._connection, self._wave_id = connection, wave_id
        self._takes = takes_answers(connection, wave_id)
        hashes = sorted({box.typed_hash for box in boxes})
        rows = connection.execute(_UNDER, {"of_wave": wave_id, "of_hashes": hashes}).all() if self._takes else ()
        self._codes = {typed_hash: (held, stopped) for typed_hash, held, stopped in rows}
        self._more: Counter[bytes] = Counter()
        self._laid: dict[bytes, Box] = {}

    def take(self, box: Box) -> Outcome:
        """Say what comes of *box*; it is laid down by ``write`` if there is room for it."""
        if not self._takes:
            return Outcome.CLOSED
        held, stopped = self._codes.get(box.typed_hash, (box.most, False))
        if box.box_key in self._laid or (held and self._there(box.box_key)):
            return Outcome.THERE
        if stopped:
            return Outcome.STOPPED
        if held + self._more[box.typed_hash] >= box.most:
            return Outcome.FULL
        self._more[box.typed_hash] += 1
        self._laid[box.box_key] = box
        return Outcome.STORED

    def write(self) -> None:
        """Count under their codes what was taken, and lay it down."""
        for more in sorted(set(self._more.values()) - {0}):
            hashes = sorted(typed_hash for typed_hash, number in self._more.items() if number == more)
            self._connection.execute(_COUNT, {"of_wave": self._wave_id, "of_hashes": hashes, "more": more})
        if self._laid:
            self._connection.execute(_STORE, [_row(self._laid[key]) for key in sorted(self._laid)])

    def _there(self, box_key: bytes) -> bool:
        return self._connection.scalar(_THERE, {"of_wave": self._wave_id, "of_box": box_key}) is not None


def _row(box: Box) -> dict[str, object]:
    return {"wave_id": box.wave_id, "box_key": box.box_key, "ciphertext": box.ciphertext, "mark": box.mark}

"""Marks on sealed boxes: a keyed tag tells what this app sealed from what somebody put straight into the database."""

from typing import Final

from sqlalchemy import LargeBinary, bindparam, select, tuple_, update

from surveyapp.core import audit, secret_files
from surveyapp.core.command import COMMAND_LINE
from surveyapp.core.database import writing
from surveyapp.settings import current_settings
from surveyapp.survey.finding import hasher, new_pepper
from surveyapp.survey.models import SealedBox

_DONE: Final = "boxes-marked"
_AT_ONCE: Final = 512
_PLACE: Final = SealedBox.wave_id, SealedBox.box_key
# Locked, so that a box that is exchanged meanwhile does not get the mark of what lay there before.
_PAGE: Final = select(*_PLACE, SealedBox.ciphertext).order_by(*_PLACE).limit(_AT_ONCE).with_for_update()
_MARK: Final = (
    update(SealedBox)
    .where(SealedBox.wave_id == bindparam("of_wave"), SealedBox.box_key == bindparam("of_box"))
    .values(mark=bindparam("with_mark", type_=LargeBinary))
)


def mark(wave_id: int, box_key: bytes, ciphertext: bytes) -> bytes:
    """Return the 32-byte mark of a box: a function of its own row alone, so that it tells no order, moment or code."""
    return hasher().box_mark(wave_id, box_key, ciphertext)


def mark_key() -> bytes:
    """Return the key of the marks, which opens nothing and finds no code."""
    return hasher().mark_key


def mark_older() -> None:
    """Mark the boxes that an earlier version sealed: once in the life of an installation, at a start.

    That it was done is a file beside the pepper, because whoever reaches only the database must not bring it about again.
    Whoever lost the pepper for good says so (`surveyapp init --new-secrets`, which removes that file), and the boxes are marked
    anew, as they are; the audit trail says so. It is done by pages in the order of the boxes' keys, each for itself: nobody
    waits long, the memory holds one page, and a start that was cut off begins again, which gives every box the same mark.
    """
    settings = current_settings()
    if secret_files.noted(settings.data_dir, _DONE):
        return
    new_pepper()
    last = _mark_after((-1, b""))
    if last is not None:
        while last is not None:
            last = _mark_after(last)
        with writing():
            audit.record(COMMAND_LINE, "boxes.marked", "all", municipality_id=None, before={}, after={})
    secret_files.note(settings.data_dir, _DONE)


def _mark_after(place: tuple[int, bytes]) -> tuple[int, bytes] | None:
    """Mark the page of boxes that follows *place*, and return the place of its last one; None if there is none."""
    with writing() as session:
        connection = session.connection()
        found = connection.execute(_PAGE.where(tuple_(*_PLACE) > place)).all()
        if not found:
            return None
        marked = [{"of_wave": wave, "of_box": key, "with_mark": mark(wave, key, sealed)} for wave, key, sealed in found]
        connection.execute(_MARK, marked)
        return found[-1][0], found[-1][1]

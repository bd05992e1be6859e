"""Marks on sealed boxes: a keyed tag tells what this app sealed from what somebody put straight into the database."""

from typing import Final

from sqlalchemy import select, update

from surveyapp.core import audit, secret_files
from surveyapp.core.command import COMMAND_LINE
from surveyapp.core.database import writing
from surveyapp.settings import current_settings
from surveyapp.survey.finding import hasher, new_pepper
from surveyapp.survey.models import SealedBox

_DONE: Final = "boxes-marked"


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
    anew, as they are; the audit trail says so.
    """
    settings = current_settings()
    if secret_files.noted(settings.data_dir, _DONE):
        return
    new_pepper()
    with writing() as session:
        boxes = session.scalars(select(SealedBox).order_by(SealedBox.wave_id, SealedBox.box_key)).all()
        for box in boxes:
            place = (SealedBox.wave_id == box.wave_id, SealedBox.box_key == box.box_key)
            marked = mark(box.wave_id, box.box_key, box.ciphertext)
            session.execute(update(SealedBox).where(*place).values(mark=marked))
        if boxes:
            audit.record(COMMAND_LINE, "boxes.marked", "all", municipality_id=None, before={}, after={})
    secret_files.note(settings.data_dir, _DONE)

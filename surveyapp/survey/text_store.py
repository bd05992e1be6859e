"""What respondents wrote in their own words, after the opening: one reader decides about each, for good."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from surveyapp.core import audit
from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading, writing
from surveyapp.survey.models import FreeText
from surveyapp.survey.rules import FEWEST, State
from surveyapp.survey.scrubbing import scrub_texts
from surveyapp.survey.wave_store import WaveFacts

_RELEASED = "wave.texts_released"
_DELETED = "wave.texts_deleted"


@dataclass(frozen=True, slots=True)
class OwnText:
    """One text, apart from all other answers: its random key and the item it answers."""

    key: str
    item: str
    text: str


def next_unread(wave: WaveFacts) -> OwnText | None:
    """Return the text to decide about next, None after the last; random keys shuffle them."""
    if wave.state is not State.SCRUBBED:
        return None
    chosen = select(FreeText).where(FreeText.wave_id == wave.id, FreeText.released.is_(False)).order_by(FreeText.key).limit(1)
    with reading() as session:
        row = session.scalar(chosen)
    return OwnText(row.key.hex(), row.item, row.text) if row else None


def was_released(wave: WaveFacts, key: str) -> bool:
    """Say whether a text was released; one that was deleted leaves nothing to say so."""
    with reading() as session:
        row = session.get(FreeText, (wave.id, _bytes(key)))
    return row is not None and row.released


def waiting(wave: WaveFacts) -> int | None:
    """Return how many texts wait for their reader; None for fewer than ten, zero for none."""
    chosen = select(func.count()).select_from(FreeText).where(FreeText.wave_id == wave.id, FreeText.released.is_(False))
    with reading() as session:
        number = session.scalar(chosen) or 0
    return number if number == 0 or number >= FEWEST else None


def released(wave: WaveFacts) -> Mapping[str, tuple[str, ...]]:
    """Return the released texts by item, in the order of their random keys."""
    chosen = select(FreeText.item, FreeText.text).where(FreeText.wave_id == wave.id, FreeText.released.is_(True))
    with reading() as session:
        rows = session.execute(chosen.order_by(FreeText.key)).all()
    return {item: tuple(text for other, text in rows if other == item) for item in dict.fromkeys(item for item, _ in rows)}


def release(wave: WaveFacts, key: str, who: str) -> None:
    """Show a text to the group, for good.

    Raises:
        RefusedError: there is no such text to decide about.
    """
    with writing() as session:
        session.get_one(FreeText, _check(wave, key)).released = True
        _record_once(who, _RELEASED, wave)


def delete(wave: WaveFacts, key: str, who: str) -> bool:
    """Delete a text, for good; False if its trace stays in the database's files until nobody reads them any more.

    Raises:
        RefusedError: there is no such text to decide about.
    """
    with writing() as session:
        session.delete(session.get_one(FreeText, _check(wave, key)))
        _record_once(who, _DELETED, wave)
    return scrub_texts()


def _check(wave: WaveFacts, key: str) -> tuple[int, bytes]:
    """Return the primary key of an undecided text."""
    found = (wave.id, _bytes(key))
    with writing() as session:  # of two who decide in one moment the second finds it decided
        row = session.get(FreeText, found, with_for_update=True, populate_existing=True)
    if wave.state is not State.SCRUBBED or row is None or row.released:
        raise RefusedError("This text is decided already, or there is none.")
    return found


def _bytes(key: str) -> bytes:
    try:
        return bytes.fromhex(key)
    except ValueError:
        return b""


def _record_once(who: str, deed: str, wave: WaveFacts) -> None:
    """Record that it was done, not how often: the trail tells no number below ten about what people wrote."""
    if not audit.recorded(deed, wave.name, wave.municipality_id):
        audit.record(who, deed, wave.name, municipality_id=wave.municipality_id, before={}, after={})

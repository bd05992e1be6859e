"""The end of a wave's key: which other waves still need it, and the steward's word that no copy of it is left."""

from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from surveyapp.core import audit
from surveyapp.core.clock import today
from surveyapp.core.command import RefusedError
from surveyapp.core.database import reading, writing
from surveyapp.survey.models import SealedBox, Wave
from surveyapp.survey.rules import FEWEST, State, state_on
from surveyapp.survey.wave_store import WaveFacts

_KEY_DESTROYED: Final = "wave.key_destroyed"


def still_needed_for(wave: WaveFacts) -> list[str]:
    """Return the names of the other waves whose answers only the key of *wave* can open, now or later.

    A yearly key serves four waves, and whoever destroys it after the first opening loses the answers of the others.
    """
    with reading() as session:
        others = session.scalars(select(Wave).where(*_others_of_its_key(wave)).order_by(Wave.id)).all()
        return [other.name for other in others if _needs_its_key(session, other)]


def _others_of_its_key(wave: WaveFacts) -> tuple[ColumnElement[bool], ...]:
    return (Wave.municipality_id == wave.municipality_id, Wave.public_key == wave.public_key, Wave.id != wave.id)


def _needs_its_key(session: Session, wave: Wave) -> bool:
    match state_on(today(), State(wave.state), wave.closes):
        case State.DRAFT | State.TRIAL_OPENED:
            return today() <= wave.closes  # codes may still be made
        case State.OPEN:
            return True
        case State.CLOSED:
            boxes = select(func.count()).select_from(SealedBox).where(SealedBox.wave_id == wave.id)
            return (session.scalar(boxes) or 0) >= FEWEST  # with fewer it is never opened
        case _:
            return False


def attest_destroyed(wave: WaveFacts, steward: str, on: date | None = None) -> None:
    """Record that *steward* destroyed every copy of the key of an opened wave, *on* a day if one is named.

    It counts for every opened wave of that key: what does not exist any more opens none of them.

    Raises:
        RefusedError: the wave, or another one of the same key, is not opened yet; without the key it never could be.
    """
    if wave.state is not State.SCRUBBED:
        raise RefusedError(f"The wave {wave.name!r} is not opened yet. Keep the key: without it the answers are lost.")
    if others := still_needed_for(wave):
        names = ", ".join(others)
        raise RefusedError(f"The same key opens {names}. Keep it until they are opened too: without it their answers are lost.")
    state = {"state": str(wave.state)}
    after = {**state, "destroyed_on": on.isoformat()} if on else state
    with writing():
        for name in (wave.name, *attested_with(wave)):
            audit.record(steward, _KEY_DESTROYED, name, municipality_id=wave.municipality_id, before=state, after=after)


def attested_with(wave: WaveFacts) -> list[str]:
    """Return the names of the other opened waves of the key of *wave* for which nobody attested its end yet."""
    with reading() as session:
        names = session.scalars(
            select(Wave.name).where(*_others_of_its_key(wave), Wave.state == State.SCRUBBED).order_by(Wave.id)
        ).all()
    return [name for name in names if not audit.recorded(_KEY_DESTROYED, name, wave.municipality_id)]


def key_destroyed(wave: WaveFacts) -> bool:
    """Say whether a steward attested that no copy of the key is left."""
    return audit.recorded(_KEY_DESTROYED, wave.name, wave.municipality_id)

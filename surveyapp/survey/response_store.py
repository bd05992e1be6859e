"""What may be told of a wave before its opening: one stored figure a day, and groups of ten or more only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.core.clock import today
from surveyapp.core.database import reading, writing
from surveyapp.survey.models import Invitation, Response, SealedBox, WaveDay
from surveyapp.survey.rules import FEWEST, State, kept_back, tellable_groups
from surveyapp.survey.wave_store import WaveFacts, lock

_WHOLE = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """Codes out and answers received as of *day*; ``received`` is None while there are fewer than ten."""

    codes: int
    received: int | None
    day: date


@dataclass(frozen=True, slots=True)
class WaveResponse:
    """The response of a wave, and of those invited groups of which it may be told."""

    whole: Figure
    groups: Mapping[str, Figure]


def response(wave: WaveFacts) -> WaveResponse:
    """Return the day's stored figures of a wave; the first who asks on a day has them counted and stored."""
    if wave.state in {State.OPENED, State.SCRUBBED}:
        return _after_opening(wave.id)
    day = today()
    with writing() as session:
        # Locked, so that of two who ask at once the second reads what the first stored.
        lock(session, wave.id)
        codes = _codes(session, wave.id)
        stored = _stored(session, wave.id, day) or _count(session, wave, day)
        days = _days(session, wave.id)
    secret = _kept_back_until_now(wave, codes, days)
    tellable = _tellable(wave, codes, stored)
    out = {group: Figure(codes[group], _told(stored[group]), day) for group in sorted(tellable - secret)}
    return WaveResponse(Figure(sum(codes.values()), _told(stored[_WHOLE]), day), out)


def _tellable(wave: WaveFacts, codes: Mapping[str | None, int], stored: Mapping[str, int]) -> frozenset[str]:
    tellable = tellable_groups(codes) if wave.mode == "code" else frozenset(stored)
    return tellable & frozenset(stored) - {_WHOLE}


def _kept_back_until_now(wave: WaveFacts, codes: Mapping[str | None, int], days: Sequence[Mapping[str, int]]) -> frozenset[str]:
    """Return the groups that were kept back on any day so far: told on another day, they could be subtracted all the same."""
    secret = frozenset[str]()
    for figures in days:
        tellable = _tellable(wave, codes, figures)
        counted = {group: figures[group] for group in tellable - secret}
        in_groups = sum(codes[group] for group in counted) == sum(codes.values())
        more = kept_back(figures[_WHOLE], counted, every_code_in_a_group=in_groups)
        secret |= {more} if more else frozenset()
    return secret


def _days(session: Session, wave_id: int) -> list[dict[str, int]]:
    """Return the stored figures of every day so far, in order."""
    chosen = select(WaveDay.day, WaveDay.group_name, WaveDay.boxes).where(WaveDay.wave_id == wave_id).order_by(WaveDay.day)
    found: dict[date, dict[str, int]] = {}
    for day, group, boxes in session.execute(chosen):
        found.setdefault(day, {})[group] = boxes
    return list(found.values())


def codes_out(wave: WaveFacts) -> int:
    """Return how many codes there are; asking counts no boxes, so that the day's figure is not taken by it."""
    with reading() as session:
        return sum(_codes(session, wave.id).values())


def too_few(wave: WaveFacts) -> bool:
    """Say whether a closed wave can never be opened, because fewer than ten answers were taken.

    Nothing changes any more, so it is counted when asked and not taken from the day's figure, which may be from before the
    close. Boxes that do not match the answers taken are a matter for the opening: it says what is wrong with them.
    """
    if wave.state is not State.CLOSED:
        return False
    with reading() as session:
        boxes = session.scalar(select(func.count()).select_from(SealedBox).where(SealedBox.wave_id == wave.id)) or 0
        taken = session.scalar(select(func.sum(Invitation.boxes)).where(Invitation.wave_id == wave.id)) or 0
    return boxes == taken < FEWEST


def _after_opening(wave_id: int) -> WaveResponse:
    with reading() as session:
        number = session.scalar(select(func.count()).select_from(Response).where(Response.wave_id == wave_id)) or 0
    return WaveResponse(Figure(0, number, today()), {})


def _codes(session: Session, wave_id: int) -> dict[str | None, int]:
    chosen = select(Invitation.group_name, func.count()).where(Invitation.wave_id == wave_id).group_by(Invitation.group_name)
    return dict(session.execute(chosen).all())


def _stored(session: Session, wave_id: int, day: date) -> dict[str, int]:
    chosen = select(WaveDay.group_name, WaveDay.boxes).where(WaveDay.wave_id == wave_id, WaveDay.day == day)
    return dict(session.execute(chosen).all())


def _count(session: Session, wave: WaveFacts, day: date) -> dict[str, int]:
    """Count and store the day's figures: all boxes, and those of groups that may be told by their size."""
    boxes = session.scalar(select(func.count()).select_from(SealedBox).where(SealedBox.wave_id == wave.id)) or 0
    under = select(Invitation.group_name, func.sum(Invitation.boxes)).where(Invitation.wave_id == wave.id)
    by_group = {name: number for name, number in session.execute(under.group_by(Invitation.group_name)) if name is not None}
    # A personal code says how large its group is; of a group with one code only its answers do.
    large = {name for name, number in by_group.items() if number >= FEWEST}
    groups = tellable_groups(_codes(session, wave.id)) if wave.mode == "code" else large
    counted = {_WHOLE: boxes} | {group: by_group.get(group, 0) for group in groups}
    session.add_all(WaveDay(wave_id=wave.id, day=day, group_name=group, boxes=n) for group, n in sorted(counted.items()))
    return counted


def _told(number: int) -> int | None:
    return number if number >= FEWEST else None

"""All SQL of an opening: the boxes of a wave by pages, and putting in what came out of them, in one transaction."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from analysis.counts import WaveCounts, from_tally, merge_small
from surveyapp.core import bulk
from surveyapp.core.database import reading, writing
from surveyapp.survey.gathering import Gathered
from surveyapp.survey.models import (
    FreeText,
    Invitation,
    MailAddress,
    MailRun,
    Response,
    SealedBox,
    Tally,
    Wave,
    WaveAgreement,
    WavePopulation,
)
from surveyapp.survey.rules import FEWEST, State
from surveyapp.survey.unsealing import Box
from surveyapp.survey.wave_store import WaveFacts, lock

_AT_ONCE: Final = 512
"""Boxes of a page."""


def end_answers(wave_id: int) -> None:
    """Have no answer come in any more to a wave that its date closed: whoever was storing one is waited for."""
    with writing() as session:
        row = lock(session, wave_id)
        if row.state == State.OPEN:
            row.state = State.CLOSED


def numbers(wave_id: int) -> tuple[int, int]:
    """Return how many boxes a wave has and how many answers were taken."""
    boxes = select(func.count()).select_from(SealedBox).where(SealedBox.wave_id == wave_id)
    used = select(func.sum(Invitation.boxes)).where(Invitation.wave_id == wave_id)
    with reading() as session:
        return session.scalar(boxes) or 0, session.scalar(used) or 0


def boxes(wave_id: int) -> Iterator[list[Box]]:
    """Yield the boxes of a wave by pages, in the order of their keys; each page is a short look by itself."""
    chosen = select(SealedBox.box_key, SealedBox.ciphertext, SealedBox.mark).where(SealedBox.wave_id == wave_id)
    page = chosen.order_by(SealedBox.box_key).limit(_AT_ONCE)
    with reading() as session:
        found = session.execute(page).all()
    while found:
        yield [(row[0], row[1], row[2]) for row in found]
        with reading() as session:
            found = session.execute(page.where(SealedBox.box_key > found[-1][0])).all()


def lock_with_main(session: Session, wave: WaveFacts) -> Wave:
    """Return the wave's row, locked like that of the main wave of a supplement, which nobody opens meanwhile.

    Main waves come first, as everywhere: two who want both never wait for each other.
    """
    if wave.supplements is not None:
        lock(session, wave.supplements)
    return lock(session, wave.id)


def put_in(session: Session, wave: WaveFacts, found: Gathered) -> None:
    """Put in what was gathered as responses, own words and tally, in the open transaction.

    Those of a supplement whose main wave is still sealed go to the main wave, whose tally they wait in, and leave nothing of
    their own: nobody can subtract one from the other.
    """
    home = counted_with(session, wave)
    # In the order of the random keys, so that neither the file nor PostgreSQL's ctid keeps another one.
    for rows in found.rows():
        bulk.insert(session, Response, ("wave_id", "key", "stratum", "band", "packed"), [(home, *row) for row in rows])
    for words in found.words():
        kept = [(home, *each, False) for each in words]
        bulk.insert(session, FreeText, ("wave_id", "key", "item", "text", "released"), kept)
    _count(session, wave, home, found.counts())


def counted_with(session: Session, wave: WaveFacts) -> int:
    """Return the id under which the answers of *wave* are counted: the main wave's if a supplement is opened before it."""
    if wave.supplements is None:
        return wave.id
    main = session.get_one(Wave, wave.supplements)
    sealed = session.scalar(select(func.count()).select_from(SealedBox).where(SealedBox.wave_id == main.id)) or 0
    # A main wave with too few boxes stays sealed for ever; latecomers must not wait there.
    return main.id if main.state in {State.OPEN, State.CLOSED} and sealed >= FEWEST else wave.id


def responses(session: Session, wave: WaveFacts) -> int:
    """Return how many responses are counted where those of *wave* are."""
    counted = select(func.count()).select_from(Response).where(Response.wave_id == counted_with(session, wave))
    return session.scalar(counted) or 0


def forget(session: Session, wave_id: int) -> int:
    """Delete what an opened wave no longer needs: boxes, codes, addresses, and the question whether to go on.

    Returns how many boxes there were.
    """
    gone = session.execute(delete(SealedBox).where(SealedBox.wave_id == wave_id))
    for table in (Invitation, MailAddress, MailRun, WaveAgreement):
        session.execute(delete(table).where(table.wave_id == wave_id))
    return int(getattr(gone, "rowcount", 0))


def _count(session: Session, wave: WaveFacts, home: int, counts: WaveCounts) -> None:
    """Add *counts* to those of supplements that wait; when the wave itself is counted, merge groups of fewer than five.

    Never by role: the rows of a group and the counts of a role in it together give back which rows are of that role (an integer
    program found 67 of 67).
    """
    chosen = select(Tally.stratum, Tally.item, Tally.option, Tally.n).where(Tally.wave_id == home)
    waiting = from_tally((row.stratum, row.item, row.option, row.n) for row in session.execute(chosen))
    session.execute(delete(Tally).where(Tally.wave_id == home))
    whole = waiting + counts
    if home == wave.id and wave.questionnaire.stratum_item is not None:
        people = select(WavePopulation.stratum, WavePopulation.population).where(WavePopulation.wave_id == wave.id)
        population = {row.stratum: row.population for row in session.execute(people)}
        whole = merge_small(WaveCounts(whole.strata, population or None), wave.questionnaire)
    rows = [
        {"wave_id": home, "stratum": stratum, "item": item, "option": option, "n": number}
        for stratum, item, option, number in whole.to_tally()
    ]
    session.execute(insert(Tally), rows)

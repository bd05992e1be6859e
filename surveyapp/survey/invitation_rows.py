"""Rows of codes: hashing new ones, and reading the old ones so that all rows of a wave can be written anew together."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.survey.codes import Code
from surveyapp.survey.finding import hasher
from surveyapp.survey.models import Invitation

Progress = Callable[[int], None]
"""Gets how many codes are hashed so far."""


def hashed(made: Sequence[tuple[str, str]], salt: bytes, progress: Progress) -> list[dict[str, bytes]]:
    """Return the two hashes of each code, given as its typed and its link form, in the same order."""
    keyed = hasher()

    def both(code: tuple[str, str]) -> dict[str, bytes]:
        typed, link = Code(code[0], link=False), Code(code[1], link=True)
        return {
            "typed_hash": keyed.hash(typed, keyed.stretched(typed), salt),
            "link_hash": keyed.hash(link, keyed.stretched(link), salt),
        }

    rows: list[dict[str, bytes]] = []
    with ThreadPoolExecutor(max_workers=2) as pool:  # stretching leaves Python's lock, so that two run at once
        for row in pool.map(both, made):
            rows.append(row)
            progress(len(rows))
    return rows


def existing(session: Session, wave_id: int) -> list[dict[str, object]]:
    """Return the rows of a wave's codes as they stand."""
    chosen = select(Invitation).where(Invitation.wave_id == wave_id)
    return [
        {
            "wave_id": wave_id,
            "typed_hash": row.typed_hash,
            "link_hash": row.link_hash,
            "group_name": row.group_name,
            "boxes": row.boxes,
            "pool": row.pool,
            "stopped": row.stopped,
        }
        for row in session.scalars(chosen)
    ]

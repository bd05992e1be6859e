"""Rows of codes: hashing new ones, and reading the old ones so that all rows of a wave can be written anew together."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.core import bulk
from surveyapp.survey.codes import Code
from surveyapp.survey.finding import hasher
from surveyapp.survey.models import Invitation

Progress = Callable[[int], None]
"""Gets how many codes are hashed so far."""


def hashed(made: Sequence[tuple[str, str]], salt: bytes, progress: Progress) -> list[dict[str, bytes]]:
    """Return the two hashes and lookups of each code, given as its typed and its link form, in the same order."""
    keyed = hasher()

    def both(code: tuple[str, str]) -> dict[str, bytes]:
        typed, link = Code(code[0], link=False), Code(code[1], link=True)
        of_typed, of_link = keyed.stretched(typed), keyed.stretched(link)
        return {
            "typed_hash": keyed.hash(typed, of_typed, salt),
            "link_hash": keyed.hash(link, of_link, salt),
            "typed_lookup": keyed.lookup(typed, of_typed),
            "link_lookup": keyed.lookup(link, of_link),
        }

    rows: list[dict[str, bytes]] = []
    with ThreadPoolExecutor(max_workers=2) as pool:  # stretching leaves Python's lock, so that two run at once
        for row in pool.map(both, made):
            rows.append(row)
            progress(len(rows))
    return rows


def existing(session: Session, wave_id: int) -> list[dict[str, object]]:
    """Return the rows of a wave's codes as they stand."""
    columns = Invitation.__table__.columns
    return [dict(row) for row in session.execute(select(*columns).where(Invitation.wave_id == wave_id)).mappings()]


def write(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Write *rows* in the order of their hashes, so that none tells when it was made."""
    names = Invitation.__table__.columns.keys()
    in_order = sorted(rows, key=itemgetter("typed_hash"))
    bulk.insert(session, Invitation, names, list(map(itemgetter(*names), in_order)))

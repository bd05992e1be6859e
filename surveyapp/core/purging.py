"""Deletion on the day that was promised: features name what they delete, each deletion leaves a receipt and no trace."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from flask import Flask, current_app, request
from sqlalchemy import select, text, update

from analysis import steps
from surveyapp.core import audit, clock, logs
from surveyapp.core.command import COMMAND_LINE
from surveyapp.core.database import engine, is_sqlite, reading, truncate_write_ahead_log, writing
from surveyapp.core.models import DeletionReceipt

_KEY: Final = "purging"
_ROOMS: Final = "purging_rooms"
_LOOKED: Final = "purging_looked_on"
_EVERYWHERE: Final = frozenset({"start", "health"})
_TRIES: Final = 20
_PAUSE_S: Final = 0.25
_WAIT_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was deleted, how many people it was about, the counts that stay, and when; ``clean``: no trace is left."""

    id: int
    municipality_id: int
    what: str
    about: str
    people: int
    counts: Mapping[str, int]
    promised_for: date
    at: datetime
    clean: bool


Purge = Callable[[], object]
"""Delete what was promised for today or earlier, and leave a receipt for each; nothing if nothing is due."""


def add(app: Flask, purge: Purge, tables: Sequence[str], rooms: Sequence[str]) -> None:
    """Have *purge* called whenever deletion is due; *tables* are those it deletes from, *rooms* the feature's blueprints."""
    app.extensions.setdefault(_KEY, []).append((purge, tuple(tables)))
    app.extensions.setdefault(_ROOMS, set()).update(rooms)


def init_app(app: Flask) -> None:
    """Have every worker look once a day, with a request for a page, also where nobody runs the command."""
    app.before_request(_once_a_day)


def _once_a_day() -> None:
    rooms = current_app.extensions.get(_ROOMS)
    if not rooms:  # the room of respondents knows of no feature that deletes, and would call receipts clean unseen
        return
    own = request.blueprint in rooms or request.endpoint in _EVERYWHERE
    if not own or current_app.extensions.get(_LOOKED) == clock.today():
        return
    current_app.extensions[_LOOKED] = clock.today()
    try:
        run()
    except Exception as error:  # noqa: BLE001 - whoever asked for a page is not to blame; the next start tries again
        logs.fault(error, "purge")


def write_receipt(municipality_id: int, what: str, about: str, people: int, counts: Mapping[str, int], due: date) -> None:
    """Leave the receipt of a deletion, also in the audit trail; call it in the transaction that deletes."""
    with writing() as session:
        receipt = DeletionReceipt(municipality_id=municipality_id, what=what, about=about, people=people, promised_for=due)
        receipt.counts, receipt.at, receipt.clean = json.dumps(counts, ensure_ascii=False), clock.now().astimezone(UTC), False
        session.add(receipt)
        session.flush()
        facts: audit.Facts = {"people": people, "promised_for": due.isoformat()}
        audit.record(COMMAND_LINE, "data.deleted", about, municipality_id=municipality_id, before={}, after=facts)


def run() -> list[Receipt]:
    """Delete everything that is due and remove its traces; returns the receipts of what is clean since this call.

    SQLite overwrites deleted rows (secure_delete) and its log is emptied, which waits while another program reads; PostgreSQL
    writes the tables anew. Receipts that are not clean yet are seen to by the next call. What people deleted before its day
    has no receipt, so traces are removed also where nothing was due.
    """
    known: list[tuple[Purge, tuple[str, ...]]] = current_app.extensions.get(_KEY, [])
    for purge, _tables in steps.each("purge", known):
        purge()
    with reading() as session:
        waiting = session.scalars(select(DeletionReceipt.id).where(DeletionReceipt.clean.is_(False))).all()
    tables = [table for _purge, tables in known for table in tables]
    steps.at("clean")
    if not leave_no_trace(tables, _TRIES if waiting else 1) or not waiting:
        return []
    with writing() as session:
        session.execute(update(DeletionReceipt).where(DeletionReceipt.id.in_(waiting)).values(clean=True))
    return [receipt for receipt in every() if receipt.id in set(waiting)]


def every(municipality_id: int | None = None) -> list[Receipt]:
    """Return all receipts (of one municipality), newest first."""
    chosen = select(DeletionReceipt).order_by(DeletionReceipt.id.desc())
    if municipality_id is not None:
        chosen = chosen.where(DeletionReceipt.municipality_id == municipality_id)
    with reading() as session:
        return [_receipt(row) for row in session.scalars(chosen)]


def leave_no_trace(tables: Sequence[str], tries: int = _TRIES) -> bool:
    """Remove what was deleted from *tables* out of the database's files; False if another program kept SQLite's log busy."""
    if not is_sqlite():
        with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in tables:
                connection.execute(text(f"VACUUM (FULL, ANALYZE) {table}"))
        return True
    for left in range(tries, 0, -1):
        if truncate_write_ahead_log(_WAIT_MS):
            return True
        if left > 1:
            time.sleep(_PAUSE_S)
    return False


def _receipt(row: DeletionReceipt) -> Receipt:
    counts: dict[str, Any] = json.loads(row.counts)
    # SQLite gives the moment back without its zone.
    at = row.at.replace(tzinfo=UTC) if row.at.tzinfo is None else row.at.astimezone(UTC)
    return Receipt(
        id=row.id,
        municipality_id=row.municipality_id,
        what=row.what,
        about=row.about,
        people=row.people,
        counts=counts,
        promised_for=row.promised_for,
        at=at,
        clean=row.clean,
    )

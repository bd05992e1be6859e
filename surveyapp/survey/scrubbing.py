"""Scrubbing after an opening: no trace of a box or a code stays in the database's files; resumable at any point."""

import re
import time
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from surveyapp.core import audit, clock
from surveyapp.core.backups import backup_files
from surveyapp.core.command import COMMAND_LINE, RefusedError
from surveyapp.core.database import engine, is_sqlite, reading, truncate_write_ahead_log, writing
from surveyapp.core.models import AuditEntry
from surveyapp.core.stated import in_utc
from surveyapp.survey.models import FreeText, Invitation, MailAddress, MailRun, Response, SealedBox, Tally, Wave
from surveyapp.survey.rules import State

_TRIES: Final = 20
_TRIES_FOR_TEXTS: Final = 3
"""Fewer, because somebody waits for the page; a later deletion or start does it otherwise."""
_PAUSE_S: Final = 0.25
_LOCK_MS: Final = 500
_LOCK_NOT_AVAILABLE: Final = "55P03"
"""PostgreSQL's name for it, in every language of the server."""
_NUMBER: Final = re.compile(r"\d+")


def scrub_opened(who: str, municipality_id: int | None = None) -> list[str]:
    """Scrub after every opening that was not scrubbed yet; return the names of those waves.

    The files are rewritten for all municipalities at once. *who* looks after the waves of one of them (None: is nobody in
    particular): what an interruption left over of others is recorded under no person's name.

    SQLite: VACUUM writes the file anew without deleted rows, then the write-ahead log is emptied until nothing is left in it.
    PostgreSQL: VACUUM FULL writes the tables anew. A wave counts as scrubbed only after that, so an interruption repeats it.

    Raises:
        RefusedError: another program kept the database busy; the opening stands, and scrubbing can be repeated.
    """
    waiting = select(Wave.id, Wave.name, Wave.municipality_id).where(Wave.state == State.OPENED).order_by(Wave.id)
    with reading() as session:
        waves = session.execute(waiting).all()
    if not waves:
        return []
    backup_files.forget_automatic()  # they hold the boxes that are gone now
    _rewrite()
    with writing() as session:
        for wave_id, name, place in waves:
            session.get_one(Wave, wave_id).state = State.SCRUBBED
            states = {"before": {"state": State.OPENED}, "after": {"state": State.SCRUBBED}}
            by = who if municipality_id in {place, None} else COMMAND_LINE
            audit.record(by, "wave.scrubbed", name, municipality_id=place, **states)
    return [name for _, name, _ in waves]


def scrub_texts() -> bool:
    """Leave no trace of texts that were deleted one by one in the database's files; False if that has to wait.

    SQLite overwrites them and empties its log, which waits while another program reads: the next deletion or start does it.
    PostgreSQL rewrites the table, which waits while anybody may still look at the texts, such as a running backup; what its own
    log keeps for a while is said in docs/privacy.md.
    """
    return truncate_write_ahead_log() if is_sqlite() else _written_anew(FreeText.__tablename__, _TRIES_FOR_TEXTS)


def finish(who: str) -> None:
    """Do at a start what an interruption or a busy database left over."""
    scrub_opened(who)
    scrub_texts()


def forget_backups() -> None:
    """Delete backups that lie on this server from before the last scrubbing: it may have been done by another one."""
    with reading() as session:
        last = session.scalar(select(func.max(AuditEntry.at)).where(AuditEntry.what == "wave.scrubbed"))
    if last is not None:
        backup_files.forget_automatic(clock.now() - in_utc(last))


def _rewrite() -> None:
    if is_sqlite():
        _outside_transaction("VACUUM")
        _empty_log()
        return
    # Deleted counts are of latecomers alone, who are counted with the others now: nobody may subtract them.
    for table in (SealedBox, Invitation, MailAddress, MailRun, Response, FreeText, Tally):
        if not _written_anew(table.__tablename__, _TRIES):
            raise RefusedError(
                "The wave is opened, but another program keeps working in the database, so that its tables could not be "
                "written anew. Repeat the command; answers and counts are safe."
            )


def _written_anew(table: str, tries: int) -> bool:
    """Write a table of PostgreSQL anew, for which everybody else has to be out of it for a moment; False if somebody stays.

    While this waits for somebody who is in it, all who come later wait behind it: answers to other waves. So it never waits
    long, and tries again. Pages that hold nothing any more are given back before, while others go on. What was deleted stays in
    the table as long as anybody in the database, a running backup for one, may still look at it as it was: that is waited for.
    """
    _outside_transaction(f"VACUUM {table}")
    for _ in range(tries):
        try:
            if not _left_in(table):
                return True
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
        time.sleep(_PAUSE_S)
    return False


def _left_in(table: str) -> int:
    """Write a table anew and return how many of its deleted rows are still in it, as PostgreSQL tells it in every language."""
    told: list[str] = []

    def hear(notice: Any) -> None:  # noqa: ANN401 - the driver's own
        told.append(notice.message_detail or "")

    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        driver: Any = connection.connection.driver_connection
        driver.add_notice_handler(hear)
        try:
            connection.execute(text(f"SET lock_timeout = {_LOCK_MS}"))
            connection.execute(text(f"VACUUM (FULL, ANALYZE, VERBOSE) {table}"))
            connection.execute(text("RESET lock_timeout"))
        except BaseException:
            connection.invalidate()  # nobody else gets a connection that is set like this one
            raise
        driver.remove_notice_handler(hear)
    numbers = [int(found[0]) for detail in told if (found := _NUMBER.match(detail))]
    if not numbers:
        raise RuntimeError(f"PostgreSQL did not say what is left of deleted rows in {table}.")
    return sum(numbers)


def _outside_transaction(statement: str) -> None:
    options = {"outside_transaction": True} if is_sqlite() else {"isolation_level": "AUTOCOMMIT"}
    with engine().connect().execution_options(**options) as connection:
        connection.execute(text(statement))


def _empty_log() -> None:
    for _ in range(_TRIES):
        if truncate_write_ahead_log():
            return
        time.sleep(_PAUSE_S)
    raise RefusedError(
        "The wave is opened, but another program keeps reading the database, so that its log could not be emptied. "
        "Repeat the command; answers and counts are safe."
    )

"""All SQL of quarterly reminders: who is owed one, which one is being sent, and what became of each; none is sent twice."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, delete, select, update

from questionnaires.plan_types import Quarter
from surveyapp.core import audit, clock
from surveyapp.core.command import COMMAND_LINE
from surveyapp.core.database import reading, writing
from surveyapp.core.models import Municipality
from surveyapp.deadlines.models import QuarterlyReminder
from surveyapp.staff import store as staff_store

State = Literal["owed", "sending", "sent", "refused", "in_doubt"]
"""``in_doubt``: the mail server may have it; nobody gets it again."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A reminder that was taken up for sending."""

    id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class Round:
    """The reminders of one quarter: how many stand how, the last day on which one went out, and whom none reached surely."""

    quarter: Quarter
    by_state: Mapping[str, int]
    last_on: date | None
    unsure: tuple[str, ...]


def owe(municipality_id: int, quarter: Quarter, accounts: Iterable[int]) -> None:
    """Owe each of *accounts* the reminder of *quarter*, once; what was owed for an earlier quarter comes too late and goes."""
    with writing() as session:
        # Two commands at once wait for one another, so that nobody is owed two.
        session.execute(select(Municipality.id).where(Municipality.id == municipality_id).with_for_update())
        mine = _of(municipality_id, quarter)
        late = QuarterlyReminder.municipality_id == municipality_id, QuarterlyReminder.state == "owed", ~and_(*mine)
        session.execute(delete(QuarterlyReminder).where(*late))
        known = set(session.scalars(select(QuarterlyReminder.account_id).where(*mine)))
        for account_id in sorted(set(accounts) - known):
            row = QuarterlyReminder(municipality_id=municipality_id, account_id=account_id, state="owed")
            row.year, row.quarter = quarter.year, quarter.quarter
            session.add(row)


def take(municipality_id: int, quarter: Quarter, tried: Collection[int]) -> Owed | None:
    """Take up the next reminder that is owed, other than those *tried*; None if there is none.

    It counts as being sent before it is handed over, so that whatever interrupts that, it is not sent again.
    """
    waiting = (*_of(municipality_id, quarter), QuarterlyReminder.state == "owed", QuarterlyReminder.id.not_in(tried))
    with writing() as session:
        chosen = select(QuarterlyReminder).where(*waiting).order_by(QuarterlyReminder.id).limit(1)
        row = session.scalar(chosen.with_for_update(skip_locked=True))
        if row is None:
            return None
        row.state, row.taken_at = "sending", clock.now().astimezone(UTC)
        return Owed(row.id, row.account_id)


def settle(owed: Owed, state: State) -> None:
    """Note what became of a reminder that was taken up."""
    day = clock.today() if state == "sent" else None
    with writing() as session:
        changed = update(QuarterlyReminder).where(QuarterlyReminder.id == owed.id)
        session.execute(changed.values(state=state, sent_on=day, taken_at=None))


def drop(owed: Owed) -> None:
    """Forget a reminder that nobody wants any more, or that has nothing to say."""
    with writing() as session:
        session.delete(session.get_one(QuarterlyReminder, owed.id))


def doubt(municipality_id: int, lease: timedelta) -> None:
    """Note of reminders whose sending began longer than *lease* ago and never ended that they are in doubt."""
    mine = QuarterlyReminder.municipality_id == municipality_id
    old = QuarterlyReminder.taken_at < clock.now().astimezone(UTC) - lease
    with writing() as session:
        stuck = update(QuarterlyReminder).where(mine, QuarterlyReminder.state == "sending", old)
        session.execute(stuck.values(state="in_doubt", taken_at=None))


def note_sending(municipality_id: int, quarter: Quarter, people: int) -> None:
    """Write into the audit trail to how many people reminders went out."""
    facts: audit.Facts = {"people": people}
    about = f"{quarter.year}-{quarter.quarter}"
    audit.record(COMMAND_LINE, "reminders.sent", about, municipality_id=municipality_id, before={}, after=facts)


def rounds(municipality_id: int) -> list[Round]:
    """Return the reminders of every quarter, the newest first."""
    chosen = select(QuarterlyReminder).where(QuarterlyReminder.municipality_id == municipality_id)
    found: dict[tuple[int, int], list[QuarterlyReminder]] = {}
    with reading() as session:
        for row in session.scalars(chosen.order_by(QuarterlyReminder.id)):
            found.setdefault((row.year, row.quarter), []).append(row)
        return [_round(Quarter(*key), found[key]) for key in sorted(found, reverse=True)]


def _round(quarter: Quarter, rows: list[QuarterlyReminder]) -> Round:
    days = [row.sent_on for row in rows if row.sent_on is not None]
    unsure = [row.account_id for row in rows if row.state in {"refused", "in_doubt"}]
    emails = tuple(staff_store.email_of(account_id) for account_id in unsure)
    return Round(quarter, Counter(row.state for row in rows), max(days, default=None), emails)


def _of(municipality_id: int, quarter: Quarter) -> tuple[ColumnElement[bool], ...]:
    return (
        QuarterlyReminder.municipality_id == municipality_id,
        QuarterlyReminder.year == quarter.year,
        QuarterlyReminder.quarter == quarter.quarter,
    )

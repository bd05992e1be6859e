"""The plan judged by everything that was logged and stated, as known on any day."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from analysis.bundles import grain_of
from analysis.decided import DecidedProgress, Said, decide, judge_decided
from analysis.head_counts import EventRecord
from analysis.statements import Statement, Substitution, kind_of
from questionnaires.plan_types import Indicator, Plan
from surveyapp.core import clock
from surveyapp.events import effects, records, released
from surveyapp.events.effects import Effect
from surveyapp.events.evidence import store as evidence_store
from surveyapp.events.released import Moved
from surveyapp.events.rules import Facts, LoggedEvent, Row
from surveyapp.ledger import store as ledger
from surveyapp.ledger.store import Release
from surveyapp.plans import rules, statement_store
from surveyapp.plans.rules import Chain
from surveyapp.settings import current_settings

_Twice = tuple[DecidedProgress, DecidedProgress]


@dataclass(frozen=True, slots=True)
class _Known:
    """What a plan is judged by: what was logged, and what was said."""

    events: tuple[EventRecord, ...]
    said: tuple[Said, ...]


_Change = Callable[[_Known], _Known]


@dataclass(frozen=True, slots=True)
class Apart:
    """Rows of a plan, and single events, whose records must not be added up with others."""

    rows: frozenset[str] = frozenset()
    events: frozenset[int] = frozenset()


NOTHING_APART: Final = Apart()


@dataclass(frozen=True, slots=True)
class Judged:
    """The plan as written, judged as of a day with so many days of grace, and everything stated about it."""

    written: Plan
    as_of: date
    grace_days: int
    found: DecidedProgress
    chains: tuple[Chain, ...]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a change would do: targets that would be judged otherwise today, and released figures that would move."""

    effects: tuple[Effect, ...]
    moved: tuple[Moved, ...]


def judge_plan(
    municipality_id: int,
    plan: Plan,
    as_of: date,
    known_on: date | None = None,
    grace_days: int | None = None,
    *,
    bundled: bool = False,
    apart: Apart = NOTHING_APART,
    only: str | None = None,
) -> Judged:
    """Judge *plan* as of one day by all that is known; with *known_on*, by what was known at the end of that day.

    *known_on* may be a moment as well; *grace_days* are those of the settings unless others are named. *bundled*: for whoever
    needs no event by itself, alike ones stand in one record, added up by the database, if all that is known is asked about;
    those *apart* stand alone. *only*: for whoever asks for one row; what comes out of others means nothing then.
    """
    chains = tuple(statement_store.chains(municipality_id, plan.id, known_on))
    said = rules.in_force(chains)
    rows = None if only is None else _names_behind(plan, only)
    if bundled and known_on is None:
        events = _bundled(municipality_id, plan, said, as_of, apart, rows)
    else:
        events = records.event_records(municipality_id, known_on, plan.id, rows)
    grace = _grace_days() if grace_days is None else grace_days
    return Judged(plan, as_of, grace, judge_decided(plan, events, said, as_of, grace), chains)


def _bundled(
    municipality_id: int, plan: Plan, said: tuple[Said, ...], as_of: date, apart: Apart, only: frozenset[str] | None
) -> tuple[EventRecord, ...]:
    stated = [each.statement for each in said]
    named = {each.event for each in stated if isinstance(each, Substitution) and each.event is not None} | apart.events
    grain = grain_of(decide(plan, said, as_of).plan, as_of)
    rows = frozenset(name for row in plan.indicators if row.id in apart.rows for name in plan.names_feeding(row))
    return records.bundled_records(municipality_id, plan.id, replace(grain, alone=grain.alone | rows), named, only)


def _names_behind(plan: Plan, row_id: str) -> frozenset[str]:
    """Return the names under which events are logged that one row is judged by: its own, and of rows that it waits for."""
    of_target = {target.id: row for row in plan.indicators for target in row.targets}
    waiting = [row for row in plan.indicators if row.id == row_id]
    behind: dict[str, Indicator] = {}
    while waiting:
        row = waiting.pop()
        behind[row.id] = row
        first = [of_target[each.prerequisite] for each in row.targets if each.prerequisite in of_target]
        waiting += [each for each in first if each.id not in behind]
    return frozenset(name for row in behind.values() for name in plan.names_feeding(row))


def foreseen(municipality_id: int, plan: Plan, event: LoggedEvent, facts: Facts | None) -> Foreseen:
    """Return what would come out otherwise if *facts* were in force about *event* (None: if it were withdrawn).

    *plan* is the event's, as written.
    """
    filed = evidence_store.proof_of(event)
    return _foreseen(municipality_id, plan, _of_events(lambda now: effects.corrected(now, event, facts, filed)))


def foreseen_without(municipality_id: int, plan: Plan, event: LoggedEvent, file_id: int) -> Foreseen:
    """Return what would come out otherwise without one file of *event*; *plan* is the event's, as written."""
    left = evidence_store.proof_of(event, without=file_id)
    return _foreseen(municipality_id, plan, _of_events(lambda now: effects.proved(now, event, left)))


def foreseen_said(municipality_id: int, plan: Plan, statement: Statement, by: str, *, withdrawn: bool) -> Foreseen:
    """Return what would come out otherwise if *by* said *statement*, or took it back; *plan* is as written.

    What was said of the same thing before would hold no more either way.
    """
    about = (kind_of(statement), statement.subject)

    def change(now: _Known) -> _Known:
        others = tuple(each for each in now.said if (kind_of(each.statement), each.statement.subject) != about)
        return replace(now, said=others if withdrawn else (*others, Said(statement, by, clock.today())))

    return _foreseen(municipality_id, plan, change)


def moved_by_all(
    municipality_id: int, plan: Plan, corrections: Sequence[tuple[LoggedEvent, Facts]], new: Sequence[tuple[Row, Facts]]
) -> tuple[Moved, ...]:
    """Return the released figures that would come out otherwise if all these facts were in force about their events.

    *new* are events that would be logged as well. A release tells of nothing that was held after its day.
    """
    first = min((facts.held_on for _, facts in new), default=None)
    releases = [
        each
        for each in (ledger.every(municipality_id, plan.id) if corrections or new else ())
        if corrections or (first and first <= each.asked.as_of)
    ]
    filed = {event.id: evidence_store.proof_of(event) for event, _ in corrections} if releases else {}

    def change(now: tuple[EventRecord, ...]) -> tuple[EventRecord, ...]:
        for event, facts in corrections:
            now = effects.corrected(now, event, facts, filed[event.id])
        return effects.logged(now, new)

    return _moved(releases, _twice(municipality_id, plan, _of_events(change), {each.asked.as_of for each in releases}))


def _of_events(change: Callable[[tuple[EventRecord, ...]], tuple[EventRecord, ...]]) -> _Change:
    return lambda now: replace(now, events=change(now.events))


def _foreseen(municipality_id: int, plan: Plan, change: _Change) -> Foreseen:
    today, releases = clock.today(), ledger.every(municipality_id, plan.id)
    judged = _twice(municipality_id, plan, change, {today, *(each.asked.as_of for each in releases)})
    before, after = judged[today]
    return Foreseen(effects.changed(before.decided.plan, before.progress, after.progress), _moved(releases, judged))


def _moved(releases: Sequence[Release], judged: Mapping[date, _Twice]) -> tuple[Moved, ...]:
    found: list[Moved] = []
    for as_of in sorted({each.asked.as_of for each in releases}):
        before, after = judged[as_of]
        mine = [each for each in releases if each.asked.as_of == as_of]
        found += released.moved(before.decided.plan, mine, before.progress, after.progress)
    return released.together(found)


def _twice(municipality_id: int, plan: Plan, change: _Change, days: Collection[date]) -> dict[date, _Twice]:
    """Return the plan judged as of each of *days*, by what is known and by what would be."""
    if not days:
        return {}
    said = rules.in_force(tuple(statement_store.chains(municipality_id, plan.id)))
    now = _Known(records.event_records(municipality_id, None, plan.id), said)
    then, grace = change(now), _grace_days()
    return {day: (_judged(plan, now, day, grace), _judged(plan, then, day, grace)) for day in days}


def _judged(plan: Plan, known: _Known, day: date, grace_days: int) -> DecidedProgress:
    return judge_decided(plan, known.events, known.said, day, grace_days)


def _grace_days() -> int:
    return current_settings().grace_days

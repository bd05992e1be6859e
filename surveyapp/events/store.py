"""All SQL of events and head counts: what is stated is added, never changed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, tuple_
from sqlalchemy.engine import Row as DatabaseRow
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from surveyapp.core import audit, bulk, clock
from surveyapp.core.access import Actor, Permission
from surveyapp.core.database import reading, writing
from surveyapp.core.stated import end_of, in_utc, one_at_a_time
from surveyapp.events import auditing, rules
from surveyapp.events.models import Event, EventDraft, HeadCount
from surveyapp.events.rules import FACTS, Facts, LoggedEvent, Row, Stated
from surveyapp.plans import store as plan_store

_OF_EVENT: Final = (Event.id, Event.plan_key, Event.indicator, Event.institution)
_STATED: Final = (
    HeadCount.number, HeadCount.withdrawn, HeadCount.reason, HeadCount.account_id, HeadCount.by, HeadCount.at,
)  # fmt: skip
MOST_LISTED: Final = 200
"""Events on one page of a list."""
MANY: Final = 10_000
"""Events that are looked up and put in order for a page within hundredths of a second."""
_PLACE: Final = (HeadCount.held_on, HeadCount.event_id)
_NEWEST_FIRST: Final = tuple(each.desc() for each in _PLACE)
_FACTS: Final = tuple(getattr(HeadCount, name) for name in FACTS)


class UnknownEventError(LookupError):
    """There is no such event, or this person may not know of it."""


class NotAllowedError(Exception):
    """The person may see the event, but not change it (or not log one for that institution)."""


class CorrectedMeanwhileError(Exception):
    """Somebody corrected the event since this person saw it; ``event`` is how it stands now."""

    def __init__(self, event: LoggedEvent) -> None:
        self.event = event
        super().__init__(f"event {event.id} was corrected meanwhile")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who states something, with which account (None: the command line), and when (UTC)."""

    account_id: int | None
    by: str
    at: datetime

    @classmethod
    def of(cls, person: Actor) -> "Stamp":
        """Return the stamp of *person* now."""
        return cls(person.account_id, person.email, clock.now().astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events a list shows; None and empty mean all. ``known_on``: as they were known at the end of that day.

    ``rows``: of any of these rows; ``standing``: without those that were withdrawn.
    """

    row: str | None = None
    institution: str | None = None
    first: date | None = None
    last: date | None = None
    ids: tuple[int, ...] = ()
    known_on: date | None = None
    plan_key: str | None = None
    rows: frozenset[str] | None = None
    standing: bool = False


Place = tuple[date, int]
"""Where an event stands in a list: the day on which it was held and its number."""


def past_of(text: str) -> Place | None:
    """Return the place in a list that an address names, after which its page begins; None if it names none."""
    day, _, number = text.partition("/")
    try:
        return (date.fromisoformat(day), int(number)) if number.isdecimal() and len(number) < 10 else None  # noqa: PLR2004 - what a database's integer holds
    except ValueError:
        return None


def place_text(place: Place | None) -> str | None:
    """Return a place in a list as an address names it."""
    return f"{place[0].isoformat()}/{place[1]}" if place else None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list: its events, newest first, the number of the first, and how many the list has.

    ``older`` is where older ones follow (None: there are none), ``newer`` where the page before begins (None: with the newest).
    """

    events: list[LoggedEvent]
    total: int
    first: int
    older: Place | None
    newer: Place | None


def log(person: Actor, row: Row, facts: Facts, form_id: str | None = None) -> int:
    """Log an event and return its id; the same form (*form_id*) sent again returns the event it made.

    Raises:
        NotAllowedError: the person may not log events of that institution.
    """
    if not person.may(Permission.LOG_EVENTS) or not rules.may_see(person, row.institution):
        raise NotAllowedError
    with writing() as session:
        one_at_a_time(session, person.municipality_id)
        made = made_by(session, person, form_id)
        if made is not None:
            return made
        event = Event(
            municipality_id=person.municipality_id,
            plan_key=row.plan_key,
            indicator=row.indicator,
            institution=row.institution,
            created_by_id=person.account_id,
        )
        session.add(event)
        session.flush()
        state(session, Stamp.of(person), event.id, 1, facts, form_id=form_id)
        session.flush()
        # What was a draft is logged now.
        session.execute(delete(EventDraft).where(EventDraft.account_id == person.account_id, EventDraft.form_id == form_id))
        after = {
            "row": row.indicator,
            "institution": row.institution,
            **auditing.for_audit(_guarded(person, row.plan_key, row.indicator), facts, FACTS),
        }
        about = f"event {event.id}"
        audit.record(person.email, "event.logged", about, municipality_id=person.municipality_id, before={}, after=after)
        return event.id


def correct(person: Actor, event_id: int, seen: int, facts: Facts, reason: str, form_id: str | None = None) -> None:
    """State new facts about an event; what stood before stays, as superseded. The same form sent again changes nothing.

    *seen* is the number of the statement that the person saw when they began.

    Raises:
        UnknownEventError, NotAllowedError, CorrectedMeanwhileError: as they say.
        ValueError: no reason was given.
    """
    _supersede(person, event_id, seen, facts, reason, form_id)


def withdraw(person: Actor, event_id: int, seen: int, reason: str, form_id: str | None = None) -> None:
    """Say that an event was logged by mistake; it stays visible, but counts no more. Raises as ``correct``."""
    _supersede(person, event_id, seen, None, reason, form_id)


def find(person: Actor, event_id: int) -> LoggedEvent:
    """Return an event with its history.

    Raises:
        UnknownEventError: there is none, or it is another institution's or municipality's and not for this person.
    """
    with reading() as session:
        return _find(session, person, event_id)


def own_page(person: Actor, past: Place | None = None) -> Page:
    """Return a page of the events of the person's institution, or of those that a person without one logged."""
    return _page(_mine(person), Wanted(), past)


def own_latest(person: Actor, plan_key: str) -> list[LoggedEvent]:
    """Return of the events that `own_page` returns the newest few of a plan that stand, newest first."""
    standing = _in_force([*_mine(person), Event.plan_key == plan_key], Wanted()).where(HeadCount.withdrawn.is_(False))
    with reading() as session:
        numbers = [row.event_id for row in session.execute(standing.order_by(*_NEWEST_FIRST).limit(rules.LATEST))]
        return _newest_first(_read(session, Event.id.in_(numbers)))


def page(municipality_id: int, wanted: Wanted, past: Place | None = None) -> Page:
    """Return a page of the events that `listed` returns: the newest, or those that follow *past*."""
    return _page(_chosen(municipality_id, wanted), wanted, past)


def _page(chosen: Sequence[ColumnElement[bool]], wanted: Wanted, past: Place | None) -> Page:
    """Count the events and read those of one page alone: of a million, all that were ever stated would fill the memory."""
    with reading() as session:
        logged = session.scalar(select(func.count()).select_from(Event).where(*chosen)) or 0
        counted, walked, place = _in_force(chosen, wanted), _in_force(chosen, wanted, many=logged > MANY), tuple_(*_PLACE)
        total = logged if _of_any_day(wanted) else session.scalar(_count(counted)) or 0
        passed = 0 if past is None else session.scalar(_count(counted.where(place >= past))) or 0
        on = walked if past is None else walked.where(place < past)
        found = _places(session, on.order_by(*_NEWEST_FIRST))
        shown = found[:MOST_LISTED]
        back = [] if past is None else _places(session, walked.where(place >= past).order_by(*_PLACE))
        events = [_known(each, wanted.known_on) for each in _read(session, Event.id.in_([number for _, number in shown]))]
    older, newer = (each[-1] if len(each) > MOST_LISTED else None for each in (found, back))
    return Page(_newest_first(events), total, passed + 1, shown[-1] if older else None, newer)


def _count(chosen_ones: Select[date, int]) -> Select[int]:
    return select(func.count()).select_from(chosen_ones.subquery())


def _of_any_day(wanted: Wanted) -> bool:
    """Say whether a list shows its events whatever was stated about them last: they are counted without looking there."""
    return wanted.first is None and wanted.last is None and wanted.known_on is None and not wanted.standing


def _places(session: Session, ordered: Select[date, int]) -> list[Place]:
    """Return the places of a page of *ordered* and one more, by which one knows that there are others."""
    return [(row.held_on, row.event_id) for row in session.execute(ordered.limit(MOST_LISTED + 1))]


def _in_force(chosen: Sequence[ColumnElement[bool]], wanted: Wanted, *, many: bool = False) -> Select[date, int]:
    """Return the days and numbers of the events of which *chosen* is true, by what was stated last about each.

    Of *many* a page is found by going through the days and asking of each event whether it is one of them, of others by looking
    them up: the two say the same.
    """
    later = aliased(HeadCount)
    superseded = [later.event_id == HeadCount.event_id, later.number > HeadCount.number]
    newest = select(*_PLACE)
    end = end_of(wanted.known_on)
    if end is not None:
        newest = newest.where(HeadCount.at < end)
        superseded.append(later.at < end)
    if wanted.standing:
        newest = newest.where(HeadCount.withdrawn.is_(False))
    if wanted.first is not None or wanted.last is not None:
        newest = newest.where(HeadCount.held_on.between(wanted.first or date.min, wanted.last or date.max))
    newest = newest.where(~exists().where(*superseded))
    its_own = Event.id == HeadCount.event_id
    return newest.where(exists().where(its_own, *chosen)) if many else newest.join(Event, its_own).where(*chosen)


def listed(municipality_id: int, wanted: Wanted) -> list[LoggedEvent]:
    """Return the events of a municipality that a list shows, newest first; for people who may see all of them."""
    with reading() as session:
        known = [_known(each, wanted.known_on) for each in _read(session, *_chosen(municipality_id, wanted))]
    return _newest_first(
        each
        for each in known
        if each.history
        and not (wanted.standing and each.newest.withdrawn)
        and (wanted.first or date.min) <= each.newest.facts.held_on <= (wanted.last or date.max)
    )


def _mine(person: Actor) -> list[ColumnElement[bool]]:
    own = Event.created_by_id == person.account_id if person.institution is None else Event.institution == person.institution
    return [Event.municipality_id == person.municipality_id, own]


def _chosen(municipality_id: int, wanted: Wanted) -> list[ColumnElement[bool]]:
    chosen = [Event.municipality_id == municipality_id]
    if wanted.plan_key is not None:
        chosen.append(Event.plan_key == wanted.plan_key)
    if wanted.row is not None:
        chosen.append(Event.indicator == wanted.row)
    if wanted.rows is not None:
        chosen.append(Event.indicator.in_(wanted.rows))
    if wanted.institution is not None:
        chosen.append(Event.institution == wanted.institution)
    if wanted.ids:
        chosen.append(Event.id.in_(wanted.ids))
    return chosen


def groups_of(person: Actor, plan_key: str, indicator: str, institution: str | None) -> list[LoggedEvent]:
    """Return the events of a row that a later one may name as held for the same people, newest first."""
    chosen = [Event.municipality_id == person.municipality_id, Event.plan_key == plan_key, Event.indicator == indicator]
    if institution is not None:
        chosen.append(Event.institution == institution)
    with reading() as session:
        found = _read(session, *chosen)
    return _newest_first(each for each in found if not each.newest.withdrawn and rules.may_see(person, each.institution))


def of_form(person: Actor, form_id: str | None) -> int | None:
    """Return the event that the person's form with that mark stated something about, None if it was never saved."""
    with reading() as session:
        return made_by(session, person, form_id)


def _supersede(person: Actor, event_id: int, seen: int, facts: Facts | None, reason: str, form_id: str | None) -> None:
    if not reason:
        raise ValueError("a correction needs a reason")
    with writing() as session:
        one_at_a_time(session, person.municipality_id)
        event = _find(session, person, event_id)
        if made_by(session, person, form_id) == event_id:
            return
        guarded = _guarded(person, event.plan_key, event.indicator)
        if not rules.may_correct(person, event, guarded):
            raise NotAllowedError
        if event.newest.number != seen:
            raise CorrectedMeanwhileError(event)
        after = facts or event.newest.facts
        state(session, Stamp.of(person), event_id, seen + 1, after, withdrawn=facts is None, reason=reason, form_id=form_id)
        session.flush()
        what = "event.withdrawn" if facts is None else "event.corrected"
        auditing.record_correction(person.email, person.municipality_id, event, guarded, after, reason, what)


def made_by(session: Session, person: Actor, form_id: str | None) -> int | None:
    """Return the event that the person's form with that mark stated something about, None if it was never saved."""
    if form_id is None:
        return None
    same = HeadCount.account_id == person.account_id, HeadCount.form_id == form_id
    return session.scalar(select(HeadCount.event_id).where(*same))


def state(
    session: Session,
    stamp: Stamp,
    event_id: int,
    number: int,
    facts: Facts,
    *,
    withdrawn: bool = False,
    reason: str | None = None,
    form_id: str | None = None,
) -> None:
    """Add the statement *number* about an event, in the open transaction; it is written with the next flush."""
    stated = HeadCount(event_id=event_id, number=number, **asdict(facts))
    stated.withdrawn, stated.reason, stated.form_id = withdrawn, reason, form_id
    stated.account_id, stated.by, stated.at = stamp.account_id, stamp.by, stamp.at
    session.add(stated)


def state_first(session: Session, stamp: Stamp, stated: Sequence[tuple[int, Facts]]) -> None:
    """Write the first statement about each of many new events, given by their numbers, in the open transaction."""
    names = ("event_id", "number", "withdrawn", "account_id", "by", "at", *FACTS)
    common, facts_of = (1, False, stamp.account_id, stamp.by, stamp.at), attrgetter(*FACTS)
    bulk.insert(session, HeadCount, names, [(event_id, *common, *facts_of(facts)) for event_id, facts in stated])


def of_rows(session: Session, municipality_id: int, plan_key: str, indicators: Collection[str]) -> list[LoggedEvent]:
    """Return every event of these rows of a plan, withdrawn ones too, in the order of logging."""
    found = _read(session, Event.municipality_id == municipality_id, Event.plan_key == plan_key)
    return [each for each in found if each.indicator in indicators]


def _read(session: Session, *chosen: ColumnElement[bool]) -> list[LoggedEvent]:
    """Return the events of which *chosen* is true with all that was ever stated about them, in the order of logging.

    Plain columns: a town's events are some ten thousand, and objects that a session watches would take most of the time.
    """
    columns: tuple[InstrumentedAttribute[Any], ...] = (*_OF_EVENT, *_STATED, *_FACTS)
    asked = select(*columns).join(HeadCount, HeadCount.event_id == Event.id).where(*chosen)
    rows = session.execute(asked.order_by(Event.id, HeadCount.number)).all()
    return [
        LoggedEvent(event_id, plan_key, indicator, institution, tuple(map(_stated, statements)))
        for (event_id, plan_key, indicator, institution), statements in groupby(rows, key=lambda row: row[: len(_OF_EVENT)])
    ]


def _stated(row: DatabaseRow[Any]) -> Stated:
    number, withdrawn, reason, account_id, by, at, *facts = row[len(_OF_EVENT) :]
    return Stated(number, Facts(*facts), withdrawn, reason, account_id, by, in_utc(at))


def _find(session: Session, person: Actor, event_id: int) -> LoggedEvent:
    found = _read(session, Event.municipality_id == person.municipality_id, Event.id == event_id)
    if not found or not rules.may_see(person, found[0].institution):
        raise UnknownEventError
    return found[0]


def _known(event: LoggedEvent, known_on: date | None) -> LoggedEvent:
    """Return the event as known at the end of *known_on* in Latvia; its history is empty if it was logged later."""
    end = end_of(known_on)
    return event if end is None else replace(event, history=tuple(each for each in event.history if each.at < end))


def _newest_first(events: Iterable[LoggedEvent]) -> list[LoggedEvent]:
    return sorted(events, key=lambda event: (event.newest.facts.held_on, event.id), reverse=True)


def _guarded(person: Actor, plan_key: str, indicator_id: str) -> frozenset[str]:
    plan = plan_store.find(person.municipality_id, plan_key)
    return rules.guarded_counts(rules.find_row(plan, indicator_id) if plan else None)

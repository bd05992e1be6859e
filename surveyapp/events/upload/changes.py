"""What a file of events would do beside those that are logged already: add, correct, repeat. Decisions only, no I/O."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from questionnaires.problems import FileRefusedError, Problem
from surveyapp.core.text import folded
from surveyapp.events import rules
from surveyapp.events.rules import Facts, LoggedEvent, Row
from surveyapp.events.upload.reading import Place, Upload, Uploaded

Kind = Literal["new", "corrected", "repeated", "withdrawn"]
_Key = tuple[str, str, date, str, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Change:
    """What one event of a file would do.

    ``event`` is the logged event that it is about, None if it is new. ``facts`` are those that would be in force then, and
    ``changed`` names the ones that differ from now. ``group``: the place of an event of the same people that is new as well.
    ``twin``: an equal event stands in the file before. ``near``: a logged event of that row, day and institution beside it.
    """

    kind: Kind
    place: Place
    indicator: str
    institution: str
    facts: Facts
    event: LoggedEvent | None = None
    changed: tuple[str, ...] = ()
    group: Place | None = None
    twin: Place | None = None
    near: LoggedEvent | None = None


def compare(upload: Upload, logged: Sequence[LoggedEvent], may_correct: Callable[[LoggedEvent], bool]) -> tuple[Change, ...]:
    """Return what each event of *upload* would do, in the order of the file.

    An event is the same as a logged one if row, institution, day, title, audience, member and step are (as far as the file has
    columns for them); the first such event of the file belongs to the first one logged, and so on, so that the same file once
    more adds nothing.

    Raises FileRefusedError for rows that would correct what this person may not (``may_correct``), and for rows that state a
    count about such an event: whether it is the same would tell the number that is hidden.
    """
    waiting = _by_key(logged, upload.columns)
    keys = {each.place: _key_of(each.indicator, each.institution, each.facts, upload.columns) for each in upload.events}
    met = {place: (waiting.get(key) or [None]).pop(0) for place, key in keys.items()}
    left = {_day_of(event): event for events in waiting.values() for event in events if event and not event.newest.withdrawn}
    first: dict[_Key, Place] = {}
    changes: list[Change] = []
    problems: list[Problem] = []
    for each in upload.events:
        change = _change(each, met, upload.columns)
        twin = first.setdefault(keys[each.place], each.place)
        if change.event is None:
            near = left.get((each.indicator, each.institution, each.facts.held_on))
            if near is not None or twin != each.place:
                change = replace(change, twin=None if twin == each.place else twin, near=near)
        elif _tells(change, upload.columns) and not may_correct(change.event):
            problems.append(Problem(each.place.sheet, each.place.row, "", "may_not_correct", ""))
        else:
            problems += _contradictions(change, upload.columns)
        changes.append(change)
    if problems:
        raise FileRefusedError(problems)
    return tuple(changes)


def corrected_and_new(
    plan_key: str, changes: Iterable[Change]
) -> tuple[list[tuple[LoggedEvent, Facts]], list[tuple[Row, Facts]]]:
    """Return the logged events that *changes* would correct and the rows that they would add to, each with its facts."""
    every = tuple(changes)
    corrected = [(each.event, each.facts) for each in every if each.kind == "corrected" and each.event is not None]
    new = [(Row(plan_key, each.indicator, each.institution), each.facts) for each in every if each.kind == "new"]
    return corrected, new


def digest(changes: Sequence[Change]) -> str:
    """Return a mark of what was shown, so that something else is never done in its place."""
    # Facts of what is left alone stay out: the mark reaches people from whom its numbers may be hidden.
    told = [
        (
            each.kind,
            each.place,
            each.facts if each.kind in {"new", "corrected"} else None,
            each.event and (each.event.id, each.event.newest.number),
        )
        for each in changes
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _contradictions(change: Change, columns: frozenset[str]) -> Iterator[Problem]:
    """Yield what cannot be right together: a fact of the file beside another that was logged and has no column in it."""
    facts, place = change.facts, change.place
    people, visits = facts.unique_persons, facts.attendances
    if people is not None and visits is not None and people > visits:
        numbers = (("found", str(people)), ("attendances", str(visits)))
        yield Problem(place.sheet, place.row, "unique_persons", "more_than_attendances", "", numbers)
    if facts.different_people and (facts.same_group_as is not None or change.group is not None):
        told, logged = ("different_people", "same_group_as")[:: 1 if "different_people" in columns else -1]
        yield Problem(place.sheet, place.row, told, "group_logged_otherwise", "", (("column", logged),))


def _tells(change: Change, columns: frozenset[str]) -> bool:
    """Say whether what becomes of *change* depends on numbers of the logged event."""
    return change.kind == "corrected" or (change.kind == "repeated" and not columns.isdisjoint(rules.COUNTS))


def _change(each: Uploaded, met: Mapping[Place, LoggedEvent | None], columns: frozenset[str]) -> Change:
    event = met[each.place]
    of_group = met.get(each.group) if each.group else None
    facts = replace(each.facts, same_group_as=of_group.id) if of_group else each.facts
    new_group = each.group if each.group and of_group is None else None
    if event is None:
        return Change("new", each.place, each.indicator, each.institution, facts, group=new_group)
    before = event.newest.facts
    facts = replace(facts, **{name: getattr(before, name) for name in rules.FACTS if name not in columns})
    changed = tuple(rules.changes(before, facts))
    if new_group is not None and "same_group_as" not in changed:
        changed = (*changed, "same_group_as")
    kind: Kind = "withdrawn" if event.newest.withdrawn else "corrected" if changed else "repeated"
    return Change(kind, each.place, each.indicator, each.institution, facts, event, changed, new_group)


def _by_key(logged: Iterable[LoggedEvent], columns: frozenset[str]) -> dict[_Key, list[LoggedEvent | None]]:
    found: dict[_Key, list[LoggedEvent | None]] = {}
    # Those that count come before withdrawn ones, each in the order of logging.
    for event in sorted(logged, key=lambda each: (each.newest.withdrawn, each.id)):
        found.setdefault(_key_of(event.indicator, event.institution, event.newest.facts, columns), []).append(event)
    return found


def _day_of(event: LoggedEvent) -> tuple[str, str, date]:
    return (event.indicator, event.institution, event.newest.facts.held_on)


def _key_of(indicator: str, institution: str, facts: Facts, columns: frozenset[str]) -> _Key:
    audience, member, step = (getattr(facts, name) if name in columns else None for name in ("audience", "member", "step"))
    return (indicator, institution, facts.held_on, folded(facts.title), audience, member, step)

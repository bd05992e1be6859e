"""What an event, a correction or a statement would do elsewhere, in words: verdicts of today, and released figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.statements import Statement
from questionnaires.plan_types import Plan
from surveyapp.core.access import Actor, Permission
from surveyapp.events import judging
from surveyapp.events.judging import Foreseen
from surveyapp.events.rules import Facts, LoggedEvent, Row
from surveyapp.events.words import effect_text, moved_place, moved_text
from surveyapp.plans import store as plan_store


@dataclass(frozen=True, slots=True)
class Consequences:
    """In words: what would be judged otherwise today, and which released figures would come out otherwise."""

    changes: tuple[str, ...] = ()
    released: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes or self.released)


def of_facts(person: Actor, event: LoggedEvent, facts: Facts | None) -> Consequences:
    """Return what would follow if *facts* were in force about *event* (None: if it were withdrawn)."""
    # The plan as written: judging applies what was decided.
    plan = plan_store.find(person.municipality_id, event.plan_key)
    return _told_to(person, judging.foreseen(person.municipality_id, plan, event, facts)) if plan else Consequences()


def of_removal(person: Actor, event: LoggedEvent, file_id: int) -> Consequences:
    """Return what would follow without one evidence file of *event*."""
    plan = plan_store.find(person.municipality_id, event.plan_key)
    return _told_to(person, judging.foreseen_without(person.municipality_id, plan, event, file_id)) if plan else Consequences()


def of_events(
    person: Actor, plan: Plan, corrections: Sequence[tuple[LoggedEvent, Facts]], new: Sequence[tuple[Row, Facts]]
) -> Consequences:
    """Return which released figures would move if all these were in force about their events of *plan*, and *new* logged."""
    return _told_to(person, _of_all(person.municipality_id, plan, corrections, new))


def of_events_in_full(
    municipality_id: int, plan: Plan, corrections: Sequence[tuple[LoggedEvent, Facts]], new: Sequence[tuple[Row, Facts]]
) -> Consequences:
    """Return the same with all numbers, for whoever runs commands and reads every release."""
    return _told(_of_all(municipality_id, plan, corrections, new))


def of_statement(municipality_id: int, plan: Plan, statement: Statement, by: str, *, withdrawn: bool = False) -> Consequences:
    """Return what would follow if *by* said *statement* about *plan*, as written, or took it back."""
    return _told(judging.foreseen_said(municipality_id, plan, statement, by, withdrawn=withdrawn))


def _of_all(
    municipality_id: int, plan: Plan, corrections: Sequence[tuple[LoggedEvent, Facts]], new: Sequence[tuple[Row, Facts]]
) -> Foreseen:
    # The plan as written: judging applies what was decided.
    written = plan_store.find(municipality_id, plan.id)
    return Foreseen((), judging.moved_by_all(municipality_id, written, corrections, new) if written else ())


def _told_to(person: Actor, found: Foreseen) -> Consequences:
    """Tell those who may not read releases which figures would move, not what they are: others' numbers are in them."""
    if person.may(Permission.SEE_RESULTS):
        return _told(found)
    return Consequences(tuple(map(effect_text, found.effects)), tuple(map(moved_place, found.moved)))


def _told(found: Foreseen) -> Consequences:
    return Consequences(tuple(map(effect_text, found.effects)), tuple(map(moved_text, found.moved)))

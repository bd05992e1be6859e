"""What the pages about events show: lines of lists, the history of one event, and the rows to pick from."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final

from analysis.head_counts import SMALLEST_HEAD_COUNT
from analysis.windows import quarter_of
from questionnaires.plan_types import Indicator, Plan, Quarter
from surveyapp.core.access import Actor
from surveyapp.core.csv_files import Cell
from surveyapp.core.i18n import here
from surveyapp.core.text import folded
from surveyapp.events import rules, words
from surveyapp.events.records import record_of
from surveyapp.events.rules import FACTS, Facts, LoggedEvent, Stated
from surveyapp.plans import statement_store
from surveyapp.plans import store as plan_store

_ENDING: Final = re.compile(r"(?:[aeiou]{1,2}[ms]?|s|[аеиоуыьюя]{1,2}[вмх]?)$")
_SHORTEST: Final = 4
_AT_A_GLANCE: Final = 15
"""So many events stand below each other; of more, the quarters before the newest are folded."""
_SEEN_AT_ONCE: Final = 8
CSV_COLUMNS = (
    "indicator",
    "held_on",
    "title",
    "audience",
    "unique_persons",
    "attendances",
    "hours",
    "institution",
    "evidence",
    "member",
    "families",
    "requested",
    "step",
    "amount",
    "same_group_as",
    "different_people",
    "place",
)  # fmt: skip
"""The columns of an events file, as the analysis reads it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One event in a list; ``numbers`` are its counts, or the step that it did, in words."""

    id: int
    row: str
    row_name: str
    held_on: date
    title: str
    institution: str
    numbers: Sequence[str]
    corrected: bool
    withdrawn: bool
    may_correct: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The events of one quarter in a long list; ``opened`` for the newest ones."""

    quarter: Quarter
    lines: Sequence[Line]
    opened: bool


@dataclass(frozen=True, slots=True)
class FactLine:
    """One stated fact; ``superseded`` if the next statement says something else."""

    label: str
    text: str
    superseded: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """One entry of an event's history."""

    in_force: bool
    withdrawn: bool
    by: str
    at: datetime
    reason: str | None
    facts: Sequence[FactLine]


@dataclass(frozen=True, slots=True)
class RowChoice:
    """One row to pick: its number, short name and what it promises."""

    id: str
    name: str
    promises: str


@dataclass(frozen=True, slots=True)
class ActionChoice:
    """The rows of one action."""

    title: str
    rows: Sequence[RowChoice]


class Reader:
    """Reads events for one person: with the names of their plans, and without the counts that are not for them."""

    def __init__(self, person: Actor) -> None:
        self._person = person
        self._plans: dict[str, Plan | None] = {}

    def plan(self, event: LoggedEvent) -> Plan | None:
        """Return the newest version of the event's plan."""
        return self.plan_named(event.plan_key)

    def plan_named(self, key: str) -> Plan | None:
        """Return the newest version of a plan with its lists as decided, None if there is none of that name."""
        if key not in self._plans:
            plan = plan_store.find(self._person.municipality_id, key)
            self._plans[key] = plan and statement_store.with_lists(self._person.municipality_id, plan)
        return self._plans[key]

    def indicator(self, event: LoggedEvent) -> Indicator | None:
        """Return the event's row, None if the plan has none such."""
        plan = self.plan(event)
        return rules.find_row(plan, event.indicator) if plan else None

    def sensitive(self, event: LoggedEvent) -> bool:
        """Say whether the event's row is about people at risk; one that the plan does not know is taken to be."""
        indicator = self.indicator(event)
        return indicator is None or indicator.sensitive

    def hidden(self, event: LoggedEvent, stated: Stated) -> frozenset[str]:
        """Return the counts that this person may not see exactly."""
        return rules.hidden_from(self._person, event, stated, rules.guarded_counts(self.indicator(event)))

    def may_correct(self, event: LoggedEvent) -> bool:
        """Say whether this person may correct the event."""
        return rules.may_correct(self._person, event, rules.guarded_counts(self.indicator(event)))

    def seen(self, events: Iterable[LoggedEvent]) -> list[Facts]:
        """Return what is in force about *events*, without the counts that this person may not see."""
        return [rules.without(each.newest.facts, self.hidden(each, each.newest)) for each in events]

    def line(self, event: LoggedEvent) -> Line:
        """Return the event as a line of a list."""
        facts, plan, indicator = event.newest.facts, self.plan(event), self.indicator(event)
        return Line(
            id=event.id,
            row=event.indicator,
            row_name=here(indicator.name) if indicator else "",
            held_on=facts.held_on,
            title=facts.title,
            institution=words.named(plan, event.indicator, "institution", event.institution),
            numbers=words.numbers_text(plan, event.indicator, facts, self.hidden(event, event.newest)),
            corrected=event.corrected,
            withdrawn=event.newest.withdrawn,
            may_correct=self.may_correct(event),
        )

    def history(self, event: LoggedEvent) -> list[Statement]:
        """Return everything stated about the event, newest first."""
        following: list[Stated | None] = [*event.history[1:], None]
        return [self._statement(event, *pair) for pair in zip(event.history, following, strict=True)][::-1]

    def _statement(self, event: LoggedEvent, stated: Stated, following: Stated | None) -> Statement:
        hidden = self.hidden(event, stated)
        plan = self.plan(event)
        texts = {name: words.fact_text(plan, event.indicator, stated.facts, name, hidden=name in hidden) for name in FACTS}
        changed = rules.changes(stated.facts, following.facts) if following else ()
        lines = [
            FactLine(words.label(self.indicator(event), stated.facts, name), text, name in changed)
            for name, text in texts.items()
            if text
        ]
        return Statement(following is None, stated.withdrawn, stated.by, stated.at, stated.reason, lines)

    def csv_rows(self, events: Sequence[LoggedEvent]) -> Iterator[list[Cell]]:
        """Return the rows of an events file; ``same_group_as`` names a row of it (its first row is the header)."""
        rows = {event.id: number for number, event in enumerate(events, 2)}
        for event in events:
            record, hidden = record_of(event), self.hidden(event, event.newest)
            cells: dict[str, Cell] = {name: getattr(record, name) for name in CSV_COLUMNS}
            cells.update(dict.fromkeys(hidden, f"<{SMALLEST_HEAD_COUNT}"))
            cells["same_group_as"] = rows.get(event.newest.facts.same_group_as or 0)
            yield [cells[name] for name in CSV_COLUMNS]


def parts(lines: Sequence[Line]) -> list[Part]:
    """Return a list (newest first) by quarters, whole quarters the newest ones opened; a short list has no parts.

    A phone shows what there is instead of 20,000 pixels of it.
    """
    found: list[Part] = []
    seen = 0
    for quarter, some in groupby(lines, key=lambda line: quarter_of(line.held_on)):
        mine = list(some)
        found.append(Part(quarter, mine, opened=seen < _SEEN_AT_ONCE))
        seen += len(mine)
    return found if len(lines) > _AT_A_GLANCE else []


def _stem(word: str) -> str:
    """Return a folded word without its ending, since Latvian and Russian bend nouns: "konferences" asks for "konference"."""
    return _ENDING.sub("", word) if len(word) > _SHORTEST and word.isalpha() else word


def row_choice(row: Indicator) -> RowChoice:
    """Return a row to pick."""
    return RowChoice(row.id, here(row.name), "; ".join(here(target.label) for target in row.targets))


def row_choices(plan: Plan, rows: Iterable[Indicator], search: str, *, loosely: bool = False) -> list[ActionChoice]:
    """Return *rows* grouped by action; with *search* only those that hold each of its words.

    Diacritics and case do not matter, and a row's number may stand without its dots; *loosely* the endings of words do not
    matter either. A policy indicator is measured, not held, so no event is logged on it.
    """
    wanted = [_stem(word) if loosely else word for word in folded(search).split()]
    titles = {action.number: here(action.title) for action in plan.actions}
    groups: dict[str, list[RowChoice]] = {}
    for row in rows:
        if row.kind == "policy_indicator":
            continue
        choice = row_choice(row)
        text = folded(f"{row.id} {row.id.replace('.', '')} {choice.name} {choice.promises} {titles[row.action]}")
        if all(word in text for word in wanted):
            groups.setdefault(row.action, []).append(choice)
    return [ActionChoice(f"{number}. {titles[number]}", found) for number, found in groups.items()]

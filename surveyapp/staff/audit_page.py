"""The audit trail as a page shows it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Protocol

from flask import Flask, current_app

from surveyapp.core import audit
from surveyapp.core.database import reading

_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: when, who, what, about what, and the facts before and after."""

    at: datetime
    who: str
    what: str
    about: str
    before: dict[str, object]
    after: dict[str, object]

    @property
    def facts(self) -> tuple[str, ...]:
        """The names of the facts that it tells, before and after."""
        return tuple(dict.fromkeys((*self.after, *self.before)))


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, how the whole trail stands, and the entry before which older ones go on, if any."""

    lines: tuple[Line, ...]
    state: audit.State
    older: int | None


class Telling(Protocol):
    """Tells the entries that hold a certain fact in words, where the feature that recorded it knows better."""

    def about(self, recorded: str) -> str:
        """Return what an entry is about."""

    def fact(self, about: str, recorded: str) -> str:
        """Return the fact of an entry about *about*."""


def tell(app: Flask, fact: str, make: Callable[[int], Telling]) -> None:
    """Have the entries that hold *fact* told by what *make* returns for a municipality."""
    app.extensions.setdefault("audit_tellings", {})[fact] = make


def newest(municipality_id: int, before: int | None = None) -> Page:
    """Return the newest 50 entries of a municipality, or the next 50 older than the entry *before*."""
    with reading() as session:
        found = audit.entries(session, municipality_id, _AT_ONCE + 1, before)
        older = found[_AT_ONCE - 1].id if len(found) > _AT_ONCE else None
        lines = [
            Line(
                entry.at.replace(tzinfo=UTC),
                entry.who,
                entry.what,
                entry.about,
                json.loads(entry.before),
                json.loads(entry.after),
            )
            for entry in found[:_AT_ONCE]
        ]
    for fact, make in current_app.extensions.get("audit_tellings", {}).items():
        telling = make(municipality_id)
        lines = [_told(line, fact, telling) if fact in line.facts else line for line in lines]
    return Page(tuple(lines), audit.examine(), older)


def _told(line: Line, fact: str, telling: Telling) -> Line:
    def told(facts: dict[str, object]) -> dict[str, object]:
        return {
            name: telling.fact(line.about, str(value)) if name == fact and value is not None else value
            for name, value in facts.items()
        }

    return replace(line, about=telling.about(line.about), before=told(line.before), after=told(line.after))

"""The audit trail as a page shows it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from surveyapp.core import audit
from surveyapp.core.database import reading

_NEWEST: Final = 200


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
    """The newest entries and the first entry that does not fit the chain, if any."""

    lines: tuple[Line, ...]
    broken: int | None


def newest(municipality_id: int) -> Page:
    """Return the newest 200 entries of a municipality."""
    with reading() as session:
        found = audit.entries(session, municipality_id, _NEWEST)
        lines = tuple(
            Line(
                entry.at.replace(tzinfo=UTC),
                entry.who,
                entry.what,
                entry.about,
                json.loads(entry.before),
                json.loads(entry.after),
            )
            for entry in found
        )
    return Page(lines, audit.first_broken())

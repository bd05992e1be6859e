"""A list of institutions as people type it: one a line, its name and, after semicolons, the days on which it came and left."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from flask_babel import gettext as _

from analysis.event_cells import Wrong, day
from questionnaires.plan_types import Member
from surveyapp.core.text import folded

_LONGEST_ID: Final = 40
_MOST_PARTS: Final = 3


class MembersError(ValueError):
    """A list cannot be read; the message names the line and says how to mend it."""


def read_members(text: str, known: Iterable[Member] = ()) -> tuple[Member, ...]:
    """Return the members that *text* lists; who was *known* by the same name keeps the id under which events name it.

    Raises:
        MembersError: a line is no name with days.
    """
    ids = {_sought(each.name): each.id for each in known}
    members: list[Member] = []
    taken: set[str] = set()
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        name, since, until = _parts(number, line)
        if _sought(name) in {_sought(each.name) for each in members}:
            raise MembersError(_("Line %(number)s: “%(name)s” stands in the list twice; keep one.", number=number, name=name))
        member_id = ids.get(_sought(name)) or _new_id(name, taken | set(ids.values()))
        taken.add(member_id)
        members.append(Member(member_id, name, since, until))
    return tuple(members)


def _parts(number: int, line: str) -> tuple[str, date | None, date | None]:
    parts = [part.strip() for part in line.split(";")]
    if len(parts) > _MOST_PARTS or not parts[0]:
        raise MembersError(_("Line %(number)s: write the name, then at most two days, with semicolons between.", number=number))
    since, until = (_day(number, part) for part in [*parts[1:], "", ""][:2])
    if since and until and until < since:
        raise MembersError(_("Line %(number)s: it leaves before it comes; check the two days.", number=number))
    return parts[0], since, until


def _day(number: int, text: str) -> date | None:
    if not text:
        return None
    found = day(text)
    if isinstance(found, Wrong):
        raise MembersError(_("Line %(number)s: “%(found)s” is not a day; write it like 31.08.2026.", number=number, found=text))
    return found


def _sought(name: str) -> str:
    return " ".join(folded(name).split())


def _new_id(name: str, taken: set[str]) -> str:
    letters = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in folded(name))
    base = "_".join(part for part in letters.split("_") if part)[:_LONGEST_ID] or "member"
    base = base if base[0].isalpha() else f"m_{base}"
    numbered = (base if number == 1 else f"{base}_{number}" for number in range(1, len(taken) + 2))
    return next(each for each in numbered if each not in taken)

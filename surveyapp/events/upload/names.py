"""What things of a plan are called in a sheet: its rows, steps, institutions, audiences and members by id or by name."""

from collections.abc import Iterable, Mapping
from typing import Final

from questionnaires.plan_types import Indicator, Plan
from questionnaires.texts import LANGUAGES, Text
from surveyapp.core.i18n import here
from surveyapp.core.text import folded
from surveyapp.events import rules

_MOST_NAMED: Final = 12


class Names:
    """The names of one plan, looked up without case and diacritics; an id is always a name as well."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._rows = {row.id: row for row in plan.indicators}
        self._institutions = _by_name((each.id, each.name) for each in plan.institutions)
        self._audiences = _by_name(plan.audiences)
        self._steps = {row.id: _by_name((step.id, step.label) for step in rules.parts_of(row)) for row in plan.indicators}
        self._members = {row.id: self._members_of(row) for row in plan.indicators}

    def _members_of(self, row: Indicator) -> dict[str, str]:
        listed = rules.reference_set_of(row, self._plan)
        known = (listed.members or ()) if listed else ()
        return {folded(name): each.id for each in known for name in (each.name, each.id)}

    def as_ids(self, cells: Mapping[str, str]) -> dict[str, str]:
        """Return the cells of a row with names turned into ids; what is not known stays as it was typed."""
        read = dict(cells)
        first = cells.get("indicator", "").split(" ", 1)[0].rstrip(".:")
        if first in self._rows:
            read["indicator"] = first
        row = read.get("indicator", "")
        for column, known in (
            ("institution", self._institutions),
            ("audience", self._audiences),
            ("step", self._steps.get(row, {})),
            ("member", self._members.get(row, {})),
        ):
            if column in read:
                read[column] = known.get(folded(read[column]), read[column])
        return read

    def is_institution(self, name: str) -> bool:
        """Say whether the plan knows the institution with that id."""
        return name in self._institutions.values()

    def institution_said(self, institution: str) -> str:
        """Return the institution's name in the language of the request."""
        return next((here(each.name) for each in self._plan.institutions if each.id == institution), institution)

    def institutions_said(self) -> str:
        """Return the names of all institutions, for a message."""
        return _said(here(each.name) for each in self._plan.institutions)

    def steps_said(self, indicator: Indicator) -> str:
        """Return the names of a row's steps, for a message."""
        return _said(here(step.label) for step in rules.parts_of(indicator))


def _by_name(named: Iterable[tuple[str, Text]]) -> dict[str, str]:
    pairs = list(named)
    by_text = {folded(text.get(language)): each for each, text in pairs for language in LANGUAGES}
    return {**by_text, **{folded(each): each for each, _ in pairs}}


def _said(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(every[:_MOST_NAMED]) + (" …" if len(every) > _MOST_NAMED else "")

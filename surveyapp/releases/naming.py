"""The cells of released tables as people read them: whatever stands there as a code or an id is named; files keep it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from questionnaires.plan_types import Plan
from questionnaires.survey_types import Item, Questionnaire
from questionnaires.texts import LANGUAGES
from surveyapp.core.i18n import here, language
from surveyapp.ledger.documents import Cell
from surveyapp.ledger.store import Release
from surveyapp.plans import amounts, part_words
from surveyapp.plans import store as plan_store
from surveyapp.plans import words as statement_words
from surveyapp.releases import column_words, tables, words
from surveyapp.releases.coded import codes_of, separator
from surveyapp.releases.differences import Difference
from surveyapp.releases.tables import Row, parts_of
from surveyapp.results import findings, level_words, plan_conclusions, survey_results
from surveyapp.results import words as plan_words

_NAMED_BESIDE: Final = frozenset({"plan_rows", "plan_targets"})
"""Tables that have the name of a row or target in a column of its own."""
_OF_SCORES: Final = frozenset({"score", "reliability", "points"})
_LEVELS: Final = frozenset({"level", "low", "high", "before", "before_low", "before_high", "after", "after_low", "after_high"})
_NUMBERS: Final = frozenset({"integer", "number"})
_AMOUNTS: Final = frozenset({"required", "achieved", "achieved_low", "achieved_high"})
_WIDTHS: Final = frozenset({"smallest_visible_change", "margin"})
"""Sizes of changes, whichever way they go."""
_MOVES: Final = _WIDTHS | {
    "change", "change_low", "change_high", "narrowest_low", "narrowest_high", "widest_low", "widest_high",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    """What ids in the tables of a release are called: by its plan (None if that is not loaded any more) and its surveys."""

    plan: Plan | None
    questionnaires: Mapping[str, Questionnaire]

    def columns(self, table: str, columns: Iterable[str]) -> tuple[str, ...]:
        """Return the columns that a page shows: names in the reader's language alone, no id beside its name."""
        others = tuple(f"_{code}" for code in LANGUAGES if code != language())
        ids = {"target"} if table == "plan_targets" else set()
        return tuple(name for name in columns if not name.endswith(others) and name not in ids)

    def heading(self, column: str) -> str:
        """Return what a column is called on a page, which has no other language beside it."""
        own = {f"name_{language()}": _("name of the row"), f"label_{language()}": _("target")}
        return str(own.get(column) or column_words.heading(column))

    def cell(self, table: str, column: str, row: Row) -> str:
        """Return one cell of *row* as people read it."""
        return self.value(table, column, row[column], row)

    def value(self, table: str, column: str, value: Cell, row: Row) -> str:
        """Return *value* as it would read in *column* of *row*."""
        if value is None or value == "":
            return "–"
        if known := codes_of(table, column):
            return "; ".join(str(known.get(each, each)) for each in str(value).split(separator(column)))
        if isinstance(value, str) and column != "invented" and tables.type_of(table, column) == "date":
            return words.day(value)
        if isinstance(value, float | int) and not isinstance(value, bool):
            return _number(column, value, row)
        if column in _NAMING and isinstance(value, str):
            return _NAMING[column](self, table, value, row)
        return words.cell(column, value)

    def amount(self, target: Row, column: str) -> str:
        """Return a number of a target with its unit, such as "40 persons"."""
        number, unit = target[column], str(target["unit"])
        known = isinstance(number, int | float) and unit in part_words.UNITS
        return (
            amounts.amount(unit, float(number)) if known and number is not None else self.cell("plan_targets", column, target)
        )

    def difference(self, each: Difference) -> str:
        """Return what changed in one row, such as "reached at least: 25 → 30; degree: Partly done → Done"."""
        if not each.fields:
            return words.kind(each.kind)
        told = (
            f"{self.heading(name)}: {self._moved(each, name, before)} → {self._moved(each, name, after)}"
            for name, before, after in each.fields
        )
        return "; ".join(told)

    def _moved(self, each: Difference, name: str, value: Cell) -> str:
        """Return one side of what changed; a number says what it counts, as no column stands above it."""
        if each.table == "money" and tables.type_of(each.table, name) in _NUMBERS:
            return str(_("not stated")) if value is None else f"{self.value(each.table, name, value, each.row)} EUR"
        if each.table == "plan_targets" and name in _AMOUNTS and value is not None and each.row["unit"] != "items":
            return self.amount({**each.row, name: value}, name)
        return self.value(each.table, name, value, each.row)

    def numbers(self, table: str, columns: Iterable[str]) -> tuple[str, ...]:
        """Return which of *columns* hold numbers, also where one of them is unknown or hidden."""
        return tuple(name for name in columns if tables.type_of(table, name) in _NUMBERS and name != "year")

    def place(self, each: Difference) -> str:
        """Return which row of a table a difference is in, in words; rows of the plan by their number."""
        named = [name for name in tables.KINDS[each.table].key if each.row.get(name) not in (None, "")]
        return " / ".join(self.cell(each.table, name, each.row) for name in named)

    def questionnaire(self, row: Row) -> Questionnaire | None:
        """Return the questionnaire that a row of a survey's table is about, the later one of two."""
        wave = next((row[name] for name in ("wave", "wave_after") if name in row), None)
        return self.questionnaires.get(str(wave))

    def item(self, item: str, row: Row) -> Item | None:
        """Return a question, of the earlier survey if the later one does not ask it."""
        asked = [self.questionnaire(row), self.questionnaires.get(str(row.get("wave_before")))]
        return next((each for found in asked if found for each in found.items if each.id == item), None)


def names_of(municipality_id: int, release: Release) -> Names:
    """Return the names for the tables of a release."""
    waves = survey_results.opened(municipality_id) if release.document["made_from"]["waves"] else []
    return Names(plan_store.find(municipality_id, release.asked.plan), {wave.name: wave.questionnaire for wave in waves})


def _number(column: str, value: float, row: Row) -> str:
    """Return a number with its unit: shares of surveys in whole per cent, their changes in percentage points."""
    points = row.get("measure") in {"score", "reliability"}
    if column in _LEVELS and not points:
        return f"{findings.percent(value)} %"
    if column in _MOVES:
        shown = round(value, 2) if points else plan_words.whole_percent(value)
        moved = plan_words.number(abs(shown)) if column in _WIDTHS else findings.signed(shown)
        return (
            moved
            if points
            else str(ngettext("%(points)s percentage point", "%(points)s percentage points", abs(shown), points=moved))
        )
    return words.cell(column, value)


def _row(names: Names, table: str, value: str, _row: Row) -> str:
    known = {each.id: here(each.name) for each in names.plan.indicators} if names.plan else {}
    return value if table in _NAMED_BESIDE or value not in known else f"{value} {known[value]}"


def _goal(names: Names, _table: str, value: str, _row: Row) -> str:
    goal = next((each for each in names.plan.goals if each.number == value), None) if names.plan else None
    return plan_words.goal(names.plan, goal) if names.plan and goal else value


def _action(names: Names, _table: str, value: str, _row: Row) -> str:
    found = next((each for each in names.plan.actions if each.number == value), None) if names.plan else None
    return f"{value} {here(found.title)}" if found else value


def _bodies(names: Names, _table: str, value: str, _row: Row) -> str:
    return ", ".join(statement_words.body(names.plan, each) if names.plan else each for each in parts_of(value))


def _audience(names: Names, _table: str, value: str, _row: Row) -> str:
    known = dict(names.plan.audiences) if names.plan else {}
    return here(known[value]) if value in known else value


def _about(names: Names, _table: str, value: str, _row: Row) -> str:
    return statement_words.subject(names.plan, value) if names.plan else value


def _reading(names: Names, _table: str, value: str, row: Row) -> str:
    return statement_words.reading(names.plan, str(row["target"]), value) if names.plan else value


def _said(names: Names, _table: str, value: str, row: Row) -> str:
    about = str(row["about"])
    match row["kind"]:
        case "override":
            return str(plan_words.DEGREES.get(value, value))
        case "reading" if names.plan:
            return statement_words.reading(names.plan, about.partition("@")[0], value)
        case "answer" if names.plan:
            return statement_words.option(names.plan, about, value)
    return value


def _section(names: Names, _table: str, value: str, _row: Row) -> str:
    return plan_conclusions.section_name(names.plan, value) if names.plan else value


def _author(names: Names, _table: str, value: str, _row: Row) -> str:
    return statement_words.author(names.plan, value)


def _events(_names: Names, _table: str, value: str, _row: Row) -> str:
    return ", ".join(parts_of(value))


def _asked(names: Names, _table: str, value: str, row: Row) -> str:
    found = names.questionnaire(row)
    return f"{here(found.title)} ({value.rpartition('/')[2]})" if found else value


def _stratum(names: Names, _table: str, value: str, row: Row) -> str:
    found = names.questionnaire(row)
    label = next((node.label for node in found.strata.walk() if node.id == value), None) if found else None
    return here(label) if label else value


def _item(names: Names, _table: str, value: str, row: Row) -> str:
    if row.get("measure") in _OF_SCORES and (found := names.questionnaire(row)):
        return next((here(score.label) for score in found.scores if score.id == value), value)
    item = names.item(value, row)
    return here(item.label) if item else value


def _choices(names: Names, _table: str, value: str, row: Row) -> str:
    if row.get("measure") == "points":
        return level_words.points_range(parts_of(value)) if value else ""
    item = names.item(str(row["item"]), row)
    known = {choice.id: here(choice.label) for choice in item.choices} if item else {}
    return " / ".join(known.get(each, each) for each in parts_of(value))


_NAMING: Final[Mapping[str, Callable[[Names, str, str, Row], str]]] = {
    "indicator": _row,
    "goal": _goal,
    "action": _action,
    "responsible": _bodies,
    "co_responsible": _bodies,
    "institution": _bodies,
    "body": _bodies,
    "who": _bodies,
    "audience": _audience,
    "about": _about,
    "reading": _reading,
    "said": _said,
    "section": _section,
    "author": _author,
    "counted_from": _events,
    "questionnaire": _asked,
    "stratum": _stratum,
    "item": _item,
    "choices": _choices,
    "choice": _choices,
}
"""How the cells of a column are named, by what it is called."""

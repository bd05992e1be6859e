"""What a release may not show because an earlier one, taken away from it, would tell of a few people at risk or harmed."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from analysis.head_counts import SMALLEST_HEAD_COUNT
from questionnaires.plan_types import Plan
from surveyapp.ledger.documents import Cell, rows_in, rows_of
from surveyapp.releases import tables
from surveyapp.releases.tables import TableKind

_COUNTS: Final[Mapping[str, tuple[str, ...]]] = {
    "plan_targets": ("achieved", "achieved_low", "achieved_high"),
    "head_counts": ("unique_persons", "attendances", "families"),
}
_TELLING: Final = {"certainty": None, "flags": ""}


def guarded(document: Mapping[str, Any], plan: Plan, earlier: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return *document* without numbers of sensitive rows that differ from an *earlier* release by fewer than 5.

    A number that an earlier release hid and this one would show stays hidden too where the row is sensitive: the step from one
    to the other would say on which side of 5 it lay.
    """
    before = list(earlier)
    return {**document, "tables": [_guarded(table, plan.sensitive_rows, before) for table in document["tables"]]}


def _guarded(table: Mapping[str, Any], sensitive: frozenset[str], earlier: list[Mapping[str, Any]]) -> dict[str, Any]:
    kind = tables.KINDS[table["name"]]
    names = _COUNTS.get(kind.name)
    if names is None:
        return dict(table)
    published = [{tables.key_of(kind, row): row for row in rows_of(one, kind.name)} for one in earlier]
    return kind.made(_checked(kind, row, names, published) if row["indicator"] in sensitive else row for row in rows_in(table))


def _checked(kind: TableKind, row: dict[str, Cell], names: tuple[str, ...], published: list[dict[Any, Any]]) -> dict[str, Cell]:
    others = [found for one in published if (found := one.get(tables.key_of(kind, row)))]
    if any(_differ_little(row, other, names) or other["hidden"] for other in others):
        hidden: dict[str, Cell] = {**row, **dict.fromkeys(names), "hidden": True}
        return {name: _TELLING.get(name, value) for name, value in hidden.items()}
    return row


def _differ_little(row: Mapping[str, Cell], other: Mapping[str, Cell], names: tuple[str, ...]) -> bool:
    return any(
        0 < abs(_number(row[name]) - _number(other[name])) < SMALLEST_HEAD_COUNT for name in names if _both(row, other, name)
    )


def _both(row: Mapping[str, Cell], other: Mapping[str, Cell], name: str) -> bool:
    return row[name] is not None and other[name] is not None


def _number(cell: Cell) -> float:
    return float(cell or 0)

"""What differs between two releases, or between a release and what is known since: cell by cell. Decisions only, no I/O."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from surveyapp.ledger.documents import Cell, rows_of
from surveyapp.releases import tables
from surveyapp.releases.tables import TableKind

_WATCHED: Final[Mapping[str, tuple[str, ...]]] = {
    "plan_rows": ("degree", "to_date", "timing"),
    "plan_targets": ("required", "achieved_low", "achieved_high", "degree", "hidden"),
    "money": ("planned", "granted", "spent", "refused"),
    "decisions": ("said",),
    "conclusions": ("text",),
    "proposals": ("text", "who", "until", "state"),
    "survey_waves": ("respondents", "population"),
    "survey_levels": ("n", "count", "level", "low", "high", "hidden"),
    "survey_changes": ("before", "after", "change", "verdict", "hidden"),
}
_FIGURES: Final = frozenset({"plan_rows", "plan_targets", "money"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of a table that came, went or changed; ``fields`` names what changed, before and after."""

    table: str
    key: tuple[Cell, ...]
    kind: str
    fields: tuple[tuple[str, Cell, Cell], ...]
    row: Mapping[str, Cell]

    @property
    def indicator(self) -> str | None:
        """The row of the plan that it is about, None for surveys and what is said of the whole plan."""
        found = self.row.get("indicator")
        return None if found is None else str(found)


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return what differs from the document *before* to the document *after*, table by table, in the order of the later one."""
    return tuple(
        each
        for name, watched in _WATCHED.items()
        for each in _table(tables.KINDS[name], rows_of(before, name), rows_of(after, name), watched)
    )


def of_figures(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return which figures of the plan in a release (*before*) differ from the same by what is known now.

    Of rows and money only what the release said itself: what it said nothing of is no figure of it. Of a row only a degree that
    none of its targets explains, such as one set by hand.
    """
    found = [each for each in between(before, after) if each.table in _FIGURES]
    told = {each.indicator for each in found if each.table == "plan_targets"}
    return tuple(each for each in found if each.table == "plan_targets" or (each.kind == "changed" and _alone(each, told)))


def _alone(each: Difference, told: Container[str | None]) -> bool:
    return each.table != "plan_rows" or each.indicator not in told


def _table(
    kind: TableKind, before: Sequence[Mapping[str, Cell]], after: Sequence[Mapping[str, Cell]], watched: Iterable[str]
) -> Iterator[Difference]:
    was = {tables.key_of(kind, row): row for row in before}
    now = {tables.key_of(kind, row): row for row in after}
    for key, row in now.items():
        old = was.get(key)
        if old is None:
            yield Difference(kind.name, key, "new", (), row)
            continue
        changed = tuple((name, old[name], row[name]) for name in watched if old[name] != row[name])
        if changed:
            yield Difference(kind.name, key, "changed", changed, row)
    for key, row in was.items():
        if key not in now:
            yield Difference(kind.name, key, "gone", (), row)

"""The quarters of a plan, row by row: what was due in each, and whether anything was reported. Decisions only, no I/O."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from analysis.windows import quarter_end, quarter_of
from questionnaires.plan_types import Plan, Quarter
from surveyapp.results.plan_results import JudgedPlan
from surveyapp.results.plan_rules import Row

State = Literal["due_reported", "due_over", "due", "reported", "nothing"]
STATES: Final[tuple[State, ...]] = ("due_reported", "due_over", "due", "reported", "nothing")


@dataclass(frozen=True, slots=True)
class Cell:
    """One row in one quarter: its state, and whether the mark that made it due was read surely."""

    state: State
    sure: bool = True


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row of the plan with its cells, in the order of the quarters."""

    row: Row
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows by quarters; ``now`` is the place of the quarter of the day asked about, None if the plan has none then."""

    quarters: tuple[Quarter, ...]
    rows: tuple[GridRow, ...]
    now: int | None

    @property
    def counted(self) -> Counter[State]:
        """How many cells there are of each state."""
        return Counter(cell.state for row in self.rows for cell in row.cells)


def quarters_of(plan: Plan) -> tuple[Quarter, ...]:
    """Return every quarter of the plan in the order of time."""
    first, last = quarter_of(plan.starts), quarter_of(plan.ends)
    every = (Quarter(year, number) for year in range(first.year, last.year + 1) for number in range(1, 5))
    return tuple(each for each in every if _key(first) <= _key(each) <= _key(last))


def grid(judged: JudgedPlan, rows: Iterable[Row]) -> Grid:
    """Return *rows* by quarters. Due is what the plan marks; of a row without marks, the quarter in which a window ends.

    Reported: an event that the row was counted from was held in the quarter. Only that is told, no number of events or people,
    so it holds for rows about people at risk as well. Policy indicators are measured, not held, and are left out.
    """
    quarters = quarters_of(judged.plan)
    shown = [row for row in rows if row.indicator.kind != "policy_indicator"]
    today = _key(quarter_of(judged.as_of))
    now = next((at for at, each in enumerate(quarters) if _key(each) == today), None)
    return Grid(quarters, tuple(_row(judged, row, quarters) for row in shown), now)


def _row(judged: JudgedPlan, row: Row, quarters: Sequence[Quarter]) -> GridRow:
    marked = {_key(mark): mark.sureness == "sure" for mark in row.indicator.quarters}
    if not marked:
        marked = {_key(quarter_of(each.result.window_end)): True for each in row.targets}
    held = {_key(quarter_of(event.held_on)) for event in judged.events_of(row)}
    return GridRow(row, tuple(_cell(each, marked, held, judged.as_of) for each in quarters))


def _cell(quarter: Quarter, marked: dict[tuple[int, int], bool], held: set[tuple[int, int]], as_of: date) -> Cell:
    key = _key(quarter)
    if key not in marked:
        return Cell("reported" if key in held else "nothing")
    if key in held:
        return Cell("due_reported", marked[key])
    return Cell("due_over" if quarter_end(quarter) < as_of else "due", marked[key])


def _key(quarter: Quarter) -> tuple[int, int]:
    return quarter.year, quarter.quarter

"""Money of the plan: planned, granted and spent by row and year, with sums by year and goal. Decisions only, no I/O."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.statements import MoneyOfYear
from questionnaires.plan_types import Indicator, Plan
from surveyapp.core.csv_files import amount
from surveyapp.plans.rules import Chain
from surveyapp.results.plan_results import JudgedPlan

COLUMNS: Final = ("indicator", "goal", "year", "planned", "planned_in_plan", "granted", "spent", "refused", "source")


@dataclass(frozen=True, slots=True)
class Line:
    """Money of one row in one year, EUR; None is not known. ``in_plan`` is what the plan itself plans."""

    row: Indicator
    goal: str
    year: int
    planned: float | None
    in_plan: float | None
    granted: float | None
    spent: float | None
    refused: bool
    source: str
    chain: Chain | None


@dataclass(frozen=True, slots=True)
class Sum:
    """Sums of what is known; None where nothing is. ``refused`` counts rows and years."""

    planned: float | None
    granted: float | None
    spent: float | None
    refused: int


@dataclass(frozen=True, slots=True)
class Money:
    """All lines in the order of the plan, and their sums."""

    lines: tuple[Line, ...]
    by_year: tuple[tuple[int, Sum], ...]
    by_goal: tuple[tuple[str, Sum], ...]


def money_of(judged: JudgedPlan) -> Money:
    """Return the money of the whole plan."""
    plan = judged.plan
    lines = tuple(line for row in plan.indicators for line in of_row(judged, row, every_year=False))
    goals = [goal.number for goal in plan.goals if any(line.goal == goal.number for line in lines)]
    return Money(
        lines,
        tuple((year, _sum(line for line in lines if line.year == year)) for year in years(plan)),
        tuple((goal, _sum(line for line in lines if line.goal == goal)) for goal in goals),
    )


def sums_of(judged: JudgedPlan, rows: Iterable[Indicator]) -> tuple[tuple[int, Sum], ...]:
    """Return the money of some rows by year."""
    lines = [line for row in rows for line in of_row(judged, row, every_year=False)]
    return tuple((year, _sum(line for line in lines if line.year == year)) for year in years(judged.plan))


def of_row(judged: JudgedPlan, row: Indicator, *, every_year: bool) -> list[Line]:
    """Return the money of one row by year: of those about which something is known, or of each year of the plan."""
    goal = next((action.goal for action in judged.plan.actions if action.number == row.action), "")
    lines = (_line(judged, row, goal, year) for year in years(judged.plan))
    return [line for line in lines if every_year or line.chain or line.in_plan is not None]


def years(plan: Plan) -> range:
    """Return the years of the plan."""
    return range(plan.starts.year, plan.ends.year + 1)


def table(money: Money) -> Iterator[Sequence[str | float | int | bool | None]]:
    """Return the lines as rows of a file, see COLUMNS."""
    for line in money.lines:
        amounts = (line.planned, line.in_plan, line.granted, line.spent)
        yield (line.row.id, line.goal, line.year, *map(amount, amounts), line.refused, line.source)


def _line(judged: JudgedPlan, row: Indicator, goal: str, year: int) -> Line:
    chain = judged.chain("money", f"{row.id}@{year}")
    said = chain.newest.statement if chain and chain.holds else None
    money = said if isinstance(said, MoneyOfYear) else None
    in_plan = dict(row.money.by_year).get(year)
    source = money.source if money else "; ".join(row.money.sources) if in_plan is not None else ""
    return Line(row, goal, year, *amounts(row, year, money), bool(money and money.refused), source, chain)


def amounts(
    row: Indicator, year: int, said: MoneyOfYear | None
) -> tuple[float | None, float | None, float | None, float | None]:
    """Return what is planned for a row in a year, what of it the plan itself plans, what was granted and what was spent."""
    in_plan = dict(row.money.by_year).get(year)
    if said is None:
        return in_plan, in_plan, None, None
    planned = in_plan if said.planned is None else said.planned
    granted = 0.0 if said.refused and said.granted is None else said.granted
    return planned, in_plan, granted, said.spent


def _sum(lines: Iterable[Line]) -> Sum:
    mine = list(lines)
    planned, granted, spent = (_known([getattr(line, name) for line in mine]) for name in ("planned", "granted", "spent"))
    return Sum(planned, granted, spent, sum(line.refused for line in mine))


def _known(amounts: Iterable[float | None]) -> float | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None

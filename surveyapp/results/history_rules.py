"""Decisions about the history of a finished plan: which tasks are wanted, and which figures may be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from questionnaires.history_types import DoneDegree, FactKind, FigurePoint, History, Series, Task

DEGREES: Final[tuple[str, ...]] = get_args(DoneDegree)
FACTS: Final[tuple[str, ...]] = get_args(FactKind)
Direction = Literal["up", "down", "same"]


@dataclass(frozen=True, slots=True)
class WantedTasks:
    """What a reader asked for; None is any."""

    degree: str | None = None
    fact: str | None = None
    institution: str | None = None

    def holds(self, task: Task) -> bool:
        """Say whether *task* is wanted."""
        return (
            self.degree in {None, task.degree.degree}
            and (self.fact is None or task.has(self.fact))
            and (self.institution is None or self.institution in (*task.responsible, *task.involved))
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """What a series shows: from its first to its last comparable figure, and the extreme between them, if there is one.

    ``direction`` is None where no two figures count the same; then ``first`` and ``last`` are simply those at the ends.
    ``later`` is the newest figure where it counts something else than those compared.
    """

    first: FigurePoint
    last: FigurePoint
    direction: Direction | None
    most: FigurePoint | None = None
    least: FigurePoint | None = None
    later: FigurePoint | None = None


def counted(history: History) -> Mapping[str, int]:
    """Return how many tasks have each degree, and how many each kind of fact."""
    by_degree = {degree: sum(task.degree.degree == degree for task in history.tasks) for degree in DEGREES}
    return by_degree | {fact: sum(task.has(fact) for task in history.tasks) for fact in FACTS}


def drawn(series: Series) -> bool:
    """Say whether there is something to draw: figures of more than one year."""
    return len(series.yearly) > 1


def charts(history: History, number: int) -> tuple[Series, ...]:
    """Return the series of task *number* that are drawn."""
    return tuple(series for series in history.series if series.task == number and drawn(series))


def single(history: History, number: int) -> tuple[Series, ...]:
    """Return the series of task *number* that are not drawn: figures of one year, or of several years together."""
    return tuple(series for series in history.series if series.task == number and not drawn(series))


def tasks_with_figures(history: History) -> tuple[Task, ...]:
    """Return the tasks of which the report has figures."""
    numbers = {series.task for series in history.series}
    return tuple(task for task in history.tasks if task.number in numbers)


def span(history: History, series: Series) -> tuple[int, int]:
    """Return the first and last year of the axis: those of the plan, and further years that the series has figures of."""
    years = [point.first for point in series.yearly]
    return min([history.first_year, *years]), max([history.last_year, *years])


def runs(series: Series) -> tuple[tuple[FigurePoint, ...], ...]:
    """Return the yearly figures in groups that count the same thing."""
    found: list[list[FigurePoint]] = []
    for point in series.yearly:
        if not found or point.first in series.breaks:
            found.append([])
        found[-1].append(point)
    return tuple(tuple(run) for run in found)


def pieces(series: Series) -> tuple[tuple[FigurePoint, ...], ...]:
    """Return the figures that a line may join: the same thing is counted, and no year is missing between them."""
    found: list[list[FigurePoint]] = []
    for run in runs(series):
        for at, point in enumerate(run):
            if at == 0 or point.first != run[at - 1].first + 1:
                found.append([])
            found[-1].append(point)
    return tuple(tuple(piece) for piece in found)


def missing(history: History, series: Series) -> tuple[int, ...]:
    """Return the years of the axis for which the report has no figure, neither their own nor one of several years together."""
    first, last = span(history, series)
    covered = {year for point in series.points for year in range(point.first, _end(point) + 1)}
    return tuple(year for year in range(first, last + 1) if year not in covered)


def _end(point: FigurePoint) -> int:
    return point.first if point.school_year else point.last


def finding(series: Series) -> Finding | None:
    """Return what the yearly figures show; None without two of them. The newest comparable group decides."""
    if not drawn(series):
        return None
    comparable = [run for run in runs(series) if len(run) > 1]
    if not comparable:
        return Finding(series.yearly[0], series.yearly[-1], None)
    run = comparable[-1]
    first, last = run[0], run[-1]
    direction: Direction = "same" if first.value == last.value else "up" if last.value > first.value else "down"
    newest = series.yearly[-1]
    return Finding(first, last, direction, *_extremes(run), later=newest if newest is not last else None)


def _extremes(run: Sequence[FigurePoint]) -> tuple[FigurePoint | None, FigurePoint | None]:
    """Return the highest figure if it lies above both ends, otherwise the lowest if it lies below both."""
    ends = (run[0].value, run[-1].value)
    highest, lowest = max(run, key=lambda point: point.value), min(run, key=lambda point: point.value)
    if highest.value > max(ends):
        return highest, None
    return None, lowest if lowest.value < min(ends) else None

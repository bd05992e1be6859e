"""The years of a plan beside each other: each target in the windows that end in a year. Decisions only, no I/O."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.missing import target_of
from analysis.sensitive import ShownTarget
from questionnaires.plan_types import Target
from surveyapp.results.plan_money import years
from surveyapp.results.plan_results import JudgedPlan
from surveyapp.results.plan_rules import Row


@dataclass(frozen=True, slots=True)
class TargetYears:
    """One target of a row with what is shown of it in each year, readings after each other."""

    row: Row
    target: Target
    by_year: Mapping[int, tuple[ShownTarget, ...]]

    def degree(self, year: int) -> str | None:
        """Return the degree of a year's windows if they and all readings agree, else that it must be decided or is partial."""
        found = {each.result.degree for each in self.by_year.get(year, ())}
        if len(found) < 2:  # noqa: PLR2004 - one degree, or none
            return next(iter(found), None)
        readings = {each.result.reading for each in self.by_year[year]}
        return "not_assessed" if len(readings) > 1 or "not_assessed" in found else "partial"


def target_years(rows: Iterable[Row]) -> tuple[TargetYears, ...]:
    """Return every target of *rows* that has windows, in the order of the plan."""
    found: dict[tuple[str, str], dict[int, list[ShownTarget]]] = {}
    about: dict[tuple[str, str], tuple[Row, Target]] = {}
    for row in rows:
        for shown in row.targets:
            key = row.indicator.id, shown.result.target
            about[key] = row, target_of(row.indicator, shown.result)
            found.setdefault(key, {}).setdefault(shown.result.window_end.year, []).append(shown)
    return tuple(
        TargetYears(*about[key], {year: tuple(each) for year, each in by_year.items()}) for key, by_year in found.items()
    )


def by_degree(judged: JudgedPlan, targets: Iterable[TargetYears]) -> dict[int, Counter[str]]:
    """Return for each year of the plan how many targets have each degree in the windows that end in it."""
    every = list(targets)
    return {year: Counter(degree for each in every if (degree := each.degree(year)) is not None) for year in years(judged.plan)}

"""The frozen types of a finished plan's final report: tasks with what became of them, and its figures year by year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

from questionnaires.plan_types import Institution
from questionnaires.texts import Text

DoneDegree = Literal["done", "partial", "not_done"]
FactKind = Literal["late", "substituted", "money_refused", "shortfall", "contradiction", "undated", "evidence"]
BudgetKind = Literal[
    "within_means", "extra_planned", "refused", "priority", "base_budget", "project", "other_source", "not_stated"
]
Precision = Literal["exactly", "about", "almost", "more_than"]
CountedThing = Literal[
    "trained", "participants", "people", "events", "lessons", "meetings", "consultations", "campaigns", "institutions",
    "materials", "works", "projects", "groups", "rooms", "media", "reports", "times", "uses", "money", "share",
]  # fmt: skip
FigureUnit = Literal["persons", "events", "institutions", "items", "times", "eur", "percent"]

UNITS: Final[Mapping[CountedThing, FigureUnit]] = MappingProxyType(
    {
        **dict.fromkeys(("trained", "participants", "people"), "persons"),
        **dict.fromkeys(("events", "lessons", "meetings", "campaigns"), "events"),
        "institutions": "institutions",
        **dict.fromkeys(("materials", "works", "projects", "groups", "rooms", "media", "reports"), "items"),
        **dict.fromkeys(("consultations", "times", "uses"), "times"),
        "money": "eur",
        "share": "percent",
    }
)
"""What each kind of figure is measured in."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a task, or ``part`` of it, was due: from one day to another, or every year in the months named (1-12)."""

    line: int
    starts: date | None = None
    ends: date | None = None
    months: tuple[int, ...] = ()
    part: Text | None = None


@dataclass(frozen=True, slots=True)
class BudgetFact:
    """One thing that the report says of a task's money: EUR or lats (the currency until 2013), of which years."""

    kind: BudgetKind
    line: int
    years: tuple[int, ...] = ()
    eur: float | None = None
    lats: float | None = None
    total_eur: float | None = None
    total_lats: float | None = None
    about: Text | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """What the degree alone does not tell, in our own words, with its line in the source."""

    kind: FactKind
    line: int
    text: Text


@dataclass(frozen=True, slots=True)
class ReportedDegree:
    """The degree as read, and the words of the source as they stand there, line by line from ``line``."""

    degree: DoneDegree
    written: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Task:
    """One task of the finished plan; ``number`` and ``line`` are those of the source."""

    number: int
    direction: str
    line: int
    name: Text
    responsible: tuple[str, ...]
    involved: tuple[str, ...]
    deadlines: tuple[Deadline, ...]
    budget: tuple[BudgetFact, ...]
    course: Text
    degree: ReportedDegree
    facts: tuple[Fact, ...]

    def has(self, kind: str) -> bool:
        """Say whether there is a fact of that kind."""
        return any(fact.kind == kind for fact in self.facts)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Another figure for the same thing elsewhere in the source."""

    value: float
    line: int
    note: Text


@dataclass(frozen=True, slots=True)
class FigurePoint:
    """One figure: of the year ``first``, of several years up to ``last``, or of a school year that begins in ``first``.

    ``a_year`` says that a figure of several years is one of each. ``part`` is how many of them the series' part is.
    ``also`` are further lines where the source repeats the figure.
    """

    first: int
    last: int
    value: float
    line: int
    precision: Precision = "exactly"
    part: float | None = None
    a_year: bool = False
    school_year: bool = False
    also: tuple[int, ...] = ()
    against: Disagreement | None = None

    @property
    def of_one_year(self) -> bool:
        """Say whether the figure belongs to one year or school year, so that it can stand on an axis of years."""
        return self.school_year or self.first == self.last


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one thing, in order of time.

    ``breaks`` tells before which years something else began to be counted. ``sensitive``: about people in a weak position.
    """

    id: str
    task: int
    counted: CountedThing
    name: Text
    points: tuple[FigurePoint, ...]
    breaks: Mapping[int, Text]
    part: Text | None = None
    note: Text | None = None
    sensitive: bool = False

    @property
    def unit(self) -> FigureUnit:
        """What the figures are measured in."""
        return UNITS[self.counted]

    @property
    def yearly(self) -> tuple[FigurePoint, ...]:
        """The figures of single years."""
        return tuple(point for point in self.points if point.of_one_year)


@dataclass(frozen=True, slots=True)
class Direction:
    """A part of the plan that tasks belong to."""

    number: str
    line: int
    title: Text


@dataclass(frozen=True, slots=True)
class History:
    """A finished plan as its final report tells of it."""

    id: str
    version: int
    title: Text
    source: str
    first_year: int
    last_year: int
    institutions: tuple[Institution, ...]
    directions: tuple[Direction, ...]
    tasks: tuple[Task, ...]
    series: tuple[Series, ...]

"""The frozen types of an action plan: goals, actions, indicators and their targets."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from questionnaires.texts import Text

TargetKind = Literal[
    "count_min", "count_max", "count_bare", "set_n", "set_all", "frequency", "deliverable", "provision", "on_demand",
    "delta_up", "delta_down", "trend_up", "trend_down", "series", "range", "approximate", "measure_only", "text_only",
    "funding",
]  # fmt: skip
Unit = Literal["persons", "events", "institutions", "families", "hours", "meetings", "campaigns", "conferences", "programmes",
               "steps", "services", "eur", "percent", "items"]  # fmt: skip
Counted = Literal[
    "unique_persons", "attendances", "persons_at_one_event", "events", "institutions", "families", "hours", "not_stated"
]
PeriodKind = Literal[
    "plan", "year", "named_year", "half_year", "quarter", "month", "two_years", "per_event", "by", "from", "continuous",
    "on_request", "not_stated",
]  # fmt: skip
Sureness = Literal["sure", "unsure"]
RowKind = Literal["measure", "policy_indicator"]
Sign = Literal["+", "-"]
Mark = Literal["<", ">"]


@dataclass(frozen=True, slots=True)
class Period:
    """When a target holds: ``year`` goes with ``named_year``, ``day`` with ``by`` and ``from``.

    ``since`` and ``until`` (both included) narrow what recurs ("each year from the second half of 2023"), ``until`` also ends
    a ``from``; None leaves it to the plan.
    """

    kind: PeriodKind
    year: int | None = None
    day: date | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter marked in the plan (quarter 1-4) and how sure the reading of the mark is."""

    year: int
    quarter: int
    sureness: Sureness = "sure"


@dataclass(frozen=True, slots=True)
class Reading:
    """Another way to read a target: what changes, and in words. Fields left None stay as in the target."""

    id: str
    label: Text
    period: Period | None = None
    value: float | None = None
    counted: Counted | None = None
    comparator: str | None = None
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A named step of a deliverable, done when evidence for it is logged."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class Baseline:
    """The value that a change is measured from; without a source there is no baseline."""

    value: float
    on: date
    source: str


@dataclass(frozen=True, slots=True)
class Written:
    """What the source writes beside a change: its sign and a mark, and the minutes of the decision where they contradict it.

    The verb gives the direction (the target's comparator). A ``<`` after "grows" and a ``>`` after "falls" are pictures of it.
    """

    sign: Sign | None = None
    mark: Mark | None = None
    decided: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One promise of a row.

    ``id`` is unique in the plan: the row's id, a slash and a short name (``1.5.a/persons``). ``comparator`` is one of
    ge, le, bare, between, approx, all, exists, delta_up, delta_down, trend_up, trend_down, none. ``readings`` is empty if the
    row can be read in one way only; otherwise it lists every reading, the first being the one written in this target.
    ``of_set`` names a reference set; ``prerequisite`` a target that must be done before this one can start.
    ``per_event_hours`` and ``per_event_sessions`` are the length an event must have to count in full (evidence, not a filter).
    """

    id: str
    kind: TargetKind
    comparator: str
    unit: Unit
    counted: Counted
    period: Period
    label: Text
    value: float | None = None
    upper: float | None = None
    audience: str | None = None
    ages: tuple[int, int] | None = None
    per_event_hours: float | None = None
    per_event_sessions: int | None = None
    of_set: str | None = None
    baseline: Baseline | None = None
    steps: tuple[Step, ...] = ()
    prerequisite: str | None = None
    readings: tuple[Reading, ...] = ()
    written: Written | None = None


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What the source leaves unclear, for the cooperation group to decide; ``about`` says where in the source."""

    id: str
    about: str
    text: Text
    options: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Money:
    """Extra money a row asks for, EUR per plan year, and where it should come from (the source's words)."""

    by_year: tuple[tuple[int, float], ...]
    sources: tuple[str, ...]


MOST_WAYS: Final = 256
"""The most ways in which the targets of one row together can be read: each is judged, and no group decides among more."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of the plan, with every target it holds.

    ``id`` is the action's number and a letter or a number (``5.2.d``, ``1.1.3``). ``source_line`` is the line of the source
    document. A *policy indicator* names something measured (``measured_as``) that other lines may name too: it is measured once
    and judged in each. ``co_responsible`` bodies share in the work of those who answer for it.
    ``quarters`` are the marked quarters as read; ``reading_note`` says what is damaged and what the other reading would be.
    ``sensitive`` rows are about people at risk or victims: counts below 5 are hidden.
    """

    id: str
    action: str
    name: Text
    source_line: int
    responsible: tuple[str, ...]
    quarters: tuple[Quarter, ...]
    targets: tuple[Target, ...]
    money: Money
    sensitive: bool = False
    reading_note: str | None = None
    questions: tuple[OpenQuestion, ...] = ()
    kind: RowKind = "measure"
    co_responsible: tuple[str, ...] = ()
    measured_as: str | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """Something that is measured once, however many lines of the plan name it; ``id`` is how a measurement names it."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Levels:
    """What this plan calls its two levels above the rows, each in the singular."""

    goal: Text
    action: Text


@dataclass(frozen=True, slots=True)
class Action:
    """A planned result or task that rows belong to; its number ends in ``p`` where it gathers a goal's policy indicators."""

    number: str
    goal: str
    title: Text


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal or direction of the plan (0: the plan as a whole).

    ``lost`` if the source does not hold it (or its end), then ``note`` says what is missing.
    """

    number: str
    title: Text | None
    lost: bool = False
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Institution:
    """A body that answers for rows."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a reference set with the days on which it is one (open ends are None)."""

    id: str
    name: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ReferenceSet:
    """A dated list, such as all kindergartens; ``members`` is None while nobody has entered it (then its size is unknown)."""

    id: str
    name: Text
    members: tuple[Member, ...] | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole action plan as read from one source document."""

    id: str
    version: int
    municipality: str
    title: Text
    source: str
    starts: date
    ends: date
    institutions: tuple[Institution, ...]
    audiences: tuple[tuple[str, Text], ...]
    reference_sets: tuple[ReferenceSet, ...]
    goals: tuple[Goal, ...]
    actions: tuple[Action, ...]
    indicators: tuple[Indicator, ...]
    measured: tuple[Measured, ...] = ()
    questions: tuple[OpenQuestion, ...] = ()
    levels: Levels | None = None

    def indicator(self, indicator_id: str) -> Indicator:
        """Return the row with that id; KeyError if there is none."""
        for indicator in self.indicators:
            if indicator.id == indicator_id:
                return indicator
        raise KeyError(indicator_id)

    @property
    def sensitive_rows(self) -> frozenset[str]:
        """The rows about people at risk or victims, by id."""
        return frozenset(row.id for row in self.indicators if row.sensitive)

    def rows_fed_by(self, name: str) -> tuple[Indicator, ...]:
        """Return the rows that a record under *name* belongs to: a row's id, or what is measured, with every line naming it."""
        measured = next((row.measured_as for row in self.indicators if row.id == name), None) or name
        return tuple(row for row in self.indicators if row.id == name or row.measured_as == measured)

    def names_feeding(self, row: "Indicator") -> frozenset[str]:
        """Return the names under which records belong to *row*: its own, and where it is measured, those of every such line."""
        if row.measured_as is None:
            return frozenset({row.id})
        lines = {each.id for each in self.indicators if each.measured_as == row.measured_as}
        return frozenset({row.measured_as, *lines})

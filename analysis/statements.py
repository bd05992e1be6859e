"""What a cooperation group states about a plan: decisions, measured values, members, money, judgements; each a frozen type."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, get_args

from analysis.cases import Degree
from questionnaires.plan_types import Member

Kind = Literal[
    "reading", "answer", "measurement", "baseline", "members", "money", "override", "judgement", "substitution", "explanation",
    "conclusion", "proposal",
]  # fmt: skip
KIND_NAMES: Final[tuple[Kind, ...]] = get_args(Kind)
WHOLE_PLAN: Final = "plan"
"""Stands for the row of a question that is about the plan as a whole."""
FULLY: Final = 5
"""The highest step of the scale: 1 nothing can be seen, 2 a beginning, 3 partly, 4 mostly, 5 fully."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Anything stated about a plan. Two statements of a kind with the same ``subject`` are about the same thing."""

    @property
    def subject(self) -> str:
        """What it is about, among the statements of its kind."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Statement):
    """A decision of a body: which one, on which day, and where in its minutes it stands."""

    body: str
    day: date
    minutes: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingChosen(Decision):
    """How a target is to be read; targets of its row that can be read in the same ways are read alike."""

    target: str
    reading: str

    @property
    def subject(self) -> str:
        """The target."""
        return self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Decision):
    """The answer to an open question of a row or of the whole plan: one of its options (the first is 1) or own words."""

    row: str
    question: str
    option: int | None = None
    words: str | None = None

    @property
    def subject(self) -> str:
        """The row and its question."""
        return f"{self.row}/{self.question}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement(Statement):
    """A measured value of a row, or of what several rows measure together; after a slash the target, if there are several."""

    what: str
    value: float
    on: date
    source: str
    note: str | None = None

    @property
    def subject(self) -> str:
        """What was measured, and for which day."""
        return f"{self.what}@{self.on.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineStated(Statement):
    """The value that a change is measured from."""

    target: str
    value: float
    on: date
    source: str

    @property
    def subject(self) -> str:
        """The target."""
        return self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberList(Statement):
    """Who belongs to a reference set and when: the whole list, which takes the place of an earlier one."""

    of_set: str
    members: tuple[Member, ...]
    source: str

    @property
    def subject(self) -> str:
        """The set."""
        return self.of_set


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyOfYear(Statement):
    """Money of a row in a year, EUR; None is not known, 0 a stated zero. ``refused``: it was asked for and not given."""

    row: str
    year: int
    source: str
    planned: float | None = None
    granted: float | None = None
    spent: float | None = None
    refused: bool = False

    @property
    def subject(self) -> str:
        """The row and the year."""
        return f"{self.row}@{self.year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(Decision):
    """A degree set by hand, and why; what the rules say stays beside it. ``window`` is its first day (None: of a row)."""

    about: str
    degree: Degree
    because: str
    window: date | None = None

    @property
    def subject(self) -> str:
        """The row, or the target and its window."""
        return self.about if self.window is None else f"{self.about}@{self.window.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement(Statement):
    """What one body thinks of a target without a number: a step from 1 to 5, and why; a second body judges beside it."""

    target: str
    window: date
    body: str
    step: int
    note: str

    @property
    def subject(self) -> str:
        """The target, its window and who judges."""
        return f"{self.target}@{self.window.isoformat()}#{self.body}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution(Statement):
    """Other work took the place of what was promised: of a named step, or of the event that the number of one stands for."""

    target: str
    on: date
    instead: str
    source: str
    step: str | None = None
    event: int | None = None

    @property
    def subject(self) -> str:
        """The target and its step or event."""
        return f"{self.target}@{self.step or self.event or '-'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation(Statement):
    """Why a target was so far exceeded."""

    target: str
    window: date
    text: str

    @property
    def subject(self) -> str:
        """The target and its window."""
        return f"{self.target}@{self.window.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion(Statement):
    """What the group concludes about a section of a year's report; see SECTIONS, or ``goal-`` and the goal's number."""

    year: int
    section: str
    text: str

    @property
    def subject(self) -> str:
        """The section and the year."""
        return f"{self.section}@{self.year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal(Statement):
    """What the group proposes in a year's report: who should do it, by when; one that is open follows into the next year's."""

    year: int
    number: int
    text: str
    state: str = "open"
    who: str | None = None
    until: date | None = None

    @property
    def subject(self) -> str:
        """Its number and the year in which it was first made."""
        return f"{self.number}@{self.year}"


SECTIONS: Final = ("summary", "survey", "response", "decisions")
"""Sections of a report, beside the goals, about which conclusions are drawn."""
STATES: Final = ("open", "done", "dropped")
"""What became of a proposal."""

TYPES: Final[Mapping[Kind, type[Statement]]] = MappingProxyType(
    {
        "reading": ReadingChosen,
        "answer": Answer,
        "measurement": Measurement,
        "baseline": BaselineStated,
        "members": MemberList,
        "money": MoneyOfYear,
        "override": Override,
        "judgement": Judgement,
        "substitution": Substitution,
        "explanation": Explanation,
        "conclusion": Conclusion,
        "proposal": Proposal,
    }
)
"""The type of each kind."""


def kind_of(statement: Statement) -> Kind:
    """Return the name of the kind of *statement*."""
    return next(kind for kind, made in TYPES.items() if made is type(statement))


def row_of(statement: Statement) -> str | None:
    """Return the row that *statement* is about; None where it is about a set, or about what several rows measure."""
    match statement:
        case Answer() | MoneyOfYear():
            return None if statement.row == WHOLE_PLAN else statement.row
        case ReadingChosen() | BaselineStated() | Judgement() | Substitution() | Explanation():
            return statement.target.partition("/")[0]
        case Override():
            return statement.about.partition("/")[0]
        case Measurement():
            # What several rows measure together has a name without a point.
            name = statement.what.partition("/")[0]
            return name if "." in name else None
        case _:
            return None

"""Decisions about statements without input or output: everything stated about one thing, and what of it holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from analysis.decided import Said
from analysis.head_counts import SMALLEST_HEAD_COUNT, is_small
from analysis.statements import Judgement, Kind, Measurement, Proposal, Statement
from questionnaires.plan_types import Plan
from surveyapp.core import clock

_PEOPLE: Final = frozenset({"persons", "families"})


@dataclass(frozen=True, slots=True)
class Told:
    """A statement as somebody made it at one moment; ``reason`` says why it replaced the one before."""

    number: int
    statement: Statement
    withdrawn: bool
    reason: str | None
    account_id: int | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Chain:
    """Everything ever stated about one thing, oldest first; the newest is in force unless it is withdrawn."""

    kind: Kind
    subject: str
    history: tuple[Told, ...]

    @property
    def newest(self) -> Told:
        """What was said last."""
        return self.history[-1]

    @property
    def holds(self) -> bool:
        """Whether anything of it is in force."""
        return not self.newest.withdrawn


class SecondJudgementError(ValueError):
    """Somebody who has judged a target for one body wants to judge it for another as well; two people must."""


def in_force(chains: Iterable[Chain]) -> tuple[Said, ...]:
    """Return what holds of *chains*, as the analysis applies it."""
    return tuple(
        Said(chain.newest.statement, chain.newest.by, clock.day_of(chain.newest.at)) for chain in chains if chain.holds
    )


def next_number(chains: Iterable[Chain], year: int) -> int:
    """Return the number of the next proposal of a year; numbers are never used twice."""
    used = [chain.newest.statement for chain in chains]
    return max((each.number for each in used if isinstance(each, Proposal) and each.year == year), default=0) + 1


def refuse_judging_twice(chains: Iterable[Chain], judgement: Judgement, by: str) -> None:
    """Raise SecondJudgementError if *by* has judged the same target in the same window for another body."""
    for chain in chains:
        other = chain.newest.statement
        same = isinstance(other, Judgement) and (other.target, other.window) == (judgement.target, judgement.window)
        if same and chain.holds and chain.subject != judgement.subject and chain.newest.by == by:
            raise SecondJudgementError(chain.subject)


def guards_value(plan: Plan, measurement: Measurement) -> bool:
    """Say whether the value counts people of a sensitive row and is so small that only who stated it may see it."""
    rows = plan.rows_fed_by(measurement.what.partition("/")[0])
    guarded = any(row.sensitive and any(target.unit in _PEOPLE for target in row.targets) for row in rows)
    return guarded and 0 <= measurement.value < SMALLEST_HEAD_COUNT and is_small(int(measurement.value))

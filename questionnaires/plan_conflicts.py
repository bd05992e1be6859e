"""Where a plan contradicts itself about a change: its own sign and mark, or another line that names the same measured thing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from questionnaires.plan_types import Mark, Plan, Sign, Target

ConflictKind = Literal["sign", "mark", "direction", "size"]

_SIGNS: Final[Mapping[str, Sign]] = {"up": "+", "down": "-"}
_MARKS: Final[Mapping[str, Mark]] = {"up": "<", "down": ">"}


@dataclass(frozen=True, slots=True)
class Conflict:
    """What disagrees about a target: with what is written beside it, or with the target ``other`` of another line."""

    target: str
    kind: ConflictKind
    other: str | None = None


def conflicts_of(plan: Plan) -> tuple[Conflict, ...]:
    """Return every contradiction about a change that nobody has decided yet, in the order of the plan.

    The verb gives the direction; a sign must agree with it, a mark must be its picture, and lines that name the same measured
    thing must name the same direction and size. A target that a decision is written in is left out, the others stay.
    """
    return tuple(conflict for measured, target in _changes(plan) for conflict in _conflicts(plan, measured, target))


def _changes(plan: Plan) -> Iterator[tuple[str | None, Target]]:
    """Yield every target that is a change, with what its row measures."""
    for row in plan.indicators:
        yield from ((row.measured_as, target) for target in row.targets if _direction(target) in _SIGNS)


def _direction(target: Target) -> str:
    """Return "up" or "down" of a change, something else of other targets."""
    return target.comparator.rpartition("_")[2]


def _conflicts(plan: Plan, measured: str | None, target: Target) -> Iterator[Conflict]:
    written, direction = target.written, _direction(target)
    if written and written.decided:
        return
    if written and written.sign not in (None, _SIGNS[direction]):
        yield Conflict(target.id, "sign")
    if written and written.mark not in (None, _MARKS[direction]):
        yield Conflict(target.id, "mark")
    for other in _same(plan, measured, target):
        if _direction(other) != direction:
            yield Conflict(target.id, "direction", other.id)
        elif other.value != target.value:
            yield Conflict(target.id, "size", other.id)


def _same(plan: Plan, measured: str | None, target: Target) -> Iterator[Target]:
    """Yield what other lines say of the same number: targets for the same audience of the same measured thing."""
    if measured is None:
        return
    for name, other in _changes(plan):
        if name == measured and other.id != target.id and other.audience == target.audience:
            yield other

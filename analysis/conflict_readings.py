"""A change about which the plan contradicts itself, as readings that somebody can decide between."""

from collections.abc import Container, Iterator
from dataclasses import replace
from typing import Final

from questionnaires.plan_conflicts import Conflict, conflicts_of
from questionnaires.plan_types import Plan, Reading, Target
from questionnaires.texts import Text

_TURNED: Final = Text("Pretējā virzienā", "In the opposite direction", "В противоположном направлении")
_FLIPPED: Final = {"up": "down", "down": "up"}


def with_ways(plan: Plan, only: Container[str] | None = None) -> Plan:
    """Return *plan* with readings for every target that contradicts itself or another line (of *only*, if given).

    The first reading is the target as it stands; the others turn its direction, or take what the other line says.
    """
    conflicts: dict[str, list[Conflict]] = {}
    for conflict in conflicts_of(plan):
        if only is None or conflict.target in only:
            conflicts.setdefault(conflict.target, []).append(conflict)
    if not conflicts:
        return plan
    targets = {target.id: target for row in plan.indicators for target in row.targets}

    def read(target: Target) -> Target:
        if target.readings or target.id not in conflicts:
            return target
        return replace(target, readings=tuple(_ways(target, conflicts[target.id], targets)))

    rows = (replace(row, targets=tuple(read(target) for target in row.targets)) for row in plan.indicators)
    return replace(plan, indicators=tuple(rows))


def _ways(target: Target, conflicts: list[Conflict], targets: dict[str, Target]) -> Iterator[Reading]:
    name = target.id.rpartition("/")[2]
    yield Reading(f"{name}_as_here", target.label, value=target.value, comparator=target.comparator)
    if any(conflict.other is None for conflict in conflicts):
        head, _, direction = target.comparator.rpartition("_")
        yield Reading(f"{name}_turned", _TURNED, value=target.value, comparator=f"{head}_{_FLIPPED[direction]}")
    told = {(target.comparator, target.value)}
    for conflict in conflicts:
        other = targets.get(conflict.other or "")
        if other is not None and (other.comparator, other.value) not in told:
            told.add((other.comparator, other.value))
            way = f"{name}_as_in_{other.id.replace('/', '_').replace('.', '_')}"
            yield Reading(way, other.label, value=other.value, comparator=other.comparator)

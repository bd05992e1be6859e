"""The named steps of a target in one window: by which events each is done, and whether evidence of it is there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from analysis.head_counts import EventRecord
from analysis.named_targets import names_of, own_records, steps_named
from analysis.progress import TargetResult
from analysis.statements import Substitution
from questionnaires.plan_types import Indicator, Target
from questionnaires.texts import Text
from surveyapp.results.plan_results import JudgedPlan


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step: the events that name it with evidence and without, and the other work that took its place (None: none did)."""

    label: Text
    proved: tuple[EventRecord, ...]
    claimed: tuple[EventRecord, ...]
    instead: str | None


def steps_of(judged: JudgedPlan, row: Indicator, target: Target, result: TargetResult) -> Sequence[StepLine]:
    """Return the steps of a target in the window of *result*, in the order of the plan; none where the plan names none."""
    if not target.steps:
        return ()
    records = list(_records(judged, row, target, result))
    lines = []
    for step in target.steps:
        mine = [each for each in records if each.step == step.id or (each.step is None and len(target.steps) == 1)]
        proved, claimed = ([each for each in mine if bool(each.evidence) is with_it] for with_it in (True, False))
        lines.append(StepLine(step.label, tuple(proved), tuple(claimed), _instead(judged, target, step.id, result)))
    return lines


def _records(judged: JudgedPlan, row: Indicator, target: Target, result: TargetResult) -> Iterator[EventRecord]:
    """Yield what was logged for the target within the window, and what is counted for it though it came later."""
    of_row = [each for each in judged.records if each.indicator == row.id and each.value != 0]
    for each in own_records(target, of_row, names_of(row), steps_named(row)):
        if result.window_start <= each.held_on <= result.window_end or each.reference in result.events:
            yield each


def _instead(judged: JudgedPlan, target: Target, step: str, result: TargetResult) -> str | None:
    chain = judged.chain("substitution", f"{target.id}@{step}")
    if chain is None or not chain.holds:
        return None
    said = cast("Substitution", chain.newest.statement)
    return said.instead if result.window_start <= said.on <= result.window_end else None

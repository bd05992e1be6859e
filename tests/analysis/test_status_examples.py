"""The worked examples of the rules for targets, each judged from a plan and events as a user would log them."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from analysis.head_counts import EventRecord
from questionnaires.plan_types import Period, Plan, Quarter, Target
from tests.analysis.plans import at_least, baseline, day, event, kindergartens, plan, results, row, steps, target

FILE: Final = Path(__file__).parent / "reference" / "status_examples.csv"
EXAMPLES: Final = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))
FLAGS: Final = {
    "": [],
    "over 115 %: give the reason": ["over_target"],
    "ceiling exceeded": ["ceiling_exceeded"],
    "behind schedule": ["behind_schedule"],
    "above a bare number": ["above_bare_number"],
}


def promise(example: dict[str, str]) -> Target:
    value = float(example["value"]) if example["value"] else None
    base = baseline(float(example["baseline"])) if example["baseline"] else None
    persons: dict[str, Any] = {"counted": "unique_persons", "value": value}
    return {
        "ge": at_least(value or 0) if example["plan_row"] != "1.1.a" else meetings(value),
        "le": target("count_max", "le", **persons),
        "eq_implied": target("count_bare", "bare", period=Period("year"), **persons),
        "set_n": target("set_n", "ge", "institutions", value=value, of_set="kindergartens", period=Period("named_year", 2025)),
        "exists": target("deliverable", "exists", "steps", period=Period("named_year", 2026), steps=steps("done", "compiled")),
        "delta_up": target("delta_up", "delta_up", "items", value=value, baseline=base),
        "trend_down": target("trend_down", "trend_down", "items", baseline=base),
        "approx": target("approximate", "approx", "items", value=value),
    }[example["comparator"]]


def meetings(value: float | None) -> Target:
    return target("frequency", "ge", "meetings", counted="events", value=value, period=Period("year"))


def plan_of(example: dict[str, str]) -> Plan:
    """Return a plan whose rules give the window of the example."""
    starts, ends = example["window"].split("..")
    quarters: tuple[Quarter, ...] = ()
    if example["plan_row"] == "1.1.a":
        quarters = tuple(Quarter(year, quarter) for year in (2025, 2026, 2027) for quarter in (1, 3))
    elif example["plan_row"].startswith("5.1."):
        quarters = (Quarter(2025, day(ends).month // 3),)
    sets = (kindergartens("Ābele", "Bitīte", "Cielava", "Dzērve"),)
    made = plan(row(promise(example), quarters=quarters), sets=sets)
    return replace(made, starts=day(starts), ends=day(ends)) if example["plan_row"].startswith("004") else made


def logged(example: dict[str, str]) -> list[EventRecord]:
    if not example["actual"]:
        return []
    actual = int(example["actual"])
    starts = example["window"].split("..")[0]
    if example["comparator"] == "set_n":  # the first of the kindergartens logged twice
        return [event(starts, str(number), member=name) for number, name in enumerate(("Ābele", "Bitīte", "ābele"))]
    if example["plan_row"] == "1.1.a":
        return [event(starts, value=actual)]
    if example["comparator"] in {"delta_up", "trend_down", "approx"}:
        return [event(example["window"].split("..")[1], value=actual)]
    return [event(starts, unique_persons=actual)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example['case']} {example['description']}")
def test_a_worked_example_is_judged_as_written(example: dict[str, str]) -> None:
    starts, ends = example["window"].split("..")
    judged = [each for each in results(plan_of(example), logged(example), example["as_of"]) if each.window_start == day(starts)]

    [found] = judged
    assert found.window_end == day(ends)
    assert (found.degree, found.timing) == (example["expected_degree"], example["expected_timing"])
    assert list(found.flags) == FLAGS[example["expected_flags"]]
    expected = float(example["expected_ratio"]) if example["expected_ratio"] else None
    assert found.ratio == (None if expected is None else pytest.approx(expected, abs=0.00005))


def test_every_worked_example_is_here() -> None:
    assert len(EXAMPLES) == 15

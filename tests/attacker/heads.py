"""The attack on rows about people at risk: every release laid over every other, and totals less the events behind them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any

from tests.attacker.files import Rows
from tests.attacker.knowledge import Facts, Name

FEW = 5
"""Fewer people than these must not be told, and no step between two releases that is smaller."""
COUNTS = ("unique_persons", "attendances")
Tables = Mapping[str, Rows]


def totals_less_events(release: Tables, rows: Sequence[str]) -> Facts:
    """Tie each total of *rows* to the events that it says it was counted from."""
    facts = Facts()
    events = [event for event in release.get("head_counts", []) if event["indicator"] in rows]
    for event in events:
        for counted in COUNTS:
            name = facts.unknown(("event", event["event"], counted))
            if event[counted] is not None:
                facts.unknown(name, event[counted], event[counted])
        # Whoever came, came at least once.
        facts.total([_of(event, "attendances")], 0, float("inf"), minus=_of(event, "unique_persons"))
    known = {event["event"] for event in events}
    for target in release["plan_targets"]:
        if target["indicator"] in rows:
            _total(facts, target, [each for each in str(target["counted_from"] or "").split(";") if each in known])
    return facts


def _of(event: Mapping[str, Any], counted: str) -> Name:
    return ("event", event["event"], counted)


def _total(facts: Facts, target: Mapping[str, Any], events: Sequence[str]) -> None:
    key = (target["indicator"], target["target"], target["window_start"])
    if target["counted"] in COUNTS and events and target["achieved_high"] is not None:
        facts.total([("event", each, target["counted"]) for each in events], target["achieved_high"])
    # Different people of several events are no sum of them: of those only what is printed is known.
    if target["counted"] == "attendances" and events:
        name = facts.unknown(("total", *key))
        facts.total([("event", each, "attendances") for each in events], 0, minus=name)
    if target["unit"] == "persons" and events:
        for column in ("achieved_low", "achieved_high", *(("required",) if target["kind"] == "on_demand" else ())):
            if target[column] is not None:
                facts.unknown((column, *key), target[column], target[column])


def _printed(release: Tables, rows: Sequence[str]) -> set[Name]:
    """Return the names of numbers that a release prints: of what both hide, a step tells nobody anything new."""
    events = {_of(each, counted) for each in release.get("head_counts", []) if not each["hidden"] for counted in COUNTS}
    targets = [each for each in release["plan_targets"] if each["indicator"] in rows and not each["hidden"]]
    names = ("total", "achieved_low", "achieved_high", "required")
    return events | {(name, each["indicator"], each["target"], each["window_start"]) for each in targets for name in names}


def told(releases: Sequence[Tables], rows: Sequence[str]) -> list[str]:
    """Return every number of fewer than five people in *rows*, and every step of so few between two releases."""
    facts = [totals_less_events(release, rows) for release in releases]
    ranges = [{name: known.range_of(name) for name in known.limits} for known in facts]
    found = [f"{'/'.join(name)} is at most {high}" for each in ranges for name, (_, high) in each.items() if high < FEW]
    printed = [_printed(release, rows) for release in releases]
    for first, second in permutations(range(len(releases)), 2):
        found += _steps(ranges[first], ranges[second], printed[first] | printed[second])
    return found


def _steps(before: Mapping[Name, tuple[int, int]], after: Mapping[Name, tuple[int, int]], printed: set[Name]) -> Iterator[str]:
    """Hold one release against another: a number that rose by 1 to 4 tells of so many people."""
    for name in sorted(before.keys() & after.keys() & printed):
        least, most = after[name][0] - before[name][1], after[name][1] - before[name][0]
        if least > 0 and most < FEW:
            yield f"{'/'.join(name)} rose by {least} to {most}"

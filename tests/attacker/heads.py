"""The attack on rows about people at risk: releases over each other, one day's pages over another's, totals less events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise, permutations
from typing import Any

from tests.attacker.files import Rows, rows_of
from tests.attacker.knowledge import Facts, Name
from tests.attacker.pages import parsed, plain

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


@dataclass(frozen=True, slots=True)
class Day:
    """What somebody reads on one day: the file of targets, and the page of each event of the rows, both in English."""

    day: date
    targets: bytes
    pages: Mapping[str, str]


_LABELS = {"unique_persons": "Different people", "attendances": "Attendances"}


def told_by_days(days: Sequence[Day], rows: Sequence[str]) -> list[str]:
    """Return every number of fewer than five people in *rows* that live pages tell, and every step of so few on them.

    A step of a total tells something new only where the events behind it stay the same and not all of them tell their numbers.
    """
    found = [told for day in days for event, page in day.pages.items() for told in _on_its_page(event, page)]
    tables = [_as_released(day, rows) for day in days]
    facts = [totals_less_events(each, rows) for each in tables]
    ranges = [{name: known.range_of(name) for name in known.limits} for known in facts]
    found += [f"{'/'.join(name)} is at most {high}" for each in ranges for name, (_, high) in each.items() if high < FEW]
    for first, second in permutations(range(len(days)), 2):
        printed = _printed(tables[first], rows) | _printed(tables[second], rows)
        told = {name for name in printed if name[0] == "event" or _of_the_same(name, tables[first], tables[second])}
        found += _steps(ranges[first], ranges[second], told)
    return found


def _stated(page: str) -> Iterator[dict[str, str]]:
    """Yield what each statement on the page of an event says, the newest first."""
    for statement in parsed(page).every("article", **{"class": "stated"}):
        names, values = (list(statement.every(kind)) for kind in ("dt", "dd"))
        yield {plain(name.text()): plain(value.text()) for name, value in zip(names, values, strict=True)}


def _on_its_page(event: str, page: str) -> Iterator[str]:
    for label in _LABELS.values():
        told = sorted({int(said[label]) for said in _stated(page) if said.get(label, "").isdecimal()})
        yield from (f"event {event}: {label} {number}" for number in told if number < FEW)
        yield from (f"event {event}: {label} {one} and {other}" for one, other in pairwise(told) if other - one < FEW)


def _as_released(day: Day, rows: Sequence[str]) -> Tables:
    """Return what was read in the form of a release: an event stands behind a total if it was held in its window."""
    targets = [row for row in rows_of(day.targets) if row["indicator"] in rows]
    events = [_event(event, page) for event, page in day.pages.items() if "badge-not_done" not in page]
    for target in targets:
        mine = [
            each["event"]
            for each in events
            if each["indicator"] == target["indicator"] and target["window_start"] <= each["held_on"] <= target["window_end"]
        ]
        target["counted_from"] = ";".join(mine)
        target["hidden"] = target["achieved_high"] is None
    return {"plan_targets": targets, "head_counts": events}


def _event(event: str, page: str) -> dict[str, Any]:
    whole = parsed(page)
    newest = next(_stated(page))
    row = next(each for each in whole.every("ol", **{"class": "place"}))
    indicator = next(plain(each.text()).split()[0] for each in row.every("strong"))
    numbers = {name: int(said) if (said := newest.get(label, "")).isdecimal() else None for name, label in _LABELS.items()}
    held = datetime.strptime(newest["Date"], "%d %B %Y").date().isoformat()  # noqa: DTZ007 - a day, not a moment
    return {"event": event, "indicator": indicator, "held_on": held, **numbers, "hidden": None in numbers.values()}


def _of_the_same(name: Name, first: Tables, second: Tables) -> bool:
    """Say whether a total was counted from the same events in both, of which some do not tell their numbers."""
    found = [
        target["counted_from"]
        for tables in (first, second)
        for target in tables["plan_targets"]
        if (target["indicator"], target["target"], target["window_start"]) == name[1:]
    ]
    hidden = {each["event"] for tables in (first, second) for each in tables["head_counts"] if each["hidden"]}
    return len(set(found)) == 1 and bool(set(str(found[0]).split(";")) & hidden)

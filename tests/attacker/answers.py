"""What published lines tell of the answers to one wave: sums over groups and choices, bands, bases, means with deviations."""

import math
from collections.abc import Iterable, Mapping, Sequence

from questionnaires.conditions import Chosen
from questionnaires.survey_types import Item, Questionnaire
from tests.attacker.knowledge import Facts, Name
from tests.attacker.lines import TOWN, Line
from tests.attacker.points import tell_points


def facts_of(
    asked: Questionnaire, lines: Sequence[Line], respondents: Mapping[str, int], populations: Mapping[str, int]
) -> Facts:
    """Return everything that *lines* tell of one wave; *respondents* and *populations* are published beside them by stratum."""
    facts = Facts()
    groups = [group.id for group in asked.reporting_groups]
    for item in asked.asked:
        own = [line for line in lines if line.item == item.id and line.measure != "score"]
        if not own:
            continue
        for stratum in (TOWN, *groups):
            _frame(facts, item, stratum, respondents)
            _asked_of(facts, asked, item, stratum)
            for line in own:
                if line.stratum == stratum:
                    _read(facts, item, line)
        for column in sorted({name[2] for name in facts.limits if name[0] == item.id and groups}):
            facts.total([(item.id, group, column) for group in groups], 0, minus=(item.id, TOWN, column))
    for score in asked.scores:
        tell_points(facts, score, groups, [line for line in lines if line.item == score.id], (respondents, populations))
    return facts


def counts_of(item: Item) -> list[str]:
    """Return what is counted of an item, everybody once (of a multiple item each choice by itself)."""
    match item.kind:
        case "knowledge":
            return ["right", "others"]
        case "multiple":
            return [choice.id for choice in item.choices]
        case "likert":
            return ["favourable", "others", *_outside(item)]
        case _:
            return [*_inside(item), *_outside(item)]


def guarded(item: Item) -> list[str]:
    """Return every count of an item that must not be told where it is small: also of those who did not choose something."""
    more = [f"not {choice.id}" for choice in item.choices] if item.kind == "multiple" else []
    return [*counts_of(item), *more]


def _inside(item: Item) -> list[str]:
    return [choice.id for choice in item.choices if not choice.outside_base]


def _outside(item: Item) -> list[str]:
    silent = [] if item.requirement == "required" else ["silent"]
    return [*(choice.id for choice in item.choices if choice.outside_base), *silent]


def _in_base(item: Item) -> list[str]:
    return [column for column in counts_of(item) if column not in _outside(item)] if item.kind != "multiple" else []


def _frame(facts: Facts, item: Item, stratum: str, respondents: Mapping[str, int]) -> None:
    """Note what everybody knows beforehand: how many were asked, and that each of them gave one answer."""
    everyone = facts.unknown((item.id, stratum, "all"))
    if item.show_if is None and stratum in respondents:
        facts.unknown(everyone, respondents[stratum], respondents[stratum])
    names = [(item.id, stratum, column) for column in counts_of(item)]
    if item.kind != "multiple":
        facts.total(names, 0, minus=everyone)
        return
    for name in names:
        facts.total([name, (item.id, stratum, f"not {name[2]}")], 0, minus=everyone)
        for alone in (choice.id for choice in item.choices if choice.exclusive and choice.id != name[2]):
            facts.total([name, (item.id, stratum, alone)], -math.inf, 0, minus=everyone)
    if item.requirement == "required":
        facts.total(names, 0, math.inf, minus=everyone)


def _asked_of(facts: Facts, asked: Questionnaire, item: Item, stratum: str) -> None:
    """Two filters: whoever saw an item gave a certain answer to another one, so their number is the number of those answers."""
    if not isinstance(item.show_if, Chosen) or item.show_if.item == asked.stratum_item:
        return
    before, chosen = asked.item(item.show_if.item), item.show_if.choices
    columns: Sequence[str] = chosen if before.kind == "single" or (before.kind == "multiple" and len(chosen) == 1) else ()
    if before.kind == "knowledge" and chosen == (before.correct,):
        columns = ("right",)
    if before.kind == "likert" and set(chosen) == set(before.favourable):
        columns = ("favourable",)
    if columns:
        here = (item.id, stratum, "all")
        names = [(before.id, stratum, column) for column in columns]
        whole = (before.id, stratum, "all")
        facts.total([*names, here], 0, minus=whole) if item.show_if.negated else facts.total(names, 0, minus=here)


def _read(facts: Facts, item: Item, line: Line) -> None:
    everyone = (item.id, line.stratum, "all")
    inside = [(item.id, line.stratum, column) for column in _in_base(item)]
    if line.measure == "distribution":
        _part(facts, item, line)
        return
    if line.measure == "superiority":
        if line.n and line.base == "answered":
            facts.total(inside, *line.n)
        return
    column = line.choices[0] if line.choices else {"correct": "right", "favourable": "favourable"}[line.measure]
    name = facts.unknown((item.id, line.stratum, column))
    whole = [everyone] if line.base == "seen" or column in _outside(item) or not inside else inside
    if line.n and line.base:
        facts.total(whole, *line.n)
    elif line.n:
        facts.total([everyone], line.n[0], math.inf)
    if line.count:
        facts.unknown(name, *line.count)
    elif line.band == "0-2":
        facts.unknown(name, 0, 2)
    elif line.band == "all_but_0-2":
        facts.total([name], -2, 0, minus=everyone)
    if line.level and line.plain and line.base:
        _share(facts, name, whole, line.level)


def _share(facts: Facts, name: Name, whole: Iterable[Name], level: tuple[float, float]) -> None:
    """Note that a count is a known share of a sum that need not be known."""
    for end, (low, high) in zip(level, ((0.0, math.inf), (-math.inf, 0.0)), strict=True):
        terms = dict.fromkeys(whole, -end)
        terms[name] = terms.get(name, 0.0) + 1
        facts.weighted(terms, low, high)


def _part(facts: Facts, item: Item, line: Line) -> None:
    """Note who stands in one part of a distribution, those outside the base too where a part says so."""
    if line.count is None:
        return
    favourable = [(item.id, line.stratum, f"={choice}") for choice in item.favourable]
    others = [(item.id, line.stratum, f"={choice}") for choice in _inside(item) if choice not in item.favourable]
    if not any(name in facts.limits for name in favourable):
        facts.total(favourable, 0, minus=(item.id, line.stratum, "favourable"))
        facts.total(others, 0, minus=(item.id, line.stratum, "others"))
    names = [(item.id, line.stratum, f"={choice}") for choice in line.choices]
    if line.lumped and _boundary(item) in line.choices:
        names += [(item.id, line.stratum, column) for column in _outside(item)]
    facts.total(names, *line.count)


def _boundary(item: Item) -> str:
    """Return the choice next to the favourable ones: those outside the base stand with it where they are too few."""
    inside = _inside(item)
    others = [choice for choice in inside if choice not in item.favourable]
    return others[0] if inside[0] in item.favourable else others[-1]

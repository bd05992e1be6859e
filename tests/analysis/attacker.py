"""An attacker who has nothing but what is published of waves, the questionnaire, and integer arithmetic.

Written apart from the disclosure control that it tries to defeat: it shares no code with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from questionnaires.survey_types import Item, Questionnaire

Row = Mapping[str, Any]
Name = tuple[str, str, str]
"""Item, stratum and what is counted: a choice, "right", "favourable", "others", "silent" or "all"."""


@dataclass
class Facts:
    """What is known of one wave: unknown whole numbers, the limits of each, and sums that lie between two numbers."""

    limits: dict[Name, tuple[float, float]] = field(default_factory=dict)
    sums: list[tuple[dict[Name, float], float, float]] = field(default_factory=list)

    def unknown(self, name: Name, low: float = 0, high: float = np.inf) -> Name:
        old = self.limits.get(name, (0, np.inf))
        self.limits[name] = (max(low, old[0]), min(high, old[1]))
        return name

    def total(self, parts: Iterable[Name], low: float, high: float | None = None, minus: Name | None = None) -> None:
        terms = dict.fromkeys((self.unknown(part) for part in parts), 1.0)
        if minus:
            terms[self.unknown(minus)] = -1.0
        self.sums.append((terms, low, low if high is None else high))

    def range_of(self, name: Name) -> tuple[int, int]:
        """Return the least and the greatest value that one number can have."""
        linked = self._linked(name)
        order = {key: place for place, key in enumerate(linked)}
        chosen = [entry for entry in self.sums if any(key in order for key in entry[0])]
        matrix = np.zeros((len(chosen), len(order)))
        for line, (terms, _, _) in enumerate(chosen):
            for key, weight in terms.items():
                matrix[line, order[key]] = weight
        sides = LinearConstraint(matrix, [low for _, low, _ in chosen], [high for _, _, high in chosen])
        limits = Bounds([self.limits[key][0] for key in linked], [self.limits[key][1] for key in linked])
        ends = []
        for sign in (1, -1):
            goal = np.zeros(len(order))
            goal[order[name]] = sign
            found = milp(goal, integrality=np.ones(len(order), dtype=int), bounds=limits, constraints=sides)
            assert found.x is not None, f"the publication contradicts itself at {name}"
            ends.append(round(found.x[order[name]]))
        return ends[0], ends[1]

    def _linked(self, name: Name) -> list[Name]:
        known, grown = {name}, True
        while grown:
            grown = False
            for terms, _, _ in self.sums:
                if known & terms.keys() and not terms.keys() <= known:
                    known |= terms.keys()
                    grown = True
        return sorted(known)


def facts_of(asked: Questionnaire, rows: Sequence[Row], wave: str) -> Facts:
    """Return everything that the published *rows* tell of one wave (``before`` or ``after``)."""
    facts = Facts()
    groups = [group.id for group in asked.reporting_groups]
    everybody = {
        stratum: [row[f"n_{wave}"] for row in rows if row["stratum"] == stratum and row["measure"] == "correct"]
        for stratum in ("*", *groups)
    }
    for item in asked.asked:
        own = [row for row in rows if row["item"] == item.id]
        if not own:
            continue
        for stratum in ("*", *groups):
            facts.unknown((item.id, stratum, "all"))
            known = [n for n in everybody[stratum] if n is not None]
            if item.show_if is None and known:
                facts.unknown((item.id, stratum, "all"), known[0], known[0])
            _columns(facts, item, stratum)
            for row in own:
                if row["stratum"] == stratum:
                    _read(facts, item, row, wave)
        for column in {name[2] for name in facts.limits if name[0] == item.id}:
            facts.total([(item.id, group, column) for group in groups], 0, minus=(item.id, "*", column))
    _score(facts, asked, rows, wave)
    return facts


def add_levels(facts: Facts, asked: Questionnaire, rows: Sequence[Row]) -> Facts:
    """Add everything that the page of a wave by itself tells to what is known of that wave, and return it."""
    for item in asked.asked:
        own = [row for row in rows if row["item"] == item.id]
        for stratum in dict.fromkeys(row["stratum"] for row in own):
            _columns(facts, item, stratum)
            shown = [row for row in own if row["stratum"] == stratum]
            for row in shown:
                if row["measure"] != "distribution":
                    _read(facts, item, _as_compared(row), "after")
            _read_parts(facts, item, stratum, [row for row in shown if row["measure"] == "distribution"])
        groups = [group.id for group in asked.reporting_groups]
        for column in sorted({name[2] for name in facts.limits if name[0] == item.id}):
            facts.total([(item.id, group, column) for group in groups], 0, minus=(item.id, "*", column))
    _score(facts, asked, [_as_compared(row) for row in rows], "after")
    return facts


def _as_compared(row: Row) -> Row:
    """Return a row of a wave's own page under the names of a comparison."""
    return {
        "item": row["item"],
        "choice": row["choices"] or None,
        "stratum": row["stratum"],
        "measure": row["measure"],
        "base": row["base"],
        "method": row["method"],
        "n_after": row["n"],
        "count_after": row["count"],
        "band_after": row["band"],
        "after": row["level"],
        "rounding_after": row["rounding"],
    }


def _read_parts(facts: Facts, item: Item, stratum: str, parts: Sequence[Row]) -> None:
    """Read a distribution: who stands in each of its parts, those outside the base too where a part says so."""
    if not parts or parts[0]["count"] is None:
        return
    inside = [choice.id for choice in item.choices if not choice.outside_base]
    outside = [choice.id for choice in item.choices if choice.outside_base]
    for choice in inside:
        facts.unknown((item.id, stratum, f"={choice}"))
    for column, choices in (
        ("favourable", item.favourable),
        ("others", [choice for choice in inside if choice not in item.favourable]),
    ):
        facts.total([(item.id, stratum, f"={choice}") for choice in choices], 0, minus=(item.id, stratum, column))
    for part in parts:
        names = [(item.id, stratum, f"={choice}") for choice in part["choices"].split(";")]
        if part["lumped"]:
            names += [(item.id, stratum, column) for column in (*outside, *_silence(item))]
        facts.total(names, part["count"])


def counts_of(item: Item) -> list[str]:
    """Return what is counted of an item."""
    outside = [choice.id for choice in item.choices if choice.outside_base]
    match item.kind:
        case "knowledge":
            return ["right", "others"]
        case "multiple":
            return [choice.id for choice in item.choices]
        case "likert":
            return ["favourable", "others", *outside, *_silence(item)]
        case _:
            return [*(choice.id for choice in item.choices), *_silence(item)]


def _silence(item: Item) -> list[str]:
    return [] if item.requirement == "required" else ["silent"]


def _columns(facts: Facts, item: Item, stratum: str) -> None:
    everyone = (item.id, stratum, "all")
    names = [(item.id, stratum, column) for column in counts_of(item)]
    if item.kind != "multiple":
        facts.total(names, 0, minus=everyone)
        return
    alone = [choice.id for choice in item.choices if choice.exclusive]
    for name in names:
        facts.total([name], -np.inf, 0, minus=everyone)
        for other in alone:
            if name[2] != other:
                facts.total([name, (item.id, stratum, other)], -np.inf, 0, minus=everyone)
    facts.total(names, 0, np.inf, minus=everyone)


def _read(facts: Facts, item: Item, row: Row, wave: str) -> None:
    stratum, n, count, band = row["stratum"], row[f"n_{wave}"], row[f"count_{wave}"], row[f"band_{wave}"]
    if row["measure"] == "superiority" and n is not None and row["base"] == "answered":
        facts.total([(item.id, stratum, "favourable"), (item.id, stratum, "others")], n)
    if row["measure"] in ("superiority", "score"):
        return
    column = row["choice"] or {"correct": "right", "favourable": "favourable"}[row["measure"]]
    name, everyone = (item.id, stratum, column), (item.id, stratum, "all")
    if n is not None:
        outside = [choice.id for choice in item.choices if choice.outside_base]
        if row["base"] == "seen" or column in outside:
            facts.unknown(everyone, n, n)
        else:
            facts.total([(item.id, stratum, c) for c in counts_of(item) if c not in (*outside, "silent")], n)
    if count is not None:
        facts.unknown(name, count, count)
    elif band == "0-2":
        facts.unknown(name, 0, 2)
    elif band == "all_but_0-2":
        facts.total([name], -2, 0, minus=everyone)


def _score(facts: Facts, asked: Questionnaire, rows: Sequence[Row], wave: str) -> None:
    for score in asked.scores:
        for row in rows:
            plain = not row["method"].startswith("stratified")
            if row["measure"] == "score" and row["item"] == score.id and row[wave] is not None and plain:
                n = row[f"n_{wave}"]
                names = [(item, row["stratum"], "right") for item in score.items]
                half = row[f"rounding_{wave}"] / 2
                facts.total(names, n * (row[wave] - half) - 1e-6, n * (row[wave] + half) + 1e-6)

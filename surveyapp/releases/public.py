"""The public level of a release: the same cells hidden as for the group, and whatever is shown made coarser."""

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, Final

from analysis.magnitudes import USUAL, Guard, may_be_told
from questionnaires.plan_types import Plan
from surveyapp.ledger.documents import Cell, rows_in, rows_of
from surveyapp.releases import tables
from surveyapp.releases.tables import TableKind, parts_of
from surveyapp.results.words import whole_percent

_STEP: Final = 5
_SCORE_STEP: Final = 0.5
_LEFT_OUT: Final = frozenset({"head_counts", "conclusions", "proposals"})
"""Tables of single events and of what the group writes for the council."""
_DOWNWARDS: Final = frozenset({"low", "before_low", "after_low", "change_low", "narrowest_low", "widest_low"})
_UPWARDS: Final = frozenset(
    {"high", "before_high", "after_high", "change_high", "smallest_visible_change", "narrowest_high", "widest_high"}
)
_AS_DECLARED: Final = frozenset({"margin"})
"""Numbers of a survey that the questionnaire says, whatever was answered."""
_REACHED: Final = ("achieved", "achieved_low", "achieved_high")
_HOURS: Final = "hours"
_EUROS: Final = "eur"
Part = tuple[Cell, Cell, float | None]
"""Hours of one event: its number, its institution, and how many; None where that is not known."""
Given = frozenset[Part]
"""The events that a sum of hours or money is made of."""
UNKNOWN: Final[Given] = frozenset({(None, None, None)})
Key = tuple[Cell, ...]


def coarsened(
    document: Mapping[str, Any], plan: Plan, told: Sequence[Mapping[Key, Given]] = (), guard: Guard = USUAL
) -> dict[str, Any]:
    """Return *document* as the public may have it: a function of what the group sees, so the two never subtract to more.

    Counts of people in surveys are rounded to 5, shares to whole percentages, mean scores to half a point and the ends of
    their ranges outwards, so that no range seems narrower than it is; effect sizes are those of these numbers. Of rows about
    people at risk or harmed no number stays, only the degree. Single events and whatever somebody typed are left out, and so
    are the check sums of the finer results behind it: of a small survey the exact counts could be found by trying which ones
    fit. Hours and money that institutions report with their events are told in sum only, and only if no institution can be
    told from it, nor from several sums together, those of earlier releases for everybody too: *told* holds for each what its
    sums were given by then.
    """
    closed = _closed(hours_given(document), [sum_ for one in told for sum_ in one.items()], guard)
    made_from = {
        name: [{key: value for key, value in each.items() if key != "hash"} for each in document["made_from"][name]]
        for name in document.get("made_from", ())
    }
    kept = [_coarser(table, plan.sensitive_rows, closed) for table in document["tables"] if table["name"] not in _LEFT_OUT]
    return {**document, **({"made_from": made_from} if made_from else {}), "tables": kept}


def _coarser(table: Mapping[str, Any], sensitive: frozenset[str], closed: Container[Key]) -> dict[str, Any]:
    kind = tables.KINDS[table["name"]]
    rows = rows_in(table)
    if kind is tables.PLAN_TARGETS:
        return kind.made(_target(row, sensitive, closed) for row in rows)
    if kind is tables.DECISIONS:
        return kind.made(row | {"said": _said(row), "minutes": None} for row in rows)
    if kind is tables.PLAN_ROWS:
        return kind.made(row | ({"flags": "", "events": None} if row["indicator"] in sensitive else {}) for row in rows)
    if kind is tables.MONEY:
        return kind.made(row | {"source": None} for row in rows)
    if kind.name.startswith("survey_"):
        return kind.made(_survey(row, kind) for row in rows)
    return dict(table)


def _said(row: Mapping[str, Any]) -> str | None:
    """Return which reading, degree or option was chosen; an answer in own words stays with the group."""
    own_words = row["kind"] == "answer" and not str(row["said"]).isdecimal()
    return None if own_words else row["said"]


def _target(row: dict[str, Any], sensitive: frozenset[str], closed: Container[Key]) -> dict[str, Any]:
    of_few = row["indicator"] in sensitive
    if not of_few and tables.key_of(tables.PLAN_TARGETS, row) not in closed:
        return row | {"counted_from": None}
    on_demand = of_few and row["kind"] == "on_demand"
    without = dict.fromkeys(_REACHED) | {"certainty": None, "flags": "", "hidden": True, "counted_from": None}
    return row | without | ({"required": None} if on_demand else {})


def hours_given(document: Mapping[str, Any]) -> dict[Key, Given]:
    """Return of which events each sum of hours or money of a release for the group is; its targets are named by their keys.

    What the municipality states of its own budget comes from no event and is told. Money of single events is in no table, so
    that it is not known of anybody.
    """
    events = {str(row["event"]): row for row in rows_of(document, "head_counts")}
    found: dict[Key, Given] = {}
    for row in rows_of(document, "plan_targets"):
        parts = parts_of(row["counted_from"])
        if parts and {_HOURS, _EUROS} & {row["unit"], row["counted"]}:
            counted = [events.get(part, {}) for part in parts] if _HOURS in {row["unit"], row["counted"]} else [{}]
            found[tables.key_of(tables.PLAN_TARGETS, row)] = _given(counted)
    return found


def tells_hours(document: Mapping[str, Any]) -> set[Key]:
    """Return the targets whose sum of hours a release for everybody tells."""
    return {
        tables.key_of(tables.PLAN_TARGETS, row)
        for row in rows_of(document, "plan_targets")
        if _HOURS in {row["unit"], row["counted"]} and any(row[name] is not None for name in _REACHED)
    }


def _given(events: Iterable[Mapping[str, Cell]]) -> Given:
    hours = ((event.get("event"), event.get("institution"), event.get("hours")) for event in events)
    return frozenset((event, who, value if isinstance(value, int | float) else None) for event, who, value in hours)


def _closed(now: Mapping[Key, Given], told: Sequence[tuple[Key, Given]], guard: Guard) -> set[Key]:
    """Return which sums stay hidden, so that those shown and those *told* before never subtract to one institution's hours.

    A year's sum and the sum of the whole plan hold the same events. Where events stand in just the same sums, what these events
    give together can be worked out at worst, and so has to be as safe as a sum that is told: what is safe in parts is safe in
    sum (Cox 1981, the rule is subadditive).
    """
    shown = {key: given for key, given in now.items() if _safe(given, guard)}
    again = {given for _key, given in told}  # what is told once more tells nothing new
    while True:
        sums = [*shown.items(), *told]
        risky = _risky([given for _key, given in sums], guard)
        before = [told[at - len(shown)] for at in risky if at >= len(shown)]
        closing = {
            key
            for at, (key, given) in enumerate(shown.items())
            if given not in again and (at in risky or any(_meet(key, given, other, then) for other, then in before))
        }
        if not closing:
            return set(now) - set(shown)
        shown = {key: given for key, given in shown.items() if key not in closing}


def _risky(sums: Sequence[Given], guard: Guard) -> set[int]:
    """Return the places of the sums that have events which no other sum parts, and whose hours must not be told."""
    standing: dict[Part, list[int]] = {}
    for at, given in enumerate(sums):
        for part in given:
            standing.setdefault(part, []).append(at)
    together: dict[tuple[int, ...], list[Part]] = {}
    for part, places in standing.items():
        if part[2] != 0:  # an event of no hours changes no sum
            together.setdefault(tuple(places), []).append(part)
    return {at for places, parts in together.items() if not _safe(parts, guard) for at in places}


def _meet(key: Key, given: Given, other: Key, then: Given) -> bool:
    """Say whether two sums hold events in common; of what is not known any more, whether they are of one row."""
    return not given.isdisjoint(then) or (then == UNKNOWN and key[0] == other[0])


def _safe(parts: Iterable[Part], guard: Guard) -> bool:
    """Say whether the sum of *parts* may be told, one contribution of each institution."""
    by_institution: dict[Cell, float | None] = {}
    for _event, institution, hours in parts:
        before = by_institution.get(institution, 0.0)
        by_institution[institution] = None if before is None or hours is None else before + hours
    return may_be_told(by_institution.values(), guard)


def _survey(row: dict[str, Any], kind: TableKind) -> dict[str, Any]:
    """Return a row of a survey's table: its whole numbers are people, its other numbers shares or mean scores."""
    score = row.get("measure") == "score"
    coarse = dict(row)
    for name, value in row.items():
        if value is None or name in _AS_DECLARED:
            continue
        match kind.columns[name]:
            case "integer":
                coarse[name] = _STEP * round(value / _STEP)
            case "number":
                coarse[name] = _half_points(name, value) if score else whole_percent(value) / 100
            case _:
                continue  # words, days, yes and no
    return coarse | _effect(coarse) if coarse.get("effect") is not None else coarse


def _effect(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the effect size that follows from the coarse numbers of a row; none of mean scores, as no deviation is told."""
    match row["effect_name"]:
        case "cohens_h":  # Cohen (1988), Statistical Power Analysis, chapter 6
            return {"effect": round(2 * (math.asin(math.sqrt(row["after"])) - math.asin(math.sqrt(row["before"]))), 2)}
        case "cliffs_delta":
            return {"effect": round(2 * row["after"] - 1, 2)}
    return {"effect": None, "effect_name": None}


def _half_points(name: str, value: float) -> float:
    """Return points of a score in steps of half a point, what bounds it outwards: half a point is wider than most ranges."""
    steps = value / _SCORE_STEP
    if name in _DOWNWARDS:
        return _SCORE_STEP * math.floor(steps)
    return _SCORE_STEP * (math.ceil(steps) if name in _UPWARDS else round(steps))

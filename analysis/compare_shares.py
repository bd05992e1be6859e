"""Before and after of one share: levels, change, effect and test, from counts that may be partly hidden."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis import change, estimates, significance
from analysis.compare_rows import Json
from analysis.counts import SMALLEST_STRATUM
from analysis.detectable import smallest_visible_share
from analysis.tables import TOWN, Band, Figure, ItemTable, Reason, StratumFigures, WaveTables
from questionnaires.survey_types import Item


@dataclass(frozen=True, slots=True)
class Part:
    """The people with a trait, the answers and the population of one stratum."""

    group: str
    x: int
    n: int
    population: int


@dataclass(frozen=True, slots=True)
class ShareSide:
    """One wave of a share: the people with the trait of the ``n`` in its base, and the groups to stratify by, if any."""

    x: int | None = None
    n: int | None = None
    population: int | None = None
    hidden: Reason | None = None
    band: Band | None = None
    parts: tuple[Part, ...] = ()

    @property
    def usable(self) -> int | None:
        """The population where it can serve a finite population correction."""
        return self.population if self.population is not None and (self.n or 0) <= self.population else None


def share_side(wave: WaveTables, table: ItemTable, stratum: str, column: str, *, of_seen: bool) -> ShareSide:
    """Return a wave's side of the share of *column*; *of_seen* takes everybody who saw the item as its base."""
    figures = table.strata[stratum]
    figure = figures.figure(column)
    people = wave.response[stratum].population
    parts = _parts(wave, table, column, of_seen=of_seen) if stratum == TOWN and figure.count is not None else ()
    return ShareSide(figure.count, _size(figures, of_seen=of_seen), people, _why(figures, figure), figure.band, parts)


def share_level(side: ShareSide) -> tuple[estimates.ShareEstimate | None, str]:
    """Return the level of one wave by itself, over its groups where they serve as strata, and the method ("" without one)."""
    level = _level(side, stratified=True)
    return level, _level_method(side, stratified=True) if level else ""


def counts_everybody(item: Item, tables: Sequence[ItemTable]) -> bool:
    """Say whether the shares of *item* are of all who saw it, because too few are outside the base to tell.

    One base for all strata and all waves that are shown beside each other, by what is visible: where somewhere 0-2 people are
    outside, their number would stand between the base and the number of those who saw the item. Knowledge and multiple items
    have nobody outside the base.
    """
    if item.counted_as not in ("likert", "single"):
        return True
    return any(part.seen is not None and part.base is None for table in tables for part in table.strata.values())


def in_strata(before: ShareSide, after: ShareSide) -> bool:
    """Say whether the change between two waves is computed over their groups: both have the same ones."""
    return bool(before.parts) and [part.group for part in before.parts] == [part.group for part in after.parts]


def share_numbers(before: ShareSide, after: ShareSide, *, compared: bool) -> tuple[dict[str, Json], str]:
    """Return what is known of the levels and, if *compared*, of the change of a share, and the methods used."""
    stratified = in_strata(before, after) if compared else bool(before.parts or after.parts)
    first, second = _level(before, stratified=stratified), _level(after, stratified=stratified)
    numbers: dict[str, Json] = {**_interval("before", first), **_interval("after", second)}
    used = [_level_method(side, stratified=stratified) for side, level in ((before, first), (after, second)) if level]
    methods = list(dict.fromkeys(used))
    if compared and first and second and before.x is not None and after.x is not None and before.n and after.n:
        if stratified:
            moved, test = _stratified(before.parts, after.parts)
            methods.append("stratified newcombe with fpc")
        else:
            moved = change.share_change(before.x, before.n, after.x, after.n, before.usable, after.usable)
            test = significance.boschloo(before.x, before.n, after.x, after.n)
            methods.append("newcombe with fpc" if before.usable is not None or after.usable is not None else "newcombe")
        numbers |= _moved(moved)
        numbers["effect"] = change.cohens_h(first.share, second.share)
        numbers["p"] = test.p_value if test else None
        numbers["smallest_visible_change"] = smallest_visible_share(before.n, after.n, first.share)
        methods += [test.method] if test else []
    return numbers, "; ".join(methods)


def _moved(moved: change.Change | None) -> dict[str, Json]:
    if moved is None:
        return {}
    limits = moved.interval
    return {
        "change": moved.change,
        "change_low": limits.low if limits else None,
        "change_high": limits.high if limits else None,
    }


def _stratified(before: Sequence[Part], after: Sequence[Part]) -> tuple[change.Change | None, significance.Significance | None]:
    """Return the weighted change, and the test within the groups, with p = 1 if it points the other way.

    The test weighs groups by their answers, the change by their people: where groups move against each other the two can
    have different signs, and then the test is no evidence of this change.
    """
    x1, n1, people1 = columns_of(before)
    x2, n2, people2 = columns_of(after)
    moved = change.stratified_newcombe_fpc(x1, n1, people1, x2, n2, people2)
    test = significance.cochran_mantel_haenszel(x1, n1, x2, n2)
    surplus = sum((b * m - a * n) / (m + n) for a, m, b, n in zip(x1, n1, x2, n2, strict=True))
    against = moved is not None and moved.change * surplus < 0
    return moved, replace(test, p_value=1.0) if test and against else test


def columns_of(parts: Sequence[Part]) -> tuple[list[int], list[int], list[int]]:
    """Return the people with the trait, the answers and the populations of the groups."""
    return [part.x for part in parts], [part.n for part in parts], [part.population for part in parts]


def _level(side: ShareSide, *, stratified: bool) -> estimates.ShareEstimate | None:
    if side.x is None or not side.n:
        return None
    if stratified and side.parts:
        return estimates.stratified_share(*columns_of(side.parts))
    return estimates.share(side.x, side.n, side.usable)


def _level_method(side: ShareSide, *, stratified: bool) -> str:
    if stratified and side.parts:
        return "post-stratified with mover"
    return "hypergeometric" if side.usable is not None else "wilson"


def _interval(name: str, level: estimates.ShareEstimate | None) -> dict[str, Json]:
    limits = level.interval if level else None
    return {
        name: level.share if level else None,
        f"{name}_low": limits.low if limits else None,
        f"{name}_high": limits.high if limits else None,
    }


def _size(figures: StratumFigures, *, of_seen: bool) -> int | None:
    return figures.seen if of_seen else figures.base


def _why(figures: StratumFigures, figure: Figure) -> Reason | None:
    return figures.hidden or figure.hidden


def _parts(wave: WaveTables, table: ItemTable, column: str, *, of_seen: bool) -> tuple[Part, ...]:
    """Return the groups as strata; none unless all with people are visible and large enough, and everybody is in one."""
    parts = []
    for name in wave.strata[1:]:
        people, figures = wave.response[name].population, table.strata[name]
        count, n = figures.figure(column).count, _size(figures, of_seen=of_seen)
        if people == 0 and not n:
            continue
        if people is None or count is None or n is None or not SMALLEST_STRATUM <= n <= people:
            return ()
        parts.append(Part(name, count, n, people))
    everybody = sum(part.n for part in parts) == _size(table.strata[TOWN], of_seen=of_seen)
    return tuple(parts) if len(parts) > 1 and everybody else ()

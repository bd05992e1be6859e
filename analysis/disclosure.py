"""The only door from counts to what may be shown: merging, suppression, and an attacker who must fail.

The rules are those of one wave by itself, so a wave shows the same wherever it appears and pages cannot be subtracted from
each other. Whatever is derived (shares, intervals, tests, verdicts) is computed afterwards from what is visible here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, replace
from typing import Any, Final

from analysis import steps
from analysis.counts import WaveCounts
from analysis.kept_waves import tables_from
from analysis.linked_items import (
    REST,
    Shape,
    band_limits,
    bin_count,
    bin_table,
    choice_links,
    effective_size,
    figures_count,
    groups_that_may_be_shown,
    hidden_of,
    linked_tables,
    merged_bins,
    needs_detail,
    outside_columns,
    outside_total,
    shape_of,
    shown_columns,
    sides,
)
from analysis.protected_points import with_points
from analysis.protected_scores import protected_scores
from analysis.suppression import (
    SMALL,
    Key,
    LinkedTable,
    joined,
    weaknesses,
)
from analysis.tables import (
    TOWN,
    Bin,
    Figure,
    ItemTable,
    RawTable,
    RawWave,
    Reason,
    ResponseFigures,
    StratumFigures,
    WaveTables,
    outside_choices,
    raw_wave,
)
from analysis.thresholds import USUAL, Thresholds
from questionnaires.conditions import Chosen
from questionnaires.survey_types import Item, Questionnaire

_DOOR: Final = object()


@dataclass(frozen=True)
class PublicTable(ItemTable):
    """An item table that has passed disclosure control; nothing outside this module can make one."""

    door: InitVar[object] = None

    def __post_init__(self, door: object) -> None:
        _only_from_here(door)


@dataclass(frozen=True)
class PublicWave(WaveTables):
    """A wave that has passed disclosure control; nothing outside this module can make one."""

    door: InitVar[object] = None

    def __post_init__(self, door: object) -> None:
        _only_from_here(door)


def protect_wave(questionnaire: Questionnaire, counts: WaveCounts, least: Thresholds = USUAL) -> PublicWave:
    """Return what may be shown of a wave, from its counts, by *least*.

    Raises `DisclosureRefusedError` if nothing safe could be made.
    """
    return protect(raw_wave(questionnaire, counts, least))


def protect(wave: RawWave) -> PublicWave:
    """Return what may be shown of a wave.

    A function of that wave alone. Raises `DisclosureRefusedError` if the attacker gets through all the same.
    """
    released: dict[str, _Released] = {}
    for item in steps.each("protect", wave.questionnaire.asked):
        if item.id in wave.items:
            released[item.id] = _release(
                RawTable(item, wave.items[item.id].strata), _audience(wave, item, released), wave.least
            )
    scored = {item for score in wave.questionnaire.scores for item in score.items}
    parts = {item: part for item, part in released.items() if item in scored}
    hidden = frozenset[Key]().union(*(part.hidden for part in parts.values()))
    linked = {item: part.linked for item, part in parts.items()}
    scores = with_points(wave, linked, hidden, protected_scores(wave, linked, hidden))
    items = {item: PublicTable(part.table.item, part.table.strata, door=_DOOR) for item, part in released.items()}
    return PublicWave(wave.questionnaire, _response(wave), items, scores, wave.least, door=_DOOR)


def read_back(questionnaire: Questionnaire, kept: Mapping[str, Any]) -> PublicWave:
    """Return a wave that was protected before, from the JSON that `kept_waves.to_json` made of it.

    A wave is protected once and then read back: another version of the solver could hide other cells, and what is shown now
    could then be subtracted from what was shown before. The caller answers for nobody having changed what was kept.
    """
    wave = tables_from(questionnaire, kept)
    items = {name: PublicTable(table.item, table.strata, door=_DOOR) for name, table in wave.items.items()}
    return PublicWave(questionnaire, wave.response, items, wave.scores, wave.least, door=_DOOR)


@dataclass(frozen=True, slots=True)
class _Released:
    """What is shown of an item, and the linked table behind it with what is hidden there, for tables that lean on it."""

    table: ItemTable
    linked: LinkedTable
    hidden: frozenset[Key]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Audience:
    """Whether anybody can know how many saw an item, in the town and in the groups."""

    town: bool = True
    groups: bool = True


def _only_from_here(door: object) -> None:
    if door is not _DOOR:
        raise TypeError("only disclosure.protect() makes tables that may be shown")


def _response(wave: RawWave) -> dict[str, ResponseFigures]:
    """Return who answered by group: a group's number by the base rule, the town's always; populations are public."""
    sizes = {name: part.respondents or 0 for name, part in wave.response.items() if name != TOWN}
    sizes[REST] = (wave.response[TOWN].respondents or 0) - sum(sizes.values())
    shown = (TOWN, *groups_that_may_be_shown(sizes, sizes, wave.least.base))
    return {
        name: ResponseFigures(part.respondents if name in shown else None, part.population)
        for name, part in wave.response.items()
    }


def _audience(wave: RawWave, item: Item, released: Mapping[str, _Released]) -> _Audience:
    """Say where the number of those who saw an item is itself public.

    It is for an item asked of everybody, of whole reporting groups, or of those who gave a visible answer to one item.
    """
    nobody = _Audience(town=False, groups=False)
    questionnaire, condition = wave.questionnaire, item.show_if
    if condition is None:
        return _Audience()
    if not isinstance(condition, Chosen):
        return nobody
    if condition.item == questionnaire.stratum_item:
        split = any(len({leaf in condition.choices for leaf in group.leaves()}) > 1 for group in questionnaire.reporting_groups)
        return nobody if split else _Audience()
    before = released.get(condition.item)
    columns = _telling(wave, item, condition)
    if before is None or columns is None:
        return nobody
    open_rows = {name: _open(part, columns) for name, part in before.table.strata.items()}
    return _Audience(town=open_rows[TOWN], groups=all(open_rows.values()))


def _telling(wave: RawWave, item: Item, condition: Chosen) -> tuple[str, ...] | None:
    """Return the choices whose counts give the number of people who meet *condition*; None if no sum of counts does.

    Of several choices of a multiple item only one or all but "none of these" will do, and that only if nobody was silent.
    """
    asked, chosen = wave.questionnaire.item(condition.item), condition.choices
    if asked.counted_as == "single" or (asked.counted_as == "multiple" and len(chosen) == 1):
        return chosen
    alone = tuple(choice.id for choice in asked.choices if choice.exclusive)
    if asked.counted_as != "multiple" or len(alone) != 1 or {*chosen, *alone} != {choice.id for choice in asked.choices}:
        return None
    strata = wave.items[item.id].strata.items()
    parents = wave.items[asked.id].strata
    seen = {name: (parents[name].seen or 0) - figures_count(parents[name], alone[0]) for name, _ in strata}
    nobody_silent = all(part.seen == seen[name] for name, part in strata)
    return alone if not condition.negated and alone[0] not in chosen and nobody_silent else None


def _open(figures: StratumFigures, columns: Sequence[str]) -> bool:
    return not figures.hidden and all(figures.figure(column).count is not None for column in columns)


def _release(table: RawTable, audience: _Audience, least: Thresholds) -> _Released:
    """Return the most that may be shown of an item: with less detail and then without groups if the attacker gets through."""
    shape = shape_of(table, least)
    if not audience.town or shape is None:
        return _nothing(table, "condition" if not audience.town else _why_nothing(table, least))
    if not audience.groups:
        shape = replace(shape, groups=())
    for attempt in _attempts(table, shape):
        if not weaknesses(attempt.linked, attempt.hidden):
            return attempt
    return _nothing(table, "small_count")


def _attempts(table: RawTable, shape: Shape) -> Iterator[_Released]:
    """Yield ever smaller releases of an item, none any more once a part of it may not even tell how small a count is."""
    alone = replace(shape, groups=(), detailed=shape.detailed & {TOWN})
    for reduced in (shape, alone) if shape.groups else (alone,):
        tables = linked_tables(table, reduced)
        parts = [part for part in (hidden_of(each, reduced) for each in tables) if part is not None]
        if len(parts) < len(tables):
            return
        hidden = frozenset[Key]().union(*parts)
        whole = joined(tables, choice_links(table, reduced) if table.item.counted_as == "multiple" else ())
        for finer in (True, False):
            lumped, bins = _distribution(table, reduced, hidden, finer=finer)
            if bins:
                more = bin_table(table, bins, lumped=lumped)
                yield _built(table, reduced, joined((whole, more)), hidden | more.cells.keys(), bins, lumped)
        yield _built(table, reduced, whole, hidden, {}, {})


def _built(
    table: RawTable,
    shape: Shape,
    linked: LinkedTable,
    hidden: frozenset[Key],
    bins: Mapping[str, tuple[Bin, ...]],
    lumped: Mapping[str, bool],
) -> _Released:
    strata = {}
    for name, part in table.strata.items():
        if name not in (TOWN, *shape.groups):
            strata[name] = StratumFigures(None, None, {}, hidden=_why_no_group(table, name, shape.least))
            continue
        total = outside_total(shape.outside)
        closed = total is not None and (table.item.id, name, total) in hidden
        figures = {column: _figure(table, name, column, linked, hidden) for column in shown_columns(table.item)}
        figures |= {column: _figure(table, name, column, linked, hidden) for column in outside_choices(table.item)}
        base = None if closed else part.base
        strata[name] = StratumFigures(part.seen, base, figures, bins.get(name, ()), lumped=lumped.get(name, False))
    return _Released(ItemTable(table.item, strata), linked, hidden, shape.groups)


def _figure(table: RawTable, name: str, column: str, linked: LinkedTable, hidden: frozenset[Key]) -> Figure:
    key = (table.item.id, name, column)
    if not linked.cells[key].shown:
        return Figure(None, "detail")
    if key not in hidden:
        return Figure(linked.cells[key].value)
    seen = table.strata[name].seen or 0
    if name != TOWN or column not in shown_columns(table.item):
        return Figure(None, "small_count")
    low, high = band_limits(linked.cells[key].value, seen)
    return Figure(None, "small_count", "0-2" if high == SMALL else "all_but_0-2" if low == seen - SMALL else None)


def _nothing(table: RawTable, reason: Reason) -> _Released:
    strata = {name: StratumFigures(None, None, {}, hidden=reason) for name in table.strata}
    return _Released(ItemTable(table.item, strata), LinkedTable({}, ()), frozenset(), ())


def _why_nothing(table: RawTable, least: Thresholds) -> Reason:
    if needs_detail(table.item):
        return "base" if effective_size(table, TOWN) < least.base else "detail"
    seen = table.strata[TOWN].seen or 0
    return "small_count" if outside_columns(table) and seen >= least.base + SMALL else "base"


def _why_no_group(table: RawTable, name: str, least: Thresholds) -> Reason:
    shape = shape_of(table, least)
    if shape is None or name in shape.groups:
        return "small_count"
    return "detail" if needs_detail(table.item) else "base"


def _distribution(
    table: RawTable, shape: Shape, hidden: frozenset[Key], *, finer: bool
) -> tuple[dict[str, bool], dict[str, tuple[Bin, ...]]]:
    """Return, for each row with enough people, the distribution of a likert item in bins of at least 3 people.

    The groups share their bins; the town's refine them if *finer*, else they are the same. Where too few people to be told
    apart are outside the base, they go into the bin of the last choice that is not favourable.
    """
    parts = sides(table.item) if table.item.counted_as == "likert" else None
    if parts is None or TOWN not in shape.detailed:
        return {}, {}
    groups = [name for name in shape.groups if name in shape.detailed]
    lumped = {name: _lumped(table, shape, hidden, name) for name in (*groups, TOWN)}
    if not _favourable_shown(table, hidden, TOWN):
        return {}, {}
    bins: dict[str, tuple[Bin, ...]] = {}
    within: Sequence[tuple[str, ...]] = parts
    if groups and all(_favourable_shown(table, hidden, name) for name in groups):
        together = any(lumped[name] for name in groups)
        lumped |= dict.fromkeys(groups, together)
        within = merged_bins(table, groups, parts, lumped=together)
        bins = {name: _bins(table, name, within, lumped=together) for name in groups}
    if finer or not bins:
        within = merged_bins(table, [TOWN], within, lumped=lumped[TOWN])
    bins[TOWN] = _bins(table, TOWN, within, lumped=lumped[TOWN])
    return lumped, {name: part for name, part in bins.items() if all(one.count > SMALL for one in part)}


def _bins(table: RawTable, row: str, choices: Sequence[tuple[str, ...]], *, lumped: bool) -> tuple[Bin, ...]:
    return tuple(Bin(part, bin_count(table, row, part, lumped=lumped)) for part in choices)


def _lumped(table: RawTable, shape: Shape, hidden: frozenset[Key], row: str) -> bool:
    total = outside_total(shape.outside)
    return total is not None and (table.item.id, row, total) in hidden


def _favourable_shown(table: RawTable, hidden: frozenset[Key], row: str) -> bool:
    return all((table.item.id, row, column) not in hidden for column in shown_columns(table.item))

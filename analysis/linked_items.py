"""Each item of a wave as linked tables: the town, its reporting groups, and the columns that add up to those who saw it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.patterns import Question, hidden_cells
from analysis.suppression import SMALL, Cell, Key, Link, LinkedTable, suppress
from analysis.tables import CORRECT, FAVOURABLE, TOWN, Bin, Figure, ItemTable, StratumFigures, inside_choices, outside_choices
from analysis.thresholds import Thresholds
from questionnaires.survey_types import Item

REST: Final = "~rest"
OUTSIDE: Final = "~outside"
_OTHERS: Final = "~others"
_BESIDE: Final = "~beside"
_SILENT: Final = "~silent"
_TWO: Final = 2
"""Categories of a question whose cells are hidden by fixed patterns."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What of one item is put on the table: the ``groups`` beside the town, and the rows that have enough people for detail.

    ``outside`` says how people can be outside the base (by a choice, or by silence).
    """

    groups: tuple[str, ...]
    detailed: frozenset[str]
    outside: tuple[str, ...]
    least: Thresholds


def figures_count(figures: StratumFigures, column: str) -> int:
    """Return the count of *column* of an unprotected table."""
    count = figures.figures[column].count
    if count is None:
        raise ValueError(f"{column} is hidden: linked tables are made of unprotected ones")
    return count


def outside_columns(table: ItemTable) -> tuple[str, ...]:
    """Return the columns of people outside the base: the outside choices, and silence.

    Every question can be left empty, a required one by a decision of its own (on paper, in a file from elsewhere, on the page).
    So silence is reckoned with whether anybody was silent or not: else being shown would tell which. Not so in a required
    question with three and more answers, whose hidden cells are found from the true counts anyway: there somebody who takes
    it for granted that nobody was silent is held off.
    """
    item = table.item
    if item.counted_as not in ("likert", "single"):
        return ()
    surely = needs_detail(item) and item.requirement == "required"
    silent = not surely or any(_silent(item, part) for part in table.strata.values())
    return (*outside_choices(item), _SILENT) if silent else outside_choices(item)


def effective_size(table: ItemTable, stratum: str) -> int:
    """Return how many people count towards the thresholds: those in the base, 0-2 people outside it counted alike as 2."""
    figures = table.strata[stratum]
    seen, base = figures.seen or 0, figures.base or 0
    return seen - max(seen - base, SMALL) if outside_columns(table) else seen


def _known_size(table: ItemTable, stratum: str) -> int:
    """Return the least that `effective_size` can be where few are outside the base: it depends on what anybody knows."""
    seen = table.strata[stratum].seen or 0
    return seen - SMALL if outside_columns(table) else seen


def groups_that_may_be_shown(sizes: Mapping[str, int], people: Mapping[str, int], base: int) -> tuple[str, ...]:
    """Return the groups of at least *base* people whose rest is nobody or at least as many in all (base rule).

    *sizes* count towards the threshold, *people* saw the item; `REST` stands for people in no group. If those left out are
    together too few, the smallest of the shown groups is left out with them.
    """
    large = (name for name, size in sizes.items() if size >= base and name != REST)
    shown = sorted(large, key=lambda name: -sizes[name])
    while shown:
        left_out = [name for name in sizes if name not in shown]
        if not sum(people[name] for name in left_out) or sum(sizes[name] for name in left_out) >= base:
            break
        shown.pop()
    return tuple(name for name in sizes if name in shown)


def shape_of(table: ItemTable, least: Thresholds) -> Shape | None:
    """Return what of an item may be put on the table by the base and the detail rule of *least*; None if nothing."""
    whole = effective_size(table, TOWN)
    if whole < least.base:
        return None
    groups = [name for name in table.strata if name != TOWN]
    # Which groups are on the table must not depend on who is outside the base: those too many for it fail a pattern later.
    size = effective_size if needs_detail(table.item) else _known_size
    sizes = {name: size(table, name) for name in groups}
    people = {name: table.strata[name].seen or 0 for name in groups}
    everybody = table.strata[TOWN].seen or 0
    if everybody > sum(people.values()):
        alone = ItemTable(
            table.item, {**table.strata, REST: _without(table.strata[TOWN], [table.strata[name] for name in groups])}
        )
        sizes[REST], people[REST] = size(alone, REST), everybody - sum(people.values())
    shown = groups_that_may_be_shown(sizes, people, least.base)
    detailed = {TOWN} if whole >= least.detail else set()
    complete = sum(people[name] for name in shown) == everybody
    if complete and all(effective_size(table, name) >= least.detail for name in shown):
        detailed |= set(shown)
    if needs_detail(table.item):
        if TOWN not in detailed:
            return None
        shown = tuple(name for name in shown if name in detailed)
    return Shape(shown, frozenset(detailed), outside_columns(table), least)


def needs_detail(item: Item) -> bool:
    """Say whether the item has more than two categories and no declared way to make two of them."""
    return item.counted_as == "single" and len(inside_choices(item)) > SMALL


def shown_columns(item: Item) -> tuple[str, ...]:
    """Return the columns in the base that an item shows, apart from the distribution of a likert item."""
    match item.counted_as:
        case "knowledge":
            return (CORRECT,)
        case "likert":
            return (FAVOURABLE,)
        case "multiple":
            return tuple(choice.id for choice in item.choices)
        case _:
            return inside_choices(item)


def linked_tables(table: ItemTable, shape: Shape) -> list[LinkedTable]:
    """Return the tables that stand for an item: one, or for a multiple item one per choice."""
    rows = _rows(table, shape)
    if table.item.counted_as == "multiple":
        return [_linked(table.item, rows, _two_columns(rows, choice.id), shape) for choice in table.item.choices]
    if table.item.counted_as == "single":
        inside = {name: {c: figures_count(part, c) for c in inside_choices(table.item)} for name, part in rows.items()}
    else:
        inside = _two_columns(rows, CORRECT if table.item.counted_as == "knowledge" else FAVOURABLE)
    return [_linked(table.item, rows, inside, shape)]


def hidden_of(linked: LinkedTable, shape: Shape) -> frozenset[Key] | None:
    """Return what is hidden of a linked table, by a fixed pattern where there are two categories; None: nothing is shown."""
    outside = (*shape.outside, OUTSIDE, _BESIDE)
    inside = [column for column in dict.fromkeys(key[2] for key in linked.cells) if column not in outside]
    if len(inside) != _TWO:
        return suppress(linked)
    if not shape.outside:
        return hidden_cells(linked, Question(inside[0], inside[1], TOWN))
    apart = shape.outside if len(shape.outside) > 1 else ()
    question = Question(inside[0], inside[1], TOWN, _outside_key(shape.outside), apart, _BESIDE, shape.least.base)
    return hidden_cells(linked, question)


def choice_links(table: ItemTable, shape: Shape) -> list[Link]:
    """Return what everybody knows of the choices of a multiple item: which exclude others, and that one must be chosen.

    Where fewer were chosen than people saw a required item, somebody left it empty: that all chose cannot be reckoned with.
    """
    item, links, rows = table.item, [], _rows(table, shape)
    exclusive = [choice.id for choice in item.choices if choice.exclusive]
    chosen = {name: sum(figures_count(part, choice.id) for choice in item.choices) for name, part in rows.items()}
    all_can_have_chosen = all(chosen[name] >= (part.seen or 0) for name, part in rows.items())
    for name, part in rows.items():
        seen = part.seen or 0
        for one in exclusive:
            links += [
                Link((((item.id, name, one), 1), ((item.id, name, other.id), 1)), 0, seen)
                for other in item.choices
                if other.id != one
            ]
        if item.requirement == "required" and all_can_have_chosen:
            links.append(Link(tuple(((item.id, name, choice.id), 1) for choice in item.choices), seen, float("inf")))
    return links


def bin_table(table: ItemTable, bins: Mapping[str, Sequence[Bin]], *, lumped: Mapping[str, bool]) -> LinkedTable:
    """Return the distribution of a likert item as further facts about its linked table: *bins* by row."""
    item = table.item
    order = inside_choices(item)
    last = _boundary(item)
    cells: dict[Key, Cell] = {}
    links: list[Link] = []
    for row, parts in bins.items():
        seen = table.strata[row].seen or 0
        key = {choice: (item.id, row, f"={choice}") for choice in order}
        counts = {choice: figures_count(table.strata[row], choice) for choice in order}
        cells |= {key[choice]: Cell(counts[choice], 0, seen, shown=False) for choice in order}
        links.append(_sum((item.id, row, FAVOURABLE), [key[choice] for choice in item.favourable]))
        links.append(_sum((item.id, row, _OTHERS), [key[choice] for choice in order if choice not in item.favourable]))
        for part in parts:
            terms = [(key[choice], 1) for choice in part.choices]
            if lumped[row] and last in part.choices:
                terms += [((item.id, row, column), 1) for column in [_outside_key(outside_columns(table))]]
            links.append(Link(tuple(terms), part.count, part.count))
    groups = [name for name, part in table.strata.items() if name != TOWN and part.seen]
    if groups and bins.keys() >= {TOWN, *groups}:
        links += [_sum((item.id, TOWN, f"={choice}"), [(item.id, name, f"={choice}") for name in groups]) for choice in order]
    return LinkedTable(cells, tuple(links))


def merged_bins(
    table: ItemTable, rows: Sequence[str], within: Sequence[Sequence[str]], *, lumped: bool
) -> list[tuple[str, ...]]:
    """Return the choices in neighbouring bins of at least 3 people in each of *rows*, never across the groups of *within*."""
    found: list[tuple[str, ...]] = []
    for group in within:
        open_bin: list[str] = []
        done: list[tuple[str, ...]] = []
        for choice in group:
            open_bin.append(choice)
            if all(bin_count(table, row, open_bin, lumped=lumped) > SMALL for row in rows):
                done.append(tuple(open_bin))
                open_bin = []
        if open_bin:
            done.append((*(done.pop() if done else ()), *open_bin))
        found += done
    return found


def bin_count(table: ItemTable, row: str, choices: Sequence[str], *, lumped: bool) -> int:
    """Return the people of *row* in a bin; if *lumped*, those outside the base are in the bin of the boundary choice."""
    figures = table.strata[row]
    outside = (figures.seen or 0) - (figures.base or 0) if lumped and _boundary(table.item) in choices else 0
    return sum(figures_count(figures, choice) for choice in choices) + outside


def sides(item: Item) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the choices that are not favourable and those that are, least favourable first; None if they are mixed up."""
    order = inside_choices(item)
    cut = len(order) - len(item.favourable)
    return (order[:cut], order[cut:]) if 0 < cut < len(order) and set(order[cut:]) == set(item.favourable) else None


def outside_total(outside: Sequence[str]) -> str | None:
    """Return the column that holds everybody outside the base; None if nobody can be."""
    return _outside_key(outside) if outside else None


def _boundary(item: Item) -> str:
    parts = sides(item)
    return parts[0][-1] if parts else ""


def _outside_key(outside: Sequence[str]) -> str:
    return outside[0] if len(outside) == 1 else OUTSIDE


def _silent(item: Item, figures: StratumFigures) -> int:
    outside = sum(figures_count(figures, choice) for choice in outside_choices(item))
    return (figures.seen or 0) - (figures.base or 0) - outside


def _rows(table: ItemTable, shape: Shape) -> dict[str, StratumFigures]:
    """Return the shown groups, everybody else of the town as one row if there are any, and the town."""
    rows = {name: table.strata[name] for name in shape.groups}
    rest = _without(table.strata[TOWN], list(rows.values()))
    if rows and rest.seen:
        rows[REST] = rest
    return rows | {TOWN: table.strata[TOWN]}


def _without(town: StratumFigures, parts: Sequence[StratumFigures]) -> StratumFigures:
    """Return the figures of everybody in the town who is in none of *parts*."""
    figures = {
        column: Figure(figures_count(town, column) - sum(figures_count(part, column) for part in parts))
        for column in town.figures
    }
    seen = (town.seen or 0) - sum(part.seen or 0 for part in parts)
    return StratumFigures(seen, (town.base or 0) - sum(part.base or 0 for part in parts), figures)


def _two_columns(rows: Mapping[str, StratumFigures], column: str) -> dict[str, dict[str, int]]:
    others = _OTHERS if column.startswith("*") else f"{_OTHERS}:{column}"
    return {
        name: {column: (count := figures_count(part, column)), others: (part.base or 0) - count} for name, part in rows.items()
    }


def _linked(
    item: Item, rows: Mapping[str, StratumFigures], inside: Mapping[str, Mapping[str, int]], shape: Shape
) -> LinkedTable:
    """Return one linked table: columns add up to those who saw the item, and the rows of a column to the town."""
    cells: dict[Key, Cell] = {}
    links: list[Link] = []
    for name, part in rows.items():
        seen = part.seen or 0
        total = [(item.id, name, column) for column in inside[name]]
        cells |= {(item.id, name, column): _inside_cell(name, column, count, seen) for column, count in inside[name].items()}
        if shape.outside:
            whole = (item.id, name, _outside_key(shape.outside))
            least, most = _limits_outside(name, seen, shape)
            cells[whole] = Cell(seen - (part.base or 0), least, most, 3 if name == TOWN else 1)
            total.append(whole)
            if len(inside[name]) == _TWO:
                head = next(iter(inside[name]))
                beside = (item.id, name, _BESIDE)
                cells[beside] = Cell(seen - inside[name][head], 0, seen, shown=False)
                links.append(Link((((item.id, name, head), 1), (beside, 1)), seen, seen))
        links.append(Link(tuple((key, 1) for key in total), seen, seen))
        if len(shape.outside) > 1:
            apart = {(item.id, name, column): _outside_count(item, part, column) for column in shape.outside}
            cells |= {key: Cell(count, 0, seen, 1, shown=name in shape.detailed) for key, count in apart.items()}
            links.append(_sum((item.id, name, OUTSIDE), list(apart)))
    return LinkedTable(cells, (*links, *_down(item, rows, cells)))


def _limits_outside(row: str, seen: int, shape: Shape) -> tuple[int, int]:
    """Return how many of *seen* can be outside the base, as the rules of the base and of detail tell."""
    if row in shape.detailed:
        return 0, max(SMALL, seen - shape.least.detail)
    if row != TOWN:
        return 0, seen
    return max(0, seen - shape.least.detail + 1) if seen >= shape.least.detail + SMALL else 0, seen - shape.least.base


def _inside_cell(row: str, column: str, count: int, seen: int) -> Cell:
    """Return a cell in the base; where the town's is hidden, the band that is printed instead is known, too."""
    headline = not column.startswith(_OTHERS)
    if row != TOWN:
        return Cell(count, 0, seen, (10 if headline else 1) if row != REST else 1 / 10)
    low, high = band_limits(count, seen) if headline else (0, seen)
    return Cell(count, low, high, 50 if headline else 4)


def band_limits(count: int, seen: int) -> tuple[int, int]:
    """Return what the mark of a hidden count of the town tells: 0-2, all but 0-2, or neither."""
    if count <= SMALL:
        return 0, SMALL
    if count >= seen - SMALL:
        return seen - SMALL, seen
    return SMALL + 1, seen - SMALL - 1


def _outside_count(item: Item, figures: StratumFigures, column: str) -> int:
    return _silent(item, figures) if column == _SILENT else figures_count(figures, column)


def _down(item: Item, rows: Mapping[str, StratumFigures], cells: Mapping[Key, Cell]) -> list[Link]:
    """Return, for each column that every row has, that the groups add up to the town."""
    groups = [name for name in rows if name != TOWN]
    columns = [key[2] for key in cells if key[1] == TOWN]
    return [
        _sum((item.id, TOWN, column), [(item.id, name, column) for name in groups])
        for column in columns
        if groups and all((item.id, name, column) in cells for name in groups)
    ]


def _sum(whole: Key, parts: Sequence[Key]) -> Link:
    return Link((*((part, 1) for part in parts), (whole, -1)), 0, 0)

"""The defences of disclosure control, each with a way to take it out, and the invented people by whom that is noticed."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from analysis import disclosure, linked_items, patterns, protected_points, protected_scores, suppression, tables
from analysis.linked_items import Shape
from analysis.suppression import Key, LinkedTable
from analysis.tables import ItemTable, RawTable, RawWave, ResponseFigures
from analysis.thresholds import USUAL, Thresholds

Patch = pytest.MonkeyPatch


def _lower(patch: Patch, name: str, number: int) -> None:
    """Have a threshold be lower than it can be."""
    patch.setattr(Thresholds, "__post_init__", lambda _self: None)
    lower = replace(USUAL, **{name: number})
    for makes in (tables.raw_wave, disclosure.protect_wave):
        patch.setattr(makes, "__defaults__", (lower,))


def without_the_base_rule(patch: Patch) -> None:
    """Show groups of any size."""
    _lower(patch, "base", 1)


def without_the_detail_rule(patch: Patch) -> None:
    """Show all answers apart, and scores, from a few people on."""
    _lower(patch, "detail", 3)


def without_the_cell_rule(patch: Patch) -> None:
    """Take no count for small."""
    patch.setattr(suppression.Cell, "small", property(lambda _: False))
    patch.setattr(patterns, "SMALL", -1)


def without_complementary_suppression(patch: Patch) -> None:
    """Hide small counts alone."""

    def alone(table: LinkedTable, _shape: Shape) -> frozenset[Key]:
        return frozenset(key for key, cell in table.cells.items() if cell.small or not cell.shown)

    patch.setattr(disclosure, "hidden_of", alone)


def without_the_gate(patch: Patch) -> None:
    """Release whatever comes first, without the attacker inside."""
    for module in (disclosure, protected_scores):
        patch.setattr(module, "weaknesses", lambda *_: [])
    patch.setattr(protected_scores, "refuse_weak", lambda *_: None)


def without_merging(patch: Patch) -> None:
    """Show every answer of a distribution apart, however few gave it."""

    def apart(_table: RawTable, _rows: Sequence[str], within: Sequence[Sequence[str]], **_: bool) -> list[tuple[str, ...]]:
        return [(choice,) for group in within for choice in group]

    patch.setattr(disclosure, "merged_bins", apart)


def without_the_least_bin(patch: Patch) -> None:
    """Show distributions with parts of one or two people."""
    without_merging(patch)
    patch.setattr(disclosure, "SMALL", -1)


def without_hiding_response(patch: Patch) -> None:
    """Tell how many answered in groups of any size."""

    def everything(wave: RawWave) -> dict[str, ResponseFigures]:
        return dict(wave.response)

    patch.setattr(disclosure, "_response", everything)


def without_guarding_who_is_outside(patch: Patch) -> None:
    """Print the base although with those who saw the question it tells how few are outside it."""
    patch.setattr(disclosure, "outside_total", lambda _: None)


def without_guarding_who_was_asked(patch: Patch) -> None:
    """Show a question that few were asked, whoever they are."""
    patch.setattr(disclosure, "_audience", lambda *_: disclosure._Audience())


def without_rounding_scores(patch: Patch) -> None:
    """Show mean scores and deviations as they are."""
    patch.setattr(protected_scores, "_ROUNDINGS", (0.0001, 0.0001, 0.0001))
    patch.setattr(protected_scores, "_to_step", lambda value, _: round(value, 4))


def with_means_beside_hidden_questions(patch: Patch) -> None:
    """Show mean scores although a question of the score is hidden there."""
    patch.setattr(protected_scores, "_beside_hidden", lambda *_: False)


def without_guarding_deviations(patch: Patch) -> None:
    """Show deviations that say that nobody, or one person, erred."""
    patch.setattr(protected_scores, "deviation_tells", lambda *_: False)


def without_trying_bins(patch: Patch) -> None:
    """Show people by points in bins of at least 3, whatever those tell."""
    patch.setattr(protected_points, "_tells", lambda *_: False)


def without_bins_of_enough_people(patch: Patch) -> None:
    """Show how many people have each number of points, as nobody thought about it."""
    without_trying_bins(patch)
    patch.setattr(protected_points, "SMALL", -1)
    patch.setattr(protected_points, "cut", lambda most, *_: tuple((value, value) for value in range(most + 1)))


def without_guarding_who_has_no_score(patch: Patch) -> None:
    """Show how many have a score although one or two have none."""
    patch.setattr(protected_scores, "_missing_tells", lambda *_: False)


def without_reckoning_with_marks(patch: Patch) -> None:
    """Print "0-2" beside the town's hidden count, and suppress as if nobody could read it."""
    patch.setattr(linked_items, "band_limits", lambda _, seen: (0, seen))


def without_counting_few_outside_alike(patch: Patch) -> None:
    """Let the thresholds tell whether nobody, one or two are outside the base."""

    def exactly(table: ItemTable, stratum: str) -> int:
        return table.strata[stratum].base or 0

    patch.setattr(linked_items, "effective_size", exactly)
    patch.setattr(disclosure, "effective_size", exactly)

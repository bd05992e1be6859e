"""One wave by itself: which numbers its page shows, how they are computed, and that they are those of a comparison."""

import json
from typing import Any

import pytest

from analysis import estimates
from analysis.compare import compare_public
from analysis.counts import WaveCounts, count_answers
from analysis.disclosure import PublicWave, protect_wave, read_back
from analysis.kept_waves import to_json
from analysis.levels import LevelRow, levels, public_levels
from analysis.tables import WaveTables, raw_wave
from tests.analysis.invented import POPULATION, questionnaire, rows

ASKED = questionnaire()
SEEDS = range(8)
OF_ONE_WAVE = {"distribution", "points", "reliability"}
"""What a comparison does not compare."""


def counted(seed: int, people: int = 70) -> WaveCounts:
    return count_answers(ASKED, rows(ASKED, seed, people), POPULATION)


def kept(wave: WaveTables) -> dict[str, Any]:
    """What is stored of a wave: through text and back."""
    stored: dict[str, Any] = json.loads(json.dumps(to_json(wave), allow_nan=False))
    return stored


def of_choice(row: LevelRow) -> tuple[str, str | None, str, str]:
    return row.item, ";".join(row.choices) or None, row.stratum, row.measure


@pytest.mark.parametrize("seed", SEEDS)
def test_a_wave_shows_the_same_counts_by_itself_as_in_a_comparison(seed: int) -> None:
    first, second = (protect_wave(ASKED, counted(seed * 2 + place)) for place in (0, 1))
    alone = {of_choice(row): row for row in public_levels(first) if row.measure not in OF_ONE_WAVE}
    compared = [row for row in compare_public(first, second).rows if row.measure != "superiority"]
    assert {(row.item, row.choice, row.stratum, row.measure) for row in compared} == alone.keys()
    for row in compared:
        mine = alone[row.item, row.choice, row.stratum, row.measure]
        assert (row.count_before, row.band_before, row.hidden_before) == (mine.count, mine.band, mine.hidden)
        if row.base == mine.base:
            assert row.n_before == mine.n


@pytest.mark.parametrize("seed", SEEDS)
def test_a_wave_that_was_kept_and_read_back_is_the_wave_that_was_protected(seed: int) -> None:
    wave, other = protect_wave(ASKED, counted(seed)), protect_wave(ASKED, counted(seed + 100))
    again = read_back(ASKED, kept(wave))
    assert isinstance(again, PublicWave)
    assert again == wave
    assert public_levels(again) == public_levels(wave)
    assert compare_public(again, other) == compare_public(wave, other)


def test_only_what_passed_the_door_is_shown() -> None:
    with pytest.raises(TypeError):
        public_levels(raw_wave(ASKED, counted(1)))  # type: ignore[arg-type]


def test_a_groups_range_is_exact_in_whole_people_and_unknown_populations_have_wilsons() -> None:
    counts = counted(3)
    for row in levels(raw_wave(ASKED, counts)):
        if row.measure != "correct" or row.stratum == "*" or row.count is None or not row.n or row.population is None:
            continue
        exact = estimates.hypergeometric_interval(row.count, row.n, row.population)
        assert exact is not None
        assert (row.people_low, row.people_high, row.method) == (exact.low, exact.high, "hypergeometric")
    for row in levels(raw_wave(ASKED, WaveCounts(counts.strata, None))):
        assert row.people_low is None
        if row.measure == "correct" and row.count is not None and row.n:
            wilson = estimates.wilson(row.count, row.n)
            assert wilson is not None
            assert (row.low, row.high, row.method) == (wilson.low, wilson.high, "wilson")


def test_bounds_need_no_assumption_about_those_who_did_not_answer_and_stand_for_headline_items_alone() -> None:
    found = [row for row in levels(raw_wave(ASKED, counted(3))) if row.least is not None]
    assert found
    for row in found:
        assert row.headline
        assert row.count is not None
        assert row.n is not None
        assert row.population is not None
        assert (row.least, row.most) == (row.count, row.count + row.population - row.n)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_distribution_adds_up_and_has_no_part_of_two_people_or_fewer(seed: int) -> None:
    shown: dict[tuple[str, str], list[LevelRow]] = {}
    for row in public_levels(protect_wave(ASKED, counted(seed, 90))):
        if row.measure == "distribution":
            shown.setdefault((row.item, row.stratum), []).append(row)
    assert shown
    for parts in shown.values():
        counts = [part.count for part in parts]
        if counts == [None]:
            assert parts[0].hidden
            continue
        assert all(count is not None and count > 2 for count in counts)
        assert sum(count or 0 for count in counts) == parts[0].n


def test_where_a_number_is_hidden_nothing_derived_from_it_stands() -> None:
    for seed in SEEDS:
        for row in public_levels(protect_wave(ASKED, counted(seed, 34))):
            if row.hidden:
                derived = (row.count, row.level, row.low, row.high, row.people_low, row.people_high, row.least, row.most)
                assert derived == (None,) * len(derived)

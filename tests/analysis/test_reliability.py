"""How well the questions of a score go together: the alpha of the very answers, from what may be shown alone."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.counts import count_answers
from analysis.disclosure import protect_wave
from analysis.levels import LevelRow, levels, public_levels
from analysis.scales import cronbach_alpha, kuder_richardson
from analysis.tables import raw_wave
from tests.analysis.invented import POPULATION, questionnaire, rows, truth, wider
from tests.analysis.test_attacker import loot_of
from tests.attacker.judging import learnt, told_to, weak_points

ASKED = wider(questionnaire(), 5)
Sheet = list[list[int]]
sheets = st.integers(2, 7).flatmap(
    lambda items: st.lists(st.lists(st.integers(0, 1), min_size=items, max_size=items), min_size=2, max_size=40)
)


def of_sheet(sheet: Sequence[Sequence[int]], loose: int = 0, half: float = 0.0) -> tuple[float, float, float] | None:
    """Alpha with its range from counts that may be *loose* people less or more, and a deviation half a step off."""
    answers = np.array(sheet)
    n, deviation = len(sheet), float(answers.sum(axis=1).std(ddof=1))
    right = [(max(0, x - loose), min(n, x + loose)) for x in answers.sum(axis=0).tolist()]
    found = kuder_richardson(n, right, (deviation - half, deviation + half))
    return None if found is None else (found.alpha, found.interval.low, found.interval.high)


@given(sheet=sheets)
def test_counts_and_deviation_give_the_alpha_that_the_answers_give(sheet: Sheet) -> None:
    answers = np.array(sheet)
    true = cronbach_alpha(len(sheet), answers.sum(axis=0).tolist(), (answers.T @ answers).tolist())
    found = of_sheet(sheet)
    assert (found is None) == (true is None)
    if found and true:
        assert found == pytest.approx((true.alpha, true.interval.low, true.interval.high), abs=1e-7)


@given(sheet=sheets, loose=st.integers(0, 3), half=st.floats(0, 0.05))
def test_what_is_less_exactly_known_has_a_range_that_holds_the_exact_one(sheet: Sheet, loose: int, half: float) -> None:
    exact, found = of_sheet(sheet), of_sheet(sheet, loose, half)
    if exact and found:
        assert found[1] <= exact[1] + 1e-9
        assert found[2] >= exact[2] - 1e-9


def test_questions_that_all_had_right_are_left_out_and_named_and_impossible_counts_are_refused() -> None:
    found = kuder_richardson(20, [(20, 20), (8, 8), (13, 13)], (0.7, 0.8))
    assert found is not None
    assert found.left_out == (0,)
    assert kuder_richardson(20, [(20, 20), (8, 8)], (0.7, 0.8)) is None, "one question cannot go with another"
    assert kuder_richardson(20, [(18, 20), (8, 8)], (0.7, 0.8)) is None, "nor with one that all may have had right"
    assert kuder_richardson(20, [(9, 9), (8, 8)], (0.0, 0.1)) is None, "the totals may all be the same"
    with pytest.raises(ValueError, match="21"):
        kuder_richardson(20, [(9, 21), (8, 8)], (0.7, 0.8))


def of_score(found: Sequence[LevelRow]) -> list[LevelRow]:
    return [row for row in found if row.measure == "reliability"]


@pytest.mark.parametrize("seed", range(4))
def test_the_protected_range_holds_that_of_the_answers_and_stands_for_the_town_alone(seed: int) -> None:
    counts = count_answers(ASKED, rows(ASKED, seed, 120), POPULATION)
    shown, true = of_score(public_levels(protect_wave(ASKED, counts))), of_score(levels(raw_wave(ASKED, counts)))
    assert [row.stratum for row in true] == ["*"]
    for row, exact in zip(shown, true, strict=False):
        assert row.stratum == "*"
        if row.low is not None and row.high is not None and exact.low is not None and exact.high is not None:
            assert row.low <= exact.low + 1e-9
            assert row.high >= exact.high - 1e-9


def test_without_a_mean_there_is_no_alpha_either() -> None:
    few = public_levels(protect_wave(ASKED, count_answers(ASKED, rows(ASKED, 4, 29), POPULATION)))
    assert of_score(few) == []


@pytest.mark.parametrize("seed", [21, 25])
def test_an_attacker_who_takes_the_deviation_from_alpha_learns_of_nobody(seed: int) -> None:
    """All of the town answered: no range of a mean tells the deviation there, so alpha is the first that does."""
    people = rows(questionnaire(), seed, 90)
    population = {leaf: sum(own == leaf for own, _ in people) for leaf in POPULATION}
    loot = loot_of({"first": protect_wave(questionnaire(), count_answers(questionnaire(), people, population))})
    read, true = learnt(loot), truth(questionnaire(), people)
    assert any(line.measure == "reliability" and line.level for line in read["first"])
    assert weak_points(loot, {"first": true}, read=read) == []
    insiders = [[cell for cell, count in truth(questionnaire(), [one]).items() if count] for one in people[:4]]
    assert told_to(loot, "first", true, insiders, read["first"]) == []

"""The band of a change for unknown overlap: counted out over every sample of a small town, nothing where it cannot matter."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import change, overlap
from analysis.estimates import Interval
from analysis.overlap import Overlap, OverlapBand

WIDTH = 1e-12


def band(x1: int, n1: int, x2: int, n2: int, population: int, *, people: Overlap) -> OverlapBand:
    found = overlap.overlap_band(x1, n1, x2, n2, population, people)
    assert found is not None
    return found


def width(limits: Interval) -> float:
    return limits.high - limits.low


def test_one_anonymous_answer_bounds_how_many_answered_twice() -> None:
    assert overlap.overlap(60, 60, 85) == Overlap(35, 60, 60 * 60 / 85)
    assert overlap.overlap(60, 60, 85, said_yes=41, said_no=12) == Overlap(41, 48, 60 * 60 / 85)
    assert overlap.overlap(20, 30, 85, said_yes=25) == Overlap(20, 20, 20 * 30 / 85)
    with pytest.raises(ValueError, match="61 of 60"):
        overlap.overlap(60, 60, 85, said_yes=41, said_no=20)
    with pytest.raises(ValueError, match="-2 of 60"):
        overlap.overlap(60, 60, 85, said_yes=-2, said_no=20)


@pytest.mark.parametrize("common", [1, 2, 3])
def test_the_correlation_of_two_waves_is_that_over_every_pair_of_samples_with_so_many_in_common(common: int) -> None:
    before, after = np.array([0, 0, 1, 1, 0, 1, 1]), np.array([0, 1, 1, 1, 0, 1, 0])
    samples = list(combinations(range(7), 3)), list(combinations(range(7), 4))
    pairs = [(a, b) for a in samples[0] for b in samples[1] if len(set(a) & set(b)) == common]
    means = np.array([(before[list(a)].mean(), after[list(b)].mean()) for a, b in pairs])
    within = float(np.corrcoef(before, after)[0, 1])
    assert overlap.correlation_of_shares(3, 4, 7, common, within) == pytest.approx(np.corrcoef(means.T)[0, 1], abs=1e-12)


def test_no_two_answers_correlate_more_than_their_shares_allow() -> None:
    one, other = [0] * 29 + [1] * 31, [0] * 17 + [1] * 43
    assert overlap.highest_correlation(31 / 60, 43 / 60) == pytest.approx(np.corrcoef(one, other)[0, 1], abs=1e-12)
    assert overlap.highest_correlation(0.4, 0.4) == pytest.approx(1)
    assert overlap.highest_correlation(0, 0.5) is None


def test_people_who_tend_to_answer_again_narrow_the_interval_so_independence_was_cautious() -> None:
    habit = band(31, 60, 43, 60, 85, people=Overlap(50, 60, 42.4))
    assert habit.change == change.newcombe_fpc(31, 60, 85, 43, 60, 85)
    assert habit.change.interval is not None
    assert habit.widest == habit.change.interval
    assert width(habit.narrowest) < width(habit.widest)
    shy = band(31, 60, 43, 60, 85, people=Overlap(35, 38, 42.4))
    assert shy.narrowest == habit.change.interval
    assert width(shy.widest) > width(habit.change.interval)


@pytest.mark.parametrize("common", [11, 16, 20])
def test_the_widest_of_the_band_holds_the_truth_whoever_answers_twice(common: int) -> None:
    """26 and 24 of 40 people answer, always the same 1,000 samples; with few in both, independence holds it less often."""
    generator = np.random.default_rng(20260901)
    before, after = np.repeat([1, 0], [16, 24]), np.repeat([1, 0, 1, 0], [15, 1, 8, 16])
    held = as_if_independent = 0
    for _ in range(1000):
        first = generator.permutation(40)
        again, new = generator.permutation(first[:26])[:common], generator.permutation(first[26:])[: 24 - common]
        x1, x2 = int(before[first[:26]].sum()), int(after[again].sum() + after[new].sum())
        found = band(x1, 26, x2, 24, 40, people=overlap.overlap(26, 24, 40, common, 24 - common))
        truth = float(after.mean() - before.mean())
        held += found.widest.low <= truth <= found.widest.high
        independent = found.change.interval
        as_if_independent += independent is not None and independent.low <= truth <= independent.high
    assert held > 930
    assert (as_if_independent < 920) == (common == 11)


def test_where_the_overlap_cannot_matter_the_band_is_the_interval() -> None:
    for counts in ((31, 60, 0, 60, 85), (31, 60, 43, 60, 60), (31, 85, 43, 60, 85)):
        found = band(*counts, people=Overlap(0, 60, 42.4))
        assert found.narrowest == found.widest == found.change.interval
    assert overlap.overlap_band(0, 0, 3, 9, 20, Overlap(0, 0, 0)) is None
    assert overlap.overlap_band(0, 1, 3, 9, 20, Overlap(0, 1, 0.45)) is None
    assert band(1, 1, 0, 1, 1, people=Overlap(1, 1, 1.0)).widest == Interval(-1.0, -1.0)
    assert overlap.correlation_of_shares(0, 9, 20, 0, 1) is None


def test_numbers_of_other_waves_are_refused() -> None:
    with pytest.raises(ValueError, match="exactly these waves"):
        overlap.overlap_band(3, 9, 4, 9, 20, Overlap(10, 12, 4.05))
    with pytest.raises(ValueError, match="no correlation"):
        overlap.correlation_of_shares(9, 9, 20, 4, 1.5)
    with pytest.raises(ValueError, match="not a share"):
        overlap.highest_correlation(0.5, 1.2)


@given(st.integers(6, 40).flatmap(lambda n: st.tuples(st.just(n), *[st.integers(2, n - 1)] * 2)), st.data())
def test_the_band_holds_the_interval_of_independent_waves_and_mirrors_with_the_waves(
    sizes: tuple[int, int, int], data: st.DataObject
) -> None:
    population, n1, n2 = sizes
    x1, x2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    people = overlap.overlap(n1, n2, population)
    found, swapped = band(x1, n1, x2, n2, population, people=people), band(x2, n2, x1, n1, population, people=people)
    assert found.change.interval is not None
    assert width(found.narrowest) <= width(found.change.interval) + WIDTH
    assert width(found.change.interval) <= width(found.widest) + WIDTH
    for one, other in ((found.narrowest, swapped.narrowest), (found.widest, swapped.widest)):
        assert (one.low, one.high) == pytest.approx((-other.high, -other.low), abs=1e-9)

"""Parts of the people and two margins at once: what follows by algebra, coverage counted out, the cap, and the edges."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis import domains, estimates, raking
from analysis.domains import DomainShare
from analysis.estimates import Interval
from analysis.raking import Raked


def share_of(found: DomainShare | None) -> DomainShare:
    assert found is not None
    return found


def raked(answered: list[list[int]], rows: list[int], columns: list[int]) -> Raked:
    found = raking.rake(answered, rows, columns)
    assert found is not None
    return found


def test_a_domain_of_everybody_is_the_stratified_share() -> None:
    x, n, people = [13, 8, 3], [28, 12, 7], [40, 15, 10]
    found = share_of(domains.domain_share(x, n, n, people))
    plain = estimates.stratified_mean((0, 1), [(size - having, having) for having, size in zip(x, n, strict=True)], people)
    assert plain is not None
    assert (found.share, found.people, found.standard_error) == pytest.approx((plain.mean, 65, plain.standard_error), abs=1e-12)


def test_a_domain_in_one_stratum_has_the_error_of_its_own_answers() -> None:
    """With one stratum the linearised variance is (1 - n/N) n / (n - 1) p (1 - p) / m."""
    found = share_of(domains.domain_share([9], [20], [60], [85]))
    expected = (1 - 60 / 85) * 60 / 59 * 0.45 * 0.55 / 20
    assert (found.share, found.people) == pytest.approx((0.45, 20 * 85 / 60))
    assert found.standard_error == pytest.approx(expected**0.5, abs=1e-12)


@pytest.mark.parametrize("having", [2, 8, 15, 19])
def test_the_interval_of_a_domain_holds_the_truth_about_95_times_in_100(having: int) -> None:
    """Every sample of 30 out of 45 people, of whom 22 are in the domain: enumerated, not simulated."""
    covered = total = 0.0
    for x, others in product(range(having + 1), range(22 - having + 1)):
        sample = [x, others, 30 - x - others]
        chance = float(stats.multivariate_hypergeom.pmf(sample, [having, 22 - having, 23], 30))
        found = domains.domain_share([x], [x + others], [30], [45]) if chance > 0 and x + others > 1 else None
        if found is not None and found.interval is not None:
            total += chance
            covered += chance * (found.interval.low - 1e-12 <= having / 22 <= found.interval.high + 1e-12)
    assert total == pytest.approx(1, abs=1e-6)
    assert covered > 0.92


@pytest.mark.parametrize("towns", [((3, 5, 12), (4, 4, 6)), ((1, 6, 13), (5, 2, 7)), ((2, 2, 16), (2, 2, 10))])
def test_so_it_does_across_two_groups(towns: tuple[tuple[int, int, int], tuple[int, int, int]]) -> None:
    """Every sample of 13 of 20 and 9 of 14 people (with the trait, others of the domain, outside)."""
    truth = sum(town[0] for town in towns) / sum(town[0] + town[1] for town in towns)
    samples = []
    for town, n in zip(towns, (13, 9), strict=True):
        counts = [(x, o) for x in range(town[0] + 1) for o in range(town[1] + 1) if 0 <= n - x - o <= town[2]]
        samples.append([(x, o, float(stats.multivariate_hypergeom.pmf([x, o, n - x - o], town, n))) for x, o in counts])
    covered = total = 0.0
    for (x1, o1, p), (x2, o2, q) in product(*samples):
        found = domains.domain_share([x1, x2], [x1 + o1, x2 + o2], [13, 9], [20, 14]) if p * q > 1e-7 else None
        if found is not None and found.interval is not None:
            total += p * q
            covered += p * q * (found.interval.low - 1e-12 <= truth <= found.interval.high + 1e-12)
    assert total > 0.99
    assert covered / total > 0.93


@pytest.mark.parametrize("people", [[10, 20], [10, 10], [13, 29], [11, 17]])
def test_a_domain_in_which_no_group_varies_keeps_a_width(people: list[int]) -> None:
    """There is no variance by algebra, and a hair of it by arithmetic: it must not make the share seem known."""
    found = share_of(domains.domain_share([5, 0], [5, 5], [5, 5], people))
    assert found.standard_error == 0
    assert found.interval is not None
    assert found.interval.high - found.interval.low > 0.4


def test_where_a_domain_cannot_be_judged_there_is_no_number() -> None:
    assert domains.domain_share([0, 0], [0, 0], [5, 5], [9, 9]) is None
    assert domains.domain_share([1, 0], [2, 0], [5, 0], [9, 9]) is None
    assert share_of(domains.domain_share([1], [1], [5], [9])).interval is None
    assert share_of(domains.domain_share([1, 1], [3, 1], [5, 1], [9, 4])).interval is None
    assert share_of(domains.domain_share([2], [4], [9], [9])) == DomainShare(0.5, 4.0, 0.0, Interval(0.5, 0.5))
    nobody = share_of(domains.domain_share([0, 0], [6, 3], [20, 10], [30, 15]))
    assert nobody.interval == estimates.wilson(0, 9)
    with pytest.raises(ValueError, match="4 of 3"):
        domains.domain_share([4], [3], [5], [9])


def test_weights_meet_both_margins() -> None:
    answered = [[10, 9, 8], [6, 9, 9]]
    found = raked(answered, [45, 40], [25, 38, 22])
    people = np.array(found.weights) * answered
    assert people.sum(axis=1) == pytest.approx([45, 40], abs=1e-6)
    assert people.sum(axis=0) == pytest.approx([25, 38, 22], abs=1e-6)
    # Raking only multiplies rows and columns: the odds within the table stay those of the answers.
    odds = np.array(found.weights)
    assert odds[0, 0] * odds[1, 1] == pytest.approx(odds[0, 1] * odds[1, 0], abs=1e-9)
    assert not found.capped
    assert found.effective_n < 51


def test_a_second_margin_that_says_nothing_new_gives_the_post_stratified_share() -> None:
    answered, having = [[14, 14], [6, 6], [4, 4]], [[6, 7], [4, 4], [1, 2]]
    found = raked(answered, [40, 15, 10], [33, 32]), raked(answered, [40, 16, 10], [33, 33])
    level = raking.raked_share(having, answered, found[1])
    plain = estimates.poststratified_share([13, 8, 3], [28, 12, 8], [40, 16, 10])
    assert level is not None
    assert plain is not None
    assert level.share == pytest.approx(plain.share, abs=1e-9)
    assert found[1].effective_n == pytest.approx(plain.effective_n, abs=1e-6)
    assert found[0].effective_n < sum(map(sum, answered))


def test_no_answer_weighs_more_than_three_times_another_and_what_the_margins_then_miss_is_told() -> None:
    answered = [[20, 2], [2, 1]]
    found = raked(answered, [30, 30], [30, 30])
    weights = [weight for row in found.weights for weight in row]
    assert found.capped
    assert max(weights) == pytest.approx(3 * min(weights))
    assert float((np.array(found.weights) * answered).sum()) == pytest.approx(60, abs=1e-6)
    assert found.gap > 1


@pytest.mark.parametrize("having", [(3, 4, 4, 6), (1, 2, 5, 8), (5, 6, 2, 3), (1, 1, 1, 1)])
def test_the_interval_of_a_raked_share_holds_the_truth_about_95_times_in_100(having: tuple[int, int, int, int]) -> None:
    """Every sample of 4 of 6, 8, 9 and 12 people in the cells of two margins: enumerated, not simulated."""
    weights = raked([[4, 4], [4, 4]], [14, 21], [15, 20])
    chances = [np.asarray(stats.hypergeom.pmf(range(5), size, k, 4)) for size, k in zip((6, 8, 9, 12), having, strict=True)]
    covered = 0.0
    for counts in product(range(5), repeat=4):
        chance = float(np.prod([of_cell[x] for of_cell, x in zip(chances, counts, strict=True)]))
        found = raking.raked_share([counts[:2], counts[2:]], [[4, 4], [4, 4]], weights)
        if chance > 0 and found is not None and found.interval is not None:
            covered += chance * (found.interval.low - 1e-12 <= sum(having) / 35 <= found.interval.high + 1e-12)
    assert covered > 0.94


@given(st.lists(st.lists(st.integers(1, 8), min_size=3, max_size=3), min_size=2, max_size=2))
def test_equal_weights_give_the_unweighted_share_and_everybody_gives_zero_width(answered: list[list[int]]) -> None:
    sizes = np.array(answered)
    having = [[count // 2 for count in row] for row in answered]
    rows, columns = (2 * sizes.sum(axis=1)).tolist(), (2 * sizes.sum(axis=0)).tolist()
    found = raked(answered, rows, columns)
    level = raking.raked_share(having, answered, found)
    assert level is not None
    assert level.share == pytest.approx(np.sum(having) / sizes.sum(), abs=1e-9)
    assert found.effective_n == pytest.approx(sizes.sum(), abs=1e-6)
    census = raked(answered, sizes.sum(axis=1).tolist(), sizes.sum(axis=0).tolist())
    whole = raking.raked_share(having, answered, census)
    assert whole is not None
    assert whole.interval == Interval(whole.share, whole.share)


def test_margins_that_cannot_be_met_are_refused_or_give_no_number() -> None:
    assert raking.rake([[3, 0], [2, 0]], [5, 4], [6, 3]) is None
    assert raking.rake([[3, 0], [0, 2]], [5, 4], [4, 5]) is None
    assert raking.rake([[0, 0], [0, 0]], [0, 0], [0, 0]) is None
    with pytest.raises(ValueError, match="both margins count the same people"):
        raking.rake([[3, 1], [2, 1]], [5, 4], [5, 5])
    for ragged in ([[3, 1]], [[3, 1], [2]]):
        with pytest.raises(ValueError, match="a table of another shape"):
            raking.rake(ragged, [5, 4], [5, 4])
    with pytest.raises(ValueError, match="of -1"):
        raking.rake([[-1, 3], [2, 1]], [5, 4], [5, 4])
    with pytest.raises(ValueError, match="correct the population"):
        raking.rake([[3, 3], [2, 1]], [5, 4], [5, 4])

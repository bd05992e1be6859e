"""Rules that must hold whatever the counts: splitting, censuses, swapped waves, turned scales, weights, large populations."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import change, detectable, estimates, significance
from analysis.change import Change
from analysis.estimates import Interval, MeanEstimate

CLOSE = 1e-9
OPTIONS = 5


@dataclass(frozen=True)
class Sample:
    x: int
    n: int
    population: int


@st.composite
def samples(draw: st.DrawFn, least: int = 1, most: int = 40) -> Sample:
    population = draw(st.integers(least, most))
    n = draw(st.integers(least, population))
    return Sample(draw(st.integers(0, n)), n, population)


frequencies = st.lists(st.integers(0, 12), min_size=OPTIONS, max_size=OPTIONS).filter(any)
strata_of_frequencies = st.lists(
    st.tuples(
        st.lists(st.integers(0, 6), min_size=OPTIONS, max_size=OPTIONS).filter(lambda table: sum(table) > 1), st.integers(0, 20)
    ),
    min_size=1,
    max_size=4,
)


def interval_of(found: Change | MeanEstimate | estimates.ShareEstimate | None) -> Interval:
    assert found is not None
    assert found.interval is not None
    return found.interval


def assert_mirrored(found: Change | None, swapped: Change | None) -> None:
    assert found is not None
    assert swapped is not None
    assert found.change == pytest.approx(-swapped.change, abs=CLOSE)
    if found.interval is None or swapped.interval is None:
        assert found.interval is swapped.interval is None
        return
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (-swapped.interval.high, -swapped.interval.low), abs=CLOSE
    )


def assert_same(one: float | None, other: float | None) -> None:
    assert one is not None
    assert other == pytest.approx(one, abs=CLOSE)


def p_of(found: significance.Significance | None) -> float:
    assert found is not None
    return found.p_value


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_census_of_a_share_has_zero_width(counts: tuple[int, int]) -> None:
    x, n = counts
    assert estimates.wilson_fpc(x, n, n) == Interval(x / n, x / n)
    assert estimates.hypergeometric_interval(x, n, n) == estimates.PeopleInterval(x, x, n)
    assert interval_of(estimates.share(x, n, n)) == Interval(x / n, x / n)
    found = change.newcombe_fpc(x, n, n, n - x, n, n)
    limits = interval_of(found)
    assert found is not None
    assert limits.low == limits.high == found.change


@given(frequencies)
def test_a_census_of_a_mean_has_zero_width(table: list[int]) -> None:
    limits = interval_of(estimates.mean(range(OPTIONS), table, sum(table)))
    assert limits.low == limits.high
    stratified = interval_of(estimates.stratified_mean(range(OPTIONS), [table, table], [sum(table)] * 2))
    assert stratified.low == stratified.high


@given(samples(least=2), samples(least=2))
def test_a_census_stratum_adds_no_variance(one: Sample, census: Sample) -> None:
    whole = estimates.stratified_share([one.x, census.x], [one.n, census.population], [one.population, census.population])
    alone = estimates.wilson_fpc(one.x, one.n, one.population)
    weight = one.population / (one.population + census.population)
    assert whole is not None
    assert alone is not None
    limits = interval_of(whole)
    assert whole.share - limits.low == pytest.approx(weight * (one.x / one.n - alone.low), abs=CLOSE)
    assert limits.high - whole.share == pytest.approx(weight * (alone.high - one.x / one.n), abs=CLOSE)


@given(strata_of_frequencies, frequencies)
def test_a_census_stratum_adds_no_variance_to_a_mean(strata: list[tuple[list[int], int]], census: list[int]) -> None:
    tables = [table for table, _ in strata]
    people = [sum(table) + silent for table, silent in strata]
    without = estimates.stratified_mean(range(OPTIONS), tables, people)
    found = estimates.stratified_mean(range(OPTIONS), [*tables, census], [*people, sum(census)])
    assert without is not None
    assert found is not None
    assert without.standard_error is not None
    weight = sum(people) / (sum(people) + sum(census))
    assert_same(weight * without.standard_error, found.standard_error)


@given(samples(), samples())
def test_swapping_the_waves_negates_the_change_of_a_share(first: Sample, second: Sample) -> None:
    before, after = (first.x, first.n), (second.x, second.n)
    assert_mirrored(change.newcombe(*before, *after), change.newcombe(*after, *before))
    before_all, after_all = (*before, first.population), (*after, second.population)
    assert_mirrored(change.newcombe_fpc(*before_all, *after_all), change.newcombe_fpc(*after_all, *before_all))
    assert change.cohens_h(first.x / first.n, second.x / second.n) == -change.cohens_h(second.x / second.n, first.x / first.n)


@given(samples(), samples())
def test_a_change_lies_within_its_interval_and_both_between_minus_1_and_1(first: Sample, second: Sample) -> None:
    before, after = (first.x, first.n, first.population), (second.x, second.n, second.population)
    for found in (change.newcombe_fpc(*before, *after), change.newcombe(*before[:2], *after[:2])):
        limits = interval_of(found)
        assert found is not None
        assert -1 <= limits.low <= found.change <= limits.high <= 1


@given(samples(), samples())
def test_swapping_the_waves_leaves_the_test_of_a_share_as_it_is(first: Sample, second: Sample) -> None:
    before, after = (first.x, first.n), (second.x, second.n)
    assert p_of(significance.boschloo(*before, *after)) == p_of(significance.boschloo(*after, *before))
    assert_same(p_of(significance.score_test(*before, *after)), p_of(significance.score_test(*after, *before)))


@given(samples(), samples())
def test_asking_for_the_opposite_mirrors_a_share(first: Sample, second: Sample) -> None:
    found = change.newcombe_fpc(first.x, first.n, first.population, second.x, second.n, second.population)
    opposite = change.newcombe_fpc(
        first.n - first.x, first.n, first.population, second.n - second.x, second.n, second.population
    )
    assert_mirrored(found, opposite)
    p_value = p_of(significance.boschloo(first.x, first.n, second.x, second.n))
    assert_same(p_value, p_of(significance.boschloo(first.n - first.x, first.n, second.n - second.x, second.n)))
    people = estimates.hypergeometric_interval(first.x, first.n, first.population)
    others = estimates.hypergeometric_interval(first.n - first.x, first.n, first.population)
    assert people is not None
    assert others is not None
    assert (others.low, others.high) == (first.population - people.high, first.population - people.low)


@given(frequencies, frequencies)
def test_swapping_the_waves_mirrors_the_change_of_a_histogram(f1: list[int], f2: list[int]) -> None:
    before, after = estimates.mean(range(OPTIONS), f1, sum(f1) + 5), estimates.mean(range(OPTIONS), f2, sum(f2) + 3)
    assert before is not None
    assert after is not None
    assert_mirrored(change.mean_change(before, after), change.mean_change(after, before))
    g, swapped = change.hedges_g(range(OPTIONS), f1, f2), change.hedges_g(range(OPTIONS), f2, f1)
    assert g == (None if swapped is None else pytest.approx(-swapped, abs=CLOSE))
    assert_same(p_of(significance.brunner_munzel(f1, f2)), p_of(significance.brunner_munzel(f2, f1)))
    assert_same(p_of(significance.van_elteren([f1], [f2])), p_of(significance.van_elteren([f2], [f1])))


@given(frequencies, frequencies)
def test_swapping_the_waves_or_turning_the_scale_maps_superiority_to_its_complement(f1: list[int], f2: list[int]) -> None:
    found = change.superiority_estimate(f1, f2)
    assert found is not None
    for other in (change.superiority_estimate(f2, f1), change.superiority_estimate(f1[::-1], f2[::-1])):
        assert other is not None
        assert other.probability == pytest.approx(1 - found.probability, abs=CLOSE)
        if found.interval is None or other.interval is None:
            assert found.interval is other.interval is None
        else:
            assert (other.interval.low, other.interval.high) == pytest.approx(
                (1 - found.interval.high, 1 - found.interval.low), abs=CLOSE
            )
    turned = p_of(significance.brunner_munzel(f1[::-1], f2[::-1]))
    assert_same(p_of(significance.brunner_munzel(f1, f2)), turned)
    delta = change.cliffs_delta(f1, f2)
    assert delta is not None
    assert_same(-delta, change.cliffs_delta(f1[::-1], f2[::-1]))


@given(st.lists(samples(least=2), min_size=1, max_size=5))
def test_the_order_of_the_strata_never_matters(strata: list[Sample]) -> None:
    turned = strata[::-1]
    columns, backwards = (
        ([s.x for s in order], [s.n for s in order], [s.population for s in order]) for order in (strata, turned)
    )
    one, other = estimates.stratified_share(*columns), estimates.stratified_share(*backwards)
    assert one is not None
    assert other is not None
    assert_same(one.share, other.share)
    if one.interval is not None:
        assert_same(one.interval.low, interval_of(other).low)
        assert_same(one.interval.high, interval_of(other).high)
    assert_same(estimates.kish_effective_n(*columns[1:]), estimates.kish_effective_n(*backwards[1:]))


@given(st.lists(samples(least=2), min_size=1, max_size=4))
def test_the_order_of_the_strata_never_matters_to_a_test(strata: list[Sample]) -> None:
    x1, n1 = [s.x for s in strata], [s.n for s in strata]
    x2 = [s.n - s.x for s in strata]
    one = significance.cochran_mantel_haenszel(x1, n1, x2, n1)
    other = significance.cochran_mantel_haenszel(x1[::-1], n1[::-1], x2[::-1], n1[::-1])
    assert_same(p_of(one), p_of(other))


@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.integers(0, n), min_size=1, max_size=4).map(lambda xs: (n, xs))))
def test_equal_weights_give_the_unweighted_share_and_mean(case: tuple[int, list[int]]) -> None:
    n, having = case
    sizes, people = [n] * len(having), [2 * n] * len(having)
    level = estimates.stratified_share(having, sizes, people)
    tables = [(n - x, x) for x in having]
    average = estimates.stratified_mean((0, 1), tables, people)
    plain = estimates.mean((0, 1), (sum(sizes) - sum(having), sum(having)), sum(people))
    assert level is not None
    assert average is not None
    assert plain is not None
    assert level.share == pytest.approx(sum(having) / sum(sizes), abs=CLOSE)
    assert average.mean == pytest.approx(plain.mean, abs=CLOSE)
    assert_same(float(sum(sizes)), estimates.kish_effective_n(sizes, people))


@given(samples(least=2), samples(least=2))
def test_one_stratum_gives_the_plain_change(first: Sample, second: Sample) -> None:
    before, after = (first.x, first.n, first.population), (second.x, second.n, second.population)
    if 1 not in (first.n, second.n):
        found = change.stratified_newcombe_fpc(*([value] for value in (*before, *after)))
        plain = change.newcombe_fpc(*before, *after)
        assert found is not None
        assert plain is not None
        assert found.change == pytest.approx(plain.change, abs=CLOSE)
        assert_same(interval_of(found).low, interval_of(plain).low)
        assert_same(interval_of(found).high, interval_of(plain).high)


@given(samples(least=2), samples(least=2))
def test_an_endless_population_gives_the_result_without_correction(first: Sample, second: Sample) -> None:
    endless = 10**13
    plain, corrected = estimates.wilson(first.x, first.n), estimates.wilson_fpc(first.x, first.n, endless)
    assert plain is not None
    assert corrected is not None
    assert (corrected.low, corrected.high) == pytest.approx((plain.low, plain.high), abs=CLOSE)
    without = interval_of(change.newcombe(first.x, first.n, second.x, second.n))
    with_fpc = interval_of(change.newcombe_fpc(first.x, first.n, endless, second.x, second.n, endless))
    assert (with_fpc.low, with_fpc.high) == pytest.approx((without.low, without.high), abs=CLOSE)
    p1 = first.x / first.n
    assert_same(
        detectable.smallest_visible_share(first.n, second.n, p1),
        detectable.smallest_visible_share_fpc(first.n, endless, second.n, endless, p1),
    )


@given(frequencies.filter(lambda table: sum(table) > 1))
def test_an_endless_population_gives_the_mean_without_correction(table: list[int]) -> None:
    plain, corrected = estimates.mean(range(OPTIONS), table), estimates.mean(range(OPTIONS), table, 10**13)
    assert plain is not None
    assert corrected is not None
    assert_same(plain.standard_error, corrected.standard_error)


@given(samples(), st.integers(1, 30))
def test_a_larger_population_never_narrows_an_interval(sample: Sample, more: int) -> None:
    near = estimates.wilson_fpc(sample.x, sample.n, sample.population)
    far = estimates.wilson_fpc(sample.x, sample.n, sample.population + more)
    assert near is not None
    assert far is not None
    assert far.low <= near.low + CLOSE
    assert near.high <= far.high + CLOSE


@given(samples())
def test_every_interval_holds_its_own_estimate_and_stays_between_0_and_1(sample: Sample) -> None:
    level = estimates.share(sample.x, sample.n, sample.population)
    wilson = estimates.wilson_fpc(sample.x, sample.n, sample.population)
    exact = estimates.clopper_pearson(sample.x, sample.n)
    bounds = change.nonresponse_bounds(sample.x, sample.n, sample.population)
    assert level is not None
    for limits in (level.interval, wilson, exact):
        if limits is not None:
            assert 0 <= limits.low <= level.share + CLOSE
            assert level.share - CLOSE <= limits.high <= 1
    people = estimates.hypergeometric_interval(sample.x, sample.n, sample.population)
    assert people is not None
    assert bounds is not None
    assert bounds.low <= people.shares.low <= people.shares.high <= bounds.high


@given(st.lists(st.integers(0, OPTIONS - 1), min_size=2, max_size=40), st.integers(0, 40), st.permutations(range(40)))
def test_the_order_of_respondents_and_splitting_the_file_never_matter(rows: list[int], cut: int, order: list[int]) -> None:
    shuffled = [rows[i] for i in order if i < len(rows)]

    def tally(part: list[int]) -> list[int]:
        return [part.count(option) for option in range(OPTIONS)]

    added = [a + b for a, b in zip(tally(shuffled[:cut]), tally(shuffled[cut:]), strict=True)]
    other, once = [3, 1, 4, 1, 5], tally(rows)
    assert estimates.mean(range(OPTIONS), once, 90) == estimates.mean(range(OPTIONS), added, 90)
    assert significance.brunner_munzel(once, other) == significance.brunner_munzel(added, other)
    assert change.superiority_estimate(once, other) == change.superiority_estimate(added, other)

"""Municipalities beside each other: what is said of all of them follows from what each shows, and from nothing else."""

import random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.between import Between, Shown, between
from analysis.estimates import wilson

PERCENT = st.integers(0, 100)
FIGURES = st.lists(st.tuples(PERCENT, PERCENT, PERCENT).map(sorted), min_size=1, max_size=12).map(
    lambda found: [Shown(level / 100, low / 100, high / 100) for low, level, high in found]
)


@given(FIGURES, st.randoms())
def test_the_order_of_municipalities_never_matters(figures: list[Shown], chance: random.Random) -> None:
    mixed = figures.copy()
    chance.shuffle(mixed)
    assert between(mixed) == between(figures)


@given(FIGURES)
def test_all_may_be_alike_exactly_where_one_value_lies_within_every_range(figures: list[Shown]) -> None:
    found = between(figures)
    common = [at for at in range(101) if all((one.low or 0) <= at / 100 <= (one.high or 0) for one in figures)]
    assert found.alike is bool(common)
    assert (found.common_low, found.common_high) == ((common[0] / 100, common[-1] / 100) if common else (None, None))
    assert found.least <= found.median <= found.most
    assert found.median == median(one.level for one in figures)


@given(FIGURES)
def test_turning_the_scale_around_turns_what_is_said(figures: list[Shown]) -> None:
    turned = between([Shown(-one.level, -(one.high or 0), -(one.low or 0)) for one in figures])
    found = between(figures)
    assert (turned.median, turned.least, turned.most, turned.alike) == (-found.median, -found.most, -found.least, found.alike)


def test_ends_that_were_rounded_apart_are_not_said_to_be_apart() -> None:
    apart = [Shown(0.3, 0.2, 0.40), Shown(0.5, 0.41, 0.6)]
    assert between(apart).alike is False
    assert between(apart, step=0.01).alike is True
    assert between([*apart, Shown(0.7, 0.42, 0.9)], step=0.01).alike is False


def test_without_a_range_nothing_is_said_about_being_alike() -> None:
    assert between([Shown(0.3, None, None), Shown(0.5, 0.4, 0.6)]).alike is None
    alone = Between(1, 0.4, 0.4, 0.4, alike=True, common_low=0.2, common_high=0.6, by_chance=0.05)
    assert between([Shown(0.4, 0.2, 0.6)]) == alone
    with pytest.raises(ValueError, match="no figure"):
        between([])


def test_towns_that_are_all_alike_are_said_to_differ_no_more_often_than_it_says() -> None:
    chance = random.Random(7)  # noqa: S311 - invented answers, not secrets
    towns, times = 6, 400
    missed = 0
    for _time in range(times):
        counts = [sum(chance.random() < 0.5 for _person in range(60)) for _town in range(towns)]
        ranges = [wilson(count, 60) for count in counts]
        found = between([Shown(x / 60, one.low, one.high) for x, one in zip(counts, ranges, strict=True) if one])
        missed += found.alike is False
    assert missed / times <= found.by_chance == pytest.approx(0.3)

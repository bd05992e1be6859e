"""Which figures of a finished plan may be joined and compared, what they show, and where they stand on the page."""

from itertools import pairwise
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.history_types import FigurePoint, History, Series
from questionnaires.texts import Text
from surveyapp.results import figures
from surveyapp.results.history_rules import drawn, finding, missing, pieces, runs, span

NAME = Text("Nodarbības", "Lessons", "Занятия")


def series(values: dict[int, float], breaks: tuple[int, ...] = (), *more: FigurePoint) -> Series:
    """Return a series with a figure for each year of *values*."""
    points = [*(FigurePoint(year, year, value, line=1) for year, value in values.items()), *more]
    ordered = tuple(sorted(points, key=lambda point: (point.first, point.last)))
    return Series("lessons", 1, "lessons", NAME, ordered, MappingProxyType(dict.fromkeys(breaks, NAME)))


def history(first: int = 2013, last: int = 2019) -> History:
    return History("town", 1, NAME, "Avots", first, last, (), (), (), ())


def joined(found: Series) -> list[list[int]]:
    return [[point.first for point in piece] for piece in pieces(found)]


def test_a_missing_year_parts_the_line_but_not_what_is_compared() -> None:
    found = series({2013: 134, 2018: 53, 2019: 54})
    assert joined(found) == [[2013], [2018, 2019]]
    assert len(runs(found)) == 1
    shown = finding(found)
    assert shown is not None
    assert (shown.direction, shown.first.value, shown.last.value) == ("down", 134, 54)
    assert (shown.least and shown.least.first, shown.most) == (2018, None)


def test_a_change_of_what_is_counted_parts_the_line_and_what_is_compared() -> None:
    found = series({2013: 316, 2014: 805, 2015: 880, 2016: 546}, (2014,))
    assert joined(found) == [[2013], [2014, 2015, 2016]]
    shown = finding(found)
    assert shown is not None
    assert (shown.first.first, shown.last.first, shown.direction, shown.later) == (2014, 2016, "down", None)
    assert shown.most is not None
    assert shown.most.value == 880


def test_a_newest_figure_that_cannot_be_compared_is_named_apart() -> None:
    shown = finding(series({2013: 5, 2014: 8, 2015: 100}, (2015,)))
    assert shown is not None
    assert (shown.direction, shown.last.first, shown.later and shown.later.first) == ("up", 2014, 2015)


def test_figures_that_all_count_something_else_have_no_direction() -> None:
    shown = finding(series({2013: 23, 2015: 44, 2019: 18}, (2015, 2019)))
    assert shown is not None
    assert (shown.direction, shown.first.value, shown.last.value, shown.most) == (None, 23, 18, None)


@pytest.mark.parametrize(
    ("values", "direction", "most", "least"),
    [
        ({2016: 751, 2017: 841, 2018: 607, 2019: 638}, "down", 841, None),
        ({2013: 2, 2014: 2}, "same", None, None),
        ({2013: 2, 2014: 0, 2015: 2}, "same", None, 0),
        ({2013: 1, 2014: 2, 2015: 3}, "up", None, None),
    ],
)
def test_the_extreme_between_the_ends_is_told(
    values: dict[int, float], direction: str, most: float | None, least: float | None
) -> None:
    shown = finding(series(values))
    assert shown is not None
    assert (shown.direction, shown.most and shown.most.value) == (direction, most)
    assert (None if shown.least is None else shown.least.value) == least


def test_years_counted_together_are_neither_drawn_nor_missing() -> None:
    found = series({2013: 212, 2014: 688}, (), FigurePoint(2016, 2019, 141, line=1))
    assert [mark.point.first for mark in figures.years(found, 2013, 2019).marks] == [2013, 2014]
    assert missing(history(), found) == (2015,)
    assert not drawn(series({2013: 1}, (), FigurePoint(2016, 2019, 141, line=1)))
    assert finding(series({2013: 1})) is None


def test_a_figure_after_the_plan_makes_the_axis_longer() -> None:
    found = series({2018: 9, 2020: 9})
    assert span(history(), found) == (2013, 2020)
    assert missing(history(), found) == (2013, 2014, 2015, 2016, 2017, 2019)


def test_two_figures_are_columns_and_more_are_a_line() -> None:
    columns, line = figures.years(series({2013: 5, 2014: 10}), 2013, 2019), figures.years(
        series({2013: 5, 2014: 10, 2016: 0}), 2013, 2019
    )  # fmt: skip
    assert (columns.pieces, columns.columns is not None) == ((), True)
    assert (len(line.pieces), line.columns) == (1, None)
    assert columns.marks[0].y == pytest.approx((columns.marks[1].y + columns.base) / 2)
    assert line.marks[-1].y == line.base, "a stated zero stands on the ground line"


def test_a_school_year_stands_on_the_axis_under_its_own_name() -> None:
    found = series({}, (), FigurePoint(2018, 2019, 25, 1, school_year=True), FigurePoint(2019, 2020, 18, 1, school_year=True))
    chart = figures.years(found, 2018, 2019)
    assert [tick.text for tick in chart.ticks] == ["18/19", "19/20"]
    assert missing(history(2018, 2019), found) == ()


YEARS = st.dictionaries(st.integers(2013, 2019), st.integers(0, 100_000), min_size=2)


@given(YEARS, st.sets(st.integers(2014, 2019)))
def test_a_line_never_crosses_a_gap_or_a_change_and_every_figure_stands_once(values: dict[int, float], cuts: set[int]) -> None:
    breaks = tuple(sorted(cuts & set(sorted(values)[1:])))
    found = series(values, breaks)
    years = [year for piece in joined(found) for year in piece]
    assert years == sorted(values)
    for piece in joined(found):
        assert all(later == earlier + 1 for earlier, later in pairwise(piece))
        assert not set(piece[1:]) & set(breaks)
    assert set(missing(history(), found)) == set(range(2013, 2020)) - set(values)
    chart = figures.years(found, 2013, 2019)
    assert [mark.point.value for mark in chart.marks] == [values[year] for year in sorted(values)]
    assert all(0 < mark.x < figures.WIDTH and 0 < mark.y <= chart.base for mark in chart.marks)
    assert len(chart.cuts) == len(breaks)

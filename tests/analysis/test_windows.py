"""When targets hold: the windows of every period, and how much is expected by a day."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.windows import Window, expected_share, quarter_end, quarter_of, windows_of
from questionnaires.plan_types import Period, PeriodKind, Plan, Quarter
from tests.analysis.plans import day, plan, row

THREE_YEARS = plan(row())


def spans(period: Period, made: Plan = THREE_YEARS, quarters: tuple[Quarter, ...] = ()) -> list[str]:
    windows = windows_of(period, made, quarters)
    return [f"{window.start}..{window.end}" + (f" cut at {window.cut}" if window.cut else "") for window in windows]


def test_a_yearly_target_has_each_calendar_year_of_the_plan() -> None:
    assert spans(Period("year")) == ["2025-01-01..2025-12-31", "2026-01-01..2026-12-31", "2027-01-01..2027-12-31"]


def test_years_that_the_plan_does_not_fill_are_marked_as_cut() -> None:
    made = plan(row(), starts="2022-07-01", ends="2024-03-31")
    assert spans(Period("year"), made) == [
        "2022-07-01..2022-12-31 cut at start",
        "2023-01-01..2023-12-31",
        "2024-01-01..2024-03-31 cut at end",
    ]


def test_a_named_year_is_that_year() -> None:
    assert spans(Period("named_year", 2026)) == ["2026-01-01..2026-12-31"]


def test_a_plan_long_target_ends_with_its_last_surely_marked_quarter() -> None:
    quarters = (Quarter(2025, 2), Quarter(2026, 1), Quarter(2027, 2, "unsure"))
    assert spans(Period("plan"), quarters=quarters) == ["2025-01-01..2026-03-31"]


@pytest.mark.parametrize("quarters", [(), (Quarter(2025, 2, "unsure"),)])
def test_a_plan_long_target_without_a_sure_mark_ends_with_the_plan(quarters: tuple[Quarter, ...]) -> None:
    assert spans(Period("plan"), quarters=quarters) == ["2025-01-01..2027-12-31"]


def test_a_plan_that_ends_within_its_last_marked_quarter_ends_the_target_with_it() -> None:
    assert spans(Period("plan"), plan(row(), ends="2027-11-30"), (Quarter(2027, 4),)) == ["2025-01-01..2027-11-30"]


def test_once_in_two_years_has_blocks_from_the_start_of_the_plan_and_the_last_may_be_cut() -> None:
    assert spans(Period("two_years")) == ["2025-01-01..2026-12-31", "2027-01-01..2027-12-31 cut at end"]
    assert spans(Period("two_years"), plan(row(), starts="2024-02-29", ends="2028-02-29"))[0] == "2024-02-29..2026-02-28"


def test_a_block_of_two_years_that_begins_on_the_last_day_is_a_block_of_one_day() -> None:
    made = plan(row(), ends="2027-01-01")
    assert spans(Period("two_years"), made) == ["2025-01-01..2026-12-31", "2027-01-01..2027-01-01 cut at end"]


def test_from_runs_to_the_end_of_the_plan_and_by_from_its_start() -> None:
    assert spans(Period("from", day=day("2026-03-01"))) == ["2026-03-01..2027-12-31"]
    assert spans(Period("by", day=day("2026-03-01"))) == ["2025-01-01..2026-03-01"]


@pytest.mark.parametrize(
    ("kind", "number", "second"),
    [
        ("half_year", 6, "2025-07-01..2025-12-31"),
        ("quarter", 12, "2025-04-01..2025-06-30"),
        ("month", 36, "2025-02-01..2025-02-28"),
    ],
)
def test_half_years_quarters_and_months_are_the_calendar_s(kind: Any, number: int, second: str) -> None:  # noqa: ANN401 - a kind
    found = spans(Period(kind))
    assert len(found) == number
    assert found[1] == second


@pytest.mark.parametrize("kind", ["continuous", "on_request"])
def test_what_must_always_be_there_is_asked_about_every_year(kind: Any) -> None:  # noqa: ANN401 - one of the kinds
    assert spans(Period(kind)) == spans(Period("year"))


@pytest.mark.parametrize("kind", ["not_stated", "per_event"])
def test_what_names_no_period_is_plan_long(kind: Any) -> None:  # noqa: ANN401 - one of the kinds
    assert spans(Period(kind)) == spans(Period("plan"))


def test_a_window_is_open_until_its_end_then_awaits_data_for_the_days_of_grace_then_is_closed() -> None:
    window = Window(day("2025-01-01"), day("2025-06-30"))
    days = ["2024-01-01", "2025-06-30", "2025-07-01", "2025-07-30", "2025-07-31"]
    phases = ["open", "open", "awaiting_data", "awaiting_data", "closed"]
    assert [window.phase(day(each), 30) for each in days] == phases
    assert window.phase(day("2025-07-01"), 0) == "closed"


def test_marked_quarters_that_are_over_say_how_much_is_expected() -> None:
    window = Window(day("2025-01-01"), day("2025-12-31"))
    quarters = (Quarter(2025, 1), Quarter(2025, 3), Quarter(2026, 1), Quarter(2025, 4, "unsure"))
    expected = [expected_share(window, quarters, day(each)) for each in ("2025-03-31", "2025-04-01", "2025-12-31")]
    assert expected == [(Fraction(0), True), (Fraction(1, 2), True), (Fraction(1), True)]


@pytest.mark.parametrize("month", range(1, 13))
def test_a_day_lies_in_the_calendar_quarter_of_its_month(month: int) -> None:
    found = quarter_of(date(2026, month, 1))
    assert found == quarter_of(date(2026, month, 28)) == Quarter(2026, [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4][month - 1])
    assert 0 <= (quarter_end(found) - date(2026, month, 28)).days < 92


def test_without_a_sure_mark_the_days_gone_say_how_much_is_expected() -> None:
    window = Window(day("2025-01-01"), day("2025-12-31"))
    assert expected_share(window, (), day("2025-01-01")) == (Fraction(0), False)
    assert expected_share(window, (), day("2025-03-15")) == (Fraction(73, 365), False)
    assert expected_share(window, (), day("2024-01-01")) == (Fraction(0), False)
    assert expected_share(window, (), day("2030-01-01")) == (Fraction(1), False)


REPEATING: tuple[PeriodKind, ...] = ("year", "half_year", "quarter", "month", "two_years", "continuous", "on_request")
PERIODS = st.sampled_from(REPEATING).map(Period)


@given(PERIODS, st.dates(date(2015, 1, 1), date(2030, 12, 31)), st.integers(0, 2000))
def test_the_windows_of_a_repeating_period_hold_every_day_of_the_plan_once(period: Period, starts: date, days: int) -> None:
    made = plan(row(), starts=starts.isoformat(), ends=(starts + timedelta(days=days)).isoformat())
    windows = windows_of(period, made, ())
    assert windows[0].start == made.starts
    assert windows[-1].end == made.ends
    assert all(first.end + timedelta(days=1) == second.start for first, second in pairwise(windows))
    assert all(window.start <= window.end for window in windows)
    assert all(window.cut is None for window in windows[1:-1])


def test_what_recurs_may_begin_after_the_plan_does_and_end_before_it() -> None:
    assert spans(Period("year", since=day("2025-07-01"))) == [
        "2025-07-01..2025-12-31 cut at start",
        "2026-01-01..2026-12-31",
        "2027-01-01..2027-12-31",
    ]
    assert spans(Period("half_year", since=day("2026-07-01"), until=day("2027-03-31"))) == [
        "2026-07-01..2026-12-31",
        "2027-01-01..2027-03-31 cut at end",
    ]
    assert spans(Period("from", day=day("2025-01-01"), until=day("2025-12-31"))) == ["2025-01-01..2025-12-31"]


def test_a_day_after_the_plan_keeps_the_window_open_until_then() -> None:
    assert spans(Period("by", day=day("2028-12-31"))) == ["2025-01-01..2028-12-31"]

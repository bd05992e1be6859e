"""How much should be reached by now: by the marked quarters, else by the days gone, and of what no pace can be told."""

from typing import Any

import pytest

from analysis.reasons import reason
from questionnaires.plan_types import Period, Quarter, Target
from tests.analysis.plans import at_least, codes, event, plan, result, results, row, target

YEAR = Period("year")


def test_behind_schedule_follows_the_marked_quarters_and_else_the_days_gone() -> None:
    marked = result(at_least(40), [event("2025-02-01", unique_persons=19)], "2025-04-01", quarters=quarters(1, 2))
    assert marked.flags == ("behind_schedule",)
    assert reason("expected_marked", expected=20) in marked.because
    enough = result(at_least(40), [event("2025-02-01", unique_persons=20)], "2025-04-01", quarters=quarters(1, 2))
    assert enough.flags == ()
    linear = result(at_least(30), [event("2025-02-01", unique_persons=9)], "2026-01-01")
    assert reason("expected_linear", expected=10) in linear.because
    assert linear.flags == ("behind_schedule",)


def quarters(*numbers: int) -> tuple[Quarter, ...]:
    return tuple(Quarter(2025, number) for number in numbers)


def test_what_is_reached_before_its_time_has_no_pace_to_tell() -> None:
    found = result(at_least(40), [event("2025-02-01", unique_persons=40)], "2025-04-01", quarters=quarters(1, 2))
    assert (found.degree, found.flags) == ("done", ())
    assert "expected_marked" not in codes(found)


def test_people_at_one_event_are_expected_only_when_the_last_marked_quarter_is_over() -> None:
    promise = at_least(100, counted="persons_at_one_event", period=YEAR)
    made = plan(row(promise, quarters=quarters(1, 2)))
    assert results(made, [], "2025-05-01")[0].flags == ()
    assert results(made, [], "2025-07-01")[0].flags == ("behind_schedule",)


@pytest.mark.parametrize(
    ("kind", "unit", "expected"),
    [("funding", "eur", 49.9), ("count_min", "hours", 49.9), ("count_min", "persons", 49), ("count_min", "percent", None)],
)
def test_money_and_hours_are_expected_by_the_day_people_one_by_one_and_shares_not_at_all(
    kind: Any,  # noqa: ANN401 - one of the kinds
    unit: Any,  # noqa: ANN401 - one of the units
    expected: float | None,
) -> None:
    promise = target(kind, "ge", unit, value=100.5, period=YEAR)
    [found, *_] = results(plan(row(promise)), [], "2025-07-01")
    told = [dict(each.facts)["expected"] for each in found.because if each.code == "expected_linear"]
    assert told == ([] if expected is None else [pytest.approx(expected, abs=0.1)])
    assert found.flags == (() if expected is None else ("behind_schedule",))


def test_half_a_conference_is_not_expected() -> None:
    once = target("frequency", "ge", "conferences", value=1, period=Period("two_years"))
    [first, _] = results(plan(row(once)), [], "2026-06-30")
    assert first.flags == ()


@pytest.mark.parametrize(
    "promise",
    [
        target("range", "between", "items", value=10, upper=20, period=YEAR),
        target("approximate", "approx", "items", value=800, period=YEAR),
        target("count_max", "le", value=100, period=YEAR),
        target("on_demand", "all", "services", period=YEAR),
    ],
    ids=lambda promise: promise.kind,
)
def test_what_is_measured_a_ceiling_and_demand_have_no_pace_to_be_behind(promise: Target) -> None:
    [found, *_] = results(plan(row(promise)), [event("2025-02-01", value=1, requested=9)], "2025-12-01")
    assert found.flags == ()
    assert not {"expected_linear", "expected_marked"} & set(codes(found))


def test_a_number_for_a_year_of_a_series_has_a_pace_like_any_other() -> None:
    [found, *_] = results(plan(row(target("series", "bare", "items", value=100, period=YEAR))), [], "2025-07-02")
    assert found.flags == ("behind_schedule",)

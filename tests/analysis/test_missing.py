"""What is still missing: a number that can be trusted, for every kind of target and any events."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.head_counts import EventRecord
from analysis.missing import Missing, due_now, missing_of
from analysis.progress import judge
from analysis.sensitive import shown_targets
from questionnaires.plan_types import Period, Quarter, Target
from tests.analysis.plans import ROW, at_least, day, event, plan, row, target

STARTS = date(2025, 1, 1)
TARGETS = st.sampled_from(
    [
        at_least(40),
        at_least(40, counted="attendances"),
        at_least(12, period=Period("year")),
        target("frequency", "ge", "meetings", value=2, period=Period("half_year"), counted="events"),
        target("frequency", "ge", "events", value=1, period=Period("month"), counted="events"),
        target("count_bare", "bare", value=18, counted="unique_persons", period=Period("year")),
        target("count_max", "le", value=20, counted="unique_persons"),
        target("range", "between", value=10, upper=20, counted="unique_persons"),
        target("approximate", "approx", value=30, counted="attendances"),
        target("provision", "exists", "services", period=Period("continuous")),
        target("on_demand", "ge", "persons", period=Period("year")),
    ]
)
DAYS = st.integers(0, 3 * 365 - 1).map(lambda days: STARTS + timedelta(days))
COUNTS = st.none() | st.integers(0, 60)


@st.composite
def events(draw: st.DrawFn) -> list[EventRecord]:
    days = draw(st.lists(DAYS, max_size=8))
    return [
        EventRecord(
            str(number),
            ROW,
            held_on,
            "an event",
            unique_persons=draw(COUNTS),
            attendances=draw(COUNTS),
            evidence="a list",
            different_people=draw(st.booleans()),
        )
        for number, held_on in enumerate(days)
    ]


def lacking(promise: Target, held: list[EventRecord], as_of: date, *, sensitive: bool = False) -> tuple[Missing, ...]:
    """What a row of one target lacks on a day, as a page may show it."""
    progress = judge(plan(row(promise)), held, as_of)
    return missing_of(shown_targets(progress.targets, {each.reference: each for each in held}, sensitive=sensitive), as_of)


@settings(deadline=None)
@given(TARGETS, events(), DAYS)
def test_what_is_missing_is_never_negative_never_more_than_required_and_adds_up(
    promise: Target, held: list[EventRecord], as_of: date
) -> None:
    for each in lacking(promise, held, as_of):
        assert each.number is not None
        assert each.result.required is not None
        assert 0 < each.number <= each.result.required
        assert each.number + max(each.result.achieved_low or 0, 0) == each.result.required
        assert each.result.window_start <= as_of
        assert each.over == (each.result.window_end < as_of)


@settings(deadline=None)
@given(TARGETS, events(), DAYS)
def test_whatever_has_begun_is_reached_or_lacks_something(promise: Target, held: list[EventRecord], as_of: date) -> None:
    if promise.comparator == "le" or promise.kind == "on_demand":
        assert lacking(promise, held, as_of) == ()
        return
    begun = [each for each in judge(plan(row(promise)), held, as_of).targets if each.window_start <= as_of]
    lacks = {each.result.window_start for each in lacking(promise, held, as_of)}
    assert {each.window_start for each in begun if each.degree != "done"} == lacks


@settings(deadline=None)
@given(TARGETS, events(), DAYS, st.integers(1, 60))
def test_one_more_group_of_new_people_never_makes_more_missing(
    promise: Target, held: list[EventRecord], as_of: date, people: int
) -> None:
    more = EventRecord(
        "more", ROW, as_of, "another", unique_persons=people, attendances=people, evidence="a list", different_people=True
    )
    before = {each.result.window_start: each.number or 0 for each in lacking(promise, held, as_of)}
    after = {each.result.window_start: each.number or 0 for each in lacking(promise, [*held, more], as_of)}
    assert all(number <= before.get(start, 0) for start, number in after.items())


@settings(deadline=None)
@given(TARGETS, events(), DAYS)
def test_in_a_sensitive_row_a_small_number_of_people_cannot_be_worked_out(
    promise: Target, held: list[EventRecord], as_of: date
) -> None:
    for each in lacking(promise, held, as_of, sensitive=True):
        counts_people = promise.unit == "persons"
        if each.number is not None and counts_people:
            reached = (each.result.required or 0) - each.number
            assert reached >= 5 or each.result.achieved_low is None


def test_numbers_that_lie_between_bounds_say_that_less_may_be_missing() -> None:
    apart = [event("2025-02-01", "a", unique_persons=25), event("2025-03-01", "b", unique_persons=10)]
    [between] = lacking(at_least(40), apart, day("2025-04-01"))
    assert (between.number, between.perhaps_less) == (15, True)
    [sure] = lacking(at_least(40), [replace(each, different_people=True) for each in apart], day("2025-04-01"))
    assert (sure.number, sure.perhaps_less) == (5, False)


@pytest.mark.parametrize(
    ("promise", "quarters", "as_of", "due"),
    [
        (at_least(40), (), "2026-11-21", False),
        (at_least(40), (Quarter(2026, 4, "unsure"), Quarter(2027, 4)), "2026-11-21", True),
        (at_least(40, period=Period("year")), (), "2026-11-21", True),
        (at_least(40, period=Period("year")), (), "2026-05-21", False),
    ],
)
def test_a_quarter_asks_for_what_it_marks_and_for_what_ends_in_it(
    promise: Target, quarters: tuple[Quarter, ...], as_of: str, *, due: bool
) -> None:
    indicator = row(promise, quarters=quarters)
    progress = judge(plan(indicator), [], day(as_of))
    missing = missing_of(shown_targets(progress.targets, {}, sensitive=False), day(as_of))
    assert due_now(indicator, missing, day(as_of)) is due

"""How many people a row's events amount to: a stated zero, nothing, and bounds where the same may have come twice."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.plans import CLOSED, at_least, codes, event, result, target


def test_39_of_40_is_partly_done() -> None:
    found = result(at_least(40), [event("2025-03-01", unique_persons=39)], CLOSED)
    assert (found.degree, found.ratio) == ("partial", 0.975)
    assert found.because[0].text == "Only 39 of 40 (persons) by 2027-12-31."


def test_a_stated_zero_differs_from_nothing_reported() -> None:
    stated = result(at_least(40), [event("2025-03-01", unique_persons=0)], CLOSED)
    silent = result(at_least(40), [], CLOSED)
    assert (stated.degree, stated.achieved, stated.ratio) == ("not_done", 0, 0)
    assert (silent.degree, silent.achieved, silent.ratio) == ("no_data", None, None)


def test_an_event_without_a_number_is_no_data_and_says_so() -> None:
    found = result(at_least(40), [event("2025-03-01")], CLOSED)
    assert found.degree == "no_data"
    assert "no_number" in codes(found)


def test_zero_at_one_event_and_no_number_at_another_is_not_a_stated_zero() -> None:
    found = result(at_least(40), [event("2025-03-01", unique_persons=0), event("2025-04-01")], CLOSED)
    assert (found.degree, found.achieved_low, found.achieved_high) == ("no_data", 0, None)


def test_unique_persons_over_events_lie_between_the_largest_event_and_the_sum() -> None:
    found = result(at_least(40), [event("2025-03-01", unique_persons=25), event("2025-04-01", unique_persons=20)], CLOSED)
    assert (found.achieved, found.achieved_low, found.achieved_high) == (25, 25, 45)
    assert (found.degree, found.certainty) == ("partial", "possible")


def test_different_people_add_up() -> None:
    events = [event("2025-03-01", unique_persons=25), event("2025-04-01", unique_persons=20, different_people=True)]
    found = result(at_least(40), events, CLOSED)
    assert (found.achieved_low, found.achieved_high, found.certainty) == (45, 45, "certain")


def test_the_same_group_counts_once_by_its_largest_event() -> None:
    events = [
        event("2025-03-01", "1", unique_persons=12),
        event("2025-03-08", "2", unique_persons=10, same_group_as="1"),
        event("2025-03-15", "3", unique_persons=11, same_group_as="2"),
        event("2025-04-01", "4", unique_persons=8),
    ]
    found = result(at_least(40), events, CLOSED)
    assert (found.achieved_low, found.achieved_high, found.certainty) == (12, 20, "impossible")


def test_two_new_courses_of_several_sessions_each_are_known_exactly() -> None:
    events = [
        event("2025-03-01", "1", unique_persons=12),
        event("2025-03-08", "2", unique_persons=10, same_group_as="1"),
        event("2025-09-01", "3", unique_persons=8, different_people=True),
        event("2025-09-08", "4", unique_persons=9, same_group_as="3"),
    ]
    found = result(at_least(20), events, CLOSED)
    assert (found.achieved_low, found.achieved_high, found.degree) == (21, 21, "done")


def test_an_event_after_a_new_group_may_consist_of_people_already_counted() -> None:
    events = [
        event("2025-03-01", unique_persons=12),
        event("2025-04-01", unique_persons=8, different_people=True),
        event("2025-05-01", unique_persons=15),
    ]
    found = result(at_least(40), events, CLOSED)
    assert (found.achieved_low, found.achieved_high) == (20, 35)


def test_a_group_whose_first_event_is_not_counted_stands_where_it_first_came() -> None:
    spring = [
        event("2024-12-01", "1", unique_persons=9),
        event("2025-03-01", "2", unique_persons=8, same_group_as="1"),
        event("2025-04-01", "3", unique_persons=10, different_people=True),
        event("2025-05-01", "4", unique_persons=8, same_group_as="1"),
    ]
    found = result(at_least(40), spring, CLOSED)
    assert (found.achieved_low, found.achieved_high) == (18, 18)


def test_of_two_events_on_one_day_the_later_entered_one_comes_later() -> None:
    first_new = [
        event("2025-03-01", "9", unique_persons=8, different_people=True),
        event("2025-03-01", "10", unique_persons=10),
    ]
    last_new = [event("2025-03-01", "9", unique_persons=8), event("2025-03-01", "10", unique_persons=10, different_people=True)]
    assert result(at_least(40), first_new, CLOSED).achieved_low == 10
    assert result(at_least(40), last_new, CLOSED).achieved_low == 18


def test_attendances_alone_leave_the_number_of_people_open() -> None:
    found = result(at_least(40), [event("2025-03-01", attendances=60)], CLOSED)
    assert (found.achieved_low, found.achieved_high, found.certainty) == (1, 60, "possible")


def test_an_unknown_number_beside_a_known_one_leaves_the_upper_bound_open() -> None:
    found = result(at_least(40), [event("2025-03-01", unique_persons=30), event("2025-04-01")], CLOSED)
    assert (found.achieved_low, found.achieved_high, found.certainty) == (30, None, "possible")
    assert {"at_least", "numbers_missing"} <= set(codes(found))


def test_attendances_add_up() -> None:
    events = [event("2025-03-01", attendances=25), event("2025-04-01", unique_persons=20)]
    found = result(at_least(40, counted="attendances"), events, CLOSED)
    assert (found.achieved_low, found.achieved_high) == (45, 45)


def test_people_at_one_event_are_not_added_over_events() -> None:
    events = [event("2025-03-01", unique_persons=60), event("2025-04-01", unique_persons=70)]
    found = result(at_least(100, counted="persons_at_one_event"), events, CLOSED)
    assert (found.achieved, found.degree) == (70, "partial")


def test_an_event_for_another_audience_does_not_count_its_people() -> None:
    events = [
        event("2025-03-01", unique_persons=10, audience="teachers"),
        event("2025-04-01", unique_persons=50, audience="parents"),
    ]
    found = result(at_least(40, audience="teachers"), events, CLOSED)
    assert (found.achieved_high, found.events) == (10, ("on 2025-03-01",))
    assert "other_audience" in codes(found)


def test_two_audiences_at_one_event_are_different_people() -> None:
    events = [
        event("2025-03-01", "7", unique_persons=10, audience="teachers"),
        event("2025-03-01", "7", unique_persons=15, audience="parents"),
    ]
    found = result(at_least(40), events, CLOSED)
    assert (found.achieved_low, found.achieved_high) == (25, 25)


def test_families_and_hours_are_counted_in_their_own_columns() -> None:
    events = [event("2025-03-01", families=9, hours=2.5), event("2025-04-01", families=7, hours=1.5, different_people=True)]
    families = result(at_least(15, unit="families", counted="families"), events, CLOSED)
    hours = result(at_least(10, unit="hours", counted="hours"), events, CLOSED)
    assert (families.achieved, families.degree) == (16, "done")
    assert (hours.achieved, hours.ratio) == (4, 0.4)


def least_possible(sizes: list[int], new: list[bool]) -> int:
    """Try every way in which each group can share people with those before it."""
    totals = {0}
    for size, is_new in zip(sizes, new, strict=True):
        shared = [0] if is_new else range(size + 1)
        totals = {total + size - both for total, both in product(totals, shared) if both <= total}
    return min(totals)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=6))
def test_the_lower_bound_is_the_least_number_of_people_that_could_have_come(groups: list[tuple[int, bool]]) -> None:
    events = [event(f"2025-03-{n:02}", unique_persons=size, different_people=new) for n, (size, new) in enumerate(groups, 1)]
    found = result(at_least(40), events, CLOSED)
    assert found.achieved_low == least_possible([size for size, _ in groups], [new for _, new in groups])
    assert found.achieved_high == sum(size for size, _ in groups)


def test_two_events_that_name_each_other_are_one_group() -> None:
    events = [
        event("2025-03-01", "1", unique_persons=12, same_group_as="2"),
        event("2025-03-08", "2", unique_persons=10, same_group_as="1"),
    ]
    found = result(at_least(40), events, CLOSED)
    assert (found.achieved_low, found.achieved_high) == (12, 12)


def test_people_named_as_the_same_group_are_not_new() -> None:
    events = [
        event("2025-03-01", "1", unique_persons=12),
        event("2025-03-08", "2", unique_persons=10),
        event("2025-03-15", "3", unique_persons=14, same_group_as="elsewhere", different_people=True),
        event("2025-03-22", "4", unique_persons=9, same_group_as="2", different_people=True),
    ]
    assert result(at_least(40), events, CLOSED).achieved_low == 14


def test_a_summary_value_counts_where_no_head_count_stands() -> None:
    assert result(at_least(40), [event("2025-03-01", value=41, unit="persons")], CLOSED).degree == "done"
    assert result(at_least(40), [event("2025-03-01", value=41, unit="hours")], CLOSED).degree == "no_data"
    assert result(target("count_bare", "bare", value=40), [event("2025-03-01", value=40)], CLOSED).degree == "done"

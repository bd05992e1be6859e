"""The plan against the events: timing, readings, rows, prerequisites, and what holds for any events."""

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cases import Degree, Timing
from analysis.head_counts import EventRecord
from analysis.progress import TargetResult, judge
from analysis.reasons import CODES, reason
from analysis.rows import Judged, degree_to_date, final_degree, row_verdict
from questionnaires.plan_types import Period, Plan, Quarter, Target
from tests.analysis.plans import (
    CLOSED,
    at_least,
    codes,
    day,
    event,
    kindergartens,
    plan,
    reading,
    result,
    results,
    row,
    row_result,
    steps,
    target,
    verdict,
)

FIRST_HALF = {"quarters": (Quarter(2025, 2),)}
YEAR = Period("year")
GOLDEN = Path(__file__).parent / "golden" / "progress.json"


# Timing


def test_late_is_told_by_the_day_the_event_was_held() -> None:
    in_time, after = event("2025-06-30", unique_persons=40), event("2025-07-01", unique_persons=40)
    assert verdict(result(at_least(40), [in_time], "2025-09-01", **FIRST_HALF)) == ("done", "on_time", ())
    assert verdict(result(at_least(40), [after], "2025-09-01", **FIRST_HALF)) == ("done", "late", ())


def test_what_came_after_the_window_helps_to_reach_a_target_late() -> None:
    events = [event("2025-06-01", unique_persons=30), event("2025-08-01", unique_persons=10, different_people=True)]
    found = result(at_least(40), events, "2025-09-01", **FIRST_HALF)
    assert (found.degree, found.timing, found.achieved) == ("done", "late", 40)
    assert "late" in codes(found)


def test_a_target_reached_before_its_window_ends_is_done_at_once() -> None:
    events = [event("2025-02-01", unique_persons=40)]
    assert verdict(result(at_least(40), events, "2025-02-01", **FIRST_HALF)) == ("done", "on_time", ())


def test_events_after_the_day_asked_about_or_outside_the_plan_do_not_count() -> None:
    events = [event(held_on, unique_persons=40) for held_on in ("2024-12-31", "2026-02-02", "2028-01-01")]
    assert result(at_least(40), events, "2026-02-01").achieved is None
    assert result(at_least(40), events, CLOSED).events == ("on 2026-02-02",)


def test_the_days_of_grace_are_a_setting() -> None:
    made = plan(row(at_least(40), **FIRST_HALF))  # type: ignore[arg-type]  # the quarters of the row
    assert judge(made, [], day("2025-07-02"), 0).targets[0].timing == "overdue"
    assert judge(made, [], day("2025-07-02"), 60).targets[0].timing == "awaiting_data"


# Periods


def test_an_unfinished_first_year_is_not_judged_unless_already_reached() -> None:
    made = plan(row(at_least(40, period=YEAR)), starts="2025-07-01")
    short = results(made, [event("2025-09-01", unique_persons=39)], CLOSED)[0]
    assert verdict(short) == ("not_assessed", None, ("incomplete_first_year",))
    assert results(made, [event("2025-09-01", unique_persons=40)], CLOSED)[0].degree == "done"


def test_a_last_block_of_two_years_that_the_plan_cuts_short_is_not_judged_unless_reached() -> None:
    once = target("frequency", "ge", "conferences", value=1, period=Period("two_years"))
    [first, last] = results(plan(row(once)), [event("2026-03-01")], CLOSED)
    assert (first.degree, last.degree, last.flags) == ("done", "not_assessed", ())
    assert codes(last)[0] == "last_period_cut"
    assert row_result(plan(row(once)), [event("2026-03-01")], CLOSED).degree == "done"


def test_a_period_that_the_plan_cuts_short_has_no_pace_to_be_behind() -> None:
    many = plan(row(at_least(100, period=Period("two_years"))))
    [first, last] = results(many, [event("2026-03-01", unique_persons=100)], "2027-02-15")
    assert (first.degree, last.degree, last.flags) == ("done", "not_due", ())


def test_twins_for_named_years_do_not_lend_each_other_their_events() -> None:
    years = [
        replace(at_least(10), id=f"5.1.a/in-{year}", period=Period("named_year", year), kind="count_min")
        for year in (2025, 2026)
    ]
    found = results(plan(row(*years)), [event("2026-05-01", unique_persons=30)], CLOSED)
    assert [(each.degree, each.achieved) for each in found] == [("no_data", None), ("done", 30)]


def test_a_number_for_a_year_of_a_series_is_that_year_s_alone() -> None:
    number = target("series", "bare", "items", value=1445, period=Period("named_year", 2025))
    assert result(number, [event("2026-05-01", value=1500)], CLOSED).degree == "no_data"
    assert result(number, [event("2025-12-31", value=1445)], CLOSED).degree == "done"


def test_plan_long_targets_accumulate() -> None:
    events = [event(f"{year}-05-01", unique_persons=15, different_people=True) for year in (2025, 2026, 2027)]
    assert verdict(result(at_least(40), events, CLOSED)) == ("done", "on_time", ())


# Rows


DEGREES: tuple[Degree, ...] = ("done", "partial", "not_done", "no_data")


def expected_conjunction(degrees: tuple[Degree, ...]) -> Degree:
    """Say rule 5 once more, in other words."""
    if degrees.count("done") == len(degrees):
        return "done"
    if degrees.count("not_done") == len(degrees):
        return "not_done"
    if "done" in degrees or "partial" in degrees:
        return "partial"
    return "no_data"


@pytest.mark.parametrize("degrees", [*product(DEGREES), *product(DEGREES, DEGREES), *product(DEGREES, DEGREES, DEGREES)])
def test_a_row_is_the_and_of_its_targets(degrees: tuple[Degree, ...]) -> None:
    assert final_degree(degrees) == degree_to_date(degrees) == expected_conjunction(degrees)
    assert final_degree((*degrees, "not_assessed")) == expected_conjunction(degrees)
    assert (final_degree((*degrees, "not_due")), degree_to_date((*degrees, "not_due"))) == (
        "not_due",
        expected_conjunction(degrees),
    )


def test_a_row_with_nothing_due_or_assessed_says_so() -> None:
    assert (final_degree(["not_due"]), degree_to_date(["not_due", "not_assessed"])) == ("not_due", "not_due")
    assert (final_degree(["not_assessed"]), degree_to_date([])) == ("not_assessed", "not_assessed")


def test_over_several_years_the_plan_s_degree_waits_and_to_date_does_not() -> None:
    made = plan(row(at_least(20, period=YEAR)))
    events = [event("2025-05-01", unique_persons=20)]
    found = row_result(made, events, "2026-03-01")
    assert (found.degree, found.to_date, found.timing) == ("not_due", "done", "open")
    assert row_result(made, events, CLOSED).degree == "partial"


def test_a_missed_year_shows_beside_one_that_is_open() -> None:
    assert row_result(plan(row(at_least(20, period=YEAR))), [], "2026-03-01").timing == "overdue"


@pytest.mark.parametrize("pair", list(combinations(("overdue", "awaiting_data", "open", "late", "on_time"), 2)))
def test_a_row_tells_the_timing_that_most_asks_for_attention(pair: tuple[Timing, Timing]) -> None:
    judged = [Judged(f"target {timing}", None, "done", timing) for timing in pair]
    assert row_verdict(judged, {}).timing == row_verdict(judged[::-1], {}).timing == pair[0]


def test_what_cannot_be_assessed_does_not_count_in_its_row_but_is_listed() -> None:
    words = target("text_only", "none", "items", id="5.1.a/words")
    found = row_result(plan(row(at_least(20), words)), [event("2025-05-01", unique_persons=20)], CLOSED)
    assert (found.degree, found.to_date) == ("done", "done")
    assert reason("row_not_assessed", targets="5.1.a/words") in found.because


def test_a_row_without_targets_is_not_assessed() -> None:
    found = row_result(plan(row()), [], CLOSED)
    assert (found.degree, found.to_date, found.flags) == ("not_assessed", "not_assessed", ("without_target",))


def monthly() -> Target:
    once_a_month = [reading("monthly"), reading("once", period=YEAR)]
    return target("frequency", "bare", "events", value=1, period=Period("month"), readings=tuple(once_a_month))


def test_readings_with_the_same_verdict_are_said_to_agree() -> None:
    found = row_result(plan(row(monthly())), [], CLOSED)
    assert (found.degree, found.flags) == ("no_data", ())
    assert found.because[0] == reason("readings_agree", number=2)


def test_readings_with_different_verdicts_leave_the_row_unassessed() -> None:
    events = [event(f"{year}-05-01") for year in (2025, 2026, 2027)]
    made = plan(row(monthly()))
    found = row_result(made, events, CLOSED)
    assert (found.degree, found.to_date, found.flags) == ("not_assessed", "not_assessed", ("ambiguous_reading",))
    assert (found.because[0].code, found.timing) == ("readings_differ", None)
    assert {each.reading for each in results(made, events, CLOSED)} == {"monthly", "once"}


def test_targets_with_the_same_readings_are_read_alike() -> None:
    years = (reading("a-year", period=YEAR), reading("whole-plan", period=Period("plan")))
    people = at_least(20, period=YEAR, readings=years)
    hours = target("count_min", "ge", "hours", value=6, period=YEAR, readings=years)
    events = [event("2025-05-01", unique_persons=20, hours=6)]
    # Read as yearly both are partly done, read as plan-long both are done: the mixed ways do not exist.
    assert "(partial, done)" in row_result(plan(row(people, hours)), events, CLOSED).because[0].text


def test_a_programme_before_its_leader_is_trained_is_flagged() -> None:
    leader = row(replace(at_least(1), id="5.5.a/leader"), indicator="5.5.a")
    programme = row(replace(at_least(10), id="6.3.b/parents", prerequisite="5.5.a/leader"), indicator="6.3.b")
    run = event("2026-05-01", unique_persons=10, indicator="6.3.b")
    made = plan(leader, programme)

    def flags(*trained: EventRecord) -> tuple[str, ...]:
        return results(made, [run, *trained], CLOSED)[1].flags

    assert flags() == ("prerequisite_missing",)
    later = row(replace(at_least(10), id="6.3.b/parents", prerequisite="5.5.a/leader", period=YEAR), indicator="6.3.b")
    assert [each.flags for each in results(plan(leader, later), [], "2025-02-01")[1:]] == [("prerequisite_missing",), (), ()]
    assert flags(event("2026-06-01", unique_persons=1, indicator="5.5.a")) == ("prerequisite_missing",)
    assert flags(event("2026-04-01", unique_persons=1, indicator="5.5.a")) == ()
    assert flags(event("2026-05-01", "2", unique_persons=1, indicator="5.5.a")) == ()


# What holds for any events


@st.composite
def any_event(draw: st.DrawFn) -> EventRecord:
    held_on = date(2024, 12, 1) + timedelta(days=draw(st.integers(0, 1200)))
    number = st.one_of(st.none(), st.integers(0, 60))
    facts: dict[str, Any] = {name: draw(number) for name in ("unique_persons", "attendances", "families", "hours", "requested")}
    facts["member"] = draw(st.sampled_from([None, "Ābele", "Bitīte", "Cita"]))
    facts["audience"] = draw(st.sampled_from([None, "teachers", "parents"]))
    facts["step"] = draw(st.sampled_from([None, "one", "two"]))
    facts["evidence"] = draw(st.sampled_from([None, "minutes"]))
    facts["amount"] = draw(number)
    facts["different_people"] = draw(st.booleans())
    return event(held_on.isoformat(), **facts)


@st.composite
def any_events(draw: st.DrawFn) -> list[EventRecord]:
    drawn = [replace(each, reference=str(n)) for n, each in enumerate(draw(st.lists(any_event(), max_size=7)))]
    earlier = [draw(st.one_of(st.none(), st.sampled_from(drawn[:n]))) if n else None for n in range(len(drawn))]
    return [
        replace(each, same_group_as=before.reference if before else None) for each, before in zip(drawn, earlier, strict=True)
    ]


KINDS = (
    at_least(40),
    at_least(40, period=YEAR, audience="teachers"),
    at_least(40, counted="persons_at_one_event"),
    at_least(90, counted="attendances", period=Period("half_year")),
    at_least(9, unit="families", counted="families"),
    at_least(9, unit="hours", counted="hours", period=YEAR),
    target("count_max", "le", value=50),
    target("frequency", "ge", "meetings", value=2, period=YEAR),
    target("frequency", "bare", "programmes", value=2, period=YEAR, per_event_sessions=3),
    target("set_all", "all", "institutions", of_set="kindergartens"),
    target("set_n", "bare", "institutions", value=1, of_set="kindergartens", period=YEAR),
    target("deliverable", "exists", "steps", steps=steps("one", "two")),
    target("provision", "exists", "services", period=Period("continuous")),
    target("on_demand", "all", "persons", period=Period("on_request")),
    target("funding", "bare", "eur", value=50, period=YEAR),
)
SETS = (kindergartens("Ābele", "Bitīte"),)
DAYS = st.dates(date(2024, 12, 1), date(2028, 6, 1))


def made_plan(*, upward_only: bool = False) -> Plan:
    kinds = [kind for kind in KINDS if not upward_only or kind.kind not in {"count_max", "on_demand"}]
    return plan(row(*(replace(each, id=f"5.1.a/{n}") for n, each in enumerate(kinds))), sets=SETS)


@given(any_events(), any_event(), DAYS)
def test_one_more_event_never_lowers_what_is_certain(events: list[EventRecord], more: EventRecord, as_of: date) -> None:
    before = judge(made_plan(), events, as_of).targets
    after = judge(made_plan(), [*events, replace(more, reference="more")], as_of).targets
    for was, now in zip(before, after, strict=True):
        assert was.achieved_low is None or (now.achieved_low is not None and now.achieved_low >= was.achieved_low)


@given(any_events(), DAYS)
def test_bounds_are_in_order_and_a_degree_fits_its_ratio(events: list[EventRecord], as_of: date) -> None:
    for found in judge(made_plan(), events, as_of).targets:
        assert found.achieved_high is None or found.achieved_low is None or found.achieved_low <= found.achieved_high
        assert (found.certainty == "certain") >= (found.degree == "done")
        if found.comparator != "le" and found.ratio is not None and found.ratio < 1:
            assert found.degree != "done"
        if found.degree == "not_done":
            assert found.achieved == found.achieved_high == 0


@given(st.permutations(range(7)), any_events(), DAYS)
def test_the_order_of_events_never_matters(order: list[int], events: list[EventRecord], as_of: date) -> None:
    shuffled = [events[place] for place in order if place < len(events)]
    assert judge(made_plan(), shuffled, as_of) == judge(made_plan(), events, as_of)


@given(any_events(), DAYS, st.integers(0, 500))
def test_what_is_done_stays_done_and_in_time(events: list[EventRecord], as_of: date, days: int) -> None:
    made = made_plan(upward_only=True)
    before, after = judge(made, events, as_of).targets, judge(made, events, as_of + timedelta(days=days)).targets
    for was, now in zip(before, after, strict=True):
        assert was.degree != "done" or (now.degree, now.timing) == ("done", was.timing)


@given(any_events(), st.integers(2025, 2027))
def test_a_year_s_surplus_never_fills_another_year(events: list[EventRecord], year: int) -> None:
    yearly = plan(row(*(replace(each, id=f"5.1.a/{n}") for n, each in enumerate(KINDS) if each.period == YEAR)), sets=SETS)
    # A group is known by its first meeting also where that was in another year, so here each event stands for itself.
    unlinked = [replace(each, same_group_as=None) for each in events]
    own = [each for each in unlinked if each.held_on.year == year]

    def of_year(logged: list[EventRecord]) -> list[TargetResult]:
        return [found for found in results(yearly, logged, CLOSED) if found.window_start.year == year]

    assert of_year(unlinked) == of_year(own)


@given(st.lists(st.tuples(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.integers(0, 60)), max_size=5))
def test_no_data_is_what_nobody_reported_and_not_done_what_was_stated_as_zero(counts: list[tuple[date, int]]) -> None:
    events = [event(held_on.isoformat(), str(n), unique_persons=came) for n, (held_on, came) in enumerate(counts)]
    for found in results(plan(row(at_least(40, period=YEAR))), events, CLOSED):
        came = [number for held_on, number in counts if held_on.year == found.window_start.year]
        assert (found.degree == "no_data") == (not came)
        assert (found.degree == "not_done") == (bool(came) and not any(came))


@given(st.integers(1, 500), st.integers(0, 600))
def test_done_is_never_rounded_up(needed: int, came: int) -> None:
    found = result(at_least(needed), [event("2025-05-01", unique_persons=came)], CLOSED)
    assert (found.degree == "done") == (came >= needed)
    assert found.ratio == came / needed


@given(st.lists(st.integers(1, 30), min_size=1, max_size=6))
def test_splitting_an_attendance_over_two_audiences_changes_nothing(heads: list[int]) -> None:
    whole = [event("2025-05-01", str(n), unique_persons=2 * came) for n, came in enumerate(heads)]
    split = [
        event("2025-05-01", str(n), unique_persons=came, audience=audience)
        for n, came in enumerate(heads)
        for audience in ("teachers", "parents")
    ]
    assert result(at_least(40), whole, CLOSED) == result(at_least(40), split, CLOSED)


# The shape


def golden_plan() -> Plan:
    people = at_least(40, readings=(reading("plan"), reading("yearly", period=YEAR)))
    meeting = target("frequency", "ge", "meetings", value=2, period=YEAR)
    return plan(
        row(people, quarters=(Quarter(2025, 2),)),
        row(replace(meeting, id="1.1.a/meetings"), indicator="1.1.a", quarters=(Quarter(2025, 1), Quarter(2025, 3))),
        ends="2026-12-31",
    )


def test_the_json_shape_is_fixed() -> None:
    events = [
        event("2025-03-01", "1", unique_persons=25),
        event("2025-05-05", "2", unique_persons=20),
        event("2025-02-01", "3", indicator="1.1.a"),
        event("2025-10-01", "4", indicator="1.1.a"),
        event("2026-02-01", "5", indicator="1.1.a"),
    ]
    found = json.dumps(judge(golden_plan(), events, day("2026-03-01")).to_json(), ensure_ascii=False, indent=2) + "\n"
    assert found == GOLDEN.read_text(encoding="utf-8")


@given(any_events(), DAYS)
def test_every_reason_is_of_the_closed_list_and_can_be_said(events: list[EventRecord], as_of: date) -> None:
    progress = judge(made_plan(), events, as_of)
    for because in (*(each.because for each in progress.targets), *(each.because for each in progress.indicators)):
        assert because
        assert all(each.code in CODES and each.text and "{" not in each.text for each in because)

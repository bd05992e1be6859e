"""What is due, for any events: numbers that can be trusted, each line with everybody who answers for it, the late first."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.decided import judge_decided
from analysis.head_counts import EventRecord
from questionnaires.plan_types import Institution, Period, Plan, Quarter
from surveyapp.deadlines import rules
from surveyapp.deadlines.rules import Due
from surveyapp.results.plan_rules import rows_of, summary_of
from tests.analysis.plans import at_least, day, event, plan, reading, row, target, text

STARTS = date(2025, 1, 1)
MEETINGS = target("frequency", "ge", "meetings", value=2, period=Period("year"), counted="events")
MONTHLY = target("frequency", "ge", "events", value=1, period=Period("month"), counted="events")
EITHER = at_least(20, period=Period("year"), readings=(reading("yearly"), reading("plan", period=Period("plan"))))


def whole() -> Plan:
    """A plan of four rows: two institutions share one, one is nobody's, one is about people at risk."""
    rows = (
        replace(row(MEETINGS, indicator="1.1.a"), responsible=("police",), co_responsible=("school",)),
        replace(row(at_least(40), indicator="1.1.b", quarters=(Quarter(2026, 4),)), responsible=("school",)),
        row(at_least(10, counted="attendances"), indicator="1.1.c"),
        replace(row(at_least(10, period=Period("year")), indicator="1.1.d"), responsible=("police",), sensitive=True),
    )
    return replace(plan(*rows), institutions=(Institution("police", text("Police")), Institution("school", text("School"))))


def due(made: Plan, events: list[EventRecord], as_of: str) -> tuple[Due, ...]:
    return rules.due_of(judge_decided(made, events, [], day(as_of)))


def told(lines: tuple[Due, ...]) -> list[tuple[str, float | None, date]]:
    return [(line.indicator.id, line.missing.number, line.by) for line in lines]


COUNTS = st.sampled_from([None, 0, 3, 7, 25, 60])
HAPPENINGS = st.lists(
    st.tuples(st.sampled_from(["1.1.a", "1.1.b", "1.1.c", "1.1.d"]), st.integers(0, 1094), COUNTS, COUNTS, st.booleans()),
    max_size=10,
)
LATER = st.integers(0, 1247)


def records(happenings: list[tuple[str, int, int | None, int | None, bool]]) -> list[EventRecord]:
    return [
        EventRecord(
            str(number),
            name,
            STARTS + timedelta(days),
            "an event",
            unique_persons=people,
            attendances=visits,
            different_people=new,
        )
        for number, (name, days, people, visits, new) in enumerate(happenings)
    ]


@settings(deadline=None, max_examples=60)
@given(HAPPENINGS.map(records), LATER.map(lambda days: STARTS + timedelta(days)))
def test_every_number_lies_between_nothing_and_what_is_required(events: list[EventRecord], as_of: date) -> None:
    lines = due(whole(), events, as_of.isoformat())
    for line in lines:
        assert line.missing.number is None or 0 < line.missing.number <= (line.missing.result.required or 0)
        assert line.times == 1 or line.missing.over
        assert line.missing.number is not None or line.indicator.sensitive
    over = [line.missing.over for line in lines]
    assert over == sorted(over, reverse=True)
    assert [line.overdue for line in lines] == sorted((line.overdue for line in lines), reverse=True)


@settings(deadline=None, max_examples=60)
@given(HAPPENINGS.map(records), LATER.map(lambda days: STARTS + timedelta(days)))
def test_the_shares_hold_every_line_once_for_each_who_answers_and_nothing_else(events: list[EventRecord], as_of: date) -> None:
    made = whole()
    lines = due(made, events, as_of.isoformat())
    shares = rules.shares_of(made, lines, as_of)
    held = [(share.institution, line) for share in shares for part in share.parts for line in part.lines]
    wanted = [
        (name, line) for line in lines for name in ((*line.indicator.responsible, *line.indicator.co_responsible) or (None,))
    ]
    assert len(held) == len(wanted)
    assert all(pair in wanted for pair in held)
    for share in shares:
        late = {line.indicator.id for name, line in held if name == share.institution and line.overdue}
        assert {*share.rows.overdue, *share.rows.perhaps_overdue} == late
        assert not {*share.rows.overdue} & {*share.rows.perhaps_overdue}


@settings(deadline=None, max_examples=60)
@given(HAPPENINGS.map(records), LATER.map(lambda days: STARTS + timedelta(days)))
def test_the_plan_and_what_is_due_count_the_same_rows(events: list[EventRecord], as_of: date) -> None:
    asked = replace(row(target("on_demand", "all", "services", counted="unique_persons"), indicator="1.1.e"), sensitive=True)
    ceiling = row(target("count_max", "le", "persons", value=30, period=Period("year")), indicator="1.1.f")
    base = whole()
    made = replace(base, indicators=(*base.indicators, asked, ceiling, row(EITHER, indicator="1.1.g")))
    asking = [replace(each, indicator="1.1.e", requested=(each.unique_persons or 0) + 1) for each in events]
    found = judge_decided(made, [*events, *asking], [], as_of)
    rows = rules.rows_of(rules.due_of(found), as_of)
    of_plan = summary_of(rows_of(made, found.progress, {each.reference: each for each in found.records}))
    for mine, theirs in (
        (rows.overdue, of_plan.overdue),
        (rows.perhaps_overdue, of_plan.perhaps_overdue),
        (rows.this_quarter, of_plan.due),
    ):
        assert {*mine} == {each.indicator.id for each in theirs}


def test_two_of_two_meetings_and_the_rest_of_forty_people_are_due_by_the_last_day_of_their_windows() -> None:
    events = [event("2026-03-01", indicator="1.1.a"), event("2026-04-01", "b", indicator="1.1.b", unique_persons=34)]
    lines = due(whole(), events, "2026-11-21")
    assert told(lines)[:2] == [("1.1.a", 2, date(2025, 12, 31)), ("1.1.d", 10, date(2025, 12, 31))]
    assert ("1.1.a", 1, date(2026, 12, 31)) in told(lines)
    assert ("1.1.b", 6, date(2026, 12, 31)) in told(lines)


def test_what_is_over_waits_for_data_before_it_is_overdue() -> None:
    [waiting, ahead] = due(plan(row(MEETINGS)), [], "2026-01-20")
    assert (waiting.missing.over, waiting.overdue, ahead.missing.over) == (True, False, False)
    [late, _ahead] = due(plan(row(MEETINGS)), [], "2026-03-01")
    assert late.overdue


def test_many_windows_that_ended_without_success_are_one_line() -> None:
    lines = due(plan(row(MONTHLY)), [event("2025-02-01")], "2026-02-15")
    assert [(line.times, line.missing.over, line.by) for line in lines] == [
        (12, True, date(2026, 1, 31)),
        (1, False, date(2026, 2, 28)),
    ]


def test_readings_that_ask_for_the_same_are_one_line_and_others_are_named() -> None:
    single = replace(EITHER, readings=(reading("yearly"), reading("every", period=Period("year"))))
    assert [line.reading for line in due(plan(row(single)), [], "2025-06-01")] == [None]
    lines = due(plan(row(EITHER)), [], "2025-06-01")
    assert [(line.reading.id if line.reading else None, line.by) for line in lines] == [
        ("yearly", date(2025, 12, 31)),
        ("plan", date(2027, 12, 31)),
    ]


def test_a_reading_that_is_reached_leaves_the_other_with_its_name() -> None:
    lines = due(plan(row(EITHER)), [event("2025-02-01", unique_persons=25)], "2026-06-01")
    assert [(line.reading.id if line.reading else None, line.missing.number) for line in lines] == [("yearly", 20)]


def test_a_marked_quarter_asks_for_what_is_due_later_only_while_it_lasts() -> None:
    marked = plan(row(at_least(40), quarters=(Quarter(2026, 4), Quarter(2027, 4))))
    [line] = due(marked, [], "2026-11-21")
    assert (line.marked, line.quarter(day("2026-11-21")).year) == (True, 2026)
    [line] = due(marked, [], "2027-02-01")
    assert (line.marked, line.quarter(day("2027-02-01"))) == (False, Quarter(2027, 4))


@pytest.mark.parametrize("people", [0, 3, 4])
def test_a_row_about_people_at_risk_tells_no_small_number(people: int) -> None:
    lines = due(whole(), [event("2026-02-01", indicator="1.1.d", unique_persons=people)], "2026-11-21")
    hidden = [line for line in lines if line.indicator.sensitive and line.by.year == 2026]
    assert [(line.missing.number, line.missing.perhaps_less, line.behind) for line in hidden] == [(None, False, False)]

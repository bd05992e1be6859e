"""A plan judged with what was decided and measured: readings, baselines, lists, money, other work, people and hands."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from analysis.cases import FLAGS, Degree, Flag
from analysis.decided import DecidedProgress, Said, judge_decided
from analysis.head_counts import EventRecord
from analysis.reasons import text_of
from analysis.statements import (
    BaselineStated,
    Explanation,
    Judgement,
    Measurement,
    MemberList,
    MoneyOfYear,
    Override,
    ReadingChosen,
    Statement,
    Substitution,
)
from questionnaires.plan_types import Indicator, Member, Period, Plan, ReferenceSet, Written
from tests.analysis import interface
from tests.analysis.plans import CLOSED, ROW, at_least, day, event, plan, reading, row, steps, target, text

START = date(2025, 1, 1)
BY_GROUP: dict[str, Any] = {"body": "cooperation_group", "day": date(2026, 3, 1), "minutes": "No 3, item 2"}
READINGS = (reading("monthly", value=12.0), reading("yearly", value=1.0))
TALKS = target("frequency", "ge", "events", counted="events", value=12.0, period=Period("year"), readings=READINGS)
MEASURED = target("delta_up", "delta_up", value=150.0)
WORDS = target("text_only", "none", "items")


def judged(
    made: Plan | Indicator, *said: Statement | Said, events: tuple[EventRecord, ...] = (), as_of: str = CLOSED
) -> DecidedProgress:
    """Judge a plan (or a plan of one row) with statements."""
    whole = plan(made) if isinstance(made, Indicator) else made
    told = [each if isinstance(each, Said) else Said(each, "anna@example.org") for each in said]
    return judge_decided(whole, events, told, day(as_of))


def flags(found: DecidedProgress) -> set[Flag]:
    """Flags of the first row."""
    return set(found.progress.indicators[0].flags)


def degree(found: DecidedProgress) -> Degree:
    """Degree to date of the first row."""
    return found.progress.indicators[0].to_date


def test_a_chosen_reading_takes_the_place_of_both_and_says_who_decided_when_and_where_it_stands() -> None:
    talks = tuple(event(f"{year}-05-01") for year in (2025, 2026, 2027))
    assert "ambiguous_reading" in flags(judged(row(TALKS), events=talks))
    decided = judged(row(TALKS), ReadingChosen(target=TALKS.id, reading="yearly", **BY_GROUP), events=talks)
    assert degree(decided) == "done"
    assert "ambiguous_reading" not in flags(decided)
    told = text_of(decided.progress.indicators[0].because)
    assert told.startswith("Interpreted as yearly (cooperation_group, 2026-03-01, No 3, item 2).")
    assert {result.reading for result in decided.progress.targets} == {"yearly"}


def test_targets_that_are_read_alike_are_decided_together() -> None:
    twin = replace(TALKS, id=f"{ROW}/other")
    found = judged(row(TALKS, twin), ReadingChosen(target=TALKS.id, reading="yearly", **BY_GROUP))
    assert {(each.target, each.reading) for each in found.progress.targets} == {
        (TALKS.id, "yearly"),
        (twin.id, "yearly"),
    }


def test_what_a_plan_contradicts_itself_about_is_blocked_until_a_decision_says_which_holds() -> None:
    against_its_sign = replace(MEASURED, written=Written(sign="-"))
    based = BaselineStated(target=MEASURED.id, value=1000.0, on=date(2024, 12, 31), source="report")
    measured = Measurement(what=ROW, value=1180.0, on=date(2027, 6, 1), source="report")
    assert flags(judged(row(against_its_sign), based, measured)) == {"ambiguous_reading"}
    for way, wanted in (("promise_as_here", "done"), ("promise_turned", "not_done")):
        chosen = ReadingChosen(target=MEASURED.id, reading=way, **BY_GROUP)
        assert degree(judged(row(against_its_sign), based, measured, chosen)) == wanted


def test_two_lines_with_two_sizes_of_one_change_are_decided_line_by_line() -> None:
    other = replace(MEASURED, id="5.1.b/promise", value=200.0, label=text("200 more"))
    rows = [replace(each, measured_as="calls") for each in (row(MEASURED), row(other, indicator="5.1.b"))]
    said = [
        BaselineStated(target=MEASURED.id, value=1000.0, on=date(2024, 12, 31), source="report"),
        Measurement(what="calls", value=1180.0, on=date(2027, 6, 1), source="report"),
    ]
    assert [each.to_date for each in judged(plan(*rows), *said).progress.indicators] == ["not_assessed", "not_assessed"]
    chosen = ReadingChosen(target=MEASURED.id, reading="promise_as_in_5_1_b_promise", **BY_GROUP)
    found = judged(plan(*rows), *said, chosen)
    # The first line now says what the second does, so nothing is left to decide; 180 of 200 is not all of it.
    assert [each.to_date for each in found.progress.indicators] == ["partial", "partial"]
    assert "Interpreted as 200 more" in text_of(found.progress.indicators[0].because)


def test_a_prerequisite_is_done_as_its_decided_reading_has_it() -> None:
    first = row(replace(TALKS, id="5.1.b/talks"), indicator="5.1.b")
    second = row(at_least(1, prerequisite="5.1.b/talks"))
    talk, course = event("2025-02-01", "1", indicator="5.1.b"), event("2025-06-01", "2", unique_persons=9)
    whole = plan(second, first)
    assert "prerequisite_missing" in flags(judged(whole, events=(talk, course)))
    chosen = ReadingChosen(target="5.1.b/talks", reading="yearly", **BY_GROUP)
    assert "prerequisite_missing" not in flags(judged(whole, chosen, events=(talk, course)))


def test_a_change_is_judged_from_a_stated_baseline_by_measured_values() -> None:
    measured = Measurement(what=ROW, value=1180.0, on=date(2027, 6, 1), source="the yearly report")
    assert flags(judged(row(MEASURED), measured)) == {"baseline_missing"}
    based = BaselineStated(target=MEASURED.id, value=1000.0, on=date(2024, 12, 31), source="the report of 2024")
    found = judged(row(MEASURED), based, measured)
    assert degree(found) == "done"
    assert found.progress.targets[0].achieved == 1180
    fell = judged(row(MEASURED), based, replace(measured, value=900.0))
    assert (degree(fell), flags(fell)) == ("not_done", {"moved_away"})


def test_a_stated_list_is_what_all_means_on_its_days() -> None:
    everyone = target("set_all", "all", "institutions", counted="institutions", of_set="kindergartens")
    whole = plan(row(everyone), sets=(ReferenceSet("kindergartens", text("kindergartens")),))
    took_part = (event("2026-02-01", "1", member="Sun"), event("2026-03-01", "2", member="moon"))
    assert "reference_set_unknown" in flags(judged(whole, events=took_part))
    named = (Member("sun", "Sun"), Member("moon", "Moon"), Member("star", "Star", until=date(2024, 8, 31)))
    found = judged(whole, MemberList(of_set="kindergartens", members=named, source="register"), events=took_part)
    assert (degree(found), found.progress.targets[0].required) == ("done", 2)


def test_stated_money_is_what_a_promise_of_money_is_judged_by_and_no_event_counts_twice() -> None:
    promise = target("funding", "ge", "eur", value=6820.0, period=Period("year"))
    spent = (event("2025-04-01", "1", amount=500.0), event("2026-04-01", "2", amount=700.0))
    found = judged(
        row(promise),
        MoneyOfYear(row=ROW, year=2025, granted=6820.0, source="budget"),
        MoneyOfYear(row=ROW, year=2026, refused=True, source="the council's decision"),
        events=spent,
    )
    first, second, third = found.progress.targets
    assert [first.degree, second.degree, third.degree] == ["done", "not_done", "no_data"]
    assert (first.achieved, second.achieved) == (6820, 0)
    assert "money_refused" in second.flags
    assert "money_refused" not in first.flags


def test_refused_money_is_told_beside_work_that_was_done_without_it() -> None:
    found = judged(
        row(at_least(10)),
        MoneyOfYear(row=ROW, year=2026, planned=500.0, refused=True, source="budget"),
        events=(event("2026-04-01", unique_persons=11),),
    )
    assert (degree(found), flags(found)) == ("done", {"money_refused"})
    assert "Money was refused for 2026." in text_of(found.progress.targets[0].because)


def test_other_work_in_place_of_a_step_or_an_event_is_done_and_says_so() -> None:
    made = target("deliverable", "exists", "steps", steps=steps("asked", "counted"))
    asked = event("2025-05-01", "7", step="asked", evidence="the report")
    instead = Substitution(
        target=made.id, step="counted", on=date(2025, 9, 1), instead="The university counted.", source="its letter"
    )
    found = judged(row(made), instead, events=(asked,))
    assert (degree(found), flags(found)) == ("done", {"substituted"})
    assert "Other work took its place: The university counted." in text_of(found.progress.targets[0].because)
    talk = at_least(10)
    trip = Substitution(target=talk.id, event=7, on=date(2025, 5, 1), instead="A trip.", source="minutes")
    counted = judged(row(talk), trip, events=(event("2025-05-01", "7", unique_persons=12),))
    assert (degree(counted), "substituted" in flags(counted)) == ("done", True)


def test_other_work_is_told_in_the_year_that_it_counted_in_and_in_no_other() -> None:
    yearly = target("deliverable", "exists", "steps", period=Period("year"))
    instead = Substitution(target=yearly.id, on=date(2026, 9, 1), instead="Another paper", source="link")
    found = judged(row(yearly), instead)
    assert [("substituted" in each.flags, each.degree) for each in found.progress.targets] == [
        (False, "no_data"), (True, "done"), (False, "no_data"),
    ]  # fmt: skip


def test_money_that_was_spent_was_given_also_where_nobody_noted_the_grant() -> None:
    promise = target("funding", "bare", "eur", value=1000.0, period=Period("named_year", 2026))
    found = judged(row(promise), MoneyOfYear(row=ROW, year=2026, spent=1000.0, source="accounts"))
    assert (degree(found), found.progress.targets[0].achieved) == ("done", 1000)


def test_other_work_counts_for_its_own_target_alone() -> None:
    made = target("deliverable", "exists", "steps")
    meetings = target("frequency", "ge", "meetings", id=f"{ROW}/meetings", counted="events", value=1.0)
    instead = Substitution(target=made.id, on=date(2025, 9, 1), instead="Another paper", source="link")
    found = judged(row(made, meetings), instead)
    assert [each.degree for each in found.progress.targets] == ["done", "no_data"]


def judgement(step: int, body: str, by: str) -> Said:
    """What one body thinks of the row without a number."""
    return Said(Judgement(target=WORDS.id, window=START, body=body, step=step, note="seen at work"), by)


@pytest.mark.parametrize(
    ("steps_given", "wanted"),
    [((5, 5), "done"), ((5, 4), "partial"), ((2, 1), "not_done"), ((1, 1), "not_done"), ((3, 3), "partial")],
)
def test_two_people_judge_what_has_no_number_and_the_lower_step_counts(steps_given: tuple[int, int], wanted: Degree) -> None:
    one, other = steps_given
    found = judged(row(WORDS), judgement(one, "police", "a@example.org"), judgement(other, "clinic", "b@example.org"))
    assert (degree(found), flags(found)) == (wanted, set())
    assert "Judged by clinic, police" in text_of(found.progress.targets[0].because)


def test_before_the_window_has_closed_two_people_can_only_say_that_all_is_done() -> None:
    both = (judgement(3, "police", "a@example.org"), judgement(3, "clinic", "b@example.org"))
    assert degree(judged(row(WORDS), *both, as_of="2026-05-01")) == "not_due"
    both = (judgement(5, "police", "a@example.org"), judgement(5, "clinic", "b@example.org"))
    assert degree(judged(row(WORDS), *both, as_of="2026-05-01")) == "done"


def test_one_person_alone_judges_nothing_nor_do_two_who_see_different_things() -> None:
    first = judgement(5, "police", "a@example.org")
    alike = ((judgement(5, "clinic", "a@example.org"),), (judgement(5, "police", "b@example.org"),))
    for second in ((), *alike, (judgement(3, "clinic", "b@example.org"),)):
        found = judged(row(WORDS), first, *second)
        assert (degree(found), flags(found)) == ("not_assessed", {"without_target"})


def test_a_degree_set_by_hand_keeps_what_the_rules_say_beside_it() -> None:
    people = (event("2026-04-01", unique_persons=9),)
    by_hand = Override(about=f"{ROW}/persons", window=START, degree="done", because="One came late.", **BY_GROUP)
    found = judged(row(at_least(10)), by_hand, events=people)
    [result] = found.progress.targets
    assert (result.degree, result.by_rule, degree(found)) == ("done", "partial", "done")
    assert result.to_json()["degree_by_rule"] == "partial"
    assert "Set by hand to done" in text_of(result.because)
    whole = judged(row(at_least(10)), Override(about=ROW, degree="not_assessed", because="Lost.", **BY_GROUP), events=people)
    [verdict] = whole.progress.indicators
    assert (verdict.to_date, verdict.degree, verdict.by_rule) == ("not_assessed", "not_assessed", "partial")


def test_no_hand_makes_a_row_final_while_a_window_is_open() -> None:
    yearly = at_least(10, period=Period("year"))
    found = judged(row(yearly), Override(about=ROW, degree="done", because="Seen.", **BY_GROUP), as_of="2026-06-01")
    [verdict] = found.progress.indicators
    assert (verdict.to_date, verdict.degree) == ("done", "not_due")


def test_a_reason_that_was_asked_for_stands_with_the_others() -> None:
    given = Explanation(target=f"{ROW}/persons", window=START, text="Two schools asked to join.")
    found = judged(row(at_least(10)), given, events=(event("2026-04-01", unique_persons=20),))
    assert flags(found) == {"over_target"}
    assert text_of(found.progress.targets[0].because).endswith("Reason given: Two schools asked to join.")


def test_what_does_not_fit_this_version_of_the_plan_is_left_out_and_named() -> None:
    gone = BaselineStated(target="9.9.z/gone", value=1.0, on=START, source="report")
    found = judged(row(at_least(10)), gone)
    assert found.decided.left_out == (gone,)


def test_without_statements_the_verdict_is_that_of_the_events_alone() -> None:
    people = (event("2026-04-01", unique_persons=9),)
    found = judged(row(at_least(10)), events=people)
    assert (degree(found), found.decided.records, found.records) == ("partial", (), people)


def test_every_flag_of_the_closed_list_can_be_raised() -> None:
    year = Period("year")
    cases: list[DecidedProgress] = [
        judged(row(at_least(10)), events=(event("2026-04-01", unique_persons=20),)),
        judged(row(target("count_bare", "bare", value=10.0)), events=(event("2026-04-01", unique_persons=11),)),
        judged(row(target("count_max", "le", value=10.0)), events=(event("2026-04-01", unique_persons=11),)),
        judged(row(target("range", "between", value=5.0, upper=6.0)), events=(event("2026-04-01", value=9.0),)),
        judged(row(at_least(100)), events=(event("2026-04-01", unique_persons=1),), as_of="2027-06-01"),
        judged(row(target("on_demand", "ge", "services")), events=(event("2026-04-01", requested=0),)),
        judged(row(target("on_demand", "ge", "services"))),
        judged(row(target("set_all", "all", "institutions", of_set="kindergartens"))),
        judged(row(MEASURED)),
        judged(
            row(MEASURED),
            BaselineStated(target=MEASURED.id, value=9.0, on=START, source="report"),
            events=(event("2026-04-01", value=3.0),),
        ),
        judged(plan(row(at_least(10, period=year)), starts="2025-05-01")),
        judged(row(WORDS)),
        judged(row(TALKS), events=(event("2025-04-01"), event("2026-04-01"), event("2027-04-01"))),
        judged(
            row(target("deliverable", "exists", "steps")),
            Substitution(target=f"{ROW}/promise", on=START, instead="Other work", source="link"),
        ),
        judged(row(at_least(10)), MoneyOfYear(row=ROW, year=2026, refused=True, source="budget")),
        judged(row(at_least(10, prerequisite="9.9.z/never"))),
    ]
    assert [flag for flag in FLAGS if not any(flag in flags(each) for each in cases)] == []
    assert frozenset(FLAGS) == interface.FLAGS

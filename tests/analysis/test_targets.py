"""Each kind of target: what counts for it, and the verdict that follows."""

from typing import Any

import pytest

from analysis.measures import EVENT_UNITS
from analysis.progress import TargetResult
from questionnaires.plan_types import Member, Period, Quarter, ReferenceSet
from tests.analysis.plans import (
    CLOSED,
    at_least,
    baseline,
    codes,
    day,
    event,
    kindergartens,
    plan,
    result,
    results,
    row,
    steps,
    target,
    text,
    verdict,
)

FIRST_HALF = {"quarters": (Quarter(2025, 2),)}
YEAR = Period("year")


# More than asked


@pytest.mark.parametrize(("came", "flags"), [(1000, ()), (1150, ()), (1151, ("over_target",))])
def test_more_than_1_15_of_an_at_least_asks_for_a_reason(came: int, flags: tuple[str, ...]) -> None:
    assert result(at_least(1000), [event("2025-03-01", unique_persons=came)], CLOSED).flags == flags


@pytest.mark.parametrize(
    ("came", "degree", "flags"), [(17, "partial", ()), (18, "done", ()), (19, "done", ("above_bare_number",))]
)
def test_a_bare_number_is_judged_as_at_least(came: int, degree: str, flags: tuple[str, ...]) -> None:
    found = result(target("count_bare", "bare", value=18), [event("2025-03-01", unique_persons=came)], CLOSED)
    assert (found.degree, found.flags) == (degree, flags)


def test_a_ceiling_is_not_judged_before_its_window_closes() -> None:
    ceiling, events = target("count_max", "le", value=100), [event("2025-03-01", unique_persons=60)]
    assert verdict(result(ceiling, events, "2025-06-30", **FIRST_HALF)) == ("not_due", "open", ())
    assert verdict(result(ceiling, events, "2025-07-30", **FIRST_HALF)) == ("not_due", "awaiting_data", ())
    assert verdict(result(ceiling, events, "2025-07-31", **FIRST_HALF)) == ("done", "on_time", ())


@pytest.mark.parametrize(
    ("came", "degree", "flags"),
    [(0, "not_done", ()), (1, "done", ()), (100, "done", ()), (101, "done", ("ceiling_exceeded",)), (None, "no_data", ())],
)
def test_any_number_from_1_to_the_ceiling_is_done(came: int | None, degree: str, flags: tuple[str, ...]) -> None:
    found = result(target("count_max", "le", value=100), [event("2025-03-01", unique_persons=came)], CLOSED)
    assert (found.degree, found.flags) == (degree, flags)


def test_a_ceiling_that_the_bounds_may_exceed_says_so() -> None:
    events = [event("2025-03-01", unique_persons=60), event("2025-04-01", unique_persons=60)]
    found = result(target("count_max", "le", value=100), events, CLOSED)
    assert (found.degree, found.flags) == ("done", ())
    assert "ceiling_may_be_exceeded" in codes(found)


# Events


def test_a_frequency_counts_each_event_once_and_no_event_that_did_not_take_place() -> None:
    twice_a_year = target("frequency", "ge", "meetings", value=2, period=YEAR)
    events = [event("2025-03-01"), event("2025-09-01", unique_persons=0)]
    assert result_in_2025(twice_a_year, events).achieved == 1
    assert result_in_2025(twice_a_year, [*events, event("2025-10-01")]).degree == "done"


def test_the_sessions_of_one_cycle_are_one_time() -> None:
    cycles = target("frequency", "ge", "programmes", value=2, period=YEAR, per_event_sessions=7)
    events = [event(f"2025-03-0{n}", str(n), same_group_as="1" if n > 1 else None) for n in range(1, 8)]
    assert result_in_2025(cycles, events).achieved == 1


def test_every_word_for_something_held_is_counted_by_its_times() -> None:
    assert frozenset({"events", "meetings", "campaigns", "conferences", "programmes", "services"}) == EVENT_UNITS


def test_an_event_of_another_unit_is_not_counted() -> None:
    campaigns = target("frequency", "ge", "campaigns", value=1, period=YEAR)
    assert result_in_2025(campaigns, [event("2025-03-01", unit="meetings")]).degree == "no_data"
    assert result_in_2025(campaigns, [event("2025-03-01", unit="campaigns")]).degree == "done"


@pytest.mark.parametrize(
    ("unit", "facts", "achieved"),
    [
        ("persons", {"unique_persons": 6, "attendances": 9}, 6),
        ("families", {"families": 4, "unique_persons": 9}, 4),
        ("hours", {"hours": 3, "unique_persons": 9}, 6),
        ("institutions", {"member": "Saulīte", "unique_persons": 9}, 1),
        *((unit, {"unique_persons": 9}, 2) for unit in sorted(EVENT_UNITS)),
    ],
)
def test_where_the_plan_does_not_say_what_is_counted_the_unit_does(unit: Any, facts: dict[str, Any], achieved: float) -> None:  # noqa: ANN401 - one of the units
    events = [event("2025-03-01", **facts), event("2025-04-01", **facts)]
    assert result_in_2025(target("count_min", "ge", unit, value=9, period=YEAR), events).achieved == achieved


def test_institutions_of_no_list_are_counted_once_each_whatever_their_capitals() -> None:
    five = target("count_bare", "bare", "institutions", counted="institutions", value=5, period=YEAR)
    events = [event(f"2025-03-0{n}", member=name) for n, name in enumerate(("Saulīte", "SAULĪTE", "Ābele"), 1)]
    found = result_in_2025(five, [*events, event("2025-04-01")])
    assert (found.achieved_low, found.achieved_high) == (2, 3)


def test_a_summary_states_how_many_times() -> None:
    twice_a_year = target("frequency", "ge", "meetings", value=2, period=YEAR)
    assert result_in_2025(twice_a_year, [event("2025-12-31", value=2)]).degree == "done"
    assert result_in_2025(twice_a_year, [event("2025-12-31", value=2, unique_persons=9)]).achieved == 1


def test_a_measured_value_is_not_an_event_of_its_row() -> None:
    growth = target("delta_up", "delta_up", "percent", value=1, baseline=baseline(4), id="5.1.a/growth")
    once_a_year = target("frequency", "ge", "meetings", value=1, period=YEAR)
    first, *_, last = results(plan(row(once_a_year, growth)), [event("2025-12-31", value=5)], CLOSED)
    assert (first.degree, last.degree) == ("no_data", "done")


def test_a_shorter_event_counts_and_is_mentioned() -> None:
    conference = target("frequency", "ge", "conferences", value=1, period=YEAR, per_event_hours=6)
    found = result_in_2025(conference, [event("2025-03-01", hours=4)])
    assert found.degree == "done"
    assert "shorter_events" in codes(found)


def result_in_2025(promise: Any, events: list[Any]) -> TargetResult:  # noqa: ANN401 - a target and its events
    return results(plan(row(promise)), events, CLOSED)[0]


# Sets of institutions


def in_set(promise: Any, *, members: tuple[str, ...], logged: list[Any]) -> TargetResult:  # noqa: ANN401 - a target, its events
    [found] = results(plan(row(promise), sets=(kindergartens(*members),)), logged, CLOSED)
    return found


ALL = target("set_all", "all", "institutions", of_set="kindergartens")
THREE = target("set_n", "bare", "institutions", value=3, of_set="kindergartens")


def test_all_of_a_set_is_done_when_every_member_is() -> None:
    logged = [event("2025-03-01", member="Ābele"), event("2025-04-01", member="bitīte")]
    found = in_set(ALL, members=("Ābele", "Bitīte", "Cielava"), logged=logged)
    assert (found.required, found.achieved, found.degree) == (3, 2, "partial")
    whole = in_set(ALL, members=("Ābele", "Bitīte"), logged=logged)
    assert (whole.degree, whole.ratio) == ("done", 1)


def test_all_of_a_set_without_members_is_not_assessed() -> None:
    found = in_set(ALL, members=(), logged=[event("2025-03-01", member="Ābele")])
    assert verdict(found) == ("not_assessed", None, ("reference_set_unknown",))


def test_a_set_whose_members_had_all_left_asks_for_nothing_that_could_be_named() -> None:
    gone = ReferenceSet("kindergartens", text("kindergartens"), (Member("a", "Ābele", until=day("2024-06-30")),))
    [found] = results(plan(row(ALL), sets=(gone,)), [], CLOSED)
    assert (*verdict(found), found.required) == ("not_assessed", None, ("reference_set_unknown",), None)


def test_a_number_of_a_set_without_members_is_assessed_and_flagged() -> None:
    logged = [event(f"2025-03-0{n}", member=name) for n, name in enumerate(("Ābele", "Bitīte", "Cielava"), 1)]
    assert verdict(in_set(THREE, members=(), logged=logged)) == ("done", "on_time", ("reference_set_unknown",))


def test_an_institution_counts_once_and_only_as_a_member_of_the_set() -> None:
    logged = [event(f"2025-03-0{n}", member=name) for n, name in enumerate(("Ābele", "Ābele", "Skola"), 1)]
    found = in_set(THREE, members=("Ābele", "Bitīte", "Cielava"), logged=logged)
    assert (found.achieved, found.events) == (1, ("on 2025-03-01", "on 2025-03-02"))
    assert "not_in_set" in codes(found)


def test_an_event_that_names_no_institution_may_be_one_more() -> None:
    logged = [event("2025-03-01", member="Ābele"), event("2025-03-02", member="Bitīte"), event("2025-03-03")]
    found = in_set(THREE, members=("Ābele", "Bitīte", "Cielava"), logged=logged)
    assert (found.achieved_low, found.achieved_high, found.degree, found.certainty) == (2, 3, "partial", "possible")


def test_members_count_only_while_they_belong_to_the_set() -> None:
    changing = (
        Member("a", "Ābele", until=day("2025-06-30")),
        Member("b", "Bitīte"),
        Member("c", "Cielava", since=day("2028-01-01")),
    )
    made = plan(row(ALL), sets=(ReferenceSet("kindergartens", text("kindergartens"), changing),))
    [found] = results(made, [event("2025-09-01", member="Ābele"), event("2025-09-01", "2", member="b")], CLOSED)
    assert (found.required, found.achieved) == (2, 1)


# Steps, services, demand


DELIVERABLE = target("deliverable", "exists", "steps", steps=steps("survey", "results", "conclusions"))


def test_a_deliverable_counts_steps_with_evidence() -> None:
    events = [
        event("2026-03-01", step="survey", evidence="minutes 3"),
        event("2026-04-01", step="results"),
        event("2026-05-01", evidence="a note"),
    ]
    found = result(DELIVERABLE, events, CLOSED)
    assert (found.required, found.achieved, found.achieved_high, found.degree) == (3, 1, 2, "partial")
    assert {"no_evidence", "no_step_named", "steps_missing"} <= set(codes(found))


def test_steps_done_are_shown_before_the_end_and_no_ratio_after_it_where_nothing_was_reported() -> None:
    one = [event("2025-03-01", step="survey", evidence="minutes 3")]
    assert result(DELIVERABLE, one, "2025-06-30").ratio == pytest.approx(1 / 3)
    assert result(DELIVERABLE, [], "2025-06-30").ratio == 0
    assert (result(DELIVERABLE, [], CLOSED).degree, result(DELIVERABLE, [], CLOSED).ratio) == ("no_data", None)


def test_a_deliverable_is_done_with_its_last_step() -> None:
    events = [
        event(f"2026-0{n}-01", step=name, evidence="file") for n, name in enumerate(("survey", "results", "conclusions"), 1)
    ]
    assert verdict(result(DELIVERABLE, events, "2026-04-01")) == ("done", "on_time", ())


def test_a_deliverable_without_named_steps_is_one_step() -> None:
    found = result(target("deliverable", "exists", "steps"), [event("2026-03-01", evidence="file")], CLOSED)
    assert (found.required, found.achieved, found.degree) == (1, 1, "done")


def test_a_service_is_provided_by_any_activity_with_evidence() -> None:
    service = target("provision", "exists", "services")
    assert result(service, [event("2025-03-01", evidence="contract 4")], "2025-04-01").degree == "done"
    assert result(service, [event("2025-03-01")], CLOSED).degree == "no_data"
    assert verdict(result(service, [], "2025-04-01")) == ("not_due", "open", ())
    assert result(service, [], "2025-04-01").ratio == 0
    assert result(service, [event("2025-03-01", value=0)], CLOSED).degree == "not_done"


ON_DEMAND = target("on_demand", "all", "persons")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"requested": 4, "unique_persons": 4}, ("done", "on_time", ())),
        ({"requested": 4, "unique_persons": 3}, ("partial", "overdue", ())),
        ({"requested": 4, "unique_persons": 0}, ("not_done", "overdue", ())),
        ({"requested": 4}, ("no_data", "overdue", ())),
        ({"requested": 0}, ("not_assessed", None, ("no_demand",))),
        ({"unique_persons": 3}, ("not_assessed", None, ("demand_not_recorded",))),
    ],
)
def test_on_demand_is_served_against_requested(facts: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert verdict(result(ON_DEMAND, [event("2025-03-01", **facts)], CLOSED)) == expected


def test_who_asked_and_who_was_served_add_up_over_the_times() -> None:
    both = [event("2025-03-01", requested=4, unique_persons=4), event("2025-06-01", requested=4, unique_persons=3)]
    found = result(ON_DEMAND, both, CLOSED)
    assert (found.required, found.achieved, found.ratio) == (8, 7, 0.875)


def test_serving_more_than_asked_is_no_target_exceeded() -> None:
    promise = target("on_demand", "ge", "persons")
    assert verdict(result(promise, [event("2025-03-01", requested=4, unique_persons=9)], CLOSED)) == ("done", "on_time", ())


def test_demand_is_judged_when_its_window_has_closed() -> None:
    found = result(ON_DEMAND, [event("2025-03-01", requested=4, unique_persons=4)], "2025-06-30")
    assert verdict(found) == ("not_due", "open", ())
    assert verdict(result(ON_DEMAND, [], "2025-06-30")) == ("not_due", "open", ())
    assert verdict(result(ON_DEMAND, [event("2025-03-01", requested=0)], "2025-06-30")) == ("not_due", "open", ())


@pytest.mark.parametrize("kind", ["text_only", "measure_only"])
def test_what_gives_nothing_to_judge_by_is_not_assessed(kind: Any) -> None:  # noqa: ANN401 - one of the kinds
    found = result(target(kind, "none", "items"), [event("2025-03-01", value=7, evidence="file")], CLOSED)
    assert verdict(found) == ("not_assessed", None, ("without_target",))
    told = "Activity with evidence is logged." if kind == "text_only" else "7 (items) is the newest number."
    assert told in [each.text for each in found.because]


def test_words_with_named_steps_are_judged_by_their_steps() -> None:
    words = target("text_only", "none", "steps", steps=steps("agreed", "signed"))
    waiting = result(words, [], "2025-04-01")
    assert (waiting.degree, waiting.ratio) == ("not_due", 0)
    found = result(words, [event("2025-03-01", step="agreed", evidence="file")], CLOSED)
    assert (found.degree, found.ratio) == ("partial", 0.5)


# Money and measured numbers


def test_money_adds_up_and_a_stated_zero_is_a_refusal() -> None:
    money = target("funding", "bare", "eur", value=6820, period=YEAR)
    assert result_in_2025(money, [event("2025-03-01", amount=3410), event("2025-09-01", amount=3410.0)]).degree == "done"
    assert verdict(result_in_2025(money, [event("2025-03-01", amount=0)])) == ("not_done", "overdue", ("money_refused",))
    assert result_in_2025(money, [event("2025-03-01", unique_persons=12)]).degree == "no_data"


@pytest.mark.parametrize(
    ("comparator", "size", "base", "now", "expected"),
    [
        ("delta_up", 316, 1000, 1158, ("partial", "overdue", ())),
        ("delta_up", 316, 1000, 1000, ("not_done", "overdue", ())),
        ("delta_up", 316, 1000, 990, ("not_done", "overdue", ("moved_away",))),
        ("delta_down", 0.8, 5.3, 4.5, ("done", "on_time", ())),
        ("delta_down", -44, 144, 100, ("done", "on_time", ())),
        ("trend_up", None, 120, 121, ("done", "on_time", ())),
        ("trend_up", None, 120, 119, ("not_done", "overdue", ("moved_away",))),
        ("trend_down", None, 120, 120, ("not_done", "overdue", ())),
    ],
)
def test_a_change_is_measured_from_its_baseline(
    comparator: Any,  # noqa: ANN401 - one of the comparators, which is also the kind
    size: float | None,
    base: float,
    now: float,
    expected: tuple[Any, ...],
) -> None:
    promise = target(comparator, comparator, "items", value=size, baseline=baseline(base))
    assert verdict(result(promise, [event("2027-03-01", value=now)], CLOSED)) == expected


def test_a_change_without_a_baseline_is_not_assessed() -> None:
    promise = target("delta_up", "delta_up", "items", value=316)
    assert verdict(result(promise, [event("2027-03-01", value=1316)], CLOSED)) == ("not_assessed", None, ("baseline_missing",))


def test_of_several_measured_numbers_of_people_the_newest_holds_and_none_are_added() -> None:
    promise = target("trend_down", "trend_down", "persons", baseline=baseline(120))
    values = [event("2025-12-31", value=110), event("2026-12-31", value=130)]
    assert verdict(result(promise, values, CLOSED)) == ("not_done", "overdue", ("moved_away",))


def test_a_number_of_people_that_is_to_fall_may_be_told_by_counting_them() -> None:
    promise = target("delta_down", "delta_down", "persons", value=20, baseline=baseline(120))
    assert result(promise, [event("2026-12-31", unique_persons=100)], CLOSED).degree == "done"


@pytest.mark.parametrize(("now", "expected"), [(719, "partial"), (720, "done"), (1000, "done")])
def test_an_approximate_number_is_done_from_90_per_cent_of_it(now: float, expected: str) -> None:
    assert (
        result(target("approximate", "approx", "items", value=800), [event("2025-03-01", value=now)], CLOSED).degree == expected
    )


@pytest.mark.parametrize(("now", "expected"), [(9, ("partial", ())), (10, ("done", ())), (21, ("done", ("above_range",)))])
def test_a_range_is_done_from_its_lower_end(now: float, expected: tuple[str, tuple[str, ...]]) -> None:
    promise = target("range", "between", "items", value=10, upper=20)
    found = result(promise, [event("2025-03-01", value=1), event("2025-04-01", value=now)], CLOSED)
    assert (found.degree, found.flags) == expected

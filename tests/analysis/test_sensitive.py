"""Rows about people at risk: what a small number would tell is taken out, and nothing shown gives it back."""

from datetime import date
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from analysis.head_counts import EventRecord
from analysis.progress import TargetResult, judge
from analysis.sensitive import ShownTarget, shown_progress, shown_targets
from questionnaires.plan_types import Indicator, Money, Period, Plan, Quarter, Reading, Target
from questionnaires.texts import Text

ROW = "6.3.a"
TODAY = date(2026, 11, 21)
WORDS = Text("vārdi", "words", "слова")
READINGS = (Reading("per_plan", WORDS, Period("plan")), Reading("per_year", WORDS, Period("year")))


def plan(*targets: Target, sensitive: bool = True, quarters: tuple[Quarter, ...] = ()) -> Plan:
    """A plan of one row."""
    row = Indicator(ROW, "6.3", WORDS, 1, (), quarters, targets, Money((), ()), sensitive=sensitive)
    return Plan("trial", 1, "cesis", WORDS, "source", date(2025, 1, 1), date(2027, 12, 31), (), (), (), (), (), (row,))


def people(number: float, period: Period | None = None, **more: object) -> Target:
    """At least *number* different people."""
    made = Target(f"{ROW}/people", "count_min", "ge", "persons", "unique_persons", period or Period("year"), WORDS, number)
    return Target(**{field: getattr(made, field) for field in made.__dataclass_fields__} | more)


def event(day: str, count: int | None, **facts: object) -> EventRecord:
    """A group of new people on one day."""
    facts = {"unique_persons": count, "different_people": True, **facts}
    return EventRecord(day, ROW, date.fromisoformat(day), "group", **facts)  # type: ignore[arg-type]  # any field


def shown(of: Plan, *events: EventRecord) -> list[ShownTarget]:
    """The verdicts of the row as they may be shown."""
    records = {record.reference: record for record in events}
    return list(shown_targets(judge(of, events, TODAY).targets, records, sensitive=of.indicators[0].sensitive))


def in_year(verdicts: list[ShownTarget], year: int) -> ShownTarget:
    """The verdict on one calendar year."""
    return next(each for each in verdicts if each.result.window_start.year == each.result.window_end.year == year)


def test_a_small_number_is_hidden_with_everything_that_derives_from_it_but_the_degree_stays() -> None:
    verdict = in_year(shown(plan(people(3)), event("2025-03-01", 4)), 2025)
    result = verdict.result
    assert verdict.hidden
    assert result.degree == "done"
    assert (result.achieved, result.achieved_low, result.achieved_high, result.ratio, result.certainty) == (None,) * 5
    assert result.flags == ()  # 4 of 3 is well above: that would tell which side it is on
    assert all("4" not in reason.text.replace("2025", "") for reason in result.because)


def test_a_stated_zero_is_hidden_like_any_small_number() -> None:
    verdict = in_year(shown(plan(people(10)), event("2025-03-01", 0)), 2025)
    assert verdict.hidden
    assert all(reason.code != "zero_stated" for reason in verdict.result.because)


def test_nothing_reported_is_not_hidden_but_said() -> None:
    verdict = in_year(shown(plan(people(10))), 2025)
    assert not verdict.hidden
    assert verdict.result.achieved is None


def test_a_row_about_nobody_at_risk_shows_small_numbers() -> None:
    assert in_year(shown(plan(people(10), sensitive=False), event("2025-03-01", 4)), 2025).result.achieved == 4


def test_a_total_is_hidden_where_it_holds_a_hidden_event() -> None:
    assert in_year(shown(plan(people(10)), event("2025-03-01", 9), event("2025-04-01", 2)), 2025).hidden


def test_a_total_of_two_hidden_events_is_hidden_as_eight_would_say_four_and_four() -> None:
    assert in_year(shown(plan(people(10)), event("2025-03-01", 4), event("2025-04-01", 4)), 2025).hidden


def test_a_total_of_events_of_five_and_more_is_shown() -> None:
    assert in_year(shown(plan(people(10)), event("2025-03-01", 5), event("2025-04-01", 6)), 2025).result.achieved == 11


def test_a_judged_plan_loses_the_numbers_and_the_flags_that_tell_them() -> None:
    small = plan(people(3))
    events = (event("2025-03-01", 4),)
    exact = judge(small, events, TODAY)
    seen = shown_progress(small, exact, events)
    assert {result.achieved for result in seen.targets if result.window_start.year == 2025} == {None}
    assert "over_target" in exact.indicators[0].flags
    assert "over_target" not in seen.indicators[0].flags
    open_row = plan(people(3), sensitive=False)
    assert shown_progress(open_row, judge(open_row, events, TODAY), events) == judge(open_row, events, TODAY)


def test_a_total_over_the_plan_is_hidden_where_one_of_its_years_is() -> None:
    target = people(10, Period("plan"), readings=READINGS)
    verdicts = shown(plan(target), event("2025-03-01", 9), event("2026-03-01", 2), event("2026-04-01", 2))
    whole = next(each for each in verdicts if each.result.reading == "per_plan")
    assert whole.hidden
    assert not in_year(verdicts, 2025).hidden


def test_the_number_who_asked_is_hidden_too() -> None:
    target = people(1, Period("year"), kind="on_demand", unit="meetings", counted="not_stated", value=None, comparator="none")
    verdict = in_year(shown(plan(target), event("2025-03-01", None, requested=3, hours=1.0)), 2025)
    assert verdict.hidden
    assert verdict.result.required is None


def known(results: list[ShownTarget]) -> list[TargetResult]:
    """The verdicts whose number is shown."""
    return [each.result for each in results if not each.hidden and each.result.achieved is not None]


@given(st.lists(st.tuples(st.sampled_from(["2025", "2026"]), st.integers(0, 9)), max_size=6))
def test_no_number_below_five_can_be_had_by_subtracting_what_is_shown(counts: list[tuple[str, int]]) -> None:
    events = [event(f"{year}-{month + 1:02}-01", number) for month, (year, number) in enumerate(counts)]
    results = known(shown(plan(people(10, Period("plan"), readings=READINGS)), *events))
    numbers = {each.reference: each.unique_persons or 0 for each in events}
    for result in results:
        assert (result.achieved or 0) >= 5
        assert all(numbers[reference] >= 5 for reference in result.events)
    for one, other in combinations(results, 2):
        if set(one.events) < set(other.events) or set(other.events) < set(one.events):
            assert abs((one.achieved or 0) - (other.achieved or 0)) in {0, *range(5, 100)}

"""Contradictions within and between plans: each is found with both places, and nothing else is."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.contradictions import MESSAGES, Finding, contradictions
from questionnaires.library import find_plan
from questionnaires.plan_grammar import read_plan
from questionnaires.plan_types import Indicator, Money, OpenQuestion, Period, Plan, Quarter, Target, Written
from tests.analysis.plans import at_least, plan, row, target, text

YEAR = Period("year")
PLANS = Path(__file__).parents[2] / "questionnaires" / "plans"


def answered(made: Indicator, **changes: Any) -> Indicator:  # noqa: ANN401 - any field of a row
    """A row that somebody answers for."""
    return replace(made, responsible=("somebody",), **changes)


def rows(*targets: Target, **changes: Any) -> Plan:  # noqa: ANN401 - any field of a row
    """A plan of one row that somebody answers for."""
    return plan(answered(row(*targets), **changes))


def twin(first: Target, second: Target, **changes: Any) -> Plan:  # noqa: ANN401 - any field of a row
    """A plan of two rows with the same name."""
    other = replace(second, id=f"5.1.b/{second.id.rpartition('/')[2]}")
    return plan(answered(row(first), **changes), answered(row(other, indicator="5.1.b"), **changes))


def meetings(value: float, period: Period = YEAR, **changes: Any) -> Target:  # noqa: ANN401 - any field of a target
    return target("frequency", "ge", "meetings", value=value, counted="events", period=period, **changes)


def codes(*plans: Plan) -> list[str]:
    return [each.code for each in contradictions(plans)]


def falls(value: float, **changes: Any) -> Target:  # noqa: ANN401 - any field of a target
    return target("delta_down", "delta_down", value=value, **changes)


SHARED = {"measured_as": "victims", "kind": "policy_indicator"}
FOUND: dict[str, Plan] = {
    "written_sign": rows(falls(5.0, written=Written(sign="+"))),
    "written_mark": rows(falls(5.0, written=Written(mark="<"))),
    "opposite_directions": twin(falls(5.0), target("delta_up", "delta_up", value=5.0), **SHARED),
    "different_sizes": twin(falls(5.0), falls(6.0), **SHARED),
    "different_numbers": twin(meetings(2), meetings(3)),
    "different_units": twin(meetings(2), replace(meetings(2), unit="events")),
    "different_periods": twin(meetings(2), meetings(2, Period("half_year"))),
    "ceiling_below_floor": rows(at_least(100), target("count_max", "le", value=60.0, counted="unique_persons")),
    "whole_below_parts": rows(meetings(4, Period("plan")), meetings(2, id="5.1.a/yearly")),
    "prerequisite_later": plan(
        answered(row(at_least(1, prerequisite="5.1.b/first"), quarters=(Quarter(2025, 1),))),
        answered(
            row(replace(at_least(1), id="5.1.b/first"), indicator="5.1.b", quarters=(Quarter(2026, 2),)), name=text("first")
        ),
    ),
    "outside_plan": rows(at_least(1, period=Period("by", day=date(2029, 1, 1)))),
    "mark_after_deadline": rows(at_least(1, period=Period("by", day=date(2026, 6, 30))), quarters=(Quarter(2026, 3),)),
    "period_not_held": plan(answered(row(meetings(1, Period("two_years")))), ends="2026-06-30"),
    "year_without_mark": rows(meetings(2), quarters=(Quarter(2025, 1), Quarter(2027, 1))),
    "money_differs": rows(
        target("funding", "ge", "eur", value=6820.0, period=YEAR), money=Money(((2025, 6820.0), (2026, 682.0)), ("budget",))
    ),
    "nobody_responsible": plan(row(at_least(1))),
    "unsure_without_question": rows(at_least(1), quarters=(Quarter(2026, 1, "unsure"),)),
}


@pytest.mark.parametrize("code", FOUND)
def test_each_contradiction_is_found_alone_with_its_places_and_what_would_settle_it(code: str) -> None:
    found = contradictions([FOUND[code]])
    assert [each.code for each in found] == [code]
    told = found[0].to_json()
    assert "{" not in f"{told['disagrees']}{told['settled_by']}"
    assert isinstance(told["places"], list)
    assert all(place["line"] == 1 for place in told["places"])


def test_every_code_is_shown_by_a_made_up_plan() -> None:
    assert set(FOUND) == set(MESSAGES)


def test_what_only_looks_like_a_contradiction_is_none() -> None:
    sound = [
        rows(at_least(40), at_least(60, id="5.1.a/parents", audience="parents")),
        rows(at_least(40), target("count_max", "le", value=60.0, counted="unique_persons")),
        # The same people may come every year.
        rows(at_least(10), at_least(10, id="5.1.a/yearly", period=YEAR)),
        rows(meetings(6, Period("plan")), meetings(2, id="5.1.a/yearly")),
        rows(meetings(2), quarters=(Quarter(2025, 1), Quarter(2026, 1), Quarter(2027, 1, "unsure")), questions=(QUESTION,)),
        rows(at_least(1, period=Period("by", day=date(2026, 8, 15))), quarters=(Quarter(2026, 3),)),
        twin(falls(5.0), falls(5.0), **SHARED),
        rows(falls(5.0, written=Written(sign="+", decided="No 3"))),
    ]
    assert [codes(each) for each in sound] == [[] for _ in sound]


QUESTION = OpenQuestion("quarters", "line 1", text("which?"))


def test_two_plans_of_the_same_time_are_held_against_each_other() -> None:
    one, other = rows(meetings(2)), replace(rows(meetings(3)), id="other")
    [found] = contradictions([one, other])
    assert (found.code, [spot.plan for spot in found.spots]) == ("different_numbers", ["trial", "other"])
    assert codes(one, replace(other, starts=date(2030, 1, 1), ends=date(2032, 12, 31))) == []


@given(st.sampled_from(sorted(FOUND)), st.sampled_from(sorted(FOUND)))
def test_the_order_of_plans_changes_neither_what_is_found_nor_how_often(one: str, other: str) -> None:
    first, second = FOUND[one], replace(FOUND[other], id="other")

    def kinds(found: tuple[Finding, ...]) -> list[str]:
        return sorted(each.code for each in found)

    assert kinds(contradictions([first, second])) == kinds(contradictions([second, first]))


def test_the_municipality_s_plan_holds_only_years_that_are_promised_and_not_marked() -> None:
    plan_of_cesis = read_plan(find_plan("cesis-2025-2027"))
    found = contradictions([plan_of_cesis])
    assert {each.code for each in found} == {"year_without_mark"}
    by_row = {each.first.row: dict(each.facts)["years"] for each in found}
    assert by_row["5.3.d"] == "2027"
    for finding in found:
        indicator = plan_of_cesis.indicator(finding.first.row)
        marked = {quarter.year for quarter in indicator.quarters}
        assert any(each.period.kind == "year" for each in indicator.targets)
        assert not marked & {int(year) for year in str(dict(finding.facts)["years"]).split(", ")}


def test_the_national_plan_names_years_after_its_end_and_periods_cut_short() -> None:
    national = read_plan(find_plan("latvia-2022-2025"))
    found = [(each.code, each.first.row) for each in contradictions([national])]
    assert ("outside_plan", "5.2.3") in found
    assert {code for code, _ in found} <= {"outside_plan", "period_not_held"}


def test_the_shipped_plans_do_not_contradict_each_other() -> None:
    both = [read_plan(find_plan(name)) for name in ("cesis-2025-2027", "latvia-2022-2025")]
    assert not [each for each in contradictions(both) if each.second and each.first.plan != each.second.plan]

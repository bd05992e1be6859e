"""Plans with policy indicators: what is measured once and judged in every line that names it, and where lines contradict."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.messages import MESSAGES
from questionnaires.plan_conflicts import Conflict, conflicts_of
from questionnaires.plan_grammar import parse_plan
from questionnaires.plan_types import Period, Written
from questionnaires.problems import FileRefusedError, Problem

EXAMPLE = (Path(__file__).parent / "examples" / "plan_measured.yaml").read_text(encoding="utf-8")
FIRST, SECOND = "1.p.1/change", "0.p.1/change"


def edited(*changes: tuple[str, str]) -> str:
    text = EXAMPLE
    for old, new in changes:
        assert old in text, f"the example does not hold {old!r}"
        text = text.replace(old, new, 1)
    return text


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        parse_plan(text, "p.yaml")
    except FileRefusedError as refused:
        return refused.problems
    return ()


def test_a_policy_indicator_takes_the_name_of_what_it_measures_and_has_no_body_of_its_own() -> None:
    plan = parse_plan(EXAMPLE, "p.yaml")
    row = plan.indicator("1.p.1")
    assert (row.kind, row.measured_as, row.action, row.responsible) == ("policy_indicator", "harmed", "1.p", ())
    assert (row.name, row.targets[0].written) == (plan.measured[0].name, Written("-", ">"))
    assert [each.kind for each in plan.indicators] == ["measure", "policy_indicator", "policy_indicator"]


def test_a_record_feeds_its_row_or_every_line_that_names_what_was_measured() -> None:
    plan = parse_plan(EXAMPLE, "p.yaml")
    fed = {name: [row.id for row in plan.rows_fed_by(name)] for name in ("harmed", "0.p.1", "1.1.1", "nothing")}
    assert fed == {"harmed": ["1.p.1", "0.p.1"], "0.p.1": ["1.p.1", "0.p.1"], "1.1.1": ["1.1.1"], "nothing": []}


def test_a_plan_names_its_levels_bodies_that_share_the_work_and_questions_about_all_of_it() -> None:
    plan = parse_plan(EXAMPLE, "p.yaml")
    assert plan.levels is not None
    assert (plan.levels.goal.en, plan.levels.action.en) == ("Direction", "Task")
    assert [each.id for each in plan.questions] == ["until_when"]
    assert plan.indicator("1.1.1").co_responsible == ("social_service",)


def test_a_period_may_be_narrower_than_the_plan_and_a_day_may_lie_after_it_where_the_file_says_so() -> None:
    persons, licensed = parse_plan(EXAMPLE, "p.yaml").indicator("1.1.1").targets
    assert persons.period == Period("year", since=date(2025, 7, 1), until=date(2027, 6, 30))
    assert licensed.period == Period("by", day=date(2028, 12, 31))


@pytest.mark.parametrize(
    ("code", "old", "new", "key"),
    [
        ("until_before_since", "until: 2027-06-30", "until: 2025-06-30", "targets[persons].period.until"),
        ("until_before_since", "year, since: 2025-07-01", "from, day: 2027-07-01", "targets[persons].period.until"),
        ("key_not_for_kind", "{kind: year, since", "{kind: named_year, year: 2026, since", "targets[persons].period.since"),
        ("outside_plan", "since: 2025-07-01", "since: 2015-07-01", "targets[persons].period.since"),
        ("outside_plan", "day: 2028-12-31, after_plan: true", "day: 2028-12-31", "targets[licensed].period.day"),
        ("bad_id", "  harmed: {lv", "  harmed_in_any_way: {lv", "measured.harmed_in_any_way"),
        ("bad_id", "  - id: 1.1.1", "  - id: 1.1.0", "indicators[1].id"),
        ("unknown_reference_near", "measured_as: harmed", "measured_as: armed", "indicators[1.p.1].measured_as"),
        ("missing_key", "    measured_as: harmed\n", "", "indicators[1.p.1]"),
        ("missing_key", "  action: {lv", "  # {lv", "levels"),
        ("key_not_for_kind", "measured_as: harmed", "responsible: [school_board]", "indicators[1.p.1].responsible"),
        ("key_not_for_kind", "    source_line: 14", "    source_line: 14\n    measured_as: harmed", "measured_as"),
        ("unknown_reference_near", "co_responsible: [social_service", "co_responsible: [social_servce", "co_responsible[1]"),
        ("unknown_word", 'sign: "-"', 'sign: "±"', "targets[change].written.sign"),
        ("key_not_for_kind", "value: 300", "value: 300\n        written: {mark: '>'}", "targets[persons].written"),
    ],
)
def test_each_fault_is_named_with_its_place(code: str, old: str, new: str, key: str) -> None:
    found = [problem for problem in problems_of(edited((old, new))) if problem.code == code]
    assert any(problem.key.endswith(key) and problem.line for problem in found), problems_of(edited((old, new)))


def test_a_sign_that_agrees_with_the_verb_and_a_mark_that_pictures_it_contradict_nothing() -> None:
    assert conflicts_of(parse_plan(EXAMPLE, "p.yaml")) == ()
    grows = EXAMPLE.replace("delta_down", "delta_up").replace('"-"', '"+"').replace('">"', '"<"')
    assert conflicts_of(parse_plan(grows, "p.yaml")) == ()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (('sign: "-", mark', 'sign: "+", mark'), [Conflict(FIRST, "sign")]),
        (('mark: ">"', 'mark: "<"'), [Conflict(FIRST, "mark")]),
        (("value: 44", "value: 46"), [Conflict(FIRST, "size", SECOND), Conflict(SECOND, "size", FIRST)]),
    ],
)
def test_signs_marks_and_sizes_that_disagree_are_named(change: tuple[str, str], found: list[Conflict]) -> None:
    assert list(conflicts_of(parse_plan(edited(change), "p.yaml"))) == found


def test_lines_that_name_the_same_thing_with_opposite_directions_contradict_one_another() -> None:
    turned = ("kind: delta_down\n        comparator: delta_down", "kind: delta_up\n        comparator: delta_up")
    found = conflicts_of(parse_plan(edited(turned, ('sign: "-", mark: ">"', 'sign: "+"')), "p.yaml"))
    assert found == (Conflict(FIRST, "direction", SECOND), Conflict(SECOND, "direction", FIRST))


def test_numbers_for_different_audiences_are_different_numbers() -> None:
    of_boys = ("value: 44", "value: 46\n        audience: boys")
    assert conflicts_of(parse_plan(edited(of_boys), "p.yaml")) == ()


def test_a_decision_that_is_written_down_settles_the_target_it_stands_in() -> None:
    decided = ('mark: ">"}', 'mark: ">", decided: "Protokols Nr. 3"}')
    found = conflicts_of(parse_plan(edited(("value: 44", "value: 46"), decided), "p.yaml"))
    assert found == (Conflict(SECOND, "size", FIRST),)


@given(st.data(), st.sampled_from(["", "[]", "{}", "x", "-1", "2028-01-01", "policy_indicator", "{kind: year}", "[[]]"]))
def test_any_value_in_place_of_another_is_read_or_refused_with_a_line(data: st.DataObject, value: str) -> None:
    lines = EXAMPLE.split("\n")
    at = data.draw(st.sampled_from([n for n, line in enumerate(lines) if ": " in line]))
    lines[at] = f"{lines[at].partition(': ')[0]}: {value}"
    assert all(problem.line and problem.code in MESSAGES for problem in problems_of("\n".join(lines)))

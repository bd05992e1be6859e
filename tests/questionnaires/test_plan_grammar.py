"""A plan file is read whole, or refused with every problem, its line and how to mend it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.messages import MESSAGES, PLAN
from questionnaires.plan_grammar import parse_plan, read_plan
from questionnaires.plan_targets import COMPARATORS
from questionnaires.plan_types import Baseline, Member, Money, Period, Quarter, TargetKind
from questionnaires.problems import FileRefusedError, Problem

EXAMPLE = (Path(__file__).parent / "examples" / "plan.yaml").read_text(encoding="utf-8")

MANY_READINGS = "".join(
    f"          - {{id: in_{number}, label: {{lv: tā, en: so, ru: так}}, value: {number}}}\n" for number in range(10, 300)
)
"""More readings of one target than a row may have."""


def problems_of(text: str) -> tuple[Problem, ...]:
    """Return the problems for which *text* is refused, none if it is read."""
    try:
        parse_plan(text, "p.yaml")
    except FileRefusedError as refused:
        return refused.problems
    return ()


def edited(old: str, new: str) -> str:
    assert old in EXAMPLE, f"the example does not hold {old!r}"
    return EXAMPLE.replace(old, new, 1)


def test_the_example_is_read_with_all_that_it_says() -> None:
    plan = parse_plan(EXAMPLE, "p.yaml")
    assert (plan.id, plan.version, plan.starts, plan.ends) == ("town-2025-2027", 1, date(2025, 1, 1), date(2027, 12, 31))
    assert [each.id for each in plan.institutions] == ["social_service", "school_board"]
    assert plan.reference_sets[0].members == (
        Member("sun", "Saulīte", date(2025, 1, 1), date(2026, 8, 31)),
        Member("moon", "Mēnestiņš"),
    )
    assert plan.reference_sets[1].members is None, "a set that nobody has entered is unknown, not empty"
    assert (plan.goals[1].lost, plan.goals[1].title) == (True, None)
    row = plan.indicator("1.1.a")
    assert row.quarters == (Quarter(2025, 1), Quarter(2025, 2, "unsure"), Quarter(2025, 3), Quarter(2026, 1))
    assert row.money == Money(((2025, 6820.0), (2026, 100.5)), ("pašvaldības budžets",))
    assert (row.sensitive, row.source_line, row.responsible) == (True, 8, ("social_service", "school_board"))
    assert len(row.questions[0].options) == 2


def test_a_target_takes_the_id_of_its_row() -> None:
    plan = parse_plan(EXAMPLE, "p.yaml")
    meetings, survey = plan.indicator("1.1.a").targets
    everyone, growth = plan.indicator("1.1.b").targets
    assert (meetings.id, meetings.value, meetings.upper, meetings.ages) == ("1.1.a/meetings", 2.0, 3.0, (10, 15))
    assert [(reading.id, reading.value) for reading in meetings.readings] == [("yearly", None), ("in_all", 6.0)]
    assert (survey.period, survey.prerequisite) == (Period("by", day=date(2026, 6, 30)), "1.1.a/meetings")
    assert [step.id for step in survey.steps] == ["asked", "counted"]
    assert (everyone.of_set, everyone.period) == ("kindergartens", Period("named_year", 2026))
    assert growth.baseline == Baseline(-1.5, date(2022, 1, 1), "Statistika")


def test_a_plan_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_text(EXAMPLE, encoding="utf-8")
    assert read_plan(path) == parse_plan(EXAMPLE, "p.yaml")


def test_every_kind_of_target_says_how_it_may_be_judged() -> None:
    assert set(COMPARATORS) == set(get_args(TargetKind))


REFUSED = [
    ("ends_before_start", "ends: 2027-12-31", "ends: 2024-12-31", "ends"),
    ("impossible_date", "starts: 2025-01-01", "starts: 2025-02-29", "starts"),
    ("far_date", "ends: 2027-12-31", "ends: 9999-12-31", "ends"),
    ("far_date", "starts: 2025-01-01", "starts: 0001-01-01", "starts"),
    ("lasts_too_long", "ends: 2027-12-31", "ends: 2199-12-31", "ends"),
    ("impossible_date", "day: 2026-06-30", "day: 2026-06-31", "targets[survey].period.day"),
    ("until_before_since", "until: 2026-08-31", "until: 2024-08-31", "members[sun].until"),
    ("empty_list", 'name: {lv: "Skolas"', 'members: []\n    name: {lv: "Skolas"', "reference_sets.schools.members"),
    ("number_not_under", '{number: "1.1"', '{number: "2.1"', "actions[1].number"),
    ("number_not_under", "  - id: 1.1.b", "  - id: 1.2.b", "indicators[2].id"),
    ("bad_id", "  - id: 1.1.b", "  - id: 1.1.bb", "indicators[2].id"),
    ("lost_without_note", "lost: true, note: ", "lost: true, title: ", "goals[3].lost"),
    ("found_without_title", "lost: true, note: ", "note: ", "goals[3]"),
    ("outside_plan", "2026: [1], 2025", "2028: [1], 2025", "quarters.2028[1]"),
    ("outside_plan", "year: 2026}", "year: 2024}", "targets[all].period.year"),
    ("outside_plan", "day: 2026-06-30", "day: 2028-06-30", "targets[survey].period.day"),
    ("outside_plan", "by_year: {2026: 100.5", "by_year: {2030: 100.5", "money.by_year.2030"),
    ("too_big", "2025: [1, 3]", "2025: [1, 5]", "quarters.2025[2]"),
    ("quarter_both", "unsure_quarters: {2025: [2]}", "unsure_quarters: {2025: [3]}", "unsure_quarters.2025[1]"),
    ("reading_note_missing", "    reading_note: ", "    # ", "indicators[1.1.a].unsure_quarters"),
    ("comparator_not_for_kind", "comparator: exists", "comparator: ge", "targets[survey].comparator"),
    ("missing_key", "        value: 2\n", "", "targets[meetings]"),
    ("missing_key", "        of_set: kindergartens\n", "", "targets[all]"),
    (
        "key_not_for_kind",
        "        of_set: kindergartens\n",
        "        of_set: kindergartens\n        value: 3\n",
        "targets[all].value",
    ),
    ("upper_missing", "        upper: 3\n", "", "targets[meetings].comparator"),
    ("upper_not_between", "comparator: between", "comparator: ge", "targets[meetings].upper"),
    ("upper_below_value", "upper: 3", "upper: 1", "targets[meetings].upper"),
    ("ages_wrong", "ages: [10, 15]", "ages: [15, 10]", "targets[meetings].ages"),
    ("ages_wrong", "ages: [10, 15]", "ages: [15]", "targets[meetings].ages"),
    ("period_needs", "period: year", "period: named_year", "targets[meetings].period"),
    ("missing_key", "day: 2026-06-30", "", "targets[survey].period"),
    ("key_not_for_kind", "{kind: by, day", "{kind: year, day", "targets[survey].period.day"),
    ("prerequisite_circular", "prerequisite: 1.1.a/meetings", "prerequisite: 1.1.a/survey", "targets[survey].prerequisite"),
    ("unknown_reference", "prerequisite: 1.1.a/meetings", "prerequisite: xyz", "targets[survey].prerequisite"),
    ("reading_only_one", "          - {id: in_all", "          # - {id: in_all", "targets[meetings].readings"),
    ("reading_first", 'ru: "Ежегодно"}}', 'ru: "Ежегодно"}, value: 5}', "readings[yearly].value"),
    ("too_many_ways", "          - {id: in_all", f"{MANY_READINGS}          - {{id: in_all", "indicators[1.1.a].targets"),
    ("reading_same", "period: plan, value: 6, comparator: ge", "value: 2", "readings[in_all]"),
    ("too_small", "value: 0.8", "value: -0.8", "targets[growth].value"),
    ("not_a_number", "value: 0.8", "value: .inf", "targets[growth].value"),
    ("not_a_number", "value: 0.8", 'value: "0,8"', "targets[growth].value"),
    ("not_a_number", "value: 0.8", "value: 1e400", "targets[growth].value"),
    ("unknown_word", "kind: set_all", "kind: xyz", "targets[all].kind"),
    ("unknown_word_near", "unit: meetings", "unit: meeting", "targets[meetings].unit"),
    ("unknown_word_near", "counted: events", "counted: event", "targets[meetings].counted"),
    ("unknown_reference_near", "[social_service, school", "[social_servce, school", "indicators[1.1.a].responsible[1]"),
    ("unknown_reference_near", "audience: specialists", "audience: specialist", "targets[meetings].audience"),
    ("unknown_reference_near", "of_set: kindergartens", "of_set: kindergarten", "targets[all].of_set"),
    ("unknown_reference", '  - id: 1.1.b\n    action: "1.1"', '  - id: 1.1.b\n    action: "7"', "indicators[1.1.b].action"),
    ("unknown_reference", 'goal: "1"', 'goal: "4"', "actions[1.1].goal"),
    ("duplicate_id", "  - id: 1.1.b", "  - id: 1.1.a", "indicators[2].id"),
    ("duplicate_id", "      - id: survey", "      - id: meetings", "targets[2].id"),
    ("duplicate_id", "{id: in_all", "{id: yearly", "readings[2].id"),
    ("duplicate_id", "{id: counted", "{id: asked", "steps[2].id"),
    ("duplicate_id", "{id: moon", "{id: sun", "members[2].id"),
    ("duplicate_id", '{number: "3"', '{number: "1"', "goals[2].number"),
    ("duplicate_key", "  school_board: {", "  social_service: {", "institutions.social_service"),
    ("translation_missing", ', ru: "Школы"}', "}", "reference_sets.schools.name"),
]


@pytest.mark.parametrize(("code", "old", "new", "key"), REFUSED, ids=[f"{row[0]}-{n}" for n, row in enumerate(REFUSED)])
def test_each_fault_is_named_with_its_place(code: str, old: str, new: str, key: str) -> None:
    found = [problem for problem in problems_of(edited(old, new)) if problem.code == code]
    assert [problem.key.endswith(key) for problem in found] == [True]
    assert found[0].line
    assert found[0].message == MESSAGES[code].format(**dict(found[0].facts))


def test_every_message_about_a_plan_has_an_example_here() -> None:
    assert {row[0] for row in REFUSED} >= set(PLAN)


def test_all_problems_are_named_at_once_in_the_order_of_the_file() -> None:
    text = edited("source: ", "sorce: ").replace("2025-01-01\n", "2025-13-01\n").replace("source_line: 12", "source_line: x")
    assert [(problem.line, problem.code) for problem in problems_of(text)] == [
        (1, "missing_key"),
        (5, "unknown_key_near"),
        (6, "impossible_date"),
        (74, "not_whole"),
    ]


def test_a_circle_of_prerequisites_is_named_at_each_of_its_targets_but_not_at_those_that_lead_to_it() -> None:
    text = edited("        audience: specialists\n", "        prerequisite: 1.1.a/survey\n")
    text = text.replace("        of_set: kind", "        prerequisite: 1.1.a/survey\n        of_set: kind")
    assert [(problem.key, dict(problem.facts)["circle"]) for problem in problems_of(text)] == [
        ("indicators[1.1.a].targets[meetings].prerequisite", "1.1.a/meetings → 1.1.a/survey → 1.1.a/meetings"),
        ("indicators[1.1.a].targets[survey].prerequisite", "1.1.a/survey → 1.1.a/meetings → 1.1.a/survey"),
    ]


def test_a_lost_goal_may_keep_the_title_that_is_left_of_it() -> None:
    text = edited("lost: true, ", 'lost: true, title: {lv: "Atbalsts", en: "Support", ru: "Поддержка"}, ')
    title = parse_plan(text, "p.yaml").goals[1].title
    assert title is not None
    assert title.en == "Support"


# ---- damage ----


def example() -> dict[str, Any]:
    return dict(yaml.load(EXAMPLE, Loader=yaml.BaseLoader))  # noqa: S506 (the base loader makes text, lists and maps only)


class WithoutAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return data is not self


def problems_of_data(data: object) -> tuple[Problem, ...]:
    return problems_of(yaml.dump(data, Dumper=WithoutAliases, allow_unicode=True, sort_keys=False))


def nodes(data: Any) -> Iterator[Any]:  # noqa: ANN401 (any value of a YAML file)
    yield data
    for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from nodes(part)


def places(data: object) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for node in nodes(data):
        if isinstance(node, dict | list):
            found += [(node, key) for key in (node if isinstance(node, dict) else range(len(node)))]
    return found


def test_the_data_of_the_example_give_the_same_plan() -> None:
    assert problems_of_data(example()) == ()


@given(st.data())
@settings(deadline=None)
def test_dropping_a_needed_key_is_refused_with_a_line(data: st.DataObject) -> None:
    damaged = example()
    always = {"id", "number", "kind", "unit", "label", "name", "lv", "en", "ru", "goal", "action", "responsible"}
    of_targets = {"comparator", "period"}  # a reading may leave them as they are in its target
    needed = [(node, key) for node, key in places(damaged) if key in always or (key in of_targets and "unit" in node)]
    node, key = data.draw(st.sampled_from(needed))
    del node[key]
    found = problems_of_data(damaged)
    assert found
    assert all(problem.line for problem in found)


@given(st.data(), st.text(min_size=1, max_size=8))
@settings(deadline=None)
def test_an_unknown_key_anywhere_is_refused_with_a_line(data: st.DataObject, name: str) -> None:
    damaged = example()
    data.draw(st.sampled_from([node for node in nodes(damaged) if isinstance(node, dict)]))[f"x{name}"] = "x"
    found = problems_of_data(damaged)
    assert found
    assert all(problem.line and problem.code in MESSAGES for problem in found)


junk = st.recursive(
    st.sampled_from(["", "true", "1", "-1", "nan", "2025-02-30", "by", "named_year", "1.1.a", "between", "9" * 400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "lv", "kind", "2025", "day"]), inner),
    max_leaves=8,
)


@given(st.data(), junk)
@settings(deadline=None, max_examples=150)
def test_any_value_in_place_of_any_other_never_crashes(data: st.DataObject, value: object) -> None:
    damaged = example()
    node, key = data.draw(st.sampled_from(places(damaged)))
    node[key] = value
    assert all(problem.line and problem.code in MESSAGES for problem in problems_of_data(damaged))

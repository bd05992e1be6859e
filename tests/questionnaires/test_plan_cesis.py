"""The plan file of the municipality holds every row and target of its source, and says where the source is damaged."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from questionnaires.plan_grammar import read_plan
from questionnaires.plan_types import Indicator, Period, Plan, Quarter, Target
from questionnaires.texts import Text

ROOT = Path(__file__).parents[2]
READING = ROOT / "docs" / "plan-cesis-reading.md"
FULL_YEAR = [1, 2, 3, 4]
AMBIGUOUS = {"2.1.b": "persons", "5.2.d": "events", "6.2.b": "persons", "7.4.a": "persons"}
SENSITIVE_ACTIONS = {"6.3", "7.3", "7.4", "7.5", "8.1", "8.2"}
SENSITIVE_ROWS = {"5.2.c", "6.1.a", "6.2.b", "6.2.d", "7.1.b", "7.1.c", "7.1.d"}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(ROOT / "questionnaires" / "plans" / "cesis-2025-2027" / "1.yaml")


def targets(plan: Plan) -> dict[str, Target]:
    return {target.id: target for row in plan.indicators for target in row.targets}


def quarters(row: Indicator, sureness: str) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for each in row.quarters:
        if each.sureness == sureness:
            found.setdefault(each.year, []).append(each.quarter)
    return found


def names(plan: Plan) -> Iterator[tuple[str, Text]]:
    """Every name that a page shows, with where it stands."""
    yield "plan", plan.title
    yield from ((each.id, each.name) for each in plan.institutions)
    yield from plan.audiences
    yield from ((each.id, each.name) for each in plan.reference_sets)
    yield from ((f"goal {each.number}", each.title) for each in plan.goals if each.title)
    yield from ((each.number, each.title) for each in plan.actions)
    for row in plan.indicators:
        yield row.id, row.name
        for target in row.targets:
            yield target.id, target.label
            yield from ((f"{target.id}, {step.id}", step.label) for step in target.steps)
            yield from ((f"{target.id}, {reading.id}", reading.label) for reading in target.readings)
        for question in row.questions:
            yield from ((f"{row.id}, {question.id}", option) for option in question.options)


def sentences(plan: Plan) -> Iterator[tuple[str, Text]]:
    yield from ((f"goal {goal.number}", goal.note) for goal in plan.goals if goal.note)
    yield from ((f"{row.id}, {each.id}", each.text) for row in plan.indicators for each in row.questions)


def test_the_plan_holds_52_rows_under_21_actions_with_69_targets(plan: Plan) -> None:
    assert (len(plan.indicators), len(plan.actions), len(targets(plan))) == (52, 21, 69)
    assert (plan.starts, plan.ends) == (date(2025, 1, 1), date(2027, 12, 31))


def test_each_goal_holds_its_actions_rows_and_targets(plan: Plan) -> None:
    actions = Counter(action.goal for action in plan.actions)
    rows = Counter(row.action[0] for row in plan.indicators)
    promises = Counter(row.action[0] for row in plan.indicators for _ in row.targets)
    assert actions == {"1": 5, "2": 1, "5": 5, "6": 3, "7": 5, "8": 2}
    assert rows == {"1": 8, "2": 2, "5": 14, "6": 11, "7": 11, "8": 6}
    assert promises == {"1": 10, "2": 2, "5": 14, "6": 14, "7": 20, "8": 9}


def test_rows_are_lettered_in_order_under_their_action_without_gaps(plan: Plan) -> None:
    for action in plan.actions:
        letters = [row.id.removeprefix(f"{action.number}.") for row in plan.indicators if row.action == action.number]
        assert letters, action.number
        assert letters == list("abcdefgh"[: len(letters)]), action.number


def test_rows_stand_in_the_order_of_the_source(plan: Plan) -> None:
    lines = [row.source_line for row in plan.indicators]
    assert lines == sorted(set(lines))
    assert (lines[0], lines[-1]) == (8, 69)


def test_lost_goals_stay_lost_and_say_so(plan: Plan) -> None:
    lost = {goal.number: goal for goal in plan.goals if goal.lost}
    assert list(lost) == ["2", "3", "4"]
    assert all(goal.note for goal in lost.values())
    assert [number for number, goal in lost.items() if goal.title] == ["2"], "of goals 3 and 4 not even the title is known"
    assert not [row.id for row in plan.indicators if row.action[0] in {"3", "4"}]


@pytest.mark.parametrize(
    ("target_id", "kind", "comparator", "value", "unit", "counted", "period"),
    [
        ("1.1.a/meetings", "frequency", "ge", 2, "meetings", "events", "year"),
        ("1.1.b/cooperation", "text_only", "none", None, "items", "not_stated", "plan"),
        ("1.5.a/conference", "frequency", "bare", 1, "conferences", "events", "two_years"),
        ("1.5.a/persons", "count_min", "ge", 100, "persons", "unique_persons", "two_years"),
        ("5.1.a/persons", "count_min", "ge", 40, "persons", "unique_persons", "plan"),
        ("5.1.b/persons", "count_max", "le", 100, "persons", "unique_persons", "plan"),
        ("5.2.a/kindergartens", "set_n", "bare", 3, "institutions", "institutions", "plan"),
        ("5.2.b/kindergartens", "set_all", "all", None, "institutions", "institutions", "plan"),
        ("5.2.c/requests", "on_demand", "all", None, "programmes", "not_stated", "on_request"),
        ("5.2.d/events", "frequency", "bare", 12, "events", "events", "year"),
        ("6.1.a/hours", "count_min", "ge", 2, "hours", "hours", "year"),
        ("6.3.a/support", "provision", "exists", None, "services", "not_stated", "continuous"),
        ("7.1.a/trainings", "frequency", "ge", 2, "events", "events", "year"),
        ("7.1.a/persons", "count_min", "ge", 32, "persons", "unique_persons", "year"),
        ("7.1.b/persons", "count_bare", "bare", 18, "persons", "unique_persons", "year"),
        ("7.5.d/families", "count_bare", "bare", 15, "families", "families", "year"),
        ("8.1.c/persons", "count_min", "ge", 20, "persons", "unique_persons", "year"),
        ("8.1.c/money", "funding", "bare", 6820, "eur", "not_stated", "year"),
    ],
)
def test_a_promise_is_read_as_the_source_words_it(
    plan: Plan, target_id: str, kind: str, comparator: str, value: float | None, unit: str, counted: str, period: str
) -> None:
    found = targets(plan)[target_id]
    assert (found.kind, found.comparator, found.value, found.unit, found.counted, found.period.kind) == (
        kind, comparator, value, unit, counted, period
    )  # fmt: skip


def test_a_row_joined_by_and_holds_several_targets(plan: Plan) -> None:
    several = {row.id: len(row.targets) for row in plan.indicators if len(row.targets) > 1}
    two = "1.2.a 1.5.a 6.1.a 6.1.d 6.2.e 7.1.a 7.1.b 7.1.c 7.1.d 7.2.a 7.4.a 7.5.a 7.5.c 7.5.d 8.2.b"
    assert several == {**dict.fromkeys(two.split(), 2), "8.1.c": 3}


def test_the_survey_of_specialists_is_three_steps_in_2026(plan: Plan) -> None:
    survey = targets(plan)["1.3.a/survey"]
    assert survey.period == Period("named_year", 2026)
    assert [step.id for step in survey.steps] == ["survey", "results", "conclusions"]


def test_lengths_and_ages_are_not_targets_of_their_own(plan: Plan) -> None:
    found = targets(plan)
    assert found["1.5.a/conference"].per_event_hours == 6
    assert found["6.2.b/persons"].per_event_hours == 1
    assert found["7.1.a/trainings"].per_event_sessions == 7
    assert found["6.1.a/hours"].ages == (10, 15)


def test_the_source_names_no_kindergarten_so_the_set_has_no_members(plan: Plan) -> None:
    (kindergartens,) = plan.reference_sets
    assert kindergartens.members is None
    assert {each.of_set for each in targets(plan).values()} == {None, kindergartens.id}


def test_a_programme_waits_for_its_leader(plan: Plan) -> None:
    needs = {target.id: target.prerequisite for target in targets(plan).values() if target.prerequisite}
    assert needs == {"6.2.d/persons": "5.5.b/trained", "6.3.b/persons": "5.5.a/trained"}


@pytest.mark.parametrize(("row_id", "short"), AMBIGUOUS.items())
def test_an_ambiguous_row_lists_every_reading_and_asks(plan: Plan, row_id: str, short: str) -> None:
    row, target = plan.indicator(row_id), targets(plan)[f"{row_id}/{short}"]
    assert len(target.readings) >= 2
    first = target.readings[0]
    assert (first.period or target.period, first.value or target.value) == (target.period, target.value)
    labels = [reading.label.lv for reading in target.readings]
    assert any(len(question.options) >= len(labels) for question in row.questions)


def test_only_the_named_rows_can_be_read_in_two_ways(plan: Plan) -> None:
    assert {row.id for row in plan.indicators for target in row.targets if target.readings} == set(AMBIGUOUS)


def test_once_a_month_in_the_year_is_twelve_or_one(plan: Plan) -> None:
    assert [reading.value for reading in targets(plan)["5.2.d/events"].readings] == [12, 1]


def test_every_doubtful_reading_says_what_is_damaged_and_what_else_it_could_be(plan: Plan) -> None:
    for row in plan.indicators:
        if quarters(row, "unsure"):
            assert "Cits lasījums" in (row.reading_note or ""), row.id
            assert "quarters" in {question.id for question in row.questions}, row.id
        if not row.quarters:
            assert row.reading_note, f"{row.id}: a row without marks says so"


def test_every_open_question_names_its_place_and_offers_answers(plan: Plan) -> None:
    for row in plan.indicators:
        for question in row.questions:
            assert question.about.startswith(f"{row.id}, avota {row.source_line}. rinda"), row.id
            assert len(question.options) >= 2, row.id


def test_surely_marked_quarters_end_plan_long_targets_when_the_source_does(plan: Plan) -> None:
    assert plan.indicator("5.1.a").quarters == (Quarter(2025, 2),)
    assert plan.indicator("5.1.b").quarters == (Quarter(2025, 2), Quarter(2025, 3))
    assert quarters(plan.indicator("5.2.a"), "sure") == {2025: [1, 3, 4]}
    assert quarters(plan.indicator("5.2.a"), "unsure") == {2026: [3, 4]}
    assert quarters(plan.indicator("2.1.b"), "unsure") == {2027: [4]}


def test_thirteen_marks_in_twelve_quarters_fill_every_quarter(plan: Plan) -> None:
    row = plan.indicator("6.2.b")
    assert quarters(row, "sure") == dict.fromkeys((2025, 2026, 2027), FULL_YEAR)
    assert "Trīspadsmit" in (row.reading_note or "")


def test_marks_in_money_columns_name_no_quarter(plan: Plan) -> None:
    assert plan.indicator("1.4.c").quarters == ()
    assert quarters(plan.indicator("1.4.a"), "unsure") == {2027: [1]}
    assert quarters(plan.indicator("1.4.b"), "unsure") == {2026: [1], 2027: [2]}


def test_rows_about_victims_or_people_at_risk_are_sensitive(plan: Plan) -> None:
    by_action = {row.id for row in plan.indicators if row.action in SENSITIVE_ACTIONS}
    assert {row.id for row in plan.indicators if row.sensitive} == by_action | SENSITIVE_ROWS


def test_only_the_mentor_service_asks_for_extra_money(plan: Plan) -> None:
    asked = {row.id: dict(row.money.by_year) for row in plan.indicators if row.money.by_year}
    assert asked == {"8.1.c": {2025: 6820, 2026: 6820, 2027: 6820}}
    assert [row.id for row in plan.indicators if not row.money.sources] == ["1.4.c"]


def test_every_institution_answers_for_a_row_and_every_row_has_one(plan: Plan) -> None:
    answering = {name for row in plan.indicators for name in row.responsible}
    assert answering == {institution.id for institution in plan.institutions}


def test_every_text_differs_between_the_languages(plan: Plan) -> None:
    for where, text in (*names(plan), *sentences(plan)):
        assert len({text.lv, text.en, text.ru}) == 3, where
        assert re.search("[а-яА-Я]", text.ru), where
        assert not re.search("[а-яА-Я]", text.lv + text.en), where


def test_names_are_short(plan: Plan) -> None:
    assert {where: text for where, text in names(plan) if max(map(len, (text.lv, text.en, text.ru))) > 110} == {}
    short = [*((row.id, row.name) for row in plan.indicators), *((each.id, each.label) for each in targets(plan).values())]
    assert {where: text for where, text in short if max(map(len, (text.lv, text.en, text.ru))) > 90} == {}


def test_the_reading_guide_lists_every_target_as_the_file_has_it(plan: Plan) -> None:
    rows = re.findall(
        r"^\| `([\d.]+\.[a-z]/\w+)` \| (\w+) \| (\w+) \| (\S+) \| (\w+) \| (\w+) \|", READING.read_text("utf-8"), re.MULTILINE
    )
    told = [(name, kind, comparator, unit, period) for name, kind, comparator, _, unit, period in rows]
    values = {name: value for name, _, _, value, _, _ in rows}
    assert told == [(each.id, each.kind, each.comparator, each.unit, each.period.kind) for each in targets(plan).values()]
    assert values == {each.id: "–" if each.value is None else f"{each.value:g}" for each in targets(plan).values()}

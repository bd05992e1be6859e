"""The national plan's file holds every measure and every line of a policy indicator of its source.

``examples/plan_national_facts.csv`` holds what a count of the source itself gives: where each measure and each indicator line
stands, its half-years, verb, signs and marks, and every number in its columns of results. The source's sentences are not in it.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from questionnaires.plan_conflicts import conflicts_of
from questionnaires.plan_grammar import read_plan
from questionnaires.plan_types import Indicator, Period, Plan, Target
from questionnaires.texts import Text

ROOT = Path(__file__).parents[2]
READING = ROOT / "docs" / "plan-national-reading.md"
FACTS = Path(__file__).parent / "examples" / "plan_national_facts.csv"
NO_TARGETS = {
    "1.5.1": "6 7",
    "1.5.2": "6",
    "2.2.3": "96",
    "2.3.1": "2",
    "2.6.1": "2017 13 338 2009 22 1613",
    "4.1.2": "58",
    "4.1.3": "3 10",
    "4.3.2": "3",
    "4.4.3": "2014 25 157",
    "5.1.1": "2023 2024 2025",
    "5.1.2": "5 6 2001 230 22 12 2009 1600",
    "5.1.3": "22 12 12 2009 1533 27 2017 752 70",
    "5.2.2": "2023 2024 2025",
    "5.2.3": "9 2 2 2023 4 4 3 5 2028 160",
    "5.2.4": "12",
    "5.2.5": "2017 13 338 4",
    "5.3.1": "3",
}
"""Ages, hours, days, numbers of laws, sections and list points: numbers above 1 of the source that promise nothing."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(ROOT / "questionnaires" / "plans" / "latvia-2022-2025" / "1.yaml")


@pytest.fixture(scope="module")
def facts() -> list[dict[str, str]]:
    with FACTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def of(plan: Plan, kind: str) -> list[Indicator]:
    return [row for row in plan.indicators if row.kind == kind]


def targets(plan: Plan) -> dict[str, Target]:
    return {target.id: target for row in plan.indicators for target in row.targets}


def numbers(row: Indicator) -> Counter[float]:
    return Counter(number for target in row.targets for number in (target.value, target.upper) if number is not None)


def names(plan: Plan) -> Iterator[tuple[str, Text]]:
    """Every name that a page shows, with where it stands."""
    yield "plan", plan.title
    yield from ((each.id, each.name) for each in plan.institutions if each.id != "zz_dats")
    yield from plan.audiences
    yield from ((each.id, each.name) for each in plan.measured)
    yield from ((f"goal {each.number}", each.title) for each in plan.goals if each.title)
    yield from ((each.number, each.title) for each in plan.actions)
    for row in plan.indicators:
        yield row.id, row.name
        for target in row.targets:
            yield target.id, target.label
            yield from ((f"{target.id}, {step.id}", step.label) for step in target.steps)
            yield from ((f"{target.id}, {reading.id}", reading.label) for reading in target.readings)
        yield from ((f"{row.id}, {question.id}", option) for question in row.questions for option in question.options)


def test_the_plan_holds_93_measures_and_73_lines_that_name_37_different_indicators(plan: Plan) -> None:
    measures, lines = of(plan, "measure"), of(plan, "policy_indicator")
    assert (len(measures), len(lines), len({row.measured_as for row in lines}), len(plan.measured)) == (93, 73, 37, 37)
    assert (plan.starts, plan.ends) == (date(2022, 1, 1), date(2025, 12, 31))


def test_every_row_stands_at_the_line_where_the_source_has_it(plan: Plan, facts: list[dict[str, str]]) -> None:
    assert [(str(row.source_line), row.id if row.kind == "measure" else "") for row in plan.indicators] == [
        (fact["line"], fact["row"]) for fact in facts
    ]


def test_each_direction_holds_its_measures_and_lines(plan: Plan) -> None:
    assert Counter(row.id[0] for row in of(plan, "measure")) == {"1": 32, "2": 23, "3": 7, "4": 20, "5": 11}
    lines = Counter(row.id[0] for row in of(plan, "policy_indicator"))
    assert lines == {"0": 36, "1": 5, "2": 5, "3": 11, "4": 12, "5": 4}


def test_lines_of_one_indicator_stand_in_the_front_and_in_its_direction(plan: Plan) -> None:
    places: dict[str, list[str]] = {}
    for row in of(plan, "policy_indicator"):
        places.setdefault(row.measured_as or "", []).append(row.id[0])
    assert {name: found for name, found in places.items() if found[0] != "0" or len(found) != 2} == {
        "endangered": ["0", "2", "3"],
        "mother_only": ["0"],
        "imprisoned": ["4"],
    }


def test_targets_are_of_these_kinds(plan: Plan) -> None:
    kinds = {
        kind: Counter(target.kind for row in of(plan, kind) for target in row.targets)
        for kind in ("measure", "policy_indicator")
    }
    assert kinds["policy_indicator"] == {"delta_down": 39, "delta_up": 32, "trend_up": 2, "trend_down": 2}
    assert kinds["measure"] == {
        "count_bare": 59, "deliverable": 58, "measure_only": 8, "series": 7, "frequency": 5, "count_min": 3, "provision": 3,
        "approximate": 3, "range": 2, "count_max": 1, "text_only": 1,
    }  # fmt: skip


def test_every_half_year_of_the_source_is_the_period_of_its_row(plan: Plan, facts: list[dict[str, str]]) -> None:
    wanted = {fact["row"]: fact for fact in facts if fact["what"] == "measure"}
    for row in of(plan, "measure"):
        fact = wanted[row.id]
        halves = fact["half_years"].split()
        for target in row.targets:
            period = target.period
            if row.id == "5.2.3" or period.kind == "named_year" or (row.id, target.id) == ("3.3.1", "3.3.1/contest"):
                continue
            if fact["deadline"] == "by":
                assert period == Period("by", day=ends(halves[0])), target.id
            else:
                assert (period.day or period.since) == begins(halves[0]), target.id
                assert period.until == (ends(halves[1]) if len(halves) > 1 else None), target.id
            assert not fact["every_year"] or period.kind == "year", target.id


def begins(half: str) -> date:
    return date(int(half[:4]), 1 if half[-1] == "1" else 7, 1)


def ends(half: str) -> date:
    return date(int(half[:4]), 6, 30) if half[-1] == "1" else date(int(half[:4]), 12, 31)


def test_every_number_of_a_target_stands_in_the_source_and_every_other_number_is_known_for_what_it_is(
    plan: Plan, facts: list[dict[str, str]]
) -> None:
    found = {
        fact["row"]: Counter(float(each) for each in fact["numbers"].split()) for fact in facts if fact["what"] == "measure"
    }
    assert {row.id: numbers(row) - found[row.id] for row in of(plan, "measure") if numbers(row) - found[row.id]} == {}
    left = {row.id: found[row.id] - numbers(row) for row in of(plan, "measure")}
    above_one = {row: sorted(number for number in rest.elements() if number != 1) for row, rest in left.items()}
    assert {row: rest for row, rest in above_one.items() if rest} == {
        row: sorted(float(each) for each in rest.split()) for row, rest in NO_TARGETS.items()
    }


def test_verb_sign_mark_and_size_of_every_indicator_line_are_those_of_the_source(
    plan: Plan, facts: list[dict[str, str]]
) -> None:
    lines = [fact for fact in facts if fact["what"] == "indicator"]
    for row, fact in zip(of(plan, "policy_indicator"), lines, strict=True):
        assert [target.value for target in row.targets if target.value is not None] == [
            float(n) for n in fact["numbers"].split()
        ]
        for target in row.targets:
            written = target.written
            assert target.comparator.endswith(f"_{fact['verb']}"), target.id
            assert ((written and written.sign) or "", (written and written.mark) or "") == (fact["sign"], fact["mark"]), (
                target.id
            )


def test_signs_and_marks_of_the_source_contradict_no_verb_and_no_other_line(plan: Plan) -> None:
    assert conflicts_of(plan) == ()
    marked = [target.id for target in targets(plan).values() if target.written and target.written.mark]
    assert len(marked) == 11, "pictures of the direction, not limits"


def test_no_indicator_has_a_baseline_in_the_source(plan: Plan) -> None:
    assert [target.id for target in targets(plan).values() if target.baseline] == []


def test_an_indicator_has_one_unit_one_sensitivity_and_the_same_targets_in_every_line(plan: Plan) -> None:
    said: dict[str, set[tuple[object, ...]]] = {}
    for row in of(plan, "policy_indicator"):
        facts = tuple((t.comparator, t.value, t.unit, t.audience, t.id.rpartition("/")[2]) for t in row.targets)
        said.setdefault(row.measured_as or "", set()).add((row.sensitive, facts))
    assert {name: found for name, found in said.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("target_id", "kind", "comparator", "value", "unit", "period"),
    [
        ("1.1.3/methods", "deliverable", "exists", None, "steps", Period("by", day=date(2023, 12, 31))),
        ("1.1.4/supported", "count_bare", "bare", 750, "persons", Period("year", since=date(2024, 1, 1))),
        ("1.5.1/number", "count_min", "ge", 6, "items", Period("by", day=date(2025, 12, 31))),
        ("1.6.3/supervisions", "frequency", "bare", 720, "events", Period("year", since=date(2023, 7, 1))),
        ("2.3.3/projects", "count_max", "le", 9, "items", Period("from", day=date(2023, 7, 1))),
        (
            "2.4.4/programmes",
            "count_bare",
            "bare",
            13,
            "programmes",
            Period("from", day=date(2022, 7, 1), until=date(2023, 6, 30)),
        ),
        ("2.5.3/surveys", "range", "between", 1, "items", Period("from", day=date(2022, 7, 1))),
        (
            "3.1.1/families",
            "count_bare",
            "bare",
            377,
            "families",
            Period("from", day=date(2022, 1, 1), until=date(2023, 12, 31)),
        ),
        ("4.3.1/programmes", "measure_only", "none", None, "programmes", Period("from", day=date(2023, 1, 1))),
        ("5.1.1/guardians_2023", "series", "bare", 1445, "persons", Period("named_year", 2023)),
        ("5.1.1/guardians_2025", "series", "bare", 1000, "persons", Period("named_year", 2025)),
        ("5.1.2/paid", "approximate", "approx", 2700, "persons", Period("from", day=date(2023, 1, 1))),
        ("5.2.3/groups", "range", "between", 5, "items", Period("by", day=date(2027, 12, 31))),
        ("0.p.11/change", "delta_up", "delta_up", 130, "persons", Period("not_stated")),
        ("2.p.1/change", "delta_down", "delta_down", 0.8, "percent", Period("not_stated")),
        ("4.p.6/change", "trend_down", "trend_down", None, "persons", Period("not_stated")),
    ],
)
def test_a_promise_is_read_as_the_source_words_it(
    plan: Plan, target_id: str, kind: str, comparator: str, value: float | None, unit: str, period: Period
) -> None:
    found = targets(plan)[target_id]
    assert (found.kind, found.comparator, found.value, found.unit, found.period) == (kind, comparator, value, unit, period)


def test_boys_and_girls_are_two_targets_of_one_line(plan: Plan) -> None:
    for row in (plan.indicator("0.p.2"), plan.indicator("1.p.2")):
        assert [(target.audience, target.value) for target in row.targets] == [("boys", 0.2), ("girls", 0.3)]


def test_what_is_lost_stays_lost_and_says_so(plan: Plan) -> None:
    lost = {goal.number: goal for goal in plan.goals if goal.lost}
    assert list(lost) == ["1", "6"]
    assert all(goal.note and goal.title for goal in lost.values())
    assert [row.id for row in plan.indicators if row.action in {"1.1", "6.1"}] == ["1.1.3", "1.1.4", "1.1.5"]


def test_every_row_of_a_measure_has_a_body_and_every_body_a_row(plan: Plan) -> None:
    named = {name for row in plan.indicators for name in (*row.responsible, *row.co_responsible)}
    assert named == {institution.id for institution in plan.institutions}
    assert all(row.responsible for row in of(plan, "measure"))
    assert not [row.id for row in plan.indicators if set(row.responsible) & set(row.co_responsible)]


def test_a_number_that_can_be_read_two_ways_lists_the_readings_and_asks(plan: Plan) -> None:
    several = {
        row.id: {t.id for t in row.targets if t.readings} for row in plan.indicators if any(t.readings for t in row.targets)
    }
    children_or_families = [row for row in several if row[:2] == "1."]
    assert len(children_or_families) == 10
    assert set(several) - set(children_or_families) == {"2.2.3", "3.1.3", "5.2.2"}
    for row_id in several:
        assert any(len(question.options) > 1 for question in plan.indicator(row_id).questions), row_id


def test_every_question_about_a_line_names_one_of_its_row(plan: Plan) -> None:
    starts = [row.source_line for row in plan.indicators] + [1236]
    for at, row in enumerate(plan.indicators):
        for question in row.questions:
            for line in re.findall(
                r"(\d{2,4})\.(?=[^.]* rind| un | ?–)", question.about.partition("avota")[2].partition(":")[0]
            ):
                assert row.source_line <= int(line) < starts[at + 1], (row.id, question.about)


def test_money_names_its_european_programme_but_no_amount(plan: Plan) -> None:
    assert not [row.id for row in plan.indicators if row.money.by_year]
    sources = Counter(source for row in plan.indicators for source in row.money.sources)
    assert sources["ESF+ 4.3.6.4"] == 8
    assert sources["ESF 9.2.1.3"] == 2


def test_every_text_differs_between_the_languages(plan: Plan) -> None:
    questions = [(f"{row.id}, {each.id}", each.text) for row in plan.indicators for each in row.questions]
    for where, text in (*names(plan), *questions, *((each.id, each.text) for each in plan.questions)):
        assert len({text.lv, text.en, text.ru}) == 3, where
        assert re.search("[а-яА-Я]", text.ru), where
        assert not re.search("[а-яА-Я]", text.lv + text.en), where


def test_names_are_short(plan: Plan) -> None:
    assert {where: text for where, text in names(plan) if max(map(len, (text.lv, text.en, text.ru))) > 90} == {}


def test_ids_fit_where_events_keep_them(plan: Plan) -> None:
    assert max(map(len, (*(row.id for row in plan.indicators), *(each.id for each in plan.measured)))) <= 16


def test_the_reading_guide_lists_every_target_as_the_file_has_it(plan: Plan) -> None:
    rows = re.findall(
        r"^\| `([\d.p]+/\w+)` \| (\w+) \| (\w+) \| (\S+) \| (\w+) \| (\w+) \|", READING.read_text("utf-8"), re.MULTILINE
    )
    assert rows == [
        (each.id, each.kind, each.comparator, "–" if each.value is None else f"{each.value:g}", each.unit, each.period.kind)
        for each in targets(plan).values()
    ]

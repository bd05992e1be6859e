"""The history that we ship holds every task, degree and figure of the final report that it was read from.

``history_extract.csv`` holds the numbers of the report, line by line, in figures or words; years, dates, and numbers of laws,
documents and list entries were left aside when it was made. A number with a reason in ``left_out`` is no figure of the work
(docs/plan-history-reading.md names the reasons); every other one has to stand in the file, at that line.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from questionnaires.history_grammar import read_history
from questionnaires.history_types import BudgetFact, FigurePoint, History, Series
from questionnaires.library import find_history, histories
from questionnaires.texts import Text

ROOT = Path(__file__).parents[2]
EXTRACT = Path(__file__).parent / "history_extract.csv"
GUIDE = ROOT / "docs" / "plan-history-reading.md"
LONGEST_NAME = 100
LONGEST_TEXT = 190


@pytest.fixture(scope="module")
def history() -> History:
    return read_history(find_history("child-crime-prevention-2013-2019"))


def extract() -> list[tuple[int, float, str]]:
    """Return line, number and, for what is no figure of the work, why it was left out."""
    with EXTRACT.open(encoding="utf-8", newline="") as file:
        return [(int(row["line"]), float(row["number"]), row["left_out"]) for row in csv.DictReader(file)]


def figures(history: History) -> Iterator[tuple[int, float]]:
    """Every number of the file with its line in the report, repetitions included."""
    for series in history.series:
        for point in series.points:
            for line in (point.line, *point.also):
                yield line, point.value
                if point.part is not None:
                    yield line, point.part
            if point.against:
                yield point.against.line, point.against.value
    for task in history.tasks:
        for money in task.budget:
            yield from ((money.line, number) for number in amounts(money))


def amounts(money: BudgetFact) -> Iterator[float]:
    yield from (number for number in (money.eur, money.lats, money.total_eur, money.total_lats) if number is not None)


def series(history: History, name: str) -> Series:
    (found,) = [each for each in history.series if each.id == name]
    return found


def values(history: History, name: str) -> dict[int, float]:
    return {point.first: point.value for point in series(history, name).yearly}


def texts(history: History) -> Iterator[tuple[str, Text]]:
    """Every text that a page shows, with where it stands."""
    yield from ((each.id, each.name) for each in history.institutions)
    yield from ((f"direction {each.number}", each.title) for each in history.directions)
    yield "title", history.title
    for task in history.tasks:
        yield f"task {task.number}", task.name
        yield f"course of task {task.number}", task.course
        yield from ((f"fact of task {task.number}", fact.text) for fact in task.facts)
        yield from ((f"deadline of task {task.number}", each.part) for each in task.deadlines if each.part)
        yield from ((f"budget of task {task.number}", each.about) for each in task.budget if each.about)
    for each in history.series:
        yield f"series {each.id}", each.name
        yield from ((f"series {each.id}", text) for text in (each.part, each.note, *each.breaks.values()) if text)


def test_every_number_of_the_report_stands_in_the_file_at_its_line_and_none_was_added(history: History) -> None:
    told = {(line, number) for line, number, left_out in extract() if left_out in {"", "described"}}
    recorded = set(figures(history))
    assert recorded - told == set(), "numbers that the report does not hold at that line"
    assert told - recorded == set(), "numbers of the report that the file leaves out"


def test_what_was_left_out_has_one_of_the_reasons_that_the_guide_explains() -> None:
    reasons = {left_out for *_, left_out in extract()} - {""}
    assert reasons == set(re.findall(r"^- `(\w+)`", GUIDE.read_text("utf-8"), re.MULTILINE))


def test_there_are_49_tasks_in_the_order_of_the_report(history: History) -> None:
    assert [task.number for task in history.tasks] == list(range(1, 50))
    lines = [task.line for task in history.tasks]
    assert lines == sorted(lines)
    assert (lines[0], lines[-1]) == (10, 1382)
    assert Counter(task.direction for task in history.tasks) == {"1": 35, "2": 14}


def test_lines_of_a_task_stand_between_it_and_the_next(history: History) -> None:
    ends = [task.line for task in history.tasks[1:]] + [1396]
    for task, end in zip(history.tasks, ends, strict=True):
        lines = [*(each.line for each in task.deadlines), *(each.line for each in task.budget)]
        lines += [*(each.line for each in task.facts), task.degree.line]
        assert all(task.line <= line < end for line in lines), task.number
        own = [point.line for each in history.series if each.task == task.number for point in each.points]
        assert all(task.line <= line < end for line in own), task.number


def test_degrees_are_those_of_the_report_with_its_three_ways_to_write_partly(history: History) -> None:
    assert Counter(task.degree.degree for task in history.tasks) == {"done": 44, "partial": 3, "not_done": 2}
    partly = {task.number: task.degree.written for task in history.tasks if task.degree.degree == "partial"}
    assert partly == {12: ("Daļēji izpildīts",), 15: ("Izpildīts", "daļēji"), 37: ("Izpildīts daļēji",)}
    assert {task.degree.written for task in history.tasks if task.degree.degree == "done"} == {("Izpildīts",)}
    assert [task.number for task in history.tasks if task.degree.degree == "not_done"] == [7, 8]


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("late", [1, 24, 35, 37, 41, 48, 49]),
        ("substituted", [1, 12, 35, 49]),
        ("money_refused", [7, 8, 11, 12, 17, 35]),
        ("undated", [25, 39]),
        ("contradiction", [4, 5, 12, 20, 26, 37, 40, 43]),
    ],
)
def test_what_the_word_of_the_degree_hides_stands_beside_it(history: History, kind: str, numbers: list[int]) -> None:
    assert [task.number for task in history.tasks if task.has(kind)] == numbers


def test_refused_money_is_said_of_the_task_and_of_its_budget_alike(history: History) -> None:
    for task in history.tasks:
        assert task.has("money_refused") == any(money.kind == "refused" for money in task.budget), task.number


def test_planned_money_adds_up_as_the_report_says(history: History) -> None:
    planned = [money for task in history.tasks for money in task.budget if money.kind == "extra_planned" and money.total_eur]
    assert [(money.eur, len(money.years), money.total_eur) for money in planned] == [
        (31226, 5, 156130), (15652, 5, 78260), (14229, 6, 85374)
    ]  # fmt: skip
    assert all((money.eur or 0) * len(money.years) == money.total_eur for money in planned)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("events_traffic", {2013: 316, 2014: 805, 2015: 880, 2016: 546, 2017: 498, 2018: 614}),
        ("events_internet", {2014: 61, 2015: 317, 2016: 178, 2017: 162, 2018: 590}),
        ("events_property", {2014: 170, 2015: 283, 2016: 194, 2017: 65}),
        ("inspectorate_trained", {2013: 602, 2014: 681, 2015: 562}),
        ("probation_child_rights", {2016: 114, 2017: 64, 2018: 36, 2019: 7}),
        ("youth_trained", {2013: 421, 2014: 373, 2015: 345, 2016: 384, 2017: 63}),
        ("youth_work_trained", {2013: 486, 2014: 212, 2015: 291, 2016: 323, 2017: 42}),
        ("conferences", {2013: 22, 2014: 44, 2015: 23, 2016: 80, 2017: 54, 2018: 63, 2019: 65}),
        ("consultations", {2016: 751, 2017: 841, 2018: 607, 2019: 638}),
        ("mediation_events", {2013: 134, 2018: 53, 2019: 54}),
        ("police_press", {2017: 0, 2018: 1, 2019: 2}),
    ],
)
def test_a_series_holds_the_years_that_the_report_tells_and_no_other(
    history: History, name: str, expected: dict[int, float]
) -> None:
    assert values(history, name) == expected


def test_parts_add_up_to_the_whole_where_the_report_gives_both(history: History) -> None:
    years = [point for point in series(history, "youth_specialists").points if not point.of_one_year]
    assert [point.value for point in years] == [sum(values(history, "youth_specialists").values())]
    test = [values(history, f"net_test_{part}")[2018] for part in ("pupils", "third", "sixth", "latvian", "russian")]
    assert test[0] == test[1] + test[2] == test[3] + test[4]
    summer = series(history, "summer_events").points[0]
    assert summer.value == 269 + 316 + (summer.part or 0)


def test_figures_that_contradict_each_other_are_both_there(history: History) -> None:
    disputed: dict[str, FigurePoint] = {
        each.id: point for each in history.series for point in each.points if point.against is not None
    }
    assert {name: (point.value, point.against and point.against.value) for name, point in disputed.items()} == {
        "rooms_made": (10, 9), "police_press": (0, 1)
    }  # fmt: skip


def test_small_numbers_of_people_in_a_weak_position_are_marked(history: History) -> None:
    assert {each.id for each in history.series if each.sensitive} == {
        "excluded_youth", "conferences_guardians", "programme_clients", "school_violence_reports"
    }  # fmt: skip


def test_every_institution_has_a_task(history: History) -> None:
    named = {name for task in history.tasks for name in (*task.responsible, *task.involved)}
    assert named == {each.id for each in history.institutions}


def test_every_text_is_ours_in_three_languages_and_short(history: History) -> None:
    for where, text in texts(history):
        assert len({text.lv, text.en, text.ru}) == 3, where
        assert re.search("[а-яА-Я]", text.ru), where
        assert not re.search("[а-яА-Я]", text.lv + text.en), where
        assert max(map(len, (text.lv, text.en, text.ru))) <= LONGEST_TEXT, where
    for name in [*(task.name for task in history.tasks), *(each.name for each in history.series)]:
        assert max(map(len, (name.lv, name.en, name.ru))) <= LONGEST_NAME, name.lv


def test_the_guide_gives_the_counts_as_they_are(history: History) -> None:
    guide = GUIDE.read_text("utf-8")
    several = [each for each in history.series if len(each.yearly) > 1]
    points = [point for each in history.series for point in each.points]
    for count, what in (
        (len(history.tasks), "tasks"),
        (len(history.series), "series"),
        (len(several), "of them with more than one year"),
        (len(points), "figures"),
        (sum(len(task.facts) for task in history.tasks), "facts"),
        (len(extract()), "numbers"),
        (sum(not left_out for *_, left_out in extract()), "of them figures"),
    ):
        assert f"{count} {what}" in guide, what


def test_the_shipped_history_is_found_by_its_name() -> None:
    assert histories() == ("child-crime-prevention-2013-2019",)

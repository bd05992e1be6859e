"""A history file is read whole, or refused with every problem, its line and how to mend it."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.history_grammar import is_history, parse_history, read_history
from questionnaires.history_types import UNITS, BudgetFact, Deadline, Fact, FigurePoint, ReportedDegree
from questionnaires.messages import HISTORY
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.texts import Text

EXAMPLES = Path(__file__).parent / "examples"
EXAMPLE = (EXAMPLES / "history.yaml").read_text(encoding="utf-8")


def problems_of(text: str) -> tuple[Problem, ...]:
    """Return the problems for which *text* is refused, none if it is read."""
    try:
        parse_history(text, "h.yaml")
    except FileRefusedError as refused:
        return refused.problems
    return ()


def edited(old: str, new: str) -> str:
    assert old in EXAMPLE, f"the example does not hold {old!r}"
    return EXAMPLE.replace(old, new, 1)


def test_a_task_is_read_with_all_that_the_report_says_of_it() -> None:
    history = parse_history(EXAMPLE, "h.yaml")
    task, study = history.tasks
    assert (history.id, history.version, history.first_year, history.last_year) == ("town-history-2013-2015", 1, 2013, 2015)
    assert (task.number, task.line, task.responsible, task.involved) == (1, 2, ("police",), ("schools",))
    assert task.deadlines == (
        Deadline(3, date(2013, 1, 1), date(2015, 12, 31)),
        Deadline(4, months=(2, 8), part=Text("pārskats", "review", "обзор")),
    )
    each_year = Text("katru gadu", "each year", "каждый год")
    assert task.budget[1] == BudgetFact("extra_planned", 6, (2014, 2015), 1422.87, 1000, 2845.74, 2000, each_year)
    assert task.degree == ReportedDegree("partial", ("Izpildīts", "daļēji"), 7)
    assert task.facts == (Fact("late", 8, Text("Pēc termiņa.", "After the deadline.", "После срока.")),)
    assert (task.has("late"), task.has("substituted"), study.facts) == (True, False, ())


def test_figures_stand_in_the_order_of_time_whatever_the_order_of_the_file() -> None:
    lessons, share = parse_history(EXAMPLE, "h.yaml").series
    assert [(point.first, point.last) for point in lessons.points] == [(2013, 2013), (2013, 2015), (2014, 2014), (2015, 2015)]
    assert [point.first for point in lessons.yearly] == [2013, 2014, 2015]
    assert lessons.points[0] == FigurePoint(2013, 2013, 10, 14, part=4, also=(20,))
    assert (lessons.unit, share.unit, share.sensitive, list(lessons.breaks)) == ("events", "percent", True, [2015])
    school, each = share.points
    assert (school.school_year, school.of_one_year, each.a_year, each.of_one_year) == (True, True, True, False)


def test_a_zero_and_what_contradicts_it_are_both_kept() -> None:
    zero = parse_history(EXAMPLE, "h.yaml").series[0].yearly[1]
    assert zero.value == 0
    assert zero.against is not None
    assert (zero.against.value, zero.against.line, zero.against.note.en) == (1, 18, "one is described")


def test_every_kind_of_figure_has_a_unit() -> None:
    assert set(UNITS.values()) == {"persons", "events", "institutions", "items", "times", "eur", "percent"}


def test_a_history_is_told_from_a_plan_and_read_from_its_path(tmp_path: Path) -> None:
    assert is_history(EXAMPLE)
    assert not is_history((EXAMPLES / "plan.yaml").read_text(encoding="utf-8"))
    path = tmp_path / "1.yaml"
    path.write_text(EXAMPLE, encoding="utf-8")
    assert read_history(path) == parse_history(EXAMPLE, "h.yaml")


REFUSED = [
    ("years_backwards", "last_year: 2015", "last_year: 2012", "last_year"),
    ("too_small", "first_year: 2013", "first_year: 213", "first_year"),
    ("duplicate_id", "  - number: 2", "  - number: 1", "tasks[2].number"),
    ("unknown_reference", 'direction: "1"', 'direction: "3"', "tasks[1].direction"),
    ("unknown_reference_near", "responsible: [police]", "responsible: [polic]", "tasks[1].responsible[1]"),
    ("empty_list", "responsible: [police]", "responsible: []", "tasks[1].responsible"),
    ("deadline_form", "{months: [2, 8], line: 4", "{line: 4", "deadlines[2]"),
    ("deadline_form", "{from: 2013-01-01, until: 2015-12-31", "{from: 2013-01-01", "deadlines[1]"),
    ("deadline_form", "{months: [2, 8]", "{months: [2, 8], from: 2013-01-01, until: 2013-12-31", "deadlines[2]"),
    ("deadline_backwards", "until: 2015-12-31", "until: 2012-12-31", "deadlines[1].until"),
    ("impossible_date", "until: 2015-12-31", "until: 2015-02-29", "deadlines[1].until"),
    ("too_big", "months: [2, 8]", "months: [2, 13]", "deadlines[2].months[2]"),
    ("unknown_word", "kind: extra_planned", "kind: xyz", "budget[2].kind"),
    ("not_a_number", "eur: 1422.87", "eur: .nan", "budget[2].eur"),
    ("not_a_number", "eur: 1422.87", 'eur: "1 422,87"', "budget[2].eur"),
    ("unknown_word", "is: not_done", "is: failed", "tasks[2].degree.is"),
    ("empty_list", 'written: ["Nav izpildīts"]', "written: []", "tasks[2].degree.written"),
    ("unknown_word_near", "kind: late", "kind: latte", "facts[1].kind"),
    ("translation_missing", ', ru: "После срока."', "", "facts[1].text"),
    ("missing_key", "kind: late, line: 8", "kind: late", "facts[1]"),
    ("unknown_reference", "task: 1", "task: 7", "series[lessons].task"),
    ("unknown_word_near", "counted: lessons", "counted: lesson", "series[lessons].counted"),
    ("duplicate_id", "  - id: share", "  - id: lessons", "series[2].id"),
    ("point_when", "{year: 2015, value: 30", "{value: 30", "points[1]"),
    ("point_when", "{year: 2015, value: 30", "{year: 2015, school_year: 2015, value: 30", "points[1]"),
    ("duplicate_id", "{year: 2015, value: 30", "{year: 2013, value: 30", "points[2]"),
    ("years_form", "{years: [2013, 2015], value: 40", "{years: [2015, 2013], value: 40", "points[4].years"),
    ("years_form", "{years: [2013, 2015], value: 40", "{years: [2013, 2014, 2015], value: 40", "points[4].years"),
    ("too_few", "{years: [2013, 2015], value: 40", "{years: [2013], value: 40", "points[4].years"),
    ("not_whole", "value: 30", "value: 30.5", "points[1].value"),
    ("not_whole", "value: 30", "value: .inf", "points[1].value"),
    ("too_small", "value: 30", "value: -30", "points[1].value"),
    ("too_big", "value: 59.6", "value: 159.6", "points[1].value"),
    ("part_without_name", '    part: {lv: "bērnudārzos"', '    # part: {lv: "bērnudārzos"', "points[2].part"),
    ("part_above_value", "part: 4", "part: 14", "points[2].part"),
    ("against_same", "against: {value: 1", "against: {value: 0", "points[3].against.value"),
    ("break_without_point", '      2015: {lv: "skaitītas', '      2016: {lv: "skaitītas', "breaks.2016"),
    ("break_without_point", '      2015: {lv: "skaitītas', '      2013: {lv: "skaitītas', "breaks.2013"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "old", "new", "key"), REFUSED)
def test_a_mistake_is_named_with_its_place(code: str, old: str, new: str, key: str) -> None:
    found = problems_of(edited(old, new))
    assert code in {problem.code for problem in found}, found
    (problem, *_) = [problem for problem in found if problem.code == code]
    assert problem.key.endswith(key), problem.key
    assert problem.line


def test_every_message_of_histories_is_shown_by_a_mistake() -> None:
    assert {code for code, *_ in REFUSED} >= set(HISTORY)


def test_several_mistakes_are_named_at_once_in_the_order_of_the_file() -> None:
    text = edited("is: not_done", "is: failed").replace("value: 30,", "value: x,", 1).replace("line: 3}", "line: 0}", 1)
    found = problems_of(text)
    assert [problem.code for problem in found] == ["too_small", "unknown_word", "not_whole"]
    lines = text.splitlines()
    told = [lines[(problem.line or 0) - 1] for problem in found]
    assert ["line: 0}" in told[0], "is: failed" in told[1], "value: x," in told[2]] == [True, True, True]


@given(st.sampled_from([line for line in EXAMPLE.splitlines() if line and not line.startswith("#")]), st.booleans())
def test_a_file_with_a_line_missing_is_read_or_refused_but_never_ends_in_an_error(line: str, doubled: bool) -> None:  # noqa: FBT001
    problems_of(EXAMPLE.replace(f"{line}\n", f"{line}\n{line}\n" if doubled else "", 1))


@given(st.text(max_size=40), st.sampled_from(["30", "2013-01-01", "police", "[2, 8]", "59.6", "partial"]))
def test_whatever_stands_in_place_of_a_value_is_read_or_refused(found: str, old: str) -> None:
    problems_of(EXAMPLE.replace(old, found, 1))

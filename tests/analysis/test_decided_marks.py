"""Marked quarters that a decision names: read from the answer, in the place of the marks that were read from the source."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.decided import DecidedProgress, Said, judge_decided
from analysis.decided_marks import option_marks, quarters_in
from analysis.statements import Answer
from questionnaires.plan_grammar import read_plan
from questionnaires.plan_types import OpenQuestion, Quarter
from questionnaires.texts import LANGUAGES
from tests.analysis.plans import ROW, at_least, day, event, plan, row, text

FIRST, LATER = Quarter(2025, 2), Quarter(2027, 1)
ASKED = OpenQuestion(
    "quarters", "line 1", text("In which quarters?"), (text("2025 Q2"), text("2025 Q2; 2027 Q1"), text("None"))
)
UNSURE = replace(row(at_least(40), quarters=(replace(FIRST, sureness="unsure"),)), questions=(ASKED,))
HELD = (event("2026-03-01", "1", unique_persons=40),)


def answered(option: int | None, words: str | None = None) -> DecidedProgress:
    """Judge the row on a day in 2026 with its question answered in this way."""
    answer = Answer(
        row=ROW, question="quarters", option=option, words=words, body="cooperation_group", day=date(2026, 1, 5), minutes="No 1"
    )
    return judge_decided(plan(UNSURE), HELD, [Said(answer, "anna@example.org")], day("2026-06-01"))


@pytest.mark.parametrize(
    ("option", "words", "marks", "ends"),
    [
        (1, None, (FIRST,), "2025-06-30"),
        (2, None, (FIRST, LATER), "2027-03-31"),
        (3, None, (), "2027-12-31"),
        (None, "2026. gada 1. ceturksnis", (Quarter(2026, 1),), "2026-03-31"),
    ],
)
def test_the_answer_marks_the_quarters_so_that_the_work_is_due_and_late_by_them(
    option: int | None, words: str | None, marks: tuple[Quarter, ...], ends: str
) -> None:
    found = answered(option, words)
    assert found.decided.plan.indicators[0].quarters == marks
    [judged] = found.progress.targets
    assert judged.window_end == day(ends)
    assert judged.timing == ("late" if ends < "2026-03-01" else "on_time")
    assert set(found.decided.marks) == {ROW}


@pytest.mark.parametrize("words", ["when the leader is trained", "2026", "2026 Q5", "Q1", "2031 Q1", "2026 Q1 perhaps"])
def test_own_words_that_name_more_or_less_than_quarters_of_the_plan_leave_the_marks_as_read(words: str) -> None:
    found = answered(None, words)
    assert found.decided.plan.indicators[0].quarters == UNSURE.quarters
    assert not found.decided.marks


def test_without_an_answer_and_under_another_question_the_marks_stay_as_read() -> None:
    assert judge_decided(plan(UNSURE), HELD, [], day("2026-06-01")).decided.plan.indicators[0].quarters == UNSURE.quarters
    other = replace(ASKED, id="who")
    assert option_marks(other) == (None, None, None)
    never = replace(ASKED, options=(text("Every year"), text("Once")))
    assert option_marks(never) == (None, None)


@given(st.dictionaries(st.integers(2020, 2039), st.sets(st.integers(1, 4), min_size=1), min_size=1, max_size=4))
def test_quarters_are_read_back_however_they_are_written(marks: dict[int, set[int]]) -> None:
    wanted = tuple(Quarter(year, each) for year in sorted(marks) for each in sorted(marks[year]))
    cell = "; ".join(f"{year}: {', '.join(map(str, sorted(each)))}" for year, each in marks.items())
    english = "; ".join(f"{year} " + " and ".join(f"Q{each}" for each in sorted(found)) for year, found in marks.items())
    latvian = "; ".join(f"{year}. gada {' un '.join(f'{each}.' for each in found)} ceturksnis" for year, found in marks.items())
    assert quarters_in(cell) == quarters_in(english) == quarters_in(latvian) == wanted


def test_every_option_of_the_plan_of_cesis_marks_the_same_quarters_in_each_language_and_the_first_is_what_was_read() -> None:
    path = Path("questionnaires/plans/cesis-2025-2027/1.yaml")
    asked = [
        (row, question, option_marks(question))
        for row in read_plan(path).indicators
        for question in row.questions
        if question.id == "quarters"
    ]
    marking = [each for each in asked if None not in each[2]]
    assert len(marking) > 15
    for read, question, marks in marking:
        assert marks[0] == tuple(replace(each, sureness="sure") for each in read.quarters), read.id
        for option, mark in zip(question.options, marks, strict=True):
            for language in LANGUAGES:
                assert (quarters_in(option.get(language)) or ()) == mark, (read.id, option)

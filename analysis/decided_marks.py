"""Marked quarters as decided: what a row's answered question about its quarters puts in the place of the marks as read."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from analysis.statements import Answer, Statement
from questionnaires.plan_rows import quarter_days
from questionnaires.plan_types import Indicator, OpenQuestion, Plan, Quarter

QUESTION: Final = "quarters"
"""The name that a plan gives to the question of a row in which quarters its work is planned."""

_WORD: Final = re.compile(r"[^\W\d_]+")
_NUMBER: Final = re.compile(r"[0-9]+")
_YEAR: Final = re.compile(r"20[0-9]{2}")
_WORDS: Final = frozenset(
    {"gada", "gadā", "ceturksnis", "ceturksnī", "ceturkšņi", "ceturkšņos", "un", "q", "quarter", "quarters", "and"}
    | {"кв", "квартал", "кварталы", "г", "года", "и"}
)


def quarters_in(text: str) -> tuple[Quarter, ...] | None:
    """Return the quarters that *text* names and nothing else, such as "2025 Q1 and Q3; 2026 Q1"; None if it says otherwise.

    Each part between semicolons holds one year and its quarters, in the words of any of the three languages or with none, as
    the cells of a plan's workbook have them (``2025: 1, 3; 2026: 1``).
    """
    found: set[tuple[int, int]] = set()
    for part in text.strip().rstrip(".;").split(";"):
        numbers = _NUMBER.findall(part)
        years = [each for each in numbers if _YEAR.fullmatch(each)]
        named = [each for each in numbers if each in {"1", "2", "3", "4"}]
        if len(years) != 1 or not named or len(named) + 1 != len(numbers):
            return None
        if not all(word.casefold() in _WORDS for word in _WORD.findall(part)):
            return None
        found.update((int(years[0]), int(each)) for each in named)
    return tuple(Quarter(*each) for each in sorted(found))


def option_marks(question: OpenQuestion) -> tuple[tuple[Quarter, ...] | None, ...]:
    """Return what each option of a question marks; None for those of a question that names no quarters.

    An option that names none beside others that do says that none is marked.
    """
    named = [quarters_in(option.en) for option in question.options] if question.id == QUESTION else []
    return tuple(each or () for each in named) if any(named) else (None,) * len(question.options)


def marks_of(plan: Plan, question: OpenQuestion, answer: Answer) -> tuple[Quarter, ...] | None:
    """Return the quarters that *answer* marks, none if it says that none is named; None if it is about something else.

    Own words mark quarters if they name nothing but quarters within the plan.
    """
    if question.id != QUESTION:
        return None
    marks = quarters_in(answer.words or "") if answer.option is None else option_marks(question)[answer.option - 1]
    inside = marks is not None and all(_inside(plan, each) for each in marks)
    return marks if inside else None


def with_marks(plan: Plan, statements: Iterable[Statement]) -> tuple[Plan, dict[str, Answer]]:
    """Return *plan* with the marks that its rows' answers name, surely, and those answers by row."""
    answers = {each.row: each for each in statements if isinstance(each, Answer) and each.question == QUESTION}
    marked: dict[str, Answer] = {}
    rows: list[Indicator] = []
    for row in plan.indicators:
        question = next((each for each in row.questions if each.id == QUESTION), None)
        answer = answers.get(row.id)
        marks = marks_of(plan, question, answer) if question and answer else None
        if answer is not None and marks is not None:
            marked[row.id] = answer
        rows.append(row if marks is None else replace(row, quarters=marks))
    return replace(plan, indicators=tuple(rows)), marked


def _inside(plan: Plan, mark: Quarter) -> bool:
    first, last = quarter_days(mark.year, mark.quarter)
    return plan.starts <= last and first <= plan.ends

"""Typing in a filled-in sheet: the marks before its items, and numbers read as answers. Decisions only, no I/O."""

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from questionnaires.conditions import Answers, holds
from questionnaires.survey_types import Item, Questionnaire
from surveyapp.core.text import TooLongError, clean

ProblemCode = Literal["no_number", "no_such_choice", "too_many", "exclusive", "out_of_range", "too_long", "cannot_be_empty"]
_BETWEEN: Final = re.compile(r"[\s,;.+/]+")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed from one sheet: texts by item id, and the items that were said to be empty on the paper.

    ``done`` is how many sheets were sent before it in this sitting; the form carries it, nothing else knows it.
    """

    code: str
    receipt: str
    typed: Mapping[str, str]
    empty: frozenset[str] = frozenset()
    done: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with what was typed for one item."""

    item: str
    code: ProblemCode


@dataclass(frozen=True, slots=True)
class Reading:
    """What an entry says: answers and texts on the path of the show-if rules, what is wrong, what was shown and left empty."""

    answers: Answers
    texts: Mapping[str, str]
    problems: tuple[Problem, ...]
    empty: tuple[str, ...]


def suits(mode: str, questionnaire: Questionnaire) -> bool:
    """Say whether sheets of such a wave are typed in: only with codes that stand on paper, and never for games."""
    return mode in {"code", "group"} and questionnaire.instrument != "game"


def marks(questionnaire: Questionnaire) -> dict[str, str]:
    """Return what stands before each item on paper and in the form: a number, a letter before items in one's own words.

    The numbers are those by which show-if rules in words name earlier items.
    """
    numbers = {item.id: str(number) for number, item in enumerate(questionnaire.asked, 1)}
    # Two letters from the twenty-seventh text on: AA, AB … as in a spreadsheet.
    letters = [*string.ascii_uppercase, *(a + b for a in string.ascii_uppercase for b in string.ascii_uppercase)]
    return numbers | {item.id: letter for item, letter in zip(questionnaire.written, letters, strict=False)}


def read(questionnaire: Questionnaire, entry: Entry, *, free_text: bool) -> Reading:
    """Return what *entry* says; an item whose show-if rule is not met keeps nothing of what was typed beside it."""
    answers: dict[str, tuple[str, ...]] = {}
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    empty: list[str] = []
    for item in questionnaire.items:
        typed = entry.typed.get(item.id, "").strip()
        if item.kind == "information" or (item.kind == "text" and not free_text) or not holds(item.show_if, answers):
            continue
        found = _text(item, typed) if item.kind == "text" else chosen(item, typed)
        if isinstance(found, Problem):
            problems.append(found)
        elif isinstance(found, str):
            texts |= {item.id: found} if found else {}
        elif found:
            answers[item.id] = found
        elif item.requirement == "required":
            empty.append(item.id)
    if questionnaire.stratum_item in empty:
        problems.insert(0, Problem(questionnaire.stratum_item, "cannot_be_empty"))
    elif not answers and not problems:
        problems += [Problem(item, "cannot_be_empty") for item in empty[:1]]
    return Reading(answers, texts, tuple(problems), tuple(item for item in empty if item != questionnaire.stratum_item))


def chosen(item: Item, typed: str) -> tuple[str, ...] | Problem:
    """Return the choices that the numbers in *typed* mean, nothing for nothing; the band for a number item."""
    parts = [part for part in _BETWEEN.split(typed) if part]
    if not parts:
        return ()
    if not all(_NUMBER.fullmatch(part) for part in parts):
        return Problem(item.id, "no_number")
    numbers = sorted({int(part) for part in parts})
    if item.kind != "multiple" and len(numbers) > 1:
        return Problem(item.id, "too_many")
    return _band(item, numbers[0]) if item.kind == "number" else _numbered(item, numbers)


def _numbered(item: Item, numbers: Sequence[int]) -> tuple[str, ...] | Problem:
    if not all(1 <= number <= len(item.choices) for number in numbers):
        return Problem(item.id, "no_such_choice")
    choices = [item.choices[number - 1] for number in numbers]
    if len(choices) > 1 and any(choice.exclusive for choice in choices):
        return Problem(item.id, "exclusive")
    return tuple(choice.id for choice in choices)


def _band(item: Item, number: int) -> tuple[str, ...] | Problem:
    try:
        return (item.band_of(number),)
    except ValueError:
        return Problem(item.id, "out_of_range")


def _text(item: Item, typed: str) -> str | Problem:
    try:
        return clean(typed, item.longest, lines=item.long)
    except TooLongError:
        return Problem(item.id, "too_long")

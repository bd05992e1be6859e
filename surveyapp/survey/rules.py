"""Decisions of the survey that touch no database: are answers complete and possible, is a wave open, what may be shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal, get_args

from questionnaires.conditions import Answers, Chosen, Condition, Every, Some
from questionnaires.survey_types import Item, Questionnaire

FEWEST: Final = 10
"""The fewest boxes that are opened together, and the smallest group whose response may be told."""

REST: Final = "*rest"
"""The pool that holds those with fewer than ten."""

MOST_BOXES: Final = 20_000
"""The most boxes under one code of a group or an open address, so that nobody fills the disk with it."""

Mode = Literal["code", "group", "open", "import"]
"""Who could answer: the holder of a personal code, of a group's code, anybody; or the wave was collected elsewhere."""
MODES: Final[tuple[Mode, ...]] = get_args(Mode)
AnswerCode = Literal["missing", "unknown_choice", "too_many", "exclusive", "not_shown", "too_long"]


def as_mode(text: str) -> Mode:
    """Return a stored mode; ValueError if there is none of that name."""
    for mode in MODES:
        if mode == text:
            return mode
    raise ValueError(f"there is no mode {text!r}")


class State(StrEnum):
    """Where a wave stands, in this order; ``OPEN`` says that codes are out, the dates say whether answers are taken."""

    DRAFT = "draft"
    TRIAL_OPENED = "trial_opened"
    OPEN = "open"
    CLOSED = "closed"
    OPENED = "opened"
    SCRUBBED = "scrubbed"


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """What is wrong with the answer to one item; never holds the answer itself."""

    item: str
    code: AnswerCode


def check_answers(questionnaire: Questionnaire, answers: Answers) -> list[AnswerProblem]:
    """Return every problem of *answers*, in the order asked; an answer to an unknown item counts as ``not_shown``."""
    shown = {item.id for item in questionnaire.seen(answers)}
    asked = {item.id for item in questionnaire.asked}
    found = [
        problem
        for item in questionnaire.asked
        for problem in check_item(item, tuple(answers.get(item.id, ())), shown=item.id in shown)
    ]
    return found + [AnswerProblem(item, "not_shown") for item in answers if item not in asked]


def check_item(item: Item, chosen: tuple[str, ...], *, shown: bool) -> Iterator[AnswerProblem]:
    """Yield what is wrong with what was *chosen* in one item, by itself."""
    if not shown:
        if chosen:
            yield AnswerProblem(item.id, "not_shown")
    elif not chosen:
        if item.requirement == "required":
            yield AnswerProblem(item.id, "missing")
    elif not item.places.keys() >= set(chosen):
        yield AnswerProblem(item.id, "unknown_choice")
    elif len(set(chosen)) != len(chosen) or (item.kind != "multiple" and len(chosen) > 1):
        yield AnswerProblem(item.id, "too_many")
    elif len(chosen) > 1 and any(item.choice(choice).exclusive for choice in chosen):
        yield AnswerProblem(item.id, "exclusive")


def check_box(questionnaire: Questionnaire, answers: Answers) -> list[AnswerProblem]:
    """Return every problem of the *answers* of one box: those of ``check_answers``, but most items may be missing.

    The respondent's page insists on required items; a filled-in sheet of paper may have left one empty, and whoever types it in
    must be able to say so. Only the stratum cannot be missing, because every answer is counted under it, nor can everything.
    """
    problems = check_answers(questionnaire, answers)
    if not any(answers.values()):
        return problems
    return [problem for problem in problems if problem.code != "missing" or problem.item == questionnaire.stratum_item]


def check_texts(written: Sequence[Item], texts: Mapping[str, str]) -> list[AnswerProblem]:
    """Return every problem of *texts*, given to the items in one's own words that the wave asks (*written*) of everybody."""
    longest = {item.id: item.longest for item in written}
    long = [AnswerProblem(name, "too_long") for name in texts if name in longest and len(texts[name]) > longest[name]]
    return long + [AnswerProblem(name, "not_shown") for name in texts if name not in longest]


def most_boxes(mode: str) -> int:
    """Return how many boxes may lie under one code."""
    return 1 if mode == "code" else MOST_BOXES


def pools_told(boxes: Mapping[str, int]) -> frozenset[str]:
    """Return the pools that keep their name at the opening: those of ten or more, so that the rest is ten or more or nobody."""
    told = sorted((number, pool) for pool, number in boxes.items() if number >= FEWEST)
    rest = sum(boxes.values()) - sum(number for number, _ in told)
    while told and 0 < rest < FEWEST:
        rest += told.pop(0)[0]
    return frozenset(pool for _, pool in told)


def state_on(day: date, state: State, closes: date) -> State:
    """Return where a wave stands on *day*: codes are out and the closing date is past means closed."""
    return State.CLOSED if state is State.OPEN and day > closes else state


def tellable_groups(invited: Mapping[str | None, int]) -> frozenset[str]:
    """Return the groups whose response may be told: ten or more codes, and none or ten or more codes outside them."""
    groups = sorted((number, name) for name, number in invited.items() if name is not None and number >= FEWEST)
    rest = sum(invited.values()) - sum(number for number, _ in groups)
    while groups and 0 < rest < FEWEST:
        rest += groups.pop(0)[0]
    return frozenset(name for _, name in groups)


def kept_back(whole: int, received: Mapping[str, int], *, every_code_in_a_group: bool) -> str | None:
    """Return the group whose response is not told, because taking all told ones from *whole* would give a number below ten.

    *received* are the tellable groups with their responses; those below ten are told as "fewer than ten" only.
    """
    told = {group: number for group, number in received.items() if number >= FEWEST}
    nobody_else = every_code_in_a_group and len(told) == len(received)
    if not told or nobody_else or whole - sum(told.values()) >= FEWEST:
        return None
    return min(told, key=lambda group: (told[group], group))


def items_that_reveal_the_role(questionnaire: Questionnaire) -> list[str]:
    """Return the items whose show-if rule tells apart roles within one reporting group.

    Opened answers stand beside the reporting group; whether such an item was answered would say more than the group.
    """
    groups = [frozenset(group.leaves()) for group in questionnaire.reporting_groups]
    return [
        item.id
        for item in questionnaire.asked
        if any(
            part.item == questionnaire.stratum_item and any(group & set(part.choices) not in (set(), group) for group in groups)
            for part in _parts(item.show_if)
        )
    ]


def texts_that_reveal_an_answer(questionnaire: Questionnaire) -> list[str]:
    """Return the items in one's own words that are not asked of everybody.

    Whoever reads such a text would know the role or the answer for which it was asked; texts stand apart from all answers.
    """
    return [item.id for item in questionnaire.written if item.show_if is not None]


def _parts(condition: Condition | None) -> Iterator[Chosen]:
    match condition:
        case Chosen():
            yield condition
        case Every(parts) | Some(parts):
            for part in parts:
                yield from _parts(part)

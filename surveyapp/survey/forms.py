"""Reading what a respondent sent back, and saying kindly what is missing."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from questionnaires.conditions import Answers, holds
from questionnaires.survey_types import Item, Questionnaire
from surveyapp.survey import rules
from surveyapp.survey.fields import PREFIX, Remark

_LONGEST: Final = 200
"""More than any code, link or item id; what is longer was not typed by a person."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one respondent sent: the code, the receipt to show, what is ticked by item id, and what was asked once already.

    ``ticked`` may hold items and choices that do not exist, and answers to items that are not shown.
    """

    code: str
    receipt: str
    ticked: Answers
    reminded: frozenset[str] = frozenset()
    wave: str = ""


def read_code(form: MultiDict[str, str]) -> str:
    """Return the code as it was typed, without characters that nobody can type."""
    return _clean(form.get("code", ""))


def read(form: MultiDict[str, str]) -> Sheet:
    """Return what stands in *form*, each choice once."""
    ticked = {
        name.removeprefix(PREFIX): tuple(dict.fromkeys(_clean(value) for value in form.getlist(name)))
        for name in form
        if name.startswith(PREFIX)
    }
    reminded = frozenset(_clean(value) for value in form.getlist("reminded"))
    return Sheet(read_code(form), _clean(form.get("receipt", "")), ticked, reminded, _clean(form.get("wave", "")))


def given(questionnaire: Questionnaire, sheet: Sheet) -> dict[str, tuple[str, ...]]:
    """Return the answers that count: those to items that are shown.

    A rule looks at earlier items only, so one walk in the order asked settles it: an answer that falls away no longer shows or
    hides anything after it.
    """
    answers: dict[str, tuple[str, ...]] = {}
    for item in questionnaire.asked:
        chosen = tuple(sheet.ticked.get(item.id, ()))
        if chosen and holds(item.show_if, answers):
            answers[item.id] = chosen
    return answers


def remarks(questionnaire: Questionnaire, sheet: Sheet, language: str) -> list[Remark]:
    """Return what to mend, in the order asked; with it the soft items that are empty and were not asked about yet."""
    answers = given(questionnaire, sheet)
    wrong = {problem.item: problem.code for problem in rules.check_answers(questionnaire, answers)}
    found = []
    for item in questionnaire.seen(answers):
        label = item.label.get(language)
        if item.id in wrong:
            found.append(Remark(item.id, label, _MESSAGES[wrong[item.id]](item, language)))
        elif item.requirement == "soft" and item.id not in answers and item.id not in sheet.reminded:
            message = str(_("This one is still empty. You may answer it, or leave it empty and send."))
            found.append(Remark(item.id, label, message, soft=True))
    return found


def by_advice(found: Iterable[Remark]) -> dict[str, list[Remark]]:
    """Return the remarks under what they advise, so that the summary says each thing once."""
    grouped: dict[str, list[Remark]] = {}
    for remark in found:
        grouped.setdefault(remark.message, []).append(remark)
    return grouped


def _missing(item: Item, language: str) -> str:
    exclusive = next((choice.label.get(language) for choice in item.choices if choice.exclusive), None)
    if item.kind != "multiple":
        return str(_("Please choose the answer that fits best."))
    if exclusive:
        return str(_("Please tick at least one answer; if none fits, tick “%(choice)s”.", choice=exclusive))
    return str(_("Please tick at least one answer."))


def _unknown_choice(item: Item, language: str) -> str:  # noqa: ARG001 - the messages' one signature
    return str(_("The answer that was sent does not exist here. Please choose one of the answers shown."))


def _too_many(item: Item, language: str) -> str:  # noqa: ARG001 - the messages' one signature
    return str(_("More than one answer was sent. Please choose one."))


def _exclusive(item: Item, language: str) -> str:
    alone = " / ".join(choice.label.get(language) for choice in item.choices if choice.exclusive)
    return str(_("“%(choice)s” does not go together with other answers. Please keep either it or the others.", choice=alone))


def _not_shown(item: Item, language: str) -> str:  # noqa: ARG001 - the messages' one signature
    return str(_("This question does not concern you. Please leave it empty."))


_MESSAGES: Final[dict[rules.AnswerCode, Callable[[Item, str], str]]] = {
    "missing": _missing,
    "unknown_choice": _unknown_choice,
    "too_many": _too_many,
    "exclusive": _exclusive,
    "not_shown": _not_shown,
}


def _clean(text: str) -> str:
    return "".join(letter for letter in text[:_LONGEST] if unicodedata.category(letter)[0] != "C")

"""Reading what a respondent sent back, and saying kindly what is missing."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from questionnaires.conditions import Answers, holds
from questionnaires.survey_types import Item, Questionnaire
from surveyapp.core.text import TooLongError, clean
from surveyapp.survey import rules
from surveyapp.survey.door.fields import PREFIX, Remark

_LONGEST: Final = 200
"""More than any code, link, receipt or item id; what is longer was not typed by a person."""
_MOST: Final = 5_000_000
"""More than a request can hold, whatever letter form does to it: nothing that was typed is ever cut."""
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_SPACES: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one respondent sent: code, receipt to show, what is filled in by item id, and what was asked about once already.

    ``filled`` holds what is ticked or typed, also for items and choices that do not exist or are not shown. ``replacing`` says
    that answers lie under code and receipt already and these are to take their place.
    """

    code: str
    receipt: str
    filled: Answers
    reminded: frozenset[str] = frozenset()
    wave: str = ""
    replacing: bool = False
    skipped: frozenset[str] = frozenset()
    """Required items that somebody decided to leave unanswered, after having been asked for them."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a sheet says about the items that are shown: chosen choices (a number's band), own words, and what is unreadable."""

    answers: Answers
    texts: Mapping[str, str]
    unread: Mapping[str, str]


def read_code(form: MultiDict[str, str]) -> str:
    """Return the code as it was typed, without characters that nobody can type."""
    return short(form.get("code", ""))


def read_receipt(form: MultiDict[str, str]) -> str:
    """Return the receipt as it was typed."""
    return short(form.get("receipt", ""))


def read(form: MultiDict[str, str]) -> Sheet:
    """Return what stands in *form*, each choice once, nothing for an empty field."""
    filled = {name.removeprefix(PREFIX): _values(form.getlist(name)) for name in form if name.startswith(PREFIX)}
    return Sheet(
        code=read_code(form),
        receipt=read_receipt(form),
        filled={item: values for item, values in filled.items() if values},
        reminded=frozenset(short(value) for value in form.getlist("reminded")),
        wave=short(form.get("wave", "")),
        replacing="replacing" in form,
        skipped=frozenset(short(value) for value in form.getlist("skip")),
    )


def given(questionnaire: Questionnaire, sheet: Sheet, *, free_text: bool) -> Given:
    """Return the answers that count: those to items that are shown.

    A rule looks at earlier items only, so one walk in the order asked settles it: an answer that falls away no longer shows or
    hides anything after it.
    """
    answers: dict[str, tuple[str, ...]] = {}
    texts: dict[str, str] = {}
    unread: dict[str, str] = {}
    for item in shown(questionnaire, answers, free_text=free_text):
        filled = tuple(sheet.filled.get(item.id, ()))
        try:
            if filled and item.kind == "text":
                texts[item.id] = clean(filled[0], item.longest, lines=item.long)
            elif filled:
                answers[item.id] = (_band(item, filled[0]),) if item.kind == "number" else filled
        except ValueError as error:
            unread[item.id] = _too_long(error, item) if isinstance(error, TooLongError) else _no_number(item)
    return Given(answers, texts, unread)


def shown(questionnaire: Questionnaire, answers: Answers, *, free_text: bool) -> Iterator[Item]:
    """Yield the items that can be filled in and are shown by *answers*, which may grow while this is walked through."""
    for item in questionnaire.items:
        asked = item.kind != "information" and (free_text or item.kind != "text")
        if asked and holds(item.show_if, answers):
            yield item


def remarks(questionnaire: Questionnaire, sheet: Sheet, found: Given, language: str, *, free_text: bool) -> list[Remark]:
    """Return what to mend, in the order asked; with it the soft items that are empty and were not asked about yet.

    Nobody has to answer: a required item that is missing may be left unanswered by a decision of its own, as on paper. Only the
    item that makes the groups is needed of everybody.
    """
    problems = rules.check_box(questionnaire, found.answers) if sheet.skipped else []
    needed = {problem.item for problem in problems}
    every = rules.check_answers(questionnaire, found.answers)
    skipped = {name for name in sheet.skipped if name not in needed}
    wrong = {problem.item: problem.code for problem in every if problem.code != "missing" or problem.item not in skipped}
    result = []
    for item in shown(questionnaire, found.answers, free_text=free_text):
        label = item.label.get(language)
        if item.id in found.unread:
            result.append(Remark(item.id, label, found.unread[item.id]))
        elif item.id in wrong:
            skippable = wrong[item.id] == "missing" and item.id != questionnaire.stratum_item
            result.append(Remark(item.id, label, _MESSAGES[wrong[item.id]](item, language), skippable=skippable))
        elif item.requirement == "soft" and not {item.id} & {*sheet.reminded, *found.answers, *found.texts}:
            message = str(_("This one is still empty. You may answer it, or leave it empty and send."))
            result.append(Remark(item.id, label, message, soft=True))
    return result


def by_advice(found: Iterable[Remark]) -> dict[str, list[Remark]]:
    """Return the remarks under what they advise, so that the summary says each thing once."""
    grouped: dict[str, list[Remark]] = {}
    for remark in found:
        grouped.setdefault(remark.message, []).append(remark)
    return grouped


def _band(item: Item, typed: str) -> str:
    """Return the band of a typed whole number, spaces between its digits allowed; ValueError if it is none or too far off."""
    digits = _SPACES.sub("", typed)
    if not _NUMBER.fullmatch(digits):
        raise ValueError("no whole number")
    return item.band_of(int(digits))


def _too_long(error: TooLongError, item: Item) -> str:
    numbers = {"length": error.length, "longest": item.longest}
    return str(_("This has %(length)s characters, and %(longest)s fit. Please shorten it.", **numbers))


def _no_number(item: Item) -> str:
    limits = {"minimum": item.minimum, "maximum": item.maximum}
    return str(_("Please type a whole number from %(minimum)s to %(maximum)s.", **limits))


def _missing(item: Item, language: str) -> str:
    exclusive = next((choice.label.get(language) for choice in item.choices if choice.exclusive), None)
    if item.kind == "number":
        return _no_number(item)
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


_MESSAGES: Final[Mapping[rules.AnswerCode, Callable[[Item, str], str]]] = {
    "missing": _missing,
    "unknown_choice": _unknown_choice,
    "too_many": _too_many,
    "exclusive": _exclusive,
    "not_shown": _not_shown,
}


def _values(sent: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in (clean(one, _MOST, lines=True) for one in sent) if value))


def short(text: str) -> str:
    """Return a code, a receipt or an item's id as it was typed, in one letter form, which may be longer than what came."""
    return clean(text[:_LONGEST], _LONGEST * 3)

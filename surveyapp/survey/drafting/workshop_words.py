"""Words of the questionnaire workshop: what changed, what that does to the trend, and what stands before publication."""

from collections.abc import Mapping
from typing import Final

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from questionnaires.conditions import Chosen, Condition, Every
from questionnaires.differences import ChangeCode, Cut, Part
from questionnaires.survey_types import Item, ItemKind, Questionnaire, Requirement, Score
from surveyapp.core.i18n import here
from surveyapp.survey.drafting.workshop import Blocker

CHANGES: Final[Mapping[ChangeCode, LazyString]] = {
    "kind": _l("kind of question"),
    "choices_added": _l("answers added"),
    "choices_removed": _l("answers removed"),
    "choices_reordered": _l("answers in another order"),
    "choices_marked": _l("which answers count"),
    "correct": _l("right answer"),
    "favourable": _l("favourable answers"),
    "reversed": _l("direction of the statement"),
    "asked_of_others": _l("who is asked"),
    "replaced": _l("what it replaces"),
    "label": _l("wording"),
    "choice_labels": _l("wording of the answers"),
    "moved": _l("place"),
    "renamed": _l("identifier"),
    "scale": _l("scale"),
    "requirement": _l("whether an answer is needed"),
    "shuffled": _l("shuffled order of answers"),
    "headline": _l("headline question"),
    "source": _l("source"),
    "hint": _l("hint"),
    "explanation": _l("explanation"),
    "limits": _l("limits of the answer"),
    "margin": _l("what counts as practically the same"),
}
TRENDS: Final[Mapping[Cut | None, LazyString]] = {
    None: _l("The trend goes on."),
    "new": _l("A new question: its trend begins here."),
    "gone": _l("No longer asked: its trend ends."),
    "replaced": _l("It replaces an earlier question and asks something else: a new trend begins."),
    "wording": _l("The trend is cut until somebody decides that this is the same question."),
    "choices": _l("The answers to choose from changed: the trend is cut, and no decision can bridge that."),
    "scoring": _l("What counts as right or favourable changed: the trend is cut, and no decision can bridge that."),
    "asked_of_others": _l("It is now asked of other people: the trend is cut, and no decision can bridge that."),
}
TEXTS: Final[Mapping[str, LazyString]] = {
    "label": _l("wording"),
    "hint": _l("hint"),
    "explanation": _l("explanation"),
    "title": _l("title"),
    "intro": _l("introduction"),
}
PARTS: Final[Mapping[Part, LazyString]] = {
    "questionnaire": _l("The questionnaire as a whole"),
    "section": _l("Section"),
    "scale": _l("Scale"),
    "score": _l("Score"),
    "group": _l("Reporting group"),
    "margin": _l("What counts as practically the same:"),
    "answered_before": _l("Question who answered the time before:"),
}
PART_CHANGES: Final[Mapping[tuple[Part, str], LazyString]] = {
    ("questionnaire", "changed"): _l("the minutes it takes or what it is for changed"),
    ("section", "changed"): _l("holds other questions"),
    ("scale", "changed"): _l("its answers, their order or what is favourable changed"),
    ("score", "changed"): _l("counts other questions: its trend is cut"),
    ("group", "changed"): _l("holds other people"),
    ("margin", "changed"): _l("another number of points"),
    ("answered_before", "changed"): _l("another question, or other answers for yes and no"),
}
NEW_OR_GONE: Final[Mapping[str, LazyString]] = {"new": _l("new"), "gone": _l("gone")}
KINDS: Final[Mapping[ItemKind, LazyString]] = {
    "single": _l("one answer"),
    "multiple": _l("several answers"),
    "likert": _l("statement on a scale"),
    "knowledge": _l("knowledge question"),
    "number": _l("number"),
    "text": _l("in one's own words"),
    "information": _l("text without an answer"),
}
REQUIREMENTS: Final[Mapping[Requirement, LazyString]] = {
    "required": _l("needed"),
    "soft": _l("asked about once if it is empty"),
    "optional": _l("may stay empty"),
}
INSTRUMENTS: Final[Mapping[str, LazyString]] = {
    "survey": _l("survey of specialists"),
    "feedback": _l("feedback after an event"),
    "game": _l("game for school classes"),
}
LANGUAGE_NAMES: Final = {"lv": "Latviešu", "en": "English", "ru": "Русский"}


def blocker(code: Blocker, names: tuple[str, ...]) -> str:
    """Return what stands between a draft and its publication as a sentence; *names* are the items or texts that it is about."""
    number = len(names)
    texts: Mapping[Blocker, str] = {
        "problems": _("The file has problems; they are listed below."),
        "version_taken": _("This version is published already and never changes; give the draft the next number."),
        "version_old": _("A newer version is published already (%(newest)s); give the draft the next number.", newest=names[0]),
        "decision_about_nothing": _(
            "A decision names a question that was not asked before: %(items)s. Take the decision back.", items=", ".join(names)
        ),
        "undecided": ngettext(
            "%(num)s question in other words waits for a decision.",
            "%(num)s questions in other words wait for a decision.",
            number,
        ),
        "stale": ngettext(
            "%(num)s text changed in some languages only: mend the others, or confirm them when you publish.",
            "%(num)s texts changed in some languages only: mend the others, or confirm them when you publish.",
            number,
        ),
    }
    return str(texts[code])


def text_name(text: str, choice_label: str = "") -> str:
    """Return which text of an item or part it is, such as "wording" or the answer whose words changed."""
    return str(TEXTS[text]) if text in TEXTS else str(_("answer “%(label)s”", label=choice_label))


def margin(points: int | None) -> str:
    """Return how small a change of a share counts as practically the same; a dash where nothing was declared."""
    if points is None:
        return "–"
    return str(
        ngettext("a change of less than %(num)s percentage point", "a change of less than %(num)s percentage points", points)
    )


def margin_of_score(score: Score) -> str:
    """Return how small a change of a score counts as practically the same."""
    points = score.margin or 0.0
    return str(
        ngettext(
            "“%(name)s”: a change of less than %(points)s point counts as practically the same.",
            "“%(name)s”: a change of less than %(points)s points counts as practically the same.",
            int(points) if points.is_integer() else 2,  # parts of a point go with two
            name=here(score.label),
            points=format_decimal(points),
        )
    )


def says_before(questionnaire: Questionnaire, item: Item) -> str:
    """Return which answers of *item* say who answered the time before; nothing if it is another question."""
    before = questionnaire.answered_before
    if before is None or before.item != item.id:
        return ""
    yes, no = ("; ".join(here(item.choice(choice).label) for choice in each) for each in (before.yes, before.no))
    return str(_("whoever answered the time before: “%(yes)s”; whoever did not: “%(no)s”", yes=yes, no=no))


def rule(questionnaire: Questionnaire, condition: Condition | None) -> str:
    """Return in words who is asked an item, such as "“Where do you work?”: School; Police"."""
    match condition:
        case None:
            return str(_("everybody"))
        case Chosen(item_id, choices, negated):
            item = questionnaire.item(item_id)
            facts = {"question": here(item.label), "answers": "; ".join(here(item.choice(choice).label) for choice in choices)}
            return str(
                _("“%(question)s”: none of: %(answers)s", **facts) if negated else _("“%(question)s”: %(answers)s", **facts)
            )
        case _:
            joined = _("and") if isinstance(condition, Every) else _("or")
            return f" {joined} ".join(rule(questionnaire, part) for part in condition.parts)

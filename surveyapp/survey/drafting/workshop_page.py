"""The page of one draft: what is wrong, what differs, what has to be decided, each with the form that settles it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from questionnaires.problems import Problem
from questionnaires.survey_types import Item, Questionnaire
from surveyapp.core import problem_words
from surveyapp.core.clock import today
from surveyapp.survey.drafting import workshop, workshop_lines, workshop_words
from surveyapp.survey.drafting.draft_store import Draft
from surveyapp.survey.drafting.workshop import Assessment
from surveyapp.survey.drafting.workshop_forms import DecisionForm, PublishForm, SeenForm, TextForm


@dataclass(frozen=True, slots=True)
class Told:
    """A problem in the reader's words: where, the line to look at, what to do."""

    place: str
    line: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Open:
    """A decision that can be made about an item: which earlier items it may continue, and which items go with it.

    ``needed`` says that the draft cannot be published without it; ``likely`` that a new item reads much like one that is gone.
    """

    earlier: tuple[Item, ...]
    together: tuple[str, ...]
    needed: bool
    likely: bool


@dataclass(frozen=True, slots=True)
class Line:
    """An item that differs with what can be decided about it; ``decided`` if a decision can be taken back."""

    line: workshop_lines.ItemLine
    open: Open | None
    form: DecisionForm | None
    decided: bool
    shown_at_once: bool = False
    """Whether its form stands open: of questions that can be decided together, that of the first only."""


@dataclass(frozen=True, slots=True)
class DraftPage:
    """Everything that the page of a draft shows."""

    assessment: Assessment
    problems: tuple[Told, ...]
    blockers: tuple[str, ...]
    lines: tuple[Line, ...]
    parts: tuple[workshop_lines.PartLine, ...]
    stale: tuple[tuple[str, workshop_lines.TextLine], ...]
    text: TextForm
    publish: PublishForm
    seen: SeenForm
    confirmed: frozenset[str]
    changed: bool
    refused: bool

    @property
    def may_publish(self) -> bool:
        """Whether nothing is left but to confirm."""
        return not self.assessment.problems and set(self.assessment.blockers) <= {"stale"}


def told(problems: Iterable[Problem]) -> tuple[Told, ...]:
    """Return problems in the reader's words."""
    return tuple(Told(problem_words.place(each), each.line, problem_words.sentence(each)) for each in problems)


def decisions(assessment: Assessment) -> dict[str, Open]:
    """Return what can be decided, by the id of the item: of items in other words, and of new ones where others are gone."""
    found: dict[str, Open] = {}
    for each in assessment.differences.items:
        if each.undecided and each.before:
            together = workshop.decided_together(assessment.differences, each)
            found[each.item.id] = Open((each.before,), together, needed=True, likely=False)
        elif each.cut == "new" and each.after:
            earlier = workshop.may_continue(assessment.differences, each.after)
            likely = bool(earlier) and workshop.looks_continued(earlier[0], each.after)
            if earlier:
                found[each.item.id] = Open(earlier, (), needed=False, likely=likely)
    return found


def applied(assessment: Assessment, items: Sequence[str], form: DecisionForm) -> Questionnaire:
    """Return the draft with the decision of *form* about *items*, the first of which continues or replaces what it names."""
    draft = assessment.questionnaire
    if draft is None:
        raise ValueError("a draft that cannot be read has nothing to decide")
    if form.verdict.data == "same":
        return workshop.same_question(draft, items, form.decision())
    for item in items:
        draft = workshop.new_question(draft, item, form.earlier.data if item == items[0] else item, assessment.taken)
    return draft


def page_of(draft: Draft, assessment: Assessment, forms: Mapping[str, Any]) -> DraftPage:
    """Return the page of *draft*; *forms* holds those that were sent and are shown again, and what else was asked."""
    return DraftPage(
        assessment=assessment,
        problems=told(assessment.problems),
        blockers=tuple(workshop_words.blocker(code, names) for code, names in assessment.blockers.items()),
        lines=_lines(draft, assessment, *forms.get("decision", ("", None))),
        parts=workshop_lines.part_lines(assessment),
        stale=workshop_lines.stale_lines(assessment),
        text=forms.get("text") or TextForm(formdata=None, data={"text": draft.text, "seen": draft.mark}),
        publish=forms.get("publish") or PublishForm(formdata=None, data={"seen": draft.mark}),
        seen=SeenForm(formdata=None, data={"seen": draft.mark}),
        confirmed=frozenset(forms.get("confirmed", ())),
        changed=bool(forms.get("changed")),
        refused=bool(forms.get("refused")),
    )


def _lines(draft: Draft, assessment: Assessment, sent_for: str, sent: DecisionForm | None) -> tuple[Line, ...]:
    open_ = decisions(assessment)
    offered: set[str] = set()
    found = []
    for line in workshop_lines.item_lines(assessment):
        item = line.difference.item
        asked = open_.get(item.id) if line.difference.after else None
        form = _form(draft, item.id, asked) if asked else None
        form = sent if asked and sent and item.id == sent_for else form
        decided = bool(line.difference.after and (item.wording or item.replaces)) and not line.difference.undecided
        together = set(asked.together) if asked else set()
        at_once = bool(asked and form and (form.errors or (asked.needed and not together & offered)))
        offered |= {item.id} if at_once else set()
        found.append(Line(line, asked, form, decided, at_once))
    return tuple(found)


def _form(draft: Draft, item: str, asked: Open) -> DecisionForm:
    data = {"seen": draft.mark, "earlier": asked.earlier[0].id, "decided_on": today(), "together": bool(asked.together)}
    form = DecisionForm(formdata=None, data=data, prefix=f"{item}-")
    form.offer(asked.earlier)
    return form

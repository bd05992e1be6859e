"""A questionnaire and what somebody may change in it before its next version."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from questionnaires.conditions import Chosen, items_of, renamed
from questionnaires.grammar import read_questionnaire
from questionnaires.survey_types import Choice, Item, Questionnaire, Wording
from questionnaires.texts import Text

ASKED = read_questionnaire(Path(__file__).parents[1] / "analysis" / "golden" / "questionnaire.yaml")
OTHER = Text("Citādi", "Otherwise", "Иначе")
REASON = Text("Tikai īsāk.", "Only shorter.", "Только короче.")


def decision(same_as: str) -> Wording:
    """A recorded decision that an item asks the same as *same_as*."""
    return Wording(same_as, "cooperation group", date(2026, 8, 20), REASON)


def with_items(asked: Questionnaire, change: Callable[[Item], Item | None]) -> Questionnaire:
    """The next version of *asked*, each item as *change* makes it, without those that it drops."""
    sections = [
        replace(section, items=tuple(new for item in section.items if (new := change(item)))) for section in asked.sections
    ]
    return replace(asked, version=asked.version + 1, sections=tuple(section for section in sections if section.items))


def with_item(item_id: str, change: Callable[[Item], Item | None], asked: Questionnaire = ASKED) -> Questionnaire:
    """The next version of *asked* with one item changed, or dropped."""
    return with_items(asked, lambda item: change(item) if item.id == item_id else item)


def in_latvian(text: Text) -> Text:
    """The text with its Latvian changed only."""
    return replace(text, lv=f"{text.lv} (citādi)")


def relabelled(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The choices with the first one in other words."""
    return (replace(choices[0], label=OTHER), *choices[1:])


EDITS: dict[str, Callable[[Item], Item | None]] = {
    "nothing": lambda item: item,
    "margin": lambda item: replace(item, margin=10) if item.choices else item,
    "drop": lambda _: None,
    "label": lambda item: replace(item, label=OTHER),
    "hint": lambda item: replace(item, hint=OTHER),
    "choice words": lambda item: replace(item, choices=relabelled(item.choices)) if item.choices else item,
    "choices turned": lambda item: replace(item, choices=item.choices[::-1]),
    "a choice less": lambda item: replace(item, choices=item.choices[:-1]),
    "a choice more": lambda item: replace(item, choices=(*item.choices, Choice("more", OTHER))),
    "a mark": lambda item: (
        replace(item, choices=(replace(item.choices[0], exclusive=True), *item.choices[1:])) if item.choices else item
    ),
    "right answer": lambda item: replace(item, correct="dont_know") if item.correct else item,
    "favourable": lambda item: replace(item, favourable=tuple(choice.id for choice in item.choices[:1])),
    "favourable in another order": lambda item: replace(item, favourable=item.favourable[::-1]),
    "reversed": lambda item: replace(item, reversed=not item.reversed),
    "asked of others": lambda item: replace(item, show_if=Chosen("role", ("teacher",), negated=True)),
    "requirement": lambda item: replace(item, requirement="soft"),
    "kind": lambda item: replace(item, kind="multiple" if item.kind == "single" else item.kind),
    "own words": lambda item: replace(item, kind="text", choices=(), longest=100),
    "renamed": lambda item: replace(item, id=f"{item.id}_2"),
    "renamed and replaces": lambda item: replace(item, id=f"{item.id}_2", replaces=item.id),
    "renamed and continues": lambda item: replace(item, id=f"{item.id}_2", wording=decision(item.id)),
    "reworded and decided": lambda item: replace(item, label=OTHER, wording=decision(item.id)),
    "decided on what is not asked": lambda item: replace(item, wording=decision("nowhere")),
    "new words for the same decision": lambda item: replace(item, label=REASON) if item.wording else item,
}


@st.composite
def next_versions(draw: st.DrawFn, asked: Questionnaire) -> Questionnaire:
    """Any later version of *asked*: some items edited, up to twice, sometimes in another order.

    What was asked after an answer that can no longer be given is asked of all: a rule that names no answer is refused anyway.
    """
    edits = {item.id: draw(st.lists(st.sampled_from([*EDITS]), max_size=2)) for item in asked.items}

    def edited(item: Item) -> Item | None:
        changed: Item | None = item
        for name in edits[item.id]:
            changed = EDITS[name](changed) if changed else None
        return changed

    later = with_items(asked, edited)
    if draw(st.booleans()):
        later = replace(later, sections=later.sections[::-1])
    names = {item.id: f"{item.id}_2" for item in asked.items} if draw(st.booleans()) else {}
    later = with_items(later, lambda item: replace(item, show_if=renamed(item.show_if, names)))
    asked_again = {item.id for item in later.items if item.choices}
    return with_items(later, lambda item: item if items_of(item.show_if) <= asked_again else replace(item, show_if=None))

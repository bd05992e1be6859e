"""How each kind of item looks on the page: one small handler per kind, and what the page's script needs to know."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from flask_babel import gettext as _

from questionnaires.conditions import Answers, Chosen, Condition, Every, Some
from questionnaires.survey_types import Choice, Item, ItemKind, Questionnaire, Section

PREFIX: Final = "q-"
"""Before the item's id in field names and anchors, so that no item can take the name of another field."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What the page says beside an item: something to mend, or (``soft``) a kind question whether it stays empty."""

    item: str
    label: str
    message: str
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One radio button or tick box."""

    value: str
    label: str
    checked: bool
    exclusive: bool
    apart: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One item as the template draws it.

    ``control`` is the type of its inputs, None for text without an answer; ``show_if`` is the rule for the page's script as
    JSON, ``only_if`` the same in words for pages without script.
    """

    name: str
    look: ItemKind
    control: Literal["radio", "checkbox"] | None
    label: str
    hint: str
    may_stay_empty: bool
    options: tuple[Option, ...]
    remark: Remark | None
    show_if: str
    only_if: str

    @property
    def described_by(self) -> str:
        """The ids of the texts that are read out with the group."""
        parts = (("hint", self.hint), ("only", self.only_if), ("remark", self.remark))
        return " ".join(f"{self.name}-{part}" for part, there in parts if there)


@dataclass(frozen=True, slots=True)
class Part:
    """One section as the template draws it."""

    anchor: str
    title: str
    intro: str
    fields: tuple[Field, ...]


def parts(questionnaire: Questionnaire, language: str, ticked: Answers, remarks: Mapping[str, Remark]) -> tuple[Part, ...]:
    """Return the page's sections in *language* with what is *ticked* and the *remarks* by item id."""
    numbers = {item.id: number for number, item in enumerate(questionnaire.asked, 1)}
    words = _Words(questionnaire, language, numbers)
    return tuple(_part(section, words, ticked, remarks) for section in questionnaire.sections)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is needed to say a show-if rule in words."""

    questionnaire: Questionnaire
    language: str
    numbers: Mapping[str, int]

    def only_if(self, condition: Condition) -> str:
        """Return *condition* as the end of the sentence "answer only if …"."""
        match condition:
            case Chosen(item, choices, negated):
                asked = self.questionnaire.item(item)
                labels = ", ".join(asked.choice(choice).label.get(self.language) for choice in choices)
                facts = {"number": self.numbers[item], "choices": labels}
                if negated:
                    return str(_("in question %(number)s you did not choose any of these: %(choices)s", **facts))
                return str(_("in question %(number)s you chose any of these: %(choices)s", **facts))
            case Every(inner):
                return f" {_('and')} ".join(self.only_if(part) for part in inner)
            case Some(inner):
                return f" {_('or')} ".join(self.only_if(part) for part in inner)


def _part(section: Section, words: _Words, ticked: Answers, remarks: Mapping[str, Remark]) -> Part:
    fields = tuple(_HANDLERS[item.kind](item, words, ticked.get(item.id, ()), remarks.get(item.id)) for item in section.items)
    intro = section.intro.get(words.language) if section.intro else ""
    return Part(f"part-{section.id}", section.title.get(words.language), intro, fields)


def _one_of(item: Item, words: _Words, ticked: Sequence[str], remark: Remark | None) -> Field:
    # A browser shows one chosen radio button; of several that were sent the first is kept.
    return _field(item, words, "radio", _options(item, words.language, ticked[:1]), remark)


def _many_of(item: Item, words: _Words, ticked: Sequence[str], remark: Remark | None) -> Field:
    return _field(item, words, "checkbox", _options(item, words.language, ticked), remark)


def _text(item: Item, words: _Words, ticked: Sequence[str], remark: Remark | None) -> Field:  # noqa: ARG001 - the handlers' one signature
    return _field(item, words, None, (), None)


_Handler = Callable[[Item, _Words, Sequence[str], Remark | None], Field]
_HANDLERS: Final[dict[ItemKind, _Handler]] = {
    "single": _one_of,
    "knowledge": _one_of,
    "likert": _one_of,
    "multiple": _many_of,
    "information": _text,
}


def _field(
    item: Item,
    words: _Words,
    control: Literal["radio", "checkbox"] | None,
    options: tuple[Option, ...],
    remark: Remark | None,
) -> Field:
    return Field(
        name=PREFIX + item.id,
        look=item.kind,
        control=control,
        label=item.label.get(words.language),
        hint=item.hint.get(words.language) if item.hint else "",
        may_stay_empty=item.requirement != "required",
        options=options,
        remark=remark,
        show_if=json.dumps(_rule(item.show_if)) if item.show_if else "",
        only_if=words.only_if(item.show_if) if item.show_if else "",
    )


def _options(item: Item, language: str, ticked: Sequence[str]) -> tuple[Option, ...]:
    chosen = frozenset(ticked)
    return tuple(_option(choice, language, checked=choice.id in chosen) for choice in item.choices)


def _option(choice: Choice, language: str, *, checked: bool) -> Option:
    return Option(choice.id, choice.label.get(language), checked, choice.exclusive, choice.outside_base)


def _rule(condition: Condition) -> dict[str, object]:
    match condition:
        case Chosen(item, choices, negated):
            return {"name": PREFIX + item, "choices": choices, "negated": negated}
        case Every(inner):
            return {"every": [_rule(part) for part in inner]}
        case Some(inner):
            return {"some": [_rule(part) for part in inner]}

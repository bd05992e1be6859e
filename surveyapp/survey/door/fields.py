"""How each kind of item looks on the page: one small handler per kind, and what the page's script needs to know."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from flask_babel import gettext as _

from questionnaires.conditions import Answers, Chosen, Condition, Every, Some
from questionnaires.survey_types import DONT_KNOW, Choice, Item, ItemKind, Questionnaire, Section, band_id

PREFIX: Final = "q-"
"""Before the item's id in field names and anchors, so that no item can take the name of another field."""
Control = Literal["radio", "checkbox", "number", "line", "lines"]


@dataclass(frozen=True, slots=True)
class Remark:
    """What the page says beside an item: something to mend, or (``soft``) a kind question whether it stays empty."""

    item: str
    label: str
    message: str
    soft: bool = False
    skippable: bool = False


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

    ``control`` is how it is answered, None for text without an answer; ``show_if`` is the rule for the page's script as JSON,
    ``only_if`` the same in words for pages without script. ``value`` is what was typed, ``limits`` what may be typed, in words;
    ``bands`` are those of a number for the script (JSON: id and beginning of each). ``own_order``: the receipt settles
    the order of the choices.
    """

    name: str
    look: ItemKind
    control: Control | None
    label: str
    hint: str
    may_stay_empty: bool
    options: tuple[Option, ...]
    remark: Remark | None
    show_if: str
    only_if: str
    value: str = ""
    limits: str = ""
    unit: str = ""
    bands: str = ""
    maximum: int = 0
    own_order: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing of one respondent's own is in it, the order of their choices neither."""
        return not (self.value or self.remark or self.own_order or any(option.checked for option in self.options))

    @property
    def typed(self) -> bool:
        """Whether the item is answered by typing."""
        return self.control in {"number", "line", "lines"}

    @property
    def target(self) -> str:
        """The id of what a link to the item leads to: the field to type in, or the group."""
        return f"{self.name}-field" if self.typed else self.name

    @property
    def described_by(self) -> str:
        """The ids of the texts that are read out with the group or field."""
        own_words = self.control in {"line", "lines"}
        parts = (
            ("hint", self.hint),
            ("only", self.only_if),
            ("warning", own_words),
            ("limits", self.limits),
            ("unit", self.unit),
            ("remark", self.remark),
        )
        return " ".join(f"{self.name}-{part}" for part, there in parts if there)


@dataclass(frozen=True, slots=True)
class Part:
    """One section as the template draws it."""

    anchor: str
    title: str
    intro: str
    fields: tuple[Field, ...]


def parts(
    questionnaire: Questionnaire,
    language: str,
    filled: Answers,
    remarks: Mapping[str, Remark],
    *,
    receipt: str = "",
    free_text: bool = True,
) -> tuple[Part, ...]:
    """Return the page's sections in *language* with what is *filled* in and the *remarks* by item id.

    The *receipt* settles the order of shuffled choices, so that it stays the same however often the page is drawn.
    """
    numbers = {item.id: number for number, item in enumerate(questionnaire.asked, 1)}
    page = _Page(questionnaire, language, numbers, filled, remarks, receipt, free_text)
    drawn = (_part(section, page) for section in questionnaire.sections)
    return tuple(part for part in drawn if part.fields)


def in_order(item: Item, receipt: str) -> tuple[Choice, ...]:
    """Return the choices in the order in which the holder of *receipt* sees them.

    Choices outside the base, "don't know" and "none of these" stay last in an order that is the same for everybody.
    """
    if not item.shuffled or not receipt:
        return item.choices

    def place(numbered: tuple[int, Choice]) -> tuple[int, bytes]:
        number, choice = numbered
        if choice.outside_base or choice.exclusive or choice.id == DONT_KNOW:
            return number + 1, b""
        return 0, hashlib.sha256(f"{receipt} {item.id} {choice.id}".encode()).digest()

    return tuple(choice for _number, choice in sorted(enumerate(item.choices), key=place))


@dataclass(frozen=True, slots=True)
class _Page:
    """What is needed to draw an item, and to say its show-if rule in words."""

    questionnaire: Questionnaire
    language: str
    numbers: Mapping[str, int]
    filled: Answers
    remarks: Mapping[str, Remark]
    receipt: str
    free_text: bool

    def typed(self, item: Item) -> str:
        """Return what was typed for *item*, on one line where its field has only one."""
        text = next(iter(self.filled.get(item.id, ())), "")
        return text if item.long else " ".join(text.split())

    def only_if(self, condition: Condition) -> str:
        """Return *condition* as the end of the sentence "answer only if …"."""
        match condition:
            case Chosen():
                return self._chosen(condition)
            case Every(inner):
                joined = _("and")
                return f" {joined} ".join(self.only_if(part) for part in inner)
            case Some(inner):
                joined = _("or")
                return f" {joined} ".join(self.only_if(part) for part in inner)

    def _chosen(self, rule: Chosen) -> str:
        asked = self.questionnaire.item(rule.item)
        labels = ", ".join(asked.choice(choice).label.get(self.language) for choice in rule.choices)
        facts = {"number": self.numbers[rule.item], "choices": labels}
        if asked.kind == "number" and rule.negated:
            return str(_("the number that you gave in question %(number)s is not one of these: %(choices)s", **facts))
        if asked.kind == "number":
            return str(_("the number that you gave in question %(number)s is one of these: %(choices)s", **facts))
        if rule.negated:
            return str(_("in question %(number)s you did not choose any of these: %(choices)s", **facts))
        return str(_("in question %(number)s you chose any of these: %(choices)s", **facts))


def _part(section: Section, page: _Page) -> Part:
    asked = (item for item in section.items if page.free_text or item.kind != "text")
    intro = section.intro.get(page.language) if section.intro else ""
    fields = tuple(_HANDLERS[item.kind](item, page) for item in asked)
    return Part(f"part-{section.id}", section.title.get(page.language), intro, fields)


def _one_of(item: Item, page: _Page) -> Field:
    # A browser shows one chosen radio button; of several that were sent the first is kept.
    return _field(item, page, "radio", options=_options(item, page, most=1))


def _many_of(item: Item, page: _Page) -> Field:
    return _field(item, page, "checkbox", options=_options(item, page))


def _number(item: Item, page: _Page) -> Field:
    unit = item.unit.get(page.language) if item.unit else ""
    limits = str(_("A whole number from %(minimum)s to %(maximum)s.", minimum=item.minimum, maximum=item.maximum))
    bands = json.dumps([[band_id(start), start] for start in item.bands])
    return _field(item, page, "number", limits=limits, unit=unit, bands=bands, maximum=item.maximum or 0)


def _own_words(item: Item, page: _Page) -> Field:
    limits = str(_("At most %(longest)s characters.", longest=item.longest))
    return _field(item, page, "lines" if item.long else "line", limits=limits, maximum=item.longest)


def _information(item: Item, page: _Page) -> Field:
    return _field(item, page, None)


_Handler = Callable[[Item, _Page], Field]
_HANDLERS: Final[dict[ItemKind, _Handler]] = {
    "single": _one_of,
    "knowledge": _one_of,
    "likert": _one_of,
    "multiple": _many_of,
    "number": _number,
    "text": _own_words,
    "information": _information,
}


def _field(
    item: Item,
    page: _Page,
    control: Control | None,
    *,
    options: tuple[Option, ...] = (),
    limits: str = "",
    unit: str = "",
    bands: str = "",
    maximum: int = 0,
) -> Field:
    return Field(
        name=PREFIX + item.id,
        look=item.kind,
        control=control,
        label=item.label.get(page.language),
        hint=item.hint.get(page.language) if item.hint else "",
        may_stay_empty=item.requirement != "required",
        options=options,
        remark=page.remarks.get(item.id),
        show_if=json.dumps(_rule(item.show_if)) if item.show_if else "",
        only_if=page.only_if(item.show_if) if item.show_if else "",
        value="" if options or control is None else page.typed(item),
        limits=limits,
        unit=unit,
        bands=bands,
        maximum=maximum,
        own_order=item.shuffled and bool(page.receipt),
    )


def _options(item: Item, page: _Page, most: int | None = None) -> tuple[Option, ...]:
    chosen = frozenset(tuple(page.filled.get(item.id, ()))[:most])
    ordered = in_order(item, page.receipt)
    return tuple(_option(choice, page.language, checked=choice.id in chosen) for choice in ordered)


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

"""The items of a questionnaire file: kinds, choices, show-if rules, and what each kind needs and forbids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from questionnaires.conditions import Chosen, Condition, Every, Some
from questionnaires.fields import (
    CHOICE_ID,
    NO_DATE,
    NO_TEXT,
    Fields,
    Unique,
    as_date,
    as_flag,
    as_string,
    as_text,
    identifier,
    kind_of,
    listing,
    reference,
    whole,
    word,
)
from questionnaires.report import Report
from questionnaires.survey_types import DONT_KNOW, Choice, Item, ItemKind, Requirement, Scale, Wording, band_choices
from questionnaires.texts import Text
from questionnaires.yaml_file import MapNode, Node

MOST_NUMBER: Final = 1_000_000
MOST_MARGIN: Final = 30
"""Percentage points; nobody would call a larger change of a share practically the same."""
LONGEST_TEXT: Final = 1000
"""Characters; every box of a wave is as large as the longest answers, so that a longer text costs everybody."""
RESERVED: Final = frozenset({"stratum"})
"""Column names of the answer files that are not items."""

KINDS: Final[tuple[ItemKind, ...]] = get_args(ItemKind)
REQUIREMENTS: Final[tuple[Requirement, ...]] = get_args(Requirement)
_ALWAYS: Final = ("id", "kind", "label")
_ASKED: Final = ("hint", "requirement", "show_if", "source", "wording", "replaces")
_NEEDED: Final[Mapping[ItemKind, tuple[str, ...]]] = {
    "single": (*_ALWAYS, "choices"),
    "multiple": (*_ALWAYS, "choices"),
    "likert": (*_ALWAYS, "scale"),
    "knowledge": (*_ALWAYS, "choices", "correct", "source"),
    "number": (*_ALWAYS, "minimum", "maximum", "bands"),
    "text": (*_ALWAYS, "longest"),
    "information": _ALWAYS,
}
_ALLOWED: Final[Mapping[ItemKind, tuple[str, ...]]] = {
    "single": (*_ASKED, "favourable", "shuffled", "margin"),
    "multiple": (*_ASKED, "favourable", "shuffled", "margin"),
    "likert": (*_ASKED, "reversed", "margin"),
    "knowledge": (*_ASKED, "shuffled", "explanation", "margin"),
    "number": (*_ASKED, "unit", "favourable", "margin"),
    "text": ("hint", "requirement", "show_if", "long"),
    "information": ("hint", "show_if", "source"),
}
ITEM_KEYS: Final = tuple(dict.fromkeys(key for kind in KINDS for key in (*_NEEDED[kind], *_ALLOWED[kind])))


@dataclass(frozen=True, slots=True)
class Lookup:
    """One place where a rule looks at choices of an item."""

    item: Node
    item_id: str
    choices: tuple[tuple[Node, str], ...]


@dataclass(frozen=True, slots=True)
class ReadItem:
    """An item as read, with its place in the file and what its rule looks at; ``kind`` is None if it could not be read."""

    item: Item
    kind: ItemKind | None
    fields: Fields
    lookups: tuple[Lookup, ...]


def read_choices(fields: Fields, key: str, kind: str) -> tuple[Choice, ...]:
    """Return the choices under *key* of an item (or scale) of that *kind*."""
    seen = Unique(fields.report, "choice")
    least = 3 if kind == "knowledge" else 2
    return tuple(fields.each(key, lambda report, node: _choice(report, node, kind, seen), least))


def _choice(report: Report, node: Node, kind: str, seen: Unique) -> Choice:
    fields = Fields(report, node, ("id", "label"), ("outside_base", "exclusive"))
    choice = Choice(
        fields.need("id", identifier(CHOICE_ID), ""),
        fields.need("label", as_text, NO_TEXT),
        fields.need("outside_base", as_flag, default=False),
        fields.need("exclusive", as_flag, default=False),
    )
    if choice.id:
        seen.add(fields.place("id"), choice.id)
    if choice.outside_base and kind == "knowledge":
        report.add(fields.place("outside_base"), "outside_base_knowledge")
    if choice.exclusive and kind != "multiple":
        report.add(fields.place("exclusive"), "exclusive_not_multiple")
    return choice


def read_scale(report: Report, scale_id: str, node: Node) -> Scale:
    """Return the scale; its choices run low to high, those outside the base last."""
    fields = Fields(report, node, ("choices", "favourable", "favourable_reversed"))
    choices = read_choices(fields, "choices", "likert")
    _refuse_thin_base(fields, choices, least=2)
    outside = False
    for choice in choices:
        if outside and not choice.outside_base:
            late = next(other.id for other in choices if other.outside_base)
            report.add(fields.place("choices"), "outside_base_not_last", found=late)
            break
        outside = choice.outside_base
    forward = read_favourable(fields, "favourable", choices)
    backward = read_favourable(fields, "favourable_reversed", choices)
    for both in sorted({*forward} & {*backward}):
        report.add(fields.place("favourable_reversed"), "favourable_both_ways", found=both)
    return Scale(scale_id, choices, forward, backward)


def read_favourable(fields: Fields, key: str, choices: Sequence[Choice]) -> tuple[str, ...]:
    """Return the favourable choices under *key*: known ones inside the base."""
    named = fields.names(key, reference("choice", [choice.id for choice in choices]))
    outside = {choice.id for choice in choices if choice.outside_base}
    for place, name in named:
        if name in outside:
            fields.report.add(place, "favourable_outside_base", found=name)
    return tuple(name for _, name in named)


def _refuse_thin_base(fields: Fields, choices: Sequence[Choice], least: int) -> None:
    if choices and sum(not choice.outside_base for choice in choices) < least:
        fields.report.add(fields.place("choices"), "nothing_in_base", least=str(least))


def read_item(report: Report, node: Node, scales: Mapping[str, Scale]) -> ReadItem:
    """Return the item of *node*; what it says about other items is checked when all are read."""
    kind = _kind(report, node)
    fields = (
        Fields(report, node, _NEEDED[kind], _ALLOWED[kind], elsewhere=ITEM_KEYS, kind=f"the kind {kind}")
        if kind
        else Fields(report, node, _ALWAYS, ITEM_KEYS)
    )
    item_id = fields.need("id", identifier(), "")
    if item_id in RESERVED:
        report.add(fields.place("id"), "reserved_id", found=item_id)
    lookups: list[Lookup] = []
    scale = fields.get("scale", reference("scale", scales)) if kind == "likert" else None
    reverse = fields.need("reversed", as_flag, default=False)
    span = _span(fields) if kind == "number" else _Span()
    choices, favourable = _answers(fields, kind, scales.get(scale or ""), span, reverse=reverse)
    show_if = _condition(report, fields.place("show_if"), lookups) if "show_if" in fields else None
    item = Item(
        id=item_id,
        kind=kind or "information",
        label=fields.need("label", as_text, NO_TEXT),
        choices=choices,
        hint=fields.get("hint", as_text),
        scale=scale,
        reversed=reverse,
        favourable=favourable,
        correct=_correct(fields, choices) if kind == "knowledge" else None,
        requirement=fields.need("requirement", word(REQUIREMENTS), "optional" if kind == "text" else "required"),
        show_if=show_if,
        wording=fields.get("wording", _wording),
        replaces=fields.get("replaces", identifier()),
        source=fields.get("source", as_string),
        shuffled=fields.need("shuffled", as_flag, default=False),
        explanation=fields.get("explanation", as_text),
        minimum=span.minimum,
        maximum=span.maximum,
        bands=span.bands,
        unit=span.unit,
        longest=fields.need("longest", whole(1, LONGEST_TEXT), 0),
        long=fields.need("long", as_flag, default=False),
        margin=fields.get("margin", whole(1, MOST_MARGIN)),
    )
    if kind == "text" and item.requirement == "required":
        report.add(fields.place("requirement"), "text_required")  # the wave decides whether texts are asked at all
    if "wording" in fields and "replaces" in fields:
        report.add(fields.place("replaces"), "bridge_and_cut")
    return ReadItem(item, kind, fields, tuple(lookups))


def _kind(report: Report, node: Node) -> ItemKind | None:
    """Return the kind of the item, which decides its keys; a missing kind is reported with the other keys."""
    value = node.get("kind") if isinstance(node, MapNode) else None
    return None if value is None else word(KINDS)(report, value)


def _answers(
    fields: Fields, kind: ItemKind | None, scale: Scale | None, span: "_Span", *, reverse: bool
) -> tuple[tuple[Choice, ...], tuple[str, ...]]:
    """Return the choices of the item and those that count as favourable."""
    if kind == "likert":
        return (scale.choices, scale.favourable_reversed if reverse else scale.favourable) if scale else ((), ())
    if kind == "number":
        bands = band_choices(span.bands, span.maximum, span.unit) if span.maximum is not None else ()
        return bands, read_favourable(fields, "favourable", bands)
    if kind not in ("single", "multiple", "knowledge"):
        return (), ()
    choices = read_choices(fields, "choices", kind)
    _refuse_thin_base(fields, choices, least=1)
    return choices, read_favourable(fields, "favourable", choices) if kind != "knowledge" else ()


@dataclass(frozen=True, slots=True)
class _Span:
    """What a number item takes, and where its bands begin; nothing unless all of it could be read."""

    minimum: int | None = None
    maximum: int | None = None
    bands: tuple[int, ...] = ()
    unit: Text | None = None


def _span(fields: Fields) -> _Span:
    """Return the numbers that an item takes: rising bands from the minimum on, none beyond the maximum."""
    reader, unit = whole(0, MOST_NUMBER), fields.get("unit", as_text)
    low, high = fields.get("minimum", reader), fields.get("maximum", reader)
    starts = tuple(start for _, start in fields.get("bands", listing(reader, 2)) or ())
    if low is None or high is None or not starts:
        return _Span()
    if low >= high:
        fields.report.add(fields.place("maximum"), "too_small", found=str(high), least=str(low + 1))
        return _Span()
    if starts[0] != low or starts[-1] > high or list(starts) != sorted(set(starts)):
        fields.report.add(fields.place("bands"), "bands_wrong", minimum=str(low), maximum=str(high))
        return _Span()
    return _Span(low, high, starts, unit)


def _correct(fields: Fields, choices: Sequence[Choice]) -> str | None:
    """Return the right answer, one of the choices; there must be a wrong one and "don't know" beside it."""
    known = [choice.id for choice in choices]
    correct = fields.get("correct", reference("choice", known))
    if correct == DONT_KNOW:
        fields.report.add(fields.place("correct"), "dont_know_correct")
    if known and DONT_KNOW not in known:
        fields.report.add(fields.place("choices"), "dont_know_missing")
    return correct


def _wording(report: Report, node: Node) -> Wording:
    fields = Fields(report, node, ("same_as", "decided_by", "decided_on", "reason"))
    return Wording(
        fields.need("same_as", identifier(), ""),
        fields.need("decided_by", as_string, ""),
        fields.need("decided_on", as_date, NO_DATE),
        fields.need("reason", _reason, NO_TEXT),
    )


def _reason(report: Report, node: Node) -> Text | None:
    """Return why it was decided: a text in every language, or one string that stands for all of them."""
    if isinstance(node, MapNode):
        return as_text(report, node)
    said = as_string(report, node)
    return None if said is None else Text(said, said, said)


def _condition(report: Report, node: Node, lookups: list[Lookup]) -> Condition | None:
    """Return the rule, noting in *lookups* what it looks at."""
    if not isinstance(node, MapNode):
        report.add(node, "not_a_map", found=kind_of(node))
        return None
    keys = {name.text for name, _ in node.entries}
    for joiner in ("all", "any"):
        if joiner in keys:
            fields = Fields(report, node, (joiner,))
            parts = [part for part in fields.each(joiner, lambda _, rule: _condition(report, rule, lookups)) if part]
            return Every(tuple(parts)) if joiner == "all" else Some(tuple(parts))
    fields = Fields(report, node, ("item",), ("any_of", "none_of"))
    if ("any_of" in fields) == ("none_of" in fields):
        report.add(node, "show_if_form")
        return None
    key = "none_of" if "none_of" in fields else "any_of"
    item_id = fields.need("item", as_string, "")
    choices = fields.names(key, as_string)
    if item_id:
        lookups.append(Lookup(fields.place("item"), item_id, tuple(choices)))
    return Chosen(item_id, tuple(choice for _, choice in choices), negated=key == "none_of")

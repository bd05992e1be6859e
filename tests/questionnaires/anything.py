"""Any questionnaire that our grammar allows: the strategies from which the property tests draw."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from questionnaires.conditions import Chosen, Condition, Every, Some
from questionnaires.fields import ITEM_ID
from questionnaires.grammar_items import KINDS
from questionnaires.grammar_strata import EVERYBODY
from questionnaires.survey_types import (
    AnsweredBefore,
    Choice,
    Instrument,
    Item,
    ItemKind,
    Questionnaire,
    Scale,
    Score,
    Section,
    Stratum,
    Wording,
    band_choices,
)
from questionnaires.texts import Text

CHOSEN: tuple[ItemKind, ...] = ("single", "multiple", "likert", "knowledge", "information")
"""The kinds that are answered by choosing, and information."""

plain = st.text("aāčēģšž Яё-:#'\"&*!|>[],?@`%0~.\n–", min_size=1, max_size=12).map(str.strip).filter(bool)
texts = st.builds(Text, plain, plain, plain)
margins = st.none() | st.integers(1, 30)
ids = st.from_regex(ITEM_ID, fullmatch=True).filter(lambda text: text.isascii() and text not in ("stratum", "dont_know"))


@st.composite
def choices(draw: st.DrawFn, least: int = 2, *, outside: bool = True) -> tuple[Choice, ...]:
    names = draw(st.lists(ids | st.from_regex("[1-9]", fullmatch=True), min_size=least, max_size=5, unique=True))
    marks = [outside and place >= 2 and draw(st.booleans()) for place in range(len(names))]
    marks.sort()
    return tuple(Choice(name, draw(texts), mark) for name, mark in zip(names, marks, strict=True))


def of(items: tuple[Choice, ...]) -> list[str]:
    return [choice.id for choice in items if not choice.outside_base]


@st.composite
def conditions(draw: st.DrawFn, earlier: list[Item], depth: int = 2) -> Condition:
    if depth and draw(st.booleans()):
        joined = st.lists(conditions(earlier, depth - 1), min_size=1, max_size=3).map(tuple)
        return draw(joined.map(Every) | joined.map(Some))
    item = draw(st.sampled_from(earlier))
    chosen = draw(st.lists(st.sampled_from([choice.id for choice in item.choices]), min_size=1, unique=True))
    return Chosen(item.id, tuple(chosen), draw(st.booleans()))


@st.composite
def items(draw: st.DrawFn, item_id: str, scale: Scale, earlier: list[Item], kinds: Sequence[ItemKind] = KINDS) -> Item:
    kind = draw(st.sampled_from(kinds))
    common: dict[str, Any] = {"id": item_id, "kind": kind, "label": draw(texts), "hint": draw(st.none() | texts)}
    looked_at = [item for item in earlier if item.choices]
    common["show_if"] = draw(st.none() | conditions(looked_at)) if looked_at else None
    if kind == "information":
        return Item(**common, source=draw(st.none() | plain))
    if kind == "text":
        common["requirement"] = draw(st.sampled_from(["soft", "optional"]))
        return Item(**common, longest=draw(st.integers(1, 1000)), long=draw(st.booleans()))
    common |= {"requirement": draw(st.sampled_from(["required", "soft", "optional"])), **draw(bridges(item_id))}
    if kind == "knowledge":
        return draw(knowledge(common))
    common |= {"source": draw(st.none() | plain), "margin": draw(margins)}
    if kind == "likert":
        back = draw(st.booleans())
        favourable = scale.favourable_reversed if back else scale.favourable
        return Item(**common, scale=scale.id, choices=scale.choices, reversed=back, favourable=favourable)
    return draw(numbers(common) if kind == "number" else choosing(common))


@st.composite
def bridges(draw: st.DrawFn, item_id: str) -> dict[str, Any]:
    if draw(st.booleans()):
        return {"replaces": f"z_{item_id}"[:40]}
    decided = st.builds(Wording, st.just(item_id), plain, st.dates(date(1900, 1, 1), date(2199, 12, 31)), texts)
    return {"wording": draw(st.none() | decided)}


@st.composite
def knowledge(draw: st.DrawFn, common: dict[str, Any], *, explained: bool = False) -> Item:
    own = (*draw(choices(outside=False)), Choice("dont_know", draw(texts)))
    correct = draw(st.sampled_from(own[:-1])).id
    why = draw(texts) if explained else None
    facts: dict[str, Any] = {
        "source": draw(plain),
        "shuffled": draw(st.booleans()),
        "margin": None if explained else draw(margins),
    }
    return Item(**common, choices=own, correct=correct, explanation=why, **facts)


@st.composite
def choosing(draw: st.DrawFn, common: dict[str, Any]) -> Item:
    own = draw(choices())
    if common["kind"] == "multiple":
        own = (*own, Choice("none_of_these", draw(texts), exclusive=True))
    liked = tuple(draw(st.lists(st.sampled_from(of(own)), unique=True)))
    return Item(**common, choices=own, favourable=liked, shuffled=draw(st.booleans()))


@st.composite
def numbers(draw: st.DrawFn, common: dict[str, Any]) -> Item:
    low, *more = sorted(draw(st.lists(st.integers(0, 1_000_000), min_size=3, max_size=6, unique=True)))
    starts, high, unit = (low, *more[:-1]), more[-1], draw(st.none() | texts)
    bands = band_choices(starts, high, unit)
    liked = tuple(draw(st.lists(st.sampled_from(of(bands)), unique=True)))
    return Item(**common, choices=bands, favourable=liked, minimum=low, maximum=high, bands=starts, unit=unit)


@st.composite
def questionnaires(draw: st.DrawFn, instrument: Instrument = "survey", kinds: Sequence[ItemKind] = KINDS) -> Questionnaire:
    own = draw(choices(outside=False))
    scale = Scale("agreement", own, (own[-1].id,), (own[0].id,))
    names = draw(st.lists(ids.filter(lambda text: not text.startswith("z_")), min_size=3, max_size=7, unique=True))
    found: list[Item] = []
    if instrument == "survey":
        role = Item(names[0], "single", draw(texts), draw(choices(3, outside=False)))
        found = [role, Item(names[1], "single", draw(texts), draw(choices()))]
    for name in names[len(found) :]:
        found.append(draw(played(name) if instrument == "game" else items(name, scale, found, kinds)))
    common: dict[str, Any] = {"id": "any", "version": draw(st.integers(1, 99)), "title": draw(texts), "intro": draw(texts)}
    common |= {"minutes": draw(st.integers(1, 120)), "scales": () if instrument == "game" else (scale,)}
    if instrument != "survey":
        found = [replace(item, margin=None) for item in found]  # nothing else is compared
        scores = draw(scoring(found, compared=False)) if instrument == "game" else ()
        everybody = Stratum("*", EVERYBODY)
        return Questionnaire(**common, sections=draw(parted(found)), scores=scores, strata=everybody, instrument=instrument)
    found = draw(with_headline(found))
    return Questionnaire(
        **common,
        sections=draw(parted(found)),
        scores=draw(scoring(found)),
        strata=draw(strata(found[0])),
        stratum_item=found[0].id,
        band_item=(band := draw(st.none() | st.just(found[1].id))),
        answered_before=None if band else draw(answered_before(found[1])),
    )


@st.composite
def answered_before(draw: st.DrawFn, item: Item) -> AnsweredBefore | None:
    names = [choice.id for choice in item.choices]
    cut = draw(st.integers(1, len(names) - 1))
    return draw(st.none() | st.just(AnsweredBefore(item.id, tuple(names[:cut]), tuple(names[cut:]))))


@st.composite
def played(draw: st.DrawFn, item_id: str) -> Item:
    common: dict[str, Any] = {"id": item_id, "label": draw(texts), "hint": draw(st.none() | texts)}
    if draw(st.booleans()):
        return Item(**common, kind="information")
    return draw(knowledge({**common, "kind": "knowledge"}, explained=True))


@st.composite
def with_headline(draw: st.DrawFn, found: list[Item]) -> list[Item]:
    asked = [item.id for item in found if item.kind not in ("information", "text")]
    headline = draw(st.lists(st.sampled_from(asked), min_size=1, max_size=6, unique=True))
    return [replace(item, headline=item.id in headline) for item in found]


@st.composite
def parted(draw: st.DrawFn, found: list[Item]) -> tuple[Section, ...]:
    cut = draw(st.integers(1, len(found) - 1))
    return (
        Section("first", draw(texts), tuple(found[:cut]), draw(st.none() | texts)),
        Section("second", draw(texts), tuple(found[cut:])),
    )


@st.composite
def scoring(draw: st.DrawFn, found: list[Item], *, compared: bool = True) -> tuple[Score, ...]:
    scored = tuple(item.id for item in found if item.kind == "knowledge")
    if not scored:
        return ()
    tenths = draw(st.none() | st.integers(1, 10 * len(scored) - 1)) if compared else None
    return (Score("zz_score", draw(texts), scored, None if tenths is None else tenths / 10),)


@st.composite
def strata(draw: st.DrawFn, role: Item) -> Stratum:
    leaves = [Stratum(choice.id, choice.label) for choice in role.choices]
    cut = draw(st.integers(1, len(leaves) - 1))
    group = Stratum("z_group", draw(texts), tuple(leaves[:cut]))
    if draw(st.booleans()):
        group = Stratum("z_outer", draw(texts), (group,))
    return Stratum("*", draw(texts), (group, *leaves[cut:]))


anything = questionnaires() | questionnaires("feedback") | questionnaires("game")
"""A questionnaire of any instrument."""

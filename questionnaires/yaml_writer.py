"""A questionnaire as the text of its file, laid out to be read by people and read back to the same questionnaire."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from questionnaires.conditions import Chosen, Condition, Every, Some
from questionnaires.survey_types import Choice, Item, Questionnaire, Scale, Score, Section, Stratum, Wording
from questionnaires.texts import LANGUAGES, Text

T = TypeVar("T")

WIDTH: Final = 130
"""What fits into so many letters stands on one line."""

_WORD: Final = re.compile(r"[a-z][a-z0-9_-]*")
_OTHER_TYPES: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""Words that other readers of YAML take for a flag or for nothing; ours does not."""


@dataclass(frozen=True, slots=True)
class _Text:
    """Words for people, always in quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class _Row:
    """A map that stands on one line however long it gets, so that a list of such rows reads as a table."""

    entries: Mapping[str, "_Value"]


@dataclass(frozen=True, slots=True)
class _Tall:
    """A map or list whose entries each stand on lines of their own however short they are."""

    value: "Mapping[str, _Value] | list[_Value]"


_Value = str | bool | int | _Text | _Row | _Tall | Mapping[str, "_Value"] | list["_Value"]
_Entries = dict[str, _Value]


def to_yaml(questionnaire: Questionnaire) -> str:
    """Return the text of a file that ``parse_questionnaire`` reads as an equal questionnaire.

    The same questionnaire always gives the same text; what stands at its default is not written.
    """
    return "\n".join(_lines_of_map(_questionnaire(questionnaire), "")) + "\n"


# ---- the questionnaire as keys and values, in the order in which people read them ----


def _questionnaire(read: Questionnaire) -> _Entries:
    entries: _Entries = {"id": read.id, "version": read.version}
    if read.instrument != "survey":
        entries["instrument"] = read.instrument
    entries |= {"title": _text(read.title), "intro": _text(read.intro), "minutes": read.minutes}
    if read.instrument == "survey":
        entries["strata"] = _Tall(_strata(read))
    if read.scales:
        entries["scales"] = _Tall({scale.id: _Tall(_scale(scale)) for scale in read.scales})
    if read.scores:
        entries["scores"] = _Tall({score.id: _score(score) for score in read.scores})
    if read.instrument == "survey":
        entries["headline"] = [item.id for item in read.items if item.headline]
    return {**entries, "sections": _Tall([_Tall(_section(section)) for section in read.sections])}


def _strata(read: Questionnaire) -> _Entries:
    named = {"item": read.stratum_item, "band": read.band_item}
    entries: _Entries = {key: name for key, name in named.items() if name}
    return {**entries, "label": _text(read.strata.label), "tree": _Tall([_part(part) for part in read.strata.parts])}


def _part(part: Stratum) -> _Value:
    """Return a leaf by its id alone, a group with its parts."""
    if not part.parts:
        return part.id
    parts: _Value = [each.id for each in part.parts]
    if any(each.parts for each in part.parts):
        parts = _Tall([_part(each) for each in part.parts])
    return _Tall({"id": part.id, "label": _text(part.label), "parts": parts})


def _scale(scale: Scale) -> _Entries:
    return {
        "choices": _choices(scale.choices),
        "favourable": list(scale.favourable),
        "favourable_reversed": list(scale.favourable_reversed),
    }


def _score(score: Score) -> _Entries:
    return {"label": _text(score.label), "items": list(score.items)}


def _section(section: Section) -> _Entries:
    entries: _Entries = {"id": section.id, "title": _text(section.title)}
    if section.intro:
        entries["intro"] = _text(section.intro)
    return {**entries, "items": _Tall([_Tall(_item(item)) for item in section.items])}


def _item(item: Item) -> _Entries:
    """Return the keys of *item* that are not at their default; what a scale or the bands say is not said again."""
    usual = "optional" if item.kind == "text" else "required"
    own = item.choices if item.kind in ("single", "multiple", "knowledge") else ()
    entries: dict[str, _Value | None] = {
        "id": item.id,
        "kind": item.kind,
        "scale": item.scale,
        "reversed": item.reversed or None,
        "requirement": item.requirement if item.requirement != usual and item.kind != "information" else None,
        "label": _text(item.label),
        "hint": _if_any(item.hint, _text),
        "choices": _choices(own) if own else None,
        "shuffled": item.shuffled or None,
        "minimum": item.minimum,
        "maximum": item.maximum,
        "bands": list(item.bands) or None,
        "unit": _if_any(item.unit, _text),
        "longest": item.longest or None,
        "long": item.long or None,
        "favourable": list(item.favourable) or None if item.kind != "likert" else None,
        "correct": item.correct,
        "explanation": _if_any(item.explanation, _text),
        "show_if": _if_any(item.show_if, _condition),
        "source": _if_any(item.source, _Text),
        "wording": _if_any(item.wording, _wording),
        "replaces": item.replaces,
    }
    return {key: value for key, value in entries.items() if value is not None}


def _choices(choices: Sequence[Choice]) -> _Tall:
    return _Tall([_Row(_choice(choice)) for choice in choices])


def _choice(choice: Choice) -> _Entries:
    marks: _Entries = {"outside_base": True} if choice.outside_base else {}
    marks |= {"exclusive": True} if choice.exclusive else {}
    return {"id": choice.id, "label": _text(choice.label), **marks}


def _condition(condition: Condition) -> _Entries:
    match condition:
        case Chosen(item, choices, negated):
            return {"item": item, "none_of" if negated else "any_of": list(choices)}
        case Every(parts):
            return {"all": [_condition(part) for part in parts]}
        case Some(parts):
            return {"any": [_condition(part) for part in parts]}


def _wording(wording: Wording) -> _Tall:
    everywhere = {wording.reason.get(language) for language in LANGUAGES}
    entries: _Entries = {
        "same_as": wording.same_as,
        "decided_by": _Text(wording.decided_by),
        "decided_on": _Text(wording.decided_on.isoformat()),
        "reason": _Text(wording.reason.lv) if len(everywhere) == 1 else _text(wording.reason),
    }
    return _Tall(entries)


def _if_any(value: T | None, write: Callable[[T], _Value]) -> _Value | None:
    return None if value is None else write(value)


def _text(text: Text) -> _Entries:
    return {language: _Text(text.get(language)) for language in LANGUAGES}


# ---- keys and values as lines ----


def _on_one_line(value: _Value) -> str:
    match value:
        case _Row(inner) | _Tall(inner):
            return _on_one_line(inner)
        case Mapping():
            return "{" + ", ".join(f"{_word(key)}: {_on_one_line(part)}" for key, part in value.items()) + "}"
        case list():
            return "[" + ", ".join(_on_one_line(part) for part in value) + "]"
        case _:
            return _word(value)


def _word(value: object) -> str:
    """Return one value; the quotes and escapes of JSON are those of YAML."""
    if isinstance(value, _Text):
        return json.dumps(value.text, ensure_ascii=False)
    if isinstance(value, str) and _WORD.fullmatch(value) and value not in _OTHER_TYPES:
        return value
    return json.dumps(value)


def _fits(value: _Value, before: str) -> bool:
    """Say whether *value* stands on one line behind *before*."""
    if isinstance(value, _Tall) or _paragraphs(value):
        return False
    if isinstance(value, Mapping) and any(_paragraphs(part) for part in value.values()):
        return False
    return not isinstance(value, Mapping | list) or len(before) + len(_on_one_line(value)) <= WIDTH


def _paragraphs(value: _Value) -> list[str]:
    """Return the lines of a text of several lines that can stand as they are, nothing for any other value."""
    rows = value.text.split("\n") if isinstance(value, _Text) else []
    return rows if len(rows) > 1 and all(row == row.strip() for row in rows) and rows[0] and rows[-1] else []


def _lines_of_map(entries: Mapping[str, _Value], indent: str) -> Iterator[str]:
    for key, value in entries.items():
        start = f"{indent}{_word(key)}:"
        if _fits(value, f"{start} "):
            yield f"{start} {_on_one_line(value)}"
        elif rows := _paragraphs(value):
            yield f"{start} |-"
            yield from (f"{indent}  {row}".rstrip() for row in rows)
        else:
            yield start
            yield from _lines_below(value, f"{indent}  ")


def _lines_below(value: _Value, indent: str) -> Iterator[str]:
    """Yield the lines of a map or list that stands below its key or dash."""
    inner = value.value if isinstance(value, _Tall) else value
    if isinstance(inner, Mapping):
        yield from _lines_of_map(inner, indent)
    elif isinstance(inner, list):
        for part in inner:
            yield from _lines_of_part(part, indent)


def _lines_of_part(part: _Value, indent: str) -> Iterator[str]:
    """Yield the lines of one entry of a list: the first behind its dash, the others under the first."""
    if _fits(part, f"{indent}- "):
        yield f"{indent}- {_on_one_line(part)}"
        return
    for place, line in enumerate(_lines_below(part, f"{indent}  ")):
        yield f"{indent}- {line[len(indent) + 2 :]}" if place == 0 else line

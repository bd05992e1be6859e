"""Keys and values as YAML that people read: short things on one line, words for people in quotes, lists of rows as tables."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from questionnaires.texts import LANGUAGES, Text

T = TypeVar("T")

WIDTH: Final = 130
"""What fits into so many letters stands on one line."""

_WORD: Final = re.compile(r"[a-z][a-z0-9_-]*")
_OTHER_TYPES: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""Words that other readers of YAML take for a flag or for nothing; ours does not."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words for people, always in quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Plain:
    """A number, day or year as it stands, never in quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class OneLine:
    """A map that stands on one line however long it gets, so that a list of such rows reads as a table."""

    entries: Mapping[str, "Value"]


@dataclass(frozen=True, slots=True)
class Tall:
    """A map or list whose entries each stand on lines of their own however short they are."""

    value: "Mapping[str, Value] | list[Value]"


Value = str | bool | int | Quoted | Plain | OneLine | Tall | Mapping[str, "Value"] | list["Value"]
Entries = dict[str, Value]


def to_text(entries: Mapping[str, Value]) -> str:
    """Return the text of a file with these *entries*; the same entries always give the same text."""
    return "\n".join(_lines_of_map(entries, "")) + "\n"


def if_any(value: T | None, write: Callable[[T], Value]) -> Value | None:
    """Return what *write* makes of a *value*, None if there is none."""
    return None if value is None else write(value)


def kept(entries: Mapping[str, Value | None]) -> Entries:
    """Return the *entries* that hold anything."""
    return {key: value for key, value in entries.items() if value is not None}


def texts_of(text: Text) -> Entries:
    """Return a text in every language."""
    return {language: Quoted(text.get(language)) for language in LANGUAGES}


def _on_one_line(value: Value) -> str:
    match value:
        case OneLine(inner) | Tall(inner):
            return _on_one_line(inner)
        case Mapping():
            return "{" + ", ".join(f"{_key(key)}: {_on_one_line(part)}" for key, part in value.items()) + "}"
        case list():
            return "[" + ", ".join(_on_one_line(part) for part in value) + "]"
        case _:
            return _word(value)


def _key(name: str) -> str:
    return name if name.isdecimal() else _word(name)


def _word(value: object) -> str:
    """Return one value; the quotes and escapes of JSON are those of YAML."""
    if isinstance(value, Quoted):
        return json.dumps(value.text, ensure_ascii=False)
    if isinstance(value, Plain):
        return value.text
    if isinstance(value, str) and _WORD.fullmatch(value) and value not in _OTHER_TYPES:
        return value
    return json.dumps(value)


def _fits(value: Value, before: str) -> bool:
    """Say whether *value* stands on one line behind *before*."""
    if isinstance(value, Tall) or _paragraphs(value):
        return False
    if isinstance(value, Mapping) and any(_paragraphs(part) for part in value.values()):
        return False
    return not isinstance(value, Mapping | list) or len(before) + len(_on_one_line(value)) <= WIDTH


def _paragraphs(value: Value) -> list[str]:
    """Return the lines of a text of several lines that can stand as they are, nothing for any other value."""
    rows = value.text.split("\n") if isinstance(value, Quoted) else []
    return rows if len(rows) > 1 and all(row == row.strip() for row in rows) and rows[0] and rows[-1] else []


def _lines_of_map(entries: Mapping[str, Value], indent: str) -> Iterator[str]:
    for key, value in entries.items():
        start = f"{indent}{_key(key)}:"
        if _fits(value, f"{start} "):
            yield f"{start} {_on_one_line(value)}"
        elif rows := _paragraphs(value):
            yield f"{start} |-"
            yield from (f"{indent}  {row}".rstrip() for row in rows)
        else:
            yield start
            yield from _lines_below(value, f"{indent}  ")


def _lines_below(value: Value, indent: str) -> Iterator[str]:
    """Yield the lines of a map or list that stands below its key or dash."""
    inner = value.value if isinstance(value, Tall) else value
    if isinstance(inner, Mapping):
        yield from _lines_of_map(inner, indent)
    elif isinstance(inner, list):
        for part in inner:
            yield from _lines_of_part(part, indent)


def _lines_of_part(part: Value, indent: str) -> Iterator[str]:
    """Yield the lines of one entry of a list: the first behind its dash, the others under the first."""
    if _fits(part, f"{indent}- "):
        yield f"{indent}- {_on_one_line(part)}"
        return
    for place, line in enumerate(_lines_below(part, f"{indent}  ")):
        yield f"{indent}- {line[len(indent) + 2 :]}" if place == 0 else line

"""Statements about a plan as canonical JSON, and back by a strict reader: what does not fit its type is never half read."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, fields
from datetime import date
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from analysis.cases import Degree
from analysis.statements import TYPES, Kind, Statement
from questionnaires.plan_types import Member


class UnreadableStatementError(ValueError):
    """A document is not a statement; ``key`` names the part that is wrong, ``problem`` says how."""

    def __init__(self, key: str, problem: str) -> None:
        self.key = key
        self.problem = problem
        super().__init__(f"{key}: {problem}" if key else problem)


def write(statement: Statement) -> str:
    """Return *statement* as canonical JSON: keys in order, nothing that is None, ISO days, whole numbers without a point."""
    return json.dumps(_plain(asdict(statement)), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def read(kind: Kind, text: str) -> Statement:
    """Return the statement of *kind* that *text* holds.

    Raises:
        UnreadableStatementError: it is no JSON, or a key is missing, unknown or of the wrong type.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableStatementError("", f"not JSON ({error.msg})") from error
    return made(kind, document)


def made(kind: Kind, document: object) -> Statement:
    """Return the statement of *kind* made of plain values; raises as ``read``."""
    found: Statement = _made(TYPES[kind], document)
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a statement holds
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items() if each is not None}
        case list() | tuple():
            return [_plain(each) for each in value]
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def _made(wanted: Any, document: object) -> Any:  # noqa: ANN401 - a dataclass of plain parts
    if not isinstance(document, dict):
        raise UnreadableStatementError("", "not a list of named parts")
    hints = get_type_hints(wanted)
    known = {field.name: field for field in fields(wanted)}
    for key in document:
        if key not in known:
            raise UnreadableStatementError(str(key), f"not known; allowed are {', '.join(known)}")
    values: dict[str, object] = {}
    for name, field in known.items():
        if name in document:
            values[name] = _value(name, hints[name], document[name])
        elif field.default is MISSING:
            raise UnreadableStatementError(name, "missing")
    return wanted(**values)


def _value(key: str, hint: Any, value: object) -> object:  # noqa: ANN401 - a type
    if get_origin(hint) in (Union, UnionType):
        [hint] = [each for each in get_args(hint) if each is not type(None)]
    if hint == tuple[Member, ...]:
        if not isinstance(value, list):
            raise UnreadableStatementError(key, "not a list")
        return tuple(_made(Member, each) for each in value)
    reader, what = _READERS["degree" if hint == Degree else hint.__name__]
    found = reader(value)
    if found is None:
        raise UnreadableStatementError(key, f"{value!r} is not {what}")
    return found


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2026-01-31") else None
    except ValueError:
        return None


def _degree(value: object) -> object:
    return value if value in get_args(Degree) else None


_READERS: Final[Mapping[str, tuple[Callable[[object], object], str]]] = {
    "str": (_text, "a text"),
    "int": (_whole, "a whole number"),
    "float": (_number, "a number"),
    "bool": (_flag, "true or false"),
    "date": (_day, "a day such as 2026-01-31"),
    "degree": (_degree, f"one of {', '.join(get_args(Degree))}"),
}

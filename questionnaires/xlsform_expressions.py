"""XLSForm's ``relevant`` and ``constraint``: the part of XPath that our show-if rules and limits can say, in both directions.

What is written is read back to the very same rule, so that the forms below are told apart by their brackets:
``a = 'x' or a = 'y'`` is one look at *a*, ``(a = 'x') or (a = 'y')`` are two, ``X and true()`` is "every" with one part.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from questionnaires.conditions import Chosen, Condition, Every, Some

LONGEST: Final = 5_000
DEEPEST: Final = 40
_TOKEN: Final = re.compile(
    r"""\s*(?:\$\{\s*(?P<item>[^{}\s]+)\s*\}|'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<number>-?[0-9]+(?:\.[0-9]+)?)"""
    r"""|(?P<word>[A-Za-z_][A-Za-z0-9_:-]*)|(?P<sign><=|>=|!=|[=<>(),.]))""",
    re.ASCII,
)


class ExpressionError(ValueError):
    """An expression cannot be read; ``code`` and ``facts`` say why, ``unknown`` is the question that does not exist."""

    def __init__(self, code: str, unknown: str = "", **facts: str) -> None:
        self.code = code
        self.unknown = unknown
        self.facts = facts
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule must know of an item: its choices, whether several can be chosen, first and last number of each band."""

    choices: tuple[str, ...]
    multiple: bool = False
    spans: Mapping[str, tuple[int, int]] | None = None


# ---- writing ----


def write_condition(condition: Condition, subjects: Mapping[str, Subject]) -> str:
    """Return *condition* as the text of a ``relevant`` cell."""
    match condition:
        case Chosen():
            return _chosen(condition, subjects[condition.item])
        case Every(parts):
            shown = [_operand(part, subjects, bracket=_is_span(part, subjects)) for part in parts]
            return " and ".join(shown if len(shown) > 1 else [*shown, "true()"])
        case Some(parts):
            alike = len({part.item for part in parts if isinstance(part, Chosen)}) == 1
            alike = alike and all(isinstance(part, Chosen) and not part.negated for part in parts) and len(parts) > 1
            shown = [_operand(part, subjects, bracket=alike) for part in parts]
            return " or ".join(shown if len(shown) > 1 else [*shown, "false()"])


def _operand(part: Condition, subjects: Mapping[str, Subject], *, bracket: bool) -> str:
    several = isinstance(part, Chosen) and not part.negated and len(part.choices) > 1
    text = write_condition(part, subjects)
    return f"({text})" if bracket or several or not isinstance(part, Chosen) else text


def _is_span(part: Condition, subjects: Mapping[str, Subject]) -> bool:
    return isinstance(part, Chosen) and not part.negated and subjects[part.item].spans is not None


def _chosen(condition: Chosen, subject: Subject) -> str:
    item = f"${{{condition.item}}}"
    if subject.spans is not None:
        spans = [subject.spans[choice] for choice in condition.choices]
        looks = [f"{item} >= {low} and {item} <= {high}" for low, high in spans]
    elif subject.multiple:
        looks = [f"selected({item}, '{choice}')" for choice in condition.choices]
    elif condition.negated and len(condition.choices) == 1:
        return f"{item} != '{condition.choices[0]}'"
    else:
        looks = [f"{item} = '{choice}'" for choice in condition.choices]
    text = " or ".join(looks)
    return f"not({text})" if condition.negated else text


def number_constraint(minimum: int, maximum: int) -> str:
    """Return the constraint of a number between the two, both allowed."""
    return f". >= {minimum} and . <= {maximum}"


def length_constraint(longest: int) -> str:
    """Return the constraint of a text of at most *longest* characters."""
    return f"string-length(.) <= {longest}"


# ---- reading ----


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Literal["item", "text", "number", "word", "sign", "end"]
    text: str
    rest: str


@dataclass(frozen=True, slots=True)
class _Look:
    """A part of a rule as it was read; *choice* and *bound* parts without brackets may grow together with their neighbours."""

    kind: Literal["choice", "bound", "rule", "true", "false"]
    condition: Condition | None = None
    item: str = ""
    low: float = float("-inf")
    high: float = float("inf")


def read_condition(text: str, subjects: Mapping[str, Subject]) -> Condition | None:
    """Return the rule that *text* says; None for ``true()``.

    Raises:
        ExpressionError: it is broken, uses more than rules here can say, or names a question that is none of *subjects*.
    """
    return _Parser(text, subjects).rule()


def read_limits(text: str) -> tuple[int | None, int | None]:
    """Return the least and the greatest number that a constraint such as ``. >= 0 and . < 60`` allows.

    Raises ExpressionError for any other form.
    """
    low: list[int] = []
    high: list[int] = []
    for part in re.split(r"\s+and\s+", text.strip()):
        found = re.fullmatch(r"\(?\s*\.\s*(<=|>=|<|>)\s*(-?[0-9]{1,9})\s*\)?", part)
        if not found:
            raise ExpressionError("constraint_form", found=text, form=number_constraint(0, 60))
        number = int(found[2])
        if found[1].startswith(">"):
            low.append(number if found[1] == ">=" else number + 1)
        else:
            high.append(number if found[1] == "<=" else number - 1)
    return max(low, default=None), min(high, default=None)


def read_longest(text: str) -> int:
    """Return how many characters ``string-length(.) <= 200`` and the like allow; ExpressionError for any other form."""
    found = re.fullmatch(r"string-length\(\s*\.\s*\)\s*(<=|<)\s*([0-9]{1,9})", text.strip())
    if not found:
        raise ExpressionError("constraint_form", found=text, form=length_constraint(200))
    return int(found[2]) if found[1] == "<=" else int(found[2]) - 1


def _tokens(text: str) -> list[_Token]:
    if len(text) > LONGEST:
        raise ExpressionError("expression_long")
    found: list[_Token] = []
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if not match:
            raise ExpressionError("expression_broken", found=text[place:].strip())
        kind = match.lastgroup
        value, rest = match[kind or 0], text[place:].strip()
        match kind:
            case "item" | "number" | "word" | "sign":
                found.append(_Token(kind, value, rest))
            case _:
                found.append(_Token("text", value, rest))
        place = match.end()
    return [*found, _Token("end", "", "")]


class _Parser:
    """Reads ``or`` of ``and`` of single looks, by descent."""

    def __init__(self, text: str, subjects: Mapping[str, Subject]) -> None:
        self._left = _tokens(text)[::-1]
        self._subjects = subjects
        self._depth = 0

    def rule(self) -> Condition | None:
        """Return the whole rule."""
        look = self._either()
        if self._next.kind != "end":
            raise self._broken()
        if look.kind == "false":
            raise ExpressionError("expression_never")
        return None if look.kind == "true" else self._condition(look)

    @property
    def _next(self) -> _Token:
        return self._left[-1]

    def _broken(self) -> ExpressionError:
        if self._next.kind == "end":
            return ExpressionError("expression_ends")
        return ExpressionError("expression_broken", found=self._next.rest)

    def _take(self, kind: str, *texts: str) -> str:
        """Return the text of the next token, which must be of that *kind*, and one of *texts* if there are any."""
        token = self._next
        if token.kind != kind or (texts and token.text not in texts):
            raise self._broken()
        self._left.pop()
        return token.text

    def _joined(self, word: str, of: Sequence[_Look]) -> bool:
        """Say whether *word* stands next and joins one more look to those read."""
        if of and not (self._next.kind == "word" and self._next.text == word):
            return False
        if of:
            self._left.pop()
        return True

    def _either(self) -> _Look:
        looks: list[_Look] = []
        while self._joined("or", looks):
            looks.append(self._both())
        if len(looks) == 1:
            return looks[0]
        kept = [look for look in looks if look.kind != "false"]
        if not kept or any(look.kind == "true" for look in kept):
            raise ExpressionError("expression_never")
        if len(kept) == len(looks) and all(look.kind == "choice" and look.item == kept[0].item for look in looks):
            choices = [choice for look in looks if isinstance(look.condition, Chosen) for choice in look.condition.choices]
            return _Look("rule", Chosen(kept[0].item, tuple(choices)))
        return _Look("rule", Some(tuple(self._condition(look) for look in kept)))

    def _both(self) -> _Look:
        looks: list[_Look] = []
        while self._joined("and", looks):
            looks.append(self._one())
        if len(looks) == 1:
            return looks[0]
        kept = [look for look in looks if look.kind != "true"]
        if not kept or any(look.kind == "false" for look in kept):
            raise ExpressionError("expression_never")
        if len(looks) == 2 and all(look.kind == "bound" and look.item == kept[0].item for look in looks):  # noqa: PLR2004 - from and to
            low, high = max(look.low for look in looks), min(look.high for look in looks)
            return self._span(_Look("bound", None, kept[0].item, low, high))
        return _Look("rule", Every(tuple(self._condition(look) for look in kept)))

    def _one(self) -> _Look:
        token = self._next
        match token.kind:
            case "item":
                return self._comparison()
            case "word":
                return self._function()
            case "sign" if token.text == "(":
                inner = self._inside()
                return inner if inner.kind in ("true", "false") else _Look("rule", self._condition(inner))
            case _:
                raise self._broken()

    def _inside(self) -> _Look:
        """Return what stands in the brackets that come next."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError("expression_long")
        self._take("sign", "(")
        look = self._either()
        self._take("sign", ")")
        self._depth -= 1
        return look

    def _function(self) -> _Look:
        name = self._take("word")
        match name:
            case "not":
                inner = self._inside()
                if inner.kind in ("true", "false"):
                    return _Look("false" if inner.kind == "true" else "true")
                return _Look("rule", _negated(self._condition(inner)))
            case "true" | "false":
                self._take("sign", "(")
                self._take("sign", ")")
                return _Look("true" if name == "true" else "false")
            case "selected":
                return self._selected()
            case _:
                raise ExpressionError("expression_function", found=name)

    def _selected(self) -> _Look:
        self._take("sign", "(")
        item = self._item()
        self._take("sign", ",")
        choice = self._take("text")
        self._take("sign", ")")
        return _Look("choice", Chosen(item, (choice,)), item)

    def _item(self) -> str:
        item = self._take("item")
        if item not in self._subjects:
            raise ExpressionError("", unknown=item)
        return item

    def _comparison(self) -> _Look:
        item = self._item()
        sign = self._take("sign", "=", "!=", "<", ">", "<=", ">=")
        if self._next.kind not in ("text", "number"):
            raise self._broken()
        value = self._left.pop()
        subject = self._subjects[item]
        if not value.text and sign in ("=", "!="):
            return _Look("rule", Chosen(item, subject.choices or ("-",), negated=sign == "="))
        if subject.spans is not None:
            return self._compared(item, sign, value)
        if sign not in ("=", "!="):
            raise ExpressionError("expression_broken", found=f"{sign} {value.rest}")
        if subject.multiple:
            raise ExpressionError("expression_multiple", found=item)
        chosen = Chosen(item, (value.text,), negated=sign == "!=")
        return _Look("rule" if chosen.negated else "choice", chosen, item)

    def _compared(self, item: str, sign: str, value: _Token) -> _Look:
        """Return what a comparison says of a number."""
        if value.kind != "number":
            raise ExpressionError("expression_broken", found=value.rest)
        number = float(value.text)
        match sign:
            case "=" | "!=":
                span = self._span(_Look("bound", None, item, number, number))
                return span if sign == "=" else _Look("rule", _negated(self._condition(span)))
            case ">=" | ">":
                return _Look("bound", None, item, low=number if sign == ">=" else number + 1)
            case _:
                return _Look("bound", None, item, high=number if sign == "<=" else number - 1)

    def _condition(self, look: _Look) -> Condition:
        if look.kind == "bound":
            look = self._span(look)
        if look.condition is None:
            raise ExpressionError("expression_never")
        return look.condition

    def _span(self, look: _Look) -> _Look:
        """Return the bands of a number that lie between two bounds; none of them may lie there in part only."""
        spans = self._subjects[look.item].spans or {}
        inside = tuple(band for band, (low, high) in spans.items() if look.low <= low and high <= look.high)
        touched = tuple(band for band, (low, high) in spans.items() if look.low <= high and low <= look.high)
        if not inside or inside != touched:
            bands = ", ".join(f"{low}-{high}" for low, high in spans.values())
            raise ExpressionError("expression_bands", found=look.item, bands=bands)
        return _Look("choice" if len(inside) == 1 else "rule", Chosen(look.item, inside), look.item)


def _negated(condition: Condition) -> Condition:
    """Return the opposite of *condition*."""
    match condition:
        case Chosen(item, choices, negated):
            return Chosen(item, choices, negated=not negated)
        case Every(parts):
            return Some(tuple(_negated(part) for part in parts))
        case Some(parts):
            return Every(tuple(_negated(part) for part in parts))

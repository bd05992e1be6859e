"""What one value of a file may be: readers of single nodes, and the fields of a map with the keys that it may have.

A reader returns None for a value that it has reported; the file is refused in the end, so that None never gets out.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from difflib import get_close_matches
from typing import Final, TypeVar

from questionnaires.report import Place, Report, shown
from questionnaires.texts import LANGUAGES, Text
from questionnaires.yaml_file import ListNode, MapNode, Node, ScalarNode

T = TypeVar("T")
W = TypeVar("W", bound=str)
Reader = Callable[[Report, Node], T | None]

NO_TEXT: Final = Text("", "", "")
NO_DATE: Final = date.min
ITEM_ID: Final = r"[a-z][a-z0-9_]{0,39}"
CHOICE_ID: Final = r"[a-z0-9][a-z0-9_]{0,39}"
FILE_ID: Final = r"(?=.{1,64}\Z)[a-z][a-z0-9]*(?:-[a-z0-9]+|_[a-z0-9]+)*"

LANGUAGE_NAMES: Final[Mapping[str, str]] = {"lv": "Latvian", "en": "English", "ru": "Russian"}
ID_RULES: Final[Mapping[str, str]] = {
    ITEM_ID: "begin with a letter a-z and use a-z, 0-9 and _ only, at most 40",
    CHOICE_ID: "use a-z, 0-9 and _ only, at most 40",
    FILE_ID: "begin with a letter a-z and use words of a-z and 0-9 joined by - or _, at most 64",
    r"0|[1-9]\d?": "write the number of a goal, such as 5 (0 for the plan as a whole)",
    r"(?:0|[1-9]\d?)\.(?:[1-9]\d?|p)": "write the number of an action, such as 5.2, or 5.p for the policy indicators of goal 5",
    r"(?:0|[1-9]\d?)\.(?:[1-9]\d?|p)\.(?:[a-z]|[1-9]\d?)": "write the action’s number and a letter or number, such as 5.2.d",
    r"[a-z][a-z0-9_]{0,15}": "begin with a letter a-z and use a-z, 0-9 and _ only, at most 16",
}
_PLACEHOLDER: Final = re.compile(r"\{\{?\s*\w*\s*\}?\}|%\(\w+\)[a-z]|\$\{?[a-z_]\w*")
_WHOLE: Final = re.compile(r"-?[0-9]{1,9}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,9})?")
_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MOST_LISTED: Final = 30
_FIRST_DAY: Final = date(1900, 1, 1)
_LAST_DAY: Final = date(2199, 12, 31)
"""Nobody plans further; a window of time that ends with the calendar itself has no day after it."""
MOST_LETTERS: Final = 5_000
"""Of one text: ten times our longest, and less than a sheet can hold in a cell."""


def words(names: Iterable[str]) -> str:
    """Return *names* as a list for a message, cut after thirty."""
    listed = list(dict.fromkeys(names))
    return ", ".join(listed[:_MOST_LISTED]) + (", …" if len(listed) > _MOST_LISTED else "")


def nearest(report: Report, found: str, known: Iterable[str]) -> str | None:
    """Return the known word that *found* was most likely meant to be, or None; no time is spent where nobody will read it."""
    if report.full or shown(found) != found:
        return None
    return next(iter(get_close_matches(found, list(known), 1, 0.6)), None)


def kind_of(node: Node) -> str:
    """Return what stands in *node*, for a message."""
    match node:
        case ScalarNode(text=""):
            return "nothing"
        case ScalarNode():
            return shown(node.text)
        case ListNode():
            return "a list"
        case MapNode():
            return "a map of keys"


def as_string(report: Report, node: Node) -> str | None:
    """Read one value that is not empty."""
    if not isinstance(node, ScalarNode):
        report.add(node, "not_a_word", found=kind_of(node))
        return None
    if not node.text.strip():
        report.add(node, "empty_value")
        return None
    return _not_long(report, node, node.text.strip())


def _not_long(report: Report, node: Node, text: str) -> str:
    if len(text) > MOST_LETTERS:
        report.add(node, "long_value", most=f"{MOST_LETTERS:,}")
    return text


def as_text(report: Report, node: Node) -> Text | None:
    """Read a text in every language; none may be missing or empty, and nothing is filled into it later."""
    if not isinstance(node, MapNode):
        report.add(node, "not_a_map", found=kind_of(node))
        return None
    for name, _ in node.entries:
        if name.text not in LANGUAGES:
            unknown_key(report, name, LANGUAGES)
    found = {language: _language(report, node, language) for language in LANGUAGES}
    return Text(found["lv"], found["en"], found["ru"]) if all(found.values()) else None


def _language(report: Report, node: MapNode, language: str) -> str:
    value = node.get(language)
    facts = {"language": LANGUAGE_NAMES[language], "code": language}
    if value is None:
        report.add(node, "translation_missing", **facts)
        return ""
    if not isinstance(value, ScalarNode):
        report.add(value, "not_a_word", found=kind_of(value))
        return ""
    text = value.text.strip()
    if not text:
        report.add(value, "translation_empty", **facts)
    if placeholder := _PLACEHOLDER.search(text):
        report.add(value, "placeholder", found=placeholder[0])
    return _not_long(report, value, text)


def as_flag(report: Report, node: Node) -> bool | None:
    """Read true or false."""
    text = as_string(report, node)
    if text is not None and text not in ("true", "false"):
        report.add(node, "not_a_flag", found=text)
        return None
    return None if text is None else text == "true"


def whole(least: int = 1, most: int = 999_999_999) -> Reader[int]:
    """Return a reader of a whole number from *least* to *most*."""

    def read(report: Report, node: Node) -> int | None:
        text = as_string(report, node)
        if text is None:
            return None
        if not _WHOLE.fullmatch(text):
            report.add(node, "not_whole", found=text)
            return None
        return _within(report, node, int(text), least, most)

    return read


def number(least: float = 0, most: float = 1e12) -> Reader[float]:
    """Return a reader of a finite decimal number from *least* to *most*."""

    def read(report: Report, node: Node) -> float | None:
        text = as_string(report, node)
        if text is None:
            return None
        if not _NUMBER.fullmatch(text):
            report.add(node, "not_a_number", found=text)
            return None
        return _within(report, node, float(text), least, most)

    return read


N = TypeVar("N", int, float)


def _within(report: Report, node: Node, value: N, least: N, most: N) -> N | None:
    if value < least:
        report.add(node, "too_small", found=f"{value:g}", least=f"{least:g}")
        return None
    if value > most:
        report.add(node, "too_big", found=f"{value:g}", most=f"{most:g}")
        return None
    return value


def as_date(report: Report, node: Node) -> date | None:
    """Read a day that exists, written year-month-day."""
    text = as_string(report, node)
    if text is None:
        return None
    parts = _DATE.fullmatch(text)
    if not parts:
        report.add(node, "not_a_date", found=text)
        return None
    try:
        day = date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        report.add(node, "impossible_date", found=text)
        return None
    if not _FIRST_DAY <= day <= _LAST_DAY:
        report.add(node, "far_date", found=text, first=str(_FIRST_DAY), last=str(_LAST_DAY))
        return None
    return day


def identifier(pattern: str = ITEM_ID) -> Reader[str]:
    """Return a reader of an id of the form *pattern* (a key of ID_RULES)."""

    def read(report: Report, node: Node) -> str | None:
        text = as_string(report, node)
        if text is not None and not re.fullmatch(pattern, text, re.ASCII):
            report.add(node, "bad_id", found=text, rule=ID_RULES[pattern])
            return None
        return text

    return read


def word(allowed: Sequence[W]) -> Reader[W]:
    """Return a reader of one of the *allowed* words."""
    by_text = {str(name): name for name in allowed}

    def read(report: Report, node: Node) -> W | None:
        text = as_string(report, node)
        if text is not None and text not in by_text:
            near = nearest(report, text, by_text)
            code, more = ("unknown_word_near", {"nearest": near}) if near else ("unknown_word", {})
            report.add(node, code, found=text, allowed=words(by_text), **more)
        return by_text.get(text) if text is not None else None

    return read


def reference(what: str, known: Collection[str]) -> Reader[str]:
    """Return a reader of the id of a *what* that is among the *known*."""
    known = known if isinstance(known, AbstractSet | Mapping) else dict.fromkeys(known)

    def read(report: Report, node: Node) -> str | None:
        text = as_string(report, node)
        if text is not None and text not in known:
            near = nearest(report, text, known)
            if near:
                report.add(node, "unknown_reference_near", what=what, found=text, nearest=near)
            else:
                report.add(node, "unknown_reference", what=what, found=text, known=words(known) or "none")
            return None
        return text

    return read


def listing(read: Reader[T], least: int = 1) -> Reader[list[tuple[Node, T]]]:
    """Return a reader of a list with at least *least* entries; each good entry comes with its node."""

    def read_list(report: Report, node: Node) -> list[tuple[Node, T]] | None:
        if not isinstance(node, ListNode):
            report.add(node, "not_a_list", found=kind_of(node))
            return None
        if len(node.items) < least:
            code = "too_few" if node.items else "empty_list"
            facts = {"number": str(len(node.items))} if node.items else {}
            report.add(node, code, least=str(least), **facts)
        found = [(item, read(report, item)) for item in node.items]
        return [(item, value) for item, value in found if value is not None]

    return read_list


def pairs(report: Report, node: Node, least: int = 1) -> list[tuple[ScalarNode, Node]]:
    """Return the entries of a map whose keys are data, such as ids or years."""
    if not isinstance(node, MapNode):
        report.add(node, "not_a_map", found=kind_of(node))
        return []
    if len(node.entries) < least:
        report.add(node, "empty_list", least=str(least))
    return list(node.entries)


def unknown_key(report: Report, name: ScalarNode, allowed: Collection[str]) -> None:
    """Report the key *name*, with the nearest of the *allowed* ones."""
    near = nearest(report, name.text, allowed)
    code, more = ("unknown_key_near", {"nearest": near}) if near else ("unknown_key", {})
    report.add(name, code, found=name.text, allowed=words(allowed), **more)


class Unique:
    """Ids seen so far of one kind of thing; says so if one comes again."""

    def __init__(self, report: Report, what: str) -> None:
        self._report = report
        self._what = what
        self.places: dict[str, Place] = {}

    def add(self, place: Place, found: str) -> None:
        """Note *found*; report it if it was there before."""
        if found in self.places:
            first = str(self.places[found].line)
            self._report.add(place, "duplicate_id", what=self._what, found=found, first=first)
        else:
            self.places[found] = place


class Fields:
    """The fields of one map: which keys it must, may and must not have is said when it is made."""

    def __init__(
        self,
        report: Report,
        node: Node,
        required: Sequence[str],
        optional: Sequence[str] = (),
        *,
        elsewhere: Collection[str] = (),
        kind: str = "",
    ) -> None:
        """Report unknown and missing keys; a key *elsewhere* is known, but not allowed in a map of this *kind*."""
        self.node = node
        self.report = report
        self._entries = {name.text: value for name, value in node.entries} if isinstance(node, MapNode) else {}
        if not isinstance(node, MapNode):
            report.add(node, "not_a_map", found=kind_of(node))
            return
        for name, _ in node.entries:
            if name.text in elsewhere and name.text not in required and name.text not in optional:
                report.add(name, "key_not_for_kind", found=name.text, kind=kind)
            elif name.text not in required and name.text not in optional:
                unknown_key(report, name, [*required, *optional])
        for missing in required:
            if missing not in self._entries:
                report.add(node, "missing_key", missing=missing)

    def __contains__(self, key: str) -> bool:
        """Say whether the key stands in the map."""
        return key in self._entries

    def place(self, key: str) -> Node:
        """Return the node of *key*, or the map itself if it is not there."""
        return self._entries.get(key, self.node)

    def get(self, key: str, read: Reader[T]) -> T | None:
        """Return what *read* makes of the value of *key*; None if it is absent or was reported."""
        return read(self.report, self._entries[key]) if key in self._entries else None

    def need(self, key: str, read: Reader[T], default: T) -> T:
        """Return the value of *key*, or *default* where a problem was reported."""
        value = self.get(key, read)
        return default if value is None else value

    def names(self, key: str, read: Reader[str], least: int = 1) -> list[tuple[Node, str]]:
        """Return the good entries of the list of words under *key* with their nodes; a word that comes twice is reported."""
        found = self.get(key, listing(read, least)) or []
        seen: set[str] = set()
        for place, name in found:
            if name in seen:
                self.report.add(place, "duplicate_value", found=name)
            seen.add(name)
        return found

    def each(self, key: str, read: Callable[[Report, Node], T], least: int = 1) -> list[T]:
        """Return what *read* makes of every entry of the list under *key*."""
        node = self._entries.get(key)
        if node is None:
            return []
        found = listing(lambda _, entry: entry, least)(self.report, node) or []
        return [read(self.report, entry) for entry, _ in found]

    def pairs(self, key: str, least: int = 1) -> list[tuple[ScalarNode, Node]]:
        """Return the entries of the map under *key*, whose keys are data."""
        node = self._entries.get(key)
        return [] if node is None else pairs(self.report, node, least)

"""YAML text to plain nodes that know their line: the narrow, safe part of YAML that our files use.

Every scalar stays a string, so that ``no``, ``1`` or a date never changes its type; the grammars say what each one means.
Anchors, aliases, merge keys and tags do not exist here. They are refused while the parser's events pass by, before anything
is built or copied, so that a file made to expand (an "alias bomb") costs nothing.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, NoReturn

import yaml
from yaml import events

from questionnaires.problems import FileRefusedError
from questionnaires.report import MOST_PROBLEMS, Report, shown

MOST_BYTES: Final = 1_000_000
MOST_DEPTH: Final = 40
MOST_NODES: Final = 100_000
"""Ten times our largest plan; a file of a megabyte could hold half a million."""

# Controls other than tab and line feed, what changes the direction of text, invisible spaces and breaks, marks of a damaged
# text, surrogates and the code points that are no characters: invisible to a reader, some refused by a database.
_FORBIDDEN: Final = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\ufdd0-\\ufdef"
    "\\ufff9-\\uffff\\ud800-\\udfff" + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(1, 17)) + "]"
)
# Bringing many marks of one letter into their order takes the square of their number; Unicode's own limit is thirty.
MOST_MARKS: Final = 30
_MAYBE_MARKS: Final = re.compile(rf"[^\w\s\x00-\u02ff]{{{MOST_MARKS + 1},}}")
_NAMING_KEYS: Final = ("id", "number")
_LOADER: Final = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """One word or text, exactly as written."""

    line: int
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list of nodes."""

    line: int
    key: str
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class MapNode:
    """Keys with their nodes, in the order of the file; no key twice."""

    line: int
    key: str
    entries: tuple[tuple[ScalarNode, "Node"], ...]

    def get(self, key: str) -> "Node | None":
        """Return the node of *key*, or None."""
        return next((node for name, node in self.entries if name.text == key), None)


Node = ScalarNode | ListNode | MapNode


def normalised(text: str) -> str:
    """Return *text* as it is compared and hashed: without byte order mark, line ends LF, letters in form NFC."""
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))


def read_text(path: Path, file: str | None = None) -> str:
    """Return the normalised text of the file; FileRefusedError if it cannot be read, is not UTF-8 or over a megabyte."""
    report = Report(file or str(path))
    if not path.is_file():
        report.add(None, "file_missing")
        raise report.refusal()
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        report.add(None, "file_unreadable", reason=error.strerror or type(error).__name__)
        raise report.refusal() from error
    if len(data) > MOST_BYTES:
        report.add(None, "too_large", most=f"{MOST_BYTES:,}")
        raise report.refusal()
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        report.add_line(data.count(b"\n", 0, error.start) + 1, "", "not_utf8")
        raise report.refusal() from error
    _refuse_crowd(report, text)
    return normalised(text)


def read_nodes(text: str, file: str) -> Node:
    """Return the nodes of *text*; *file* is its name in messages.

    Raises FileRefusedError with every problem: syntax, anchors, aliases, merge keys, tags, keys that stand twice, nesting over
    40 levels, text over a megabyte, characters that nobody can see.
    """
    report = Report(file)
    if len(text) > MOST_BYTES or len(text.encode(errors="replace")) > MOST_BYTES:
        report.add(None, "too_large", most=f"{MOST_BYTES:,}")
        raise report.refusal()
    _refuse_crowd(report, text)
    text = normalised(text)
    for found in islice(_FORBIDDEN.finditer(text), MOST_PROBLEMS + 1):
        _forbidden_character(report, text.count("\n", 0, found.start()) + 1, "", found[0])
    report.refuse_if_any()
    root = _parsed(text, report)
    report.refuse_if_any()
    return root


def _refuse_crowd(report: Report, text: str, line: int = 1, key: str = "") -> None:
    """Refuse a text that begins on *line* and would take long to normalise, before that is tried."""
    for found in _MAYBE_MARKS.finditer(text):
        marks = 0
        for character in found[0]:
            marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
            if marks > MOST_MARKS:
                place = line + text.count("\n", 0, found.start())
                report.add_line(place, key, "too_many_marks", most=str(MOST_MARKS))
                raise report.refusal()


def scalar(report: Report, line: int, key: str, text: str) -> ScalarNode:
    """Return *text* as one value in letter form NFC; characters that nobody can see are reported.

    Raises FileRefusedError at once for a text that would take long to bring into that form.
    """
    _refuse_crowd(report, text, line, key)
    text = unicodedata.normalize("NFC", text)
    found = _FORBIDDEN.search(text)
    if found:
        _forbidden_character(report, line, key, found[0])
    return ScalarNode(line, key, text)


def _forbidden_character(report: Report, line: int, key: str, character: str) -> None:
    name = unicodedata.name(character, "a control character")
    report.add_line(line, key, "forbidden_character", character=f"U+{ord(character):04X}", name=name)


def _parsed(text: str, report: Report) -> Node:
    try:
        return _Builder(text, report).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        report.add_line(mark.line + 1 if mark else None, "", "syntax", found=error.problem or str(error))
    except yaml.YAMLError as error:
        report.add(None, "syntax", found=str(error))
    except FileRefusedError:
        raise
    except (ValueError, RecursionError) as error:  # what a YAML library lets through on text made to break it
        report.add(None, "syntax", found=str(error))
    raise report.refusal()


class _Builder:
    """Builds nodes from the parser's events."""

    def __init__(self, text: str, report: Report) -> None:
        self._events: Iterator[events.Event] = yaml.parse(text, Loader=_LOADER)
        self._report = report
        self._nodes = 0

    def document(self) -> Node:
        """Return the root of the only document."""
        next(self._events)  # the start of the stream
        start = next(self._events)
        if isinstance(start, events.StreamEndEvent):
            self._report.add(None, "empty_file")
            raise self._report.refusal()
        root = self._node(next(self._events), "", 1)
        next(self._events)  # the end of the document
        after = next(self._events)
        if not isinstance(after, events.StreamEndEvent):
            self._report.add_line(_line(after), "", "second_document")
        return root

    def _node(self, event: events.Event, key: str, depth: int, line: int | None = None) -> Node:
        """Return the node that starts with *event*; *line* is that of its key, which an empty value takes."""
        self._nodes += 1
        if depth > MOST_DEPTH:
            self._give_up(event, key, "too_deep", most=str(MOST_DEPTH))
        if self._nodes > MOST_NODES:
            self._give_up(event, key, "too_many_nodes", most=f"{MOST_NODES:,}")
        self._refuse_marks(event, key)
        match event:
            case events.ScalarEvent():
                return self._scalar(event, key, _line(event) if event.value or line is None else line)
            case events.SequenceStartEvent():
                return self._list(event, key, depth)
            case events.MappingStartEvent():
                return self._map(event, key, depth)
        return ScalarNode(_line(event), key, "")  # an alias, refused above

    def _refuse_marks(self, event: events.Event, key: str) -> None:
        if isinstance(event, events.AliasEvent):
            self._report.add_line(_line(event), key, "alias", found=str(event.anchor))
        elif getattr(event, "anchor", None) is not None:
            self._report.add_line(_line(event), key, "anchor", found=str(getattr(event, "anchor", "")))
        if getattr(event, "tag", None) is not None:
            self._report.add_line(_line(event), key, "tag", found=str(getattr(event, "tag", "")))

    def _scalar(self, event: events.ScalarEvent, key: str, line: int) -> ScalarNode:
        return scalar(self._report, line, key, event.value)  # an escape may have made what was refused as a plain letter

    def _list(self, start: events.Event, key: str, depth: int) -> ListNode:
        items: list[Node] = []
        while not isinstance(event := next(self._events), events.SequenceEndEvent):
            items.append(self._node(event, f"{key}[{len(items) + 1}]", depth + 1))
        return ListNode(_line(start), key, tuple(items))

    def _map(self, start: events.Event, key: str, depth: int) -> MapNode:
        entries: list[tuple[ScalarNode, Node]] = []
        first_lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), events.MappingEndEvent):
            name = self._name(event, key, depth)
            value = self._node(next(self._events), name.key, depth + 1, name.line)
            if not entries and name.text in _NAMING_KEYS and isinstance(value, ScalarNode) and key.endswith("]"):
                key = f"{key[: key.rindex('[')]}[{shown(value.text)}]"  # an id says more than a position
            if name.text in first_lines:
                self._report.add(name, "duplicate_key", found=name.text, first=str(first_lines[name.text]))
            first_lines.setdefault(name.text, name.line)
            entries.append((name, value))
        return MapNode(_line(start), key, tuple(entries))

    def _name(self, event: events.Event, key: str, depth: int) -> ScalarNode:
        """Return the key that starts with *event*, a word or the map is refused."""
        name = self._node(event, key, depth + 1)
        if not isinstance(name, ScalarNode):
            self._report.add(name, "key_not_a_word")
            return ScalarNode(name.line, key, "")
        if name.text == "<<":
            self._report.add(name, "merge_key")
        return ScalarNode(name.line, f"{key}.{shown(name.text)}".removeprefix("."), name.text)

    def _give_up(self, event: events.Event, key: str, code: str, **facts: str) -> NoReturn:
        self._report.add_line(_line(event), key, code, **facts)
        raise self._report.refusal()


def _line(event: events.Event) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 1

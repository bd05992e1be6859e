"""Reading pages and reports as somebody who looks at everything: tables, sentences, alternative texts, places of marks."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any, Final

import docx

_PAIR: Final = re.compile(r"(?<![\d–,.])(\d+)\s+(?:of(?:\s+the)?|no|из)\s+(\d+)")
_DAY: Final = re.compile(r"\b\d{1,2}(\. ?\d{1,2}\.|\.? [^\W\d]+\.?,?) ?\d{4}|\b\d{4}\. gada \d{1,2}\.")
_EMPTY: Final = frozenset({"br", "hr", "img", "input", "link", "meta", "line", "circle", "rect", "path", "source"})


@dataclass(slots=True)
class Element:
    """One element of a page with everything in it."""

    tag: str
    attributes: Mapping[str, str]
    inside: "list[Element | str]"

    def every(self, tag: str, **wanted: str) -> "Iterator[Element]":
        """Yield every element of a kind, in the order of the page."""
        for each in self.inside:
            if isinstance(each, Element):
                if each.tag == tag and all(value in each.attributes.get(name, "").split() for name, value in wanted.items()):
                    yield each
                yield from each.every(tag, **wanted)

    def text(self) -> str:
        """Return the words of the element."""
        words = (each if isinstance(each, str) else "\n" if each.tag == "br" else f"{each.text()} " for each in self.inside)
        return "".join(words)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {}, [])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, [])
        self.open[-1].inside.append(made)
        if tag not in _EMPTY:
            self.open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}, []))

    def handle_endtag(self, tag: str) -> None:
        if tag in {each.tag for each in self.open[1:]}:
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


@lru_cache(maxsize=128)
def parsed(html: str) -> Element:
    """Return a page as elements."""
    builder = _Builder()
    builder.feed(html)
    return builder.open[0]


def grid(table: Element) -> list[list[str]]:
    """Return the cells of a table's body."""
    return [
        [plain(cell.text()) for cell in row.inside if isinstance(cell, Element) and cell.tag in {"th", "td"}]
        for row in table.every("tr")
        if any(isinstance(cell, Element) and cell.tag == "td" for cell in row.inside)
    ]


def grids_of_docx(content: bytes) -> list[list[list[str]]]:
    """Return the cells of each table of a DOCX file, without the header."""
    return [
        [[plain(cell.text) for cell in row.cells] for row in table.rows[1:]]
        for table in docx.Document(io.BytesIO(content)).tables
    ]


def captions_of_docx(content: bytes) -> list[str]:
    """Return what each table of a DOCX file is called."""
    body: Any = docx.Document(io.BytesIO(content)).element.body
    named = [
        [each for each in table.iter() if each.tag.endswith("}tblCaption")] for table in body if table.tag.endswith("}tbl")
    ]
    return [plain("".join(value for each in found for value in each.attrib.values())) for found in named]


def words_of_docx(content: bytes) -> str:
    """Return everything that a DOCX file says, alternative texts too."""
    file: Any = docx.Document(io.BytesIO(content))
    body = file.element.body
    said = [node.text or "" for node in body.iter() if node.tag.endswith("}t")]
    told = [node.get("descr") or "" for node in body.iter() if node.tag.endswith("}docPr")]
    return " ".join([*said, *told])


def plain(text: str) -> str:
    """Return a text without spaces that only lay it out; its lines stay."""
    lines = (" ".join(line.split()) for line in text.replace("\xa0", " ").replace("\xad", "").strip().split("\n"))
    return "\n".join(line for line in lines if line)


def pairs(text: str) -> list[tuple[int, int]]:
    """Return every "so many of so many" in a text of any language."""
    return [(int(count), int(n)) for count, n in _PAIR.findall(plain(text).replace("\n", " "))]


def numbers(text: str) -> list[str]:
    """Return every number in a text, in order; days, which each language writes in its own way, are none."""
    return re.findall(r"\d+", _DAY.sub("", plain(text)))


def told_of(text: str, names: Sequence[str]) -> list[str]:
    """Return what a text tells of each of *names*, which stand in it in this order, each before what is told of it."""
    rest, found = plain(text).replace("\n", " "), []
    starts = []
    at = 0
    for name in names:
        place = rest.find(f"{name}: ", at)
        if place < 0:
            return [""] * len(names)
        starts.append((place, at := place + len(name) + 2))
    for (_, start), end in zip(starts, [place for place, _ in starts[1:]] + [len(rest)], strict=True):
        found.append(rest[start:end])
    return found


@dataclass(frozen=True, slots=True)
class Drawn:
    """One row of a drawing: its label, and where its ring (last time) and its diamond (now) stand, 0 to 1 or points."""

    label: str
    then: float | None
    now: float | None


def drawn(svg: Element) -> list[Drawn]:
    """Return what the marks of a drawing say, by the scale under it."""
    texts = [
        (float(each.attributes.get("x", 0)), float(each.attributes.get("y", 0)), plain(each.text()))
        for each in svg.every("text")
    ]
    ticks = [(x, y, _tick(text)) for x, y, text in texts if _tick(text) is not None]
    bottom = max((y for _, y, _ in ticks), default=0.0)
    scale = sorted((x, value) for x, y, value in ticks if y == bottom and value is not None)
    labels = _joined([(y, text) for x, y, text in texts if x < 6 and y < bottom - 1])
    if len(scale) < 2 or not labels:
        return []
    (x0, v0), (x1, v1) = scale[0], scale[1]
    rings = [(_at(each, "cy"), v0 + (_at(each, "cx") - x0) * (v1 - v0) / (x1 - x0)) for each in svg.every("circle")]
    marks = [_diamond(each, x0, v0, (v1 - v0) / (x1 - x0)) for each in svg.every("path")]
    tops = [y for y, _ in labels] + [bottom - 2]
    rows = []
    for place, (y, label) in enumerate(labels):
        end = tops[place + 1]
        ring = next((value for at, value in rings if y <= at < end), None)
        mark = next((value for at, value in marks if y <= at < end), None)
        rows.append(Drawn(label, ring, mark))
    return rows


def _joined(lines: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Return labels of several lines as one."""
    found: list[tuple[float, str]] = []
    last = -99.0
    for y, text in sorted(lines):
        if y - last < 15:
            found[-1] = (found[-1][0], f"{found[-1][1]} {text}")
        else:
            found.append((y, text))
        last = y
    return found


def _tick(text: str) -> float | None:
    found = re.fullmatch(r"(\d+)( %)?", text)
    return None if not found else int(found[1]) / (100 if found[2] else 1)


def _at(element: Element, name: str) -> float:
    return float(element.attributes.get(name, -1))


def _diamond(path: Element, x0: float, v0: float, slope: float) -> tuple[float, float]:
    found = re.match(r"M\s*([\d.]+) ([\d.]+) l", path.attributes.get("d", ""))
    return (float(found[2]), v0 + (float(found[1]) - x0) * slope) if found else (-1.0, 0.0)

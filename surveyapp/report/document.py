"""The report as plain blocks: what is said, in which order, without a word on how a file of some kind says it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Manner = Literal["text", "lead", "hint", "notice"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``level`` 1 begins a chapter."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of plain text: ordinary, a finding that leads, small print, or a notice that nobody may overlook."""

    text: str
    manner: Manner = "text"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list without numbers."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table with one row of headings; cells are text, in which a line feed begins a new line.

    ``widths`` are shares of the width, column by column; ``numeric`` are the columns of numbers. The first column names its
    row.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing (SVG) with its caption and the text that stands for it where it cannot be seen."""

    svg: str
    caption: str
    alternative: str


@dataclass(frozen=True, slots=True)
class PageTurn:
    """What follows begins a new sheet of paper, broad where it holds wide tables."""

    broad: bool = False


Block = Heading | Paragraph | Bullets | DataTable | Figure | PageTurn


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report in one language (``lv``, ``en``, ``ru``); ``facts`` stand on the title page as name and text.

    ``words`` are the few words that the files themselves need: contents, and which ``{number}`` of ``{all}`` a page has.
    """

    language: str
    title: str
    subtitle: str
    author: str
    made_on: date
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    notice: str | None = None
    words: dict[str, str] = field(default_factory=dict)

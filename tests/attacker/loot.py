"""Everything that is handed out about some waves: what an attacker carries home."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from questionnaires.survey_types import Item, Questionnaire
from questionnaires.texts import Text
from tests.attacker.files import Rows, Tables, rows_of, tables_of
from tests.attacker.knowledge import Span
from tests.attacker.lines import TOWN, Line, each_side, of_level

LANGUAGES = ("lv", "en", "ru")
Known = Mapping[tuple[str, str, str, tuple[str, ...]], Line]
Found = tuple[str, Line]
"""The name of a wave and a line about it."""


@dataclass(frozen=True)
class OwnPage:
    """What is handed out of one wave by itself: what was asked, its levels and its response as CSV, its page by language."""

    asked: Questionnaire
    levels: bytes
    response: bytes
    pages: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def rows(self) -> Rows:
        """The levels as rows."""
        return rows_of(self.levels)

    def people(self, name: str) -> dict[str, int]:
        """Return the respondents or the population that are told, by stratum."""
        return {row["stratum"]: int(row[name]) for row in rows_of(self.response) if row[name] is not None}


@dataclass(frozen=True)
class Comparison:
    """What is handed out of two waves, compared; both are named."""

    before: str
    after: str
    csv: bytes
    pages: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def rows(self) -> Rows:
        """The lines as rows."""
        return rows_of(self.csv)

    def wave(self, side: str) -> str:
        """Return the wave on one side."""
        return self.before if side == "before" else self.after


@dataclass(frozen=True)
class Release:
    """A release in every kind of file, and its pages about surveys by language."""

    level: str
    files: Mapping[str, bytes]
    pages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def tables(self) -> Tables:
        """Its tables, read from JSON."""
        return tables_of("json", self.files["json"])


@dataclass(frozen=True)
class FigureFile:
    """A figure as files, and the page on which it stands under its *name*, in one language."""

    page: str
    name: str
    svg: bytes
    csv: bytes


@dataclass(frozen=True)
class OpenData:
    """What everybody can read of the release at a *place* of the list: rows from the API, pages by table and language.

    ``changes`` are the cells of what changed: table, column, and the value before or after.
    """

    place: int
    tables: Tables
    pages: Mapping[tuple[str, str], str]
    changes: tuple[tuple[str, str, object], ...]


@dataclass(frozen=True)
class Loot:
    """Everything. ``trend`` is the page of headline questions over all ``followed`` waves; ``reports`` by language and kind.

    ``questions`` are pages by item, ``scores`` by score and ``groups`` by wave, each by language.
    """

    waves: Mapping[str, OwnPage]
    comparisons: tuple[Comparison, ...] = ()
    releases: tuple[Release, ...] = ()
    trend: Mapping[str, str] = field(default_factory=dict)
    followed: tuple[str, ...] = ()
    reports: Mapping[tuple[str, str], bytes] = field(default_factory=dict)
    questions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    scores: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    figures: tuple[FigureFile, ...] = ()
    open_data: tuple[OpenData, ...] = ()

    @cached_property
    def _own(self) -> dict[str, Known]:
        return {name: {line.key: line for line in map(of_level, wave.rows)} for name, wave in self.waves.items()}

    @cached_property
    def _compared(self) -> Mapping[tuple[str, str, str], Known]:
        found: dict[tuple[str, str, str], dict[tuple[str, str, str, tuple[str, ...]], Line]] = {}
        for one in self.comparisons:
            for side, line in (each for row in one.rows for each in each_side(row)):
                found.setdefault((one.before, one.after, one.wave(side)), {})[line.key] = line
        return found

    def known(self, wave: str, comparison: Comparison | None = None) -> Known:
        """Return the lines of a wave's own file, or of its side of a comparison, by their keys."""
        if comparison is None:
            return self._own[wave]
        return self._compared.get((comparison.before, comparison.after, wave), {})


@dataclass(frozen=True, slots=True)
class Labels:
    """What the words of a page in one language stand for."""

    asked: Questionnaire
    language: str

    def of(self, text: Text) -> str:
        """Return a text as the page says it."""
        return str(getattr(text, self.language))

    def item(self, label: str) -> Item | None:
        """Return the item that is called so."""
        return next((item for item in self.asked.asked if self.of(item.label) == label), None)

    def stratum(self, label: str) -> str | None:
        """Return the town or the group that is called so."""
        named = {TOWN: self.asked.strata.label} | {group.id: group.label for group in self.asked.reporting_groups}
        return next((stratum for stratum, text in named.items() if self.of(text) == label), None)

    def choices(self, item: Item, label: str) -> tuple[str, ...]:
        """Return the choices that a label joins."""
        return tuple(choice.id for part in label.split(" / ") for choice in item.choices if self.of(choice.label) == part)

    def line(
        self,
        item: Item,
        stratum: str,
        about: str,
        *,
        count: Span | None = None,
        n: Span | None = None,
        level: Span | None = None,
    ) -> Line:
        """Return what a page tells of one line of an item, called *about*: its answers, or what is counted."""
        chosen = self.choices(item, about)
        inside = tuple(choice.id for choice in item.choices if choice.id in chosen and not choice.outside_base)
        if item.kind == "likert" and inside:
            made = Line(item.id, stratum, "distribution", inside, lumped=about.count(" / ") >= len(inside))
        else:
            whole = "share" if chosen else {"likert": "favourable", "knowledge": "correct"}.get(item.kind, "share")
            made = Line(item.id, stratum, whole, chosen)
        return replace(made, count=count, n=n, level=level)


def exactly(number: float) -> Span:
    """Return the span of a number that is told as it is."""
    return (number, number)


def each_language(pages: Mapping[str, str], asked: Questionnaire) -> Iterator[tuple[Labels, str]]:
    """Yield each page with what its words mean."""
    for language, page in pages.items():
        yield Labels(asked, language), page

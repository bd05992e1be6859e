"""The grammar of questionnaire files: YAML text to a Questionnaire, or a refusal that names every problem."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, get_args

from questionnaires.fields import (
    FILE_ID,
    NO_TEXT,
    Fields,
    Unique,
    as_text,
    identifier,
    number,
    reference,
    whole,
    word,
)
from questionnaires.grammar_items import ReadItem, read_item, read_scale
from questionnaires.grammar_repeats import read_answered_before
from questionnaires.grammar_rules import check_bridges, check_instrument, check_rules
from questionnaires.grammar_strata import read_strata
from questionnaires.report import Report
from questionnaires.survey_types import Instrument, Questionnaire, Scale, Score, Section
from questionnaires.yaml_file import ListNode, MapNode, Node, ScalarNode, read_nodes, read_text

MOST_HEADLINE: Final = 6
MOST_MINUTES: Final = 120
INSTRUMENTS: Final[tuple[Instrument, ...]] = get_args(Instrument)
_ALWAYS: Final = ("id", "version", "title", "intro", "minutes", "sections")
_NEEDED: Final[Mapping[Instrument, tuple[str, ...]]] = {
    "survey": ("strata", "headline"),
    "feedback": ("instrument",),
    "game": ("instrument",),
}
_ALLOWED: Final[Mapping[Instrument, tuple[str, ...]]] = {
    "survey": ("instrument", "scales", "scores", "answered_before"),
    "feedback": ("scales",),
    "game": ("scores",),
}
_KEYS: Final = ("strata", "headline", "scales", "scores", "answered_before")
_LEAST_MARGIN: Final = 0.1
"""Points of a score: what is shown of one is never finer."""


def read_questionnaire(path: Path | str) -> Questionnaire:
    """Return the questionnaire in the file at *path*; FileRefusedError names every problem."""
    return parse_questionnaire(read_text(Path(path)), str(path))


def parse_questionnaire(text: str, file: str) -> Questionnaire:
    """Return the questionnaire that *text* describes; *file* is its name in messages.

    Raises FileRefusedError with every problem, each with line, key, code and how to mend it; nothing is ever half read.
    """
    report = Report(file)
    questionnaire = questionnaire_of(report, read_nodes(text, file))
    report.refuse_if_any()
    return questionnaire


@dataclass(frozen=True, slots=True)
class _ReadSection:
    section: Section
    items: tuple[ReadItem, ...]


def questionnaire_of(report: Report, root: Node) -> Questionnaire:
    """Return the questionnaire of the nodes under *root*, whatever file they come from; useless if anything is reported."""
    instrument = _instrument(root)
    fields = Fields(report, root, (*_ALWAYS, *_NEEDED[instrument]), _ALLOWED[instrument], elsewhere=_KEYS, kind=instrument)
    fields.get("instrument", word(INSTRUMENTS))
    scales = _scales(fields)
    sections = _sections(fields, scales)
    items = _by_id(report, [item for section in sections for item in section.items])
    check_rules(report, [item for section in sections for item in section.items])
    check_bridges(report, items)
    headline = frozenset(_headline(fields, items))
    strata = read_strata(fields, items)
    check_instrument(report, instrument, items.values())
    return Questionnaire(
        id=fields.need("id", identifier(FILE_ID), ""),
        version=fields.need("version", whole(), 0),
        title=fields.need("title", as_text, NO_TEXT),
        intro=fields.need("intro", as_text, NO_TEXT),
        minutes=fields.need("minutes", whole(1, MOST_MINUTES), 0),
        sections=tuple(_with_headline(read.section, headline) for read in sections),
        scales=tuple(scales.values()),
        scores=_scores(fields, items, instrument),
        strata=strata.tree,
        stratum_item=strata.item,
        band_item=strata.band,
        instrument=instrument,
        answered_before=read_answered_before(fields, items, strata),
    )


def _instrument(root: Node) -> Instrument:
    """Return what the questionnaire is for, which decides its keys; a word that is none is reported with the other values."""
    entries = root.entries if isinstance(root, MapNode) else ()
    value = next((node for name, node in entries if name.text == "instrument"), None)
    said = value.text if isinstance(value, ScalarNode) else ""
    return next((each for each in INSTRUMENTS if each == said), INSTRUMENTS[0])


def _by_id(report: Report, items: Iterable[ReadItem]) -> dict[str, ReadItem]:
    """Return the items by id; an id that stands twice is reported and keeps its first item."""
    seen = Unique(report, "item")
    by_id: dict[str, ReadItem] = {}
    for read in items:
        if read.item.id:
            seen.add(read.fields.place("id"), read.item.id)
            by_id.setdefault(read.item.id, read)
    return by_id


def _scales(fields: Fields) -> dict[str, Scale]:
    found: dict[str, Scale] = {}
    for name, node in fields.pairs("scales"):
        identifier()(fields.report, name)
        found[name.text] = read_scale(fields.report, name.text, node)
    return found


def _sections(fields: Fields, scales: Mapping[str, Scale]) -> list[_ReadSection]:
    seen = Unique(fields.report, "section")

    def read(report: Report, node: Node) -> _ReadSection:
        entry = Fields(report, node, ("id", "title", "items"), ("intro",))
        section_id = entry.need("id", identifier(), "")
        if section_id:
            seen.add(entry.place("id"), section_id)
        items = tuple(entry.each("items", lambda _, item: read_item(report, item, scales)))
        title = entry.need("title", as_text, NO_TEXT)
        section = Section(section_id, title, tuple(read.item for read in items), entry.get("intro", as_text))
        return _ReadSection(section, items)

    return fields.each("sections", read)


def _headline(fields: Fields, items: Mapping[str, ReadItem]) -> Sequence[str]:
    """Return the ids of the headline items: at most six items that take an answer."""
    place = fields.place("headline")
    named = fields.names("headline", reference("item", items))
    if isinstance(place, ListNode) and len(place.items) > MOST_HEADLINE:
        fields.report.add(place, "headline_too_many", number=str(len(place.items)), most=str(MOST_HEADLINE))
    for place, name in named:
        if items[name].kind in ("information", "text"):
            fields.report.add(place, "headline_information", found=name)
    return [name for _, name in named]


def _with_headline(section: Section, headline: frozenset[str]) -> Section:
    return replace(section, items=tuple(replace(item, headline=item.id in headline) for item in section.items))


def _scores(fields: Fields, items: Mapping[str, ReadItem], instrument: Instrument) -> tuple[Score, ...]:
    found: list[Score] = []
    for name, node in fields.pairs("scores"):
        identifier()(fields.report, name)
        if name.text in items:
            first = str(items[name.text].fields.place("id").line)
            fields.report.add(name, "score_is_item", found=name.text, first=first)
        entry = Fields(fields.report, node, ("label", "items"), ("margin",))
        scored = entry.names("items", reference("item", items))
        for place, item_id in scored:
            if items[item_id].kind not in ("knowledge", None):
                fields.report.add(place, "score_not_knowledge", found=item_id)
        label, margin = entry.need("label", as_text, NO_TEXT), entry.get("margin", number(_LEAST_MARGIN))
        if margin is not None and instrument != "survey":
            fields.report.add(entry.place("margin"), "margin_not_survey")
        elif margin is not None and scored and margin >= len(scored):
            fields.report.add(entry.place("margin"), "margin_too_wide", found=f"{margin:g}", most=str(len(scored)))
        found.append(Score(name.text, label, tuple(item for _, item in scored), margin))
    return tuple(found)

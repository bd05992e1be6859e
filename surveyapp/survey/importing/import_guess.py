"""The first guess at a mapping: what headers and cells say by themselves, and which texts are still open."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from questionnaires.survey_types import Item, Questionnaire
from surveyapp.survey.importing.import_cells import SHORTNAME, CellReader, Labels, choice_labels, every_text, folded
from surveyapp.survey.importing.import_columns import tells_who_or_when
from surveyapp.survey.importing.import_file import Sheet
from surveyapp.survey.importing.import_mapping import SEPARATORS, ColumnUse, ImportMapping

MOST_TEXTS: Final = 60
"""A column with more texts that are no choices holds people's own words."""
LONGEST_TEXT: Final = 300
_CODE: Final = re.compile(r"^(?:[A-Za-z]\w*(?:\[\w+\])?|\d+)[.):]\s+(?=\S)")
_BRACKETS: Final = re.compile(r"^(.*?)\s*\[([^\[\]]+)\]$")


def guess(sheet: Sheet, questionnaire: Questionnaire, reference: str) -> ImportMapping:
    """Return the mapping that the headers and cells of *sheet* suggest; *reference* is ID/VERSION."""
    by_label = Labels((item.id, [item.id, *every_text(item.label)]) for item in questionnaire.asked)
    uses = [_use(column.header, questionnaire, by_label) for column in sheet.columns]
    taken = Counter((use.item, use.choice) for use in uses)
    sure = [use if taken[use.item, use.choice] == 1 else ColumnUse(use.header) for use in uses]
    return complete(ImportMapping(reference, tuple(sure)), sheet, questionnaire)


def _use(header: str, questionnaire: Questionnaire, by_label: Labels) -> ColumnUse:
    """Return what a header says: an item, a row of a grid (an item in brackets or behind a colon), or one choice of an item."""
    for form in _forms(header):
        if item := by_label.get(form):
            return ColumnUse(header, item)
        for before, inside in _parted(form):
            item = next((found for name in _forms(before) if (found := by_label.get(name))), None)
            if item and questionnaire.item(item).kind == "multiple":
                choice = choice_labels(questionnaire.item(item)).get(inside)
                if choice:
                    return ColumnUse(header, item, choice)
            if item := by_label.get(inside):
                return ColumnUse(header, item)
    return ColumnUse(header)


def _forms(header: str) -> Iterator[str]:
    """Yield *header* as it stands, without the code before it, and without the short name behind it."""
    yield header
    if (without := _CODE.sub("", header)) != header:
        yield without
    if (without := SHORTNAME.sub("", header)) != header:
        yield without


def _parted(header: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before and in brackets ("Question [Row]"), or before and behind a colon ("Matrix: row")."""
    if found := _BRACKETS.match(header):
        yield found[1], found[2]
    for place in re.finditer(r":\s*", header):
        yield header[: place.start()], header[place.end() :]


def complete(mapping: ImportMapping, sheet: Sheet, questionnaire: Questionnaire) -> ImportMapping:
    """Return *mapping* with a separator for every multiple item, and an open entry for each text that nobody matched yet.

    A text that is matched for one statement is matched so for the others on the same scale, unless they say otherwise.
    """
    on_scale = _matched_by_scale(mapping, questionnaire)
    separators = dict(mapping.separators)
    texts: dict[str, Mapping[str, str]] = {}
    for place, use in _placed(mapping, sheet):
        if use.item is None or use.choice is not None:
            continue
        item = questionnaire.item(use.item)
        cells = sheet.cells(place)
        if item.kind == "multiple":
            separators.setdefault(item.id, _separator(mapping, item, cells))
        known = dict(mapping.texts.get(item.id, {}))
        reader = CellReader(replace(mapping, separators=separators), item)
        shown = [text for text in sorted(_unknown(reader, cells)) if text not in known and may_be_shown(text)]
        every = known | dict.fromkeys(shown if len(shown) <= MOST_TEXTS else [], "")
        texts[item.id] = {text: choice or on_scale.get((item.scale, folded(text)), "") for text, choice in every.items()}
    return replace(mapping, texts={name: found for name, found in texts.items() if found}, separators=separators)


def _matched_by_scale(mapping: ImportMapping, questionnaire: Questionnaire) -> dict[tuple[str | None, str], str]:
    """Return what texts mean on each scale, as the first statement on it says."""
    found: dict[tuple[str | None, str], str] = {}
    for item in questionnaire.asked:
        for text, choice in mapping.texts.get(item.id, {}).items():
            if item.scale and choice:
                found.setdefault((item.scale, folded(text)), choice)
    return found


def may_be_shown(text: str) -> bool:
    """Say whether a cell's text may be quoted: a choice is short, and names neither a person nor a moment."""
    return len(text) <= LONGEST_TEXT and not tells_who_or_when(text)


def _unknown(reader: CellReader, cells: Iterable[str]) -> set[str]:
    read = (reader.parts(cell) for cell in cells)
    return {text for found in read if not found.ambiguous for text in found.unknown}


def _placed(mapping: ImportMapping, sheet: Sheet) -> list[tuple[int, ColumnUse]]:
    places = {column.header: column.place for column in sheet.columns}
    return [(places[use.header], use) for use in mapping.columns if use.header in places]


def _separator(mapping: ImportMapping, item: Item, cells: Iterable[str]) -> str:
    """Return the separator that leaves the fewest of *cells* unread, and of these the least text."""
    distinct = {cell for cell in cells if cell}

    def unread(mark: str) -> tuple[int, int]:
        reader = CellReader(mapping, item, mark)
        left = [sum(map(len, unknown)) for cell in distinct if (unknown := reader.parts(cell).unknown)]
        return len(left), sum(left)

    return min(SEPARATORS, key=unread)

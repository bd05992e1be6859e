"""The mapping as a file (YAML): pleasant to write by hand, saved from the page, read back with every problem named."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from questionnaires.fields import Fields, Unique, as_string, listing, pairs, reference, whole
from questionnaires.report import Report
from questionnaires.survey_types import Item, Questionnaire
from questionnaires.yaml_file import Node, ScalarNode, read_nodes, read_text
from surveyapp.survey.importing.import_mapping import (
    IGNORE,
    NOT_ANSWERED,
    SEPARATORS,
    TICKED,
    UNTICKED,
    ColumnUse,
    ImportMapping,
)
from surveyapp.survey.importing.import_problems import ImportRefusedError, fault

FORMAT: Final = 1
_HEAD: Final = """\
# How a file that was collected elsewhere becomes answers. Each column is an item, one choice of an item, or "ignore".
# A choice's label in any language, or its id, is read without saying; under texts stand all others ("ignore": not answered).
"""
_OPTIONAL: Final = ("texts", "separators", "not_answered", "ticked", "unticked")


def as_yaml(mapping: ImportMapping) -> str:
    """Return *mapping* as the text of its file; ``read_mapping`` gives the same mapping back."""
    lines = [f"import_mapping: {FORMAT}", f"questionnaire: {_quoted(mapping.questionnaire)}", "columns:"]
    lines += [f"  - {_flow(_column(use))}" for use in mapping.columns]
    lines += _block("texts", (_texts(item, texts) for item, texts in mapping.texts.items()))
    lines += _block("separators", ([f"  {item}: {_quoted(mark)}"] for item, mark in mapping.separators.items()))
    for name, words in (("not_answered", mapping.not_answered), ("ticked", mapping.ticked), ("unticked", mapping.unticked)):
        lines.append(f"{name}: [{', '.join(map(_quoted, words))}]")
    return _HEAD + "\n".join(lines) + "\n"


def _column(use: ColumnUse) -> dict[str, str]:
    choice = {"choice": use.choice} if use.choice else {}
    return {"column": use.header, "item": use.item or IGNORE, **choice}


def _flow(entries: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {_quoted(text)}" for name, text in entries.items()) + "}"


def _texts(item: str, texts: Mapping[str, str]) -> list[str]:
    return [f"  {item}:", *(f"    {_quoted(text)}: {_quoted(choice)}" for text, choice in texts.items())]


def _block(name: str, entries: Iterable[list[str]]) -> list[str]:
    lines = [line for entry in entries for line in entry]
    return [f"{name}:", *lines] if lines else []


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # every JSON string is a quoted YAML scalar


def read_mapping_file(path: Path, questionnaire: Questionnaire, wanted: str) -> ImportMapping:
    """Return the mapping in the file at *path*; raises as ``read_mapping``."""
    return read_mapping(read_text(path), str(path), questionnaire, wanted)


def read_mapping(text: str, file: str, questionnaire: Questionnaire, wanted: str) -> ImportMapping:
    """Return the mapping in *text* for *questionnaire* (*wanted* is its ID/VERSION); *file* is named in messages.

    Raises:
        FileRefusedError: with every problem of the file.
        ImportRefusedError: it was made for another questionnaire.
    """
    report = Report(file)
    fields = Fields(report, read_nodes(text, file), ("import_mapping", "questionnaire", "columns"), _OPTIONAL)
    fields.need("import_mapping", whole(FORMAT, FORMAT), FORMAT)
    found = fields.need("questionnaire", as_string, "")
    if found and found != wanted:
        raise ImportRefusedError([fault("other_questionnaire", found=found[:60], wanted=wanted)])
    items = {item.id: item for item in questionnaire.asked}
    headers = Unique(report, "column")
    mapping = ImportMapping(
        wanted,
        tuple(fields.each("columns", lambda _, node: _read_column(report, node, items, headers))),
        {item: dict(texts) for item, texts in _read_texts(report, fields, items)},
        dict(_read_separators(report, fields, items)),
        _words(fields, "not_answered", NOT_ANSWERED),
        _words(fields, "ticked", TICKED),
        _words(fields, "unticked", UNTICKED),
    )
    report.refuse_if_any()
    return mapping


def _read_column(report: Report, node: Node, items: Mapping[str, Item], headers: Unique) -> ColumnUse:
    fields = Fields(report, node, ("column", "item"), ("choice",))
    header = fields.need("column", as_string, "")
    if header:
        headers.add(fields.place("column"), header)
    name = fields.need("item", reference("item", [*items, IGNORE]), IGNORE)
    item = None if name == IGNORE else items[name]
    if "choice" not in fields:
        return ColumnUse(header, item.id if item else None)
    if item is None or item.kind != "multiple":
        report.add(fields.place("choice"), "key_not_for_kind", found="choice", kind=name if item is None else item.kind)
        return ColumnUse(header)
    choice = fields.get("choice", reference("choice", [one.id for one in item.choices]))
    return ColumnUse(header, item.id, choice)


def _read_texts(report: Report, fields: Fields, items: Mapping[str, Item]) -> Iterator[tuple[str, Iterator[tuple[str, str]]]]:
    for name, node in fields.pairs("texts"):
        if known := reference("item", items)(report, name):
            yield known, _read_item(report, node, items[known])


def _read_item(report: Report, node: Node, item: Item) -> Iterator[tuple[str, str]]:
    known = reference("choice", [*(choice.id for choice in item.choices), IGNORE])
    for text, meaning in pairs(report, node):
        still_open = isinstance(meaning, ScalarNode) and not meaning.text.strip()
        yield text.text.strip(), "" if still_open else known(report, meaning) or ""


def _read_separators(report: Report, fields: Fields, items: Mapping[str, Item]) -> Iterator[tuple[str, str]]:
    multiple = [name for name, item in items.items() if item.kind == "multiple"]
    for name, node in fields.pairs("separators"):
        known = reference("multiple item", multiple)(report, name)
        if not isinstance(node, ScalarNode) or not node.text:
            report.add(node, "unknown_word", found=getattr(node, "text", ""), allowed=" ".join(map(_quoted, SEPARATORS)))
        elif known:
            yield known, node.text


def _words(fields: Fields, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    found = fields.get(key, listing(as_string, 0))
    return default if found is None else tuple(text for _, text in found)

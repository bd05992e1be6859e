"""A questionnaire as the sheets of an XLSForm; what XLSForm cannot say stands in columns and sheets named ``surveyapp_…``."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from questionnaires.conditions import renamed
from questionnaires.survey_types import Choice, Item, Questionnaire, Section, Stratum
from questionnaires.texts import LANGUAGES, Text
from questionnaires.xlsform_expressions import Subject, length_constraint, number_constraint, write_condition
from questionnaires.xlsform_names import (
    COLUMNS,
    OURS,
    OWN_ID,
    RESERVED,
    SCALES,
    SCORES,
    STRATA,
    TAGS,
    TEXTS,
    TITLE,
    text_column,
)

_Cells = dict[str, str]
_TYPES: Final[Mapping[str, str]] = {
    "single": "select_one",
    "likert": "select_one",
    "knowledge": "select_one",
    "multiple": "select_multiple",
    "number": "integer",
    "text": "text",
    "information": "note",
}


def to_sheets(questionnaire: Questionnaire) -> dict[str, list[list[str]]]:
    """Return the questionnaire as sheets (title to rows of cells, the first row names the columns).

    ``xlsform_reader.read_sheets`` makes an equal questionnaire of them. Columns that would be empty are left out.
    """
    lists = _list_names(questionnaire)
    found = {
        "survey": _survey(questionnaire, lists),
        "choices": _choices(questionnaire, lists),
        "settings": [_settings(questionnaire)],
        SCALES: _scales(questionnaire),
        SCORES: _scores(questionnaire),
        STRATA: list(_strata(questionnaire.strata, "")) if questionnaire.stratum_item else [],
    }
    needed = ("survey", "choices", "settings")
    return {sheet: _table(sheet, rows) for sheet, rows in found.items() if rows or sheet in needed}


def _subject(item: Item) -> Subject:
    """Return what rules must know of *item*."""
    choices = tuple(choice.id for choice in item.choices)
    if item.kind != "number" or item.maximum is None:
        return Subject(choices, multiple=item.kind == "multiple")
    ends = (*(start - 1 for start in item.bands[1:]), item.maximum)
    return Subject(choices, spans=dict(zip(choices, zip(item.bands, ends, strict=True), strict=True)))


def _table(sheet: str, rows: Sequence[_Cells]) -> list[list[str]]:
    """Return *rows* under the names of those columns that any of them fills, in the order of the names."""
    names = [name for base in COLUMNS[sheet] for name in _names(base)]
    names += [text_column(base, language) for base in TEXTS.get(sheet, ()) for language in LANGUAGES]
    needed = {"survey": ("type", "name", "label"), "choices": ("list_name", "name", "label")}.get(sheet, ())
    always = {name for base in needed for name in _names(base)}
    used = [name for name in names if name in always or any(row.get(name) for row in rows)]
    return [used, *([row.get(name, "") for name in used] for row in rows)]


def _names(base: str) -> list[str]:
    return [text_column(base, language) for language in LANGUAGES] if base in ("label", "hint") else [base]


def _texts(base: str, text: Text | None) -> _Cells:
    return {text_column(base, language): text.get(language) for language in LANGUAGES} if text else {}


def _yes(flag: bool) -> str:  # noqa: FBT001 - it is the cell's whole content
    return "yes" if flag else ""


# ---- the sheet survey ----


def _list_names(read: Questionnaire) -> dict[str, str]:
    """Return the name of each item's list of choices: that of its scale, else its own, kept apart from those of scales."""
    scales = {scale.id for scale in read.scales}
    taken = scales | {item.id for item in read.items}
    names: dict[str, str] = {}
    for item in read.items:
        name = item.scale or item.id
        while not item.scale and name in scales | set(names.values()):
            name = f"{name}_list"
            name = name if name not in taken else f"{name}_"
        names[item.id] = name
    return names


def _survey(read: Questionnaire, lists: Mapping[str, str]) -> list[_Cells]:
    taken = {*RESERVED, *(item.id for item in read.items)}
    names = {item.id: _free(item.id, taken) for item in read.items if item.id in RESERVED}
    subjects = {names.get(item.id, item.id): _subject(item) for item in read.items}
    rows: list[_Cells] = []
    for section in read.sections:
        rows.append(_group(section, _free(section.id, taken)))
        rows += [_item(item, names, lists[item.id], subjects) for item in section.items]
        rows.append({"type": "end_group"})
    return rows


def _free(name: str, taken: set[str]) -> str:
    """Return *name*, made longer until nothing else is called so: pyxform wants all names of a form to be different."""
    while name in taken:
        name = f"{name}_"
    taken.add(name)
    return name


def _group(section: Section, name: str) -> _Cells:
    cells = {"type": "begin_group", "name": name, OWN_ID: section.id if name != section.id else ""}
    return cells | _texts("label", section.title) | _texts(f"{OURS}intro", section.intro)


def _item(item: Item, names: Mapping[str, str], list_name: str, subjects: Mapping[str, Subject]) -> _Cells:
    """Return the row of *item*; *names* are the names of those items that XLSForm must call otherwise."""
    rule = renamed(item.show_if, names)
    kind = _TYPES[item.kind]
    cells = {
        "type": f"{kind} {list_name}" if kind.startswith("select") else kind,
        "name": names.get(item.id, item.id),
        OWN_ID: item.id if item.id in names else "",
        "appearance": "likert" if item.kind == "likert" else "multiline" if item.long else "",
        "parameters": "randomize=true" if item.shuffled else "",
        "required": _yes(item.requirement == "required" and item.kind != "information"),
        "relevant": write_condition(rule, subjects) if rule else "",
        "constraint": _constraint(item),
        f"{OURS}requirement": "soft" if item.requirement == "soft" else "",
    }
    return cells | _texts("label", item.label) | _texts("hint", item.hint) | _ours(item)


def _constraint(item: Item) -> str:
    if item.kind == "text":
        return length_constraint(item.longest)
    if item.minimum is None or item.maximum is None:
        return ""
    return number_constraint(item.minimum, item.maximum)


def _ours(item: Item) -> _Cells:
    """Return what XLSForm cannot say of *item*."""
    wording = item.wording
    cells = {
        "headline": _yes(item.headline),
        "reversed": _yes(item.reversed),
        "favourable": " ".join(item.favourable) if item.kind != "likert" else "",
        "correct": item.correct or "",
        "margin": "" if item.margin is None else str(item.margin),
        "bands": " ".join(str(start) for start in item.bands),
        "source": item.source or "",
        "replaces": item.replaces or "",
        "same_as": wording.same_as if wording else "",
        "decided_by": wording.decided_by if wording else "",
        "decided_on": wording.decided_on.isoformat() if wording else "",
    }
    texts = _texts(f"{OURS}unit", item.unit) | _texts(f"{OURS}explanation", item.explanation)
    texts |= _texts(f"{OURS}reason", wording.reason if wording else None)
    return {f"{OURS}{name}": cell for name, cell in cells.items()} | texts


# ---- the other sheets ----


def _choices(read: Questionnaire, lists: Mapping[str, str]) -> list[_Cells]:
    found: dict[str, Sequence[Choice]] = {scale.id: scale.choices for scale in read.scales}
    own = ("single", "multiple", "knowledge")
    found |= {lists[item.id]: item.choices for item in read.items if item.kind in own}
    return [_choice(name, choice) for name, choices in found.items() for choice in choices]


def _choice(list_name: str, choice: Choice) -> _Cells:
    marks = {f"{OURS}outside_base": _yes(choice.outside_base), f"{OURS}exclusive": _yes(choice.exclusive)}
    return {"list_name": list_name, "name": choice.id, **_texts("label", choice.label), **marks}


def _settings(read: Questionnaire) -> _Cells:
    survey = read.instrument == "survey"
    before = read.answered_before
    return {
        "form_id": read.id,
        "version": str(read.version),
        "default_language": TAGS["lv"],
        f"{OURS}instrument": "" if survey else read.instrument,
        f"{OURS}minutes": str(read.minutes),
        f"{OURS}stratum_item": read.stratum_item or "",
        f"{OURS}band_item": read.band_item or "",
        f"{OURS}before_item": before.item if before else "",
        f"{OURS}before_yes": " ".join(before.yes) if before else "",
        f"{OURS}before_no": " ".join(before.no) if before else "",
        **_texts(TITLE, read.title),
        **_texts(f"{OURS}intro", read.intro),
        **_texts(f"{OURS}everybody", read.strata.label if survey else None),
    }


def _scales(read: Questionnaire) -> list[_Cells]:
    return [
        {
            "list_name": scale.id,
            "favourable": " ".join(scale.favourable),
            "favourable_reversed": " ".join(scale.favourable_reversed),
        }
        for scale in read.scales
    ]


def _scores(read: Questionnaire) -> list[_Cells]:
    return [
        {
            "id": score.id,
            "items": " ".join(score.items),
            "margin": score.margin_text,
            **_texts("label", score.label),
        }
        for score in read.scores
    ]


def _strata(node: Stratum, parent: str) -> Iterable[_Cells]:
    """Yield the parts below *node*, each group above its own parts; a leaf needs no text, it is a choice."""
    for part in node.parts:
        yield {"id": part.id, "parent": parent, **_texts("label", part.label if part.parts else None)}
        yield from _strata(part, part.id)

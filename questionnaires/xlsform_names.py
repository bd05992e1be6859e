"""The names of XLSForm (sheets, columns, types) as far as they are read here, and the columns that we add to it."""

import re
from collections.abc import Mapping
from typing import Final

from questionnaires.texts import LANGUAGES, Language

TAGS: Final[Mapping[Language, str]] = {"lv": "Latviešu (lv)", "en": "English (en)", "ru": "Русский (ru)"}
"""How the languages are called in ``label::LANGUAGE``."""

OURS: Final = "surveyapp_"
"""What our own columns and sheets begin with, so that nobody takes them for XLSForm."""

SCALES: Final = f"{OURS}scales"
SCORES: Final = f"{OURS}scores"
STRATA: Final = f"{OURS}strata"
SHEETS: Final = ("survey", "choices", "settings", SCALES, SCORES, STRATA)
UNSUPPORTED_SHEETS: Final = frozenset({"external_choices", "entities", "osm"})

_SURVEY: Final = ("type", "name", "label", "hint", "appearance", "parameters", "required", "relevant", "constraint")
SURVEY_OURS: Final[Mapping[str, str]] = {
    f"{OURS}{name}": key
    for name, key in {
        "requirement": "requirement",
        "headline": "headline",
        "reversed": "reversed",
        "favourable": "favourable",
        "correct": "correct",
        "margin": "margin",
        "bands": "bands",
        "source": "source",
        "replaces": "replaces",
        "same_as": "same_as",
        "decided_by": "decided_by",
        "decided_on": "decided_on",
    }.items()
}
"""Our columns of the sheet survey that hold no texts, and the keys of an item (or of its wording) that they stand for."""

OWN_ID: Final = f"{OURS}id"
"""The id of a section or item that had to get another name, because XLSForm wants all names different and keeps some."""

RESERVED: Final = frozenset({"data", "meta"})

SURVEY_TEXTS: Final = (f"{OURS}unit", f"{OURS}explanation", f"{OURS}reason", f"{OURS}intro")
BEFORE: Final[Mapping[str, str]] = {"before_item": "item", "before_yes": "yes", "before_no": "no"}
"""Our settings about the question who answered the time before, and the keys that they stand for."""
SETTINGS: Final = ("form_id", "version", "default_language")
SETTINGS_OURS: Final = tuple(f"{OURS}{name}" for name in ("instrument", "minutes", "stratum_item", "band_item", *BEFORE))
TITLE: Final = f"{OURS}title"
"""The title in the other languages; in Latvian it is XLSForm's own ``form_title``."""
SETTINGS_TEXTS: Final = (TITLE, f"{OURS}intro", f"{OURS}everybody")
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "survey": (*_SURVEY, *SURVEY_OURS, OWN_ID),
    "choices": ("list_name", "name", "label", f"{OURS}outside_base", f"{OURS}exclusive"),
    "settings": (*SETTINGS, *SETTINGS_OURS),
    SCALES: ("list_name", "favourable", "favourable_reversed"),
    SCORES: ("id", "items", "margin", "label"),
    STRATA: ("id", "parent", "label"),
}
TEXTS: Final[Mapping[str, tuple[str, ...]]] = {"survey": SURVEY_TEXTS, "settings": SETTINGS_TEXTS}
"""Our texts, one column for each language: ``surveyapp_unit_lv`` and so on."""

SPELLINGS: Final[Mapping[str, str]] = {
    "relevance": "relevant",
    "id_string": "form_id",
    "title": "form_title",
    "value": "name",
}
"""Older names of columns that XLSForm still knows, and their present ones."""

_COLUMNS: Final = (
    "calculation default trigger repeat_count choice_filter read_only readonly image audio video big-image autoplay "
    "guidance_hint required_message constraint_message bind body instance media save_to disabled compact_tag "
    "public_key submission_url auto_send auto_delete instance_name instance_id style namespaces client_editable "
    "allow_choice_duplicates sms_keyword prefix delimiter omit_instanceID attribute clean_text_values entity geometry"
)
UNSUPPORTED: Final = frozenset(_COLUMNS.split())
"""Columns (before ``::``) of XLSForm that mean something that we have not."""

GROUP_BEGINS: Final = ("begin_group", "begin group")
GROUP_ENDS: Final = ("end_group", "end group")
PLAIN_TYPES: Final[Mapping[str, str]] = {
    "integer": "number",
    "int": "number",
    "text": "text",
    "string": "text",
    "note": "information",
}
TYPES: Final = ("select_one LIST", "select_multiple LIST", "integer", "text", "note", "begin_group", "end_group")
_TYPES: Final = (
    "acknowledge audio audit background-audio barcode calculate csv-external date datetime dateTime decimal deviceid email "
    "end file geopoint geoshape geotrace hidden image osm phonenumber photo range rank select_multiple_from_file "
    "select_one_external select_one_from_file simserial start start-geopoint subscriberid time today trigger username "
    "video xml-external begin_repeat end_repeat"
)
UNSUPPORTED_TYPES: Final = frozenset(_TYPES.split())
APPEARANCES: Final = ("likert", "multiline", "field-list", "minimal", "compact", "horizontal", "vertical", "columns", "quick")
"""The first two mean something; the others are about layout alone, which every program has of its own."""

_TAGGED: Final = re.compile(r"\(([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)?\)$")
_LANGUAGE_NAMES: Final[Mapping[str, Language]] = {
    **{language: language for language in LANGUAGES},
    "latvian": "lv",
    "latviešu": "lv",
    "english": "en",
    "russian": "ru",
    "русский": "ru",
}


def language_of(name: str) -> Language | None:
    """Return the language that XLSForm calls *name*, such as ``English (en)``, ``en`` or ``English``; None if another one."""
    tagged = _TAGGED.search(name.strip())
    return _LANGUAGE_NAMES.get((tagged[1] if tagged else name).strip().lower())


def text_column(base: str, language: Language) -> str:
    """Return the name of the column with the texts *base* in that *language*."""
    if (base, language) == (TITLE, "lv"):
        return "form_title"
    return f"{base}_{language}" if base.startswith(OURS) else f"{base}::{TAGS[language]}"

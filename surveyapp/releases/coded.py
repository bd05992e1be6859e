"""Columns of released tables that hold codes, and what each code stands for in the reader's language."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel.speaklater import LazyString

from surveyapp.plans import part_words
from surveyapp.plans import words as statement_words
from surveyapp.releases.method_words import METHODS
from surveyapp.results import effect_words, findings, level_words
from surveyapp.results import words as plan_words
from surveyapp.survey.desk.wave_words import MODES

Codes = Mapping[Any, LazyString]
_EVERYWHERE: Final[Mapping[str, Codes]] = {
    "degree": plan_words.DEGREES,
    "to_date": plan_words.DEGREES,
    "timing": plan_words.TIMINGS,
    "certainty": plan_words.CERTAINTIES,
    "flags": plan_words.FLAGS,
    "verdict": findings.VERDICTS,
}
_OF_TABLES: Final[Mapping[tuple[str, str], Mapping[Any, LazyString]]] = {
    ("plan_targets", "kind"): part_words.KINDS,
    ("plan_targets", "comparator"): part_words.COMPARATORS,
    ("plan_targets", "unit"): part_words.UNITS,
    ("plan_targets", "counted"): part_words.COUNTED,
    ("decisions", "kind"): statement_words.KINDS,
    ("proposals", "state"): statement_words.STATES,
    ("survey_waves", "mode"): MODES,
    ("survey_levels", "measure"): level_words.MEASURES,
    ("survey_levels", "base"): level_words.BASES,
    ("survey_levels", "method"): METHODS,
    ("survey_levels", "hidden"): findings.HIDDEN,
    ("survey_levels", "band"): findings.BANDS,
    ("survey_changes", "measure"): findings.MEASURES,
    ("survey_changes", "base"): level_words.BASES,
    ("survey_changes", "effect_name"): effect_words.NAMES,
    ("survey_changes", "method"): METHODS,
    ("survey_changes", "family"): findings.FAMILIES,
    ("survey_changes", "hidden"): findings.HIDDEN,
    ("survey_changes", "band_before"): findings.BANDS,
    ("survey_changes", "band_after"): findings.BANDS,
    ("survey_changes", "cut"): findings.CUTS,
}


def codes_of(table: str, column: str) -> Codes:
    """Return what each code in a column of a table stands for; nothing where a column holds none."""
    return _OF_TABLES.get((table, column)) or _EVERYWHERE.get(column) or {}


def separator(column: str) -> str:
    """Return what stands between several codes in one cell."""
    return "; " if column == "method" else ";"

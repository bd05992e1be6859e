"""The words of releases: what their tables and columns are called, what stands in their notes, and how a difference reads."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from questionnaires.texts import LANGUAGES
from surveyapp.core.i18n import language
from surveyapp.ledger.documents import Cell
from surveyapp.ledger.store import Release
from surveyapp.releases.tables import parts_of
from surveyapp.results import words as plan_words
from surveyapp.results.findings import VERDICTS

LEVELS: Final[Mapping[str, LazyString]] = {"group": _l("for the group"), "public": _l("for the public")}
TABLES: Final[Mapping[str, LazyString]] = {
    "plan_rows": _l("Rows of the plan"),
    "plan_targets": _l("Targets of the plan"),
    "head_counts": _l("Head counts of events"),
    "money": _l("Money"),
    "decisions": _l("Decisions"),
    "conclusions": _l("Conclusions"),
    "proposals": _l("Proposals"),
    "survey_waves": _l("Surveys and who answered"),
    "survey_levels": _l("Results of each survey"),
    "survey_changes": _l("Changes between surveys"),
}
FORMATS: Final[Mapping[str, LazyString]] = {
    "xlsx": _l("Workbook (XLSX)"),
    "csv": _l("Tables (CSV, packed)"),
    "json": _l("Document (JSON)"),
    "datapackage": _l("Data package (CSV with description, packed)"),
}
COLUMNS: Final[Mapping[str, str]] = {
    "indicator": "Row of the plan.",
    "target": "Target of the row.",
    "reading": "How the target is read, where it can be read in several ways.",
    "degree": "done, partial, not_done, no_data, not_due or not_assessed; final only after the last window.",
    "to_date": "The degree by what was due by the day of the release.",
    "timing": "open, awaiting_data, on_time, late or overdue; empty where nothing is due.",
    "flags": "Remarks on the judgement, separated by semicolons.",
    "required": "The number to reach; empty where the plan gives none or it is hidden.",
    "achieved": "The number that the degree rests on: the lower bound.",
    "achieved_low": "At least so many.",
    "achieved_high": "At most so many; empty if that is not known.",
    "certainty": "certain, possible or impossible.",
    "hidden": "Whether, or why, a number is hidden to protect people.",
    "counted_from": "Numbers of the events that it was counted from.",
    "event": "Number of the event.",
    "evidence": "Whether there is evidence of it.",
    "stratum": "Group of respondents; * is everybody.",
    "measure": "share, favourable, correct, score, distribution or superiority.",
    "n": "People behind the number.",
    "count": "People who answered so.",
    "level": "Share as a fraction of 1, or mean score in points.",
    "low": "Lower end of the 95 percent range for everybody who works here.",
    "high": "Upper end of that range.",
    "change": "Later minus earlier.",
    "p_below_05": "Whether the unadjusted p is below 0.05.",
    "verdict": "clear_rise, clear_fall, no_clear_change, too_few or not_comparable, corrected for the number of tests.",
    "invented": "Always true: made-up demonstration data about nobody, nowhere.",
    "band": "0-2, or all_but_0-2: counts that are shown alike.",
}
"""What columns mean, in English like their names: for those who read the files with programs."""
_VALUES: Final[Mapping[str, Mapping[Any, LazyString]]] = {
    "degree": plan_words.DEGREES,
    "to_date": plan_words.DEGREES,
    "timing": plan_words.TIMINGS,
    "certainty": plan_words.CERTAINTIES,
    "flags": plan_words.FLAGS,
    "verdict": VERDICTS,
}
"""Columns whose cells are codes that people have words for; several stand in one cell."""
_KINDS: Final[Mapping[str, LazyString]] = {"new": _l("new"), "gone": _l("no longer there"), "changed": _l("changed")}
NOTES_SHEET: Final = "notes"


def title(release: Release) -> str:
    """Return what a release is called."""
    named = str(_("Release %(number)s, %(level)s", number=release.number, level=LEVELS[release.asked.level]))
    return str(_("%(title)s – invented data", title=named)) if release.document.get("invented") else named


def title_of_plan(release: Release) -> str:
    """Return what the plan of a release is called."""
    title: Mapping[str, str] = release.document["plan"]["title"]
    return title.get(language()) or title[LANGUAGES[0]]


def notes(release: Release) -> list[tuple[str, str]]:
    """Return what has to be known about a release, as name and text."""
    asked = release.asked
    told = [
        (str(_("Release")), title(release)),
        (str(_("Plan")), f"{title_of_plan(release)} ({asked.plan})"),
        (str(_("Judged as of")), plan_words.short_day(asked.as_of)),
        (str(_("Made on")), plan_words.short_day(release.made_on)),
        (str(_("Check sum (SHA-256)")), release.hash),
        (
            str(_("Protection")),
            str(
                _(
                    "Hidden numbers protect people: groups with fewer than 10 answers, counts of one or two, and numbers below "
                    "5 about people at risk or harmed, with whatever they could be worked out from."
                )
            ),
        ),
    ]
    if asked.level == "public":
        rounding = _(
            "Counts of people in surveys are rounded to 5, shares to whole percentages, mean scores to half a point, and the "
            "ends of their ranges outwards."
        )
        told.append((str(_("Rounding")), str(rounding)))
    if release.document.get("invented"):
        told.append((str(_("Invented")), str(_("Made up for demonstration: these numbers are about nobody and no place."))))
    return told


def kind(of: str) -> str:
    """Return in a word what became of a row: it is new, gone or changed."""
    return str(_KINDS[of])


def day(iso: Cell) -> str:
    """Return a day of a table as people read it."""
    return plan_words.short_day(date.fromisoformat(str(iso)))


def cell(name: str, value: Cell) -> str:
    """Return a cell of a table as people read it."""
    if name in _VALUES and value:
        return "; ".join(str(_VALUES[name].get(each, each)) for each in parts_of(str(value)))
    match value:
        case None | "":
            return "–"
        case bool():
            return str(_("yes") if value else _("no"))
        case int() | float():
            return str(value) if name == "year" else plan_words.number(value)
        case _:
            return value

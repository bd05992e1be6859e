"""The words of releases: what their tables and columns are called, what stands in their notes, and how a difference reads."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from questionnaires.texts import LANGUAGES
from surveyapp.core.i18n import language
from surveyapp.ledger.documents import Cell
from surveyapp.ledger.store import Release
from surveyapp.releases.coded import codes_of
from surveyapp.releases.tables import parts_of
from surveyapp.results import words as plan_words

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
_KINDS: Final[Mapping[str, LazyString]] = {"new": _l("new"), "gone": _l("no longer there"), "changed": _l("changed")}
NOTES_SHEET: Final = "notes"
DICTIONARY: Final = (_l("Sheet"), _l("Name in files"), _l("Heading"), _l("Type"), _l("Meaning"))
"""Above the sheet of a workbook that says what each column is."""


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
    if release.document["made_from"]["comparisons"]:
        alike = _(
            "The same question can have two numbers. By itself a survey is weighted by groups and counted among those who gave "
            "an opinion wherever it shows them; beside another survey only where both show them, so that like is compared with "
            "like."
        )
        told.append((str(_("Results and changes")), str(alike)))
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
    known = codes_of("", name)
    if known and value:
        return "; ".join(str(known.get(each, each)) for each in parts_of(str(value)))
    match value:
        case None | "":
            return "–"
        case bool():
            return str(_("yes") if value else _("no"))
        case int() | float():
            return str(value) if name == "year" else plan_words.number(value)
        case _:
            return value

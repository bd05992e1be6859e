"""The words of open data: licences, what each table tells, what each kind of file is good for."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from questionnaires.texts import LANGUAGES
from surveyapp.core.i18n import speaking
from surveyapp.ledger.store import Release
from surveyapp.releases import words

LICENCES: Final[Mapping[str, tuple[str, str]]] = {
    "CC-BY-4.0": ("Creative Commons Attribution 4.0 International", "https://creativecommons.org/licenses/by/4.0/"),
    "CC0-1.0": ("Creative Commons Zero 1.0 Universal", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "ODC-BY-1.0": ("Open Data Commons Attribution License 1.0", "https://opendatacommons.org/licenses/by/1-0/"),
    "PDDL-1.0": (
        "Open Data Commons Public Domain Dedication and License 1.0",
        "https://opendatacommons.org/licenses/pddl/1-0/",
    ),
}
"""The licences of the setting by their SPDX names: what each is called, and where it stands."""
HOLDS: Final[Mapping[str, LazyString]] = {
    "plan_rows": _l("Each row of the plan with its degree, as a whole and by what was due."),
    "plan_targets": _l("What was required and reached in each window of a target."),
    "money": _l("Money planned, granted and spent, by row and year."),
    "decisions": _l("How unclear rows were decided to be read."),
    "survey_waves": _l("How many people answered each survey, and of how many."),
    "survey_levels": _l("The answers to each question of each survey, with their likely ranges."),
    "survey_changes": _l("What changed between two surveys, with ranges and verdicts."),
}
RULES: Final[Mapping[str, LazyString]] = {
    "judging": _l("judging of the plan, version"),
    "levels": _l("results of one survey, version"),
    "comparison": _l("comparison of surveys, version"),
    "grace_days": _l("days after a deadline within which numbers may still come in"),
    "smallest_group": _l("fewest people in a group that is shown"),
    "smallest_head_count": _l("fewest people at risk that are shown"),
    "fewest_contributors": _l("fewest institutions behind a sum of hours or money of events"),
    "p_percent": _l("how near the others may come to what one institution gave, in per cent"),
}
"""What a release tells of the rules and settings that decided its numbers."""
GROUPS: Final[tuple[tuple[str, LazyString], ...]] = (
    ("xlsx", _l("Workbook (XLSX): a sheet for each table, and one of notes")),
    ("csv", _l("Tables (CSV, packed), for programs")),
    ("excel", _l("Tables (CSV, packed), with the mark that Excel needs for letters such as ā and š")),
    ("json", _l("Document (JSON), whose check sum is that of the release")),
    ("package", _l("Data package (Frictionless): tables with their schema, packed")),
)


def heading(publisher: str, release: Release) -> str:
    """Return what a public release is called, with whose it is."""
    return f"{publisher}: {words.title(release)}"


def description(release: Release) -> str:
    """Return in a sentence or two what a public release holds."""
    lines = [
        str(
            _(
                "The plan “%(plan)s” as judged on %(day)s: its rows, what was required and reached, and money.",
                plan=words.title_of_plan(release),
                day=words.day(release.asked.as_of.isoformat()),
            )
        )
    ]
    if release.document["made_from"]["waves"]:
        lines.append(str(_("Results of surveys of specialists who work with children: what they answered and what changed.")))
    lines.append(str(_("Only totals stand here: no answers of single people, no names, no events one by one.")))
    return " ".join(lines)


def in_each_language(publisher: str, release: Release) -> dict[str, dict[str, str]]:
    """Return title and description in each language."""
    told: dict[str, dict[str, str]] = {"title": {}, "description": {}}
    for spoken in LANGUAGES:
        with speaking(spoken):
            told["title"][spoken] = heading(publisher, release)
            told["description"][spoken] = description(release)
    return told


def notes(publisher: str, licence: str, address: str) -> list[tuple[str, str]]:
    """Return what a file has to say besides the notes of its release: whose it is, how it may be used, where it is from."""
    name, link = LICENCES[licence]
    return [
        (str(_("Publisher")), publisher),
        (str(_("Licence")), f"{name} ({licence}), {link}"),
        (str(_("Address")), address),
    ]

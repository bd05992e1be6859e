"""The same invented answers as four tools would export them: headers, separators and codes as each of them writes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from questionnaires.grammar import parse_questionnaire
from questionnaires.library import find_questionnaire
from questionnaires.survey_types import Item, Questionnaire
from tests.surveyapp.survey.rounds import Given
from tests.surveyapp.survey.small import YAML

Rows = list[list[str]]
SMALL: Final = parse_questionnaire(YAML, "small.yaml")
SPECIALISTS: Final = parse_questionnaire(find_questionnaire("specialists/2").read_text(encoding="utf-8"), "specialists/2")
MARKER: Final = "marker"
"""Stands in every cell that must not get into the app."""


def said(item: Item, chosen: Sequence[str], language: str, between: str = "; ") -> str:
    """What a person would have clicked or typed: labels, and a number for its band."""
    if item.kind == "number":
        return "".join(choice.removeprefix("from_") for choice in chosen)
    return between.join(item.choice(choice).label.get(language) for choice in chosen)


def google(questionnaire: Questionnaire, sheets: Sequence[Given], language: str = "lv", between: str = ", ") -> Rows:
    """Google Forms: a timestamp and an address first; several answers parted by comma and space (or semicolon)."""
    header = ["Laikspiedols", "E-pasta adrese", *(item.label.get(language) for item in questionnaire.items)]
    rows = [
        [f"2026/03/{number % 28 + 1:02} 9:41:{number % 60:02} AM EET", f"{MARKER}{number}@example.org"]
        + [_cell(item, sheet, language, between) for item in questionnaire.items]
        for number, sheet in enumerate(sheets)
    ]
    return [header, *rows]


def microsoft(questionnaire: Questionnaire, sheets: Sequence[Given], language: str = "en") -> Rows:
    """Microsoft Forms: an id, two moments, address and name first; every one of several answers ends with a semicolon."""
    own = ["ID", "Start time", "Completion time", "Email", "Name", "Last modified time", "Language"]
    header = [*own, *(f"{item.label.get(language)}\xa0" for item in questionnaire.items)]
    rows = []
    for number, sheet in enumerate(sheets, 1):
        moment = f"3/{number % 28 + 1}/26 14:{number % 60:02}:07"
        cells = [_cell(item, sheet, language, ";") for item in questionnaire.items]
        ended = [
            f"{cell};" if item.kind == "multiple" and cell else cell
            for item, cell in zip(questionnaire.items, cells, strict=True)
        ]
        rows.append(
            [str(number), moment, moment, f"{MARKER}{number}@example.org", f"{MARKER} {number}", moment, "English", *ended]
        )
    return [header, *rows]


def limesurvey(questionnaire: Questionnaire, sheets: Sequence[Given], language: str = "ru") -> Rows:
    """LimeSurvey (code and text): dates, language, seed and address among the first; a column for each choice, Y or empty."""
    own = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "ipaddr", "refurl"]
    header = [*own]
    for number, item in enumerate(questionnaire.items, 1):
        code, label = f"G01Q{number:02}", item.label.get(language)
        if item.kind == "multiple":
            header += [
                f"{code}[SQ{place:03}]. {label} [{choice.label.get(language)}]" for place, choice in enumerate(item.choices, 1)
            ]
        else:
            header.append(f"{code}. {label}")
    rows = []
    for number, sheet in enumerate(sheets, 1):
        moment = f"2026-03-{number % 28 + 1:02} 08:{number % 60:02}:31"
        row = [
            str(number),
            moment,
            "1",
            language,
            f"77{number}",
            moment,
            moment,
            f"192.0.2.{number % 250}",
            f"https://{MARKER}.example",
        ]
        for item in questionnaire.items:
            chosen = sheet.get(item.id, ())
            ticks = ["Y" if choice.id in chosen else "" for choice in item.choices]
            row += ticks if item.kind == "multiple" else [_cell(item, sheet, language, "")]
        rows.append(row)
    return [header, *rows]


def eusurvey(questionnaire: Questionnaire, sheets: Sequence[Given], language: str = "en") -> Rows:
    """EUSurvey: two lines of title, statements as rows of a matrix behind a colon, what belongs to the person last."""
    own = ["Invitation Number", "Contribution Id", "User Name", "Creation Date", "Last Update", "Languages"]
    names = [
        f"{'How far do you agree?: ' if item.kind == 'likert' else ''}{item.label.get(language)}"
        for item in questionnaire.items
    ]
    rows = []
    for number, sheet in enumerate(sheets, 1):
        moment = f"{number % 28 + 1:02}/03/2026 10:{number % 60:02}"
        person = [
            f"{MARKER}-{number}",
            f"0f8fad5b-d9cb-469f-a165-{number:012}",
            f"{MARKER}{number}@example.org",
            moment,
            moment,
            "EN",
        ]
        rows.append([_cell(item, sheet, language, "; ") for item in questionnaire.items] + person)
    return [["Alias", "invented-survey"], ["Export Date", "2026-04-01 12:00"], [], [*names, *own], *rows]


Style = Callable[[Questionnaire, Sequence[Given]], Rows]
STYLES: Final[Mapping[str, Style]] = {"google": google, "microsoft": microsoft, "limesurvey": limesurvey, "eusurvey": eusurvey}


def _cell(item: Item, sheet: Given, language: str, between: str) -> str:
    if item.kind == "text":
        return f"{MARKER} own words" if sheet else ""
    return said(item, sheet.get(item.id, ()), language, between)

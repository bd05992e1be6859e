"""The sheet that organisers fill in: drop-downs, notes and limits, in the language of the request."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any, Final

from flask_babel import gettext as _

from questionnaires.plan_types import Indicator, Plan
from surveyapp.core.i18n import here
from surveyapp.events import rules
from surveyapp.events.upload.reading import NEEDED, Uploader
from surveyapp.events.words import LABELS

ROWS: Final = 2000
"""How many rows of the sheet have drop-downs; more may be filled in."""

_COUNTS: Final = frozenset(rules.COUNTS)
_NUMBERS: Final = frozenset({"hours", "amount"})
_WIDTHS: Final = {"indicator": 44, "title": 40, "held_on": 13, "institution": 26, "evidence": 34, "place": 24, "step": 30}
_USUAL_WIDTH: Final = 16
_MOST_PROMPT: Final = 255  # what a sheet program shows beside a cell
_MOST_TITLE: Final = 32


def columns(plan: Plan, uploader: Uploader) -> tuple[str, ...]:
    """Return the columns of the sheet in their order: those that a row of the plan can use."""
    asked = {name for row in plan.indicators for name in rules.asked_of(row, plan).everything}
    first = ("indicator", "held_on", "title", "unique_persons", "attendances", "families", "requested", "hours", "amount")
    last = ("audience", "member", "step", "place", "evidence", "same_group_as", "different_people")
    institution = ("institution",) if uploader.anybody or uploader.institution is None else ()
    wanted = {*asked, "indicator", *institution}
    return tuple(name for name in (*first[:3], *institution, *first[3:], *last) if name in wanted)


def template(plan: Plan, uploader: Uploader) -> bytes:
    """Return the empty sheet as an XLSX workbook: events, notes, and the lists that its drop-downs show."""
    # A worker that serves respondents must not pay for a library that it never uses.
    writer = import_module("xlsxwriter")
    target = io.BytesIO()
    book = writer.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": _("Events"), "created": datetime(1980, 1, 1, tzinfo=UTC)})
    used = columns(plan, uploader)
    events, notes, lists = (book.add_worksheet(title) for title in (_("Events"), _("Notes"), _("Lists")))
    sources = _fill_lists(lists, book, _choices(plan, uploader), used)
    _fill_events(events, book, plan, used, sources)
    _fill_notes(notes, book, plan, used)
    book.close()
    return target.getvalue()


def _choices(plan: Plan, uploader: Uploader) -> dict[str, list[str]]:
    own, others = rules.rows_of_institution(plan, uploader.institution)
    return {
        "indicator": [f"{row.id} {here(row.name)}" for row in (*own, *others)],
        "institution": [here(each.name) for each in plan.institutions],
        "audience": [here(text) for _name, text in plan.audiences],
        "step": list(dict.fromkeys(here(step.label) for row in plan.indicators for step in rules.parts_of(row))),
        "member": list(dict.fromkeys(member.name for row in plan.indicators for member in _members(row, plan))),
        "different_people": [_("yes"), _("no")],
    }


def _members(row: Indicator, plan: Plan) -> Sequence[Any]:
    listed = rules.reference_set_of(row, plan)
    return (listed.members or ()) if listed else ()


def _fill_lists(sheet: Any, book: Any, choices: Mapping[str, list[str]], used: Sequence[str]) -> dict[str, str]:  # noqa: ANN401 - the library has no types
    """Write each list into a column of its own; return where the drop-downs find them."""
    bold = book.add_format({"bold": True})
    sources: dict[str, str] = {}
    kept = [(name, choices[name]) for name in used if choices.get(name)]
    for at, (name, texts) in enumerate(kept):
        sheet.write_string(0, at, str(LABELS[name]), bold)
        sheet.write_column(1, at, texts)
        sheet.set_column(at, at, 44)
        letter = chr(ord("A") + at)
        sources[name] = f"='{sheet.get_name()}'!${letter}$2:${letter}${len(texts) + 1}"
    sheet.freeze_panes(1, 0)
    return sources


def _fill_events(sheet: Any, book: Any, plan: Plan, used: Sequence[str], sources: Mapping[str, str]) -> None:  # noqa: ANN401 - the same
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 2, "bg_color": "#E8EEF4"})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    number = book.add_format({"num_format": "General", "valign": "top"})
    day = book.add_format({"num_format": "dd.mm.yyyy", "valign": "top"})
    for at, name in enumerate(used):
        style = day if name == "held_on" else number if name in _COUNTS | _NUMBERS else text
        sheet.set_column(at, at, _WIDTHS.get(name, _USUAL_WIDTH), style)
        sheet.write_string(0, at, f"{LABELS[name]}{' *' if name in NEEDED else ''}", head)
        sheet.write_comment(0, at, note(name), {"x_scale": 2, "y_scale": 1.4})
        sheet.data_validation(1, at, ROWS, at, _validation(name, plan, sources))
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 3)


def _validation(name: str, plan: Plan, sources: Mapping[str, str]) -> dict[str, object]:
    told: dict[str, object] = {
        "input_title": str(LABELS[name])[:_MOST_TITLE],
        "input_message": note(name)[:_MOST_PROMPT],
        "error_title": str(LABELS[name])[:_MOST_TITLE],
        "error_message": note(name)[:_MOST_PROMPT],
    }
    if name in sources:
        return {"validate": "list", "source": sources[name], "error_type": "warning" if name == "member" else "stop", **told}
    if name == "held_on":
        first, last = (datetime(each.year, each.month, each.day) for each in (plan.starts, plan.ends))  # noqa: DTZ001 - a sheet's days know no zone
        return {"validate": "date", "criteria": "between", "minimum": first, "maximum": last, **told}
    if name in _COUNTS:
        return {"validate": "integer", "criteria": ">=", "value": 0, **told}
    if name in _NUMBERS:
        return {"validate": "decimal", "criteria": ">=", "value": 0, **told}
    return {"validate": "any", **told}


def _fill_notes(sheet: Any, book: Any, plan: Plan, used: Sequence[str]) -> None:  # noqa: ANN401 - the same
    bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    plain = book.add_format({"valign": "top", "text_wrap": True})
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    said = [
        (_("Plan"), here(plan.title)),
        (_("One row"), _("Each row is one event. Columns with a star are needed; the others may stay empty.")),
        (_("Not known or none"), _("An empty number means that it is not known; 0 means that it was none.")),
        (_("No names"), _("Never write the name of anybody who took part.")),
        (_("The same sheet again"), _("What is logged already is not added again, so you can go on filling this in.")),
        *((str(LABELS[name]), note(name)) for name in used),
    ]  # fmt: skip
    for at, (what, text) in enumerate(said):
        sheet.write_string(at, 0, str(what), bold)
        sheet.write_string(at, 1, str(text), plain)


def note(column: str) -> str:
    """Return what to write in a column, in the language of the request."""
    texts = {
        "indicator": _("The row of the plan that it belongs to; choose it in the list, or type its number, such as 5.1.a."),
        "held_on": _("The day on which it was held, such as 15.03.2026; of several days the last one."),
        "title": _("What it was, in a few words."),
        "institution": _("Which institution held it; choose it in the list."),
        "unique_persons": _("How many different people came: each person once, however often they came."),
        "attendances": _("How many visits there were: 10 people at 3 sessions make 30."),
        "families": _("How many families took part, each once."),
        "requested": _("How often it was asked for, also where it could not be given."),
        "hours": _("How many hours the event took."),
        "amount": _("Money that was spent or granted, in EUR."),
        "audience": _("For whom it was; choose it in the list."),
        "member": _("The kindergarten or school that took part; one event for each."),
        "step": _("Which step of the row was done, or which of several targets that count the same; choose it in the list."),
        "place": _("Where it was held."),
        "evidence": _("Where the proof is: list of participants, minutes, report. Never names of people."),
        "same_group_as": _("If the same people came as to an earlier event: the number of its row in this sheet."),
        "different_people": _("“yes” if nobody here took part in an earlier event of this row of the plan."),
    }
    return str(texts[column])


def file_name(plan: Plan, day: date) -> str:
    """Return what the sheet is called when it is saved."""
    return f"{plan.id}-{day.isoformat()}.xlsx"

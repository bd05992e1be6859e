"""XLSForm in and out: the sheets of a workbook (plain rows of text) to a questionnaire, and back without loss.

Sheets written by others are read as far as they can be; whatever they lack or have beyond us is refused by sheet, row and
column. The checks are those of the questionnaire grammar: the cells become its nodes, with their places.
"""

from collections.abc import Collection, Mapping
from typing import Final

from questionnaires.grammar import questionnaire_of
from questionnaires.report import Report
from questionnaires.sheets import Row, Sheets, numbered
from questionnaires.survey_types import Questionnaire
from questionnaires.xlsform_names import BEFORE, OURS, SCALES, SCORES, STRATA
from questionnaires.xlsform_nodes import SheetReport, flag_node, list_node, map_node, word_node, words_node
from questionnaires.xlsform_survey import Survey
from questionnaires.xlsform_tables import Form, read_form
from questionnaires.xlsform_writer import to_sheets
from questionnaires.yaml_file import MOST_BYTES, MOST_DEPTH, MOST_NODES, ListNode, MapNode, Node, ScalarNode

__all__ = ["Sheets", "numbered", "read_sheets", "to_sheets"]

_FIRST_VERSION: Final = "1"


def read_sheets(sheets: Sheets, file: str) -> Questionnaire:
    """Return the questionnaire in *sheets* (as a workbook is read, or ``numbered`` rows); *file* is its name in messages.

    Raises FileRefusedError with every problem; ``line`` is the row, ``key`` the sheet, cell and column.
    """
    report = SheetReport(file)
    _refuse_flood(report, sheets)
    form = read_form(report, sheets)
    questionnaire = questionnaire_of(report, _root(report, form))
    report.refuse_if_any()
    return questionnaire


def _refuse_flood(report: Report, sheets: Sheets) -> None:
    cells = [cell for rows in sheets.values() for _, row in rows for cell in row if cell]
    if len(cells) > MOST_NODES:
        report.add(None, "too_many_nodes", most=f"{MOST_NODES:,}")
    elif sum(len(cell) for cell in cells) > MOST_BYTES:
        report.add(None, "too_large", most=f"{MOST_BYTES:,}")
    report.refuse_if_any()


def _root(report: Report, form: Form) -> MapNode:
    settings = form.settings
    title = form.texts["settings"].need(settings, f"{OURS}title")
    lists = _lists(report, form)
    survey = Survey(report, form.texts["survey"], lists, title)
    sections = survey.sections(form.rows("survey"))
    scales = _scales(report, form, survey.scales, lists)
    entries: dict[str, Node | None] = {
        "id": settings.get("form_id"),
        "version": settings.get("version") or word_node(settings, _FIRST_VERSION),
        "instrument": settings.get(f"{OURS}instrument"),
        "title": title,
        "intro": form.texts["settings"].need(settings, f"{OURS}intro"),
        "minutes": settings.get(f"{OURS}minutes"),
        "strata": _strata(report, form),
        "scales": map_node(settings, scales) if scales else None,
        "scores": _scores(report, form),
        "answered_before": _answered_before(settings),
        "headline": list_node(survey.headline[0], survey.headline) if survey.headline else None,
        "sections": list_node(settings, sections),
    }
    return map_node(settings, entries)


def _needed(report: Report, row: Row, column: str, known: Collection[str] = ()) -> ScalarNode | None:
    """Return the cell that names the *row*; None if it is empty or names one of those *known* already, which is reported."""
    cell = row.get(column)
    if cell is None:
        report.add(row, "column_needed", column=column, sheet=row.sheet)
    elif cell.text in known:
        report.add(cell, "duplicate_value", found=cell.text)
        return None
    return cell


def _lists(report: Report, form: Form) -> dict[str, ListNode]:
    """Return the lists of choices by name."""
    found: dict[str, list[Node]] = {}
    places: dict[str, Row] = {}
    for row in form.rows("choices"):
        name = _needed(report, row, "list_name")
        if name:
            places.setdefault(name.text, row)
            found.setdefault(name.text, []).append(_choice(form, row))
    return {name: list_node(places[name], choices) for name, choices in found.items()}


def _choice(form: Form, row: Row) -> MapNode:
    return map_node(
        row,
        {
            "id": row.get("name"),
            "label": form.texts["choices"].need(row, "label"),
            "outside_base": flag_node(row.get(f"{OURS}outside_base")),
            "exclusive": flag_node(row.get(f"{OURS}exclusive")),
        },
    )


def _scales(
    report: Report, form: Form, used: Mapping[str, ScalarNode], lists: Mapping[str, ListNode]
) -> dict[str, Node | None]:
    """Return the scales: those declared, then lists that questions use as scales without saying what is favourable."""
    found: dict[str, Node | None] = {}
    for row in form.rows(SCALES):
        name = _needed(report, row, "list_name", found)
        if name:
            favourable = {key: words_node(row.get(key)) for key in ("favourable", "favourable_reversed")}
            found[name.text] = map_node(row, {"choices": lists.get(name.text, list_node(name, [])), **favourable})
    for name_text, cell in used.items():
        if name_text in lists and name_text not in found:
            found[name_text] = map_node(cell, {"choices": lists[name_text]})
    return found


def _scores(report: Report, form: Form) -> MapNode | None:
    found: dict[str, Node | None] = {}
    for row in form.rows(SCORES):
        name = _needed(report, row, "id", found)
        if name:
            found[name.text] = map_node(
                row,
                {
                    "label": form.texts[SCORES].need(row, "label"),
                    "items": words_node(row.get("items")),
                    "margin": row.get("margin"),
                },
            )
    return map_node(form.settings, found) if found else None


def _answered_before(settings: Row) -> MapNode | None:
    """Return which question says who answered the time before, None where the form says nothing of it."""
    cells = {key: settings.get(f"{OURS}{column}") for column, key in BEFORE.items()}
    if not any(cells.values()):
        return None
    return map_node(settings, {key: cell if key == "item" else words_node(cell) for key, cell in cells.items()})


def _strata(report: Report, form: Form) -> MapNode | None:
    """Return the merge tree, None where the form says nothing of groups."""
    settings = form.settings
    named = {"item": settings.get(f"{OURS}stratum_item"), "band": settings.get(f"{OURS}band_item")}
    rows = form.rows(STRATA)
    everybody = form.texts["settings"].get(settings, f"{OURS}everybody")
    if not rows and not everybody and not any(named.values()):
        return None
    label = everybody or form.texts["settings"].need(settings, f"{OURS}everybody")
    tree = _Tree(report, form).parts(rows)
    return map_node(settings, {**named, "label": label, "tree": list_node(rows[0], tree) if rows else None})


class _Tree:
    """Builds the tree of groups from rows that name their parent, which stands above them."""

    def __init__(self, report: Report, form: Form) -> None:
        self._report = report
        self._texts = form.texts[STRATA]
        self._below: dict[str, list[Row]] = {"": []}
        self._depth: dict[str, int] = {"": 0}

    def parts(self, rows: tuple[Row, ...]) -> list[Node]:
        """Return the parts of the root."""
        for row in rows:
            self._add(row)
        return [self._node(row) for row in self._below[""]]

    def _add(self, row: Row) -> None:
        name, above = _needed(self._report, row, "id", self._depth), row.get("parent")
        if name is None:
            return
        parent = above.text if above else ""
        if above and parent not in self._depth:
            self._report.add(above, "group_missing", found=parent)
            return
        if self._depth[parent] >= MOST_DEPTH:
            self._report.add(row, "too_deep", most=str(MOST_DEPTH))
            return
        self._below.setdefault(parent, []).append(row)
        self._depth.setdefault(name.text, self._depth[parent] + 1)

    def _node(self, row: Row) -> Node:
        name = row.cells["id"]
        parts = self._below.get(name.text, [])
        label = self._texts.get(row, "label")
        if not parts and label is None:
            return name
        label = label or self._texts.need(row, "label")
        return map_node(row, {"id": name, "label": label, "parts": list_node(row, [self._node(part) for part in parts])})

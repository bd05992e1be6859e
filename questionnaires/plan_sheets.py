"""A plan as a workbook, in and out: its sheets become the nodes of the plan grammar, and come back without loss.

The checks are those of the plan grammar; whatever is wrong is told by sheet, row and column. English keys and the Latvian and
Russian names of sheets and columns are all read.
"""

import re
from collections.abc import Container, Mapping
from typing import Final

from questionnaires.plan_grammar import plan_of
from questionnaires.plan_sheet_names import BY_NAME, Column, Sheet
from questionnaires.plan_sheet_tables import PlanReport, PlanTables, read_tables, report_text
from questionnaires.plan_types import Plan
from questionnaires.report import Place, Report
from questionnaires.sheets import Row, Sheets
from questionnaires.texts import LANGUAGES
from questionnaires.xlsform_nodes import list_node, map_node, word_node, words_node
from questionnaires.yaml_file import MOST_BYTES, MOST_NODES, ListNode, MapNode, Node, ScalarNode

_YES: Final = frozenset({"yes", "true", "1", "x", "jā", "да"})
_NO: Final = frozenset({"no", "false", "0", "nē", "нет"})
_LOCAL_DAY: Final = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})\.?")
_MINUS: Final = str.maketrans({"\u2212": "-", "\u2013": "-", ",": "."})
_BODY: Final = ("institutions", "audiences", "measured")


def read_sheets(sheets: Sheets, file: str, hidden: Container[str] = ()) -> Plan:
    """Return the plan in *sheets* (as a workbook is read, or ``numbered`` rows); *file* is its name in messages.

    A sheet of the plan whose title is among the *hidden* is refused, because nobody sees what would be read.

    Raises FileRefusedError with every problem; ``line`` is the row, ``key`` the sheet, cell and column.
    """
    report = PlanReport(file)
    _refuse_flood(report, sheets)
    tables = read_tables(report, sheets, hidden)
    if not tables.rows("plan"):
        report.add(None, "sheet_empty", sheet=report.title_of(BY_NAME["plan"]))
        raise report.refusal()
    plan = plan_of(report, _Reader(report, tables).root())
    report.refuse_if_any()
    return plan


def _refuse_flood(report: Report, sheets: Sheets) -> None:
    cells = [cell for rows in sheets.values() for _, row in rows for cell in row if cell]
    if len(cells) > MOST_NODES:
        report.add(None, "too_many_nodes", most=f"{MOST_NODES:,}")
    elif sum(len(cell) for cell in cells) > MOST_BYTES:
        report.add(None, "too_large", most=f"{MOST_BYTES:,}")
    report.refuse_if_any()


class _Reader:
    """Makes nodes of rows; what hangs below a row (targets, steps, questions) is gathered first, by the name of the row."""

    def __init__(self, report: PlanReport, tables: PlanTables) -> None:
        self._report = report
        self._tables = tables
        self._below: dict[str, dict[str, list[Row]]] = {}

    def root(self) -> MapNode:
        """Return the plan as the grammar's map."""
        first, *extra = self._tables.rows("plan")
        for row in extra:
            self._report.add(row, "settings_rows")
        self._gather()
        entries = self._entries(BY_NAME["plan"], first)
        entries |= {name: self._by_id(BY_NAME[name], first) for name in _BODY}
        entries["reference_sets"] = self._by_id(BY_NAME["reference_sets"], first)
        entries["questions"] = self._questions("", first)
        for name in ("goals", "actions", "rows"):
            sheet = BY_NAME[name]
            found = [map_node(row, self._entries(sheet, row) | self._under(sheet, row)) for row in self._tables.rows(name)]
            entries[sheet.key] = list_node(first, found) if found else None
        return map_node(first, entries)

    def _gather(self) -> None:
        """Sort the rows of every sheet that hangs below another one by what they belong to; what is not there is reported."""
        self._hang("members", "set", {_text(row, "id") for row in self._tables.rows("reference_sets")})
        rows = {_text(row, "id") for row in self._tables.rows("rows")}
        for name in ("targets", "money"):
            self._hang(name, "row", rows)
        self._hang("questions", "row", {"", *rows})
        targets = {f"{_text(row, 'row')}/{_text(row, 'id')}" for row in self._tables.rows("targets")}
        for name in ("steps", "readings"):
            self._hang(name, "target", targets)
        self._hang("options", "question", {_question_of(row, "id") for row in self._tables.rows("questions")})

    def _hang(self, name: str, parent: str, known: set[str]) -> None:
        found: dict[str, list[Row]] = {}
        for row in self._tables.rows(name):
            cell = row.get(parent)
            above = _question_of(row, "question") if name == "options" else cell.text if cell else ""
            if cell is None and "" not in known:
                column = next(each for each in BY_NAME[name].columns if each.name == parent)
                header = self._report.header_of(row.sheet, column, parent)
                self._report.add(row, "column_needed", column=header, sheet=row.sheet)
            elif above not in known:
                sheet = self._report.title_of(BY_NAME[BY_NAME[name].parents[parent]])
                self._report.add(cell or row, "line_unknown", found=cell.text if cell else "", sheet=sheet)
            found.setdefault(above, []).append(row)
        self._below[name] = found

    def _under(self, sheet: Sheet, row: Row) -> dict[str, Node | None]:
        """Return what hangs below a row of *sheet*."""
        name = _text(row, "id")
        match sheet.name:
            case "rows":
                return {
                    "targets": self._lines("targets", name, row),
                    "questions": self._questions(name, row),
                    "money": self._money(name),
                }
            case "targets":
                target = f"{_text(row, 'row')}/{name}"
                return {key: self._lines(key, target, row) for key in ("steps", "readings")}
            case _:
                return {}

    def _lines(self, name: str, above: str, place: Place) -> ListNode | None:
        sheet = BY_NAME[name]
        rows = self._below[name].get(above, [])
        found = [map_node(row, self._entries(sheet, row) | self._under(sheet, row)) for row in rows]
        return list_node(found[0] if found else place, found) if found else None

    def _questions(self, row: str, place: Place) -> ListNode | None:
        found: list[Node] = []
        for each in self._below["questions"].get(row, []):
            options = [
                text
                for option in self._below["options"].get(_question_of(each, "id"), [])
                if (text := self._text(option, BY_NAME["options"].columns[-1], BY_NAME["options"]))
            ]
            below: dict[str, Node | None] = {"options": list_node(options[0], options) if options else None}
            found.append(map_node(each, self._entries(BY_NAME["questions"], each) | below))
        return list_node(place, found) if found else None

    def _money(self, row: str) -> MapNode | None:
        """Return the money of a row: an amount for each year, and every source once."""
        lines = self._below["money"].get(row, [])
        by_year: list[tuple[ScalarNode, Node]] = []
        sources: dict[str, Node] = {}
        for line in lines:
            year, amount, source = (line.get(name) for name in ("year", "amount", "source"))
            if year is None and (source is None or amount is not None):
                self._report.add(line, "missing_key", missing="year")
            if year is not None:
                by_year.append((year, _cell(amount, "number") if amount else word_node(year, "")))
            if source is not None:
                sources.setdefault(source.text, source)
        for place, (year, _) in enumerate(by_year):
            if year.text in {other.text for other, _ in by_year[:place]}:
                self._report.add(year, "duplicate_value", found=year.text)
        if not lines:
            return None
        listed = MapNode(lines[0].line, lines[0].key, tuple(by_year)) if by_year else None
        return map_node(lines[0], {"by_year": listed, "sources": list_node(lines[0], [*sources.values()]) if sources else None})

    def _by_id(self, sheet: Sheet, place: Place) -> MapNode | None:
        """Return the rows of *sheet* as a map by their ids."""
        found: dict[str, tuple[ScalarNode, Node]] = {}
        for row in self._tables.rows(sheet.name):
            name = row.get("id")
            if name is None:
                self._report.add(row, "missing_key", missing="id")
            elif name.text in found:
                self._report.add(name, "duplicate_value", found=name.text)
            else:
                found[name.text] = (name, self._named(sheet, row, name.text))
        return MapNode(place.line, place.key, tuple(found.values())) if found else None

    def _named(self, sheet: Sheet, row: Row, name: str) -> Node:
        entries = self._entries(sheet, row)
        if sheet.name in _BODY:
            return entries.get("name") or map_node(row, {})
        return map_node(
            row, {key: entries.get(key) for key in ("name", "source")} | {"members": self._lines("members", name, row)}
        )

    def _entries(self, sheet: Sheet, row: Row) -> dict[str, Node | None]:
        """Return the cells of *row* under the keys of the grammar; columns that name its parent are left out."""
        found: dict[str, Node | None] = {}
        groups: dict[str, dict[str, Node | None]] = {}
        lists: dict[str, list[Node]] = {}
        for column in sheet.columns:
            if column.name in sheet.parents:
                continue
            node = self._node(sheet, row, column)
            key, *inner = column.path
            if node is not None and column.holds == "entry":
                lists.setdefault(key, []).append(node)
            elif node is not None and inner:
                groups.setdefault(key, {})[inner[0]] = node
            elif not inner:
                found[key] = node
        for key, nodes in lists.items():
            found[key] = list_node(nodes[0], nodes)
        for key, entries in groups.items():
            found[key] = self._group(row, key, entries)
        return {key: node for key, node in found.items() if node is not None}

    def _group(self, row: Row, key: str, entries: Mapping[str, Node | None]) -> MapNode:
        """Return several columns that are one value, such as a period; its place tells what is missing in it."""
        node = map_node(row, entries)
        return MapNode(row.line, f"{row.sheet}!{row.line} ({key})", node.entries)

    def _node(self, sheet: Sheet, row: Row, column: Column) -> Node | None:
        if column.holds == "text":
            return self._text(row, column, sheet)
        cell = row.get(column.name)
        return _cell(cell, column.holds) if cell else None

    def _text(self, row: Row, column: Column, sheet: Sheet) -> MapNode | None:
        """Return a text in every language; of one that is needed or begun, each language that is missing is reported."""
        cells = [row.get(header) for header in column.headers]
        if not any(cells) and not column.needed:
            return None
        if not all(cells):
            report_text(self._report, row, column, self._tables.tables[sheet.name])
        # The file is refused already where a language is missing; nothing else is said about that text.
        said: dict[str, Node | None] = {
            language: cell or word_node(row, "…") for language, cell in zip(LANGUAGES, cells, strict=True)
        }
        return map_node(next((cell for cell in cells if cell), row), said)


def _text(row: Row, column: str) -> str:
    cell = row.get(column)
    return cell.text if cell else ""


def _question_of(row: Row, column: str) -> str:
    """Return the whole name of a question: that of its row, none for the whole plan, and its own."""
    return f"{_text(row, 'row')}/{_text(row, column)}"


def _cell(cell: ScalarNode, holds: str) -> Node:
    """Return a cell as the grammar reads it: what people and programs write for a day, a number or a yes is understood."""
    match holds:
        case "words":
            return words_node(cell) or cell
        case "quarters":
            return _quarters(cell)
        case "flag":
            said = cell.text.casefold()
            return word_node(cell, "true" if said in _YES else "false" if said in _NO else cell.text)
        case "day":
            local = _LOCAL_DAY.fullmatch(cell.text)
            return word_node(cell, f"{local[3]}-{int(local[2]):02}-{int(local[1]):02}") if local else cell
        case "number" | "entry":
            return word_node(cell, "".join(cell.text.split()).translate(_MINUS))
        case _:
            return cell


def _quarters(cell: ScalarNode) -> Node:
    """Return marked quarters, such as ``2025: 1, 3; 2026: 1``, as a map of years; anything else is left for the grammar."""
    found: dict[str, list[Node]] = {}
    for part in re.split(r"[;\n]", cell.text):
        year, colon, numbers = part.partition(":")
        if part.strip() and not colon:
            return cell
        if part.strip():
            found.setdefault(year.strip(), []).extend(word_node(cell, each) for each in numbers.replace(",", " ").split())
    return map_node(cell, {year: list_node(cell, numbers) for year, numbers in found.items()})

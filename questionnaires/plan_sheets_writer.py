"""A plan as the sheets of a workbook: every key of the grammar has its column, every list its sheet."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from questionnaires.plan_sheet_names import BY_NAME, SHEETS, Column, Sheet
from questionnaires.plan_types import Plan
from questionnaires.plan_writer import plan_entries
from questionnaires.texts import LANGUAGES
from questionnaires.yaml_lines import OneLine, Plain, Quoted, Tall, Value

Tree = str | list["Tree"] | dict[str, "Tree"]
"""Keys and values without their layout: every value is text."""

_BY_ID: Final = ("institutions", "audiences", "measured")


def to_sheets(plan: Plan, language: str = "en") -> dict[str, list[list[str]]]:
    """Return the sheets of *plan*, title to rows of cells; ``read_sheets`` reads them as an equal plan.

    Titles and headers are in *language*; the English ones are the keys of plan files.
    """
    tree = _plain(plan_entries(plan))
    lines = _Lines(_map(tree))
    return {sheet.called(language): [header(sheet, language), *lines.of(sheet)] for sheet in SHEETS}


def header(sheet: Sheet, language: str = "en") -> list[str]:
    """Return the first row of *sheet* in *language*; in English it holds the keys of plan files."""
    return [column.called(name, language) for column in sheet.columns for name in column.headers]


class _Lines:
    """The rows of every sheet, gathered from the keys and values of a plan."""

    def __init__(self, tree: Mapping[str, Tree]) -> None:
        self._tree = tree
        self._rows = [_map(row) for row in _list(tree.get("indicators"))]
        self._targets = [
            {"row": row["id"], **_map(target), "target": f"{row['id']}/{_map(target)['id']}"}
            for row in self._rows
            for target in _list(row.get("targets"))
        ]

    def of(self, sheet: Sheet) -> list[list[str]]:
        """Return the rows of *sheet*."""
        return [_cells(sheet, line) for line in self._of(sheet)]

    def _of(self, sheet: Sheet) -> Iterator[Mapping[str, Tree]]:
        match sheet.name:
            case "plan":
                yield self._tree
            case "goals" | "actions":
                yield from map(_map, _list(self._tree[sheet.key]))
            case "rows":
                yield from self._rows
            case "questions":
                yield from self._questions()
            case "options":
                yield from self._options()
            case "targets" | "steps" | "readings" | "money":
                yield from self._below_rows(sheet)
            case _:
                yield from self._named(sheet)

    def _below_rows(self, sheet: Sheet) -> Iterator[Mapping[str, Tree]]:
        """Return what hangs below rows: their targets and money, and steps and readings of targets."""
        if sheet.name == "targets":
            yield from self._targets
        elif sheet.name == "money":
            yield from chain.from_iterable(_money(row) for row in self._rows)
        for target in self._targets if sheet.name in ("steps", "readings") else ():
            yield from ({"target": target["target"], **_map(each)} for each in _list(target.get(sheet.name)))

    def _named(self, sheet: Sheet) -> Iterator[Mapping[str, Tree]]:
        """Return what stands under ids: institutions and their like, reference sets, and the members of those."""
        if sheet.name == "members":
            for name, listed in _map(self._tree.get("reference_sets", {})).items():
                yield from ({"set": name, **_map(member)} for member in _list(_map(listed).get("members")))
            return
        for name, value in _map(self._tree.get(sheet.key, {})).items():
            yield {"id": name, **({"name": value} if sheet.name in _BY_ID else _map(value))}

    def _questions(self) -> Iterator[Mapping[str, Tree]]:
        for row in ({"id": "", "questions": self._tree.get("questions", [])}, *self._rows):
            yield from ({"row": row["id"], **_map(each)} for each in _list(row.get("questions")))

    def _options(self) -> Iterator[Mapping[str, Tree]]:
        for question in self._questions():
            named = {"row": question["row"], "question": question["id"]}
            yield from ({**named, "option": option} for option in _list(question.get("options")))


def _money(row: Mapping[str, Tree]) -> Iterator[Mapping[str, Tree]]:
    """Return the amounts of a row, then its sources: the plan does not say which pays for which year."""
    money = _map(row.get("money", {}))
    for year, amount in _map(money.get("by_year", {})).items():
        yield {"row": row["id"], "year": year, "amount": amount}
    for source in _list(money.get("sources")):
        yield {"row": row["id"], "source": source}


def _cells(sheet: Sheet, line: Mapping[str, Tree]) -> list[str]:
    return [cell for column in sheet.columns for cell in _cell(column, _value(sheet, column, line))]


def _value(sheet: Sheet, column: Column, line: Mapping[str, Tree]) -> Tree | None:
    key, *inner = column.path
    value = line.get(key)
    if column.holds == "entry":
        entries = [each for each in BY_NAME[sheet.name].columns if each.path == column.path]
        return _list(value)[entries.index(column)] if value else None
    if inner:  # what says no more than one word stands as that word, such as the kind of a period
        return value.get(inner[0]) if isinstance(value, dict) else value if inner[0] == "kind" else None
    return value


def _cell(column: Column, value: Tree | None) -> list[str]:
    match column.holds, value:
        case "text", dict():
            return [str(value[language]) for language in LANGUAGES]
        case "words", list():
            return [", ".join(map(str, value))]
        case "quarters", dict():
            return ["; ".join(f"{year}: {', '.join(map(str, _list(numbers)))}" for year, numbers in value.items())]
        case _, str():
            return [value]
        case _:
            return [""] * len(column.headers)


def _plain(value: Value) -> Tree:
    match value:
        case Quoted(text) | Plain(text):
            return text
        case OneLine(inner) | Tall(inner):
            return _plain(inner)
        case Mapping():
            return {key: _plain(part) for key, part in value.items()}
        case list():
            return [_plain(part) for part in value]
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def _map(tree: Tree) -> dict[str, Tree]:
    return tree if isinstance(tree, dict) else {}


def _list(tree: Tree | None) -> Sequence[Tree]:
    return tree if isinstance(tree, list) else []

"""Cells of an XLSForm as nodes of the questionnaire grammar, and its problems told in the words of sheets and columns."""

from collections.abc import Mapping, Sequence
from typing import Final

from questionnaires.conditions import Chosen, Condition, Every, Some
from questionnaires.fields import LANGUAGE_NAMES, words
from questionnaires.report import Place, Report
from questionnaires.sheets import Row, Table
from questionnaires.texts import LANGUAGES, Language
from questionnaires.xlsform_names import OURS, SCALES, text_column
from questionnaires.yaml_file import ListNode, MapNode, Node, ScalarNode

_YES: Final = frozenset({"yes", "true", "true()", "1"})
_NO: Final = frozenset({"no", "false", "false()", "0"})
_MISSING: Final[Mapping[str, Mapping[str, str]]] = {
    "survey": {
        "id": "name",
        "bands": f"{OURS}bands",
        "source": f"{OURS}source",
        "same_as": f"{OURS}same_as",
        "decided_by": f"{OURS}decided_by",
        "decided_on": f"{OURS}decided_on",
        "reason": f"{OURS}reason_lv",
    },
    "settings": {
        "id": "form_id",
        "minutes": f"{OURS}minutes",
        "headline": f"{OURS}headline",
        "item": f"{OURS}stratum_item",
        "yes": f"{OURS}before_yes",
        "no": f"{OURS}before_no",
    },
    "choices": {"id": "name"},
}
"""By sheet: keys of the grammar and the columns that hold them."""


class SheetReport(Report):
    """Problems of a workbook: what the grammar misses is asked for by its column, and nothing is said twice."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self._said: set[tuple[int | None, str, str, tuple[tuple[str, str], ...]]] = set()

    def add(self, place: Place | None, code: str, /, **facts: str) -> None:
        """Note the problem *code* at *place*; a missing key becomes a missing cell."""
        if place and code == "missing_key":
            if facts["missing"] in ("choices", "scale"):
                return  # its list of choices was missed before
            code, facts = _missing(place, facts["missing"])
        super().add(place, code, **facts)

    def add_line(self, line: int | None, key: str, code: str, /, **facts: str) -> None:
        """Note a problem unless it was noted before: rows that share a list of choices share its problems."""
        said = (line, key, code, tuple(facts.items()))
        if said not in self._said:
            self._said.add(said)
            super().add_line(line, key, code, **facts)


def _missing(place: Place, key: str) -> tuple[str, dict[str, str]]:
    if key in ("minimum", "maximum"):
        return "constraint_needed", {}
    if key in ("strata", "tree"):
        return "strata_needed", {}
    if key in ("favourable", "favourable_reversed"):
        return "column_needed", {"column": key, "sheet": SCALES}
    sheet = place.key.partition("!")[0]
    column = _MISSING.get(sheet.lower(), {}).get(key, key)
    return "column_needed", {"column": column, "sheet": "survey" if key == "headline" else sheet}


class Texts:
    """Texts in three columns each, as the columns of one table are called."""

    def __init__(self, report: Report, table: Table, columns: Mapping[str, Mapping[Language, str]]) -> None:
        """*columns* says under which names (text, language) the columns of *table* really stand there."""
        self._report = report
        self._table = table
        self._columns = columns

    def get(self, row: Row, base: str) -> MapNode | None:
        """Return the texts *base* of *row*; None if it has them in no language, and every language that is missing reported."""
        return self.need(row, base) if any(row.get(name) for name in self._columns.get(base, {}).values()) else None

    def need(self, row: Row, base: str) -> MapNode:
        """Return the texts *base* of *row*, every language that is missing reported."""
        found: dict[str, Node | None] = {language: self._language(row, base, language) for language in LANGUAGES}
        return map_node(row, found)

    def _language(self, row: Row, base: str, language: Language) -> ScalarNode:
        name = self._columns.get(base, {}).get(language)
        cell = row.get(name) if name else None
        if cell:
            return cell
        place: Place = row if name or base.startswith(OURS) else self._table  # a whole column is missed once, in the first row
        facts = {"language": LANGUAGE_NAMES[language], "column": name or text_column(base, language)}
        self._report.add(place, "cell_text_missing", **facts)
        return ScalarNode(row.line, row.key, "…")  # the file is refused already; nothing else is said about this text


def map_node(place: Place, entries: Mapping[str, Node | None]) -> MapNode:
    """Return the *entries* that are there as a map that stands at *place*."""
    kept = [(ScalarNode(value.line, value.key, key), value) for key, value in entries.items() if value is not None]
    return MapNode(place.line, place.key, tuple(kept))


def list_node(place: Place, items: Sequence[Node]) -> ListNode:
    """Return *items* as a list that stands at *place*."""
    return ListNode(place.line, place.key, tuple(items))


def word_node(place: Place, text: str) -> ScalarNode:
    """Return *text* as a value that stands at *place*."""
    return ScalarNode(place.line, place.key, text)


def words_node(cell: ScalarNode | None) -> ListNode | None:
    """Return the words of a cell, apart by spaces or commas, as a list."""
    return list_node(cell, [word_node(cell, word) for word in cell.text.replace(",", " ").split()]) if cell else None


def flag_node(cell: ScalarNode | None) -> ScalarNode | None:
    """Return a cell that says yes or no as a flag; anything else stays for the grammar to refuse."""
    if cell is None:
        return None
    said = cell.text.lower()
    return word_node(cell, "true" if said in _YES else "false" if said in _NO else cell.text)


def says_yes(cell: ScalarNode | None) -> bool | None:
    """Return what a cell says, False if it is empty, None if it is neither yes nor no."""
    said = cell.text.lower() if cell else "no"
    return True if said in _YES else False if said in _NO else None


def condition_node(place: Place, condition: Condition) -> MapNode:
    """Return the rule as nodes that all stand at *place*."""
    match condition:
        case Chosen(item, choices, negated):
            chosen = list_node(place, [word_node(place, choice) for choice in choices])
            return map_node(place, {"item": word_node(place, item), "none_of" if negated else "any_of": chosen})
        case Every(parts):
            return map_node(place, {"all": list_node(place, [condition_node(place, part) for part in parts])})
        case Some(parts):
            return map_node(place, {"any": list_node(place, [condition_node(place, part) for part in parts])})


def refuse_word(report: Report, cell: ScalarNode, code: str, allowed: Sequence[str]) -> None:
    """Report that the word in *cell* is not among the *allowed*."""
    report.add(cell, code, found=cell.text, allowed=words(allowed))

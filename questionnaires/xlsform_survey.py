"""The sheet survey of an XLSForm: its rows as sections and items of the questionnaire grammar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from questionnaires.conditions import Condition, Every, renamed
from questionnaires.fields import as_flag, reference, word
from questionnaires.report import Report
from questionnaires.sheets import Row
from questionnaires.survey_types import band_id
from questionnaires.xlsform_expressions import ExpressionError, Subject, read_condition, read_limits, read_longest
from questionnaires.xlsform_names import (
    APPEARANCES,
    GROUP_BEGINS,
    GROUP_ENDS,
    OURS,
    OWN_ID,
    PLAIN_TYPES,
    TYPES,
    UNSUPPORTED_TYPES,
)
from questionnaires.xlsform_nodes import (
    Texts,
    condition_node,
    flag_node,
    list_node,
    map_node,
    refuse_word,
    says_yes,
    word_node,
    words_node,
)
from questionnaires.yaml_file import ListNode, MapNode, Node, ScalarNode

USUAL_LENGTH: Final = 200
USUAL_LENGTH_LONG: Final = 1000
"""Characters of a text that has no constraint."""

_LISTED: Final = {"select_one": "single", "select one": "single", "select_multiple": "multiple", "select multiple": "multiple"}
_WORDING: Final = ("same_as", "decided_by", "decided_on")


@dataclass(frozen=True, slots=True)
class _Type:
    """What the type of a row says: a kind of item, and the name of its list of choices if it has one."""

    kind: str
    list_name: str = ""


@dataclass(slots=True)
class _Section:
    """A section while its rows are read; *rule* is that of its group."""

    head: Row
    is_group: bool
    rule: ScalarNode | None = None
    items: list[Node] = field(default_factory=list)


class Survey:
    """Reads the rows of the sheet survey."""

    def __init__(self, report: Report, texts: Texts, choices: Mapping[str, ListNode], titles: Node) -> None:
        """*choices* are the lists of the sheet choices, *titles* the title that questions outside groups stand under."""
        self._report = report
        self._texts = texts
        self._choices = choices
        self._titles = titles
        self._subjects: dict[str, Subject] = {}
        self._ids: dict[str, str] = {}
        self._refused: set[str] = set()
        self._depth = 0
        self.scales: dict[str, ScalarNode] = {}
        self.headline: list[ScalarNode] = []

    def sections(self, rows: Sequence[Row]) -> list[Node]:
        """Return the sections; questions outside groups form sections of their own under the title of the form."""
        types = [self._type(row) for row in rows]
        for row, said in zip(rows, types, strict=True):
            name = row.get("name")
            if said and name and said.kind not in ("begin", "end"):
                self._subjects.setdefault(name.text, self._subject(row, said))
                self._ids[name.text] = _name(row)
            elif name and not said:
                self._refused.add(name.text)
        found: list[_Section] = []
        for row, said in zip(rows, types, strict=True):
            self._row(row, said, found)
        if self._depth:
            last = next(section.head for section in reversed(found) if section.is_group)
            self._report.add(last, "group_not_closed", found=_name(last))
        taken = {_name(section.head) for section in found if section.is_group}
        return [self._section(section, taken) for section in found if section.items or section.is_group]

    def _row(self, row: Row, said: _Type | None, sections: list[_Section]) -> None:
        kind = said.kind if said else ""
        if kind == "begin":
            self._depth += 1
            if self._depth > 1:
                self._report.add(row, "group_nested", found=_name(row))
            else:
                self._check_group(row)
                sections.append(_Section(row, is_group=True, rule=row.get("relevant")))
        elif kind == "end":
            if not self._depth:
                self._report.add(row, "group_not_open")
            self._depth = max(0, self._depth - 1)
        elif said:
            if not sections or (not self._depth and sections[-1].is_group):
                sections.append(_Section(row, is_group=False))
            rule = sections[-1].rule if self._depth else None
            sections[-1].items.append(self._item(row, said, rule))

    # ---- types ----

    def _type(self, row: Row) -> _Type | None:
        """Return what the row is; None for one that is refused."""
        cell = row.get("type")
        if cell is None:
            self._report.add(row, "column_needed", column="type", sheet=row.sheet)
            return None
        said = " ".join(cell.text.split())
        if said in GROUP_BEGINS:
            return _Type("begin")
        if said in GROUP_ENDS:
            return _Type("end")
        if said in PLAIN_TYPES:
            return _Type(PLAIN_TYPES[said])
        for prefix, kind in _LISTED.items():
            if said.startswith(f"{prefix} "):
                return self._listed(row, cell, kind, said.removeprefix(f"{prefix} ").split())
        self._refuse_type(cell, said)
        return None

    def _listed(self, row: Row, cell: ScalarNode, kind: str, rest: Sequence[str]) -> _Type | None:
        name, *more = rest
        if more:
            refuse_word(self._report, word_node(cell, " ".join(more)), "type_unsupported", TYPES)
            return None
        likert = kind == "single" and "likert" in _words(row.get("appearance"))
        if likert:
            self.scales.setdefault(name, cell)
        elif kind == "single" and row.get(f"{OURS}correct"):
            kind = "knowledge"
        return _Type("likert" if likert else kind, name)

    def _refuse_type(self, cell: ScalarNode, said: str) -> None:
        first = said.replace("begin repeat", "begin_repeat").replace("end repeat", "end_repeat").partition(" ")[0]
        if first in UNSUPPORTED_TYPES:
            refuse_word(self._report, word_node(cell, said), "type_unsupported", TYPES)
        else:
            word(TYPES)(self._report, cell)

    def _subject(self, row: Row, said: _Type) -> Subject:
        """Return what rules must know of the row; what is wrong with it is said when the row itself is read."""
        chosen = self._choices.get(said.list_name)
        ids = [_text(each, "id") for each in chosen.items] if chosen else []
        if said.kind != "number":
            return Subject(tuple(name for name in ids if name), multiple=said.kind == "multiple")
        try:
            _, high = read_limits(_cell_text(row, "constraint"))
            starts = sorted(int(start) for start in _words(row.get(f"{OURS}bands")))
        except ValueError:
            starts, high = [], None
        ends = [*(start - 1 for start in starts[1:]), high or 0]
        spans = {band_id(start): (start, end) for start, end in zip(starts, ends, strict=False)}
        return Subject(tuple(spans), spans=spans)

    # ---- rows ----

    def _check_group(self, row: Row) -> None:
        allowed = ("type", "name", "label", "appearance", "relevant", OWN_ID, f"{OURS}intro")
        for column, cell in row.cells.items():
            if not any(column == name or column.startswith((f"{name}::", f"{name}_")) for name in allowed):
                self._report.add(cell, "cell_not_for_type", column=column, kind="begin_group")
        self._check_appearance(row, "begin_group")

    def _section(self, section: _Section, taken: set[str]) -> MapNode:
        head, items = section.head, list_node(section.head, section.items)
        if section.is_group:
            named = head.get(OWN_ID) or head.get("name")
            title: Node = self._texts.need(head, "label")
            return map_node(head, {"id": named, "title": title, "intro": self._texts.get(head, f"{OURS}intro"), "items": items})
        number = next(number for number in range(1, 10**6) if f"section_{number}" not in taken)
        taken.add(f"section_{number}")
        return map_node(head, {"id": word_node(head, f"section_{number}"), "title": self._titles, "items": items})

    def _item(self, row: Row, said: _Type, group_rule: ScalarNode | None) -> MapNode:
        name = row.get(OWN_ID) or row.get("name")
        headline = row.get(f"{OURS}headline")
        if name and headline and as_flag(self._report, flag_node(headline) or headline):
            self.headline.append(word_node(headline, name.text))
        self._check_appearance(row, said.kind)
        entries: dict[str, Node | None] = {
            "id": name,
            "kind": word_node(row.cells["type"], said.kind),
            "label": self._texts.need(row, "label"),
            "hint": self._texts.get(row, "hint"),
            "requirement": self._requirement(row, said.kind),
            "show_if": self._show_if(row, group_rule),
            **self._list(row, said),
            **self._limits(row, said.kind),
            "unit": self._texts.get(row, f"{OURS}unit"),
            "explanation": self._texts.get(row, f"{OURS}explanation"),
            "bands": words_node(row.get(f"{OURS}bands")),
            "favourable": words_node(row.get(f"{OURS}favourable")),
            "correct": row.get(f"{OURS}correct"),
            "margin": row.get(f"{OURS}margin"),
            "reversed": flag_node(row.get(f"{OURS}reversed")),
            "shuffled": self._shuffled(row),
            "source": row.get(f"{OURS}source"),
            "wording": self._wording(row),
            "replaces": row.get(f"{OURS}replaces"),
        }
        for column, cell in row.cells.items():
            if column.startswith(f"{OURS}intro"):
                self._report.add(cell, "cell_not_for_type", column=column, kind=said.kind)
        return map_node(row, entries)

    def _list(self, row: Row, said: _Type) -> dict[str, Node | None]:
        """Return the choices of a row of the type select, or the scale that stands for them."""
        if not said.list_name:
            return {}
        named = word_node(row.cells["type"], said.list_name)
        if reference("list", self._choices)(self._report, named) is None:
            return {}
        return {"scale": named} if said.kind == "likert" else {"choices": self._choices[said.list_name]}

    def _limits(self, row: Row, kind: str) -> dict[str, Node | None]:
        """Return what the constraint says: least and greatest number, or how long a text may be."""
        cell = row.get("constraint")
        long = "multiline" in _words(row.get("appearance"))
        found: dict[str, Node | None] = {"long": word_node(row, "true") if long and kind == "text" else None}
        if kind == "text":
            found["longest"] = word_node(row, str(USUAL_LENGTH_LONG if long else USUAL_LENGTH))
        if cell is None:
            return found
        try:
            if kind == "number":
                low, high = read_limits(cell.text)
                found["minimum"] = None if low is None else word_node(cell, str(low))
                found["maximum"] = None if high is None else word_node(cell, str(high))
            elif kind == "text":
                found["longest"] = word_node(cell, str(read_longest(cell.text)))
            else:
                self._report.add(cell, "cell_not_for_type", column="constraint", kind=kind)
        except ExpressionError as error:
            self._report.add(cell, error.code, **error.facts)
        return found

    def _requirement(self, row: Row, kind: str) -> ScalarNode | None:
        cell, wish = row.get("required"), row.get(f"{OURS}requirement")
        required = says_yes(cell)
        if cell and required is None:
            self._report.add(cell, "required_form", found=cell.text)
        if wish and required:
            self._report.add(wish, "requirement_both", found=wish.text)
        if wish or (kind == "information" and not required):
            return wish
        return word_node(cell or row, "required" if required else "optional")

    def _shuffled(self, row: Row) -> ScalarNode | None:
        cell = row.get("parameters")
        for parameter in _words(cell):
            if cell and parameter not in ("randomize=true", "randomize=false"):
                self._report.add(cell, "parameter_unsupported", found=parameter)
        return word_node(cell, "true") if cell and "randomize=true" in _words(cell) else None

    def _check_appearance(self, row: Row, kind: str) -> None:
        cell = row.get("appearance")
        only = {"likert": ("likert",), "multiline": ("text",)}
        for name in _words(cell):
            if cell and (name not in APPEARANCES or kind not in only.get(name, (kind,))):
                refuse_word(self._report, word_node(cell, name), "appearance_unsupported", APPEARANCES)

    def _wording(self, row: Row) -> MapNode | None:
        entries: dict[str, Node | None] = {key: row.get(f"{OURS}{key}") for key in _WORDING}
        entries["reason"] = self._texts.get(row, f"{OURS}reason")
        return map_node(row, entries) if any(entries.values()) else None

    # ---- rules ----

    def _show_if(self, row: Row, group_rule: ScalarNode | None) -> MapNode | None:
        """Return the rule of the row; that of its group holds for it too."""
        own = row.get("relevant")
        parts = [(cell, self._condition(cell)) for cell in (group_rule, own) if cell]
        found = [(cell, condition) for cell, condition in parts if condition]
        if not found:
            return None
        place, condition = found[-1]
        return condition_node(place, Every((found[0][1], condition)) if len(found) > 1 else condition)

    def _condition(self, cell: ScalarNode) -> Condition | None:
        try:
            return renamed(read_condition(cell.text, self._subjects), self._ids)
        except ExpressionError as error:
            if error.unknown and error.unknown not in self._refused:
                reference("question", self._subjects)(self._report, word_node(cell, error.unknown))
            elif not error.unknown and error.facts.get("bands") != "":  # bands that are missing were missed in their own row
                self._report.add(cell, error.code, **error.facts)
            return None


def _words(cell: ScalarNode | None) -> list[str]:
    return cell.text.replace(",", " ").split() if cell else []


def _cell_text(row: Row, column: str) -> str:
    cell = row.get(column)
    return cell.text if cell else ""


def _name(row: Row) -> str:
    return _cell_text(row, OWN_ID) or _cell_text(row, "name")


def _text(node: Node, key: str) -> str:
    value = node.get(key) if isinstance(node, MapNode) else None
    return value.text if isinstance(value, ScalarNode) else ""

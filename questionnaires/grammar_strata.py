"""The merge tree of a questionnaire file: reporting groups at the first level, choices of the stratum item as leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from questionnaires.fields import NO_TEXT, Fields, as_string, as_text, identifier, kind_of, reference, words
from questionnaires.grammar_items import ReadItem
from questionnaires.report import Place, Report
from questionnaires.survey_types import Item, Stratum
from questionnaires.texts import Text
from questionnaires.yaml_file import MapNode, Node, ScalarNode

ROOT: Final = "*"
EVERYBODY: Final = Text("Visi", "Everybody", "Все")
FEWEST_GROUPS: Final = 2


@dataclass(frozen=True, slots=True)
class Strata:
    """The tree, the item whose choices are its leaves (None where nobody is asked for a role), and the banded attribute."""

    tree: Stratum
    item: str | None
    band: str | None


class _Tree:
    """Reads the nodes of one tree and remembers which ids it has seen."""

    def __init__(self, report: Report, item: Item | None) -> None:
        self._report = report
        self._item = item
        self._labels: dict[str, Text] = {choice.id: choice.label for choice in item.choices} if item else {}
        self._places: dict[str, Place] = {}

    def part(self, report: Report, node: Node) -> Stratum:
        """Return the leaf or group of *node*."""
        if isinstance(node, ScalarNode):
            return self._leaf(node)
        if not isinstance(node, MapNode):
            report.add(node, "not_a_map", found=kind_of(node))
            return Stratum("", NO_TEXT)
        fields = Fields(report, node, ("id", "label", "parts"))
        group_id = fields.need("id", identifier(), "")
        if self._item and group_id in self._labels:
            report.add(fields.place("id"), "node_is_leaf", found=group_id, item=self._item.id)
        elif group_id:
            self._note(fields.place("id"), group_id)
        return Stratum(group_id, fields.need("label", as_text, NO_TEXT), tuple(fields.each("parts", self.part)))

    def _leaf(self, node: ScalarNode) -> Stratum:
        leaf = as_string(self._report, node)
        if leaf is None:
            return Stratum("", NO_TEXT)
        if self._item and leaf not in self._labels:
            self._report.add(node, "leaf_unknown", found=leaf, item=self._item.id, known=words(self._labels))
        else:
            self._note(node, leaf)
        return Stratum(leaf, self._labels.get(leaf, NO_TEXT))

    def _note(self, place: Place, found: str) -> None:
        if found in self._places:
            self._report.add(place, "leaf_twice", found=found, first=str(self._places[found].line))
        self._places.setdefault(found, place)

    def refuse_missing(self, place: Place) -> None:
        """Report every choice that is in no group."""
        for choice in self._labels:
            if self._item and choice and choice not in self._places:
                self._report.add(place, "leaf_missing", found=choice, item=self._item.id)


def read_strata(questionnaire: Fields, items: Mapping[str, ReadItem]) -> Strata:
    """Return the strata of the file; the leaves must be exactly the choices of the stratum item, each once."""
    nothing = Strata(Stratum(ROOT, EVERYBODY), None, None)
    return questionnaire.need("strata", lambda report, node: _strata(report, node, items), nothing)


def _strata(report: Report, node: Node, items: Mapping[str, ReadItem]) -> Strata:
    fields = Fields(report, node, ("item", "label", "tree"), ("band",))
    item_id = fields.need("item", reference("item", items), "")
    band = fields.get("band", reference("item", items))
    _check_items(fields, items, item_id, band)
    tree = _Tree(report, items[item_id].item if item_id else None)
    groups = fields.each("tree", tree.part)
    if "tree" in fields:
        tree.refuse_missing(fields.place("tree"))
        if 0 < len(groups) < FEWEST_GROUPS:
            report.add(fields.place("tree"), "groups_too_few", number=str(len(groups)))
    return Strata(Stratum(ROOT, fields.need("label", as_text, NO_TEXT), tuple(groups)), item_id, band)


def _check_items(fields: Fields, items: Mapping[str, ReadItem], item_id: str, band: str | None) -> None:
    """Report a stratum or band item that cannot divide the answers: every respondent must have exactly one stratum."""
    for key, name in (("item", item_id), ("band", band)):
        if name and items[name].kind not in ("single", None):
            fields.report.add(fields.place(key), "stratum_not_single", found=name)
    if item_id and (items[item_id].item.requirement != "required" or items[item_id].item.show_if):
        fields.report.add(fields.place("item"), "stratum_not_required", found=item_id)
    if band and band == item_id:
        fields.report.add(fields.place("band"), "band_is_stratum")

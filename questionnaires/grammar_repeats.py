"""The question of a questionnaire file by which people who answered the time before are counted, never matched."""

from collections.abc import Mapping

from questionnaires.fields import Fields, as_string, reference
from questionnaires.grammar_items import ReadItem
from questionnaires.grammar_strata import Strata
from questionnaires.report import Report
from questionnaires.survey_types import AnsweredBefore
from questionnaires.yaml_file import Node


def read_answered_before(questionnaire: Fields, items: Mapping[str, ReadItem], strata: Strata) -> AnsweredBefore | None:
    """Return the declared question, None without one; everybody must be asked it, with answers for yes and for no."""
    return questionnaire.get("answered_before", lambda report, node: _read(report, node, items, strata))


def _read(report: Report, node: Node, items: Mapping[str, ReadItem], strata: Strata) -> AnsweredBefore:
    fields = Fields(report, node, ("item", "yes", "no"))
    item_id = fields.need("item", reference("item", items), "")
    read = items.get(item_id)
    choices = [choice.id for choice in read.item.choices] if read else []
    known = reference("choice", choices) if choices else as_string  # what cannot be looked up was reported already
    yes, no = (fields.names(key, known) for key in ("yes", "no"))
    for place, name in no:
        if name in {other for _, other in yes}:
            report.add(place, "before_yes_and_no", found=name)
    if read and read.kind not in ("single", None):
        report.add(fields.place("item"), "before_not_single", found=item_id)
    elif read and read.item.show_if is not None:
        report.add(fields.place("item"), "before_not_everybody", found=item_id)
    if item_id and item_id in (strata.item, strata.band):
        report.add(fields.place("item"), "before_is_group", found=item_id)
    return AnsweredBefore(item_id, tuple(name for _, name in yes), tuple(name for _, name in no))

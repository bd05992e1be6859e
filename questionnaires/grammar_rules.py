"""What items of a questionnaire say about one another: show-if rules and bridges to items of earlier versions."""

from collections.abc import Iterable, Mapping, Sequence

from questionnaires.fields import reference
from questionnaires.grammar_items import Lookup, ReadItem
from questionnaires.report import Report
from questionnaires.survey_types import Instrument


def check_rules(report: Report, items: Sequence[ReadItem]) -> None:
    """Report every rule that looks at an unknown or later item, at itself, or at a choice that does not exist."""
    order = {read.item.id: position for position, read in reversed(list(enumerate(items)))}
    seen_by = {read.item.id: [lookup.item_id for lookup in read.lookups] for read in items}
    for position, read in enumerate(items):
        for lookup in read.lookups:
            if reference("item", order)(report, lookup.item) is None:
                continue
            if order[lookup.item_id] >= position:
                _later(report, read.item.id, lookup, seen_by)
            else:
                _check_choices(report, lookup, items[order[lookup.item_id]])


def _later(report: Report, asking: str, lookup: Lookup, seen_by: Mapping[str, Sequence[str]]) -> None:
    """Report a rule that looks ahead; if it comes back to its own item, say that it is a circle."""
    if report.full:
        return
    back = path_back(lookup.item_id, asking, seen_by)
    if back is None:
        report.add(lookup.item, "show_if_later", found=lookup.item_id)
    else:
        report.add(lookup.item, "show_if_circular", circle=" → ".join([asking, *back]))


def path_back(start: str, goal: str, links: Mapping[str, Sequence[str]]) -> list[str] | None:
    """Return the shortest path along *links* from *start* to *goal*, both named, or None."""
    came_from: dict[str, str] = {}
    waiting = [start]
    while waiting:
        here = waiting.pop(0)
        if here == goal:
            path = [here]
            while path[-1] != start:
                path.append(came_from[path[-1]])
            return path[::-1]
        for there in links.get(here, ()):
            if there != start and there not in came_from:
                came_from[there] = here
                waiting.append(there)
    return None


def _check_choices(report: Report, lookup: Lookup, seen: ReadItem) -> None:
    if seen.kind == "information":
        report.add(lookup.item, "show_if_information", found=lookup.item_id)
        return
    if seen.kind == "text":
        report.add(lookup.item, "show_if_text", found=lookup.item_id)
        return
    known = [choice.id for choice in seen.item.choices]
    for place, _ in lookup.choices if known else ():
        reference("choice", known)(report, place)


def check_instrument(report: Report, instrument: Instrument, items: Iterable[ReadItem]) -> None:
    """Report what does not fit the *instrument*: a game is made of explained knowledge items, and nothing else explains.

    Surveys alone are compared, so nothing else has margins.
    """
    for read in items:
        if instrument != "survey" and "margin" in read.fields:
            report.add(read.fields.place("margin"), "margin_not_survey")
        explained = "explanation" in read.fields
        if instrument != "game" and explained:
            report.add(read.fields.place("explanation"), "explanation_not_game")
        if instrument == "game" and read.kind == "knowledge" and not explained:
            report.add(read.fields.place("id"), "explanation_missing")
        if instrument == "game" and read.kind not in ("knowledge", "information", None):
            report.add(read.fields.place("kind"), "game_kind", found=read.item.id)


def check_bridges(report: Report, items: Mapping[str, ReadItem]) -> None:
    """Report two items that stand for the same earlier one, and an item that stands for one that is still asked."""
    first_lines: dict[str, int] = {}
    for item_id, read in items.items():
        earlier = read.item.wording.same_as if read.item.wording else read.item.replaces
        if not earlier:
            continue
        place = read.fields.place("wording" if read.item.wording else "replaces")
        if earlier in first_lines:
            report.add(place, "bridged_twice", found=earlier, first=str(first_lines[earlier]))
        first_lines.setdefault(earlier, place.line)
        if earlier in items and (earlier != item_id or not read.item.wording):
            report.add(place, "bridge_still_asked", found=earlier)

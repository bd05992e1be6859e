"""The codebook of a questionnaire: what was asked, how it is coded and scored, and how it read in earlier versions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from questionnaires.conditions import Chosen, Condition, Every
from questionnaires.differences import Cut, compare
from questionnaires.survey_types import AnsweredBefore, Choice, Item, Questionnaire, Score, Section, Wording
from questionnaires.texts import LANGUAGES, Text

SCORING: Final = ("in_base", "favourable", "right")


@dataclass(frozen=True, slots=True)
class Earlier:
    """How an item read in an earlier version.

    ``cut`` says why it is not compared with what came after (``replaced``: it asks something else), None if it is;
    ``decision`` is the one that says so although the words differ.
    """

    version: int
    item: Item
    cut: Cut | None = None
    decision: Wording | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One item with where it stands, the scores it counts for, and its earlier wordings, the newest first."""

    section: Section
    item: Item
    scores: tuple[str, ...]
    earlier: tuple[Earlier, ...]

    def right(self, choice: Choice) -> bool:
        """Say whether *choice* is the right answer."""
        return choice.id == self.item.correct

    def favourable(self, choice: Choice) -> bool:
        """Say whether *choice* counts as favourable."""
        return choice.id in self.item.favourable


@dataclass(frozen=True, slots=True)
class Codebook:
    """The codebook of one published version; without ``keys`` it tells neither right answers nor why they are right."""

    questionnaire: Questionnaire
    entries: tuple[Entry, ...]
    keys: bool


def codebook(questionnaire: Questionnaire, earlier: Sequence[Questionnaire], *, keys: bool = True) -> Codebook:
    """Return the codebook of *questionnaire*; *earlier* are the published versions before it, in any order."""
    before = sorted(earlier, key=lambda one: -one.version)
    told = {item.id: tuple(_earlier(item.id, questionnaire, before)) for item in questionnaire.items}
    entries = [
        Entry(section, item, tuple(score.id for score in questionnaire.scores if item.id in score.items), told[item.id])
        for section in questionnaire.sections
        for item in section.items
    ]
    return Codebook(questionnaire, tuple(entries), keys)


def _earlier(item_id: str, later: Questionnaire, before: Sequence[Questionnaire]) -> Iterator[Earlier]:
    """Yield the earlier items in the place of this one wherever they differ from what came after, as far back as it goes."""
    for version in before:
        item = later.item(item_id)
        replaced = next((old for old in version.items if old.id == item.replaces), None)
        if replaced:
            yield Earlier(version.version, replaced, "replaced")
            return
        found = compare(version, later).of(item_id)
        if found is not None and found.before is None:
            return
        old = found.before if found and found.before else version.item(item_id)
        if found is not None and found.changes != ("margin",):  # it reads the same
            yield Earlier(version.version, old, found.cut, item.wording if found.bridged else None)
        item_id, later = old.id, version


COLUMNS: Final = (
    "item", "section", "kind", "label_lv", "label_en", "label_ru", "hint_lv", "hint_en", "hint_ru", "requirement", "asked_if",
    "scale", "reversed", "scores", "margin", "source", "code", "choice_lv", "choice_en", "choice_ru", *SCORING, "earlier",
)  # fmt: skip
"""The columns of the codebook as a table: a row for each choice of an item, or one for an item without choices."""


def table(book: Codebook) -> list[tuple[str | bool, ...]]:
    """Return the codebook as rows of COLUMNS; what it must not tell is an empty cell."""
    return [row for entry in book.entries for row in _rows(entry, keys=book.keys)]


def _rows(entry: Entry, *, keys: bool) -> Iterator[tuple[str | bool, ...]]:
    item = entry.item
    where = (item.id, entry.section.id, item.kind)
    asked = (*_three(item.label), *_three(item.hint), _required(item), rule(item.show_if))
    source = item.source or "" if keys or not item.correct else ""  # it often gives the right answer away
    margin = "" if item.margin is None else str(item.margin)
    facts = (*where, *asked, item.scale or "", item.reversed, " ".join(entry.scores), margin, source)
    earlier = " | ".join(_told(each) for each in entry.earlier)
    if not item.choices:
        yield (*facts, "", "", "", "", "", "", "", earlier)
    for choice in item.choices:
        scoring = (not choice.outside_base, entry.favourable(choice), keys and entry.right(choice))
        yield (*facts, choice.id, *_three(choice.label), *scoring, earlier)


def _three(text: Text | None) -> tuple[str, str, str]:
    return (text.lv, text.en, text.ru) if text else ("", "", "")


def _required(item: Item) -> str:
    return item.requirement if item.kind != "information" else ""


def _told(earlier: Earlier) -> str:
    """Return an earlier wording in one line: version, id, the three texts, and whether the trend goes on."""
    texts, decision = " / ".join(_three(earlier.item.label)), earlier.decision
    how = f"same: {decision.decided_by}, {decision.decided_on.isoformat()}" if decision else earlier.cut or "compared"
    return f"{earlier.version}: {earlier.item.id}: {texts} ({how})"


def rule(condition: Condition | None) -> str:
    """Return a show-if rule as a formula of ids, such as ``role in (teacher, police) and not duty in (1)``; empty for none."""
    match condition:
        case None:
            return ""
        case Chosen(item, choices, negated):
            return f"{'not ' if negated else ''}{item} in ({', '.join(choices)})"
        case _:
            parts = [rule(part) if isinstance(part, Chosen) else f"({rule(part)})" for part in condition.parts]
            return (" and " if isinstance(condition, Every) else " or ").join(parts)


def document(book: Codebook) -> dict[str, Any]:
    """Return the codebook as data for JSON; keys that it must not tell are absent."""
    asked = book.questionnaire
    return {
        "format": "codebook/1",
        "questionnaire": asked.id,
        "version": asked.version,
        "instrument": asked.instrument,
        "languages": list(LANGUAGES),
        "title": _languages(asked.title),
        "groups_by": asked.stratum_item,
        "band": asked.band_item,
        "scales": {scale.id: [_choice(choice) for choice in scale.choices] for scale in asked.scales},
        "answered_before": _before(asked.answered_before),
        "scores": {score.id: _score(score) for score in asked.scores},
        "groups": {node.id: {"label": _languages(node.label), "holds": list(node.leaves())} for node in asked.strata.walk()},
        "items": [_item(entry, keys=book.keys) for entry in book.entries],
    }


def _score(score: Score) -> dict[str, Any]:
    return {"label": _languages(score.label), "items": list(score.items), "margin": score.margin}


def _before(before: AnsweredBefore | None) -> dict[str, Any] | None:
    return None if before is None else {"item": before.item, "yes": list(before.yes), "no": list(before.no)}


def _item(entry: Entry, *, keys: bool) -> dict[str, Any]:
    item = entry.item
    told: dict[str, Any] = {
        "item": item.id,
        "section": {"id": entry.section.id, "title": _languages(entry.section.title)},
        "kind": item.kind,
        "label": _languages(item.label),
        "hint": _languages(item.hint) if item.hint else None,
        "requirement": _required(item) or None,
        "asked_if": rule(item.show_if) or None,
        "choices": [_choice(choice) for choice in item.choices],
        "scale": item.scale,
        "reversed": item.reversed,
        "favourable": list(item.favourable),
        "scores": list(entry.scores),
        "margin": item.margin,
        "minimum": item.minimum,
        "maximum": item.maximum,
        "earlier": [_earlier_data(each) for each in entry.earlier],
    }
    if keys or not item.correct:
        told["source"] = item.source
    if keys and item.correct:
        told["right"] = item.correct
        told["explanation"] = _languages(item.explanation) if item.explanation else None
    return told


def _choice(choice: Choice) -> dict[str, Any]:
    return {
        "code": choice.id,
        "label": _languages(choice.label),
        "in_base": not choice.outside_base,
        "exclusive": choice.exclusive,
    }


def _earlier_data(earlier: Earlier) -> dict[str, Any]:
    decision = earlier.decision
    return {
        "version": earlier.version,
        "item": earlier.item.id,
        "label": _languages(earlier.item.label),
        "choices": [_choice(choice) for choice in earlier.item.choices],
        "compared": earlier.cut is None,
        "cut": earlier.cut,
        "decision": decision
        and {
            "decided_by": decision.decided_by,
            "decided_on": decision.decided_on.isoformat(),
            "reason": _languages(decision.reason),
        },
    }


def _languages(text: Text) -> Mapping[str, str]:
    return {language: text.get(language) for language in LANGUAGES}

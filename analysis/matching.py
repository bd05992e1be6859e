"""Which items of two versions of a questionnaire may be compared: unchanged ones, and those with a recorded decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from questionnaires.conditions import renamed as in_later_ids
from questionnaires.survey_types import Item, Questionnaire, Score

Cut = Literal["gone", "new", "replaced", "wording", "choices", "scoring", "asked_of_others"]
"""Why two waves cannot be compared on an item: it was dropped, added or replaced, its wording changed without a recorded
decision, its choices or what counts as right or favourable changed, or it is now asked of other people."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """An item (or score) of the earlier and its counterpart in the later version; ``cut`` says why they are not compared."""

    before: Item | None
    after: Item | None
    cut: Cut | None = None

    @property
    def item(self) -> Item:
        """The later item, or the earlier one if it was dropped."""
        item = self.after or self.before
        if item is None:
            raise ValueError("a pairing has at least one item")
        return item


@dataclass(frozen=True, slots=True)
class ScorePairing:
    """A score of the earlier and of the later version; ``cut`` says why they are not compared."""

    before: Score | None
    after: Score | None
    cut: Cut | None = None


def match_items(before: Questionnaire, after: Questionnaire) -> tuple[Pairing, ...]:
    """Return every item of both versions once, in the order of the later one, the dropped ones last.

    The item whose choices are the strata is left out: it makes the groups and is not a result.
    """
    earlier = {item.id: item for item in before.asked if item.id != before.stratum_item}
    later = [item for item in after.asked if item.id != after.stratum_item]
    renamed = {old: item.id for item in later if (old := _earlier_id(item, earlier))}
    pairings = [_pair(earlier.get(_earlier_id(item, earlier) or ""), item, renamed) for item in later]
    used = {pairing.before.id for pairing in pairings if pairing.before}
    return (*pairings, *(Pairing(item, None, "gone") for name, item in earlier.items() if name not in used))


def match_scores(before: Questionnaire, after: Questionnaire) -> tuple[ScorePairing, ...]:
    """Return every score of both versions once; a score is comparable if each of its items is."""
    pairs = {
        pair.after.id: pair.before.id for pair in match_items(before, after) if pair.after and pair.before and not pair.cut
    }
    earlier = {score.id: score for score in before.scores}
    found = []
    for score in after.scores:
        old = earlier.get(score.id)
        same = old is not None and sorted(pairs.get(item, "") for item in score.items) == sorted(old.items)
        found.append(ScorePairing(old, score, None if same else "new" if old is None else "scoring"))
    kept = {score.id for score in after.scores}
    return (*found, *(ScorePairing(score, None, "gone") for score in before.scores if score.id not in kept))


def _earlier_id(item: Item, earlier: Mapping[str, Item]) -> str | None:
    """Return the id of the earlier item that this one continues; None if it is new or replaces one without continuing it."""
    if item.wording is not None:
        return item.wording.same_as if item.wording.same_as in earlier else None
    return item.id if item.id in earlier else None


def _pair(old: Item | None, new: Item, renamed: Mapping[str, str]) -> Pairing:
    if old is None:
        return Pairing(None, new, "replaced" if new.replaces else "new")
    return Pairing(old, new, _cut(old, new, renamed))


def _cut(old: Item, new: Item, renamed: Mapping[str, str]) -> Cut | None:
    if new.replaces == old.id:
        return "replaced"
    if old.kind != new.kind or _choices(old) != _choices(new):
        return "choices"
    if (old.correct, set(old.favourable), old.reversed) != (new.correct, set(new.favourable), new.reversed):
        return "scoring"
    if in_later_ids(old.show_if, renamed) != new.show_if:
        return "asked_of_others"
    same_words = old.label == new.label and [choice.label for choice in old.choices] == [c.label for c in new.choices]
    return None if same_words or new.wording is not None else "wording"


def _choices(item: Item) -> list[tuple[str, bool, bool]]:
    return [(choice.id, choice.outside_base, choice.exclusive) for choice in item.choices]

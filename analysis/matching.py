"""Which items of two versions of a questionnaire may be compared: unchanged ones, and those with a recorded decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from questionnaires.conditions import renamed as in_later_ids
from questionnaires.survey_types import Item, Questionnaire, Score, Wording

Cut = Literal["gone", "new", "replaced", "wording", "choices", "scoring", "asked_of_others"]
"""Why two waves cannot be compared on an item: it was dropped, added or replaced, its wording changed without a recorded
decision, its choices or what counts as right or favourable changed, or it is now asked of other people."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """An item (or score) of the earlier and its counterpart in the later version; ``cut`` says why they are not compared.

    ``decisions`` say that it is the same question, one for each version on the way that asked it in other words, in order.
    """

    before: Item | None
    after: Item | None
    cut: Cut | None = None
    decisions: tuple[Wording, ...] = ()

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


@dataclass(frozen=True, slots=True)
class _Trail:
    """What is known of an item on the way to the later version: as the earlier wave asked it, as it was asked last, the cut.

    ``origin`` is None if the earlier wave did not ask it, ``decisions`` are those on the way so far.
    """

    origin: Item | None
    last: Item
    cut: Cut | None = None
    decisions: tuple[Wording, ...] = ()


def match_items(before: Questionnaire, after: Questionnaire, between: Sequence[Questionnaire] = ()) -> tuple[Pairing, ...]:
    """Return every item of both versions once, in the order of the later one, the dropped ones last.

    *between* are the versions published in between, in any order: an item is followed from each to the next by the decisions
    recorded there. It is compared if every link bridges, and cut for the reason of the first link that cuts. A version that did
    not ask it is passed over. The item whose choices are the strata is left out: it makes the groups and is not a result.
    """
    trails = {item.id: _Trail(item, item) for item in _results(before)}
    for version in (*chain(before, after, between), after):
        trails = _followed(trails, version)
    found = [trails[item.id] for item in _results(after)]
    pairings = [Pairing(trail.origin, trail.last, trail.cut, trail.decisions) for trail in found]
    used = {trail.origin.id for trail in found if trail.origin}
    return (*pairings, *(Pairing(item, None, "gone") for item in _results(before) if item.id not in used))


def chain(before: Questionnaire, after: Questionnaire, known: Sequence[Questionnaire]) -> tuple[Questionnaire, ...]:
    """Return those of the *known* versions that lie between two versions of one questionnaire, by number."""
    same = before.id == after.id
    between = {
        one.version: one for one in known if same and one.id == after.id and before.version < one.version < after.version
    }
    return tuple(between[version] for version in sorted(between))


def match_scores(
    before: Questionnaire, after: Questionnaire, between: Sequence[Questionnaire] = ()
) -> tuple[ScorePairing, ...]:
    """Return every score of both versions once; a score is comparable if each of its items is (see `match_items`)."""
    pairs = {
        pair.after.id: pair.before.id
        for pair in match_items(before, after, between)
        if pair.after and pair.before and not pair.cut
    }
    earlier = {score.id: score for score in before.scores}
    found = []
    for score in after.scores:
        old = earlier.get(score.id)
        same = old is not None and sorted(pairs.get(item, "") for item in score.items) == sorted(old.items)
        found.append(ScorePairing(old, score, None if same else "new" if old is None else "scoring"))
    kept = {score.id for score in after.scores}
    return (*found, *(ScorePairing(score, None, "gone") for score in before.scores if score.id not in kept))


def _results(version: Questionnaire) -> list[Item]:
    return [item for item in version.asked if item.id != version.stratum_item]


def _followed(trails: Mapping[str, _Trail], version: Questionnaire) -> dict[str, _Trail]:
    """Return the trails with one more link, to *version*; what it did not ask waits as it was asked last."""
    known = {name: trail.last for name, trail in trails.items()}
    earlier = {item.id: _earlier_id(item, known) for item in _results(version)}
    renamed = {old: name for name, old in earlier.items() if old}
    gone = {name: trail for name, trail in trails.items() if name not in renamed}
    return gone | {item.id: _linked(trails.get(earlier[item.id] or ""), item, renamed) for item in _results(version)}


def _linked(trail: _Trail | None, item: Item, renamed: Mapping[str, str]) -> _Trail:
    if trail is None:
        return _Trail(None, item, "replaced" if item.replaces else "new")
    # A decision that stood word for word in the version before is about that one's words.
    decided = (item.wording,) if item.wording is not None and item.wording != trail.last.wording else ()
    return _Trail(trail.origin, item, trail.cut or _cut(trail.last, item, renamed), (*trail.decisions, *decided))


def _earlier_id(item: Item, earlier: Mapping[str, Item]) -> str | None:
    """Return the id of the earlier item that this one continues; None if it is new or replaces one without continuing it.

    A decision that stood word for word in the version before is spent: the item continues the one of its own id.
    """
    same_id = earlier.get(item.id)
    if item.wording is not None and not (same_id and same_id.wording == item.wording):
        return item.wording.same_as if item.wording.same_as in earlier else None
    return item.id if item.id in earlier else None


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

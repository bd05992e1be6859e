"""What differs between two versions of a questionnaire, item by item, and which differences cut an item's trend."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final, Literal, TypeVar

from questionnaires.conditions import renamed
from questionnaires.rewordings import Rewording, Texts, rewordings_of
from questionnaires.survey_types import AnsweredBefore, Choice, Item, Questionnaire, Scale, Score, Section, Stratum

ChangeCode = Literal[
    "kind", "choices_added", "choices_removed", "choices_reordered", "choices_marked", "correct", "favourable", "reversed",
    "asked_of_others", "replaced", "label", "choice_labels", "moved", "renamed", "scale", "requirement", "shuffled", "headline",
    "source", "hint", "explanation", "limits",
    "margin",
]  # fmt: skip
"""What can differ in an item that both versions ask. A score is the number of right answers: ``correct`` is its scoring."""
Cut = Literal["gone", "new", "replaced", "wording", "choices", "scoring", "asked_of_others"]
"""Why an item's trend is cut; the same words as the comparison of two waves uses."""
Part = Literal["questionnaire", "section", "scale", "score", "group", "margin", "answered_before"]
P = TypeVar("P", Section, Scale, Score, Stratum)

CUTS: Final[Mapping[ChangeCode, Cut]] = {
    "replaced": "replaced",
    "kind": "choices",
    "choices_added": "choices",
    "choices_removed": "choices",
    "choices_reordered": "choices",
    "choices_marked": "choices",
    "correct": "scoring",
    "favourable": "scoring",
    "reversed": "scoring",
    "asked_of_others": "asked_of_others",
    "label": "wording",
    "choice_labels": "wording",
}
"""Which change cuts the trend, the gravest first; a cut for ``wording`` is bridged by a recorded decision, no other is."""


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """An item of either version and what differs; ``rewordings`` are its own texts, those of its scale stand with the scale."""

    before: Item | None
    after: Item | None
    changes: tuple[ChangeCode, ...]
    rewordings: tuple[Rewording, ...]
    result: bool
    """Whether results are shown of it; the item that makes the groups, information and own words have no trend to cut."""

    @property
    def item(self) -> Item:
        """The later item, or the earlier one if it is gone."""
        item = self.after or self.before
        if item is None:
            raise ValueError("a difference is about at least one item")
        return item

    @property
    def cut(self) -> Cut | None:
        """Why the two versions of this item are not compared; None if they are, or if it has no results."""
        if not self.result:
            return None
        if self.after is None:
            return "gone"
        if self.before is None:
            return "replaced" if self.after.replaces else "new"
        grounds = [CUTS[code] for code in CUTS if code in self.changes]
        first = grounds[0] if grounds else None
        return None if first == "wording" and self.after.wording is not None else first

    @property
    def words_differ(self) -> bool:
        """Whether what is asked or answered reads differently, and nothing graver cuts the trend."""
        grounds = {CUTS[code] for code in self.changes if code in CUTS}
        return self.result and grounds == {"wording"}

    @property
    def undecided(self) -> bool:
        """Whether somebody has to say that it is the same question or a new one.

        A decision that stood word for word in the earlier version was made about other words than these.
        """
        if self.before is None or self.after is None or not self.words_differ:
            return False
        return self.after.wording is None or self.after.wording == self.before.wording

    @property
    def bridged(self) -> bool:
        """Whether the words differ and a decision about these very words says that the question is the same."""
        return self.words_differ and not self.undecided


@dataclass(frozen=True, slots=True)
class PartDifference:
    """A section, scale, score or group, or the questionnaire itself (with an empty id), and what differs in it.

    ``change`` is ``new``, ``gone`` or ``changed``: other items in a section or score, other choices of a scale, another tree.
    ``margin`` is the margin of the score of that id; ``answered_before`` the item that says who answered the time before.
    """

    part: Part
    id: str
    change: Literal["new", "gone", "changed"] | None
    rewordings: tuple[Rewording, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between two versions: items in the order of the later version with those that are gone last, then parts."""

    items: tuple[ItemDifference, ...]
    parts: tuple[PartDifference, ...]

    @property
    def stale(self) -> tuple[Rewording, ...]:
        """Every text that changed in some languages only: the others are to be mended or confirmed before publishing."""
        every = [each for part in self.parts for each in part.rewordings]
        every += [each for item in self.items for each in item.rewordings]
        return tuple(each for each in every if each.unchanged_in)

    @property
    def undecided(self) -> tuple[ItemDifference, ...]:
        """Items in other words about which nothing was decided."""
        return tuple(each for each in self.items if each.undecided)

    def of(self, item_id: str) -> ItemDifference | None:
        """Return what differs in the item *item_id* of the later version; None if nothing does."""
        return next((each for each in self.items if each.after and each.after.id == item_id), None)


def compare(before: Questionnaire, after: Questionnaire) -> Differences:
    """Return what differs from *before* to *after*; nothing for the same version."""
    pairs = _pairs(before, after)
    names = {old.id: new.id for old, new in pairs if old and new}
    # As in the comparison of waves: a rule that looks at the item that makes the groups knows it by its id alone.
    ruled = {old: new for old, new in names.items() if old != before.stratum_item}
    moved = _moved(before, after, names)
    found = [_difference(old, new, ruled, moved, result=_has_results(before, after, old, new)) for old, new in pairs]
    items = tuple(each for each in found if each.before is None or each.after is None or each.changes)
    return Differences(items, tuple(_parts(before, after, names)))


def _pairs(before: Questionnaire, after: Questionnaire) -> list[tuple[Item | None, Item | None]]:
    """Return every item of both versions once: with results, making the groups, and without results, each among themselves."""
    known: dict[str, dict[str, Item]] = {}
    for item in before.items:
        known.setdefault(_sort_of(before, item), {})[item.id] = item
    pairs = [(_earlier(item, known.get(_sort_of(after, item), {})), item) for item in after.items]
    used = {old.id for old, _ in pairs if old}
    return [*pairs, *((item, None) for item in before.items if item.id not in used)]


def _sort_of(questionnaire: Questionnaire, item: Item) -> str:
    if item.kind in ("information", "text"):
        return "without answers that are counted"
    return "groups" if item.id == questionnaire.stratum_item else "results"


def _earlier(item: Item, known: Mapping[str, Item]) -> Item | None:
    """Return the earlier item that *item* continues: the one that its decision names, else the one with its id.

    A decision that stood word for word in the version before is spent: it was about the words of that version.
    """
    same_id = known.get(item.id)
    if item.wording is None or (same_id is not None and same_id.wording == item.wording):
        return same_id
    return known.get(item.wording.same_as)


def _has_results(before: Questionnaire, after: Questionnaire, old: Item | None, new: Item | None) -> bool:
    if new is not None:
        return _sort_of(after, new) == "results"
    return old is not None and _sort_of(before, old) == "results"


def _difference(
    old: Item | None, new: Item | None, names: Mapping[str, str], moved: frozenset[str], *, result: bool
) -> ItemDifference:
    if old is None or new is None:
        return ItemDifference(old, new, (), (), result)
    changes = tuple(code for code, differs in _TESTS.items() if differs(old, new))
    changes += ("asked_of_others",) if renamed(old.show_if, names) != new.show_if else ()
    changes += ("moved",) if new.id in moved else ()
    texts: list[Texts] = [
        ("label", old.label, new.label),
        ("hint", old.hint, new.hint),
        ("explanation", old.explanation, new.explanation),
    ]
    texts += _choice_texts(old.choices, new.choices) if new.scale is None else []  # the words of a scale stand with the scale
    return ItemDifference(old, new, changes, rewordings_of(new.id, texts), result)


def _ids(choices: Iterable[Choice]) -> list[str]:
    return [choice.id for choice in choices]


def _kept(these: Sequence[Choice], others: Sequence[Choice]) -> list[Choice]:
    known = set(_ids(others))
    return [choice for choice in these if choice.id in known]


def _marks(choices: Iterable[Choice]) -> dict[str, tuple[bool, bool]]:
    return {choice.id: (choice.outside_base, choice.exclusive) for choice in choices}


_TESTS: Final[Mapping[ChangeCode, Callable[[Item, Item], bool]]] = {
    "replaced": lambda old, new: new.replaces == old.id,
    "kind": lambda old, new: old.kind != new.kind,
    "choices_added": lambda old, new: bool({*_ids(new.choices)} - {*_ids(old.choices)}),
    "choices_removed": lambda old, new: bool({*_ids(old.choices)} - {*_ids(new.choices)}),
    "choices_reordered": lambda old, new: _ids(_kept(old.choices, new.choices)) != _ids(_kept(new.choices, old.choices)),
    "choices_marked": lambda old, new: _marks(_kept(old.choices, new.choices)) != _marks(_kept(new.choices, old.choices)),
    "correct": lambda old, new: old.correct != new.correct,
    "favourable": lambda old, new: {*old.favourable} != {*new.favourable},
    "reversed": lambda old, new: old.reversed != new.reversed,
    "label": lambda old, new: old.label != new.label,
    "choice_labels": lambda old, new: [c.label for c in old.choices] != [c.label for c in new.choices],
    "renamed": lambda old, new: old.id != new.id,
    "scale": lambda old, new: old.scale != new.scale,
    "requirement": lambda old, new: old.requirement != new.requirement,
    "shuffled": lambda old, new: old.shuffled != new.shuffled,
    "headline": lambda old, new: old.headline != new.headline,
    "source": lambda old, new: old.source != new.source,
    "hint": lambda old, new: old.hint != new.hint,
    "explanation": lambda old, new: old.explanation != new.explanation,
    "limits": lambda old, new: (
        (old.minimum, old.maximum, old.bands, old.unit, old.longest, old.long)
        != (new.minimum, new.maximum, new.bands, new.unit, new.longest, new.long)
    ),
    "margin": lambda old, new: old.margin != new.margin,
}


def _moved(before: Questionnaire, after: Questionnaire, names: Mapping[str, str]) -> frozenset[str]:
    """Return the later ids of items in another section or another order: as few as explain the new order."""
    sections = {item.id: section.id for section in after.sections for item in section.items}
    elsewhere = {
        names[item.id]
        for section in before.sections
        for item in section.items
        if item.id in names and sections[names[item.id]] != section.id
    }
    known = set(names.values())
    was = [names[item.id] for item in before.items if item.id in names]
    now = [item.id for item in after.items if item.id in known]
    blocks = SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
    stayed = {name for block in blocks for name in now[block.b : block.b + block.size]}
    return frozenset(elsewhere | (known - stayed))


def _parts(before: Questionnaire, after: Questionnaire, names: Mapping[str, str]) -> Iterator[PartDifference]:
    """Yield what differs in everything but the items, which are known by their later ids."""
    yield from _whole(before, after)
    yield from _each("section", _by_id(before.sections), _by_id(after.sections), lambda old, new: _section(old, new, names))
    yield from _each("scale", _by_id(before.scales), _by_id(after.scales), _scale)
    yield from _each("score", _by_id(before.scores), _by_id(after.scores), lambda old, new: _score(old, new, names))
    earlier, later = (_by_id(node for node in one.strata.walk() if node.parts) for one in (before, after))
    yield from _each(
        "group", earlier, later, lambda old, new: (old.leaves() == new.leaves(), [("label", old.label, new.label)])
    )
    yield from _margins(before, after)
    yield from _answered_before(before.answered_before, after.answered_before, names)


def _margins(before: Questionnaire, after: Questionnaire) -> Iterator[PartDifference]:
    """Yield the scores of which another change counts as practically the same."""
    earlier = {score.id: score.margin for score in before.scores}
    for score in after.scores:
        if score.id in earlier and score.margin != earlier[score.id]:
            yield _changed("margin", score.id, earlier[score.id], score.margin)


def _answered_before(
    old: AnsweredBefore | None, new: AnsweredBefore | None, names: Mapping[str, str]
) -> Iterator[PartDifference]:
    """Yield how differently the versions say who answered the time before; *names* are the later ids of items."""
    same_item = replace(old, item=names.get(old.item, old.item)) if old else None
    declared = new or old
    if declared and same_item != new:
        yield _changed("answered_before", declared.item, old, new)


def _changed(part: Part, name: str, old: object | None, new: object | None) -> PartDifference:
    return PartDifference(part, name, "new" if old is None else "gone" if new is None else "changed", ())


def _by_id(parts: Iterable[P]) -> dict[str, P]:
    return {part.id: part for part in parts}


def _each(
    part: Part, earlier: Mapping[str, P], later: Mapping[str, P], compare_both: Callable[[P, P], tuple[bool, Sequence[Texts]]]
) -> Iterator[PartDifference]:
    """Yield what differs between parts of the same id; *compare_both* says whether two are the same, and names their texts."""
    for name in [*later, *(name for name in earlier if name not in later)]:
        old, new = earlier.get(name), later.get(name)
        if old is None or new is None:
            yield PartDifference(part, name, "gone" if new is None else "new", ())
            continue
        same, texts = compare_both(old, new)
        yield from _said(PartDifference(part, name, None if same else "changed", rewordings_of(f"{part}:{name}", texts)))


def _whole(before: Questionnaire, after: Questionnaire) -> list[PartDifference]:
    texts = rewordings_of("", [("title", before.title, after.title), ("intro", before.intro, after.intro)])
    same = (before.minutes, before.instrument) == (after.minutes, after.instrument)
    return _said(PartDifference("questionnaire", "", None if same else "changed", texts))


def _said(difference: PartDifference) -> list[PartDifference]:
    return [difference] if difference.change or difference.rewordings else []


def _section(old: Section, new: Section, names: Mapping[str, str]) -> tuple[bool, Sequence[Texts]]:
    same = {names.get(item.id, item.id) for item in old.items} == {item.id for item in new.items}
    return same, [("title", old.title, new.title), ("intro", old.intro, new.intro)]


def _score(old: Score, new: Score, names: Mapping[str, str]) -> tuple[bool, Sequence[Texts]]:
    return sorted(names.get(item, item) for item in old.items) == sorted(new.items), [("label", old.label, new.label)]


def _scale(old: Scale, new: Scale) -> tuple[bool, Sequence[Texts]]:
    same = _ids(old.choices) == _ids(new.choices) and _marks(old.choices) == _marks(new.choices)
    same &= {*old.favourable} == {*new.favourable} and {*old.favourable_reversed} == {*new.favourable_reversed}
    return same, _choice_texts(old.choices, new.choices)


def _choice_texts(before: Iterable[Choice], after: Iterable[Choice]) -> list[Texts]:
    labels = {choice.id: choice.label for choice in after}
    return [(f"choice {choice.id}", choice.label, labels[choice.id]) for choice in before if choice.id in labels]

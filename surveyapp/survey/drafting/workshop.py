"""Rules of the questionnaire workshop: what stands between a draft and its publication, and what a decision changes in it."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final, Literal

from questionnaires.conditions import renamed
from questionnaires.differences import Differences, ItemDifference, compare
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.survey_types import Item, Questionnaire, Wording
from questionnaires.yaml_writer import to_yaml
from surveyapp.survey.questionnaire_store import check

Blocker = Literal["problems", "version_taken", "version_old", "decision_about_nothing", "undecided", "stale"]
"""Why a draft cannot be published: the file has problems, its version is out of order, a decision names an item that the
version before does not ask, items in other words wait for a decision, texts changed in some languages only."""

LONGEST_ID: Final = 40
LONGEST_NAME: Final = 64
"""Of an item's id, and of the questionnaire's."""
_ID: Final = re.compile(r"^id:[ \t]*[\"']?([a-z][a-z0-9]*(?:[-_][a-z0-9]+)*)[\"']?[ \t]*(?:#.*)?$", re.MULTILINE | re.ASCII)
_VERSION: Final = re.compile(r"^(version:[ \t]*[\"']?)([1-9][0-9]{0,3})([\"']?[ \t]*(?:#.*)?)$", re.MULTILINE | re.ASCII)
_LEADING_COMMENTS: Final = re.compile(r"\A(?:[ \t]*(?:#.*)?\r?\n)+")
_ALIKE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Assessment:
    """A draft as it stands: what is wrong with its file, else how it differs from the newest published version.

    ``blockers`` are what stands between it and its publication, each with the ids or names of texts that it is about;
    ``taken`` are the ids of items that any published version ever used.
    """

    problems: tuple[Problem, ...]
    questionnaire: Questionnaire | None
    before: Questionnaire | None
    differences: Differences
    blockers: Mapping[Blocker, tuple[str, ...]]
    taken: frozenset[str] = frozenset()

    def open_blockers(self, confirmed: Collection[str]) -> tuple[Blocker, ...]:
        """Return what is left when the translations named in *confirmed* were read and found right."""
        left = {code: set(names) - (set(confirmed) if code == "stale" else set()) for code, names in self.blockers.items()}
        return tuple(code for code, names in left.items() if names)


def identity(text: str) -> tuple[str, int] | None:
    """Return the id and version that a file gives itself, also if the rest of it cannot be read; None without them."""
    name, version = _ID.search(text), _VERSION.search(text)
    return (name[1], int(version[2])) if name and version and len(name[1]) <= LONGEST_NAME else None


def with_version(text: str, version: int) -> str:
    """Return the file with another version number and everything else as it is."""
    return _VERSION.sub(lambda found: f"{found[1]}{version}{found[3]}", text, count=1)


def assess(text: str, file: str, published: Sequence[Questionnaire]) -> Assessment:
    """Return how the draft in *text* stands to the *published* versions of the same questionnaire."""
    try:
        draft = check(text, file)
    except FileRefusedError as refused:
        return Assessment(refused.problems, None, None, Differences((), ()), {"problems": ("file",)})
    before = max(published, key=lambda one: one.version, default=None)
    if before is None:
        return Assessment((), draft, None, Differences((), ()), {})
    # A decision about the words of an earlier version decides nothing here: it is asked for again.
    fresh, _ = without_spent(draft, published)
    differences = compare(before, fresh)
    found: dict[Blocker, tuple[str, ...]] = {
        "version_taken": tuple(str(one.version) for one in published if one.version == draft.version),
        "version_old": (str(before.version),) if draft.version < before.version else (),
        "decision_about_nothing": _about_nothing(draft, before, published),
        "undecided": tuple(each.item.id for each in differences.undecided),
        "stale": tuple(each.key for each in differences.stale),
    }
    taken = frozenset(item.id for one in published for item in one.items)
    return Assessment((), fresh, before, differences, {code: names for code, names in found.items() if names}, taken)


def _about_nothing(draft: Questionnaire, before: Questionnaire, published: Sequence[Questionnaire]) -> tuple[str, ...]:
    """Return the items that continue one that the version before does not ask, or replace one that none ever asked.

    What the version before says already of the same item may have been true of versions that were never published here.
    """
    asked = {item.id: item.replaces for item in before.items}
    ever = {item.id for one in published for item in one.items}
    return tuple(
        item.id
        for item in draft.items
        if (item.wording and item.wording.same_as not in asked)
        or (item.replaces and item.replaces not in ever and item.replaces != asked.get(item.id))
    )


def without_spent(draft: Questionnaire, published: Sequence[Questionnaire]) -> tuple[Questionnaire, tuple[str, ...]]:
    """Return the draft without decisions that a published version recorded already, and the ids of the items that had them.

    They were about the words of that version. One that the newest version keeps and that names no other item stays: it is known
    to say nothing about newer words. The draft of a version that is published keeps what it says.
    """
    earlier = [one for one in published if one.version < draft.version]
    newest = max(earlier, key=lambda one: one.version, default=None)
    asked = {item.id: item for item in newest.items} if newest else {}
    wordings = {(item.id, item.wording) for one in earlier for item in one.items if item.wording}
    replacements = {(item.id, item.replaces) for one in earlier for item in one.items if item.replaces}

    def kept(item: Item) -> Item:
        before = asked.get(item.id)
        stays = before is not None and before.wording == item.wording and item.wording and item.wording.same_as == item.id
        wording = None if (item.id, item.wording) in wordings and not stays else item.wording
        said = before is not None and before.replaces == item.replaces
        replaces = None if (item.id, item.replaces) in replacements and not said else item.replaces
        return replace(item, wording=wording, replaces=replaces)

    fresh = _with_items(draft, kept)
    return fresh, tuple(old.id for old, new in zip(draft.items, fresh.items, strict=True) if old != new)


def rewritten_without_spent(text: str, published: Sequence[Questionnaire]) -> tuple[str, tuple[str, ...]]:
    """Return *text* as it is, or written anew without spent decisions (see `without_spent`) and the ids of their items."""
    try:
        draft = check(text, "")
    except FileRefusedError:
        return text, ()
    fresh, dropped = without_spent(draft, published)
    return (rewritten(text, fresh), dropped) if dropped else (text, ())


def next_version(draft: Questionnaire, version: int) -> Questionnaire:
    """Return the same questionnaire as the start of its next *version*.

    A decision that ties an item to another id was about the version before and would now name an item that is not asked.
    """

    def carried(item: Item) -> Item:
        return replace(item, wording=None) if item.wording and item.wording.same_as != item.id else item

    return replace(_with_items(draft, carried), version=version)


def rewritten(text: str, questionnaire: Questionnaire) -> str:
    """Return *questionnaire* as a file, under the comments that *text* began with."""
    comments = _LEADING_COMMENTS.match(text)
    return (comments[0] if comments else "") + to_yaml(questionnaire)


def same_question(draft: Questionnaire, items: Sequence[str], decision: Wording) -> Questionnaire:
    """Return the draft with the decision that *items* ask the same as before; the first continues ``decision.same_as``.

    The others, decided together with it because only the words of their scale changed, continue themselves.
    """

    def decided(item: Item) -> Item:
        if item.id not in items:
            return item
        same_as = decision.same_as if item.id == items[0] else item.id
        return replace(item, wording=replace(decision, same_as=same_as), replaces=None)

    return _with_items(draft, decided)


def new_question(draft: Questionnaire, item_id: str, earlier: str, taken: Collection[str]) -> Questionnaire:
    """Return the draft with the decision that the item asks something else than *earlier*, which it replaces.

    An item that still has the id of the earlier one gets a new id, none of the *taken*: answers to two questions never share a
    column.
    """
    name = item_id if item_id != earlier else _free(item_id, {*taken, *(item.id for item in draft.items)})
    asked = _with_items(draft, lambda item: replace(item, wording=None, replaces=earlier) if item.id == item_id else item)
    return _renamed(asked, {item_id: name})


def undone(draft: Questionnaire, item_id: str) -> Questionnaire:
    """Return the draft without the decision about the item; an id that was given with the decision goes back, too."""
    item = draft.item(item_id)
    plain = _with_items(draft, lambda one: replace(one, wording=None, replaces=None) if one.id == item_id else one)
    old = item.replaces or ""
    given = re.fullmatch(rf"{re.escape(old)}_[0-9]{{1,2}}", item_id) and all(one.id != old for one in draft.items)
    return _renamed(plain, {item_id: old}) if given else plain


def decided_together(differences: Differences, item: ItemDifference) -> tuple[str, ...]:
    """Return the other undecided items of the same scale in which, as in *item*, only the words of that scale changed."""
    if item.item.scale is None or "label" in item.changes:
        return ()
    return tuple(
        each.item.id
        for each in differences.undecided
        if each.item.scale == item.item.scale and "label" not in each.changes and each.item.id != item.item.id
    )


def may_continue(differences: Differences, item: Item) -> tuple[Item, ...]:
    """Return the items that are gone and that a new *item* may continue or replace, those that read most alike first."""
    taken = {each.item.replaces for each in differences.items if each.after}
    gone = [each.before for each in differences.items if each.after is None and each.before and each.result]
    free = [old for old in gone if old.id not in taken]
    return tuple(sorted(free, key=lambda old: (old.kind != item.kind, -alike(old, item))))


def alike(old: Item, new: Item) -> float:
    """Return from 0 to 1 how much of the wording two items share, in the language in which they share the most."""
    texts = [(old.label.get(language).split(), new.label.get(language).split()) for language in ("lv", "en", "ru")]
    return max(SequenceMatcher(None, before, after).ratio() for before, after in texts)


def looks_continued(old: Item, new: Item) -> bool:
    """Say whether a new item reads so much like one that is gone that a decision should be offered first."""
    return old.kind == new.kind and alike(old, new) >= _ALIKE


def _free(stem: str, taken: Collection[str]) -> str:
    """Return the first of STEM_2, STEM_3 and so on that is not *taken*."""
    names = (f"{stem[: LONGEST_ID - len(end)]}{end}" for end in (f"_{number}" for number in range(2, 100)))
    return next(name for name in names if name not in taken)


def _with_items(draft: Questionnaire, change: Callable[[Item], Item]) -> Questionnaire:
    sections = tuple(replace(section, items=tuple(change(item) for item in section.items)) for section in draft.sections)
    return replace(draft, sections=sections)


def _renamed(draft: Questionnaire, names: Mapping[str, str]) -> Questionnaire:
    """Return the draft with items under new ids, and every rule, score and group that names them."""
    changed = _with_items(
        draft, lambda item: replace(item, id=names.get(item.id, item.id), show_if=renamed(item.show_if, names))
    )
    before = draft.answered_before
    return replace(
        changed,
        scores=tuple(replace(one, items=tuple(names.get(item, item) for item in one.items)) for one in draft.scores),
        stratum_item=names.get(draft.stratum_item or "", draft.stratum_item),
        band_item=names.get(draft.band_item or "", draft.band_item),
        answered_before=before and replace(before, item=names.get(before.item, before.item)),
    )

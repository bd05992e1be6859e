"""The differences between two versions are told item by item, and cut exactly where the comparison of waves is cut."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import matching
from analysis.matching import match_items
from questionnaires.conditions import Chosen, renamed
from questionnaires.differences import Cut, ItemDifference, compare
from questionnaires.grammar import read_questionnaire
from questionnaires.library import find_questionnaire
from questionnaires.survey_types import AnsweredBefore, Item, Questionnaire
from questionnaires.texts import Text
from tests.questionnaires.changes import (
    ASKED,
    EDITS,
    OTHER,
    decision,
    in_latvian,
    next_versions,
    relabelled,
    with_item,
)


def told(after: Questionnaire, item: str) -> ItemDifference:
    """What is told of one item of the later version, or of one that is gone."""
    return next(each for each in compare(ASKED, after).items if each.item.id == item)


def ids(before: Item | None, after: Item | None) -> tuple[str | None, str | None]:
    return (before.id if before else None, after.id if after else None)


def test_a_version_does_not_differ_from_itself() -> None:
    found = compare(ASKED, ASKED)
    assert (found.items, found.parts, found.stale, found.undecided) == ((), (), (), ())


def test_a_cut_has_the_same_names_as_in_the_comparison_of_waves() -> None:
    assert get_args(Cut) == get_args(matching.Cut)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_an_item_is_cut_exactly_where_the_comparison_of_two_waves_cuts_it(data: st.DataObject) -> None:
    before = data.draw(st.just(ASKED) | next_versions(ASKED))
    after = data.draw(next_versions(before))
    differences = {ids(each.before, each.after): each for each in compare(before, after).items}
    for pair in match_items(before, after):
        found = differences.pop(ids(pair.before, pair.after), None)
        assert (found.cut if found else None) == pair.cut, (pair, found)
        undecided = pair.cut == "wording" or (
            pair.before is not None and pair.after is not None and pair.cut is None
            and pair.after.wording is not None and pair.after.wording == pair.before.wording
            and bool(found and {"label", "choice_labels"} & {*found.changes})
        )  # fmt: skip
        assert bool(found and found.undecided) == undecided
    assert [each for each in differences.values() if each.cut] == [], "the comparison of waves knows nothing of these"


@settings(deadline=None, max_examples=50)
@given(next_versions(ASKED))
def test_every_difference_is_named(after: Questionnaire) -> None:
    names = {item.wording.same_as: item.id for item in after.items if item.wording}
    asked = {item.id: plain(replace(item, show_if=renamed(item.show_if, names))) for item in ASKED.items}
    named = {each.after.id for each in compare(ASKED, after).items if each.after}
    assert [item.id for item in after.items if plain(item) != asked.get(item.id) and item.id not in named] == []


def plain(item: Item) -> Item:
    """The item without what is no difference: a decision on unchanged words, and the order of the favourable answers."""
    return replace(item, wording=None, favourable=tuple(sorted(item.favourable)))


def test_the_shipped_versions_differ_in_what_their_decisions_say() -> None:
    first, second = (read_questionnaire(find_questionnaire(f"specialists/{version}")) for version in (1, 2))
    found = compare(first, second)
    known = {ids(each.before, each.after): each for each in found.items}
    assert set(known) == {("a_private", "a_family"), (None, "s_listen_explain"), (None, "answered_before"), ("s_listen", None)}
    assert known["a_private", "a_family"].bridged
    assert {each.cut for each in found.items} == {None, "replaced", "new", "gone"}
    assert found.stale == ()


def test_a_text_that_changed_in_one_language_leaves_the_others_in_doubt() -> None:
    after = with_item("a_plain", lambda item: replace(item, label=in_latvian(item.label)))
    (stale,) = compare(ASKED, after).stale
    assert (stale.key, stale.changed_in, stale.unchanged_in) == ("a_plain/label", ("lv",), ("en", "ru"))


def test_a_text_that_changed_in_all_languages_leaves_nothing_in_doubt() -> None:
    assert compare(ASKED, with_item("a_plain", lambda item: replace(item, label=OTHER))).stale == ()


def test_a_hint_in_other_words_needs_no_decision_but_may_leave_a_translation_behind() -> None:
    hinted = with_item("a_plain", lambda item: replace(item, hint=OTHER))
    after = with_item("a_plain", lambda item: replace(item, hint=in_latvian(OTHER)), hinted)
    found = compare(hinted, after)
    assert ([each.cut for each in found.items], found.undecided) == ([None], ())
    assert [each.key for each in found.stale] == ["a_plain/hint"]


def test_words_of_a_scale_are_told_once_though_each_of_its_items_needs_a_decision() -> None:
    scale = replace(ASKED.scales[0], choices=relabelled(ASKED.scales[0].choices))
    rated = [item.id for item in ASKED.items if item.scale == scale.id]
    after = with_item("", lambda item: item)
    after = replace(
        after,
        scales=(scale, *after.scales[1:]),
        sections=tuple(
            replace(part, items=tuple(replace(i, choices=scale.choices) if i.scale == scale.id else i for i in part.items))
            for part in after.sections
        ),
    )
    found = compare(ASKED, after)
    assert [each.item.id for each in found.undecided] == rated
    assert [each.rewordings for each in found.items] == [()] * len(rated)
    (part,) = found.parts
    assert (part.part, part.id, [each.text for each in part.rewordings]) == ("scale", scale.id, ["choice 1"])


def test_a_decision_that_stood_in_the_earlier_version_says_nothing_about_newer_words() -> None:
    second = with_item("a_plain", lambda item: replace(item, label=OTHER, wording=decision("a_plain")))
    assert told(second, "a_plain").bridged
    third = with_item("a_plain", lambda item: replace(item, label=in_latvian(OTHER)), second)
    (difference,) = compare(second, third).items
    assert (difference.cut, difference.undecided, difference.bridged) == (None, True, False)


@pytest.mark.parametrize(
    ("item", "edit", "code"),
    [
        ("source", "a choice less", "choices_removed"),
        ("source", "a choice more", "choices_added"),
        ("source", "choices turned", "choices_reordered"),
        ("source", "a mark", "choices_marked"),
        ("k_one", "right answer", "correct"),
        ("a_plain", "favourable", "favourable"),
        ("a_plain", "reversed", "reversed"),
        ("a_plain", "asked of others", "asked_of_others"),
        ("a_plain", "requirement", "requirement"),
        ("a_plain", "renamed and continues", "renamed"),
        ("a_plain", "margin", "margin"),
    ],
)
def test_each_change_has_its_name(item: str, edit: str, code: str) -> None:
    after = with_item(item, EDITS[edit])
    (found,) = [each for each in compare(ASKED, after).items if each.before and each.before.id == item and each.after]
    assert code in found.changes


def test_an_item_in_another_place_is_told_as_moved_and_no_other() -> None:
    section = ASKED.sections[0]
    after = replace(ASKED, sections=(replace(section, items=(section.items[0], *section.items[2:], section.items[1])),))
    assert [(each.item.id, each.changes) for each in compare(ASKED, after).items] == [(section.items[1].id, ("moved",))]


def test_other_parts_are_told_with_their_texts() -> None:
    section, score = ASKED.sections[0], ASKED.scores[0]
    after = replace(
        ASKED,
        title=in_latvian(ASKED.title),
        minutes=ASKED.minutes + 1,
        sections=(replace(section, title=OTHER),),
        scores=(replace(score, items=score.items[1:]),),
        strata=replace(ASKED.strata, label=Text("Visi kopā", "All of them", "Все вместе")),
    )
    found = {each.part: each for each in compare(ASKED, after).parts}
    assert {part: each.change for part, each in found.items()} == {
        "questionnaire": "changed",
        "section": None,
        "score": "changed",
        "group": None,
    }
    assert [each.key for part in found.values() for each in part.rewordings] == [
        "/title",
        f"section:{section.id}/title",
        "group:*/label",
    ]


def test_another_margin_of_a_score_and_another_question_who_answered_before_are_told() -> None:
    score, named = ASKED.scores[0], AnsweredBefore("trained", ("yes",), ("no",))
    second = replace(ASKED, scores=(replace(score, margin=1.0),), answered_before=named)
    third = replace(second, scores=(replace(score, margin=0.5),), answered_before=replace(named, no=("yes",), yes=("no",)))
    told = [
        [(each.part, each.id, each.change) for each in compare(before, after).parts]
        for before, after in ((ASKED, second), (second, third), (third, ASKED))
    ]
    assert told == [[("margin", score.id, how), ("answered_before", "trained", how)] for how in ("new", "changed", "gone")]
    renamed_item = with_item("trained", EDITS["renamed and continues"], second)
    assert compare(second, replace(renamed_item, answered_before=replace(named, item="trained_2"))).parts == ()


def test_a_rule_on_a_renamed_item_is_the_same_rule() -> None:
    after = with_item("trained", EDITS["renamed and continues"])
    after = with_item("useful", lambda item: replace(item, show_if=Chosen("trained_2", ("yes",))), after)
    assert [each.item.id for each in compare(ASKED, after).items] == ["trained_2"]

"""Which items of two versions may be compared."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.matching import Cut, Pairing, match_items, match_scores
from questionnaires.conditions import Chosen
from questionnaires.survey_types import Item, Questionnaire, Wording
from questionnaires.texts import Text
from tests.analysis.invented import questionnaire
from tests.questionnaires.changes import next_versions

ASKED = questionnaire()
NEW_WORDS = Text(lv="Citiem vārdiem?", en="In other words?", ru="Другими словами?")


def later(**items: Item | None) -> Questionnaire:
    """Return the questionnaire with some items changed, or dropped where None is given."""
    section = ASKED.sections[0]
    kept = [items.get(item.id, item) for item in section.items]
    return replace(ASKED, version=2, sections=(replace(section, items=tuple(item for item in kept if item)),))


def cut_of(after: Questionnaire, item: str) -> Cut | None:
    return next(pair.cut for pair in match_items(ASKED, after) if pair.item.id == item)


def decision(same_as: str) -> Wording:
    return Wording(same_as, "cooperation group", date(2026, 8, 20), Text("tikai īsāk", "only shorter", "только короче"))


def test_the_same_version_is_compared_item_by_item_without_the_item_that_makes_the_groups() -> None:
    pairs = match_items(ASKED, ASKED)
    assert [pair.item.id for pair in pairs] == [item.id for item in ASKED.asked if item.id != "role"]
    assert {pair.cut for pair in pairs} == {None}


def test_changed_wording_cuts_the_comparison_until_a_decision_is_recorded() -> None:
    changed = replace(ASKED.item("a_plain"), label=NEW_WORDS)
    assert cut_of(later(a_plain=changed), "a_plain") == "wording"
    assert cut_of(later(a_plain=replace(changed, wording=decision("a_plain"))), "a_plain") is None


def test_a_recorded_decision_bridges_a_new_id() -> None:
    renamed = replace(ASKED.item("a_plain"), id="a_shorter", label=NEW_WORDS, wording=decision("a_plain"))
    pairs = {pair.item.id: pair for pair in match_items(ASKED, later(a_plain=renamed))}
    assert pairs["a_shorter"].before == ASKED.item("a_plain")
    assert pairs["a_shorter"].cut is None
    assert "a_plain" not in pairs


def test_an_item_that_replaces_another_is_never_compared_with_it() -> None:
    other = replace(ASKED.item("a_plain"), id="a_other", label=NEW_WORDS, replaces="a_plain")
    pairs = {pair.item.id: pair.cut for pair in match_items(ASKED, later(a_plain=other))}
    assert (pairs["a_other"], pairs["a_plain"]) == ("replaced", "gone")


@pytest.mark.parametrize(
    ("changed", "cut"),
    [
        (replace(ASKED.item("source"), choices=ASKED.item("source").choices[1:]), "choices"),
        (replace(ASKED.item("k_one"), correct="b"), "scoring"),
        (replace(ASKED.item("a_plain"), reversed=True, favourable=("1", "2")), "scoring"),
        (replace(ASKED.item("useful"), show_if=Chosen("trained", ("no",))), "asked_of_others"),
    ],
)
def test_other_choices_scoring_or_respondents_cut_the_comparison_even_with_a_decision(changed: Item, cut: Cut) -> None:
    decided = replace(changed, wording=decision(changed.id))
    assert cut_of(later(**{changed.id: decided}), changed.id) == cut


def test_a_condition_on_a_renamed_item_is_the_same_condition() -> None:
    trained = replace(ASKED.item("trained"), id="was_trained", wording=decision("trained"))
    useful = replace(ASKED.item("useful"), show_if=Chosen("was_trained", ("yes",)))
    assert cut_of(later(trained=trained, useful=useful), "useful") is None


def test_a_score_is_compared_only_if_each_of_its_items_is() -> None:
    assert match_scores(ASKED, ASKED)[0].cut is None
    assert match_scores(ASKED, later(k_one=replace(ASKED.item("k_one"), label=NEW_WORDS)))[0].cut == "scoring"


RENAMED = replace(ASKED.item("a_plain"), id="a_shorter", label=NEW_WORDS, wording=decision("a_plain"))


def third(second: Questionnaire, **items: Item | None) -> Questionnaire:
    """The version after the second one, with some of its items changed or dropped."""
    section = second.sections[0]
    kept = [items.get(item.id, item) for item in section.items]
    return replace(second, version=3, sections=(replace(section, items=tuple(item for item in kept if item)),))


def followed(after: Questionnaire, item: str, *between: Questionnaire) -> Pairing:
    return next(pair for pair in match_items(ASKED, after, between) if pair.item.id == item)


def test_an_item_that_got_another_id_in_between_is_followed_by_the_decision_recorded_there() -> None:
    second = later(a_plain=RENAMED)
    after = third(second, a_shorter=replace(RENAMED, wording=None))
    assert followed(after, "a_shorter").cut == "new", "the later version alone knows nothing of it"
    pair = followed(after, "a_shorter", second)
    assert (pair.before, pair.cut, pair.decisions) == (ASKED.item("a_plain"), None, (decision("a_plain"),))
    assert "gone" not in {each.cut for each in match_items(ASKED, after, [second])}
    assert match_scores(ASKED, after, [second])[0].cut is None


def test_each_decision_on_the_way_is_told_once_and_in_order() -> None:
    second = later(a_plain=RENAMED)
    again = replace(RENAMED, label=Text("Vēl citādi?", "Once more?", "Ещё иначе?"), wording=decision("a_shorter"))
    pair = followed(third(second, a_shorter=again), "a_shorter", second)
    assert (pair.cut, pair.decisions) == (None, (decision("a_plain"), decision("a_shorter")))
    assert followed(third(second), "a_shorter", second).decisions == (decision("a_plain"),), "it stood there unchanged"


def test_one_link_that_cuts_is_enough_also_if_the_words_come_back() -> None:
    second = later(a_plain=replace(ASKED.item("a_plain"), label=NEW_WORDS))
    back = third(second, a_plain=ASKED.item("a_plain"))
    assert followed(back, "a_plain").cut is None
    assert followed(back, "a_plain", second).cut == "wording"


def test_an_item_that_replaced_another_in_between_stays_cut_though_the_later_version_says_nothing_of_it() -> None:
    other = replace(ASKED.item("a_plain"), id="a_other", label=NEW_WORDS, replaces="a_plain")
    second = later(a_plain=other)
    pairs = {pair.item.id: pair for pair in match_items(ASKED, third(second, a_other=replace(other, replaces=None)), [second])}
    assert (pairs["a_other"].before, pairs["a_other"].cut, pairs["a_plain"].cut) == (None, "replaced", "gone")


def test_a_version_that_did_not_ask_an_item_is_passed_over() -> None:
    without = later(a_plain=None)
    after = replace(ASKED, version=3)
    assert followed(after, "a_plain", without).cut is None
    reworded = replace(after, sections=later(a_plain=replace(ASKED.item("a_plain"), label=NEW_WORDS)).sections)
    assert followed(reworded, "a_plain", without).cut == "wording"


def test_versions_that_lie_not_in_between_and_other_questionnaires_count_for_nothing() -> None:
    second = later(a_plain=RENAMED)
    after = third(second, a_shorter=replace(RENAMED, wording=None))
    strangers = [
        replace(second, id="another"),
        replace(second, version=1),
        replace(second, version=3),
        replace(second, version=4),
    ]
    assert match_items(ASKED, after, strangers) == match_items(ASKED, after)


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_an_item_is_compared_along_the_chain_exactly_if_each_of_its_links_bridges(data: st.DataObject) -> None:
    first = replace(ASKED, version=1)
    second = replace(data.draw(next_versions(first)), version=2)
    after = replace(data.draw(next_versions(second)), version=3)
    links = {pair.item.id: pair for pair in match_items(second, after) if pair.after}
    start = {pair.item.id: pair for pair in match_items(first, second) if pair.after}
    for pair in match_items(first, after, [second]):
        if pair.after is None:
            continue
        link = links[pair.after.id]
        if link.before is None:
            # Either it is new, or the second version did not ask it and the first one did.
            known = pair.before is not None and pair.before.id not in {one.id for one in second.asked}
            assert known or pair.cut in {"new", "replaced"}
            continue
        before = start[link.before.id]
        assert pair.before == before.before
        assert pair.cut == (before.cut or link.cut)

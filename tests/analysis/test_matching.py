"""Which items of two versions may be compared."""

from dataclasses import replace
from datetime import date

import pytest

from analysis.matching import Cut, match_items, match_scores
from questionnaires.conditions import Chosen
from questionnaires.survey_types import Item, Questionnaire, Wording
from questionnaires.texts import Text
from tests.analysis.invented import questionnaire

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

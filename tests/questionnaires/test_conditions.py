"""Show-if rules: which earlier answers make an item appear, as evaluated and as written in a file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.conditions import Answers, Chosen, Condition, Every, Some, holds, items_of
from questionnaires.grammar import parse_questionnaire

EXAMPLE = (Path(__file__).parent / "examples" / "questionnaire.yaml").read_text(encoding="utf-8")
ITEMS = ("role", "years", "wish")
CHOICES = ("a", "b", "c")

chosen = st.builds(Chosen, st.sampled_from(ITEMS), st.lists(st.sampled_from(CHOICES), min_size=1).map(tuple), st.booleans())
conditions: st.SearchStrategy[Condition] = st.recursive(
    chosen,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Every(tuple(parts)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: Some(tuple(parts)))
    ),
    max_leaves=6,
)
answers = st.dictionaries(st.sampled_from(ITEMS), st.lists(st.sampled_from(CHOICES), unique=True))


def test_an_item_without_a_rule_always_appears() -> None:
    assert holds(None, {})
    assert items_of(None) == frozenset()


def test_any_of_the_choices_is_enough_and_an_unanswered_item_is_none_of_them() -> None:
    rule = Chosen("role", ("a", "b"))
    assert holds(rule, {"role": ["b", "c"]})
    assert not holds(rule, {"role": ["c"]})
    assert not holds(rule, {})


def test_none_of_the_choices_also_holds_while_the_item_is_unanswered() -> None:
    rule = Chosen("role", ("a",), negated=True)
    assert holds(rule, {})
    assert holds(rule, {"role": []})
    assert holds(rule, {"role": ["b"]})
    assert not holds(rule, {"role": ["a", "b"]})


@given(chosen, answers)
def test_none_of_is_the_opposite_of_any_of(rule: Chosen, given_answers: Answers) -> None:
    assert holds(rule, given_answers) != holds(Chosen(rule.item, rule.choices, not rule.negated), given_answers)


@given(st.lists(conditions, min_size=1, max_size=4), answers)
def test_all_and_any_join_their_parts(parts: list[Condition], given_answers: Answers) -> None:
    each = [holds(part, given_answers) for part in parts]
    assert holds(Every(tuple(parts)), given_answers) == (False not in each)
    assert holds(Some(tuple(parts)), given_answers) == (True in each)


@given(conditions, answers, answers)
def test_a_rule_looks_at_no_item_but_those_that_it_names(rule: Condition, first: Answers, second: Answers) -> None:
    named = items_of(rule)
    mixed = {item: (first if item in named else second).get(item, ()) for item in ITEMS}
    assert holds(rule, mixed) == holds(rule, first)


@pytest.mark.parametrize(
    ("role", "experience", "appears"),
    [("teacher", "long", True), ("coach", "long", True), ("police", "long", False), ("teacher", "short", False)],
)
def test_a_rule_in_a_file_shows_its_item_to_those_it_concerns(role: str, experience: str, *, appears: bool) -> None:
    questionnaire = parse_questionnaire(EXAMPLE, "q.yaml")
    seen = questionnaire.seen({"role": [role], "experience": [experience]})
    assert ("duty" in [item.id for item in seen]) is appears

"""What may be shown of one wave, and that nothing gets past the door."""

from collections.abc import Mapping
from dataclasses import replace
from statistics import stdev
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.counts import count_answers
from analysis.disclosure import PublicTable, PublicWave, protect_wave
from analysis.protected_scores import deviation_tells
from analysis.suppression import Cell, DisclosureRefusedError, Key, Link, LinkedTable, attack, refuse_weak, suppress, weaknesses
from analysis.tables import CORRECT, FAVOURABLE, TOWN, Figure, StratumFigures, raw_wave
from tests.analysis.invented import POPULATION, Row, questionnaire, rows

ASKED = questionnaire()
SAFE: Mapping[str, tuple[str, ...]] = {
    "k_one": ("a",),
    "k_two": ("b",),
    "k_three": ("a",),
    "a_plain": ("4",),
    "a_turned": ("4",),
    "trained": ("no",),
    "source": ("law",),
    "topics": ("signs",),
}


def people(role: str, item: str, **counts: int) -> list[Row]:
    """Return people of one profession who answer one item so; ``_4`` stands for the choice ``4``."""
    answers = {name: chosen for name, chosen in SAFE.items() if name != item}
    found: list[Row] = []
    for choice, count in counts.items():
        found += [(role, {**answers, "role": (role,), item: (choice.removeprefix("_"),)})] * count
    return found


def shown(rows_of_wave: list[Row], item: str) -> Mapping[str, StratumFigures]:
    return protect_wave(ASKED, count_answers(ASKED, rows_of_wave, POPULATION)).items[item].strata


def count(figures: StratumFigures, column: str) -> int | None:
    return figures.figure(column).count


def test_a_table_without_small_counts_is_shown_whole() -> None:
    strata = shown(people("teacher", "k_one", a=12, b=8) + people("social", "k_one", a=9, b=7), "k_one")
    assert {name: count(part, CORRECT) for name, part in strata.items()} == {TOWN: 21, "education": 12, "protection": 9}


def test_a_small_count_in_one_group_hides_the_other_group_and_leaves_the_town() -> None:
    strata = shown(people("teacher", "k_one", a=1, b=19) + people("social", "k_one", a=9, b=7), "k_one")
    assert {name: count(part, CORRECT) for name, part in strata.items()} == {TOWN: 10, "education": None, "protection": None}
    assert strata["protection"].figure(CORRECT).hidden == "small_count"


@pytest.mark.parametrize("right", [0, 1, 2])
def test_none_one_and_two_look_alike(right: int) -> None:
    strata = shown(people("teacher", "k_one", a=right, b=20) + people("social", "k_one", b=16), "k_one")
    assert strata[TOWN].figure(CORRECT) == Figure(None, "small_count", "0-2")


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_all_and_nearly_all_look_alike(wrong: int) -> None:
    strata = shown(people("teacher", "k_one", a=20, b=wrong) + people("social", "k_one", a=16), "k_one")
    assert strata[TOWN].figure(CORRECT) == Figure(None, "small_count", "all_but_0-2")


def test_a_group_under_ten_is_not_shown_and_neither_is_the_one_beside_it() -> None:
    strata = shown(people("teacher", "k_one", a=12, b=8) + people("social", "k_one", a=4, b=5), "k_one")
    assert {name: part.hidden for name, part in strata.items()} == {TOWN: None, "education": "base", "protection": "base"}
    wave = protect_wave(ASKED, count_answers(ASKED, people("teacher", "k_one", a=20) + people("social", "k_one", a=9)))
    assert {name: part.respondents for name, part in wave.response.items()} == {TOWN: 29, "education": None, "protection": None}


def test_people_without_a_group_are_a_rest_that_must_be_none_or_ten() -> None:
    both = people("teacher", "k_one", a=12, b=8) + people("social", "k_one", a=9, b=7)
    homeless: list[Row] = [("*", answers) for _, answers in people("social", "k_one", a=3, b=3)]
    assert shown(both + homeless, "k_one")["protection"].hidden == "base"
    assert shown(both + homeless + homeless, "k_one")["protection"].hidden is None


def test_a_town_under_ten_shows_nothing() -> None:
    strata = shown(people("teacher", "k_one", a=5, b=4), "k_one")
    assert {part.hidden for part in strata.values()} == {"base"}


@pytest.mark.parametrize("unsure", [0, 1, 2])
def test_where_hardly_anybody_found_it_hard_to_say_the_share_is_of_all_who_saw_the_item(unsure: int) -> None:
    teachers = people("teacher", "a_plain", _4=12, _2=8, _hard_to_say=unsure)
    strata = shown(teachers + people("social", "a_plain", _4=9, _2=7), "a_plain")
    assert strata[TOWN].base is None
    assert strata[TOWN].seen == 36 + unsure
    assert count(strata[TOWN], FAVOURABLE) == 21
    assert count(strata[TOWN], "hard_to_say") is None


def test_where_enough_people_found_it_hard_to_say_they_are_outside_the_base() -> None:
    """Alone they are not shown: beside the base their number would tell how few left the question empty."""
    teachers = people("teacher", "a_plain", _4=22, _2=18, _hard_to_say=5, _not_my_work=4)
    strata = shown(teachers + people("social", "a_plain", _4=19, _2=17, _hard_to_say=6, _not_my_work=4), "a_plain")
    assert strata[TOWN].base == 76
    assert count(strata[TOWN], "hard_to_say") is None


def test_those_who_found_it_hard_to_say_are_shown_on_their_own_where_enough_left_the_question_empty() -> None:
    silent: list[Row] = [(role, {**answers, "a_plain": ()}) for role, answers in people("teacher", "a_plain", _4=4)]
    asked = people("teacher", "a_plain", _4=32, _2=18, _hard_to_say=5, _not_my_work=4) + silent
    assert count(shown(asked, "a_plain")[TOWN], "hard_to_say") == 5


def test_ten_to_twenty_nine_answers_show_two_categories_only() -> None:
    few = people("teacher", "a_plain", _1=4, _2=4, _3=4, _4=4, _5=4)
    assert (count(shown(few, "a_plain")[TOWN], FAVOURABLE), shown(few, "a_plain")[TOWN].bins) == (8, ())
    assert shown(people("teacher", "source", law=7, colleague=7, web=7), "source")[TOWN].hidden == "detail"


def test_a_distribution_joins_neighbouring_choices_until_no_bin_is_small() -> None:
    teachers = people("teacher", "a_plain", _1=1, _2=6, _3=8, _4=20, _5=2, _hard_to_say=4)
    bins = shown(teachers, "a_plain")[TOWN].bins
    assert [(part.choices, part.count) for part in bins] == [(("1", "2"), 7), (("3",), 8), (("4", "5"), 22)]


def test_the_town_shows_no_finer_distribution_than_its_groups_where_that_would_tell_a_small_count_of_a_group() -> None:
    teachers = people("teacher", "a_plain", _1=2, _2=8, _3=10, _4=10, _5=10)
    strata = shown(teachers + people("social", "a_plain", _1=3, _2=1, _3=10, _4=10, _5=10), "a_plain")
    # Of the town's five with choice 1 at most four are in the other group, so somebody in the first one would be among them.
    assert strata["education"].bins[0].choices == ("1", "2")
    assert strata[TOWN].bins[0].choices == ("1", "2")


def test_a_reversed_item_is_ordered_from_the_least_to_the_most_favourable_answer() -> None:
    teachers = people("teacher", "a_turned", _1=9, _2=8, _3=7, _4=6, _5=5, _hard_to_say=4)
    bins = [part.choices for part in shown(teachers, "a_turned")[TOWN].bins]
    assert (bins[0], bins[-1]) == (("5",), ("1",))


def test_a_question_shown_by_a_hidden_answer_is_hidden_too() -> None:
    asked = people("teacher", "trained", yes=18, no=2) + people("social", "trained", yes=16)
    assert {part.hidden for part in shown(asked, "useful").values()} == {"condition"}


def test_a_question_shown_by_a_visible_answer_is_shown() -> None:
    asked = people("teacher", "trained", yes=20, no=9) + people("social", "trained", yes=16, no=9)
    useful: list[Row] = [(role, {**answers, "useful": (str(2 + place % 3),)}) for place, (role, answers) in enumerate(asked)]
    assert shown(useful, "useful")[TOWN].seen == 36


def test_a_score_needs_thirty_people_and_is_rounded() -> None:
    wave = protect_wave(ASKED, count_answers(ASKED, rows(ASKED, 6, 80)))
    raw = raw_wave(ASKED, count_answers(ASKED, rows(ASKED, 6, 80)))
    published, exact = wave.scores["knowledge"][TOWN], raw.scores["knowledge"][TOWN]
    assert published.moments is not None
    assert exact.moments is not None
    assert published.rounding is not None
    assert abs(published.moments.mean - exact.moments.mean) <= published.rounding / 2 + 1e-9
    few = protect_wave(ASKED, count_answers(ASKED, rows(ASKED, 3, 29)))
    assert few.scores["knowledge"][TOWN].hidden == "detail"


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_a_score_is_not_shown_where_its_deviation_would_tell_how_many_erred(wrong: int) -> None:
    everybody = people("teacher", "k_one", a=30 - wrong, b=wrong) + people("social", "k_one", a=30)
    wave = protect_wave(ASKED, count_answers(ASKED, everybody))
    assert {part.hidden for part in wave.scores["knowledge"].values()} == {"small_count"}


@given(st.lists(st.integers(3, 27), min_size=1, max_size=6), st.integers(0, 1), st.integers(0, 40))
def test_a_deviation_that_tells_nothing_agrees_with_every_hidden_count(visible: list[int], ends: int, tenths: int) -> None:
    deviation, answered = tenths / 10, 30
    if deviation_tells(deviation, [(count / answered, count / answered) for count in visible]):
        return
    for few in (0, 1, 2):
        right = [*visible, answered - few if ends else few]
        nested = [sum(count > person for count in right) for person in range(answered)]
        even = [sum(right) // answered + (person < sum(right) % answered) for person in range(answered)]
        assert stdev(even) <= deviation - 0.05
        assert deviation + 0.05 <= stdev(nested)


@pytest.mark.parametrize("silent", [1, 2])
def test_a_score_is_not_shown_where_its_people_would_tell_that_one_or_two_are_without_it(silent: int) -> None:
    answered = rows(ASKED, 6, 80)
    for _, answers in answered[:silent]:
        assert isinstance(answers, dict)
        del answers["k_one"]
    assert protect_wave(ASKED, count_answers(ASKED, answered)).scores["knowledge"][TOWN].moments is None


def test_a_wave_is_protected_the_same_every_time_and_in_any_order_of_people() -> None:
    answered = rows(ASKED, 11, 64)
    first = protect_wave(ASKED, count_answers(ASKED, answered, POPULATION))
    assert protect_wave(ASKED, count_answers(ASKED, answered[::-1], POPULATION)) == first


def test_nobody_but_disclosure_makes_what_may_be_shown() -> None:
    wave = protect_wave(ASKED, count_answers(ASKED, rows(ASKED, 1, 40)))
    table: Any = wave.items["k_one"]
    for forge in (
        lambda: PublicTable(table.item, table.strata),
        lambda: PublicWave(wave.questionnaire, wave.response, wave.items, wave.scores),
        lambda: replace(wave, response={}),
    ):
        with pytest.raises((TypeError, ValueError)):
            forge()


def test_the_gate_refuses_a_pattern_that_lets_a_small_count_be_worked_out() -> None:
    cells: dict[Key, Cell] = {("one",): Cell(1, 0, 20, 1), ("other",): Cell(9, 0, 20, 1), ("both",): Cell(10, 0, 40, 5)}
    table = LinkedTable(cells, (Link(((("one",), 1), (("other",), 1), (("both",), -1)), 0, 0),))
    with pytest.raises(DisclosureRefusedError, match=r"one: must be 1-1"):
        refuse_weak(table, frozenset({("one",)}))
    assert suppress(table) == {("one",), ("other",)}
    assert attack(table, suppress(table), [("one",)]) == {("one",): (0, 10)}


def test_somebody_who_knows_their_own_answer_cannot_tell_whether_they_are_alone() -> None:
    cells: dict[Key, Cell] = {("mine",): Cell(1, 0, 20), ("other",): Cell(2, 0, 20), ("both",): Cell(3, 0, 40)}
    table = LinkedTable(cells, (Link(((("mine",), 1), (("other",), 1), (("both",), -1)), 0, 0),))
    hidden = frozenset({("mine",), ("other",)})
    assert attack(table, hidden, [("mine",), ("other",)], insider=("mine",)) == {("mine",): (1, 3), ("other",): (0, 2)}
    assert weaknesses(table, hidden) == []


def test_a_required_multiple_question_that_people_left_empty_on_paper_refuses_no_wave() -> None:
    """Fewer answers were chosen than people saw it: that all chose one cannot be reckoned with."""
    empty: list[Row] = [(role, {**answers, "topics": ()}) for role, answers in people("teacher", "topics", signs=40)]
    assert count(shown(empty + people("social", "topics", signs=40), "topics")[TOWN], "signs") == 40

"""Counting answers: the numbers from which everything else is computed."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.counts import (
    WaveCounts,
    common_strata,
    count_answers,
    counts_under,
    from_tally,
    merge_small,
    population_under,
    regroup,
)
from tests.analysis.invented import POPULATION, Row, questionnaire, rows

ASKED = questionnaire()
PEOPLE = rows(ASKED, seed=5, people=60)


def in_role(role: str, count: int) -> list[Row]:
    return [(role, {"role": (role,)})] * count


def test_an_item_counts_who_saw_it_who_answered_and_what() -> None:
    people: list[Row] = [
        ("teacher", {"trained": ("yes",), "useful": ("4",), "topics": ("signs", "web")}),
        ("teacher", {"trained": ("yes",), "topics": ("none",)}),
        ("teacher", {"trained": ("no",)}),
    ]
    counts = count_answers(ASKED, people).strata["teacher"]
    assert (counts.items["useful"].seen, counts.items["useful"].answered, counts.items["useful"].options["4"]) == (2, 1, 1)
    assert counts.items["topics"].options == {"signs": 1, "talk": 0, "web": 1, "none": 1}


def test_an_answer_to_an_item_that_was_not_seen_does_not_count() -> None:
    counts = count_answers(ASKED, [("teacher", {"trained": ("no",), "useful": ("4",)})]).strata["teacher"]
    assert (counts.items["useful"].seen, counts.items["useful"].options["4"]) == (0, 0)


def test_a_score_counts_only_those_who_answered_every_item_and_dont_know_is_worth_nothing() -> None:
    people: list[Row] = [
        ("teacher", {"k_one": ("a",), "k_two": ("b",), "k_three": ("dont_know",)}),
        ("teacher", {"k_one": ("a",), "k_two": ("b",)}),
    ]
    assert count_answers(ASKED, people).strata["teacher"].score["knowledge"] == {0: 0, 1: 0, 2: 1, 3: 0}


@pytest.mark.parametrize(
    ("stratum", "answers"),
    [
        ("mayor", {}),
        ("teacher", {"k_one": ("c",)}),
        ("teacher", {"k_one": ("a", "b")}),
        ("teacher", {"topics": ("web", "web")}),
    ],
)
def test_an_unknown_stratum_or_choice_is_refused(stratum: str, answers: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match=r"stratum|choice"):
        count_answers(ASKED, [(stratum, answers)])


@given(st.integers(0, 60), st.randoms())
@settings(max_examples=20)
def test_neither_the_order_of_respondents_nor_splitting_a_file_matters(cut: int, chance: object) -> None:
    shuffled = list(PEOPLE)
    chance.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis hands out a random.Random
    pieces = count_answers(ASKED, shuffled[:cut], POPULATION) + count_answers(ASKED, shuffled[cut:], POPULATION)
    whole = count_answers(ASKED, PEOPLE, POPULATION)
    assert {name: pieces.strata[name] for name in sorted(pieces.strata)} == whole.strata


def test_a_tally_gives_back_every_count() -> None:
    counts = count_answers(ASKED, PEOPLE, POPULATION)
    assert from_tally(reversed(counts.to_tally()), POPULATION) == counts


def test_the_population_of_a_group_is_the_sum_of_its_professions_or_the_number_stated_for_it() -> None:
    group = ASKED.strata.parts[1]
    counted = count_answers(ASKED, in_role("police", 3), {"police": 15, "court": 10, "social": 25})
    assert population_under(counted, group) == 50
    assert population_under(count_answers(ASKED, in_role("police", 3), {"protection": 60}), group) == 60
    assert population_under(count_answers(ASKED, in_role("police", 3), {"court": 10}), group) is None
    assert population_under(count_answers(ASKED, in_role("police", 3)), group) is None


def test_a_stratum_of_fewer_than_five_is_merged_with_its_siblings_along_the_tree() -> None:
    people = (
        in_role("teacher", 20) + in_role("preschool", 5) + in_role("police", 4) + in_role("court", 9) + in_role("social", 9)
    )
    merged = merge_small(count_answers(ASKED, people), ASKED)
    assert {name: part.respondents for name, part in merged.strata.items()} == {
        "teacher": 20,
        "preschool": 5,
        "authority": 13,
        "social": 9,
    }


def test_a_small_population_is_merged_too_and_an_empty_profession_merges_nothing() -> None:
    people = in_role("teacher", 20) + in_role("police", 5) + in_role("court", 6)
    population = {"teacher": 30, "police": 5, "court": 7, "social": 4}
    merged = merge_small(count_answers(ASKED, people, population), ASKED)
    assert {name: part.respondents for name, part in merged.strata.items()} == {"teacher": 20, "preschool": 0, "protection": 11}
    assert merged.population == {"teacher": 30, "preschool": 0, "protection": 16}


def test_a_tally_of_merged_strata_keeps_the_population_that_was_stated_by_profession() -> None:
    population = {"teacher": 25, "social": 25}
    counted = merge_small(count_answers(ASKED, in_role("teacher", 20) + in_role("social", 20), population), ASKED)
    again = from_tally(counted.to_tally(), population)
    assert population_under(again, ASKED.strata) == 50
    assert [population_under(again, group) for group in ASKED.reporting_groups] == [25, 25]


def test_regrouping_refuses_nodes_that_leave_somebody_out_or_count_somebody_twice() -> None:
    counts = count_answers(ASKED, in_role("teacher", 3) + in_role("police", 3))
    assert regroup(counts, ASKED, ["education", "protection"]).strata["protection"].respondents == 3
    for nodes in (["education"], ["*", "education"]):
        with pytest.raises(ValueError, match="cover"):
            regroup(counts, ASKED, nodes)


def test_waves_have_in_common_the_groups_that_hold_the_same_professions() -> None:
    assert common_strata(ASKED, ASKED) == ("education", "protection")


def test_counts_of_the_town_hold_everybody_also_those_without_a_group() -> None:
    counts: WaveCounts = count_answers(ASKED, [*in_role("teacher", 3), ("*", {})])
    assert counts_under(counts, ASKED, ASKED.strata).respondents == 4


def test_counting_needs_no_numerical_library() -> None:
    check = "import sys, analysis.counts; sys.exit(any(name in sys.modules for name in ('numpy', 'scipy', 'pandas')))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0

"""Margins and people who answered twice: they stand beside a comparison, change nothing in it, and rest on what is visible."""

from collections.abc import Sequence
from dataclasses import fields, replace

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from analysis.compare import compare, compare_public
from analysis.compare_margins import FEWEST_FOR_EQUIVALENCE, corrected
from analysis.compare_overlap import answered_twice
from analysis.compare_rows import ComparisonRow
from analysis.counts import count_answers
from analysis.disclosure import protect_wave
from analysis.equivalence import equivalent_share, equivalent_superiority, stratified_equivalent_share
from analysis.overlap import overlap_band
from analysis.suppression import DisclosureRefusedError
from analysis.tables import RawWave, raw_wave
from questionnaires.survey_types import AnsweredBefore, Questionnaire
from tests.analysis.invented import POPULATION, Row, declared, questionnaire, rows

PLAIN = questionnaire()
NEW = frozenset(
    {"margin", "p_equivalence", "equivalent", "twice_least", "twice_most"}
    | {"narrowest_low", "narrowest_high", "widest_low", "widest_high"}
)


ASKED = declared(20)
EARLIER, LATER = rows(PLAIN, 21, 158), rows(PLAIN, 22, 166)


def wave(asked: Questionnaire, people: Sequence[Row], population: dict[str, int] | None = POPULATION) -> RawWave:
    return raw_wave(asked, count_answers(asked, people, population))


def row(found: Sequence[ComparisonRow], item: str, measure: str, stratum: str = "*") -> ComparisonRow:
    return next(r for r in found if (r.item, r.measure, r.stratum) == (item, measure, stratum))


def without_the_new(found: ComparisonRow) -> dict[str, object]:
    return {field.name: getattr(found, field.name) for field in fields(found) if field.name not in NEW}


@settings(max_examples=25)
@given(st.integers(0, 500), st.integers(12, 90), st.integers(12, 90), st.integers(1, 30), st.booleans())
def test_they_change_no_other_number_and_no_verdict(seed: int, n1: int, n2: int, margin: int, public: bool) -> None:  # noqa: FBT001 - drawn
    people = rows(PLAIN, seed, n1), rows(PLAIN, seed + 1000, n2)
    found = []
    for asked in (PLAIN, declared(margin)):
        if public:
            try:
                shown = [protect_wave(asked, count_answers(asked, each, POPULATION)) for each in people]
            except DisclosureRefusedError:
                reject()  # of a dozen people nothing may be left to show
            found.append(compare_public(shown[0], shown[1]).rows)
        else:
            found.append(compare(wave(asked, people[0]), wave(asked, people[1])))
    assert [without_the_new(each) for each in found[0]] == [without_the_new(each) for each in found[1]]
    for each in found[1]:
        if each.hidden or each.cut:
            assert (each.equivalent, each.twice_least, each.widest_low) == (None, None, None)
        if each.equivalent:
            assert each.margin is not None
            assert abs(each.change or 0) < each.margin
        if each.equivalent is not None:
            assert min(each.n_before or 0, each.n_after or 0) >= FEWEST_FOR_EQUIVALENCE
        assert (each.p_equivalence is None) or not public


@settings(max_examples=25)
@given(st.integers(0, 500), st.integers(20, 90), st.integers(20, 90))
def test_the_range_lies_between_its_narrowest_and_its_widest_and_few_or_many_in_both_are_possible(
    seed: int, n1: int, n2: int
) -> None:
    found = compare(wave(ASKED, rows(PLAIN, seed, n1)), wave(ASKED, rows(PLAIN, seed + 1000, n2)))
    told = [each for each in found if each.twice_least is not None]
    assert {each.stratum for each in told} == {"*"}
    for each in told:
        narrow, own, wide = (
            (getattr(each, f"{name}_low"), getattr(each, f"{name}_high")) for name in ("narrowest", "change", "widest")
        )
        assert wide[0] <= own[0] + 1e-9
        assert own[0] <= narrow[0] + 1e-9
        assert narrow[1] <= own[1] + 1e-9
        assert own[1] <= wide[1] + 1e-9
        least, most = each.twice_least or 0, each.twice_most or 0
        assert 0 <= least <= most <= min(each.n_before or 0, each.n_after or 0)


def test_a_share_of_one_sample_has_the_numbers_of_both_methods() -> None:
    one_group = {"teacher": 240}
    people = [[("teacher", {**answers, "role": ("teacher",)}) for _, answers in each] for each in (EARLIER, LATER)]
    waves = [wave(ASKED, each, one_group) for each in people]
    found = row(compare(waves[0], waves[1]), "k_one", "correct")
    assert found.count_before is not None
    assert found.count_after is not None
    same = equivalent_share(found.count_before, 158, found.count_after, 166, 0.2)
    assert same is not None
    assert (found.margin, found.p_equivalence) == (0.2, same.p_value)
    twice = answered_twice(waves[0], waves[1])
    assert twice is not None
    band = overlap_band(found.count_before, 158, found.count_after, 166, 240, twice.people)
    assert band is not None
    assert (found.narrowest_low, found.narrowest_high) == pytest.approx((band.narrowest.low, band.narrowest.high))
    assert (found.widest_low, found.widest_high) == pytest.approx((band.widest.low, band.widest.high))
    assert twice.to_json() == {
        "said_yes": twice.said_yes,
        "said_no": twice.said_no,
        "answered": 166,
        "least": max(158 + 166 - 240, twice.said_yes or 0),
        "most": min(158, 166 - (twice.said_no or 0)),
        "by_chance": round(158 * 166 / 240),
    }


def test_where_the_change_is_over_groups_so_is_its_margin_and_a_tendency_has_half_of_it() -> None:
    enough = {name: 3 * people for name, people in POPULATION.items()}
    before, after = wave(ASKED, EARLIER, enough), wave(ASKED, LATER, enough)
    found = compare(before, after)
    town = row(found, "k_one", "correct")
    groups = [row(found, "k_one", "correct", name) for name in before.strata[1:]]
    x1, n1, people1 = ([getattr(each, f"{name}_before") for each in groups] for name in ("count", "n", "population"))
    x2, n2, people2 = ([getattr(each, f"{name}_after") for each in groups] for name in ("count", "n", "population"))
    same = stratified_equivalent_share(x1, n1, people1, x2, n2, people2, 0.2)
    assert same is not None
    assert town.p_equivalence == pytest.approx(same.p_value)
    tendency = row(found, "a_plain", "superiority")
    bins = [[part.count for part in each.items["a_plain"].strata["*"].bins] for each in (before, after)]
    half = equivalent_superiority(bins[0], bins[1], 0.1)
    assert half is not None
    assert (tendency.margin, tendency.p_equivalence) == (0.1, half.p_value)
    score = row(found, PLAIN.scores[0].id, "score")
    assert score.margin == 1.0
    assert score.p_equivalence is not None


def test_what_is_practically_the_same_is_corrected_for_the_number_of_questions_as_verdicts_are() -> None:
    found = row(compare(wave(ASKED, EARLIER), wave(ASKED, LATER)), "a_plain", "favourable")
    rows_of = [replace(found, family="headline", p_equivalence=p, verdict="no_clear_change") for p in (0.01, 0.02, 0.04, None)]
    assert corrected(rows_of) == {0: True, 1: True, 2: True}
    assert corrected([*rows_of, replace(found, family="headline", p_equivalence=0.9)]) == {
        0: True,
        1: False,
        2: False,
        4: False,
    }
    others = [replace(each, family="other_items") for each in rows_of]
    assert corrected([*others, replace(found, family="other_items", p_equivalence=0.03)]) == {
        0: True,
        1: True,
        2: True,
        4: True,
    }
    few = [replace(each, verdict="too_few") for each in rows_of]
    assert corrected(few) == {}


def test_the_band_needs_neighbours_both_numbers_of_people_and_a_visible_answer() -> None:
    before, after = wave(ASKED, EARLIER), wave(ASKED, LATER)
    assert answered_twice(before, after) is not None
    assert all(each.twice_least is None for each in compare(before, after, neighbours=False))
    assert answered_twice(wave(ASKED, EARLIER, None), after) is None
    assert answered_twice(before, wave(PLAIN, LATER)) is None
    no = [(leaf, {**answers, "trained": ("no",), "useful": ()}) for leaf, answers in LATER[1:90]]
    shown = [protect_wave(ASKED, count_answers(ASKED, each, POPULATION)) for each in (EARLIER[:90], [*no, LATER[0]])]
    figures = shown[1].items["trained"].strata["*"]
    assert (figures.figure("yes").count, figures.figure("no").count) == (None, None), "one person is not told apart"
    assert answered_twice(shown[0], shown[1]) is None
    assert all(each.widest_low is None for each in compare_public(shown[0], shown[1]).rows)


def test_a_part_of_those_who_said_yes_never_passes_for_all_of_them() -> None:
    """One of two answers that mean yes is hidden; the visible one told alone would be too small a number."""
    asked = replace(ASKED, answered_before=AnsweredBefore("source", ("law", "web"), ("colleague",)))
    said = ["law"] * 60 + ["colleague"] * 60 + ["web"] * 2 + ["hard_to_say"] * 44
    later = [(leaf, {**answers, "source": (word,)}) for (leaf, answers), word in zip(LATER, said, strict=True)]
    shown = [protect_wave(asked, count_answers(asked, each, POPULATION)) for each in (EARLIER, later)]
    figures = shown[1].items["source"].strata["*"]
    assert [figures.figure(choice).count for choice in ("law", "web", "colleague")] == [60, None, 60]
    twice = answered_twice(shown[0], shown[1])
    assert twice is not None
    assert (twice.said_yes, twice.said_no) == (None, 60)
    assert (twice.people.least, twice.people.most) == (158 + 166 - sum(POPULATION.values()), 166 - 60)


def test_where_the_town_grew_or_shrank_whoever_was_in_the_smaller_number_is_taken_to_have_been_there_both_times() -> None:
    grown = {name: people + 10 for name, people in POPULATION.items()}
    one, other = wave(ASKED, EARLIER), wave(ASKED, LATER, grown)
    twice = answered_twice(one, other)
    assert twice is not None
    assert (twice.people.by_chance, twice.largest) == (158 * 166 / 290, 290)
    assert answered_twice(one, wave(ASKED, LATER, {"teacher": 100})) is None, "more answers than people"

"""Comparing two waves: levels, changes, verdicts, and what must always hold between them."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.change import cohens_h, hedges_g, stratified_newcombe_fpc
from analysis.compare import compare, compare_public
from analysis.compare_rows import ComparisonRow
from analysis.compare_scores import ScoreSide, score_numbers
from analysis.compare_shares import Part, ShareSide, share_numbers
from analysis.counts import count_answers, counts_under
from analysis.disclosure import protect_wave
from analysis.estimates import Moments, share, stratified_share
from analysis.significance import boschloo, brunner_munzel, cochran_mantel_haenszel, welch
from analysis.tables import raw_wave
from questionnaires.survey_types import Questionnaire
from tests.analysis.invented import POPULATION, Row, questionnaire, rows

ASKED = questionnaire()
EARLIER, LATER = rows(ASKED, 21, 58), rows(ASKED, 22, 66)


def compared(before: Sequence[Row], after: Sequence[Row], population: dict[str, int] | None = None) -> list[ComparisonRow]:
    waves = [raw_wave(ASKED, count_answers(ASKED, people, population)) for people in (before, after)]
    return list(compare(waves[0], waves[1]))


def published(before: Sequence[Row], after: Sequence[Row], population: dict[str, int] | None = None) -> list[ComparisonRow]:
    waves = [protect_wave(ASKED, count_answers(ASKED, people, population)) for people in (before, after)]
    return list(compare_public(waves[0], waves[1]).rows)


def row(
    found: Sequence[ComparisonRow], item: str, measure: str, stratum: str = "*", choice: str | None = None
) -> ComparisonRow:
    return next(r for r in found if (r.item, r.measure, r.stratum, r.choice) == (item, measure, stratum, choice))


def right(people: Sequence[Row], group: str | None = None) -> tuple[int, int]:
    inside = [answers for stratum, answers in people if group in (None, ASKED.reporting_group(stratum))]
    return sum(tuple(answers["k_one"]) == ("a",) for answers in inside), len(inside)


def test_without_a_population_the_town_is_one_sample() -> None:
    found = row(compared(EARLIER, LATER), "k_one", "correct")
    (x1, n1), (x2, n2) = right(EARLIER), right(LATER)
    level, test = share(x1, n1), boschloo(x1, n1, x2, n2)
    assert level is not None
    assert level.interval is not None
    assert test is not None
    assert (found.before, found.before_low, found.before_high) == (level.share, level.interval.low, level.interval.high)
    assert found.change == pytest.approx(x2 / n2 - x1 / n1)
    assert found.effect == pytest.approx(cohens_h(x1 / n1, x2 / n2))
    assert found.p == test.p_value
    assert found.method == "wilson; newcombe; boschloo; holm"


def test_no_change_is_clear_where_weighting_and_the_test_within_groups_point_opposite_ways() -> None:
    def wave(teachers: int, social: int) -> list[Row]:
        marks = [("teacher", n < teachers) for n in range(10)] + [("social", n < social) for n in range(20)]
        return [(role, {"role": (role,), "k_one": ("a" if right else "b",)}) for role, right in marks]

    # Of 100 teachers 10 answered and fell by a fifth; of 20 in the other group all answered, and rose steeply.
    found = row(compared(wave(6, 2), wave(4, 18), {"teacher": 100, "social": 20}), "k_one", "correct")
    assert found.change == pytest.approx(-1 / 30)
    assert (found.p, found.verdict) == (1, "no_clear_change")


def test_waves_with_people_in_different_groups_are_compared_as_whole_towns() -> None:
    first = ShareSide(15, 30, 90, parts=(Part("schools", 10, 20, 60), Part("police", 5, 10, 30)))
    second = ShareSide(15, 30, 90, parts=(Part("schools", 10, 20, 60), Part("courts", 5, 10, 30)))
    assert "newcombe with fpc; boschloo" in share_numbers(first, second, compared=True)[1]
    assert "stratified newcombe" in share_numbers(first, first, compared=True)[1]


def test_with_known_groups_the_town_is_post_stratified_and_tested_within_them() -> None:
    found = row(compared(EARLIER, LATER, POPULATION), "k_one", "correct")
    groups = [(right(EARLIER, group), right(LATER, group)) for group in ("education", "protection")]
    x1, n1 = [before[0] for before, _ in groups], [before[1] for before, _ in groups]
    x2, n2 = [after[0] for _, after in groups], [after[1] for _, after in groups]
    people = [110, 130]
    level, moved = stratified_share(x1, n1, people), stratified_newcombe_fpc(x1, n1, people, x2, n2, people)
    test = cochran_mantel_haenszel(x1, n1, x2, n2)
    assert level is not None
    assert moved is not None
    assert moved.interval is not None
    assert test is not None
    assert found.before == level.share
    assert (found.change, found.change_low, found.change_high) == (moved.change, moved.interval.low, moved.interval.high)
    assert found.p == test.p_value
    assert (found.population_before, found.count_before, found.n_before) == (240, sum(x1), sum(n1))


def test_a_reporting_group_has_the_exact_interval_of_its_own_people() -> None:
    found = row(compared(EARLIER, LATER, POPULATION), "k_one", "correct", "education")
    x, n = right(EARLIER, "education")
    level = share(x, n, 110)
    assert level is not None
    assert level.interval is not None
    assert (found.before_low, found.before_high) == (level.interval.low, level.interval.high)
    assert found.method.startswith("hypergeometric; newcombe with fpc; boschloo")


def test_a_likert_item_tells_how_probably_a_later_answer_is_more_favourable() -> None:
    found = row(compared(EARLIER, LATER), "a_turned", "superiority")
    tables = [[sum(tuple(a["a_turned"]) == (str(c),) for _, a in wave) for c in (5, 4, 3, 2, 1)] for wave in (EARLIER, LATER)]
    test = brunner_munzel(tables[0], tables[1])
    assert test is not None
    assert found.p == test.p_value
    assert found.after is not None
    assert found.effect == pytest.approx(2 * found.after - 1)
    assert found.change == pytest.approx(found.after - 0.5)


def test_a_score_has_welchs_test_and_hedges_g() -> None:
    found = row(compared(EARLIER, LATER), "knowledge", "score")
    histograms = [
        list(counts_under(count_answers(ASKED, wave), ASKED, ASKED.strata).score["knowledge"].values())
        for wave in (EARLIER, LATER)
    ]
    test = welch((0, 1, 2, 3), histograms[0], histograms[1])
    assert test is not None
    assert found.p == pytest.approx(test.p_value)
    assert found.effect == pytest.approx(hedges_g((0, 1, 2, 3), histograms[0], histograms[1]))
    assert found.base == "complete"


@pytest.mark.parametrize("right", [True, False])
def test_no_range_of_a_mean_score_passes_the_ends_of_its_scale(*, right: bool) -> None:
    """Ten of many answer, and all but one of them know everything, or nothing: t alone would reach to 3.1 of 3, or below 0."""
    known = [{item: ("a" if item != "k_two" else "b",) if right else ("dont_know",) for item in ASKED.scores[0].items}] * 9
    sheets = [*known, {**known[0], "k_one": ("dont_know",) if right else ("a",)}]
    wave = [(leaf, {**answers, **sheet}) for (leaf, answers), sheet in zip(EARLIER, sheets, strict=False)]
    found = row(compared(wave, wave, POPULATION), "knowledge", "score")
    limits = (found.before_low, found.before_high) if right else (found.after_low, found.after_high)
    assert None not in limits
    assert limits == pytest.approx((2.678, 3) if right else (0, 0.322), abs=0.001)


means = st.tuples(st.floats(0.5, 5.5), st.floats(0.5, 5.5))


@given(means, st.sampled_from([0.1, 0.2, 0.5]), st.sampled_from([60, 61, 85]))
def test_a_rounded_score_is_never_told_to_be_surer_than_the_exact_one(
    of_waves: tuple[float, float], step: float, people: int
) -> None:
    """Its range holds that of the exact means, and no change is clearer than theirs; of 60 people everybody answers."""
    exact = [ScoreSide(Moments(60, mean, 2.25), people) for mean in of_waves]
    coarse = [ScoreSide(Moments(60, round(mean / step) * step, 2.25), people, rounding=step) for mean in of_waves]
    (known, _), (told, _) = (score_numbers(*sides, compared=True) for sides in (exact, coarse))
    numbers = {name: float(value) for name, value in told.items() if value is not None}
    real = {name: float(value) for name, value in known.items() if value is not None}
    for name in ("change",) if people == 60 else ("before", "after", "change"):
        assert numbers[f"{name}_low"] <= real[f"{name}_low"] + 1e-9
        assert numbers[f"{name}_high"] >= real[f"{name}_high"] - 1e-9
    assert numbers["p"] >= real["p"] - 1e-9
    assert numbers["smallest_visible_change"] == pytest.approx(real["smallest_visible_change"] + step)


def test_a_change_that_rounding_alone_could_make_is_no_change() -> None:
    then, now = (ScoreSide(Moments(60, mean, 0.25), 60, rounding=0.5) for mean in (2.5, 3.0))
    told, _ = score_numbers(then, now, compared=True)
    assert told["p"] == 1
    # Everybody answered: the rounded numbers stand by themselves, but between them lies what was rounded away.
    assert (told["before_low"], told["before_high"]) == (2.5, 2.5)
    assert (told["change_low"], told["change_high"]) == (0, 1)


def test_the_bases_are_those_of_the_interface() -> None:
    found = compared(EARLIER, LATER)
    outside = sum(next(iter(answers["a_plain"])) in ("hard_to_say", "not_my_work") for _, answers in EARLIER)
    assert row(found, "a_plain", "favourable").n_before == len(EARLIER) - outside
    assert row(found, "a_plain", "share", choice="hard_to_say").n_before == len(EARLIER)
    assert row(found, "k_one", "correct").n_before == len(EARLIER)
    assert row(found, "topics", "share", choice="none").n_before == len(EARLIER)


def test_swapping_the_waves_negates_the_change_and_mirrors_the_interval() -> None:
    there, back = compared(EARLIER, LATER, POPULATION), compared(LATER, EARLIER, POPULATION)
    assert len(there) == len(back)
    for one, other in zip(there, back, strict=True):
        if one.change is None:
            assert other.change is None
            continue
        assert other.change == pytest.approx(-one.change)
        assert other.p == pytest.approx(one.p)
        if one.change_low is not None and one.change_high is not None:
            assert (other.change_low, other.change_high) == pytest.approx((-one.change_high, -one.change_low))


def test_the_order_of_respondents_never_matters() -> None:
    shuffled = list(EARLIER)
    random.Random(3).shuffle(shuffled)  # noqa: S311 - any order will do
    assert compared(shuffled, LATER, POPULATION) == compared(EARLIER, LATER, POPULATION)
    assert published(shuffled, LATER, POPULATION) == published(EARLIER, LATER, POPULATION)


def test_where_everybody_answered_the_level_has_no_width() -> None:
    everybody = {"education": len([1 for s, _ in EARLIER if s in ("teacher", "preschool")])}
    everybody["protection"] = len(EARLIER) - everybody["education"]
    found = row(compared(EARLIER, EARLIER, everybody), "k_one", "correct")
    assert found.before_low == pytest.approx(found.before)
    assert found.before_high == pytest.approx(found.before)
    assert (found.change, found.verdict) == (0, "no_clear_change")


def test_fewer_than_ten_answers_get_no_verdict() -> None:
    found = row(compared(EARLIER[:9], LATER), "k_one", "correct")
    assert (found.verdict, found.p_adjusted) == ("too_few", None)


def test_no_answers_at_all_give_no_numbers_and_no_error() -> None:
    assert all(r.change is None and r.verdict == "too_few" for r in compared([], LATER))
    assert all(r.before is None for r in published([], []))


def test_a_clear_rise_is_called_one_and_the_family_is_named() -> None:
    before: list[Row] = [(s, {**a, "k_one": ("b" if place % 3 else "a",)}) for place, (s, a) in enumerate(EARLIER)]
    after: list[Row] = [(s, {**a, "k_one": ("a" if place % 5 else "b",)}) for place, (s, a) in enumerate(LATER)]
    up, down = row(compared(before, after), "k_one", "correct"), row(compared(after, before), "k_one", "correct")
    assert (up.verdict, up.family, up.p_below_05) == ("clear_rise", "headline", True)
    assert down.verdict == "clear_fall"
    assert {r.family for r in compared(before, after)} == {
        "headline",
        "other_items",
        "superiority",
        "scores",
        "reporting_groups",
    }


def test_an_item_that_may_not_be_compared_keeps_its_levels_and_gets_no_change() -> None:
    other = _with_correct("b")
    before = raw_wave(ASKED, count_answers(ASKED, EARLIER))
    after = raw_wave(other, count_answers(other, LATER))
    found = row(compare(before, after), "k_one", "correct")
    assert (found.verdict, found.cut, found.change, found.p) == ("not_comparable", "scoring", None, None)
    assert found.before is not None
    assert found.after is not None


def _with_correct(choice: str) -> Questionnaire:
    section = ASKED.sections[0]
    items = tuple(replace(item, correct=choice) if item.id == "k_one" else item for item in section.items)
    return replace(ASKED, sections=(replace(section, items=items),))


def test_whatever_hangs_on_a_hidden_count_is_hidden_with_it() -> None:
    for r in published(EARLIER, LATER, POPULATION):
        assert r.p is None
        assert r.p_adjusted is None
        if r.hidden:
            assert r.verdict in ("too_few", "not_comparable")
            assert (r.change, r.change_low, r.change_high, r.effect, r.p_below_05, r.smallest_visible_change) == (None,) * 6
        if r.hidden_before:
            assert (r.before, r.before_low, r.before_high, r.count_before) == (None,) * 4


def test_a_wave_shows_the_same_counts_whatever_it_is_compared_with() -> None:
    third = rows(ASKED, 23, 71)
    with_second = {(r.item, r.choice, r.stratum, r.measure): r for r in published(EARLIER, LATER)}
    for r in published(EARLIER, third):
        other = with_second[r.item, r.choice, r.stratum, r.measure]
        if r.measure != "superiority":
            assert (r.count_before, r.hidden_before, r.band_before) == (
                other.count_before,
                other.hidden_before,
                other.band_before,
            )


def test_what_is_published_without_being_hidden_is_true() -> None:
    raw = {(r.item, r.choice, r.stratum, r.measure): r for r in compared(EARLIER, LATER)}
    seen = 0
    for r in published(EARLIER, LATER):
        if r.measure not in ("superiority", "score") and r.count_after is not None:
            seen += 1
            assert r.count_after == raw[r.item, r.choice, r.stratum, r.measure].count_after
    assert seen > 10


def test_only_protected_waves_enter_a_public_comparison() -> None:
    raw = raw_wave(ASKED, count_answers(ASKED, EARLIER))
    with pytest.raises(TypeError, match="disclosure"):
        compare_public(raw, raw)  # type: ignore[arg-type] # the point of the test

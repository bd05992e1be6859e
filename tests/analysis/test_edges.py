"""Each line of the table "At the edges" on the page of methods, asked of the public functions."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from analysis import change, domains, estimates, multiplicity, overlap, scales, significance, trend
from analysis.compare import compare, compare_public
from analysis.compare_overlap import answered_twice
from analysis.counts import count_answers
from analysis.disclosure import protect_wave
from analysis.estimates import Interval, check_count
from analysis.tables import raw_wave
from questionnaires.texts import Text
from tests.analysis.invented import POPULATION, declared, questionnaire, rows

PAGE = Path(__file__).parents[2] / "docs" / "methods.md"


def without_answers() -> None:
    assert estimates.share(0, 0, 85) is None
    assert estimates.mean([0, 1], [0, 0], 85) is None
    assert change.share_change(0, 0, 3, 9) is None
    assert change.superiority([0, 0], [3, 4]) is None


def one_answer() -> None:
    assert estimates.share(1, 1, 85) == estimates.ShareEstimate(1.0, None)
    assert estimates.share(1, 1, 1) == estimates.ShareEstimate(1.0, Interval(1.0, 1.0))
    level = estimates.mean([0, 1], [0, 1], 85)
    assert level is not None
    assert level.interval is None


def everybody() -> None:
    assert estimates.share(43, 60, 60) == estimates.ShareEstimate(43 / 60, Interval(43 / 60, 43 / 60))
    level = estimates.mean([0, 1], [3, 4], 7)
    assert level is not None
    assert level.interval == Interval(4 / 7, 4 / 7)


def all_tied() -> None:
    found = change.superiority_estimate([0, 30, 0], [0, 40, 0])
    tested = significance.brunner_munzel([0, 30, 0], [0, 40, 0])
    assert found is not None
    assert tested is not None
    assert (found.probability, found.interval, tested.p_value) == (0.5, None, 1.0)


def separated() -> None:
    for before, after, probability in (([3, 0], [0, 4], 1.0), ([0, 4], [3, 0], 0.0)):
        found, tested = change.superiority_estimate(before, after), significance.brunner_munzel(before, after)
        assert found is not None
        assert tested is not None
        assert (found.probability, found.interval) == (probability, None)
        assert tested.method == "exact_permutation"
        assert tested.p_value == pytest.approx(1 / math.comb(7, 3))


def equal_answers() -> None:
    found = estimates.mean([0, 1], [0, 9], 20)
    assert found is not None
    assert (found.mean, found.interval) == (1.0, None)


def nothing_varies() -> None:
    moved = change.mean_change(estimates_mean([0, 5], 20), estimates_mean([5, 0], 20))
    tested = significance.welch([0, 1], [0, 5], [5, 0])
    assert moved.interval is None
    assert tested is not None
    assert tested.p_value == pytest.approx(2 / math.comb(10, 5))


def estimates_mean(table: list[int], population: int) -> estimates.MeanEstimate:
    found = estimates.mean([0, 1], table, population)
    assert found is not None
    return found


def no_variance_in_an_item() -> None:
    alike = scales.cronbach_alpha(4, [10, 11, 16], [[30, 32, 40], [32, 35, 44], [40, 44, 64]])
    shown = scales.kuder_richardson(60, [(43, 43), (31, 31), (60, 60)], (0.8, 0.9))
    assert alike is not None
    assert shown is not None
    assert (alike.left_out, shown.left_out) == ((2,), (2,))


def stratum_without_answers() -> None:
    assert estimates.stratified_share([3, 0], [5, 0], [9, 4]) is None
    assert estimates.poststratified_mean([0, 1], [[2, 3], [0, 0]], [9, 4]) is None


def stratum_with_one_answer() -> None:
    found = estimates.stratified_share([3, 1], [5, 1], [9, 4])
    assert found is not None
    assert found.share == pytest.approx(9 / 13 * 3 / 5 + 4 / 13)
    assert found.interval is None


def stratum_of_one() -> None:
    known, alone = estimates.stratified_share([3, 1], [5, 1], [9, 1]), estimates.stratified_share([3], [5], [9])
    assert known is not None and known.interval is not None  # noqa: PT018 - for the type
    assert alone is not None and alone.interval is not None  # noqa: PT018 - for the type
    assert known.interval.high - known.interval.low == pytest.approx(0.9 * (alone.interval.high - alone.interval.low))


def overlap_without_meaning() -> None:
    for counts in ((31, 60, 0, 60, 85), (31, 60, 60, 60, 85), (31, 60, 43, 60, 60)):
        found = overlap.overlap_band(*counts, overlap.Overlap(35, 60, 42.4))
        assert found is not None
        assert found.narrowest == found.widest == found.change.interval


def overlap_of_one_answer() -> None:
    assert overlap.overlap_band(0, 1, 3, 9, 20, overlap.Overlap(0, 1, 0.45)) is None


def domain_that_does_not_vary() -> None:
    found = domains.domain_share([5, 0], [5, 4], [5, 4], [24, 16])
    assert found is not None
    assert 0 < found.share < 1
    assert found.interval == estimates.score_limits(found.share, (24 + 16) ** 2 / (24**2 / 5 + 16**2 / 4))


def no_omega() -> None:
    table = [[300, 285, 318, 300], [285, 350, 345, 320], [318, 345, 440, 368], [300, 320, 368, 390]]
    assert scales.omega_total(60, [120, 130, 150, 140], table) is not None
    assert scales.omega_total(49, [120, 130, 150, 140], table) is None
    assert scales.omega_total(60, [0, 0, 0], [[60, -20, -20], [-20, 60, -20], [-20, -20, 60]]) is None


def one_date() -> None:
    levels = [estimates_mean([3, 4], 20), estimates_mean([2, 5], 20)]
    assert trend.mean_slope(levels, [1.0, 1.0]) is None
    assert significance.cochran_armitage([3, 4], [9, 9], [1, 1]) is None
    assert trend.jonckheere([[3, 4], [2, 5]], [1, 1]) is None


def changed_wording() -> None:
    asked = questionnaire()
    item = replace(asked.item("k_one"), label=Text("Cits", "Another", "Другой"))
    sections = tuple(
        replace(section, items=tuple(item if one.id == item.id else one for one in section.items)) for section in asked.sections
    )
    later = replace(asked, version=asked.version + 1, sections=sections)
    waves = [raw_wave(one, count_answers(one, rows(one, seed, 60), POPULATION)) for one, seed in ((asked, 3), (later, 4))]
    found = [row for row in compare(waves[0], waves[1]) if row.item == "k_one"]
    assert found
    assert {(row.verdict, row.change, row.p) for row in found} == {("not_comparable", None, None)}


def impossible_counts() -> None:
    with pytest.raises(ValueError, match="86 answered out of a population of 85"):
        estimates.share(43, 86, 85)
    with pytest.raises(ValueError, match="61 of 60"):
        check_count(61, 60)


def no_margin() -> None:
    plain, with_one = questionnaire(), declared(10)
    for asked, people in ((plain, 60), (with_one, 29)):
        waves = [raw_wave(asked, count_answers(asked, rows(asked, seed, people))) for seed in (3, 4)]
        assert {row.equivalent for row in compare(waves[0], waves[1])} == {None}


def both_hidden() -> None:
    asked = declared(10)
    waves = [
        protect_wave(asked, count_answers(asked, rows(asked, seed, people), POPULATION)) for seed, people in ((3, 60), (4, 9))
    ]
    assert answered_twice(waves[0], waves[1]) is None
    assert {row.widest_low for row in compare_public(waves[0], waves[1]).rows} == {None}


def missing_p() -> None:
    for corrected in (multiplicity.holm, multiplicity.benjamini_hochberg, multiplicity.bonferroni):
        assert corrected([None, 0.04, None]) == [None, 0.04, None]


CHECKS: dict[str, Callable[[], None]] = {
    "n = 0": without_answers,
    "n = 1": one_answer,
    "everybody answered": everybody,
    "all answers tied": all_tied,
    "complete separation": separated,
    "all answers of a wave equal, not everybody answered": equal_answers,
    "neither wave varies, means differ": nothing_varies,
    "item of zero variance": no_variance_in_an_item,
    "stratum with people but no answer": stratum_without_answers,
    "stratum with one answer out of several people": stratum_with_one_answer,
    "stratum of one person, who answered": stratum_of_one,
    "everybody of a wave answered, or a share of 0 or 100 %": overlap_without_meaning,
    "one answer out of several people in a wave": overlap_of_one_answer,
    "no group varies within a domain, share neither 0 nor 100 %": domain_that_does_not_vary,
    "fewer than 50 complete answers, or no one common factor": no_omega,
    "waves with fewer than two dates": one_date,
    "changed wording without a recorded decision": changed_wording,
    "more answers than people, more having than asked": impossible_counts,
    "no margin declared, or fewer than 30 answers in a wave": no_margin,
    'both counts of "did you answer last time?" hidden': both_hidden,
    "p missing": missing_p,
}


def test_the_page_names_the_cases_that_are_tried_here() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## At the edges")[2].partition("\n## ")[0]
    assert re.findall(r"^\| (?!Case)([^|]+) \|", table, flags=re.MULTILINE) == list(CHECKS)


@pytest.mark.parametrize("case", list(CHECKS))
def test_at_the_edge_the_functions_give_what_the_page_says(case: str) -> None:
    CHECKS[case]()

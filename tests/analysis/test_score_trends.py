"""Trends of mean scores: told from protected waves alone, over the whole time, and not at all where one wave hides its mean."""

import random
from collections import Counter
from datetime import date

import pytest

from analysis.counts import count_answers
from analysis.disclosure import PublicWave, protect_wave
from analysis.score_trends import score_trends
from analysis.tables import TOWN, raw_wave
from analysis.trend import rounding_of_slope
from analysis.trend_lines import shares_of_time
from analysis.verdicts import TrendLine
from tests.analysis.invented import POPULATION, questionnaire, rows

ASKED = questionnaire()
SCORE = ASKED.scores[0]
DAYS = [date(2024, 3, 1), date(2025, 3, 1), date(2027, 3, 1)]


def wave(seed: int, knowing: float, people: int = 80, *, everybody: bool = False) -> PublicWave:
    """A protected wave in which each question of the score is known with the same chance; *everybody*: nobody else is there."""
    chance = random.Random(seed)  # noqa: S311 - invented answers must be the same on every run
    sheets = []
    for leaf, answers in rows(ASKED, seed, people):
        known = {item: ("dont_know" if chance.random() > knowing else str(ASKED.item(item).correct),) for item in SCORE.items}
        sheets.append((leaf, {**answers, **known}))
    there = Counter(leaf for leaf, _ in sheets) if everybody else POPULATION
    return protect_wave(ASKED, count_answers(ASKED, sheets, there))


def test_a_score_that_rises_is_told_in_points_over_the_whole_time() -> None:
    waves = [wave(seed, knowing) for seed, knowing in enumerate((0.3, 0.45, 0.75))]
    line = score_trends(waves, [SCORE.id], DAYS)[0]
    assert line.verdict == "clear_rise"
    assert line.change == pytest.approx(len(SCORE.items) * 0.45, abs=0.4)
    assert line.change is not None
    assert line.low is not None
    assert line.high is not None
    assert 0 < line.low < line.change < line.high
    back = score_trends(waves[::-1], [SCORE.id], [date(2024, 3, 1), date(2026, 3, 1), date(2027, 3, 1)])[0]
    assert back.verdict == "clear_fall"
    assert back.change == pytest.approx(-line.change, abs=0.01)


def test_a_score_that_stays_has_no_clear_change_and_one_hidden_mean_hides_all_of_it() -> None:
    waves = [wave(seed, 0.5) for seed in (1, 2, 3)]
    assert score_trends(waves, [SCORE.id], DAYS)[0].verdict == "no_clear_change"
    few = wave(4, 0.5, people=20)
    assert few.scores[SCORE.id][TOWN].moments is None
    assert score_trends([waves[0], few, waves[2]], [SCORE.id], DAYS) == (TrendLine(None, None, None, "too_few"),)


def test_where_everybody_answered_every_time_the_change_is_known_but_for_its_rounding() -> None:
    waves = [wave(seed, knowing, everybody=True) for seed, knowing in enumerate((0.3, 0.45, 0.75))]
    steps = [each.scores[SCORE.id][TOWN].rounding or 0.0 for each in waves]
    assert min(steps) > 0
    line = score_trends(waves, [SCORE.id], DAYS)[0]
    assert line.change is not None
    width = rounding_of_slope([step / 2 for step in steps], shares_of_time(DAYS))
    assert (line.low, line.high) == pytest.approx((line.change - width, line.change + width))


def test_two_waves_have_no_trend_and_what_is_not_protected_is_refused() -> None:
    first = wave(1, 0.5)
    with pytest.raises(ValueError, match="needs at least 3 waves"):
        score_trends([first, first], [SCORE.id], DAYS[:2])
    raw = raw_wave(ASKED, count_answers(ASKED, rows(ASKED, 1, 60), POPULATION))
    with pytest.raises(TypeError):
        score_trends([raw] * 3, [SCORE.id], DAYS)  # type: ignore[list-item]

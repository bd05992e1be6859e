"""How many people have how many points of a score: what is shown, and who notices when it is not guarded."""

import os
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import disclosure
from analysis.counts import count_answers
from analysis.disclosure import PublicWave, protect_wave
from analysis.levels import public_levels
from analysis.point_cuts import cut
from analysis.tables import TOWN, PointBin
from questionnaires.survey_types import Questionnaire
from tests.analysis.defences import without_bins_of_enough_people, without_trying_bins
from tests.analysis.invented import POPULATION, Row, questionnaire, rows, truth, wider
from tests.analysis.test_attacker import loot_of
from tests.attacker.judging import learnt, more_told_of_groups, told_to, weak_points

ASKED = questionnaire()
WIDE = wider(ASKED, 5)
TRUTHS = int(os.environ.get("TRUTHS", "2"))


Without = Callable[[pytest.MonkeyPatch], None]


def bins_of(wave: PublicWave) -> tuple[PointBin, ...]:
    return wave.scores["knowledge"][TOWN].bins or ()


def protected(asked: Questionnaire, people: list[Row]) -> PublicWave:
    return protect_wave(asked, count_answers(asked, people, POPULATION))


@given(most=st.integers(1, 20), people=st.integers(30, 2000), share=st.floats(0, 1), deviation=st.floats(0.1, 10))
def test_a_cut_holds_every_number_of_points_once(most: int, people: int, share: float, deviation: float) -> None:
    chosen = cut(most, people, share * most, deviation)
    if chosen is not None:
        assert [value for low, high in chosen for value in range(low, high + 1)] == list(range(most + 1))
        assert len({high - low for low, high in chosen[1:-1]}) <= 1, "bins within are equally wide"
        assert len(chosen) >= 3


def test_bins_hold_everybody_and_never_one_or_two_people() -> None:
    shown = [bins_of(protected(WIDE, rows(WIDE, 4, 150))), bins_of(protected(ASKED, rows(ASKED, 5, 100)))]
    assert [[(part.low, part.high, part.count) for part in bins] for bins in shown] == [
        [(0, 4, 36), (5, 5, 35), (6, 6, 25), (7, 8, 54)], [(0, 1, 21), (2, 2, 53), (3, 3, 26)],
    ]  # fmt: skip
    assert [sum(part.count for part in bins) for bins in shown] == [150, 100]


def test_groups_and_fewer_than_thirty_people_have_no_bins() -> None:
    wave = protected(WIDE, rows(WIDE, 4, 150))
    assert all(wave.scores["knowledge"][name].bins is None for name in wave.strata if name != TOWN)
    assert bins_of(protected(WIDE, rows(WIDE, 4, 29))) == ()


def test_means_and_all_other_figures_are_what_they_are_without_bins(monkeypatch: pytest.MonkeyPatch) -> None:
    people = rows(WIDE, 4, 150)
    shown = protected(WIDE, people)
    monkeypatch.setattr(disclosure, "with_points", lambda _wave, _tables, _hidden, scores: scores)
    without = protected(WIDE, people)
    assert (without.items, without.response) == (shown.items, shown.response)
    for name in shown.strata:
        one, other = shown.scores["knowledge"][name], without.scores["knowledge"][name]
        assert (one.moments, one.hidden, one.rounding) == (other.moments, other.hidden, other.rounding)


@pytest.mark.patient
@pytest.mark.parametrize("seed", range(TRUTHS))
def test_bins_of_points_tell_no_count_of_0_1_or_2_from_its_like(seed: int) -> None:
    asked, size = (WIDE, 150) if seed % 2 else (ASKED, 60)
    people = rows(asked, seed, size + (seed * 37) % 110)
    loot, true = loot_of({"first": protected(asked, people)}), {"first": truth(asked, people)}
    read = learnt(loot)["first"]
    assert weak_points(loot, true, read={"first": read}) == []
    assert more_told_of_groups(loot, "first", true["first"], read) == []
    for known in (people[:1], people[:2], people[:4]):
        insiders = [[cell for cell, count in truth(asked, [one]).items() if count] for one in known]
        assert told_to(loot, "first", true["first"], insiders, read) == []


@pytest.mark.parametrize(
    ("without", "people", "told"),
    [
        (without_bins_of_enough_people, rows(ASKED, 0, 100), "first: knowledge/*/=0: 0 is within 0-0"),
        (without_trying_bins, rows(ASKED, 2, 80), "first: knowledge/*/=0: 2 is within 2-2"),
    ],
    ids=["every number of points apart", "bins of three people that nobody tried to attack"],
)
def test_a_histogram_that_is_not_guarded_is_noticed(
    monkeypatch: pytest.MonkeyPatch, without: Without, people: list[Row], told: str
) -> None:
    true = {"first": truth(ASKED, people)}
    assert weak_points(loot_of({"first": protected(ASKED, people)}), true) == []
    without(monkeypatch)
    assert told in weak_points(loot_of({"first": protected(ASKED, people)}), true)


def test_where_no_bins_would_tell_anything_that_is_the_reason_and_not_protection() -> None:
    """Scores of one question, and people who all know the same, were said to be hidden for the sake of one or two people."""

    def why(asked: Questionnaire, people: list[Row], measure: str = "points") -> list[str | None]:
        return [row.hidden for row in public_levels(protected(asked, people)) if row.measure == measure and row.stratum == TOWN]

    score = WIDE.scores[0]
    single = replace(WIDE, scores=(replace(score, items=score.items[:1]),))
    for measure in ("points", "reliability"):
        assert why(single, rows(single, 4, 120), measure) == ["one_question"]
    items, people = score.items, rows(WIDE, 4, 150)
    right = {item: (str(WIDE.item(item).correct),) for item in items}

    def knowing(known: Callable[[int, int], bool]) -> list[Row]:
        """Return the people, of whom each knows some questions (by the places of both)."""
        return [
            (group, {**answers, **{item: right[item] if known(at, q) else ("dont_know",) for q, item in enumerate(items)}})
            for at, (group, answers) in enumerate(people)
        ]

    assert why(WIDE, knowing(lambda at, question: (at + question) % 8 < 4)) == ["no_spread"]
    assert why(WIDE, knowing(lambda at, question: at % 2 == 0 and (at + question) % 8 != 0)) == ["small_count"]
